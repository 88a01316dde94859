//! CLM002: a code that was not in force on the date of service, that Medicare does not take, or that says
//! nothing without a description. Refuses to judge codes the therapy table does not have.

use crate::claim::claim::{Claim, Form};
use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::codes::codes;
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::PayerClass;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::Tables;
use crate::tables::therapy::{CodeFacts, MedicareStatus, TherapyStatus};
use crate::x12::code::{Code, Modifier};
use crate::x12::value::{Cents, Date};

/// Medicare bills it as G0283.
const UNATTENDED: Code = Code::of("97014");

/// Unlisted services: what was done stands in the text.
const UNLISTED: [Code; 3] = codes(["97039", "97139", "97799"]);

/// Codes that ended, with the one that took their place where it is just one.
const SUCCESSORS: [(Code, Code); 7] = [
    (Code::of("97002"), Code::of("97164")),
    (Code::of("97004"), Code::of("97168")),
    (Code::of("97762"), Code::of("97763")),
    (Code::of("97127"), Code::of("97129")),
    (Code::of("G0515"), Code::of("97129")),
    (Code::of("97532"), Code::of("97129")),
    (Code::of("90911"), Code::of("90912")),
];

/// Excluded by law: the line is billed for the denial.
const EXCLUDED: Modifier = Modifier::of("GY");

const NOT_VALID: Denial = Denial { group: "CO", carc: "181", rarc: &[("N56", 0), ("M20", 0)] };
const IN_ANOTHER: Denial = Denial { group: "CO", carc: "97", rarc: &[("N390", 0)] };
const NOT_COVERED: Denial = Denial { group: "CO", carc: "96", rarc: &[] };
const NOT_DESCRIBED: Denial = Denial { group: "CO", carc: "16", rarc: &[("N350", 0)] };

const NOT_YET: u8 = 0;
const ENDED: u8 = 1;
const REPLACED: u8 = 2;
const OTHER_CODE: u8 = 3;
const BUNDLED: u8 = 4;
const NON_COVERED: u8 = 5;
const NO_TEXT: u8 = 6;

rule! {
    /// ## What it checks
    ///
    /// Codes of the therapy table, by the date of service of the line (both dates of a range):
    ///
    /// - a code that was not yet or no longer in force, such as 97001 after 2016-12-31 or 97763 before
    ///   2018-01-01 (critical);
    /// - for Medicare: 97014, for which G0283 is billed (critical); 97037 and 98943, which are not covered,
    ///   unless the line carries GY (critical); a charge for 97010, 97602, 92605 or 92606, which Medicare
    ///   never pays by themselves (low). An institutional 97602 outside a therapy plan of care is another
    ///   service and left out;
    /// - for all payers: 97039, 97139 and 97799, which are unlisted, without text in SV101-7 (SV202-7) and
    ///   without any note of the line or of the claim (medium). What the text says is not looked at.
    ///
    /// Lines without a date are not held to any. Codes the table does not have are not looked at: that is no
    /// pass.
    ///
    /// ## Why payers deny it
    ///
    /// Code lists are dated: a payer prices the code by the date of service, and has no price for one that
    /// was not in force. An unlisted code has no price at all; the payer sets one by the description.
    ///
    /// ## Example
    ///
    /// `SV1*HC:97001:GP*90*UN*1***1~` for 2017-01-03: 97001 was in force until 2016-12-31.
    ///
    /// ## How to fix
    ///
    /// Bill the code in force on the date of service. Evaluations of 97001 are 97161 to 97163 since 2017,
    /// those of 97003 are 97165 to 97167. Describe an unlisted service in the line or in a note.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Dates codes began and ended: association and vendor pages; `[R]` some of them recalled.
    /// - `[V]` What Medicare makes of a code: status in the fee schedule of 2024-07-01, used for every date of
    ///   service.
    /// - `[R]` G0283 in place of 97014, and which code took the place of one that ended: recalled.
    /// - `[V]` CARC 181, CARC 97, RARC N56, N390 and N350 exist; `[R]` CARC 96 recalled; `[I]` that they
    ///   answer this is inferred.
    pub struct CodeNotValid {
        code: "CLM002",
        name: "code-not-valid",
        severity: Critical,
        since: "0.1.0",
        summary: "The code is not valid on the date of service or for the payer, or is unlisted and not described.",
        interest: Line(Marks::LIFE, Marks::NONE),
        faults: [
            {
                text: "{0} is in force from {1}, the line is of {2}",
                fix: "bill the code that was in force on the date of service, or correct the date",
                denial: Some(NOT_VALID),
            },
            {
                text: "{0} was in force until {1}, the line is of {2}",
                fix: "bill the code in force on the date of service, or correct the date",
                denial: Some(NOT_VALID),
            },
            {
                text: "{0} was in force until {1}, the line is of {2}",
                fix: "bill {3}, which took its place, or correct the date",
                denial: Some(NOT_VALID),
            },
            {
                text: "{0} is no code for Medicare, which takes G0283 for the service",
                fix: "bill G0283",
                denial: Some(NOT_VALID),
            },
            {
                text: "{0} has a charge of {1}; Medicare never pays it by itself",
                fix: "nothing to change for payment; expect none for this line",
                denial: Some(IN_ANOTHER),
            },
            {
                text: "{0} is not covered by Medicare",
                fix: "remove the line, or add GY if a denial is wanted",
                denial: Some(NOT_COVERED),
            },
            {
                text: "{0} is unlisted, and no text of the line or claim says what was done",
                fix: "describe the service beside the code (SV101-7, SV202-7) or in a note",
                denial: Some(NOT_DESCRIBED),
            },
        ],
    }
}

impl Rule for CodeNotValid {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        let Some(facts) = line.facts else { return };
        let medicare = cx.policy.class == PayerClass::Medicare;
        let (fault, severity, args) = if let Some((fault, args)) = out_of_force(cx.tables, facts, line) {
            (fault, Severity::Critical, args)
        } else if let Some((fault, severity)) =
            if medicare { refused(cx.claim.form, facts, line) } else { None }
        {
            let args = [line.procedure.into(), line.charge_or_zero().into(), Arg::None, Arg::None];
            (fault, severity, args)
        } else if UNLISTED.contains(&line.procedure) && !is_described(cx.claim, line) {
            (NO_TEXT, Severity::Medium, [line.procedure.into(), Arg::None, Arg::None, Arg::None])
        } else {
            return;
        };
        let draft = Draft::line(fault, line).component(place::procedure(line.service), place::CODE);
        out.report(draft.severity(severity).args(args));
    }
}

/// Whether the code was in force on the date of service, as a fault if it was not.
fn out_of_force(tables: &Tables, facts: &CodeFacts, line: &ServiceLine<'_>) -> Option<(u8, [Arg; 4])> {
    let (from, to) = (line.date?, line.date_to.or(line.date)?);
    let args = |limit: Date, date: Date, successor: Code| {
        [facts.code.into(), limit.into(), date.into(), successor.into()]
    };
    if let Some(first) = facts.valid_from.filter(|first| from < *first) {
        return Some((NOT_YET, args(first, from, Code::NONE)));
    }
    let last = facts.valid_to.filter(|last| to > *last)?;
    let in_force = |code: &Code| {
        let next = tables.therapy.get(*code);
        next.is_some_and(|n| n.valid_from.is_none_or(|d| d <= from) && n.valid_to.is_none_or(|d| to <= d))
    };
    let successor = SUCCESSORS.iter().find(|(old, _)| *old == facts.code).map(|(_, new)| *new);
    match successor.filter(in_force) {
        Some(successor) => Some((REPLACED, args(last, to, successor))),
        None => Some((ENDED, args(last, to, Code::NONE))),
    }
}

/// What Medicare has against a code that is in force.
fn refused(form: Form, facts: &CodeFacts, line: &ServiceLine<'_>) -> Option<(u8, Severity)> {
    match facts.medicare {
        MedicareStatus::Invalid if facts.code == UNATTENDED => Some((OTHER_CODE, Severity::Critical)),
        MedicareStatus::NonCovered if !line.modifiers.contains(EXCLUDED) => {
            Some((NON_COVERED, Severity::Critical))
        }
        MedicareStatus::Bundled => {
            // A hospital that gives such a service outside a therapy plan of care is paid for it as its own.
            let outside = form == Form::Institutional
                && facts.status == TherapyStatus::Sometimes
                && line.discipline.is_none();
            (line.charge_or_zero() > Cents::ZERO && !outside).then_some((BUNDLED, Severity::Low))
        }
        _ => None,
    }
}

/// Whether any text says what the line is: beside its code, or in a note of the line or of the claim.
fn is_described(claim: &Claim<'_>, line: &ServiceLine<'_>) -> bool {
    let says = |text: &[u8]| !text.trim_ascii().is_empty();
    says(line.description)
        || claim.notes.iter().any(|n| (n.line == 0 || n.line == line.order) && says(n.text))
}
