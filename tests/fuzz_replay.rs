//! The bodies of the fuzz targets over what is stored: seeds, inputs the fuzzer found worth keeping, and every
//! input that once failed. No fuzzer is needed for it.
//!
//! `BLESS=1` writes the seeds anew.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what it did not expect")]

use std::fs;
use std::path::{Path, PathBuf};

use support::fuzz::TARGETS;
use support::fuzz::seeds::seeds;

#[path = "support/fuzzing.rs"]
mod support;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The files of a directory by name; none where there is no such directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).map(|entries| entries.map(|e| e.unwrap().path()).collect());
    let mut files: Vec<PathBuf> = entries.unwrap_or_default();
    files.sort();
    files
}

/// Runs every stored input; a failed assert names its target, the file is the last one printed.
fn replay(which: impl Fn(usize) -> bool) {
    for (_, (target, body)) in TARGETS.iter().enumerate().filter(|(n, _)| which(*n)) {
        if std::env::var_os("BLESS").is_some() {
            let directory = fuzz().join("seeds").join(target);
            fs::create_dir_all(&directory).unwrap();
            for (name, bytes) in seeds(target) {
                fs::write(directory.join(name), bytes).unwrap();
            }
        }
        body(&[]);
        let stored = ["seeds", "regressions"].map(|kind| files(&fuzz().join(kind).join(target)));
        assert!(!stored[0].is_empty(), "{target} has no seeds");
        for path in stored.concat() {
            let bytes = fs::read(&path).unwrap();
            let ended = std::panic::catch_unwind(|| body(&bytes));
            assert!(ended.is_ok(), "{target} fails on {}", path.display());
        }
    }
}

/// In two tests, so that two processors share the work.
#[test]
fn stored_inputs_pass_the_first_targets() {
    replay(|n| n % 2 == 0);
}

#[test]
fn stored_inputs_pass_the_other_targets() {
    replay(|n| n % 2 == 1);
}

#[test]
fn every_target_can_be_run_and_everything_stored_is_of_a_target() {
    let names = |directory: &str| -> Vec<String> {
        let stem = |path: &PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
        files(&fuzz().join(directory)).iter().map(stem).collect()
    };
    let mut targets: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    targets.sort_unstable();
    assert_eq!(names("fuzz_targets"), targets);
    assert_eq!(names("seeds"), targets);
    assert!(names("regressions").iter().all(|name| targets.contains(&name.as_str())));
}
