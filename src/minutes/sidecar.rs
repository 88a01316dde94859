//! The sidecar: documented minutes from the files a site exports beside its claims, held compactly and
//! found by claim or by patient and date.
//!
//! Comes in: CSV or tab-separated files with a header. Goes out: rows by [`RowId`], in load order. Refuses
//! a faulty row with its file, line and column and keeps the others; refuses as a whole a file that is not
//! UTF-8, is not CSV, or whose header is wrong. Deliberately absent: which line a row belongs to; that is
//! the join's.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Modifiers};
use crate::x12::value::{Date, Npi};

use super::RowId;

use index::Index;
use load::Loader;

mod index;
mod load;

/// No row, where a row's number is kept.
const NONE: u32 = u32::MAX;

/// The region of the body treated.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Region {
    /// Neck.
    Cervical,
    /// Upper back.
    Thoracic,
    /// Lower back.
    Lumbar,
    /// Sacrum.
    Sacral,
    /// Pelvis.
    Pelvic,
    /// Arm or leg (`ext`).
    Extremity,
}

/// What a row says beside its minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Details {
    /// `body_region`.
    pub region: Option<Region>,
    /// `therapist_id`.
    pub therapist: Option<Npi>,
    /// `discipline`.
    pub discipline: Option<Discipline>,
}

/// The rows of all sidecar files, indexed. The default holds none.
#[derive(Default)]
pub struct Sidecar {
    /// Each file with the first row that is not of a file before it.
    files: Vec<(PathBuf, u32)>,
    rows: Vec<Row>,
    /// Of every row, end to end: claim or patient id, line control, id of the note it is from.
    texts: Vec<u8>,
    services: Vec<(Code, Modifiers)>,
    npis: Vec<Npi>,
    // Side tables for what few rows give; ascending by row.
    intervals: Vec<(u32, u16, u16)>,
    therapists: Vec<(u32, u32)>,
    assistants: Vec<(u32, Short, Short)>,
    claims: Index,
    patients: Index,
}

/// One row: 36 bytes. Texts are in [`Sidecar::texts`], codes and modifiers in [`Sidecar::services`].
struct Row {
    text_at: u32,
    /// Line of its file, counted from 1.
    line: u32,
    /// CCYYMMDD, 0 for none.
    dos: u32,
    line_no: u32,
    service: u32,
    /// The next row with the same claim, or the same patient and date.
    next: u32,
    minutes: Short,
    timed: Short,
    treatment: Short,
    key_len: u8,
    control_len: u8,
    region: Option<Region>,
    discipline: Option<Discipline>,
    group: Option<bool>,
    by_patient: bool,
}

/// How a row names its line.
pub(super) enum Key<'a> {
    Control(&'a [u8]),
    Number(u32),
    Service,
    Visit,
}

/// A row as the join reads it.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    sidecar: &'a Sidecar,
    row: &'a Row,
    pub(super) id: RowId,
}

impl Sidecar {
    /// Reads sidecar files, in order. What is wrong comes beside what could be used: a faulty row is left
    /// out with its place, an unusable file as a whole.
    pub fn load<P: AsRef<Path>>(paths: &[P]) -> (Sidecar, Vec<Error>) {
        let mut loader = Loader::default();
        for path in paths {
            let path = path.as_ref();
            match File::open(path) {
                Ok(file) => loader.file(path, BufReader::with_capacity(1 << 16, file)),
                Err(e) => loader.errors.push(Error::io("read", path, e)),
            }
        }
        loader.finish()
    }

    /// Reads one sidecar from memory or a stream; `name` stands for the file in errors and places.
    pub fn from_reader(name: &Path, reader: impl Read) -> (Sidecar, Vec<Error>) {
        let mut loader = Loader::default();
        loader.file(name, BufReader::new(reader));
        loader.finish()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The number of rows; their ids are 0 up to it.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// File and line (counted from 1) of a row; line 0 for a row there is not.
    pub fn place(&self, row: RowId) -> (&Path, u64) {
        let before = self.files.partition_point(|&(_, first)| first <= row.0);
        match (before.checked_sub(1).and_then(|i| self.files.get(i)), self.rows.get(row.0 as usize)) {
            (Some((path, _)), Some(row)) => (path, u64::from(row.line)),
            _ => (Path::new(""), 0),
        }
    }

    /// Whether the row is about a visit as a whole and so may serve many lines.
    pub fn is_visit(&self, row: RowId) -> bool {
        self.entry(row.0).is_some_and(|e| matches!(e.key(), Key::Visit))
    }

    /// The clock times of a row, start and end in minutes after midnight (0 to 1439), ascending and apart.
    pub fn intervals(&self, row: RowId) -> impl Iterator<Item = (u16, u16)> + '_ {
        let first = self.intervals.partition_point(|&(r, ..)| r < row.0);
        let rest = self.intervals.get(first..).unwrap_or_default();
        rest.iter().take_while(move |&&(r, ..)| r == row.0).map(|&(_, start, end)| (start, end))
    }

    /// Region, therapist and discipline of a row, each where it is given.
    pub fn details(&self, row: RowId) -> Details {
        let Some(found) = self.rows.get(row.0 as usize) else { return Details::default() };
        let npi = self.therapists.binary_search_by_key(&row.0, |&(r, _)| r).ok();
        let npi = npi.and_then(|i| self.therapists.get(i)).and_then(|&(_, n)| self.npis.get(n as usize));
        Details { region: found.region, therapist: npi.copied(), discipline: found.discipline }
    }

    /// The id of the note a row was taken from (column `source`), at most 80 bytes. Free text of the site:
    /// escape it before it is shown.
    pub fn note_id(&self, row: RowId) -> Option<&str> {
        let found = self.rows.get(row.0 as usize)?;
        let next = self.rows.get(row.0 as usize + 1).map_or(self.texts.len(), |next| next.text_at as usize);
        let own = self.texts.get(found.text_at as usize..next)?;
        let id = own.get(usize::from(found.key_len) + usize::from(found.control_len)..)?;
        std::str::from_utf8(id).ok().filter(|id| !id.is_empty())
    }

    /// The rows that name this claim, in load order.
    pub(super) fn of_claim(&self, id: &[u8]) -> impl Iterator<Item = Entry<'_>> {
        self.chain(self.claims.first(id, 0, &self.rows, &self.texts))
    }

    /// The rows that name this patient and date but no claim, in load order.
    pub(super) fn of_patient(&self, id: &[u8], date: Date) -> impl Iterator<Item = Entry<'_>> {
        self.chain(self.patients.first(id, date.number(), &self.rows, &self.texts))
    }

    pub(super) fn knows_patients(&self) -> bool {
        !self.patients.is_empty()
    }

    pub(super) fn entry(&self, row: u32) -> Option<Entry<'_>> {
        self.rows.get(row as usize).map(|found| Entry { sidecar: self, row: found, id: RowId(row) })
    }

    fn chain(&self, first: u32) -> impl Iterator<Item = Entry<'_>> {
        std::iter::successors(self.entry(first), |e| self.entry(e.row.next))
    }
}

impl fmt::Debug for Sidecar {
    /// Counts only: the rows are about people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sidecar").field("files", &self.files.len()).field("rows", &self.rows.len()).finish()
    }
}

impl<'a> Entry<'a> {
    pub(super) fn key(&self) -> Key<'a> {
        let row = self.row;
        if row.control_len > 0 {
            let at = row.text_at as usize + usize::from(row.key_len);
            return Key::Control(slice(&self.sidecar.texts, at, row.control_len));
        }
        match (row.line_no, self.code().is_none()) {
            (0, true) => Key::Visit,
            (0, false) => Key::Service,
            (n, _) => Key::Number(n),
        }
    }

    /// How exactly the row names its line; more is more exact.
    pub(super) fn exactness(&self) -> u8 {
        let base = match self.key() {
            Key::Control(_) => 6,
            Key::Number(_) => 5,
            Key::Service if self.row.by_patient => 1,
            Key::Service => 3,
            Key::Visit => return 0,
        };
        base + u8::from(base < 5 && self.modifiers() != Modifiers::default())
    }

    pub(super) fn dos(&self) -> Option<Date> {
        let n = self.row.dos;
        Date::new(n / 10_000, n / 100 % 100, n % 100)
    }

    pub(super) fn code(&self) -> Code {
        self.service().0
    }

    pub(super) fn modifiers(&self) -> Modifiers {
        self.service().1
    }

    pub(super) fn discipline(&self) -> Option<Discipline> {
        self.row.discipline
    }

    pub(super) fn group(&self) -> Option<bool> {
        self.row.group
    }

    pub(super) fn minutes(&self) -> Option<u32> {
        self.row.minutes.get()
    }

    /// Minutes of an assistant alone, and of therapist and assistant together.
    pub(super) fn assisted(&self) -> (Option<u32>, Option<u32>) {
        let all = &self.sidecar.assistants;
        let found = all.binary_search_by_key(&self.id.0, |&(r, ..)| r).ok().and_then(|i| all.get(i));
        found.map_or((None, None), |&(_, alone, together)| (alone.get(), together.get()))
    }

    pub(super) fn timed(&self) -> Option<u32> {
        self.row.timed.get()
    }

    pub(super) fn treatment(&self) -> Option<u32> {
        self.row.treatment.get()
    }

    fn service(&self) -> (Code, Modifiers) {
        self.sidecar.services.get(self.row.service as usize).copied().unwrap_or_default()
    }
}

/// Optional minutes in two bytes.
#[derive(Clone, Copy)]
struct Short(u16);

impl Short {
    fn new(minutes: Option<u16>) -> Short {
        Short(minutes.unwrap_or(u16::MAX))
    }

    fn get(self) -> Option<u32> {
        (self.0 != u16::MAX).then_some(u32::from(self.0))
    }
}

impl Row {
    /// What the row is found by: claim, or patient and date.
    fn indexed<'k>(&self, keys: &'k [u8]) -> (&'k [u8], u32) {
        (slice(keys, self.text_at as usize, self.key_len), if self.by_patient { self.dos } else { 0 })
    }
}

fn slice(bytes: &[u8], at: usize, len: u8) -> &[u8] {
    bytes.get(at..at + usize::from(len)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
