//! Clean halves checked by themselves, until nothing is found in them.
//!
//! Some findings speak of several claims: an add-on code needs its base, a replacement takes the place of what it names,
//! a provider has a pattern. Once claims are held, others may be left without what they needed. So the clean halves are
//! scanned as they would be sent, and what is found then is held as well.

use std::io;

use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::halves::course::Course;
use crate::halves::verdict::Verdicts;
use crate::halves::walk::walk;
use crate::halves::{Plan, Side};
use crate::report::Report;
use crate::scan::again;
use crate::scan::commit::Status;
use crate::scan::results::{Item, Results};
use crate::scan::scan;
use crate::source::input::Input;
use crate::x12::fault::FaultCode;

use super::emit::{Desk, Known};
use super::{Job, Plans, output, plan_again, why, write};

/// Rounds after which it is given up: each holds more claims, so there is an end, but nobody waits for it.
const ROUNDS: usize = 16;

/// How it ended.
#[derive(Debug, Default)]
pub(super) struct Rechecked {
    /// Claims that are held for what was found once others were.
    pub(super) joined: u64,
    /// What must not be: the halves are not what they should be.
    pub(super) contradictions: Vec<String>,
    /// What was not done.
    pub(super) undone: Vec<String>,
}

/// A claim of a clean half that something is found in.
struct Joins {
    /// Offset in the half, and in the file it came from.
    byte: u64,
    from: Option<u64>,
}

/// Holds claims until nothing of a level or worse is found in the clean halves, which stand in the set then. What was
/// found goes to `report`, with the places it has in the inputs.
pub(super) fn recheck(job: &mut Job<'_>, level: Severity, report: &mut dyn Report) -> Result<Rechecked> {
    let mut rechecked = Rechecked::default();
    let mut stale: Vec<bool> = job.plans.iter().map(|plan| matches!(plan, Plans::Split(_))).collect();
    for _ in 0..ROUNDS {
        write(job, &stale, &[Side::Clean], None)?;
        let halves = clean_halves(job);
        let is_held = |plan: &Plans| matches!(plan, Plans::Split(plan) if plan.totals[1].claims > 0);
        if halves.is_empty() || !job.plans.iter().any(is_held) {
            return Ok(rechecked);
        }
        let inputs: Vec<Input> = halves.iter().map(|(_, path)| path.clone()).collect();
        let results = scan(&job.config.setup, &inputs, &|_| {})?;
        job.config.setup.stop.check().map_err(|e| Error::io("read", job.outputs.temporary(), e))?;
        let numbers: Vec<usize> = halves.iter().map(|(n, _)| *n).collect();
        contradictions(job, &results, &numbers, &mut rechecked)?;
        if !rechecked.contradictions.is_empty() {
            return Ok(rechecked);
        }
        let mut joins: Vec<Vec<Joins>> = numbers.iter().map(|_| Vec::new()).collect();
        let mut around = vec![false; numbers.len()];
        each(&results, level, |at, item, _| {
            match item.claim {
                Some((row, _)) => joins[at].push(Joins { byte: row.byte, from: None }),
                None => around[at] = true,
            }
            Ok(())
        })
        .map_err(|e| job.outputs.failed(e))?;
        for (n, _) in numbers.iter().zip(&around).filter(|(_, around)| **around) {
            let name = job.config.names.name(&job.results.files[*n].name);
            let message =
                format!("{name}: its clean half has findings of {level} or worse outside claims; scan it");
            if !rechecked.undone.contains(&message) {
                rechecked.undone.push(message);
            }
        }
        if joins.iter().all(Vec::is_empty) {
            return Ok(rechecked);
        }
        trace(job, &numbers, &mut joins)?;
        let known = Known::of(&results).map_err(|e| job.outputs.failed(e))?;
        let mut desk = Desk::new(job.config, &known);
        each(&results, level, |at, item, findings| {
            let Some((row, _)) = item.claim else { return Ok(()) };
            let join = joins[at].binary_search_by_key(&row.byte, |join| join.byte).ok();
            let Some(from) = join.and_then(|n| joins[at][n].from) else { return Ok(()) };
            let mut moved = findings.to_vec();
            for finding in &mut moved {
                // The bytes of a claim are the same in the half; numbers of segments are not.
                finding.position.byte = from + finding.position.byte.saturating_sub(row.byte);
                finding.position.segment = 0;
            }
            desk.claim_as_of(item, &job.results.files[numbers[at]].name, &moved, report)
        })
        .map_err(|e| job.outputs.failed(e))?;
        stale.fill(false);
        for (n, joins) in numbers.iter().zip(joins).filter(|(_, joins)| !joins.is_empty()) {
            rechecked.joined += joins.len() as u64;
            job.verdicts[*n].hold(joins.iter().filter_map(|join| join.from));
            stale[*n] = true;
            // The clean half may be gone altogether.
            discard_clean(job, *n)?;
        }
        plan_again(job, &stale)?;
    }
    rechecked.undone.push(format!(
        "the clean halves still have findings of {level} or worse once others are held; split them again"
    ));
    write(job, &stale, &[Side::Clean], None)?;
    Ok(rechecked)
}

/// The clean halves as inputs of a run, each with the number of its file.
fn clean_halves(job: &Job<'_>) -> Vec<(usize, Input)> {
    let halves = job.plans.iter().enumerate().filter_map(|(n, plan)| {
        let Plans::Split(plan) = plan else { return None };
        let name = output(n, Side::Clean, &plan.totals[Side::Clean.index()])?;
        Some((n, Input::Path(job.outputs.temporary().join(name))))
    });
    halves.collect()
}

/// Removes the clean half of a file from the set, if it has one.
pub(super) fn discard_clean(job: &mut Job<'_>, n: usize) -> Result<()> {
    let Plans::Split(plan) = &job.plans[n] else { return Ok(()) };
    match output(n, Side::Clean, &plan.totals[Side::Clean.index()]) {
        Some(name) => job.outputs.discard(&name),
        None => Ok(()),
    }
}

/// Notes halves that the engine does not read as what was written. One that cannot be read ends the run.
fn contradictions(job: &Job<'_>, results: &Results, numbers: &[usize], into: &mut Rechecked) -> Result<()> {
    into.contradictions.extend(results.imbalances.iter().cloned());
    for (file, n) in results.files.iter().filter(|file| !file.earlier).zip(numbers) {
        let Plans::Split(Plan { totals: [clean, _], .. }) = &job.plans[*n] else { continue };
        let name = output(*n, Side::Clean, clean).unwrap_or_default();
        if let Status::Unreadable(why) | Status::Partial(why) = &file.status
            && is_of_disk(why.code)
        {
            let why = io::Error::other(why.message.clone());
            return Err(Error::io("read", job.outputs.directory().join(name), why));
        }
        if file.status != Status::Whole || file.claims != clean.claims {
            let name = job.config.names.name(&job.results.files[*n].name);
            let (read, wrote) = (file.claims, clean.claims);
            into.contradictions
                .push(format!("{name}: {wrote} claims were written as clean, {read} are read again"));
        }
    }
    Ok(())
}

/// Whether a file is not read for what the disk does, and not for what stands in it.
fn is_of_disk(code: FaultCode) -> bool {
    use FaultCode::{ChangedWhileRead, FileVanished, PermissionDenied, ReadError};
    matches!(code, ChangedWhileRead | FileVanished | PermissionDenied | ReadError)
}

/// Hands out what was found of a level or worse: the place of the file among the inputs, and the findings.
fn each(
    results: &Results,
    level: Severity,
    mut with: impl FnMut(usize, &Item<'_>, &[Finding]) -> io::Result<()>,
) -> io::Result<()> {
    results.each(|item| {
        let bad: Vec<Finding> = item.findings.iter().filter(|f| f.counts_from(level)).copied().collect();
        if bad.is_empty() { Ok(()) } else { with(item.number, item, &bad) }
    })
}

/// Finds out where in the inputs claims of the clean halves stand.
fn trace(job: &Job<'_>, numbers: &[usize], joins: &mut [Vec<Joins>]) -> Result<()> {
    let at_of = |n: usize| numbers.iter().position(|number| *number == n);
    let wanted = |n: usize| at_of(n).is_some_and(|at| !joins[at].is_empty());
    let wanted: Vec<bool> = (0..job.plans.len()).map(wanted).collect();
    let traced = again::each(
        &job.config.setup,
        &job.config.listing.inputs,
        &job.results.files,
        |n, _, mut again| {
            let (Some(at), Plans::Split(plan)) = (at_of(n), &job.plans[n]) else { return Ok(()) };
            let sought: Vec<u64> = joins[at].iter().map(|join| join.byte).collect();
            let (mut clean, mut held) = (io::sink(), io::sink());
            let verdicts: &Verdicts = &job.verdicts[n];
            let course = Course::new(verdicts, Some(plan), [&mut clean, &mut held], None);
            let mut course = course.seek(&sought);
            if let Err(stopped) = walk(&mut again, &job.config.setup, &mut course) {
                // It changed meanwhile, which the next reading says.
                why(stopped, job.config)?;
            }
            let found = course.into_plan().sought;
            for join in &mut joins[at] {
                let known = found.binary_search_by_key(&join.byte, |(byte, _)| *byte).ok();
                join.from = known.map(|n| found[n].1);
            }
            Ok(())
        },
        |n| wanted[n],
    );
    traced.map_err(|e: io::Error| Error::io("read", "the inputs again", e))
}
