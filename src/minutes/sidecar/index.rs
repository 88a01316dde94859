//! The index of the sidecar: from a claim, or a patient and date, to the first of its rows.
//!
//! Five bytes a slot and nothing of the key: a slot leads to its row, and the row to its text.

use std::hash::{BuildHasher, RandomState};

use super::NONE;
use super::blocks::{Bytes, Items};
use super::packed::Row;

/// An open-addressing table from a key to the first row that has it; the rows chain on. Hashes are keyed
/// by the run, so no file can be made to collide.
#[derive(Default)]
pub(super) struct Index {
    /// A byte of the hash, so that hardly ever another key's row is looked at in vain, and the number of the row.
    slots: Vec<[u8; 5]>,
    hasher: RandomState,
    /// Whether any row is found by its patient.
    pub(super) has_patients: bool,
}

const FREE: [u8; 5] = {
    let [a, b, c, d] = NONE.to_le_bytes();
    [0, a, b, c, d]
};

impl Index {
    /// Indexes the rows, and chains rows of one key in load order. Rows that follow one another in their file are
    /// chained already.
    pub(super) fn build(rows: &mut Items<Row>, texts: &Bytes) -> Index {
        // Runs of one key, so this comes near the number of keys and is never less.
        let runs = rows.iter().filter(|row| !row.follows()).count();
        if runs == 0 {
            return Index::default();
        }
        // Four slots in five are taken: with a byte of the hash beside it, looking on costs next to nothing.
        let mut index = Index { slots: vec![FREE; runs + runs / 4 + 1], ..Index::default() };
        // From the last run to the first, each put before those after it: chains come out in load order.
        let mut last = None;
        for at in (0..rows.len() as u32).rev() {
            let Some(row) = rows.get(at) else { break };
            let end = *last.get_or_insert(at);
            if row.follows() {
                continue;
            }
            last = None;
            index.has_patients |= row.facts.by_patient();
            let (key, date) = row.indexed(texts.from(row.at));
            let (slot, tag) = index.slot(key, date, rows, texts);
            if let (Some(slot), Some(row)) = (index.slots.get_mut(slot), rows.get_mut(end)) {
                row.next = row_of(*slot);
                let [a, b, c, d] = at.to_le_bytes();
                *slot = [tag, a, b, c, d];
            }
        }
        index
    }

    /// The first row with this key (and date, for patients), else [`NONE`].
    pub(super) fn first(&self, key: &[u8], date: u32, rows: &Items<Row>, texts: &Bytes) -> u32 {
        if self.slots.is_empty() {
            return NONE;
        }
        self.slots.get(self.slot(key, date, rows, texts).0).map_or(NONE, |slot| row_of(*slot))
    }

    /// The slot of a key: where it stands, or the free one where it would; and its byte of the hash. There is always a
    /// free slot.
    fn slot(&self, key: &[u8], date: u32, rows: &Items<Row>, texts: &Bytes) -> (usize, u8) {
        let hash = self.hasher.hash_one((key, date));
        let tag = hash as u8;
        // The hash as a share of the table: its high bits count, and the table can be of any size.
        let mut at = ((u128::from(hash) * self.slots.len() as u128) >> 64) as usize;
        loop {
            match self.slots.get(at) {
                Some(&slot) if row_of(slot) == NONE => break,
                Some(&slot) if slot[0] == tag => {
                    let row = rows.get(row_of(slot));
                    if row.is_none_or(|row| row.indexed(texts.from(row.at)) == (key, date)) {
                        break;
                    }
                    at += 1;
                }
                Some(_) => at += 1,
                None => at = 0,
            }
        }
        (at, tag)
    }
}

fn row_of([_, a, b, c, d]: [u8; 5]) -> u32 {
    u32::from_le_bytes([a, b, c, d])
}
