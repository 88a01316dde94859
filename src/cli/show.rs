//! `claimlint show`: the raw segments of one claim with its findings beside them.
//!
//! The one command that prints what stands in a claim file, persons included; it says so first. Whatever it
//! prints of the file is made safe for a terminal. Refuses to show anything but the claims with the id asked
//! for.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use crate::claim::claim::{Form, NotEvaluated};
use crate::error::{Error, Result};
use crate::finding::{Finding, fill};
use crate::report::safe;
use crate::rules::CATALOGUE;
use crate::scan::commit::Status;
use crate::scan::excerpt::{Excerpt, Excerpts, Within};
use crate::scan::results::Results;
use crate::scan::scan_watched;
use crate::source::trouble::Trouble;

use super::args::Show;
use super::config::{self, Config};
use super::progress::Bar;
use super::{Host, Outcome};

const REMINDER: &str = "what follows is protected health information, as it stands in the file";

/// Runs `show`.
pub(crate) fn run(args: &Show, host: &Host) -> Result<Outcome> {
    let id = args.claim.trim();
    if id.is_empty() {
        return Err(Error::usage("--claim is empty; give the claim's id (CLM01)"));
    }
    if args.file.is_dir() {
        let name = crate::error::display_path(&args.file);
        return Err(Error::usage(format!("{name} is a directory; name the file the claim is in")));
    }
    let mut config = config::resolve(&args.as_scan(), host)?;
    if let Some(unread) = config.listing.unread.pop() {
        return Err(Error::usage(unread.message));
    }
    let mut excerpts = Excerpts::new(&config.setup.tables.therapy, id.as_bytes(), args.nth);
    let bar = Bar::new(&config);
    let results = scan_watched(&config.setup, &config.listing.inputs, &|done| bar.add(done), &mut |chunk| {
        excerpts.chunk(chunk)
    })?;
    bar.clear();
    if let Some(signal) = host.signals.caught() {
        return Ok(Outcome::Stopped(signal));
    }
    one_file(&results)?;
    let (found, seen) = excerpts.finish();
    let outcome = say_problems(&config, &results, host)?;
    let file = results.files.first().map_or("", |file| file.name.as_str());
    let shown = safe::line(id);
    if seen == 0 {
        let message = format!(
            "there is no claim {shown} in {file}; ids are case-sensitive, and only claims of 837P and 837I are looked at"
        );
        return Err(Error::usage(message));
    }
    if found.is_empty() {
        let message = format!("claims {shown} in {file}: {seen}; give --nth from 1 to {seen}");
        return Err(Error::usage(message));
    }
    host.log.warning(REMINDER);
    let mut out = BufWriter::new(io::stdout().lock());
    let findings = findings_of(&results, &found).map_err(|e| Error::io("read what was found in", file, e))?;
    print(&mut out, &config, file, &found, seen, &findings)
        .and_then(|()| out.flush())
        .map_err(|e| Error::io("write", "standard output", e))?;
    if args.nth.is_none() && (found.len() as u64) < seen {
        let (first, more) = (found.len() + 1, seen - found.len() as u64);
        host.log.warning(&format!(
            "more claims with this id, not shown: {more}; --nth {first} shows the next of them"
        ));
        return Ok(outcome.max(Outcome::NotDone));
    }
    Ok(outcome)
}

/// Refuses an archive of several files: a claim is shown from one of them.
fn one_file(results: &Results) -> Result<()> {
    let [first, .., last] = results.files.as_slice() else { return Ok(()) };
    let (first, last) = (&first.name, &last.name);
    let message = format!(
        "an archive of {} files, from {first} to {last}; name the one the claim is in",
        results.files.len()
    );
    Err(Error::usage(message))
}

/// Says what makes the findings incomplete. An input that was not read at all is an error.
fn say_problems(config: &Config, results: &Results, host: &Host) -> Result<Outcome> {
    let mut outcome = Outcome::Done;
    for error in &config.sidecar_errors {
        host.log.error(&error.to_string());
        outcome = Outcome::NotDone;
    }
    for file in &results.files {
        let say = |why: &Trouble| why.of(&file.name);
        match &file.status {
            Status::Whole => {}
            Status::Unreadable(why) => return Err(Error::usage(say(why))),
            Status::Failed(why) => return Err(Error::internal(say(why))),
            Status::Partial(why) => {
                host.log.error(&say(why));
                outcome = Outcome::NotDone;
            }
        }
    }
    if let Some(imbalance) = results.imbalances.first() {
        return Err(Error::internal(imbalance.clone()));
    }
    Ok(outcome)
}

/// The findings of each excerpt, by the offset of its CLM: those of the claim, and those that belong to none
/// but stand in its bytes, such as a segment cut off.
fn findings_of(results: &Results, excerpts: &[Excerpt]) -> io::Result<BTreeMap<u64, Vec<Finding>>> {
    let mut found: BTreeMap<u64, Vec<Finding>> = excerpts.iter().map(|e| (e.byte, Vec::new())).collect();
    results.each(|item| {
        match item.claim {
            Some((row, _)) => {
                if let Some(findings) = found.get_mut(&row.byte) {
                    findings.extend_from_slice(item.findings);
                }
            }
            None => {
                for finding in item.findings {
                    let byte = finding.position.byte;
                    let last = excerpts.partition_point(|e| e.byte <= byte).checked_sub(1);
                    let around = last.and_then(|n| excerpts.get(n)).filter(|e| byte < e.end);
                    if let Some(findings) = around.and_then(|e| found.get_mut(&e.byte)) {
                        findings.push(*finding);
                    }
                }
            }
        }
        Ok::<(), io::Error>(())
    })?;
    Ok(found)
}

fn print(
    out: &mut dyn Write,
    config: &Config,
    file: &str,
    excerpts: &[Excerpt],
    seen: u64,
    findings: &BTreeMap<u64, Vec<Finding>>,
) -> io::Result<()> {
    for (n, excerpt) in excerpts.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        if seen > 1 {
            write!(out, "{} of {seen}: ", excerpt.number)?;
        }
        head(out, config, file, excerpt)?;
        body(out, excerpt, findings.get(&excerpt.byte).map_or(&[], Vec::as_slice))?;
    }
    Ok(())
}

/// Where the claim stands, and what it is.
fn head(out: &mut dyn Write, config: &Config, file: &str, excerpt: &Excerpt) -> io::Result<()> {
    let standing = &excerpt.standing;
    write!(out, "{file}")?;
    for (name, control) in [("ISA13", standing.isa13), ("GS06", standing.gs06), ("ST02", standing.st02)] {
        if !control.is_empty() {
            write!(out, ", {name} {}", safe::text(control.as_bytes()))?;
        }
    }
    let form = match excerpt.form {
        Form::Professional => "837P",
        Form::Institutional => "837I",
    };
    let policies = &config.setup.policies;
    let class = policies.get(policies.of(&excerpt.payer)).class.as_str();
    writeln!(out, ", byte {}, {form}, payer class {class}", excerpt.byte)
}

/// The segments, each with what was found at it; then what was found at none of them.
fn body(out: &mut dyn Write, excerpt: &Excerpt, findings: &[Finding]) -> io::Result<()> {
    let width = excerpt.segments.last().map_or(1, |last| last.byte.to_string().len());
    let mut line = String::new();
    for raw in &excerpt.segments {
        let within = match raw.within {
            Within::Claim => "2300",
            Within::OtherPayer => "2320",
            Within::Line => "2400",
        };
        line.clear();
        safe::push_raw(&mut line, &raw.bytes);
        writeln!(out, "{:>width$}  {within}  {line}", raw.byte)?;
        for finding in findings.iter().filter(|f| f.position.byte == raw.byte) {
            say(out, width + 8, '^', finding)?;
        }
    }
    if excerpt.left_out > 0 {
        writeln!(out, "{} more segments, too many to show", excerpt.left_out)?;
    }
    for finding in findings.iter().filter(|f| !excerpt.segments.iter().any(|s| s.byte == f.position.byte)) {
        say(out, width + 8, '-', finding)?;
    }
    match excerpt.not_evaluated {
        Some(NotEvaluated::CutOff) => writeln!(out, "not checked: the file ends inside the claim"),
        Some(NotEvaluated::TooLarge) => {
            writeln!(out, "not checked: larger than 16 MiB, or more than 2,000 lines")
        }
        Some(NotEvaluated::ChangedWhileRead) => {
            writeln!(out, "not checked: the file changed while it was read")
        }
        Some(NotEvaluated::OtherSet) => writeln!(out, "not checked: in a transaction set that is not an 837"),
        Some(NotEvaluated::OutOfScope) => writeln!(out, "not checked: out of scope"),
        None if findings.is_empty() => writeln!(out, "no findings"),
        None => Ok(()),
    }
}

/// One finding and its fix, without figures of other reports: it stands beside what it is about.
fn say(out: &mut dyn Write, indent: usize, mark: char, finding: &Finding) -> io::Result<()> {
    let Some(meta) = CATALOGUE.get(usize::from(finding.rule.0)).map(|rule| rule.meta()) else {
        return Ok(());
    };
    let (at, severity, code) = (finding.position.at, finding.severity, meta.code);
    let Some(fault) = meta.faults.get(usize::from(finding.fault)) else {
        return writeln!(out, "{:indent$}{mark} {at} {severity} {code}", "");
    };
    let (message, fix) = (fill(fault.text, &finding.args), fill(fault.fix, &finding.args));
    let waived = if finding.is_waived() { " (waived)" } else { "" };
    writeln!(out, "{:indent$}{mark} {at} {severity} {code}{waived}: {message}", "")?;
    writeln!(out, "{:indent$}  fix: {fix}", "")
}
