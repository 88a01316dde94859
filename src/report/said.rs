//! What a finding says: its rule, message, fix and likely denial, looked up in the catalogue handed in.
//!
//! Deliberately absent: the rules themselves. A finding of a rule or fault that this catalogue does not
//! have is shown as such; it is never dropped and never stops a report.

use std::borrow::Cow;
use std::fmt;

use crate::finding::{Finding, RuleId, fill};
use crate::rules::rule::Denial;
use crate::x12::code::Modifiers;
use crate::x12::value::Date;

use super::{ClaimInfo, Rules};

/// Code and name of a rule.
pub(super) fn rule(rules: Rules, id: RuleId) -> (&'static str, &'static str) {
    rules.get(usize::from(id.0)).map_or(("???", "unknown-rule"), |meta| (meta.code, meta.name))
}

/// Whether the catalogue has the rule.
pub(super) fn is_known(rules: Rules, id: RuleId) -> bool {
    usize::from(id.0) < rules.len()
}

/// The payer of a claim: its id, else its name.
pub(super) fn payer(claim: &ClaimInfo) -> &[u8] {
    if claim.payer_id.is_empty() { &claim.payer_name } else { &claim.payer_id }
}

/// A finding in words.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) message: Cow<'static, str>,
    pub(super) fix: Cow<'static, str>,
    pub(super) denial: Option<Denial>,
    /// Date of service: the finding's, else the claim's.
    pub(super) date: Option<Date>,
}

impl Said {
    /// The finding in words, where the claim's date of service is `date`.
    pub(super) fn of(rules: Rules, date: Option<Date>, finding: &Finding) -> Said {
        let (code, name) = rule(rules, finding.rule);
        let fault =
            rules.get(usize::from(finding.rule.0)).and_then(|m| m.faults.get(usize::from(finding.fault)));
        let filled = |template: &'static str| {
            // Most fixes and many messages have no figures; they need no copy.
            if template.contains('{') {
                Cow::Owned(fill(template, &finding.args))
            } else {
                Cow::Borrowed(template)
            }
        };
        Said {
            code,
            name,
            message: fault
                .map_or(Cow::Borrowed("a fault this catalogue does not describe"), |f| filled(f.text)),
            fix: fault.map_or(Cow::Borrowed(""), |f| filled(f.fix)),
            denial: fault.and_then(|f| f.denial),
            date: finding.date.or(date),
        }
    }

    /// The likely denial as its codes: group and CARC, then the likeliest remark code on the date of service.
    pub(super) fn denial_codes(&self) -> Option<DenialCodes> {
        self.denial.map(|denial| DenialCodes { denial, rarc: denial.rarc_on(self.date) })
    }
}

/// Prints as `CO-4 N822`, or `CO-151` where no remark code is likely.
#[derive(Clone, Copy)]
pub(super) struct DenialCodes {
    denial: Denial,
    rarc: &'static str,
}

impl fmt::Display for DenialCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.denial.group, self.denial.carc)?;
        if self.rarc.is_empty() { Ok(()) } else { write!(f, " {}", self.rarc) }
    }
}

/// Modifiers with spaces between, in the order of their slots; blank slots are passed over.
#[derive(Clone, Copy)]
pub(super) struct Spaced(pub(super) Modifiers);

impl fmt::Display for Spaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (_, modifier)) in self.0.slots().enumerate() {
            write!(f, "{}{modifier}", if n > 0 { " " } else { "" })?;
        }
        Ok(())
    }
}
