//! `claimlint trend` as a user meets it: runs side by side, as text, CSV and a page, and runs it refuses.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

#[path = "support/desk.rs"]
mod desk;
mod support;

use std::fs;

use desk::{Desk, batch};

const FAULTY: &str = "CLM*ONE*140***11:B:1*Y*A*Y*Y~HI*ABK:M5450~NM1*DN*1*TESTDOCTOR*BETA****XX*1000000053~LX*1~\
    SV1*HC:97161*140*UN*1***1~DTP*472*D8*20260302~";

/// Two runs: one claim in March, then the same and one of April.
fn runs() -> Desk {
    let april = FAULTY.replace("ONE", "TWO").replace("20260302", "20260407");
    let desk =
        Desk::new().with("march.edi", batch(FAULTY)).with("april.edi", batch(&[FAULTY, &april].concat()));
    for month in ["march", "april"] {
        let ran = desk.run(&format!("scan {month}.edi --out runs/{month} --format none"));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }
    desk
}

#[test]
fn runs_stand_side_by_side_in_each_format() {
    let desk = runs();
    let ran = desk.run("trend runs/march runs/april");
    let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "runs/march 1 1 $140.00 $140.00 100.0%",
        "runs/april 2 2 $280.00 $280.00 100.0%",
        "2026-03 $140.00 $140.00 $0.00 2026-04 $0.00 $140.00 +$140.00",
        "MOD001 missing-plan-modifier $140.00 $280.00 +$140.00",
    ] {
        assert!(words.contains(part), "{part}\n{}{}", ran.out, ran.err);
    }
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let rows = desk.run("trend runs/march runs/april --format csv").out;
    let mut months = rows.lines().filter(|row| row.starts_with("month,"));
    assert_eq!(months.next(), Some("month,2026-03,,runs/march,1,140.00"));
    assert_eq!(months.next(), Some("month,2026-03,,runs/april,1,140.00"));
    assert_eq!(months.next(), Some("month,2026-04,,runs/april,1,140.00"));
    assert_eq!(months.next(), None);
    let page = desk.run("trend runs/march runs/april --format html").out;
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"), "{page}");
    assert!(page.contains("2026-04") && page.contains("default-src ") && !page.contains("<script"));
    // A summary by itself is a run, and a run may be named twice.
    let ran = desk.run("trend runs/march/summary.json runs/march runs/march");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("runs/march (3)"), "{}", ran.out);
}

#[test]
fn what_cannot_be_relied_on_is_refused_and_nothing_of_it_repeated() {
    let desk = runs()
        .with("text.json", "TESTMEMBER01")
        .with(
            "old.json",
            "{\"schema_version\":1,\"claims\":{\"evaluated\":1,\"at_risk\":0},\"money\":{\"charged_cents\":1,\
            \"amount_at_risk_cents\":0},\"rules\":[]}",
        )
        .with(
            "new.json",
            "{\"schema_version\":9,\"claims\":{\"evaluated\":1,\"at_risk\":0},\"money\":{\"charged_cents\":1,\
            \"amount_at_risk_cents\":0},\"rules\":[]}",
        );
    let changed = desk.path().join("runs/april/summary.json");
    let text = fs::read_to_string(&changed).unwrap().replace("28000", "28001");
    fs::write(changed, text).unwrap();
    for (line, said) in [
        ("trend runs/march runs/april", "runs/april/summary.json: other bytes than the manifest says"),
        ("trend runs/march none", "cannot read none"),
        ("trend text.json", "text.json: no summary.json of claimlint, by line 1"),
        ("trend old.json", "old.json: made by a version that did not sum by month"),
        ("trend new.json", "new.json: schema version 9, this program reads 1"),
        ("trend", "<RUN>"),
    ] {
        let ran = desk.run(line);
        assert!(ran.err.contains(said), "{line}: {}", ran.err);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{line}");
        assert!(!ran.err.contains("TESTMEMBER"), "{line}: {}", ran.err);
    }
}
