//! LIM002: more timed units of one discipline on a day than the payer caps, or than quarter hours of treatment.
//! Refuses to judge a day whose treatment time is not known as a whole.

use std::cmp::Ordering;

use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::day::{DayLine, PatientDay, TherapyDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::DailyCap;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};

use super::part::part;

const DENIAL: Denial = Denial { group: "CO", carc: "119", rarc: &[("N362", 0)] };
const REVIEW: Denial = Denial { group: "CO", carc: "151", rarc: &[("N362", 0)] };

const CAP: u8 = 0;
const USUAL: u8 = 1;
const TIME: u8 = 2;

rule! {
    /// ## What it checks
    ///
    /// The units of timed 15-minute codes of one patient, date, billing provider and discipline, on whatever claims
    /// of the run:
    ///
    /// - against the payer's daily cap (`daily_cap`): those of the codes it names, else of all timed codes. Known caps
    ///   are medium unless the settings say otherwise. For commercial payers without a known one, more than 4 is low:
    ///   the usual figure. Of that 837I claims are left out.
    /// - against the documented treatment minutes of the visit: more units than quarter hours begun, medium, whoever
    ///   pays. Only where all the day's timed lines of the discipline are of one claim and have one and the same
    ///   total, and where their timed minutes are not known; where they are, the rules of family TIM judge better.
    ///
    /// The units that are too many fall on the cheapest lines. If both limits are exceeded, the worse is reported.
    /// Medicare has no daily cap; its limits are those of LIM001. Treatment at home is not told from treatment in a
    /// clinic. Lines whose units are not whole are not counted.
    ///
    /// ## Why payers deny it
    ///
    /// Some payers pay a number of units for a day and therapy type, whatever was given. And nobody gives more
    /// quarter hours than the visit had.
    ///
    /// ## Example
    ///
    /// 97110 with 3 units and 97140 with 2 units on one day for a payer that caps at 4.
    ///
    /// ## How to fix
    ///
    /// Correct the units if they are wrong. If they were given, ask the payer how it wants more than its cap billed;
    /// do not move them to another day.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Most insurers allow up to 4 units an hour: a 97112 guide.
    /// - `[V2]` Anthem (IN, KY, MO, OH, WI): 4 units a day and therapy type, for dates of service from 2021-04-01, 97530
    ///   not among its codes: provider news, secondary page.
    /// - `[V2]` Cigna and Blue Cross Blue Shield of North Dakota: 4 units a day; UHC: a combined cap, facilities not
    ///   included. Secondary pages, two of them headlines only.
    /// - `[I]` CO-119 and CO-151 with N362, severities, and the quarter hours of the visit as a limit: inferred.
    pub struct DailyCapExceeded {
        code: "LIM002",
        name: "daily-cap-exceeded",
        severity: Medium,
        since: "0.1.0",
        summary: "More timed units of one discipline on a day than the payer caps or the visit had quarter hours.",
        interest: Day(Marks::TIMED, Marks::UNITS_OVER_ONE.and(Marks::SEVERAL_LINES)),
        faults: [
            {
                text: "{0} timed units of one discipline on one day, this payer's cap is {1}; {2} beyond it on this line",
                fix: "correct the units, or ask the payer how it wants units beyond its cap billed",
                denial: Some(DENIAL),
            },
            {
                text: "{0} timed units of one discipline on one day, many such payers stop at {1}; {2} beyond that on this line",
                fix: "nothing to change unless this payer caps the day; if it does, set its cap",
                denial: Some(DENIAL),
            },
            {
                text: "{0} timed units of one discipline in {1} documented minutes of treatment; {2} too many on this line",
                fix: "bill no more units than quarter hours of treatment, or correct the documented time",
                denial: Some(REVIEW),
            },
        ],
    }
}

/// Units beyond a limit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Excess {
    severity: Severity,
    units: u64,
    billed: u64,
    /// The cap, or minutes of treatment.
    limit: u64,
    fault: u8,
}

impl Rule for DailyCapExceeded {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        for of_discipline in day.disciplines() {
            let cap = day.policy.daily_cap.as_ref();
            let over_cap = cap.and_then(|cap| over_cap(cap, &of_discipline));
            if let Some(excess) = over_cap.max(over_time(&of_discipline)) {
                let counts = |l: &DayLine<'_>| excess.fault == TIME || cap.is_some_and(|cap| counts(cap, l));
                report(&of_discipline, counts, excess, out);
            }
        }
    }
}

fn over_cap(cap: &DailyCap, day: &TherapyDay<'_>) -> Option<Excess> {
    if cap.since.is_some_and(|since| day.date < since) {
        return None;
    }
    let billed = day.lines.iter().filter(|l| counts(cap, l)).map(units).sum();
    let units = u64::checked_sub(billed, cap.units.into()).filter(|over| *over > 0)?;
    let fault = if cap.usual { USUAL } else { CAP };
    Some(Excess { severity: cap.severity, units, billed, limit: cap.units.into(), fault })
}

/// Whether a cap counts a line.
fn counts(cap: &DailyCap, line: &DayLine<'_>) -> bool {
    let of_facility = cap.usual && line.marks.has(Marks::INSTITUTIONAL);
    !of_facility && (cap.codes.is_empty() || cap.codes.contains(&line.code))
}

fn over_time(day: &TherapyDay<'_>) -> Option<Excess> {
    let first = day.lines.first()?;
    let total = first.known.visit_treatment?;
    // Two claims of a day may be two visits, and a total of one then says nothing about the day.
    let is_one = |l: &DayLine<'_>| l.claim == first.claim && l.known.visit_treatment == Some(total);
    let timed_known =
        first.known.visit_timed.is_some() || day.lines.iter().all(|l| l.known.minutes.is_some());
    if timed_known || !day.lines.iter().all(is_one) {
        return None;
    }
    let billed = day.lines.iter().map(units).sum();
    let units = u64::checked_sub(billed, total.div_ceil(15).into()).filter(|over| *over > 0)?;
    Some(Excess { severity: Severity::Medium, units, billed, limit: total.into(), fault: TIME })
}

/// Reports the lines that bear an excess: those with the cheapest units, among equals the later ones.
fn report(
    day: &TherapyDay<'_>,
    counts: impl Fn(&DayLine<'_>) -> bool,
    excess: Excess,
    out: &mut DaySink<'_>,
) {
    let mut lines: Vec<&DayLine<'_>> = day.lines.iter().rev().filter(|l| counts(l) && units(l) > 0).collect();
    lines.sort_by(|a, b| price(a, b));
    let mut left = excess.units;
    for line in lines {
        let here = left.min(units(line));
        if here == 0 {
            return;
        }
        left -= here;
        let args: [Arg; 3] = [excess.billed.into(), excess.limit.into(), here.into()];
        let draft = Draft::day_line(excess.fault, line).element(place::units(line.service));
        let at_risk = part(line.charge, here, units(line));
        out.report(line, draft.args(args).severity(excess.severity).at_risk(at_risk));
    }
}

/// Which of two lines has the cheaper units: charge by units, compared crosswise, without rounding.
fn price(a: &DayLine<'_>, b: &DayLine<'_>) -> Ordering {
    let price = |a: &DayLine<'_>, b: &DayLine<'_>| i128::from(a.charge.0) * i128::from(units(b));
    price(a, b).cmp(&price(b, a))
}

/// The whole units of a line, 0 where they are not a whole number.
fn units(line: &DayLine<'_>) -> u64 {
    line.units.and_then(|units| units.as_whole()).unwrap_or(0).into()
}

#[cfg(test)]
mod tests;
