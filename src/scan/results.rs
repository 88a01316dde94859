//! What a run comes to: totals, an account that must balance, and the findings in the order of the input.

use std::io;
use std::path::Path;

use crate::error::{Error, Result};
use crate::finding::{Finding, RuleId};
use crate::minutes::RowId;
use crate::rules::CATALOGUE;
use crate::rules::day::ClaimRef;
use crate::rules::x12::rule_of;

use super::Ready;
use super::account::{self, Account};
use super::commit::{Commit, FileResult, RowUse, Status, Totals};
use super::group::Regrouped;
use super::kept::{Chunks, LooseFinding};
use super::ledger::Recorder;
use super::row::ClaimRow;
use crate::x12::envelope::Standing;
use crate::x12::fault::FaultCode;

/// Everything a run found.
#[derive(Debug)]
pub struct Results {
    /// The inputs, in the order given; archives by their members.
    pub files: Vec<FileResult>,
    /// Members of archives that were left out, with the reason.
    pub skipped: Vec<(String, &'static str)>,
    /// Sums over them.
    pub totals: Totals,
    /// Sidecar rows that no claim used, and rows that fit several lines of one.
    pub stray_rows: StrayRows,
    /// The account.
    pub account: Account,
    /// Equations of the account that do not hold, for the run or a part of it. Empty unless the program is wrong.
    pub imbalances: Vec<String>,
    /// Whether the run was told to stop. Then findings are not all there, nor those of shared days right: nothing
    /// of them may be reported. The account is of the inputs that are done.
    pub interrupted: bool,
    /// Chunks that were read twice; costs time, changes nothing.
    pub reread: u64,
    /// Sums over the earlier files (`--history`).
    pub earlier: Totals,
    /// The first of the earlier files among `files`.
    pub first_earlier: usize,
    /// Why not all inputs that were read are in the ledger, if there is one and they are not.
    pub unrecorded: Option<std::io::Error>,
    kept: Chunks,
    /// Findings of days that several claims share, by claim.
    by_day: Vec<(ClaimRef, Finding)>,
}

/// What became of the rows of minutes and visits files; a byte a row, for in a run of other claims all are stray.
#[derive(Debug)]
pub struct StrayRows(Vec<RowUse>);

impl StrayRows {
    /// The rows that were not used, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (RowId, RowUse)> {
        let stray = (0u32..).zip(&self.0).filter(|(_, used)| **used != RowUse::Matched);
        stray.map(|(row, used)| (RowId(row), *used))
    }

    /// Whether every row was used.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// A claim with its findings, or findings that belong to none.
#[derive(Clone, Copy, Debug)]
pub struct Item<'r> {
    /// The place of the input among the files of the run.
    pub number: usize,
    /// The input.
    pub file: &'r FileResult,
    /// The envelope.
    pub standing: &'r Standing,
    /// The claim and the texts its row points into.
    pub claim: Option<(&'r ClaimRow, &'r [u8])>,
    /// What was found, by position.
    pub findings: &'r [Finding],
}

impl Item<'_> {
    /// Which envelopes one of its findings is about, if it belongs to no claim: interchange, functional group and transaction
    /// set as they are counted in the file; 0 stands for all of them.
    pub fn around(&self, finding: &Finding) -> [u32; 3] {
        let Standing { interchange, group, transaction, .. } = *self.standing;
        if finding.rule == rule_of(FaultCode::SeveralInterchanges) {
            // What is said of one interchange among several is about the file that has them.
            return [0; 3];
        }
        if FaultCode::COUNTED.iter().any(|code| finding.rule == rule_of(*code)) {
            return [interchange, 0, 0];
        }
        [interchange, group, transaction]
    }
}

impl Results {
    /// Whether the program came to grief over one of the inputs.
    pub fn has_failed(&self) -> bool {
        self.files.iter().any(|file| matches!(file.status, Status::Failed(_)))
    }

    /// Hands out everything found, in the order of the input. Claims without a finding are left out. An error is one of
    /// `with`, or of the disk where there is too much for memory.
    pub fn each<E: From<io::Error>>(
        &self,
        mut with: impl FnMut(&Item<'_>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let nowhere = Standing::default();
        let mut all = Vec::new();
        let mut days = self.by_day.as_slice();
        // What is said of a file as a whole stands before what was found in it, but for what ended it.
        let mut files = self.files.iter().enumerate().peekable();
        let mut told: Option<usize> = None;
        let is_first = |finding: &&Finding| finding.position.byte == 0;
        for kept in self.kept.iter() {
            let kept = &*kept?;
            let this = kept.file as usize;
            let Some(file) = self.files.get(this) else { continue };
            if told != Some(this) {
                if let Some(last) = told.take().and_then(|n| Some((n, self.files.get(n)?))) {
                    last.1
                        .notes
                        .iter()
                        .filter(|f| !is_first(f))
                        .try_for_each(|f| with(&note(last, &nowhere, f)))?;
                }
                while let Some((n, before)) = files.next_if(|(n, _)| *n <= this) {
                    let all = before.notes.iter().filter(|f| n < this || is_first(f));
                    all.into_iter().try_for_each(|f| with(&note((n, before), &nowhere, f)))?;
                }
                told = Some(this);
            }
            let standing = |n: u32| kept.standings.get(n as usize).unwrap_or(&nowhere);
            let mut loose = kept.loose.iter().peekable();
            for claim in &kept.claims {
                while let Some(first) = loose.next_if(|l| l.trigger <= claim.byte) {
                    with(&loose_item((this, file), standing(first.standing), first))?;
                }
                let this_claim = ClaimRef { chunk: kept.number, claim: claim.claim };
                // Both go forward from claim to claim; to search would cost more than to step.
                let gone = days.iter().take_while(|(c, _)| *c < this_claim).count();
                let own = days[gone..].iter().take_while(|(c, _)| *c == this_claim).count();
                let (of_day, rest) = days[gone..].split_at(own);
                days = rest;
                let (from, count) = claim.findings;
                let own = kept.findings.get(from as usize..(from + count) as usize).unwrap_or_default();
                if own.is_empty() && of_day.is_empty() {
                    continue;
                }
                let mut item = Item {
                    number: this,
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
                with(&loose_item((this, file), standing(last.standing), last))?;
            }
        }
        if let Some(last) = told.and_then(|n| Some((n, self.files.get(n)?))) {
            last.1.notes.iter().filter(|f| !is_first(f)).try_for_each(|f| with(&note(last, &nowhere, f)))?;
        }
        for (n, file) in files {
            file.notes.iter().try_for_each(|f| with(&note((n, file), &nowhere, f)))?;
        }
        Ok(())
    }
}

/// A finding about a file as a whole.
fn note<'r>(
    (number, file): (usize, &'r FileResult),
    nowhere: &'r Standing,
    finding: &'r Finding,
) -> Item<'r> {
    Item { number, file, standing: nowhere, claim: None, findings: std::slice::from_ref(finding) }
}

fn loose_item<'r>(
    (number, file): (usize, &'r FileResult),
    standing: &'r Standing,
    loose: &'r LooseFinding,
) -> Item<'r> {
    Item { number, file, standing, claim: None, findings: std::slice::from_ref(&loose.finding) }
}

/// Puts the claims of each patient's day side by side and closes the account.
pub(super) fn finish(
    ready: &Ready<'_>,
    commit: Commit<'_>,
    skipped: Vec<(String, &'static str)>,
) -> Result<Results> {
    let spilling = |e| {
        let at = ready.setup.spill.as_ref().map_or(Path::new("."), |spill| &spill.directory);
        Error::io("keep rows in", at, e)
    };
    if let Some(error) = commit.failure {
        return Err(spilling(error));
    }
    if let (Some(error), Some(ledger)) = (commit.unread_record, &ready.setup.ledger) {
        return Err(Error::io("read", ledger.directory(), error));
    }
    let unrecorded = commit.recorder.and_then(Recorder::finish);
    let first_earlier = commit.files.iter().position(|f| f.earlier).unwrap_or(commit.files.len());
    let mut kept = commit.kept;
    let stop = &ready.setup.stop;
    let regrouped = match commit.group.check(ready) {
        Err(_) if stop.is_set() => Regrouped::default(),
        checked => checked.map_err(spilling)?,
    };
    let mut totals = commit.totals;
    totals.stats.applications += regrouped.applications;
    totals.stats.outcomes.add(&regrouped.outcomes);
    let of_days = (0..CATALOGUE.len()).map(|n| ready.setup.plan.is_of_days(RuleId(n as u16))).collect();
    kept.regroup(of_days, regrouped.replaced, regrouped.claims);
    let mut results = Results {
        files: commit.files,
        skipped,
        totals,
        stray_rows: StrayRows(commit.rows),
        account: Account { equations: Vec::new(), held: commit.held },
        imbalances: commit.imbalances,
        interrupted: stop.is_set(),
        reread: commit.reread,
        earlier: commit.earlier_totals,
        first_earlier,
        unrecorded,
        kept,
        by_day: regrouped.found,
    };
    results.account.equations = account::of_run(&results.totals, &results.files);
    let of_run: Vec<_> = account::imbalances("run", &results.account.equations).collect();
    results.imbalances.extend(of_run);
    Ok(results)
}
