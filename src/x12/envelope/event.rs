//! Envelope segments as a worker passes them: what they say, without what is open.

use crate::position::ElementRef;
use crate::x12::code::Code;
use crate::x12::fault::FaultCode;
use crate::x12::segment::Segment;
use crate::x12::text::{Text, number};

use super::Control;
use super::parties::Parties;

/// The envelope segments and, at the end of each piece, what was tolerated in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// An interchange begins.
    Isa {
        /// ISA13; empty if the interchange has no ISA.
        control: Control,
        /// ISA05 to ISA08.
        parties: Parties,
        /// ISA15.
        usage: u8,
    },
    /// An interchange ends.
    Iea {
        /// IEA01.
        groups: Option<u64>,
        /// IEA02.
        control: Control,
    },
    /// A functional group begins.
    Gs {
        /// GS01.
        functional: Code,
        /// GS06.
        control: Control,
    },
    /// A functional group ends.
    Ge {
        /// GE01.
        sets: Option<u64>,
        /// GE02.
        control: Control,
    },
    /// A transaction set begins.
    St {
        /// ST01.
        set: Code,
        /// ST02.
        control: Control,
        /// Whether claims are read from it.
        in_scope: bool,
    },
    /// A transaction set ends.
    Se {
        /// SE01.
        segments: Option<u64>,
        /// SE02.
        control: Control,
        /// Empty segments of the transaction set in this chunk, which some writers count.
        empty: u64,
    },
    /// Bytes that belong to no interchange, or to a segment longer than any can be.
    Skipped {
        /// Why.
        code: FaultCode,
        /// How many.
        bytes: u64,
    },
    /// Something was read through: how often in this piece.
    Tolerated {
        /// What.
        code: FaultCode,
        /// How often.
        count: u64,
        /// Where in the segment the first of them is; `None` where the place of the first tells nothing.
        at: Option<ElementRef>,
    },
}

/// An envelope segment and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// Offset of the segment in the file.
    pub byte: u64,
    /// Its number since the start of the chunk.
    pub segment: u32,
    /// Claims of the chunk before it.
    pub claims: u64,
    /// What it is.
    pub mark: Mark,
}

impl Event {
    /// Whether it is an envelope segment that stands at an offset or before it.
    pub(super) fn is_before(&self, byte: u64) -> bool {
        self.byte <= byte && !matches!(self.mark, Mark::Tolerated { .. } | Mark::Skipped { .. })
    }
}

/// Reads GS01 and GS06 (and GS08 for the caller).
pub fn gs<'a>(segment: &Segment<'a>) -> (Mark, &'a [u8]) {
    let [functional, _, _, _, _, control, _, version] = segment.first();
    (Mark::Gs { functional: Code::parse(functional), control: Text::new(control) }, version)
}

/// Reads ST01, ST02 and ST03.
pub fn st<'a>(segment: &Segment<'a>) -> (Code, Control, &'a [u8]) {
    let [set, control, guide] = segment.first();
    (Code::parse(set), Text::new(control), guide)
}

/// Reads a trailer: its count and its control number.
pub fn trailer(segment: &Segment<'_>) -> (Option<u64>, Control) {
    let [count, control] = segment.first();
    (number(count), Text::new(control))
}
