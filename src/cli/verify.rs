//! `claimlint verify DIR`: whether a set of outputs is whole and as it was written. Says each deviation on a line
//! of its own; mends nothing.

use std::collections::BTreeSet;
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::disk::{Disk, Kind};
use crate::error::{Error, Result, display_path};
use crate::report::manifest::{self, Manifest, Output};
use crate::report::safe;
use crate::source::input::Input;

use super::Outcome;
use super::args::Verify;
use super::place::Layout;

/// Runs `verify`.
pub(crate) fn run(disk: &dyn Disk, args: &Verify) -> Result<Outcome> {
    let (manifest, deviations) = check(disk, &args.directory);
    let mut found = Found { deviations, ..Found::default() };
    if let Some(manifest) = manifest.as_ref().filter(|_| args.inputs) {
        found.of_inputs(disk, manifest);
    }
    let outcome = if found.deviations.is_empty() { Outcome::Done } else { Outcome::NotDone };
    let mut page = found.deviations;
    page.extend(found.unchecked.into_iter().map(|name| format!("not checked: {name}")));
    if let (Outcome::Done, Some(manifest)) = (outcome, manifest) {
        page.push(format!(
            "{}: whole, {} and {}, run {}",
            display_path(&args.directory),
            counted(manifest.outputs.len(), "output"),
            counted(manifest.inputs.len(), "input"),
            manifest.run_id
        ));
    }
    let mut out = io::stdout().lock();
    match page.iter().try_for_each(|line| writeln!(out, "{line}")).and_then(|()| out.flush()) {
        // A reader that goes away does not make a broken set whole.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Error::io("write", "standard output", e)),
        _ => Ok(outcome),
    }
}

/// Holds a set to its manifest, and returns that, if there is one to go by, and each deviation.
pub(super) fn check(disk: &dyn Disk, directory: &Path) -> (Option<Manifest>, Vec<String>) {
    let mut found = Found::default();
    match read_manifest(disk, directory) {
        Ok(manifest) => {
            found.of_set(disk, directory, &manifest);
            (Some(manifest), found.deviations)
        }
        Err(said) => (None, vec![said]),
    }
}

/// What a check came to.
#[derive(Default)]
struct Found {
    deviations: Vec<String>,
    /// Inputs that are nowhere to be read again.
    unchecked: Vec<String>,
}

impl Found {
    /// Holds a set to its manifest.
    fn of_set(&mut self, disk: &dyn Disk, directory: &Path, manifest: &Manifest) {
        let mut say =
            |path: &Path, what: &str| self.deviations.push(format!("{}: {what}", display_path(path)));
        if !manifest.complete {
            say(directory, "the run did not come to its end");
        }
        if manifest.run_id != manifest.expected_run_id() {
            say(&directory.join(manifest::NAME), "the run id does not fit the rest: it was changed by hand");
        }
        let layout = if manifest.options.hold_if.is_some() { Layout::Halves } else { Layout::Reports };
        let halves = layout.directories();
        let mut named = BTreeSet::from([manifest::NAME]);
        for output in &manifest.outputs {
            let name = Path::new(&output.file);
            let path = directory.join(name);
            // A manifest leads nowhere but into its own directory, and that of a split into its two.
            let parts: Vec<_> = name.components().collect();
            let is_inside = match parts.as_slice() {
                [Component::Normal(_)] => true,
                [Component::Normal(half), Component::Normal(_)] => halves.iter().any(|known| half == known),
                _ => false,
            };
            if !is_inside {
                say(name, "no name of a file in the directory");
            } else if !named.insert(&output.file) {
                say(&path, "named twice");
            } else if let Err(said) = is_output(disk, &path, output) {
                say(&path, &said);
            }
        }
        for half in halves.iter().copied().map(Some).chain([None]) {
            let listed = half.map_or_else(|| directory.to_owned(), |half| directory.join(half));
            // What a link leads to is not of the set.
            if half.is_some() && disk.facts(&listed).is_ok_and(|facts| facts.kind != Kind::Directory) {
                say(&listed, "no directory");
                continue;
            }
            let names = match disk.list(&listed) {
                Ok(names) => names,
                Err(e) => {
                    say(&listed, &format!("cannot be listed: {e}"));
                    continue;
                }
            };
            for name in &names {
                let known = name.to_str().is_some_and(|name| match half {
                    Some(half) => named.contains(format!("{half}/{name}").as_str()),
                    None => named.contains(name) || halves.contains(&name),
                });
                if !known {
                    say(&listed.join(name), "not named in the manifest");
                }
            }
        }
    }

    /// Looks at the inputs again, where they lay.
    fn of_inputs(&mut self, disk: &dyn Disk, manifest: &Manifest) {
        for input in &manifest.inputs {
            let Some(sha256) = &input.sha256 else { continue };
            let path = Path::new(&input.file);
            let archive =
                input.file.split_once('!').is_some_and(|(archive, _)| disk.facts(Path::new(archive)).is_ok());
            let nameless = manifest.options.redact_filenames || input.file == Input::Stdin.name();
            if nameless || (archive && disk.facts(path).is_err()) {
                self.unchecked.push(display_path(path));
                continue;
            }
            match digest(disk, path) {
                Ok((_, found)) if found == *sha256 => {}
                Ok(_) => self.deviations.push(format!("{}: {OTHER}", display_path(path))),
                Err(e) => self.deviations.push(format!("{}: cannot be read: {e}", display_path(path))),
            }
        }
    }
}

const OTHER: &str = "other bytes than the manifest says: its SHA-256 differs";

/// The manifest, or why there is none to go by.
fn read_manifest(disk: &dyn Disk, directory: &Path) -> std::result::Result<Manifest, String> {
    #[derive(Deserialize)]
    struct Head {
        schema_version: u32,
        tool: manifest::Tool,
    }
    let path = directory.join(manifest::NAME);
    let shown = display_path(&path);
    let whole = match disk.facts(directory).map(|facts| facts.kind) {
        Ok(Kind::Directory) => disk.facts(&path).map(|facts| facts.kind == Kind::File),
        Ok(_) => {
            return Err(format!("{}: no directory; name the one --out was given", display_path(directory)));
        }
        Err(e) => Err(e),
    };
    match whole {
        Ok(true) => {}
        Ok(false) => return Err(format!("{shown}: not a regular file")),
        Err(e) => return Err(Error::io("read", &path, e).to_string()),
    }
    let mut bytes = Vec::new();
    let read = disk.open(&path).and_then(|mut file| file.read_to_end(&mut bytes));
    read.map_err(|e| Error::io("read", &path, e).to_string())?;
    let broken =
        |e: serde_json::Error| format!("{shown}: not a manifest: line {}, column {}", e.line(), e.column());
    let head: Head = serde_json::from_slice(&bytes).map_err(broken)?;
    if head.tool.name != manifest::TOOL {
        return Err(format!("{shown}: not written by {}", manifest::TOOL));
    }
    if head.schema_version != manifest::SCHEMA_VERSION {
        let (theirs, ours) = (head.schema_version, manifest::SCHEMA_VERSION);
        return Err(format!(
            "{shown}: of schema {theirs}, this version knows {ours}; verify it with the version that wrote it"
        ));
    }
    serde_json::from_slice(&bytes).map_err(broken)
}

/// Whether a file is there as it was written; if not, what is wrong.
fn is_output(disk: &dyn Disk, path: &Path, output: &Output) -> std::result::Result<(), String> {
    let unread = |e: io::Error| format!("cannot be read: {e}");
    if disk.facts(path).map_err(unread)?.kind != Kind::File {
        return Err("not a regular file".to_owned());
    }
    let (bytes, sha256) = digest(disk, path).map_err(unread)?;
    match (bytes == output.bytes, sha256 == output.sha256) {
        (true, true) => Ok(()),
        (false, _) => Err(format!("{bytes} bytes, the manifest says {}", output.bytes)),
        (true, false) => Err(OTHER.to_owned()),
    }
}

/// Length and SHA-256 of a file.
fn digest(disk: &dyn Disk, path: &Path) -> io::Result<(u64, String)> {
    let mut file = disk.open(path)?;
    let (mut digest, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok((bytes, safe::hex(&digest.finalize())));
        }
        bytes += n as u64;
        digest.update(buffer.get(..n).unwrap_or_default());
    }
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
