//! Odd input, row by row: the catalogue of what trading partners send, and what each row comes to here.
//!
//! `rows/*.md` hold the cases. A block ` ```base NAME ` is a file that nothing is wrong with, a segment a line. A case is a
//! block ` ```BASE ROW what it is [CODES] `: the base it is made from (`none` for nothing), the row of the catalogue it belongs
//! to, or `nearly CODE` for one that is a byte or a count short of a code; and all codes that must be found, with `*N`
//! where one is found N times. Flags of the command stand before the codes as `{--flag}`. The lines of a case are edits, one
//! after the other, see [`edit`]. A block ` ```settings ` after it is a `claimlint.toml`, a block ` ```comes-to ` says what
//! the run came to: exit code, status of the file, claims and lines, and each finding with its place.
//!
//! What cannot be said in bytes of one file is held by a test elsewhere: `- held ROW FILE TEST WORDS` names it, and the
//! test and the words must be there.
//!
//! `BLESS=1 cargo test --test rows` writes what the runs came to, never rows and codes. Read the difference before you
//! keep it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it did not expect"
)]

#[path = "support/archive.rs"]
mod archive;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use claimlint::rules::CATALOGUE;
use serde_json::Value;
use tempfile::TempDir;

use archive::{Packed, Zip, gz};
use support::{Ran, run_with};

/// The rows of the catalogue, by table: files, interchanges, groups and transaction sets, hierarchy, segments and elements,
/// output and process.
const ROWS: [(char, usize); 6] = [('A', 20), ('B', 14), ('C', 9), ('D', 5), ('E', 18), ('G', 12)];

#[test]
fn every_case_comes_to_what_its_row_says() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    let mut books = books();
    let bases = bases(&books);
    for book in &mut books {
        let results = ran(book, &bases);
        for (case, came_to) in book.cases_mut().zip(results) {
            let found = codes_of(&came_to);
            let place = format!("{}:{}: {}", case.book, case.line, case.what);
            if found != case.codes {
                wrong.push(format!("{place}: wanted {:?}, found {:?}", case.codes, found));
            }
            if let Some(code) = case.row.strip_prefix("nearly ")
                && found.contains_key(code)
            {
                wrong.push(format!("{place}: finds {code}"));
            }
            if !bless && came_to != case.came_to {
                wrong.push(format!(
                    "{place} comes to\n{}\nand not to\n{}",
                    came_to.join("\n"),
                    case.came_to.join("\n")
                ));
            }
            case.came_to = came_to;
        }
        if bless {
            fs::write(&book.path, book.written()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{}\n\n{} in all; BLESS=1 writes no codes", wrong.join("\n"), wrong.len());
}

/// Every row has a case or a test elsewhere, and there is no other row.
#[test]
fn every_row_is_held() {
    let books = books();
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    for (table, last) in ROWS {
        rows.extend((1..=last).map(|n| (format!("{table}{n}"), 0)));
    }
    let (mut all, mut strange) = (0, Vec::new());
    for row in books.iter().flat_map(|book| book.rows()) {
        all += 1;
        match rows.get_mut(row) {
            Some(count) => *count += 1,
            None if row.starts_with("nearly X12-") || row.starts_with("X12-") => all -= 1,
            None => strange.push(row.to_owned()),
        }
    }
    let left: Vec<_> = rows.iter().filter(|(_, n)| **n == 0).map(|(row, _)| row).collect();
    assert!(left.is_empty() && strange.is_empty(), "without a case: {left:?}; no rows: {strange:?}");
    assert!(all >= 110, "{all} cases");
}

/// Every code of family X12 is found in a case, and in another one nearly.
#[test]
fn every_code_fires_and_nearly_does() {
    let books = books();
    let (mut fires, mut nearly) = (BTreeSet::new(), BTreeSet::new());
    for case in books.iter().flat_map(Book::cases) {
        fires.extend(case.codes.keys().cloned());
        nearly.extend(case.row.strip_prefix("nearly ").map(str::to_owned));
    }
    for held in books.iter().flat_map(Book::held) {
        match held.row.strip_prefix("nearly ") {
            Some(code) => nearly.insert(code.to_owned()),
            None => fires.insert(held.row.clone()),
        };
    }
    let all = CATALOGUE.iter().map(|rule| rule.meta()).filter(|meta| meta.family() == "X12");
    let codes: BTreeSet<String> = all.map(|meta| meta.code.to_owned()).collect();
    let without = |has: &BTreeSet<String>| codes.difference(has).cloned().collect::<Vec<_>>();
    let (no_fires, no_nearly) = (without(&fires), without(&nearly));
    assert!(no_fires.is_empty() && no_nearly.is_empty(), "no fires: {no_fires:?}; no nearly: {no_nearly:?}");
    let unknown: Vec<_> = nearly.difference(&codes).collect();
    assert!(unknown.is_empty(), "no codes: {unknown:?}");
}

/// A test that is named exists, and speaks of what it is named for.
#[test]
fn tests_elsewhere_are_there() {
    let mut wrong = Vec::new();
    for held in books().iter().flat_map(Book::held) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&held.file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let head = format!("fn {}(", held.test);
        let Some(at) = text.find(&head) else {
            wrong.push(format!("{}: no {head} in {}", held.row, held.file));
            continue;
        };
        // A test has its attribute above; the cases of a table have none.
        let is_test = text[..at].rfind("#[test]").is_some_and(|n| !text[n..at].contains("\n}\n"));
        let end = text[at..].find("\n}\n").map_or(text.len(), |n| at + n);
        if !text[at..end].contains(&held.words) || !(is_test || held.test == "cases") {
            wrong.push(format!("{}: {head} in {} says nothing of {}", held.row, held.file, held.words));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which claims hang on an HL that is wrong is said of each, also of one that only its days are found fault with.
#[test]
fn claims_under_a_hierarchy_in_doubt_are_named() {
    let bases = bases(&books());
    // The second evaluation of the day is found when days of different claims are put together.
    let text = String::from_utf8(bases["P"].clone()).unwrap().replace("HC:97161:GP", "HC:97161");
    for (from, to, want) in [
        ("HL*3*1*22*1~", "HL*3*1*22*1~", ["false", "false"]),
        ("HL*3*1*22*1~", "HL*3*7*22*1~", ["false", "true"]),
        ("HL*4*3*23*0~", "HL*5*3*23*0~", ["false", "true"]),
        ("HL*2*1*22*0~", "HL*2*2*22*0~", ["true", "false"]),
        ("HL*1**20*1~", "HL*2**20*1~", ["true", "true"]),
    ] {
        let desk = TempDir::new().unwrap();
        fs::write(desk.path().join("f"), text.replace(from, to)).unwrap();
        let ran = run_with(desk.path(), &["scan", "f", "--out", "o", "--format", "none"], b"");
        assert_eq!(ran.code, Some(0), "{to}: {}", ran.err);
        let read = |name: &str| fs::read_to_string(desk.path().join("o").join(name)).unwrap();
        let csv = read("claims.csv");
        let mut rows = csv.lines();
        let at = rows.next().unwrap().split(',').position(|name| name == "hierarchy_suspect").unwrap();
        let said: Vec<_> = rows.map(|row| row.split(',').nth(at).unwrap().to_owned()).collect();
        assert_eq!(said, want, "{to}");
        let objects = read("findings.jsonl");
        let objects = objects.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let claims = objects.filter(|object| object["kind"] == "claim");
        let said: Vec<_> = claims.map(|claim| claim["hierarchy_suspect"].to_string()).collect();
        assert_eq!(said, want, "{to}");
        let summary: Value = serde_json::from_str(&read("summary.json")).unwrap();
        let count = want.iter().filter(|said| **said == "true").count();
        assert_eq!(summary["claims"]["hierarchy_suspect"], count, "{to}");
    }
}

/// A file of cases.
struct Book {
    path: PathBuf,
    parts: Vec<Part>,
}

enum Part {
    /// Lines between cases, kept as they stand.
    Prose(String),
    Base(String, String),
    Case(Case),
    Held(Held),
}

struct Case {
    book: String,
    line: usize,
    /// The head as it stands.
    head: String,
    base: String,
    /// `E1`, or `nearly X12-S001`.
    row: String,
    what: String,
    flags: Vec<String>,
    codes: BTreeMap<String, usize>,
    edits: String,
    settings: String,
    came_to: Vec<String>,
}

/// A test elsewhere that holds a row or a code.
struct Held {
    text: String,
    row: String,
    file: String,
    test: String,
    words: String,
}

impl Book {
    fn read(path: PathBuf) -> Book {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let mut parts: Vec<Part> = Vec::new();
        let mut lines = (1..).zip(text.split_inclusive('\n'));
        while let Some((line, text)) = lines.next() {
            if let Some(held) = text.strip_prefix("- held ") {
                parts.push(Part::Held(Held::parse(text, held)));
                continue;
            }
            let Some(head) = text.trim_end().strip_prefix("```") else {
                match parts.last_mut() {
                    Some(Part::Prose(prose)) => prose.push_str(text),
                    _ => parts.push(Part::Prose(text.to_owned())),
                }
                continue;
            };
            let body: String = lines.by_ref().map(|(_, l)| l).take_while(|l| l.trim_end() != "```").collect();
            match (head.split_once(' ').unwrap_or((head, "")), parts.last_mut()) {
                (("base", name), _) => parts.push(Part::Base(name.to_owned(), body)),
                (("settings", _), Some(Part::Case(case))) => case.settings = body,
                (("comes-to", _), Some(Part::Case(case))) => {
                    case.came_to = body.lines().map(str::to_owned).collect()
                }
                _ => parts.push(Part::Case(Case::new(&name, line, head, body))),
            }
        }
        Book { path, parts }
    }

    fn written(&self) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Prose(text) => out += text,
                Part::Base(name, body) => out += &format!("```base {name}\n{body}```\n"),
                Part::Held(held) => out += &held.text,
                Part::Case(case) => {
                    out += &format!("```{}\n{}```\n", case.head, case.edits);
                    if !case.settings.is_empty() {
                        out += &format!("```settings\n{}```\n", case.settings);
                    }
                    out += &format!("```comes-to\n{}\n```\n", case.came_to.join("\n"));
                }
            }
        }
        out
    }

    fn cases(&self) -> impl Iterator<Item = &Case> {
        self.parts.iter().filter_map(|part| if let Part::Case(case) = part { Some(case) } else { None })
    }

    fn cases_mut(&mut self) -> impl Iterator<Item = &mut Case> {
        self.parts.iter_mut().filter_map(|part| if let Part::Case(case) = part { Some(case) } else { None })
    }

    fn held(&self) -> impl Iterator<Item = &Held> {
        self.parts.iter().filter_map(|part| if let Part::Held(held) = part { Some(held) } else { None })
    }

    fn rows(&self) -> impl Iterator<Item = &str> {
        self.cases().map(|case| case.row.as_str()).chain(self.held().map(|held| held.row.as_str()))
    }
}

impl Case {
    fn new(book: &str, line: usize, head: &str, edits: String) -> Case {
        let broken = || -> ! { panic!("{book}:{line}: {head:?} is not BASE ROW what it is [CODES]") };
        let Some((rest, codes)) = head.strip_suffix(']').and_then(|h| h.rsplit_once(" [")) else { broken() };
        let (rest, flags) = match rest.strip_suffix('}').and_then(|h| h.rsplit_once(" {")) {
            Some((rest, flags)) => (rest, flags),
            None => (rest, ""),
        };
        let Some((base, rest)) = rest.split_once(' ') else { broken() };
        let (nearly, rest) = rest.strip_prefix("nearly ").map_or(("", rest), |rest| ("nearly ", rest));
        let Some((id, what)) = rest.split_once(' ') else { broken() };
        let row = format!("{nearly}{id}");
        let codes = codes.split_whitespace().map(|code| match code.split_once('*') {
            Some((code, n)) => (code.to_owned(), n.parse().unwrap_or_else(|_| broken())),
            None => (code.to_owned(), 1),
        });
        Case {
            book: book.to_owned(),
            line,
            head: head.to_owned(),
            base: base.to_owned(),
            row,
            what: what.to_owned(),
            flags: flags.split_whitespace().map(str::to_owned).collect(),
            codes: codes.collect(),
            edits,
            settings: String::new(),
            came_to: Vec::new(),
        }
    }

    fn bytes(&self, bases: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
        let place = format!("{}:{}", self.book, self.line);
        let mut bytes = match self.base.as_str() {
            "none" => Vec::new(),
            base => bases.get(base).unwrap_or_else(|| panic!("{place}: no base {base}")).clone(),
        };
        for line in self.edits.lines() {
            edit(&mut bytes, line, bases, &place);
        }
        bytes
    }

    /// What the run over the case comes to.
    fn run(&self, bases: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
        let desk = TempDir::new().unwrap();
        fs::write(desk.path().join("file"), self.bytes(bases)).unwrap();
        let mut args = vec!["scan", "file", "--out", "out", "--format", "none"];
        args.extend(self.flags.iter().map(String::as_str));
        if !self.settings.is_empty() {
            fs::write(desk.path().join("set.toml"), &self.settings).unwrap();
            args.extend(["--config", "set.toml"]);
        }
        came_to(desk.path(), &run_with(desk.path(), &args, b""))
    }
}

impl Held {
    fn parse(text: &str, held: &str) -> Held {
        let (nearly, held) = match held.strip_prefix("nearly ") {
            Some(rest) => ("nearly ", rest),
            None => ("", held),
        };
        let mut words = held.trim_end().splitn(4, ' ');
        let mut next = || words.next().unwrap_or_default().to_owned();
        let row = format!("{nearly}{}", next());
        Held { text: text.to_owned(), row, file: next(), test: next(), words: next() }
    }
}

fn books() -> Vec<Book> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rows");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(Book::read).collect()
}

/// The files that cases are made from, with their segments counted.
fn bases(books: &[Book]) -> BTreeMap<String, Vec<u8>> {
    let parts = books.iter().flat_map(|book| &book.parts);
    let bases =
        parts.filter_map(|part| if let Part::Base(name, text) = part { Some((name, text)) } else { None });
    let mut all = BTreeMap::new();
    for (name, text) in bases {
        let mut bytes: Vec<u8> = text.bytes().filter(|b| *b != b'\n').collect();
        recount(&mut bytes);
        all.insert(name.clone(), bytes);
    }
    all
}

/// Runs all cases of a book, two at a time.
fn ran(book: &Book, bases: &BTreeMap<String, Vec<u8>>) -> Vec<Vec<String>> {
    let cases: Vec<&Case> = book.cases().collect();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(vec![Vec::new(); cases.len()]));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((n, case)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| Some((n, *cases.get(n)?)))
                {
                    let came_to = case.run(bases);
                    done.lock().unwrap()[n] = came_to;
                }
            });
        }
    });
    done.into_inner().unwrap()
}

/// What a run came to, in lines.
fn came_to(desk: &Path, ran: &Ran) -> Vec<String> {
    let read = |name: &str| fs::read_to_string(desk.join("out").join(name));
    let Ok(summary) = read("summary.json") else {
        return vec![format!("exit {:?}: {}{}", ran.code, ran.out, ran.err)];
    };
    let summary: Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["accounting"]["balanced"], true);
    let input = &summary["inputs"][0];
    let code = input["code"].as_str().map_or(String::new(), |code| format!(" {code}"));
    let status = input["status"].as_str().unwrap();
    let mut out = vec![format!("exit {}, {status}{code}", ran.code.unwrap())];
    for what in ["claims", "lines"] {
        let counts = &summary[what];
        let mut line = format!("{what} {}", counts["seen"]);
        let mut say = |name: &str, n: &Value| {
            if n.as_u64().is_some_and(|n| n > 0) {
                line += &format!(", {n} {name}");
            }
        };
        for name in ["evaluated", "therapy", "other", "hierarchy_suspect", "envelope_suspect"] {
            say(&name.replace('_', " "), &counts[name]);
        }
        match &counts["not_evaluated"] {
            Value::Object(reasons) => reasons.iter().for_each(|(reason, n)| say(reason, n)),
            n => say("not evaluated", n),
        }
        out.push(line);
    }
    let all = read("findings.jsonl").unwrap();
    for line in all.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        match entry["findings"].as_array() {
            Some(findings) => findings.iter().for_each(|finding| out.push(said(finding))),
            None => out.push(said(&entry)),
        }
    }
    let many = out.len() > 12;
    if many {
        let left = out.split_off(12);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        left.iter().for_each(|line| *counts.entry(line.split(' ').next().unwrap()).or_default() += 1);
        out.extend(counts.iter().map(|(code, n)| format!("{code} {n} more")));
    }
    out
}

/// `X12-S001 low A1 line 1 LX segment 17 byte 812: 1 empty segments`.
fn said(finding: &Value) -> String {
    let mut out = format!("{} {}", finding["rule"].as_str().unwrap(), finding["severity"].as_str().unwrap());
    for (name, key) in [("", "claim_id"), ("line ", "line"), ("", "element"), ("segment ", "segment")] {
        match &finding[key] {
            Value::String(text) => out += &format!(" {name}{text}"),
            Value::Number(n) => out += &format!(" {name}{n}"),
            _ => {}
        }
    }
    format!("{out} byte {}: {}", finding["offset"], finding["message"].as_str().unwrap())
}

/// The codes of what a run came to.
fn codes_of(came_to: &[String]) -> BTreeMap<String, usize> {
    let mut codes = BTreeMap::new();
    for line in came_to.iter().skip(3) {
        let mut words = line.split(' ');
        let code = words.next().unwrap().to_owned();
        let more =
            line.strip_suffix(" more").and_then(|rest| rest.split(' ').nth(1)).map(|n| n.parse().unwrap());
        *codes.entry(code).or_default() += more.unwrap_or(1);
    }
    codes
}

/// One edit: `OLD => NEW` for the first place, `OLD =>> NEW` for the last, `OLD =>* NEW` for all; a place must be there. `+ TEXT`
/// appends, `^ TEXT` puts before, `cut OLD` ends the file where the last OLD begins. `recount` sets SE01 right. `times N
/// TEXT` appends TEXT N times, with `#` its number, which `M..N` counts from M; `insert N OLD :: TEXT` puts as many before the first OLD. `wrap N END`
/// breaks the file into lines. Texts have `\r`, `\n`, `\t`, `\s`, `\xNN`, and `<NAME>` for a base.
fn edit(bytes: &mut Vec<u8>, line: &str, bases: &BTreeMap<String, Vec<u8>>, place: &str) {
    let text = |text: &str| unescaped(text, bases);
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let numbered = |rest: &str| -> Vec<u8> {
        let (times, what) = rest.split_once(' ').unwrap();
        let (from, to) = times.split_once("..").unwrap_or(("1", times));
        let numbers = from.parse::<usize>().unwrap()..=to.parse().unwrap();
        if !what.contains('#') {
            return text(what).repeat(numbers.count());
        }
        numbers.flat_map(|n| text(&what.replace('#', &n.to_string()))).collect()
    };
    for (arrow, last, all) in [(" =>* ", false, true), (" =>> ", true, false), (" => ", false, false)] {
        let padded = format!("{line} ");
        let Some((old, new)) = padded.split_once(arrow) else { continue };
        let (old, new) = (text(old), text(&new[..new.len().saturating_sub(1)]));
        let mut places: Vec<usize> = found(bytes, &old);
        assert!(!places.is_empty(), "{place}: {line:?} finds nothing");
        if !all {
            places = vec![if last { places[places.len() - 1] } else { places[0] }];
        }
        for at in places.into_iter().rev() {
            bytes.splice(at..at + old.len(), new.iter().copied());
        }
        return;
    }
    match verb {
        "+" => bytes.extend(text(rest)),
        "^" => drop(bytes.splice(0..0, text(rest))),
        "cut" => bytes.truncate(*found(bytes, &text(rest)).last().unwrap()),
        "recount" => recount(bytes),
        "times" => bytes.extend(numbered(rest)),
        "insert" => {
            let (times, rest) = rest.split_once(' ').unwrap();
            let (old, what) = rest.split_once(" :: ").unwrap();
            let at = found(bytes, &text(old))[0];
            drop(bytes.splice(at..at, numbered(&format!("{times} {what}"))));
        }
        "wrap" => {
            let (width, end) = rest.split_once(' ').unwrap();
            *bytes = bytes.chunks(width.parse().unwrap()).collect::<Vec<_>>().join(&text(end)[..]);
        }
        "utf16le" => *bytes = bytes.iter().flat_map(|b| [*b, 0]).collect(),
        "utf16be" => *bytes = bytes.iter().flat_map(|b| [0, *b]).collect(),
        "ebcdic" => bytes.iter_mut().for_each(|b| *b = ebcdic(*b)),
        "gzip" => *bytes = gz(bytes),
        "zip" => *bytes = Zip::default().with(rest.as_bytes(), bytes, Packed::Deflated).done(),
        "shorten" => bytes.truncate(bytes.len() - rest.parse::<usize>().unwrap()),
        _ => panic!("{place}: {line:?} is no edit"),
    }
}

fn found(bytes: &[u8], what: &[u8]) -> Vec<usize> {
    memchr::memmem::find_iter(bytes, what).collect()
}

/// Sets the SE01 of each transaction set to the number of its segments. Terminators are `~`.
fn recount(bytes: &mut Vec<u8>) {
    let (mut out, mut count) = (Vec::with_capacity(bytes.len()), 0);
    for segment in bytes.split_inclusive(|b| *b == b'~') {
        count = if segment.starts_with(b"ST*") { 1 } else { count + 1 };
        if segment.starts_with(b"SE*") {
            let control = segment.iter().skip(3).skip_while(|b| **b != b'*');
            out.extend(format!("SE*{count}").bytes().chain(control.copied()));
        } else {
            out.extend(segment);
        }
    }
    *bytes = out;
}

fn unescaped(text: &str, bases: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let escape = rest.strip_prefix('\\').and_then(|r| r.chars().next().map(|c| (c, &r[c.len_utf8()..])));
        let base = bases.iter().find_map(|(name, b)| Some((rest.strip_prefix(&format!("<{name}>"))?, b)));
        rest = match (escape, base) {
            (Some(('x', after)), _) => {
                out.push(u8::from_str_radix(&after[..2], 16).unwrap());
                &after[2..]
            }
            (Some((c, after)), _) => {
                let at = "rnts\\".find(c).unwrap_or_else(|| panic!("{text:?}: an escape there is not"));
                out.push(b"\r\n\t \\"[at]);
                after
            }
            (None, Some((after, bytes))) => {
                out.extend(bytes);
                after
            }
            (None, None) => {
                out.extend(c.to_string().bytes());
                &rest[c.len_utf8()..]
            }
        };
    }
    out
}

/// Code page 037 of what the bases are written in.
fn ebcdic(byte: u8) -> u8 {
    match byte {
        b'A'..=b'I' => byte - b'A' + 0xc1,
        b'J'..=b'R' => byte - b'J' + 0xd1,
        b'S'..=b'Z' => byte - b'S' + 0xe2,
        b'0'..=b'9' => byte - b'0' + 0xf0,
        b'*' => 0x5c,
        b'~' => 0xa1,
        b':' => 0x7a,
        b'^' => 0xb0,
        _ => 0x40,
    }
}
