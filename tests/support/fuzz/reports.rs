//! Tables and JSON of hostile claims, read back by readers that are not ours: the same records, and nothing that
//! could steer whoever opens them.

use claimlint::error::is_plain;
use claimlint::finding::{Finding, RuleId, Severity};
use claimlint::position::{ElementRef, Position, Tag};
use claimlint::report::csv::{CLAIMS, FINDINGS};
use claimlint::report::{self, ClaimInfo, Entry, Location, Report, Summary};
use claimlint::risk;
use claimlint::x12::code::{Code, Modifier, Modifiers};
use claimlint::x12::value::{Cents, Date, Quantity};
use serde_json::Value;

use super::draw::Draw;
use super::engine::{SETUPS, scanned};
use super::writer::{CANARY, Taste, batch};
use crate::support::run::{RULES, report as write};

/// Both tables.
pub fn csv_out(data: &[u8]) {
    let mut draw = Draw::new(data);
    if draw.once_in(4) {
        let (files, bytes) = of_scan(&mut draw);
        let (findings, claims) = (table(&files[0], &FINDINGS), table(&files[1], &CLAIMS));
        for row in &findings {
            let offset: usize = row[18].parse().unwrap();
            assert!(offset <= bytes.len());
        }
        let numbers: u64 = claims.iter().map(|row| row[14].parse::<u64>().unwrap()).sum();
        assert_eq!(numbers, findings.iter().filter(|row| !row[21].is_empty()).count() as u64);
        return;
    }
    let entries = entries(&mut draw);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    run(&mut report::csv::Findings::new(&mut first, &RULES), &entries, &Summary::default());
    run(&mut report::csv::Claims::new(&mut second, &RULES), &entries, &Summary::default());
    let (findings, claims) = (table(&first, &FINDINGS), table(&second, &CLAIMS));
    let mut rows = findings.iter();
    for (entry, finding) in entries.iter().flat_map(|e| e.findings.iter().map(move |f| (e, f))) {
        let row = rows.next().unwrap();
        cell(&row[4], entry.claim.as_ref().map_or(b"", |c| &c.id));
        assert_eq!(row[5], if finding.line > 0 { finding.line.to_string() } else { String::new() });
        assert_eq!(row[17], finding.at_risk.to_string());
        assert_eq!(row[18], finding.position.byte.to_string());
        assert_eq!(row[13], finding.severity.as_str());
        assert_eq!(row[8], finding.units.map_or(String::new(), |u| u.to_string()));
    }
    assert!(rows.next().is_none());
    let mut rows = claims.iter();
    for (entry, claim) in
        entries.iter().filter(|e| !e.findings.is_empty()).filter_map(|e| Some((e, e.claim.as_ref()?)))
    {
        let row = rows.next().unwrap();
        cell(&row[4], &claim.id);
        cell(&row[8], &claim.payer_name);
        cell(&row[1], &entry.location.isa13);
        assert_eq!((&row[13], &row[14]), (&claim.charge.to_string(), &entry.findings.len().to_string()));
    }
    assert!(rows.next().is_none());
}

/// Findings as lines of JSON, and the summary.
pub fn json_out(data: &[u8]) {
    let mut draw = Draw::new(data);
    if draw.once_in(4) {
        let (files, _) = of_scan(&mut draw);
        let rows = table(&files[0], &FINDINGS);
        let lines = lines(&files[2]);
        let listed = |line: &Value| line["findings"].as_array().map_or(1, Vec::len);
        assert_eq!(lines.iter().map(listed).sum::<usize>(), rows.len());
        object(&files[3]);
        return;
    }
    let entries = entries(&mut draw);
    let mut bytes = Vec::new();
    run(&mut report::json::Lines::new(&mut bytes, &RULES), &entries, &Summary::default());
    let mut lines = lines(&bytes).into_iter();
    for entry in &entries {
        let found = match &entry.claim {
            Some(claim) => {
                let line = lines.next().unwrap();
                assert_eq!(line["kind"], "claim");
                for (name, want) in [
                    ("interchange", &entry.location.isa13),
                    ("group", &entry.location.gs06),
                    ("transaction", &entry.location.st02),
                    ("claim_id", &claim.id),
                    ("payer_name", &claim.payer_name),
                ] {
                    assert_eq!(&id(&line, name), want, "{name}");
                }
                assert_eq!(line["charge_cents"], claim.charge.0);
                line["findings"].as_array().unwrap().clone()
            }
            None => entry.findings.iter().map(|_| lines.next().unwrap()).collect(),
        };
        assert_eq!(found.len(), entry.findings.len());
        for (found, finding) in found.iter().zip(&entry.findings) {
            assert_eq!(found["offset"], finding.position.byte);
            assert_eq!(found["amount_at_risk"], finding.at_risk.to_string());
            assert_eq!(found["amount_at_risk_cents"], finding.at_risk.0);
            assert_eq!(found["severity"], finding.severity.as_str());
            assert_eq!(id(found, "claim_id"), entry.claim.as_ref().map_or(&b""[..], |c| &c.id));
            let units = finding.units.map(|u| u.to_string());
            assert_eq!(found["units"].as_number().map(ToString::to_string).is_some(), units.is_some());
        }
    }
    assert!(lines.next().is_none());
    let mut bytes = Vec::new();
    let text = |draw: &mut Draw<'_>| String::from_utf8_lossy(draw.bytes(40)).into_owned();
    let summary = Summary {
        problems: vec![text(&mut draw), text(&mut draw)],
        imbalances: vec![text(&mut draw)],
        out_of_scope: vec![(text(&mut draw), 1)],
        ..Summary::default()
    };
    run(&mut report::json::Totals::new(&mut bytes, &RULES), &[], &summary);
    let value = object(&bytes);
    assert_eq!(value["problems"].as_array().unwrap().len(), 2);
    assert_eq!(value["accounting"]["balanced"], false);
}

/// What a run over hostile claims writes, in which no person may be found.
pub(super) fn of_scan(draw: &mut Draw<'_>) -> ([Vec<u8>; 4], Vec<u8>) {
    let setup = &SETUPS[0];
    let bytes = batch(draw, Taste::Hostile);
    let results = scanned(setup, &bytes);
    let mut files = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    write(setup, &results, files.each_mut()).unwrap();
    for file in &files {
        assert!(memchr::memmem::find(file, CANARY).is_none(), "an element about a person");
    }
    (files, bytes)
}

/// An entry that owns what it says.
pub(super) struct Owned {
    pub(super) location: Location,
    pub(super) claim: Option<ClaimInfo>,
    pub(super) findings: Vec<Finding>,
}

/// Entries whose every part is of the bytes' choice.
pub(super) fn entries(draw: &mut Draw<'_>) -> Vec<Owned> {
    let mut all = Vec::new();
    while !draw.is_empty() && all.len() < 30 {
        let location = Location {
            file: String::from_utf8_lossy(draw.bytes(20)).into_owned(),
            interchange: draw.byte().into(),
            group: draw.byte().into(),
            transaction: draw.byte().into(),
            isa13: draw.bytes(16).to_vec(),
            gs06: draw.bytes(16).to_vec(),
            st02: draw.bytes(16).to_vec(),
        };
        let claim = (!draw.once_in(4)).then(|| ClaimInfo {
            id: draw.bytes(255).to_vec(),
            form: "837P",
            charge: Cents(draw.number() as i64),
            lines: draw.byte().into(),
            date: Date::new(2026, 1 + draw.below(12) as u32, 1 + draw.below(28) as u32),
            payer_id: draw.bytes(80).to_vec(),
            payer_name: draw.bytes(60).to_vec(),
            policy: String::from_utf8_lossy(draw.bytes(12)).into_owned(),
            payer_class: "commercial",
            billing_npi: "1234567893".to_owned(),
            byte: draw.number(),
            hierarchy_suspect: draw.once_in(2),
        });
        let findings = (0..draw.below(4)).map(|_| finding(draw)).collect();
        all.push(Owned { location, claim, findings });
    }
    all
}

fn finding(draw: &mut Draw<'_>) -> Finding {
    let rule = RuleId(draw.below(RULES.len() + 1) as u16);
    let at = ElementRef { tag: Tag::of(draw.bytes(3)), element: draw.byte(), component: draw.byte() };
    let position = Position { byte: draw.number(), segment: draw.byte().into(), at };
    let args = [
        Code::parse(draw.bytes(8)).into(),
        Quantity(draw.number() as i64).into(),
        draw.number().into(),
        Cents(draw.number() as i64).into(),
    ];
    Finding {
        fault: draw.below(4) as u8,
        whole_claim: draw.once_in(2),
        line: draw.byte().into(),
        order: draw.byte().into(),
        procedure: Code::parse(draw.bytes(8)),
        modifiers: Modifiers([(); 4].map(|()| Modifier::parse(draw.bytes(2)))),
        units: draw.once_in(2).then(|| Quantity(draw.number() as i64)),
        at_risk: Cents(draw.number() as i64),
        ..Finding::bare(rule, Severity::ALL[draw.below(5)], position, args)
    }
}

pub(super) fn run(report: &mut dyn Report, entries: &[Owned], summary: &Summary) {
    report.begin().unwrap();
    for entry in entries {
        let charge = entry.claim.as_ref().map_or(Cents::ZERO, |c| c.charge);
        let risk = risk::of_claim(charge, &entry.findings);
        let (location, claim, findings) = (&entry.location, entry.claim.as_ref(), &entry.findings);
        report.entry(&Entry { location, claim, findings, marks: &[], risk }).unwrap();
    }
    report.finish(summary).unwrap();
}

/// The rows below the header; every one as long as the header, every cell harmless.
fn table(bytes: &[u8], header: &[&str]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(rows.remove(0), header);
    let lines = bytes.iter().filter(|b| **b == b'\n').count();
    assert_eq!(lines, rows.len() + 1, "a row is a line");
    for cell in rows.iter().flatten() {
        assert!(cell.chars().all(is_plain), "{cell:?}");
        let start = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
        let formula = start.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        let money = cell.bytes().all(|b| b"-.0123456789".contains(&b)) && cell.rfind('-') == Some(0);
        assert!(!formula || money, "{cell:?}");
    }
    rows
}

/// A cell of bytes from a file: itself, where nothing is wrong with it.
fn cell(cell: &str, bytes: &[u8]) {
    assert!(cell.chars().count() <= 80 + bytes.iter().filter(|b| b",;".contains(b)).count() + 1, "{cell:?}");
    if bytes.len() <= 80 && bytes.iter().all(u8::is_ascii_alphanumeric) {
        assert_eq!(cell.as_bytes(), bytes);
    } else {
        assert!(!cell.is_empty());
    }
}

/// One object a line.
fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    assert!(text.chars().all(|c| c == '\n' || is_plain(c)));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// One object over several lines.
fn object(bytes: &[u8]) -> Value {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.chars().all(|c| c == '\n' || is_plain(c)), "{text:?}");
    serde_json::from_str(text).unwrap()
}

/// An id, from its text or its hexadecimal digits.
fn id(line: &Value, name: &str) -> Vec<u8> {
    match (&line[name], &line[format!("{name}_hex")]) {
        (Value::String(text), Value::Null) => text.as_bytes().to_vec(),
        (Value::Null, Value::String(hex)) => {
            (0..hex.len()).step_by(2).map(|n| u8::from_str_radix(&hex[n..n + 2], 16).unwrap()).collect()
        }
        (Value::Null, Value::Null) => Vec::new(),
        both => panic!("{name}: {both:?}"),
    }
}
