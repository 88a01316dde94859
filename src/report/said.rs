//! What a finding says: its rule, message, fix and likely denial, looked up in the catalogue handed in.
//!
//! Deliberately absent: the rules themselves. A finding of a rule or fault that this catalogue does not
//! have is shown as such; it is never dropped and never stops a report.

use std::borrow::Cow;

use crate::finding::{Finding, RuleId, Severity, fill};
use crate::rules::rule::Denial;
use crate::x12::value::Date;

use super::Rules;

/// Code and name of a rule.
pub(super) fn rule(rules: Rules, id: RuleId) -> (&'static str, &'static str) {
    rules.get(usize::from(id.0)).map_or(("???", "unknown-rule"), |meta| (meta.code, meta.name))
}

/// The severity of a rule, where the payer does not change it.
pub(super) fn severity(rules: Rules, id: RuleId) -> Option<Severity> {
    rules.get(usize::from(id.0)).map(|meta| meta.severity)
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

    /// The likeliest remark code on the date of service.
    pub(super) fn rarc(&self) -> &'static str {
        self.denial.map_or("", |denial| denial.rarc_on(self.date))
    }
}
