//! MOD003: a code under a discipline that does not bill it. Refuses to judge lines with none or several
//! plan-of-care modifiers: those have rules of their own.

use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::discipline::{Objection, is_never_speech, objection};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::therapy::Discipline;
use crate::x12::code::Code;

use super::plan_of_care;

const DENIAL: Denial = Denial { group: "CO", carc: "4", rarc: &[("N823", 20_190_701)] };

const BOUND: u8 = 0;
const MODIFIER: u8 = 1;
const RENDERING: u8 = 2;
const ADVICE: u8 = 3;

/// What a line has where this rule can find something: a code of one discipline, GN, or a code that speech
/// therapists do not bill, or bill alone.
const LOOKED_AT: Marks = Marks::BOUND
    .and(Marks::GN)
    .and(Marks::SPEECH)
    .and(Marks::EXERCISE)
    .and(Marks::REEDUCATION)
    .and(Marks::GROUP)
    .and(Marks::ACTIVITIES);

rule! {
    /// ## What it checks
    ///
    /// The one plan-of-care modifier of a line against its code:
    ///
    /// - evaluations and other codes bound to one discipline under another one's modifier: 97161-97164 take GP,
    ///   97165-97168 GO, 92521-92524, 92597 and 92607 GN (critical);
    /// - 97110, 97112, 97150 and 97530 under GN, or rendered under a speech-language pathology taxonomy (high);
    /// - 97032-97036, 97113, 97116, 97124, 97140 and 97542 under GN (high);
    /// - 97533 and 97535 under GN: some payers take them from speech-language pathologists (low);
    /// - 92507 and 92508 under GP (medium). 97110, 97112 and 97530 under GO are right.
    ///
    /// ## Why payers deny it
    ///
    /// The modifier contradicts the code: either the plan of care or the service is wrong on the claim. Medicare
    /// answers with group CO and CARC 4.
    ///
    /// ## Example
    ///
    /// `SV1*HC:97161:GO*120*UN*1***1~`: 97161 carries GO, it is billed with GP only.
    ///
    /// ## How to fix
    ///
    /// Put the modifier of the plan of care the service was given under, or bill the code of the service that
    /// was given. If the provider's taxonomy is wrong on the claim, correct that.
    ///
    /// ## Sources
    ///
    /// - `[V2]` CR 10176, Transmittal 3814, 2017-07-27: codes bound to one discipline. Read on preftherapy.com.
    /// - `[V]` NCCI policy manual 2026 chapter XI section H: speech-language pathologists do not bill 97110,
    ///   97112, 97150, 97530.
    /// - `[I]` The other codes under GN, and 92507 and 92508 under GP: the project's own reading.
    /// - `[V]` RARC N823 exists from 2019-07-01; `[I]` that it comes with this CARC 4 is inferred.
    pub struct WrongDiscipline {
        code: "MOD003",
        name: "wrong-discipline",
        severity: Critical,
        since: "0.1.0",
        summary: "The plan-of-care modifier or the rendering provider is of a discipline that does not bill the code.",
        interest: Line(Marks::THERAPY, LOOKED_AT),
        faults: [
            {
                text: "{0} carries {1}, it is billed with {2} only",
                fix: "replace the modifier with {2}, or bill the code of the service that was given",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries {1}, a discipline that does not bill it",
                fix: "correct the modifier, or bill the code of the service that was given",
                denial: Some(DENIAL),
            },
            {
                text: "{0} is rendered by a speech-language pathologist, who does not bill it",
                fix: "bill the code of the service that was given, or correct the rendering provider",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries {1}, which not every payer takes",
                fix: "ask the payer whether it takes this code from this discipline",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for WrongDiscipline {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        let Some(facts) = line.facts.filter(|f| f.is_therapy()) else { return };
        let mut named = plan_of_care::slots(&line.modifiers);
        let (first, second) = (named.next(), named.next());
        if second.is_some() {
            return;
        }
        let code = line.procedure;
        let named = first.and_then(|(slot, is)| {
            let (objection, severity) = objection(code, facts.only, is)?;
            let fault = match objection {
                Objection::Bound => BOUND,
                Objection::NotBilled => MODIFIER,
                Objection::Advice => ADVICE,
            };
            Some((fault, severity, is.modifier().code(), place::modifier(slot)))
        });
        let speech_therapist =
            || Discipline::of_taxonomy(cx.claim.rendering_of(line).taxonomy) == Some(Discipline::Slp);
        let (fault, severity, modifier, component) = match named {
            Some(wrong) => wrong,
            None if is_never_speech(code) && speech_therapist() => {
                (RENDERING, Severity::High, Code::NONE, place::CODE)
            }
            None => return,
        };
        let only = facts.only.map_or(Code::NONE, |d| d.modifier().code());
        let args: [Arg; 3] = [code.into(), modifier.into(), only.into()];
        let draft = Draft::line(fault, line).component(place::procedure(line.service), component);
        out.report(draft.args(args).severity(severity));
    }
}

#[cfg(test)]
mod tests;
