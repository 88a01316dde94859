//! Which claims of a file are held: those with a finding of a level or worse, and those around which something is
//! wrong that is as bad.

use std::collections::BTreeSet;
use std::io;

use crate::finding::{Finding, RuleId, Severity};
use crate::rules::x12::rule_of;
use crate::scan::results::{Item, Results};
use crate::x12::fault::FaultCode;

/// Whether a finding holds what it is about: it is of a level or worse, and nobody answers for it.
pub fn holds(finding: &Finding, level: Severity) -> bool {
    finding.severity >= level && !finding.is_waived()
}

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
        let counted = FaultCode::COUNTED.map(rule_of);
        let mut at = 0;
        results.each(|item| {
            if item.findings.iter().any(|finding| holds(finding, level)) {
                // Files come one after the other, so it is this one or a later one.
                let here = |n: &usize| results.files.get(*n).is_some_and(|f| std::ptr::eq(f, item.file));
                at = (at..results.files.len()).chain(0..at).find(here).unwrap_or(at);
                if let Some(verdicts) = all.get_mut(at) {
                    verdicts.add(item, level, &counted);
                }
            }
            io::Result::Ok(())
        })?;
        Ok(all)
    }

    fn add(&mut self, item: &Item<'_>, level: Severity, counted: &[RuleId]) {
        if let Some((row, _)) = item.claim {
            self.claims.push(row.byte);
            return;
        }
        let standing = item.standing;
        for finding in item.findings.iter().filter(|finding| holds(finding, level)) {
            let mut around = [standing.interchange, standing.group, standing.transaction];
            if counted.contains(&finding.rule) {
                around = [standing.interchange, 0, 0];
            }
            // What is said of one interchange among several is about the file that has them.
            if finding.rule == rule_of(FaultCode::SeveralInterchanges) {
                around = [0; 3];
            }
            self.around.insert(around);
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
