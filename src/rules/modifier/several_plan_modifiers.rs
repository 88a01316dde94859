//! MOD002: more than one plan-of-care modifier on a line. Does not ask which of them is right.

use crate::claim::line::ServiceLine;
use crate::finding::Arg;
use crate::rule;
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};

use super::plan_of_care;

const DENIAL: Denial = Denial { group: "CO", carc: "4", rarc: &[("N519", 0)] };

const TWO: u8 = 0;
const TWICE: u8 = 1;

rule! {
    /// ## What it checks
    ///
    /// A therapy line carries exactly one of GP, GO and GN. Two of them, or the same one twice, are reported at
    /// the second one.
    ///
    /// ## Why payers deny it
    ///
    /// A service is given under one plan of care. Medicare rejects professional lines with more than one (group
    /// CO, CARC 4) and returns institutional claims that have such a line.
    ///
    /// ## Example
    ///
    /// `SV1*HC:97530:GP:GO*60*UN*1***1~`: 97530 carries both GP and GO.
    ///
    /// ## How to fix
    ///
    /// Keep the one that the plan of care has. If two disciplines each gave the service, each bills a line of
    /// its own.
    ///
    /// ## Sources
    ///
    /// - `[V2]` CR 10176, Transmittal 3814, 2017-07-27: missing or more than one, reject with CO and CARC 4. Read
    ///   on preftherapy.com, not on cms.gov.
    /// - `[V2]` CMS Transmittal 2091, MM7170, April 2011: one of the three on an institutional line. Read on
    ///   mmplusinc.com.
    /// - `[V]` RARC N519 exists; `[I]` that it comes with this CARC 4 is inferred.
    pub struct SeveralPlanModifiers {
        code: "MOD002",
        name: "several-plan-modifiers",
        severity: Critical,
        since: "0.1.0",
        summary: "A therapy line carries more than one of the plan-of-care modifiers GP, GO, GN.",
        interest: Line(Marks::THERAPY.and(Marks::SEVERAL_PLANS), Marks::NONE),
        faults: [
            {
                text: "{0} carries both {1} and {2}",
                fix: "keep the one of them that the plan of care has",
                denial: Some(DENIAL),
            },
            { text: "{0} carries {1} twice", fix: "remove the second {1}", denial: Some(DENIAL) },
        ],
    }
}

impl Rule for SeveralPlanModifiers {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, _cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        if !line.is_therapy() {
            return;
        }
        let mut named = plan_of_care::slots(&line.modifiers);
        let (Some((_, first)), Some((slot, second))) = (named.next(), named.next()) else { return };
        let fault = if first == second { TWICE } else { TWO };
        let args: [Arg; 3] =
            [line.procedure.into(), first.modifier().code().into(), second.modifier().code().into()];
        let at = (place::procedure(line.service), place::modifier(slot));
        out.report(Draft::line(fault, line).component(at.0, at.1).args(args));
    }
}

#[cfg(test)]
mod tests;
