//! `summary.json`: its data types, filled from [`Summary`].
//!
//! Field by field on purpose: a field renamed inside the program must not rename one that scripts read.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::report::sums::{self, Groups, Most, Sums};
use crate::report::{self, RuleTotal, Rules, Summary, safe, said};
use crate::x12::value::{Cents, Date};

use super::SCHEMA_VERSION;
use super::aside::{Baseline, Waivers};
use super::write::Shown;

#[derive(Serialize)]
pub(super) struct SummaryDto<'a> {
    schema_version: u32,
    files: Files,
    bytes: Bytes,
    segments: Segments,
    interchanges: Seen,
    groups: Seen,
    transactions: Transactions<'a>,
    claims: Claims,
    lines: Lines,
    findings: Findings,
    money: Money,
    rules: Vec<Rule>,
    at_risk_by: AtRiskBy,
    not_checked: Vec<NotChecked<'a>>,
    minutes: Minutes,
    sidecars: Vec<Sidecar>,
    tables: Vec<Table<'a>>,
    inputs: Vec<Input<'a>>,
    problems: Vec<Cow<'a, str>>,
    accounting: Accounting<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redaction: Option<Redaction<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waivers: Option<Waivers<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Baseline>,
}

/// Groups that are listed: those with most at risk.
const GROUPS: usize = 1_000;

/// Claims with money at risk, and that money, no dollar counted twice.
#[derive(Serialize)]
struct AtRiskBy {
    /// By month of service, `2026-03`.
    month: By,
    /// By payer id, else name.
    payer: By,
    /// By NPI of the billing provider.
    provider: By,
}

#[derive(Serialize)]
struct By {
    groups: Vec<Group>,
    /// What is in no group of the list.
    others: Others,
}

#[derive(Serialize)]
struct Group {
    /// Empty for claims that have none; safe to print, so that an id of odd bytes is escaped.
    id: String,
    name: String,
    claims: u64,
    amount: Shown<Cents>,
    amount_cents: i64,
}

#[derive(Serialize)]
struct Others {
    /// As far as they could be told apart.
    groups: u64,
    claims: u64,
    amount: Shown<Cents>,
    amount_cents: i64,
}

fn by(groups: &Groups) -> By {
    let Most { groups, others, sum_of_others } = groups.most(GROUPS);
    let group = |group: sums::Group| Group {
        id: group.id,
        name: group.name,
        claims: group.sum.claims,
        amount: Shown(group.sum.at_risk),
        amount_cents: group.sum.at_risk.0,
    };
    By {
        groups: groups.into_iter().map(group).collect(),
        others: Others {
            groups: others,
            claims: sum_of_others.claims,
            amount: Shown(sum_of_others.at_risk),
            amount_cents: sum_of_others.at_risk.0,
        },
    }
}

/// What is there in few runs is left out of the others.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

#[derive(Serialize)]
struct Redaction<'a> {
    /// Names the key of the claims' tokens; null if claim ids stand as they are.
    key_id: Option<&'a str>,
    file_names: bool,
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
    service: u64,
    context: u64,
    claim: u64,
    line: u64,
    unrecognised: u64,
    empty: u64,
    out_of_scope: u64,
}

#[derive(Serialize)]
struct Seen {
    seen: u64,
}

#[derive(Serialize)]
struct Transactions<'a> {
    seen: u64,
    /// Those that are 837P or 837I.
    claims: u64,
    /// Others, by transaction set id.
    out_of_scope: Counts<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Findings {
    total: u64,
    by_severity: BySeverity,
    by_rule: Counts<&'static str>,
}

#[derive(Serialize)]
struct Claims {
    seen: u64,
    evaluated: u64,
    not_evaluated: Counts<&'static str>,
    clean: u64,
    /// Those all of whose findings are waived or known before.
    #[serde(skip_serializing_if = "is_none")]
    set_aside: u64,
    at_risk: u64,
    hierarchy_suspect: u64,
    envelope_suspect: u64,
    by_worst: BySeverity,
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
    amount_at_risk: Shown<Cents>,
    amount_at_risk_cents: i64,
    sure: Shown<Cents>,
    sure_cents: i64,
    possible: Shown<Cents>,
    possible_cents: i64,
}

#[derive(Serialize)]
struct Rule {
    rule: &'static str,
    name: &'static str,
    /// The worst its findings have; payers and settings may change the rule's own.
    worst: &'static str,
    findings: u64,
    claims: u64,
    amount_at_risk: Shown<Cents>,
    amount_at_risk_cents: i64,
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
struct Sidecar {
    kind: &'static str,
    files: u64,
    rows: u64,
    faulty_rows: u64,
}

#[derive(Serialize)]
struct Table<'a> {
    name: &'static str,
    setting: &'static str,
    table: Shown<Date>,
    /// Empty for a table that is built in.
    files: Vec<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Input<'a> {
    file: Cow<'a, str>,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_bytes: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    container: &'a [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    offsets: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Cow<'a, str>>,
    sha256: Option<String>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
}

/// Names with their counts, as an object in the order of the list.
struct Counts<K, N = u64>(Vec<(K, N)>);

impl<K: Serialize, N: Serialize> Serialize for Counts<K, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, count)| (name, count)))
    }
}

#[derive(Serialize)]
struct Accounting<'a> {
    balanced: bool,
    equations: Vec<Equation>,
    held: Held,
    imbalances: Vec<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Equation {
    name: &'static str,
    /// Cents for money.
    total: i128,
    parts: Counts<&'static str, i128>,
    holds: bool,
}

/// For how many envelopes of each kind the account was held by itself.
#[derive(Serialize)]
struct Held {
    transactions: u64,
    groups: u64,
    interchanges: u64,
    files: u64,
}

impl<'a> SummaryDto<'a> {
    pub(super) fn new(rules: Rules, s: &'a Summary, sums: &Sums) -> SummaryDto<'a> {
        SummaryDto {
            schema_version: SCHEMA_VERSION,
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
                service: s.segments.service,
                context: s.segments.context,
                claim: s.segments.claim,
                line: s.segments.line,
                unrecognised: s.segments.unrecognised,
                empty: s.segments.empty,
                out_of_scope: s.segments.out_of_scope,
            },
            interchanges: Seen { seen: s.interchanges },
            groups: Seen { seen: s.groups },
            transactions: Transactions {
                seen: s.transactions,
                claims: s.claim_transactions,
                out_of_scope: Counts(s.out_of_scope.iter().map(|(set, n)| (safe::line(set), *n)).collect()),
            },
            claims: Claims {
                seen: s.claims.seen,
                evaluated: s.claims.evaluated,
                not_evaluated: Counts(s.claims.not_evaluated.clone()),
                clean: s.claims.clean,
                set_aside: s.claims.set_aside,
                at_risk: s.claims.at_risk,
                hierarchy_suspect: s.claims.hierarchy_suspect,
                envelope_suspect: s.claims.envelope_suspect,
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
            findings: Findings {
                total: s.findings.iter().sum(),
                by_severity: by_severity(s.findings),
                by_rule: Counts(s.rules.iter().map(|t| (said::rule(rules, t.rule).0, t.findings)).collect()),
            },
            money: Money {
                charged: Shown(s.money.charged),
                charged_cents: s.money.charged.0,
                lines: Shown(s.money.lines),
                lines_cents: s.money.lines.0,
                amount_at_risk: Shown(s.money.sure + s.money.possible),
                amount_at_risk_cents: (s.money.sure + s.money.possible).0,
                sure: Shown(s.money.sure),
                sure_cents: s.money.sure.0,
                possible: Shown(s.money.possible),
                possible_cents: s.money.possible.0,
            },
            rules: s.rules.iter().map(|total| rule(rules, total)).collect(),
            at_risk_by: AtRiskBy {
                month: by(&sums.months),
                payer: by(&sums.payers),
                provider: by(&sums.providers),
            },
            not_checked: s.not_checked.iter().map(not_checked).collect(),
            minutes: Minutes {
                rows: s.minutes.rows,
                matched: s.minutes.matched,
                unmatched: s.minutes.unmatched,
                ambiguous: s.minutes.ambiguous,
            },
            sidecars: s.sidecars.iter().map(sidecar).collect(),
            tables: s.tables.iter().map(table).collect(),
            inputs: s.inputs.iter().map(input).collect(),
            problems: s.problems.iter().map(|problem| safe::line(problem)).collect(),
            accounting: Accounting {
                balanced: s.imbalances.is_empty(),
                equations: s.account.iter().map(equation).collect(),
                held: {
                    let [transactions, groups, interchanges, files] = s.account_held;
                    Held { transactions, groups, interchanges, files }
                },
                imbalances: s.imbalances.iter().map(|imbalance| safe::line(imbalance)).collect(),
            },
            waivers: s.waivers.as_ref().map(Waivers::new),
            baseline: s.baseline.as_ref().map(Baseline::new),
            redaction: s
                .redaction
                .as_ref()
                .map(|r| Redaction { key_id: r.key_id.as_deref(), file_names: r.file_names }),
        }
    }
}

fn table(total: &crate::report::TableTotal) -> Table<'_> {
    let files = total.files.iter().map(|file| safe::line(file)).collect();
    Table { name: total.name, setting: total.setting, table: Shown(total.table), files }
}

fn equation(equation: &report::Equation) -> Equation {
    let report::Equation { name, total, parts, holds } = equation;
    Equation { name, total: *total, parts: Counts(parts.clone()), holds: *holds }
}

fn sidecar(total: &report::SidecarTotal) -> Sidecar {
    Sidecar { kind: total.kind, files: total.files, rows: total.rows, faulty_rows: total.faulty_rows }
}

fn input(input: &report::Input) -> Input<'_> {
    Input {
        file: safe::line(&input.file),
        bytes: input.bytes,
        file_bytes: input.file_bytes,
        container: &input.container,
        offsets: input.offsets.as_deref().map(safe::line),
        link: input.link.as_deref().map(safe::line),
        sha256: input.sha256.as_ref().map(|digest| safe::hex(digest)),
        status: input.status.as_str(),
        code: input.code,
        reason: input.reason.as_deref().map(safe::line),
    }
}

fn by_severity(counts: [u64; 5]) -> BySeverity {
    let [info, low, medium, high, critical] = counts;
    BySeverity { critical, high, medium, low, info }
}

fn rule(rules: Rules, total: &RuleTotal) -> Rule {
    let (rule, name) = said::rule(rules, total.rule);
    Rule {
        rule,
        name,
        worst: total.worst.as_str(),
        findings: total.findings,
        claims: total.claims,
        amount_at_risk: Shown(total.at_risk),
        amount_at_risk_cents: total.at_risk.0,
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
