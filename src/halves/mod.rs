//! HALVES. One file in, its claims out in two: those that are clean, and those that are held.
//!
//! Comes in: the bytes of a file that was checked, and which of its claims are held (`verdict`). Goes out: two
//! streams of X12, each with the envelopes, levels and claims that belong in it, in the order and with the bytes of
//! the file; only numbers and counts that would be wrong otherwise are written anew (`half`, `edit`). The file is
//! read twice: once for what stands in each half, which decides whether a level has children there, and once to
//! write. What is kept meanwhile are the levels that are open and the claims that are held.
//!
//! Deliberately absent: rules, files and their names, and any guess. A file in which it is in doubt where a segment
//! belongs is refused with the byte of that segment.

pub mod course;
mod edit;
mod half;
pub mod verdict;
pub mod walk;

use std::fmt;

use crate::x12::envelope::Control;
use crate::x12::value::Cents;

/// One of the two.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    /// Claims that nothing was found in, or less than they are held for.
    Clean,
    /// Claims that are held, and what was not checked.
    Held,
}

impl Side {
    /// Both.
    pub const ALL: [Side; 2] = [Side::Clean, Side::Held];

    /// The side as a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Side::Clean => "clean",
            Side::Held => "held",
        }
    }

    /// Its place among two.
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// What stands in a half.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// Interchanges.
    pub interchanges: u64,
    /// Functional groups.
    pub groups: u64,
    /// Transaction sets.
    pub transactions: u64,
    /// CLM segments.
    pub claims: u64,
    /// The sum of CLM02, as far as it is a number.
    pub charge: Cents,
    /// ISA13 of the first interchange and of the last, as written.
    pub isa13: Option<(Control, Control)>,
}

impl Totals {
    /// Whether the counts are the same, whatever the control numbers.
    pub fn counts_as(&self, other: &Totals) -> bool {
        Totals { isa13: None, ..*self } == Totals { isa13: None, ..*other }
    }
}

/// What the first reading of a file tells.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// What will stand in each half.
    pub totals: [Totals; 2],
    /// Segments that go into neither: levels and envelopes without a claim.
    pub left_out: u64,
    /// Transaction sets that are not 837P or 837I; they are held as they are.
    pub unread_sets: u64,
    /// Claims that are held for what was found in them, as far as they were met.
    pub found: u64,
    /// Claims that were sought: offset in the clean half, and in the file.
    pub sought: Vec<(u64, u64)>,
    /// Subscribers, by the offset of their HL, of whom HL04 says something else in a half than in the file.
    turned: Vec<(u64, Side)>,
}

impl Plan {
    /// CLM segments of both halves.
    pub fn claims(&self) -> u64 {
        self.totals.iter().map(|t| t.claims).sum()
    }
}

/// Why a file is not split, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Offset of the segment.
    pub byte: u64,
    /// What stands there and what to do, in words of our own.
    pub why: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: {}", self.byte, self.why)
    }
}
