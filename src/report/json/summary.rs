//! `summary.json`: its data types, filled from [`Summary`].
//!
//! Field by field on purpose: a field renamed inside the program must not rename one that scripts read.

use std::borrow::Cow;

use serde::Serialize;

use crate::finding::Severity;
use crate::report::{self, RuleTotal, Rules, Summary, safe, said};
use crate::x12::value::Cents;

use super::SUMMARY_SCHEMA;
use super::entry::Shown;

#[derive(Serialize)]
pub(super) struct SummaryDto<'a> {
    schema: &'static str,
    files: Files,
    bytes: Bytes,
    segments: Segments,
    envelopes: Envelopes<'a>,
    claims: Claims,
    lines: Lines,
    findings: BySeverity,
    money: Money,
    rules: Vec<Rule>,
    not_checked: Vec<NotChecked<'a>>,
    minutes: Minutes,
    problems: Vec<Cow<'a, str>>,
    accounting: Accounting<'a>,
}

#[derive(Serialize)]
struct Files {
    listed: u64,
    processed: u64,
    skipped: u64,
    unreadable: u64,
}

#[derive(Serialize)]
struct Bytes {
    read: u64,
    segments: u64,
    terminators: u64,
    blanks: u64,
    padding: u64,
    skipped: u64,
}

#[derive(Serialize)]
struct Segments {
    read: u64,
    envelope: u64,
    context: u64,
    claim: u64,
    line: u64,
    unrecognised: u64,
    empty: u64,
    out_of_scope: u64,
}

#[derive(Serialize)]
struct Envelopes<'a> {
    interchanges: u64,
    groups: u64,
    transactions: u64,
    claim_transactions: u64,
    out_of_scope: Vec<OutOfScope<'a>>,
}

#[derive(Serialize)]
struct OutOfScope<'a> {
    transaction_set: Cow<'a, str>,
    count: u64,
}

#[derive(Serialize)]
struct Claims {
    seen: u64,
    evaluated: u64,
    not_evaluated: Vec<Reason>,
    clean: u64,
    at_risk: u64,
    by_worst: BySeverity,
}

#[derive(Serialize)]
struct Reason {
    reason: &'static str,
    count: u64,
}

#[derive(Serialize)]
struct Lines {
    seen: u64,
    therapy: u64,
    other: u64,
    not_evaluated: u64,
    timed: u64,
    documented: u64,
}

#[derive(Serialize)]
struct BySeverity {
    critical: u64,
    high: u64,
    medium: u64,
    low: u64,
    info: u64,
}

#[derive(Serialize)]
struct Money {
    charged: Shown<Cents>,
    charged_cents: i64,
    lines: Shown<Cents>,
    lines_cents: i64,
    sure: Shown<Cents>,
    sure_cents: i64,
    possible: Shown<Cents>,
    possible_cents: i64,
}

#[derive(Serialize)]
struct Rule {
    code: &'static str,
    name: &'static str,
    /// The rule's own; findings may differ by payer and settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    findings: u64,
    claims: u64,
    at_risk: Shown<Cents>,
    at_risk_cents: i64,
}

#[derive(Serialize)]
struct NotChecked<'a> {
    what: Cow<'a, str>,
    reason: Cow<'a, str>,
    count: u64,
    unit: &'static str,
}

#[derive(Serialize)]
struct Minutes {
    rows: u64,
    matched: u64,
    unmatched: u64,
    ambiguous: u64,
}

#[derive(Serialize)]
struct Accounting<'a> {
    balanced: bool,
    imbalances: Vec<Cow<'a, str>>,
}

impl<'a> SummaryDto<'a> {
    pub(super) fn new(rules: Rules, s: &'a Summary) -> SummaryDto<'a> {
        SummaryDto {
            schema: SUMMARY_SCHEMA,
            files: Files {
                listed: s.files.listed,
                processed: s.files.processed,
                skipped: s.files.skipped,
                unreadable: s.files.unreadable,
            },
            bytes: Bytes {
                read: s.bytes.read,
                segments: s.bytes.segments,
                terminators: s.bytes.terminators,
                blanks: s.bytes.blanks,
                padding: s.bytes.padding,
                skipped: s.bytes.skipped,
            },
            segments: Segments {
                read: s.segments.read,
                envelope: s.segments.envelope,
                context: s.segments.context,
                claim: s.segments.claim,
                line: s.segments.line,
                unrecognised: s.segments.unrecognised,
                empty: s.segments.empty,
                out_of_scope: s.segments.out_of_scope,
            },
            envelopes: Envelopes {
                interchanges: s.interchanges,
                groups: s.groups,
                transactions: s.transactions,
                claim_transactions: s.claim_transactions,
                out_of_scope: s.out_of_scope.iter().map(out_of_scope).collect(),
            },
            claims: Claims {
                seen: s.claims.seen,
                evaluated: s.claims.evaluated,
                not_evaluated: s
                    .claims
                    .not_evaluated
                    .iter()
                    .map(|&(reason, count)| Reason { reason, count })
                    .collect(),
                clean: s.claims.clean,
                at_risk: s.claims.at_risk,
                by_worst: by_severity(s.claims_by_worst),
            },
            lines: Lines {
                seen: s.lines.seen,
                therapy: s.lines.therapy,
                other: s.lines.other,
                not_evaluated: s.lines.not_evaluated,
                timed: s.lines.timed,
                documented: s.lines.documented,
            },
            findings: by_severity(s.findings),
            money: Money {
                charged: Shown(s.money.charged),
                charged_cents: s.money.charged.0,
                lines: Shown(s.money.lines),
                lines_cents: s.money.lines.0,
                sure: Shown(s.money.sure),
                sure_cents: s.money.sure.0,
                possible: Shown(s.money.possible),
                possible_cents: s.money.possible.0,
            },
            rules: s.rules.iter().map(|total| rule(rules, total)).collect(),
            not_checked: s.not_checked.iter().map(not_checked).collect(),
            minutes: Minutes {
                rows: s.minutes.rows,
                matched: s.minutes.matched,
                unmatched: s.minutes.unmatched,
                ambiguous: s.minutes.ambiguous,
            },
            problems: s.problems.iter().map(|problem| safe::line(problem)).collect(),
            accounting: Accounting {
                balanced: s.imbalances.is_empty(),
                imbalances: s.imbalances.iter().map(|imbalance| safe::line(imbalance)).collect(),
            },
        }
    }
}

fn out_of_scope((set, count): &(String, u64)) -> OutOfScope<'_> {
    OutOfScope { transaction_set: safe::line(set), count: *count }
}

fn by_severity(counts: [u64; 5]) -> BySeverity {
    let [info, low, medium, high, critical] = counts;
    BySeverity { critical, high, medium, low, info }
}

fn rule(rules: Rules, total: &RuleTotal) -> Rule {
    let (code, name) = said::rule(rules, total.rule);
    Rule {
        code,
        name,
        severity: said::severity(rules, total.rule).map(Severity::as_str),
        findings: total.findings,
        claims: total.claims,
        at_risk: Shown(total.at_risk),
        at_risk_cents: total.at_risk.0,
    }
}

fn not_checked(entry: &report::NotChecked) -> NotChecked<'_> {
    NotChecked {
        what: safe::line(&entry.what),
        reason: safe::line(&entry.reason),
        count: entry.count,
        unit: entry.unit,
    }
}
