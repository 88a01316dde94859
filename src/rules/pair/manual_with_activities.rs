//! PTP002: 97140 and 97530 on one day. An NCCI edit until the end of 2019, payer policy since; refuses to mix the
//! two up.

use crate::finding::Severity;
use crate::rule;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::Demand;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::x12::code::Code;

use super::clock;
use super::ncci::{self, State};
use super::owner::{self, Owner};

const MANUAL: Code = Code::of("97140");
const ACTIVITIES: Code = Code::of("97530");

const EDIT_DENIAL: Denial = Denial { group: "CO", carc: "236", rarc: &[("M80", 0)] };
const POLICY_DENIAL: Denial = Denial { group: "CO", carc: "97", rarc: &[("M80", 0)] };

// Beside it the same for a date its table does not cover.
const EDIT: u8 = 0;
const REFUSED: u8 = 2;
const BARE: u8 = 3;
const ONE_QUARTER_HOUR: u8 = 4;

rule! {
    /// ## What it checks
    ///
    /// 97140 and 97530 of one patient, date, billing provider and discipline, on whatever claims of the run. The
    /// 97530 line is the one at risk.
    ///
    /// - Dates of service that the NCCI tables have the pair for, with the built-in tables those until 2019-12-31:
    ///   without a modifier that bypasses the edit high, for every payer that applies NCCI.
    /// - Later dates, by payer (`manual_with_activities`): payers that refuse 97530 beside 97140 even with 59 high;
    ///   other commercial payers without 59, XE, XS, XP or XU on either line medium. Medicare and all who follow
    ///   it pay both, so nothing is found there.
    /// - For the same payers and dates, with a modifier or without: clock times of the minutes file that overlap or
    ///   begin less than 15 minutes apart, so that the two share a quarter hour: high.
    ///
    /// Clock times in notes are not looked at.
    ///
    /// ## Why payers deny it
    ///
    /// Payers that kept the old edit take one for part of the other. Where 59 is accepted, it claims two separate
    /// 15-minute intervals, and the note has to show both.
    ///
    /// ## Example
    ///
    /// 97140 with GP and 97530 with GP on one day in 2026 for a commercial payer.
    ///
    /// ## How to fix
    ///
    /// Put 59 (or the X modifier that fits) on the 97530 line only if the note shows two separate 15-minute
    /// intervals. For a payer that refuses the pair, bill what it pays, or ask it for its policy in writing.
    ///
    /// ## Sources
    ///
    /// - `[V]` NCCI tables in force on 2024-07-01: 97140 with 97530, indicator 1, deleted 2019-12-31, practitioner
    ///   and hospital alike; the hospital table of 2026-10-01 does not have it.
    /// - `[V2]` UControl Billing, 2022-05-31: 59 for two separate 15-minute intervals, both documented. It still calls
    ///   the pair an edit in 2022.
    /// - `[V2]` Anthem, Aetna and Humana refuse 97530 beside 97140, some with 59: payer news, secondary pages.
    /// - `[V]` NCCI policy manual 2026 chapter I: intervals may follow one another.
    /// - `[I]` Severities, 15 minutes between two beginnings as the sign of one quarter hour, and CO-97: inferred.
    pub struct ManualWithActivities {
        code: "PTP002",
        name: "manual-with-activities",
        severity: High,
        since: "0.1.0",
        summary: "97530 stands beside 97140: an NCCI edit until 2019, refused by some payers since.",
        interest: Day(Marks::MANUAL.and(Marks::ACTIVITIES), Marks::NONE),
        faults: [
            {
                text: "{0} with {1} on one day without a modifier that bypasses the NCCI edit of that time",
                fix: "put 59 or an X modifier on the {0} line if the note shows two separate 15-minute intervals",
                denial: Some(EDIT_DENIAL),
            },
            {
                text: "{0} with {1} on one day without a modifier that bypasses the NCCI edit of that time; table of {2} used for {3}",
                fix: "put 59 or an X modifier on the {0} line if the note shows two separate 15-minute intervals",
                denial: Some(EDIT_DENIAL),
            },
            {
                text: "97530 with 97140 on one day, which this payer refuses even with 59: payer policy, no NCCI edit since 2020",
                fix: "bill the one of the two that the payer pays, or ask it for its policy in writing",
                denial: Some(POLICY_DENIAL),
            },
            {
                text: "97530 with 97140 on one day, neither with 59, XE, XS, XP or XU: payer policy, no NCCI edit since 2020",
                fix: "put 59 on the 97530 line if the note shows two separate 15-minute intervals",
                denial: Some(POLICY_DENIAL),
            },
            {
                text: "97530 and 97140 are documented within one quarter hour",
                fix: "bill the time once, or correct the clock times; 59 needs two separate 15-minute intervals",
                denial: Some(POLICY_DENIAL),
            },
        ],
    }
}

impl Rule for ManualWithActivities {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        let share = |line: &DayLine<'_>| {
            let manual = day.lines_of(MANUAL).filter(|other| ncci::is_one_specialty(other, line));
            clock::shares_quarter_hour(day, line, manual)
        };
        let mut is_edited = false;
        ncci::each(day, Owner::Manual, |hit| {
            is_edited = true;
            if share(hit.second) {
                out.report(hit.second, about(ONE_QUARTER_HOUR, hit.second));
            } else if hit.state == State::Open {
                out.report(hit.second, hit.draft(EDIT));
            }
        });
        let wanted = day.policy.manual_with_activities;
        if is_edited
            || wanted == Demand::Off
            || !day.marks.has(Marks::MANUAL | Marks::ACTIVITIES)
            || owner::of(day.policy, MANUAL, ACTIVITIES) != Owner::Manual
        {
            return;
        }
        let manual = ncci::unlike(day.lines_of(MANUAL));
        for line in day.lines_of(ACTIVITIES) {
            let bare = |l: &DayLine<'_>| !l.marks.has(Marks::DISTINCT);
            let mut beside = manual.iter().filter(|other| ncci::is_one_specialty(other, line));
            if share(line) {
                out.report(line, about(ONE_QUARTER_HOUR, line));
            } else if wanted == Demand::Required && beside.next().is_some() {
                out.report(line, about(REFUSED, line));
            } else if wanted == Demand::Advised && bare(line) && beside.any(|l| bare(l)) {
                out.report(line, about(BARE, line).severity(Severity::Medium));
            }
        }
    }
}

fn about(fault: u8, line: &DayLine<'_>) -> Draft {
    Draft::day_line(fault, line).component(place::procedure(line.service), place::CODE)
}

#[cfg(test)]
mod tests;
