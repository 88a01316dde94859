//! The chunks of a run put together again, in their order.
//!
//! Workers finish in any order; here each result waits for those before it. So one thread and eight give the
//! same, and what is kept grows with the findings, not with the input.

mod file;
mod repeated;
mod withheld;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::claim::context::Context;
use crate::claim::record::Counts;
use crate::finding::Severity;
use crate::minutes::RowId;
use crate::source::foreign;
use crate::source::stream::Facts;
use crate::source::trouble::Trouble;
use crate::x12::code::Code;
use crate::x12::envelope::{Found, Standing, Tracker};
use crate::x12::fault::FaultCode;

use super::Ready;
use super::account::Held;
use super::group::rows::Section;
use super::group::{self, Group};
use super::interchanges::{Interchange, Known};
use super::kept::{Chunks, Kept, LooseFinding, keep_claims, place};
use super::ledger::{ChunkOf, Record, Recorder};
use super::split::Chunk;
use super::stats::Stats;
use super::worker::{Output, read_chunk, syntax_finding};

use file::cut_off;

pub(super) use file::LastOfFile;
pub use file::{FileResult, Status};

/// A chunk with its place in the run.
pub(super) struct Job {
    /// Number in the run.
    pub number: u32,
    /// Number of the file in the run.
    pub file: u32,
    /// Whether the file is read for comparison only.
    pub earlier: bool,
    /// The bytes.
    pub chunk: Chunk,
    /// The context the worker assumed.
    pub assumed: Context,
    /// Bytes that were read of the file for it, as they lie on the disk.
    pub disk_bytes: u64,
    /// With the last chunk of a file: what is known of it then.
    pub end: Option<Box<LastOfFile>>,
    /// Why its bytes cannot be read in any context, if the program came to grief over them.
    pub failed: Option<Trouble>,
}

/// An input that is not read, for a ledger has what was found in it.
pub(super) struct Reused {
    /// Number of its first chunk in the run.
    pub number: u32,
    /// Number of the file in the run.
    pub file: u32,
    pub facts: Facts,
    pub record: Record,
}

/// What comes next in the order of the inputs.
#[expect(clippy::large_enum_variant, reason = "one value a chunk, moved twice")]
enum Waiting {
    Chunk(Job, Result<Output, Trouble>),
    Reused(Reused),
}

/// Sums over all inputs.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Counts of the reader.
    pub counts: Counts,
    /// Counts of the rules.
    pub stats: Stats,
    /// Bytes read from inputs that hold X12.
    pub bytes: u64,
    /// Segments longer than any can be, passed over.
    pub oversize: u64,
    /// Claims whose envelope is in doubt.
    pub suspect_envelope: u64,
    /// Interchanges.
    pub interchanges: u64,
    /// Functional groups.
    pub groups: u64,
    /// Transaction sets.
    pub transactions: u64,
    /// Transaction sets claims are read from.
    pub in_scope: u64,
    /// Others, by ST01.
    pub out_of_scope: Vec<(Code, u64)>,
}

impl Totals {
    /// Adds those of another file.
    fn add(&mut self, file: &Totals) {
        self.counts.add(&file.counts);
        self.stats.add(&file.stats);
        self.bytes += file.bytes;
        self.oversize += file.oversize;
        self.suspect_envelope += file.suspect_envelope;
        self.interchanges += file.interchanges;
        self.groups += file.groups;
        self.transactions += file.transactions;
        self.in_scope += file.in_scope;
        for (set, n) in &file.out_of_scope {
            match self.out_of_scope.iter_mut().find(|(s, _)| s == set) {
                Some((_, sum)) => *sum += n,
                None => self.out_of_scope.push((*set, *n)),
            }
        }
    }
}

/// Puts results in order.
pub(super) struct Commit<'s> {
    ready: &'s Ready<'s>,
    next: u32,
    waiting: BTreeMap<u32, Waiting>,
    expected: Context,
    tracker: Tracker<'s>,
    file: Totals,
    /// The first bytes of the input being put together, to name its format if it is none of ours.
    head: Vec<u8>,
    /// Whether it has been nothing but white space so far.
    blank: bool,
    pub files: Vec<FileResult>,
    /// Inputs of which it was told that they are done.
    told: usize,
    pub totals: Totals,
    /// Sums over the earlier files.
    pub earlier_totals: Totals,
    pub kept: Chunks,
    pub group: Group,
    /// Why rows could not be kept, if they could not.
    pub failure: Option<std::io::Error>,
    /// How often each sidecar row was used, by one claim or several; and whether it fits several lines.
    pub rows: Vec<RowUse>,
    /// What the input at hand changed there, with what was said before.
    rows_of_file: Vec<(u32, RowUse)>,
    /// Why nothing of the input at hand can be reported, if the program came to grief over it.
    failed: Option<Trouble>,
    /// Equations that do not hold for a file or one of its envelopes, with where.
    pub imbalances: Vec<String>,
    /// What the account was held for.
    pub held: Held,
    /// Interchanges of the input at hand, and of this run, those of the ledger aside.
    interchanges: Vec<Interchange>,
    known: Known,
    /// Writes down what was found in each input, if there is a ledger.
    pub recorder: Option<Recorder<'s>>,
    /// Where the input at hand begins: number of its first chunk, and imbalances before it.
    file_from: (u32, usize),
    /// Why the record of an input could not be read to its end, if one could not.
    pub unread_record: Option<std::io::Error>,
    /// Chunks read twice because their context had been guessed wrong.
    pub reread: u64,
    /// Buffers to be used again.
    pub buffers: Vec<Vec<u8>>,
}

/// What became of a sidecar row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RowUse {
    /// No claim of the run has a line for it.
    #[default]
    Unmatched,
    /// Used.
    Matched,
    /// Fits several lines of a claim and was used for none.
    Ambiguous,
}

impl<'s> Commit<'s> {
    pub(super) fn new(ready: &'s Ready<'s>) -> Commit<'s> {
        Commit {
            ready,
            next: 0,
            waiting: BTreeMap::new(),
            expected: Context::default(),
            tracker: Tracker::new(&ready.setup.expected),
            file: Totals::default(),
            head: Vec::new(),
            blank: true,
            files: Vec::new(),
            told: 0,
            totals: Totals::default(),
            earlier_totals: Totals::default(),
            kept: Chunks::new(ready.setup.spill.as_ref()),
            group: Group::new(ready.setup.spill.as_ref()),
            failure: None,
            rows: vec![RowUse::Unmatched; ready.setup.minutes.sidecar().len()],
            rows_of_file: Vec::new(),
            failed: None,
            imbalances: Vec::new(),
            held: Held::default(),
            interchanges: Vec::new(),
            known: Known::default(),
            recorder: ready.setup.ledger.as_ref().map(Recorder::new),
            file_from: (0, 0),
            unread_record: None,
            reread: 0,
            buffers: Vec::new(),
        }
    }

    /// The number of the chunk that is waited for.
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    /// The context after the chunk put in last, to begin the next one in.
    pub(super) fn context(&self) -> &Context {
        &self.expected
    }

    /// Takes a result, or why there is none; puts in what can be put in.
    pub(super) fn take(&mut self, job: Job, read: Result<Output, Trouble>) {
        self.waiting.insert(job.number, Waiting::Chunk(job, read));
        self.put_waiting();
    }

    /// Takes what a ledger has of an input; puts in what can be put in.
    pub(super) fn reuse(&mut self, reused: Reused) {
        self.waiting.insert(reused.number, Waiting::Reused(reused));
        self.put_waiting();
    }

    fn put_waiting(&mut self) {
        while let Some(waiting) = self.waiting.remove(&self.next) {
            match waiting {
                Waiting::Chunk(job, read) => {
                    self.put(job, read);
                    self.next += 1;
                }
                Waiting::Reused(reused) => {
                    self.next += reused.record.chunks();
                    self.put_reused(reused);
                }
            }
        }
    }

    /// Tells of inputs that are done now, each once and in their order.
    pub(super) fn tell(&mut self, told: &(dyn Fn(&FileResult) + Sync)) {
        while let Some(file) = self.files.get(self.told).filter(|file| file.done) {
            told(file);
            self.told += 1;
        }
    }

    fn put(&mut self, job: Job, mut read: Result<Output, Trouble>) {
        let guessed_wrong = job.chunk.continued && job.assumed != self.expected;
        if guessed_wrong && job.failed.is_none() && self.failed.is_none() {
            self.reread += 1;
            let (ready, start) = (self.ready, self.expected.clone());
            // What came to grief in a context that is not so may be read in the right one.
            read = ready.setup.panics.guard(|| read_chunk(ready, &job.chunk, job.number, start));
        }
        match (self.failed.take(), read) {
            (None, Ok(output)) => self.put_read(job, output),
            // The first of them is said, whatever the threads.
            (Some(why), _) | (None, Err(why)) => self.put_failed(job, why),
        }
    }

    /// Puts in a chunk of an input of which nothing can be reported.
    fn put_failed(&mut self, job: Job, why: Trouble) {
        self.file.bytes += job.chunk.len as u64;
        match job.end {
            Some(end) => self.close_failed((job.file, job.earlier), *end, why, job.number + 1),
            None => self.failed = Some(why),
        }
        self.buffers.push(job.chunk.bytes);
    }

    fn put_read(&mut self, job: Job, mut output: Output) {
        let mut standings = Vec::with_capacity(output.record.events.len() + 1);
        let mut found = Vec::new();
        self.tracker.chunk(&output.record.events, output.record.passed(), &mut standings, &mut found);
        self.begin_interchanges(job.number - self.file_from.0);
        if let Some(byte) = output.record.unbalanced {
            let name = self.files.get(job.file as usize).map_or("", |f| f.name.as_str());
            self.imbalances.push(format!("{name}: segments or claims before byte {byte} do not add up"));
        }
        let mut kept = Kept { number: job.number, file: job.file, ..Kept::default() };
        self.loose(&output, &standings, &mut kept);
        self.file.bytes += job.chunk.len as u64;
        self.file.counts.add(&output.record.counts);
        self.file.stats.add(&output.stats);
        self.use_rows(&output.matched, &output.ambiguous);
        self.expected = output.end;
        if self.tracker.counts().interchanges == 0 {
            let bytes = &job.chunk.bytes[..job.chunk.len];
            let wanted = foreign::HEAD.saturating_sub(self.head.len()).min(bytes.len());
            self.head.extend_from_slice(&bytes[..wanted]);
            self.blank &= bytes.iter().all(u8::is_ascii_whitespace);
        }
        let (bytes, before_end) = (self.file.bytes, found.len());
        // Only the ISA that the file ends in; one that is cut off by another may stand in the same chunk.
        let in_isa = output.record.loose.last().is_some_and(|l| {
            l.fault.code == FaultCode::IsaTruncated && l.fault.byte + l.fault.figures[0] == bytes
        });
        let open = self.tracker.is_open();
        if job.chunk.last {
            self.tracker.finish(self.file.bytes, &mut found);
        }
        self.found(&found, &mut kept);
        kept.loose.sort_by_key(|l| l.trigger);
        keep_claims(&mut output.claims, &mut output.findings, &standings, &mut kept.standings);
        let file = (job.file, job.earlier);
        (kept.claims, kept.findings, kept.texts) = (output.claims, output.findings, output.texts);
        let section = Section::of(output.rows, &standings);
        let mut chunk = ChunkOf { kept, section, matched: output.matched, ambiguous: output.ambiguous };
        if let Some(recorder) = self.recorder.as_mut().filter(|_| !job.earlier) {
            chunk.kept.number = job.number - self.file_from.0;
            recorder.chunk(&chunk);
            chunk.kept.number = job.number;
        }
        self.keep(file, chunk);
        if let Some(end) = job.end {
            let cut_off =
                (open || in_isa).then(|| cut_off(in_isa, found.get(before_end..).unwrap_or_default()));
            self.close_file((job.file, job.earlier), *end, cut_off, job.number + 1);
        }
        self.buffers.push(job.chunk.bytes);
    }

    /// Puts in what a ledger has of an input, as if it had been read.
    fn put_reused(&mut self, reused: Reused) {
        let Reused { number, file, facts, mut record } = reused;
        let taken = record.take(&mut |mut chunk: ChunkOf| {
            (chunk.kept.number, chunk.kept.file) = (number + chunk.kept.number, file);
            self.use_rows(&chunk.matched, &chunk.ambiguous);
            self.keep((file, false), chunk);
            Ok(())
        });
        if let Err(error) = taken {
            self.unread_record.get_or_insert(error);
        }
        self.rows_of_file.clear();
        self.group.close_file(group::Results::Released);
        self.hold_interchanges((file, number), *record.sha256(), record.interchanges());
        let totals = record.totals();
        self.hold(totals);
        self.totals.add(totals);
        self.file_from = (number + record.chunks(), self.imbalances.len());
        self.put_file(file, record.into_result(facts));
    }

    /// Notes which rows of sidecar files were used.
    fn use_rows(&mut self, matched: &[RowId], ambiguous: &[RowId]) {
        for (rows, outcome) in [(matched, RowUse::Matched), (ambiguous, RowUse::Ambiguous)] {
            for RowId(row) in rows {
                if let Some(slot) = self.rows.get_mut(*row as usize)
                    && *slot != RowUse::Matched
                {
                    self.rows_of_file.push((*row, *slot));
                    *slot = outcome;
                }
            }
        }
    }

    /// Keeps what was found in a chunk, for the report and for the grouping stage.
    fn keep(&mut self, file: (u32, bool), chunk: ChunkOf) {
        let ChunkOf { kept, section, .. } = chunk;
        if let Some(section) = section
            && let Err(error) = self.group.add(kept.number, file, section)
        {
            self.failure.get_or_insert(error);
        }
        // Of earlier files nothing is reported.
        let (_, earlier) = file;
        if !earlier
            && (!kept.claims.is_empty() || !kept.loose.is_empty())
            && let Err(error) = self.kept.push(kept)
        {
            self.failure.get_or_insert(error);
        }
    }

    /// The envelopes of a file were held to the account.
    fn hold(&mut self, file: &Totals) {
        self.held.files += 1;
        self.held.interchanges += file.interchanges;
        self.held.groups += file.groups;
        self.held.transactions += file.transactions;
    }

    /// Faults outside claims, as findings.
    fn loose(&self, output: &Output, standings: &[Standing], kept: &mut Kept) {
        for loose in &output.record.loose {
            let Some(standing) = standings.get(loose.events as usize) else { continue };
            let Some(mut finding) = syntax_finding(self.ready.setup, &loose.fault) else { continue };
            finding.position.segment = standing.ordinal(finding.position.segment);
            let standing = place(*standing, &mut kept.standings);
            kept.loose.push(LooseFinding { trigger: loose.fault.byte, standing, finding });
        }
    }

    /// Faults of envelopes, as findings.
    fn found(&self, found: &[Found], kept: &mut Kept) {
        for found in found {
            if let Some(mut finding) = syntax_finding(self.ready.setup, &found.fault) {
                if found.refused {
                    finding.severity = finding.severity.max(Severity::High);
                }
                let standing = place(found.standing, &mut kept.standings);
                kept.loose.push(LooseFinding { trigger: found.trigger, standing, finding });
            }
        }
    }
}
