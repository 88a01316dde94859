//! Instructions a claim costs, counted and not timed: a slow-down shows on a busy machine too.
//!
//! Callgrind counts those of two scans that differ in the number of their claims; the difference is what claims cost, without
//! the start of the program. Counts hang on the compiler and on what the processor is taken for, so each golden figure has
//! its compiler and kind of processor beside it; counts of others are said and not judged. Only a release build is counted, by
//! `cargo test --release --test instructions -- --nocapture`; `BLESS=1` writes the figures.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![expect(clippy::print_stdout, reason = "a test that has nothing to test says so")]

#[path = "support/batches.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::generate::{Kind, Options, Size, batch};

/// Claims of the two scans.
const CLAIMS: [u64; 2] = [1_000, 3_000];

/// What is counted: a name, the kind of claim, and how many patients in a hundred have a fault.
const BATCHES: [(&str, Kind, u64); 3] =
    [("837P", Kind::P, 0), ("837I", Kind::I, 0), ("837P faulty", Kind::P, 100)];

/// Instructions of one scan; nothing where there is no callgrind.
fn count(input: &Path) -> Option<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", env!("CARGO_BIN_EXE_claimlint")]);
    valgrind.args(["scan", "--format", "none", "--threads", "1"]).arg(input);
    let ran = valgrind.output().ok()?;
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{said}");
    let collected = said.lines().find_map(|line| line.split_once("Collected : ")).unwrap().1;
    Some(collected.trim().parse().unwrap())
}

/// What of the processor decides which instructions are chosen at run time, by the C library and by crates.
fn processor() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        return "x86_64 with AVX2";
    }
    std::env::consts::ARCH
}

#[test]
fn a_claim_costs_what_it_did() {
    if cfg!(debug_assertions) {
        return println!("not a release build: instructions are not counted");
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("batch.837");
    let mut found = BTreeMap::new();
    for (name, kind, faulty) in BATCHES {
        let of = |claims: u64| {
            let generated = batch(&Options { faulty, ..Options::new(kind, Size::Claims(claims)) });
            fs::write(&path, generated.bytes).unwrap();
            Some((count(&path)?, generated.claims))
        };
        let (Some((few, less)), Some((many, more))) = (of(CLAIMS[0]), of(CLAIMS[1])) else {
            return println!("no valgrind on this machine: instructions are not counted");
        };
        found.insert(name, (many - few) / (more - less));
    }
    let compiler = Command::new("rustc").arg("--version").output().unwrap();
    let compiler = format!("{}, {}", String::from_utf8(compiler.stdout).unwrap().trim(), processor());
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.csv");
    if std::env::var_os("BLESS").is_some() {
        let rows = found.iter().map(|(name, count)| format!("{name},{count},{compiler}\n"));
        fs::write(&golden, format!("batch,instructions_per_claim,compiler\n{}", rows.collect::<String>()))
            .unwrap();
    }
    let text = fs::read_to_string(&golden).unwrap();
    assert_eq!(text.lines().count(), 1 + BATCHES.len());
    for row in text.lines().skip(1) {
        let [name, was, with] = row.splitn(3, ',').collect::<Vec<_>>().try_into().unwrap();
        let (was, is) = (was.parse::<u64>().unwrap(), found[name]);
        println!("{name}: {is} instructions a claim, {was} by {with}");
        if with == compiler {
            assert!(
                is.abs_diff(was) * 50 <= was,
                "{name}: {is} instructions a claim, it was {was}; 2 % are allowed"
            );
        }
    }
}
