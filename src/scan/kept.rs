//! What was found in the chunks of a run, in the order of the input: in memory up to a budget, and beyond it in a file
//! without a name where rows go.
//!
//! What only shows at the end, when claims are put side by side, is noted beside what is on the disk and put in when it
//! is read. Without a directory for them everything stays in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, RuleId};
use crate::rules::day::ClaimRef;
use crate::x12::envelope::Standing;
use crate::x12::value::Date;

use super::group::Late;
use super::group::store::{Spill, Store};
use super::row::ClaimRow;

/// Bytes of findings held in memory before, a part of what rows may take.
const SHARE: usize = 2;

/// A finding that belongs to no claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct LooseFinding {
    /// Orders it among the claims of its file.
    pub trigger: u64,
    /// Where it stands, in the chunk's standings.
    pub standing: u32,
    /// The finding.
    pub finding: Finding,
}

/// What is kept of a chunk for the report.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// Number of the chunk in the run.
    pub number: u32,
    /// Index of the input.
    pub file: u32,
    /// Claims.
    pub claims: Vec<ClaimRow>,
    /// Their findings.
    pub findings: Vec<Finding>,
    /// Bytes the rows point into.
    pub texts: Vec<u8>,
    /// Findings without a claim, by trigger.
    pub loose: Vec<LooseFinding>,
    /// Envelopes the rows stand in.
    pub standings: Vec<Standing>,
}

/// What is kept of the chunks of a run.
#[derive(Debug)]
pub(super) struct Chunks {
    slots: Vec<Slot>,
    /// Bytes of those in memory, about, and how many may be.
    held: usize,
    budget: Option<usize>,
    store: Store,
    /// What is to be put in those on the disk, by chunk.
    later: BTreeMap<u32, Later>,
    /// By rule, whether its findings are those of days.
    of_days: Vec<bool>,
}

#[derive(Debug)]
struct Slot {
    number: u32,
    file: u32,
    at: At,
}

#[derive(Debug)]
enum At {
    Memory(Box<Kept>),
    Disk { from: u64, len: usize },
}

impl Slot {
    fn in_memory(&mut self) -> Option<&mut Kept> {
        match &mut self.at {
            At::Memory(kept) => Some(kept),
            At::Disk { .. } => None,
        }
    }
}

/// What was found of a chunk after it was kept.
#[derive(Debug, Default)]
struct Later {
    loose: Vec<(Standing, LooseFinding)>,
    /// Days of claims whose own findings of days no longer hold.
    replaced: Vec<(ClaimRef, Date)>,
    claims: Vec<(ClaimRef, Late)>,
}

impl Later {
    /// Puts it in the chunk it is of. `of_days` says of each rule whether it is of days.
    fn put_in(&self, kept: &mut Kept, of_days: &[bool]) {
        self.loose.iter().for_each(|(standing, loose)| put_loose(kept, *standing, *loose));
        put_back(kept, &self.replaced, of_days);
        self.claims.iter().for_each(|(claim, late)| put_claim(kept, *claim, late));
    }
}

impl Chunks {
    pub(super) fn new(spill: Option<&Spill>) -> Chunks {
        let budget = spill.map(|spill| spill.budget / SHARE);
        // Written in parts of this size, so that each is one call on the disk.
        let store = Store::new(spill.map(|s| Spill { budget: s.budget.min(1 << 20), ..s.clone() }));
        Chunks { slots: Vec::new(), held: 0, budget, store, later: BTreeMap::new(), of_days: Vec::new() }
    }

    /// The next chunk of the run.
    pub(super) fn push(&mut self, mut kept: Kept) -> io::Result<()> {
        let (number, file) = (kept.number, kept.file);
        let bytes = bytes_of(&kept);
        let at = if self.budget.is_some_and(|budget| self.held + bytes > budget) {
            let from = self.store.len();
            let part = postcard::to_extend(&kept, Vec::new()).map_err(io::Error::other)?;
            let len = part.len();
            self.store.append(&part)?;
            At::Disk { from, len }
        } else {
            self.held += bytes;
            shrink(&mut kept);
            At::Memory(Box::new(kept))
        };
        self.slots.push(Slot { number, file, at });
        Ok(())
    }

    /// Drops the chunks of the input that was read last.
    pub(super) fn take_back(&mut self, file: u32) {
        while let Some(slot) = self.slots.pop_if(|slot| slot.file == file) {
            if let At::Memory(kept) = slot.at {
                self.held = self.held.saturating_sub(bytes_of(&kept));
            }
        }
    }

    /// Adds a finding without a claim to a chunk of an input.
    pub(super) fn add_loose(&mut self, (number, file): (u32, u32), standing: Standing, loose: LooseFinding) {
        match self.slot(number, file) {
            Some(kept) => put_loose(kept, standing, loose),
            None => self.later.entry(number).or_default().loose.push((standing, loose)),
        }
    }

    /// Takes back what claims by themselves had found on days that turned out to be shared, and puts claims that only
    /// the grouping stage found fault with among those kept. `of_days` says of each rule whether it is of days.
    pub(super) fn regroup(
        &mut self,
        of_days: Vec<bool>,
        replaced: Vec<(ClaimRef, Date)>,
        claims: BTreeMap<ClaimRef, Late>,
    ) {
        let mut all: BTreeMap<u32, Later> = BTreeMap::new();
        for (claim, date) in replaced {
            all.entry(claim.chunk).or_default().replaced.push((claim, date));
        }
        for (claim, late) in claims {
            all.entry(claim.chunk).or_default().claims.push((claim, late));
        }
        for (number, later) in all {
            if let Some((_, late)) = later.claims.first() {
                self.slot(number, late.file);
            }
            match self.known(number) {
                Some(Some(kept)) => later.put_in(kept, &of_days),
                Some(None) => {
                    let at = self.later.entry(number).or_default();
                    (at.replaced, at.claims) = (later.replaced, later.claims);
                }
                // Nothing was found in it, so there is nothing to take back.
                None => {}
            }
        }
        self.of_days = of_days;
    }

    /// A chunk if it is kept, and that if it is in memory.
    fn known(&mut self, number: u32) -> Option<Option<&mut Kept>> {
        let at = self.slots.binary_search_by_key(&number, |slot| slot.number).ok()?;
        Some(self.slots[at].in_memory())
    }

    /// A chunk of an input, if it is in memory; it is made if nothing is kept of it.
    fn slot(&mut self, number: u32, file: u32) -> Option<&mut Kept> {
        let at = self.slots.binary_search_by_key(&number, |slot| slot.number).unwrap_or_else(|at| {
            let kept = Box::new(Kept { number, file, ..Kept::default() });
            self.slots.insert(at, Slot { number, file, at: At::Memory(kept) });
            at
        });
        self.slots[at].in_memory()
    }

    /// All chunks, as they stand at the end of the run. An error is one of the disk.
    pub(super) fn iter(&self) -> impl Iterator<Item = io::Result<Cow<'_, Kept>>> {
        let mut room = Vec::new();
        self.slots.iter().map(move |slot| match &slot.at {
            At::Memory(kept) => Ok(Cow::Borrowed(&**kept)),
            At::Disk { from, len } => {
                let bytes = self.store.view(*from, *len, &mut room)?;
                let mut kept: Kept = postcard::from_bytes(bytes).map_err(io::Error::other)?;
                if let Some(later) = self.later.get(&slot.number) {
                    later.put_in(&mut kept, &self.of_days);
                }
                Ok(Cow::Owned(kept))
            }
        })
    }
}

fn put_loose(kept: &mut Kept, standing: Standing, loose: LooseFinding) {
    let standing = place(standing, &mut kept.standings);
    kept.loose.push(LooseFinding { standing, ..loose });
    kept.loose.sort_by_key(|l| l.trigger);
}

/// Takes back findings of days.
fn put_back(kept: &mut Kept, replaced: &[(ClaimRef, Date)], of_days: &[bool]) {
    let is_of_days = |rule: RuleId| of_days.get(usize::from(rule.0)).copied().unwrap_or_default();
    for (claim, date) in replaced {
        let Kept { claims, findings, .. } = &mut *kept;
        let Ok(at) = claims.binary_search_by_key(&claim.claim, |c| c.claim) else { continue };
        let (from, count) = claims[at].findings;
        let Some(own) = findings.get_mut(from as usize..(from + count) as usize) else { continue };
        let gone = |f: &Finding| f.date == Some(*date) && is_of_days(f.rule);
        let mut standing = 0;
        for n in 0..own.len() {
            if !gone(&own[n]) {
                own[standing] = own[n];
                standing += 1;
            }
        }
        claims[at].findings.1 = standing as u32;
    }
}

/// Puts a claim that only the grouping stage found fault with among those of its chunk.
fn put_claim(kept: &mut Kept, claim: ClaimRef, late: &Late) {
    let Err(at) = kept.claims.binary_search_by_key(&claim.claim, |c| c.claim) else { return };
    let texts = kept.texts.len() as u32;
    kept.texts.extend_from_slice(&late.texts);
    let standing = kept.standings.len() as u32;
    kept.standings.push(late.standing);
    let row = &late.row;
    let (id, payer_id) = (row.id.after(texts), row.payer_id.after(texts));
    let row = ClaimRow { id, payer_id, payer_name: row.payer_name.after(texts), standing, ..*row };
    kept.claims.insert(at, row);
}

/// What a chunk takes in memory, about.
fn bytes_of(kept: &Kept) -> usize {
    let Kept { claims, findings, texts, loose, standings, .. } = kept;
    size_of::<Kept>()
        + size_of_val(claims.as_slice())
        + size_of_val(findings.as_slice())
        + texts.len()
        + size_of_val(loose.as_slice())
        + size_of_val(standings.as_slice())
}

fn shrink(kept: &mut Kept) {
    kept.claims.shrink_to_fit();
    kept.findings.shrink_to_fit();
    kept.texts.shrink_to_fit();
    kept.loose.shrink_to_fit();
    kept.standings.shrink_to_fit();
}

/// Makes the rows' positions those of the transaction set, and keeps the envelopes they stand in.
pub(super) fn keep_claims(
    claims: &mut [ClaimRow],
    findings: &mut [Finding],
    standings: &[Standing],
    kept: &mut Vec<Standing>,
) {
    for row in claims {
        let Some(standing) = standings.get(row.standing as usize) else { continue };
        let (from, count) = row.findings;
        for finding in findings.iter_mut().skip(from as usize).take(count as usize) {
            finding.position.segment = standing.ordinal(finding.position.segment);
        }
        row.standing = place(*standing, kept);
    }
}

/// The place of a standing among those kept; the last one is likely the same.
pub(super) fn place(standing: Standing, kept: &mut Vec<Standing>) -> u32 {
    if kept.last() != Some(&standing) {
        kept.push(standing);
    }
    (kept.len() - 1) as u32
}
