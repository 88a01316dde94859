//! PTP001: 97110 and 97112 on one day without 59 or an X modifier. Refuses to call it an NCCI edit, which
//! it never was.

use crate::finding::Severity;
use crate::rule;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::{Demand, PayerClass, Policy};
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::x12::code::Code;
use crate::x12::value::Cents;

use super::clock;
use super::owner::{self, Owner};

const EXERCISE: Code = Code::of("97110");
const REEDUCATION: Code = Code::of("97112");

const DENIAL: Denial = Denial { group: "CO", carc: "97", rarc: &[("N20", 0), ("M15", 0)] };

const BUNDLED: u8 = 0;
const ADVICE: u8 = 1;
const DOCUMENTED: u8 = 2;
const SHARED: u8 = 3;
const NOT_APART: u8 = 4;

rule! {
    /// ## What it checks
    ///
    /// 97110 and 97112 of one patient, date, billing provider and discipline, on whatever claims of the run,
    /// with none of 59, XE, XS, XP and XU on either
    /// line. **This is payer policy, not an NCCI edit**: CMS's tables have no such pair, and no year that was read had one.
    ///
    /// So the severity depends on the payer: high where the settings name it as one that wants the modifier,
    /// medium for other commercial payers, low for Medicare, Medicaid and payers of unknown class, nothing for
    /// workers' compensation and automobile. Where the minutes file shows that both were given at one time it is high
    /// for all of them, and low if a modifier says otherwise. Where both lines have documented minutes of their own it is
    /// information only, unless the payer is named. Payers whose policy refuses the pair even with 59 are left to
    /// PTP008.
    ///
    /// ## Why payers deny it
    ///
    /// Some commercial payers take the two for one service in one quarter hour and bundle the cheaper line into
    /// the other (CO-97) unless a modifier says that they were given apart.
    ///
    /// ## Example
    ///
    /// 97110 with GP and 97112 with GP on one day for a commercial payer.
    ///
    /// ## How to fix
    ///
    /// If the two were given in different 15-minute intervals and the note shows the time of each, put 59 (or
    /// the X modifier that fits) on the 97112 line. If not, bill the time once. 59 without separate time in the
    /// note is worse than none.
    ///
    /// ## Sources
    ///
    /// - `[V]` NCCI practitioner and hospital tables in force on 2024-07-01, and the hospital table of 2026-10-01:
    ///   no pair of 97110 and 97112, active or deleted.
    /// - `[V2]` Ask for 59: UControl Billing, 2022-05-31; a medical coding blog, 2021-09-20. Payable if distinct
    ///   and timed apart: a 97112 guide. Secondary pages, and they do not agree.
    /// - `[V]` NCCI policy manual 2026 chapter XI: no two services in the same 15 minutes, edit or no edit.
    /// - `[I]` Severities by payer class and CO-97 with N20 or M15: inferred.
    pub struct ExerciseWithReeducationNo59 {
        code: "PTP001",
        name: "exercise-with-reeducation-no-59",
        severity: Medium,
        since: "0.1.0",
        summary: "97110 and 97112 share a day without 59 or an X modifier: some payers bundle them.",
        interest: Day(Marks::EXERCISE.and(Marks::REEDUCATION), Marks::NONE),
        faults: [
            {
                text: "97112 and 97110 on one day, neither with 59, XE, XS, XP or XU: payer policy, not an NCCI edit",
                fix: "put 59 on the 97112 line if the note shows different 15-minute intervals",
                denial: Some(DENIAL),
            },
            {
                text: "97112 and 97110 on one day, neither with 59, XE, XS, XP or XU: payer policy, not an NCCI edit",
                fix: "nothing to change unless this payer bundles the two",
                denial: None,
            },
            {
                text: "97112 and 97110 on one day, each with its own minutes: payer policy, not an NCCI edit",
                fix: "keep the time of each in the note; add 59 to the 97112 line only if this payer asks for it",
                denial: None,
            },
            {
                text: "97112 and 97110 were given at overlapping clock times, neither with 59, XE, XS, XP or XU",
                fix: "bill the time once, or correct the clock times",
                denial: Some(DENIAL),
            },
            {
                text: "97112 and 97110 were given at overlapping clock times, and a modifier says they were apart",
                fix: "correct the clock times, or take off the modifier and bill the time once",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for ExerciseWithReeducationNo59 {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        // A payer that refuses the pair does so with 59 as well: PTP008 says that.
        let owner = owner::of(day.policy, EXERCISE, REEDUCATION);
        if day.policy.pair_59 == Demand::Off || owner != Owner::Reeducation {
            return;
        }
        for lines in day.lines.chunk_by(|a, b| !apart(a, b)) {
            let open =
                |code| move |l: &&DayLine<'_>| l.code == code && l.bills() && !l.marks.has(Marks::DISTINCT);
            // Minutes split over several lines of a code are still one pair of services.
            if let Some((line, marked)) = at_one_time(day, lines) {
                let (fault, severity) =
                    if marked { (NOT_APART, Severity::Low) } else { (SHARED, Severity::High) };
                let at_risk = if marked { Cents::ZERO } else { line.charge };
                let draft =
                    Draft::day_line(fault, line).component(place::procedure(line.service), place::CODE);
                out.report(line, draft.severity(severity).at_risk(at_risk));
                continue;
            }
            let Some(line) = lines.iter().find(open(REEDUCATION)) else { continue };
            let Some(other) = lines.iter().find(open(EXERCISE)) else { continue };
            let documented = line.known.minutes.is_some() && other.known.minutes.is_some();
            let (fault, severity) = judge(day.policy, documented);
            let at_risk =
                if severity >= Severity::Medium { line.charge.min(other.charge) } else { Cents::ZERO };
            let draft = Draft::day_line(fault, line).component(place::procedure(line.service), place::CODE);
            out.report(line, draft.severity(severity).at_risk(at_risk));
        }
    }
}

/// A line of 97112 that is documented to have been given while one of 97110 was, and whether a modifier says
/// otherwise.
fn at_one_time<'d>(day: &PatientDay<'d>, lines: &'d [DayLine<'d>]) -> Option<(&'d DayLine<'d>, bool)> {
    let of = |code| move |l: &&DayLine<'_>| l.code == code && l.bills() && l.known.span.is_some();
    let line = lines
        .iter()
        .filter(of(REEDUCATION))
        .find(|line| clock::overlaps(day, line, lines.iter().filter(of(EXERCISE))))?;
    let marked = |l: &DayLine<'_>| l.marks.has(Marks::DISTINCT);
    let with = lines.iter().filter(of(EXERCISE)).find(|l| clock::overlaps(day, l, std::iter::once(line)));
    Some((line, marked(line) || with.is_some_and(marked)))
}

/// Whether two lines are known to be of two disciplines.
fn apart(a: &DayLine<'_>, b: &DayLine<'_>) -> bool {
    a.discipline.is_some() && b.discipline.is_some() && a.discipline != b.discipline
}

/// What to say to this payer, and how loud.
fn judge(policy: &Policy, documented: bool) -> (u8, Severity) {
    match (policy.pair_59, policy.class) {
        (Demand::Required, _) => (BUNDLED, Severity::High),
        _ if documented => (DOCUMENTED, Severity::Info),
        (_, PayerClass::Commercial) => (BUNDLED, Severity::Medium),
        _ => (ADVICE, Severity::Low),
    }
}

#[cfg(test)]
mod tests;
