//! What a finding says: its rule, message, fix and likely denial, looked up in the catalogue handed in.
//!
//! Deliberately absent: the rules themselves. A finding of a rule or fault that this catalogue does not
//! have is shown as such; it is never dropped and never stops a report.

use std::borrow::Cow;
use std::fmt;

use crate::finding::{Arg, Finding, Piece, RuleId, fill_into, pieces};
use crate::rules::rule::Denial;
use crate::x12::code::Modifiers;
use crate::x12::value::Date;

use super::put::Put;
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
pub(super) struct Said<'f> {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) message: Filled<'f>,
    pub(super) fix: Filled<'f>,
    pub(super) denial: Option<Denial>,
    /// Date of service: the finding's, else the claim's.
    pub(super) date: Option<Date>,
}

impl<'f> Said<'f> {
    /// The finding in words, where the claim's date of service is `date`.
    pub(super) fn of(rules: Rules, date: Option<Date>, finding: &'f Finding) -> Said<'f> {
        let (code, name) = rule(rules, finding.rule);
        let fault =
            rules.get(usize::from(finding.rule.0)).and_then(|m| m.faults.get(usize::from(finding.fault)));
        let filled = |template| Filled { template, args: &finding.args };
        Said {
            code,
            name,
            message: filled(fault.map_or("a fault this catalogue does not describe", |f| f.text)),
            fix: filled(fault.map_or("", |f| f.fix)),
            denial: fault.and_then(|f| f.denial),
            date: finding.date.or(date),
        }
    }

    /// The likely denial as its codes: group and CARC, then the likeliest remark code on the date of service.
    pub(super) fn denial_codes(&self) -> Option<DenialCodes> {
        self.denial.map(|denial| DenialCodes { denial, rarc: denial.rarc_on(self.date) })
    }
}

/// A message or a fix, filled with its figures as it is printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filled<'f> {
    template: &'static str,
    args: &'f [Arg; 4],
}

impl Filled<'_> {
    /// Whether it has figures, so that it is another text with each finding.
    pub(super) fn has_figures(&self) -> bool {
        self.template.contains('{')
    }

    /// The text. Most fixes and many messages have no figures; they need no copy.
    pub(super) fn text(&self) -> Cow<'static, str> {
        if !self.has_figures() {
            return Cow::Borrowed(self.template);
        }
        let mut text = String::with_capacity(self.template.len() + 16);
        fill_into(&mut text, self.template, self.args);
        Cow::Owned(text)
    }
}

impl fmt::Display for Filled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl Put for Filled<'_> {
    fn put(&self, out: &mut Vec<u8>) {
        let from = out.len();
        for piece in pieces(self.template) {
            match piece {
                Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Figure(n) => _ = self.args.get(n).map(|arg| arg.put(out)),
            }
        }
        // Figures that are not there leave no blanks at the end.
        while out.len() > from && out.pop_if(|last| *last == b' ').is_some() {}
    }
}

/// Prints as `CO-4 N822`, or `CO-151` where no remark code is likely.
#[derive(Clone, Copy)]
pub(super) struct DenialCodes {
    denial: Denial,
    rarc: &'static str,
}

impl DenialCodes {
    #[cfg(test)]
    pub(super) fn new(denial: Denial, rarc: &'static str) -> DenialCodes {
        DenialCodes { denial, rarc }
    }

    /// Which of the remark codes of its fault it has, counted from 0; as many as there are where it has none.
    pub(super) fn nth(&self) -> u64 {
        self.denial.rarc.iter().take_while(|(code, _)| *code != self.rarc).count() as u64
    }

    /// The group, the reason code, and the remark code or nothing.
    pub(super) fn parts(&self) -> [&'static str; 3] {
        [self.denial.group, self.denial.carc, self.rarc]
    }
}

impl fmt::Display for DenialCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [group, carc, rarc] = self.parts();
        write!(f, "{group}-{carc}")?;
        if rarc.is_empty() { Ok(()) } else { write!(f, " {rarc}") }
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
