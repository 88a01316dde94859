//! The sections made of the run's figures: read, found, money, not checked, problems, and what to do next.

use crate::finding::Severity;
use crate::report::aside::{self, WaiverTotal};
use crate::report::figures::{count, counted, dollars, share, size};
use crate::report::said;
use crate::report::{InputStatus, RuleTotal, Rules, Summary, TableTotal, safe};

use super::page::{Ink, Page};

/// Where the text of a labelled line begins.
const HANG: usize = 17;

/// Lines of a list whose length depends on the input.
const LIST: usize = 40;

/// What was read, and whether the account of it balances.
pub(super) fn read(page: &mut Page, s: &Summary) {
    page.heading("READ");
    let mut line = |label: &str, words: &str| page.item(2, Ink::Plain, label, HANG, words);
    let files =
        [(s.files.processed, "read"), (s.files.skipped, "left out"), (s.files.unreadable, "unreadable")];
    line("files", &format!("{}: {}", counted(s.files.listed, "files"), parts(&files)));
    let earlier = [
        (s.files.reused, "reused", "as an earlier run found them, not read again"),
        (
            s.files.seen_before,
            "seen before",
            "their bytes were read by an earlier run as well, and again now",
        ),
    ];
    for (n, label, words) in earlier.into_iter().filter(|(n, ..)| *n > 0) {
        line(label, &format!("{}: {words}", counted(n, "files")));
    }
    for (reason, n) in left_out(s) {
        line("left out", &format!("{}: {}", counted(n, "files"), safe::line(reason)));
    }
    let mut bytes = format!("{} in {}", size(s.bytes.read), counted(s.segments.read, "segments"));
    if s.bytes.skipped > 0 {
        bytes.push_str(&format!(
            "; {} passed over, each range with a finding",
            counted(s.bytes.skipped, "bytes")
        ));
    }
    line("size", &bytes);
    line(
        "envelopes",
        &format!(
            "{}, {}, {}, {} of them 837P or 837I",
            counted(s.interchanges, "interchanges"),
            counted(s.groups, "groups"),
            counted(s.transactions, "transaction sets"),
            count(s.claim_transactions)
        ),
    );
    if !s.out_of_scope.is_empty() {
        let sets = s.out_of_scope.iter().map(|(set, n)| format!("{} of {}", count(*n), safe::line(set)));
        line("out of scope", &format!("transaction sets not read: {}", sets.collect::<Vec<_>>().join(", ")));
    }
    let mut claims = vec![(s.claims.evaluated, "evaluated")];
    let left = s.claims.seen.saturating_sub(s.claims.evaluated);
    claims.push((left, "not evaluated"));
    let mut words = format!("{}: {}", counted(s.claims.seen, "claims"), parts(&claims));
    if !s.claims.not_evaluated.is_empty() {
        let reasons = s.claims.not_evaluated.iter().map(|(reason, n)| format!("{} {reason}", count(*n)));
        words.push_str(&format!(" ({})", reasons.collect::<Vec<_>>().join(", ")));
    }
    line("claims", &words);
    let doubts = [(s.claims.hierarchy_suspect, "by hierarchy"), (s.claims.envelope_suspect, "by envelope")];
    if doubts.iter().any(|(n, _)| *n > 0) {
        line("in doubt", &format!("evaluated, though an HL or a trailer is wrong: {}", parts(&doubts)));
    }
    let lines = [
        (s.lines.therapy, "therapy"),
        (s.lines.other, "other codes"),
        (s.lines.not_evaluated, "not evaluated"),
    ];
    line("service lines", &format!("{}: {}", counted(s.lines.seen, "lines"), parts(&lines)));
    if s.lines.timed > 0 {
        let (documented, timed) = (count(s.lines.documented), counted(s.lines.timed, "timed lines"));
        line("minutes", &format!("documented for {documented} of {timed}"));
    }
    // Visits are joined to lines together with the rows of minutes files.
    let visits = s.sidecars.iter().any(|sidecar| sidecar.kind == "visits");
    if s.minutes.rows > 0 {
        let rows = [
            (s.minutes.matched, "matched"),
            (s.minutes.unmatched, "fit no line"),
            (s.minutes.ambiguous, "fit several lines and were not used"),
        ];
        let label = if visits { "rows joined" } else { "minutes files" };
        line(label, &format!("{}: {}", counted(s.minutes.rows, "rows"), parts(&rows)));
    }
    let told = s.minutes.rows > 0 && !visits;
    for kind in s.sidecars.iter().filter(|kind| !(told && kind.kind == "minutes")) {
        let mut words = format!("{}: {}", counted(kind.files, "files"), counted(kind.rows, "rows"));
        if kind.faulty_rows > 0 {
            words.push_str(&format!(", {} refused", count(kind.faulty_rows)));
        }
        line(&format!("{} files", kind.kind), &words);
    }
    if !s.tables.is_empty() {
        line("tables", &tables(&s.tables));
    }
    if s.imbalances.is_empty() {
        line("account", "balances: every byte, segment, claim and line is accounted for");
    }
    for imbalance in s.imbalances.iter().take(LIST) {
        page.item(2, Ink::Bad, "account", HANG, &format!("DOES NOT BALANCE: {}", safe::line(imbalance)));
    }
}

/// The NCCI tables: in one, where they are of one day and origin.
fn tables(tables: &[TableTotal]) -> String {
    let origin = |t: &TableTotal| if t.files.is_empty() { "built in" } else { "imported" };
    match tables {
        [first, rest @ ..] if rest.iter().all(|t| (t.table, origin(t)) == (first.table, origin(first))) => {
            format!("NCCI pairs and unit limits (MUE) of {}, {}", first.table, origin(first))
        }
        all => {
            let named = |t: &TableTotal| format!("{} {} of {}, {}", t.setting, t.name, t.table, origin(t));
            all.iter().map(named).collect::<Vec<_>>().join("; ")
        }
    }
}

/// Why inputs were left out on purpose, with how many of each; the reason up to what to do about it.
fn left_out(s: &Summary) -> Vec<(&str, u64)> {
    let mut reasons: Vec<(&str, u64)> = Vec::new();
    for input in s.inputs.iter().filter(|input| input.status == InputStatus::Skipped) {
        let reason = input.reason.as_deref().unwrap_or_default();
        let reason = reason.split_once(';').map_or(reason, |(why, _)| why);
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, n)) => *n += 1,
            None => reasons.push((reason, 1)),
        }
    }
    reasons
}

/// What was found, by severity and by rule.
pub(super) fn found(page: &mut Page, rules: Rules, s: &Summary) {
    page.heading("FOUND");
    let all: u64 = s.findings.iter().sum();
    if s.claims.evaluated == 0 {
        page.para(2, 2, "No claim was evaluated, so no claim was checked.");
    } else if all == 0 {
        page.para(2, 2, &format!("Nothing found in {}.", counted(s.claims.evaluated, "evaluated claims")));
    } else {
        let clean = count(s.claims.clean);
        let evaluated = counted(s.claims.evaluated, "evaluated claims");
        page.para(
            2,
            2,
            &format!(
                "{clean} of {evaluated} without findings, {} with money at risk",
                count(s.claims.at_risk)
            ),
        );
    }
    if all > 0 {
        let by_severity: Vec<(u64, &str)> =
            s.findings.iter().zip(Severity::ALL).rev().map(|(n, severity)| (*n, severity.as_str())).collect();
        page.para(2, 2, &format!("{}: {}", counted(all, "findings"), parts(&by_severity)));
    }
    aside::words(s).iter().for_each(|words| page.para(2, 4, words));
    if !s.rules.is_empty() {
        page.blank();
        table(page, rules, &s.rules);
    }
}

/// Money at risk, without counting a dollar twice.
pub(super) fn money(page: &mut Page, s: &Summary) {
    if s.claims.evaluated == 0 {
        return;
    }
    page.heading("MONEY AT RISK");
    let money = &s.money;
    let total = money.sure + money.possible;
    let amounts = [total, money.sure, money.possible, money.charged].map(dollars);
    let width = amounts.iter().map(String::len).max().unwrap_or(0);
    let of = |part| share(part, money.charged).map_or(String::new(), |share| format!(", {share} of charged"));
    let explained = [
        ("at risk", format!("no dollar counted twice{}", of(total))),
        ("  sure", format!("by critical and high findings{}", of(money.sure))),
        ("  possible", format!("by medium findings beyond that{}", of(money.possible))),
        ("charged", format!("on {}", counted(s.claims.evaluated, "evaluated claims"))),
    ];
    for ((label, words), amount) in explained.iter().zip(&amounts) {
        page.item(2, Ink::Plain, &format!("{label:<14}{amount:>width$}"), 18 + width, words);
    }
}

/// Waivers that are not in use as they should be.
pub(super) fn waivers(page: &mut Page, s: &Summary) {
    let remarks: Vec<String> =
        s.waivers.iter().flat_map(|waivers| &waivers.list).filter_map(WaiverTotal::remark).collect();
    if remarks.is_empty() {
        return;
    }
    page.heading("WAIVERS");
    remarks.iter().take(LIST).for_each(|remark| page.para(2, 4, &safe::line(remark)));
    more(page, remarks.len());
}

/// What was not checked, and why.
pub(super) fn not_checked(page: &mut Page, s: &Summary) {
    if s.not_checked.is_empty() {
        return;
    }
    page.heading("NOT CHECKED");
    for entry in s.not_checked.iter().take(LIST) {
        let (what, reason) = (safe::line(&entry.what), safe::line(&entry.reason));
        page.item(2, Ink::Plain, &what, HANG + 1, &format!("{}: {reason}", counted(entry.count, entry.unit)));
    }
    more(page, s.not_checked.len());
}

/// What went wrong with inputs, settings and outputs.
pub(super) fn problems(page: &mut Page, s: &Summary) {
    if s.problems.is_empty() {
        return;
    }
    page.heading("PROBLEMS");
    for problem in s.problems.iter().take(LIST) {
        page.para(2, 4, &safe::line(problem));
    }
    more(page, s.problems.len());
}

/// What to do next.
pub(super) fn next(page: &mut Page, rules: Rules, s: &Summary) {
    page.blank();
    let files = "--out DIR writes report.html, findings.csv, claims.csv, findings.jsonl and summary.json";
    let first = if s.problems.is_empty() { "" } else { "see to the problems above first; " };
    // The rule that is worth reading first: most money, of equals the first.
    let known = s.rules.iter().filter(|total| said::is_known(rules, total.rule));
    let dearest = known.rev().max_by_key(|total| (total.at_risk, total.findings));
    let words = match dearest {
        _ if !s.imbalances.is_empty() => {
            "Next: do not rely on this run, its account does not balance; please report it.".to_owned()
        }
        Some(total) => {
            format!(
                "Next: {first}claimlint rule {} explains a rule; {files}.",
                said::rule(rules, total.rule).0
            )
        }
        None => format!("Next: {first}{files}."),
    };
    page.para(0, 6, &words);
}

/// Rules with their figures. Names that do not fit beside the figures stand below them.
fn table(page: &mut Page, rules: Rules, totals: &[RuleTotal]) {
    let rows: Vec<[String; 6]> = totals
        .iter()
        .map(|total| {
            let (code, name) = said::rule(rules, total.rule);
            [code, name, total.worst.as_str()]
                .map(str::to_owned)
                .into_iter()
                .chain([count(total.findings), count(total.claims), dollars(total.at_risk)])
                .collect::<Vec<_>>()
        })
        .filter_map(|row| row.try_into().ok())
        .collect();
    let head = ["rule", "name", "worst", "findings", "claims", "at risk"];
    let mut widths = head.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.len());
        }
    }
    let beside = widths.iter().map(|width| width + 2).sum::<usize>() <= page.width();
    let put = |page: &mut Page, ink: Ink, cells: [&str; 6]| {
        let cells: Vec<(&str, usize)> = cells
            .into_iter()
            .zip(widths)
            .enumerate()
            .filter(|(n, _)| beside || *n != 1)
            .map(|(_, cell)| cell)
            .collect();
        page.row(ink, &cells, cells.len() - 3);
    };
    put(page, Ink::Head, head);
    for row in &rows {
        put(page, Ink::Plain, row.each_ref().map(String::as_str));
        if !beside {
            page.para(4, 4, &row[1]);
        }
    }
    page.para(2, 2, "Money by rule counts each rule alone: the column may add up to more than is at risk.");
}

/// Figures with their words, without those that are nothing: `3 read, 1 unreadable`.
fn parts(parts: &[(u64, &str)]) -> String {
    let some: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{} {word}", count(*n))).collect();
    if some.is_empty() { "none".to_owned() } else { some.join(", ") }
}

fn more(page: &mut Page, all: usize) {
    if all > LIST {
        page.para(2, 4, &format!("and {} more; summary.json lists them all", count((all - LIST) as u64)));
    }
}
