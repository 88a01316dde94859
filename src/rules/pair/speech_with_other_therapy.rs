//! PTP007: speech and swallowing treatment beside physical or occupational therapy. Refuses to call two
//! disciplines of one clinic wrong: they need a modifier, and the record.

use crate::finding::Severity;
use crate::rule;
use crate::rules::day::PatientDay;
use crate::rules::marks::Marks;
use crate::rules::rule::{DaySink, Denial, Rule, RuleMeta};
use crate::x12::value::Cents;

use super::ncci::{self, State};
use super::owner::Owner;

const DENIAL: Denial = Denial { group: "CO", carc: "236", rarc: &[("N20", 0), ("M80", 0)] };

// Each has beside it the same for a date its table does not cover.
const EDIT: u8 = 0;
const BYPASSED: u8 = 2;

rule! {
    /// ## What it checks
    ///
    /// 92507, 92508 or 92526 on a day with 97110, 97112, 97150 or 97530, and 92507 or 92508 with 97129 or 97533, as
    /// the NCCI table of the date has them (indicator 1), of whatever disciplines of one billing provider:
    ///
    /// - without a modifier that bypasses the edit on either line: high;
    /// - with one: information, for the record has to bear it out.
    ///
    /// The 97xxx line is the one at risk. An 837P that names two rendering providers of two disciplines is left alone,
    /// for the edit is about one provider or one specialty; so are payers set not to apply NCCI. That a
    /// speech-language pathologist bills such a code at all is a question of MOD003.
    ///
    /// ## Why payers deny it
    ///
    /// Beside speech or swallowing treatment these codes count as part of it. Physical and speech therapy of one
    /// clinic or hospital on one day are two services, but the edit knows only the codes.
    ///
    /// ## Example
    ///
    /// 92507 with GN and 97530 with GO on one day of one hospital.
    ///
    /// ## How to fix
    ///
    /// If another discipline gave the 97xxx service apart, put 59 or the X modifier that fits on its line. If the
    /// same therapist gave both, bill the speech code alone.
    ///
    /// ## Sources
    ///
    /// - `[V]` NCCI tables in force on 2024-07-01, practitioner and hospital; 92507 and 92508 read again in the hospital
    ///   table of 2026-10-01.
    /// - `[V]` NCCI policy manual 2026 chapter XI section H: speech-language pathologists do not bill 97110, 97112,
    ///   97150, 97530.
    /// - `[V2]` UControl Billing, 2022-05-31: they do not report these unbundled from 92507, 92508, 92526.
    /// - `[I]` High for every payer, and for two disciplines of one clinic unless two providers are named: inferred.
    pub struct SpeechWithOtherTherapy {
        code: "PTP007",
        name: "speech-with-other-therapy",
        severity: High,
        since: "0.1.0",
        summary: "Speech or swallowing treatment shares a day with codes that count as part of it.",
        interest: Day(Marks::SPEECH.and(Marks::PAIR), Marks::NONE),
        faults: [
            {
                text: "{0} with speech code {1} on one day without a modifier that bypasses the NCCI edit",
                fix: "put 59 or an X modifier on the {0} line if another discipline gave it apart, else remove it",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with speech code {1} on one day without a modifier that bypasses the NCCI edit; table of {2} used for {3}",
                fix: "put 59 or an X modifier on the {0} line if another discipline gave it apart, else remove it",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with speech code {1} on one day bypasses an NCCI edit by a modifier",
                fix: "nothing to change if the record shows the two apart",
                denial: None,
            },
            {
                text: "{0} with speech code {1} on one day bypasses an NCCI edit by a modifier; table of {2} used for {3}",
                fix: "nothing to change if the record shows the two apart",
                denial: None,
            },
        ],
    }
}

impl Rule for SpeechWithOtherTherapy {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        ncci::each(day, Owner::Speech, |hit| {
            let draft = match hit.state {
                State::Open => hit.draft(EDIT),
                _ => hit.draft(BYPASSED).severity(Severity::Info).at_risk(Cents::ZERO),
            };
            out.report(hit.second, draft);
        });
    }
}
