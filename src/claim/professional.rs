//! What only an 837P has: SV1.

use crate::position::ElementRef;
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::fault::FaultCode;
use crate::x12::segment::Segment;
use crate::x12::value::{Cents, Quantity, digits_of_word};

use super::claim::Place;
use super::line::ServiceLine;
use super::record::Record;

/// Reads SV1 into a line (005010X222 loop 2400).
#[inline]
pub(super) fn sv1<'a>(segment: &Segment<'a>, place: Place, line: &mut ServiceLine<'a>, record: &mut Record) {
    let [procedure, charge, basis, units, place_of_service, _, pointers] = segment.first();
    read_procedure(segment.composites().first(procedure), line);
    line.basis = Code::parse(basis);
    line.place_of_service = Code::parse(place_of_service);
    line.pointers = read_pointers(pointers, segment.component_separator());
    read_amounts(segment, place, (2, charge), (4, units), line, record);
}

/// Reads diagnosis pointers (SV107): up to four numbers of one or two digits.
#[inline]
fn read_pointers(pointers: &[u8], separator: u8) -> [u8; 4] {
    let mut out = [0u8; 4];
    let mut slot = 0;
    for &b in pointers {
        match out.get_mut(slot) {
            Some(n) if b.is_ascii_digit() => *n = n.saturating_mul(10).saturating_add(b & 0x0f),
            Some(_) if b == separator => slot += 1,
            Some(n) => *n = 0,
            None => break,
        }
    }
    out
}

/// Reads the components of the composite medical procedure identifier (SV101, SV202).
#[inline]
pub(super) fn read_procedure<'a>(components: [&'a [u8]; 7], line: &mut ServiceLine<'a>) {
    let [qualifier, code, m1, m2, m3, m4, description] = components;
    line.qualifier = Code::parse(qualifier);
    line.procedure = Code::parse(code);
    line.modifiers = Modifiers([m1, m2, m3, m4].map(Modifier::parse));
    line.description = description;
}

/// Reads charge and units, each with its element number.
#[inline]
pub(super) fn read_amounts<'a>(
    segment: &Segment<'a>,
    place: Place,
    (charge_at, charge): (u8, &'a [u8]),
    (units_at, units): (u8, &'a [u8]),
    line: &mut ServiceLine<'a>,
    record: &mut Record,
) {
    line.charge = whole(segment, charge).map(|n| Cents(n * 100)).or_else(|| Cents::parse(charge));
    if line.charge.is_none() {
        record.in_claim(FaultCode::NotANumber, place, ElementRef::element(segment.tag(), charge_at), [0, 0]);
    }
    line.units = whole(segment, units).map(Quantity::whole).or_else(|| Quantity::parse(units));
    if line.units.is_none() {
        record.in_claim(FaultCode::NotANumber, place, ElementRef::element(segment.tag(), units_at), [0, 0]);
    }
}

/// An amount that is a few digits and nothing else, as most are.
#[inline(always)]
fn whole<'a>(segment: &Segment<'a>, amount: &'a [u8]) -> Option<i64> {
    digits_of_word(segment.word(amount)?, amount.len()).map(i64::from)
}
