//! TIM005: timed units without documented minutes, and rows of the minutes file that fit no line. Refuses to call such
//! units right or wrong: they are not checked.

use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Finding, RuleId, Severity};
use crate::minutes::{FileKind, LineMinutes};
use crate::position::Position;
use crate::rule;
use crate::rules::CATALOGUE;
use crate::rules::plan::Plan;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::x12::value::Quantity;

const DENIAL: Denial = Denial { group: "CO", carc: "252", rarc: &[("N706", 0)] };

const MISSING: u8 = 0;
const FITS_NONE: u8 = 1;
const FITS_SEVERAL: u8 = 2;
const NO_VISIT: u8 = 3;
const ONE_OF_SEVERAL: u8 = 4;

rule! {
    /// ## What it checks
    ///
    /// A claim file has no element for minutes of therapy, so they come from a sidecar file or from note text.
    /// This rule counts the timed lines of a claim for which neither names minutes, of the line or of the
    /// visit. It finds nothing about the units themselves: without minutes they are not checked, which is no
    /// pass. In a run without a minutes file, claims whose notes name no minutes at all are left to the summary
    /// of the run. Rows of the minutes file that fit no line, or several, are reported too.
    ///
    /// `--require-minutes`, or `require_minutes = true` under `[rules]` of the settings, makes missing minutes
    /// medium and reports every claim that has none, with or without a minutes file.
    ///
    /// ## Why payers deny it
    ///
    /// The claim as sent is complete without minutes. A payer that asks for the record refuses timed units
    /// for which the note shows no time.
    ///
    /// ## Example
    ///
    /// A claim with three timed lines; the minutes file has a row for one of them.
    ///
    /// ## How to fix
    ///
    /// Take the minutes from the notes into the minutes file. If the note shows no time, that is the fault a
    /// reviewer will find.
    ///
    /// ## Sources
    ///
    /// - `[V]` Data element definitions of SV1 and SV2 in the 005010X222 and X223 guides, read in public copies:
    ///   no element holds minutes of therapy.
    /// - `[V2]` Pub. 100-04 chapter 5 section 20.2: the note shows timed minutes and treatment minutes. Read in
    ///   copies, not on cms.gov.
    /// - `[V]` CARC 252 and RARC N706 exist in the code lists; `[I]` that they answer this is inferred.
    pub struct MinutesNotDocumented {
        code: "TIM005",
        name: "minutes-not-documented",
        severity: Low,
        since: "0.1.0",
        summary: "Timed units have no documented minutes and are not checked.",
        interest: TherapyClaim,
        faults: [
            {
                text: "minutes not documented for {0} of {1} timed lines, their units were not checked",
                fix: "add the documented minutes of these lines to the minutes file",
                denial: Some(DENIAL),
            },
            {
                text: "the row at line {0} of the minutes file fits no service line of the run",
                fix: "correct the row's claim id, line or date and code, or scan the claim file it belongs to",
                denial: None,
            },
            {
                text: "the row at line {0} of the minutes file fits several service lines and was used for none",
                fix: "give the row a line control number or a line number",
                denial: None,
            },
            {
                text: "the row at line {0} of the visits file fits no visit of the run",
                fix: "correct the row's claim or patient id, date or discipline, or scan the claim file it belongs to",
                denial: None,
            },
            {
                text: "the row at line {0} of the visits file is one of several visits of its day, whose lines cannot \
                    be told apart, and was used for none",
                fix: "give the minutes of each line in the minutes file, or the day's total in one row",
                denial: None,
            },
        ],
    }
}

impl Rule for MinutesNotDocumented {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn claim(&self, cx: &Cx<'_, '_>, out: &mut FindingSink<'_>) {
        // A run without any minutes says so once, in its summary; a claim whose notes have some is odd.
        let said_once = !cx.minutes_expected && !cx.minutes_required;
        if said_once && cx.minutes.lines.is_empty() {
            return;
        }
        let (mut timed, mut missing) = (0u32, 0u32);
        for (n, _) in cx.claim.lines.iter().enumerate().filter(|(_, l)| bills_time(l)) {
            timed += 1;
            missing += u32::from(cx.minutes.lines.get(n).is_none_or(is_missing));
        }
        let said_once = said_once && missing == timed;
        if missing == 0 || said_once {
            return;
        }
        let args: [Arg; 2] = [missing.into(), timed.into()];
        let severity = if cx.minutes_required { Severity::Medium } else { Severity::Low };
        out.report(Draft::claim(MISSING, cx.claim).args(args).severity(severity));
    }
}

/// Findings of rows of minutes or visits files that were used for no line: by the file, the row's line of it and whether it
/// fits several lines of a claim. `None` if the run does not apply the rule.
pub fn stray_rows(plan: &Plan) -> Option<impl Fn(FileKind, u64, bool) -> Finding> {
    let rule = RuleId(u16::try_from(CATALOGUE.iter().position(|r| r.meta().code == "TIM005")?).ok()?);
    let severity = plan.severity(rule);
    let finding = move |file, line_of_file: u64, fits_several| {
        let args = [line_of_file.into(), Arg::None, Arg::None, Arg::None];
        let fault = match (file, fits_several) {
            (FileKind::Minutes, false) => FITS_NONE,
            (FileKind::Minutes, true) => FITS_SEVERAL,
            (FileKind::Visits, false) => NO_VISIT,
            (FileKind::Visits, true) => ONE_OF_SEVERAL,
        };
        Finding { fault, ..Finding::bare(rule, severity, Position::default(), args) }
    };
    plan.is_enabled(rule).then_some(finding)
}

fn bills_time(line: &ServiceLine<'_>) -> bool {
    line.is_timed() && line.units.is_some_and(|u| u > Quantity::default())
}

fn is_missing(known: &LineMinutes) -> bool {
    known.minutes.or(known.visit_timed).is_none()
}

#[cfg(test)]
mod tests;
