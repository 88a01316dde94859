//! The engine over bytes of a fuzzer, and what must be true of every run.

use std::cell::RefCell;
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::sync::LazyLock;

use claimlint::finding::Finding;
use claimlint::position::Tag;
use claimlint::scan::results::Results;
use claimlint::scan::split::Limits;
use claimlint::scan::{Setup, scan};
use claimlint::source::input::Input;
use tempfile::{Builder, NamedTempFile};

use crate::support::run::RULES;

/// Everything on, nothing beside the claims. Made once, for the tables take longer than a scan.
pub static DEFAULT: LazyLock<Setup> = LazyLock::new(Setup::new);

/// Setups of one and two threads, small and large windows, and a limit that claims reach.
pub static SETUPS: LazyLock<Vec<Setup>> = LazyLock::new(|| {
    let with = |threads, limits| Setup { threads, limits, ..Setup::new() };
    let mut all = Vec::new();
    for claim in [Limits::default().claim, 2048] {
        for window in [Limits::default().window, 1, 1500] {
            let limits = Limits { window: window.min(claim), claim, ..Limits::default() };
            all.extend([1, 2].map(|threads| with(threads, limits)));
        }
    }
    all
});

thread_local! {
    /// Bytes in memory would have to live forever, and a fuzzer makes many.
    static FILE: RefCell<NamedTempFile> = RefCell::new(file());
}

/// A file, in memory where the system has a place for such.
fn file() -> NamedTempFile {
    let memory = Path::new("/dev/shm");
    let directory = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    Builder::new().suffix(".837").tempfile_in(directory).unwrap()
}

/// Scans the bytes as a file.
pub fn scanned(setup: &Setup, bytes: &[u8]) -> Results {
    FILE.with_borrow_mut(|file| {
        let path = file.path().to_owned();
        let out = file.as_file_mut();
        out.rewind().unwrap();
        out.write_all(bytes).unwrap();
        out.set_len(bytes.len() as u64).unwrap();
        let results = scan(setup, &[Input::Path(path)], &|_| {}).unwrap();
        assert_eq!(results.imbalances, [""; 0], "the account");
        results
    })
}

/// Findings with the first byte of their claim.
pub fn findings(results: &Results) -> Vec<(u64, Finding)> {
    let mut found = Vec::new();
    let each: std::io::Result<()> = results.each(|item| {
        let from = item.claim.map_or(0, |(row, _)| row.byte);
        found.extend(item.findings.iter().map(|f| (from, *f)));
        Ok(())
    });
    each.unwrap();
    found
}

/// Stops at a finding that does not lead to the segment it names, or stands before its claim.
pub fn well_placed(found: &[(u64, Finding)], bytes: &[u8]) {
    let code = |finding: &Finding| RULES[usize::from(finding.rule.0)].code;
    // Where there is no ISA, findings of the interchange name it all the same.
    let headless = found.iter().any(|(_, f)| code(f) == "X12-I001");
    for (from, finding) in found {
        let (byte, tag) = (finding.position.byte, finding.position.at.tag);
        assert!(byte >= *from && byte <= bytes.len() as u64, "{} after {from}: {finding:?}", code(finding));
        let here = bytes.get(byte as usize..).unwrap_or_default();
        let id: Vec<u8> = here.iter().filter(|b| !b.is_ascii_whitespace()).take(3).copied().collect();
        let there = tag == Tag::UNKNOWN || id.to_ascii_uppercase().starts_with(tag.to_string().as_bytes());
        assert!(there || (headless && tag == Tag::of(b"ISA")), "{}: {finding:?}", code(finding));
    }
}
