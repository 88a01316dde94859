//! Looking up what a sidecar file says costs no allocation, for it is done for every line of every claim.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::alloc::System;
use std::path::Path;

use claimlint::minutes::{RowId, Sidecar};
use claimlint::sidecar::{Bucket, Fees, PlanAnswer, Plans, Spend};
use claimlint::tables::therapy::Discipline;
use claimlint::x12::code::Code;
use claimlint::x12::value::Date;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const PATIENTS: u32 = 500;

/// A file of a header and a row for each patient.
fn file(header: &str, row: impl Fn(u32) -> String) -> String {
    let rows: Vec<String> = (0..PATIENTS).map(row).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

/// The least number of allocations of some runs: those of other threads of the process are not meant.
fn allocations(look: impl Fn() -> u32) -> usize {
    let once = || {
        let region = Region::new(ALLOCATOR);
        assert_eq!(look(), PATIENTS, "each is found");
        region.change().allocations + region.change().reallocations
    };
    (0..4).map(|_| once()).min().unwrap()
}

// The only test of the file: a second one would allocate beside it.
#[test]
fn a_lookup_costs_no_allocation() {
    let name = Path::new("x.csv");
    let text = file("patient_id,discipline,start", |n| format!("P{n},PT,2026-01-01"));
    let (plans, no_plans) = Plans::from_reader(name, text.as_bytes());
    let text = file("patient_id,year,bucket,allowed_to_date", |n| format!("P{n},2026,OT,{n}"));
    let (spend, no_spend) = Spend::from_reader(name, text.as_bytes());
    let text = file("payer,code,allowed,year", |n| format!("Payer{n},97110,{n},2026"));
    let (fees, no_fees) = Fees::from_reader(name, text.as_bytes());
    let text = file("claim_id,line_no,start_time,body_region,therapist_id", |n| {
        format!("C{n},1,9:00-9:15;9:20-9:30,ext,1234567893")
    });
    let (minutes, no_minutes) = Sidecar::from_reader(name, text.as_bytes());
    for errors in [no_plans, no_spend, no_fees, no_minutes] {
        assert!(errors.is_empty(), "{errors:?}");
    }
    let ids: Vec<(String, String)> = (0..PATIENTS).map(|n| (format!("P{n}"), format!("payer{n}"))).collect();
    let (date, code) = (Date::new(2026, 3, 2).unwrap(), Code::of("97110"));
    let count = |found: &dyn Fn(&str, &str) -> bool| {
        (0u32..).zip(ids.iter().filter(|(patient, payer)| found(patient, payer))).count() as u32
    };
    let cost = [
        allocations(|| {
            count(&|patient, _| {
                matches!(plans.find(patient.as_bytes(), Discipline::Pt, date), PlanAnswer::Covered(_))
            })
        }),
        allocations(|| count(&|patient, _| spend.find(patient.as_bytes(), 2026, Bucket::Ot).is_some())),
        allocations(|| count(&|_, payer| fees.find(payer.as_bytes(), "", code, Some(date)).is_some())),
        allocations(|| count(&|_, payer| fees.find(b"?", payer, code, Some(date)).is_some())),
        allocations(|| {
            let rows = (0..PATIENTS).map(RowId);
            let whole = |row: &RowId| {
                let details = minutes.details(*row);
                minutes.intervals(*row).eq([(540, 555), (560, 570)])
                    && details.therapist.is_some()
                    && details.region.is_some()
            };
            rows.filter(whole).count() as u32
        }),
    ];
    assert_eq!(cost, [0; 5], "plans, spend, fees by payer, fees by policy, details of rows");
    // Something is counted at all.
    assert!(allocations(|| ids.to_vec().len() as u32) > 0);
}
