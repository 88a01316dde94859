//! The sheets made of the run's figures: the summary, and what was not checked.

use std::io;

use rust_xlsxwriter::Workbook;

use crate::finding::Severity;
use crate::report::cells::Cells as _;
use crate::report::{InputStatus, Rules, Summary, aside, said};
use crate::x12::value::Cents;

use super::sheet::{Look, Sheet};

/// What went wrong is listed up to so many; the text report and `summary.json` have it all.
const LIST: usize = 1_000;

/// Headings of the summary.
const SUMMARY: [&str; 6] = ["section", "item", "count", "claims", "amount", "note"];

/// Headings of what was not checked.
const NOT_CHECKED: [&str; 5] = ["what", "count", "unit", "status", "reason"];

/// A row of the summary. All its texts are made safe as they are written.
#[derive(Default)]
struct Row<'r> {
    item: &'r str,
    count: Option<u64>,
    claims: Option<u64>,
    amount: Option<Cents>,
    note: &'r str,
}

/// Writes the summary. `left` says how many findings and claims found no room.
pub(super) fn summary(book: &mut Workbook, rules: Rules, s: &Summary, left: [u64; 2]) -> io::Result<Sheet> {
    let mut sheet = Sheet::new(book, "Summary", &SUMMARY, u32::MAX)?;
    let mut put = |section: &str, row: Row<'_>| {
        sheet.string(section, Look::General);
        sheet.own(row.item);
        sheet.count(row.count);
        sheet.count(row.claims);
        sheet.money(row.amount);
        sheet.own(row.note);
        sheet.put()
    };
    for imbalance in &s.imbalances {
        put("account", Row { item: "does not balance", note: imbalance, ..Row::default() })?;
    }
    let not_evaluated = s.claims.seen.saturating_sub(s.claims.evaluated);
    for (section, item, count) in [
        ("files", "listed", s.files.listed),
        ("files", "read", s.files.processed),
        ("files", "left out", s.files.skipped),
        ("files", "unreadable", s.files.unreadable),
        ("claims", "seen", s.claims.seen),
        ("claims", "evaluated", s.claims.evaluated),
        ("claims", "not evaluated", not_evaluated),
        ("claims", "clean", s.claims.clean),
        ("claims", "with money at risk", s.claims.at_risk),
        ("service lines", "seen", s.lines.seen),
        ("service lines", "therapy", s.lines.therapy),
        ("service lines", "other codes", s.lines.other),
        ("service lines", "not evaluated", s.lines.not_evaluated),
    ] {
        put(section, Row { item, count: Some(count), ..Row::default() })?;
    }
    let at_risk = s.money.sure + s.money.possible;
    let Cents(charged) = s.money.charged;
    for (item, amount, note) in [
        ("scanned", s.money.charged, "charged on evaluated claims"),
        ("at risk", at_risk, "no dollar counted twice"),
        ("at risk, sure", s.money.sure, "by critical and high findings"),
        ("at risk, possible", s.money.possible, "by medium findings beyond that"),
        ("clean", Cents(charged.saturating_sub(at_risk.0)), "charged, and not at risk"),
    ] {
        put("money", Row { item, amount: Some(amount), note, ..Row::default() })?;
    }
    for severity in Severity::ALL.into_iter().rev() {
        let at = severity as usize;
        let (count, claims) = (Some(s.findings[at]), Some(s.claims_by_worst[at]));
        let note = if at + 1 == s.findings.len() { "claims: those it is the worst of" } else { "" };
        put("severity", Row { item: severity.as_str(), count, claims, note, ..Row::default() })?;
    }
    for (n, total) in s.rules.iter().enumerate() {
        let (code, name) = said::rule(rules, total.rule);
        let worst = total.worst.as_str();
        let more = if n == 0 { "; amounts count each finding alone and must not be added up" } else { "" };
        put(
            "rule",
            Row {
                item: &format!("{code} {name}"),
                count: Some(total.findings),
                claims: Some(total.claims),
                amount: Some(total.at_risk),
                note: &format!("{worst}{more}"),
            },
        )?;
    }
    for words in aside::words(s) {
        put("set aside", Row { note: &words, ..Row::default() })?;
    }
    for (item, count, file) in [("findings", left[0], "findings.csv"), ("claims", left[1], "claims.csv")] {
        let note = format!("more than a sheet holds here: those after the first stand in {file}");
        if count > 0 {
            put("not in this workbook", Row { item, count: Some(count), note: &note, ..Row::default() })?;
        }
    }
    for problem in s.problems.iter().take(LIST) {
        put("problem", Row { note: problem, ..Row::default() })?;
    }
    Ok(sheet)
}

/// Writes what was not checked: by rules, of claims, and inputs that were not read or not whole.
pub(super) fn not_checked(book: &mut Workbook, s: &Summary) -> io::Result<Sheet> {
    let mut sheet = Sheet::new(book, "Not checked", &NOT_CHECKED, u32::MAX)?;
    for n in &s.not_checked {
        sheet.own(&n.what);
        sheet.count(Some(n.count));
        sheet.own(n.unit);
        sheet.own("");
        sheet.own(&n.reason);
        sheet.put()?;
    }
    for (reason, count) in &s.claims.not_evaluated {
        sheet.own("claims");
        sheet.count(Some(*count));
        sheet.own("claims");
        sheet.own("not evaluated");
        sheet.own(reason);
        sheet.put()?;
    }
    for (set, count) in &s.out_of_scope {
        sheet.own(set);
        sheet.count(Some(*count));
        sheet.own("transaction sets");
        sheet.own("out of scope");
        sheet.own("");
        sheet.put()?;
    }
    let is_odd = |status| !matches!(status, InputStatus::Read | InputStatus::Earlier);
    for input in s.inputs.iter().filter(|input| is_odd(input.status) || input.reason.is_some()).take(LIST) {
        sheet.file(&input.file);
        sheet.count(None);
        sheet.own(input.code.unwrap_or_default());
        sheet.own(input.status.as_str());
        sheet.own(input.reason.as_deref().unwrap_or_default());
        sheet.put()?;
    }
    Ok(sheet)
}
