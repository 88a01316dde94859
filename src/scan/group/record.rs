//! A claim's therapy lines as a row of bytes: all that rules about days need, should another claim turn out to
//! share a day with it.
//!
//! A worker writes one for each claim; few are ever read back. Rows of a chunk stand in one section, with the
//! envelopes they are in at its head.

use crate::claim::claim::{Claim, Form, Place};
use crate::claim::context::Context;
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

/// Writes a claim's row.
pub(super) fn write(
    log: &mut Vec<u8>,
    ordinal: u32,
    events: u32,
    claim: &Claim<'_>,
    context: &Context,
    (policy, secondary): (PolicyId, bool),
    lines: &[DayLine<'_>],
) {
    let start = log.len();
    log.extend_from_slice(&[0; 4]);
    let out = &mut Writer::new(log);
    let institutional = u64::from(claim.form == Form::Institutional);
    let suspect = u64::from(context.is_suspect());
    out.put(u64::from(claim.frequency) << 3 | suspect << 2 | u64::from(secondary) << 1 | institutional);
    out.put(ordinal.into());
    out.put(events.into());
    out.put(claim.place.byte);
    out.put_signed(claim.charge.unwrap_or_default().0);
    out.put(claim.lines.len() as u64);
    out.put_option(claim.first_date().map(|d| d.number().into()));
    out.put(policy.0.into());
    out.put_option(context.billing.npi.map(Npi::number));
    out.put(context.patient as u64);
    out.put_option(context.created.map(|d| d.number().into()));
    out.put_text(short(claim.id));
    out.put_text(short(context.payer.id.as_bytes()));
    out.put_text(short(context.payer.name.as_bytes()));
    out.put(lines.len() as u64);
    let mut at = Place { segment: 0, ..claim.place };
    for line in lines {
        write_line(out, line, at);
        at = line.place;
    }
    out.flush();
    let len = u32::try_from(log.len() - start).unwrap_or(u32::MAX);
    log[start..start + 4].copy_from_slice(&len.to_le_bytes());
}

/// No id is longer; what is longer is cut.
fn short(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.trim_ascii();
    &bytes[..bytes.len().min(255)]
}

fn write_line(out: &mut Writer<'_>, line: &DayLine<'_>, before: Place) {
    let discipline = line.discipline.map_or(0, |d| d as u64 + 1);
    out.put(discipline << 1 | u64::from(line.service == SV2));
    out.put(line.order.into());
    out.put(line.number.into());
    out.put_signed(line.place.byte as i64 - before.byte as i64);
    out.put_signed(i64::from(line.place.segment) - i64::from(before.segment));
    out.put(line.date.number().into());
    out.put(line.code.packed().swap_bytes());
    let modifiers = line.modifiers.0.iter().fold(0u64, |all, m| all << 16 | u64::from(m.packed()));
    out.put(modifiers.swap_bytes());
    out.put(line.units.map_or(0, |q| ((q.0 << 1 ^ q.0 >> 63) as u64).saturating_add(1)));
    out.put_signed(line.charge.0);
    out.put_option(line.rendering.map(Npi::number));
    out.put(line.control.into());
    out.put(line.marks.bits());
    write_known(out, &line.known);
    write_on_file(out, &line.on_file);
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

/// Writes the head of a section: the envelopes of its rows, each with the first event it holds after.
pub(super) fn write_standings(log: &mut Vec<u8>, standings: &[Standing]) {
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
}

/// The envelopes of a section, each with the first event it holds after.
pub(super) struct Standings(Vec<(u32, Standing)>);

impl Standings {
    /// Reads the head of a section.
    pub(super) fn read(bytes: &[u8]) -> Standings {
        let mut reader = Reader(bytes);
        let count = reader.get();
        let standing = |_| {
            let from = reader.get_u32();
            let counted = std::array::from_fn(|_| reader.get_u32());
            let controls = std::array::from_fn(|_| reader.get_text());
            (from, Standing::from_parts(counted, controls, reader.get_signed()))
        };
        Standings((0..count.min(bytes.len() as u64)).map(standing).collect())
    }

    fn after(&self, events: u32) -> Standing {
        let known = self.0.partition_point(|(from, _)| *from <= events);
        known.checked_sub(1).and_then(|n| self.0.get(n)).map(|(_, s)| *s).unwrap_or_default()
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
    standings: &Standings,
    tables: &'t Tables,
    lines: &mut Vec<DayLine<'t>>,
) -> Head<'b> {
    let mut reader = Reader(bytes.get(4..).unwrap_or_default());
    let first = reader.get();
    let claim = ClaimRef { chunk, claim: reader.get_u32() };
    let standing = standings.after(reader.get_u32());
    let mut head = Head {
        claim,
        form: if first & 1 == 1 { Form::Institutional } else { Form::Professional },
        secondary: first & 2 == 2,
        suspect: first & 4 == 4,
        frequency: (first >> 3) as u8,
        byte: reader.get(),
        charge: Cents(reader.get_signed()),
        lines: reader.get_u32(),
        worth: None,
        date: reader.get_option().and_then(date),
        policy: PolicyId(reader.get() as u16),
        billing: reader.get_option().and_then(Npi::from_number),
        patient: reader.get(),
        created: reader.get_option().and_then(date),
        id: reader.get_text(),
        payer_id: reader.get_text(),
        payer_name: reader.get_text(),
        standing,
    };
    let mut at = Place { byte: head.byte, segment: 0 };
    let first_line = lines.len();
    for _ in 0..reader.get() {
        let Some(mut line) = read_line(&mut reader, &mut at, tables) else { break };
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

fn read_line<'t>(reader: &mut Reader<'_>, at: &mut Place, tables: &'t Tables) -> Option<DayLine<'t>> {
    let first = reader.get();
    let (order, number) = (reader.get_u32(), reader.get_u32());
    let (byte, segment) = (reader.get_signed(), reader.get_signed());
    at.byte = at.byte.wrapping_add_signed(byte);
    at.segment = u32::try_from(i64::from(at.segment) + segment).unwrap_or(0);
    let date = date(reader.get())?;
    let code = Code::from_packed(reader.get().swap_bytes());
    let packed = reader.get().swap_bytes();
    let modifiers =
        Modifiers(std::array::from_fn(|n| Modifier::from_packed((packed >> (48 - 16 * n)) as u16)));
    let units = reader.get().checked_sub(1).map(|n| Quantity((n >> 1) as i64 ^ -((n & 1) as i64)));
    Some(DayLine {
        claim: ClaimRef::default(),
        frequency: 0,
        number,
        order,
        service: if first & 1 == 1 { SV2 } else { SV1 },
        place: *at,
        date,
        code,
        facts: tables.therapy.get(code),
        modifiers,
        units,
        charge: Cents(reader.get_signed()),
        discipline: Discipline::ALL.get((first >> 1).wrapping_sub(1) as usize).copied(),
        rendering: reader.get_option().and_then(Npi::from_number),
        control: reader.get_u32(),
        marks: Marks::from_bits(reader.get()),
        known: read_known(reader),
        on_file: read_on_file(reader),
    })
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
