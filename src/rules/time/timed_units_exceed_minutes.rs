//! TIM001: more timed units than the day's documented minutes support. Counts by the payer's method and
//! refuses to judge a day whose record is not complete.

use crate::finding::{Arg, Finding};
use crate::rule;
use crate::rules::day::{PatientDay, TherapyDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};

use super::pool::{Pool, whole_units};
use super::units::share;

/// A review of the record recoups units without minutes.
const DENIAL: Denial = Denial { group: "CO", carc: "151", rarc: &[("N430", 0)] };

const MANY: u8 = 0;
const ONE: u8 = 1;
const NONE: u8 = 2;
const POOLED: u8 = 3;

rule! {
    /// ## What it checks
    ///
    /// All timed 15-minute lines of one patient, date, billing provider and discipline, on whatever claims of
    /// the run they stand, are one day. Its documented direct minutes are added up and support this many units:
    ///
    /// | minutes | 0-7 | 8-22 | 23-37 | 38-52 | 53-67 | 68-82 |
    /// |---|---|---|---|---|---|---|
    /// | units | 0 | 1 | 2 | 3 | 4 | 5 |
    ///
    /// A day with more units billed than that is reported on the lines whose last units have the fewest minutes
    /// behind them; among equals the cheaper unit goes first. Where lines have no minutes of their own, the
    /// total of timed minutes noted for the visit is used, if all lines of the day are of that one claim.
    ///
    /// How units are counted differs by payer. Payers known to follow Medicare are held to the table. Where
    /// the method is not known, only units that the table and the midpoint rule of CPT both refuse are
    /// reported. Payers set to `ama` count each code alone, which this rule does not judge.
    ///
    /// A day with missing minutes, or with units that are not whole numbers, is not checked. That is no pass.
    ///
    /// ## Why payers deny it
    ///
    /// The note is the proof of the units. The claim itself does not show minutes, so the line is paid first
    /// and taken back when records are asked for.
    ///
    /// ## Example
    ///
    /// 97110 with 4 units and a note of 38 minutes: 38 minutes support 3 units.
    ///
    /// ## How to fix
    ///
    /// Bill the units the minutes support. If minutes were given and not written down, document them by a late
    /// entry as your policy for records allows. Do not fit the minutes to the units.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Medicare Claims Processing Manual, Pub. 100-04 chapter 5 section 20.2: the table and its worked
    ///   cases, read in copies, not on cms.gov.
    /// - `[V2]` Midpoint counting: AAPC, MDS Alert 118604 (R. Gawenda).
    /// - `[I]` Pooling by patient, date, billing provider and discipline: inferred, the copies do not spell it out.
    /// - `[I]` Denial codes: CO-151 with N430 is the likely answer, inferred from the code lists.
    pub struct TimedUnitsExceedMinutes {
        code: "TIM001",
        name: "timed-units-exceed-minutes",
        severity: High,
        since: "0.1.0",
        summary: "More timed units are billed than the documented minutes of the day support.",
        interest: Day(Marks::TIMED.and(Marks::DOCUMENTED), Marks::NONE),
        faults: [
            {
                text: "{0} billed {1} units, {2} documented minutes support {3}",
                fix: "bill {3} units or document the missing minutes",
                denial: Some(DENIAL),
            },
            {
                text: "{0} billed {1} units, {2} documented minutes support {3}",
                fix: "bill 1 unit or document the missing minutes",
                denial: Some(DENIAL),
            },
            {
                text: "{0} billed with {2} documented minutes, which support no unit",
                fix: "remove the line or document the missing minutes",
                denial: Some(DENIAL),
            },
            {
                text: "{0} timed minutes of the day support {1} of {2} units billed; {3} too many on this line",
                fix: "take {3} off the units of this line or document the missing minutes",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for TimedUnitsExceedMinutes {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        day.disciplines().for_each(|discipline| check(&discipline, out));
    }
}

fn check(day: &TherapyDay<'_>, out: &mut DaySink<'_>) {
    let Some(pool) = Pool::of(day) else { return };
    let excess = pool.excess();
    if excess == 0 {
        return;
    }
    let supported = pool.billed - excess;
    for (line, over) in pool.spread(excess) {
        let (fault, args): (u8, [Arg; 4]) = match (day.lines, supported) {
            ([only], n) => {
                let fault = [NONE, ONE].get(usize::try_from(n).unwrap_or(2)).copied().unwrap_or(MANY);
                (fault, [only.code.into(), pool.billed.into(), pool.minutes.into(), n.into()])
            }
            _ => (POOLED, [pool.minutes.into(), supported.into(), pool.billed.into(), over.into()]),
        };
        let at_risk = share(line.charge, over, whole_units(line).into());
        let draft =
            Draft::day_line(fault, line).element(place::units(line.service)).args(args).at_risk(at_risk);
        out.report(line, draft);
    }
}

/// What a finding of this rule says of its line: units billed on it, and how many of them the minutes support.
pub fn units_of(finding: &Finding) -> Option<(u64, u64)> {
    let billed = u64::from(finding.units?.as_whole()?);
    match (finding.fault, finding.args) {
        (MANY | ONE | NONE, [.., Arg::Count(supported)]) => Some((billed, supported)),
        (POOLED, [.., Arg::Count(over)]) => Some((billed, billed.saturating_sub(over))),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
