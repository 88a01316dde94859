//! Who may use whom. Data runs one way, and the table below holds it: one edge more is a failed test.
//!
//! Read from the source: every `crate::` path outside comments, wherever it stands, and every `super::` that
//! leaves its room. A new edge is a decision about the architecture; it is made here, where it can be seen.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::fs;
use std::path::{Path, PathBuf};

/// What a room may use beside itself: rooms, or parts of them. Rooms stand in the order data runs through
/// them.
const ROOMS: [(&str, &[&str]); 18] = [
    // What differs by platform; a test's disk takes its place.
    ("disk", &[]),
    ("error", &[]),
    ("position", &[]),
    ("x12", &["error", "position"]),
    // Knows how files go wrong, and nothing of what is written in them.
    ("source", &["disk", "error", "x12::fault"]),
    ("tables", &["error", "x12::code", "x12::value"]),
    ("claim", &["position", "tables", "x12"]),
    // Every kind of sidecar file is opened, split and checked in one place; minutes are one kind of them.
    ("sidecar", &["error", "tables::therapy", "x12::code", "x12::value"]),
    ("minutes", &["error", "sidecar", "tables", "x12::code", "x12::value"]),
    ("finding", &["position", "x12::code", "x12::value"]),
    ("risk", &["finding", "x12::value"]),
    // Faults of the reader have their pages in the catalogue, so the list of them is known there.
    (
        "rules",
        &[
            "claim",
            "finding",
            "minutes",
            "position",
            "sidecar",
            "tables",
            "x12::code",
            "x12::fault",
            "x12::value",
        ],
    ),
    (
        "scan",
        &[
            "claim", "disk", "error", "finding", "minutes", "position", "rules", "sidecar", "source",
            "tables", "x12",
        ],
    ),
    // What was found decides which claims are held; the bytes are read again with the eyes of the engine.
    ("halves", &["claim", "finding", "position", "rules::x12", "scan", "source", "x12"]),
    // What was found decides which claims are rejected, and the syntax is read again with the eyes of the engine. The rules'
    // metadata says what a rejection says.
    (
        "acks",
        &[
            "claim",
            "finding",
            "position",
            "rules::CATALOGUE",
            "rules::rule",
            "rules::waiver",
            "rules::x12",
            "scan",
            "source",
            "x12",
        ],
    ),
    ("report", &["error::is_plain", "finding", "position", "risk", "rules::rule", "x12::code", "x12::value"]),
    (
        "cli",
        &[
            "acks", "claim", "disk", "error", "finding", "halves", "minutes", "position", "report", "risk",
            "rules", "scan", "sidecar", "source", "tables", "x12",
        ],
    ),
    ("main", &["cli"]),
];

/// What test code of a room may use beyond that, to make what it tests with.
const IN_TESTS: [(&str, &str); 3] = [("acks", "disk"), ("risk", "position"), ("rules", "x12::text")];

/// What no other room than those may name.
const WORDS: [(&str, &[&str]); 19] = [
    ("std::fs", &["cli", "disk", "scan", "sidecar", "source", "tables"]),
    (
        "std::io",
        &[
            "acks", "cli", "disk", "error", "halves", "minutes", "report", "scan", "sidecar", "source",
            "tables",
        ],
    ),
    ("std::thread", &["cli", "scan"]),
    ("rayon", &["scan"]),
    ("std::sync", &["cli", "disk", "scan", "source"]),
    ("std::env", &["cli", "main"]),
    ("std::process", &["cli", "disk", "main"]),
    ("stdout(", &["cli"]),
    ("stderr(", &["cli"]),
    ("std::net", &[]),
    // The clock is read where a run begins and for its log, and nowhere below.
    ("SystemTime", &["cli"]),
    ("Instant", &[]),
    ("signal_hook", &["cli"]),
    ("rustix", &["cli", "disk", "scan"]),
    ("println!", &[]),
    ("print!", &[]),
    ("eprint!", &[]),
    ("eprintln!", &[]),
    ("dbg!", &[]),
];

/// What every rule may see of its own room; beyond that no family sees another.
const RULES_SHARE: [&str; 11] = [
    "CATALOGUE",
    "codes",
    "course",
    "day",
    "discipline",
    "marks",
    "place",
    "plan",
    "policy",
    "rule",
    "sample",
];

#[test]
fn data_runs_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    assert!(files.len() > 50, "the source has been found");
    let mut wrong = Vec::new();
    for path in files {
        let name = path.strip_prefix(&source).unwrap().to_string_lossy().replace('\\', "/");
        wrong.extend(trespasses(&name, &fs::read_to_string(&path).unwrap()));
    }
    assert!(
        wrong.is_empty(),
        "{} edges that the table of rooms does not have:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Of the room that may ask for the time, the log does, what says how long a file has lain still, and what notes in the
/// ledger on which day it came to know a file: of results only those that `duplicate_days` asks for hang on that.
#[test]
fn the_clock_is_read_for_the_log_for_uploads_and_for_the_ledger() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let asks =
        |path: &PathBuf| without_comments(&fs::read_to_string(path).unwrap()).contains("SystemTime::now");
    let mut asking: Vec<_> = files.into_iter().filter(asks).collect();
    asking.sort();
    assert_eq!(asking, ["cli/log.rs", "cli/reading.rs", "cli/state.rs"].map(|file| source.join(file)));
}

#[test]
fn every_room_has_its_line_in_the_table() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rooms: Vec<String> = fs::read_dir(source)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "lib")
        .collect();
    rooms.sort();
    let mut known: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    known.sort_unstable();
    assert_eq!(rooms, known);
}

/// No room may reach itself through others: the table itself has no circle.
#[test]
fn the_table_has_no_circle() {
    for (room, _) in ROOMS {
        let mut reached = vec![room];
        let mut at = 0;
        while at < reached.len() {
            for used in uses(reached[at]).iter().map(|path| path.split("::").next().unwrap()) {
                // Value types of x12 are what tables are made of; x12 itself uses no table.
                assert!(used != room, "{room} is reached from {}", reached[at]);
                if !reached.contains(&used) {
                    reached.push(used);
                }
            }
            at += 1;
        }
    }
}

#[test]
fn one_edge_more_is_seen() {
    for (file, text, want) in [
        (
            "x12/value.rs",
            "//! Values.\n\nuse crate::claim::claim::Claim;\n",
            "src/x12/value.rs:3: x12 uses claim::claim::Claim",
        ),
        ("x12/mod.rs", "pub use super::claim::Claim;", "src/x12/mod.rs:1: `super::` leaves the room"),
        (
            "x12/a/b.rs",
            "fn f() { super::super::super::cli::run() }",
            "src/x12/a/b.rs:1: `super::` leaves the room",
        ),
        (
            "rules/time/a.rs",
            "use crate::x12::{\n    code::Code,\n    segment::{self, Tag},\n};",
            "src/rules/time/a.rs:1: rules uses x12::segment",
        ),
        (
            "rules/time/a.rs",
            "use crate::rules::pair::b::B;",
            "src/rules/time/a.rs:1: the family time uses rules::pair::b::B",
        ),
        ("rules/time/a.rs", "fn f() { std::fs::read(p) }", "src/rules/time/a.rs:1: rules names std::fs"),
        ("rules/rule.rs", "use std::{fmt, io};", "src/rules/rule.rs:1: rules names std::io"),
        (
            "scan/mod.rs",
            "fn f() { crate::report::safe::text(b) }",
            "src/scan/mod.rs:1: scan uses report::safe::text",
        ),
        ("report/csv.rs", "use crate::error::Error;", "src/report/csv.rs:1: report uses error::Error"),
        ("risk.rs", "use crate::position::Tag;", "src/risk.rs:1: risk uses position::Tag"),
        ("cli/mod.rs", "fn f() { eprintln!() }", "src/cli/mod.rs:1: cli names eprintln!"),
        ("garden/mod.rs", "", "src/garden/mod.rs: a room without a line in the table"),
    ] {
        let found = trespasses(file, text);
        assert!(found.first().is_some_and(|first| first.starts_with(want)), "{text}: {found:?}");
    }
    for (file, text) in [
        ("x12/value.rs", "// crate::claim is not for us\n/// nor [`crate::cli`]\nuse crate::position::Tag;"),
        ("x12/a/b.rs", "use super::super::value::Date;"),
        ("finding.rs", "#[cfg(test)]\nmod tests {\n    use super::*;\n}"),
        ("risk.rs", "#[cfg(test)]\nmod tests {\n    use crate::position::Position;\n}"),
        ("rules/time/a.rs", "use crate::rules::rule::Rule;\nuse crate::rules::time::pool;\nuse crate::rule;"),
        ("cli/mod.rs", "use crate::{report::csv, scan::{self, input::Input}};"),
    ] {
        assert_eq!(trespasses(file, text), Vec::<String>::new(), "{text}");
    }
}

/// Claim files are about people, so nothing that opens a connection comes in. `deny.toml` has the list; here
/// it is held where cargo-deny is not at hand.
#[test]
fn no_crate_that_reaches_the_network_comes_in() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock = fs::read_to_string(project.join("Cargo.lock")).unwrap().replace("\r\n", "\n");
    let deny = fs::read_to_string(project.join("deny.toml")).unwrap();
    let banned: Vec<&str> =
        deny.split("{ crate = \"").skip(1).filter_map(|entry| entry.split('"').next()).collect();
    assert!(banned.len() > 15 && lock.contains("\nname = \"nom\"\n"), "both files have been read");
    for name in banned {
        assert!(!lock.contains(&format!("\nname = \"{name}\"\n")), "{name} is in Cargo.lock");
    }
}

/// Every edge of a file that the table does not have, with file and line.
fn trespasses(name: &str, text: &str) -> Vec<String> {
    let mut parts: Vec<&str> = name.trim_end_matches(".rs").split('/').collect();
    if parts.last() == Some(&"mod") {
        parts.pop();
    }
    let room = parts[0];
    if room == "lib" {
        return Vec::new();
    }
    if !ROOMS.iter().any(|(known, _)| *known == room) {
        return vec![format!("src/{name}: a room without a line in the table")];
    }
    let code = without_comments(text);
    let tests_from = match parts.last() {
        Some(&"tests" | &"sample") => 0,
        _ => code.find("#[cfg(test)]\nmod tests {").unwrap_or(code.len()),
    };
    let mut wrong = Vec::new();
    let mut say = |at: usize, what: String| {
        let line = 1 + code[..at].matches('\n').count();
        wrong.push(format!("src/{name}:{line}: {what}"));
    };
    for (at, _) in code.match_indices("crate::") {
        for path in paths(&code[at + "crate::".len()..]) {
            let mut allowed = uses(room).to_vec();
            allowed.push(room);
            if at >= tests_from {
                allowed.extend(IN_TESTS.iter().filter(|(who, _)| *who == room).map(|(_, what)| *what));
            }
            // Macros are exported at the root of the crate, whichever room defines them.
            if path != "rule" && path != "rule!" && !allowed.iter().any(|prefix| is_within(&path, prefix)) {
                say(at, format!("{room} uses {path}"));
            }
            if room == "rules" && parts.len() > 2 {
                let own = [RULES_SHARE.as_slice(), &[parts[1]]].concat();
                let inside = path.strip_prefix("rules::");
                if inside.is_some_and(|p| !own.iter().any(|prefix| is_within(p, prefix))) {
                    say(at, format!("the family {} uses {path}", parts[1]));
                }
            }
        }
    }
    for (at, _) in code.match_indices("super::") {
        if code[..at].ends_with("super::") {
            continue;
        }
        let up = code[at..].split("::").take_while(|part| *part == "super").count();
        // A module inside the file is one level deeper.
        let depth = parts.len() + usize::from(is_in_inner_module(&code, at));
        if up >= depth {
            say(at, "`super::` leaves the room".to_owned());
        }
    }
    for (word, rooms) in WORDS.iter().filter(|(_, rooms)| !rooms.contains(&room)) {
        for (at, _) in code.match_indices(word) {
            let inside = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if !inside && at < tests_from {
                say(at, format!("{room} names {word}, which only {rooms:?} may"));
            }
        }
        if let Some(module) = word.strip_prefix("std::") {
            for (at, _) in code.match_indices("use std::{") {
                if paths(&code[at + "use std::".len()..]).iter().any(|path| is_within(path, module)) {
                    say(at, format!("{room} names {word}, which only {rooms:?} may"));
                }
            }
        }
    }
    wrong
}

/// What the table says a room may use.
fn uses(room: &str) -> &'static [&'static str] {
    ROOMS.iter().find(|(known, _)| *known == room).map_or(&[], |(_, uses)| uses)
}

/// Whether a path is a prefix's or lies below it.
fn is_within(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The paths a use tree or a path expression names, as `a::{b, c::d}` names `a::b` and `a::c::d`.
fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    tree(text, "", &mut found);
    found
}

/// Reads one tree; returns what stands after it.
fn tree<'t>(text: &'t str, prefix: &str, found: &mut Vec<String>) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = tree(rest, prefix, found).trim_start();
            match rest.strip_prefix(',') {
                Some(more) if !more.trim_start().starts_with('}') => rest = more,
                Some(more) => return more.trim_start().strip_prefix('}').unwrap_or(""),
                None => return rest.strip_prefix('}').unwrap_or(""),
            }
        }
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '*'))).unwrap_or(text.len());
    let (word, mut rest) = text.split_at(end);
    let path = match (prefix.is_empty(), word) {
        (false, "self" | "*" | "") => prefix.to_owned(),
        (true, word) => word.to_owned(),
        (false, word) => format!("{prefix}::{word}"),
    };
    if let Some(below) = rest.strip_prefix("::") {
        return tree(below, &path, found);
    }
    if let Some(renamed) = rest.strip_prefix(" as ") {
        rest = renamed.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    }
    found.push(path);
    rest
}

/// Whether a place lies in a `mod name { .. }` of the file: after one, and before its closing brace at the
/// beginning of a line.
fn is_in_inner_module(code: &str, at: usize) -> bool {
    let before: Vec<&str> = code[..at].lines().collect();
    let opens = |l: &&str| (l.starts_with("mod ") || l.contains(") mod ")) && l.ends_with('{');
    let opened = before.iter().rposition(opens);
    let closed = before.iter().rposition(|l| *l == "}");
    opened > closed
}

/// The text with comments blanked out; lines stay where they are.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for line in text.lines() {
        // A `//` in a string, as in an address, cuts the line short; nothing that matters stands behind one.
        code.push_str(line.split("//").next().unwrap_or(""));
        code.push('\n');
    }
    code
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}
