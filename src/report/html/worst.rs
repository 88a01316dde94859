//! Keeps the worst claims of a run, and the worst faults outside claims, up to a number of findings.
//!
//! What is kept are the first of all in one order, from the worst on, whatever order they came in. Deliberately absent:
//! bytes of the claim file; texts are made safe as they are kept.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::finding::{Finding, Severity};
use crate::report::{ClaimInfo, Entry, Location, safe};
use crate::risk::Risk;
use crate::x12::value::{Cents, Date};

/// Findings of one claim that are kept; the rest is counted. No page is made better by more.
const OF_ONE: usize = 200;

/// What makes one worse than another: more money at risk, then the higher score, then the worse finding, then the
/// larger charge; of equals the one that came first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Rank {
    at_risk: Cents,
    score: u8,
    severity: Option<Severity>,
    charge: Cents,
    order: Reverse<u64>,
}

/// A claim with its findings, or findings that belong to none.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) place: Rc<Place>,
    pub(super) claim: Option<Claim>,
    pub(super) risk: Risk,
    /// The worst severity, also of findings without a claim.
    pub(super) worst: Option<Severity>,
    /// In the order of position.
    pub(super) findings: Vec<Finding>,
    /// Findings that are not among them.
    pub(super) more: u64,
}

/// What is kept of a claim.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) id: Box<str>,
    pub(super) parties: Rc<Parties>,
    pub(super) form: &'static str,
    pub(super) charge: Cents,
    pub(super) lines: u32,
    pub(super) date: Option<Date>,
    pub(super) byte: u64,
    pub(super) suspect: bool,
}

/// Payer and billing provider: the same for many claims that follow each other.
#[derive(Debug)]
pub(super) struct Parties {
    pub(super) payer_id: Box<str>,
    pub(super) payer_name: Box<str>,
    pub(super) class: &'static str,
    pub(super) policy: Box<str>,
    pub(super) npi: Box<str>,
}

/// File and envelope: likewise.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) file: Rc<str>,
    pub(super) interchange: u32,
    pub(super) isa13: Box<str>,
    pub(super) gs06: Box<str>,
    pub(super) st02: Box<str>,
}

/// What did not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Left {
    pub(super) claims: u64,
    /// Findings, those of these claims and those outside claims.
    pub(super) findings: u64,
}

impl Left {
    /// One more that is left out.
    pub(super) fn add(&mut self, is_claim: bool, findings: u64) {
        self.claims += u64::from(is_claim);
        self.findings += findings;
    }
}

/// The worst so far.
#[derive(Debug)]
pub(super) struct Worst {
    limit: usize,
    offered: u64,
    findings: usize,
    kept: BTreeMap<Rank, Kept>,
    left: Left,
    /// The worst that was ever left out: nothing milder is kept any more.
    floor: Option<Rank>,
    place: Option<(Location, Rc<Place>)>,
    parties: Option<(ClaimInfo, Rc<Parties>)>,
}

impl Worst {
    /// Keeps up to `limit` findings.
    pub(super) fn new(limit: usize) -> Worst {
        Worst {
            limit,
            offered: 0,
            findings: 0,
            kept: BTreeMap::new(),
            left: Left::default(),
            floor: None,
            place: None,
            parties: None,
        }
    }

    /// Keeps the entry if it is among the worst so far. Nothing is copied if not.
    pub(super) fn offer(&mut self, entry: &Entry<'_>) {
        if entry.findings.is_empty() {
            return;
        }
        self.offered += 1;
        let severity = entry.findings.iter().map(|f| f.severity).max();
        let rank = Rank {
            at_risk: entry.risk.total(),
            score: entry.risk.score,
            severity,
            charge: entry.claim.map_or(Cents::ZERO, |claim| claim.charge),
            order: Reverse(self.offered),
        };
        if self.floor.is_some_and(|floor| rank < floor) {
            return self.left.add(entry.claim.is_some(), entry.findings.len() as u64);
        }
        let findings = worst_of(entry.findings);
        self.findings += findings.len();
        let kept = Kept {
            place: self.place(entry.location),
            claim: entry.claim.map(|claim| self.claim(claim)),
            risk: entry.risk,
            worst: severity,
            more: (entry.findings.len() - findings.len()) as u64,
            findings,
        };
        self.kept.insert(rank, kept);
        while self.findings > self.limit
            && let Some((rank, gone)) = self.kept.pop_first()
        {
            self.findings -= gone.findings.len();
            self.left.add(gone.claim.is_some(), gone.findings.len() as u64 + gone.more);
            self.floor = Some(rank);
        }
    }

    /// Hands out what is kept, the worst first, and what is left.
    pub(super) fn take(&mut self) -> (impl Iterator<Item = Kept> + use<>, Left) {
        (std::mem::take(&mut self.kept).into_values().rev(), self.left)
    }

    fn place(&mut self, at: &Location) -> Rc<Place> {
        if let Some((_, place)) = self.place.as_ref().filter(|(known, _)| known == at) {
            return place.clone();
        }
        let last = self.place.as_ref().filter(|(known, _)| known.file == at.file);
        let file = last.map_or_else(|| Rc::from(safe::line(&at.file)), |(_, place)| place.file.clone());
        let place = Rc::new(Place {
            file,
            interchange: at.interchange,
            isa13: safe::text(&at.isa13).into(),
            gs06: safe::text(&at.gs06).into(),
            st02: safe::text(&at.st02).into(),
        });
        self.place = Some((at.clone(), place.clone()));
        place
    }

    fn claim(&mut self, claim: &ClaimInfo) -> Claim {
        let same = |known: &ClaimInfo| {
            known.payer_id == claim.payer_id
                && known.payer_name == claim.payer_name
                && known.payer_class == claim.payer_class
                && known.policy == claim.policy
                && known.billing_npi == claim.billing_npi
        };
        let parties = match &self.parties {
            Some((known, parties)) if same(known) => parties.clone(),
            _ => {
                let parties = Rc::new(Parties {
                    payer_id: safe::text(&claim.payer_id).into(),
                    payer_name: safe::text(&claim.payer_name).into(),
                    class: claim.payer_class,
                    policy: safe::line(&claim.policy).into(),
                    npi: safe::line(&claim.billing_npi).into(),
                });
                self.parties = Some((claim.clone(), parties.clone()));
                parties
            }
        };
        Claim {
            id: safe::text(&claim.id).into(),
            parties,
            form: claim.form,
            charge: claim.charge,
            lines: claim.lines,
            date: claim.date,
            byte: claim.byte,
            suspect: claim.hierarchy_suspect,
        }
    }
}

/// The findings, or the worst of them, in their order.
fn worst_of(findings: &[Finding]) -> Vec<Finding> {
    if findings.len() <= OF_ONE {
        return findings.to_vec();
    }
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|n| Reverse(findings[*n].severity));
    order.truncate(OF_ONE);
    order.sort_unstable();
    order.into_iter().map(|n| findings[n]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    /// Claims by the money at risk and how many findings they have, offered in an order.
    fn kept(limit: usize, claims: &[(i64, usize)], order: impl Iterator<Item = usize>) -> (Vec<i64>, Left) {
        let mut worst = Worst::new(limit);
        let at = sample::location();
        for n in order {
            let (cents, count) = claims[n];
            let claim = sample::claim(format!("C{n}").as_bytes(), 1_000_000);
            let findings = vec![sample::finding(0, 0, Severity::High, 1, cents); count];
            let risk = Risk { sure: Cents(cents), score: 60, ..Risk::default() };
            worst.offer(&Entry { location: &at, claim: Some(&claim), findings: &findings, marks: &[], risk });
        }
        let (kept, left) = worst.take();
        (kept.map(|k| k.risk.sure.0).collect(), left)
    }

    #[test]
    fn the_worst_are_kept_whatever_order_they_come_in() {
        let claims = [(500, 2), (900, 3), (100, 1), (700, 4), (300, 1), (800, 2)];
        for (limit, want, claims_left, findings_left) in [
            (13, vec![900, 800, 700, 500, 300, 100], 0, 0),
            (12, vec![900, 800, 700, 500, 300], 1, 1),
            // 700 has too many to fit, and nothing milder takes its place.
            (8, vec![900, 800], 4, 8),
            (2, vec![], 6, 13),
        ] {
            let left = Left { claims: claims_left, findings: findings_left };
            assert_eq!(kept(limit, &claims, 0..6), (want.clone(), left), "{limit}");
            assert_eq!(kept(limit, &claims, (0..6).rev()), (want, left), "{limit}, backwards");
        }
    }

    #[test]
    fn of_a_claim_with_many_findings_the_worst_are_kept_in_their_order() {
        let mut findings = vec![sample::finding(0, 0, Severity::Low, 1, 0); 500];
        for (n, finding) in findings.iter_mut().enumerate() {
            finding.position.byte = n as u64;
            if n % 100 == 99 {
                finding.severity = Severity::Critical;
            }
        }
        let kept = worst_of(&findings);
        assert_eq!(kept.len(), OF_ONE);
        assert!(kept.is_sorted_by_key(|f| f.position.byte));
        assert_eq!(kept.iter().filter(|f| f.severity == Severity::Critical).count(), 5);
    }
}
