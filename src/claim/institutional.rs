//! What only an 837I has: SV2, occurrence codes, the statement period.

use crate::x12::code::Code;
use crate::x12::segment::Segment;
use crate::x12::value::Date;

use super::claim::{Occurrence, Place};
use super::line::ServiceLine;
use super::professional::{read_amounts, read_procedure};
use super::record::Record;

/// Reads SV2 into a line (005010X223 loop 2400). SV202 may be absent: a line without a procedure.
#[inline]
pub(super) fn sv2<'a>(segment: &Segment<'a>, place: Place, line: &mut ServiceLine<'a>, record: &mut Record) {
    let [revenue, procedure, charge, basis, units] = segment.first();
    line.revenue = Code::parse(revenue);
    read_procedure(segment, place, (2, procedure), line, record);
    line.basis = Code::parse(basis);
    read_amounts(segment, place, (3, charge), (5, units), line, record);
}

/// Reads the components of an HI element with qualifier BH: occurrence code and date
/// (HI*BH:11:D8:20260101).
pub(super) fn occurrence([_, code, format, date]: [&[u8]; 4]) -> Occurrence {
    Occurrence { code: Code::parse(code), date: if format == b"D8" { Date::parse(date) } else { None } }
}
