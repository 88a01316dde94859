//! What may stand in the columns of a sidecar: one record in, one checked row out.
//!
//! Refuses whatever it cannot read with certainty: values out of range, rows that name no line and no visit.
//! A message never repeats a value unless it is a short number or clock time, since a row shifted by one
//! column puts an id or a name anywhere.

use csv::StringRecord;

use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::value::{Date, Npi};

use super::header::{Column, Header, Result, fault};
use super::sidecar::Region;
use crate::tables::therapy::Discipline;

/// The most minutes a value may hold: those of a day.
pub(super) const DAY: u16 = 1440;

/// One row, checked; texts borrow from the record.
pub(super) struct Row<'r> {
    /// The claim id, or the patient id where there is no claim id. Never empty.
    pub(super) key: &'r str,
    /// Whether `key` is a patient id.
    pub(super) by_patient: bool,
    pub(super) control: &'r str,
    /// 0 where none is given.
    pub(super) line_no: u32,
    pub(super) dos: Option<Date>,
    pub(super) code: Code,
    pub(super) modifiers: Modifiers,
    /// The minutes given, else the sum of the intervals.
    pub(super) minutes: Option<u16>,
    pub(super) assistant: Option<u16>,
    pub(super) concurrent: Option<u16>,
    pub(super) timed: Option<u16>,
    pub(super) treatment: Option<u16>,
    pub(super) discipline: Option<Discipline>,
    pub(super) group: Option<bool>,
    pub(super) region: Option<Region>,
    pub(super) therapist: Option<Npi>,
    pub(super) note_id: &'r str,
}

impl<'r> Row<'r> {
    /// Reads one record. `None` for a record without any value; `intervals` receives the clock times,
    /// ascending and apart, in minutes after midnight.
    pub(super) fn read(
        header: &Header,
        record: &'r StringRecord,
        intervals: &mut Vec<(u16, u16)>,
    ) -> Result<Option<Row<'r>>> {
        intervals.clear();
        if record.iter().all(|v| v.trim_ascii().is_empty()) {
            return Ok(None);
        }
        if record.len() != header.width {
            let message = format!(
                "the row has {} values, the header {}; add what is missing or quote values that hold a separator",
                record.len(),
                header.width
            );
            return Err(fault("", message));
        }
        let get = |column| header.value(record, column);
        let claim = id(get(Column::ClaimId), Column::ClaimId)?;
        let patient = id(get(Column::PatientId), Column::PatientId)?;
        let by_patient = claim.is_empty();
        let mut row = Row {
            key: if by_patient { patient } else { claim },
            by_patient,
            control: id(get(Column::LineControl), Column::LineControl)?,
            line_no: line_no(get(Column::LineNo))?,
            dos: date(get(Column::Dos))?,
            code: code(get(Column::Code))?,
            modifiers: modifiers(get(Column::Mods))?,
            minutes: minutes(get(Column::Minutes), Column::Minutes)?,
            assistant: minutes(get(Column::AssistantMinutes), Column::AssistantMinutes)?,
            concurrent: minutes(get(Column::ConcurrentMinutes), Column::ConcurrentMinutes)?,
            timed: minutes(get(Column::TotalTimedMinutes), Column::TotalTimedMinutes)?,
            treatment: minutes(get(Column::TotalTreatmentMinutes), Column::TotalTreatmentMinutes)?,
            discipline: discipline(get(Column::Discipline))?,
            group: group(get(Column::Group))?,
            region: region(get(Column::BodyRegion))?,
            therapist: therapist(get(Column::TherapistId))?,
            note_id: id(get(Column::Source), Column::Source)?,
        };
        times(get(Column::StartTime), get(Column::EndTime), intervals)?;
        row.check_key()?;
        row.check_minutes(intervals)?;
        Ok(Some(row))
    }

    /// Whether the row names no line: it is about the visit as a whole.
    fn is_visit(&self) -> bool {
        self.control.is_empty() && self.line_no == 0 && self.code.is_none()
    }

    fn check_key(&self) -> Result<()> {
        if self.key.is_empty() {
            return Err(fault(
                "claim_id",
                "no claim and no patient; give claim_id, or patient_id with dos and code",
            ));
        }
        if self.by_patient && !(self.control.is_empty() && self.line_no == 0) {
            return Err(fault("claim_id", "line_control and line_no need a claim; give claim_id"));
        }
        let by_line = !(self.control.is_empty() && self.line_no == 0);
        if !by_line && self.dos.is_none() {
            let message = if self.by_patient {
                "a row found by its patient needs the date of service; give it as CCYY-MM-DD"
            } else {
                "the row names no line; give line_control, line_no or dos and code"
            };
            return Err(fault("dos", message));
        }
        if self.is_visit() && self.modifiers != Modifiers::default() {
            return Err(fault("code", "modifiers without a code; give the code they belong to"));
        }
        Ok(())
    }

    fn check_minutes(&mut self, intervals: &[(u16, u16)]) -> Result<()> {
        let totals = self.timed.is_some() || self.treatment.is_some();
        if self.is_visit() {
            if self.minutes.or(self.assistant).or(self.concurrent).is_some() {
                return Err(fault(
                    "code",
                    "minutes of a line, but no line; give line_control, line_no or code",
                ));
            }
            if !totals {
                return Err(fault(
                    "total_timed_minutes",
                    "a row for a whole visit needs its total; give total_timed_minutes, or the code of a line",
                ));
            }
            return Ok(());
        }
        if self.minutes.is_none() && !intervals.is_empty() {
            self.minutes = Some(intervals.iter().map(|(start, end)| end - start).sum());
        }
        let Some(minutes) = self.minutes else {
            if totals {
                return Ok(());
            }
            return Err(fault(
                "minutes",
                "no minutes; give minutes, total_timed_minutes or start_time and end_time",
            ));
        };
        let (alone, together) = (self.assistant.unwrap_or(0), self.concurrent.unwrap_or(0));
        if alone > minutes {
            return Err(fault(
                "assistant_minutes",
                "more than the minutes of the line; they are a part of them",
            ));
        }
        if together > minutes - alone {
            let message = "with assistant_minutes more than the minutes of the line; they are a part of them";
            return Err(fault("concurrent_minutes", message));
        }
        Ok(())
    }
}

/// An id as it stands: printable, at most 80 bytes, which is what the longest element it is compared
/// with may hold.
fn id(value: &str, column: Column) -> Result<&str> {
    if value.len() > 80 {
        return Err(fault(column.name(), "longer than 80 bytes; no such id fits a claim"));
    }
    if value.bytes().any(|b| b.is_ascii_control()) {
        return Err(fault(column.name(), "holds a control character or line break; take it out"));
    }
    Ok(value)
}

fn line_no(value: &str) -> Result<u32> {
    match number(value) {
        _ if value.is_empty() => Ok(0),
        Some(n @ 1..=999_999) => Ok(n),
        _ => Err(fault(Column::LineNo.name(), told(value, "a line number of 1 to 999999 (LX01)"))),
    }
}

fn minutes(value: &str, column: Column) -> Result<Option<u16>> {
    if value.is_empty() {
        return Ok(None);
    }
    match number(value).and_then(|n| u16::try_from(n).ok()) {
        Some(n) if n <= DAY => Ok(Some(n)),
        _ => Err(fault(column.name(), told(value, "whole minutes of 0 to 1440"))),
    }
}

fn number(value: &str) -> Option<u32> {
    let plain = !value.is_empty() && value.len() <= 9 && value.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| value.bytes().fold(0, |n, b| n * 10 + u32::from(b - b'0')))
}

/// `CCYY-MM-DD` or `CCYYMMDD`.
fn date(value: &str) -> Result<Option<Date>> {
    let date = match *value.as_bytes() {
        [] => return Ok(None),
        [a, b, c, d, b'-', e, f, b'-', g, h] => Date::parse(&[a, b, c, d, e, f, g, h]),
        ref plain => Date::parse(plain),
    };
    // Never repeated: a date in the wrong column may be a birth date.
    date.map(Some).ok_or_else(|| fault(Column::Dos.name(), "not a date; write it as CCYY-MM-DD or CCYYMMDD"))
}

fn code(value: &str) -> Result<Code> {
    match Code::parse(value.as_bytes()) {
        Code::MALFORMED => {
            Err(fault(Column::Code.name(), "not a procedure code; write it as on the claim, as 97110"))
        }
        code => Ok(code),
    }
}

/// Up to four modifiers apart by spaces, commas, colons or dashes.
fn modifiers(value: &str) -> Result<Modifiers> {
    let mut slots = Modifiers::default();
    let mut free = slots.0.iter_mut();
    for part in value.split([' ', ',', ':', '-', ';', '/']).filter(|p| !p.is_empty()) {
        match (Modifier::parse(part.as_bytes()), free.next()) {
            (Modifier::MALFORMED, _) => {
                let message = "not a modifier; write modifiers of two characters, apart by spaces, as GP 59";
                return Err(fault(Column::Mods.name(), message));
            }
            (_, None) => {
                return Err(fault(Column::Mods.name(), "more than four modifiers; a line holds four"));
            }
            (modifier, Some(slot)) => *slot = modifier,
        }
    }
    Ok(slots)
}

fn discipline(value: &str) -> Result<Option<Discipline>> {
    word(
        value,
        Column::Discipline,
        &[("PT", Discipline::Pt), ("OT", Discipline::Ot), ("SLP", Discipline::Slp)],
        "not a discipline; write PT, OT or SLP",
    )
}

fn group(value: &str) -> Result<Option<bool>> {
    word(
        value,
        Column::Group,
        &[("Y", true), ("N", false)],
        "neither Y nor N; write Y if other patients were treated too",
    )
}

fn region(value: &str) -> Result<Option<Region>> {
    let regions = [
        ("cervical", Region::Cervical),
        ("thoracic", Region::Thoracic),
        ("lumbar", Region::Lumbar),
        ("sacral", Region::Sacral),
        ("pelvic", Region::Pelvic),
        ("ext", Region::Extremity),
    ];
    let message = "not a body region; write cervical, thoracic, lumbar, sacral, pelvic or ext";
    word(value, Column::BodyRegion, &regions, message)
}

fn word<T: Copy>(
    value: &str,
    column: Column,
    known: &[(&str, T)],
    message: &'static str,
) -> Result<Option<T>> {
    if value.is_empty() {
        return Ok(None);
    }
    let hit = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(value));
    hit.map(|&(_, v)| Some(v)).ok_or_else(|| fault(column.name(), message))
}

fn therapist(value: &str) -> Result<Option<Npi>> {
    if value.is_empty() {
        return Ok(None);
    }
    let message = "not an NPI; write the ten digits of the therapist's NPI";
    Npi::parse(value.as_bytes()).map(Some).ok_or_else(|| fault(Column::TherapistId.name(), message))
}

/// `09:00` and `09:15`, or several intervals in `start` alone: `09:00-09:15;09:40-09:55`.
fn times(start: &str, end: &str, out: &mut Vec<(u16, u16)>) -> Result<()> {
    let (from, to) = (Column::StartTime, Column::EndTime);
    if start.is_empty() && end.is_empty() {
        return Ok(());
    }
    if start.contains('-') {
        if !end.is_empty() {
            return Err(fault(to.name(), "start_time already holds intervals; leave end_time empty"));
        }
        for interval in start.split(';').filter(|i| !i.trim_ascii().is_empty()) {
            let Some((a, b)) = interval.split_once('-') else {
                return Err(fault(from.name(), "an interval without an end; write 09:00-09:15;09:40-09:55"));
            };
            push(clock(a.trim_ascii(), from)?, clock(b.trim_ascii(), from)?, from, out)?;
        }
        return Ok(());
    }
    match (start.is_empty(), end.is_empty()) {
        (true, _) => Err(fault(from.name(), "an end without a start; give both")),
        (_, true) => Err(fault(to.name(), "a start without an end; give both")),
        _ => push(clock(start, from)?, clock(end, to)?, to, out),
    }
}

fn push(start: u16, end: u16, column: Column, out: &mut Vec<(u16, u16)>) -> Result<()> {
    if end <= start {
        return Err(fault(
            column.name(),
            "the end is not after the start; write local times of one day, as 13:05",
        ));
    }
    if out.last().is_some_and(|&(_, before)| start < before) {
        return Err(fault(
            column.name(),
            "intervals overlap or stand out of order; write them apart and in order",
        ));
    }
    out.push((start, end));
    Ok(())
}

/// Minutes after midnight of `H:MM` or `HH:MM`.
fn clock(value: &str, column: Column) -> Result<u16> {
    let digit = |b: u8| b.is_ascii_digit().then(|| u16::from(b - b'0'));
    let parts = match *value.as_bytes() {
        [h, b':', m, n] => Some((Some(0), digit(h), digit(m), digit(n))),
        [g, h, b':', m, n] => Some((digit(g), digit(h), digit(m), digit(n))),
        _ => None,
    };
    if let Some((Some(g), Some(h), Some(m), Some(n))) = parts {
        let (hours, minutes) = (g * 10 + h, m * 10 + n);
        if hours < 24 && minutes < 60 {
            return Ok(hours * 60 + minutes);
        }
    }
    Err(fault(column.name(), told(value, "a time of day written HH:MM, 00:00 to 23:59")))
}

/// What was expected, with the value only where it cannot be about a person: at most five characters of a
/// number or a time.
fn told(value: &str, expected: &str) -> String {
    let harmless = |b: u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b':');
    if value.len() <= 5 && value.bytes().all(harmless) {
        format!("`{value}` is not {expected}")
    } else {
        format!("the value is not {expected}")
    }
}
