//! Planted faults, and nothing else, are found: precision and recall are exactly one.
//!
//! The generator knows which findings its faults must lead to, by claim id, line and rule. Its clean claims
//! must lead to none at all.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::BTreeMap;

use claimlint::minutes::Minutes as Loaded;
use claimlint::scan::results::Results;
use claimlint::scan::split::Limits;

use support::generate::{Batch, Count, Kind, Minutes, Options, Planted, Size, batch};
use support::run::{RULES, input, run, setup};

#[path = "support/batches.rs"]
mod support;

/// What the run reports, as the generator lists it. Rows of the minutes file that fit nothing are findings
/// of no claim.
fn found(results: &Results, minutes: &Loaded) -> Vec<Planted> {
    let mut all = Vec::new();
    let each: Result<(), ()> = results.each(|item| {
        let claim = item.claim.map(|(row, texts)| String::from_utf8(row.id.of(texts).to_vec()).unwrap());
        for finding in item.findings {
            let rule = RULES[usize::from(finding.rule.0)].code;
            all.push(Planted { claim: claim.clone().unwrap_or_default(), line: finding.line, rule });
        }
        Ok(())
    });
    each.unwrap();
    assert!(results.stray_rows.iter().all(|(row, _)| minutes.sidecar().place(*row).1 > 1));
    let stray = Planted { claim: String::new(), line: 0, rule: "TIM005" };
    all.extend(std::iter::repeat_n(stray, results.stray_rows.len()));
    all.sort();
    all
}

/// Scans a batch and compares; returns how often each rule was planted.
fn check(options: &Options) -> BTreeMap<&'static str, usize> {
    let Batch { bytes, minutes, mut planted, claims, lines } = batch(options);
    let setup = setup(2, Limits::default(), &minutes);
    let results = run(&setup, &[input("batch.837", bytes)]);
    assert_eq!(results.imbalances, [""; 0]);
    let seen = (results.totals.counts.claims_seen, results.totals.counts.lines_seen);
    assert_eq!(seen, (claims, lines), "{options:?}");
    assert_eq!(results.totals.stats.unparsed_notes, 0);
    planted.sort();
    let mut found = found(&results, &setup.minutes);
    // Line breaks are noted once an interchange.
    if !options.line_end.is_empty() {
        let note = found.iter().position(|f| f.rule == "X12-W011").unwrap();
        found.remove(note);
    }
    let missed: Vec<_> = without(&planted, &found);
    let invented: Vec<_> = without(&found, &planted);
    assert!(
        missed.is_empty() && invented.is_empty(),
        "{options:?}\nof {} planted {} missed: {:?}\n{} invented: {:?}",
        planted.len(),
        missed.len(),
        &missed[..missed.len().min(5)],
        invented.len(),
        &invented[..invented.len().min(5)],
    );
    let mut counts = BTreeMap::new();
    planted.iter().for_each(|p| *counts.entry(p.rule).or_default() += 1);
    counts
}

/// What stands in `these` more often than in `those`; both are sorted.
fn without<'p>(these: &'p [Planted], those: &[Planted]) -> Vec<&'p Planted> {
    let mut those = those.iter().peekable();
    let mut left = Vec::new();
    for this in these {
        while those.next_if(|that| *that < this).is_some() {}
        if those.next_if_eq(&this).is_none() {
            left.push(this);
        }
    }
    left
}

#[test]
fn clean_batches_have_no_finding() {
    for kind in [Kind::P, Kind::I] {
        for minutes in [Minutes::None, Minutes::Sidecar, Minutes::Notes] {
            for (transactions, providers, line_end, delimiters) in [
                (Count::Many, Count::Many, "", *b"*:^~"),
                (Count::One, Count::One, "\r\n", *b"*:^~"),
                (Count::One, Count::Many, "", *b"|>!\x1c"),
                (Count::Many, Count::One, "", *b"\x1d\x1f\x1e\n"),
            ] {
                let options = Options {
                    minutes,
                    transactions,
                    providers,
                    line_end,
                    delimiters,
                    ..Options::new(kind, Size::Claims(800))
                };
                assert_eq!(check(&options), BTreeMap::new());
            }
        }
    }
}

#[test]
fn every_planted_fault_is_found_where_it_is_and_nothing_else() {
    const WITHOUT_MINUTES: [&str; 5] = ["CLM011", "MOD001", "MOD002", "MOD003", "PTP001"];
    const ALL: [&str; 8] = ["CLM011", "MOD001", "MOD002", "MOD003", "PTP001", "TIM001", "TIM004", "TIM005"];
    // Only beside a minutes file a note can contradict anything.
    let beside_a_file = [&ALL[..], &["TIM006"]].concat();
    for kind in [Kind::P, Kind::I] {
        for (minutes, rules) in [
            (Minutes::None, &WITHOUT_MINUTES[..]),
            (Minutes::Sidecar, &beside_a_file),
            (Minutes::Notes, &ALL),
        ] {
            // The whole mix at length; the others long enough to have each fault often enough.
            let many = if kind == Kind::P && minutes == Minutes::Sidecar { 20_000 } else { 3000 };
            for (faulty, claims) in [(30, many), (100, 2000)] {
                let options = Options {
                    minutes,
                    faulty,
                    seed: 11 + faulty,
                    ..Options::new(kind, Size::Claims(claims))
                };
                let counts = check(&options);
                let institutional = if kind == Kind::I { &["CLM001"][..] } else { &[] };
                let rules: Vec<&str> = institutional.iter().chain(rules).copied().collect();
                assert_eq!(counts.keys().copied().collect::<Vec<_>>(), rules);
                assert!(counts.values().all(|n| *n > 30), "too few to prove anything: {counts:?}");
            }
        }
    }
}

#[test]
fn one_seed_gives_one_batch() {
    let options =
        Options { faulty: 30, minutes: Minutes::Sidecar, ..Options::new(Kind::P, Size::Bytes(100_000)) };
    let (one, two) = (batch(&options), batch(&options));
    assert!(one.bytes == two.bytes && one.minutes == two.minutes && one.planted == two.planted);
    assert!(batch(&Options { seed: 8, ..options }).bytes != one.bytes);
    let (per_claim, lines) = (one.bytes.len() as u64 / one.claims, one.lines * 10 / one.claims);
    assert!(
        (900..1300).contains(&per_claim) && (30..45).contains(&lines),
        "{per_claim} bytes, {lines} lines a claim"
    );
}
