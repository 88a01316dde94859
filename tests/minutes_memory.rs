//! What a sidecar of many rows keeps in memory: a row's own bytes, and little beside them.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::alloc::System;
use std::fmt::Write as _;
use std::path::Path;

use claimlint::minutes::Sidecar;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Rows, one to a claim: a little less than fills three blocks, and far more than half of what a list that doubles would
/// hold.
const ROWS: usize = 196_000;

/// Bytes a row may take beyond those of the ids it is found by.
const BEYOND: usize = 40;

/// A name, a header, and what writes a row and says how many bytes of ids it has.
type Shape = (&'static str, &'static str, fn(&mut String, usize) -> usize);

/// The buffer and the last blocks, which are made before it is known how much will be in them.
const SLACK: usize = 3 << 20;

// The only test of the file: a second one would allocate beside it.
#[test]
fn a_row_takes_forty_bytes_beyond_its_keys() {
    let shapes: [Shape; 3] = [
        ("line control", "claim_id,line_control,minutes", |text, row| {
            writeln!(text, "CLAIM{row:07},LINE{row:08},{}", row % 60).unwrap();
            24
        }),
        ("date and code, clock times", "claim_id,dos,code,mods,minutes,start_time,end_time", |text, row| {
            writeln!(text, "CLAIM{row:07},2026-03-{:02},97110,GP,15,09:00,09:15", row % 28 + 1).unwrap();
            12
        }),
        ("visits of patients", "patient_id,dos,total_timed_minutes,total_treatment_minutes", |text, row| {
            writeln!(text, "PAT{row:06},2026-03-{:02},38,53", row % 28 + 1).unwrap();
            9
        }),
    ];
    for (name, header, row) in shapes {
        let mut text = format!("{header}\n");
        let keys: usize = (0..ROWS).map(|n| row(&mut text, n)).sum();
        let region = Region::new(ALLOCATOR);
        let (sidecar, errors) = Sidecar::from_reader(Path::new("m.csv"), text.as_bytes());
        let change = region.change();
        assert_eq!((sidecar.len(), errors.len()), (ROWS, 0));
        // All that was ever asked for bounds what was held at any time.
        let most = change.bytes_allocated;
        let allowed = ROWS * BEYOND + keys + SLACK;
        assert!(most <= allowed, "{name}: {most} bytes, {allowed} allowed");
        let times = change.allocations + change.reallocations;
        assert!(times < ROWS / 100, "{name}: {times} allocations");
        let held = most - change.bytes_deallocated;
        let beyond = (held - keys) / ROWS;
        assert!(beyond <= BEYOND, "{name}: {beyond} bytes a row beyond its keys");
    }
}
