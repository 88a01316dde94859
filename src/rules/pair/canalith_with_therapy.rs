//! PTP006: canalith repositioning beside therapy for the same repositioning. Refuses to doubt a modifier: whether
//! there was another impairment only the note tells.

use crate::rule;
use crate::rules::day::PatientDay;
use crate::rules::marks::Marks;
use crate::rules::rule::{DaySink, Denial, Rule, RuleMeta};

use super::ncci::{self, State};
use super::owner::Owner;

const DENIAL: Denial = Denial { group: "CO", carc: "236", rarc: &[("N20", 0), ("M80", 0)] };

// Beside it the same for a date its table does not cover.
const EDIT: u8 = 0;

rule! {
    /// ## What it checks
    ///
    /// 95992 on a day with 97110, 97112, 97140 or 97530, as the NCCI table of the date has them (indicator 1),
    /// without a modifier that bypasses the edit on either line. On an 837P the two are of one rendering provider
    /// or one discipline, on an 837I of one facility. The line beside 95992 is the one at risk. Payers set not to
    /// apply NCCI are left alone. More than one unit of 95992 is a question of LIM001.
    ///
    /// ## Why payers deny it
    ///
    /// The exercises and handling that belong to the repositioning are part of it. The other codes are paid for
    /// another impairment only.
    ///
    /// ## Example
    ///
    /// 95992 with GP and 97112 with GP on one day.
    ///
    /// ## How to fix
    ///
    /// If the other service treated another impairment, put 59 or the X modifier that fits on its line and have the
    /// note show it. If not, bill 95992 alone.
    ///
    /// ## Sources
    ///
    /// - `[V]` NCCI tables in force on 2024-07-01, practitioner and hospital: 95992 over these codes, indicator 1.
    /// - `[V]` NCCI policy manual 2026 chapter XI section H: 95992 has one unit, and no therapy for the same
    ///   repositioning beside it.
    /// - `[V2]` UControl Billing, 2022-05-31: 97110, 97112 and 97530 are not separate from it.
    /// - `[I]` High for every payer: inferred.
    pub struct CanalithWithTherapy {
        code: "PTP006",
        name: "canalith-with-therapy",
        severity: High,
        since: "0.1.0",
        summary: "97110, 97112, 97140 or 97530 stands beside canalith repositioning without a modifier.",
        interest: Day(Marks::CANALITH.and(Marks::PAIR), Marks::NONE),
        faults: [
            {
                text: "{0} with {1} canalith repositioning on one day without a modifier that bypasses the NCCI edit",
                fix: "put 59 or an X modifier on the {0} line if it treated another impairment, else remove it",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} canalith repositioning on one day without a modifier that bypasses the NCCI edit; table of {2} used for {3}",
                fix: "put 59 or an X modifier on the {0} line if it treated another impairment, else remove it",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for CanalithWithTherapy {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        ncci::each(day, Owner::Canalith, |hit| {
            if hit.state == State::Open {
                out.report(hit.second, hit.draft(EDIT));
            }
        });
    }
}
