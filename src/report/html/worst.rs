//! Keeps the worst claims of a run, and the worst faults outside claims, up to a number of findings.
//!
//! What is kept are the first of all in one order, from the worst on, whatever order they came in. Deliberately absent:
//! bytes of the claim file; texts are made safe as they are kept.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Reverse;
use std::hint::black_box;
use std::ops::Range;
use std::rc::Rc;

use crate::finding::{Arg, Finding, Severity};
use crate::report::{ClaimInfo, Entry, Location, safe};
use crate::risk::Risk;
use crate::x12::value::{Cents, Date};

use super::texts::Index;

/// Findings of one claim that are kept; the rest is counted. No page is made better by more.
const OF_ONE: usize = 200;

/// Entries that are handed out together.
const TOGETHER: usize = 16;

/// Payers and providers that are known again at once: a batch has its claims by provider, but their payers change.
const PARTIES: usize = 256;

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

/// A claim with its findings, or findings that belong to none, as they are handed out.
#[derive(Debug)]
pub(super) struct Kept<'w> {
    pub(super) place: &'w Rc<Place>,
    /// The claim and its id.
    pub(super) claim: Option<(&'w Claim, &'w str)>,
    pub(super) risk: Risk,
    /// The worst severity, also of findings without a claim.
    pub(super) worst: Option<Severity>,
    /// In the order of position.
    pub(super) findings: &'w [Finding],
    /// Findings that are not among them.
    pub(super) more: u64,
}

impl Kept<'_> {
    /// A number that hangs on the first bytes of its id and on all parts of its findings.
    fn touch(&self) -> u64 {
        let id = self.claim.and_then(|(_, id)| id.bytes().next()).map_or(0, u64::from);
        let of = |finding: &Finding| {
            let [first, .., last] = &finding.args;
            let [first, last] = [first, last].map(|arg| u64::from(*arg == Arg::None));
            finding.position.byte ^ u64::from(finding.line) ^ finding.procedure.packed() ^ first ^ last
        };
        self.findings.iter().map(of).fold(id, u64::wrapping_add)
    }
}

/// The same as it is held: ids and findings stand end to end with those of others.
#[derive(Debug)]
struct Held {
    place: Rc<Place>,
    claim: Option<(Claim, Range<u32>)>,
    risk: Risk,
    findings: Range<u32>,
    more: u64,
}

/// Entries as they are held, in blocks: one list of all would be copied as it grows, and that costs more than what goes
/// into it.
#[derive(Debug, Default)]
struct Blocks(Vec<Block>);

#[derive(Debug)]
struct Block {
    held: Vec<Held>,
    findings: Vec<Finding>,
    ids: String,
}

impl Blocks {
    /// Entries of a block.
    const LEN: usize = 1024;

    /// Holds another entry; its place is how many there were before.
    fn hold(&mut self, kept: &Kept<'_>) {
        if self.0.last().is_none_or(|block| block.held.len() == Blocks::LEN) {
            let (held, findings) = (Vec::with_capacity(Blocks::LEN), Vec::with_capacity(Blocks::LEN * 5 / 4));
            self.0.push(Block { held, findings, ids: String::new() });
        }
        let Some(Block { held, findings, ids }) = self.0.last_mut() else { return };
        let (first_finding, first_byte) = (findings.len() as u32, ids.len() as u32);
        findings.extend_from_slice(kept.findings);
        let claim = kept.claim.map(|(claim, id)| {
            ids.push_str(id);
            (claim.clone(), first_byte..ids.len() as u32)
        });
        held.push(Held {
            place: kept.place.clone(),
            claim,
            risk: kept.risk,
            findings: first_finding..findings.len() as u32,
            more: kept.more,
        });
    }

    /// The entry at a place, where its worst severity is known.
    fn get(&self, at: usize, worst: Option<Severity>) -> Option<Kept<'_>> {
        let Block { held, findings, ids } = self.0.get(at / Blocks::LEN)?;
        let Held { place, claim, risk, findings: range, more } = held.get(at % Blocks::LEN)?;
        let id = |id: &Range<u32>| ids.get(id.start as usize..id.end as usize).unwrap_or_default();
        Some(Kept {
            place,
            claim: claim.as_ref().map(|(claim, range)| (claim, id(range))),
            risk: *risk,
            worst,
            findings: findings.get(range.start as usize..range.end as usize).unwrap_or_default(),
            more: *more,
        })
    }
}

/// What is kept of a claim.
#[derive(Clone, Debug)]
pub(super) struct Claim {
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
    /// Where it stands on the page, once it does.
    pub(super) index: Cell<Option<Index>>,
}

/// File and envelope: likewise.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) file: Rc<str>,
    pub(super) interchange: u32,
    pub(super) isa13: Box<str>,
    pub(super) gs06: Box<str>,
    pub(super) st02: Box<str>,
    /// Where it stands on the page, once it does.
    pub(super) index: Cell<Option<Index>>,
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
    /// In no order, and more than the limit now and then: to sort out the mildest one by one would cost more than all else.
    ranks: Vec<(Rank, usize)>,
    blocks: Blocks,
    /// Findings of all blocks.
    findings: usize,
    left: Left,
    /// The worst that was ever left out: nothing milder is kept any more.
    floor: Option<Rank>,
    place: Option<(Location, Rc<Place>)>,
    /// Those that came last, each at a place that its ids give.
    parties: Vec<Option<(ClaimInfo, Rc<Parties>)>>,
}

impl Worst {
    /// Keeps up to `limit` findings.
    pub(super) fn new(limit: usize) -> Worst {
        Worst {
            limit,
            offered: 0,
            ranks: Vec::new(),
            blocks: Blocks::default(),
            findings: 0,
            left: Left::default(),
            floor: None,
            place: None,
            parties: vec![None; PARTIES],
        }
    }

    /// Keeps the entry if it is among the worst so far. Nothing is copied if not.
    pub(super) fn offer(&mut self, entry: &Entry<'_>) {
        let Some(severity) = entry.findings.iter().map(|f| f.severity).max() else { return };
        self.offered += 1;
        let rank = Rank {
            at_risk: entry.risk.total(),
            score: entry.risk.score,
            severity: Some(severity),
            charge: entry.claim.map_or(Cents::ZERO, |claim| claim.charge),
            order: Reverse(self.offered),
        };
        if self.floor.is_some_and(|floor| rank < floor) {
            return self.left.add(entry.claim.is_some(), entry.findings.len() as u64);
        }
        let place = self.place(entry.location);
        let claim = entry.claim.map(|claim| (self.claim(claim), safe::text(&claim.id)));
        let findings = worst_of(entry.findings);
        let kept = Kept {
            place: &place,
            claim: claim.as_ref().map(|(claim, id)| (claim, &**id)),
            risk: entry.risk,
            worst: Some(severity),
            findings: &findings,
            more: (entry.findings.len() - findings.len()) as u64,
        };
        self.ranks.push((rank, self.ranks.len()));
        self.findings += findings.len();
        self.blocks.hold(&kept);
        if self.findings > self.limit + self.limit / 4 {
            self.sort_out();
        }
    }

    /// How many entries are kept, and beyond the limit a few more.
    pub(super) fn len(&self) -> usize {
        self.ranks.len()
    }

    /// Hands out what is kept, the worst first, and what is left.
    pub(super) fn take(&mut self) -> (impl Iterator<Item = Kept<'_>>, Left) {
        self.sort_out();
        let kept = |(rank, at): &(Rank, usize)| self.blocks.get(*at, rank.severity);
        let together = move |ranks: &[_]| {
            let kept: Vec<Kept<'_>> = ranks.iter().filter_map(kept).collect();
            // In this order they lie all over the memory: it is waited for several at once, not for one after the other.
            black_box(kept.iter().map(Kept::touch).fold(0, u64::wrapping_add));
            kept
        };
        (self.ranks.chunks(TOGETHER).flat_map(together), self.left)
    }

    /// Puts the worst first, and drops what is beyond the limit.
    fn sort_out(&mut self) {
        self.ranks.sort_unstable_by(|a, b| b.cmp(a));
        let old = std::mem::take(&mut self.blocks);
        let kept = |(rank, at): &(Rank, usize)| old.get(*at, rank.severity);
        let mut sum = 0;
        let fits = self.ranks.iter().filter_map(kept).take_while(|kept| {
            sum += kept.findings.len();
            sum <= self.limit
        });
        let fits = fits.count();
        let Some((best, _)) = self.ranks.get(fits) else {
            self.blocks = old;
            return;
        };
        self.floor = Some(*best);
        for gone in self.ranks.iter().skip(fits).filter_map(kept) {
            self.left.add(gone.claim.is_some(), gone.findings.len() as u64 + gone.more);
        }
        self.ranks.truncate(fits);
        self.findings = 0;
        for (n, held) in self.ranks.iter_mut().enumerate() {
            let Some(kept) = kept(held) else { continue };
            self.findings += kept.findings.len();
            self.blocks.hold(&kept);
            held.1 = n;
        }
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
            index: Cell::default(),
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
        let ids = claim.payer_id.iter().chain(claim.billing_npi.as_bytes());
        let place =
            ids.fold(0usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte))) % PARTIES;
        let parties = match &self.parties[place] {
            Some((known, parties)) if same(known) => parties.clone(),
            _ => {
                let parties = Rc::new(Parties {
                    payer_id: safe::text(&claim.payer_id).into(),
                    payer_name: safe::text(&claim.payer_name).into(),
                    class: claim.payer_class,
                    policy: safe::line(&claim.policy).into(),
                    npi: safe::line(&claim.billing_npi).into(),
                    index: Cell::default(),
                });
                self.parties[place] = Some((claim.clone(), parties.clone()));
                parties
            }
        };
        Claim {
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
fn worst_of(findings: &[Finding]) -> Cow<'_, [Finding]> {
    if findings.len() <= OF_ONE {
        return Cow::Borrowed(findings);
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
