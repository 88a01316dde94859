//! The chunks of a run put together again, in their order.
//!
//! Workers finish in any order; here each result waits for those before it. So one thread and eight give the
//! same, and what is kept grows with the findings, not with the input.

use std::collections::BTreeMap;

use crate::claim::context::Context;
use crate::claim::record::Counts;
use crate::finding::{Finding, Severity};
use crate::minutes::RowId;
use crate::x12::code::Code;
use crate::x12::envelope::{Found, Standing, Tracker};
use crate::x12::fault::FaultCode;

use super::Ready;
use super::account::{self, Held};
use super::group::Group;
use super::row::ClaimRow;
use super::split::Chunk;
use super::stats::Stats;
use super::worker::{Output, read_chunk, syntax_finding};

/// A chunk with its place in the run.
pub(super) struct Job {
    /// Number in the run.
    pub number: u32,
    /// Index of the input.
    pub file: u32,
    /// The bytes.
    pub chunk: Chunk,
    /// The context the worker assumed.
    pub assumed: Context,
    /// After the last chunk of an input: why reading stopped early, if it did.
    pub failure: Option<std::io::Error>,
    /// After the last chunk of an input: the digest of its bytes, if asked for.
    pub sha256: Option<[u8; 32]>,
}

/// What became of an input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Status {
    /// Read from the first byte to the last.
    Whole,
    /// Read in part: the message says why.
    Partial(String),
    /// Not read: the message says why.
    Unreadable(String),
}

/// One input after the run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileResult {
    /// Its name, safe to print.
    pub name: String,
    /// What became of it.
    pub status: Status,
    /// Bytes read.
    pub bytes: u64,
    /// Transaction sets claims are read from.
    pub in_scope: u64,
    /// SHA-256 of the bytes, if the run was asked for it and the input was read to its end.
    pub sha256: Option<[u8; 32]>,
}

/// A finding that belongs to no claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LooseFinding {
    /// Orders it among the claims of its file.
    pub trigger: u64,
    /// Where it stands, in the chunk's standings.
    pub standing: u32,
    /// The finding.
    pub finding: Finding,
}

/// What is kept of a chunk for the report.
#[derive(Debug, Default)]
pub struct Kept {
    /// Number of the chunk in the run.
    pub number: u32,
    /// Index of the input.
    pub file: u32,
    /// Claims.
    pub claims: Vec<ClaimRow>,
    /// Their findings.
    pub findings: Vec<Finding>,
    /// Bytes the rows point into.
    pub texts: Vec<u8>,
    /// Findings without a claim, by trigger.
    pub loose: Vec<LooseFinding>,
    /// Envelopes the rows stand in.
    pub standings: Vec<Standing>,
}

/// Sums over all inputs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
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

/// Puts results in order.
pub(super) struct Commit<'s> {
    ready: &'s Ready<'s>,
    next: u32,
    waiting: BTreeMap<u32, (Job, Output)>,
    expected: Context,
    tracker: Tracker<'s>,
    file: Totals,
    /// The first bytes of the input being put together, to name its format if it is none of ours.
    head: Vec<u8>,
    /// Whether it has been nothing but white space so far.
    blank: bool,
    pub files: Vec<FileResult>,
    pub totals: Totals,
    /// Sums over the earlier files.
    pub earlier_totals: Totals,
    pub kept: Vec<Kept>,
    pub group: Group,
    /// Inputs from this one on are earlier files, read for comparison only.
    earlier: usize,
    /// Why rows could not be kept, if they could not.
    pub failure: Option<std::io::Error>,
    /// How often each sidecar row was used, by one claim or several; and whether it fits several lines.
    pub rows: Vec<RowUse>,
    /// Equations that do not hold for a file or one of its envelopes, with where.
    pub imbalances: Vec<String>,
    /// What the account was held for.
    pub held: Held,
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
    /// `earlier` is the first input that is read for comparison only.
    pub(super) fn new(ready: &'s Ready<'s>, earlier: usize) -> Commit<'s> {
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
            totals: Totals::default(),
            earlier_totals: Totals::default(),
            kept: Vec::new(),
            group: Group::new(ready.setup.spill.as_ref(), earlier),
            earlier,
            failure: None,
            rows: vec![RowUse::Unmatched; ready.setup.minutes.sidecar().len()],
            imbalances: Vec::new(),
            held: Held::default(),
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

    /// Takes a result; puts in what can be put in.
    pub(super) fn take(&mut self, job: Job, output: Output) {
        self.waiting.insert(job.number, (job, output));
        while let Some((job, output)) = self.waiting.remove(&self.next) {
            self.put(job, output);
            self.next += 1;
        }
    }

    fn put(&mut self, job: Job, mut output: Output) {
        if job.chunk.continued && job.assumed != self.expected {
            self.reread += 1;
            output = read_chunk(self.ready, &job.chunk, job.number, self.expected.clone());
        }
        let mut standings = Vec::with_capacity(output.record.events.len() + 1);
        let mut found = Vec::new();
        self.tracker.chunk(&output.record.events, output.record.passed(), &mut standings, &mut found);
        if let Some(byte) = output.record.unbalanced {
            let name = self.files.get(job.file as usize).map_or("", |f| f.name.as_str());
            self.imbalances.push(format!("{name}: segments or claims before byte {byte} do not add up"));
        }
        let mut kept = Kept { number: job.number, file: job.file, ..Kept::default() };
        self.loose(&output, &standings, &mut kept);
        self.file.bytes += job.chunk.len as u64;
        self.file.counts.add(&output.record.counts);
        self.file.stats.add(&output.stats);
        for (rows, outcome) in [(&output.matched, RowUse::Matched), (&output.ambiguous, RowUse::Ambiguous)] {
            for RowId(row) in rows {
                if let Some(slot) = self.rows.get_mut(*row as usize)
                    && *slot != RowUse::Matched
                {
                    *slot = outcome;
                }
            }
        }
        self.expected = output.end;
        if self.tracker.counts().interchanges == 0 {
            let bytes = &job.chunk.bytes[..job.chunk.len];
            let wanted = HEAD.saturating_sub(self.head.len()).min(bytes.len());
            self.head.extend_from_slice(&bytes[..wanted]);
            self.blank &= bytes.iter().all(u8::is_ascii_whitespace);
        }
        let in_isa = output.record.loose.iter().any(|l| l.fault.code == FaultCode::IsaTruncated);
        let cut_off = job.chunk.last && (self.tracker.is_open() || in_isa);
        if job.chunk.last {
            self.tracker.finish(self.file.bytes, &mut found);
        }
        self.found(&found, &mut kept);
        kept.loose.sort_by_key(|l| l.trigger);
        keep_claims(&mut output.claims, &mut output.findings, &standings, &mut kept.standings);
        if let Err(error) = self.group.add(job.number, job.file, &standings, std::mem::take(&mut output.rows))
        {
            self.failure.get_or_insert(error);
        }
        (kept.claims, kept.findings, kept.texts) = (output.claims, output.findings, output.texts);
        // Of earlier files nothing is reported.
        let reported = (job.file as usize) < self.earlier;
        if reported && (!kept.claims.is_empty() || !kept.loose.is_empty()) {
            shrink(&mut kept);
            self.kept.push(kept);
        }
        if job.chunk.last {
            self.close_file(&job, cut_off);
        }
        self.buffers.push(job.chunk.bytes);
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

    /// An input has been read: adds it up.
    fn close_file(&mut self, job: &Job, cut_off: bool) {
        let tracker = std::mem::replace(&mut self.tracker, Tracker::new(&self.ready.setup.expected));
        let file = std::mem::take(&mut self.file);
        let (head, blank) = (std::mem::take(&mut self.head), std::mem::replace(&mut self.blank, true));
        self.expected = Context::default();
        let counts = tracker.counts();
        let Some(result) = self.files.get_mut(job.file as usize) else { return };
        result.bytes = file.bytes;
        result.in_scope = counts.in_scope;
        result.sha256 = job.sha256.filter(|_| job.failure.is_none());
        if counts.interchanges == 0 {
            result.status = Status::Unreadable(foreign(&head, blank));
            // What was said of its bytes is of no use: they are none of ours.
            while self.kept.last().is_some_and(|k| k.file == job.file) {
                self.kept.pop();
            }
            return;
        }
        result.status = match &job.failure {
            None if cut_off => Status::Partial(
                "ends before its last trailer (SE, GE, IEA); it may be cut off, get it again".to_owned(),
            ),
            None => Status::Whole,
            Some(error) => Status::Partial(format!(
                "reading stopped after {} bytes: {error}; what was read was checked, read the file again",
                file.bytes
            )),
        };
        self.held.files += 1;
        self.held.interchanges += counts.interchanges;
        self.held.groups += counts.groups;
        self.held.transactions += counts.transactions;
        let equations = account::of_bytes(file.bytes, counts.oversize, &file.counts, &file.stats);
        self.imbalances.extend(account::imbalances(&result.name, &equations));
        let earlier = job.file as usize >= self.earlier;
        let totals = if earlier { &mut self.earlier_totals } else { &mut self.totals };
        totals.counts.add(&file.counts);
        totals.stats.add(&file.stats);
        totals.bytes += file.bytes;
        totals.oversize += counts.oversize;
        totals.suspect_envelope += counts.suspect_claims;
        totals.interchanges += counts.interchanges;
        totals.groups += counts.groups;
        totals.transactions += counts.transactions;
        totals.in_scope += counts.in_scope;
        for (set, n) in &counts.out_of_scope {
            match totals.out_of_scope.iter_mut().find(|(s, _)| s == set) {
                Some((_, sum)) => *sum += n,
                None => totals.out_of_scope.push((*set, *n)),
            }
        }
    }
}

/// Makes the rows' positions those of the transaction set, and keeps the envelopes they stand in.
fn keep_claims(
    claims: &mut [ClaimRow],
    findings: &mut [Finding],
    standings: &[Standing],
    kept: &mut Vec<Standing>,
) {
    for row in claims {
        let Some(standing) = standings.get(row.standing as usize) else { continue };
        let (from, count) = row.findings;
        for finding in findings.iter_mut().skip(from as usize).take(count as usize) {
            finding.position.segment = standing.ordinal(finding.position.segment);
        }
        row.standing = place(*standing, kept);
    }
}

/// The place of a standing among those kept; the last one is likely the same.
fn place(standing: Standing, kept: &mut Vec<Standing>) -> u32 {
    if kept.last() != Some(&standing) {
        kept.push(standing);
    }
    (kept.len() - 1) as u32
}

fn shrink(kept: &mut Kept) {
    kept.claims.shrink_to_fit();
    kept.findings.shrink_to_fit();
    kept.texts.shrink_to_fit();
    kept.loose.shrink_to_fit();
    kept.standings.shrink_to_fit();
}

/// Bytes kept to name a format by.
const HEAD: usize = 64;

/// What a file without an interchange is, and what to do.
fn foreign(head: &[u8], blank: bool) -> String {
    if head.is_empty() {
        return "empty file".to_owned();
    }
    if blank {
        return "nothing but white space".to_owned();
    }
    const FORMATS: [(&[u8], &str); 14] = [
        (b"%PDF", "a PDF document; give the 837 file it was made from"),
        (b"\x1f\x8b", "a gzip archive; unpack it first"),
        (b"PK\x03\x04", "a zip archive or an Office document; unpack or export it first"),
        (b"-----BEGIN PGP", "encrypted with PGP; decrypt it first"),
        (b"UNA", "an EDIFACT file, not X12"),
        (b"UNB+", "an EDIFACT file, not X12"),
        (b"MSH|", "an HL7 message, not X12"),
        (b"<?xml", "an XML document, not X12"),
        (b"<", "an XML or HTML document, not X12"),
        (b"{", "a JSON document, not X12"),
        (b"\xff\xfe", "text in UTF-16; save it as plain text first"),
        (b"\xfe\xff", "text in UTF-16; save it as plain text first"),
        (b"\xc9\xe2\xc1", "text in EBCDIC; convert it to ASCII first"),
        (b"ISA", "an ISA that cannot be read: it is cut off or its sixteen separators are not there"),
    ];
    let head = head.trim_ascii_start();
    let known = FORMATS.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name);
    known.unwrap_or("no X12 interchange in the first 64 KiB; give an 837 file").to_owned()
}
