//! The table file: what an import leaves and a scan opens. One compact file, versioned and checked, of which a
//! scan takes only what its codes need.
//!
//! All numbers are little-endian. Sections follow each other without gaps:
//!
//! | section | what stands there |
//! |---|---|
//! | head | 8 bytes `MAGIC`, `u32` `FORMAT`, `u32` CRC-32 of all that follows, `u64` length of the file, 9 × `u64` lengths of the sections |
//! | sources | JSON: file names, digests, rows |
//! | tables | 6 bytes each: kind (0 pairs, 1 limits), setting (0 practitioner, 1 hospital), `u16` year, quarter 1 to 4, 0 |
//! | codes | 5 bytes each, ascending |
//! | dates | `u32` CCYYMMDD each, ascending |
//! | windows, twice: practitioner, hospital | `u32` for each code and one more: where its windows as column 1 begin; then 7 bytes a window: `u16` column 2, `u16` first date, `u16` last date, table and 128 if a modifier may bypass it |
//! | limits | for each table of limits `u32` how many, then 7 bytes each: `u16` code, `u32` value, indicator |
//!
//! A date is its number plus one; 0 as first date is before 1996, 65535 as last date is active. The two parts of
//! a window section count as a section each.
//!
//! Deliberately absent: any repair. A file that is cut off or altered is refused; importing again makes a new
//! one.

mod read;
mod write;

use serde::{Deserialize, Serialize};

use crate::x12::code::Code;
use crate::x12::value::Date;

use super::Setting;
use super::quarter::Quarter;

pub use read::open;

/// The first bytes: a byte no text has, the name, and line ends that a transfer as text would change.
const MAGIC: [u8; 8] = *b"\x89CLT\r\n\x1a\n";
/// Version of the format.
const FORMAT: u32 = 1;
/// Sections behind the head.
const SECTIONS: usize = 9;
/// Length of the head.
const HEAD: usize = 8 + 4 + 4 + 8 + 8 * SECTIONS;
/// Where what the check sum covers begins.
const CHECKED_FROM: usize = 16;

/// First date of a window older than the tables.
pub(super) const BEFORE_1996: u16 = 0;
/// Last date of an active window.
pub(super) const ACTIVE: u16 = u16::MAX;

/// A file that an import read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Source {
    /// Its name without directories; for an archive the member's behind it.
    pub file: String,
    /// SHA-256 of the file, of the whole archive for a member, in hexadecimal.
    pub sha256: String,
    /// Whether it holds unit limits; pairs otherwise.
    pub limits: bool,
    /// `practitioner` or `hospital`.
    pub setting: String,
    /// As `2026Q1`.
    pub quarter: String,
    /// Rows read.
    pub rows: u64,
    /// Of these, edits that were never in force.
    pub never_in_force: u64,
}

/// All a table file holds.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) sources: Vec<Source>,
    pub(super) tables: Vec<TableId>,
    /// Ascending; rows name them by number.
    pub(super) codes: Vec<Code>,
    /// Ascending; rows name them by number plus one.
    pub(super) dates: Vec<Date>,
    /// Practitioner and hospital, by pair.
    pub(super) windows: [Vec<Window>; 2],
    /// By table; empty for tables of pairs.
    pub(super) limits: Vec<Vec<Limit>>,
}

/// A table of a quarter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TableId {
    /// Whether it holds unit limits; pairs otherwise.
    pub(super) limits: bool,
    pub(super) setting: Setting,
    pub(super) quarter: Quarter,
}

/// A window of a pair, by numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Window {
    pub(super) column1: u16,
    pub(super) column2: u16,
    pub(super) begin: u16,
    pub(super) last: u16,
    /// At most 127.
    pub(super) table: u8,
    pub(super) bypass: bool,
}

/// The limit of a code, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Limit {
    pub(super) code: u16,
    pub(super) value: u32,
    pub(super) mai: u8,
}

#[cfg(test)]
mod tests;
