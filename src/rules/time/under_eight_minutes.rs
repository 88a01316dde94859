//! TIM004: a timed code billed on fewer than 8 documented minutes. Refuses to report codes that earn their
//! unit together with others of the day, as the 8-minute rule has it.

use crate::finding::Arg;
use crate::rule;
use crate::rules::day::{DayLine, PatientDay, TherapyDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::UnitMethod;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};

use super::pool::{Pool, Service, from_last, service, services, whole_units};
use super::units::{most_cms_units, share};

const DENIAL: Denial = Denial { group: "CO", carc: "151", rarc: &[("N430", 0)] };

const ALONE: u8 = 0;
const IN_POOL: u8 = 1;

rule! {
    /// ## What it checks
    ///
    /// A unit of a 15-minute code takes at least 8 documented minutes. A code with fewer is reported if it is
    /// the only timed code of the day, or if the payer counts each code alone (`ama`, `strict`).
    ///
    /// Under the 8-minute rule short codes may earn a unit together: 7, 7 and 7 minutes make one unit, on any
    /// of the three codes, and 33 and 7 minutes make three, one of them on the 7-minute code. So with several
    /// timed codes a code under 8 minutes is reported only if it has more units than any split of the day's
    /// units gives it, or if the units the day has too many fall on it.
    ///
    /// 97130 counts together with 97129: the two are one service. Lines of one code are added up.
    ///
    /// ## Why payers deny it
    ///
    /// Payers that review the record take the unit back: the time to earn it was not given. Modifier 52 does
    /// not help, it is not for timed therapy codes.
    ///
    /// ## Example
    ///
    /// 97112 with 1 unit and a note of 6 minutes, no other timed code that day.
    ///
    /// ## How to fix
    ///
    /// Remove the line, or its units beyond the split. Do not add modifier 52.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Medicare Claims Processing Manual, Pub. 100-04 chapter 5 section 20.2: under 8 minutes alone is
    ///   no unit; the split of units over codes. Read in copies, not on cms.gov.
    /// - `[V2]` UControl Billing, 2022-05-31, and a medical coding blog, 2021-09-20: 97110 takes at least 8
    ///   minutes, and modifier 52 is not appropriate. Secondary pages.
    /// - `[I]` Denial codes: CO-151 or CO-50 with N430, inferred from the code lists.
    pub struct UnderEightMinutes {
        code: "TIM004",
        name: "under-eight-minutes",
        severity: High,
        since: "0.1.0",
        summary: "A timed code is billed on fewer than 8 documented minutes that no other code makes up for.",
        interest: Day(Marks::TIMED.and(Marks::DOCUMENTED), Marks::NONE),
        faults: [
            {
                text: "{0} has {1} documented minutes, a unit takes 8",
                fix: "remove the line, do not add 52",
                denial: Some(DENIAL),
            },
            {
                text: "{0} has {1} documented minutes, a unit takes 8; with the day's other codes {2} of {3} units stand",
                fix: "bill the units that stand and remove the rest, do not add 52",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for UnderEightMinutes {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        day.disciplines().for_each(|discipline| check(&discipline, out));
    }
}

fn check(day: &TherapyDay<'_>, out: &mut DaySink<'_>) {
    let short = |l: &DayLine<'_>| l.known.minutes.is_some_and(|m| m < 8) && whole_units(l) > 0;
    if !day.lines.iter().any(short) {
        return;
    }
    let Some(pool) = Pool::of(day).filter(|pool| pool.by_line) else { return };
    let services = services(day.lines);
    // Units of the day that nothing supports, by line; asked for only where codes are counted together.
    let excess = pool.spread(pool.excess());
    for short in services.iter().filter(|s| s.minutes < 8 && s.units > 0) {
        let alone = matches!(day.policy.unit_method, UnitMethod::Ama | UnitMethod::Strict);
        let (fault, stand) = match &*services {
            [_] => (ALONE, 0),
            _ if alone => (ALONE, 0),
            all => (IN_POOL, units_that_stand(short, all, &excess)),
        };
        report(fault, short, stand, day, out);
    }
}

/// The units of a short code that some split gives it and that are not among the day's excess.
fn units_that_stand(short: &Service, all: &[Service], excess: &[(&DayLine<'_>, u64)]) -> u64 {
    let most = most_cms_units(short.minutes, all.iter().map(|s| s.minutes));
    let over: u64 = excess.iter().filter(|(l, _)| service(l.code) == short.code).map(|(_, over)| over).sum();
    short.units.saturating_sub(over).min(most.into())
}

/// Reports the lines of a code, from the last, that bear the units which do not stand.
fn report(fault: u8, short: &Service, stand: u64, day: &TherapyDay<'_>, out: &mut DaySink<'_>) {
    let args: [Arg; 4] = [short.code.into(), short.minutes.into(), stand.into(), short.units.into()];
    for (line, here) in from_last(day.lines, short.code, short.units.saturating_sub(stand)) {
        let at_risk = share(line.charge, here, whole_units(line).into());
        let draft = Draft::day_line(fault, line).element(place::units(line.service));
        out.report(line, draft.args(args).at_risk(at_risk));
    }
}

#[cfg(test)]
mod tests;
