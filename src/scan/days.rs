//! The grouping stage: timed lines of the run put together by patient, date, billing provider and discipline.
//!
//! Workers emit compact rows; here they are sorted and grouped. The result does not depend on the order of
//! files or on threads, because rows are sorted by key and by where their claims stand.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

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
use crate::x12::value::{Date, Quantity};

use super::Setup;

/// Patient, date of service, billing provider and discipline as one 128-bit digest.
pub type DayKey = u128;

/// The day a timed line belongs to; `None` without a date or without anything to tell the patient by.
pub(super) fn key(context: &Context, line: &ServiceLine<'_>) -> Option<DayKey> {
    let date = line.date?;
    if context.patient == 0 {
        return None;
    }
    let mut hasher = SipHasher128::new();
    context.patient.hash(&mut hasher);
    date.number().hash(&mut hasher);
    context.billing.npi.map(|n| n.number()).hash(&mut hasher);
    line.discipline.hash(&mut hasher);
    Some(hasher.finish128().as_u128())
}

/// Claims with the same id, as far as a replacement is meant to supersede its original (CLM05-3).
fn claim_key(claim: &Claim<'_>) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(claim.id.trim_ascii());
    hasher.finish()
}

/// A timed line of a claim that minutes are known of.
#[derive(Clone, Copy, Debug)]
pub struct DayRow {
    key: DayKey,
    claim_key: u64,
    date: Option<Date>,
    frequency: u8,
    policy: PolicyId,
    /// The line; `commit` makes its segment number one within the transaction set.
    pub line: DayLine,
}

impl DayRow {
    pub(super) fn new(
        key: DayKey,
        claim_ref: ClaimRef,
        claim: &Claim<'_>,
        line: &ServiceLine<'_>,
        minutes: &LineMinutes,
        policy: PolicyId,
    ) -> DayRow {
        DayRow {
            key,
            claim_key: claim_key(claim),
            date: line.date,
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BareRow {
    key: DayKey,
    claim_key: u64,
    units: Quantity,
    frequency: u8,
}

impl BareRow {
    pub(super) fn new(key: DayKey, claim: &Claim<'_>, line: &ServiceLine<'_>) -> BareRow {
        BareRow {
            key,
            claim_key: claim_key(claim),
            units: line.units.unwrap_or_default(),
            frequency: claim.frequency,
        }
    }
}

/// Adds a row, to the last one if that is of the same claim and day.
pub(super) fn push_bare(rows: &mut Vec<BareRow>, row: BareRow) {
    match rows.last_mut() {
        Some(last)
            if last.key == row.key && last.claim_key == row.claim_key && last.frequency == row.frequency =>
        {
            last.units = Quantity(last.units.0.saturating_add(row.units.0));
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
    bare.par_sort_unstable_by_key(|r| r.key);
    let mut lines = Vec::new();
    for day in rows.chunk_by(|a, b| a.key == b.key) {
        let key = day[0].key;
        let from = bare.partition_point(|r| r.key < key);
        let others = &bare[from..];
        let others = &others[..others.partition_point(|r| r.key == key)];
        let Some(date) = day[0].date else { continue };
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
    let void: HashSet<u64> = others.iter().filter(|r| r.frequency == 8).map(|r| r.claim_key).collect();
    let standing =
        others.iter().filter(|r| !void.contains(&r.claim_key) && !successors.contains_key(&r.claim_key));
    standing.fold((false, Quantity::default()), |(_, units), r| {
        (true, Quantity(units.0.saturating_add(r.units.0)))
    })
}
