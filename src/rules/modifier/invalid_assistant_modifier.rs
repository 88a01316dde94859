//! MOD004: CQ or CO where it cannot be right. Refuses to ask for one that is missing, which takes minutes.

use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::Demand;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::therapy::Discipline;
use crate::x12::code::Modifier;

use super::assistant::{CO, CQ, REPORTED_FROM};
use super::plan_of_care;

const DENIAL: Denial = Denial { group: "CO", carc: "4", rarc: &[("N519", 0), ("N823", 20_190_701)] };

const TOO_EARLY: Denial = Denial { group: "CO", carc: "182", rarc: &[] };

const BOTH: u8 = 0;
const EVALUATION: u8 = 1;
const EARLY: u8 = 2;
const OTHER_PLAN: u8 = 3;
const NO_PLAN: u8 = 4;
const NO_THERAPIST: u8 = 5;

rule! {
    /// ## What it checks
    ///
    /// A therapy line with CQ (physical therapist assistant) or CO (occupational therapy assistant):
    ///
    /// - with both of them;
    /// - on an evaluation or re-evaluation, 97161-97168 and 92521-92524, which assistants do not give;
    /// - before 2020-01-01, when the modifiers did not exist;
    /// - CQ without GP, CO without GO: under another plan-of-care modifier, or under none where the payer
    ///   does not insist on one (where it does, MOD001 says what is missing). Lines with two of them are
    ///   MOD002's;
    /// - under a rendering provider whose taxonomy is no therapist's: services incident to a physician's carry
    ///   neither (a step milder).
    ///
    /// The first of these that holds is reported. High where the payer asks for the modifiers (Medicare,
    /// Medicare Advantage, VA and other federal payers, UnitedHealthcare, Humana), low where it ignores them.
    /// One code on two lines, with CQ and without, is right.
    ///
    /// ## Why payers deny it
    ///
    /// The modifier sets the price of the line: 85 per cent from 2022. A combination that says two things at
    /// once cannot be priced.
    ///
    /// ## Example
    ///
    /// `SV1*HC:97110:GO:CQ*50*UN*1***1~`: an occupational therapy plan and a physical therapist assistant.
    ///
    /// ## How to fix
    ///
    /// CQ goes with GP and CO with GO. Look in the note who gave the service under which plan, and correct
    /// the one that is wrong.
    ///
    /// ## Sources
    ///
    /// - `[V2]` CMS, Billing Examples Using CQ/CO Modifiers: reported from 2020-01-01, 85 per cent from
    ///   2022-01-01, CQ with GP and CO with GO, not on services incident to a physician's. Read in copies on
    ///   vendor pages.
    /// - `[V2]` Assistants do not evaluate: TRICARE page. `[R]` TRICARE began a few months later, which is not
    ///   looked at.
    /// - `[I]` CO-4 with N519, CO-182 before 2020, and the severities of payers that ignore the modifiers:
    ///   inferred.
    pub struct InvalidAssistantModifier {
        code: "MOD004",
        name: "invalid-assistant-modifier",
        severity: High,
        since: "0.1.0",
        summary: "CQ or CO stands on a line where it contradicts the code, the plan of care, the date or the provider.",
        interest: Line(Marks::THERAPY.and(Marks::ASSISTANT), Marks::NONE),
        faults: [
            {
                text: "{0} carries both CQ and CO",
                fix: "keep the one of the plan of care: CQ with GP, CO with GO",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries {1}; assistants do not give evaluations",
                fix: "remove {1}, or bill the service that the assistant gave",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries {1} on {2}, before it was used",
                fix: "remove {1}, or correct the date of service",
                denial: Some(TOO_EARLY),
            },
            {
                text: "{0} carries {1} with {2}; it goes with {3}",
                fix: "correct the one of the two that is wrong, by who gave the service under which plan of care",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries {1} without {3}",
                fix: "add {3}, or remove {1} if no assistant gave the service",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries {1}, and its rendering provider is no therapist",
                fix: "remove {1} if the service was given incident to a physician's, or correct the rendering provider",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for InvalidAssistantModifier {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        if !cx.marks_of(line).has(Marks::THERAPY.and(Marks::ASSISTANT)) {
            return;
        }
        let Some((slot, carried)) = line.modifiers.slots().find(|(_, m)| [CQ, CO].contains(m)) else {
            return;
        };
        let wanted = if carried == CQ { Discipline::Pt } else { Discipline::Ot };
        let Some((fault, named)) = judge(cx, line, carried, wanted) else { return };
        let severity = match cx.policy.assistant_modifier {
            Demand::Required => Severity::High,
            Demand::Advised => Severity::Medium,
            Demand::Off => Severity::Low,
        };
        let severity = if fault == NO_THERAPIST { severity.milder() } else { severity };
        let wanted = wanted.modifier().code();
        let args: [Arg; 4] = [line.procedure.into(), carried.code().into(), named, wanted.into()];
        let draft = Draft::line(fault, line).args(args).severity(severity);
        out.report(draft.component(place::procedure(line.service), place::modifier(slot)));
    }
}

/// The first fault, and what its message names beside code and modifiers.
fn judge(
    cx: &Cx<'_, '_>,
    line: &ServiceLine<'_>,
    carried: Modifier,
    wanted: Discipline,
) -> Option<(u8, Arg)> {
    let marks = cx.marks_of(line);
    let other = if carried == CQ { CO } else { CQ };
    if line.modifiers.contains(other) {
        return Some((BOTH, Arg::None));
    }
    if marks.any(Marks::EVALUATION.and(Marks::REEVALUATION)) {
        return Some((EVALUATION, Arg::None));
    }
    if let Some(date) = line.date.filter(|date| Some(*date) < REPORTED_FROM) {
        return Some((EARLY, date.into()));
    }
    if marks.has(Marks::ONE_PLAN) {
        let named = Discipline::of_modifiers(&line.modifiers).filter(|named| *named != wanted);
        if let Some(named) = named {
            return Some((OTHER_PLAN, named.modifier().code().into()));
        }
    } else if marks.has(Marks::NO_PLAN) {
        let said = cx.policy.plan_modifier != Demand::Off && plan_of_care::is_lacking(cx, line);
        if !said {
            return Some((NO_PLAN, Arg::None));
        }
    }
    cx.claim.rendering_of(line).is_no_therapist().then_some((NO_THERAPIST, Arg::None))
}
