//! `claimlint split`: claims that are clean to one directory, claims that are held to another, both as valid X12.
//!
//! The inputs are checked as by `scan`, read once more for what each half will hold, and once more to write it. A file
//! that was not read whole, is not clearly nested or changed meanwhile is not split, and said; the others are.

pub(crate) mod args;
mod control;

use std::io::{self, BufWriter, Write as _};

use crate::error::{Error, Result, display_path};
use crate::finding::Severity;
use crate::halves::again::{self, Again};
use crate::halves::course::{Course, Ended};
use crate::halves::verdict::Verdicts;
use crate::halves::walk::{Stopped, walk};
use crate::halves::{Plan, Side, Totals};
use crate::report::halves::{self as index, Entry, Fate, Part};
use crate::report::manifest::{self, Manifest, Parts};
use crate::report::tee::Reports;
use crate::report::text::halves as page;
use crate::report::{Summary, csv};
use crate::scan::commit::{FileResult, Status};
use crate::scan::group::store::Spill;
use crate::scan::results::Results;
use crate::scan::scan_told;

use super::config::{self, Config};
use super::output::{OutFile, OutputSet};
use super::place::{Layout, half_name};
use super::scan::{RULES, outcome, stopped};
use super::{Host, Outcome, apart, emit, interrupted, progress, summary};
use args::Split;
use control::Control;

/// What is to become of a file.
enum Plans {
    /// It can be split so.
    Split(Plan),
    /// It is not split, and that is a fault or it is none.
    Not(String, Fault),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    Yes,
    No,
}

/// Runs `split`.
pub(crate) fn run(args: &Split, host: &Host) -> Result<Outcome> {
    if args.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Error::usage("standard input cannot be read again, so it cannot be split; give a file"));
    }
    let mut config = config::resolve(&args.as_scan(), host)?;
    let mut control = control(args, host)?;
    let mut outputs = OutputSet::new(&host.disk, &args.out, Layout::Halves)?;
    let directory = outputs.temporary().to_owned();
    config.setup.spill = Some(Spill { disk: host.disk.clone(), directory, budget: config.memory });
    let bar = progress::Bar::new(&config);
    let told = |file: &FileResult| host.log.file_done(&config.names.name(&file.name), file);
    let results = scan_told(&config.setup, &config.listing.inputs, &|done| bar.add(done), &told)?;
    bar.clear();
    let before = summary::of_results(&config, &results);
    if let Some(signal) = host.signals.caught() {
        return Ok(stopped(signal, host, &config, &results));
    }
    before.problems.iter().chain(&before.imbalances).for_each(|problem| host.log.error(problem));
    let split = halves(&config, &results, args.hold_if, control.as_mut(), &mut outputs, before);
    if let Some(signal) = host.signals.caught() {
        return Ok(stopped(signal, host, &config, &results));
    }
    let Halves { summary, entries, came_to } = split?;
    host.log.totals(&summary);
    for said in &came_to.said {
        host.log.error(said);
    }
    let outcome = outcome(&config, &summary).max(came_to.outcome);
    if outcome == Outcome::Internal {
        // Claims that do not add up are not sent anywhere.
        return Ok(outcome);
    }
    let mut options = config.options.clone();
    options.hold_if = Some(args.hold_if.as_str().to_owned());
    options.control_from = came_to.control_from;
    let digest = digest(&config, args.hold_if, came_to.control_from);
    let mut manifest = Manifest::new(&RULES, digest, options, &summary, outcome.code());
    manifest.outputs = outputs.seal()?;
    let name = outputs.directory().join(manifest::NAME);
    let manifest = manifest.to_bytes().map_err(|e| Error::io("write", name, e.into()))?;
    if let Some(control) = &control {
        control.keep(&*host.disk)?;
    }
    outputs.commit(&manifest)?;
    host.log.written(&args.out);
    if let Err(error) = interrupted::remove(&*host.disk, &args.out) {
        host.log.warning(&format!("{error}; it is of an earlier run, remove it"));
    }
    if args.quiet {
        return Ok(outcome);
    }
    let directory = display_path(&args.out);
    let about = page::About {
        level: args.hold_if.as_str(),
        directory: &directory,
        keeps_controls: control.is_none(),
    };
    let text = page::halves(&entries, about, config.style);
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Who reads no further has seen enough; what was split stands.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Error::io("write", "standard output", e)),
        _ => Ok(outcome),
    }
}

/// Where new control numbers come from, if they are asked for.
fn control(args: &Split, host: &Host) -> Result<Option<Control>> {
    let Some(path) = &args.control_file else { return Ok(args.control_from.map(Control::from)) };
    apart::refuse(&args.out, [path.as_path()], &display_path)?;
    Control::of_file(&*host.disk, path).map(Some)
}

/// All that changes the bytes of a split beside its inputs, as one number.
fn digest(config: &Config, level: Severity, control_from: Option<u64>) -> [u8; 32] {
    let mut parts = Parts::default();
    parts.add(&config.settings_sha256);
    parts.add(b"split");
    parts.add(level.as_str().as_bytes());
    parts.add(&control_from.unwrap_or(0).to_le_bytes());
    parts.digest()
}

/// What was written.
struct Halves {
    summary: Summary,
    entries: Vec<Entry>,
    came_to: CameTo,
}

/// How it went beside what the summary says.
struct CameTo {
    outcome: Outcome,
    /// What was not done, or went wrong inside.
    said: Vec<String>,
    control_from: Option<u64>,
}

/// Writes the halves of all files, the findings and the index.
fn halves(
    config: &Config,
    results: &Results,
    level: Severity,
    mut control: Option<&mut Control>,
    outputs: &mut OutputSet,
    before: Summary,
) -> Result<Halves> {
    let summary = findings(config, results, outputs, before)?;
    let verdicts = Verdicts::of(results, level);
    let mut plans = plan(config, results, &verdicts)?;
    let mut came_to = CameTo {
        outcome: Outcome::Done,
        said: Vec::new(),
        control_from: control.as_ref().map(|c| c.first()),
    };
    for (n, plan) in plans.iter().enumerate() {
        let (Plans::Split(plan), file) = (plan, &results.files[n]) else { continue };
        if plan.claims() != file.claims || plan.found != verdicts[n].found() {
            let name = config.names.name(&file.name);
            came_to.said.push(format!(
                "{name}: {} of {} claims stand in the halves, {} of {} that are held were met",
                plan.claims(),
                file.claims,
                plan.found,
                verdicts[n].found()
            ));
            came_to.outcome = Outcome::Internal;
        }
    }
    let starts = starts(&plans, control.as_deref_mut())?;
    write(config, results, &verdicts, &mut plans, &starts, outputs)?;
    let mut entries = Vec::new();
    for (n, (plan, file)) in
        plans.into_iter().zip(&results.files).enumerate().filter(|(_, (_, f))| !f.earlier)
    {
        let name = config.names.name(&file.name).into_owned();
        let fate = match plan {
            Plans::Split(plan) => split(n, &plan),
            Plans::Not(why, fault) => {
                if fault == Fault::Yes {
                    came_to.outcome = came_to.outcome.max(Outcome::NotDone);
                    came_to.said.push(format!("{name}: not split: {why}"));
                }
                Fate::NotSplit(why)
            }
        };
        entries.push(Entry { file: name, fate });
    }
    let file = outputs.create("index.csv")?;
    let name = outputs.directory().join("index.csv");
    index::index(file, &entries).map_err(|e| Error::io("write", name, e))?;
    Ok(Halves { summary, entries, came_to })
}

/// Writes findings.csv, and returns what was found in sum.
fn findings(config: &Config, results: &Results, outputs: &mut OutputSet, before: Summary) -> Result<Summary> {
    let mut reports = Reports::default();
    reports.push(csv::Findings::new(outputs.create("findings.csv")?, &RULES));
    let emitted = emit::emit(config, results, before, &mut reports);
    drop(reports);
    let summary = emitted.map_err(|e| Error::io("write", outputs.directory().join("findings.csv"), e))?;
    outputs.close()?;
    Ok(summary)
}

/// The first reading: what each half of each file will hold, or why a file is not split.
fn plan(config: &Config, results: &Results, verdicts: &[Verdicts]) -> Result<Vec<Plans>> {
    let mut plans: Vec<Plans> = results.files.iter().map(|file| at_first(config, file)).collect();
    let wanted: Vec<bool> = results.files.iter().map(is_to_be_split).collect();
    again::each(
        &config.setup,
        &config.listing.inputs,
        &results.files,
        |n, file, mut again| {
            let (mut clean, mut held) = (io::sink(), io::sink());
            let mut course = Course::new(&verdicts[n], None, [&mut clean, &mut held], None);
            plans[n] = match walk(&mut again, &config.setup, &mut course) {
                Ok(()) if again.was(file) => Plans::Split(course.into_plan()),
                Ok(()) => Plans::Not(CHANGED.to_owned(), Fault::Yes),
                Err(stopped) => Plans::Not(why(stopped, config)?, Fault::Yes),
            };
            Ok(())
        },
        |n| wanted[n],
    )
    .map_err(|e| Error::io("read", "the inputs again", e))?;
    Ok(plans)
}

/// What is said of a file that is not what it was when it was checked.
const CHANGED: &str = "it changed after it was checked; split it when nobody writes to it";

/// Whether a file was read whole and holds claims.
fn is_to_be_split(file: &FileResult) -> bool {
    file.status == Status::Whole && file.in_scope > 0 && !file.earlier
}

/// What is known of a file before it is read again.
fn at_first(config: &Config, file: &FileResult) -> Plans {
    let told = |message: &str| config.names.message(message);
    match (&file.status, &file.remark) {
        (Status::Partial(why), _) => {
            Plans::Not(format!("it was not read whole: {}", told(&why.message)), Fault::Yes)
        }
        (Status::Unreadable(why), _) => Plans::Not(told(&why.message), Fault::Yes),
        (Status::Whole, Some(why)) => Plans::Not(told(&why.message), Fault::Yes),
        (Status::Whole, None) if file.in_scope == 0 => {
            Plans::Not("it holds no 837P or 837I".to_owned(), Fault::No)
        }
        // Unless it is read again.
        (Status::Whole, None) => Plans::Not(CHANGED.to_owned(), Fault::Yes),
    }
}

/// Why a file is not split; an error if the run is to stop.
fn why(stopped: Stopped, config: &Config) -> io::Result<String> {
    match stopped {
        Stopped::Ended(Ended::Refused(refusal)) => Ok(refusal.to_string()),
        Stopped::Ended(Ended::Unwritten(_, error)) => Err(error),
        Stopped::Unread(trouble) => Ok(config.names.message(&trouble.message)),
        Stopped::Told => Err(io::Error::other("the run was interrupted")),
    }
}

/// The first new ISA13 of the halves of each file: clean before held, file by file.
fn starts(plans: &[Plans], control: Option<&mut Control>) -> Result<Option<Vec<[u64; 2]>>> {
    let Some(control) = control else { return Ok(None) };
    let of = |plan: &Plans| match plan {
        Plans::Split(plan) => plan.totals.map(|t| t.interchanges),
        Plans::Not(..) => [0; 2],
    };
    let counts = plans.iter().map(of);
    counts
        .map(|[clean, held]| Ok([control.take(clean)?, control.take(held)?]))
        .collect::<Result<_>>()
        .map(Some)
}

/// The second reading: writes the halves. What is not as it was planned is taken back.
fn write(
    config: &Config,
    results: &Results,
    verdicts: &[Verdicts],
    plans: &mut [Plans],
    starts: &Option<Vec<[u64; 2]>>,
    outputs: &mut OutputSet,
) -> Result<()> {
    let wanted: Vec<bool> = plans.iter().map(|plan| matches!(plan, Plans::Split(_))).collect();
    let mut written = vec![false; plans.len()];
    again::each(
        &config.setup,
        &config.listing.inputs,
        &results.files,
        |n, file, again| {
            let Plans::Split(plan) = &plans[n] else { return Ok(()) };
            let next = starts.as_ref().map(|starts| starts[n]);
            let done = write_one(config, (n, file, again), (&verdicts[n], plan), next, outputs)?;
            plans[n] = done.map_or_else(|why| Plans::Not(why, Fault::Yes), Plans::Split);
            written[n] = true;
            Ok(())
        },
        |n| wanted[n],
    )?;
    for (plan, _) in
        plans.iter_mut().zip(&written).filter(|(plan, done)| !**done && matches!(plan, Plans::Split(_)))
    {
        *plan = Plans::Not(CHANGED.to_owned(), Fault::Yes);
    }
    Ok(())
}

/// Writes the halves of a file, and returns what stands in them; or takes them back and says why.
fn write_one(
    config: &Config,
    (n, file, mut again): (usize, &FileResult, Again),
    (verdicts, plan): (&Verdicts, &Plan),
    next: Option<[u64; 2]>,
    outputs: &mut OutputSet,
) -> Result<std::result::Result<Plan, String>> {
    let mut outs: [Option<BufWriter<OutFile>>; 2] = [None, None];
    for side in Side::ALL {
        if let Some(name) = output(n, side, &plan.totals[side.index()]) {
            outs[side.index()] = Some(outputs.create(&name)?);
        }
    }
    let mut nothing = [io::sink(), io::sink()];
    let walked = {
        let [clean, held] = &mut outs;
        let [no_clean, no_held] = &mut nothing;
        let outs: [&mut dyn io::Write; 2] = [
            clean.as_mut().map_or(no_clean, |out| out as &mut dyn io::Write),
            held.as_mut().map_or(no_held, |out| out as &mut dyn io::Write),
        ];
        let mut course = Course::new(verdicts, Some(plan), outs, next);
        walk(&mut again, &config.setup, &mut course).map(|()| course.into_plan())
    };
    let unwritten = |side: Side, e| {
        let name = output(n, side, &plan.totals[side.index()]).unwrap_or_default();
        Error::io("write", config.out.as_deref().unwrap_or(std::path::Path::new("")).join(name), e)
    };
    let why = match walked {
        Ok(done) if again.was(file) && is_as_planned(&done, plan) => {
            for (side, out) in Side::ALL.into_iter().zip(&mut outs) {
                if let Some(out) = out {
                    out.flush().map_err(|e| unwritten(side, e))?;
                }
            }
            drop(outs);
            outputs.close()?;
            return Ok(Ok(done));
        }
        Ok(_) => CHANGED.to_owned(),
        Err(Stopped::Ended(Ended::Unwritten(side, e))) => return Err(unwritten(side, e)),
        Err(stopped) => why(stopped, config).map_err(|e| Error::io("read", "the inputs again", e))?,
    };
    for (side, out) in Side::ALL.into_iter().zip(outs) {
        if let Some(out) = out {
            // What is still in the buffer is not wanted.
            drop(out.into_parts());
            outputs.discard(&output(n, side, &plan.totals[side.index()]).unwrap_or_default())?;
        }
    }
    Ok(Err(why))
}

fn is_as_planned(done: &Plan, plan: &Plan) -> bool {
    done.totals.iter().zip(&plan.totals).all(|(a, b)| a.counts_as(b))
}

/// The name of a half's file, made of the place of its input in the list; none if it holds nothing.
fn output(n: usize, side: Side, totals: &Totals) -> Option<String> {
    (totals.interchanges > 0).then(|| format!("{}/{}", side.as_str(), half_name(n + 1)))
}

/// A file that was split, as it is told.
fn split(n: usize, plan: &Plan) -> Fate {
    let part = |side: Side| {
        let totals = &plan.totals[side.index()];
        Part {
            output: output(n, side, totals),
            interchanges: totals.interchanges,
            groups: totals.groups,
            transactions: totals.transactions,
            claims: totals.claims,
            charge: totals.charge,
            isa13: totals.isa13.map(|(first, last)| [first, last].map(|c| c.as_bytes().to_vec())),
        }
    };
    Fate::Split { parts: Side::ALL.map(part), left_out: plan.left_out, unread_sets: plan.unread_sets }
}
