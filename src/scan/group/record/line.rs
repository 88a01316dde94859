//! A service line in a row: some thirty bytes where its figures are as small as they mostly are, and integers of any
//! length where they are not.

use crate::claim::claim::Place;
use crate::minutes::{LineMinutes, RowId, Said, Source};
use crate::position::Tag;
use crate::rules::day::{Beside, ClaimRef, DayLine, OnFile};
use crate::rules::marks::Marks;
use crate::tables::Tables;
use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::value::{Cents, Date, Npi, Quantity};

use super::super::bytes::{Reader, Writer};
use super::{Taken, date};

const SV1: Tag = Tag::of(b"SV1");
pub(super) const SV2: Tag = Tag::of(b"SV2");

/// What a line is told by its difference from.
#[derive(Clone, Copy)]
pub(super) struct Before {
    pub(super) place: Place,
    /// The date as a number.
    pub(super) date: u32,
    pub(super) rendering: Option<Npi>,
}

impl Before {
    pub(super) fn after(line: &DayLine<'_>) -> Before {
        Before { place: line.place, date: line.date.number(), rendering: line.rendering }
    }
}

/// What the first byte of a line says beside its discipline.
mod form {
    /// SV2 and not SV1.
    pub(super) const SV2: u8 = 1;
    /// Where the discipline stands.
    pub(super) const DISCIPLINE: u8 = 1;
    /// Its units are not a number.
    pub(super) const NO_UNITS: u8 = 1 << 3;
    /// The rendering provider is that of the line before.
    pub(super) const SAME: u8 = 1 << 4;
    /// The line does not fit the short form.
    pub(super) const LONG: u8 = 1 << 5;
    /// Minutes are known of it, or files beside the claims say something.
    pub(super) const MORE: u8 = 1 << 6;
}

/// What is added to differences of places, so that small ones below zero are small too.
const SEGMENT_BIAS: u32 = 1 << 7;
const BYTE_BIAS: u64 = 1 << 15;

/// Bytes a line of the short form has at most, and those of it that every line has.
const SHORT: usize = 40;
const EVERY: usize = 25;

/// Writes a line: in some thirty bytes, if its figures are as small as they mostly are.
#[inline]
pub(super) fn write_line(log: &mut Vec<u8>, line: &DayLine<'_>, before: &Before) {
    // Lines of a day do not stand as they do in the claim.
    let segment = line.place.segment.wrapping_sub(before.place.segment).wrapping_add(SEGMENT_BIAS);
    let byte = line.place.byte.wrapping_sub(before.place.byte).wrapping_add(BYTE_BIAS);
    let date = line.date.number().wrapping_sub(before.date);
    let (code, charge, marks) = (line.code.packed(), line.charge.0 as u64, line.marks.of_line_alone());
    let units = line.units.map_or(0, |q| q.0 as u64);
    let modifiers = line.modifiers.0.iter().rev().fold(0u64, |all, m| all << 16 | u64::from(m.packed()));
    let discipline = line.discipline.map_or(0, |d| d as u8 + 1) << form::DISCIPLINE;
    let more = !(line.known.is_nothing() && line.on_file.is_nothing());
    let flag = |on: bool, flag: u8| if on { flag } else { 0 };
    let mut flags = discipline
        | flag(line.service == SV2, form::SV2)
        | flag(line.units.is_none(), form::NO_UNITS)
        | flag(more, form::MORE);
    let is_small = u64::from(segment | line.order) >> 8 == 0
        && (byte | u64::from(date) | units) >> 16 == 0
        && charge >> 32 == 0
        && code << 40 == 0
        && line.number == line.order;
    if is_small {
        let same = line.rendering == before.rendering;
        flags |= flag(same, form::SAME);
        let used = (u64::BITS - modifiers.leading_zeros()).div_ceil(16);
        let rendering = line.rendering.map_or(0, |npi| npi.number() + 1);
        let words = [
            u64::from(flags)
                | u64::from(line.order) << 8
                | u64::from(segment) << 16
                | byte << 24
                | u64::from(date) << 40
                | u64::from(used) << 56,
            code >> 24 | units << 40,
            charge | u64::from(line.control) << 32,
            u64::from(marks) | rendering << 16,
        ];
        let start = log.len();
        log.resize(start + SHORT, 0);
        let bytes = log.get_mut(start..).unwrap_or_default();
        // Each word is written whole, and what it has too many of is written over by the next.
        let ends = [8, 15, 23, if same { EVERY } else { EVERY + 5 }];
        let mut at = 0;
        for (word, end) in words.into_iter().zip(ends) {
            if let Some(slot) = bytes.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
                *slot = word.to_le_bytes();
            }
            at = end;
        }
        if let Some(slot) = bytes.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            *slot = modifiers.to_le_bytes();
        }
        log.truncate(start + at + 2 * used as usize);
    } else {
        log.push(flags | form::LONG);
        let out = &mut Writer::new(log);
        out.put(line.order.into());
        out.put(line.number.into());
        out.put_signed(byte.wrapping_sub(BYTE_BIAS) as i64);
        out.put_signed(i64::from(segment.wrapping_sub(SEGMENT_BIAS) as i32));
        out.put(line.date.number().into());
        out.put(code.swap_bytes());
        out.put(modifiers);
        out.put_signed(line.units.map_or(0, |q| q.0));
        out.put_signed(line.charge.0);
        out.put_option(line.rendering.map(Npi::number));
        out.put(line.control.into());
        out.put(marks.into());
        out.flush();
    }
    if more {
        let out = &mut Writer::new(log);
        write_known(out, &line.known);
        write_on_file(out, &line.on_file);
        out.flush();
    }
}

pub(super) fn write_known(out: &mut Writer<'_>, known: &LineMinutes) {
    if *known == LineMinutes::default() {
        out.put(0);
        return;
    }
    out.put(1);
    // Taken apart by name, so that a field more is seen here.
    let LineMinutes {
        minutes,
        source,
        assistant,
        concurrent,
        group,
        span,
        visit_timed,
        visit_treatment,
        visit_span,
        row,
        visit_row,
        conflict,
        disputed,
        timed_disputed,
        treatment_disputed,
    } = *known;
    for figure in [minutes, assistant, concurrent, span, visit_timed, visit_treatment, visit_span] {
        out.put_option(figure.map(u64::from));
    }
    for row in [row, visit_row] {
        out.put_option(row.map(|RowId(n)| n.into()));
    }
    for said in [disputed, timed_disputed, treatment_disputed] {
        out.put_option(said.map(|s| u64::from(s.minutes) << 2 | s.source as u64));
    }
    out.put(source.map_or(0, |s| s as u64 + 1));
    out.put(group.map_or(0, |g| u64::from(g) + 1));
    out.put(conflict.into());
}

fn write_on_file(out: &mut Writer<'_>, on_file: &OnFile) {
    if *on_file == OnFile::default() {
        out.put(0);
        return;
    }
    out.put(1);
    let OnFile { fee, spent, spent_as_of, noted } = *on_file;
    for money in [fee, spent] {
        out.put_option(money.and_then(|m| u64::try_from(m.0).ok()));
    }
    for day in [spent_as_of, noted] {
        out.put_option(day.map(|d| d.number().into()));
    }
}

pub(super) fn read_line<'t>(
    reader: &mut Reader<'_>,
    before: &Before,
    tables: &'t Tables,
) -> Option<DayLine<'t>> {
    let (first, rest) = reader.0.split_first()?;
    let flags = *first;
    let no_number = flags & form::NO_UNITS != 0;
    let mut line;
    if flags & form::LONG == 0 {
        let mut at = Taken(rest);
        let [order, segment] = at.take::<2>().map(u32::from);
        let byte = at.part::<2>();
        let number = before.date.wrapping_add(at.part::<2>() as u32);
        let [used] = at.take();
        let (code, units) = (at.part::<5>() << 24, at.part::<2>());
        let (charge, control, marks) = (at.u32(), at.u32(), u16::from_le_bytes(at.take()));
        let rendering = match flags & form::SAME {
            0 => at.part::<5>().checked_sub(1).and_then(Npi::from_number),
            _ => before.rendering,
        };
        line = empty_line(Code::from_packed(code), date(number.into())?, marks, tables);
        (line.order, line.number) = (order, order);
        line.place.byte = before.place.byte.wrapping_add(byte).wrapping_sub(BYTE_BIAS);
        line.place.segment = before.place.segment.wrapping_add(segment).wrapping_sub(SEGMENT_BIAS);
        line.units = Some(Quantity(units as i64));
        (line.charge, line.control, line.rendering) = (Cents(charge.into()), control, rendering);
        for slot in line.modifiers.0.iter_mut().take(used.into()) {
            *slot = Modifier::from_packed(u16::from_le_bytes(at.take()));
        }
        reader.0 = at.0;
    } else {
        reader.0 = rest;
        let (order, number) = (reader.get_u32(), reader.get_u32());
        let (byte, segment) = (reader.get_signed(), reader.get_signed());
        let date = date(reader.get())?;
        let (code, modifiers) = (Code::from_packed(reader.get().swap_bytes()), reader.get());
        let (units, charge) = (reader.get_signed(), Cents(reader.get_signed()));
        let rendering = reader.get_option().and_then(Npi::from_number);
        let control = reader.get_u32();
        line = empty_line(code, date, reader.get() as u16, tables);
        (line.order, line.number) = (order, number);
        line.place.byte = before.place.byte.wrapping_add_signed(byte);
        line.place.segment = before.place.segment.wrapping_add_signed(segment as i32);
        line.units = Some(Quantity(units));
        (line.charge, line.control, line.rendering) = (charge, control, rendering);
        let slot = |n: usize| Modifier::from_packed((modifiers >> (16 * n)) as u16);
        line.modifiers = Modifiers(std::array::from_fn(slot));
    }
    line.units = line.units.filter(|_| !no_number);
    line.service = if flags & form::SV2 != 0 { SV2 } else { SV1 };
    let discipline = usize::from(flags >> form::DISCIPLINE & 3).wrapping_sub(1);
    line.discipline = Discipline::ALL.get(discipline).copied();
    if flags & form::MORE != 0 {
        (line.known, line.on_file) = (Beside::own(read_known(reader)), Beside::own(read_on_file(reader)));
    }
    Some(line)
}

/// A line of which nothing is known but its code, its date and its marks.
pub(super) fn empty_line(code: Code, date: Date, marks: u16, tables: &Tables) -> DayLine<'_> {
    let facts = tables.therapy.get(code);
    DayLine {
        claim: ClaimRef::default(),
        frequency: 0,
        number: 0,
        order: 0,
        service: SV1,
        place: Place::default(),
        date,
        code,
        facts,
        modifiers: Modifiers::default(),
        control: 0,
        units: None,
        charge: Cents::ZERO,
        discipline: None,
        rendering: None,
        known: Beside::Nothing,
        on_file: Beside::Nothing,
        marks: Marks::of_code_and_line(code, facts, marks),
    }
}

pub(super) fn read_known(reader: &mut Reader<'_>) -> LineMinutes {
    if reader.get() == 0 {
        return LineMinutes::default();
    }
    const SOURCES: [Source; 4] =
        [Source::SidecarLine, Source::SidecarVisit, Source::LineNote, Source::ClaimNote];
    let small = |n: u64| u32::try_from(n).ok();
    let [minutes, assistant, concurrent, span, visit_timed, visit_treatment, visit_span] =
        std::array::from_fn(|_| reader.get_option().and_then(small));
    let [row, visit_row] = std::array::from_fn(|_| reader.get_option().and_then(small).map(RowId));
    let [disputed, timed_disputed, treatment_disputed] = std::array::from_fn(|_| {
        let packed = reader.get_option()?;
        let source = *SOURCES.get((packed & 3) as usize)?;
        Some(Said { minutes: small(packed >> 2)?, source })
    });
    LineMinutes {
        minutes,
        source: reader.get_option().and_then(|n| SOURCES.get(n as usize).copied()),
        assistant,
        concurrent,
        group: reader.get_option().map(|g| g == 1),
        span,
        visit_timed,
        visit_treatment,
        visit_span,
        row,
        visit_row,
        conflict: reader.get() == 1,
        disputed,
        timed_disputed,
        treatment_disputed,
    }
}

fn read_on_file(reader: &mut Reader<'_>) -> OnFile {
    if reader.get() == 0 {
        return OnFile::default();
    }
    let [fee, spent] =
        std::array::from_fn(|_| reader.get_option().and_then(|n| i64::try_from(n).ok()).map(Cents));
    let [spent_as_of, noted] = std::array::from_fn(|_| reader.get_option().and_then(date));
    OnFile { fee, spent, spent_as_of, noted }
}
