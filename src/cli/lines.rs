//! `lines.parquet`: the service lines of all evaluated claims.
//!
//! A scan keeps no lines, so the inputs are read once more. A file that was not read whole, or is not what it was when it was
//! checked, has no lines there, and it is said: what was written of it by then goes with the whole file, which is begun anew
//! without it.

use std::io::{self, BufWriter, Read};

use crate::claim::assemble::Lent;
use crate::claim::claim::{Claim, Form};
use crate::claim::context::Context;
use crate::claim::line::ServiceLine;
use crate::error::Result;
use crate::position::Tag;
use crate::report::parquet::{Line, Lines};
use crate::report::{ClaimInfo, Location};
use crate::scan::again;
use crate::scan::commit::{FileResult, Status};
use crate::scan::results::Results;
use crate::scan::split::Splitter;
use crate::source::trouble::Trouble;
use crate::x12::code::Code;
use crate::x12::envelope::Tracker;

use super::Outcome;
use super::config::Config;
use super::emit;
use super::output::{OutFile, OutputSet};
use super::reread::{Reread, unread};

/// Its name in the set.
const NAME: &str = "lines.parquet";

/// The longest id that a report has, as in findings.
const LONGEST: usize = 255;

/// Writes the lines of all files that can be read again as they were.
pub(super) fn write(config: &Config, results: &Results, outputs: &mut OutputSet) -> Result<Reread> {
    let found = Found::of(results).map_err(|e| outputs.failed(e))?;
    let mut fates: Vec<Fate> = results.files.iter().map(|file| at_first(config, file)).collect();
    let mut contradictions;
    loop {
        let file = outputs.create(NAME)?;
        contradictions = Vec::new();
        let mut job = Job { config, results, found: &found, fates: &mut fates, said: &mut contradictions };
        if job.all(file).map_err(|e| outputs.failed(e))? {
            break;
        }
        outputs.discard(NAME)?;
    }
    let mut outcome = if contradictions.is_empty() { Outcome::Done } else { Outcome::Internal };
    let mut said = contradictions;
    for (file, fate) in results.files.iter().zip(fates) {
        if let Fate::Not(why) = fate {
            outcome = outcome.max(Outcome::NotDone);
            said.push(format!("{}: no lines in {NAME}: {why}", config.names.name(&file.name)));
        }
    }
    Ok(Reread { said, outcome })
}

/// What becomes of the lines of a file.
enum Fate {
    /// They are written.
    Written,
    /// They are not, for a reason.
    Not(String),
    /// There are none: nothing was read of it, and that is told.
    None,
}

/// What is known of a file before it is read again.
fn at_first(config: &Config, file: &FileResult) -> Fate {
    match &file.status {
        _ if file.earlier => Fate::None,
        Status::Whole if file.in_scope > 0 => Fate::Written,
        Status::Whole | Status::Unreadable(_) => Fate::None,
        Status::Partial(_) | Status::Failed(_) => unread(config, file).map_or(Fate::None, Fate::Not),
    }
}

/// Findings on lines, file by file: the offset of the claim and the order of the line, as often as there are findings,
/// ascending. It takes sixteen bytes a finding.
struct Found(Vec<Vec<(u64, u32)>>);

impl Found {
    fn of(results: &Results) -> io::Result<Found> {
        let mut all = vec![Vec::new(); results.files.len()];
        results.each(|item| {
            let Some((row, _)) = item.claim else { return Ok::<(), io::Error>(()) };
            let counted = item.findings.iter().filter(|finding| finding.order > 0 && !finding.is_waived());
            if let Some(file) = all.get_mut(item.number) {
                file.extend(counted.map(|finding| (row.byte, finding.order)));
            }
            Ok(())
        })?;
        all.iter_mut().for_each(|file| file.sort_unstable());
        Ok(Found(all))
    }

    fn on(&self, file: usize, claim: u64, line: u32) -> u64 {
        let Some(file) = self.0.get(file) else { return 0 };
        let from = file.partition_point(|at| *at < (claim, line));
        file[from..].iter().take_while(|at| **at == (claim, line)).count() as u64
    }
}

struct Job<'j> {
    config: &'j Config,
    results: &'j Results,
    found: &'j Found,
    fates: &'j mut [Fate],
    said: &'j mut Vec<String>,
}

impl Job<'_> {
    /// Writes all files that are wanted. Whether all that was written may stay.
    fn all(&mut self, out: BufWriter<OutFile>) -> io::Result<bool> {
        let wanted: Vec<bool> = self.fates.iter().map(|fate| matches!(fate, Fate::Written)).collect();
        let mut read = vec![false; wanted.len()];
        let mut lines = Lines::new(out)?;
        let (config, results) = (self.config, self.results);
        again::each(
            &config.setup,
            &config.listing.inputs,
            &results.files,
            |n, file, again| {
                read[n] = true;
                match self.file(n, file, again, &mut lines)? {
                    Ok(()) => {}
                    Err(why) => self.fates[n] = Fate::Not(why),
                }
                Ok::<(), io::Error>(())
            },
            |n| wanted[n],
        )?;
        for n in (0..wanted.len()).filter(|n| wanted[*n] && !read[*n]) {
            self.fates[n] = Fate::Not(CHANGED.to_owned());
        }
        lines.finish()?;
        Ok(self.fates.iter().zip(wanted).all(|(fate, wanted)| !wanted || matches!(fate, Fate::Written)))
    }

    /// Writes the lines of a file, or says why they cannot be relied on.
    fn file(
        &mut self,
        n: usize,
        file: &FileResult,
        mut again: again::Again,
        lines: &mut Lines<BufWriter<OutFile>>,
    ) -> io::Result<std::result::Result<(), String>> {
        let mut desk = Desk {
            config: self.config,
            found: self.found,
            file: n,
            at: Location { file: self.config.names.name(&file.name).into_owned(), ..Location::default() },
            claims: 0,
        };
        if let Some(why) = desk.read(&mut again, lines)? {
            return Ok(Err(self.config.names.message(&why.message)));
        }
        if !again.was(file) {
            return Ok(Err(CHANGED.to_owned()));
        }
        if desk.claims != file.claims {
            let (name, met, claims) = (&desk.at.file, desk.claims, file.claims);
            self.said.push(format!("{name}: {met} of {claims} claims were met again for {NAME}"));
        }
        Ok(Ok(()))
    }
}

/// What is said of a file that is not what it was when it was checked.
const CHANGED: &str = "it changed after it was checked; scan it when nobody writes to it";

/// A file as its lines are written.
struct Desk<'d> {
    config: &'d Config,
    found: &'d Found,
    file: usize,
    at: Location,
    /// Claims met, evaluated or not.
    claims: u64,
}

impl Desk<'_> {
    /// Reads a file from end to end. What kept it from being read is returned.
    fn read(
        &mut self,
        input: &mut impl Read,
        lines: &mut Lines<BufWriter<OutFile>>,
    ) -> io::Result<Option<Trouble>> {
        let setup = &self.config.setup;
        let mut splitter = Splitter::new(input, setup.limits);
        let mut tracker = Tracker::new(&setup.expected);
        let (mut context, mut buffer) = (Context::default(), Vec::new());
        let (mut standings, mut faults, mut met) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(mut chunk) = splitter.next_chunk(buffer) {
            setup.stop.check()?;
            chunk.tidy();
            // Where a claim stands is known once its chunk is read.
            let record =
                chunk.read(&setup.tables.therapy, setup.limits.segment, &mut context, |_, lent, _| {
                    if lent.claim.not_evaluated.is_none() {
                        met.push((lent.events, self.info(lent), self.lines(lent.claim)));
                    }
                });
            standings.clear();
            faults.clear();
            tracker.chunk(&record.events, record.passed(), &mut standings, &mut faults);
            self.claims += record.counts.claims_seen;
            for (events, info, of_claim) in met.drain(..) {
                let standing = standings.get(events as usize).copied().unwrap_or_default();
                emit::stand(&mut self.at, &standing);
                of_claim.iter().try_for_each(|line| lines.line(&self.at, &info, line))?;
            }
            buffer = chunk.bytes;
        }
        Ok(splitter.failure().map(Trouble::of_io))
    }

    /// What is said of a claim, as in findings: by its id or a token, never by a person.
    fn info(&self, lent: &Lent<'_, '_>) -> ClaimInfo {
        let (config, Lent { claim, context, .. }) = (self.config, *lent);
        let policy = config.setup.policies.get(config.setup.policies.of(&context.payer));
        let mut id = short(claim.id);
        if let Some(key) = &config.key {
            let plain = std::mem::take(&mut id);
            key.token(&plain, &mut id);
        }
        ClaimInfo {
            id,
            payer_id: short(context.payer.id.as_bytes()),
            payer_name: short(context.payer.name.as_bytes()),
            form: claim.form.as_str(),
            byte: claim.place.byte,
            policy: policy.name.clone(),
            payer_class: policy.class.as_str(),
            billing_npi: context.billing.npi.map_or(String::new(), |npi| npi.to_string()),
            ..ClaimInfo::default()
        }
    }

    fn lines(&self, claim: &Claim<'_>) -> Vec<Line> {
        let lines = claim.lines.iter().filter(|line| line.service != Tag::UNKNOWN);
        lines
            .map(|line| of_line(claim, line, self.found.on(self.file, claim.place.byte, line.order)))
            .collect()
    }
}

fn short(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.trim_ascii();
    bytes[..bytes.len().min(LONGEST)].to_vec()
}

fn of_line(claim: &Claim<'_>, line: &ServiceLine<'_>, findings: u64) -> Line {
    let place = match claim.form {
        Form::Professional if line.place_of_service.is_none() => claim.facility,
        Form::Professional => line.place_of_service,
        // There the same element holds the type of bill.
        Form::Institutional => Code::NONE,
    };
    Line {
        number: line.number,
        procedure: line.procedure,
        modifiers: line.modifiers,
        units: line.units,
        basis: line.basis,
        charge: line.charge,
        dates: [line.date, line.date_to],
        place,
        revenue: line.revenue,
        findings,
    }
}
