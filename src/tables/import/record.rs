//! One row of a source file: fields of bytes and the line they stand on. Knows no table.

use std::path::Path;

use crate::error::Result;

/// A row, reused from one to the next.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Line of the file, or row of the sheet, on which it begins, counted from 1.
    pub(super) line: u64,
    /// Whether the file ended before the line did.
    pub(super) unfinished: bool,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// Where rows come from.
pub(super) trait Records {
    /// Reads the next row that is not blank; `false` after the last. An error names file and line.
    fn next(&mut self, record: &mut Record) -> Result<bool>;
    /// The file, and the member of it.
    fn name(&self) -> &Path;
}

impl Record {
    /// Makes it an empty row.
    pub(super) fn clear(&mut self, line: u64) {
        (self.line, self.unfinished) = (line, false);
        self.bytes.clear();
        self.ends.clear();
    }

    /// Adds bytes to the field that is open.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Ends the field that is open.
    pub(super) fn end_field(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// How many fields there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field without the blanks around it, counted from 0; empty beyond the last.
    pub(super) fn field(&self, n: usize) -> &[u8] {
        let Some(&end) = self.ends.get(n) else { return &[] };
        let start = n.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(start..end).unwrap_or_default().trim_ascii()
    }

    /// Whether every field is blank.
    pub(super) fn is_blank(&self) -> bool {
        self.bytes.trim_ascii().is_empty()
    }

    /// All fields, for reading titles.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
