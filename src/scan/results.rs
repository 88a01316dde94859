//! What a run comes to: totals, an account that must balance, and the findings in the order of the input.

use crate::finding::Finding;
use crate::minutes::RowId;
use crate::rules::day::ClaimRef;

use super::Setup;
use super::commit::{Commit, FileResult, Kept, LooseFinding, RowUse, Status, Totals};
use super::days::{self, BareRow, DayRow};
use super::worker::ClaimRow;
use crate::x12::envelope::Standing;

/// Everything a run found.
#[derive(Debug)]
pub struct Results {
    /// The inputs, in the order given.
    pub files: Vec<FileResult>,
    /// Sums over them.
    pub totals: Totals,
    /// Sidecar rows that no claim used, and rows that fit several lines of one.
    pub stray_rows: Vec<(RowId, RowUse)>,
    /// Equations of the account that do not hold. Empty unless the program is wrong.
    pub imbalances: Vec<String>,
    /// Chunks that were read twice; costs time, changes nothing.
    pub reread: u64,
    kept: Vec<Kept>,
    /// Findings of therapy days, by claim.
    by_day: Vec<(ClaimRef, Finding)>,
}

/// A claim with its findings, or findings that belong to none.
#[derive(Clone, Copy, Debug)]
pub struct Item<'r> {
    /// The input.
    pub file: &'r FileResult,
    /// The envelope.
    pub standing: &'r Standing,
    /// The claim and the texts its row points into.
    pub claim: Option<(&'r ClaimRow, &'r [u8])>,
    /// What was found, by position.
    pub findings: &'r [Finding],
}

impl Results {
    /// Hands out everything found, in the order of the input. Claims without a finding are left out.
    pub fn each<E>(&self, mut with: impl FnMut(&Item<'_>) -> Result<(), E>) -> Result<(), E> {
        let nowhere = Standing::default();
        let mut all = Vec::new();
        let mut days = self.by_day.as_slice();
        for kept in &self.kept {
            let Some(file) = self.files.get(kept.file as usize) else { continue };
            let standing = |n: u32| kept.standings.get(n as usize).unwrap_or(&nowhere);
            let mut loose = kept.loose.iter().peekable();
            for (row, claim) in (0u32..).zip(&kept.claims) {
                while let Some(first) = loose.next_if(|l| l.trigger <= claim.byte) {
                    with(&loose_item(file, standing(first.standing), first))?;
                }
                let this = ClaimRef { chunk: kept.number, row };
                days = &days[days.partition_point(|(c, _)| *c < this)..];
                let (of_day, rest) = days.split_at(days.partition_point(|(c, _)| *c == this));
                days = rest;
                let (from, count) = claim.findings;
                let own = kept.findings.get(from as usize..(from + count) as usize).unwrap_or_default();
                if own.is_empty() && of_day.is_empty() {
                    continue;
                }
                let mut item = Item {
                    file,
                    standing: standing(claim.standing),
                    claim: Some((claim, kept.texts.as_slice())),
                    findings: own,
                };
                if !of_day.is_empty() {
                    all.clear();
                    all.extend_from_slice(own);
                    all.extend(of_day.iter().map(|(_, f)| *f));
                    all.sort_by_key(|f: &Finding| (f.position.byte, f.position.at, f.rule, f.fault));
                    item.findings = &all;
                }
                with(&item)?;
            }
            for last in loose {
                with(&loose_item(file, standing(last.standing), last))?;
            }
        }
        Ok(())
    }
}

fn loose_item<'r>(file: &'r FileResult, standing: &'r Standing, loose: &'r LooseFinding) -> Item<'r> {
    Item { file, standing, claim: None, findings: std::slice::from_ref(&loose.finding) }
}

/// Groups therapy days and closes the account.
pub(super) fn finish(setup: &Setup, commit: Commit<'_>) -> Results {
    let mut rows: Vec<DayRow> = commit.days.into_iter().flatten().collect();
    let mut bare: Vec<BareRow> =
        if rows.is_empty() { Vec::new() } else { commit.bare.into_iter().flatten().collect() };
    let by_day = days::check(setup, &mut rows, &mut bare);
    let stray_rows = (0u32..)
        .zip(&commit.rows)
        .filter(|(_, used)| **used != RowUse::Matched)
        .map(|(n, used)| (RowId(n), *used))
        .collect();
    let mut results = Results {
        files: commit.files,
        totals: commit.totals,
        stray_rows,
        imbalances: Vec::new(),
        reread: commit.reread,
        kept: commit.kept,
        by_day,
    };
    results.imbalances = imbalances(&results);
    results
}

/// The equations of the account. Each side is counted by a different part of the program.
fn imbalances(results: &Results) -> Vec<String> {
    let Totals { counts, stats, bytes, .. } = &results.totals;
    let claims_not_evaluated: u64 = counts.claims_not_evaluated.iter().sum();
    let lines = stats.therapy_lines + stats.other_lines + counts.lines_not_evaluated;
    let unreadable = results.files.iter().filter(|f| matches!(f.status, Status::Unreadable(_))).count();
    let read = results.files.iter().filter(|f| !matches!(f.status, Status::Unreadable(_))).count();
    let equations = [
        ("bytes read", *bytes, "bytes accounted for", counts.tally.bytes()),
        ("segments read", counts.tally.segments, "segments accounted for", counts.segments.total()),
        (
            "claims seen",
            counts.claims_seen,
            "claims evaluated or not",
            stats.evaluated + claims_not_evaluated,
        ),
        ("service lines seen", counts.lines_seen, "lines checked or not", lines),
        ("inputs listed", results.files.len() as u64, "inputs read or not", (read + unreadable) as u64),
    ];
    equations
        .into_iter()
        .filter(|(_, a, _, b)| a != b)
        .map(|(left, a, right, b)| format!("{left} {a}, {right} {b}"))
        .collect()
}
