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

use index::Index;
use load::Loader;

mod index;
mod load;

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
    rows: Vec<Row>,
    /// Of every row, end to end: claim or patient id, line control, id of the note it is from.
    texts: Vec<u8>,
    services: Vec<(Code, Modifiers)>,
    npis: Vec<Npi>,
    /// What few rows give, in the order of the rows.
    extras: Vec<Extra>,
    /// The clock times of all rows, end to end.
    intervals: Vec<(u16, u16)>,
    claims: Index,
    patients: Index,
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

/// One row: 40 bytes. Texts are in [`Sidecar::texts`], codes and modifiers in [`Sidecar::services`].
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
    /// Which of [`Sidecar::extras`].
    extra: u32,
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

/// What a row gives beyond that.
#[derive(Clone, Copy)]
struct Extra {
    /// The first of its clock times; the last stands before the first of the next.
    times: u32,
    /// Which of [`Sidecar::npis`].
    therapist: u32,
    alone: Short,
    together: Short,
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
        match (self.file(row), self.rows.get(row.0 as usize)) {
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
    pub fn intervals(&self, row: RowId) -> &[(u16, u16)] {
        let Some((at, extra)) = self.extra(row.0) else { return &[] };
        let to = self.extras.get(at + 1).map_or(self.intervals.len(), |next| next.times as usize);
        self.intervals.get(extra.times as usize..to).unwrap_or_default()
    }

    /// Region, therapist and discipline of a row, each where it is given.
    pub fn details(&self, row: RowId) -> Details {
        let Some(found) = self.rows.get(row.0 as usize) else { return Details::default() };
        let npi = self.extra(row.0).and_then(|(_, extra)| self.npis.get(extra.therapist as usize));
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

    fn extra(&self, row: u32) -> Option<(usize, &Extra)> {
        let at = self.rows.get(row as usize)?.extra as usize;
        self.extras.get(at).map(|extra| (at, extra))
    }

    /// The rows of visits that are one of several on their day: of the same claim or patient, date and discipline,
    /// with clock times that are apart.
    fn one_of_several(&self) -> Vec<u32> {
        let hull = |row: u32| match self.intervals(RowId(row)) {
            [] => None,
            [(start, _), .., (_, end)] | [(start, end)] => Some((*start, *end)),
        };
        let mut visits: Vec<(Entry<'_>, u16, u16)> = (0u32..)
            .zip(&self.rows)
            .filter(|(_, row)| row.extra != NONE)
            .filter_map(|(n, _)| self.entry(n).zip(hull(n)))
            .filter(|(entry, _)| matches!(entry.key(), Key::Visit))
            .map(|(entry, (start, end))| (entry, start, end))
            .collect();
        let key = |(entry, ..): &(Entry<'_>, u16, u16)| {
            let row = entry.row;
            (row.by_patient, slice(&self.texts, row.text_at as usize, row.key_len), row.dos, row.discipline)
        };
        visits.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut several = Vec::new();
        for day in visits.chunk_by(|a, b| key(a) == key(b)) {
            let last_start = day.iter().map(|(_, start, _)| *start).max();
            let first_end = day.iter().map(|(_, _, end)| *end).min();
            if last_start >= first_end {
                several.extend(day.iter().map(|(entry, ..)| entry.id.0));
            }
        }
        several.sort_unstable();
        several
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
        let extra = self.sidecar.extra(self.id.0);
        extra.map_or((None, None), |(_, extra)| (extra.alone.get(), extra.together.get()))
    }

    /// The length of its clock times together, where it has any.
    pub(super) fn span(&self) -> Option<u32> {
        let intervals = self.sidecar.intervals(self.id);
        let span = intervals.iter().map(|(start, end)| u32::from(end.saturating_sub(*start))).sum();
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
