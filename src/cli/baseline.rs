//! `--baseline`: the findings of an earlier run, by their fingerprints. What stands in it is known.
//!
//! Refuses a file in which a line is not what `findings.jsonl` has, for whatever is missed there would be reported as new; and
//! one made with another key, none of which would be found again.

use std::collections::HashSet;
use std::path::Path;

use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::report::aside::BaselineTotal;
use crate::report::mark::Fingerprint;
use crate::x12::value::Cents;

use super::findings_file::{self, Read};

/// Findings that are known.
#[derive(Debug)]
pub(crate) struct Baseline {
    known: HashSet<Fingerprint>,
    /// SHA-256 of the file's bytes.
    pub sha256: [u8; 32],
}

impl Baseline {
    /// Reads a file. `key` names the key of this run, if claim ids are replaced.
    pub(crate) fn read(disk: &dyn Disk, path: &Path, key: Option<[u8; 4]>) -> Result<Baseline> {
        let mut known = HashSet::new();
        let sha256 = findings_file::read(disk, path, &mut |line, found: Read<'_>| {
            if found.fingerprint.key != key {
                return Err(Error::file(path, line, "", other_key(found.fingerprint.key, key)));
            }
            // What was waived comes back when its waiver ends; it was never said to be known.
            if !found.waived {
                known.insert(found.fingerprint);
            }
            Ok(())
        })?;
        Ok(Baseline { known, sha256 })
    }

    /// Whether a finding is known.
    pub(super) fn has(&self, fingerprint: &Fingerprint) -> bool {
        self.known.contains(fingerprint)
    }

    /// What it came to, where so many of it were found again.
    pub(super) fn total(&self, again: &Again) -> BaselineTotal {
        let findings = self.known.len() as u64;
        BaselineTotal {
            sha256: self.sha256,
            findings,
            known: again.known,
            gone: findings.saturating_sub(again.known + again.waived),
            amount: again.amount,
        }
    }
}

/// Findings of a baseline that were found again.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// Not reported.
    pub known: u64,
    /// Reported with the waiver they have by now.
    pub waived: u64,
    /// Money of those that are not reported.
    pub amount: Cents,
}

impl Again {
    pub(super) fn add(&mut self, finding: &Finding) {
        if finding.is_waived() {
            self.waived += 1;
        } else {
            self.known += 1;
            self.amount += finding.money();
        }
    }
}

/// Why fingerprints of a file cannot be those of a run.
pub(super) fn other_key(theirs: Option<[u8; 4]>, ours: Option<[u8; 4]>) -> String {
    let name = |key: Option<[u8; 4]>| {
        key.map_or_else(|| "no key".to_owned(), |key| format!("the key {}", crate::report::safe::hex(&key)))
    };
    format!(
        "fingerprints made with {}, here with {}: none would be found again; give both the same --redact KEYFILE",
        name(theirs),
        name(ours)
    )
}
