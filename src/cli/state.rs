//! `--state-dir`: the directory of the ledger, for its owner only, and for one run at a time.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::disk::{Kind, Locking};
use crate::error::{Error, Result, display_path};
use crate::report::{Rules, manifest};
use crate::scan::ledger::{Ledger, Resume};

use super::Host;
use super::place::make_all;

/// Keeps other runs out, for as long as the ledger lives.
const LOCK: &str = ".claimlint.lock";

/// Opens the ledger of a directory, made if it is not there.
pub(crate) fn open(
    directory: &Path,
    resume: Resume,
    rules: Rules,
    settings_sha256: &[u8; 32],
    host: &Host,
) -> Result<Ledger> {
    let disk = &host.disk;
    make_all(&**disk, directory).map_err(|e| Error::io("create the state directory", directory, e))?;
    let facts = disk.facts(directory).map_err(|e| Error::io("read", directory, e))?;
    if facts.kind != Kind::Directory {
        let name = display_path(directory);
        return Err(Error::usage(format!("the state directory {name} is no directory; name one itself")));
    }
    let path = directory.join(LOCK);
    let lock = match disk.lock(&path).map_err(|e| Error::io("lock", &path, e))? {
        Locking::Held(lock) => lock,
        Locking::Busy(holder) => {
            let who = holder.map_or(String::new(), |pid| format!(" (process {pid})"));
            return Err(Error::locked(format!(
                "another run{who} uses {}; wait for it or choose another --state-dir",
                display_path(directory)
            )));
        }
    };
    let context = manifest::context(rules, settings_sha256, build().as_bytes());
    Ledger::open((disk.clone(), directory.to_owned()), context, resume, today(), lock)
        .map_err(|e| Error::io("read the state directory", directory, e))
}

/// The day, counted from 1970, as the clock has it or `SOURCE_DATE_EPOCH`, by which others set the time for programs.
fn today() -> u32 {
    let set = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    u32::try_from(set.unwrap_or_else(now) / 86_400).unwrap_or(u32::MAX)
}

/// What tells builds of one version apart: the length of the program and when it was made. A build that is not known
/// for what it is costs a reading, one that is taken for another would cost the truth.
fn build() -> String {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let facts = program.map(|program| (program.len(), program.modified().ok()));
    format!("{facts:?}")
}
