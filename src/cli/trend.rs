//! `claimlint trend RUN..`: what several runs found, side by side, from their `summary.json`. Reads no claim file.
//!
//! A run is the directory of `scan --out`, whose manifest is checked as `verify` does, or a `summary.json` by itself, of
//! which nothing can be checked.

use std::collections::HashSet;
use std::io::{self, BufWriter, Read as _};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use serde::Deserialize;

use crate::error::{Error, Result, display_path};
use crate::report::json::SCHEMA_VERSION;
use crate::report::trend::{self as report, Group, Run};
use crate::report::{html, trend::Trend as Runs};
use crate::x12::value::Cents;

use super::diff::file_of;
use super::{Host, Outcome};

const EXAMPLES: &str = "\
Runs stand in the order they are given, under the names they are given by: no run knows when it was made. A directory is
checked against its manifest first, as `verify` does. Money by rule counts each finding alone; all other money no dollar
twice.

Examples:
  claimlint trend reports/2026-01 reports/2026-02 reports/2026-03
  claimlint trend reports/* --format html > trend.html
  claimlint trend reports/* --format csv > trend.csv

Exit codes:
  0  all runs are shown
  2  a run could not be read, or is not what its manifest says";

#[derive(ClapArgs, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Trend {
    /// Directories that `scan --out` wrote, or files summary.json, the earliest first
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,

    /// What to print
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(crate) enum Format {
    /// Tables for people
    Text,
    /// A row a run and key
    Csv,
    /// A page for a browser
    Html,
}

/// Bytes of a summary at most. With ten thousand inputs it has some megabytes.
const MOST: u64 = 256 << 20;

/// Runs `trend`.
pub(crate) fn run(args: &Trend, host: &Host) -> Result<Outcome> {
    let mut trend = Runs::default();
    let mut names = HashSet::new();
    for path in &args.runs {
        let Some(file) = file_of(path, "summary.json", host)? else { return Ok(Outcome::NotDone) };
        let mut name = display_path(path);
        if !names.insert(name.clone()) {
            // Two columns of one name could not be told apart.
            name = format!("{name} ({})", trend.runs.len() + 1);
        }
        trend.runs.push(read(host, &file, name)?);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        Format::Text => report::text(&trend, &mut out),
        Format::Csv => report::csv(&trend, &mut out),
        Format::Html => html::trend(&trend, &mut out),
    };
    match written {
        // Who reads no further has seen enough.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Error::io("write", "standard output", e)),
        _ => Ok(Outcome::Done),
    }
}

/// What is read of a summary.
#[derive(Deserialize)]
struct Summary {
    schema_version: u32,
    claims: Claims,
    money: Money,
    rules: Vec<Rule>,
    at_risk_by: Option<AtRiskBy>,
}

#[derive(Deserialize)]
struct Claims {
    evaluated: u64,
    at_risk: u64,
}

#[derive(Deserialize)]
struct Money {
    charged_cents: i64,
    amount_at_risk_cents: i64,
}

#[derive(Deserialize)]
struct Rule {
    rule: String,
    name: String,
    claims: u64,
    amount_at_risk_cents: i64,
}

#[derive(Deserialize)]
struct AtRiskBy {
    month: By,
    payer: By,
    provider: By,
}

#[derive(Deserialize)]
struct By {
    groups: Vec<Key>,
    others: Others,
}

#[derive(Deserialize)]
struct Key {
    id: String,
    name: String,
    claims: u64,
    amount_cents: i64,
}

#[derive(Deserialize)]
struct Others {
    claims: u64,
    amount_cents: i64,
}

impl From<By> for Vec<Group> {
    fn from(by: By) -> Vec<Group> {
        let group = |Key { id, name, claims, amount_cents }| Group {
            key: Some(id),
            name,
            claims,
            amount: Cents(amount_cents),
        };
        let mut groups: Vec<Group> = by.groups.into_iter().map(group).collect();
        let Others { claims, amount_cents } = by.others;
        if claims > 0 {
            groups.push(Group { key: None, claims, amount: Cents(amount_cents), ..Group::default() });
        }
        groups
    }
}

/// The figures of a run.
fn read(host: &Host, path: &Path, name: String) -> Result<Run> {
    let file = host.disk.open(path).map_err(|e| Error::io("read", path, e))?;
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes).map_err(|e| Error::io("read", path, e))?;
    let wrong = |why: String| Error::usage(format!("{}: {why}", display_path(path)));
    let version = |v: u32| format!("schema version {v}, this program reads {SCHEMA_VERSION}");
    let summary: Summary = serde_json::from_slice(&bytes).map_err(|e| {
        // What the file holds may be anything: no word of it is repeated.
        wrong(format!("no summary.json of claimlint, by line {}; give a directory of `scan --out`", e.line()))
    })?;
    if summary.schema_version != SCHEMA_VERSION {
        return Err(wrong(version(summary.schema_version)));
    }
    let Some(by) = summary.at_risk_by else {
        return Err(wrong(
            "made by a version that did not sum by month, payer and provider; scan again".into(),
        ));
    };
    let rule = |Rule { rule, name, claims, amount_at_risk_cents }| Group {
        key: Some(rule),
        name,
        claims,
        amount: Cents(amount_at_risk_cents),
    };
    Ok(Run {
        name,
        claims: summary.claims.evaluated,
        at_risk: summary.claims.at_risk,
        charged: Cents(summary.money.charged_cents),
        amount: Cents(summary.money.amount_at_risk_cents),
        by: [
            by.month.into(),
            summary.rules.into_iter().map(rule).collect(),
            by.payer.into(),
            by.provider.into(),
        ],
    })
}
