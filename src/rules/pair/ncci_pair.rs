//! PTP003: two codes on one day that NCCI edits, or the payer's own list, do not pay together. Refuses to call a
//! payer's pair an NCCI edit, and leaves pairs that have a rule of their own to it.

use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::Demand;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::tables::Setting;
use crate::x12::code::Code;
use crate::x12::value::Cents;

use super::ncci::{self, State};
use super::owner::{self, Owner};

const DENIAL: Denial = Denial { group: "CO", carc: "236", rarc: &[("N20", 0), ("M80", 0)] };
const PAYERS_DENIAL: Denial = Denial { group: "CO", carc: "97", rarc: &[("N20", 0), ("M15", 0)] };

// Each of the first four has beside it the same for a date its table does not cover.
const NEVER: u8 = 0;
const OPEN: u8 = 2;
const OVERLAPPING: u8 = 4;
const UNDOCUMENTED: u8 = 6;
const PAYERS: u8 = 8;

rule! {
    /// ## What it checks
    ///
    /// Every NCCI procedure-to-procedure edit in force on the date of service, among the codes of the therapy
    /// table: 837P lines against the practitioner table, 837I lines against the outpatient hospital table. Lines
    /// of one patient, date, billing provider and payer are put together, on whatever claims of the run; on an
    /// 837P only those of one rendering provider or one discipline, for the edits are about one provider or one
    /// specialty. The column 2 line is the one at risk.
    ///
    /// - Indicator 0, which no modifier bypasses: critical where the payer applies NCCI, high where it may.
    /// - Indicator 1 without a modifier that bypasses it on either line (before 2019-07-01: on the column 2 line):
    ///   high where the payer applies NCCI, medium where it may.
    /// - Indicator 1 with such a modifier, but clock times of the minutes file that overlap, or documented minutes
    ///   for only one of two timed lines: low.
    /// - Pairs that the payer's settings list (`pairs_59`) and NCCI does not have: without 59, XE, XS, XP or XU on
    ///   either line high, and said to be the payer's list.
    ///
    /// 22, 51, 52, 76, 77, KX, CQ, CO and GP, GO, GN bypass nothing. Pairs with a rule of their own (PTP001,
    /// PTP002, PTP004 to PTP009) are left to it. Not looked at: edits with codes outside the therapy table; state
    /// Medicaid tables, which may differ; whether two specialties are one by contract.
    ///
    /// The built-in tables are those of 2024-07-01 and do not tell when an edit began. For a date outside that
    /// quarter the message says which table was used.
    ///
    /// ## Why payers deny it
    ///
    /// The column 2 service counts as part of the column 1 service, or as not possible beside it.
    ///
    /// ## Example
    ///
    /// 97012 and 97140 on one day, both with GP and nothing else.
    ///
    /// ## How to fix
    ///
    /// If the two were separate, 59 or the X modifier that fits goes on the column 2 line, and the note shows the
    /// time of each. If they were not, or if no modifier bypasses the edit, bill the column 1 line alone.
    ///
    /// ## Sources
    ///
    /// - `[V]` CMS NCCI procedure-to-procedure tables in force on 2024-07-01, practitioner and outpatient hospital;
    ///   most rows read again in the hospital table of 2026-10-01.
    /// - `[V]` NCCI policy manual 2026 chapter I: which modifiers bypass an edit; 59 for timed codes takes separate
    ///   intervals.
    /// - `[V2]` A modifier on either line counts from 2019-07-01: Palmetto, and older pages. CO-236: First Coast.
    /// - `[I]` Severities by payer, and which lines are of one provider: inferred.
    pub struct NcciPair {
        code: "PTP003",
        name: "ncci-pair",
        severity: High,
        since: "0.1.0",
        summary: "Two codes of one day are an NCCI pair, or a pair of the payer's own list, that is not paid together.",
        interest: Day(Marks::SEVERAL_LINES, Marks::NONE),
        faults: [
            {
                text: "{0} with {1} on one day: an NCCI edit that no modifier bypasses",
                fix: "bill {1} alone, or correct the code that is wrong",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} on one day: an NCCI edit that no modifier bypasses; table of {2} used for {3}",
                fix: "bill {1} alone, or correct the code that is wrong",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} on one day without a modifier that bypasses the NCCI edit",
                fix: "put 59 or an X modifier on the {0} line if the note shows the two apart, else remove it",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} on one day without a modifier that bypasses the NCCI edit; table of {2} used for {3}",
                fix: "put 59 or an X modifier on the {0} line if the note shows the two apart, else remove it",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} bypasses an NCCI edit, but their documented times overlap",
                fix: "59 needs its own interval in the note: correct the times, or bill the shared time once",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} bypasses an NCCI edit, but their documented times overlap; table of {2} used for {3}",
                fix: "59 needs its own interval in the note: correct the times, or bill the shared time once",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} bypasses an NCCI edit, but only one of them has documented minutes",
                fix: "59 needs its own interval in the note: document the minutes of both",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} bypasses an NCCI edit, but only one of them has documented minutes; table of {2} used for {3}",
                fix: "59 needs its own interval in the note: document the minutes of both",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} on one day, neither with 59, XE, XS, XP or XU: a pair of this payer's list, not an NCCI edit",
                fix: "put 59 or an X modifier on the {0} line if the note shows the two apart, else remove it",
                denial: Some(PAYERS_DENIAL),
            },
        ],
    }
}

impl Rule for NcciPair {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        ncci::each(day, Owner::Other, |hit| {
            let low = |fault| hit.draft(fault).severity(Severity::Low).at_risk(Cents::ZERO);
            let draft = match hit.state {
                State::Open if hit.edit.bypass => hit.draft(OPEN).severity(hit.severity(day.policy)),
                State::Open => hit.draft(NEVER).severity(hit.severity(day.policy)),
                State::Overlapping => low(OVERLAPPING),
                State::Undocumented => low(UNDOCUMENTED),
                State::Bypassed => return,
            };
            out.report(hit.second, draft);
        });
        let pairs = &day.policy.pairs_59;
        for (n, pair) in pairs.iter().enumerate() {
            let again = pairs[..n].iter().any(|p| p == pair || *p == (pair.1, pair.0));
            if !again && is_the_payers_alone(pair, day) {
                check_payers(pair, day, out);
            }
        }
    }
}

/// Whether a pair of the payer's list is one that no rule has a better word for.
fn is_the_payers_alone(&(a, b): &(Code, Code), day: &PatientDay<'_>) -> bool {
    a != b && !matches!(owner::of(day.policy, a, b), Owner::Refused | Owner::Reeducation | Owner::Manual)
}

fn check_payers(&(a, b): &(Code, Code), day: &PatientDay<'_>, out: &mut DaySink<'_>) {
    let open = |code| day.lines_of(code).filter(|l| !l.marks.has(Marks::DISTINCT));
    if open(a).next().is_none() || open(b).next().is_none() {
        return;
    }
    let [practitioner, hospital] = Setting::ALL.map(|setting| is_edited(day, a, b, setting));
    let edited = |l: &DayLine<'_>| if l.setting() == Setting::Hospital { hospital } else { practitioner };
    let others = ncci::unlike(open(a));
    for line in open(b).filter(|l| !edited(l)) {
        if others.iter().any(|other| ncci::is_one_specialty(other, line)) {
            let args: [Arg; 2] = [b.into(), a.into()];
            let draft = Draft::day_line(PAYERS, line).component(place::procedure(line.service), place::CODE);
            out.report(line, draft.args(args));
        }
    }
}

/// Whether NCCI has the pair on the date, and the payer applies it.
fn is_edited(day: &PatientDay<'_>, a: Code, b: Code, setting: Setting) -> bool {
    let [a, b] = [a, b].map(|code| day.tables.therapy.get(code));
    let edit = a.zip(b).and_then(|(a, b)| day.tables.pairs.find(setting, a, b, day.date));
    day.policy.ncci != Demand::Off && edit.is_some()
}

#[cfg(test)]
mod tests;
