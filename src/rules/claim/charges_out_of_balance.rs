//! CLM011: the line charges do not add up to the claim's charge. Refuses to add what is not a number.

use crate::finding::Arg;
use crate::rule;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::x12::value::Cents;

/// CARC 16 always comes with a remark code; M54 is the one about total charges.
const DENIAL: Denial = Denial { group: "CO", carc: "16", rarc: &[("M54", 0)] };

rule! {
    /// ## What it checks
    ///
    /// The total charge of the claim (CLM02) is the sum of its line charges (SV102, SV203). Claims without lines,
    /// and claims with a charge that is not a number, are left to the rules of family X12.
    ///
    /// ## Why payers deny it
    ///
    /// The guides ask for a balanced claim, and front-end edits hold them to it: the whole claim is rejected before
    /// anybody looks at its lines.
    ///
    /// ## Example
    ///
    /// `CLM*A1*150***11:B:1*Y*A*Y*Y~` with lines of 50 and 60 dollars.
    ///
    /// ## How to fix
    ///
    /// Look for a line that was dropped or changed after the total was made, and correct the total or the line.
    ///
    /// ## Sources
    ///
    /// - `[R]` 005010X222 and X223 guides, CLM02: the total equals the sum of the line charges. Recalled, the
    ///   guides are not public.
    /// - `[I]` Denial codes: CO-16, inferred from the code lists; the remark code M54 is recalled (`[R]`).
    pub struct ChargesOutOfBalance {
        code: "CLM011",
        name: "charges-out-of-balance",
        severity: High,
        since: "0.1.0",
        summary: "The line charges do not add up to the claim's total charge.",
        interest: Claim,
        faults: [
            {
                text: "CLM02 is {0}, the line charges add up to {1}",
                fix: "correct the total charge, or the line that was dropped or changed",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for ChargesOutOfBalance {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn claim(&self, cx: &Cx<'_, '_>, out: &mut FindingSink<'_>) {
        let Some(total) = cx.claim.charge else { return };
        let mut sum = Cents::ZERO;
        for line in &cx.claim.lines {
            let Some(charge) = line.charge else { return };
            sum += charge;
        }
        if sum == total || cx.claim.lines.is_empty() {
            return;
        }
        let args: [Arg; 2] = [total.into(), sum.into()];
        out.report(
            Draft::claim(0, cx.claim).element(2).args(args).whole_claim().at_risk(total.max(Cents::ZERO)),
        );
    }
}

#[cfg(test)]
mod tests;
