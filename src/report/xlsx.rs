//! XLSX: summary, claims, findings and what was not checked as sheets of one workbook, for who works in a spreadsheet.
//!
//! The sheets of claims and findings have the columns of the CSV files. Ids and codes are text, money and counts are
//! numbers, dates are dates, so that they sort and can be filtered by month. Deliberately absent: formulas, links, macros,
//! charts, and the time: the same run gives the same bytes.
//!
//! Rows wait in files without a name until the workbook is finished, so memory does not grow with the run. A sheet holds the
//! first [`ROWS`] rows, which is what an office computer opens; how many are left to the CSV files stands in the summary.

mod sheet;
mod sums;
#[cfg(test)]
pub(super) mod tests;

use std::io;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use zip::result::ZipError;

use super::{Entry, Report, Rules, Summary, cells, csv};
use sheet::Sheet;

/// Rows that a sheet of claims or findings holds at most.
pub const ROWS: u32 = 200_000;

/// Does a piece of work; of one that panics, says where in the program that was.
pub type Catch = fn(&mut dyn FnMut()) -> Result<(), String>;

/// `findings.xlsx`.
pub struct Xlsx<W: io::Write + Send> {
    out: W,
    rules: Rules,
    catch: Catch,
    /// Until it is finished or given up.
    book: Option<Book>,
}

/// What has been written.
struct Book {
    book: Workbook,
    findings: Sheet,
    claims: Sheet,
}

impl<W: io::Write + Send> Xlsx<W> {
    /// Writes to `out`: hand in a buffered writer. Rows wait in `aside`, a directory; the library takes a disk that refuses
    /// them for a defect of its own and panics, which is why `catch` is needed.
    pub fn new(out: W, rules: Rules, aside: &Path, catch: Catch) -> io::Result<Xlsx<W>> {
        Xlsx::limited(out, rules, aside, catch, ROWS)
    }

    /// As [`Xlsx::new`], with a limit of its own.
    fn limited(out: W, rules: Rules, aside: &Path, catch: Catch, rows: u32) -> io::Result<Xlsx<W>> {
        let book = guarded(catch, || Book::new(aside, rows))?;
        Ok(Xlsx { out, rules, catch, book: Some(book) })
    }
}

impl<W: io::Write + Send> Report for Xlsx<W> {
    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        let book = self.book.as_mut().ok_or_else(finished)?;
        let (catch, rules) = (self.catch, self.rules);
        let added = guarded(catch, || book.entry(rules, entry));
        if added.is_err() {
            self.book = None;
        }
        added
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let book = self.book.take().ok_or_else(finished)?;
        let (rules, out) = (self.rules, Quiet { out: &mut self.out, failed: false });
        guarded(self.catch, || book.finish(rules, summary, out))?;
        self.out.flush()
    }
}

impl Book {
    fn new(aside: &Path, rows: u32) -> io::Result<Book> {
        let mut book = Workbook::new();
        book.set_tempdir(aside).map_err(told)?;
        // Packing is most of the work.
        book.set_zip_compression_level(1);
        // Who made it, and no more: a time would make each run another file, and a user's name is nobody's business.
        let always = ExcelDateTime::from_ymd(1980, 1, 1).map_err(told)?;
        let maker = format!("claimlint {}", env!("CARGO_PKG_VERSION"));
        book.set_properties(&DocProperties::new().set_author(maker).set_creation_datetime(&always));
        let claims = Sheet::new(&mut book, "Claims", &csv::CLAIMS, rows)?;
        let findings = Sheet::new(&mut book, "Findings", &csv::FINDINGS, rows)?;
        Ok(Book { book, findings, claims })
    }

    fn entry(&mut self, rules: Rules, entry: &Entry<'_>) -> io::Result<()> {
        for marked in entry.marked() {
            if self.findings.has_room() {
                cells::finding(&mut self.findings, rules, entry, marked);
                self.findings.put()?;
            }
        }
        let has_row = entry.claim.is_some() && !entry.findings.is_empty();
        if has_row && self.claims.has_room() && cells::claim(&mut self.claims, rules, entry) {
            self.claims.put()?;
        }
        Ok(())
    }

    fn finish(mut self, rules: Rules, summary: &Summary, out: impl io::Write + Send) -> io::Result<()> {
        let left = [self.findings.left(), self.claims.left()];
        let summed = sums::summary(&mut self.book, rules, summary, left)?;
        let unchecked = sums::not_checked(&mut self.book, summary)?;
        for sheet in [summed, self.claims, self.findings, unchecked] {
            self.book.push_worksheet(sheet.end()?);
        }
        self.book.save_to_writer(out).map_err(told)
    }
}

/// Does a piece of work with the workbook. One that panics is an error: most likely the disk had no room for rows.
fn guarded<T>(catch: Catch, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let (mut work, mut done) = (Some(work), None);
    let caught = catch(&mut || done = work.take().map(|work| work()));
    let place = match (caught, done) {
        (Ok(()), Some(done)) => return done,
        (Ok(()), None) => "an unknown place".to_owned(),
        (Err(place), _) => place,
    };
    Err(io::Error::other(format!(
        "rows of the workbook could not be put aside ({place}); see that there is room"
    )))
}

fn finished() -> io::Error {
    io::Error::other("the workbook is finished already")
}

/// What went wrong: where it is the disk, its own error. Others say what a sheet cannot hold, and not which text that was.
fn told(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error)
        | XlsxError::TempFileError(_, error)
        | XlsxError::ZipError(ZipError::Io(error)) => error,
        error => io::Error::other(error.to_string()),
    }
}

/// A writer that takes everything once it has failed: an archive that is given up ends itself all the same, and would
/// say on standard error that it could not.
struct Quiet<W> {
    out: W,
    failed: bool,
}

impl<W: io::Write> io::Write for Quiet<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.failed = written.as_ref().is_err_and(|e| e.kind() != io::ErrorKind::Interrupted);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed { Ok(()) } else { self.out.flush() }
    }
}
