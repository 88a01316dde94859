use serde_json::Value;

use super::parsed::Parsed;
use super::*;
use crate::finding::{Severity, Waived};
use crate::report::sample::{self, Batch, RULES};
use crate::x12::value::Cents;

fn page(batch: &Batch) -> Vec<u8> {
    limited(batch, FINDINGS, BYTES)
}

fn limited(batch: &Batch, findings: usize, bytes: usize) -> Vec<u8> {
    let mut out = Vec::new();
    batch.run(&mut Html::limited(&mut out, RULES, findings, bytes));
    out
}

/// A text of the page's data.
fn text<'d>(data: &'d Value, index: &Value) -> &'d str {
    data["texts"][index.as_u64().unwrap() as usize].as_str().unwrap()
}

#[test]
fn the_table_has_every_entry_with_its_findings_the_worst_first() {
    let parsed = Parsed::of(&page(&sample::batch()));
    assert_eq!((parsed.errors.as_slice(), parsed.comments), (&[][..], 0));
    let data = parsed.data();
    let rows = data["rows"].as_array().unwrap();
    assert_eq!(rows.len(), sample::batch().rows.len());
    let [values, findings] = [&rows[0][0], &rows[0][1]];
    assert_eq!(text(&data, &values[1][0]), "CLM-0001");
    assert_eq!(
        (values[2].as_i64(), values[3].as_i64(), values[4].as_u64()),
        (Some(9000), Some(3000), Some(98))
    );
    let claim = &values[1];
    let parties = data["parties"][claim[1].as_u64().unwrap() as usize].as_array().unwrap();
    let parties: Vec<&str> = parties.iter().map(|at| text(&data, at)).collect();
    assert_eq!(parties, ["60054", "EXAMPLE HEALTH", "commercial", "commercial-default", "1234567893"]);
    let place = data["places"][values[0].as_u64().unwrap() as usize].as_array().unwrap();
    let place: Vec<&str> = place.iter().map(|at| text(&data, at)).collect();
    assert_eq!(place, ["samples/faulty.837", "1", "000000001", "1", "0002"]);
    let second = &findings[1];
    let said: Vec<&str> = [&second[0][3], &second[0][4], &second[0][5], &second[0][6], &second[1][0]]
        .into_iter()
        .chain(second[2].as_array().unwrap())
        .map(|at| text(&data, at))
        .collect();
    assert_eq!(
        said,
        [
            "97110",
            "GP 59",
            "4",
            "2025-03-01",
            "SV101-3",
            "38 minutes support less than 40.00 charged",
            "bill what 38 minutes support",
            "CO-151"
        ]
    );
    assert_eq!((second[1][1].as_u64(), second[1][2].as_u64()), (Some(1002), Some(22)));
    let codes: Vec<&str> =
        data["rules"].as_array().unwrap().iter().map(|rule| text(&data, &rule[0])).collect();
    assert_eq!(codes, ["MOD001", "TIM001", "???", "X12-T002"]);
    let last = &rows.last().unwrap()[0];
    assert!(last[1].is_null() && last[5] == Severity::Low as u64, "what belongs to no claim comes last");
}

#[test]
fn what_matters_is_said_in_words_too() {
    let words = Parsed::of(&page(&sample::batch())).words();
    for part in [
        "$1,234,567.89",
        "$60,000.50",
        "on 80 claims",
        "11,900",
        "Not everything was done: 1 problem",
        "cannot read a\\u{1b}[2J.837: permission denied",
        "no documented minutes for the line",
        "18,500 lines",
        "7 lines are billed for more units than the minutes support: 21 units billed, 13 supported.",
        "tokens of the key 0badcafe",
        "b\\u{1b}[2J.csv",
        "X12-W010",
        "MOD001 missing-plan-modifier",
        "A therapy line without GP, GO or GN.",
        "… carries none of GP, GO, GN",
        "All of it in the week of 2025-02-24.",
    ] {
        assert!(words.contains(part), "{part}");
    }
    assert!(!words.contains("do not rely on"), "an account that balances needs no word");
    let mut batch = sample::batch();
    batch.summary.imbalances = vec!["claims: 3 seen, 2 accounted for".to_owned()];
    let words = Parsed::of(&page(&batch)).words();
    assert!(words.contains("Do not rely on this run") && words.contains("claims: 3 seen"));
}

/// The same input gives the same bytes, whatever tables are in use.
#[test]
fn the_same_run_gives_the_same_page() {
    assert_eq!(page(&sample::batch()), page(&sample::batch()));
}

/// Many claims, each with an id, a file and a payer of its own, the worse the later it comes.
fn many(count: u32) -> Batch {
    let rows = (0..count).map(|n| {
        let mut at = sample::location();
        at.file = format!("{n:06}/{}", "f".repeat(60));
        let mut claim = sample::claim(format!("{n:06}{}", "<".repeat(70)).as_bytes(), 1_000_000);
        claim.payer_id = format!("P{n:06}").into_bytes();
        (at, Some(claim), vec![sample::finding(1, 0, Severity::High, 1, i64::from(n) + 1)])
    });
    Batch { rows: rows.collect(), summary: sample::summary() }
}

#[test]
fn a_page_holds_the_worst_and_says_how_many_are_left() {
    let batch = many(500);
    for (findings, bytes, least) in [(120, BYTES, 120), (500, 100_000, 100), (500, BYTES, 500)] {
        let page = limited(&batch, findings, bytes);
        let parsed = Parsed::of(&page);
        let data = parsed.data();
        let rows = data["rows"].as_array().unwrap();
        assert!(rows.len() >= least && rows.len() <= findings, "{}", rows.len());
        assert!(bytes == BYTES || serde_json::to_string(&data).unwrap().len() <= bytes + 100);
        let amounts: Vec<i64> = rows.iter().map(|row| row[0][2].as_i64().unwrap()).collect();
        let want: Vec<i64> = (0..500).rev().map(|n| n + 1).take(rows.len()).collect();
        assert_eq!(amounts, want);
        let left = 500 - rows.len();
        let said = format!("{left} claims and {left} findings are left to claims.csv and findings.csv.");
        assert_eq!(parsed.words().contains(&said), left > 0, "{said}");
        // Sums are over everything.
        let sum = crate::report::figures::dollars(Cents((1..=500).sum()));
        assert!(parsed.words().contains(&sum), "{sum}");
    }
}

/// What a page has beside its findings, at the most: every list in it has an end.
#[test]
fn a_page_stays_below_forty_megabytes() {
    let mut batch = many(300);
    batch.summary.problems = vec!["p".repeat(1_000); 5_000];
    batch.summary.inputs = vec![
        crate::report::Input {
            file: "f".repeat(1_000),
            status: crate::report::InputStatus::Skipped,
            ..Default::default()
        };
        5_000
    ];
    let beside = limited(&batch, FINDINGS, 0).len();
    assert!(beside < 1_000_000, "{beside}");
    // The pages of the whole catalogue are well below the rest.
    const { assert!(BYTES + 6_000_000 < 40_000_000) }
}

/// What somebody answers for is a sum on the page and no row of it.
#[test]
fn waived_findings_are_sums_only() {
    let mut batch = sample::batch();
    let claims = batch.rows.len();
    let rows = |batch: &Batch| Parsed::of(&page(batch)).data()["rows"].as_array().unwrap().clone();
    for (waived, want) in [(1, (claims, 2)), (2, (claims, 1)), (3, (claims - 1, 1))] {
        batch.rows[0].2[waived - 1].waived = Waived::By(0);
        let rows = rows(&batch);
        assert_eq!((rows.len(), rows[0][1].as_array().unwrap().len()), want, "{waived} waived");
    }
    let words = Parsed::of(&page(&batch)).words();
    for part in ["Waived, or known before", "known from the baseline, and not counted here", "waiver "] {
        assert!(words.contains(part), "{part}");
    }
    (batch.summary.waivers, batch.summary.baseline, batch.summary.claims.set_aside) = (None, None, 0);
    assert!(!Parsed::of(&page(&batch)).words().contains("Waived, or known before"));
}
