//! What may stand in a value: ids, codes, dates, minutes, times, money.
//!
//! Refuses whatever cannot be read with certainty. A message never repeats a value unless it is a short number or
//! clock time, since a row shifted by one column puts an id or a name anywhere.

use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::value::{Cents, Date, Npi};

use super::header::{Column, Result, fault};
use super::table::Record;

/// The most minutes a value may hold: those of a day.
pub(crate) const DAY: u16 = 1440;
/// The longest id, in bytes: what the longest element it is compared with may hold.
pub(super) const ID: usize = 80;

impl<'r, C: Column> Record<'r, C> {
    /// An id as it stands: printable, at most 80 bytes; empty for none.
    pub(crate) fn id(&self, column: C) -> Result<&'r str> {
        let value = self.get(column);
        if value.len() > ID {
            return Err(fault(column.name(), "longer than 80 bytes; no such id fits a claim"));
        }
        if self.has_controls && value.bytes().any(|b| b.is_ascii_control()) {
            return Err(fault(column.name(), "holds a control character or line break; take it out"));
        }
        Ok(value)
    }

    /// A line number of 1 to 999999; 0 for none.
    pub(crate) fn line_no(&self, column: C) -> Result<u32> {
        let value = self.get(column);
        if value.is_empty() {
            return Ok(0);
        }
        match number(value) {
            Some(n @ 1..=999_999) => Ok(n),
            _ => Err(fault(column.name(), told(value, "a line number of 1 to 999999 (LX01)"))),
        }
    }

    /// Whole minutes of 0 to 1440.
    pub(crate) fn minutes(&self, column: C) -> Result<Option<u16>> {
        let value = self.get(column);
        if value.is_empty() {
            return Ok(None);
        }
        match number(value).and_then(|n| u16::try_from(n).ok()) {
            Some(n) if n <= DAY => Ok(Some(n)),
            _ => Err(fault(column.name(), told(value, "whole minutes of 0 to 1440"))),
        }
    }

    /// `CCYY-MM-DD` or `CCYYMMDD`.
    pub(crate) fn date(&self, column: C) -> Result<Option<Date>> {
        let date = match *self.get(column).as_bytes() {
            [] => return Ok(None),
            [a, b, c, d, b'-', e, f, b'-', g, h] => Date::parse(&[a, b, c, d, e, f, g, h]),
            ref plain => Date::parse(plain),
        };
        // Never repeated: a date in the wrong column may be a birth date.
        let message = "not a date; write it as CCYY-MM-DD or CCYYMMDD";
        date.map(Some).ok_or_else(|| fault(column.name(), message))
    }

    /// A year of 2000 to 2099.
    pub(crate) fn year(&self, column: C) -> Result<Option<u16>> {
        let value = self.get(column);
        match number(value) {
            _ if value.is_empty() => Ok(None),
            Some(n @ 2000..=2099) => Ok(u16::try_from(n).ok()),
            _ => Err(fault(column.name(), told(value, "a year of 2000 to 2099"))),
        }
    }

    /// Dollars and cents, not negative.
    pub(crate) fn money(&self, column: C) -> Result<Option<Cents>> {
        let value = self.get(column);
        if value.is_empty() {
            return Ok(None);
        }
        match Cents::parse(value.as_bytes()) {
            Some(cents) if cents >= Cents::ZERO && !value.starts_with('-') => Ok(Some(cents)),
            _ => Err(fault(column.name(), told(value, "an amount of 0 or more, written as 1234.50"))),
        }
    }

    /// A procedure code; [`Code::NONE`] for none.
    pub(crate) fn code(&self, column: C) -> Result<Code> {
        let value = self.get(column);
        if value.is_empty() {
            return Ok(Code::NONE);
        }
        match Code::parse(value.as_bytes()) {
            Code::MALFORMED => {
                Err(fault(column.name(), "not a procedure code; write it as on the claim, as 97110"))
            }
            code => Ok(code),
        }
    }

    /// Up to four modifiers apart by spaces, commas, colons or dashes.
    pub(crate) fn modifiers(&self, column: C) -> Result<Modifiers> {
        let mut slots = Modifiers::default();
        let value = self.get(column);
        if value.is_empty() {
            return Ok(slots);
        }
        let mut free = slots.0.iter_mut();
        let parts = value.split([' ', ',', ':', '-', ';', '/']);
        for part in parts.filter(|p| !p.is_empty()) {
            match (Modifier::parse(part.as_bytes()), free.next()) {
                (Modifier::MALFORMED, _) => {
                    let message =
                        "not a modifier; write modifiers of two characters, apart by spaces, as GP 59";
                    return Err(fault(column.name(), message));
                }
                (_, None) => {
                    return Err(fault(column.name(), "more than four modifiers; a line holds four"));
                }
                (modifier, Some(slot)) => *slot = modifier,
            }
        }
        Ok(slots)
    }

    /// PT, OT or SLP.
    pub(crate) fn discipline(&self, column: C) -> Result<Option<Discipline>> {
        const WORDS: [(&str, Discipline); 3] =
            [("PT", Discipline::Pt), ("OT", Discipline::Ot), ("SLP", Discipline::Slp)];
        self.word(column, &WORDS, "not a discipline; write PT, OT or SLP")
    }

    /// One of the words known, in any case.
    pub(crate) fn word<T: Copy>(
        &self,
        column: C,
        known: &[(&str, T)],
        message: &'static str,
    ) -> Result<Option<T>> {
        let value = self.get(column);
        if value.is_empty() {
            return Ok(None);
        }
        let hit = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(value));
        hit.map(|&(_, v)| Some(v)).ok_or_else(|| fault(column.name(), message))
    }

    /// The ten digits of an NPI.
    pub(crate) fn npi(&self, column: C, message: &'static str) -> Result<Option<Npi>> {
        let value = self.get(column);
        if value.is_empty() {
            return Ok(None);
        }
        Npi::parse(value.as_bytes()).map(Some).ok_or_else(|| fault(column.name(), message))
    }

    /// `09:00` and `09:15`, or several intervals in `start` alone: `09:00-09:15;09:40-09:55`. `out` receives
    /// them, ascending and apart, in minutes after midnight.
    pub(crate) fn times(&self, from: C, to: C, out: &mut Vec<(u16, u16)>) -> Result<()> {
        out.clear();
        let (start, end) = (self.get(from), self.get(to));
        if start.is_empty() && end.is_empty() {
            return Ok(());
        }
        if start.contains('-') {
            if !end.is_empty() {
                return Err(fault(to.name(), "start_time already holds intervals; leave end_time empty"));
            }
            for interval in start.split(';').filter(|i| !i.trim_ascii().is_empty()) {
                let Some((a, b)) = interval.split_once('-') else {
                    let message = "an interval without an end; write 09:00-09:15;09:40-09:55";
                    return Err(fault(from.name(), message));
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
}

fn number(value: &str) -> Option<u32> {
    let plain = !value.is_empty() && value.len() <= 9 && value.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| value.bytes().fold(0, |n, b| n * 10 + u32::from(b - b'0')))
}

fn push(start: u16, end: u16, column: impl Column, out: &mut Vec<(u16, u16)>) -> Result<()> {
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
fn clock(value: &str, column: impl Column) -> Result<u16> {
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
