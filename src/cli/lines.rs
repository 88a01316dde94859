//! `lines.parquet`: the service lines of all evaluated claims.
//!
//! A scan keeps no lines, so the inputs are read once more. A file that was not read whole, or is not what it was when it was
//! checked, has no lines there, and it is said: what was written of it by then goes with the whole file, which is begun anew
//! without it.

use std::io::{self, BufWriter, Read};

use crate::claim::assemble::{Claims, Lent};
use crate::claim::claim::{Claim, Form};
use crate::claim::context::Context;
use crate::claim::line::ServiceLine;
use crate::claim::record::Record;
use crate::error::Result;
use crate::position::Tag;
use crate::report::parquet::{Line, Lines};
use crate::report::{ClaimInfo, Location};
use crate::scan::again;
use crate::scan::commit::{FileResult, Status};
use crate::scan::results::Results;
use crate::scan::split::{Chunk, Item, Splitter};
use crate::source::trouble::Trouble;
use crate::x12::code::Code;
use crate::x12::envelope::{Standing, Tracker};

use super::Outcome;
use super::config::Config;
use super::output::{OutFile, OutputSet};
use super::scan::Again;

/// Its name in the set.
const NAME: &str = "lines.parquet";

/// The longest id that a report has, as in findings.
const LONGEST: usize = 255;

/// Writes the lines of all files that can be read again as they were.
pub(super) fn write(config: &Config, results: &Results, outputs: &mut OutputSet) -> Result<Again> {
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
    Ok(Again { said, outcome })
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
    let told = |why: &Trouble| config.names.message(&why.message);
    match &file.status {
        _ if file.earlier => Fate::None,
        Status::Whole if file.in_scope > 0 => Fate::Written,
        Status::Partial(why) => Fate::Not(format!("it was not read whole: {}", told(why))),
        Status::Failed(why) => Fate::Not(told(why)),
        Status::Whole | Status::Unreadable(_) => Fate::None,
    }
}

/// Findings on lines, file by file: the offset of the claim and the order of the line, as often as there are findings,
/// ascending. It takes sixteen bytes a finding.
struct Found(Vec<Vec<(u64, u32)>>);

impl Found {
    fn of(results: &Results) -> io::Result<Found> {
        let mut all = vec![Vec::new(); results.files.len()];
        let mut at = 0;
        results.each(|item| {
            let Some((row, _)) = item.claim else { return Ok::<(), io::Error>(()) };
            // Files come one after the other, so it is this one or a later one.
            let here = |n: &usize| results.files.get(*n).is_some_and(|file| std::ptr::eq(file, item.file));
            at = (at..results.files.len()).chain(0..at).find(here).unwrap_or(at);
            let counted = item.findings.iter().filter(|finding| finding.order > 0 && !finding.is_waived());
            if let Some(file) = all.get_mut(at) {
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
            info: ClaimInfo::default(),
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
    info: ClaimInfo,
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
        let (mut standings, mut faults) = (Vec::new(), Vec::new());
        while let Some(mut chunk) = splitter.next_chunk(buffer) {
            setup.stop.check()?;
            chunk.tidy();
            if !chunk.continued {
                context = Context::default();
            }
            // Where a claim stands is known once its chunk is read, so a chunk is read twice.
            let (_, record) = self.each(&chunk, context.clone(), |_, _| Ok::<(), io::Error>(()))?;
            standings.clear();
            faults.clear();
            tracker.chunk(&record.events, record.passed(), &mut standings, &mut faults);
            self.claims += record.counts.claims_seen;
            let standings = &standings;
            let mut claim = |desk: &mut Self, lent: &Lent<'_, '_>| {
                let standing = standings.get(lent.events as usize).copied().unwrap_or_default();
                desk.claim(lent, &standing, lines)
            };
            (context, _) = self.each(&chunk, context, &mut claim)?;
            buffer = chunk.bytes;
        }
        Ok(splitter.failure().map(Trouble::of_io))
    }

    /// Hands each claim of a chunk out.
    fn each(
        &mut self,
        chunk: &Chunk,
        context: Context,
        mut with: impl FnMut(&mut Self, &Lent<'_, '_>) -> io::Result<()>,
    ) -> io::Result<(Context, Record)> {
        let setup = &self.config.setup;
        let mut claims = Claims::new(&setup.tables.therapy, context).limit_segments(setup.limits.segment);
        let mut faults = Vec::new();
        for item in &chunk.items {
            if let Item::Skip { range, reason } = item {
                claims.skip(*reason, chunk.offset + range.start as u64, range.len() as u64);
            }
            let Some(piece) = chunk.piece(item) else { continue };
            claims.open(&piece);
            while let Some(lent) = claims.next_claim(&mut faults) {
                with(self, &lent)?;
            }
        }
        Ok(claims.finish())
    }

    /// Writes the lines of a claim, if it was evaluated.
    fn claim(
        &mut self,
        lent: &Lent<'_, '_>,
        standing: &Standing,
        lines: &mut Lines<BufWriter<OutFile>>,
    ) -> io::Result<()> {
        let claim = lent.claim;
        if claim.not_evaluated.is_some() {
            return Ok(());
        }
        self.stand(standing);
        self.fill(claim, lent.context);
        for line in claim.lines.iter().filter(|line| line.service != Tag::UNKNOWN) {
            let findings = self.found.on(self.file, claim.place.byte, line.order);
            lines.line(&self.at, &self.info, &of_line(claim, line, findings))?;
        }
        Ok(())
    }

    fn stand(&mut self, standing: &Standing) {
        let Standing { interchange, group, transaction, isa13, gs06, st02, .. } = standing;
        let at = &mut self.at;
        (at.interchange, at.group, at.transaction) = (*interchange, *group, *transaction);
        for (slot, control) in [(&mut at.isa13, isa13), (&mut at.gs06, gs06), (&mut at.st02, st02)] {
            put(slot, control.as_bytes());
        }
    }

    /// What is said of a claim, as in findings: by its id or a token, never by a person.
    fn fill(&mut self, claim: &Claim<'_>, context: &Context) {
        let (config, info) = (self.config, &mut self.info);
        let policy = config.setup.policies.get(config.setup.policies.of(&context.payer));
        put(&mut info.payer_id, context.payer.id.as_bytes());
        put(&mut info.payer_name, context.payer.name.as_bytes());
        put(&mut info.id, claim.id);
        if let Some(key) = &config.key {
            let id = std::mem::take(&mut info.id);
            key.token(&id, &mut info.id);
        }
        info.form = match claim.form {
            Form::Professional => "837P",
            Form::Institutional => "837I",
        };
        info.byte = claim.place.byte;
        info.policy.clone_from(&policy.name);
        info.payer_class = policy.class.as_str();
        info.billing_npi = context.billing.npi.map_or(String::new(), |npi| npi.to_string());
    }
}

fn put(slot: &mut Vec<u8>, bytes: &[u8]) {
    let bytes = bytes.trim_ascii();
    slot.clear();
    slot.extend_from_slice(&bytes[..bytes.len().min(LONGEST)]);
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
