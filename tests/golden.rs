//! What the reports of the samples look like, byte for byte, and the report the README shows.
//!
//! `BLESS=1 cargo test --test golden` writes the files. Read the difference before you keep it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use support::run_with;

const MINUTES: &str = "--minutes samples/minutes.csv";

/// Golden files of standard output, with the arguments of `scan` that give them.
const PRINTED: [(&str, &str); 9] = [
    ("all.txt", "samples"),
    ("clean_837p.txt", "samples/clean_837p.edi"),
    ("clean_837i.txt", "samples/clean_837i.edi"),
    ("faulty_837p.csv", "samples/faulty_837p.edi --format csv"),
    ("faulty_837i.csv", "samples/faulty_837i.edi --format csv"),
    ("faulty_837p.json", "samples/faulty_837p.edi --format json"),
    ("faulty_837i.json", "samples/faulty_837i.edi --format json"),
    ("settings.txt", "samples/faulty_837p.edi --config samples/claimlint.example.toml --top 2"),
    ("colours.txt", "samples/faulty_837i.edi --color always --top 3"),
];

/// Golden files of `show`, with its arguments.
const SHOWN: [(&str, &str); 3] = [
    ("show_837p.txt", "samples/faulty_837p.edi --claim FAULT-P-03"),
    ("show_837i.txt", "samples/faulty_837i.edi --claim FAULT-I-01"),
    ("show_clean.txt", "samples/clean_837p.edi --claim CLEAN-P-01"),
];

/// Files of `--out` over all samples, compared with golden files of these names.
const WRITTEN: [(&str, &str); 5] = [
    ("out_findings.csv", "findings.csv"),
    ("out_claims.csv", "claims.csv"),
    ("out_findings.json", "findings.jsonl"),
    ("out_summary.json", "summary.json"),
    ("out_report.html", "report.html"),
];

/// Acknowledgements in `--out` of a faulty sample and a clean one.
const ACKNOWLEDGED: [(&str, &str); 2] = [("ack_277ca.x12", "277ca.x12"), ("ack_999.x12", "999.x12")];

#[test]
fn what_is_printed_of_the_samples() {
    for (name, args) in PRINTED {
        same(&golden(name), &scan(&format!("{args} {MINUTES}")));
    }
}

#[test]
fn what_is_shown_of_the_samples() {
    for (name, args) in SHOWN {
        let words: Vec<&str> =
            ["show"].into_iter().chain(args.split(' ')).chain(MINUTES.split(' ')).collect();
        let ran = run_with(&project(), &words, b"");
        assert_eq!(ran.code, Some(0), "show {args}: {}", ran.err);
        same(&golden(name), &ran.out);
    }
}

#[test]
fn what_is_written_of_the_samples() {
    let directory = tempfile::TempDir::new().unwrap();
    let out = directory.path().to_str().unwrap();
    scan(&format!("samples {MINUTES} --format none --out {out}"));
    for (name, file) in WRITTEN {
        let text = fs::read_to_string(directory.path().join(file)).unwrap();
        same(&golden(name), &without_parts(&text));
    }
}

/// Golden files of what two runs over the samples are side by side: the second without two families of rules.
const COMPARED: [(&str, &str); 6] = [
    ("trend.txt", "trend 2026-01 2026-02"),
    ("trend.csv", "trend 2026-01 2026-02 --format csv"),
    ("trend.html", "trend 2026-01 2026-02 --format html"),
    ("diff.txt", "diff 2026-02 2026-01"),
    ("diff.csv", "diff 2026-02 2026-01 --format csv"),
    ("diff.json", "diff 2026-02 2026-01 --format json"),
];

#[test]
fn what_two_runs_of_the_samples_are_side_by_side() {
    let directory = tempfile::TempDir::new().unwrap();
    let [first, second] = ["2026-01", "2026-02"].map(|run| directory.path().join(run).display().to_string());
    scan(&format!("samples {MINUTES} --format none --out {first}"));
    scan(&format!("samples {MINUTES} --format none --out {second} --ignore MOD,PTP"));
    for (name, args) in COMPARED {
        let ran = run_with(directory.path(), &args.split(' ').collect::<Vec<_>>(), b"");
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{args}");
        same(&golden(name), &without_parts(&ran.out));
    }
}

#[test]
fn what_is_acknowledged_of_the_samples() {
    let directory = tempfile::TempDir::new().unwrap();
    let out = directory.path().to_str().unwrap();
    let formats = "--format none,277ca,999 --reject-if high";
    scan(&format!("samples/faulty_837p.edi samples/clean_837i.edi {formats} --out {out}"));
    for (name, file) in ACKNOWLEDGED {
        same(&golden(name), &fs::read_to_string(directory.path().join(file)).unwrap());
    }
}

#[test]
fn no_golden_file_is_left_over() {
    let known: BTreeSet<String> = PRINTED
        .iter()
        .chain(&SHOWN)
        .chain(&WRITTEN)
        .chain(&COMPARED)
        .chain(&ACKNOWLEDGED)
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let there: BTreeSet<String> = fs::read_dir(golden(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(there, known, "files of tests/golden against those that are compared");
}

/// A clean sample is clean; in the faulty ones every first rule and an envelope fault fires.
#[test]
fn the_samples_are_what_their_names_say() {
    for file in ["clean_837p", "clean_837i"] {
        // The minutes of the other files fit nothing here, which is said of them, not of these claims.
        let found = scan(&format!("samples/{file}.edi {MINUTES} --format csv"));
        assert!(!found.contains("CLEAN-") && !found.contains(",X12-"), "{file} with its minutes: {found}");
        let found = scan(&format!("samples/{file}.edi --format csv"));
        assert_eq!(found.lines().count(), 1, "{file} without: {found}");
    }
    for (file, envelope) in [("faulty_837p", "X12-T002"), ("faulty_837i", "X12-I013")] {
        let found = scan(&format!("samples/{file}.edi {MINUTES} --format csv"));
        let rules =
            ["TIM001", "TIM004", "TIM005", "MOD001", "MOD002", "MOD003", "PTP001", "CLM011", envelope];
        for rule in rules {
            assert!(found.contains(&format!(",{rule},")), "{file}: {rule}");
        }
    }
}

#[test]
fn the_readme_shows_the_report_as_it_is() {
    const BEGIN: &str = "<!-- report -->\n```text\n";
    const END: &str = "```\n<!-- /report -->";
    let path = project().join("README.md");
    let text = read(&path);
    let (head, rest) = text.split_once(BEGIN).expect("README.md has the marker <!-- report -->");
    let (_, tail) = rest.split_once(END).expect("README.md has the marker <!-- /report -->");
    let command = format!("cargo run --release -- scan samples {MINUTES}");
    assert!(head.contains(&command), "the command the report is of: {command}");
    let report = scan(&format!("samples {MINUTES}"));
    same(&path, &format!("{head}{BEGIN}{report}{END}{tail}"));
}

#[test]
fn the_readme_names_the_columns_as_they_are() {
    let readme = read(&project().join("README.md"));
    for name in ["out_findings.csv", "out_claims.csv"] {
        let columns = read(&golden(name)).lines().next().unwrap().replace(',', "`, `");
        assert!(readme.contains(&format!("| `{columns}` |")), "{name}: `{columns}`");
    }
}

/// Standard output of `scan` in the project's directory; nothing may stand on standard error.
fn scan(args: &str) -> String {
    let words: Vec<&str> = ["scan"].into_iter().chain(args.split(' ')).collect();
    let ran = run_with(&project(), &words, b"");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "scan {args}");
    ran.out
}

/// A page without its style and script, which stand in the source as they do in it, and without their digests.
fn without_parts(text: &str) -> String {
    let mut text = text.to_owned();
    for (begin, end) in [("<style>", "</style>"), ("<script>//", "</script>\n</body>")] {
        if let Some(from) = text.find(begin) {
            let to = from + text[from..].find(end).expect("what begins ends");
            text.replace_range(from + begin.len()..to, "");
        }
    }
    let parts: Vec<&str> = text.split("sha256-").collect();
    let rest = parts[1..].iter().map(|part| format!("sha256-{}", &part[44..]));
    std::iter::once(parts[0].to_owned()).chain(rest).collect()
}

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn golden(name: &str) -> PathBuf {
    project().join("tests/golden").join(name)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n")
}

/// Compares a file of the project with what it should hold, or writes it.
#[track_caller]
fn same(path: &Path, want: &str) {
    if std::env::var_os("BLESS").is_some() {
        return fs::write(path, want).unwrap();
    }
    let have = read(path);
    let differs = have.lines().zip(want.lines()).position(|(a, b)| a != b);
    let line = differs.unwrap_or_else(|| have.lines().count().min(want.lines().count()));
    let [old, new] = [&have, want].map(|text| text.lines().nth(line).unwrap_or("(nothing)"));
    assert!(
        have == want,
        "{}:{}: has {old:?}, the run gives {new:?}; BLESS=1 writes it, read the difference before you keep it",
        path.display(),
        line + 1
    );
}
