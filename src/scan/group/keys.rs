//! Which claim has lines on which days of which patient: one small row a claim, and more where its days lie far apart or
//! have different things; sorted so that those of one patient stand together.
//!
//! Kept in memory as far as the budget goes, on disk beyond it. A claim is told from another by where its row
//! stands, so the order is that of the input.

use std::io;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::days::Days;
use super::store::{Spill, Store};

/// What a claim has on a day that rules across claims ask for first.
pub(crate) mod flag {
    /// Something was found on the claim.
    pub(crate) const FOUND: u16 = 1;
    /// A replacement or a void claim (CLM05-3 7, 8).
    pub(crate) const SUPERSEDES: u16 = 1 << 1;
    /// An initial evaluation, by discipline.
    pub(crate) const EVALUATION: [u16; 3] = [1 << 2, 1 << 3, 1 << 4];
    /// A re-evaluation (97164, 97168).
    pub(crate) const REEVALUATION: u16 = 1 << 5;
    /// Days on which it has 97112: one more of them. They are counted above the other flags.
    pub(crate) const REEDUCATION: u16 = 1 << 6;
    /// What is said of each day of a row.
    pub(super) const OF_DAYS: u16 = REEDUCATION - 1;
}

/// The most that fits beside a row.
pub(crate) const FLAGS: u16 = (1 << FLAG_BITS) - 1;

const FLAG_BITS: u32 = 12;
const OFFSET_BITS: u32 = 28;

/// Spreads numbers that are alike over the high bits.
pub(super) fn spread(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// One claim's lines of one day, or of some days with the same flags. Sorts by patient, date, group, and place in the input.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
pub(crate) struct KeyRow {
    /// The patient, as a digest. Two of ten million patients share one with a chance of three in a million.
    pub patient: u64,
    /// The date as a number, or several as [`Days`].
    pub date: u32,
    /// Billing provider and payer, as a digest.
    pub group: u32,
    /// Section, offset among its rows, flags.
    place: u64,
}

impl KeyRow {
    pub(crate) const BYTES: usize = 24;

    /// A row of a section that is not known yet.
    pub(crate) fn new(patient: u64, date: u32, group: u32, offset: u32, flags: u16) -> KeyRow {
        let offset = u64::from(offset) & ((1 << OFFSET_BITS) - 1);
        KeyRow { patient, date, group, place: offset << FLAG_BITS | u64::from(flags) }
    }

    /// Says which section the row is of.
    pub(crate) fn in_section(mut self, section: u32) -> KeyRow {
        self.place |= u64::from(section) << (FLAG_BITS + OFFSET_BITS);
        self
    }

    /// A row of a day of a section that is not known yet, which others of the claim may be added to.
    pub(crate) fn of_day(patient: u64, date: u32, group: u32, offset: u32, flags: u16) -> KeyRow {
        KeyRow::new(patient, Days::of(date).packed(), group, offset, flags)
    }

    /// Adds a day of the claim to those of the row, unless it is too far away or something else is said of it.
    pub(crate) fn add_day(&mut self, date: u32, flags: u16) -> bool {
        let days = if (self.flags() ^ flags) & flag::OF_DAYS == 0 { self.days().and(date) } else { None };
        if let Some(days) = days {
            self.date = days.packed();
            // No row has so many days that a count of them does not fit.
            self.place += u64::from(flags & !flag::OF_DAYS);
        }
        days.is_some()
    }

    /// The days of the row.
    pub(crate) fn days(self) -> Days {
        Days::from_packed(self.date)
    }

    /// Of the days of the row, how many have 97112.
    pub(crate) fn reeducation(self) -> usize {
        usize::from(self.flags() / flag::REEDUCATION)
    }

    /// A row for each of the days.
    pub(crate) fn each_day(self) -> impl Iterator<Item = KeyRow> {
        self.days().each().map(move |date| KeyRow { date, ..self })
    }

    /// The claim of the row, on whatever day.
    pub(crate) fn of_no_day(self) -> KeyRow {
        KeyRow { date: 0, group: 0, ..self }
    }

    pub(crate) fn section(self) -> u32 {
        (self.place >> (FLAG_BITS + OFFSET_BITS)) as u32
    }

    pub(crate) fn offset(self) -> u32 {
        (self.place >> FLAG_BITS) as u32 & ((1 << OFFSET_BITS) - 1)
    }

    pub(crate) fn flags(self) -> u16 {
        self.place as u16 & FLAGS
    }

    pub(crate) fn has(self, flags: u16) -> bool {
        self.flags() & flags != 0
    }

    /// Where the claim's row stands; equal for the days of one claim.
    pub(crate) fn claim(self) -> u64 {
        self.place >> FLAG_BITS
    }

    /// Which part it is kept in: numbers of providers differ in their lowest digits alone, and must spread too.
    fn part(self) -> usize {
        (spread(self.patient) >> 56) as usize % PARTS
    }

    /// In which of so many groups, a power of two, of its part it is sorted; at most 65,536.
    fn group_of(self, groups: usize) -> usize {
        (spread(self.patient) >> 40) as usize & (groups - 1) & 0xffff
    }

    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.patient.to_le_bytes());
        out.extend_from_slice(&self.date.to_le_bytes());
        out.extend_from_slice(&self.group.to_le_bytes());
        out.extend_from_slice(&self.place.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Option<KeyRow> {
        let long = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        let middle = long(8)?;
        Some(KeyRow {
            patient: long(0)?,
            date: middle as u32,
            group: (middle >> 32) as u32,
            place: long(16)?,
        })
    }
}

/// Parts that rows are kept in, by patient (or provider, or therapist).
pub(crate) const PARTS: usize = 256;

/// Bytes that are spilled by one call.
const WRITTEN_AT_ONCE: usize = 1 << 20;

/// Where the parts stand in what was spilled at once.
#[derive(Debug)]
struct Spans {
    /// The first byte.
    start: u64,
    /// After how many rows each part ends.
    ends: Vec<u32>,
}

impl Spans {
    /// The bytes of a part.
    fn of(&self, part: usize) -> Range<u64> {
        let at =
            |rows: Option<&u32>| self.start + u64::from(rows.copied().unwrap_or(0)) * KeyRow::BYTES as u64;
        at(part.checked_sub(1).and_then(|before| self.ends.get(before)))..at(self.ends.get(part))
    }
}

/// Rows as they come, kept in parts, so that what is sorted at once is small: it stays in the cache of a processor, and of a
/// run that spilled only one part is in memory at a time. Whoever is asked about stands in one part whole.
#[derive(Debug)]
pub(crate) struct Keys {
    spill: Option<Spill>,
    parts: Vec<Vec<KeyRow>>,
    /// Rows in memory.
    len: usize,
    /// What was spilled, and where in it, each time.
    spilled: Store,
    spans: Vec<Spans>,
    /// Sections whose rows are not handed out, ascending.
    taken_back: Vec<Range<u32>>,
}

impl Keys {
    pub(crate) fn new(spill: Option<Spill>) -> Keys {
        // What is spilled is handed over whole, so the store itself holds nothing back.
        let at_once = spill.clone().map(|s| Spill { budget: 0, ..s });
        Keys {
            spill,
            parts: vec![Vec::new(); PARTS],
            len: 0,
            spilled: Store::new(at_once),
            spans: Vec::new(),
            taken_back: Vec::new(),
        }
    }

    pub(crate) fn extend(&mut self, rows: &[KeyRow], section: u32) -> io::Result<()> {
        for row in rows {
            if let Some(part) = self.parts.get_mut(row.part()) {
                part.push(row.in_section(section));
            }
        }
        self.len += rows.len();
        match &self.spill {
            // A vector may hold room for twice what is in it.
            Some(spill) if 2 * self.len * KeyRow::BYTES > spill.budget => self.flush(),
            _ => Ok(()),
        }
    }

    /// Takes back the rows of sections, which all stand behind those taken back before.
    pub(crate) fn take_back(&mut self, sections: Range<u32>) {
        if !sections.is_empty() {
            self.taken_back.push(sections);
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let (start, mut rows) = (self.spilled.len(), 0u32);
        let (mut ends, mut bytes) = (Vec::with_capacity(PARTS), Vec::new());
        for part in &mut self.parts {
            part.iter().for_each(|row| row.write(&mut bytes));
            rows = rows.saturating_add(u32::try_from(part.len()).unwrap_or(u32::MAX));
            part.clear();
            ends.push(rows);
            // Few calls on the disk, and not all bytes at once.
            if bytes.len() >= WRITTEN_AT_ONCE {
                self.spilled.append(&bytes)?;
                bytes.clear();
            }
        }
        if !bytes.is_empty() {
            self.spilled.append(&bytes)?;
        }
        self.spans.push(Spans { start, ends });
        self.len = 0;
        Ok(())
    }

    /// The most rows a part has.
    fn longest(&self) -> usize {
        let rows = |(n, part): (usize, &Vec<KeyRow>)| {
            let spilled: u64 =
                self.spans.iter().map(|spans| spans.of(n)).map(|span| span.end - span.start).sum();
            part.len() + spilled as usize / KeyRow::BYTES
        };
        self.parts.iter().enumerate().map(rows).max().unwrap_or(0)
    }

    /// The rows of a part as they came; they are put into `rows`.
    fn part(&self, n: usize, rows: &mut Vec<KeyRow>) -> io::Result<()> {
        rows.clear();
        let mut room = Vec::new();
        for span in self.spans.iter().map(|spans| spans.of(n)).filter(|span| !span.is_empty()) {
            let len = usize::try_from(span.end - span.start).unwrap_or(usize::MAX);
            let bytes = self.spilled.view(span.start, len, &mut room)?;
            rows.extend(bytes.chunks_exact(KeyRow::BYTES).filter_map(KeyRow::read));
        }
        rows.extend_from_slice(self.parts.get(n).map_or(&[], Vec::as_slice));
        if !self.taken_back.is_empty() {
            rows.retain(|row| !is_within(&self.taken_back, row.section()));
        }
        Ok(())
    }

    /// Hands out the rows of each patient (or provider, or therapist) of a part, sorted.
    pub(crate) fn each<E: From<io::Error>>(
        &self,
        n: usize,
        room: &mut Room,
        with: impl FnMut(&[KeyRow]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.part(n, &mut room.rows)?;
        room.by_patient().chunk_by(|a, b| a.patient == b.patient).try_for_each(with)
    }
}

/// Room for the rows of a part, to be used again.
#[derive(Default)]
pub(crate) struct Room {
    rows: Vec<KeyRow>,
    grouped: Vec<KeyRow>,
    ends: Vec<u32>,
}

impl Room {
    /// Room for any part: vectors that grow leave holes that nothing fits.
    pub(crate) fn of(keys: &Keys) -> Room {
        let most = keys.longest();
        Room { rows: Vec::with_capacity(most), grouped: Vec::with_capacity(most), ends: Vec::new() }
    }

    /// The rows, those of one patient together and sorted. There are about as many groups as rows, so that what is left to
    /// sort are a few rows at a time, and which of them comes first is guessed a few times each.
    fn by_patient(&mut self) -> &[KeyRow] {
        let Room { rows, grouped, ends } = self;
        let groups = rows.len().next_power_of_two().min(MOST_GROUPS);
        ends.clear();
        ends.resize(groups + 1, 0);
        for row in &*rows {
            if let Some(count) = ends.get_mut(row.group_of(groups) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for end in &mut *ends {
            sum += *end;
            *end = sum;
        }
        grouped.clear();
        grouped.resize(rows.len(), KeyRow::default());
        // What is the beginning of a group becomes its end.
        for row in &*rows {
            if let Some(at) = ends.get_mut(row.group_of(groups)) {
                if let Some(slot) = grouped.get_mut(*at as usize) {
                    *slot = *row;
                }
                *at += 1;
            }
        }
        let mut start = 0;
        for end in &*ends {
            let end = *end as usize;
            if let Some(group @ [_, _, ..]) = grouped.get_mut(start..end) {
                group.sort_unstable();
            }
            start = end;
        }
        grouped
    }
}

/// Groups that rows of a part are put in at most.
const MOST_GROUPS: usize = 1 << 16;

/// Whether a section is among some, which are ascending.
fn is_within(some: &[Range<u32>], section: u32) -> bool {
    let after = some.partition_point(|sections| sections.start <= section);
    after.checked_sub(1).and_then(|n| some.get(n)).is_some_and(|sections| sections.contains(&section))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::x12::value::Date;

    fn spill(directory: &std::path::Path, budget: usize) -> Spill {
        Spill { disk: std::sync::Arc::new(crate::disk::System), directory: directory.to_owned(), budget }
    }

    #[test]
    fn rows_come_back_by_patient_whatever_the_budget() {
        let directory = tempfile::tempdir().unwrap();
        let rows: Vec<KeyRow> = (0..5_000u64)
            .map(|n| {
                KeyRow::new(
                    n * 7919 % 613,
                    20_260_000 + (n % 11) as u32,
                    (n % 3) as u32,
                    n as u32,
                    (n % 4) as u16,
                )
            })
            .collect();
        let collect = |budget: Option<usize>| {
            let spill = budget.map(|budget| spill(directory.path(), budget));
            let mut keys = Keys::new(spill);
            for (section, part) in (0..).zip(rows.chunks(97)) {
                keys.extend(part, section).unwrap();
            }
            let mut patients = Vec::new();
            for n in 0..PARTS {
                let done: io::Result<()> = keys.each(n, &mut Room::default(), |p| {
                    patients.push(p.to_vec());
                    Ok(())
                });
                done.unwrap();
            }
            patients
        };
        let want = collect(None);
        assert_eq!((want.len(), want.iter().map(Vec::len).sum::<usize>()), (613, 5_000));
        assert!(
            want.iter().all(|rows| rows.is_sorted() && rows.iter().all(|r| r.patient == rows[0].patient))
        );
        let mut patients: Vec<u64> = want.iter().map(|rows| rows[0].patient).collect();
        patients.sort_unstable();
        patients.dedup();
        assert_eq!(patients.len(), 613, "rows of one patient come together");
        for budget in [0, 1000, 60_000] {
            assert_eq!(collect(Some(budget)), want, "budget {budget}");
        }
    }

    #[test]
    fn rows_of_sections_taken_back_are_not_handed_out() {
        let directory = tempfile::tempdir().unwrap();
        for budget in [None, Some(0), Some(200)] {
            let mut keys = Keys::new(budget.map(|budget| spill(directory.path(), budget)));
            for section in 0..9 {
                let rows: Vec<KeyRow> = (0..5).map(|n| KeyRow::new(n, 1, 1, n as u32, 0)).collect();
                keys.extend(&rows, section).unwrap();
            }
            for sections in [1..2, 2..2, 4..6] {
                keys.take_back(sections);
            }
            let mut left = Vec::new();
            for n in 0..PARTS {
                let done: io::Result<()> = keys.each(n, &mut Room::default(), |rows| {
                    left.extend(rows.iter().map(|r| r.section()));
                    Ok(())
                });
                done.unwrap();
            }
            left.sort_unstable();
            left.dedup();
            assert_eq!(left, [0, 2, 3, 6, 7, 8], "{budget:?}");
        }
    }

    proptest! {
        /// Days of a claim come back each once, in as many rows as it takes, with what is said of each.
        #[test]
        fn days_come_back_as_they_were_put_in(
            from in 0i32..400_000,
            days in proptest::collection::btree_map(0i32..40, 0u16..2, 1..20),
        ) {
            let first = Date::new(1800, 1, 1).unwrap().days();
            let date = |day: i32| Date::of_days(first + from + day).unwrap().number();
            let mut rows: Vec<KeyRow> = Vec::new();
            for (day, special) in &days {
                let flags = flag::FOUND | if *special == 1 { flag::REEVALUATION } else { flag::REEDUCATION };
                if !rows.iter_mut().any(|row| row.add_day(date(*day), flags)) {
                    rows.push(KeyRow::of_day(7, date(*day), 3, 5, flags));
                }
            }
            for special in 0..2 {
                let of_kind = |row: &&KeyRow| u16::from(row.has(flag::REEVALUATION)) == special;
                let got: Vec<u32> =
                    rows.iter().filter(of_kind).flat_map(|row| row.each_day()).map(|row| row.date).collect();
                let want: Vec<u32> = days.iter().filter(|(_, s)| **s == special).map(|(d, _)| date(*d)).collect();
                prop_assert_eq!(&got, &want);
                let counted: usize = rows.iter().filter(of_kind).map(|row| row.days().len()).sum();
                let with: usize = rows.iter().filter(of_kind).map(|row| row.reeducation()).sum();
                prop_assert_eq!((counted, with), (want.len(), if special == 0 { want.len() } else { 0 }));
            }
            // Ten days in a row, over the end of a month too, take one row a kind.
            if days.keys().all(|day| *day < 10) {
                prop_assert!(rows.len() <= 2);
            }
            prop_assert!(rows.iter().all(|row| (row.patient, row.group, row.offset()) == (7, 3, 5)));
            prop_assert!(rows.iter().all(|row| row.has(flag::FOUND)));
        }
    }

    #[test]
    fn a_row_keeps_what_is_put_into_it() {
        let row =
            KeyRow::new(u64::MAX, 20_260_302, 7, (1 << 28) - 1, flag::REEDUCATION).in_section(0x00ab_cdef);
        assert_eq!((row.section(), row.offset()), (0x00ab_cdef, (1 << 28) - 1));
        assert!(row.has(flag::REEDUCATION) && !row.has(flag::SUPERSEDES));
        let mut bytes = Vec::new();
        row.write(&mut bytes);
        assert_eq!((KeyRow::read(&bytes), bytes.len()), (Some(row), KeyRow::BYTES));
    }
}
