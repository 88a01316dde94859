//! One sidecar file read: bytes in, checked rows out, one by one.
//!
//! The CSV parser splits; quoting is checked on the way in and values are checked row by row. Refuses half
//! a file: where the text itself cannot be trusted, none of its rows counts. Deliberately absent: what the rows
//! are kept in.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use csv::StringRecord;
use memchr::memchr_iter;

use crate::error::Error;

use super::Tally;
use super::digest::Digested;
use super::header::{Column, Fault, Header, Result, fault};
use super::quotes::{QuoteFault, Quotes};

/// Faulty rows of one file that are told one by one; the rest are told as a count.
pub(super) const TOLD: u64 = 100;
/// The longest header line, in bytes.
const HEADER: u64 = 64 * 1024;

/// A kind of file.
pub(crate) struct Shape<C: 'static> {
    /// The columns a file of the kind may have.
    pub(crate) columns: &'static [C],
    /// What a row is of, as `a service line`.
    pub(crate) of: &'static str,
    /// Whether any row under a header could be used.
    pub(crate) suffices: fn(&Header<C>) -> Result<()>,
}

/// One row of a file as it stands there.
pub(crate) struct Record<'r, C: 'static> {
    header: &'r Header<C>,
    values: &'r StringRecord,
    /// Whether any value may hold a control character.
    pub(super) has_controls: bool,
    /// Line of the file, counted from 1.
    pub(crate) line: u32,
}

impl<'r, C: Column> Record<'r, C> {
    /// The value of a column, trimmed; empty where it is empty or the column is absent.
    #[inline]
    pub(crate) fn get(&self, column: C) -> &'r str {
        self.header.value(self.values, column)
    }
}

/// Opens a file to be read.
pub(crate) fn open(path: &Path) -> std::result::Result<BufReader<File>, Error> {
    match File::open(path) {
        Ok(file) => Ok(BufReader::with_capacity(1 << 16, file)),
        Err(e) => Err(Error::io("read", path, e)),
    }
}

/// Reads a file and hands on each row that is not blank. Faults of rows are told among `errors`, and the rows
/// counted. Whether the file could be used; if not, `errors` says why and nothing more of it, and whatever was
/// kept of its rows must go.
pub(crate) fn read<C: Column>(
    path: &Path,
    reader: impl BufRead,
    shape: &Shape<C>,
    tally: &mut Tally,
    errors: &mut Vec<Error>,
    with: impl FnMut(&Record<'_, C>) -> Result<()>,
) -> bool {
    let told = errors.len();
    let mut reader = Digested::new(reader);
    let read = rows(path, &mut reader, shape, errors, with);
    tally.digest = reader.added_to(tally.digest);
    match read {
        Ok((used, faulty)) => {
            tally.rows += used;
            tally.faulty += faulty;
            true
        }
        Err(error) => {
            errors.truncate(told);
            errors.push(error);
            false
        }
    }
}

/// How many rows were used, and how many were faulty.
fn rows<C: Column>(
    path: &Path,
    mut reader: impl BufRead,
    shape: &Shape<C>,
    errors: &mut Vec<Error>,
    mut with: impl FnMut(&Record<'_, C>) -> Result<()>,
) -> std::result::Result<(u64, u64), Error> {
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
    let mut values = StringRecord::new();
    let mut header = None;
    let (mut used, mut faulty) = (0u64, 0u64);
    loop {
        match csv.read_record(&mut values) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => return Err(unreadable(path, blank, csv.position().line().saturating_sub(1), e)),
        }
        let text = values.as_slice().as_bytes();
        // Without a way out of the loop sixteen bytes are looked at at once.
        let has_controls = text.iter().fold(false, |any, b| any | b.is_ascii_control());
        let within = if has_controls { memchr_iter(b'\n', text).count() as u64 } else { 0 };
        let line = blank + csv.position().line().saturating_sub(1 + within);
        let Some(header) = &header else {
            let read = Header::read(&values, shape.columns);
            let checked = read.and_then(|header| (shape.suffices)(&header).map(|()| header));
            header = Some(checked.map_err(|f| placed(path, line, *f))?);
            continue;
        };
        match row(header, (&values, has_controls), line, &mut with) {
            Ok(kept) => used += u64::from(kept),
            Err(fault) if fault.of_file => return Err(placed(path, line, *fault)),
            Err(fault) => {
                faulty += 1;
                if faulty <= TOLD {
                    errors.push(placed(path, line, *fault));
                }
            }
        }
    }
    if header.is_none() {
        let message = format!("the file is empty; write a header and a row {}", shape.of);
        return Err(Error::file(path, 0, "", message));
    }
    if faulty > TOLD {
        errors.push(more_faults(path, faulty - TOLD));
    }
    Ok((used, faulty))
}

/// Hands on one row; `false` for a blank one.
fn row<C: Column>(
    header: &Header<C>,
    (values, has_controls): (&StringRecord, bool),
    line: u64,
    with: &mut impl FnMut(&Record<'_, C>) -> Result<()>,
) -> Result<bool> {
    if values.iter().all(|v| v.trim_ascii().is_empty()) {
        return Ok(false);
    }
    if values.len() != header.width {
        let message = format!(
            "the row has {} values, the header {}; add what is missing or quote values that hold a separator",
            values.len(),
            header.width
        );
        return Err(fault("", message));
    }
    let line = u32::try_from(line).map_err(|_| too_many())?;
    with(&Record { header, values, has_controls, line }).map(|()| true)
}

/// What is said where rows are more than can be numbered.
pub(crate) fn too_many() -> Box<Fault> {
    let message = "more rows than can be held; load fewer files".into();
    Box::new(Fault { column: "".into(), message, of_file: true })
}

/// The bytes up to the end of the first line that is not blank, without a byte order mark.
fn header_line(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
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

pub(super) fn placed(path: &Path, line: u64, fault: Fault) -> Error {
    Error::file(path, line, &fault.column, fault.message)
}

/// What is said of the faulty rows that are not told one by one.
pub(super) fn more_faults(path: &Path, count: u64) -> Error {
    let message = format!("{count} more rows are faulty and left out; mend those above first");
    Error::file(path, 0, "", message)
}
