//! What a worker leaves behind of a chunk's claims: rows for the grouping stage, as compact as they come.
//!
//! Deliberately absent: claims of other chunks.

use std::hash::Hasher as _;

use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher13;

use crate::claim::claim::Claim;
use crate::claim::context::{Context, Payer};
use crate::minutes::Sidecar;
use crate::rules::course::{Habits, bare_minimum};
use crate::rules::day::DayLine;
use crate::rules::marks::Marks;
use crate::rules::policy::PolicyId;
use crate::tables::therapy::Discipline;
use crate::x12::envelope::Standing;
use crate::x12::value::{Date, Npi};

use super::keys::{self, KeyRow, flag};
use super::record;

/// The digest of a payer, as far as claims to one payer are grouped.
fn payer_digest(payer: &Payer) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(payer.id.as_bytes());
    hasher.write_u8(payer.sequence);
    hasher.write_u64(payer.filing.packed());
    hasher.write(payer.name.as_bytes());
    hasher.finish()
}

/// The digest of billing provider and payer.
fn group_digest(billing: Option<Npi>, payer: u64) -> u32 {
    (keys::spread(billing.map_or(0, Npi::number) ^ payer) >> 32) as u32
}

/// Rows of one chunk on their way to the grouping stage.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rows {
    /// One row a claim.
    pub(super) log: Vec<u8>,
    /// The payers of the rows, by number.
    payers: record::Payers,
    /// One row a claim, or few more.
    pub(super) keys: Vec<KeyRow>,
    /// One row a rendering provider and day, with its timed units.
    pub(super) providers: Vec<KeyRow>,
    /// Where in `providers` a provider's day stands that was added to lately.
    lately: Vec<u32>,
    /// One row an interval of a therapist's clock.
    pub(super) clocks: Vec<KeyRow>,
    /// What each rendering provider's lines have in common, see [`habits`], and the first claim.
    pub(super) habits: Vec<KeyRow>,
    /// Where in `habits` a provider stands that was added to lately.
    lately_habits: Vec<u32>,
}

/// Rows of one chunk as the stage takes them, and as a ledger keeps them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::scan) struct Section {
    /// One row a claim, and behind them what they have in common. Written beside the rest, as it is.
    #[serde(skip)]
    pub part: Vec<u8>,
    /// Where that begins.
    pub(super) commons: u32,
    pub(super) keys: Vec<KeyRow>,
    pub(super) providers: Vec<KeyRow>,
    pub(super) clocks: Vec<KeyRow>,
    pub(super) habits: Vec<KeyRow>,
}

impl Section {
    /// The rows of a chunk with the envelopes of its events; `None` if there are no rows.
    pub(in crate::scan) fn of(rows: Rows, standings: &[Standing]) -> Option<Section> {
        if rows.keys.is_empty() {
            return None;
        }
        // It stands behind the rows, so that they need not be moved.
        let Rows { log: mut part, payers, keys, providers, clocks, habits, .. } = rows;
        let commons = u32::try_from(part.len()).unwrap_or(u32::MAX);
        record::write_commons(&mut part, standings, &payers);
        Some(Section { part, commons, keys, providers, clocks, habits })
    }
}

/// Which claim of the chunk, and what is known of its payer.
#[derive(Clone, Copy)]
pub(in crate::scan) struct Place {
    /// Claim within the chunk, counted from 0.
    pub claim: u32,
    /// Envelope events of the chunk before it.
    pub events: u32,
    pub policy: PolicyId,
    pub secondary: bool,
    pub payer: PayerAt,
    /// Whether something was found on it.
    pub found: bool,
}

/// How rows speak of a payer.
#[derive(Clone, Copy)]
pub(in crate::scan) struct PayerAt {
    /// As far as claims to one payer are grouped.
    digest: u64,
    /// Among the payers of the chunk.
    number: u32,
}

impl Rows {
    /// None, with room for those of a chunk.
    pub(in crate::scan) fn of_chunk(bytes: usize) -> Rows {
        Rows { log: Vec::with_capacity(bytes / 5), keys: Vec::with_capacity(bytes / 800), ..Rows::default() }
    }

    /// Adds a payer.
    pub(in crate::scan) fn add_payer(&mut self, payer: &Payer) -> PayerAt {
        PayerAt { digest: payer_digest(payer), number: self.payers.add(payer) }
    }

    /// Adds a claim whose patient can be told. `lines` are sorted by date.
    pub(in crate::scan) fn add(
        &mut self,
        claim: &Claim<'_>,
        context: &Context,
        place: Place,
        lines: &[DayLine<'_>],
        sidecar: &Sidecar,
    ) {
        let offset = u32::try_from(self.log.len()).unwrap_or(u32::MAX);
        let group = group_digest(context.billing.npi, place.payer.digest);
        let superseding = if matches!(claim.frequency, 7 | 8) { flag::SUPERSEDES } else { 0 };
        let of_claim = superseding | if place.found { flag::FOUND } else { 0 };
        let first = self.keys.len();
        for day in lines.chunk_by(|a, b| a.date == b.date) {
            let flags = day.iter().fold(of_claim, |flags, l| flags | flags_of(l));
            let (patient, date) = (context.patient as u64, day[0].date.number());
            if !self.keys[first..].iter_mut().any(|row| row.add_day(date, flags)) {
                self.keys.push(KeyRow::of_day(patient, date, group, offset, flags));
            }
            if claim.frequency != 8 {
                self.add_provider(day, offset);
            }
        }
        for line in lines.iter().filter(|l| l.is_timed() && l.known.row.is_some() && claim.frequency != 8) {
            self.add_clock(line, offset, sidecar);
        }
        let Place { claim: ordinal, events, policy, secondary, payer, .. } = place;
        let of = record::Of { ordinal, events, claim, context, policy, secondary, payer: payer.number };
        record::write(&mut self.log, &of, lines);
    }
}

/// One more of the first of two counts that stand in one number, and the most there can be of each.
const FIRST: u32 = 1 << 16;
const MOST: u32 = FIRST - 1;

/// What a row says of a provider's habits: timed lines above those with 59 and the like, days above bare days, none of
/// which are more than there are timed lines.
pub(super) fn habits(row: KeyRow) -> Habits {
    let two = |n: u32| [u64::from(n >> 16), u64::from(n & MOST)];
    let ([timed_lines, distinct_lines], [days, bare_days]) = (two(row.date), two(row.group));
    Habits { timed_lines, distinct_lines, days, bare_days }
}

/// A place for a number among those looked at lately.
fn slot(number: u64) -> usize {
    (keys::spread(number) >> 48) as usize
}

/// Days of providers that are looked for before a new one is added.
const LATELY: usize = 256;

impl Rows {
    /// Adds a claim's day to what its rendering providers did.
    fn add_provider(&mut self, day: &[DayLine<'_>], offset: u32) {
        for (n, line) in day.iter().enumerate().filter(|(_, l)| l.is_timed()) {
            let Some(npi) = line.rendering else { continue };
            let units = line.units.and_then(|u| u.as_whole()).unwrap_or(0);
            self.add_units(npi, line.date, units, offset);
            let at = self.habits_of(npi, offset);
            let Some(habits) = self.habits.get_mut(at) else { continue };
            habits.date += FIRST + u32::from(line.marks.has(Marks::DISTINCT));
            let of_provider = || day.iter().filter(|l| l.is_timed() && l.rendering == Some(npi));
            if day[..n].iter().all(|l| !l.is_timed() || l.rendering != Some(npi)) {
                habits.group += FIRST + u32::from(bare_minimum(of_provider()));
            }
        }
    }

    /// Where a provider's habits stand; a provider not added to lately gets a place more, which counts the same, and so
    /// does one whose place is full.
    fn habits_of(&mut self, npi: Npi, offset: u32) -> usize {
        if self.lately_habits.is_empty() {
            self.lately_habits.resize(LATELY, u32::MAX);
        }
        let at = &mut self.lately_habits[slot(npi.number()) % LATELY];
        let is_other = |row: &KeyRow| row.patient != npi.number() || row.date >> 16 == MOST;
        if self.habits.get(*at as usize).is_none_or(is_other) {
            *at = u32::try_from(self.habits.len()).unwrap_or(u32::MAX);
            self.habits.push(KeyRow::new(npi.number(), 0, 0, offset, 0));
        }
        *at as usize
    }

    fn add_units(&mut self, npi: Npi, date: Date, units: u32, offset: u32) {
        if self.lately.is_empty() {
            self.lately.resize(LATELY, u32::MAX);
        }
        let at = &mut self.lately[slot(npi.number() ^ u64::from(date.number()) << 20) % LATELY];
        match self.providers.get_mut(*at as usize) {
            Some(row) if row.patient == npi.number() && row.date == date.number() => {
                row.group = row.group.saturating_add(units);
            }
            _ => {
                *at = u32::try_from(self.providers.len()).unwrap_or(u32::MAX);
                self.providers.push(KeyRow::new(npi.number(), date.number(), units, offset, 0));
            }
        }
    }

    /// Adds the clock times of a line that its therapist gave to this patient alone.
    fn add_clock(&mut self, line: &DayLine<'_>, offset: u32, sidecar: &Sidecar) {
        let Some(row) = line.known.row else { return };
        let Some(therapist) = sidecar.details(row).therapist else { return };
        let order = u16::try_from(line.order).unwrap_or(u16::MAX).min(keys::FLAGS);
        if line.known.group == Some(true) {
            return;
        }
        for (start, end) in sidecar.intervals(row) {
            let clock = u32::from(start) << 16 | u32::from(end);
            self.clocks.push(KeyRow::new(therapist.number(), line.date.number(), clock, offset, order));
        }
    }
}

/// What rules across claims ask for first.
fn flags_of(line: &DayLine<'_>) -> u16 {
    let mut flags = 0;
    if line.marks.has(Marks::EVALUATION) {
        let discipline = line.facts.and_then(|f| f.only).or(line.discipline);
        let n = Discipline::ALL.iter().position(|d| Some(*d) == discipline);
        flags |= n.and_then(|n| flag::EVALUATION.get(n)).copied().unwrap_or(0);
    }
    if line.marks.has(Marks::REEVALUATION) {
        flags |= flag::REEVALUATION;
    }
    if line.marks.has(Marks::REEDUCATION) {
        flags |= flag::REEDUCATION;
    }
    flags
}
