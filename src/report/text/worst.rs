//! Keeps the worst claims of a run, a fixed number of them, whatever the size of the run.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::finding::{Finding, Severity};
use crate::report::{ClaimInfo, Entry, Location};
use crate::risk::Risk;
use crate::x12::value::Cents;

/// Findings of one claim that are kept; the rest is counted.
const FINDINGS: usize = 10;

/// What makes a claim worse than another: more money at risk, then the higher score, then the worse finding,
/// then the larger charge; of equals the one that came first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Key {
    at_risk: Cents,
    score: u8,
    severity: Option<Severity>,
    charge: Cents,
    order: Reverse<u64>,
}

/// A claim that is kept.
#[derive(Debug)]
pub(super) struct Kept {
    key: Key,
    pub(super) location: Location,
    pub(super) claim: ClaimInfo,
    pub(super) risk: Risk,
    /// The worst first.
    pub(super) findings: Vec<Finding>,
    pub(super) more: u64,
}

/// The worst claims so far.
#[derive(Debug)]
pub(super) struct Worst {
    limit: usize,
    offered: u64,
    /// The mildest of those kept is at the top.
    heap: BinaryHeap<Reverse<Kept>>,
}

impl Worst {
    /// Keeps up to `limit` claims.
    pub(super) fn new(limit: usize) -> Worst {
        Worst { limit, offered: 0, heap: BinaryHeap::new() }
    }

    /// Claims with findings offered so far.
    pub(super) fn offered(&self) -> u64 {
        self.offered
    }

    /// Keeps the claim if it is one of the worst so far. Nothing is copied if not.
    pub(super) fn offer(&mut self, entry: &Entry<'_>, claim: &ClaimInfo) {
        if entry.counted().next().is_none() {
            return;
        }
        self.offered += 1;
        let key = Key {
            at_risk: entry.risk.total(),
            score: entry.risk.score,
            severity: entry.risk.worst,
            charge: claim.charge,
            order: Reverse(self.offered),
        };
        if self.heap.len() >= self.limit {
            if self.heap.peek().is_none_or(|mildest| mildest.0.key >= key) {
                return;
            }
            self.heap.pop();
        }
        let mut findings: Vec<Finding> = entry.counted().copied().collect();
        findings.sort_by_key(|finding| Reverse(finding.severity));
        let more = findings.len().saturating_sub(FINDINGS) as u64;
        findings.truncate(FINDINGS);
        findings.shrink_to_fit();
        let (location, claim) = (entry.location.clone(), claim.clone());
        self.heap.push(Reverse(Kept { key, location, claim, risk: entry.risk, findings, more }));
    }

    /// The claims kept, the worst first.
    pub(super) fn take(&mut self) -> Vec<Kept> {
        // Ascending order of the reversed is descending order.
        std::mem::take(&mut self.heap).into_sorted_vec().into_iter().map(|Reverse(kept)| kept).collect()
    }
}

impl Ord for Kept {
    fn cmp(&self, other: &Kept) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Kept) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Kept) -> bool {
        self.key == other.key
    }
}

impl Eq for Kept {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    /// Offers claims named by their number, with money at risk, score and charge; gives back who is kept.
    fn kept(limit: usize, claims: &[(i64, u8, i64)]) -> Vec<String> {
        let mut worst = Worst::new(limit);
        let (location, findings) = (sample::location(), [sample::finding(0, 0, Severity::High, 1, 100)]);
        for (n, &(at_risk, score, charge)) in claims.iter().enumerate() {
            let claim = sample::claim(n.to_string().as_bytes(), charge);
            let risk =
                Risk { score, sure: Cents(at_risk), possible: Cents::ZERO, worst: Some(Severity::High) };
            worst.offer(
                &Entry { location: &location, claim: Some(&claim), findings: &findings, marks: &[], risk },
                &claim,
            );
        }
        assert_eq!(worst.offered(), claims.len() as u64);
        worst.take().into_iter().map(|kept| String::from_utf8(kept.claim.id).unwrap()).collect()
    }

    #[test]
    fn the_worst_are_kept_and_of_equals_the_first() {
        for (limit, claims, want) in [
            (3, &[(1, 1, 1), (5, 1, 1), (3, 1, 1), (4, 1, 1)][..], &["1", "3", "2"][..]),
            (2, &[(5, 1, 1), (5, 1, 1), (5, 1, 1)], &["0", "1"]),
            (2, &[(5, 1, 9), (5, 2, 1), (5, 1, 10)], &["1", "2"]),
            (0, &[(5, 1, 1)], &[]),
            (9, &[(1, 1, 1), (2, 1, 1)], &["1", "0"]),
        ] {
            assert_eq!(kept(limit, claims), want, "{claims:?}");
        }
    }

    #[test]
    fn a_claim_with_many_findings_keeps_the_worst_of_them() {
        let mut findings: Vec<Finding> =
            (0..30).map(|n| sample::finding(0, 0, Severity::Low, n, 0)).collect();
        findings.push(sample::finding(0, 0, Severity::Critical, 30, 0));
        let (location, claim) = (sample::location(), sample::claim(b"A", 1));
        let mut worst = Worst::new(1);
        let risk = Risk::default();
        let entry = Entry { location: &location, claim: Some(&claim), findings: &findings, marks: &[], risk };
        worst.offer(&entry, &claim);
        let kept = worst.take().pop().unwrap();
        assert_eq!((kept.findings.len(), kept.more), (FINDINGS, 21));
        assert_eq!(kept.findings.iter().map(|f| f.line).take(3).collect::<Vec<_>>(), [30, 0, 1]);
    }
}
