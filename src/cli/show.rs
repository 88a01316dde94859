//! `claimlint show`: the raw segments of one claim, named, with its findings at the very elements they are about.
//!
//! The one command that prints what stands in a claim file, persons included; it says so first. Whatever it
//! prints of the file is made safe for a terminal. Refuses to show anything but the claims with the id, or
//! at the place, asked for.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::ops::Range;

use crate::claim::claim::NotEvaluated;
use crate::claim::guide::{self, WIDEST};
use crate::error::{Error, Result};
use crate::finding::{Finding, fill};
use crate::position::{ElementRef, Tag};
use crate::report::safe;
use crate::rules::CATALOGUE;
use crate::scan::commit::Status;
use crate::scan::excerpt::{Excerpt, Excerpts, Raw, Sought};
use crate::scan::results::Results;
use crate::scan::scan_watched;
use crate::source::trouble::Trouble;
use crate::x12::delimiters::Delimiters;

use super::args::Show;
use super::config::{self, Config};
use super::progress::Bar;
use super::{Host, Outcome};

const REMINDER: &str = "what follows is protected health information, as it stands in the file";

const NM1: Tag = Tag::of(b"NM1");

/// Letters of the longest number of a loop.
const LOOP: usize = 5;

/// Runs `show`.
pub(crate) fn run(args: &Show, host: &Host) -> Result<Outcome> {
    let sought = sought(args)?;
    if args.file.is_dir() {
        let name = crate::error::display_path(&args.file);
        return Err(Error::usage(format!("{name} is a directory; name the file the claim is in")));
    }
    let mut config = config::resolve(&args.as_scan(), host)?;
    if let Some(unread) = config.listing.unread.pop() {
        return Err(Error::usage(unread.message));
    }
    let mut excerpts =
        Excerpts::new(&config.setup.tables.therapy, config.setup.limits.segment, sought.clone());
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
    if found.is_empty() {
        return Err(Error::usage(nothing(&sought, file, seen)));
    }
    host.log.warning(REMINDER);
    let mut out = BufWriter::new(io::stdout().lock());
    let findings = findings_of(&results, &found).map_err(|e| Error::io("read what was found in", file, e))?;
    print(&mut out, &config, file, (&found, seen, args.at), &findings)
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

/// What is looked for.
fn sought(args: &Show) -> Result<Sought> {
    if let Some(byte) = args.at {
        return Ok(Sought::At(byte));
    }
    match args.claim.as_deref().map(str::trim) {
        Some(id) if !id.is_empty() => Ok(Sought::Id(id.as_bytes().to_vec(), args.nth)),
        _ => Err(Error::usage("--claim is empty; give the claim's id (CLM01)")),
    }
}

/// Why nothing is shown.
fn nothing(sought: &Sought, file: &str, seen: u64) -> String {
    match sought {
        Sought::At(byte) => format!(
            "byte {byte} of {file} is in no claim of an 837P or 837I: it is in an envelope or a level above claims, or beyond \
             the end; give the offset of a claim's finding"
        ),
        Sought::Id(id, _) if seen == 0 => format!(
            "there is no claim {} in {file}; ids are case-sensitive, and only claims of 837P and 837I are looked at",
            safe::text(id)
        ),
        Sought::Id(id, _) => {
            format!("claims {} in {file}: {seen}; give --nth from 1 to {seen}", safe::text(id))
        }
    }
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
    (excerpts, seen, byte): (&[Excerpt], u64, Option<u64>),
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
        body(out, excerpt, byte, findings.get(&excerpt.byte).map_or(&[], Vec::as_slice))?;
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
    let form = excerpt.form.as_str();
    let policies = &config.setup.policies;
    let class = policies.get(policies.of(&excerpt.payer)).class.as_str();
    writeln!(out, ", byte {}, {form}, payer class {class}", excerpt.byte)
}

/// The segments, each named and with what was found at it; then what was found at none of them. `byte` is the place that
/// was asked for.
fn body(out: &mut dyn Write, excerpt: &Excerpt, byte: Option<u64>, findings: &[Finding]) -> io::Result<()> {
    let width = excerpt.segments.last().map_or(1, |last| last.byte.to_string().len());
    let before = width + 2 + LOOP + 1 + WIDEST + 1;
    let mut line = String::new();
    for raw in &excerpt.segments {
        line.clear();
        safe::push_raw(&mut line, &raw.bytes);
        let tag = tag_of(raw, &excerpt.delimiters);
        let name = if tag == NM1 { raw.at.name } else { guide::segment(tag).unwrap_or("") };
        writeln!(out, "{:>width$}  {:<LOOP$} {name:<WIDEST$} {line}", raw.byte, raw.at.number)?;
        for finding in findings.iter().filter(|f| f.position.byte == raw.byte) {
            let marks = Marks::under(&raw.bytes, &excerpt.delimiters, finding.position.at);
            say(out, before, marks, finding)?;
        }
        let end = raw.byte + raw.bytes.len() as u64;
        if let Some(byte) = byte.filter(|byte| (raw.byte..=end).contains(byte)) {
            let at = element_at(raw, &excerpt.delimiters, (byte - raw.byte) as usize);
            let Marks { from, len } = Marks::under(&raw.bytes, &excerpt.delimiters, at);
            writeln!(out, "{:1$}{2} {3}: byte {byte}", "", before + from, "-".repeat(len), named(at))?;
        }
    }
    if excerpt.left_out > 0 {
        writeln!(out, "{} more segments, too many to show", excerpt.left_out)?;
    }
    for finding in findings.iter().filter(|f| !excerpt.segments.iter().any(|s| s.byte == f.position.byte)) {
        say(out, before, Marks { from: 0, len: 1 }, finding)?;
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
fn say(out: &mut dyn Write, before: usize, marks: Marks, finding: &Finding) -> io::Result<()> {
    let Some(meta) = CATALOGUE.get(usize::from(finding.rule.0)).map(|rule| rule.meta()) else {
        return Ok(());
    };
    let (at, severity, code) = (named(finding.position.at), finding.severity, meta.code);
    let indent = before + marks.from;
    let marks = "^".repeat(marks.len);
    let Some(fault) = meta.faults.get(usize::from(finding.fault)) else {
        return writeln!(out, "{:indent$}{marks} {at}: {severity} {code}", "");
    };
    let (message, fix) = (fill(fault.text, &finding.args), fill(fault.fix, &finding.args));
    let waived = if finding.is_waived() { " (waived)" } else { "" };
    writeln!(out, "{:indent$}{marks} {at}: {severity} {code}{waived}: {message}", "")?;
    writeln!(out, "{:indent$}{:len$} fix: {fix}", "", "", len = marks.len())
}

/// An element by its place and, where it has one, its name.
fn named(at: ElementRef) -> String {
    match guide::element(at) {
        Some(name) => format!("{at} {name}"),
        None => at.to_string(),
    }
}

/// Where marks stand under a printed segment, in columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Marks {
    from: usize,
    len: usize,
}

impl Marks {
    /// Under an element; where it is not there, under the place where it would begin.
    fn under(bytes: &[u8], delimiters: &Delimiters, at: ElementRef) -> Marks {
        let range = span(bytes, delimiters, at);
        let columns = |bytes: &[u8]| {
            let mut text = String::new();
            safe::push_raw(&mut text, bytes);
            text.chars().count()
        };
        let from = columns(bytes.get(..range.start).unwrap_or_default());
        Marks { from, len: columns(bytes.get(range).unwrap_or_default()).max(1) }
    }
}

/// The bytes of an element or component; empty, where it would stand, if it is not there.
fn span(bytes: &[u8], delimiters: &Delimiters, at: ElementRef) -> Range<usize> {
    let element = part(bytes, 0..bytes.len(), delimiters.element, usize::from(at.element));
    match at.component {
        0 => element,
        n => part(bytes, element, delimiters.component, usize::from(n) - 1),
    }
}

/// The part of that number, counted from 0, of what a byte separates.
fn part(bytes: &[u8], within: Range<usize>, separator: u8, number: usize) -> Range<usize> {
    let inside = bytes.get(within.clone()).unwrap_or_default();
    let mut ends = inside.iter().enumerate().filter(|(_, b)| **b == separator).map(|(n, _)| within.start + n);
    let from = match number.checked_sub(1) {
        None => within.start,
        Some(before) => match ends.nth(before) {
            Some(end) => end + 1,
            None => return within.end..within.end,
        },
    };
    from..ends.next().unwrap_or(within.end)
}

/// The element, and the component where there are several, that a byte of a segment is in.
fn element_at(raw: &Raw, delimiters: &Delimiters, byte: usize) -> ElementRef {
    let before = raw.bytes.get(..byte).unwrap_or(&raw.bytes);
    let count = |bytes: &[u8], separator: u8| bytes.iter().filter(|b| **b == separator).count();
    let number = count(before, delimiters.element).min(usize::from(u8::MAX)) as u8;
    let whole = ElementRef::element(tag_of(raw, delimiters), number);
    let element = span(&raw.bytes, delimiters, whole);
    let all = raw.bytes.get(element.clone()).unwrap_or_default();
    if number == 0 || count(all, delimiters.component) == 0 {
        return whole;
    }
    let before = raw.bytes.get(element.start..byte.min(element.end)).unwrap_or_default();
    let component = (count(before, delimiters.component) + 1).min(usize::from(u8::MAX)) as u8;
    ElementRef::component(whole.tag, number, component)
}

/// The id of a segment.
fn tag_of(raw: &Raw, delimiters: &Delimiters) -> Tag {
    let end = raw.bytes.iter().position(|b| *b == delimiters.element).unwrap_or(raw.bytes.len());
    Tag::of(raw.bytes.get(..end).unwrap_or_default().trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::guide::Loop;

    #[test]
    fn marks_stand_under_the_element_or_where_it_would_be() {
        let sv1 = Tag::of(b"SV1");
        let segment = b"SV1*HC:97110:GP*52*\x01N**\xff";
        let raw = Raw { byte: 0, at: Loop::CLAIM, bytes: Box::from(&segment[..]) };
        for (element, component, want) in [
            (0, 0, (0, 3)),
            (1, 0, (4, 11)),
            (1, 1, (4, 2)),
            (1, 2, (7, 5)),
            (1, 3, (13, 2)),
            (1, 4, (15, 1)),
            (2, 0, (16, 2)),
            (2, 1, (16, 2)),
            // Escaped: \u{1}N, \x{ff}.
            (3, 0, (19, 6)),
            (4, 0, (26, 1)),
            (5, 0, (27, 6)),
            (9, 2, (33, 1)),
        ] {
            let at = ElementRef { tag: sv1, element, component };
            let Marks { from, len } = Marks::under(segment, &Delimiters::USUAL, at);
            assert_eq!((from, len), want, "{at}");
        }
        for (byte, want) in [
            (0, "SV1"),
            (3, "SV1"),
            (4, "SV101-1"),
            (7, "SV101-2"),
            (14, "SV101-3"),
            (16, "SV102"),
            (99, "SV105"),
        ] {
            assert_eq!(element_at(&raw, &Delimiters::USUAL, byte).to_string(), want, "{byte}");
        }
    }
}
