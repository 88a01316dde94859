//! The columns of findings and claims as values with a type, cell by cell in the order of [`super::csv::FINDINGS`] and
//! [`super::csv::CLAIMS`]: one list for all tables, so that a name means one thing in each.
//!
//! Deliberately absent: how a value is written. Who implements [`Cells`] makes untrusted bytes safe.

use crate::finding::{Finding, RuleId};
use crate::position::Tag;
use crate::x12::value::{Cents, Date, Quantity};

use super::mark::Mark;
use super::put::Put;
use super::said::{self, Filled, Said, Spaced};
use super::{Entry, Location, Rules};

/// Takes the cells of a row from left to right.
pub(super) trait Cells {
    /// A file's name: untrusted, and whole, because a cut path leads nowhere.
    fn file(&mut self, name: &str);
    /// Bytes of a claim file: untrusted.
    fn bytes(&mut self, bytes: &[u8]);
    /// Text of our own that settings may have a part in.
    fn own(&mut self, text: &str);
    /// A word of the catalogue or of this program: has letters, digits and dashes, and begins with no dash.
    fn word(&mut self, word: &'static str) {
        self.own(word);
    }
    /// Text of our own that figures have a part in.
    fn filled(&mut self, text: &Filled<'_>) {
        self.own(&text.text());
    }
    /// A code, a place or the like: prints letters, digits, blanks and dashes only. Nothing is an empty cell.
    fn code(&mut self, code: Option<&dyn Put>);
    /// A number of things, or a place in a file.
    fn count(&mut self, count: Option<u64>);
    /// Money.
    fn money(&mut self, amount: Option<Cents>);
    /// Units of service.
    fn units(&mut self, units: Option<Quantity>);
    /// A day.
    fn date(&mut self, date: Option<Date>);
    /// Yes or no.
    fn flag(&mut self, flag: bool);
    /// File and control numbers, which are those of the row before more often than not.
    fn place(&mut self, at: &Location) {
        self.file(&at.file);
        for control in [&at.isa13, &at.gs06, &at.st02] {
            self.bytes(control);
        }
    }
}

/// A row of findings, see [`super::csv::FINDINGS`].
pub(super) fn finding(
    to: &mut impl Cells,
    rules: Rules,
    entry: &Entry<'_>,
    (finding, mark): (&Finding, Mark<'_>),
) {
    let said = Said::of(rules, entry.claim.and_then(|claim| claim.date), finding);
    to.place(entry.location);
    to.bytes(entry.claim.map_or(b"", |claim| &claim.id));
    to.count(there(finding.line));
    to.code(Some(&finding.procedure));
    to.code(Some(&Spaced(finding.modifiers)));
    to.units(finding.units);
    to.date(said.date);
    to.bytes(entry.claim.map_or(b"", said::payer));
    to.word(said.code);
    to.word(said.name);
    to.word(finding.severity.as_str());
    to.filled(&said.message);
    to.filled(&said.fix);
    to.code(said.denial_codes().as_ref().map(|codes| codes as &dyn Put));
    to.money(Some(finding.at_risk));
    to.count(Some(finding.position.byte));
    to.count(there(finding.position.segment));
    let at = finding.position.at;
    to.code((at.tag != Tag::UNKNOWN).then_some(&at as &dyn Put));
    to.word(entry.claim.map_or("", |claim| claim.form));
    to.count(there(entry.location.interchange));
    to.word(entry.claim.map_or("", |claim| claim.payer_class));
    to.own(entry.claim.map_or("", |claim| &claim.policy));
    to.own(entry.claim.map_or("", |claim| &claim.billing_npi));
    to.money(entry.claim.map(|claim| claim.charge));
    to.count(entry.claim.map(|_| entry.risk.score.into()));
    to.word(finding.basis.as_str());
    to.code(mark.fingerprint.as_ref().map(|print| print as &dyn Put));
    to.own(mark.waiver.unwrap_or_default());
}

/// A row of claims, see [`super::csv::CLAIMS`]. Whether the entry is a claim with findings, and so has one.
pub(super) fn claim(to: &mut impl Cells, rules: Rules, entry: &Entry<'_>) -> bool {
    let Some(claim) = entry.claim.filter(|_| !entry.findings.is_empty()) else { return false };
    let counted = entry.counted().count();
    let risk = &entry.risk;
    to.place(entry.location);
    to.bytes(&claim.id);
    to.word(claim.form);
    to.date(claim.date);
    to.bytes(said::payer(claim));
    to.bytes(&claim.payer_name);
    to.word(claim.payer_class);
    to.own(&claim.policy);
    to.own(&claim.billing_npi);
    to.count(Some(claim.lines.into()));
    to.money(Some(claim.charge));
    to.count(Some(counted as u64));
    match entry.findings {
        // Most claims have one finding, and its code is there already.
        [one] if counted == 1 => to.word(said::rule(rules, one.rule).0),
        _ => to.own(&found(rules, entry)),
    }
    to.money(Some(risk.total()));
    to.money(Some(risk.sure));
    to.money(Some(risk.possible));
    to.count(Some(risk.score.into()));
    to.word(risk.worst.map_or("", |severity| severity.as_str()));
    to.count(Some(claim.byte));
    to.flag(claim.hierarchy_suspect);
    to.count(Some((entry.findings.len() - counted) as u64));
    true
}

/// The codes of the rules that found something, each once, with blanks between.
fn found(rules: Rules, entry: &Entry<'_>) -> String {
    let mut found: Vec<RuleId> = entry.counted().map(|finding| finding.rule).collect();
    found.sort_unstable();
    found.dedup();
    let found: Vec<&str> = found.into_iter().map(|id| said::rule(rules, id).0).collect();
    found.join(" ")
}

/// A number that is 0 where there is none.
fn there(number: u32) -> Option<u64> {
    (number > 0).then_some(number.into())
}
