//! `findings.jsonl` read back: each finding with what it is known by and what it is worth.
//!
//! Comes in: a file that may be anything. Goes out: findings one at a time, or the first fault with its line. Nothing of
//! the file is held but a line; no part of a line is printed.

use std::borrow::Cow;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::report::json::SCHEMA_VERSION;
use crate::report::mark::Fingerprint;
use crate::x12::value::Cents;

/// Bytes of a line: a claim of 2,000 lines, with every rule on each of them.
const LONGEST: u64 = 64 << 20;

/// A finding of a file.
#[derive(Debug)]
pub(super) struct Read<'l> {
    pub fingerprint: Fingerprint,
    pub waived: bool,
    pub rule: Cow<'l, str>,
    pub severity: Severity,
    pub amount: Cents,
    /// The claim's id as the file has it, if it is text.
    pub claim: Option<Cow<'l, str>>,
    pub line: Option<u32>,
    pub message: Cow<'l, str>,
}

/// A line.
#[derive(Deserialize)]
struct Line<'l> {
    schema_version: u32,
    kind: Cow<'l, str>,
    #[serde(borrow, default)]
    findings: Vec<Written<'l>>,
}

/// A finding in a line of a claim, or as a line of its own.
#[derive(Deserialize)]
struct Written<'l> {
    fingerprint: Option<Cow<'l, str>>,
    waiver: Option<Cow<'l, str>>,
    rule: Cow<'l, str>,
    severity: Cow<'l, str>,
    #[serde(default)]
    amount_at_risk_cents: i64,
    claim_id: Option<Cow<'l, str>>,
    line: Option<u32>,
    #[serde(default)]
    message: Cow<'l, str>,
}

/// Reads a file, and hands out each finding with the number of its line. Returns the SHA-256 of the bytes.
pub(super) fn read(
    disk: &dyn Disk,
    path: &Path,
    with: &mut dyn FnMut(u64, Read<'_>) -> Result<()>,
) -> Result<[u8; 32]> {
    let reading = |e| Error::io("read", path, e);
    let mut file = BufReader::with_capacity(1 << 16, disk.open(path).map_err(reading)?);
    let (mut digest, mut line) = (Sha256::new(), Vec::new());
    for number in 1.. {
        line.clear();
        let n = file.by_ref().take(LONGEST + 1).read_until(b'\n', &mut line).map_err(reading)?;
        if n == 0 {
            break;
        }
        digest.update(&line);
        let fault =
            |what: &str| Error::file(path, number, "", format!("{what}; give a findings.jsonl of claimlint"));
        if n as u64 > LONGEST {
            return Err(fault("longer than 64 MiB"));
        }
        each(&line, &mut |found| with(number, found)).map_err(|why| match why {
            Fault::Line(what) => fault(&what),
            Fault::Error(error) => error,
        })?;
    }
    Ok(digest.finalize().into())
}

/// Why a line is of no use.
enum Fault {
    Line(Cow<'static, str>),
    Error(Error),
}

impl From<&'static str> for Fault {
    fn from(what: &'static str) -> Fault {
        Fault::Line(what.into())
    }
}

/// The findings of a line.
fn each(line: &[u8], with: &mut dyn FnMut(Read<'_>) -> Result<()>) -> std::result::Result<(), Fault> {
    let broken = |e: serde_json::Error| {
        let what = if e.is_data() { "JSON, but not what such a file has" } else { "not JSON" };
        // The library's message may quote the line.
        Fault::Line(format!("{what} (column {})", e.column()).into())
    };
    let head: Line<'_> = serde_json::from_slice(line).map_err(broken)?;
    if head.schema_version != SCHEMA_VERSION {
        return Err("of another schema than this version's".into());
    }
    match &*head.kind {
        "claim" => head.findings.into_iter().try_for_each(|written| one(written, with)),
        "finding" => one(serde_json::from_slice(line).map_err(broken)?, with),
        _ => Err("neither a claim nor a finding".into()),
    }
}

fn one(written: Written<'_>, with: &mut dyn FnMut(Read<'_>) -> Result<()>) -> std::result::Result<(), Fault> {
    let Some(fingerprint) = written.fingerprint else {
        return Err("a finding without a fingerprint; make the file anew with this version".into());
    };
    let fingerprint = Fingerprint::parse(&fingerprint).ok_or("a fingerprint that is none")?;
    let is_code = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if !(1..=16).contains(&written.rule.len()) || !written.rule.bytes().all(is_code) {
        return Err("a rule that is none".into());
    }
    let severity = Severity::named(&written.severity).ok_or("a severity that is none")?;
    let found = Read {
        fingerprint,
        waived: written.waiver.is_some(),
        rule: written.rule,
        severity,
        amount: Cents(written.amount_at_risk_cents),
        claim: written.claim_id,
        line: written.line,
        message: written.message,
    };
    with(found).map_err(Fault::Error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::System;

    const PRINT: &str = "0123456789abcdef0123456789abcdef";

    fn read_all(text: &[u8]) -> std::result::Result<Vec<(u64, String, bool, i64)>, String> {
        let desk = tempfile::tempdir().unwrap();
        let path = desk.path().join("f.jsonl");
        std::fs::write(&path, text).unwrap();
        let mut all = Vec::new();
        read(&System, &path, &mut |line, f| {
            all.push((line, f.rule.into_owned(), f.waived, f.amount.0));
            Ok(())
        })
        .map(|_| all)
        .map_err(|error| error.to_string().replace(&path.display().to_string(), "f.jsonl"))
    }

    #[test]
    fn findings_are_read_wherever_they_stand() {
        let found = format!(r#""fingerprint":"{PRINT}","rule":"MOD001","severity":"high","more":[1]"#);
        let text = format!(
            "{{\"schema_version\":1,\"kind\":\"claim\",\"claim_id\":\"A\",\"findings\":[{{{found}}},\
             {{{found},\"waiver\":\"w1\",\"amount_at_risk_cents\":-5}}]}}\n\
             {{\"schema_version\":1,\"kind\":\"claim\",\"findings\":[]}}\r\n\
             {{\"schema_version\":1,\"kind\":\"finding\",{found},\"line\":null,\"message\":\"a\\u0007\"}}"
        );
        let rule = || "MOD001".to_owned();
        let want = vec![(1, rule(), false, 0), (1, rule(), true, -5), (3, rule(), false, 0)];
        assert_eq!(read_all(text.as_bytes()), Ok(want));
        assert_eq!(read_all(b""), Ok(vec![]));
    }

    #[test]
    fn the_first_line_that_is_no_such_thing_is_said_by_its_number() {
        let good = r#"{"schema_version":1,"kind":"claim","findings":[]}"#;
        let with = |finding: &str| format!(r#"{{"schema_version":1,"kind":"finding",{finding}}}"#);
        let sound = format!(r#""fingerprint":"{PRINT}","rule":"R","severity":"high""#);
        for (line, said) in [
            ("SECRET".to_owned(), "f.jsonl:3: not JSON (column 1)"),
            (good[..20].to_owned(), "f.jsonl:3: not JSON"),
            (format!("{good}{good}"), "f.jsonl:3: not JSON"),
            (String::new(), "f.jsonl:3: not JSON"),
            ("\u{1b}[2J".to_owned(), "f.jsonl:3: not JSON"),
            ("[]".to_owned(), "f.jsonl:3: JSON, but not what such a file has"),
            ("{}".to_owned(), "f.jsonl:3: JSON, but not what such a file has"),
            (good.replace('1', "2"), "of another schema"),
            (good.replace("claim", "SECRET"), "neither a claim nor a finding"),
            (with(r#""rule":"R","severity":"high""#), "without a fingerprint"),
            (with(&sound.replace(PRINT, "SECRET")), "a fingerprint that is none"),
            (with(&sound.replace("\"R\"", "\"SECRET '\"")), "a rule that is none"),
            (with(&sound.replace("high", "SECRET")), "a severity that is none"),
            (with(&sound.replace("\"R\"", "7")), "JSON, but not what such a file has"),
            (with(&format!("{sound},\"line\":\"SECRET\"")), "JSON, but not what such a file has"),
            (format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000)), "f.jsonl:3: "),
        ] {
            let said_of = read_all(format!("{good}\n{good}\n{line}\n{good}\n").as_bytes());
            let error = said_of.err().unwrap_or_default();
            assert!(error.starts_with("f.jsonl:3: ") && error.contains(said), "{error:?} for {line:?}");
            assert!(!error.contains("SECRET"), "{error}");
        }
        assert!(read_all(b"\xff\n").is_err_and(|e| e.starts_with("f.jsonl:1: not JSON")));
    }
}
