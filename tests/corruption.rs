//! Damaged files: whatever is done to a file, reading it ends, the account balances, no claim is lost without a word,
//! and what was not touched is found as before.
//!
//! Seeds of many shapes are damaged in fourteen ways. Each mutant is the same in every run and named by its seed and
//! number. `MUTANTS` says how many there are of each seed; a plain run makes few. An independent reader, which only
//! splits at terminators, says which claims are to be expected.
//!
//!     MUTANTS=1000 cargo test --release --test corruption -- --nocapture

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![expect(clippy::print_stdout, reason = "the figures are the result of the test")]
#![expect(clippy::print_stderr, reason = "a test that has nothing to test says so")]

use std::collections::BTreeMap;
use std::fs;
use std::ops::{AddAssign, Range};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use claimlint::scan::results::Results;
use claimlint::scan::split::Limits;
use claimlint::scan::{Setup, scan};

use support::judge::{self, Claims, Seen};
use support::mutate::{Coding, Mutant, Way, Whole};
use support::oracle::{self, Start};
use support::run::{self, RULES};
use support::seeds;

#[path = "support/batches.rs"]
mod support;

/// Mutants of a seed in a plain run, and how many bytes of them at most.
const FEW: u64 = 20;
const FEW_BYTES: usize = 1_500_000;

/// One of so many is run through the built command too.
const SAMPLE: u64 = 67;

/// How many mutants of each seed were asked for.
fn asked() -> Option<u64> {
    std::env::var("MUTANTS").ok().map(|n| n.parse().unwrap())
}

/// A whole file with what is found in it before anything is damaged.
struct Subject {
    name: String,
    /// Whether patients of one set may have claims in another.
    shared: bool,
    whole: Whole,
    /// The claims that are held to the rules: where CLM stands, each from the terminator before it to its end, and
    /// the headers above it.
    claims: Vec<(usize, Range<usize>, [Range<usize>; 3])>,
    /// What is found in each transaction set, with what days have in common and without.
    sets: Vec<[Vec<String>; 2]>,
}

#[derive(Clone, Copy, Default, Debug)]
struct Figures {
    mutants: u64,
    claims: Claims,
    /// Claims that were not touched, and how many of them were read.
    intact: [u64; 2],
    /// Transaction sets that were not touched.
    sets: u64,
    /// Claims without a finding, of which only the number is known.
    quiet: u64,
    /// Canaries that the damage put into an element that is printed.
    carried: u64,
    /// Mutants that were run through the command.
    commands: u64,
    /// Milliseconds of the slowest mutant.
    slowest: u64,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Figures) {
        self.mutants += other.mutants;
        self.claims.expected += other.claims.expected;
        self.claims.evaluated += other.claims.evaluated;
        self.claims.said += other.claims.said;
        self.claims.silent += other.claims.silent;
        self.intact[0] += other.intact[0];
        self.intact[1] += other.intact[1];
        self.sets += other.sets;
        self.quiet += other.quiet;
        self.carried += other.carried;
        self.commands += other.commands;
        self.slowest = self.slowest.max(other.slowest);
    }
}

/// A directory where one thread puts one mutant after the other.
struct Desk {
    directory: tempfile::TempDir,
    setup: [Setup; 4],
}

impl Desk {
    fn new() -> Desk {
        let setup = [(1, 1 << 20), (1, 2048), (2, 4096), (1, 65_536)]
            .map(|(threads, window)| run::setup(threads, Limits { window, ..Limits::default() }, ""));
        Desk { directory: tempfile::tempdir().unwrap(), setup }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("mutant.edi")
    }

    /// Scans a file; `Err` if it took more than its bytes.
    fn scan(&self, bytes: &[u8], number: u64) -> (Results, Vec<String>) {
        fs::write(self.path(), bytes).unwrap();
        let (read, chunks) = (AtomicU64::new(0), AtomicU64::new(0));
        let setup = &self.setup[(number / 14 % 4) as usize];
        let results = scan(setup, &[run::file(&self.path())], &|done| {
            read.fetch_add(done.bytes, Ordering::Relaxed);
            chunks.fetch_add(1, Ordering::Relaxed);
        });
        let results = results.unwrap();
        let (read, chunks) = (read.into_inner(), chunks.into_inner());
        let mut wrong = Vec::new();
        if read > bytes.len() as u64 || results.reread > chunks || chunks > 2 + bytes.len() as u64 / 256 {
            wrong.push(format!("work: {read} of {} bytes in {chunks} chunks", bytes.len()));
        }
        wrong.extend(results.imbalances.iter().map(|text| format!("account: {text}")));
        (results, wrong)
    }

    /// What the run writes, and what is wrong with its form.
    fn outputs(&self, results: &Results, number: u64) -> (Vec<u8>, Vec<String>) {
        let mut files = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
        run::report(&self.setup[(number / 14 % 4) as usize], results, files.each_mut()).unwrap();
        let [findings, claims, lines, summary] = &files;
        let mut wrong = Vec::new();
        for (name, table) in [("findings.csv", findings), ("claims.csv", claims)] {
            // The reader refuses a row with more or fewer cells than the first.
            if csv::ReaderBuilder::new().from_reader(&table[..]).byte_records().any(|row| row.is_err()) {
                wrong.push(format!("{name} is no table"));
            }
        }
        let mut documents = lines.split(|b| *b == b'\n').filter(|l| !l.is_empty()).chain([&summary[..]]);
        if documents.any(|text| serde_json::from_slice::<serde::de::IgnoredAny>(text).is_err()) {
            wrong.push("what should be JSON is none".to_owned());
        }
        (files.concat(), wrong)
    }

    /// Runs the mutant through the command; gives all it writes.
    fn command(&self, name: &str) -> (Vec<u8>, Vec<String>) {
        let out = self.directory.path().join("out");
        let ran = Command::new(env!("CARGO_BIN_EXE_claimlint"))
            .current_dir(self.directory.path())
            .args(["scan", "mutant.edi", "--out", "out", "--quiet", "--fail-on", "high", "--format", "text"])
            .output()
            .unwrap();
        let mut all = [ran.stdout, ran.stderr].concat();
        let mut wrong = Vec::new();
        if !matches!(ran.status.code(), Some(0..=2)) {
            wrong.push(format!("{name}: {:?}: {}", ran.status, String::from_utf8_lossy(&all)));
        }
        for file in fs::read_dir(&out).into_iter().flatten() {
            all.extend(fs::read(file.unwrap().path()).unwrap());
        }
        (all, wrong)
    }
}

impl Subject {
    fn new(name: String, bytes: Vec<u8>, shared: bool, desk: &Desk) -> Subject {
        let (results, wrong) = desk.scan(&bytes, 0);
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        let seen = Seen::of(&results);
        let whole = Whole::new(bytes);
        let sets =
            whole.layout.sets.iter().map(|set| [false, true].map(|copied| seen.within(&set.range, copied)));
        let claims = whole.layout.claims.iter().filter(|(from, _)| seen.claims.contains(from));
        let claims =
            claims.map(|(from, range)| (*from, range.clone(), whole.layout.headers(*from))).collect();
        Subject { name, shared, claims, sets: sets.collect(), whole }
    }

    /// Damages the file and judges what comes of it.
    fn mutant(&self, other: &Subject, seed: u64, number: u64, desk: &Desk) -> (Way, Figures, Vec<String>) {
        let subjects = [self, other];
        let files = [&self.whole, &other.whole];
        let mutant = Mutant::new(files, seed, number);
        let text = mutant.text(files);
        let file = mutant.file(&text);
        let begun = Instant::now();
        let (results, mut wrong) = desk.scan(&file, number);
        let (outputs, malformed) = desk.outputs(&results, number);
        let slowest = begun.elapsed().as_millis() as u64;
        // A net under what cannot be counted; an optimised build needs some hundredths of it.
        if cfg!(not(debug_assertions)) && slowest > 2000 {
            wrong.push(format!("{slowest} ms for {} bytes", file.len()));
        }
        wrong.extend(malformed);
        let seen = Seen::of(&results);
        wrong.extend(judge::misplaced(&text, &seen).into_iter().take(3));
        let starts = mutant.starts(files);
        let (claims, lost) = judge::claims(&text, &starts, &results, &seen);
        if !lost.is_empty() {
            wrong.push(format!(
                "{} claims lost without a word, at {:?}",
                claims.silent,
                &lost[..lost.len().min(3)]
            ));
        }
        let mut figures = Figures { mutants: 1, claims, slowest, ..Figures::default() };
        figures.quiet = results.totals.stats.quiet;
        let (leaked, carried) = judge::leaks(&text, &starts, &outputs);
        wrong.extend(leaked.first().map(|text| format!("{text} is printed")));
        figures.carried = carried;
        if mutant.coding == Coding::Plain {
            figures.intact = intact(subjects, &mutant, (&text, &starts), &seen, figures.quiet);
            let (sets, changed) = untouched(subjects, &mutant, &text, &seen);
            figures.sets = sets;
            wrong.extend(changed.into_iter().take(1));
        }
        if number % SAMPLE == seed % SAMPLE {
            let (all, failed) = desk.command(&self.name);
            let (leaked, _) = judge::leaks(&text, &starts, &all);
            wrong.extend(leaked.first().map(|text| format!("{text} is printed by the command")));
            wrong.extend(failed);
            figures.commands = 1;
        }
        (mutant.way, figures, wrong)
    }
}

/// Claims of which no byte was touched, that stand in their own delimiters, and that have a whole header (ISA, GS or ST)
/// above them to be told by; and how many of them were read.
fn intact(
    subjects: [&Subject; 2],
    mutant: &Mutant,
    (text, starts): (&[u8], &[Start]),
    seen: &Seen,
    quiet: u64,
) -> [u64; 2] {
    let declared = oracle::interchanges(text);
    let (mut all, mut read) = (0, 0);
    for (n, subject) in subjects.into_iter().enumerate() {
        for (from, range, headers) in &subject.claims {
            let own = subject.whole.delimiters(*from);
            let headers: Vec<usize> = headers.iter().flat_map(|header| mutant.untouched(n, header)).collect();
            for at in mutant.untouched(n, range).into_iter().map(|at| at + from - range.start) {
                let in_force = |starts: &[Start]| {
                    let start = starts.iter().rev().find(|start| start.at <= at);
                    start.is_some_and(|s| (s.element, s.terminator) == (own.element, own.terminator))
                };
                let told = headers.iter().any(|header| *header < at);
                if told && (in_force(&declared) || in_force(starts)) {
                    all += 1;
                    read += u64::from(seen.claims.contains(&at));
                }
            }
        }
    }
    [all, (read + quiet).min(all)]
}

/// Compares transaction sets that were not touched, nor the headers they stand under, with what they were. Gives how
/// many there are, and those that changed.
fn untouched(subjects: [&Subject; 2], mutant: &Mutant, text: &[u8], seen: &Seen) -> (u64, Vec<String>) {
    let declared = oracle::interchanges(text);
    let groups: Vec<usize> = oracle::segments(text, &declared)
        .filter(|range| oracle::id(&text[range.clone()]) == b"GS")
        .map(|range| range.start)
        .collect();
    let (mut count, mut changed) = (0, Vec::new());
    for (n, subject) in subjects.into_iter().enumerate() {
        let once = |range: &Range<usize>| mutant.untouched(n, range);
        for (set, before) in subject.whole.layout.sets.iter().zip(&subject.sets) {
            for at in once(&set.with_lead).into_iter().map(|at| at + set.range.start - set.with_lead.start) {
                let range = at..at + set.range.len();
                let isa = declared.iter().rev().find(|start| start.at <= at).map(|start| start.at);
                let gs = groups.iter().rev().find(|gs| **gs <= at);
                let own = |header: &Range<usize>, at: Option<&usize>| {
                    at.is_some_and(|at| once(header).contains(at))
                };
                // Behind more than 64 KiB of anything else no file is looked for an interchange.
                let begins = declared.first().is_some_and(|start| start.at < 64 * 1024);
                if !begins || !own(&set.isa, isa.as_ref()) || !own(&set.gs, gs) {
                    continue;
                }
                count += 1;
                let copied = mutant.is_copied() || subject.shared;
                let now = seen.within(&range, copied);
                let then = &before[usize::from(copied)];
                if now != *then {
                    changed.push(format!("set at {at} was not touched: {}", difference(then, &now)));
                }
            }
        }
    }
    (count, changed)
}

fn difference(then: &[String], now: &[String]) -> String {
    let gone = then.iter().find(|line| !now.contains(line));
    let new = now.iter().find(|line| !then.contains(line));
    format!("{} findings and claims before, {} after; gone {gone:?}; new {new:?}", then.len(), now.len())
}

/// What a suite came to.
#[derive(Default)]
struct Outcome {
    by_way: BTreeMap<usize, Figures>,
    all: Figures,
    failures: Vec<String>,
}

/// Puts a mutant where it can be looked at; gives its name.
fn keep(mutant: &Path, seed: usize, number: u64) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corruption");
    let name = format!("{seed}-{number}.edi");
    let _ = fs::create_dir_all(&folder).and_then(|()| fs::copy(mutant, folder.join(&name)));
    name
}

/// Damages all subjects on all processors.
fn suite(subjects: &[Subject], mutants: impl Fn(&Subject) -> u64 + Sync) -> Outcome {
    let next = AtomicUsize::new(0);
    let outcome = Mutex::new(Outcome::default());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let desk = Desk::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(subject) = subjects.get(at) else { return };
                    // Not all begin with the same way, so that a few mutants of each see all ways.
                    let first = at as u64 % 14;
                    for number in first..first + mutants(subject) {
                        let other = &subjects[(at + 1 + number as usize) % subjects.len()];
                        let other = if other.whole.bytes.len() > 300_000 { subject } else { other };
                        let (way, figures, wrong) = subject.mutant(other, at as u64, number, &desk);
                        let mut outcome = outcome.lock().unwrap();
                        *outcome.by_way.entry(way as usize).or_default() += figures;
                        outcome.all += figures;
                        if let Some(first) = wrong.first() {
                            let kept = keep(&desk.path(), at, number);
                            outcome.failures.push(format!("{} {way:?} {kept}: {first}", subject.name));
                        }
                    }
                }
            });
        }
    });
    outcome.into_inner().unwrap()
}

fn percent(part: u64, whole: u64) -> String {
    let share = if whole == 0 { 10_000_000 } else { u128::from(part) * 10_000_000 / u128::from(whole) };
    format!("{}.{:05} %", share / 100_000, share % 100_000)
}

impl Outcome {
    fn print(&self, what: &str, subjects: usize) {
        println!(
            "\n{what}: {subjects} seeds\n{:<16}{:>9}{:>11}{:>11}{:>9}{:>8}{:>11}{:>11}{:>9}",
            "", "mutants", "expected", "evaluated", "said", "silent", "intact", "read", "sets"
        );
        let row = |name: &str, f: &Figures| {
            let Claims { expected, evaluated, said, silent } = f.claims;
            let (mutants, [intact, read], sets) = (f.mutants, f.intact, f.sets);
            println!(
                "{name:<16}{mutants:>9}{expected:>11}{evaluated:>11}{said:>9}{silent:>8}{intact:>11}{read:>11}{sets:>9}"
            );
        };
        for (way, figures) in &self.by_way {
            row(&format!("{:?}", Way::ALL[*way]), figures);
        }
        row("all", &self.all);
        println!(
            "evaluated {} of all claims, {} of those intact; {} claims without a finding; {} texts carried into ids; \
             {} runs of the command; slowest mutant {} ms",
            percent(self.all.claims.evaluated, self.all.claims.expected),
            percent(self.all.intact[1], self.all.intact[0]),
            self.all.quiet,
            self.all.carried,
            self.all.commands,
            self.all.slowest
        );
    }

    #[track_caller]
    fn expect_none(&self) {
        assert!(
            self.failures.is_empty(),
            "{} of {} mutants:\n{}",
            self.failures.len(),
            self.all.mutants,
            self.failures[..self.failures.len().min(40)].join("\n")
        );
    }
}

/// Mutants of a subject, fewer of large ones where none were asked for.
fn mutants(subject: &Subject) -> u64 {
    asked().unwrap_or_else(|| FEW.min((FEW_BYTES / subject.whole.bytes.len()).max(2) as u64))
}

#[test]
fn no_damage_to_a_seed_loses_a_claim_or_says_what_it_must_not() {
    let desk = Desk::new();
    let subjects: Vec<Subject> = seeds::all()
        .into_iter()
        .map(|seed| Subject::new(seed.name.to_owned(), seed.bytes, false, &desk))
        .collect();
    let outcome = suite(&subjects, mutants);
    outcome.print("generated seeds", subjects.len());
    outcome.expect_none();
    assert_eq!(outcome.all.claims.silent, 0);
    // A few files of which no header is left decide a small run.
    let ([intact, read], least) = (outcome.all.intact, if outcome.all.mutants < 10_000 { 990 } else { 999 });
    assert!(read * 1000 >= intact * least, "{:?}", outcome.all);
}

/// The same over public claim files that nobody here wrote, where they lie beside this checkout. They have names that
/// are no canaries and claims in which nothing is found, so less can be said of each.
#[test]
fn no_damage_to_a_public_file_loses_a_claim() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(mut manifest) = csv::Reader::from_path(folder.join("MANIFEST.csv")) else {
        eprintln!("no ../shared/corpus beside this checkout: the public files are not damaged here");
        return;
    };
    let headers = manifest.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|h| h == name).unwrap();
    let (path, kind) = (column("path"), column("kind"));
    let desk = Desk::new();
    let files = manifest.records().map(Result::unwrap).filter(|row| row[kind].starts_with("837"));
    let subjects: Vec<Subject> = files
        .map(|row| {
            Subject::new(row[path].to_owned(), fs::read(folder.join(&row[path])).unwrap(), true, &desk)
        })
        .collect();
    assert!(subjects.len() > 100, "the manifest has shrunk: {} files", subjects.len());
    let outcome = suite(&subjects, |_| asked().map_or(3, |n| n / 10));
    outcome.print("public files", subjects.len());
    outcome.expect_none();
}

/// The seeds are what the suite takes them for.
#[test]
fn seeds_are_whole_and_every_claim_of_them_has_a_finding() {
    let desk = Desk::new();
    let all = seeds::all();
    assert!(all.len() >= 60);
    let mut names: Vec<&str> = all.iter().map(|seed| seed.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len());
    for seed in &all {
        let (results, wrong) = desk.scan(&seed.bytes, 0);
        assert_eq!(wrong, [""; 0], "{}", seed.name);
        let whole = Whole::new(seed.bytes.clone());
        let expected = oracle::claims(&seed.bytes, &whole.layout.starts);
        let counts =
            (results.totals.counts.claims_seen, expected.len() as u64, whole.layout.claims.len() as u64);
        assert_eq!(counts, (seed.claims, seed.claims, seed.claims), "{}", seed.name);
        assert_eq!(results.totals.stats.quiet, 0, "{}", seed.name);
        let seen = Seen::of(&results);
        // What stands around the interchanges is tolerated, and so are delimiters that are rare and other sets.
        let faults: Vec<_> = seen
            .findings
            .iter()
            .map(|(_, finding)| RULES[usize::from(finding.rule.0)].code)
            .filter(|code| code.starts_with("X12-") && !code.starts_with("X12-W"))
            .filter(|code| !matches!(*code, "X12-T010" | "X12-T011" | "X12-S001" | "X12-S007"))
            .collect();
        assert_eq!(faults, [""; 0], "{}", seed.name);
        let (claims, _) = judge::claims(&seed.bytes, &whole.layout.starts, &results, &seen);
        assert_eq!((claims.silent, claims.expected), (0, seed.claims), "{}", seed.name);
        let (outputs, wrong) = desk.outputs(&results, 0);
        let leaks = judge::leaks(&seed.bytes, &whole.layout.starts, &outputs);
        assert_eq!((wrong, leaks), (Vec::new(), (Vec::new(), 0)), "{}", seed.name);
    }
}
