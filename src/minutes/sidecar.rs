//! The sidecar: documented minutes from the files a site exports beside its claims, held compactly and
//! found by claim or by patient and date.
//!
//! Comes in: CSV or tab-separated files with a header. Goes out: rows by [`RowId`], in load order. Refuses
//! a faulty row with its file, line and column and keeps the others; refuses as a whole a file that is not
//! UTF-8, is not CSV, or whose header is wrong. Deliberately absent: which line a row belongs to; that is
//! the join's.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::hash::{BuildHasher, Hash, RandomState};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use memchr::memchr_iter;

use crate::error::Error;
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::value::{Date, Npi};

use super::RowId;
use super::quotes::{QuoteFault, Quotes};
use super::row::{self, Fault, Header};

/// Faulty rows of one file that are told one by one; the rest are told as a count.
const TOLD: u64 = 100;
/// The longest header line, in bytes.
const HEADER: u64 = 64 * 1024;
const NONE: u32 = u32::MAX;

/// The therapy discipline a row was documented under.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Discipline {
    /// Physical therapy.
    Pt,
    /// Occupational therapy.
    Ot,
    /// Speech-language pathology.
    Slp,
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

/// The rows of all sidecar files, indexed. The default holds none.
#[derive(Default)]
pub struct Sidecar {
    /// Each file with the first row that is not of a file before it.
    files: Vec<(PathBuf, u32)>,
    rows: Vec<Row>,
    /// Claim or patient id, then line control, of every row, end to end.
    keys: Vec<u8>,
    services: Vec<(Code, Modifiers)>,
    npis: Vec<Npi>,
    // Side tables for what few rows give; ascending by row.
    intervals: Vec<(u32, u16, u16)>,
    therapists: Vec<(u32, u32)>,
    note_ids: Vec<(u32, Box<str>)>,
    claims: Index,
    patients: Index,
}

/// One row: 40 bytes. Texts are in [`Sidecar::keys`], codes and modifiers in [`Sidecar::services`].
struct Row {
    key_at: u32,
    /// Line of its file, counted from 1.
    line: u32,
    /// CCYYMMDD, 0 for none.
    dos: u32,
    line_no: u32,
    service: u32,
    /// The next row with the same claim, or the same patient and date.
    next: u32,
    minutes: Short,
    assistant: Short,
    concurrent: Short,
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
        let at = self.note_ids.binary_search_by_key(&row.0, |&(r, _)| r).ok()?;
        self.note_ids.get(at).map(|(_, id)| &**id)
    }

    /// The rows that name this claim, in load order.
    pub(super) fn of_claim(&self, id: &[u8]) -> impl Iterator<Item = Entry<'_>> {
        self.chain(self.claims.first(id, 0, &self.rows, &self.keys))
    }

    /// The rows that name this patient and date but no claim, in load order.
    pub(super) fn of_patient(&self, id: &[u8], date: Date) -> impl Iterator<Item = Entry<'_>> {
        self.chain(self.patients.first(id, date.number(), &self.rows, &self.keys))
    }

    pub(super) fn knows_patients(&self) -> bool {
        !self.patients.slots.is_empty()
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
            let at = row.key_at as usize + usize::from(row.key_len);
            return Key::Control(slice(&self.sidecar.keys, at, row.control_len));
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

    pub(super) fn assistant(&self) -> Option<u32> {
        self.row.assistant.get()
    }

    pub(super) fn concurrent(&self) -> Option<u32> {
        self.row.concurrent.get()
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

impl Discipline {
    /// The modifier of services under this discipline's plan of care: GP, GO, GN.
    pub fn modifier(self) -> Modifier {
        const GP: Modifier = Modifier::of("GP");
        const GO: Modifier = Modifier::of("GO");
        const GN: Modifier = Modifier::of("GN");
        match self {
            Discipline::Pt => GP,
            Discipline::Ot => GO,
            Discipline::Slp => GN,
        }
    }

    /// The one discipline whose modifier stands among `modifiers`; `None` for none or several.
    pub fn of(modifiers: &Modifiers) -> Option<Discipline> {
        let all = [Discipline::Pt, Discipline::Ot, Discipline::Slp];
        let mut found = all.into_iter().filter(|d| modifiers.contains(d.modifier()));
        match (found.next(), found.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        }
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

/// An open-addressing table from a key to the first row that has it; the rows chain on. Hashes are keyed
/// by the run, so no file can be made to collide.
#[derive(Default)]
struct Index {
    slots: Vec<u32>,
    hasher: RandomState,
}

impl Index {
    /// Indexes the rows with `by_patient`, and chains rows of one key in load order.
    fn build(rows: &mut [Row], keys: &[u8], by_patient: bool) -> Index {
        // Rows of one claim mostly stand together, so counting changes of key comes near the number of keys
        // and is never less.
        let mut distinct = 0usize;
        let mut last = None;
        for row in rows.iter().filter(|r| r.by_patient == by_patient) {
            let key = row.indexed(keys);
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
                rows.get(at).filter(|r| r.by_patient == by_patient).map(|r| r.indexed(keys))
            else {
                continue;
            };
            let slot = index.slot(key, date, rows, keys);
            if let (Some(slot), Some(row), Ok(id)) =
                (index.slots.get_mut(slot), rows.get_mut(at), u32::try_from(at))
            {
                row.next = *slot;
                *slot = id;
            }
        }
        index
    }

    fn first(&self, key: &[u8], date: u32, rows: &[Row], keys: &[u8]) -> u32 {
        if self.slots.is_empty() {
            return NONE;
        }
        self.slots.get(self.slot(key, date, rows, keys)).copied().unwrap_or(NONE)
    }

    /// The slot of a key: where it stands, or the free one where it would. There is always a free one.
    fn slot(&self, key: &[u8], date: u32, rows: &[Row], keys: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.hasher.hash_one((key, date)) as usize & mask;
        while let Some(row) = self.slots.get(at).and_then(|&row| rows.get(row as usize)) {
            if row.indexed(keys) == (key, date) {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }
}

impl Row {
    /// What the row is found by: claim, or patient and date.
    fn indexed<'k>(&self, keys: &'k [u8]) -> (&'k [u8], u32) {
        (slice(keys, self.key_at as usize, self.key_len), if self.by_patient { self.dos } else { 0 })
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

/// Reads files into a [`Sidecar`] that is not indexed yet.
#[derive(Default)]
struct Loader {
    sidecar: Sidecar,
    services: Interner<(Code, Modifiers)>,
    npis: Interner<Npi>,
    errors: Vec<Error>,
}

impl Loader {
    fn file(&mut self, path: &Path, reader: impl BufRead) {
        let before = Mark::of(&self.sidecar);
        let told = self.errors.len();
        let first = self.sidecar.rows.len() as u32;
        self.sidecar.files.push((path.to_owned(), first));
        if let Err(error) = self.read(path, reader) {
            // Half a file is no file: rows read before the fault go, and what was told of them with them.
            before.restore(&mut self.sidecar);
            self.errors.truncate(told);
            self.errors.push(error);
        }
    }

    fn read(&mut self, path: &Path, mut reader: impl BufRead) -> Result<(), Error> {
        let head = header_line(&mut reader).map_err(|e| Error::io("read", path, e))?;
        let text = head.trim_ascii_start();
        let (skipped, head) = head.split_at(head.len() - text.len());
        let blank = memchr_iter(b'\n', skipped).count() as u64;
        let delimiter = if head.contains(&b'\t') { b'\t' } else { b',' };
        let mut csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            // Rows end at a line feed; a carriage return before it is trimmed with the spaces. Only so is
            // the parser's line count that of the text.
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(Quotes::new(head.chain(reader), delimiter));
        let mut record = StringRecord::new();
        let mut intervals = Vec::new();
        let mut header = None;
        let mut faults = 0u64;
        loop {
            match csv.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(e) => return Err(unreadable(path, blank, csv.position().line().saturating_sub(1), e)),
            }
            let within = memchr_iter(b'\n', record.as_slice().as_bytes()).count() as u64;
            let line = blank + csv.position().line().saturating_sub(1 + within);
            let Some(header) = &header else {
                header = Some(Header::read(&record).map_err(|f| placed(path, line, f))?);
                continue;
            };
            match header.row(&record, &mut intervals) {
                Ok(None) => {}
                Ok(Some(row)) => self.push(&row, line, &intervals).map_err(|f| placed(path, line, f))?,
                Err(fault) => {
                    faults += 1;
                    if faults <= TOLD {
                        self.errors.push(placed(path, line, fault));
                    }
                }
            }
        }
        if header.is_none() {
            return Err(Error::file(
                path,
                0,
                "",
                "the file is empty; write a header and a row a service line",
            ));
        }
        if faults > TOLD {
            let message =
                format!("{} more rows are faulty and left out; mend those above first", faults - TOLD);
            self.errors.push(Error::file(path, 0, "", message));
        }
        Ok(())
    }

    fn push(&mut self, row: &row::Row<'_>, line: u64, intervals: &[(u16, u16)]) -> Result<(), Fault> {
        let sidecar = &mut self.sidecar;
        let full =
            || Fault { column: "".into(), message: "more rows than can be held; load fewer files".into() };
        let id = u32::try_from(sidecar.rows.len()).ok().filter(|&id| id < NONE).ok_or_else(full)?;
        let key_at = u32::try_from(sidecar.keys.len()).map_err(|_| full())?;
        let line = u32::try_from(line).map_err(|_| full())?;
        sidecar.keys.extend_from_slice(row.key.as_bytes());
        sidecar.keys.extend_from_slice(row.control.as_bytes());
        sidecar.intervals.extend(intervals.iter().map(|&(start, end)| (id, start, end)));
        if let Some(npi) = row.therapist {
            sidecar.therapists.push((id, self.npis.id(npi)));
        }
        if !row.note_id.is_empty() {
            sidecar.note_ids.push((id, row.note_id.into()));
        }
        sidecar.rows.push(Row {
            key_at,
            line,
            dos: row.dos.map_or(0, Date::number),
            line_no: row.line_no,
            service: self.services.id((row.code, Modifiers(row.modifiers.sorted()))),
            next: NONE,
            minutes: Short::new(row.minutes),
            assistant: Short::new(row.assistant),
            concurrent: Short::new(row.concurrent),
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

    fn finish(self) -> (Sidecar, Vec<Error>) {
        let mut sidecar = self.sidecar;
        sidecar.services = self.services.all;
        sidecar.npis = self.npis.all;
        sidecar.rows.shrink_to_fit();
        sidecar.keys.shrink_to_fit();
        sidecar.intervals.shrink_to_fit();
        sidecar.therapists.shrink_to_fit();
        sidecar.note_ids.shrink_to_fit();
        sidecar.claims = Index::build(&mut sidecar.rows, &sidecar.keys, false);
        sidecar.patients = Index::build(&mut sidecar.rows, &sidecar.keys, true);
        (sidecar, self.errors)
    }
}

/// The lengths of a sidecar's tables, to go back to.
struct Mark([usize; 6]);

impl Mark {
    fn of(s: &Sidecar) -> Mark {
        let lens = [s.files.len(), s.rows.len(), s.keys.len(), s.intervals.len(), s.therapists.len()];
        Mark([lens[0], lens[1], lens[2], lens[3], lens[4], s.note_ids.len()])
    }

    fn restore(&self, s: &mut Sidecar) {
        let Mark([files, rows, keys, intervals, therapists, note_ids]) = *self;
        s.files.truncate(files);
        s.rows.truncate(rows);
        s.keys.truncate(keys);
        s.intervals.truncate(intervals);
        s.therapists.truncate(therapists);
        s.note_ids.truncate(note_ids);
    }
}

/// The bytes up to the end of the first line that is not blank, without a byte order mark.
fn header_line(reader: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut limited = reader.take(HEADER);
    loop {
        let n = limited.read_until(b'\n', &mut head)?;
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        if n == 0 || !head.trim_ascii().is_empty() {
            return Ok(head);
        }
    }
}

/// Why the parser gave up, in words of its own: the parser's could hold a value.
fn unreadable(path: &Path, blank: u64, last: u64, error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(e) => match e.get_ref().and_then(|e| e.downcast_ref::<QuoteFault>()) {
            Some(fault) => Error::file(path, blank + fault.line, "", fault.message),
            None => Error::io("read", path, e),
        },
        csv::ErrorKind::Utf8 { .. } => {
            Error::file(path, blank + last, "", "not UTF-8 text; save the file as CSV UTF-8")
        }
        _ => Error::file(path, 0, "", "not readable as CSV; save the file as CSV UTF-8"),
    }
}

fn placed(path: &Path, line: u64, fault: Fault) -> Error {
    Error::file(path, line, &fault.column, fault.message)
}

fn slice(bytes: &[u8], at: usize, len: u8) -> &[u8] {
    bytes.get(at..at + usize::from(len)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
