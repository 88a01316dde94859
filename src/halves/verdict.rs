//! Which claims of a file are held: those with a finding of a level or worse, and those around which something is
//! wrong that is as bad.

use std::collections::BTreeSet;
use std::io;

use crate::finding::Severity;
use crate::scan::results::{Item, Results};

/// What is held of one file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Verdicts {
    /// Offsets of CLM segments, ascending.
    claims: Vec<u64>,
    /// Interchange, functional group and transaction set as they are counted in the file; 0 stands for all of them.
    around: BTreeSet<[u32; 3]>,
}

impl Verdicts {
    /// The claims whose CLM segments stand at these offsets, and no others.
    pub fn at(claims: Vec<u64>) -> Verdicts {
        let mut verdicts = Verdicts::default();
        verdicts.hold(claims);
        verdicts
    }

    /// What is held of each file of a run for findings of a level or worse. An error is one of the disk where findings
    /// are too many for memory.
    pub fn of(results: &Results, level: Severity) -> io::Result<Vec<Verdicts>> {
        let mut all = vec![Verdicts::default(); results.files.len()];
        results.each(|item| {
            if let Some(verdicts) = all.get_mut(item.number) {
                verdicts.add(item, level);
            }
            io::Result::Ok(())
        })?;
        Ok(all)
    }

    fn add(&mut self, item: &Item<'_>, level: Severity) {
        let mut bad = item.findings.iter().filter(|finding| finding.counts_from(level));
        match item.claim {
            Some((row, _)) => self.claims.extend(bad.next().map(|_| row.byte)),
            None => self.around.extend(bad.map(|finding| item.around(finding))),
        }
    }

    /// Whether something around a claim holds it. What is counted is as in the file, each from 1.
    pub(super) fn holds_around(&self, [interchange, group, transaction]: [u32; 3]) -> bool {
        !self.around.is_empty()
            && [[0, 0, 0], [interchange, 0, 0], [interchange, group, 0], [interchange, group, transaction]]
                .iter()
                .any(|place| self.around.contains(place))
    }

    /// Whether what was found in the claim at an offset holds it.
    pub(super) fn holds(&self, byte: u64) -> bool {
        self.claims.binary_search(&byte).is_ok()
    }

    /// Holds more claims, by the offsets of their CLM segments.
    pub fn hold(&mut self, claims: impl IntoIterator<Item = u64>) {
        self.claims.extend(claims);
        self.claims.sort_unstable();
        self.claims.dedup();
    }

    /// How many claims are held for what was found in them.
    pub fn found(&self) -> u64 {
        self.claims.len() as u64
    }
}
