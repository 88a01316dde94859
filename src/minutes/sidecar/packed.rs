//! How a row is held: a few fixed fields that nearly every row has or is found by, and behind its ids, byte by byte,
//! whatever else it says.
//!
//! Deliberately absent: what the values mean, and where the bytes lie.

use crate::minutes::row;
use crate::tables::therapy::Discipline;

use super::Region;

/// One row: 28 bytes.
pub(super) struct Row {
    /// Where its own bytes begin: claim or patient id, line control, and what [`Row::rest`] says.
    pub(super) at: u32,
    /// Line of its file, counted from 1.
    pub(super) line: u32,
    /// CCYYMMDD, 0 for none.
    pub(super) dos: u32,
    /// Which pair of code and modifiers.
    pub(super) service: u32,
    /// The next row with the same claim, or the same patient and date.
    pub(super) next: u32,
    pub(super) minutes: Short,
    pub(super) timed: Short,
    pub(super) key_len: u8,
    pub(super) control_len: u8,
    pub(super) facts: Facts,
    rest: u8,
}

/// Optional minutes in two bytes.
#[derive(Clone, Copy)]
pub(super) struct Short(u16);

/// Region, discipline, group and whether the row is found by its patient, in one byte.
#[derive(Clone, Copy)]
pub(super) struct Facts(u8);

/// What may follow the ids of a row, in this order; the sizes of the first are fixed.
const SIZES: [(u8, usize); 5] = [(LINE_NO, 4), (TREATMENT, 2), (ASSISTED, 4), (THERAPIST, 4), (TIMES, 4)];
const LINE_NO: u8 = 1;
const TREATMENT: u8 = 2;
/// Minutes of an assistant alone, and of both together.
const ASSISTED: u8 = 4;
const THERAPIST: u8 = 8;
/// One start and end.
const TIMES: u8 = 16;
/// Several of them: their number, and they.
const MORE_TIMES: u8 = 32;
/// The id of a note: its length, and it.
const NOTE: u8 = 64;
/// Nothing follows for this one: the row before has the same key, and leads to this one.
const FOLLOWS: u8 = 128;

const REGIONS: [Region; 6] =
    [Region::Cervical, Region::Thoracic, Region::Lumbar, Region::Sacral, Region::Pelvic, Region::Extremity];

/// A row's own bytes, past its ids.
#[derive(Clone, Copy)]
pub(super) struct Rest<'a> {
    has: u8,
    bytes: &'a [u8],
}

/// Clock times, ascending and apart: starts and ends in minutes after midnight.
#[derive(Clone, Copy, Default)]
pub struct Intervals<'a>(&'a [[u8; 4]]);

impl Row {
    /// Packs a row; `bytes` receives its own bytes. Where they are put is still to be said.
    pub(super) fn pack(
        row: &row::Row<'_>,
        intervals: &[(u16, u16)],
        therapist: Option<u32>,
        bytes: &mut Vec<u8>,
    ) -> Row {
        bytes.clear();
        bytes.extend_from_slice(row.key.as_bytes());
        bytes.extend_from_slice(row.control.as_bytes());
        let mut rest = 0;
        let mut put = |what: u8, value: &[u8]| {
            rest |= what;
            bytes.extend_from_slice(value);
        };
        if row.line_no > 0 {
            put(LINE_NO, &row.line_no.to_le_bytes());
        }
        if row.treatment.is_some() {
            put(TREATMENT, &Short::new(row.treatment).0.to_le_bytes());
        }
        if row.assistant.or(row.concurrent).is_some() {
            put(ASSISTED, &Short::new(row.assistant).0.to_le_bytes());
            put(ASSISTED, &Short::new(row.concurrent).0.to_le_bytes());
        }
        if let Some(therapist) = therapist {
            put(THERAPIST, &therapist.to_le_bytes());
        }
        let what = if intervals.len() > 1 { MORE_TIMES } else { TIMES };
        if what == MORE_TIMES {
            put(what, &(intervals.len() as u16).to_le_bytes());
        }
        for (start, end) in intervals {
            put(what, &start.to_le_bytes());
            put(what, &end.to_le_bytes());
        }
        if !row.note_id.is_empty() {
            put(NOTE, &[row.note_id.len() as u8]);
            put(NOTE, row.note_id.as_bytes());
        }
        Row {
            at: 0,
            line: 0,
            dos: row.dos.map_or(0, |date| date.number()),
            service: 0,
            next: super::NONE,
            minutes: Short::new(row.minutes),
            timed: Short::new(row.timed),
            key_len: row.key.len() as u8,
            control_len: row.control.len() as u8,
            facts: Facts::new(row),
            rest,
        }
    }

    /// Whether the row before has the same key and leads to this one.
    pub(super) fn follows(&self) -> bool {
        self.rest & FOLLOWS != 0
    }

    pub(super) fn set_follows(&mut self) {
        self.rest |= FOLLOWS;
    }

    /// Its claim id or patient id; `bytes` begin with its own.
    #[inline]
    pub(super) fn key<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(..usize::from(self.key_len)).unwrap_or_default()
    }

    pub(super) fn control<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let from = usize::from(self.key_len);
        bytes.get(from..from + usize::from(self.control_len)).unwrap_or_default()
    }

    /// Whether it gives clock times.
    pub(super) fn has_times(&self) -> bool {
        self.rest & (TIMES | MORE_TIMES) != 0
    }

    #[inline]
    pub(super) fn rest<'a>(&self, bytes: &'a [u8]) -> Rest<'a> {
        let from = usize::from(self.key_len) + usize::from(self.control_len);
        Rest { has: self.rest, bytes: bytes.get(from..).unwrap_or_default() }
    }

    /// What the row is found by: claim, or patient and date.
    #[inline]
    pub(super) fn indexed<'a>(&self, bytes: &'a [u8]) -> (&'a [u8], u32) {
        (self.key(bytes), if self.facts.by_patient() { self.dos } else { 0 })
    }
}

impl<'a> Rest<'a> {
    /// 0 where none is given.
    pub(super) fn line_no(self) -> u32 {
        self.fixed(LINE_NO).map_or(0, u32::from_le_bytes)
    }

    pub(super) fn treatment(self) -> Option<u32> {
        Short(u16::from_le_bytes(self.fixed(TREATMENT)?)).get()
    }

    /// Minutes of an assistant alone, and of both together.
    pub(super) fn assisted(self) -> (Option<u32>, Option<u32>) {
        let of = |[a, b]: [u8; 2]| Short(u16::from_le_bytes([a, b])).get();
        self.fixed(ASSISTED).map_or((None, None), |[a, b, c, d]| (of([a, b]), of([c, d])))
    }

    pub(super) fn therapist(self) -> Option<u32> {
        self.fixed(THERAPIST).map(u32::from_le_bytes)
    }

    pub(super) fn intervals(self) -> Intervals<'a> {
        if self.has & (TIMES | MORE_TIMES) == 0 {
            return Intervals::default();
        }
        let bytes = self.bytes.get(self.before(TIMES)..).unwrap_or_default();
        let (count, times) = match bytes {
            [a, b, times @ ..] if self.has & MORE_TIMES != 0 => (u16::from_le_bytes([*a, *b]), times),
            _ => (1, bytes),
        };
        Intervals(times.as_chunks().0.get(..usize::from(count)).unwrap_or_default())
    }

    /// Empty for none.
    pub(super) fn note_id(self) -> &'a [u8] {
        if self.has & NOTE == 0 {
            return &[];
        }
        let of_times = match (self.has & MORE_TIMES != 0, self.intervals().0.len()) {
            (true, times) => 2 + 4 * times,
            (false, times) => 4 * times,
        };
        match self.bytes.get(self.before(TIMES) + of_times..) {
            Some([len, note @ ..]) => note.get(..usize::from(*len)).unwrap_or_default(),
            _ => &[],
        }
    }

    #[inline]
    fn fixed<const N: usize>(self, what: u8) -> Option<[u8; N]> {
        let bytes = self.bytes.get(self.before(what)..)?;
        bytes.first_chunk().copied().filter(|_| self.has & what != 0)
    }

    /// How many bytes stand before a value of a fixed size.
    #[inline]
    fn before(self, what: u8) -> usize {
        let before = SIZES.iter().filter(|(other, _)| *other < what && self.has & other != 0);
        before.map(|(_, size)| size).sum()
    }
}

impl Intervals<'_> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Iterator for Intervals<'_> {
    type Item = (u16, u16);

    fn next(&mut self) -> Option<(u16, u16)> {
        let ([a, b, c, d], rest) = self.0.split_first()?;
        self.0 = rest;
        Some((u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d])))
    }
}

impl Short {
    pub(super) fn new(minutes: Option<u16>) -> Short {
        Short(minutes.unwrap_or(u16::MAX))
    }

    pub(super) fn get(self) -> Option<u32> {
        (self.0 != u16::MAX).then_some(u32::from(self.0))
    }
}

impl Facts {
    fn new(row: &row::Row<'_>) -> Facts {
        let place = |found: Option<usize>| found.map_or(0, |n| n as u8 + 1);
        let region = place(row.region.and_then(|region| REGIONS.iter().position(|r| *r == region)));
        let discipline = place(
            row.discipline.and_then(|discipline| Discipline::ALL.iter().position(|d| *d == discipline)),
        );
        let group = row.group.map_or(0, |group| 1 + u8::from(group));
        Facts(region | discipline << 3 | group << 5 | u8::from(row.by_patient) << 7)
    }

    pub(super) fn region(self) -> Option<Region> {
        REGIONS.get(usize::from(self.0 & 7).checked_sub(1)?).copied()
    }

    pub(super) fn discipline(self) -> Option<Discipline> {
        Discipline::ALL.get(usize::from(self.0 >> 3 & 3).checked_sub(1)?).copied()
    }

    pub(super) fn group(self) -> Option<bool> {
        match self.0 >> 5 & 3 {
            0 => None,
            said => Some(said == 2),
        }
    }

    pub(super) fn by_patient(self) -> bool {
        self.0 >> 7 != 0
    }
}

#[cfg(test)]
mod tests {
    use crate::x12::code::{Code, Modifiers};
    use crate::x12::value::Npi;

    use super::*;

    #[test]
    fn whatever_a_row_gives_is_found_past_what_it_does_not() {
        let times = [(540, 555), (560, 570), (600, 1439)];
        for given in 0..1 << 8 {
            let gives = |n: u32| given & 1 << n != 0;
            let row = row::Row {
                key: "C1",
                by_patient: gives(7),
                control: if gives(0) { "L1" } else { "" },
                line_no: if gives(1) { 999_999 } else { 0 },
                dos: None,
                code: Code::NONE,
                modifiers: Modifiers::default(),
                minutes: None,
                assistant: gives(2).then_some(1440),
                concurrent: gives(3).then_some(0),
                timed: None,
                treatment: gives(4).then_some(53),
                discipline: gives(2).then_some(Discipline::Slp),
                group: gives(3).then(|| gives(4)),
                region: gives(1).then_some(Region::Extremity),
                therapist: Npi::parse(b"1234567893").filter(|_| gives(5)),
                note_id: if gives(6) { "N-17" } else { "" },
            };
            for times in (0..=times.len()).map(|n| &times[..n]) {
                let mut bytes = vec![7; 9];
                let mut packed = Row::pack(&row, times, row.therapist.map(|_| 70_000), &mut bytes);
                packed.set_follows();
                // The next row's bytes.
                bytes.extend_from_slice(b"\xff\xff\xff\xff\xff\xff\xff\xff");
                let (rest, facts) = (packed.rest(&bytes), packed.facts);
                assert_eq!(
                    (packed.key(&bytes), packed.control(&bytes)),
                    (&b"C1"[..], row.control.as_bytes())
                );
                assert_eq!(rest.line_no(), row.line_no);
                assert_eq!(rest.treatment(), row.treatment.map(u32::from));
                assert_eq!(rest.assisted(), (row.assistant.map(u32::from), row.concurrent.map(u32::from)));
                assert_eq!(rest.therapist(), row.therapist.map(|_| 70_000));
                assert!(rest.intervals().eq(times.iter().copied()), "{given:b} {times:?}");
                assert_eq!(packed.has_times(), !times.is_empty());
                assert_eq!(rest.note_id(), row.note_id.as_bytes());
                let told = (facts.region(), facts.discipline(), facts.group(), facts.by_patient());
                assert_eq!(told, (row.region, row.discipline, row.group, row.by_patient));
                assert!(packed.follows());
            }
        }
    }
}
