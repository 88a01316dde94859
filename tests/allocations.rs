//! A clean claim costs no allocation: 2,000 of them in a chunk ask for memory as often as 200 do.
//!
//! Counted are requests for new memory. What a chunk hands out grows with its claims where their minutes are
//! documented (rows for the grouping of days), so those few vectors double now and then; doublings are
//! counted by themselves and are at most one for each power of two.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::alloc::System;

use claimlint::claim::context::Context;
use claimlint::scan::split::{Chunk, Limits, Splitter};
use claimlint::scan::worker::read_chunk;
use claimlint::scan::{Ready, Setup};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use support::generate::{Kind, Minutes, Options, Size, batch};
use support::run::setup;

#[path = "support/batches.rs"]
mod support;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Vectors of a chunk's output that may grow with claims nothing is wrong with.
const GROWING: usize = 6;

/// All claims of a batch in one chunk, and what to read it with.
struct Read {
    setup: Setup,
    chunk: Chunk,
    claims: u64,
}

impl Read {
    fn new(kind: Kind, minutes: Minutes, claims: u64) -> Read {
        let batch = batch(&Options { minutes, ..Options::new(kind, Size::Claims(claims)) });
        let limits = Limits { window: batch.bytes.len() + 1, ..Limits::default() };
        let chunk = Splitter::new(&batch.bytes[..], limits).next_chunk(Vec::new()).unwrap();
        assert!(chunk.last, "one chunk is to hold the whole batch");
        Read { setup: setup(1, limits, &batch.minutes), chunk, claims: batch.claims }
    }

    /// How often reading the chunk asks for new memory, and for more of what it has.
    fn requests(&self) -> (usize, usize) {
        let ready = Ready::new(&self.setup);
        let once = || {
            let region = Region::new(ALLOCATOR);
            let output = read_chunk(&ready, &self.chunk, 0, Context::default());
            let change = region.change();
            assert_eq!((output.stats.evaluated, output.findings.len()), (self.claims, 0));
            (change.allocations, change.reallocations)
        };
        // The counters are those of the process; the least of some runs is that of this thread alone.
        (0..4).map(|_| once()).min().unwrap()
    }
}

// The only test of the file: a second one would allocate beside it.
#[test]
fn a_clean_claim_costs_no_allocation() {
    for kind in [Kind::P, Kind::I] {
        for minutes in [Minutes::None, Minutes::Notes, Minutes::Sidecar] {
            let [few, many] = [200, 2000].map(|claims| Read::new(kind, minutes, claims).requests());
            let case = format!("{kind:?}, minutes {minutes:?}: {few:?} for 200 claims, {many:?} for 2000");
            assert!(few.0 > 0, "nothing was counted: {case}");
            assert_eq!(few.0, many.0, "{case}");
            // From 200 to 2,000 a vector doubles at most four times.
            assert!(many.1 <= few.1 + 4 * GROWING, "{case}");
        }
    }
}
