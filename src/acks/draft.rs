//! An acknowledgement before it is known whether it holds: totals stand above the claims they are of, and a file may turn
//! out to be another one at its end.
//!
//! What is too much for memory goes where the rows of the run go. Of each place that is filled in later a few dozen bytes
//! are kept.

use std::io::{self, Write};

use crate::scan::group::store::{Spill, Store};

/// Bytes put into the store at a time.
const PART: usize = 64 << 10;

/// Bytes of a draft that are held in memory where more can go to the disk.
const BUDGET: usize = 8 << 20;

/// Text that is added to at its end, and at places left open.
#[derive(Debug)]
pub struct Draft {
    store: Store,
    buffer: Vec<u8>,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Stored { from: u64, len: usize },
    Later(Box<[u8]>),
}

impl Draft {
    /// An empty one.
    pub fn new(spill: Option<&Spill>) -> Draft {
        let spill = spill.map(|spill| Spill { budget: BUDGET.min(spill.budget), ..spill.clone() });
        Draft { store: Store::new(spill), buffer: Vec::new(), parts: Vec::new() }
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.buffer.is_empty()
    }

    /// Adds text.
    pub(super) fn push(&mut self, text: &[u8]) -> io::Result<()> {
        self.buffer.extend_from_slice(text);
        if self.buffer.len() < PART { Ok(()) } else { self.cut() }
    }

    /// Leaves a place open; the number is to be named when it is filled.
    pub(super) fn later(&mut self) -> io::Result<usize> {
        self.cut()?;
        self.parts.push(Part::Later(Box::default()));
        Ok(self.parts.len() - 1)
    }

    /// Fills a place.
    pub(super) fn fill(&mut self, place: usize, text: &[u8]) {
        if let Some(Part::Later(later)) = self.parts.get_mut(place) {
            *later = text.into();
        }
    }

    fn cut(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        self.parts.push(Part::Stored { from: self.store.len(), len: self.buffer.len() });
        self.store.append(self.buffer.as_slice())?;
        self.buffer.clear();
        Ok(())
    }

    /// Writes all of it.
    pub fn copy_to(&mut self, out: &mut dyn Write) -> Result<(), Copying> {
        self.cut().map_err(Copying::Reading)?;
        let mut room = Vec::new();
        for part in &self.parts {
            let text = match part {
                Part::Later(text) => text,
                Part::Stored { from, len } => {
                    self.store.view(*from, *len, &mut room).map_err(Copying::Reading)?
                }
            };
            out.write_all(text).map_err(Copying::Writing)?;
        }
        Ok(())
    }
}

/// What went wrong when a draft was copied.
#[derive(Debug)]
pub enum Copying {
    /// It could not be read back.
    Reading(io::Error),
    /// It could not be written.
    Writing(io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::System;

    #[test]
    fn places_are_filled_in_memory_and_on_the_disk() {
        let directory = tempfile::tempdir().unwrap();
        let spill = |budget| Spill {
            disk: std::sync::Arc::new(System),
            directory: directory.path().to_owned(),
            budget,
        };
        for spill in [None, Some(spill(0)), Some(spill(100_000))] {
            let mut draft = Draft::new(spill.as_ref());
            assert!(draft.is_empty());
            let mut want = Vec::new();
            let mut open = Vec::new();
            for n in 0..2_000 {
                let text = format!("text {n}~").repeat(20);
                draft.push(text.as_bytes()).unwrap();
                want.extend_from_slice(text.as_bytes());
                if n % 3 == 0 {
                    open.push((draft.later().unwrap(), format!("<{n}>")));
                    want.extend_from_slice(format!("<{n}>").as_bytes());
                }
            }
            for (place, text) in open.iter().rev() {
                draft.fill(*place, text.as_bytes());
            }
            let mut out = Vec::new();
            draft.copy_to(&mut out).unwrap();
            assert!(out == want, "{} bytes", out.len());
        }
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "nothing is left");
    }
}
