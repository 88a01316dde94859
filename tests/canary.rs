//! No person gets out: files in which every element that says something of a person is a canary, run through every
//! command and format, whole and damaged, with sidecar files that are wrong, and into a forced panic. All that is
//! printed and every file that is written is searched for them, also backwards, coded and digested. Only `show`, which
//! is there to print a claim, may have them.
//!
//! `CANARY_MUTANTS` says how many damaged files of each seed there are; a plain run makes few.
//!
//!     CANARY_MUTANTS=600 cargo test --release --test canary -- --nocapture

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![expect(clippy::print_stdout, reason = "the figures are the result of the test")]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest as _, Sha256};
use support::judge;
use support::mutate::{Mutant, Whole};
use support::seeds::{self, MARK, SHAPES, Seed};
use support::watch::{Watch, base64, hex};

#[path = "support/batches.rs"]
mod support;

/// Shapes that say the most.
const RICH: [&str; 8] = [
    "one claim, P",
    "notes, P",
    "notes, I",
    "ten other payers of dependents, P",
    "everything, I",
    "837D, 835, I and P, groups",
    "4010 by turns, LF, I",
    "terminator 0x85, I",
];

/// What is run over each file; `{id}` is a claim of it.
const COMMANDS: [&str; 21] = [
    "scan in.edi --color always --top 1000",
    "scan in.edi --format csv --require-minutes",
    "scan in.edi --format json --quiet",
    "scan in.edi --format summary --threads 2 --window 700",
    "scan in.edi --format none --log json --fail-on info",
    "scan in.edi --out out --memory 1 --log json --format text,277ca,999",
    "verify out --inputs",
    "scan in.edi --strict --expect-usage P",
    "scan in.edi in.edi other.edi --on-duplicate-file fail",
    "scan other.edi --history in.edi --format csv",
    "scan - --format json",
    "scan in.edi --select X12 --format csv",
    "scan in.edi --redact-filenames --format json --log json",
    "show in.edi --claim NONE",
    "show in.edi --at 0",
    "show in.edi --claim {id} --nth 7000",
    "scan in.edi/",
    "diff out out --format json",
    "trend out out",
    "trend out --format html",
    "scan in.edi --baseline out/findings.jsonl --format json",
];

/// What is run with claim ids replaced; they are canaries too then.
const REDACTED: [&str; 4] = [
    "scan in.edi --redact key --color always --top 1000",
    "scan in.edi --redact key --format csv",
    "scan in.edi --redact key --format json --log json",
    "scan in.edi --redact key --out redacted --format summary,277ca,999 --reject-if info",
];

/// Claim files in the place of files of another kind.
const CONFUSED: [&str; 18] = [
    "scan in.edi --config in.edi",
    "scan in.edi --tables in.edi",
    "scan in.edi --redact in.edi",
    "scan in.edi --minutes in.edi",
    "scan in.edi --visits in.edi",
    "scan in.edi --plans in.edi",
    "scan in.edi --spend in.edi",
    "scan in.edi --fees in.edi",
    "scan in.edi --out in.edi",
    "scan in.edi --out in.edi/below",
    "tables import in.edi --out new.tables",
    "tables show 97110 --tables in.edi",
    "scan in.edi --waivers in.edi",
    "scan in.edi --baseline in.edi",
    "diff in.edi in.edi",
    "trend in.edi",
    "verify in.edi",
    "verify .",
];

/// A directory to run commands in.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(tempfile::tempdir().unwrap())
    }

    fn with(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    /// Runs a command line; gives its exit code, and all that it printed and wrote.
    fn run(&self, line: &str, panic_at: Option<&str>) -> (Option<i32>, Vec<u8>) {
        let before = self.written();
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimlint"));
        command.current_dir(self.0.path()).args(line.split(' ')).env("COLUMNS", "200");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(ids) = panic_at {
            command.env("CLAIMLINT_TEST_PANIC", ids).env("RUST_BACKTRACE", "full");
        }
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        if line.contains(" - ") {
            // Whoever refuses its arguments does not read.
            let _ = input.write_all(&fs::read(self.0.path().join("in.edi")).unwrap());
        }
        drop(input);
        let output = child.wait_with_output().unwrap();
        let mut all = [output.stdout, output.stderr].concat();
        for (path, bytes) in self.written() {
            all.extend(path.to_string_lossy().bytes());
            if !before.contains(&(path.clone(), bytes.clone())) {
                all.extend(bytes);
            }
        }
        (output.status.code(), all)
    }

    /// Files that are none of ours, at any depth.
    fn written(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
                let is_own = entry.extension().is_some_and(|e| e == "edi" || e == "csv")
                    && entry.parent() == Some(self.0.path());
                if entry.is_dir() {
                    folders.push(entry);
                } else if !is_own && entry.file_name().is_some_and(|name| name != "key") {
                    let bytes = fs::read(&entry).unwrap();
                    found.push((entry.strip_prefix(self.0.path()).unwrap().to_owned(), bytes));
                }
            }
        }
        found
    }
}

fn watch(seed: &Seed) -> Watch {
    Watch::default().beginning(MARK).values(&seed.canaries)
}

fn seed(name: &str) -> Seed {
    seeds::seed(SHAPES.iter().position(|shape| shape.name == name).unwrap())
}

/// Claims of somebody else, to stand beside.
fn other() -> Vec<u8> {
    seed("TA1, P").bytes
}

const KEY: &[u8] = b"0123456789abcdef-of-a-key-nobody-has";

/// Does something with every item on all processors; gives what it came to.
fn all<T: Sync>(items: &[T], work: impl Fn(&Desk, &T) -> Vec<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let leaks = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let desk = Desk::new();
                desk.with("other.edi", other());
                desk.with("key", KEY);
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    leaks.lock().unwrap().extend(work(&desk, item));
                }
            });
        }
    });
    leaks.into_inner().unwrap()
}

#[test]
fn no_command_prints_a_person_of_a_whole_file() {
    let seeds: Vec<Seed> = seeds::all().into_iter().filter(|seed| seed.bytes.len() < 100_000).collect();
    assert!(RICH.iter().all(|name| seeds.iter().any(|seed| seed.name == *name)));
    let runs = AtomicUsize::new(0);
    let leaks = all(&seeds, |desk, seed| {
        let mut leaks = Vec::new();
        desk.with("in.edi", &seed.bytes);
        let is_rich = RICH.contains(&seed.name);
        let persons = watch(seed);
        let id = &seed.claim_ids[0];
        for line in COMMANDS.iter().take(if is_rich { COMMANDS.len() } else { 3 }) {
            let (code, output) = desk.run(&line.replace("{id}", id), None);
            runs.fetch_add(1, Ordering::Relaxed);
            leaks.extend(persons.finds(&output).map(|leak| format!("{}: {line}: {leak}", seed.name)));
            assert!(matches!(code, Some(0..=2)), "{line}: {code:?}");
        }
        let ids = watch(seed).beginning(&id[..id.len() - 3]).values(&seed.claim_ids);
        for line in REDACTED.iter().take(if is_rich { REDACTED.len() } else { 1 }) {
            let (code, output) = desk.run(line, None);
            runs.fetch_add(1, Ordering::Relaxed);
            leaks.extend(ids.finds(&output).map(|leak| format!("{}: {line}: {leak}", seed.name)));
            assert!(matches!(code, Some(0..=2)), "{line}: {code:?}");
        }
        leaks
    });
    println!("{} runs over {} whole files", runs.into_inner(), seeds.len());
    assert_eq!(leaks, [""; 0]);
}

/// The search itself.
#[test]
fn every_form_is_found_and_nothing_else() {
    let value = "XQJZABCDEF".to_owned();
    let watch = Watch::default().beginning("XQJZ").values([&value, &"18600102".to_owned()]);
    let digest = Sha256::digest(&value);
    for leak in [
        value.clone(),
        "name xqjzabc".to_owned(),
        "FEDCBAZJQX".to_owned(),
        hex(value.as_bytes()),
        hex(b"xqjz").to_uppercase(),
        base64(value.as_bytes()),
        base64(format!("a{value}").as_bytes()),
        base64(format!("ab{value}z").as_bytes()),
        hex(&digest),
        hex(&digest)[..24].to_owned(),
        base64(&digest),
        "born 1860-01-02".to_owned(),
        "18600102".to_owned(),
        "20100681".to_owned(),
    ] {
        assert!(watch.finds(format!("\"{leak}\",1").as_bytes()).is_some(), "{leak}");
    }
    for harmless in ["XQJ", "118600102", "1860010", &hex(&Sha256::digest("other")), "2026-01-02"] {
        assert_eq!(watch.finds(format!("\"{harmless}\",1").as_bytes()), None, "{harmless}");
    }
}

/// What is printed where it may be is found.
#[test]
fn show_prints_what_the_other_commands_must_not() {
    let desk = Desk::new();
    for name in RICH {
        let seed = seed(name);
        desk.with("in.edi", &seed.bytes);
        let (code, output) = desk.run(&format!("show in.edi --claim {}", seed.claim_ids[0]), None);
        assert!(watch(&seed).finds(&output).is_some() || code == Some(2), "{name}");
        let id = &seed.claim_ids[0];
        let ids = Watch::default().beginning(&id[..id.len() - 3]);
        assert!(ids.finds(&desk.run("scan in.edi --format csv", None).1).is_some(), "{name}");
    }
}

#[test]
fn no_damage_brings_a_person_into_an_output() {
    let count: u64 = std::env::var("CANARY_MUTANTS").map_or(14, |n| n.parse().unwrap());
    let wholes: Vec<(Seed, Whole)> = RICH
        .iter()
        .map(|name| {
            let seed = seed(name);
            let whole = Whole::new(seed.bytes.clone());
            (seed, whole)
        })
        .collect();
    let (runs, carried) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let numbers: Vec<(usize, u64)> =
        (0..wholes.len()).flat_map(|n| (0..count).map(move |m| (n, m))).collect();
    let leaks = all(&numbers, |desk, (at, number)| {
        let ((seed, whole), (other, other_whole)) = (&wholes[*at], &wholes[(at + 1) % wholes.len()]);
        let files = [whole, other_whole];
        // Other numbers than those of the corruption suite.
        let mutant = Mutant::new(files, 1000 + *at as u64, *number);
        let text = mutant.text(files);
        desk.with("in.edi", mutant.file(&text));
        let line = COMMANDS[*number as usize % 6];
        let (code, output) = desk.run(line, None);
        runs.fetch_add(1, Ordering::Relaxed);
        assert!(matches!(code, Some(0..=2)), "{} {number}: {line}: {code:?}", seed.name);
        let persons = watch(seed).values(&other.canaries);
        let Some(leak) = persons.finds(&output) else { return Vec::new() };
        // The damage may have put a name where an id or a code stands; then it is printed as one.
        let (unexcused, excused) = judge::leaks(&text, &mutant.starts(files), &output);
        if unexcused.is_empty() && excused > 0 {
            carried.fetch_add(1, Ordering::Relaxed);
            return Vec::new();
        }
        vec![format!("{} {number} {:?}: {line}: {leak}", seed.name, mutant.way)]
    });
    let (runs, carried) = (runs.into_inner(), carried.into_inner());
    println!("{runs} runs over damaged files, in {carried} of them the damage made a text an id");
    assert_eq!(leaks, [""; 0]);
    assert!(carried * 50 <= runs, "{carried} of {runs}");
}

#[test]
fn no_message_about_another_file_repeats_what_stands_in_it() {
    let desk = Desk::new();
    let seed = seed("notes, P");
    desk.with("in.edi", &seed.bytes);
    let persons = watch(&seed);
    let word = &seed.canaries[0];
    for line in CONFUSED {
        let (code, output) = desk.run(line, None);
        assert_eq!(persons.finds(&output), None, "{line}\n{}", String::from_utf8_lossy(&output));
        assert!(matches!(code, Some(0..=2)), "{line}: {code:?}");
    }
    for (kind, header) in [
        ("minutes", "claim_id,line_no,dos,code,minutes,start_time,end_time,discipline,therapist_id,source"),
        ("visits", "claim_id,patient_id,dos,discipline,total_timed_minutes,start_time,end_time"),
        ("plans", "patient_id,discipline,start,certified_date,expires,physician_npi,last_progress_note"),
        ("spend", "patient_id,year,bucket,allowed_to_date,as_of"),
        ("fees", "payer,code,allowed,year"),
    ] {
        let columns = header.split(',').count();
        let whole = vec![word.as_str(); columns].join(",");
        let mut files = vec![
            // Data where the header should be, and headers that say a name.
            whole.clone(),
            format!("{header},{word}\n{whole}\n"),
            // Rows too short, too long, with quotes that do not end, and bytes that are no text.
            format!("{header}\n{word}\n{whole},{word}\n\"{whole}\n"),
            format!("{header}\n{}\n", whole.replace(',', "\t")),
            format!("{header}\n{whole}\n{whole}\n"),
        ];
        // Each cell by itself.
        for at in 0..columns {
            let row = (0..columns).map(|n| if n == at { word.as_str() } else { "" }).collect::<Vec<_>>();
            files.push(format!("{header}\n{}\n", row.join(",")));
        }
        for (n, text) in files.iter().enumerate() {
            let mut bytes = text.clone().into_bytes();
            if n == 3 {
                bytes.extend(b"\xff\xfe\n");
            }
            desk.with("side.csv", &bytes);
            for format in ["text", "json --log json"] {
                let line = format!("scan in.edi --{kind} side.csv --format {format}");
                let (code, output) = desk.run(&line, None);
                let said = String::from_utf8_lossy(&output);
                assert_eq!(persons.finds(&output), None, "{line}, file {n}\n{text}\n{said}");
                assert!(matches!(code, Some(0..=2)), "{line}: {code:?}");
            }
        }
    }
}

/// A terminator inside a name makes the rest of it a segment's id. Those of two and three letters could be one.
#[test]
fn a_name_that_became_a_segment_id_is_not_printed() {
    let desk = Desk::new();
    let whole = String::from_utf8(seed("one claim, P").bytes).unwrap();
    let (before, after) = whole.split_once("NM1*IL*1*").unwrap();
    for name in ["QJX", "QJ", "qjx", "Q J", "QJX:QJX", " QJX"] {
        for rest in ["*ALPHA", "", "**"] {
            let damaged = [
                format!("{before}NM1*IL*1~{name}{rest}~NM1*IL*1*{after}"),
                whole.replacen("LX*1~", &format!("LX*1~{name}{rest}~"), 1),
                whole.replacen("GE*1", &format!("{name}{rest}~GE*1"), 1),
                format!("{before}NM1*IL*1~{name}{rest}"),
            ];
            for (n, text) in damaged.iter().enumerate() {
                desk.with("in.edi", text);
                for line in ["scan in.edi --format csv", "scan in.edi --format json", "scan in.edi"] {
                    let output = String::from_utf8(desk.run(line, None).1).unwrap();
                    assert!(!output.to_uppercase().contains("QJ"), "{name}{rest}, {n}: {line}\n{output}");
                }
            }
        }
    }
}

/// Only builds for tests can be made to panic.
#[test]
#[cfg(debug_assertions)]
fn a_panic_prints_no_person() {
    let desk = Desk::new();
    for name in RICH {
        let seed = seed(name);
        desk.with("in.edi", &seed.bytes);
        let ids = watch(&seed).beginning(&seed.claim_ids[0][..7]).values(&seed.claim_ids);
        for line in
            ["scan in.edi --format json", "scan in.edi --out out --log json --threads 2", "scan in.edi"]
        {
            let (code, output) = desk.run(line, Some(""));
            assert_eq!((code, ids.finds(&output)), (Some(3), None), "{name}: {line}");
        }
    }
}
