//! MOD001: a therapy line without GP, GO or GN. Refuses to ask physicians for one on codes that are not
//! always therapy.

use crate::claim::claim::Claim;
use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::codes::codes;
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::{Demand, PayerClass};
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::therapy::{Discipline, TherapyStatus};
use crate::x12::code::Code;
use crate::x12::value::Date;

use super::plan_of_care;

const DENIAL: Denial = Denial { group: "CO", carc: "4", rarc: &[("N822", 20_190_701)] };

/// Codes of speech-language pathology in all but name: no other discipline bills them.
const SPEECH: [Code; 4] = codes(["92507", "92508", "92608", "92609"]);

/// The first date of service the Medicare edit is made for.
const EDITED_FROM: Option<Date> = Date::new(2018, 1, 1);

const CHOOSE: u8 = 3;

rule! {
    /// ## What it checks
    ///
    /// Service lines with a code that is always therapy carry GP (physical therapy), GO (occupational therapy)
    /// or GN (speech-language pathology), whoever gives the service. Codes that are only sometimes therapy
    /// need one if a therapist bills them, if their revenue code is 042x, 043x or 044x, or if another line of
    /// the claim on that date carries one. Physicians and other practitioners bill such codes without.
    ///
    /// Critical where the payer is known to refuse the line (Medicare, Medicare Advantage, VA and other federal
    /// payers, UnitedHealthcare, Anthem) and the date of service is 2018-01-01 or later, high there for codes
    /// that are only sometimes therapy; medium before that date and for payers that only may ask for it. Inpatient types of bill 11x and 21x, chiropractic manipulation
    /// and dry needling are left out.
    ///
    /// ## Why payers deny it
    ///
    /// The modifier names the plan of care the service belongs to, and with it the annual threshold the money
    /// counts against. Medicare rejects the line with group CO and CARC 4; if no therapy line of the claim
    /// carries one, the whole claim comes back.
    ///
    /// ## Example
    ///
    /// `SV1*HC:97110*50*UN*1***1~` for Medicare: 97110 carries none of GP, GO, GN.
    ///
    /// ## How to fix
    ///
    /// Add the modifier of the discipline whose plan of care the service was given under. Where code, revenue
    /// code, taxonomy or the other lines of the day name just one discipline, the finding says which.
    ///
    /// ## Sources
    ///
    /// - `[V2]` CR 10176, Transmittal 3814, 2017-07-27, dates of service from 2018-01-01; Pub. 100-04 chapter 5
    ///   section 20.1. Read on preftherapy.com, not on cms.gov.
    /// - `[I]` Set of always-therapy codes: the fee schedule's multiple-procedure indicator 5, which was read
    ///   (2024), with bundled and add-on codes added by inference.
    /// - `[V2]` Other payers: UnitedHealthcare Smart Edit umAT, Anthem provider news of 2021-11-01, VA community
    ///   care pages.
    /// - `[V]` RARC N822 exists from 2019-07-01; `[I]` that it comes with this CARC 4 is inferred.
    pub struct MissingPlanModifier {
        code: "MOD001",
        name: "missing-plan-modifier",
        severity: Critical,
        since: "0.1.0",
        summary: "A therapy line carries none of the plan-of-care modifiers GP, GO, GN.",
        interest: TherapyClaim,
        faults: [
            { text: "{0} carries none of GP, GO, GN", fix: "add GP", denial: Some(DENIAL) },
            { text: "{0} carries none of GP, GO, GN", fix: "add GO", denial: Some(DENIAL) },
            { text: "{0} carries none of GP, GO, GN", fix: "add GN", denial: Some(DENIAL) },
            {
                text: "{0} carries none of GP, GO, GN",
                fix: "add the one of GP, GO and GN that the plan of care has",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for MissingPlanModifier {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn claim(&self, cx: &Cx<'_, '_>, out: &mut FindingSink<'_>) {
        let lacking = Marks::THERAPY.and(Marks::NO_PLAN);
        if cx.policy.plan_modifier == Demand::Off || !cx.marks.iter().any(|m| m.has(lacking)) {
            return;
        }
        let lacks = |line: &&ServiceLine<'_>| line.is_therapy() && plan_of_care::is_lacking(cx, line);
        let lacking = cx.claim.lines.iter().filter(lacks).count();
        if lacking == 0 {
            return;
        }
        let all = lacking == cx.claim.lines.iter().filter(|l| l.is_therapy()).count();
        for line in cx.claim.lines.iter().filter(lacks) {
            let args: [Arg; 1] = [line.procedure.into()];
            let draft = Draft::line(suggestion(cx.claim, line), line)
                .component(place::procedure(line.service), place::modifier(1))
                .severity(severity(cx, line))
                .args(args);
            let returned =
                all && cx.policy.class == PayerClass::Medicare && severity(cx, line) == Severity::Critical;
            out.report(if returned { draft.whole_claim() } else { draft });
        }
    }
}

/// Critical where the payer is known to refuse the line; a step less for codes that are only sometimes
/// therapy, because what makes them therapy here is inferred.
fn severity(cx: &Cx<'_, '_>, line: &ServiceLine<'_>) -> Severity {
    let date = line.date.or_else(|| cx.claim.first_date());
    let edited = date.is_none_or(|date| Some(date) >= EDITED_FROM);
    let always = line.facts.is_some_and(|f| f.status == TherapyStatus::Always);
    match (cx.policy.plan_modifier, edited) {
        (Demand::Required, true) if always => Severity::Critical,
        (Demand::Required, true) => Severity::High,
        _ => Severity::Medium,
    }
}

/// Which modifier to add, as a fault of this rule: the discipline the line itself points to, else the only
/// one that other lines of the day name.
fn suggestion(claim: &Claim<'_>, line: &ServiceLine<'_>) -> u8 {
    let mut named = line.discipline;
    if named.is_none() && SPEECH.contains(&line.procedure) {
        named = Some(Discipline::Slp);
    }
    if named.is_none() {
        let mut others = plan_of_care::same_day(claim, line)
            .flat_map(|l| plan_of_care::slots(&l.modifiers))
            .map(|(_, d)| d);
        named = others.next().filter(|first| others.all(|d| d == *first));
    }
    match named {
        Some(Discipline::Pt) => 0,
        Some(Discipline::Ot) => 1,
        Some(Discipline::Slp) => 2,
        None => CHOOSE,
    }
}

#[cfg(test)]
mod tests;
