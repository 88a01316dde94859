//! `claimlint split`: claims that are clean to one directory, claims that are held to another, both as valid X12.
//!
//! The inputs are checked as by `scan`, read once more for what each half will hold, and once more to write it. Clean
//! halves are then checked by themselves (`recheck`). A file
//! that was not read whole, is not clearly nested or changed meanwhile is not split, and said; the others are.

pub(crate) mod args;
mod control;
mod recheck;

use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use crate::error::{Error, Result, display_path};
use crate::finding::Severity;
use crate::halves::course::{Course, Ended};
use crate::halves::verdict::Verdicts;
use crate::halves::walk::{Stopped, walk};
use crate::halves::{Plan, Side, Totals};
use crate::report::halves::{self as index, Entry, Fate, Part};
use crate::report::manifest::{self, Manifest, Parts};
use crate::report::text::halves as page;
use crate::report::{Report as _, Summary, csv};
use crate::scan::again::{self, Again};
use crate::scan::commit::{FileResult, Status};
use crate::scan::group::store::Spill;
use crate::scan::results::Results;
use crate::scan::scan_told;

use super::config::{self, Config};
use super::output::{OutFile, OutputSet};
use super::place::{Layout, half_name};
use super::reread::unread;
use super::scan::{RULES, outcome, stopped, waiver_remarks};
use super::{Host, Outcome, apart, emit, interrupted, progress, summary};
use args::Split;
use control::Control;

/// What is to become of a file.
#[expect(clippy::large_enum_variant, reason = "one value a file")]
enum Plans {
    /// It can be split so.
    Split(Plan),
    /// It is not split, for a reason.
    Not(String, Fault),
}

/// Whether it is a fault that a file is not split.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It is.
    Yes,
    /// It is, and is told as a problem of the scan.
    Told,
    /// It is none.
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
    config.setup.panics = host.panics;
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
    summary::failures(&config, &results).for_each(|failure| host.log.error(&failure));
    let split = halves(&config, &results, args.hold_if, control.as_mut(), &mut outputs, before);
    if let Some(signal) = host.signals.caught() {
        return Ok(stopped(signal, host, &config, &results));
    }
    let Halves { summary, entries, came_to } = split?;
    host.log.totals(&summary);
    waiver_remarks(&summary, host);
    for said in &came_to.said {
        host.log.error(said);
    }
    let outcome = outcome(&config, &results, &summary).max(came_to.outcome);
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
        joined: came_to.joined,
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
    /// Claims that are held for what was found once others were.
    joined: u64,
    control_from: Option<u64>,
}

/// What is worked on.
struct Job<'j> {
    config: &'j Config,
    results: &'j Results,
    outputs: &'j mut OutputSet,
    /// Which claims of each file are held, and what becomes of each.
    verdicts: Vec<Verdicts>,
    plans: Vec<Plans>,
}

/// Writes the halves of all files, the findings and the index.
fn halves(
    config: &Config,
    results: &Results,
    level: Severity,
    control: Option<&mut Control>,
    outputs: &mut OutputSet,
    before: Summary,
) -> Result<Halves> {
    let mut report = csv::Findings::new(outputs.create("findings.csv")?, &RULES);
    let known = emit::Known::of(results).map_err(|e| outputs.failed(e))?;
    let emitted = emit::emit(config, results, &known, before, &mut report);
    let summary = emitted.map_err(|e| outputs.failed(e))?;
    let plans = results.files.iter().map(|file| at_first(config, file)).collect();
    let verdicts = Verdicts::of(results, level).map_err(|e| outputs.failed(e))?;
    let mut job = Job { config, results, outputs, verdicts, plans };
    let wanted: Vec<bool> = results.files.iter().map(is_to_be_split).collect();
    plan_again(&mut job, &wanted)?;
    let rechecked = recheck::recheck(&mut job, level, &mut report)?;
    report.finish(&summary).map_err(|e| job.outputs.failed(e))?;
    drop(report);
    let mut came_to = CameTo {
        outcome: if rechecked.undone.is_empty() { Outcome::Done } else { Outcome::NotDone },
        said: rechecked.undone,
        joined: rechecked.joined,
        control_from: control.as_ref().map(|c| c.first()),
    };
    came_to.contradict(rechecked.contradictions);
    came_to.contradict(contradictions(&job));
    if came_to.outcome < Outcome::Internal {
        let split: Vec<bool> = job.plans.iter().map(|plan| matches!(plan, Plans::Split(_))).collect();
        match starts(&job.plans, control)? {
            // Clean halves stand as they were checked.
            None => write(&mut job, &split, &[Side::Held], None)?,
            Some(starts) => {
                (0..split.len()).try_for_each(|n| recheck::discard_clean(&mut job, n))?;
                write(&mut job, &split, &Side::ALL, Some(&starts))?;
            }
        }
    }
    let mut entries = Vec::new();
    for (n, file) in results.files.iter().enumerate().filter(|(_, file)| !file.earlier) {
        let name = config.names.name(&file.name).into_owned();
        let fate = match &job.plans[n] {
            Plans::Split(plan) => split(n, plan),
            Plans::Not(why, fault) => {
                if *fault == Fault::Yes {
                    came_to.outcome = came_to.outcome.max(Outcome::NotDone);
                    came_to.said.push(format!("{name}: not split: {why}"));
                }
                Fate::NotSplit(why.clone())
            }
        };
        entries.push(Entry { file: name, fate });
    }
    let file = job.outputs.create("index.csv")?;
    let name = job.outputs.directory().join("index.csv");
    index::index(file, &entries).map_err(|e| Error::io("write", name, e))?;
    Ok(Halves { summary, entries, came_to })
}

impl CameTo {
    fn contradict(&mut self, said: Vec<String>) {
        if !said.is_empty() {
            self.outcome = Outcome::Internal;
        }
        self.said.extend(said);
    }
}

/// Files of which not each claim stands in a half.
fn contradictions(job: &Job<'_>) -> Vec<String> {
    let files = job.results.files.iter().zip(&job.plans).zip(&job.verdicts);
    let said = files.filter_map(|((file, plan), verdicts)| {
        let Plans::Split(plan) = plan else { return None };
        let (stand, met, held) = (plan.claims(), plan.found, verdicts.found());
        let name = job.config.names.name(&file.name);
        (stand != file.claims || met != held).then(|| {
            format!(
                "{name}: {stand} of {} claims stand in the halves, {met} of {held} held ones were met",
                file.claims
            )
        })
    });
    said.collect()
}

/// The first reading: what each half of a file will hold, or why it is not split.
fn plan_again(job: &mut Job<'_>, wanted: &[bool]) -> Result<()> {
    let Job { config, results, verdicts, plans, .. } = job;
    let read = again::each(
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
    );
    read.map_err(|e: io::Error| Error::io("read", "the inputs again", e))
}

/// What is said of a file that is not what it was when it was checked.
const CHANGED: &str = "it changed after it was checked; split it when nobody writes to it";

/// Whether a file was read whole and holds claims.
fn is_to_be_split(file: &FileResult) -> bool {
    file.status == Status::Whole && file.in_scope > 0 && !file.earlier
}

/// What is known of a file before it is read again.
fn at_first(config: &Config, file: &FileResult) -> Plans {
    let remark = || file.remark.as_ref().map(|why| config.names.message(&why.message));
    match unread(config, file).or_else(remark) {
        Some(why) => Plans::Not(why, Fault::Told),
        None if file.in_scope == 0 => Plans::Not("it holds no 837P or 837I".to_owned(), Fault::No),
        // Unless it is read again.
        None => Plans::Not(CHANGED.to_owned(), Fault::Yes),
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

/// The second reading: writes some halves of some files. What is not as it was planned is taken back.
fn write(job: &mut Job<'_>, wanted: &[bool], sides: &[Side], starts: Option<&[[u64; 2]]>) -> Result<()> {
    let Job { config, results, outputs, verdicts, plans } = job;
    let mut written = vec![false; plans.len()];
    again::each(
        &config.setup,
        &config.listing.inputs,
        &results.files,
        |n, file, again| {
            let Plans::Split(plan) = &plans[n] else { return Ok(()) };
            let next = starts.map(|starts| starts[n]);
            let done = write_one(config, (n, file, again), (&verdicts[n], plan), (sides, next), outputs)?;
            written[n] = done.is_ok();
            if let Ok(done) = done {
                plans[n] = Plans::Split(done);
            } else if let Err(why) = done {
                take_back(n, &mut plans[n], why, outputs)?;
            }
            Ok(())
        },
        |n| wanted[n],
    )?;
    for n in (0..plans.len()).filter(|n| wanted[*n] && !written[*n]) {
        take_back(n, &mut plans[n], CHANGED.to_owned(), outputs)?;
    }
    Ok(())
}

/// A file is not split after all: what was written of it goes.
fn take_back(n: usize, plan: &mut Plans, why: String, outputs: &mut OutputSet) -> Result<()> {
    let Plans::Split(planned) = plan else { return Ok(()) };
    let names = Side::ALL.map(|side| output(n, side, &planned.totals[side.index()]));
    *plan = Plans::Not(why, Fault::Yes);
    names.iter().flatten().try_for_each(|name| outputs.discard(name))
}

/// Writes halves of a file, and returns what stands in both; or says why not.
fn write_one(
    config: &Config,
    (n, file, mut again): (usize, &FileResult, Again),
    (verdicts, plan): (&Verdicts, &Plan),
    (sides, next): (&[Side], Option<[u64; 2]>),
    outputs: &mut OutputSet,
) -> Result<std::result::Result<Plan, String>> {
    let name = |side: Side| output(n, side, &plan.totals[side.index()]);
    let mut outs: [Option<BufWriter<OutFile>>; 2] = [None, None];
    for side in sides {
        if let Some(name) = name(*side) {
            outs[side.index()] = Some(outputs.create(&name)?);
        }
    }
    let [mut no_clean, mut no_held] = [io::sink(), io::sink()];
    let walked = {
        let [clean, held] = &mut outs;
        let outs: [&mut dyn io::Write; 2] = [
            clean.as_mut().map_or(&mut no_clean, |out| out as &mut dyn io::Write),
            held.as_mut().map_or(&mut no_held, |out| out as &mut dyn io::Write),
        ];
        let mut course = Course::new(verdicts, Some(plan), outs, next);
        walk(&mut again, &config.setup, &mut course).map(|()| course.into_plan())
    };
    let unwritten = |side: Side, e| {
        let out = config.out.as_deref().unwrap_or(Path::new(""));
        Error::io("write", out.join(name(side).unwrap_or_default()), e)
    };
    let why = match walked {
        Ok(done) if again.was(file) && is_as_planned(&done, plan) => {
            for (side, out) in Side::ALL.into_iter().zip(&mut outs) {
                out.as_mut().map_or(Ok(()), io::Write::flush).map_err(|e| unwritten(side, e))?;
            }
            drop(outs);
            sides.iter().filter_map(|side| name(*side)).try_for_each(|name| outputs.close(&name))?;
            return Ok(Ok(done));
        }
        Ok(_) => CHANGED.to_owned(),
        Err(Stopped::Ended(Ended::Unwritten(side, e))) => return Err(unwritten(side, e)),
        Err(stopped) => why(stopped, config).map_err(|e| Error::io("read", "the inputs again", e))?,
    };
    for out in outs.into_iter().flatten() {
        // What is still in the buffer is not wanted.
        drop(out.into_parts());
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
