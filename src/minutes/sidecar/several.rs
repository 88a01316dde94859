//! Visits of which there are several on one day: of the same claim or patient, date and discipline, with clock times
//! that are apart. Which of them a line is of, no row says.

use std::hash::{BuildHasher, RandomState};

use crate::tables::therapy::Discipline;

use super::{Entry, Key, Sidecar};

/// The rows of such visits, ascending.
pub(super) fn rows(sidecar: &Sidecar) -> Vec<u32> {
    let rows = || (0..sidecar.len() as u32).filter_map(|n| sidecar.entry(n)).filter(is_timed_visit);
    // By a part of a hash first, and by the days themselves where those parts are equal: eight bytes a row, and rows are
    // looked at in their order but for a few.
    let hasher = RandomState::new();
    let mut visits = Vec::with_capacity(rows().count());
    visits.extend(rows().map(|row| hasher.hash_one(day(&row)) >> 32 << 32 | u64::from(row.id.0)));
    visits.sort_unstable();
    let mut several = Vec::new();
    let mut alike = Vec::new();
    for group in visits.chunk_by(|a, b| a >> 32 == b >> 32).filter(|group| group.len() > 1) {
        alike.clear();
        alike.extend(group.iter().filter_map(|visit| sidecar.entry(*visit as u32)));
        alike.sort_by_key(day);
        for day in alike.chunk_by(|a, b| day(a) == day(b)) {
            let last_start =
                day.iter().filter_map(|row| row.rest().intervals().next()).map(|(start, _)| start).max();
            let first_end =
                day.iter().filter_map(|row| row.rest().intervals().last()).map(|(_, end)| end).min();
            if last_start >= first_end {
                several.extend(day.iter().map(|row| row.id.0));
            }
        }
    }
    several.sort_unstable();
    several
}

fn is_timed_visit(row: &Entry<'_>) -> bool {
    row.row.has_times() && matches!(row.key(), Key::Visit)
}

/// What visits of one day have in common.
fn day<'a>(row: &Entry<'a>) -> (bool, &'a [u8], u32, Option<Discipline>) {
    let facts = row.row.facts;
    (facts.by_patient(), row.row.key(row.bytes), row.row.dos, facts.discipline())
}
