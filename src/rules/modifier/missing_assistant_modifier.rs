//! MOD005: more than a tenth of a line's minutes are an assistant's, and the line carries neither CQ nor CO.
//! Counts unit by unit, and refuses to ask for a modifier where every unit is the therapist's.

use crate::claim::claim::{Claim, Form};
use crate::claim::line::ServiceLine;
use crate::finding::Arg;
use crate::rule;
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::Demand;
use crate::rules::rule::{Cx, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::therapy::Discipline;
use crate::x12::code::Code;
use crate::x12::value::{Cents, Date};

use super::assistant::{self, REDUCED_FROM, REPORTED_FROM};

/// Type of bill of a critical access hospital, which is paid in another way.
const CRITICAL_ACCESS: Code = Code::of("85");

const ADD: u8 = 0;
const ADD_EITHER: u8 = 1;
const SPLIT: u8 = 2;

rule! {
    /// ## What it checks
    ///
    /// Therapy lines from 2020-01-01 with documented minutes of an assistant, of payers that ask for CQ and
    /// CO (Medicare, Medicare Advantage, VA and other federal payers, UnitedHealthcare, Humana). If more than
    /// a tenth of the line's minutes are an assistant's alone and the line carries neither modifier, it is
    /// reported. Minutes given together count as the therapist's.
    ///
    /// A timed line is counted unit by unit: full quarter hours of the therapist and of the assistant are
    /// units of their own. A unit left over is the therapist's if the therapist has 8 minutes left for it
    /// (from 2022-01-01), else the assistant's if more than a tenth of what is left is; of two left over, one
    /// is each's. If no unit is the assistant's, nothing is reported; if some are, they go on a line of their
    /// own.
    ///
    /// At risk is what Medicare takes off, 15 per cent of the assistant's units, from 2022-01-01; before
    /// nothing.
    ///
    /// Each line is judged alone: minutes of the day's other codes are not looked at. Left out are evaluations,
    /// speech-language pathology, which has no such modifier, critical access hospitals (type of bill 85x), and
    /// lines rendered under a taxonomy that is no therapist's.
    ///
    /// ## Why payers deny it
    ///
    /// The line is paid in full and should not be. What a review finds is taken back, from all such lines.
    ///
    /// ## Example
    ///
    /// 97110 with GP and 2 units; of 30 documented minutes 15 are an assistant's: one unit goes with CQ.
    ///
    /// ## How to fix
    ///
    /// Add CQ (physical therapy) or CO (occupational therapy), or split the line if only some units are the
    /// assistant's. Two lines of one code, with and without the modifier, are no duplicates.
    ///
    /// ## Sources
    ///
    /// - `[V2]` CMS, Billing Examples Using CQ/CO Modifiers: more than ten per cent, the last unit from 2022,
    ///   two units left over, minutes given together. Read in copies on vendor pages.
    /// - `[R]` Critical access hospitals are exempt from the cut: recalled.
    /// - `[I]` Units before 2022 are counted alike but for the last one: inferred.
    pub struct MissingAssistantModifier {
        code: "MOD005",
        name: "missing-assistant-modifier",
        severity: Medium,
        since: "0.1.0",
        summary: "An assistant gave more than a tenth of a line's minutes, and it carries neither CQ nor CO.",
        interest: Line(Marks::THERAPY.and(Marks::ASSISTED), Marks::NONE),
        faults: [
            {
                text: "{0}: {1} of {2} minutes are an assistant's, and the line carries neither CQ nor CO",
                fix: "add {3}",
                denial: None,
            },
            {
                text: "{0}: {1} of {2} minutes are an assistant's, and the line carries neither CQ nor CO",
                fix: "add CQ if the plan of care is physical therapy, CO if it is occupational therapy",
                denial: None,
            },
            {
                text: "{0}: {1} of {2} minutes are an assistant's, and the line carries neither CQ nor CO",
                fix: "bill {3} of its units on a line of their own, with CQ or CO",
                denial: None,
            },
        ],
    }
}

impl Rule for MissingAssistantModifier {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        let marks = cx.marks_of(line);
        let looked_at = marks.has(Marks::THERAPY.and(Marks::ASSISTED))
            && !marks.any(Marks::ASSISTANT.and(Marks::EVALUATION).and(Marks::REEVALUATION))
            && cx.policy.assistant_modifier != Demand::Off;
        if !looked_at || !is_reported(cx.claim, line) {
            return;
        }
        let known = cx.minutes_of(line);
        let (Some(minutes), Some(assistant)) = (known.minutes, known.assistant) else { return };
        let Some(units) = line.units.and_then(|u| u.as_whole()).filter(|u| *u > 0) else { return };
        if u64::from(assistant) * 10 <= u64::from(minutes) {
            return;
        }
        let therapist = minutes.saturating_sub(assistant);
        let theirs = if marks.has(Marks::TIMED) {
            assisted_units(units, therapist, assistant, line.date >= REDUCED_FROM)
        } else {
            units
        };
        let modifier = line.discipline.and_then(assistant::modifier);
        let (fault, last): (u8, Arg) = match modifier {
            _ if theirs == 0 => return,
            _ if theirs < units => (SPLIT, theirs.into()),
            Some(modifier) => (ADD, modifier.code().into()),
            None => (ADD_EITHER, Arg::None),
        };
        let args = [line.procedure.into(), assistant.into(), minutes.into(), last];
        let at_risk = reduction(line.charge_or_zero(), theirs, units, line.date);
        let draft = Draft::line(fault, line).args(args).at_risk(at_risk);
        out.report(draft.component(place::procedure(line.service), place::CODE));
    }
}

/// Whether assistants are told from therapists on such a line at all.
fn is_reported(claim: &Claim<'_>, line: &ServiceLine<'_>) -> bool {
    line.date >= REPORTED_FROM
        && line.discipline != Some(Discipline::Slp)
        && !(claim.form == Form::Institutional && claim.facility == CRITICAL_ACCESS)
        && !claim.rendering_of(line).is_no_therapist()
}

/// How many of a timed line's units are an assistant's, by the minutes each gave alone. `by_therapist`: the
/// last unit is the therapist's from 8 minutes on.
fn assisted_units(units: u32, therapist: u32, assistant: u32, by_therapist: bool) -> u32 {
    let (own, theirs) = (therapist / 15, assistant / 15);
    let (own_rest, their_rest) = (therapist % 15, assistant % 15);
    match units.checked_sub(own + theirs) {
        // Fewer units than the minutes earn: the therapist's come first.
        None => units.saturating_sub(own),
        Some(0) => theirs,
        Some(1) => {
            let kept = by_therapist && own_rest >= 8;
            theirs + u32::from(!kept && their_rest * 10 > own_rest + their_rest)
        }
        Some(_) => theirs + u32::from(their_rest > 0),
    }
}

/// What Medicare takes off: 15 per cent of the units that are an assistant's, rounded down.
fn reduction(charge: Cents, theirs: u32, units: u32, date: Option<Date>) -> Cents {
    if date < REDUCED_FROM || charge <= Cents::ZERO || units == 0 {
        return Cents::ZERO;
    }
    let part = i128::from(charge.0) * i128::from(theirs.min(units)) * 15 / (i128::from(units) * 100);
    Cents(i64::try_from(part).unwrap_or(charge.0))
}

#[cfg(test)]
mod tests;
