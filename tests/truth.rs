//! Planted faults, and nothing else, are found: precision and recall are exactly one.
//!
//! The generator knows which findings its faults must lead to, by claim id, line and rule. Its clean claims, and
//! those that only look faulty, must lead to none at all. `TRUTH_CLAIMS` asks for more claims than a plain run has
//! time for.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![expect(clippy::print_stdout, reason = "a test tells how often each rule was tried")]

use std::collections::BTreeMap;

use claimlint::minutes::Minutes as Loaded;
use claimlint::rules::plan::Plan;
use claimlint::scan::Setup;
use claimlint::scan::results::Results;
use claimlint::scan::split::Limits;
use claimlint::x12::envelope::expected::Expected;
use claimlint::x12::text::Text;

use support::generate::{Beside, Count, Kind, Minutes, Options, Planted, Size, batch};
use support::plant;
use support::run::{RULES, input, run, setup, setup_of};

#[path = "support/batches.rs"]
mod support;

/// Years on both sides of the dates that rules know: 59 on either line from July 2019, CQ and new codes from 2020,
/// the NCCI tables of 2024, authorisation from 2024, codes of 2026.
const YEARS: &[u32] = &[2026, 2024, 2021, 2019];

/// How often each rule is planted in the large run, at least.
const OFTEN: usize = 20;

/// What the run reports, as the generator lists it. Rows of the minutes file that fit nothing are findings
/// of no claim.
fn found(results: &Results, minutes: &Loaded) -> Vec<Planted> {
    let mut all = Vec::new();
    let each: std::io::Result<()> = results.each(|item| {
        let claim = item.claim.map(|(row, texts)| String::from_utf8(row.id.of(texts).to_vec()).unwrap());
        for finding in item.findings {
            let rule = RULES[usize::from(finding.rule.0)].code;
            all.push(Planted { claim: claim.clone().unwrap_or_default(), line: finding.line, rule });
        }
        Ok(())
    });
    each.unwrap();
    assert!(results.stray_rows.iter().all(|(row, _)| minutes.sidecar().place(row).1 > 1));
    let stray = Planted { claim: String::new(), line: 0, rule: "TIM005" };
    all.extend(std::iter::repeat_n(stray, results.stray_rows.iter().count()));
    all.sort();
    all
}

/// Scans a batch and compares; returns how often each rule was planted.
fn check(options: &Options) -> BTreeMap<&'static str, usize> {
    let mut batch = batch(options);
    let setup = setup_of(2, Limits::default(), &batch);
    let results = run(&setup, &[input("batch.837", std::mem::take(&mut batch.bytes))]);
    assert_eq!(results.imbalances, [""; 0]);
    let planted = &mut batch.planted;
    if batch.history.is_empty() {
        let seen = (results.totals.counts.claims_seen, results.totals.counts.lines_seen);
        assert_eq!(seen, (batch.claims, batch.lines), "{options:?}");
    }
    assert_eq!(results.totals.stats.unparsed_notes, 0);
    planted.sort();
    let mut found = found(&results, &setup.minutes);
    // Line breaks and rare delimiters are noted once an interchange.
    let rare = options.delimiters.iter().any(|b| b.is_ascii_control() && *b != b'\n');
    for (noted, rule) in [(!options.line_end.is_empty(), "X12-W011"), (rare, "X12-W013")] {
        if noted {
            let note = found.iter().position(|f| f.rule == rule).unwrap();
            found.remove(note);
        }
    }
    let missed: Vec<_> = without(planted, &found);
    let invented: Vec<_> = without(&found, planted);
    assert!(
        missed.is_empty() && invented.is_empty(),
        "{options:?}\nof {} planted {} missed: {:?}\n{} invented: {:?}\n{}",
        planted.len(),
        missed.len(),
        &missed[..missed.len().min(5)],
        invented.len(),
        &invented[..invented.len().min(5)],
        written(options, &missed.iter().chain(&invented).next().unwrap().claim),
    );
    let mut counts = BTreeMap::new();
    planted.iter().for_each(|p| *counts.entry(p.rule).or_default() += 1);
    counts
}

/// A claim as it is written, from its payer on.
fn written(options: &Options, claim: &str) -> String {
    let batch = batch(&Options { delimiters: *b"*:^~", line_end: "", ..options.clone() });
    let text = String::from_utf8(batch.bytes).unwrap().replace('~', "\n");
    let Some(at) = text.find(&format!("CLM*{claim}*")) else { return batch.minutes };
    let from = text[..at].rfind("\nSBR*").unwrap_or(0);
    let to = text[at + 1..].find("\nCLM*").map_or(text.len(), |n| at + 1 + n);
    let rows: Vec<&str> = batch.minutes.lines().filter(|row| row.starts_with(claim)).collect();
    format!("{}\n{}", &text[from..to], rows.join("\n"))
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
            for (transactions, providers, line_end, delimiters, beside, years) in [
                (Count::Many, Count::Many, "", *b"*:^~", Beside::Nothing, YEARS),
                (Count::One, Count::One, "\r\n", *b"*:^~", Beside::Files, &[2024]),
                (Count::One, Count::Many, "", *b"|>!\x1c", Beside::FilesAndHistory, &[2021]),
                (Count::Many, Count::One, "", *b"\x1d\x1f\x1e\n", Beside::Nothing, &[2019]),
            ] {
                let options = Options {
                    minutes,
                    transactions,
                    providers,
                    line_end,
                    delimiters,
                    beside,
                    years,
                    traps: 10,
                    ..Options::new(kind, Size::Claims(800))
                };
                assert_eq!(check(&options), BTreeMap::new());
            }
        }
    }
}

#[test]
fn every_planted_fault_is_found_where_it_is_and_nothing_else() {
    let claims = std::env::var("TRUTH_CLAIMS").map_or(100_000, |n| n.parse().unwrap());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for kind in [Kind::P, Kind::I] {
        for (minutes, beside, share) in [
            (Minutes::Sidecar, Beside::FilesAndHistory, 3),
            (Minutes::Sidecar, Beside::Nothing, 1),
            (Minutes::Notes, Beside::Files, 1),
            (Minutes::None, Beside::Nothing, 1),
        ] {
            for (faulty, part) in [(30, 2), (100, 1)] {
                let options = Options {
                    minutes,
                    beside,
                    faulty,
                    traps: 8,
                    years: YEARS,
                    seed: 11 + faulty,
                    ..Options::new(kind, Size::Claims(claims * share * part / 36))
                };
                for (rule, n) in check(&options) {
                    *counts.entry(rule).or_default() += n;
                }
            }
        }
    }
    println!(
        "{} findings of {} rules in {claims} claims: {counts:?}",
        counts.values().sum::<usize>(),
        counts.len()
    );
    let seldom: Vec<_> = RULES
        .iter()
        .map(|rule| rule.code)
        .filter(|code| !code.starts_with("X12-") && counts.get(code).is_none_or(|n| *n < OFTEN))
        .collect();
    assert!(seldom.is_empty(), "too few to prove anything: {seldom:?} of {counts:?}");
}

#[test]
fn every_damage_to_a_file_is_found_and_nothing_else() {
    let limits = Limits { window: 1 << 14, claim: plant::bytes::LIMIT, ..Limits::default() };
    let mut setup = setup(1, limits, "");
    setup.expected.push(Expected {
        receivers: vec![Text::new(b"ATMOSTTHREE")],
        claims_per_transaction: Some(3),
        ..Expected::default()
    });
    for (rule, damage) in plant::bytes::ALL {
        for (kind, seed) in (0..OFTEN as u64 / 2).flat_map(|seed| [(Kind::P, seed), (Kind::I, seed)]) {
            let clean = |seed, first_claim| {
                let size = Size::Claims(8);
                let (transactions, providers) = (Count::One, Count::One);
                let all = Options { seed, first_claim, transactions, providers, ..Options::new(kind, size) };
                batch(&all)
            };
            let mut file = plant::bytes::File::new(kind, seed, &clean(seed, 1), &clean(seed + 500, 700));
            damage(&mut file);
            let results = run(&setup, &[input("damaged.837", file.bytes())]);
            assert_eq!(results.imbalances, [""; 0], "{rule} {kind:?} {seed}");
            let mut found: Vec<_> = found(&results, &setup.minutes).iter().map(|f| f.rule).collect();
            found.sort_unstable();
            let mut expected = [&[*rule][..], file.also].concat();
            expected.sort_unstable();
            assert_eq!(found, expected, "{kind:?} {seed}");
        }
    }
    let planted = |code: &str| plant::bytes::ALL.iter().any(|(rule, _)| *rule == code);
    // What is wrong with a file before its first byte is cut into segments is planted in `tests/source.rs`.
    let of_source = |code: &str| {
        code.starts_with("X12-F") || ["X12-I090", "X12-W002", "X12-W007", "X12-W010"].contains(&code)
    };
    let here = RULES.iter().map(|rule| rule.code).filter(|code| code.starts_with("X12-") && !of_source(code));
    let left: Vec<_> = here.filter(|code| !planted(code)).collect();
    assert!(left.is_empty(), "planted nowhere: {left:?}");
}

/// The comparison itself: a run without some rules misses what they would find, and no more.
#[test]
fn a_rule_that_does_not_look_is_missed() {
    let options = Options { faulty: 60, years: YEARS, ..Options::new(Kind::P, Size::Claims(1500)) };
    let mut batch = batch(&options);
    let deaf = ["PTP003", "MOD001", "LIM001"];
    let setup = Setup {
        plan: Plan::new(|code| !deaf.contains(&code), |_| None),
        ..setup_of(2, Limits::default(), &batch)
    };
    let results = run(&setup, &[input("batch.837", std::mem::take(&mut batch.bytes))]);
    batch.planted.sort();
    let found = found(&results, &setup.minutes);
    let missed: Vec<_> = without(&batch.planted, &found).into_iter().cloned().collect();
    let of_them: Vec<_> = batch.planted.iter().filter(|p| deaf.contains(&p.rule)).cloned().collect();
    assert!(of_them.len() > OFTEN && without(&found, &batch.planted).is_empty());
    assert_eq!(missed, of_them);
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
        (900..1300).contains(&per_claim) && (25..45).contains(&lines),
        "{per_claim} bytes, {lines} lines a claim"
    );
}
