//! `claimlint scan`: read, check, report, and say by the exit code how it went.

use std::cell::RefCell;
use std::io::{self, BufWriter};
use std::path::Path;
use std::rc::Rc;
use std::sync::LazyLock;

use crate::error::{Error, Result, display_path};
use crate::report::aside::WaiverTotal;
use crate::report::manifest::{self, Manifest};
#[cfg(feature = "parquet")]
use crate::report::parquet;
use crate::report::tee::Reports;
use crate::report::{Report, Summary, csv, html, json, text, xlsx};
use crate::rules::CATALOGUE;
use crate::rules::rule::RuleMeta;
use crate::scan::commit::FileResult;
use crate::scan::group::store::Spill;
use crate::scan::results::Results;
use crate::scan::scan_told;

use super::args::Scan;
use super::config::{self, Config};
use super::emit::Known;
use super::formats::Format;
#[cfg(feature = "parquet")]
use super::lines;
use super::output::OutputSet;
use super::patient::Patient;
use super::place::Layout;
use super::reread::Reread;
use super::signals::Signal;
use super::{Host, Outcome, acks, emit, harden, interrupted, pipe, progress, state, summary};

pub(super) static RULES: LazyLock<Vec<&'static RuleMeta>> =
    LazyLock::new(|| CATALOGUE.iter().map(|r| r.meta()).collect());

/// Where rows go that are too many for memory, if they may go anywhere: nowhere but to a directory that somebody named.
fn spill(config: &Config, outputs: Option<&mut OutputSet>, host: &Host) -> Result<Option<Spill>> {
    if let Some(directory) = &config.spill_dir {
        // Better said now than after hours of reading.
        host.disk.nameless(directory).map_err(|e| Error::io("keep rows in", directory, e))?;
    }
    let directory = match (outputs, config.spill_dir.clone()) {
        (None, named) => named.or_else(|| config.state.as_ref().map(|(directory, _)| directory.clone())),
        (Some(outputs), named) => {
            named.into_iter().for_each(|directory| outputs.keep_aside(directory));
            Some(outputs.kept_in().to_owned())
        }
    };
    Ok(directory.map(|directory| Spill { disk: host.disk.clone(), directory, budget: config.memory }))
}

/// Runs `scan`.
pub(crate) fn run(args: &Scan, host: &Host) -> Result<Outcome> {
    let mut config = config::resolve(args, host)?;
    if let Some((directory, resume)) = &config.state {
        config.setup.ledger = Some(state::open(directory, *resume, &RULES, &config.settings_sha256, host)?);
    }
    // An output directory that cannot be written is known before hours of reading.
    let mut outputs =
        config.out.as_deref().map(|out| OutputSet::new(&host.disk, out, Layout::Reports)).transpose()?;
    config.setup.spill = spill(&config, outputs.as_mut(), host)?;
    config.setup.panics = host.panics;
    let bar = progress::Bar::new(&config);
    let told = |file: &FileResult| host.log.file_done(&config.names.name(&file.name), file);
    let inputs = &config.listing.inputs;
    let results = scan_told(&config.setup, inputs, &|done| bar.add(done), &told)?;
    bar.clear();
    if let (Some(error), Some((directory, _))) = (&results.unrecorded, &config.state) {
        host.log.error(&format!(
            "cannot write what was found to {}: {error}; this run is whole, the next one reads these inputs again",
            display_path(directory)
        ));
    }
    let before = summary::of_results(&config, &results);
    host.log.totals(&before);
    if let Some(signal) = host.signals.caught() {
        return Ok(stopped(signal, host, &config, &results));
    }
    // Problems are the text report's last part; without it they must not be lost.
    if config.formats.printed != Format::Text || host.log.is_json() {
        before.problems.iter().chain(&before.imbalances).for_each(|p| host.log.error(p));
    } else {
        // A report that is piped away may never be looked at, and this one is about the program.
        summary::failures(&config, &results).for_each(|failure| host.log.error(&failure));
    }
    let unread = Rc::new(RefCell::new(None));
    let acks = outputs.as_mut().map(|outputs| acks::Files::create(&config, outputs)).transpose()?;
    let written =
        with_acks(&config, &results, acks, || write(&config, &results, before, outputs.as_mut(), &unread));
    let written = written.and_then(|(summary, again)| {
        Ok((summary, again.and(read_again(&config, &results, outputs.as_mut())?)))
    });
    // Once files are being put in place a signal comes too late, and the run ends as it would have.
    if let Some(signal) = host.signals.caught() {
        return Ok(stopped(signal, host, &config, &results));
    }
    let (summary, again) = written?;
    host.log.totals(&summary);
    waiver_remarks(&summary, host);
    again.said.iter().for_each(|said| host.log.error(said));
    let unread = unread.take().filter(|error| error.kind() != io::ErrorKind::BrokenPipe);
    let mut outcome = outcome(&config, &results, &summary).max(again.outcome);
    if results.unrecorded.is_some() {
        outcome = outcome.max(Outcome::NotDone);
    }
    if let Some(outputs) = &mut outputs {
        let exits_with = if unread.is_some() { outcome.max(Outcome::NotDone) } else { outcome };
        let manifest = manifest(&config, &summary, exits_with, outputs)?;
        outputs.commit(&manifest)?;
        let directory = outputs.directory();
        host.log.written(directory);
        if let Err(error) = interrupted::remove(&*host.disk, directory) {
            host.log.warning(&format!("{error}; it is of an earlier run, remove it"));
        }
        if config.formats.printed == Format::Text {
            say_where(directory);
        }
    }
    match unread {
        Some(error) => Err(Error::io("write", "standard output", error)),
        // Who reads no further has seen enough; that is no failure.
        None => Ok(outcome),
    }
}

/// What a run that was stopped comes to. Its files go with the set they were to be part of.
pub(super) fn stopped(signal: Signal, host: &Host, config: &Config, results: &Results) -> Outcome {
    host.log.error(&interrupted::told(signal, config.listing.inputs.len(), results));
    if let Some(out) = &config.out
        && let Err(error) = interrupted::write(&*host.disk, out, config, results, signal)
    {
        host.log.error(&error.to_string());
    }
    results.imbalances.iter().for_each(|imbalance| host.log.error(imbalance));
    summary::failures(config, results).for_each(|failure| host.log.error(&failure));
    let is_ours = !results.imbalances.is_empty() || results.has_failed();
    if is_ours { Outcome::Internal } else { Outcome::Stopped(signal) }
}

/// Warns of waivers that are not in use as they should be.
pub(super) fn waiver_remarks(summary: &Summary, host: &Host) {
    let waivers = summary.waivers.iter().flat_map(|waivers| &waivers.list);
    waivers.filter_map(WaiverTotal::remark).for_each(|remark| host.log.warning(&remark));
}

/// Has the files of a set on the disk and returns the manifest that makes them one.
fn manifest(
    config: &Config,
    summary: &Summary,
    exits_with: Outcome,
    outputs: &mut OutputSet,
) -> Result<Vec<u8>> {
    let options = config.options.clone();
    let mut manifest = Manifest::new(&RULES, config.settings_sha256, options, summary, exits_with.code());
    manifest.outputs = outputs.seal()?;
    manifest.to_bytes().map_err(|e| Error::io("write", outputs.directory().join(manifest::NAME), e.into()))
}

/// A file that may be written by a thread of its own.
type Beside = Box<dyn Report + Send>;

/// The same where one thread has it to its end.
fn alone(file: Beside) -> Box<dyn Report> {
    file
}

/// Writes the files of `--out` and what goes to standard output.
fn write(
    config: &Config,
    results: &Results,
    before: Summary,
    mut outputs: Option<&mut OutputSet>,
    unread: &Rc<RefCell<Option<io::Error>>>,
) -> Result<Summary> {
    let mut reports = Reports::default();
    // The largest files are written beside the others, as far as there are processors for it.
    let mut beside: Vec<Vec<Beside>> = Vec::new();
    if let Some(outputs) = outputs.as_deref_mut() {
        let findings = csv::Findings::new(outputs.create("findings.csv")?, &RULES);
        let claims = csv::Claims::new(outputs.create("claims.csv")?, &RULES);
        let totals = json::Totals::new(outputs.create("summary.json")?, &RULES);
        let page = html::Html::new(outputs.create("report.html")?, &RULES);
        let lines = json::Lines::new(outputs.create("findings.jsonl")?, &RULES);
        let (tables, lines): (Vec<Beside>, Beside) =
            (vec![Box::new(findings), Box::new(claims)], Box::new(lines));
        match config.setup.threads {
            0 | 1 => reports.0.extend(tables.into_iter().chain([lines]).map(alone)),
            2 => beside.push(tables.into_iter().chain([lines]).collect()),
            _ => beside.extend([tables, vec![lines]]),
        }
        reports.push(totals);
        reports.push(page);
        if config.formats.has(Format::Xlsx) {
            let file = outputs.create("findings.xlsx")?;
            let book = xlsx::Xlsx::new(file, &RULES, outputs.kept_in(), harden::contained);
            reports.push(book.map_err(|e| outputs.failed(e))?);
        }
        #[cfg(feature = "parquet")]
        if config.formats.has(Format::Parquet) {
            let file = outputs.create("findings.parquet")?;
            reports.push(parquet::Findings::new(file, &RULES).map_err(|e| outputs.failed(e))?);
        }
    }
    standard_output(config, &mut reports, unread);
    let failed = |e| match (&outputs, &config.setup.spill) {
        (Some(outputs), _) => outputs.failed(e),
        (None, Some(spill)) => Error::io("keep what was found in", &spill.directory, e),
        (None, None) => Error::io("write", "the reports", e),
    };
    let known = Known::of(results).map_err(failed)?;
    let emit = |to: &mut dyn Report| emit::emit(config, results, &known, before.clone(), to);
    let (emitted, written) = std::thread::scope(|scope| {
        let write = |files: Vec<Beside>| {
            let mut reports = Reports(files.into_iter().map(alone).collect());
            emit(&mut reports).map(drop)
        };
        let beside: Vec<_> = beside.into_iter().map(|files| scope.spawn(move || write(files))).collect();
        let emitted = emit(&mut reports);
        let lost = || io::Error::other("a thread that writes findings came to grief");
        let written = beside.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(lost())));
        (emitted, written.fold(Ok(()), io::Result::and))
    });
    drop(reports);
    match (emitted, written) {
        (Ok(summary), Ok(())) => Ok(summary),
        (Err(e), _) | (_, Err(e)) => Err(failed(e)),
    }
}

/// Writes the files that tell of every claim, for which the inputs are read again.
#[cfg_attr(not(feature = "parquet"), expect(unused_variables, reason = "there are none in this build"))]
fn read_again(config: &Config, results: &Results, outputs: Option<&mut OutputSet>) -> Result<Reread> {
    #[cfg(feature = "parquet")]
    if let Some(outputs) = outputs.filter(|_| config.formats.has(Format::Parquet)) {
        return lines::write(config, results, outputs);
    }
    Ok(Reread::default())
}

/// Writes the reports, and the acknowledgements beside them if there are processors for both.
fn with_acks(
    config: &Config,
    results: &Results,
    files: Option<acks::Files>,
    write: impl FnOnce() -> Result<Summary>,
) -> Result<(Summary, Reread)> {
    let Some(files) = files.filter(acks::Files::is_any) else { return Ok((write()?, Reread::default())) };
    let acknowledge = move || acks::write(config, results, files);
    if config.setup.threads == 1 {
        return Ok((write()?, acknowledge()?));
    }
    std::thread::scope(|scope| {
        let beside = scope.spawn(acknowledge);
        let written = write();
        let lost = || Error::internal("the thread that writes acknowledgements came to grief");
        let acknowledged = beside.join().unwrap_or_else(|_| Err(lost()));
        Ok((written?, acknowledged?))
    })
}

fn standard_output(config: &Config, reports: &mut Reports<'_>, unread: &Rc<RefCell<Option<io::Error>>>) {
    let stdout = pipe::standard_output(&config.setup.stop);
    let out = Patient::new(BufWriter::with_capacity(64 * 1024, stdout), unread);
    match config.formats.printed {
        Format::Text => reports.push(text::Text::new(out, &RULES, config.style)),
        Format::Csv => reports.push(csv::Findings::new(out, &RULES)),
        Format::Json => reports.push(json::Lines::new(out, &RULES)),
        Format::Summary => reports.push(json::Totals::new(out, &RULES)),
        _ => {}
    }
}

fn say_where(directory: &Path) {
    use io::Write as _;
    // A pipe closed by now has had its report.
    let _ = writeln!(io::stdout(), "Written to {}.", display_path(directory));
}

pub(super) fn outcome(config: &Config, results: &Results, summary: &Summary) -> Outcome {
    if !summary.imbalances.is_empty() || results.has_failed() {
        return Outcome::Internal;
    }
    if !summary.problems.is_empty() {
        return Outcome::NotDone;
    }
    match config.fail_on {
        Some(level) if summary.findings[level as usize..].iter().any(|n| *n > 0) => Outcome::Findings,
        _ => Outcome::Done,
    }
}
