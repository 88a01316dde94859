//! `claimlint diff OLD NEW`: what two runs found, held against each other by fingerprints. Reads no claim file.
//!
//! A run is the directory of `scan --out`, whose manifest is checked as `verify` does, or a `findings.jsonl` by itself, of
//! which nothing can be checked. The old run's findings are held by their fingerprints; the new one's pass by.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::disk::Kind;
use crate::error::{Error, Result, display_path};
use crate::finding::Severity;
use crate::report::diff::{self, Counts, Difference, LISTED, NewFinding};
use crate::report::manifest;
use crate::report::mark::Fingerprint;
use crate::rules::CATALOGUE;
use crate::x12::value::Cents;

use super::args::{Diff, DiffFormat};
use super::baseline::other_key;
use super::findings_file::{self, Read};
use super::{Host, Outcome, verify};

/// A finding of the old run.
struct Held {
    /// The place of its rule among those met.
    rule: u32,
    amount: Cents,
    waived: bool,
    is_found_again: bool,
}

/// Runs `diff`.
pub(crate) fn run(args: &Diff, host: &Host) -> Result<Outcome> {
    let mut files = Vec::new();
    for path in [&args.old, &args.new] {
        match file_of(path, "findings.jsonl", host)? {
            Some(file) => files.push(file),
            None => return Ok(Outcome::NotDone),
        }
    }
    let [old, new] = files.as_slice() else {
        return Err(Error::internal("two runs are more or less than two"));
    };
    let mut key = None;
    let mut rules: Vec<(String, Counts)> = Vec::new();
    let mut places: BTreeMap<String, u32> = BTreeMap::new();
    let mut place = |rule: &str, rules: &mut Vec<(String, Counts)>| {
        *places.entry(rule.to_owned()).or_insert_with(|| {
            rules.push((rule.to_owned(), Counts::default()));
            rules.len() as u32 - 1
        })
    };
    let mut held: HashMap<Fingerprint, Held> = HashMap::new();
    findings_file::read(&*host.disk, old, &mut |line, found| {
        one_key(&mut key, old, line, &found)?;
        let rule = place(&found.rule, &mut rules);
        let Read { fingerprint, waived, .. } = found;
        held.insert(fingerprint, Held { rule, amount: found.money(), waived, is_found_again: false });
        Ok(())
    })?;
    let mut listed = Vec::new();
    let mut by_severity = [0u64; 5];
    findings_file::read(&*host.disk, new, &mut |line, found| {
        one_key(&mut key, new, line, &found)?;
        let at = place(&found.rule, &mut rules) as usize;
        let amount = found.money();
        let before = held.get_mut(&found.fingerprint);
        let was_counted = before.is_some_and(|before| {
            before.is_found_again = true;
            !before.waived
        });
        let Some((_, counts)) = rules.get_mut(at) else { return Ok(()) };
        if found.waived {
            counts.waived.add(amount);
        } else if was_counted {
            counts.remaining.add(amount);
        } else {
            counts.new.add(amount);
            by_severity[found.severity as usize] += 1;
            if listed.len() < LISTED {
                listed.push(told(found, amount));
            }
        }
        Ok(())
    })?;
    for gone in held.values().filter(|held| !held.waived && !held.is_found_again) {
        if let Some((_, counts)) = rules.get_mut(gone.rule as usize) {
            counts.fixed.add(gone.amount);
        }
    }
    rules.retain(|(_, counts)| *counts != Counts::default());
    rules.sort_by(|a, b| a.0.cmp(&b.0));
    let names = [&args.old, &args.new].map(|path| display_path(path));
    print(args.format, &Difference { names, rules, new: listed })?;
    match args.fail_on.0 {
        Some(level) if by_severity[level as usize..].iter().any(|n| *n > 0) => Ok(Outcome::Findings),
        _ => Ok(Outcome::Done),
    }
}

/// A file of a run that can be relied on; why it cannot is said.
pub(super) fn file_of(run: &Path, name: &str, host: &Host) -> Result<Option<PathBuf>> {
    let disk = &*host.disk;
    let is_directory = |path: &Path| std::fs::metadata(path).is_ok_and(|facts| facts.is_dir());
    if !is_directory(run) {
        return Ok(Some(run.to_owned()));
    }
    let manifest = run.join(manifest::NAME);
    if disk.facts(&manifest).is_ok_and(|facts| facts.kind == Kind::File) {
        let (manifest, deviations) = verify::check(disk, run);
        deviations.iter().for_each(|said| host.log.error(said));
        if !deviations.is_empty() {
            return Ok(None);
        }
        if manifest.is_some_and(|manifest| manifest.options.baseline_sha256.is_some()) {
            let run = display_path(run);
            host.log.warning(&format!("{run} was made with --baseline: it has only what was new then"));
        }
    } else {
        host.log.warning(&format!("{} has no manifest: whether it is whole is not known", display_path(run)));
    }
    Ok(Some(run.join(name)))
}

/// Refuses fingerprints that no others here can be the same as.
fn one_key(key: &mut Option<Option<[u8; 4]>>, path: &Path, line: u64, found: &Read<'_>) -> Result<()> {
    let this = found.fingerprint.key;
    match *key {
        Some(first) if first != this => Err(Error::file(path, line, "", other_key(this, first))),
        _ => {
            *key = Some(this);
            Ok(())
        }
    }
}

fn told(found: Read<'_>, amount: Cents) -> NewFinding {
    NewFinding {
        fingerprint: found.fingerprint,
        rule: found.rule.into_owned(),
        severity: found.severity.as_str(),
        claim: found.claim.map(std::borrow::Cow::into_owned),
        line: found.line,
        message: found.message.into_owned(),
        amount,
    }
}

impl Read<'_> {
    /// Its money as if it were alone, as [`crate::finding::Finding::money`] has it.
    fn money(&self) -> Cents {
        if self.severity >= Severity::Medium { self.amount.max(Cents::ZERO) } else { Cents::ZERO }
    }
}

fn print(format: DiffFormat, difference: &Difference) -> Result<()> {
    let metas: Vec<_> = CATALOGUE.iter().map(|rule| rule.meta()).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    let write = match format {
        DiffFormat::Text => diff::text,
        DiffFormat::Json => diff::json,
        DiffFormat::Csv => diff::csv,
    };
    match write(difference, &metas, &mut out) {
        // Who reads no further has seen enough; what the runs differ in is so all the same.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Error::io("write", "standard output", e)),
        _ => Ok(()),
    }
}
