//! The manifest says what a set of outputs is made of, and `verify` sees whatever differs from it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use support::{Ran, run_with};
use tempfile::TempDir;

fn run(directory: &Path, line: &str) -> Ran {
    run_with(directory, &line.split(' ').collect::<Vec<_>>(), b"")
}

/// A directory with the samples, and a set made of two of them.
fn desk() -> TempDir {
    let desk = TempDir::new().unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for name in ["faulty_837p.edi", "faulty_837i.edi", "minutes.csv"] {
        fs::copy(samples.join(name), desk.path().join(name)).unwrap();
    }
    let ran = run(desk.path(), "scan faulty_837p.edi faulty_837i.edi --out set --format none");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    desk
}

fn manifest(desk: &Path, set: &str) -> Value {
    serde_json::from_slice(&fs::read(desk.join(set).join("manifest.json")).unwrap()).unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// What is done to a set, and the line that must be said.
type Case = (&'static str, fn(&Path), &'static str);

const CASES: [Case; 17] = [
    (
        "a file gone",
        |at| fs::remove_file(at.join("set/claims.csv")).unwrap(),
        "set/claims.csv: cannot be read: ",
    ),
    ("cut", |at| write(at, "set/claims.csv", b"file"), "set/claims.csv: 4 bytes, the manifest says "),
    (
        "one byte",
        |at| {
            let mut bytes = fs::read(at.join("set/findings.csv")).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            write(at, "set/findings.csv", &bytes);
        },
        "set/findings.csv: other bytes than the manifest says: its SHA-256 differs",
    ),
    ("a stranger", |at| write(at, "set/own.txt", b""), "set/own.txt: not named in the manifest"),
    ("a hidden stranger", |at| write(at, "set/.own", b""), "set/.own: not named in the manifest"),
    ("a directory", |at| fs::create_dir(at.join("set/more")).unwrap(), "set/more: not named in the manifest"),
    (
        "a directory for a file",
        |at| {
            fs::remove_file(at.join("set/claims.csv")).unwrap();
            fs::create_dir(at.join("set/claims.csv")).unwrap();
        },
        "set/claims.csv: not a regular file",
    ),
    (
        "no manifest",
        |at| fs::remove_file(at.join("set/manifest.json")).unwrap(),
        "cannot read set/manifest.json: ",
    ),
    (
        "a manifest cut off",
        |at| edit(at, |text| text[..300].to_owned()),
        "set/manifest.json: not a manifest: line ",
    ),
    ("no directory", |at| fs::remove_dir_all(at.join("set")).unwrap(), "cannot read set/manifest.json: "),
    (
        "a file for the directory",
        |at| {
            fs::remove_dir_all(at.join("set")).unwrap();
            write(at, "set", b"");
        },
        "set: no directory; name the one --out was given",
    ),
    (
        "interrupted",
        |at| edit(at, |text| text.replace("\"complete\": true", "\"complete\": false")),
        "set: the run did not come to its end",
    ),
    (
        "another schema",
        |at| edit(at, |text| text.replace("\"schema_version\": 1", "\"schema_version\": 2")),
        "set/manifest.json: of schema 2, this version knows 1; verify it with the version that wrote it",
    ),
    (
        "another program",
        |at| edit(at, |text| text.replace("\"claimlint\"", "\"lint\"")),
        "set/manifest.json: not written by claimlint",
    ),
    (
        "an input renamed by hand",
        |at| edit(at, |text| text.replace("faulty_837p.edi", "clean_837p.edi")),
        "set/manifest.json: the run id does not fit the rest: it was changed by hand",
    ),
    (
        "a way out",
        |at| edit(at, |text| text.replace("\"claims.csv\"", "\"../minutes.csv\"")),
        "../minutes.csv: no name of a file in the directory",
    ),
    (
        "a file twice",
        |at| edit(at, |text| text.replace("\"findings.csv\"", "\"claims.csv\"")),
        "set/claims.csv: named twice",
    ),
];

fn write(at: &Path, name: &str, bytes: &[u8]) {
    fs::write(at.join(name), bytes).unwrap();
}

fn edit(at: &Path, how: impl Fn(String) -> String) {
    let path = at.join("set/manifest.json");
    let (before, after) = (fs::read_to_string(&path).unwrap(), how(fs::read_to_string(&path).unwrap()));
    assert_ne!(before, after);
    fs::write(path, after).unwrap();
}

#[test]
fn whatever_differs_is_said_on_a_line_of_its_own() {
    for (what, tamper, said) in CASES {
        let desk = desk();
        tamper(desk.path());
        let ran = run(desk.path(), "verify set");
        assert_eq!((ran.code, ran.err.as_str()), (Some(2), ""), "{what}: {}", ran.out);
        assert!(ran.out.lines().any(|line| line.starts_with(said)), "{what}: {}", ran.out);
        assert!(!ran.out.contains("whole"), "{what}: {}", ran.out);
    }
}

#[test]
fn inputs_are_held_to_the_manifest_where_that_is_asked() {
    let desk = desk();
    let ran = run(desk.path(), "verify set --inputs");
    let id = manifest(desk.path(), "set")["run_id"].as_str().unwrap().to_owned();
    assert_eq!((ran.code, ran.out), (Some(0), format!("set: whole, 5 outputs and 2 inputs, run {id}\n")));
    write(desk.path(), "faulty_837p.edi", b"ISA");
    fs::remove_file(desk.path().join("faulty_837i.edi")).unwrap();
    assert_eq!(run(desk.path(), "verify set").code, Some(0), "they are not looked at unasked");
    let ran = run(desk.path(), "verify set --inputs");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!((ran.code, lines.len()), (Some(2), 2), "{}", ran.out);
    assert_eq!(lines[0], "faulty_837p.edi: other bytes than the manifest says: its SHA-256 differs");
    assert!(lines[1].starts_with("faulty_837i.edi: cannot be read: "), "{}", ran.out);
    // Standard input is gone; that is said and is no deviation.
    let sample = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/clean_837p.edi")).unwrap();
    run_with(desk.path(), &["scan", "-", "--out", "piped", "--format", "none"], &sample);
    let ran = run(desk.path(), "verify piped --inputs");
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.starts_with("not checked: (standard input)\npiped: whole, "), "{}", ran.out);
}

#[test]
fn the_manifest_says_what_is_there() {
    let desk = desk();
    let of = manifest(desk.path(), "set");
    assert_eq!(
        (&of["schema_version"], &of["complete"], &of["tool"]["name"]),
        (&1.into(), &true.into(), &"claimlint".into())
    );
    assert_eq!(of["tool"]["version"], env!("CARGO_PKG_VERSION"));
    let outputs = of["outputs"].as_array().unwrap();
    let names: Vec<&str> = outputs.iter().map(|o| o["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["claims.csv", "findings.csv", "findings.jsonl", "report.html", "summary.json"]);
    for output in outputs {
        let bytes = fs::read(desk.path().join("set").join(output["file"].as_str().unwrap())).unwrap();
        assert_eq!((&output["bytes"], &output["sha256"]), (&bytes.len().into(), &sha256(&bytes).into()));
    }
    let summary: Value =
        serde_json::from_slice(&fs::read(desk.path().join("set/summary.json")).unwrap()).unwrap();
    for name in ["balanced", "imbalances"] {
        assert_eq!(of["accounting"][name], summary["accounting"][name], "{name}");
    }
    let by_severity = &summary["findings"]["by_severity"];
    for severity in ["critical", "high", "medium", "low", "info"] {
        assert_eq!(of["findings"][severity], by_severity[severity], "{severity}");
    }
    assert_eq!(of["findings"]["total"], summary["findings"]["total"]);
    for (input, told) in of["inputs"].as_array().unwrap().iter().zip(summary["inputs"].as_array().unwrap()) {
        let bytes = fs::read(desk.path().join(input["file"].as_str().unwrap())).unwrap();
        assert_eq!(input["sha256"], sha256(&bytes));
        for name in ["file", "bytes", "sha256", "status"] {
            assert_eq!(input[name], told[name], "{name}");
        }
    }
}

/// What a run had to do has one number; what it had to do otherwise has another.
#[test]
fn settings_and_inputs_are_told_apart_by_their_digests() {
    let desk = desk();
    fs::write(desk.path().join("other.csv"), "claim_id,line_no,minutes\nFAULT-P-01,1,15\n").unwrap();
    fs::write(desk.path().join("empty.toml"), "").unwrap();
    fs::write(desk.path().join("comment.toml"), "# a word\n").unwrap();
    let ids = |flags: &str| {
        let line = format!("scan faulty_837p.edi faulty_837i.edi --out again --format none {flags}");
        run(desk.path(), line.trim_end());
        let of = manifest(desk.path(), "again");
        let of = |name: &str| of[name].clone();
        (of("settings_sha256"), of("run_id"), of("exit_code"), of("rule_set_sha256"))
    };
    let plain = ids("");
    assert_eq!(
        fs::read(desk.path().join("set/manifest.json")).unwrap(),
        fs::read(desk.path().join("again/manifest.json")).unwrap()
    );
    for same in ["--threads 3", "--memory 1", "--window 1000", "--config empty.toml", "--top 3"] {
        assert_eq!(ids(same), plain, "{same}");
    }
    let fails = ids("--fail-on low");
    assert_eq!((&fails.0, &fails.1, &fails.2), (&plain.0, &plain.1, &1.into()), "the same findings");
    let mut seen = vec![plain.clone()];
    for other in [
        "--ignore MOD",
        "--severity MOD001=low",
        "--require-minutes",
        "--as-of 2026-12-31",
        "--strict",
        "--expect-usage P",
        "--config comment.toml",
        "--minutes minutes.csv",
        "--minutes other.csv",
        "--minutes minutes.csv --minutes other.csv",
        "--minutes missing.csv",
    ] {
        let found = ids(other);
        assert!(seen.iter().all(|s| s.0 != found.0 && s.1 != found.1), "{other}");
        assert_eq!(found.3, plain.3, "{other}: the catalogue is the same");
        seen.push(found);
    }
    let missing = ids("missing.edi");
    assert_eq!((&missing.0, &missing.2), (&plain.0, &2.into()));
    assert_ne!(missing.1, plain.1, "an input more");
    #[cfg(unix)]
    {
        // A pipe can be read but once, and is told by what came out of it.
        let minutes = fs::read(desk.path().join("minutes.csv")).unwrap();
        let line = "scan faulty_837p.edi faulty_837i.edi --out again --format none --minutes /dev/stdin";
        run_with(desk.path(), &line.split(' ').collect::<Vec<_>>(), &minutes);
        assert_eq!(manifest(desk.path(), "again")["settings_sha256"], ids("--minutes minutes.csv").0);
    }
}

/// With aliases no file of the set holds a name, be the file read, left out, the same as another or not there.
#[test]
fn an_alias_stands_for_every_name_in_every_file() {
    let desk = desk();
    fs::create_dir(desk.path().join("in")).unwrap();
    for name in ["canary_whole.edi", "canary_twin.edi"] {
        fs::copy(desk.path().join("faulty_837p.edi"), desk.path().join("in").join(name)).unwrap();
    }
    for name in ["in/canary_left_out.csv", "canary_empty.edi", "canary_minutes.csv"] {
        fs::write(desk.path().join(name), "").unwrap();
    }
    let line = "scan in canary_missing.edi canary_empty.edi --minutes canary_minutes.csv --minutes canary_none.csv \
        --out aliases --redact-filenames";
    let ran = run(desk.path(), line);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    let mut texts = vec![("standard output".to_owned(), ran.out), ("standard error".to_owned(), ran.err)];
    for entry in fs::read_dir(desk.path().join("aliases")).unwrap() {
        let path = entry.unwrap().path();
        texts.push((path.display().to_string(), fs::read_to_string(path).unwrap()));
    }
    assert_eq!(texts.len(), 8);
    for (what, text) in texts {
        assert!(!text.contains("canary"), "{what}: {text}");
    }
    // They are not looked for under their aliases.
    let ran = run(desk.path(), "verify aliases --inputs");
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    assert!(ran.out.contains("not checked: input-"), "{}", ran.out);
}

/// The example in the documentation has the names a manifest has, in their order, and no others.
#[test]
fn the_documented_example_is_a_manifest() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/outputs.md")).unwrap();
    let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let of: claimlint::report::manifest::Manifest = serde_json::from_str(example).unwrap();
    assert_eq!(String::from_utf8(of.to_bytes().unwrap()).unwrap(), example, "names, order and layout");
    assert_eq!(of.run_id, of.expected_run_id());
    for name in
        ["schema_version", "run_id", "complete", "rule_set_sha256", "settings_sha256", "options", "exit_code"]
    {
        assert!(page.contains(&format!("| `{name}`")), "{name} is not explained");
    }
}
