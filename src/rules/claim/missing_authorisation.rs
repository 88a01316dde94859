//! CLM004: no prior authorisation number on a claim whose payer wants one. Does not ask whether the number is
//! the right one, or covers the service.

use crate::claim::claim::Form;
use crate::claim::line::ServiceLine;
use crate::finding::Arg;
use crate::rule;
use crate::rules::marks::Marks;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::x12::code::Code;

use super::at_risk::Concerned;

const DENIAL: Denial = Denial { group: "CO", carc: "197", rarc: &[("M62", 0)] };

/// The place of service that an institutional type of bill stands for, where payers name places: outpatient
/// hospital, critical access hospital, comprehensive rehabilitation facility.
const PLACE_OF_BILL: [(Code, Code); 3] =
    [(Code::of("13"), Code::of("22")), (Code::of("85"), Code::of("22")), (Code::of("75"), Code::of("62"))];

/// A facility of another kind: payers that name places name none for it.
const NO_PLACE: Code = Code::NONE;

rule! {
    /// ## What it checks
    ///
    /// Payers that want therapy authorised, as the settings say; built in is UnitedHealthcare Medicare
    /// Advantage from 2024-09-01, for its list of treatment codes at places of service 11, 19, 22, 24, 49 and
    /// 62. A claim with such lines has a prior authorisation number (REF*G1), on the claim or on any of its
    /// lines. One finding says how many lines need it. First evaluations (97161-97163, 97165-97167,
    /// 92521-92524) are left out.
    ///
    /// An 837I has a type of bill in place of a place of service: 13x and 85x are taken for 22, 75x for 62,
    /// and no other for any. A referral number (REF*9F) does not count. The number itself is not held to
    /// anything.
    ///
    /// ## Why payers deny it
    ///
    /// Without the number the payer takes the service for one it never agreed to.
    ///
    /// ## Example
    ///
    /// A claim for UnitedHealthcare Medicare Advantage with 97110 in the office and no REF*G1.
    ///
    /// ## How to fix
    ///
    /// Add the number of the authorisation the payer gave. If none was asked for, ask before the claim goes
    /// out.
    ///
    /// ## Sources
    ///
    /// - `[V2]` UnitedHealthcare Medicare Advantage, prior authorisation of outpatient therapy from 2024-09-01:
    ///   codes and places. Secondary page.
    /// - `[I]` Places that types of bill stand for: inferred.
    /// - `[V]` CARC 197 and RARC M62 exist; `[I]` that they answer this is inferred.
    pub struct MissingAuthorisation {
        code: "CLM004",
        name: "missing-authorisation",
        severity: Medium,
        since: "0.1.0",
        summary: "The payer wants the service authorised, and the claim has no authorisation number.",
        interest: TherapyClaim,
        faults: [
            {
                text: "no authorisation number (REF*G1) for {0} lines, the first with {1}",
                fix: "add REF*G1 with the payer's authorisation number",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for MissingAuthorisation {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn claim(&self, cx: &Cx<'_, '_>, out: &mut FindingSink<'_>) {
        let Some(authorisation) = &cx.policy.authorisation else { return };
        if !cx.claim.authorisation.trim_ascii().is_empty() {
            return;
        }
        let mut first = Code::NONE;
        let concerned = Concerned::of(cx.claim, |line| {
            let wanted = line.is_therapy()
                && !cx.marks_of(line).has(Marks::EVALUATION)
                && authorisation.wants(line.procedure, place(cx, line), line.date);
            if wanted && first.is_none() {
                first = line.procedure;
            }
            wanted
        });
        if concerned.lines > 0 {
            let args: [Arg; 2] = [concerned.lines.into(), first.into()];
            out.report(concerned.risked(Draft::claim(0, cx.claim).args(args)));
        }
    }
}

/// The place of service of a line.
fn place(cx: &Cx<'_, '_>, line: &ServiceLine<'_>) -> Code {
    match cx.claim.form {
        Form::Professional if line.place_of_service.is_none() => cx.claim.facility,
        Form::Professional => line.place_of_service,
        Form::Institutional => {
            let known = PLACE_OF_BILL.iter().find(|(bill, _)| *bill == cx.claim.facility);
            known.map_or(NO_PLACE, |(_, place)| *place)
        }
    }
}
