//! What the formats cost beside the scan they report on: the command as it is typed, over a file in the page cache, once
//! without a format and once with each of them.
//!
//! A batch of 837P of which a tenth of the patients has a planted fault. `--out` has findings.csv, claims.csv,
//! findings.jsonl, summary.json, report.html and the manifest, for which the input is digested too. Figures are medians of
//! rounds that take turns, on one and two threads; the share is what is added to the scan alone.

#![allow(clippy::unwrap_used, reason = "a bench stops at what it did not expect")]
#![expect(clippy::print_stdout, reason = "the table is what a bench is for")]
#![expect(clippy::float_arithmetic, reason = "shares for people to read")]
#![allow(missing_docs, reason = "a bench has no interface")]

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use claimlint::cli;

use support::generate::{Kind, Options, Size, batch};

#[path = "../tests/support/batches.rs"]
mod support;

const ROUNDS: usize = 9;

/// What is added to `claimlint scan FILE --format none`.
const FORMATS: [(&str, &str); 5] = [
    ("nothing", ""),
    ("--out", "--out DIR"),
    ("and xlsx", "--out DIR --format xlsx"),
    ("and 277ca, 999", "--out DIR --format 277ca,999"),
    ("all", "--out DIR --format xlsx,277ca,999"),
];

fn main() {
    // Without `--bench` cargo only wants to know that everything runs.
    let measured = std::env::args().any(|a| a == "--bench");
    let (bytes, rounds) = if measured { (100_000_000, ROUNDS) } else { (200_000, 1) };
    let directory = tempfile::tempdir().unwrap();
    let input = directory.path().join("batch.837");
    std::fs::write(&input, batch(&Options { faulty: 10, ..Options::new(Kind::P, Size::Bytes(bytes)) }).bytes)
        .unwrap();
    println!(
        "\nMedians of {rounds} rounds that take turns, over {bytes} bytes; the share is what is added.\n"
    );
    println!("| threads | formats | seconds | added |\n|---|---|---|---|");
    for threads in ["1", "2"] {
        let mut times = FORMATS.map(|_| Vec::with_capacity(rounds));
        for _ in 0..rounds {
            for ((_, flags), times) in FORMATS.iter().zip(&mut times) {
                let start = Instant::now();
                scan(&input, directory.path(), threads, flags);
                times.push(start.elapsed().as_secs_f64());
            }
        }
        let medians = times.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[rounds / 2]
        });
        for ((name, _), median) in FORMATS.iter().zip(medians) {
            println!("| {threads} | {name} | {median:.3} | {:.2} |", median / medians[0] - 1.0);
        }
    }
}

fn scan(input: &Path, directory: &Path, threads: &str, flags: &str) {
    let out = directory.join("out");
    let flags = flags
        .split_whitespace()
        .map(|flag| if flag == "DIR" { out.as_os_str().to_owned() } else { flag.into() });
    let fixed = ["claimlint", "scan", "--quiet", "--format", "none", "--threads", threads].map(Into::into);
    let all = fixed.into_iter().chain([input.as_os_str().to_owned()]).chain(flags);
    assert_eq!(cli::run(all), ExitCode::SUCCESS);
}
