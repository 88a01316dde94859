//! A claim's therapy lines as a row of bytes: all that rules about days need, should another claim turn out to
//! share a day with it.
//!
//! A worker writes one for each claim; few are ever read back. Rows of a chunk stand in one section, with the
//! envelopes they are in at its head.

use std::ops::Range;

use crate::claim::claim::{Claim, Form, Place};
use crate::claim::context::{Context, Payer};
use crate::minutes::{LineMinutes, RowId, Said, Source};
use crate::position::Tag;
use crate::rules::day::{ClaimRef, DayLine, OnFile};
use crate::rules::marks::Marks;
use crate::rules::policy::PolicyId;
use crate::rules::worth::Worth;
use crate::tables::Tables;
use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::envelope::Standing;
use crate::x12::value::{Cents, Date, Npi, Quantity};

use super::bytes::{Reader, Writer};

const SV1: Tag = Tag::of(b"SV1");
const SV2: Tag = Tag::of(b"SV2");

/// The head of a claim's row.
#[derive(Clone, Debug)]
pub(crate) struct Head<'b> {
    pub claim: ClaimRef,
    pub id: &'b [u8],
    pub payer_id: &'b [u8],
    pub payer_name: &'b [u8],
    pub form: Form,
    pub frequency: u8,
    pub secondary: bool,
    /// Whether the hierarchy above it is in doubt.
    pub suspect: bool,
    pub byte: u64,
    pub charge: Cents,
    pub lines: u32,
    /// What its therapy lines come to by the fees known; `None` if none is.
    pub worth: Option<Cents>,
    pub date: Option<Date>,
    pub policy: PolicyId,
    pub billing: Option<Npi>,
    /// The patient, as a digest.
    pub patient: u64,
    /// The day its transaction set was made (BHT04).
    pub created: Option<Date>,
    pub standing: Standing,
}

/// A claim of a chunk, and what was decided of it.
pub(super) struct Of<'c, 'a> {
    /// Claim within the chunk, counted from 0.
    pub ordinal: u32,
    /// Envelope events of the chunk before it.
    pub events: u32,
    pub claim: &'c Claim<'a>,
    pub context: &'c Context,
    pub policy: PolicyId,
    pub secondary: bool,
    /// Number of its payer in the section.
    pub payer: u32,
}

/// Bytes of a row before its claim id.
const HEAD: usize = 72;

/// Writes a claim's row. What every claim has stands where it stands in all rows: a worker writes one for each claim, and
/// integers of a fixed length are written without a look at them.
pub(super) fn write(log: &mut Vec<u8>, of: &Of<'_, '_>, lines: &[DayLine<'_>]) {
    let Of { ordinal, events, claim, context, policy, secondary, payer } = *of;
    let start = log.len();
    let institutional = u8::from(claim.form == Form::Institutional);
    let suspect = u8::from(context.is_suspect());
    let id = short(claim.id);
    let date = claim.first_date().map_or(0, Date::number);
    let mut head = [0; HEAD];
    let mut at = Cursor(&mut head);
    // The length of the row is put in at the end.
    at.put(0u32.to_le_bytes());
    at.put(ordinal.to_le_bytes());
    at.put(events.to_le_bytes());
    at.put(claim.place.byte.to_le_bytes());
    at.put(claim.place.segment.to_le_bytes());
    at.put(claim.charge.unwrap_or_default().0.to_le_bytes());
    at.put((claim.lines.len() as u32).to_le_bytes());
    at.put((lines.len() as u32).to_le_bytes());
    at.put(date.to_le_bytes());
    at.put((context.patient as u64).to_le_bytes());
    at.put(payer.to_le_bytes());
    at.put(policy.0.to_le_bytes());
    at.put([claim.frequency << 3 | suspect << 2 | u8::from(secondary) << 1 | institutional]);
    at.put([id.len() as u8]);
    at.put(context.billing.npi.map_or(0, Npi::number).to_le_bytes());
    at.put(context.created.map_or(0, Date::number).to_le_bytes());
    log.extend_from_slice(&head);
    log.extend_from_slice(id);
    let mut before = Before { place: claim.place, date, rendering: None };
    for line in lines {
        write_line(log, line, &before);
        before = Before::after(line);
    }
    let len = u32::try_from(log.len() - start).unwrap_or(u32::MAX);
    if let Some(slot) = log.get_mut(start..).and_then(<[u8]>::first_chunk_mut) {
        *slot = len.to_le_bytes();
    }
}

/// No id is longer; what is longer is cut.
fn short(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.trim_ascii();
    &bytes[..bytes.len().min(255)]
}

/// Where the next bytes go.
struct Cursor<'b>(&'b mut [u8]);

impl Cursor<'_> {
    #[inline(always)]
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some((slot, rest)) = std::mem::take(&mut self.0).split_first_chunk_mut() {
            *slot = bytes;
            self.0 = rest;
        }
    }
}

/// What a line is told by its difference from.
#[derive(Clone, Copy)]
struct Before {
    place: Place,
    /// The date as a number.
    date: u32,
    rendering: Option<Npi>,
}

impl Before {
    fn after(line: &DayLine<'_>) -> Before {
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
fn write_line(log: &mut Vec<u8>, line: &DayLine<'_>, before: &Before) {
    // Lines of a day do not stand as they do in the claim.
    let segment = line.place.segment.wrapping_sub(before.place.segment).wrapping_add(SEGMENT_BIAS);
    let byte = line.place.byte.wrapping_sub(before.place.byte).wrapping_add(BYTE_BIAS);
    let date = line.date.number().wrapping_sub(before.date);
    let (code, charge, marks) = (line.code.packed(), line.charge.0 as u64, line.marks.of_line_alone());
    let units = line.units.map_or(0, |q| q.0 as u64);
    let modifiers = line.modifiers.0.iter().rev().fold(0u64, |all, m| all << 16 | u64::from(m.packed()));
    let discipline = line.discipline.map_or(0, |d| d as u8 + 1) << form::DISCIPLINE;
    let more = line.known != LineMinutes::default() || line.on_file != OnFile::default();
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
        let mut bytes = [0; SHORT];
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
        let start = log.len();
        log.extend_from_slice(&bytes);
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

fn write_known(out: &mut Writer<'_>, known: &LineMinutes) {
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

/// Writes what the rows of a section have in common: the envelopes they are in, each with the first event it holds after,
/// and behind them the payers, as [`write_payer`] wrote them.
pub(super) fn write_commons(log: &mut Vec<u8>, standings: &[Standing], payers: &[u8]) {
    let out = &mut Writer::new(log);
    let changes = || {
        let differs = |n: usize| n == 0 || standings[n] != standings[n - 1];
        standings.iter().enumerate().filter(move |(n, _)| differs(*n))
    };
    out.put(changes().count() as u64);
    for (n, standing) in changes() {
        out.put(n as u64);
        for number in [standing.interchange, standing.group, standing.transaction] {
            out.put(number.into());
        }
        for control in [&standing.isa13, &standing.gs06, &standing.st02] {
            out.put_text(control.as_bytes());
        }
        out.put_signed(standing.base());
    }
    out.flush();
    log.extend_from_slice(payers);
}

/// Writes a payer.
pub(super) fn write_payer(log: &mut Vec<u8>, payer: &Payer) {
    let out = &mut Writer::new(log);
    out.put_text(short(payer.id.as_bytes()));
    out.put_text(short(payer.name.as_bytes()));
    out.flush();
}

/// What the rows of a section have in common.
pub(super) struct Commons {
    /// The envelopes, each with the first event it holds after.
    standings: Vec<(u32, Standing)>,
    /// Ids and names of payers, end to end.
    texts: Box<[u8]>,
    payers: Vec<[Range<usize>; 2]>,
}

impl Commons {
    /// Reads what stands behind the rows of a section.
    pub(super) fn read(bytes: &[u8]) -> Commons {
        let mut reader = Reader(bytes);
        let count = reader.get();
        let standing = |_| {
            let from = reader.get_u32();
            let counted = std::array::from_fn(|_| reader.get_u32());
            let controls = std::array::from_fn(|_| reader.get_text());
            (from, Standing::from_parts(counted, controls, reader.get_signed()))
        };
        let standings = (0..count.min(bytes.len() as u64)).map(standing).collect();
        let texts = reader.0;
        let mut payers = Vec::new();
        while !reader.0.is_empty() {
            payers.push(std::array::from_fn(|_| {
                let len = reader.get_text().len();
                let end = texts.len() - reader.0.len();
                end - len..end
            }));
        }
        Commons { standings, texts: texts.into(), payers }
    }

    fn after(&self, events: u32) -> Standing {
        let known = self.standings.partition_point(|(from, _)| *from <= events);
        known.checked_sub(1).and_then(|n| self.standings.get(n)).map(|(_, s)| *s).unwrap_or_default()
    }

    /// A payer's id and name.
    fn payer(&self, number: u32) -> [&[u8]; 2] {
        let text = |range: &Range<usize>| self.texts.get(range.clone()).unwrap_or_default();
        self.payers.get(number as usize).map_or([&[]; 2], |ranges| ranges.each_ref().map(text))
    }
}

/// The most bytes of a row that are read before its length is known.
pub(super) const GLANCE: usize = 1024;

/// The length of a row, by its first bytes.
pub(super) fn length(bytes: &[u8]) -> usize {
    bytes.first_chunk().map_or(0, |len| u32::from_le_bytes(*len) as usize)
}

/// Reads a row; its lines are appended to `lines`.
pub(super) fn read<'b, 't>(
    bytes: &'b [u8],
    chunk: u32,
    commons: &'b Commons,
    tables: &'t Tables,
    lines: &mut Vec<DayLine<'t>>,
) -> Head<'b> {
    let mut at = Taken(bytes.get(4..).unwrap_or_default());
    let claim = ClaimRef { chunk, claim: at.u32() };
    let standing = commons.after(at.u32());
    let place = Place { byte: at.u64(), segment: at.u32() };
    let charge = Cents(at.u64() as i64);
    let (all_lines, count, first_date) = (at.u32(), at.u32(), at.u32());
    let (patient, [payer_id, payer_name]) = (at.u64(), commons.payer(at.u32()));
    let policy = PolicyId(u16::from_le_bytes(at.take()));
    let [first, id_len] = at.take();
    let (billing, created) = (Npi::from_number(at.u64()), date(at.u32().into()));
    let (id, rest) = at.0.split_at(usize::from(id_len).min(at.0.len()));
    let mut reader = Reader(rest);
    let mut head = Head {
        claim,
        form: if first & 1 == 1 { Form::Institutional } else { Form::Professional },
        secondary: first & 2 == 2,
        suspect: first & 4 == 4,
        frequency: first >> 3,
        byte: place.byte,
        charge,
        lines: all_lines,
        worth: None,
        date: date(first_date.into()),
        policy,
        billing,
        patient,
        created,
        id,
        payer_id,
        payer_name,
        standing,
    };
    let mut before = Before { place, date: first_date, rendering: None };
    let first_line = lines.len();
    for _ in 0..count {
        let Some(mut line) = read_line(&mut reader, &before, tables) else { break };
        before = Before::after(&line);
        (line.claim, line.frequency) = (claim, head.frequency);
        lines.push(line);
    }
    for line in &mut lines[first_line..] {
        line.place.segment = standing.ordinal(line.place.segment);
        let worth = Worth::of(&tables.rates, line.code, line.on_file.fee, line.units, line.charge);
        if let Some(worth) = worth {
            head.worth = Some(head.worth.unwrap_or(head.charge) - line.charge + worth.allowed());
        }
    }
    head
}

/// Bytes that integers are taken off; those that are missing are zeros.
struct Taken<'b>(&'b [u8]);

impl Taken<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (taken, rest) = self.0.split_first_chunk().map_or(([0; N], &[][..]), |(t, rest)| (*t, rest));
        self.0 = rest;
        taken
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    /// An integer of fewer bytes than eight.
    fn part<const N: usize>(&mut self) -> u64 {
        self.take::<N>().iter().rev().fold(0, |n, b| n << 8 | u64::from(*b))
    }
}

fn read_line<'t>(reader: &mut Reader<'_>, before: &Before, tables: &'t Tables) -> Option<DayLine<'t>> {
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
        (line.known, line.on_file) = (read_known(reader), read_on_file(reader));
    }
    Some(line)
}

/// A line of which nothing is known but its code, its date and its marks.
fn empty_line(code: Code, date: Date, marks: u16, tables: &Tables) -> DayLine<'_> {
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
        known: LineMinutes::default(),
        on_file: OnFile::default(),
        marks: Marks::of_code_and_line(code, facts, marks),
    }
}

fn read_known(reader: &mut Reader<'_>) -> LineMinutes {
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

fn date(number: u64) -> Option<Date> {
    let number = u32::try_from(number).ok()?;
    Date::new(number / 10_000, number / 100 % 100, number % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::text::Text;

    /// A row of some lines, read back: places as they were, for the claim is in the first transaction set of its file.
    #[test]
    fn lines_are_read_back_as_they_were() {
        let tables = Tables::builtin();
        let plain = |n: u32| {
            let code = Code::of(["97110", "99213", "97161"][n as usize % 3]);
            let mut line = empty_line(code, date(20_260_302).unwrap(), 0, &tables);
            (line.order, line.number) = (n, n);
            (line.claim, line.frequency) = (ClaimRef { chunk: 3, claim: 9 }, 7);
            line.place = Place { byte: 5_000 + u64::from(n) * 90, segment: 40 + 4 * n };
            (line.units, line.charge, line.control) = (Some(Quantity::whole(2)), Cents(9_050), 77);
            (line.discipline, line.rendering) =
                (Some(Discipline::ALL[n as usize % 3]), Npi::from_number(1_266_400_013));
            line.modifiers =
                Modifiers([Modifier::of("GP"), Modifier::of("59"), Modifier::NONE, Modifier::NONE]);
            line
        };
        let lines = [
            plain(2),
            DayLine { rendering: None, service: SV2, discipline: None, ..plain(1) },
            DayLine { modifiers: Modifiers::default(), units: None, ..plain(3) },
            DayLine {
                modifiers: Modifiers([
                    Modifier::NONE,
                    Modifier::of("GN"),
                    Modifier::MALFORMED,
                    Modifier::of("KX"),
                ]),
                ..plain(4)
            },
            // None of these fits the short form.
            DayLine { number: 0, ..plain(5) },
            DayLine { order: 256, number: 256, ..plain(6) },
            DayLine { units: Some(Quantity(-1)), ..plain(7) },
            DayLine { units: Some(Quantity(i64::MAX)), charge: Cents(i64::MIN), ..plain(8) },
            DayLine { charge: Cents(-5), ..plain(9) },
            DayLine { code: Code::MALFORMED, facts: None, ..plain(10) },
            DayLine { code: Code::of("97110X"), facts: None, ..plain(10) },
            DayLine { place: Place { byte: u64::MAX >> 1, segment: u32::MAX >> 1 }, ..plain(11) },
            DayLine { place: Place { byte: 0, segment: 0 }, units: None, ..plain(12) },
            DayLine { date: date(20_991_231).unwrap(), ..plain(13) },
            DayLine { date: date(19_000_101).unwrap(), control: u32::MAX, ..plain(14) },
            DayLine { known: LineMinutes { minutes: Some(38), ..LineMinutes::default() }, ..plain(15) },
            DayLine { number: 0, on_file: OnFile { fee: Some(Cents(31)), ..OnFile::default() }, ..plain(16) },
            plain(17),
        ];
        for bits in [0, 1, 1 << 14, 1 << 15, u16::MAX] {
            let lines = lines
                .map(|line| DayLine { marks: Marks::of_code_and_line(line.code, line.facts, bits), ..line });
            let claim = Claim {
                id: b"  PT1 ",
                place: Place { byte: 4_000, segment: 30 },
                frequency: 7,
                ..Claim::empty()
            };
            let mut context = Context { patient: u128::from(u64::MAX), ..Context::default() };
            context.billing.npi = Npi::from_number(9_999_999_999);
            let of = Of {
                ordinal: 9,
                events: 0,
                claim: &claim,
                context: &context,
                policy: PolicyId(3),
                secondary: true,
                payer: 1,
            };
            let (mut log, mut commons) = (vec![1, 2, 3], Vec::new());
            write(&mut log, &of, &lines);
            let mut payers = Vec::new();
            for (id, name) in [("1", ""), ("04412", "MEDICARE PART B")] {
                write_payer(
                    &mut payers,
                    &Payer {
                        id: Text::new(id.as_bytes()),
                        name: Text::new(name.as_bytes()),
                        ..Payer::default()
                    },
                );
            }
            let standing = Standing::from_parts([1, 1, 1], [b"1", b"1", b"0001"], 0);
            write_commons(&mut commons, &[standing], &payers);
            let (commons, mut found) = (Commons::read(&commons), Vec::new());
            assert_eq!(length(&log[3..]), log.len() - 3);
            let head = read(&log[3..], 3, &commons, &tables, &mut found);
            assert_eq!(
                (head.id, head.payer_id, head.payer_name),
                (&b"PT1"[..], &b"04412"[..], &b"MEDICARE PART B"[..])
            );
            assert_eq!(
                (head.claim, head.frequency, head.secondary, head.suspect),
                (ClaimRef { chunk: 3, claim: 9 }, 7, true, false)
            );
            assert_eq!((head.billing, head.patient, head.created), (context.billing.npi, u64::MAX, None));
            assert_eq!(found.len(), lines.len());
            for (was, is) in lines.iter().zip(found) {
                assert_eq!(is, *was);
            }
            // Cut short it says less and nothing else.
            for len in 3..log.len() {
                read(&log[3..len], 3, &commons, &tables, &mut Vec::new());
            }
        }
    }

    #[test]
    fn documented_minutes_are_read_back_as_they_were() {
        let said = |minutes, source| Some(Said { minutes, source });
        let plain = LineMinutes {
            minutes: Some(0),
            source: Some(Source::ClaimNote),
            assistant: Some(1440),
            concurrent: Some(7),
            group: Some(false),
            visit_timed: Some(38),
            row: Some(RowId(0)),
            ..LineMinutes::default()
        };
        let all = LineMinutes {
            span: Some(1440),
            visit_treatment: Some(53),
            visit_span: Some(60),
            visit_row: Some(RowId(u32::MAX - 1)),
            conflict: true,
            disputed: said(0, Source::SidecarLine),
            timed_disputed: said(1440, Source::ClaimNote),
            treatment_disputed: said(54, Source::SidecarVisit),
            ..plain
        };
        let known = [
            LineMinutes::default(),
            plain,
            all,
            LineMinutes { span: Some(1), ..LineMinutes::default() },
            LineMinutes { visit_row: Some(RowId(0)), ..plain },
            LineMinutes { disputed: said(25, Source::LineNote), ..plain },
        ];
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out);
        known.iter().for_each(|known| write_known(&mut writer, known));
        writer.flush();
        let mut reader = Reader(&out);
        for want in known {
            assert_eq!(read_known(&mut reader), want);
        }
        assert!(reader.0.is_empty());
    }
}
