//! `claimlint diff`: what is fixed, new and remaining, and that a run which is not what it was is not compared.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

#[path = "support/desk.rs"]
mod desk;
mod support;

use std::fs;

use desk::{Desk, FAULTY, batch, many};
use serde_json::Value;

const ALL: &str = "[[waiver]]\nrule = \"MOD001\"\nscope = { claim = \"A10\" }\nreason = \"r\"\napprover = \"a\"\n\
    created = \"2026-01-01\"\nexpires = \"2026-12-31\"\n";

/// Claims that have nothing in common but the fault: each on a day of its own. Ids are `A00`, `A10`, `A20`.
fn apart(prefix: &str, count: usize) -> String {
    let day = |n: usize| format!("2026030{}", n + 2);
    let claim = |n: usize| many(&format!("{prefix}{n}"), 1).replace("20260302", &day(n));
    (0..count).map(claim).collect::<String>().replace("97161", "97110")
}

/// A scan of claims into a set of that name.
fn set(desk: Desk, name: &str, claims: &str, flags: &str) -> Desk {
    let desk = desk.with("in/a.837", batch(claims));
    let ran = desk.run(&format!("scan in --format none --out {name} {flags}"));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    desk
}

/// Fixed, new, remaining and waived findings of a rule.
fn counts(document: &Value, rule: &str) -> [u64; 4] {
    let rules = document["rules"].as_array().unwrap();
    let found = rules.iter().find(|r| r["rule"] == rule);
    ["fixed", "new", "remaining", "waived"]
        .map(|word| found.map_or(0, |rule| rule[word]["findings"].as_u64().unwrap()))
}

#[test]
fn findings_are_fixed_new_or_remaining() {
    let good = |claim: String| claim.replace("HC:97110*", "HC:97110:GP*");
    let waived = ALL.replace("2026-12-31", "2026-12-30");
    // Claims of both runs, waivers of both, and what comes of MOD001.
    for (name, old, new, waivers, want) in [
        ("the same", apart("A", 3), apart("A", 3), ["", ""], [0, 0, 3, 0]),
        ("more", apart("A", 2), apart("A", 3), ["", ""], [0, 1, 2, 0]),
        ("less", apart("A", 3), apart("A", 2), ["", ""], [1, 0, 2, 0]),
        ("others", apart("A", 2), apart("B", 2), ["", ""], [2, 2, 0, 0]),
        ("corrected", apart("A", 2), good(apart("A", 2)), ["", ""], [2, 0, 0, 0]),
        ("waived", apart("A", 2), apart("A", 2), ["", ALL], [0, 0, 1, 1]),
        ("no longer waived", apart("A", 2), apart("A", 2), [ALL, ""], [0, 1, 1, 0]),
        ("waived in both", apart("A", 2), apart("A", 2), [ALL, &waived], [0, 0, 1, 1]),
        ("waived, then corrected", apart("A", 2), good(apart("A", 2)), [ALL, ""], [1, 0, 0, 0]),
    ] {
        let desk = Desk::new().with("old.toml", waivers[0]).with("new.toml", waivers[1]);
        let desk = set(desk, "old", &old, "--waivers old.toml");
        let desk = set(desk, "new", &new, "--waivers new.toml");
        for runs in ["old new", "old/findings.jsonl new", "old/findings.jsonl new/findings.jsonl"] {
            let ran = desk.run(&format!("diff {runs} --format json"));
            assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{name}");
            let document: Value = serde_json::from_str(&ran.out).unwrap();
            assert_eq!(counts(&document, "MOD001"), want, "{name}");
            let money = |word: &str| document["totals"][word]["amount_at_risk_cents"].as_u64().unwrap();
            assert_eq!(
                [money("fixed"), money("new"), money("remaining")],
                [want[0], want[1], want[2]].map(|n| n * 14000)
            );
            let news = document["new_findings"].as_array().unwrap();
            assert_eq!(news.iter().filter(|f| f["rule"] == "MOD001").count() as u64, want[1], "{name}");
        }
        let ran = desk.run("diff old new --fail-on critical");
        assert_eq!(ran.code, Some(i32::from(want[1] > 0)), "{name}: {}", ran.err);
        assert_eq!(ran.out.contains("\nNew:\n"), want[1] > 0, "{name}: {}", ran.out);
        let table = desk.run("diff old new --format csv").out;
        let row = format!("MOD001,missing-plan-modifier,{},{},{},{},", want[0], want[1], want[2], want[3]);
        assert!(table.lines().any(|line| line.starts_with(&row)), "{name}: {table}");
    }
}

#[test]
fn a_run_that_is_not_what_it_was_is_not_compared() {
    let desk = set(set(Desk::new(), "old", FAULTY, ""), "new", FAULTY, "");
    let before = desk.files("");
    assert_eq!(desk.run("diff old new").code, Some(0));
    assert_eq!(desk.files(""), before, "nothing is written");
    let path = desk.path().join("new/findings.jsonl");
    let good = fs::read(&path).unwrap();
    fs::write(&path, &good[..good.len() / 2]).unwrap();
    let ran = desk.run("diff old new");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("new/findings.jsonl: ") && ran.err.contains("the manifest says"), "{}", ran.err);
    let ran = desk.run("diff old new/findings.jsonl");
    assert!(ran.code == Some(2) && ran.err.contains("new/findings.jsonl:1: not JSON"), "{}", ran.err);
    fs::write(&path, &good).unwrap();
    fs::remove_file(desk.path().join("new/manifest.json")).unwrap();
    let ran = desk.run("diff old new");
    assert_eq!(ran.code, Some(0));
    assert!(ran.err.contains("new has no manifest"), "{}", ran.err);
    let desk = set(desk, "less", FAULTY, "--baseline old/findings.jsonl");
    assert!(desk.run("diff old less").err.contains("less was made with --baseline"));
    for (line, said) in [
        ("diff none new", "cannot read none"),
        ("diff in new", "cannot read in/findings.jsonl"),
        ("diff old", "required arguments"),
        ("diff old new --fail-on worst", "give one of none, info"),
    ] {
        let ran = desk.run(line);
        assert!(ran.code == Some(2) && ran.err.contains(said), "{line}: {}", ran.err);
    }
}

/// Whoever made the file chose what stands in it.
#[test]
fn what_stands_in_a_file_steers_nothing() {
    let desk = set(Desk::new(), "old", FAULTY, "");
    let text = fs::read_to_string(desk.path().join("old/findings.jsonl")).unwrap();
    let hostile = text
        .replace("\"FAULTY\"", "\"=1+1\\u001b[2J\\u202e\"")
        .replace("97161 carries", "\\u001b]52;c;aGk=\\u0007")
        .replace("\"fingerprint\":\"", "\"fingerprint\":\"0badcafe-");
    let desk = desk.with("empty.jsonl", "").with("hostile.jsonl", hostile);
    for format in ["text", "json", "csv"] {
        let ran = desk.run(&format!("diff empty.jsonl hostile.jsonl --format {format}"));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(!ran.out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{format}: {}", ran.out);
        assert_eq!(ran.out.contains("\\u{1b}"), format != "csv", "{format}: {}", ran.out);
    }
}
