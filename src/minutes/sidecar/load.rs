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
use crate::x12::value::{Date, Npi};

use super::{Extra, FileKind, Index, NONE, Row, Short, Sidecar, SidecarFile};

/// Reads files into a [`Sidecar`] that is not indexed yet.
#[derive(Default)]
pub(super) struct Loader {
    sidecar: Sidecar,
    services: Interner<(Code, Modifiers)>,
    npis: Interner<Npi>,
    errors: Vec<Error>,
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
            self.push(&row, record.line, &intervals)
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
        let Some(row) = s.rows.get(first as usize) else { return };
        s.texts.truncate(row.text_at as usize);
        let extra = s.rows.iter().skip(first as usize).map(|row| row.extra).find(|extra| *extra != NONE);
        if let Some(at) = extra
            && let Some(extra) = s.extras.get(at as usize)
        {
            s.intervals.truncate(extra.times as usize);
            s.extras.truncate(at as usize);
        }
        s.rows.truncate(first as usize);
    }

    fn push(&mut self, row: &row::Row<'_>, line: u32, intervals: &[(u16, u16)]) -> Result<()> {
        let number = |len: usize| u32::try_from(len).ok().filter(|&n| n < NONE).ok_or_else(table::too_many);
        let sidecar = &mut self.sidecar;
        // Numbered before anything is kept: what is refused leaves nothing behind.
        number(sidecar.rows.len())?;
        let text_at = number(sidecar.texts.len())?;
        let (mut extra, times) = (number(sidecar.extras.len())?, number(sidecar.intervals.len())?);
        sidecar.texts.extend_from_slice(row.key.as_bytes());
        sidecar.texts.extend_from_slice(row.control.as_bytes());
        sidecar.texts.extend_from_slice(row.note_id.as_bytes());
        sidecar.intervals.extend_from_slice(intervals);
        if row.assistant.or(row.concurrent).is_some() || row.therapist.is_some() || !intervals.is_empty() {
            sidecar.extras.push(Extra {
                times,
                therapist: row.therapist.map_or(NONE, |npi| self.npis.id(npi)),
                alone: Short::new(row.assistant),
                together: Short::new(row.concurrent),
            });
        } else {
            extra = NONE;
        }
        sidecar.rows.push(Row {
            text_at,
            line,
            dos: row.dos.map_or(0, Date::number),
            line_no: row.line_no,
            service: self.services.id((row.code, Modifiers(row.modifiers.sorted()))),
            next: NONE,
            extra,
            minutes: Short::new(row.minutes),
            timed: Short::new(row.timed),
            treatment: Short::new(row.treatment),
            key_len: row.key.len() as u8,
            control_len: row.control.len() as u8,
            region: row.region,
            discipline: row.discipline,
            group: row.group,
            by_patient: row.by_patient,
        });
        Ok(())
    }

    /// Indexes what was read.
    pub(super) fn finish(self) -> (Sidecar, Vec<Error>) {
        let mut sidecar = self.sidecar;
        sidecar.services = self.services.all;
        sidecar.npis = self.npis.all;
        sidecar.rows.shrink_to_fit();
        sidecar.texts.shrink_to_fit();
        sidecar.extras.shrink_to_fit();
        sidecar.intervals.shrink_to_fit();
        sidecar.claims = Index::build(&mut sidecar.rows, &sidecar.texts, false);
        sidecar.patients = Index::build(&mut sidecar.rows, &sidecar.texts, true);
        sidecar.several = sidecar.one_of_several();
        (sidecar, self.errors)
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
