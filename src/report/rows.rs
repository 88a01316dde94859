//! Formats that write down each entry by itself: its bytes hang on nothing but the entry, so that entries can be written
//! down side by side and put one behind the other.
//!
//! Deliberately absent: sums over a run, and files. Bytes go to a writer in large pieces.

use std::io;

use super::{Entry, Report, Summary};

/// Bytes that are handed to the writer at once, at least: more than it would put aside, so that nothing is copied twice.
const PIECE: usize = 256 * 1024;

/// Writes down entries one by one.
pub trait Rows {
    /// Appends what stands before the first entry.
    fn head(&self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// Appends an entry.
    fn entry(&mut self, entry: &Entry<'_>, out: &mut Vec<u8>);
}

/// A report of rows.
pub struct Written<W, R> {
    out: W,
    rows: R,
    bytes: Vec<u8>,
}

impl<W: io::Write, R: Rows> Written<W, R> {
    /// Writes to `out`, which need not be buffered.
    pub(super) fn of(out: W, rows: R) -> Written<W, R> {
        Written { out, rows, bytes: Vec::new() }
    }

    fn pass_on(&mut self) -> io::Result<()> {
        let written = self.out.write_all(&self.bytes);
        self.bytes.clear();
        written
    }
}

impl<W: io::Write, R: Rows> Report for Written<W, R> {
    fn begin(&mut self) -> io::Result<()> {
        self.rows.head(&mut self.bytes);
        Ok(())
    }

    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        self.rows.entry(entry, &mut self.bytes);
        if self.bytes.len() < PIECE { Ok(()) } else { self.pass_on() }
    }

    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        self.pass_on()?;
        self.out.flush()
    }
}
