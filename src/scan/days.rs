//! The grouping stage: timed lines of the run put together by patient, date, billing provider and discipline.
//!
//! Workers emit compact rows; here they are sorted and grouped. The result does not depend on the order of
//! files or on threads, because rows are sorted by key and by where their claims stand.

use std::collections::{HashMap, HashSet};
use std::hash::Hasher as _;

use rayon::slice::ParallelSliceMut;
use siphasher::sip::SipHasher13;
use siphasher::sip128::{Hasher128, SipHasher13 as SipHasher128};

use crate::claim::claim::Claim;
use crate::claim::context::Context;
use crate::claim::line::ServiceLine;
use crate::finding::Finding;
use crate::minutes::LineMinutes;
use crate::rules::day::{ClaimRef, DayLine, TherapyDay};
use crate::rules::policy::PolicyId;
use crate::tables::therapy::Discipline;
use crate::x12::value::{Date, Npi, Quantity};

use super::Setup;

/// Who and where: patient and billing provider as a digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Who(u128);

/// The patient and billing provider of a claim; `None` without anything to tell the patient by.
pub(super) fn who(context: &Context) -> Option<Who> {
    if context.patient == 0 {
        return None;
    }
    let mut hasher = SipHasher128::new();
    hasher.write(&context.patient.to_ne_bytes());
    hasher.write_u64(context.billing.npi.map_or(0, Npi::number));
    Some(Who(hasher.finish128().as_u128()))
}

/// A day of one patient, billing provider and discipline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DayKey {
    who: Who,
    date: Date,
    discipline: Option<Discipline>,
}

impl DayKey {
    /// The day a line belongs to; `None` without a date of service.
    pub(super) fn of(who: Who, line: &ServiceLine<'_>) -> Option<DayKey> {
        Some(DayKey { who, date: line.date?, discipline: line.discipline })
    }

    /// The day in eight bytes. Two days may share them; then a day is taken to have more lines than it has,
    /// and is said to be not checked.
    fn short(self) -> u64 {
        let discipline = self.discipline.map_or(0, |d| d as u64 + 1);
        self.who.0 as u64 ^ (u64::from(self.date.number()) << 8 | discipline)
    }
}

/// Claims with the same id, as far as a replacement is meant to supersede its original (CLM05-3).
pub(super) fn claim_key(claim: &Claim<'_>) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(claim.id.trim_ascii());
    hasher.finish()
}

/// A timed line of a claim that minutes are known of.
#[derive(Clone, Copy, Debug)]
pub struct DayRow {
    key: DayKey,
    claim_key: u64,
    frequency: u8,
    policy: PolicyId,
    /// The line; `commit` makes its segment number one within the transaction set.
    pub line: DayLine,
}

impl DayRow {
    pub(super) fn new(
        key: DayKey,
        claim_key: u64,
        claim_ref: ClaimRef,
        claim: &Claim<'_>,
        line: &ServiceLine<'_>,
        minutes: &LineMinutes,
        policy: PolicyId,
    ) -> DayRow {
        DayRow {
            key,
            claim_key,
            frequency: claim.frequency,
            policy,
            line: DayLine {
                claim: claim_ref,
                number: line.number,
                order: line.order,
                service: line.service,
                place: line.place,
                code: line.procedure,
                modifiers: line.modifiers,
                units: line.units,
                charge: line.charge_or_zero(),
                minutes: minutes.minutes,
                source: minutes.source,
                visit_timed: minutes.visit_timed,
                visit_treatment: minutes.visit_treatment,
            },
        }
    }
}

/// Timed lines of a claim that no minutes are known of: only that they are there, and how many units.
/// Sixteen bytes, for most runs have nothing but these.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BareRow {
    day: u64,
    /// Half the claim's key; the last bit says that the claim is void.
    claim: u32,
    /// Thousandths of units, at most what fits.
    units: u32,
}

impl BareRow {
    pub(super) fn new(key: DayKey, claim_key: u64, claim: &Claim<'_>, line: &ServiceLine<'_>) -> BareRow {
        let void = u32::from(claim.frequency == 8);
        let units = u32::try_from(line.units.unwrap_or_default().0.max(0)).unwrap_or(u32::MAX);
        BareRow { day: key.short(), claim: short_claim(claim_key) | void, units }
    }

    fn is_void(self) -> bool {
        self.claim & 1 == 1
    }
}

fn short_claim(claim_key: u64) -> u32 {
    (claim_key as u32) & !1
}

/// Adds a row, to the last one if that is of the same claim and day.
pub(super) fn push_bare(rows: &mut Vec<BareRow>, row: BareRow) {
    match rows.last_mut() {
        Some(last) if last.day == row.day && last.claim == row.claim => {
            last.units = last.units.saturating_add(row.units);
        }
        _ => rows.push(row),
    }
}

/// Groups the rows, checks each day, and returns the findings sorted by claim.
pub(super) fn check(setup: &Setup, rows: &mut [DayRow], bare: &mut [BareRow]) -> Vec<(ClaimRef, Finding)> {
    let mut found = Vec::new();
    if rows.is_empty() {
        return found;
    }
    rows.par_sort_unstable_by_key(|r| (r.key, r.line.claim, r.line.order));
    bare.par_sort_unstable_by_key(|r| r.day);
    let mut lines = Vec::new();
    for day in rows.chunk_by(|a, b| a.key == b.key) {
        let (short, date) = (day[0].key.short(), day[0].key.date);
        let others = &bare[bare.partition_point(|r| r.day < short)..];
        let others = &others[..others.partition_point(|r| r.day == short)];
        lines.clear();
        let successors = successors(day);
        let stands = |n: usize, r: &DayRow| {
            r.frequency != 8
                && successors
                    .get(&r.claim_key)
                    .is_none_or(|&last| n >= last || day[last].line.claim == r.line.claim)
        };
        lines.extend(day.iter().enumerate().filter(|(n, r)| stands(*n, r)).map(|(_, r)| r.line));
        let (has_undocumented, other_units) = undocumented(others, &successors);
        if lines.is_empty() {
            continue;
        }
        let policy = setup.policies.get(day[0].policy);
        setup.plan.check_day(
            &TherapyDay { date, lines: &lines, has_undocumented, other_units, policy },
            &mut found,
        );
    }
    found.sort_by_key(|(claim, f)| (*claim, f.position.byte, f.rule, f.fault));
    found
}

/// For each claim id of the day that a replacement or void names: where the last such row stands.
fn successors(day: &[DayRow]) -> HashMap<u64, usize> {
    day.iter()
        .enumerate()
        .filter(|(_, r)| matches!(r.frequency, 7 | 8))
        .map(|(n, r)| (r.claim_key, n))
        .collect()
}

/// Whether the day has timed lines without minutes, and their units. Claims that are void or superseded do
/// not count.
fn undocumented(others: &[BareRow], successors: &HashMap<u64, usize>) -> (bool, Quantity) {
    let void: HashSet<u32> = others.iter().filter(|r| r.is_void()).map(|r| r.claim & !1).collect();
    let superseded: HashSet<u32> = successors.keys().map(|key| short_claim(*key)).collect();
    let standing =
        others.iter().filter(|r| !void.contains(&(r.claim & !1)) && !superseded.contains(&r.claim));
    standing
        .fold((false, Quantity::default()), |(_, units), r| (true, Quantity(units.0 + i64::from(r.units))))
}
