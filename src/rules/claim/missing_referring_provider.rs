//! CLM003: a professional therapy claim that does not name who certified the plan of care. Refuses to ask
//! physicians for one.

use crate::claim::claim::Form;
use crate::finding::Arg;
use crate::rule;
use crate::rules::policy::Demand;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};

use super::at_risk::Concerned;

const DENIAL: Denial = Denial { group: "CO", carc: "16", rarc: &[("N286", 0), ("N285", 0)] };

const MISSING: u8 = 0;
const NO_NPI: u8 = 1;

rule! {
    /// ## What it checks
    ///
    /// An 837P for Medicare, or a payer set to ask for it, names the physician or practitioner who certified
    /// the plan of care as referring provider with an NPI: NM1*DN on the claim (loop 2310A) or on each
    /// therapy line (loop 2420F). One finding says how many therapy lines have none. An ordering provider
    /// (NM1*DK) does not count. An identifier that fails the check digit counts as none; X12-N003 points at
    /// it.
    ///
    /// Lines rendered by somebody who is known to be no therapist, by the taxonomy at NM1*82, are left out:
    /// services incident to a physician's need no referral. Payers without the demand, among them Medicare
    /// Advantage plans, are left out too. Whether the provider named may certify is not looked at.
    ///
    /// ## Why payers deny it
    ///
    /// Medicare pays therapy only under a plan that a physician or practitioner has certified, and holds the
    /// claim to the number of the one who did.
    ///
    /// ## Example
    ///
    /// An 837P with GP lines for Medicare and no NM1*DN.
    ///
    /// ## How to fix
    ///
    /// Add NM1*DN with the NPI of the physician or practitioner who certifies the plan of care.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Noridian, outpatient therapy billing: the certifying physician or practitioner as referring
    ///   provider (DN) with NPI. A contractor's page, read in excerpts.
    /// - `[R]` Loop 2420F at the line: 005010X222 guide, recalled.
    /// - `[V]` CARC 16, RARC N285 and N286 exist; `[I]` that they answer this is inferred.
    pub struct MissingReferringProvider {
        code: "CLM003",
        name: "missing-referring-provider",
        severity: High,
        since: "0.1.0",
        summary: "A professional therapy claim does not name the certifying physician as referring provider.",
        interest: TherapyClaim,
        faults: [
            {
                text: "no referring provider (NM1*DN) for {0} therapy lines",
                fix: "add NM1*DN with the NPI of the physician or practitioner who certifies the plan of care",
                denial: Some(DENIAL),
            },
            {
                text: "the referring provider (NM1*DN) of {0} therapy lines has no valid NPI",
                fix: "give the NPI of the referring provider in NM109 under qualifier XX",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for MissingReferringProvider {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn claim(&self, cx: &Cx<'_, '_>, out: &mut FindingSink<'_>) {
        let claim = cx.claim;
        let asked = cx.policy.referring == Demand::Required && claim.form == Form::Professional;
        if !asked || claim.referring.npi.is_some() {
            return;
        }
        let mut named = claim.referring.named;
        let concerned = Concerned::of(claim, |line| {
            let lacks = line.is_therapy()
                && line.referring.npi.is_none()
                && !claim.rendering_of(line).is_no_therapist();
            named |= lacks && line.referring.named;
            lacks
        });
        if concerned.lines > 0 {
            let args: [Arg; 1] = [concerned.lines.into()];
            let draft = Draft::claim(if named { NO_NPI } else { MISSING }, claim).args(args);
            out.report(concerned.risked(draft));
        }
    }
}
