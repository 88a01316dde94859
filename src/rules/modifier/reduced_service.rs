//! MOD006: modifier 52 on a therapy line. Refuses to call it wrong on untimed treatments, where some payers
//! take it.

use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::x12::code::{Code, Modifier};

const REDUCED: Modifier = Modifier::of("52");

/// Two evaluations under one code: with 52 where only one of them was made.
const DOUBLE: Code = Code::of("92523");

const DENIAL: Denial = Denial { group: "CO", carc: "4", rarc: &[("N519", 0), ("N823", 20_190_701)] };

const TIMED: u8 = 0;
const EVALUATION: u8 = 1;
const UNTIMED: u8 = 2;

rule! {
    /// ## What it checks
    ///
    /// Modifier 52 (reduced service) on a therapy line:
    ///
    /// - on a timed 15-minute code: its units already say how much was given (high);
    /// - on an evaluation or re-evaluation, 97161-97168 and 92521-92524, which is given whole or not at all
    ///   (high);
    /// - on any other therapy code, such as 97150 or 92507: not every payer takes it (low). So too 92523, which
    ///   some payers take with 52 where only one of its two parts was made, and codes timed by another base.
    ///
    /// 53 is another modifier and is not looked at.
    ///
    /// ## Why payers deny it
    ///
    /// Less than 8 minutes of a timed code are no unit, with 52 or without: the modifier on such a line says
    /// that the unit was not earned. Payers answer that the modifier does not fit the procedure.
    ///
    /// ## Example
    ///
    /// `SV1*HC:97110:GP:52*50*UN*1***1~`: seven minutes, billed as a reduced unit.
    ///
    /// ## How to fix
    ///
    /// Bill the units the minutes earned, without 52; if they earned none, remove the line.
    ///
    /// ## Sources
    ///
    /// - `[V2]` 52 is not right on 97110, under 8 minutes or not: UControl Billing, 2022-05-31; a medical
    ///   coding blog, 2021-09-20. Secondary pages.
    /// - `[I]` The same for all timed codes and for evaluations, and low for untimed ones: inferred.
    /// - `[R]` 92523 with 52 where only language was evaluated: recalled.
    /// - `[I]` CO-4 with N519: inferred. `[V]` RARC N823 exists from 2019-07-01.
    pub struct ReducedService {
        code: "MOD006",
        name: "reduced-service",
        severity: High,
        since: "0.1.0",
        summary: "A timed code or an evaluation carries modifier 52.",
        interest: Line(Marks::THERAPY.and(Marks::REDUCED), Marks::NONE),
        faults: [
            {
                text: "{0} carries 52; a timed code is billed in whole units or not at all",
                fix: "bill the units the minutes earned, without 52; if they earned none, remove the line",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries 52; an evaluation is billed whole or not at all",
                fix: "remove 52, or the line if the evaluation was not completed",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries 52, which not every payer takes on this code",
                fix: "ask the payer whether it takes 52 on this code, or bill the service whole or not at all",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for ReducedService {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        let marks = cx.marks_of(line);
        let slot = line.modifiers.slots().find(|(_, m)| *m == REDUCED);
        let (true, Some((slot, _))) = (marks.has(Marks::THERAPY), slot) else { return };
        let (fault, severity) = if marks.has(Marks::TIMED) {
            (TIMED, Severity::High)
        } else if marks.any(Marks::EVALUATION.and(Marks::REEVALUATION)) && line.procedure != DOUBLE {
            (EVALUATION, Severity::High)
        } else {
            (UNTIMED, Severity::Low)
        };
        let args: [Arg; 1] = [line.procedure.into()];
        let draft = Draft::line(fault, line).args(args).severity(severity);
        out.report(draft.component(place::procedure(line.service), place::modifier(slot)));
    }
}
