//! Documented minutes alone: what it costs to load a file of them, and to join them to the lines of claims.
//!
//! Two shapes of rows, three to a claim: by claim and line control number, and by claim, date and code with clock times.
//! `load` is a file in the page cache, read, checked and indexed, on one thread; `join` asks for each claim once, in the
//! order of the file and in an order of no sense, as claims come whose rows were exported otherwise. Figures are medians
//! of rounds that take turns.

#![allow(clippy::unwrap_used, reason = "a bench stops at what it did not expect")]
#![expect(clippy::print_stdout, reason = "the table is what a bench is for")]
#![expect(clippy::float_arithmetic, reason = "rates for people to read")]
#![allow(missing_docs, reason = "a bench has no interface")]

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use claimlint::minutes::{
    ClaimMinutes, JoinBuffers, JoinClaim, JoinLine, Minutes, NoteWords, Sidecar, Texts,
};
use claimlint::x12::code::{Code, Modifier, Modifiers};
use claimlint::x12::value::Date;

const ROUNDS: usize = 7;
const CODES: [&str; 3] = ["97110", "97112", "97140"];
/// Lines, and rows, of a claim.
const LINES: usize = 3;

type Shape = (&'static str, fn(&mut String, usize));

const SHAPES: [Shape; 2] = [("line control", by_control), ("date and code, times", by_service)];

fn main() {
    // Without `--bench` cargo only wants to know that everything runs.
    let measured = std::env::args().any(|a| a == "--bench");
    let (claims, rounds) = if measured { (700_000, ROUNDS) } else { (1_000, 1) };
    let directory = tempfile::tempdir().unwrap();
    println!("\nMedians of {rounds} rounds that take turns, {} rows.\n", claims * LINES);
    println!(
        "| rows by | load, million rows/s | GB/s | join in order, ns a line | in none |\n|---|---|---|---|---|"
    );
    for (name, shape) in SHAPES {
        let mut text = String::new();
        shape(&mut text, claims);
        let path = directory.path().join("minutes.csv");
        std::fs::write(&path, &text).unwrap();
        // Coprime to the number of claims: each is asked for once.
        let strides = [1, 611_953];
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..rounds {
            let (load, minutes) = timed(|| load(&path, claims));
            times[0].push(load);
            for (times, stride) in times[1..].iter_mut().zip(strides) {
                times.push(timed(|| join(&minutes, claims, stride)).0);
            }
        }
        let [load, joins @ ..] = times.map(|mut times| {
            times.sort_unstable();
            times[rounds / 2].as_secs_f64()
        });
        let rows = (claims * LINES) as f64;
        let (rate, bytes) = (rows / load / 1e6, text.len() as f64 / load / 1e9);
        let [in_order, in_none] = joins.map(|join| join / rows * 1e9);
        println!("| {name} | {rate:.2} | {bytes:.2} | {in_order:.0} | {in_none:.0} |");
    }
}

fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed(), result)
}

fn load(path: &Path, claims: usize) -> Minutes {
    let (sidecar, errors) = Sidecar::load(&[path], &[]);
    assert_eq!((sidecar.len(), errors.len()), (claims * LINES, 0));
    Minutes::new(sidecar, NoteWords::default())
}

/// Joins each claim once.
fn join(minutes: &Minutes, claims: usize, stride: usize) {
    let (mut buffers, mut out) = (JoinBuffers::default(), ClaimMinutes::default());
    let (mut id, mut controls) = (String::new(), [const { String::new() }; LINES]);
    let mut matched = 0;
    for n in 0..claims {
        let claim = n * stride % claims;
        id.clear();
        write!(id, "PT{claim:09}").unwrap();
        for (line, control) in controls.iter_mut().enumerate() {
            control.clear();
            write!(control, "LINE{:012}", claim * LINES + line).unwrap();
        }
        let lines: [JoinLine<'_>; LINES] = std::array::from_fn(|line| JoinLine {
            control: controls[line].as_bytes(),
            number: line as u32 + 1,
            date: Date::new(2026, 3, day(claim)),
            code: Code::of(CODES[line]),
            modifiers: Modifiers([Modifier::of("GP"), Modifier::NONE, Modifier::NONE, Modifier::NONE]),
            notes: Texts::default(),
        });
        let claim = JoinClaim { id: id.as_bytes(), patient_id: b"P1", texts: &[], notes: Texts::default() };
        minutes.join(&claim, &lines, &mut buffers, &mut out);
        matched += out.matched.len();
    }
    assert_eq!(matched, claims * LINES);
}

fn day(claim: usize) -> u32 {
    claim as u32 % 28 + 1
}

fn by_control(text: &mut String, claims: usize) {
    text.push_str("claim_id,line_control,minutes\n");
    for row in 0..claims * LINES {
        writeln!(text, "PT{:09},LINE{row:012},{}", row / LINES, row % 45 + 8).unwrap();
    }
}

fn by_service(text: &mut String, claims: usize) {
    text.push_str("claim_id,dos,code,mods,minutes,start_time,end_time\n");
    for row in 0..claims * LINES {
        let (claim, minutes) = (row / LINES, row % 45 + 8);
        let (start, code) = (row % 600 + 400, CODES[row % LINES]);
        let [from, to] = [start, start + minutes].map(|at| format!("{:02}:{:02}", at / 60, at % 60));
        writeln!(text, "PT{claim:09},2026-03-{:02},{code},GP,{minutes},{from},{to}", day(claim)).unwrap();
    }
}
