//! A therapy day: all timed lines of one patient, date, billing provider and discipline, whatever claims of
//! the run they stand on.
//!
//! Plain data. Workers emit one [`DayLine`] a timed line; the grouping stage of the scan puts them together.

use crate::minutes::Source;
use crate::position::Tag;
use crate::x12::code::{Code, Modifiers};
use crate::x12::value::{Cents, Date, Quantity};

use super::policy::Policy;

/// Which claim of the run: chunk number, and row among the chunk's claims kept for the report.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ClaimRef {
    /// Chunk number, counted over all files of the run.
    pub chunk: u32,
    /// Row within the chunk.
    pub row: u32,
}

/// A place as claims have it (see `claim::claim::Place`).
pub use crate::claim::claim::Place;

/// A timed service line, as far as counting units needs it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayLine {
    /// The claim.
    pub claim: ClaimRef,
    /// LX01.
    pub number: u32,
    /// Order within the claim.
    pub order: u32,
    /// SV1 or SV2.
    pub service: Tag,
    /// Where the service segment stands.
    pub place: Place,
    /// Procedure code.
    pub code: Code,
    /// Modifiers.
    pub modifiers: Modifiers,
    /// Units billed; none if they are not a number.
    pub units: Option<Quantity>,
    /// Line charge.
    pub charge: Cents,
    /// Documented minutes.
    pub minutes: Option<u32>,
    /// Where they come from.
    pub source: Option<Source>,
    /// Documented timed minutes of the visit.
    pub visit_timed: Option<u32>,
    /// Documented treatment minutes of the visit.
    pub visit_treatment: Option<u32>,
}

/// The lines of one patient, date, billing provider and discipline.
pub struct TherapyDay<'d> {
    /// The date of service.
    pub date: Date,
    /// The lines, in the order of the input. Lines of void and replaced claims are not among them.
    pub lines: &'d [DayLine],
    /// Whether the day has timed lines of claims that no minutes are known for; their units are in
    /// `other_units`.
    pub has_undocumented: bool,
    /// Units of those lines.
    pub other_units: Quantity,
    /// What the payer of the day's first line wants.
    pub policy: &'d Policy,
}
