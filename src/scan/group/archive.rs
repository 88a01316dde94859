//! Rows of claims as they are read back, from memory or from disk.

use std::io;

use crate::rules::day::DayLine;
use crate::tables::Tables;

use super::keys::KeyRow;
use super::record::{self, Commons, Head};
use super::store::Store;

/// Where the rows of a chunk stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct SectionAt {
    pub(super) start: u64,
    /// Where stands what they have in common: behind them.
    pub(super) commons: u32,
    pub(super) len: u32,
    pub(super) chunk: u32,
    pub(super) file: u32,
    /// Whether it is of a file that is read for comparison only.
    pub(super) earlier: bool,
}

/// The rows as they are read back.
pub(super) struct Archive<'g> {
    store: &'g Store,
    sections: &'g [SectionAt],
    /// For what is read back from disk: a row, and what the rows of a section have in common.
    room: Vec<u8>,
    commons: Vec<u8>,
    /// Which section `commons` is of.
    held: Option<u32>,
}

impl<'g> Archive<'g> {
    pub(super) fn new(store: &'g Store, sections: &'g [SectionAt]) -> Archive<'g> {
        Archive { store, sections, room: Vec::new(), commons: Vec::new(), held: None }
    }

    /// A claim's row and which input it is from; its lines are appended to `lines`.
    pub(super) fn row<'t>(
        &mut self,
        row: KeyRow,
        tables: &'t Tables,
        lines: &mut Vec<DayLine<'t>>,
    ) -> io::Result<Option<(Head<'_>, u32)>> {
        let Archive { store, sections, room, commons, held } = self;
        let Some(at) = sections.get(row.section() as usize).copied() else { return Ok(None) };
        let (from, len) = (at.start + u64::from(at.commons), (at.len - at.commons) as usize);
        let commons = match store.in_memory(from, len) {
            Some(commons) => commons,
            None if *held == Some(row.section()) => commons,
            None => {
                *held = Some(row.section());
                store.view(from, len, commons)?
            }
        };
        let rest = at.commons.saturating_sub(row.offset()) as usize;
        let place = at.start + u64::from(row.offset());
        let glance = rest.min(record::GLANCE);
        let len = record::length(store.view(place, glance, room)?).min(rest);
        if len > glance {
            store.view(place, len, room)?;
        }
        let bytes = store.in_memory(place, len).or(room.get(..len)).unwrap_or_default();
        Ok(Some((record::read(bytes, at.chunk, Commons(commons), tables, lines), at.file)))
    }

    /// Whether a row is of a file that is read for comparison only.
    pub(super) fn is_earlier(&self, row: KeyRow) -> bool {
        self.sections.get(row.section() as usize).is_some_and(|s| s.earlier)
    }
}
