//! The sidecar: documented minutes from the files a site exports beside its claims, held compactly and
//! found by claim or by patient and date.
//!
//! Comes in: minutes files, with a row a service line or visit, and visits files, with a row a visit. Goes out:
//! rows by [`RowId`], in load order, minutes files first. Deliberately absent: reading and checking, which are the
//! same for every sidecar file, and which line a row belongs to; that is the join's.

use std::fmt;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::sidecar::Tally;
use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Modifiers};
use crate::x12::value::{Date, Npi};

use super::RowId;

pub use packed::Intervals;

use blocks::{Bytes, Items};
use index::Index;
use load::Loader;
use packed::{Rest, Row};

mod blocks;
mod index;
mod load;
mod packed;
mod several;

/// No row, where a row's number is kept.
const NONE: u32 = u32::MAX;

/// What a file of documented minutes has its rows about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileKind {
    /// Service lines, and visits beside them (`--minutes`).
    Minutes,
    /// Visits (`--visits`).
    Visits,
}

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

/// The rows of all files, indexed. The default holds none.
#[derive(Default)]
pub struct Sidecar {
    files: Vec<SidecarFile>,
    minutes: Tally,
    visits: Tally,
    rows: Items<Row>,
    /// Of every row: claim or patient id, line control, and what else it says.
    texts: Bytes,
    services: Vec<(Code, Modifiers)>,
    npis: Vec<Npi>,
    index: Index,
    /// Rows of visits of which there are several on one day, ascending.
    several: Vec<u32>,
}

/// One file that rows are of.
struct SidecarFile {
    path: PathBuf,
    /// The first row that is not of a file before it.
    first: u32,
    kind: FileKind,
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
    /// Its own bytes, and those of rows after it.
    bytes: &'a [u8],
    pub(super) id: RowId,
}

impl Sidecar {
    /// Reads minutes files, then visits files, each in order. What is wrong comes beside what could be used: a
    /// faulty row is left out with its place, an unusable file as a whole.
    pub fn load<P: AsRef<Path>>(minutes: &[P], visits: &[P]) -> (Sidecar, Vec<Error>) {
        let mut loader = Loader::default();
        for (kind, paths) in [(FileKind::Minutes, minutes), (FileKind::Visits, visits)] {
            paths.iter().for_each(|path| loader.open(kind, path.as_ref()));
        }
        loader.finish()
    }

    /// Reads one minutes file from memory or a stream; `name` stands for the file in errors and places.
    pub fn from_reader(name: &Path, reader: impl Read) -> (Sidecar, Vec<Error>) {
        let mut loader = Loader::default();
        loader.file(FileKind::Minutes, name, BufReader::new(reader));
        loader.finish()
    }

    /// Reads files from memory, in the order given, each with the name that stands for it.
    pub fn from_bytes(files: &[(FileKind, &Path, &[u8])]) -> (Sidecar, Vec<Error>) {
        let mut loader = Loader::default();
        for (kind, name, bytes) in files {
            loader.file(*kind, name, *bytes);
        }
        loader.finish()
    }

    /// Files of a kind named and rows read.
    pub fn tally(&self, kind: FileKind) -> Tally {
        match kind {
            FileKind::Minutes => self.minutes,
            FileKind::Visits => self.visits,
        }
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
        match (self.file(row), self.rows.get(row.0)) {
            (Some(file), Some(row)) => (&file.path, u64::from(row.line)),
            _ => (Path::new(""), 0),
        }
    }

    /// What kind of file a row stands in.
    pub fn kind(&self, row: RowId) -> FileKind {
        self.file(row).map_or(FileKind::Minutes, |file| file.kind)
    }

    /// Whether the row is about a visit as a whole and so may serve many lines.
    pub fn is_visit(&self, row: RowId) -> bool {
        self.entry(row.0).is_some_and(|e| matches!(e.key(), Key::Visit))
    }

    /// The clock times of a row, start and end in minutes after midnight (0 to 1439), ascending and apart.
    pub fn intervals(&self, row: RowId) -> Intervals<'_> {
        self.entry(row.0).map_or_else(Intervals::default, |e| e.rest().intervals())
    }

    /// Region, therapist and discipline of a row, each where it is given.
    pub fn details(&self, row: RowId) -> Details {
        let Some(found) = self.entry(row.0) else { return Details::default() };
        let npi = found.rest().therapist().and_then(|npi| self.npis.get(npi as usize));
        let facts = found.row.facts;
        Details { region: facts.region(), therapist: npi.copied(), discipline: facts.discipline() }
    }

    /// The id of the note a row was taken from (column `source`), at most 80 bytes. Free text of the site:
    /// escape it before it is shown.
    pub fn note_id(&self, row: RowId) -> Option<&str> {
        let id = self.entry(row.0)?.rest().note_id();
        std::str::from_utf8(id).ok().filter(|id| !id.is_empty())
    }

    /// The rows that name this claim, in load order.
    pub(super) fn of_claim(&self, id: &[u8]) -> Chain<'_> {
        self.chain(id, 0)
    }

    /// The rows that name this patient and date but no claim, in load order.
    pub(super) fn of_patient(&self, id: &[u8], date: Date) -> Chain<'_> {
        self.chain(id, date.number())
    }

    pub(super) fn knows_patients(&self) -> bool {
        self.index.has_patients
    }

    #[inline]
    pub(super) fn entry(&self, row: u32) -> Option<Entry<'_>> {
        let found = self.rows.get(row)?;
        Some(Entry { sidecar: self, row: found, bytes: self.texts.from(found.at), id: RowId(row) })
    }

    fn chain(&self, id: &[u8], date: u32) -> Chain<'_> {
        Chain { sidecar: self, next: self.index.first(id, date, &self.rows, &self.texts) }
    }

    fn tally_mut(&mut self, kind: FileKind) -> &mut Tally {
        match kind {
            FileKind::Minutes => &mut self.minutes,
            FileKind::Visits => &mut self.visits,
        }
    }

    fn file(&self, row: RowId) -> Option<&SidecarFile> {
        let before = self.files.partition_point(|file| file.first <= row.0);
        self.files.get(before.checked_sub(1)?)
    }
}

impl fmt::Debug for Sidecar {
    /// Counts only: the rows are about people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sidecar").field("files", &self.files.len()).field("rows", &self.rows.len()).finish()
    }
}

/// Rows of one key, in load order.
#[derive(Clone)]
pub(super) struct Chain<'a> {
    sidecar: &'a Sidecar,
    next: u32,
}

impl<'a> Iterator for Chain<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let entry = self.sidecar.entry(self.next)?;
        self.next = entry.row.next;
        Some(entry)
    }
}

impl<'a> Entry<'a> {
    pub(super) fn key(&self) -> Key<'a> {
        let row = self.row;
        if row.control_len > 0 {
            return Key::Control(row.control(self.bytes));
        }
        match (self.rest().line_no(), self.code().is_none()) {
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
            Key::Service if self.row.facts.by_patient() => 1,
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
        self.row.facts.discipline()
    }

    pub(super) fn group(&self) -> Option<bool> {
        self.row.facts.group()
    }

    pub(super) fn minutes(&self) -> Option<u32> {
        self.row.minutes.get()
    }

    /// Minutes of an assistant alone, and of therapist and assistant together.
    pub(super) fn assisted(&self) -> (Option<u32>, Option<u32>) {
        self.rest().assisted()
    }

    /// The length of its clock times together, where it has any.
    pub(super) fn span(&self) -> Option<u32> {
        let intervals = self.rest().intervals();
        let span = intervals.map(|(start, end)| u32::from(end.saturating_sub(start))).sum();
        Some(span).filter(|span| *span > 0)
    }

    /// Whether it is a visit beside others of the same day.
    pub(super) fn is_one_of_several(&self) -> bool {
        self.sidecar.several.binary_search(&self.id.0).is_ok()
    }

    pub(super) fn timed(&self) -> Option<u32> {
        self.row.timed.get()
    }

    pub(super) fn treatment(&self) -> Option<u32> {
        self.rest().treatment()
    }

    fn rest(&self) -> Rest<'a> {
        self.row.rest(self.bytes)
    }

    fn service(&self) -> (Code, Modifiers) {
        self.sidecar.services.get(self.row.service as usize).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
