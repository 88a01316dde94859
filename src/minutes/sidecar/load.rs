//! Reading sidecar files: bytes in, rows and errors out.
//!
//! The CSV parser splits; quoting is checked on the way in and values are checked row by row. Refuses half
//! a file: where the text itself cannot be trusted, none of its rows is kept.

use std::collections::HashMap;
use std::hash::Hash;
use std::io::{BufRead, Read};
use std::path::Path;

use csv::StringRecord;
use memchr::memchr_iter;

use super::{Index, NONE, Row, Short, Sidecar};
use crate::error::Error;
use crate::minutes::header::{Fault, Header};
use crate::minutes::quotes::{QuoteFault, Quotes};
use crate::minutes::row;
use crate::x12::code::{Code, Modifiers};
use crate::x12::value::{Date, Npi};

/// Faulty rows of one file that are told one by one; the rest are told as a count.
const TOLD: u64 = 100;
/// The longest header line, in bytes.
const HEADER: u64 = 64 * 1024;

/// Reads files into a [`Sidecar`] that is not indexed yet.
#[derive(Default)]
pub(super) struct Loader {
    sidecar: Sidecar,
    services: Interner<(Code, Modifiers)>,
    npis: Interner<Npi>,
    pub(super) errors: Vec<Error>,
}

impl Loader {
    /// Reads one file, whole or not at all.
    pub(super) fn file(&mut self, path: &Path, reader: impl BufRead) {
        let told = self.errors.len();
        let first = self.sidecar.rows.len() as u32;
        self.sidecar.files.push((path.to_owned(), first));
        if let Err(error) = self.read(path, reader) {
            // Half a file is no file: rows read before the fault go, and what was told of them with them.
            self.forget(first);
            self.errors.truncate(told);
            self.errors.push(error);
        }
    }

    /// Takes back the last file, whose rows begin at `first`.
    fn forget(&mut self, first: u32) {
        let s = &mut self.sidecar;
        s.files.pop();
        if let Some(row) = s.rows.get(first as usize) {
            s.texts.truncate(row.text_at as usize);
        }
        s.rows.truncate(first as usize);
        s.intervals.truncate(s.intervals.partition_point(|&(r, ..)| r < first));
        s.therapists.truncate(s.therapists.partition_point(|&(r, _)| r < first));
        s.assistants.truncate(s.assistants.partition_point(|&(r, ..)| r < first));
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
            match row::Row::read(header, &record, &mut intervals) {
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
        let text_at = u32::try_from(sidecar.texts.len()).map_err(|_| full())?;
        let line = u32::try_from(line).map_err(|_| full())?;
        sidecar.texts.extend_from_slice(row.key.as_bytes());
        sidecar.texts.extend_from_slice(row.control.as_bytes());
        sidecar.texts.extend_from_slice(row.note_id.as_bytes());
        sidecar.intervals.extend(intervals.iter().map(|&(start, end)| (id, start, end)));
        if let Some(npi) = row.therapist {
            sidecar.therapists.push((id, self.npis.id(npi)));
        }
        if row.assistant.or(row.concurrent).is_some() {
            sidecar.assistants.push((id, Short::new(row.assistant), Short::new(row.concurrent)));
        }
        sidecar.rows.push(Row {
            text_at,
            line,
            dos: row.dos.map_or(0, Date::number),
            line_no: row.line_no,
            service: self.services.id((row.code, Modifiers(row.modifiers.sorted()))),
            next: NONE,
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
        sidecar.intervals.shrink_to_fit();
        sidecar.therapists.shrink_to_fit();
        sidecar.assistants.shrink_to_fit();
        sidecar.claims = Index::build(&mut sidecar.rows, &sidecar.texts, false);
        sidecar.patients = Index::build(&mut sidecar.rows, &sidecar.texts, true);
        (sidecar, self.errors)
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
