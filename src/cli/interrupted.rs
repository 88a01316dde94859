//! The record of a run that was stopped: `NAME.interrupted.json` beside the directory of `--out`.
//!
//! It says which inputs were read to their end and what was counted until then, so that whoever looks in the
//! morning knows what is left to do. The next run that ends well removes it. Deliberately absent: findings, for
//! those of a stopped run are not all there.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::disk::{Access, Disk};
use crate::error::{Error, Result};
use crate::report::safe;
use crate::scan::commit::{FileResult, Status};
use crate::scan::results::Results;

use super::Outcome;
use super::config::Config;
use super::replace::replace;
use super::signals::Signal;

/// What is added to the directory's name.
pub(super) const RECORD: &str = ".interrupted.json";

#[derive(Serialize)]
struct Record<'a> {
    schema_version: u32,
    complete: bool,
    tool: Tool,
    signal: &'static str,
    exit_code: u8,
    inputs: Vec<Input<'a>>,
    inputs_done: usize,
    bytes: u64,
    claims_seen: u64,
    claims_evaluated: u64,
    balanced: bool,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Input<'a> {
    file: Cow<'a, str>,
    status: &'static str,
    bytes: u64,
    claims: u64,
    sha256: Option<String>,
}

/// Leaves the record of a run.
pub(super) fn write(
    disk: &dyn Disk,
    directory: &Path,
    config: &Config,
    results: &Results,
    signal: Signal,
) -> Result<()> {
    let totals = &results.totals;
    let record = Record {
        schema_version: 1,
        complete: false,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        signal: signal.name(),
        exit_code: Outcome::Stopped(signal).code(),
        inputs: inputs(config, results),
        inputs_done: results.files.iter().filter(|file| file.done).count(),
        bytes: totals.bytes,
        claims_seen: totals.counts.claims_seen,
        claims_evaluated: totals.stats.evaluated,
        balanced: results.imbalances.is_empty(),
    };
    let path = path(directory);
    let mut bytes = serde_json::to_vec_pretty(&record).map_err(|e| Error::io("write", &path, e.into()))?;
    bytes.push(b'\n');
    replace(disk, &path, &bytes, Access::Private)
}

/// The inputs that are done, then those that are not.
fn inputs<'a>(config: &'a Config, results: &'a Results) -> Vec<Input<'a>> {
    let done = results.files.iter().filter(|file| file.done);
    let names: HashSet<&str> = done.clone().map(|file| file.name.as_str()).collect();
    let left = config.listing.inputs.iter().map(|input| input.name());
    let left = left.filter(|name| !names.contains(name.as_str())).map(|name| Input {
        file: Cow::Owned(config.names.name(&name).into_owned()),
        status: "not read to its end",
        bytes: 0,
        claims: 0,
        sha256: None,
    });
    done.map(|file| input(config, file)).chain(left.collect::<Vec<_>>()).collect()
}

fn input<'a>(config: &'a Config, file: &'a FileResult) -> Input<'a> {
    let status = match file.status {
        Status::Whole => "read",
        Status::Partial(_) => "partial",
        Status::Unreadable(_) => "unreadable",
        Status::Failed(_) => "failed",
    };
    Input {
        file: config.names.name(&file.name),
        status,
        bytes: file.bytes,
        claims: file.claims,
        sha256: file.sha256.as_ref().map(|digest| safe::hex(digest)),
    }
}

/// Removes the record of an earlier run, for what it says is no longer so.
pub(super) fn remove(disk: &dyn Disk, directory: &Path) -> Result<()> {
    let path = path(directory);
    match disk.remove_file(&path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", &path, e)),
        _ => Ok(()),
    }
}

/// Where the record of a directory lies.
fn path(directory: &Path) -> PathBuf {
    let mut name = directory.file_name().unwrap_or_default().to_owned();
    name.push(RECORD);
    directory.with_file_name(name)
}

/// Says in words how far the run came.
pub(super) fn told(signal: Signal, inputs: usize, results: &Results) -> String {
    let done = results.files.iter().filter(|file| file.done).count();
    let all = inputs.max(done);
    format!("stopped by {}: {done} of {all} inputs were read to the end, nothing was written", signal.name())
}
