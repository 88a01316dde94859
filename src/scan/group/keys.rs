//! Which claim has lines on which day of which patient: one small row a claim and day, sorted so that those
//! of one patient stand together.
//!
//! Sorted in memory as far as the budget goes, in runs on disk beyond it, and merged. A claim is told from
//! another by where its row stands, so the order is that of the input.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::store::{Spill, Store};

/// What a claim has on a day that rules across claims ask for first.
pub(crate) mod flag {
    /// A replacement or a void claim (CLM05-3 7, 8).
    pub(crate) const SUPERSEDES: u16 = 1 << 1;
    /// An initial evaluation, by discipline.
    pub(crate) const EVALUATION: [u16; 3] = [1 << 2, 1 << 3, 1 << 4];
    /// A re-evaluation (97164, 97168).
    pub(crate) const REEVALUATION: u16 = 1 << 5;
    /// 97112.
    pub(crate) const REEDUCATION: u16 = 1 << 6;
}

/// The most that fits beside a row.
pub(crate) const FLAGS: u16 = (1 << FLAG_BITS) - 1;

const FLAG_BITS: u32 = 12;
const OFFSET_BITS: u32 = 28;

/// One claim's lines of one day. Sorts by patient, date, group, and place in the input.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(crate) struct KeyRow {
    /// The patient, as a digest. Two of ten million patients share one with a chance of three in a million.
    pub patient: u64,
    /// The date as a number.
    pub date: u32,
    /// Billing provider and payer, as a digest.
    pub group: u32,
    /// Section, offset among its rows, flags.
    place: u64,
}

impl KeyRow {
    pub(crate) const BYTES: usize = 24;

    /// A row of a section that is not known yet.
    pub(crate) fn new(patient: u64, date: u32, group: u32, offset: u32, flags: u16) -> KeyRow {
        let offset = u64::from(offset) & ((1 << OFFSET_BITS) - 1);
        KeyRow { patient, date, group, place: offset << FLAG_BITS | u64::from(flags) }
    }

    /// Says which section the row is of.
    pub(crate) fn in_section(mut self, section: u32) -> KeyRow {
        self.place |= u64::from(section) << (FLAG_BITS + OFFSET_BITS);
        self
    }

    pub(crate) fn section(self) -> u32 {
        (self.place >> (FLAG_BITS + OFFSET_BITS)) as u32
    }

    pub(crate) fn offset(self) -> u32 {
        (self.place >> FLAG_BITS) as u32 & ((1 << OFFSET_BITS) - 1)
    }

    pub(crate) fn flags(self) -> u16 {
        self.place as u16 & FLAGS
    }

    pub(crate) fn has(self, flags: u16) -> bool {
        self.flags() & flags != 0
    }

    /// Where the claim's row stands; equal for the days of one claim.
    pub(crate) fn claim(self) -> u64 {
        self.place >> FLAG_BITS
    }

    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.patient.to_le_bytes());
        out.extend_from_slice(&self.date.to_le_bytes());
        out.extend_from_slice(&self.group.to_le_bytes());
        out.extend_from_slice(&self.place.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Option<KeyRow> {
        let long = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        let middle = long(8)?;
        Some(KeyRow {
            patient: long(0)?,
            date: middle as u32,
            group: (middle >> 32) as u32,
            place: long(16)?,
        })
    }
}

/// Rows as they come.
#[derive(Debug)]
pub(crate) struct Keys {
    spill: Option<Spill>,
    rows: Vec<KeyRow>,
    runs: Store,
    /// Where each sorted run stands in the store.
    spans: Vec<(u64, u64)>,
    /// Sections whose rows are not handed out, ascending.
    taken_back: Vec<Range<u32>>,
}

impl Keys {
    pub(crate) fn new(spill: Option<Spill>) -> Keys {
        // Runs are handed over whole, so the store itself holds nothing back.
        let at_once = spill.clone().map(|s| Spill { budget: 0, ..s });
        Keys { spill, rows: Vec::new(), runs: Store::new(at_once), spans: Vec::new(), taken_back: Vec::new() }
    }

    pub(crate) fn extend(&mut self, rows: &[KeyRow], section: u32) -> io::Result<()> {
        self.rows.extend(rows.iter().map(|r| r.in_section(section)));
        match &self.spill {
            Some(spill) if self.rows.len() * KeyRow::BYTES > spill.budget => self.write_run(),
            _ => Ok(()),
        }
    }

    /// Takes back the rows of sections, which all stand behind those taken back before.
    pub(crate) fn take_back(&mut self, sections: Range<u32>) {
        if !sections.is_empty() {
            self.taken_back.push(sections);
        }
    }

    fn write_run(&mut self) -> io::Result<()> {
        self.rows.sort_unstable();
        let mut bytes = Vec::with_capacity(self.rows.len() * KeyRow::BYTES);
        self.rows.iter().for_each(|r| r.write(&mut bytes));
        self.spans.push((self.runs.len(), bytes.len() as u64));
        self.rows.clear();
        self.runs.append(bytes)
    }

    /// Hands out the rows of each patient (or provider, or therapist), sorted.
    pub(crate) fn each<E: From<io::Error>>(
        self,
        mut with: impl FnMut(&[KeyRow]) -> Result<(), E>,
    ) -> Result<(), E> {
        let alone = |rows: &mut Vec<KeyRow>| rows.sort_unstable();
        self.batches(alone, |rows| rows.chunk_by(|a, b| a.patient == b.patient).try_for_each(&mut with))
    }

    /// Hands out all rows, sorted, some patients at a time: all at once if they are in memory. `sort` sorts those
    /// that are.
    pub(crate) fn batches<E: From<io::Error>>(
        mut self,
        sort: impl FnOnce(&mut Vec<KeyRow>),
        mut with: impl FnMut(&[KeyRow]) -> Result<(), E>,
    ) -> Result<(), E> {
        let gone = std::mem::take(&mut self.taken_back);
        if !gone.is_empty() {
            self.rows.retain(|row| !is_within(&gone, row.section()));
        }
        sort(&mut self.rows);
        if self.spans.is_empty() {
            return with(&self.rows);
        }
        let mut merge = Merge::new(&self.runs, &self.spans, &self.rows)?;
        let mut batch: Vec<KeyRow> = Vec::new();
        while let Some(row) = merge.next(&self.runs)? {
            if is_within(&gone, row.section()) {
                continue;
            }
            if batch.len() >= BATCH && batch.last().is_some_and(|last| last.patient != row.patient) {
                with(&batch)?;
                batch.clear();
            }
            batch.push(row);
        }
        with(&batch)
    }
}

/// Whether a section is among some, which are ascending.
fn is_within(some: &[Range<u32>], section: u32) -> bool {
    let after = some.partition_point(|sections| sections.start <= section);
    after.checked_sub(1).and_then(|n| some.get(n)).is_some_and(|sections| sections.contains(&section))
}

/// Rows that are handed out at a time, if they come from disk.
const BATCH: usize = 1 << 18;

/// Rows of a run that are read at a time.
const BLOCK: u64 = 2048 * KeyRow::BYTES as u64;

/// Sorted runs on their way into one order.
struct Merge<'r> {
    heads: BinaryHeap<Reverse<(KeyRow, usize)>>,
    runs: Vec<Run>,
    /// The rows still in memory: the last run.
    rest: std::slice::Iter<'r, KeyRow>,
}

struct Run {
    at: u64,
    end: u64,
    block: Vec<u8>,
    used: usize,
}

impl<'r> Merge<'r> {
    fn new(store: &Store, spans: &[(u64, u64)], rest: &'r [KeyRow]) -> io::Result<Merge<'r>> {
        let runs = spans
            .iter()
            .map(|(at, len)| Run { at: *at, end: at + len, block: Vec::new(), used: 0 })
            .collect::<Vec<_>>();
        let mut merge = Merge { heads: BinaryHeap::new(), runs, rest: rest.iter() };
        for n in 0..=merge.runs.len() {
            merge.refill(n, store)?;
        }
        Ok(merge)
    }

    fn next(&mut self, store: &Store) -> io::Result<Option<KeyRow>> {
        let Some(Reverse((row, run))) = self.heads.pop() else { return Ok(None) };
        self.refill(run, store)?;
        Ok(Some(row))
    }

    /// Puts the next row of a run among the heads.
    fn refill(&mut self, n: usize, store: &Store) -> io::Result<()> {
        let row = match self.runs.get_mut(n) {
            Some(run) => run.next(store)?,
            None => self.rest.next().copied(),
        };
        self.heads.extend(row.map(|row| Reverse((row, n))));
        Ok(())
    }
}

impl Run {
    fn next(&mut self, store: &Store) -> io::Result<Option<KeyRow>> {
        if self.used >= self.block.len() {
            let len = BLOCK.min(self.end - self.at);
            if len == 0 {
                return Ok(None);
            }
            let mut room = Vec::new();
            let block = store.view(self.at, len as usize, &mut room)?;
            self.block.clear();
            self.block.extend_from_slice(block);
            self.at += len;
            self.used = 0;
        }
        let row = KeyRow::read(&self.block[self.used.min(self.block.len())..]);
        self.used += KeyRow::BYTES;
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spill(directory: &std::path::Path, budget: usize) -> Spill {
        Spill { disk: std::sync::Arc::new(crate::disk::System), directory: directory.to_owned(), budget }
    }

    #[test]
    fn rows_come_back_by_patient_whatever_the_budget() {
        let directory = tempfile::tempdir().unwrap();
        let rows: Vec<KeyRow> = (0..5_000u64)
            .map(|n| {
                KeyRow::new(
                    n * 7919 % 613,
                    20_260_000 + (n % 11) as u32,
                    (n % 3) as u32,
                    n as u32,
                    (n % 4) as u16,
                )
            })
            .collect();
        let collect = |budget: Option<usize>| {
            let spill = budget.map(|budget| spill(directory.path(), budget));
            let mut keys = Keys::new(spill);
            for (section, part) in (0..).zip(rows.chunks(97)) {
                keys.extend(part, section).unwrap();
            }
            let mut patients = Vec::new();
            let done: io::Result<()> = keys.each(|p| {
                patients.push(p.to_vec());
                Ok(())
            });
            done.unwrap();
            patients
        };
        let want = collect(None);
        assert_eq!((want.len(), want.iter().map(Vec::len).sum::<usize>()), (613, 5_000));
        assert!(want.iter().flatten().is_sorted());
        for budget in [0, 1000, 60_000] {
            assert_eq!(collect(Some(budget)), want, "budget {budget}");
        }
    }

    #[test]
    fn rows_of_sections_taken_back_are_not_handed_out() {
        let directory = tempfile::tempdir().unwrap();
        for budget in [None, Some(0), Some(200)] {
            let mut keys = Keys::new(budget.map(|budget| spill(directory.path(), budget)));
            for section in 0..9 {
                let rows: Vec<KeyRow> = (0..5).map(|n| KeyRow::new(n, 1, 1, n as u32, 0)).collect();
                keys.extend(&rows, section).unwrap();
            }
            for sections in [1..2, 2..2, 4..6] {
                keys.take_back(sections);
            }
            let mut left = Vec::new();
            let done: io::Result<()> = keys.each(|rows| {
                left.extend(rows.iter().map(|r| r.section()));
                Ok(())
            });
            done.unwrap();
            left.sort_unstable();
            left.dedup();
            assert_eq!(left, [0, 2, 3, 6, 7, 8], "{budget:?}");
        }
    }

    #[test]
    fn a_row_keeps_what_is_put_into_it() {
        let row =
            KeyRow::new(u64::MAX, 20_260_302, 7, (1 << 28) - 1, flag::REEDUCATION).in_section(0x00ab_cdef);
        assert_eq!((row.section(), row.offset()), (0x00ab_cdef, (1 << 28) - 1));
        assert!(row.has(flag::REEDUCATION) && !row.has(flag::SUPERSEDES));
        let mut bytes = Vec::new();
        row.write(&mut bytes);
        assert_eq!((KeyRow::read(&bytes), bytes.len()), (Some(row), KeyRow::BYTES));
    }
}
