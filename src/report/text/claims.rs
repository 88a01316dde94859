//! The claims with most at risk, and the findings that belong to no claim.

use crate::finding::{Basis, Finding, Severity};
use crate::position::{Position, Tag};
use crate::report::figures::{counted, dollars};
use crate::report::said::Said;
use crate::report::{Location, Rules, safe};
use crate::x12::value::{Cents, Date};

use super::page::{Ink, Page, together};
use super::worst::{Kept, Worst};

/// Where the text of a finding begins, behind the word for its severity.
const HANG: usize = 14;

/// The worst claims, each with its place, its figures and its findings.
pub(super) fn worst(page: &mut Page, rules: Rules, worst: &mut Worst) {
    let (all, kept) = (worst.offered(), worst.take());
    if kept.is_empty() {
        return;
    }
    page.heading("WORST CLAIMS");
    let shown = kept.len() as u64;
    let all = counted(all, "claims");
    page.para(2, 2, &format!("{shown} of {all} with findings, by money at risk"));
    for (n, claim) in kept.iter().enumerate() {
        page.blank();
        one(page, rules, n + 1, claim);
    }
}

/// Findings outside claims, and how many more there are.
pub(super) fn loose(page: &mut Page, rules: Rules, found: &[(Location, Finding)], more: u64) {
    if found.is_empty() {
        return;
    }
    page.heading("OUTSIDE CLAIMS");
    for (at, finding) in found {
        one_finding(page, rules, None, finding);
        // A row of a minutes file has a line, which the message names, and no offset.
        let byte = Some(finding.position.byte).filter(|_| finding.position != Position::default());
        page.para(HANG, HANG + 2, &place(at, byte));
    }
    if more > 0 {
        page.para(2, 4, &format!("and {}; findings.csv lists them all", counted(more, "more findings")));
    }
}

fn one(page: &mut Page, rules: Rules, number: usize, kept: &Kept) {
    let (claim, risk) = (&kept.claim, &kept.risk);
    let id = if claim.id.is_empty() { "(no claim id)".to_owned() } else { together(&safe::text(&claim.id)) };
    let (at_risk, charge) = (dollars(risk.total()), dollars(claim.charge));
    let figures = format!("{id}: {at_risk} at risk of {charge} charged, score {}", risk.score);
    page.item(0, Ink::Head, &format!("{number:>2}."), 4, &figures);
    page.para(4, 6, &place(&kept.location, Some(claim.byte)));
    let mut about = vec![claim.form.to_owned(), counted(claim.lines.into(), "lines")];
    about.extend(claim.date.map(|date| date.to_string()));
    about.push(format!("payer class {}", or_unknown(claim.payer_class)));
    about.push(format!("policy {}", or_unknown(&claim.policy)));
    page.para(4, 6, &about.join(", "));
    for finding in &kept.findings {
        one_finding(page, rules, claim.date, finding);
    }
    if kept.more > 0 {
        page.para(4, 6, &format!("and {}", counted(kept.more, "more findings")));
    }
}

fn one_finding(page: &mut Page, rules: Rules, date: Option<Date>, finding: &Finding) {
    let said = Said::of(rules, date, finding);
    let mut words = format!("{} ", said.code);
    if finding.line > 0 {
        words.push_str(&together(&format!("line {}", finding.line)));
        words.push(' ');
    }
    if finding.position.at.tag != Tag::UNKNOWN {
        words.push_str(&finding.position.at.to_string());
    }
    words = format!("{}: {}", words.trim_end(), safe::line(&said.message.text()));
    page.item(4, finding.severity.into(), finding.severity.as_str(), HANG, &words);
    let fix = said.fix.text();
    if !fix.is_empty() {
        page.para(HANG, HANG + 2, &format!("fix: {}", safe::line(&fix)));
    }
    if let Some(cost) = cost(&said, finding) {
        page.para(HANG, HANG + 2, &cost);
    }
}

/// The likely denial and the money: `likely denial CO-4 N822, $50.00 at risk`.
fn cost(said: &Said, finding: &Finding) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(codes) = said.denial_codes().filter(|_| finding.severity > Severity::Info) {
        parts.push(format!("likely denial {codes}"));
    }
    if finding.severity >= Severity::Medium && finding.whole_claim {
        parts.push("whole claim at risk".to_owned());
    } else if finding.severity >= Severity::Medium && finding.at_risk > Cents::ZERO {
        let basis = if finding.basis == Basis::Allowed { " of allowed" } else { "" };
        parts.push(format!("{}{basis} at risk", dollars(finding.at_risk)));
    }
    if parts.is_empty() { None } else { Some(parts.join(", ")) }
}

/// The place in words: file, control numbers, and the offset without commas, as it is typed.
fn place(at: &Location, byte: Option<u64>) -> String {
    let mut parts = vec![together(&safe::line(&at.file))];
    for (name, number) in [("ISA13", &at.isa13), ("ST02", &at.st02)] {
        if !number.is_empty() {
            parts.push(together(&format!("{name} {}", safe::text(number))));
        }
    }
    parts.extend(byte.map(|byte| together(&format!("byte {byte}"))));
    parts.join(", ")
}

fn or_unknown(word: &str) -> std::borrow::Cow<'_, str> {
    if word.is_empty() { "unknown".into() } else { safe::line(word) }
}
