//! Files that are deep, long or crowded: nothing about them grows with the stack, and every claim of them is read.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::fs;
use std::thread;

use claimlint::scan::results::Results;
use claimlint::scan::scan;
use claimlint::scan::split::Limits;

use support::run::{RULES, file, setup};

#[path = "support/batches.rs"]
mod support;

/// A thread's stack that leaves no room for recursion over an input.
const STACK: usize = 256 * 1024;

/// An 837 around what stands from the first HL on.
fn batch(guide: &str, body: &str) -> String {
    let header = format!(
        "ST*837*0001*{guide}~BHT*0019*00*TEST*20260701*0930*CH~NM1*41*2*EXAMPLE*****46*EXAMPLE~\
         NM1*40*2*EXAMPLE*****46*EXAMPLE~"
    );
    let count = [&header, body].map(|text| memchr::memchr_iter(b'~', text.as_bytes()).count());
    let count = count[0] + count[1] + 1;
    format!(
        "ISA*00*          *00*          *ZZ*EXAMPLESENDER  *ZZ*EXAMPLERECEIVER*260701*0930*^*00501*000000001*0*T*:~\
         GS*HC*EXAMPLESENDER*EXAMPLERECEIVER*20260701*0930*1*X*{guide}~{header}{body}SE*{count}*0001~GE*1*1~\
         IEA*1*000000001~"
    )
}

const P: &str = "005010X222A1";
const I: &str = "005010X223A2";

const PROVIDER: &str = "HL*1**20*1~NM1*85*2*EXAMPLE CLINIC*****XX*1000000012~";
const SUBSCRIBER: &str = "HL*2*1*22*0~SBR*P*18*******MB~NM1*IL*1*TESTPATIENT*ALPHA****MI*TESTMEMBER01~\
    NM1*PR*2*EXAMPLE*****PI*EXMB1~";

/// A claim in which there is something to be found.
fn claim(id: usize, lines: usize, institutional: bool) -> String {
    let (place, service) = match institutional {
        true => ("13:A:1**A*Y*Y", "SV2*0420*HC:97110*45*UN*1"),
        false => ("11:B:1*Y*A*Y*Y", "SV1*HC:97110*45*UN*1***1"),
    };
    let lines: String = (1..=lines)
        .map(|n| format!("LX*{n}~{service}~DTP*472*D8*2026{:02}{:02}~", 1 + n / 28 % 6, 1 + n % 28))
        .collect();
    format!("CLM*A{id}*{}***{place}~HI*ABK:M5450~{lines}", 45 * lines.matches("LX*").count())
}

/// Scans on a small stack.
fn run(text: String, window: usize) -> Results {
    let small = thread::Builder::new().stack_size(STACK).spawn(move || {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep.edi");
        fs::write(&path, text).unwrap();
        let setup = setup(1, Limits { window, ..Limits::default() }, "");
        scan(&setup, &[file(&path)], &|_| {}).unwrap()
    });
    let results = small.unwrap().join().unwrap();
    assert_eq!(results.imbalances, [""; 0]);
    results
}

fn evaluated(results: &Results) -> (u64, u64, u64) {
    let counts = &results.totals.counts;
    (counts.claims_seen, results.totals.stats.evaluated, counts.lines_seen)
}

fn found(results: &Results, code: &str) -> usize {
    let mut found = 0;
    let each: std::io::Result<()> = results.each(|item| {
        found += item.findings.iter().filter(|f| RULES[usize::from(f.rule.0)].code == code).count();
        Ok(())
    });
    each.unwrap();
    found
}

/// Each level is the parent of the next, 100,000 deep; a claim stands at every thousandth and at the deepest.
#[test]
fn a_chain_of_levels_is_followed_to_its_end() {
    let deep = 100_000;
    let mut body = PROVIDER.to_owned() + SUBSCRIBER;
    let mut claims = 0;
    for n in 3..=deep {
        body += &format!("HL*{n}*{}*23*1~PAT*19~NM1*QC*1*TESTPATIENT*N{n}~", n - 1);
        if n % 1000 == 0 {
            claims += 1;
            body += &claim(n, 1, false);
        }
    }
    for window in [4096, 1 << 20] {
        let results = run(batch(P, &body), window);
        assert_eq!(evaluated(&results), (claims, claims, claims));
        // HL02 of a patient names the subscriber; every one but the first names a patient.
        assert_eq!(found(&results, "X12-H002"), deep - 3);
        assert_eq!(found(&results, "MOD001"), claims as usize);
    }
}

/// Levels that name themselves, each other, and what is not there.
#[test]
fn levels_in_circles_end() {
    let mut body = PROVIDER.to_owned() + SUBSCRIBER;
    for n in 0..5000 {
        let (a, b) = (2 * n + 3, 2 * n + 4);
        body += &format!("HL*{a}*{b}*23*1~HL*{b}*{a}*22*1~HL*{b}*{b}*23*1~HL**99999999999999999999*23*0~HL~");
        body += &claim(n, 1, false);
    }
    assert_eq!(evaluated(&run(batch(P, &body), 1 << 20)), (5000, 5000, 5000));
}

#[test]
fn a_million_levels_are_read_in_little_room() {
    let levels = 1_000_000;
    let mut body = PROVIDER.to_owned() + SUBSCRIBER;
    body.extend((3..=levels).map(|n| format!("HL*{n}*1*22*0~")));
    body += "SBR*P*18*******MB~NM1*IL*1*TESTPATIENT*OMEGA****MI*TESTMEMBER02~NM1*PR*2*EXAMPLE*****PI*EXMB1~";
    body += &claim(1, 2, false);
    let results = run(batch(P, &body), 1 << 20);
    assert_eq!(evaluated(&results), (1, 1, 2));
    assert_eq!(found(&results, "X12-H001") + found(&results, "X12-T002"), 0);
}

#[test]
fn claims_of_999_lines_are_read_to_the_last_line() {
    let body: String = (0..5).map(|n| claim(n, 999, true)).collect();
    for window in [1000, 1 << 20] {
        let results = run(batch(I, &format!("{PROVIDER}{SUBSCRIBER}{body}")), window);
        assert_eq!(evaluated(&results), (5, 5, 5 * 999));
        assert_eq!((found(&results, "MOD001"), found(&results, "X12-L004")), (5 * 999, 0));
    }
}

/// What compares lines with each other would take hours for as many as fit into a claim of 16 MiB.
#[test]
fn a_claim_of_more_lines_than_any_guide_allows_is_passed_over_and_the_next_is_read() {
    for (lines, is_read) in [(2000, true), (2001, false), (200_000, false)] {
        let body = claim(1, lines, true) + &claim(2, 3, true) + "HL*3*1*22*0~" + &claim(3, 1, true);
        let results = run(batch(I, &format!("{PROVIDER}{SUBSCRIBER}{body}")), 1 << 20);
        let read = if is_read { 3 } else { 2 };
        assert_eq!(evaluated(&results), (3, read, lines as u64 + 4));
        assert_eq!(found(&results, "X12-C001"), usize::from(!is_read), "{lines}");
    }
}

#[test]
fn a_set_of_thousands_of_claims_is_read_to_the_last_claim() {
    let body: String = (0..12_000).map(|n| claim(n, 1, false)).collect();
    let results = run(batch(P, &format!("{PROVIDER}{SUBSCRIBER}{body}")), 1 << 16);
    assert_eq!(evaluated(&results), (12_000, 12_000, 12_000));
    assert_eq!(found(&results, "MOD001"), 12_000);
}
