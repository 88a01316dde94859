//! CLM007: what Medicare wants on an institutional therapy claim beside its lines: type of bill, codes, dates,
//! occurrence codes. Leaves inpatient stays, home health and hospice to rules that are not here.

use crate::claim::claim::{Claim, Form};
use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::place;
use crate::rules::policy::PayerClass;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::therapy::Discipline;
use crate::x12::code::Code;
use crate::x12::value::Cents;

use super::bill;

const BILL: Denial = Denial { group: "CO", carc: "16", rarc: &[("MA130", 0)] };
const PROCEDURE: Denial = Denial { group: "CO", carc: "16", rarc: &[("M20", 0)] };
const DATES: Denial = Denial { group: "CO", carc: "16", rarc: &[("N345", 0)] };
const OCCURRENCE: Denial = Denial { group: "CO", carc: "16", rarc: &[("M45", 0)] };

/// Onset of illness or injury.
const ONSET: Code = Code::of("11");

/// By discipline: the date the plan was set up or last reviewed, and the date treatment began.
const DATED: [(Discipline, Code, Code); 3] = [
    (Discipline::Pt, Code::of("29"), Code::of("35")),
    (Discipline::Ot, Code::of("17"), Code::of("44")),
    (Discipline::Slp, Code::of("30"), Code::of("45")),
];

const WRONG_BILL: u8 = 0;
const NO_PROCEDURE: u8 = 1;
const NO_DATE: u8 = 2;
const NO_PLAN_DATE: u8 = 3;
const LONE_PLAN_DATE: u8 = 4;
const NO_OTHER_DATE: u8 = 5;
const NO_BILL: u8 = 6;

rule! {
    /// ## What it checks
    ///
    /// An 837I for Medicare with therapy revenue codes (042x, 043x, 044x):
    ///
    /// - its type of bill is 12x, 13x, 22x, 23x, 34x, 74x, 75x or 85x (high). Left out are inpatient stays
    ///   (11x, 18x, 21x, 41x), home health (32x, 33x) and hospice (81x, 82x), which other rules govern;
    /// - each therapy line has a procedure code (high), and a date of its own (DTP*472) if the statement
    ///   covers more than one day (high). A date that is none is X12-N002, and the line counts as one
    ///   without;
    /// - occurrence codes, for all these types of bill but 85x: 043x with 17, and 17 with 043x (high); 042x
    ///   with 29 and 044x with 30, and the other way round (medium); the onset, 11, and the day treatment
    ///   began, 35 for 042x, 44 for 043x, 45 for 044x (low).
    ///
    /// Dates of occurrence codes are not held to anything. Value codes are not looked at: they are no longer
    /// asked for.
    ///
    /// ## Why payers deny it
    ///
    /// Medicare returns the claim to the provider before it is priced: reason code 31256 for occurrence code
    /// 17.
    ///
    /// ## Example
    ///
    /// A 13x claim with a 0430 line and no occurrence code 17.
    ///
    /// ## How to fix
    ///
    /// Add what is missing: code and date to the line, `HI*BH:17:D8:20260227` and the like to the claim.
    ///
    /// ## Sources
    ///
    /// - `[V2]` First Coast, reason code 31256: types of bill 12x, 13x, 22x, 23x, 34x, 74x, 75x with 043x and
    ///   17, claims from 2006-07-03 (CR 4310).
    /// - `[I]` The like for 29 and 30: inferred.
    /// - `[V2]` Procedure code and line date on 042x to 044x lines, and types of bill: Pub. 100-04 chapter 5
    ///   section 40.5 as quoted on audiologybilling.blogspot.com, 2017.
    /// - `[V2]` Occurrence codes 11, 35, 44 and 45: AAPC (R. Gawenda), quoting chapter 5.
    /// - `[R]` Swing beds, other inpatient stays and hospice are governed by other rules: recalled.
    /// - `[V]` RARC M45, M20, N345 and MA130 exist; `[I]` that they answer this is inferred.
    pub struct IncompleteInstitutionalClaim {
        code: "CLM007",
        name: "incomplete-institutional-claim",
        severity: High,
        since: "0.1.0",
        summary: "An institutional therapy claim lacks a fitting type of bill, a code, a date or an occurrence code.",
        interest: Claim,
        faults: [
            {
                text: "type of bill {0}x with revenue code {1} is none that Medicare takes therapy on",
                fix: "correct the type of bill (CLM05-1) or the revenue code",
                denial: Some(BILL),
            },
            {
                text: "revenue code {0} has no procedure code",
                fix: "add the procedure code (SV202-2)",
                denial: Some(PROCEDURE),
            },
            {
                text: "revenue code {0} has no date of service, and the statement covers several days",
                fix: "add DTP*472 to the line",
                denial: Some(DATES),
            },
            {
                text: "revenue code {0} without occurrence code {1}",
                fix: "add occurrence code {1} with the date the plan of care was set up or last reviewed",
                denial: Some(OCCURRENCE),
            },
            {
                text: "occurrence code {1} without a revenue code of its discipline, {0}",
                fix: "remove occurrence code {1}, or correct the revenue code",
                denial: Some(OCCURRENCE),
            },
            {
                text: "revenue code {0} without occurrence code {1}",
                fix: "add occurrence code {1}: 11 with the date of onset, 35, 44 and 45 with that of the first treatment",
                denial: Some(OCCURRENCE),
            },
            {
                text: "no type of bill (CLM05-1), and revenue code {1} needs one",
                fix: "write the first two digits of the type of bill in CLM05-1",
                denial: Some(BILL),
            },
        ],
    }
}

impl Rule for IncompleteInstitutionalClaim {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn claim(&self, cx: &Cx<'_, '_>, out: &mut FindingSink<'_>) {
        let claim = cx.claim;
        if claim.form != Form::Institutional
            || cx.policy.class != PayerClass::Medicare
            || bill::is_elsewhere(claim)
        {
            return;
        }
        let mut first: [Option<&ServiceLine<'_>>; 3] = [None; 3];
        let several_days = claim.statement.is_some_and(|(from, to)| from != to);
        for line in &claim.lines {
            let Some(discipline) = Discipline::of_revenue(line.revenue) else { continue };
            first[discipline as usize].get_or_insert(line);
            let args: [Arg; 1] = [line.revenue.into()];
            if line.procedure.is_none() {
                let at = place::procedure(line.service);
                out.report(Draft::line(NO_PROCEDURE, line).element(at).args(args));
            }
            if line.date.is_none() && several_days {
                out.report(Draft::line(NO_DATE, line).args(args));
            }
        }
        if let Some(line) = first.iter().flatten().min_by_key(|l| l.order)
            && !bill::takes_therapy(claim)
        {
            let none = [Code::NONE, Code::MALFORMED].contains(&claim.facility);
            let draft = Draft::claim(if none { NO_BILL } else { WRONG_BILL }, claim).component(5, 1);
            let args: [Arg; 2] = [claim.facility.into(), line.revenue.into()];
            out.report(returned(draft.args(args), claim));
        }
        if bill::wants_occurrences(claim) {
            occurrences(claim, first, out);
        }
    }
}

/// Occurrence codes against the disciplines of the claim's lines.
fn occurrences(claim: &Claim<'_>, first: [Option<&ServiceLine<'_>>; 3], out: &mut FindingSink<'_>) {
    let has = |code: Code| claim.occurrences.iter().any(|o| o.code == code);
    let mut say = |fault, revenue: Code, code: Code, severity| {
        let args: [Arg; 2] = [revenue.into(), code.into()];
        let draft = Draft::claim(fault, claim).args(args).severity(severity);
        out.report(if severity > Severity::Low { returned(draft, claim) } else { draft });
    };
    for (discipline, planned, began) in DATED {
        // The edit that was read is that of 17; those of 29 and 30 are taken to be like it.
        let severity = if discipline == Discipline::Ot { Severity::High } else { Severity::Medium };
        match first[discipline as usize] {
            Some(line) => {
                if !has(planned) {
                    say(NO_PLAN_DATE, line.revenue, planned, severity);
                }
                if !has(began) {
                    say(NO_OTHER_DATE, line.revenue, began, Severity::Low);
                }
            }
            None if has(planned) => say(LONE_PLAN_DATE, bill::revenue(discipline), planned, severity),
            None => {}
        }
    }
    let therapy = first.iter().flatten().min_by_key(|l| l.order);
    if let Some(line) = therapy.filter(|_| !has(ONSET)) {
        say(NO_OTHER_DATE, line.revenue, ONSET, Severity::Low);
    }
}

/// The whole claim comes back.
fn returned(draft: Draft, claim: &Claim<'_>) -> Draft {
    draft.whole_claim().at_risk(claim.charge.unwrap_or_default().max(Cents::ZERO))
}
