//! PTP005: spinal manipulation beside therapy or an evaluation. Refuses to guess at the region treated: it is
//! documented or it is not known.

use crate::finding::Severity;
use crate::rule;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};

use super::clock;
use super::ncci::{self, Hit, State};
use super::owner::Owner;

const DENIAL: Denial = Denial { group: "CO", carc: "236", rarc: &[("N20", 0), ("N519", 0)] };

// Each of the first two has beside it the same for a date its table does not cover.
const EDIT: u8 = 0;
const NEVER: u8 = 2;
const SAME_REGION: u8 = 4;

rule! {
    /// ## What it checks
    ///
    /// 98940, 98941 or 98942 on a day with
    ///
    /// - 97112, 97124 or 97140 without a modifier that bypasses the NCCI edit (indicator 1) on either line: high
    ///   where the payer applies NCCI, medium where it may, and medium too where the lines name two rendering
    ///   providers, for the edit is about one provider;
    /// - the same codes, with a modifier or without, where the minutes file has the same `body_region` for both
    ///   lines: high;
    /// - 97161 to 97168 (indicator 0, no modifier bypasses it): critical where the payer applies NCCI, high where it
    ///   may.
    ///
    /// The therapy or evaluation line is the one at risk. Payers set not to apply NCCI are left alone. Diagnosis
    /// pointers, which hint at a region too, are not looked at; a row of the minutes file names one region, so of
    /// a manipulation of several the others are not known.
    ///
    /// ## Why payers deny it
    ///
    /// For payers that follow NCCI, neuromuscular re-education, massage and manual therapy are part of manipulation
    /// in the region that was manipulated; they are paid for another region only. CPT's own reading was milder, so
    /// other payers may pay both.
    ///
    /// ## Example
    ///
    /// 98941 with AT and 97140 with GP on one day.
    ///
    /// ## How to fix
    ///
    /// Put 59 or XS on the therapy line if it treated another region and the note says which. If it treated the
    /// same region, bill the manipulation alone. Beside 97161 to 97168 bill one of the two.
    ///
    /// ## Sources
    ///
    /// - `[V]` NCCI tables in force on 2024-07-01, practitioner and hospital.
    /// - `[V]` NCCI policy manual 2026 chapter XI section S: only in another region, with 59 or XS.
    /// - `[V2]` UControl Billing, 2022-05-31, and a 97112 guide: not separate in a region under manipulation, 59 or XS
    ///   beside chiropractic codes.
    /// - `[V2]` CPT Assistant as quoted in appeal letters: 97110 to 97124 may be reported with manipulation of the same
    ///   region.
    /// - `[I]` Severities by payer and for two providers: inferred.
    pub struct ManipulationWithTherapy {
        code: "PTP005",
        name: "manipulation-with-therapy",
        severity: High,
        since: "0.1.0",
        summary: "Therapy or an evaluation stands beside spinal manipulation that it counts as part of.",
        interest: Day(Marks::MANIPULATION.and(Marks::PAIR), Marks::NONE),
        faults: [
            {
                text: "{0} with {1} on one day without a modifier that bypasses the NCCI edit",
                fix: "put 59 or XS on the {0} line if the note shows another region, else remove it",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} on one day without a modifier that bypasses the NCCI edit; table of {2} used for {3}",
                fix: "put 59 or XS on the {0} line if the note shows another region, else remove it",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} on one day: an NCCI edit that no modifier bypasses",
                fix: "bill {1} or {0}, not both",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} on one day: an NCCI edit that no modifier bypasses; table of {2} used for {3}",
                fix: "bill {1} or {0}, not both",
                denial: Some(DENIAL),
            },
            {
                text: "{0} is documented for the region that {1} manipulated",
                fix: "remove the {0} line, or correct the region if it is wrong; 59 and XS are for another region",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for ManipulationWithTherapy {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        ncci::each(day, Owner::Manipulation, |hit| {
            let severity = hit.severity(day.policy);
            let draft = if !hit.edit.bypass {
                hit.draft(NEVER).severity(severity)
            } else if let Some(line) = of_same_region(day, hit) {
                Draft::day_line(SAME_REGION, hit.second)
                    .component(place::procedure(hit.second.service), place::CODE)
                    .args([hit.second.code.into(), line.code.into()])
            } else if hit.state == State::Open {
                let two =
                    hit.first.rendering.is_some_and(|npi| hit.second.rendering.is_some_and(|n| n != npi));
                hit.draft(EDIT).severity(if two { severity.min(Severity::Medium) } else { severity })
            } else {
                return;
            };
            out.report(hit.second, draft);
        });
    }
}

/// The manipulation that is documented for the region of the therapy line.
fn of_same_region<'d>(day: &PatientDay<'d>, hit: &Hit<'d>) -> Option<&'d DayLine<'d>> {
    let region = clock::region(day, hit.second)?;
    day.lines_of(hit.first.code).find(|line| clock::region(day, line) == Some(region))
}
