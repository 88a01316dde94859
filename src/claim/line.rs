//! A service line: what was done, how often, for how much, under which plan of care.

use crate::position::Tag;
use crate::tables::therapy::{CodeFacts, Discipline};
use crate::x12::code::{Code, Modifiers};
use crate::x12::value::{Cents, Date, Quantity};

use super::claim::{Place, Provider};

/// Loop 2400: LX with SV1 (837P) or SV2 (837I), its dates, references, notes and providers.
#[derive(Clone, Debug)]
pub struct ServiceLine<'a> {
    /// LX01 as written, or the line's order in the claim where LX is missing or not a number.
    pub number: u32,
    /// Order within the claim, counted from 1.
    pub order: u32,
    /// SV1 or SV2 (SV3 and others in guides that are not read); [`Tag::UNKNOWN`] if there is none.
    pub service: Tag,
    /// Where the service segment stands, or LX if there is none.
    pub place: Place,
    /// Procedure code (SV101-2, SV202-2).
    pub procedure: Code,
    /// Its qualifier (SV101-1, SV202-1), usually `HC`.
    pub qualifier: Code,
    /// Modifiers (SV101-3 to -6, SV202-3 to -6).
    pub modifiers: Modifiers,
    /// Free text of the code (SV101-7, SV202-7). Never to be printed.
    pub description: &'a [u8],
    /// Line charge (SV102, SV203); `None` if it is not a number.
    pub charge: Option<Cents>,
    /// Units (SV104, SV205); `None` if they are not a number.
    pub units: Option<Quantity>,
    /// Unit basis (SV103, SV204): `UN`, `MJ`, `DA`.
    pub basis: Code,
    /// Place of service of the line (SV105).
    pub place_of_service: Code,
    /// Diagnosis pointers (SV107), 1 to 12; 0 for an empty slot.
    pub pointers: [u8; 4],
    /// Revenue code (SV201).
    pub revenue: Code,
    /// First date of service (DTP*472).
    pub date: Option<Date>,
    /// Last date of service, where DTP*472 is a range (RD8); else as `date`.
    pub date_to: Option<Date>,
    /// Line item control number (REF*6R), empty if there is none.
    pub control: &'a [u8],
    /// Rendering provider of the line (NM1*82 in loop 2420), if named.
    pub rendering: Provider,
    /// Referring provider of the line (NM1*DN in loop 2420F), if named.
    pub referring: Provider,
    /// What is known of the procedure code; `None` if it is not in the therapy table, which also has codes that
    /// are no therapy.
    pub facts: Option<&'a CodeFacts>,
    /// The discipline, by modifier, code, revenue code or taxonomy, in that order.
    pub discipline: Option<Discipline>,
}

impl ServiceLine<'_> {
    /// Whether the code is therapy, always or sometimes.
    #[inline]
    pub fn is_therapy(&self) -> bool {
        self.facts.is_some_and(CodeFacts::is_therapy)
    }

    /// Whether the line's minutes enter the pool of timed 15-minute codes.
    #[inline]
    pub fn is_timed(&self) -> bool {
        self.facts.is_some_and(|f| f.pool)
    }

    /// The line's control number (REF*6R) as a checksum, to know the line again by; 0 where it has none.
    #[inline]
    pub fn control_checksum(&self) -> u32 {
        // Of a control number nothing gives 0 but one of none, or one in four thousand million.
        crc32fast::hash(self.control.trim_ascii())
    }

    /// The line charge, or nothing where it is not a number.
    #[inline]
    pub fn charge_or_zero(&self) -> Cents {
        self.charge.unwrap_or(Cents::ZERO)
    }

    pub(super) fn new(order: u32, number: u32, place: Place) -> Self {
        ServiceLine {
            number,
            order,
            place,
            service: Tag::UNKNOWN,
            procedure: Code::NONE,
            qualifier: Code::NONE,
            modifiers: Modifiers::default(),
            description: &[],
            charge: None,
            units: None,
            basis: Code::NONE,
            place_of_service: Code::NONE,
            pointers: [0; 4],
            revenue: Code::NONE,
            date: None,
            date_to: None,
            control: &[],
            rendering: Provider::default(),
            referring: Provider::default(),
            facts: None,
            discipline: None,
        }
    }
}
