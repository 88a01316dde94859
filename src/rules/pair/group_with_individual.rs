//! PTP004: group therapy beside one-on-one services. Refuses to take a morning and an afternoon for one session:
//! a modifier is believed unless the record speaks against it.

use crate::rule;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::x12::code::Code;

use super::clock;
use super::ncci::{self, State};
use super::owner::{INDIVIDUAL, Owner};

const GROUP: Code = Code::of("97150");

const DENIAL: Denial = Denial { group: "CO", carc: "236", rarc: &[("M80", 0), ("N20", 0)] };
const REVIEW: Denial = Denial { group: "CO", carc: "50", rarc: &[] };

// Beside it the same for a date its table does not cover.
const EDIT: u8 = 0;
const OVERLAPPING: u8 = 2;
const GROUPED: u8 = 3;

rule! {
    /// ## What it checks
    ///
    /// - 97150 on a day with 97110, 97112, 97113, 97116, 97124, 97140, 97530, 97533, 97535, 97537, 97542, 97760,
    ///   97761 or 97763, as the NCCI table of the date has them (indicator 1), without a modifier that bypasses the
    ///   edit on either line. On an 837P the two are of one rendering provider or one discipline, on an 837I of one
    ///   facility. Payers set not to apply NCCI are left alone.
    /// - The same codes with clock times of the minutes file that overlap those of 97150, with a modifier or without.
    /// - A timed line that the minutes file marks as given with other patients (`group`), whatever else was billed.
    ///
    /// The one-on-one line is the one at risk. 97150 in the morning and one-on-one services in the afternoon are
    /// right with 59 or XE. How many units of 97150 are paid is a question of LIM001.
    ///
    /// ## Why payers deny it
    ///
    /// Treatment of two or more patients at a time is 97150; the codes of one-on-one treatment are for time that
    /// one patient has alone. Both for the same time is one service too many.
    ///
    /// ## Example
    ///
    /// 97150 with GP and 97110 with GP on one day.
    ///
    /// ## How to fix
    ///
    /// For time in a group bill 97150 alone. If the patient had one-on-one time besides, put 59 or XE on that line
    /// and have the note show both times.
    ///
    /// ## Sources
    ///
    /// - `[V]` NCCI tables in force on 2024-07-01, practitioner and hospital: 97150 over these codes, indicator 1; read
    ///   again in the hospital table of 2026-10-01.
    /// - `[V2]` More than one patient is 97150, and the specific therapy is not coded in addition: a medical coding
    ///   blog, 2021-09-20; UControl Billing, 2022-05-31; two 97112 guides; M. Miscoe, AAPC, 2010-07-01.
    /// - `[I]` High for every payer, and CO-50 where only the record shows it: inferred.
    pub struct GroupWithIndividual {
        code: "PTP004",
        name: "group-with-individual",
        severity: High,
        since: "0.1.0",
        summary: "One-on-one services stand beside group therapy, or were given in a group.",
        interest: Day(Marks::NONE, Marks::GROUP.and(Marks::GROUPED)),
        faults: [
            {
                text: "{0} with {1} group therapy on one day without a modifier that bypasses the NCCI edit",
                fix: "put 59 or XE on the {0} line if the note shows one-on-one time apart from the group, else remove it",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} group therapy on one day without a modifier that bypasses the NCCI edit; table of {2} used for {3}",
                fix: "put 59 or XE on the {0} line if the note shows one-on-one time apart from the group, else remove it",
                denial: Some(DENIAL),
            },
            {
                text: "{0} and 97150 group therapy have documented times that overlap",
                fix: "bill the time in the group as 97150 alone, or correct the clock times",
                denial: Some(DENIAL),
            },
            {
                text: "{0} is documented as given with other patients at the same time",
                fix: "bill 97150 for time in a group, {0} only for time one-on-one",
                denial: Some(REVIEW),
            },
        ],
    }
}

impl Rule for GroupWithIndividual {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        ncci::each(day, Owner::Group, |hit| {
            if hit.state == State::Open && documented(day, hit.second).is_none() {
                out.report(hit.second, hit.draft(EDIT));
            }
        });
        if !day.marks.any(Marks::GROUP | Marks::GROUPED) {
            return;
        }
        for line in day.lines.iter().filter(|l| l.bills()) {
            if let Some(fault) = documented(day, line) {
                let draft =
                    Draft::day_line(fault, line).component(place::procedure(line.service), place::CODE);
                out.report(line, draft.args([line.code.into()]));
            }
        }
    }
}

/// What the record says against a one-on-one line.
fn documented(day: &PatientDay<'_>, line: &DayLine<'_>) -> Option<u8> {
    if line.marks.has(Marks::TIMED | Marks::GROUPED) {
        return Some(GROUPED);
    }
    let overlaps = || clock::overlaps(day, line, day.lines_of(GROUP));
    (INDIVIDUAL.contains(&line.code) && overlaps()).then_some(OVERLAPPING)
}
