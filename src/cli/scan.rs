//! `claimlint scan`: read, check, report, and say by the exit code how it went.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::LazyLock;

use crate::error::{Error, Result};
use crate::report::tee::Reports;
use crate::report::{Summary, csv, json, text};
use crate::rules::CATALOGUE;
use crate::rules::rule::RuleMeta;
use crate::scan::results::Results;
use crate::scan::scan;

use super::args::{Format, Scan};
use super::config::{self, Config};
use super::output::{Named, OutputSet, Patient};
use super::{Outcome, complain, emit, progress, summary};

static RULES: LazyLock<Vec<&'static RuleMeta>> =
    LazyLock::new(|| CATALOGUE.iter().map(|r| r.meta()).collect());

/// Runs `scan`.
pub(crate) fn run(args: &Scan) -> Result<Outcome> {
    let config = config::resolve(args)?;
    // An output directory that cannot be written is known before hours of reading.
    let mut outputs = config.out.as_deref().map(OutputSet::new).transpose()?;
    let bar = progress::Bar::new(&config);
    let results = scan(&config.setup, &config.listing.inputs, &|done| bar.add(done))?;
    bar.clear();
    let before = summary::of_results(&config, &results);
    // Problems are the text report's last part; without it they must not be lost.
    if config.format != Format::Text {
        before.problems.iter().chain(&before.imbalances).for_each(|p| complain(p));
    }
    let failed = Rc::new(RefCell::new(None));
    let mut reports = Reports::default();
    let mut lines = None;
    if let Some(outputs) = &mut outputs {
        files(outputs, &mut reports, &failed)?;
        lines = Some((outputs.directory().join(LINES), outputs.create(LINES)?));
    }
    let unread = Rc::new(RefCell::new(None));
    standard_output(&config, &mut reports, &unread);
    let write_lines =
        || lines.map_or(Ok(()), |(path, file)| findings_lines(&config, &results, &before, &path, file));
    let mut write_others = || emit::emit(&config, &results, before.clone(), &mut reports);
    let (emitted, written) = if config.setup.threads > 1 {
        // The largest file is written beside the others.
        std::thread::scope(|scope| {
            let beside = scope.spawn(write_lines);
            let emitted = write_others();
            let lost = || Err(Error::internal("the thread that writes findings.jsonl came to grief"));
            (emitted, beside.join().unwrap_or_else(|_| lost()))
        })
    } else {
        (write_others(), write_lines())
    };
    drop(reports);
    let summary = emitted.map_err(|e| match failed.borrow_mut().take() {
        Some(path) => Error::io("write", path, e),
        None => Error::io("write", "the reports", e),
    })?;
    written?;
    if let Some(outputs) = outputs {
        let directory = outputs.directory().to_owned();
        outputs.commit()?;
        if config.format == Format::Text {
            say_where(&directory);
        }
    }
    match unread.take() {
        // Who reads no further has seen enough; that is no failure.
        Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io("write", "standard output", error))
        }
        _ => Ok(outcome(&config, &summary)),
    }
}

/// The file of `--out` that is written by itself.
const LINES: &str = "findings.jsonl";

/// Writes findings.jsonl.
fn findings_lines(
    config: &Config,
    results: &Results,
    before: &Summary,
    path: &Path,
    file: BufWriter<File>,
) -> Result<()> {
    let mut report = json::Lines::new(file, &RULES);
    let emitted = emit::emit(config, results, before.clone(), &mut report);
    emitted.map(drop).map_err(|e| Error::io("write", path, e))
}

/// The other files of `--out`.
fn files(
    outputs: &mut OutputSet,
    reports: &mut Reports<'_>,
    failed: &Rc<RefCell<Option<PathBuf>>>,
) -> Result<()> {
    let mut open = |name: &str| {
        let path = outputs.directory().join(name);
        Ok(Named::new(outputs.create(name)?, &path, failed))
    };
    reports.push(csv::Findings::new(open("findings.csv")?, &RULES));
    reports.push(csv::Claims::new(open("claims.csv")?, &RULES));
    reports.push(json::Totals::new(open("summary.json")?, &RULES));
    Ok(())
}

fn standard_output(config: &Config, reports: &mut Reports<'_>, unread: &Rc<RefCell<Option<io::Error>>>) {
    let out = Patient::new(BufWriter::with_capacity(64 * 1024, io::stdout()), unread);
    match config.format {
        Format::Text => reports.push(text::Text::new(out, &RULES, config.style)),
        Format::Csv => reports.push(csv::Findings::new(out, &RULES)),
        Format::Json => reports.push(json::Lines::new(out, &RULES)),
        Format::Summary => reports.push(json::Totals::new(out, &RULES)),
        Format::None => {}
    }
}

fn say_where(directory: &Path) {
    use io::Write as _;
    // A pipe closed by now has had its report.
    let _ = writeln!(io::stdout(), "Written to {}.", crate::error::display_path(directory));
}

fn outcome(config: &Config, summary: &Summary) -> Outcome {
    if !summary.imbalances.is_empty() {
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
