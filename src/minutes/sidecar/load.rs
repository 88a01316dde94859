//! Reading minutes and visits files into a [`Sidecar`]: checked rows in, packed rows out.
//!
//! Deliberately absent: reading itself, which is the same for every sidecar file.

use std::collections::HashMap;
use std::hash::Hash;
use std::io::BufRead;
use std::path::Path;

use crate::error::Error;
use crate::minutes::row;
use crate::sidecar::header::Result;
use crate::sidecar::table;
use crate::x12::code::{Code, Modifiers};
use crate::x12::value::Npi;

use super::{FileKind, Index, NONE, Row, Sidecar, SidecarFile, several};

/// Reads files into a [`Sidecar`] that is not indexed yet.
#[derive(Default)]
pub(super) struct Loader {
    sidecar: Sidecar,
    services: Services,
    npis: Interner<Npi>,
    errors: Vec<Error>,
    /// A row's own bytes before they are put where they stay.
    bytes: Vec<u8>,
}

impl Loader {
    /// Opens and reads one file.
    pub(super) fn open(&mut self, kind: FileKind, path: &Path) {
        match table::open(path) {
            Ok(file) => self.file(kind, path, file),
            Err(error) => {
                self.sidecar.tally_mut(kind).files += 1;
                self.errors.push(error);
            }
        }
    }

    /// Reads one file, whole or not at all.
    pub(super) fn file(&mut self, kind: FileKind, path: &Path, reader: impl BufRead) {
        let first = self.sidecar.rows.len() as u32;
        self.sidecar.files.push(SidecarFile { path: path.to_owned(), first, kind });
        let mut tally = *self.sidecar.tally_mut(kind);
        tally.files += 1;
        let mut errors = std::mem::take(&mut self.errors);
        let mut intervals = Vec::new();
        let used = table::read(path, reader, row::shape(kind), &mut tally, &mut errors, |record| {
            let row = row::Row::read(kind, record, &mut intervals)?;
            self.push(&row, record.line, &intervals, first)
        });
        self.errors = errors;
        *self.sidecar.tally_mut(kind) = tally;
        if !used {
            self.forget(first);
        }
    }

    /// Takes back the last file, whose rows begin at `first`.
    fn forget(&mut self, first: u32) {
        let s = &mut self.sidecar;
        s.files.pop();
        if let Some(row) = s.rows.get(first) {
            s.texts.truncate(row.at);
        }
        s.rows.truncate(first as usize);
    }

    /// Keeps a row of the file whose rows begin at `first`.
    fn push(&mut self, row: &row::Row<'_>, line: u32, intervals: &[(u16, u16)], first: u32) -> Result<()> {
        let sidecar = &mut self.sidecar;
        let number = u32::try_from(sidecar.rows.len()).ok().filter(|&n| n < NONE);
        let number = number.ok_or_else(table::too_many)?;
        let therapist = row.therapist.map(|npi| self.npis.id(npi));
        let mut packed = Row::pack(row, intervals, therapist, &mut self.bytes);
        packed.at = sidecar.texts.push(&self.bytes).ok_or_else(table::too_many)?;
        packed.line = line;
        packed.service = self.services.id(row.code, row.modifiers);
        // Rows of one key mostly stand together: those are chained here, and their key is looked up once.
        if let Some(before) = number.checked_sub(1).filter(|before| *before >= first)
            && let Some(before) = sidecar.rows.get_mut(before)
            && before.indexed(sidecar.texts.from(before.at)) == packed.indexed(&self.bytes)
        {
            before.next = number;
            packed.set_follows();
        }
        sidecar.rows.push(packed);
        Ok(())
    }

    /// Indexes what was read.
    pub(super) fn finish(self) -> (Sidecar, Vec<Error>) {
        let mut sidecar = self.sidecar;
        sidecar.services = self.services.known.all;
        sidecar.npis = self.npis.all;
        sidecar.rows.shrink_to_fit();
        sidecar.texts.shrink_to_fit();
        sidecar.index = Index::build(&mut sidecar.rows, &sidecar.texts);
        sidecar.several = several::rows(&sidecar);
        (sidecar, self.errors)
    }
}

/// Numbers pairs of a code and modifiers, in whatever order these stand.
struct Services {
    known: Interner<(Code, Modifiers)>,
    /// Pairs as they stood in rows, each at a place that it is mixed to: rows have few pairs, and finding one of them
    /// here takes no sorting and no hash that is keyed.
    recent: Vec<((Code, Modifiers), u32)>,
}

/// An odd number that spreads what it multiplies over the high bits.
const MIXER: u64 = 0x9e37_79b9_7f4a_7c15;

impl Default for Services {
    fn default() -> Services {
        let mut known = Interner::default();
        let none = (Code::NONE, Modifiers::default());
        let recent = vec![(none, known.id(none)); 1024];
        Services { known, recent }
    }
}

impl Services {
    fn id(&mut self, code: Code, modifiers: Modifiers) -> u32 {
        let mixed = modifiers.0.iter().fold(code.packed(), |n, m| n.rotate_left(23) ^ u64::from(m.packed()));
        match self.recent.get_mut((mixed.wrapping_mul(MIXER) >> 54) as usize) {
            Some((pair, id)) if *pair == (code, modifiers) => *id,
            recent => {
                let id = self.known.id((code, Modifiers(modifiers.sorted())));
                if let Some(recent) = recent {
                    *recent = ((code, modifiers), id);
                }
                id
            }
        }
    }
}

/// Numbers equal values alike, in order of first sight.
struct Interner<T> {
    ids: HashMap<T, u32>,
    all: Vec<T>,
}

impl<T> Default for Interner<T> {
    fn default() -> Interner<T> {
        Interner { ids: HashMap::new(), all: Vec::new() }
    }
}

impl<T: Copy + Eq + Hash> Interner<T> {
    fn id(&mut self, value: T) -> u32 {
        let next = self.all.len() as u32;
        *self.ids.entry(value).or_insert_with(|| {
            self.all.push(value);
            next
        })
    }
}
