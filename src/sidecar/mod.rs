//! Sidecar files: what a site knows beside its claims, as tables.
//!
//! Comes in: CSV or tab-separated files with a header row. Goes out: rows whose every value was checked, and one
//! message for each that could not be used, with file, line and column. Reading is the same for every kind of
//! file: `table` splits, `header` knows the columns, `value` checks what stands in them. The kinds that are no more
//! than a table live here: plans of care, money spent, fees. Documented minutes are read by the same code and
//! joined to claims in a room of their own.
//!
//! Refuses a faulty row and keeps the others; refuses as a whole a file that is not UTF-8, is not CSV, or whose
//! header is wrong. Of two rows that speak of the same thing neither is used. Deliberately absent: claims, rules,
//! and any judgement of what the rows say.
//!
//! Rows are about people: no error and no `Debug` text of this room repeats an id, a name or a date.

use std::path::{Path, PathBuf};

pub mod fees;
pub mod plans;
pub mod spend;

pub(crate) mod header;
pub(crate) mod table;
pub(crate) mod value;

mod digest;
mod quotes;
mod register;

pub use fees::{Fee, Fees};
pub use plans::{Plan, PlanAnswer, Plans};
pub use spend::{Bucket, Spend, Spent};

/// Where a row stands: the file, counted from 0 in load order among those of its kind, and the line.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct RowPlace {
    /// The file; the store that gave the row says which that is.
    pub file: u32,
    /// Line of the file, counted from 1.
    pub line: u32,
}

/// What became of the files of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Files named, read or not.
    pub files: u64,
    /// Rows that can be used.
    pub rows: u64,
    /// Rows refused one by one. The rows of a file refused as a whole are not counted.
    pub faulty: u64,
    /// SHA-256 over the SHA-256 of each file that was opened, as far as it was read; zeros where none was.
    pub digest: [u8; 32],
}

impl Tally {
    /// Whether any file was named, whatever came of it.
    pub fn is_given(&self) -> bool {
        self.files > 0
    }

    /// Files, rows and faulty rows.
    #[cfg(test)]
    fn counts(&self) -> (u64, u64, u64) {
        (self.files, self.rows, self.faulty)
    }
}

/// The path of a row's file.
fn path_of(files: &[PathBuf], row: RowPlace) -> &Path {
    files.get(row.file as usize).map_or(Path::new(""), PathBuf::as_path)
}

#[cfg(test)]
mod tests;
