//! Other parsers of X12 in Rust over one file, beside this one: seconds of each, in rounds that take turns.
//!
//!     cargo run --release --manifest-path benches/peers/Cargo.toml -- FILE [ROUNDS]
//!
//! `x12-stream-parser` and `edi` only cut into segments and elements, `x12-types` puts typed segments into a tree; `claimlint`
//! checks claims against all its rules. The file lies in memory; each parser is asked for what a caller would look at: every
//! element, or the tree. A parser that refuses the file is said to.

#![allow(clippy::unwrap_used, reason = "a measurement stops at what it did not expect")]

use std::hint::black_box;
use std::time::Instant;

use claimlint::scan::{Setup, scan};
use claimlint::source::input::Input;
use claimlint::x12::delimiters::Delimiters;
use claimlint::x12::segments::Segments;
use x12_types::v005010::{_837, Transmission};
use x12_types::util::Parser as _;

type Run = fn(&'static [u8]) -> Result<u64, String>;

/// What is counted is said beside each.
const PARSERS: [(&str, &str, Run); 7] = [
    ("memchr, every terminator", "segments", |bytes| {
        let mut sum = 0;
        let count = memchr::memchr_iter(b'~', bytes).inspect(|at| sum ^= at).count();
        black_box(sum);
        Ok(count as u64)
    }),
    ("claimlint, segments", "segments", |bytes| {
        Ok(Segments::new(bytes, Delimiters::USUAL).map(|segment| black_box(segment.id())).count() as u64)
    }),
    ("claimlint, segments and elements", "elements", |bytes| {
        let elements = |segment: claimlint::x12::segment::Segment<'_>| segment.elements().map(black_box).count();
        Ok(Segments::new(bytes, Delimiters::USUAL).map(elements).sum::<usize>() as u64)
    }),
    ("claimlint, whole scan, one thread", "claims", |bytes| {
        let setup = Setup { threads: 1, ..Setup::new() };
        let results = scan(&setup, &[Input::Bytes("batch.837".to_owned(), bytes)], &|_| {}).unwrap();
        Ok(results.totals.counts.claims_seen)
    }),
    ("x12-stream-parser, segments and elements", "elements", |bytes| {
        let delimiters = x12_stream_parser::Delimiters::new(b'~', b'*', b':');
        let mut count = 0;
        for segment in x12_stream_parser::Parser::new(bytes, delimiters) {
            let segment = segment.map_err(|e| format!("{e:?}"))?;
            count += segment.elements().map(black_box).count() as u64;
        }
        Ok(count)
    }),
    ("edi, document", "segments", |bytes| {
        let text = std::str::from_utf8(bytes).unwrap();
        let document = edi::loose_parse(text).map_err(|e| format!("{e:?}"))?;
        let groups = document.interchanges.iter().flat_map(|i| &i.functional_groups);
        Ok(groups.flat_map(|g| &g.transactions).map(|t| t.segments.len() as u64).sum())
    }),
    ("x12-types, typed 837", "bytes left", |bytes| {
        let text = std::str::from_utf8(bytes).unwrap();
        let (rest, tree) = Transmission::<_837>::parse(text).map_err(|e| format!("{e:?}").chars().take(80).collect::<String>())?;
        black_box(tree);
        Ok(rest.len() as u64)
    }),
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), rounds) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: claimlint-peers FILE [ROUNDS]");
        std::process::exit(2);
    };
    let rounds = rounds.map_or(5, |n| n.parse().unwrap());
    let bytes: &'static [u8] = std::fs::read(&path).unwrap().leak();
    let mut times = PARSERS.map(|_| Vec::new());
    let mut counts = PARSERS.map(|_| Ok(0));
    for _ in 0..rounds {
        for (n, (_, _, run)) in PARSERS.iter().enumerate() {
            let start = Instant::now();
            counts[n] = black_box(run(bytes));
            times[n].push(start.elapsed().as_secs_f64());
        }
    }
    println!("{} bytes, medians of {rounds} rounds that take turns\n", bytes.len());
    println!("| parser | MB/s | counted |\n|---|---|---|");
    for (((name, what, _), times), count) in PARSERS.iter().zip(&mut times).zip(&counts) {
        times.sort_by(f64::total_cmp);
        let rate = bytes.len() as f64 / times[times.len() / 2] / 1e6;
        match count {
            Ok(count) => println!("| {name} | {rate:.0} | {count} {what} |"),
            Err(why) => println!("| {name} | refused | {why} |"),
        }
    }
}
