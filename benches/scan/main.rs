//! The whole scan against a bare pass over the segment terminators of the same bytes, and what lies between.
//!
//! `memchr` visits every terminator and does nothing else; `index` makes bitmaps of delimiters, blanks and what does not print of
//! each 64 bytes and looks for what is odd, which is done before anything is read; `segments` cuts and names segments; `elements` visits each of
//! their elements too; `claims` puts claims together; `no rules` is the engine on one thread with every rule off, `engine`
//! with all of them, both without a report. `rules` are the rules about claims, lines and days alone, on claims that are
//! read, marked and put into days already. `report` writes findings.csv, claims.csv,
//! findings.jsonl, summary.json and report.html of what was found, to a temporary directory and on one thread. `scan/1` and
//! `scan/2` are the engine with all rules on one and two threads, and its reports; `csv/1` is `scan/1` with findings.csv and
//! summary.json alone. What joining minutes costs is told by the
//! input that has them, and by `minutes.rs`. `first/1` is `scan/1` with the eight rules the catalogue began with and family X12 alone. Input is in
//! memory, generated from a seed. What each format costs is measured by `formats.rs`.
//!
//! `cargo bench` ends with the figures that matter: ratios to `memchr` of the same bytes in the same run,
//! medians of rounds that take turns. Criterion's own figures come minutes apart and drift with the machine.

#![allow(clippy::unwrap_used, reason = "a bench stops at what it did not expect")]
#![expect(clippy::print_stdout, reason = "the table is what a bench is for")]
#![expect(clippy::float_arithmetic, reason = "rates and ratios for people to read")]
#![allow(missing_docs, reason = "a bench has no interface")]

use std::cell::{OnceCell, RefCell};
use std::fs::File;
use std::hint::black_box;
use std::io::BufWriter;
use std::time::{Duration, Instant};

use claimlint::claim::assemble::{Claims, Head, Piece, PieceEnd};
use claimlint::claim::context::Context;
use claimlint::rules::plan::Plan;
use claimlint::scan::results::Results;
use claimlint::scan::split::Limits;
use claimlint::scan::{Setup, scan};
use claimlint::source::input::Input;
use claimlint::tables::therapy::TherapyCodes;
use claimlint::x12::delimiters::Delimiters;
use claimlint::x12::fault::FaultCode;
use claimlint::x12::odd::{self, First, Last};
use claimlint::x12::segment::Segment;
use claimlint::x12::segments::Segments;
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};

use support::generate::{Count, Kind, Minutes, Options, Size, batch};
use support::run::{findings_and_totals, report, setup};

use shown::Shown;

mod shown;
#[path = "../../tests/support/batches.rs"]
mod support;

/// Rounds of the table.
const ROUNDS: usize = 9;

fn main() {
    // Without `--bench` cargo only wants to know that everything runs.
    let (measured, arguments) = (std::env::args().any(|a| a == "--bench"), std::env::args().count());
    let bytes = if measured { 64 << 20 } else { 1 << 20 };
    let directory = tempfile::tempdir().unwrap();
    let inputs = inputs(bytes);
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    for input in &inputs {
        let mut group = criterion.benchmark_group(input.name);
        group.throughput(Throughput::Bytes(input.bytes.len() as u64)).sampling_mode(SamplingMode::Flat);
        for (name, stage) in STAGES {
            group.bench_function(BenchmarkId::from_parameter(name), |b| {
                b.iter(|| stage(input, directory.path()));
            });
        }
        group.finish();
    }
    criterion.final_summary();
    // A filter or another option is about criterion's own figures.
    if measured && arguments == 2 {
        table(&inputs, directory.path());
    }
}

/// Something to be measured.
struct Measured {
    name: &'static str,
    bytes: &'static [u8],
    one: &'static Setup,
    two: Setup,
    /// One thread, and the rules the catalogue began with.
    first: Setup,
    /// One thread, and no rule.
    none: Setup,
    /// What one thread found, once somebody asks.
    found: OnceCell<Results>,
    /// Its claims as rules are shown them, once somebody asks.
    shown: OnceCell<Vec<Shown<'static>>>,
    /// Its bytes, to be tidied in place.
    tidied: RefCell<Vec<u8>>,
}

/// The rules the catalogue began with, beside family X12.
const FIRST: [&str; 8] = ["CLM011", "MOD001", "MOD002", "MOD003", "PTP001", "TIM001", "TIM004", "TIM005"];

fn inputs(bytes: usize) -> Vec<Measured> {
    let new = |kind| Options::new(kind, Size::Bytes(bytes));
    // Slower by their nature: half the bytes tell as much.
    let half = || Options::new(Kind::P, Size::Bytes(bytes / 2));
    let one = |kind| Options { transactions: Count::One, providers: Count::One, ..new(kind) };
    [
        ("837P", new(Kind::P)),
        ("837I", new(Kind::I)),
        ("837P one ST", one(Kind::P)),
        ("837P all faulty", Options { faulty: 100, ..half() }),
        ("837P with minutes", Options { minutes: Minutes::Sidecar, ..half() }),
    ]
    .into_iter()
    .map(|(name, options)| {
        let batch = batch(&options);
        let [one, two, mut first, mut none] =
            [1, 2, 1, 1].map(|threads| setup(threads, Limits::default(), &batch.minutes));
        none.plan = Plan::new(|_| false, |_| None);
        first.plan = Plan::new(|code| FIRST.contains(&code) || code.starts_with("X12"), |_| None);
        let tidied = RefCell::new(batch.bytes.clone());
        let (bytes, one) = (batch.bytes.leak(), Box::leak(Box::new(one)));
        Measured {
            name,
            bytes,
            one,
            two,
            first,
            none,
            found: OnceCell::new(),
            shown: OnceCell::new(),
            tidied,
        }
    })
    .collect()
}

type Stage = fn(&Measured, &std::path::Path) -> u64;

const STAGES: [(&str, Stage); 13] = [
    ("memchr", |input, _| terminators(input.bytes)),
    ("index", |input, _| index(&mut input.tidied.borrow_mut())),
    ("segments", |input, _| segments(input.bytes)),
    ("elements", |input, _| elements(input.bytes)),
    ("claims", |input, _| claims(input.bytes)),
    ("no rules", |input, _| engine(&input.none, input.bytes)),
    ("engine", |input, _| engine(input.one, input.bytes)),
    ("rules", |input, _| rules(input)),
    ("report", |input, directory| reports(input.one, found(input), directory)),
    ("scan/1", |input, directory| whole(input.one, input.bytes, directory)),
    ("scan/2", |input, directory| whole(&input.two, input.bytes, directory)),
    ("csv/1", |input, directory| usual(input.one, input.bytes, directory)),
    ("first/1", |input, directory| whole(&input.first, input.bytes, directory)),
];

/// Where `scan/1` stands among the stages.
const WHOLE: usize = 9;

/// Visits every terminator. `memchr_iter(..).count()` would not: it counts without stopping at any.
fn terminators(bytes: &[u8]) -> u64 {
    let (mut count, mut sum) = (0u64, 0usize);
    for at in memchr::memchr_iter(b'~', bytes) {
        count += 1;
        sum ^= at;
    }
    black_box(sum);
    count
}

/// A mebibyte at a time, as chunks are. Nothing of a generated batch is odd.
fn index(mut bytes: &mut [u8]) -> u64 {
    let (mut first, mut pieces) = (First::Isa, 0);
    while !bytes.is_empty() {
        let until = bytes.len().min(1 << 20);
        let len = memchr::memrchr(b'~', &bytes[..until]).map_or(until, |at| at + 1);
        let (piece, rest) = bytes.split_at_mut(len);
        let odd = odd::tidy(piece, &Delimiters::USUAL, first, FaultCode::BrokenElement, Last::GoesOn);
        assert!(odd.is_none(), "{odd:?}");
        (bytes, first, pieces) = (rest, First::Other, pieces + 1);
    }
    pieces
}

fn segments(bytes: &[u8]) -> u64 {
    let (mut count, mut last) = (0, None);
    for segment in Segments::new(bytes, Delimiters::USUAL) {
        count += 1;
        last = Some(black_box(segment.id()));
    }
    black_box(last);
    count
}

fn elements(bytes: &[u8]) -> u64 {
    let count = |segment: Segment<'_>| segment.elements().map(black_box).count() as u64;
    Segments::new(bytes, Delimiters::USUAL).map(count).sum()
}

fn claims(bytes: &[u8]) -> u64 {
    let codes = TherapyCodes::builtin();
    let mut claims = Claims::new(&codes, Context::default());
    let (delimiters, head, end) = (Delimiters::USUAL, Head::Isa, PieceEnd::Final);
    claims.open(&Piece { bytes, offset: 0, delimiters, head, end, odd: None });
    let (mut count, mut faults) = (0, Vec::new());
    while let Some(lent) = claims.next_claim(&mut faults) {
        black_box(lent.claim.lines.len());
        count += 1;
    }
    count
}

fn engine(setup: &Setup, bytes: &'static [u8]) -> u64 {
    scanned(setup, bytes).totals.counts.claims_seen
}

fn scanned(setup: &Setup, bytes: &'static [u8]) -> Results {
    let results = scan(setup, &[Input::Bytes("batch.837".to_owned(), bytes)], &|_| {}).unwrap();
    assert!(results.imbalances.is_empty());
    results
}

/// What one thread finds; looked for outside of what is measured.
fn found(input: &Measured) -> &Results {
    input.found.get_or_init(|| scanned(input.one, input.bytes))
}

/// The rules alone, on claims that are made ready outside of what is measured.
fn rules(input: &Measured) -> u64 {
    shown::check(input.one, input.shown.get_or_init(|| shown::all(input.one, input.bytes)))
}

fn reports(setup: &Setup, results: &Results, directory: &std::path::Path) -> u64 {
    let open = |name| BufWriter::with_capacity(256 * 1024, File::create(directory.join(name)).unwrap());
    let files = ["findings.csv", "claims.csv", "findings.jsonl", "summary.json", "report.html"].map(open);
    report(setup, results, files).unwrap();
    results.totals.counts.claims_seen
}

fn usual(setup: &Setup, bytes: &'static [u8], directory: &std::path::Path) -> u64 {
    let results = scanned(setup, bytes);
    let open = |name| BufWriter::with_capacity(256 * 1024, File::create(directory.join(name)).unwrap());
    findings_and_totals(setup, &results, ["findings.csv", "summary.json"].map(open)).unwrap();
    results.totals.counts.claims_seen
}

fn whole(setup: &Setup, bytes: &'static [u8], directory: &std::path::Path) -> u64 {
    reports(setup, &scanned(setup, bytes), directory)
}

/// Medians of rounds in which the stages take turns.
fn table(inputs: &[Measured], directory: &std::path::Path) {
    println!("\nMedians of {ROUNDS} rounds that take turns; the ratio is to memchr of the same bytes.\n");
    println!("| input | stage | GB/s | of memchr | of scan/1 |\n|---|---|---|---|---|");
    for input in inputs {
        let mut times = STAGES.map(|_| Vec::with_capacity(ROUNDS));
        found(input);
        rules(input);
        for _ in 0..ROUNDS {
            for ((_, stage), times) in STAGES.iter().zip(&mut times) {
                let start = Instant::now();
                black_box(stage(input, directory));
                times.push(start.elapsed().as_secs_f64());
            }
        }
        let medians = times.map(|mut t| {
            t.sort_by(f64::total_cmp);
            t[ROUNDS / 2]
        });
        for ((name, _), median) in STAGES.iter().zip(medians) {
            let rate = input.bytes.len() as f64 / median / 1e9;
            let (bare, one) = (medians[0] / median, medians[WHOLE] / median);
            println!("| {} | {name} | {rate:.2} | {bare:.3} | {one:.2} |", input.name);
        }
    }
}
