//! Claims that a later one replaced or voided, as far as providers are concerned: their clocks and their days are put
//! together over patients, where nobody sees which claims follow each other.

use std::collections::{HashMap, HashSet};

use crate::rules::day::DayLine;

use super::keys::KeyRow;

/// The superseded claims of the run.
#[derive(Debug, Default)]
pub(super) struct Superseded {
    /// By [`KeyRow::claim`].
    claims: HashSet<u64>,
    /// Their timed units, by rendering provider and date.
    units: HashMap<(u64, u32), u32>,
}

impl Superseded {
    /// Takes a claim once, by any row of it, with all of its lines.
    pub(super) fn add(&mut self, row: KeyRow, lines: &[DayLine<'_>]) {
        if !self.claims.insert(row.claim()) {
            return;
        }
        for line in lines.iter().filter(|l| l.is_timed()) {
            let Some(npi) = line.rendering else { continue };
            let units = line.units.and_then(|u| u.as_whole()).unwrap_or(0);
            let sum = self.units.entry((npi.number(), line.date.number())).or_default();
            *sum = sum.saturating_add(units);
        }
    }

    /// Takes those of other patients.
    pub(super) fn extend(&mut self, others: Superseded) {
        self.claims.extend(others.claims);
        for (day, units) in others.units {
            let sum = self.units.entry(day).or_default();
            *sum = sum.saturating_add(units);
        }
    }

    /// Whether a row is of such a claim.
    pub(super) fn has(&self, row: KeyRow) -> bool {
        self.claims.contains(&row.claim())
    }

    /// Units of a provider's day that do not count.
    pub(super) fn units(&self, npi: u64, date: u32) -> u32 {
        self.units.get(&(npi, date)).copied().unwrap_or(0)
    }
}
