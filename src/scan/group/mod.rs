//! The grouping stage: what only shows when claims are put side by side.
//!
//! Workers check each claim's days by themselves and leave behind a compact row of each. Here the rows of a
//! patient come together; a day that several claims share is checked again as one, and what was found on its
//! parts is taken back. The result depends neither on the order of files nor on threads: rows are sorted by
//! patient and day, and then by where their claims stand in the input.
//!
//! Memory is bounded where an output directory is given: rows beyond the budget go to a file in it.

mod bytes;
pub(crate) mod keys;
pub(crate) mod record;
pub mod store;

use std::collections::{BTreeMap, HashMap};
use std::hash::Hasher as _;
use std::io;

use siphasher::sip::SipHasher13;

use crate::claim::claim::Claim;
use crate::claim::context::Context;
use crate::claim::context::Payer;
use crate::finding::Finding;
use crate::rules::day::{ClaimRef, DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::policy::PolicyId;
use crate::tables::therapy::Discipline;
use crate::x12::envelope::Standing;
use crate::x12::value::{Date, Npi};

use super::Ready;
use super::worker::ClaimRow;

use keys::{KeyRow, Keys, flag};
use record::{Head, Section};
use store::{Spill, Store};

/// The digest of a payer, as far as claims to one payer are grouped.
pub(super) fn payer_digest(payer: &Payer) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(payer.id.as_bytes());
    hasher.write_u8(payer.sequence);
    hasher.write(payer.name.as_bytes());
    hasher.finish()
}

/// The digest of billing provider and payer.
fn group_digest(billing: Option<Npi>, payer: u64) -> u32 {
    let mixed = (billing.map_or(0, Npi::number) ^ payer).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

/// Rows of one chunk on their way to the grouping stage.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rows {
    /// One row a claim.
    log: Vec<u8>,
    /// One row a claim and day.
    keys: Vec<KeyRow>,
}

/// Which claim of the chunk, and what is known of its payer.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Claim within the chunk, counted from 0.
    pub claim: u32,
    /// Envelope events of the chunk before it.
    pub events: u32,
    pub policy: PolicyId,
    pub secondary: bool,
    /// See [`payer_digest`].
    pub payer: u64,
}

impl Rows {
    /// Adds a claim whose patient can be told. `lines` are sorted by date.
    pub(super) fn add(&mut self, claim: &Claim<'_>, context: &Context, place: Place, lines: &[DayLine<'_>]) {
        let offset = u32::try_from(self.log.len()).unwrap_or(u32::MAX);
        let group = group_digest(context.billing.npi, place.payer);
        let superseding = if matches!(claim.frequency, 7 | 8) { flag::SUPERSEDES } else { 0 };
        for day in lines.chunk_by(|a, b| a.date == b.date) {
            let flags = day.iter().fold(superseding, |flags, l| flags | flags_of(l));
            let (patient, date) = (context.patient as u64, day[0].date.number());
            self.keys.push(KeyRow::new(patient, date, group, offset, flags));
        }
        let decided = (place.policy, place.secondary);
        record::write(&mut self.log, place.claim, place.events, claim, context, decided, lines);
    }
}

fn flags_of(line: &DayLine<'_>) -> u16 {
    let mut flags = 0;
    let discipline = line.facts.and_then(|f| f.only).or(line.discipline);
    let mut of_discipline = |by: [u16; 3]| {
        let n = Discipline::ALL.iter().position(|d| Some(*d) == discipline);
        flags |= n.and_then(|n| by.get(n)).copied().unwrap_or(0);
    };
    if line.marks.has(Marks::EVALUATION) {
        of_discipline(flag::EVALUATION);
    } else if line.marks.has(Marks::THERAPY) && !line.marks.has(Marks::REEVALUATION) {
        of_discipline(flag::TREATMENT);
    }
    if line.marks.has(Marks::REEVALUATION) {
        flags |= flag::REEVALUATION;
    }
    if line.marks.has(Marks::REEDUCATION) {
        flags |= flag::REEDUCATION;
    }
    flags
}

/// Where the rows of a chunk stand.
#[derive(Clone, Copy, Debug)]
struct SectionAt {
    start: u64,
    len: u32,
    chunk: u32,
    file: u32,
}

/// The rows of a run as they come.
#[derive(Debug)]
pub(super) struct Group {
    store: Store,
    keys: Keys,
    sections: Vec<SectionAt>,
    /// Inputs from this one on are earlier files, read for comparison.
    earlier: u32,
    /// Used again for each section.
    head: Vec<u8>,
}

impl Group {
    pub(super) fn new(spill: Option<&Spill>, earlier: usize) -> Group {
        Group {
            store: Store::new(spill.cloned()),
            keys: Keys::new(spill.cloned()),
            sections: Vec::new(),
            earlier: u32::try_from(earlier).unwrap_or(u32::MAX),
            head: Vec::new(),
        }
    }

    /// Takes the rows of the next chunk of the run.
    pub(super) fn add(
        &mut self,
        chunk: u32,
        file: u32,
        standings: &[Standing],
        rows: &Rows,
    ) -> io::Result<()> {
        if rows.keys.is_empty() {
            return Ok(());
        }
        self.head.clear();
        record::write_standings(&mut self.head, standings);
        self.head.extend_from_slice(&rows.log);
        let len = u32::try_from(self.head.len()).unwrap_or(u32::MAX);
        let section = u32::try_from(self.sections.len()).unwrap_or(u32::MAX);
        self.sections.push(SectionAt { start: self.store.len(), len, chunk, file });
        self.store.append(&self.head)?;
        self.keys.extend(&rows.keys, section)
    }

    /// Puts the rows of each patient together and checks the days that several claims share.
    pub(super) fn check(self, ready: &Ready<'_>) -> io::Result<Regrouped> {
        let Group { store, keys, sections, earlier, .. } = self;
        let mut stage = Stage {
            ready,
            archive: Archive { store, sections, earlier, open: None },
            out: Regrouped::default(),
            found: Vec::new(),
        };
        keys.each_patient(|rows| stage.patient(rows))?;
        stage.out.found.sort_by_key(|(claim, f)| (*claim, f.position.byte, f.position.at, f.rule, f.fault));
        stage.out.replaced.sort_unstable();
        Ok(stage.out)
    }
}

/// What the stage found.
#[derive(Debug, Default)]
pub(super) struct Regrouped {
    /// Findings, by claim.
    pub found: Vec<(ClaimRef, Finding)>,
    /// Days of claims whose own findings of days no longer hold, by claim.
    pub replaced: Vec<(ClaimRef, Date)>,
    /// The claims of `found`, for those that had no finding of their own.
    pub claims: BTreeMap<ClaimRef, Late>,
}

/// A claim that only the stage found fault with.
#[derive(Clone, Debug)]
pub(super) struct Late {
    /// Index of the input.
    pub file: u32,
    pub standing: Standing,
    /// Its texts are `texts`, end to end: claim id, payer id, payer name.
    pub row: ClaimRow,
    pub texts: Vec<u8>,
}

/// The sections as they are read back.
struct Archive {
    store: Store,
    sections: Vec<SectionAt>,
    earlier: u32,
    /// The section read last.
    open: Option<(u32, Section)>,
}

impl Archive {
    /// The section a row is of, and which input it is from.
    fn section(&mut self, row: KeyRow) -> io::Result<Option<(&Section, u32)>> {
        let Some(at) = self.sections.get(row.section() as usize).copied() else { return Ok(None) };
        if self.open.as_ref().is_none_or(|(n, _)| *n != row.section()) {
            let mut bytes = Vec::new();
            self.store.read(at.start, at.len as usize, &mut bytes)?;
            self.open = Some((row.section(), Section::new(at.chunk, bytes)));
        }
        Ok(self.open.as_ref().map(|(_, section)| (section, at.file)))
    }

    fn is_earlier(&self, row: KeyRow) -> bool {
        self.sections.get(row.section() as usize).is_some_and(|s| s.file >= self.earlier)
    }
}

/// The stage at work.
struct Stage<'r, 's> {
    ready: &'r Ready<'s>,
    archive: Archive,
    out: Regrouped,
    found: Vec<(ClaimRef, Finding)>,
}

impl Stage<'_, '_> {
    /// All days of one patient.
    fn patient(&mut self, rows: &[KeyRow]) -> io::Result<()> {
        if rows.len() < 2 || rows.iter().all(|r| self.archive.is_earlier(*r)) {
            return Ok(());
        }
        let first = rows[0].claim();
        let replaced =
            rows.iter().any(|r| r.has(flag::SUPERSEDES)) && rows.iter().any(|r| r.claim() != first);
        let successors = if replaced { self.successors(rows)? } else { HashMap::new() };
        for day in rows.chunk_by(|a, b| (a.date, a.group) == (b.date, b.group)) {
            if day.len() > 1 || replaced {
                self.day(day, &successors)?;
            }
        }
        Ok(())
    }

    /// For each claim id that a replacement or void of the patient names: where the last such claim stands.
    fn successors(&mut self, rows: &[KeyRow]) -> io::Result<HashMap<Vec<u8>, ClaimRef>> {
        let mut last = HashMap::new();
        let tables = &self.ready.setup.tables;
        for row in rows.iter().filter(|r| r.has(flag::SUPERSEDES)) {
            if self.archive.is_earlier(*row) {
                continue;
            }
            if let Some((section, _)) = self.archive.section(*row)? {
                let head = section.row(row.offset(), tables, &mut Vec::new());
                let at = last.entry(head.id.to_vec()).or_insert(head.claim);
                *at = head.claim.max(*at);
            }
        }
        Ok(last)
    }

    /// One day of a patient, on all claims.
    fn day(&mut self, day: &[KeyRow], successors: &HashMap<Vec<u8>, ClaimRef>) -> io::Result<()> {
        let setup = self.ready.setup;
        let (mut lines, mut earlier, mut all) = (Vec::new(), Vec::new(), Vec::new());
        let mut decided = None;
        let mut claims = BTreeMap::new();
        for row in day {
            let is_earlier = self.archive.is_earlier(*row);
            let Some((section, file)) = self.archive.section(*row)? else { continue };
            all.clear();
            let head = section.row(row.offset(), &setup.tables, &mut all);
            let superseded = successors.get(head.id).is_some_and(|last| head.claim < *last);
            let of_day = all.iter().filter(|l| l.date.number() == row.date);
            if is_earlier {
                earlier.extend(of_day.filter(|_| head.frequency != 8));
                continue;
            }
            if let Some(date) = all.iter().map(|l| l.date).find(|d| d.number() == row.date) {
                self.out.replaced.push((head.claim, date));
            }
            if head.frequency != 8 && !superseded {
                lines.extend(of_day);
                decided.get_or_insert((head.policy, head.secondary, head.form));
                claims.insert(head.claim, Late::new(&head, file));
            }
        }
        let (Some((policy, secondary, form)), Some(date)) =
            (decided, lines.first().map(|l: &DayLine<'_>| l.date))
        else {
            return Ok(());
        };
        lines.sort_by_key(DayLine::rank);
        let patient_day = PatientDay {
            date,
            lines: &lines,
            earlier: &earlier,
            marks: self.ready.marker.of_day(&lines, &earlier, &setup.tables),
            form,
            policy: setup.policies.get(policy),
            secondary,
            tables: &setup.tables,
            sidecar: setup.minutes.sidecar(),
        };
        self.found.clear();
        setup.plan.check_day(&patient_day, &mut self.found);
        for (claim, finding) in self.found.drain(..) {
            if let Some(late) = claims.get(&claim) {
                self.out.claims.entry(claim).or_insert_with(|| late.clone());
            }
            self.out.found.push((claim, finding));
        }
        Ok(())
    }
}

impl Late {
    fn new(head: &Head<'_>, file: u32) -> Late {
        let texts = [head.id, head.payer_id, head.payer_name].concat();
        Late { file, standing: head.standing, row: ClaimRow::late(head), texts }
    }
}
