//! The record of a run that was stopped: `NAME.interrupted.json` beside the directory of `--out`.
//!
//! It says which inputs were read to their end and what was counted until then, so that whoever looks in the
//! morning knows what is left to do. The next run that ends well removes it. Deliberately absent: findings, for
//! those of a stopped run are not all there.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::{Error, Result};
use crate::report::safe;
use crate::scan::commit::{FileResult, Status};
use crate::scan::results::Results;

use super::Outcome;
use super::config::Config;
use super::output::{private_file, sync_directory};
use super::signals::Signal;

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
pub(super) fn write(directory: &Path, config: &Config, results: &Results, signal: Signal) -> Result<()> {
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
    let path = path(directory)?;
    let writing = |e| Error::io("write", &path, e);
    let mut bytes = serde_json::to_vec_pretty(&record).map_err(|e| writing(e.into()))?;
    bytes.push(b'\n');
    put(&path, &bytes).map_err(writing)
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
pub(super) fn remove(directory: &Path) -> Result<()> {
    let path = path(directory)?;
    match fs::remove_file(&path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", &path, e)),
        _ => Ok(()),
    }
}

/// Where the record of a directory lies.
fn path(directory: &Path) -> Result<PathBuf> {
    // `out/.` and `..` have no name until they are resolved.
    let whole = match directory.file_name() {
        Some(_) => directory.to_owned(),
        None => directory.canonicalize().map_err(|e| Error::io("find", directory, e))?,
    };
    let mut name = whole.file_name().unwrap_or_default().to_owned();
    name.push(".interrupted.json");
    Ok(whole.with_file_name(name))
}

/// Written beside its name and renamed, so that nobody reads half of it.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let mut options = OpenOptions::new();
    // Never an existing file, so never one that somebody planted.
    options.write(true).create_new(true);
    private_file(&mut options);
    let mut file = options.open(&temporary)?;
    let put = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&temporary, path))
        .and_then(|()| {
            sync_directory(path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")))
        });
    if put.is_err() {
        // It may have its name already; then there is nothing to remove.
        let _ = fs::remove_file(&temporary);
    }
    put
}

/// Says in words how far the run came.
pub(super) fn told(signal: Signal, inputs: usize, results: &Results) -> String {
    let done = results.files.iter().filter(|file| file.done).count();
    let all = inputs.max(done);
    format!("stopped by {}: {done} of {all} inputs were read to the end, nothing was written", signal.name())
}
