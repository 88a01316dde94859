//! What only an 837P has: SV1.

use crate::position::{ElementRef, Tag};
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::fault::FaultCode;
use crate::x12::segment::Segment;
use crate::x12::text::number;
use crate::x12::value::{Cents, Quantity};

use super::claim::Place;
use super::line::ServiceLine;
use super::record::Record;

/// Reads SV1 into a line (005010X222 loop 2400).
#[inline]
pub(super) fn sv1<'a>(segment: &Segment<'a>, place: Place, line: &mut ServiceLine<'a>, record: &mut Record) {
    let [procedure, charge, basis, units, place_of_service, _, pointers] = segment.first();
    read_procedure(segment, procedure, line);
    line.basis = Code::parse(basis);
    line.place_of_service = Code::parse(place_of_service);
    line.pointers = [0; 4];
    for (slot, pointer) in line.pointers.iter_mut().zip(segment.components(pointers)) {
        *slot = number(pointer).and_then(|n| u8::try_from(n).ok()).unwrap_or(0);
    }
    read_amounts(segment.tag, place, (2, charge), (4, units), line, record);
}

/// Reads the composite medical procedure identifier (SV101, SV202).
#[inline]
pub(super) fn read_procedure<'a>(segment: &Segment<'a>, procedure: &'a [u8], line: &mut ServiceLine<'a>) {
    let [qualifier, code, m1, m2, m3, m4, description] = segment.first_components(procedure);
    line.qualifier = Code::parse(qualifier);
    line.procedure = Code::parse(code);
    line.modifiers = Modifiers([m1, m2, m3, m4].map(Modifier::parse));
    line.description = description;
}

/// Reads charge and units, each with its element number.
#[inline]
pub(super) fn read_amounts(
    tag: Tag,
    place: Place,
    (charge_at, charge): (u8, &[u8]),
    (units_at, units): (u8, &[u8]),
    line: &mut ServiceLine<'_>,
    record: &mut Record,
) {
    line.charge = Cents::parse(charge);
    if line.charge.is_none() {
        record.in_claim(FaultCode::NotANumber, place, ElementRef::element(tag, charge_at), [0, 0]);
    }
    line.units = Quantity::parse(units);
    if line.units.is_none() {
        record.in_claim(FaultCode::NotANumber, place, ElementRef::element(tag, units_at), [0, 0]);
    }
}
