//! CLM008: a claim that goes out after the payer's time limit. Never reads the clock: the claim file says when
//! it was made, or the run says which day it is made for.

use crate::claim::claim::Form;
use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::plan::is_secondary;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::x12::value::Date;

use super::at_risk::Concerned;

const DENIAL: Denial = Denial { group: "CO", carc: "29", rarc: &[] };

rule! {
    /// ## What it checks
    ///
    /// The days from the service to the claim, against the payer's limit: 365 for Medicare, for others as the
    /// settings say, and none if they say nothing. The service is the line's date on an 837P, the end of the
    /// statement period on an 837I (the line's date if there is none). The claim is of the day its
    /// transaction set was made (BHT04), or of the day given by `--as-of`. Without either nothing is checked.
    ///
    /// One finding names the earliest service that is too late. High; medium if the payer is second or third
    /// in line, because such a limit may run from the first payer's answer. Replacements (CLM05-3 is 7) have
    /// limits of their own and are not looked at, nor is it known when an earlier claim for the service was
    /// filed.
    ///
    /// ## Why payers deny it
    ///
    /// The limit is law for Medicare and contract for others; the line is denied, and may not be billed to the
    /// patient.
    ///
    /// ## Example
    ///
    /// A service of 2025-02-03 in a transaction set made on 2026-03-02: 392 days.
    ///
    /// ## How to fix
    ///
    /// Look whether the date of service is right, and whether the claim was filed before: then send the
    /// proof. Else ask whether one of the payer's exceptions applies.
    ///
    /// ## Sources
    ///
    /// - `[R]` Medicare: one calendar year from the date of service, taken as 365 days; start date of a
    ///   professional line, last day of an institutional statement: recalled.
    /// - `[V]` CARC 29 exists; `[I]` severities are inferred.
    pub struct FiledTooLate {
        code: "CLM008",
        name: "filed-too-late",
        severity: High,
        since: "0.1.0",
        summary: "More days lie between service and claim than the payer allows.",
        interest: Claim,
        faults: [
            {
                text: "{2} days from the service of {0} to {1}, the payer's limit is {3}",
                fix: "correct the date of service, or add proof of earlier filing or of the payer's exception",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for FiledTooLate {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn claim(&self, cx: &Cx<'_, '_>, out: &mut FindingSink<'_>) {
        let Some(limit) = cx.policy.timely_days else { return };
        let Some(filed) = cx.as_of.or(cx.context.created) else { return };
        let claim = cx.claim;
        let through = match claim.form {
            Form::Professional => None,
            Form::Institutional => claim.statement.map(|(_, to)| to),
        };
        let service = |line: &ServiceLine<'_>| through.or(line.date);
        let Some(earliest) = claim.lines.iter().filter_map(service).min() else { return };
        if days_between(earliest, filed) <= limit || claim.frequency == 7 {
            return;
        }
        let late = |line: &ServiceLine<'_>| service(line).is_some_and(|d| days_between(d, filed) > limit);
        let concerned = Concerned::of(claim, late);
        if concerned.lines > 0 {
            let args: [Arg; 4] =
                [earliest.into(), filed.into(), days_between(earliest, filed).into(), limit.into()];
            let second = is_secondary(cx.context, cx.policy);
            let severity = if second { Severity::Medium } else { Severity::High };
            out.report(concerned.risked(Draft::claim(0, claim).args(args).severity(severity)));
        }
    }
}

/// Days from a service to the claim; none if the claim is not after it.
fn days_between(service: Date, filed: Date) -> u32 {
    u32::try_from(filed.days() - service.days()).unwrap_or(0)
}

#[cfg(test)]
mod tests;
