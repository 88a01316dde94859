//! The flags for sidecar files as a user meets them: what is read, what is refused and how that is said.
//!
//! Each case runs the built binary on files made here. What single values may be is held by unit tests.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{Ran, run_with};
use tempfile::TempDir;

/// A claim for Medicare of one timed line, without a plan-of-care modifier.
const CLAIM: &str =
    "CLM*A1*45***11:B:1*Y*A*Y*Y~HI*ABK:M5450~LX*1~SV1*HC:97110*45*UN*1***1~DTP*472*D8*20260302~";

/// The flags, each with a header of its file and a row that can be used.
const KINDS: [(&str, &str, &str); 5] = [
    ("minutes", "claim_id,line_no,minutes", "A1,1,15"),
    ("visits", "claim_id,patient_id,dos,total_timed_minutes", "A1,,2026-03-02,15"),
    ("plans", "patient_id,discipline,start,expires", "TESTMEMBER01,PT,2026-03-01,2026-05-29"),
    ("spend", "patient_id,year,bucket,allowed_to_date", "TESTMEMBER01,2026,PTSLP,100.00"),
    ("fees", "payer,code,allowed,year", "medicare,97110,29.00,2026"),
];

/// An 837P around claims, its counts right.
fn batch(claims: &str) -> String {
    let head = "ISA*00*          *00*          *ZZ*EXAMPLESENDER  *ZZ*EXAMPLERECEIVER*260406*0930*^*00501*000000001*0*T*:~\
        GS*HC*EXAMPLESENDER*EXAMPLERECEIVER*20260406*0930*1*X*005010X222A1~";
    let body = format!(
        "ST*837*0001*005010X222A1~BHT*0019*00*TEST*20260406*0930*CH~NM1*41*2*EXAMPLE*****46*EXAMPLE~\
         NM1*40*2*EXAMPLE*****46*EXAMPLE~HL*1**20*1~NM1*85*2*EXAMPLE CLINIC*****XX*1000000012~HL*2*1*22*0~\
         SBR*P*18*******MB~NM1*IL*1*TESTPATIENT*ALPHA****MI*TESTMEMBER01~NM1*PR*2*EXAMPLE*****PI*EXMB1~{claims}"
    );
    let count = body.matches('~').count() + 1;
    format!("{head}{body}SE*{count}*0001~GE*1*1~IEA*1*000000001~")
}

/// A directory with the claim in it.
struct Desk(TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(TempDir::new().unwrap()).with("claim.edi", batch(CLAIM))
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Desk {
        fs::write(self.0.path().join(name), bytes).unwrap();
        self
    }

    fn run(&self, line: &str) -> Ran {
        run(self.0.path(), line)
    }
}

/// Runs a command line, split at blanks.
fn run(directory: &Path, line: &str) -> Ran {
    run_with(directory, &line.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>(), b"")
}

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The words of a page, however it was wrapped.
fn words(ran: &Ran) -> String {
    format!("{}{}", ran.out, ran.err).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn expect(ran: &Ran, code: i32, said: &[&str], what: &str) {
    let words = words(ran);
    for part in said {
        assert!(words.contains(part), "{what}: {part:?} is not said\n{}{}", ran.out, ran.err);
    }
    assert_eq!(ran.code, Some(code), "{what}\n{}{}", ran.out, ran.err);
}

#[test]
fn a_file_that_is_right_is_read_and_said() {
    for (kind, header, row) in KINDS {
        let desk = Desk::new().with("good.csv", format!("{header}\n{row}\n"));
        let ran = desk.run(&format!("scan claim.edi --{kind} good.csv"));
        let said =
            if kind == "minutes" { "1 row: 1 matched" } else { &format!("{kind} files 1 file: 1 row") };
        expect(&ran, 0, &[said, "MOD001"], kind);
        let summary = desk.run(&format!("scan claim.edi --{kind} good.csv --format summary"));
        let summary: Value = serde_json::from_str(&summary.out).unwrap();
        assert_eq!(summary["sidecars"], json!([{"kind": kind, "files": 1, "rows": 1, "faulty_rows": 0}]));
        expect(&desk.run(&format!("show claim.edi --claim A1 --{kind} good.csv")), 0, &["CLM*A1"], kind);
    }
    let none: Value = serde_json::from_str(&Desk::new().run("scan claim.edi --format summary").out).unwrap();
    assert_eq!(none["sidecars"], json!([]));
}

#[test]
fn a_faulty_row_is_left_out_by_line_and_column_and_the_others_are_used() {
    for (kind, bad, said) in [
        (
            "visits",
            ",,2026-03-02,15",
            "bad.csv:3, column claim_id: no claim and no patient; give claim_id or patient_id",
        ),
        (
            "visits",
            "A1,,,15",
            "bad.csv:3, column dos: a visit needs its date of service; give it as CCYY-MM-DD",
        ),
        (
            "visits",
            "A1,,2026-02-30,15",
            "bad.csv:3, column dos: not a date; write it as CCYY-MM-DD or CCYYMMDD",
        ),
        (
            "visits",
            "A1,,2026-03-02,",
            "bad.csv:3, column total_timed_minutes: no minutes; give total_timed_minutes",
        ),
        (
            "visits",
            "A1,,2026-03-02,-5",
            "bad.csv:3, column total_timed_minutes: `-5` is not whole minutes of 0 to 1440",
        ),
        ("plans", "TESTMEMBER01,PT,2026-06-01,2026-05-29", "bad.csv:3, column expires: before start"),
        ("plans", "TESTMEMBER01,PT,soon,", "bad.csv:3, column start: not a date"),
        (
            "spend",
            "TESTMEMBER01,2026,OT,-1",
            "bad.csv:3, column allowed_to_date: `-1` is not an amount of 0 or more",
        ),
        ("spend", "TESTMEMBER01,2026,OT,x", "bad.csv:3, column allowed_to_date: the value is not an amount"),
        (
            "fees",
            "medicare,97112,free,2026",
            "bad.csv:3, column allowed: the value is not an amount of 0 or more",
        ),
        ("fees", "medicare,97112", "bad.csv:3: the row has 2 values, the header 4"),
    ] {
        let (_, header, row) = KINDS.into_iter().find(|(name, ..)| *name == kind).unwrap();
        let desk = Desk::new().with("bad.csv", format!("{header}\n{row}\n{bad}\n"));
        let ran = desk.run(&format!("scan claim.edi --{kind} bad.csv"));
        expect(&ran, 2, &["PROBLEMS", said, "MOD001"], bad);
        let ran = desk.run(&format!("scan claim.edi --{kind} bad.csv --format summary"));
        expect(&ran, 2, &[said], bad);
        let summary: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(summary["sidecars"], json!([{"kind": kind, "files": 1, "rows": 1, "faulty_rows": 1}]));
        assert_eq!(summary["problems"].as_array().unwrap().len(), 1);
        expect(&desk.run(&format!("show claim.edi --claim A1 --{kind} bad.csv")), 2, &[said, "CLM*A1"], bad);
    }
    let row = "TESTMEMBER01,2026,PTSLP,100.00";
    let desk = Desk::new()
        .with("a.csv", format!("{}\n{row}\n{row}\n", KINDS[3].1))
        .with("b.csv", format!("{}\n{row}\n", KINDS[3].1));
    let ran = desk.run("scan claim.edi --spend a.csv --spend b.csv");
    let same = "patient, year and bucket are those of line 2";
    let said = [&format!("a.csv:3: {same}; keep one"), &format!("b.csv:2: {same} of a.csv; keep one")];
    expect(&ran, 2, &[said[0], said[1], "spend files 2 files: 0 rows, 3 refused"], "doubled rows");
}

#[test]
fn a_file_that_cannot_be_trusted_is_left_out_whole() {
    for (kind, header, row) in KINDS {
        let first = header.split(',').next().unwrap();
        let width = header.split(',').count();
        for (bytes, said) in [
            (String::new().into_bytes(), "bad.csv: the file is empty".to_owned()),
            (format!("{row}\n").into_bytes(), "bad.csv:1: the first line names no known column".to_owned()),
            (
                format!("{header},mood\n{row},good\n").into_bytes(),
                format!("bad.csv:1, column {}: unknown column; the known ones are ", width + 1),
            ),
            (
                format!("{header},{first}\n{row},\n").into_bytes(),
                format!("bad.csv:1, column {first}: the column stands twice; take one away"),
            ),
            (
                [format!("{header}\n{row}\n").as_bytes(), b"M\xdcLLER"].concat(),
                "bad.csv:3: not UTF-8 text; save the file as CSV UTF-8".to_owned(),
            ),
            (
                format!("{header}\n{row}\n\"{row}\n").into_bytes(),
                "bad.csv:3: a quoted value is never closed".to_owned(),
            ),
        ] {
            let desk = Desk::new().with("bad.csv", bytes);
            let ran = desk.run(&format!("scan claim.edi --{kind} bad.csv"));
            expect(&ran, 2, &["PROBLEMS", &said, "MOD001", &format!("{kind} files 1 file: 0 rows")], kind);
        }
        let ran = Desk::new().run(&format!("scan claim.edi --{kind} missing.csv"));
        expect(&ran, 2, &["cannot read missing.csv", "MOD001"], kind);
    }
    for (header, said) in [
        ("claim_id,total_timed_minutes", "bad.csv:1: the header names no way to find a visit"),
        ("dos,total_timed_minutes", "bad.csv:1: the header names no way to find a visit"),
        ("claim_id,dos,discipline", "bad.csv:1: the header names no minutes; give total_timed_minutes"),
        ("claim_id,dos,end_time", "bad.csv:1, column end_time: there is no column start_time; add it"),
        (
            "claim_id,dos,minutes",
            "bad.csv:1, column 3: unknown column; the known ones are claim_id, patient_id, dos,",
        ),
    ] {
        let desk = Desk::new().with("bad.csv", format!("{header}\n"));
        expect(&desk.run("scan claim.edi --visits bad.csv"), 2, &[said], header);
    }
}

#[test]
fn several_files_of_a_kind_are_read_however_they_are_written() {
    let desk = Desk::new()
        .with("a.csv", "\u{feff}payer,code,allowed\r\n\"medicare\",97112,\"1.00\"\r\n\r\n*,97140,2\r\n")
        .with("b.tsv", "\n code\tPAYER\tallowed\tyear\n97110\tEXMB1\t3.5\t2026\n");
    let ran = desk.run("scan claim.edi --fees a.csv --fees b.tsv --format summary");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let summary: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(summary["sidecars"], json!([{"kind": "fees", "files": 2, "rows": 3, "faulty_rows": 0}]));
}

#[test]
fn a_visit_gives_its_lines_their_minutes() {
    let header = "claim_id,patient_id,dos,discipline,total_timed_minutes,start_time,end_time";
    let claim = CLAIM.replace("97110*45*UN*1", "97110:GP*45*UN*3");
    for (row, documented) in [
        ("A1,,2026-03-02,,23,,", true),
        ("A1,,2026-03-02,PT,23,,", true),
        (",TESTMEMBER01,20260302,PT,23,09:00,09:30", true),
        ("A1,,2026-03-02,PT,,09:00,09:30", false),
    ] {
        let desk = Desk::new().with("v.csv", format!("{header}\n{row}\n")).with("timed.edi", batch(&claim));
        let ran = desk.run("scan timed.edi --visits v.csv --select TIM");
        expect(&ran, 0, &["rows joined 1 row: 1 matched"], row);
        let said = words(&ran);
        assert_eq!(said.contains("23 documented minutes support 2"), documented, "{row}\n{}", ran.out);
        assert_eq!(said.contains("none documented for these lines"), !documented, "{row}\n{}", ran.out);
    }
}

#[test]
fn a_visit_that_is_of_no_line_or_one_of_several_is_reported() {
    let header = "claim_id,patient_id,dos,discipline,total_timed_minutes,start_time,end_time";
    let rows = "A1,,2026-03-03,,23,,\nA2,,2026-03-02,,23,,\n,SOMEBODY,2026-03-02,,23,,\n\
        A1,,2026-03-02,,23,09:00,09:30\nA1,,2026-03-02,,15,14:00,14:15\n";
    let desk = Desk::new().with("v.csv", format!("{header}\n{rows}"));
    let ran = desk.run("scan claim.edi --visits v.csv --format csv");
    for line in [2, 3, 4] {
        let said = format!("the row at line {line} of the visits file fits no visit of the run");
        expect(&ran, 0, &[&said], "no visit");
    }
    for line in [5, 6] {
        let said = format!("the row at line {line} of the visits file is one of several visits of its day");
        expect(&ran, 0, &[&said], "several visits");
    }
    assert_eq!(ran.out.matches("v.csv").count(), 5, "each row once, at its file\n{}", ran.out);
    let ran = desk.run("scan claim.edi --visits v.csv");
    expect(&ran, 0, &["rows joined 5 rows: 3 fit no line, 2 fit several lines and were not used"], "counted");
}

#[test]
fn plans_and_spend_may_cover_more_patients_than_the_batch() {
    let desk = Desk::new()
        .with("p.csv", format!("{}\nSOMEBODY,OT,2026-01-01,\nELSE,PT,2026-01-01,\n", KINDS[2].1))
        .with("s.csv", format!("{}\nSOMEBODY,2026,OT,5\n", KINDS[3].1))
        .with("f.csv", format!("{}\nNOPAYER,97110,5,\n", KINDS[4].1));
    let ran = desk.run("scan claim.edi --plans p.csv --spend s.csv --fees f.csv --format csv");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(!ran.out.contains(".csv"), "no finding at a sidecar file\n{}", ran.out);
}

#[test]
fn no_value_of_a_sidecar_file_is_printed() {
    const CANARIES: [&str; 3] = ["CANARYPATIENT", "CANARYVALUE", "19470413"];
    let shifted = "CANARYPATIENT,CANARYVALUE,19470413,CANARYVALUE";
    for (kind, header, _) in KINDS {
        let twice = match kind {
            "plans" => "CANARYPATIENT,PT,2026-01-01,",
            "spend" => "CANARYPATIENT,2026,OT,5",
            "fees" => "CANARYPATIENT,97110,5,",
            "visits" => "CANARYPATIENT,,2026-01-01,5",
            _ => "CANARYPATIENT,1,5",
        };
        let desk = Desk::new()
            .with("shifted.csv", format!("{header}\n{shifted}\n{twice}\n{twice}\n"))
            .with("bare.csv", format!("{shifted}\n"))
            .with("headed.csv", format!("{header},CANARYVALUE\n"));
        for file in ["shifted.csv", "bare.csv", "headed.csv"] {
            for format in ["text", "csv", "json", "summary"] {
                let ran = desk.run(&format!("scan claim.edi --{kind} {file} --format {format}"));
                let all = format!("{}{}", ran.out, ran.err);
                for canary in CANARIES {
                    assert!(!all.contains(canary), "{kind} {file} {format}: {canary}\n{all}");
                }
                assert_eq!(ran.code, Some(2), "{kind} {file}: there was something to say");
            }
        }
    }
}

/// The samples stand for what a site would write: all of it can be used, and nothing of it speaks against the claims
/// that are right.
#[test]
fn the_samples_can_be_read_together() {
    let flags: String = KINDS.map(|(kind, ..)| format!(" --{kind} samples/{kind}.csv")).concat();
    let ran = run(&project(), &format!("scan samples{flags} --format summary"));
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let summary: Value = serde_json::from_str(&ran.out).unwrap();
    let sidecars = summary["sidecars"].as_array().unwrap();
    assert_eq!(sidecars.len(), KINDS.len());
    for (sidecar, (kind, ..)) in sidecars.iter().zip(KINDS) {
        let text = fs::read_to_string(project().join(format!("samples/{kind}.csv"))).unwrap();
        let rows = text.lines().count() - 1;
        assert_eq!(*sidecar, json!({"kind": kind, "files": 1, "rows": rows, "faulty_rows": 0}));
    }
    let ran = run(&project(), &format!("scan samples{flags} --format csv"));
    assert!(!ran.out.contains("CLEAN-") && !ran.out.contains("visits"), "{}", ran.out);
    let readme = fs::read_to_string(project().join("samples/README.md")).unwrap();
    for (kind, ..) in KINDS {
        assert!(readme.contains(&format!("| `{kind}.csv` |")), "{kind} in samples/README.md");
    }
}

#[test]
fn the_page_of_the_files_names_every_column() {
    let page = fs::read_to_string(project().join("docs/sidecars.md")).unwrap();
    let desk = Desk::new().with("bad.csv", "nothing,known\n");
    for (kind, ..) in KINDS {
        let ran = desk.run(&format!("scan claim.edi --{kind} bad.csv --format none"));
        let (_, columns) =
            ran.err.trim_end().split_once("write a header of ").expect("the columns are named");
        let (_, section) = page.split_once(&format!("\n## `--{kind}`")).expect("a section of its own");
        let section = section.split("\n## ").next().unwrap();
        for column in columns.split(", ") {
            assert!(section.contains(&format!("| `{column}` |")), "{column} of --{kind}");
        }
    }
}
