//! CLM005: a rendering provider who does not bill what the line says. Judges by taxonomy alone, and refuses to
//! guess where none is given.

use crate::claim::claim::Form;
use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::discipline::{is_never_speech, objection};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::PayerClass;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::therapy::Discipline;
use crate::x12::code::{Modifier, Taxonomy};

const DENIAL: Denial = Denial { group: "CO", carc: "170", rarc: &[("N95", 0)] };

/// Excluded by law: the line is billed for the denial.
const EXCLUDED: Modifier = Modifier::of("GY");

const ASSISTANT: u8 = 0;
const CHIROPRACTOR: u8 = 1;
const TRAINER: u8 = 2;
const OTHER_DISCIPLINE: u8 = 3;

rule! {
    /// ## What it checks
    ///
    /// Therapy lines of an 837P against the taxonomy of who renders them: the line's rendering provider
    /// (NM1*82 and PRV*PE), else the claim's, else the billing provider (PRV*BI) if nobody is named.
    ///
    /// - For Medicare: a physical therapist assistant (2252) or occupational therapy assistant (224Z), an
    ///   athletic trainer (2255A2300X), or a chiropractor (111N) with a therapy code, unless the line carries
    ///   GY (high).
    /// - For all payers: a therapist of another discipline than the line's one plan-of-care modifier, as
    ///   225100000X with GO (medium). Where the code itself contradicts modifier or therapist, MOD003 says
    ///   it.
    ///
    /// A provider without a taxonomy, or with one of several that the claim does not give, cannot be judged.
    ///
    /// ## Why payers deny it
    ///
    /// Medicare pays therapists it has enrolled; assistants and trainers cannot enrol, their services are
    /// billed under the supervising therapist. Of chiropractors it pays spinal manipulation only.
    ///
    /// ## Example
    ///
    /// `NM1*82` with `PRV*PE*PXC*225200000X~` on a claim for Medicare: an assistant as rendering provider.
    ///
    /// ## How to fix
    ///
    /// Name the supervising therapist as rendering provider and add CQ or CO for the assistant's share.
    /// Correct the modifier or the provider where their disciplines differ.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Taxonomies and who enrols: code set and association pages.
    /// - `[R]` Chiropractors are paid by Medicare for 98940 to 98942 only; GY asks for the denial: recalled.
    /// - `[V]` CARC 170 and RARC N95 exist; `[I]` that they answer this, and severity medium, is inferred.
    pub struct WrongRenderingProvider {
        code: "CLM005",
        name: "wrong-rendering-provider",
        severity: High,
        since: "0.1.0",
        summary: "The rendering provider's taxonomy is not one that bills the line.",
        interest: Line(Marks::THERAPY, Marks::NONE),
        faults: [
            {
                text: "{0} is rendered by an assistant, who does not enrol with Medicare",
                fix: "name the supervising therapist as rendering provider; CQ or CO tells of the assistant",
                denial: Some(DENIAL),
            },
            {
                text: "{0} is rendered by a chiropractor, of whom Medicare pays 98940 to 98942 only",
                fix: "remove the line, or add GY if a denial is wanted",
                denial: Some(DENIAL),
            },
            {
                text: "{0} is rendered by an athletic trainer, who does not enrol with Medicare",
                fix: "remove the line, or correct the rendering provider",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries {1} and is rendered by a therapist of {2}",
                fix: "correct the modifier or the rendering provider: both are of one discipline",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for WrongRenderingProvider {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        let Some(facts) = line.facts.filter(|f| f.is_therapy()) else { return };
        let rendering = cx.claim.rendering_of(line);
        let taxonomy = if rendering.named { rendering.taxonomy } else { cx.context.billing.taxonomy };
        if taxonomy.is_none() || cx.claim.form != Form::Professional {
            return;
        }
        let code: Arg = line.procedure.into();
        let refused = if cx.policy.class == PayerClass::Medicare { refused(line, taxonomy) } else { None };
        if let Some(fault) = refused {
            let draft = Draft::line(fault, line).args([code]).severity(Severity::High);
            out.report(draft.component(place::procedure(line.service), place::CODE));
            return;
        }
        if !cx.marks_of(line).has(Marks::ONE_PLAN) {
            return;
        }
        // With just one such modifier the line's discipline is the modifier's.
        let (Some(therapist), Some(plan)) = (Discipline::of_taxonomy(taxonomy), line.discipline) else {
            return;
        };
        if therapist == plan {
            return;
        }
        let said = objection(line.procedure, facts.only, plan).is_some()
            || (therapist == Discipline::Slp && is_never_speech(line.procedure));
        let slot = line.modifiers.slots().find(|(_, m)| *m == plan.modifier());
        if let (false, Some((slot, carried))) = (said, slot) {
            let args: [Arg; 3] = [code, carried.code().into(), therapist.short().into()];
            let draft = Draft::line(OTHER_DISCIPLINE, line).args(args).severity(Severity::Medium);
            out.report(draft.component(place::procedure(line.service), place::modifier(slot)));
        }
    }
}

/// Whom Medicare does not pay for therapy, as a fault.
fn refused(line: &ServiceLine<'_>, taxonomy: Taxonomy) -> Option<u8> {
    if taxonomy.starts_with("2252") || taxonomy.starts_with("224Z") {
        Some(ASSISTANT)
    } else if taxonomy.starts_with("2255A2300X") {
        Some(TRAINER)
    } else if taxonomy.starts_with("111N") && !line.modifiers.contains(EXCLUDED) {
        Some(CHIROPRACTOR)
    } else {
        None
    }
}
