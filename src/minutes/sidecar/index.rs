//! The index of the sidecar: from a claim, or a patient and date, to the first of its rows.
//!
//! Four bytes a slot and nothing of the key: a slot leads to its row, and the row to its text.

use std::hash::{BuildHasher, RandomState};

use super::{NONE, Row};

/// An open-addressing table from a key to the first row that has it; the rows chain on. Hashes are keyed
/// by the run, so no file can be made to collide.
#[derive(Default)]
pub(super) struct Index {
    slots: Vec<u32>,
    hasher: RandomState,
}

impl Index {
    /// Indexes the rows with `by_patient`, and chains rows of one key in load order.
    pub(super) fn build(rows: &mut [Row], texts: &[u8], by_patient: bool) -> Index {
        // Rows of one claim mostly stand together, so counting changes of key comes near the number of keys
        // and is never less.
        let mut distinct = 0usize;
        let mut last = None;
        for row in rows.iter().filter(|r| r.by_patient == by_patient) {
            let key = row.indexed(texts);
            distinct += usize::from(last.replace(key) != Some(key));
        }
        if distinct == 0 {
            return Index::default();
        }
        let size = (distinct + distinct / 3 + 1).next_power_of_two();
        let mut index = Index { slots: vec![NONE; size], hasher: RandomState::new() };
        // From the last row to the first, each put before those after it: chains come out in load order.
        for at in (0..rows.len()).rev() {
            let Some((key, date)) =
                rows.get(at).filter(|r| r.by_patient == by_patient).map(|r| r.indexed(texts))
            else {
                continue;
            };
            let slot = index.slot(key, date, rows, texts);
            if let (Some(slot), Some(row), Ok(id)) =
                (index.slots.get_mut(slot), rows.get_mut(at), u32::try_from(at))
            {
                row.next = *slot;
                *slot = id;
            }
        }
        index
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The first row with this key (and date, for patients), else [`NONE`].
    pub(super) fn first(&self, key: &[u8], date: u32, rows: &[Row], texts: &[u8]) -> u32 {
        if self.slots.is_empty() {
            return NONE;
        }
        self.slots.get(self.slot(key, date, rows, texts)).copied().unwrap_or(NONE)
    }

    /// The slot of a key: where it stands, or the free one where it would. There is always a free one.
    fn slot(&self, key: &[u8], date: u32, rows: &[Row], texts: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.hasher.hash_one((key, date)) as usize & mask;
        while let Some(row) = self.slots.get(at).and_then(|&row| rows.get(row as usize)) {
            if row.indexed(texts) == (key, date) {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }
}
