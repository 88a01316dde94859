//! XLSX: summary, claims, findings and what was not checked as sheets of one workbook, for who works in a spreadsheet.
//!
//! The sheets of claims and findings have the columns of the CSV files. Ids and codes are text, money and counts are
//! numbers, dates are dates, so that they sort and can be filtered by month. Deliberately absent: formulas, links, macros,
//! fonts, charts, and the time: the same run gives the same bytes.
//!
//! Findings go out as they come in; rows of claims wait in memory, packed, for an archive is written one file after the
//! other: about a hundred bytes each. A sheet holds the first [`ROWS`] rows, which is what an office computer opens; how
//! many are left to the CSV files stands in the summary.

mod book;
mod sheet;
mod sums;
#[cfg(test)]
pub(super) mod tests;

use std::io::{self, Cursor, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::{Entry, Report, Rules, Summary, cells, csv};
use sheet::Sheet;

/// Rows that a sheet of claims or findings holds at most.
pub const ROWS: u64 = 200_000;

type Zip<W> = ZipWriter<StreamWriter<Quiet<W>>>;

/// `findings.xlsx`.
pub struct Xlsx<W: io::Write> {
    /// Until it is finished.
    zip: Option<Zip<W>>,
    /// An archive of one file: the sheet of claims.
    packed: ZipWriter<Cursor<Vec<u8>>>,
    rules: Rules,
    findings: Sheet,
    claims: Sheet,
}

impl<W: io::Write> Xlsx<W> {
    /// Writes to `out`: hand in a buffered writer.
    pub fn new(out: W, rules: Rules) -> Xlsx<W> {
        Xlsx::limited(out, rules, ROWS)
    }

    /// As [`Xlsx::new`], with a limit of its own.
    fn limited(out: W, rules: Rules, rows: u64) -> Xlsx<W> {
        Xlsx {
            zip: Some(ZipWriter::new_stream(Quiet { out, failed: false })),
            packed: ZipWriter::new(Cursor::new(Vec::new())),
            rules,
            findings: Sheet::new(rows),
            claims: Sheet::new(rows),
        }
    }
}

impl<W: io::Write> Report for Xlsx<W> {
    fn begin(&mut self) -> io::Result<()> {
        let zip = open(&mut self.zip)?;
        for (name, content) in book::PARTS {
            zip.start_file(name, options())?;
            zip.write_all(content().as_bytes())?;
        }
        self.packed.start_file(book::CLAIMS, options())?;
        self.claims.begin(&mut self.packed, &csv::CLAIMS)?;
        zip.start_file(book::FINDINGS, options())?;
        self.findings.begin(zip, &csv::FINDINGS)
    }

    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        let zip = open(&mut self.zip)?;
        for marked in entry.marked() {
            if self.findings.has_room() {
                cells::finding(&mut self.findings, self.rules, entry, marked);
                self.findings.put(zip)?;
            }
        }
        let has_row = entry.claim.is_some() && !entry.findings.is_empty();
        if has_row && self.claims.has_room() && cells::claim(&mut self.claims, self.rules, entry) {
            self.claims.put(&mut self.packed)?;
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let mut zip = self.zip.take().ok_or_else(finished)?;
        self.findings.end(&mut zip)?;
        self.claims.end(&mut self.packed)?;
        let packed = std::mem::replace(&mut self.packed, ZipWriter::new(Cursor::new(Vec::new())));
        let mut packed = ZipArchive::new(packed.finish()?)?;
        zip.raw_copy_file(packed.by_index_raw(0)?)?;
        let left = [self.findings.left(), self.claims.left()];
        zip.start_file(book::SUMMARY, options())?;
        let summed = sums::summary(&mut zip, self.rules, summary, left)?;
        zip.start_file(book::NOT_CHECKED, options())?;
        let unchecked = sums::not_checked(&mut zip, summary)?;
        let sheets = [&summed, &self.claims, &self.findings, &unchecked];
        zip.start_file(book::WORKBOOK, options())?;
        zip.write_all(book::workbook(sheets).as_bytes())?;
        zip.finish()?.into_inner().out.flush()
    }
}

fn open<W: io::Write>(zip: &mut Option<Zip<W>>) -> io::Result<&mut Zip<W>> {
    zip.as_mut().ok_or_else(finished)
}

fn finished() -> io::Error {
    io::Error::other("the workbook is finished already")
}

/// Packed as fast as can be, for that is most of the work, and of no time.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o600)
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
