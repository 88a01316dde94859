//! What the reader of a chunk notes beside the claims: envelope events, faults, and counts that account for
//! every segment, claim and line.

use serde::{Deserialize, Serialize};

use crate::position::ElementRef;
use crate::x12::envelope::{Event, Mark, Passed};
use crate::x12::fault::{Fault, FaultCode};
use crate::x12::segments::Tally;

use super::claim::{NotEvaluated, Place};

/// Segments by what they belong to. Their sum is the number of segments read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SegmentCounts {
    /// ISA, GS, ST, SE, GE, IEA.
    pub envelope: u64,
    /// TA1 and other segments of the interchange itself.
    pub service: u64,
    /// Header, billing provider, subscriber, patient.
    pub context: u64,
    /// Loop 2300 up to the first line.
    pub claim: u64,
    /// Loop 2400.
    pub line: u64,
    /// With an id the guides do not have, or outside any transaction set.
    pub unrecognised: u64,
    /// Without content.
    pub empty: u64,
    /// In transaction sets that are not read.
    pub out_of_scope: u64,
}

impl SegmentCounts {
    /// All segments.
    pub fn total(&self) -> u64 {
        self.envelope
            + self.service
            + self.context
            + self.claim
            + self.line
            + self.unrecognised
            + self.empty
            + self.out_of_scope
    }

    /// Adds another chunk's counts.
    pub fn add(&mut self, other: &SegmentCounts) {
        self.envelope += other.envelope;
        self.service += other.service;
        self.context += other.context;
        self.claim += other.claim;
        self.line += other.line;
        self.unrecognised += other.unrecognised;
        self.empty += other.empty;
        self.out_of_scope += other.out_of_scope;
    }
}

/// Counts of one chunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Segments by what they belong to.
    pub segments: SegmentCounts,
    /// CLM segments.
    pub claims_seen: u64,
    /// Claims not evaluated, by [`NotEvaluated`].
    pub claims_not_evaluated: [u64; NotEvaluated::ALL.len()],
    /// Service segments (SV1, SV2, SV3).
    pub lines_seen: u64,
    /// Service segments of claims that are not evaluated.
    pub lines_not_evaluated: u64,
    /// What the bytes were made of.
    pub tally: Tally,
}

impl Counts {
    /// Adds another chunk's counts.
    pub fn add(&mut self, other: &Counts) {
        self.segments.add(&other.segments);
        self.claims_seen += other.claims_seen;
        for (a, b) in self.claims_not_evaluated.iter_mut().zip(other.claims_not_evaluated) {
            *a += b;
        }
        self.lines_seen += other.lines_seen;
        self.lines_not_evaluated += other.lines_not_evaluated;
        self.tally.add(&other.tally);
    }
}

/// A fault that belongs to no claim, and how many envelope events came before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LooseFault {
    /// The fault; its segment number counts from the start of the chunk.
    pub fault: Fault,
    /// Envelope events of the chunk before it.
    pub events: u32,
}

/// Everything noted while a chunk is read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Record {
    /// Envelope segments, in order.
    pub events: Vec<Event>,
    /// Faults outside claims, in order.
    pub loose: Vec<LooseFault>,
    /// Faults of the claim just read.
    pub claim_faults: Vec<Fault>,
    /// Counts.
    pub counts: Counts,
    /// Claims handed out, and those of them that cannot be evaluated.
    pub lent: u64,
    pub(super) lent_unevaluated: u64,
    /// Where the account of an envelope does not balance, the first of them.
    pub unbalanced: Option<u64>,
    /// Segments since the start of the chunk.
    pub segment: u32,
    /// Empty segments since the last ST or SE, or since the start of the chunk.
    pub empty: u64,
}

impl Record {
    /// What the chunk had beside its envelopes.
    pub fn passed(&self) -> Passed {
        Passed { segments: self.segment, empty: self.empty, claims: self.counts.claims_seen }
    }

    /// Holds the account up to an envelope segment: what was read before it, and before the one before, is
    /// each in one place. `passed` is how many segments the chunk had, empty ones left out.
    pub(super) fn balance(&mut self, byte: u64, passed: u32) {
        let Counts { segments, claims_seen, claims_not_evaluated, .. } = &self.counts;
        let not_lent = claims_not_evaluated.iter().sum::<u64>() - self.lent_unevaluated;
        let balances =
            segments.total() - segments.empty == u64::from(passed) && *claims_seen == self.lent + not_lent;
        if !balances {
            self.unbalanced.get_or_insert(byte);
        }
    }

    pub(super) fn event(&mut self, place: Place, mark: Mark) {
        let claims = self.counts.claims_seen;
        self.events.push(Event { byte: place.byte, segment: place.segment, claims, mark });
    }

    pub(super) fn loose(&mut self, code: FaultCode, place: Place, at: ElementRef, figures: [u64; 2]) {
        let fault = Fault { code, byte: place.byte, at, segment: place.segment, figures };
        self.loose.push(LooseFault { fault, events: u32::try_from(self.events.len()).unwrap_or(u32::MAX) });
    }

    #[cold]
    pub(super) fn in_claim(&mut self, code: FaultCode, place: Place, at: ElementRef, figures: [u64; 2]) {
        self.claim_faults.push(Fault { code, byte: place.byte, at, segment: place.segment, figures });
    }
}
