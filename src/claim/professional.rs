//! What only an 837P has: SV1.

use crate::position::ElementRef;
use crate::x12::code::{Code, Modifier, Modifiers, plain_procedure};
use crate::x12::fault::FaultCode;
use crate::x12::segment::Segment;
use crate::x12::value::{Cents, Quantity};

use super::claim::Place;
use super::line::ServiceLine;
use super::record::Record;

/// Reads SV1 into a line (005010X222 loop 2400).
#[inline]
pub(super) fn sv1<'a>(segment: &Segment<'a>, place: Place, line: &mut ServiceLine<'a>, record: &mut Record) {
    let [procedure, charge, basis, units, place_of_service, _, pointers] = segment.first();
    read_procedure(segment, place, (1, procedure), line, record);
    line.basis = Code::parse(basis);
    line.place_of_service = Code::parse(place_of_service);
    line.pointers = read_pointers(pointers, segment.component_separator());
    read_amounts(segment, place, (2, charge), (4, units), line, record);
}

/// Reads diagnosis pointers (SV107): up to four numbers of one or two digits.
#[inline]
fn read_pointers(pointers: &[u8], separator: u8) -> [u8; 4] {
    // Put together in a register: bytes of an array written one by one and read at once are waited for.
    let (mut all, mut pointer, mut shift) = (0, 0u8, 0);
    for &b in pointers {
        if b.is_ascii_digit() {
            pointer = pointer.saturating_mul(10).saturating_add(b & 0x0f);
        } else if b == separator {
            all |= u32::from(pointer) << shift;
            (pointer, shift) = (0, shift + u8::BITS);
            if shift == u32::BITS {
                return all.to_le_bytes();
            }
        } else {
            pointer = 0;
        }
    }
    (all | u32::from(pointer) << shift).to_le_bytes()
}

/// Components of the composite medical procedure identifier (C003, version 005010).
const COMPONENTS: usize = 8;

/// Reads the composite medical procedure identifier (SV101, SV202).
#[inline]
pub(super) fn read_procedure<'a>(
    segment: &Segment<'a>,
    place: Place,
    (at, procedure): (u8, &'a [u8]),
    line: &mut ServiceLine<'a>,
    record: &mut Record,
) {
    if let Some(plain) = plain_procedure(procedure, segment.component_separator()) {
        (line.qualifier, line.procedure, line.modifiers) = plain;
        return;
    }
    let [qualifier, code, m1, m2, m3, m4, description] = segment.composites().first(procedure);
    line.qualifier = Code::parse(qualifier);
    line.procedure = Code::parse(code);
    line.modifiers = Modifiers([m1, m2, m3, m4].map(Modifier::parse));
    line.description = description;
    let components = segment.composites().of(procedure).count();
    if components > COMPONENTS {
        let at = ElementRef::component(segment.tag(), at, 9);
        record.in_claim(FaultCode::TooManyElements, place, at, [components as u64, COMPONENTS as u64]);
    }
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
    line.charge = segment.whole(charge).map(|n| Cents(i64::from(n) * 100)).or_else(|| Cents::parse(charge));
    if line.charge.is_none() {
        record.in_claim(FaultCode::NotANumber, place, ElementRef::element(segment.tag(), charge_at), [0, 0]);
    }
    line.units = segment.whole(units).map(|n| Quantity::whole(n.into())).or_else(|| Quantity::parse(units));
    if line.units.is_none() {
        record.in_claim(FaultCode::NotANumber, place, ElementRef::element(segment.tag(), units_at), [0, 0]);
    }
}

/// Reads an amount of money (CLM02, SV102, SV203), mostly of whole dollars.
#[inline]
pub(super) fn read_charge<'a>(segment: &Segment<'a>, charge: &'a [u8]) -> Option<Cents> {
    segment.whole(charge).map(|n| Cents(i64::from(n) * 100)).or_else(|| Cents::parse(charge))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_four_numbers_whatever_stands_there() {
        for (text, want) in [
            ("", [0, 0, 0, 0]),
            ("1", [1, 0, 0, 0]),
            ("1:2:3:4", [1, 2, 3, 4]),
            ("12::3", [12, 0, 3, 0]),
            ("1:2:3:4:5", [1, 2, 3, 4]),
            (":::9:", [0, 0, 0, 9]),
            ("999:1", [255, 1, 0, 0]),
            ("A:1B:B2", [0, 0, 2, 0]),
        ] {
            assert_eq!(read_pointers(text.as_bytes(), b':'), want, "{text}");
        }
    }
}
