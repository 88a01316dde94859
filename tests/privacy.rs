//! What must not be printed: claim ids with `--redact`, file names with `--redact-filenames`, and what a panic had at
//! hand. `cli.rs` holds the rest: names, member ids, dates of birth, notes.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

#[path = "support/desk.rs"]
mod desk;
mod support;

use std::fs;

use desk::{Desk, batch, many};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use support::run_with;

/// The forms in which a value could get out.
fn forms(value: &[u8]) -> Vec<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    vec![
        String::from_utf8_lossy(value).into_owned(),
        hex(value),
        // Enough of a plain hash to find an id by trying.
        hex(&Sha256::digest(value))[..16].to_owned(),
        value.iter().rev().map(|b| char::from(*b)).collect(),
    ]
}

#[track_caller]
fn hides(what: &str, text: &str, values: &[&[u8]]) {
    let folded = text.to_lowercase();
    for form in values.iter().flat_map(|value| forms(value)) {
        assert!(!folded.contains(&form.to_lowercase()), "{what}: {form:?} is printed\n{text}");
    }
}

/// Makes a key file that only its owner reads.
fn key(desk: &Desk, name: &str, bytes: &[u8]) {
    let path = desk.path().join(name);
    fs::write(&path, bytes).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

const IDS: [&[u8]; 3] = [b"CANARYID", b"90817", b"-H\xd6\x1bX"];

fn claims() -> Vec<u8> {
    let mut bytes = batch(&many("@", IDS.len())).into_bytes();
    for (n, id) in IDS.iter().enumerate() {
        let from = format!("CLM*@{n}*").into_bytes();
        let at = bytes.windows(from.len()).position(|w| w == from).unwrap();
        bytes.splice(at + 4..at + 6, id.iter().copied());
    }
    bytes
}

#[test]
fn no_claim_id_is_in_any_output_and_tokens_are_the_same_in_all() {
    let desk = Desk::new()
        .with("a.edi", claims())
        // A row shifted by a column has the id where minutes belong.
        .with("minutes.csv", "claim_id,line_no,minutes\nX,1,90817\nCANARYID,1,CANARYID\n90817,1,15\n");
    key(&desk, "key", b"a key of 32 bytes for these tests");
    key(&desk, "other", b"another key of thirty-two bytes..");
    let mut tokens: Vec<Vec<String>> = Vec::new();
    let of = |text: &str| {
        let mut found: Vec<String> =
            text.match_indices("c-").filter_map(|(at, _)| text.get(at..at + 26)).map(str::to_owned).collect();
        found.retain(|t| t[2..].bytes().all(|b| b.is_ascii_hexdigit()));
        found.sort();
        found.dedup();
        found
    };
    for format in ["text", "csv", "json", "summary", "none,xlsx"] {
        for log in ["text", "json"] {
            let line = format!(
                "scan a.edi --minutes minutes.csv --redact key --format {format} --log {log} --out out-{format}"
            );
            let ran = desk.run(&line);
            assert_eq!(ran.code, Some(2), "rows of the minutes file are faulty: {}", ran.err);
            hides(&line, &format!("{}{}", ran.out, ran.err), &IDS);
            for (name, bytes) in desk.files(&format!("out-{format}")) {
                let text = text(&name, bytes);
                hides(&name, &text, &IDS);
                if [".csv", "findings.jsonl", ".html", ".xlsx"].iter().any(|end| name.ends_with(end)) {
                    tokens.push(of(&text));
                }
            }
            if matches!(format, "text" | "csv" | "json") {
                tokens.push(of(&ran.out));
            }
        }
    }
    assert_eq!(tokens[0].len(), IDS.len(), "each id has its token: {:?}", tokens[0]);
    assert!(tokens.iter().all(|t| *t == tokens[0]), "the same in every output: {tokens:?}");
    let other = of(&desk.run("scan a.edi --redact other --format csv").out);
    assert!(other.len() == IDS.len() && other.iter().all(|t| !tokens[0].contains(t)), "{other:?}");

    let summary = |key: &str| -> Value {
        serde_json::from_str(&desk.run(&format!("scan a.edi --format summary {key}")).out).unwrap()
    };
    let (one, two) = (summary("--redact key"), summary("--redact other"));
    assert_eq!(one["redaction"]["file_names"], false);
    assert_eq!(one["redaction"]["key_id"].as_str().unwrap().len(), 8);
    assert!(one["redaction"]["key_id"] != two["redaction"]["key_id"], "keys have names of their own");
    assert!(summary("")["redaction"].is_null(), "nothing is replaced unless asked for");
    // The test looks where ids are printed.
    let plain = desk.run("scan a.edi --format csv").out;
    assert!(plain.contains("CANARYID") && plain.contains("90817"), "{plain}");
    assert!(desk.run("scan a.edi --minutes minutes.csv --format csv").err.contains("`90817`"));
}

/// What stands in an output; of an archive, in all its files.
fn text(name: &str, bytes: Vec<u8>) -> String {
    if !name.ends_with(".xlsx") {
        return String::from_utf8(bytes).unwrap();
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let parts = (0..archive.len()).map(|n| std::io::read_to_string(archive.by_index(n).unwrap()).unwrap());
    parts.collect()
}

#[test]
fn a_key_that_is_none_is_refused_before_anything_is_read() {
    let desk = Desk::new().with("a.edi", claims());
    key(&desk, "short", b"fifteen bytes..");
    for (key, said) in
        [("short", "16 to 4096 bytes"), ("missing", "cannot read the key file"), (".", "regular file")]
    {
        let ran = desk.run(&format!("scan a.edi --redact {key} --format csv"));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{key}");
        assert!(ran.err.contains(said), "{key}: {}", ran.err);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = desk.with("open", [7; 32]);
        for mode in [0o644, 0o640, 0o604, 0o660] {
            fs::set_permissions(open.path().join("open"), fs::Permissions::from_mode(mode)).unwrap();
            let ran = open.run("scan a.edi --redact open");
            assert_eq!(ran.code, Some(2), "{mode:o}");
            assert!(ran.err.contains("chmod 600"), "{mode:o}: {}", ran.err);
        }
    }
}

/// A zip of members with names of their own.
fn archive(members: &[(&str, String)]) -> Vec<u8> {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn no_file_name_is_in_any_output() {
    const NAMES: [&[u8]; 3] = [b"CANARYDOE", b"CANARYDIR", b"CANARYSIDE"];
    let whole = batch(&many("A", 2));
    let cut = &whole[..whole.rfind("SV1*").unwrap() + 9];
    let desk = Desk::new()
        .with("CANARYDOE-1.edi", &whole)
        .with("CANARYDOE 2\u{1b}[2J.edi", batch(&many("B", 2)).replace("SE*", "SE*9"))
        .with("CANARYDIR/CANARYDOE-cut.edi", cut)
        .with("CANARYDIR/CANARYDOE.pdf", "%PDF-1.7\n")
        .with("CANARYDIR/CANARYDOE.csv", "a,b\n")
        .with("CANARYDIR/.CANARYDOE", "x")
        .with(
            "CANARYDIR/below/CANARYDOE-remit.edi",
            whole.replace("*837*", "*835*").replace("ST*837", "ST*835"),
        )
        .with("CANARYDIR/below/empty.CANARYDOE", "")
        .with("CANARYDIR-empty/.x", "")
        .with("CANARYDIR/CANARYDOE-twin.edi", &whole)
        .with(
            "CANARYDOE.zip",
            archive(&[
                ("CANARYDOE-m.edi", batch(&many("M", 2))),
                ("CANARYDIR/CANARYDOE.csv", "x".to_owned()),
            ]),
        )
        .with("CANARYDIR/CANARYDOE-target.edi", batch(&many("L", 2)))
        .with("CANARYSIDE.csv", "claim_id,line_no,minutes\nNOBODY,1,15\nA1,1,x\n")
        .with("CANARYSIDE-visits.csv", "patient_id,dos,total_timed_minutes\nNOBODY,2026-03-02,15\nX,1,y\n")
        .with("CANARYSIDE-plans.csv", "nothing\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("CANARYDIR/CANARYDOE-target.edi", desk.path().join("CANARYDOE-link.edi"))
        .unwrap();
    let inputs = [
        "CANARYDOE-1.edi",
        "CANARYDOE 2\u{1b}[2J.edi",
        "CANARYDIR",
        "CANARYDIR-empty",
        "CANARYDOE.zip",
        "CANARYDOE-link.edi",
        "CANARYDOE-missing.edi",
        "./CANARYDOE-1.edi",
    ];
    let sidecars = [
        "--minutes",
        "CANARYSIDE.csv",
        "--visits",
        "CANARYSIDE-visits.csv",
        "--plans",
        "CANARYSIDE-plans.csv",
        "--spend",
        "CANARYSIDE-missing.csv",
        "--fees",
        "CANARYDIR",
        "--history",
        "CANARYDIR/CANARYDOE-cut.edi",
    ];
    let mut reports = Vec::new();
    for format in ["text", "csv", "json", "summary", "none,xlsx"] {
        for log in ["text", "json"] {
            for recursive in ["--quiet", "--recursive"] {
                let out = format!("out-{format}");
                let flags =
                    ["--redact-filenames", "--format", format, "--log", log, "--out", &out, recursive];
                let args = [&["scan"], &inputs[..], &sidecars, &flags].concat();
                let ran = run_with(desk.path(), &args, b"");
                assert_eq!(ran.code, Some(2), "{}", ran.err);
                hides(&format!("{format} {log} {recursive}"), &format!("{}{}", ran.out, ran.err), &NAMES);
                for (name, bytes) in desk.files(&out) {
                    hides(&name, &text(&name, bytes), &NAMES);
                }
                reports.push(ran.out);
            }
        }
    }
    // The problems are all told, by their aliases.
    for part in [
        "input-1",
        "input-2",
        "!member-1",
        "minutes-1:3, column minutes",
        "visits-1:3",
        "plans-1:1",
        "spend-1",
        "fees-1",
    ] {
        assert!(reports[0].contains(part), "{part}\n{}", reports[0]);
    }
    let ran = run_with(
        desk.path(),
        &["scan", "CANARYDOE-1.edi", "--out", "CANARYDOE-1.edi", "--redact-filenames"],
        b"",
    );
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("is or lies inside input-1, which is read"), "{}", ran.err);
    // The test looks where names are printed.
    let args = [&["scan"], &inputs[..], &sidecars].concat();
    assert!(run_with(desk.path(), &args, b"").out.contains("CANARYDOE"));
}

#[test]
fn what_shows_a_claim_replaces_nothing() {
    let desk = Desk::new().with("a.edi", claims());
    for flag in ["--redact key", "--redact-filenames"] {
        let ran = desk.run(&format!("show a.edi --claim CANARYID {flag}"));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{flag}");
        assert!(ran.err.contains("unexpected argument"), "{flag}: {}", ran.err);
    }
}

/// A panic over a claim shown: exit code 3, its place, nothing of the claim. `contained.rs` holds scans.
#[cfg(debug_assertions)]
#[test]
fn a_panic_says_where_and_nothing_else() {
    let desk = Desk::new().with("a.edi", batch(&many("CANARY", 300)));
    let shown = support::command(desk.path(), &["show", "a.edi", "--claim", "CANARY7"])
        .env("CLAIMLINT_TEST_PANIC", "CANARY3")
        .output()
        .unwrap();
    assert_eq!((shown.status.code(), shown.stdout.as_slice()), (Some(3), &b""[..]));
    let err = String::from_utf8(shown.stderr).unwrap();
    assert!(err.contains("internal error at src") && err.contains("cannot be relied on"), "{err}");
    assert!(!err.contains("CANARY"), "{err}");
}

/// A dump would be a copy of claims. That it is off cannot be seen from outside, so a run is looked at while it waits.
#[cfg(target_os = "linux")]
#[test]
fn a_run_leaves_no_core() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;
    let desk = Desk::new();
    let mut scan = support::command(desk.path(), &["scan", "-", "--log", "json"]);
    let mut child = scan.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits.lines().find(|l| l.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(2), "nothing stood on standard input");
}
