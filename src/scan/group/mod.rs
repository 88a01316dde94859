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
mod superseded;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hasher as _;
use std::io;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use siphasher::sip::SipHasher13;

use crate::claim::claim::Claim;
use crate::claim::context::Context;
use crate::claim::context::Payer;
use crate::finding::Finding;
use crate::minutes::Sidecar;
use crate::rules::course::{
    Clash, Course, CourseLine, Habits, LEAST_LINES, LEAST_UNITS, LEAST_VISITS, ProviderDay, bare_minimum,
};
use crate::rules::day::{ClaimRef, DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::plan::Plan;
use crate::rules::policy::PolicyId;
use crate::rules::worth::Worth;
use crate::tables::Tables;
use crate::tables::therapy::Discipline;
use crate::x12::envelope::Standing;
use crate::x12::value::{Date, Npi};

use super::Ready;
use super::worker::ClaimRow;

use keys::{KeyRow, Keys, flag};
use record::{Head, Standings};
use store::{Spill, Store};
use superseded::Superseded;

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
    /// One row a rendering provider and day, with its timed units.
    providers: Vec<KeyRow>,
    /// Where in `providers` a provider's day stands that was added to lately.
    lately: Vec<u32>,
    /// One row an interval of a therapist's clock.
    clocks: Vec<KeyRow>,
    /// What each rendering provider's lines have in common, and the first claim.
    habits: Vec<(Npi, Habits, u32)>,
    /// Where in `habits` a provider stands that was added to lately.
    lately_habits: Vec<u32>,
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
    /// None, with room for those of a chunk.
    pub(super) fn of_chunk(bytes: usize) -> Rows {
        Rows { log: Vec::with_capacity(bytes / 5), keys: Vec::with_capacity(bytes / 400), ..Rows::default() }
    }

    /// Adds a claim whose patient can be told. `lines` are sorted by date.
    pub(super) fn add(
        &mut self,
        claim: &Claim<'_>,
        context: &Context,
        place: Place,
        lines: &[DayLine<'_>],
        sidecar: &Sidecar,
    ) {
        let offset = u32::try_from(self.log.len()).unwrap_or(u32::MAX);
        let group = group_digest(context.billing.npi, place.payer);
        let superseding = if matches!(claim.frequency, 7 | 8) { flag::SUPERSEDES } else { 0 };
        for day in lines.chunk_by(|a, b| a.date == b.date) {
            let flags = day.iter().fold(superseding, |flags, l| flags | flags_of(l));
            let (patient, date) = (context.patient as u64, day[0].date.number());
            self.keys.push(KeyRow::new(patient, date, group, offset, flags));
            if claim.frequency != 8 {
                self.add_provider(day, offset);
            }
        }
        for line in lines.iter().filter(|l| l.is_timed() && l.known.row.is_some() && claim.frequency != 8) {
            self.add_clock(line, offset, sidecar);
        }
        let decided = (place.policy, place.secondary);
        record::write(&mut self.log, place.claim, place.events, claim, context, decided, lines);
    }
}

/// A place for a number among those looked at lately.
fn slot(number: u64) -> usize {
    (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

/// Days of providers that are looked for before a new one is added.
const LATELY: usize = 256;

impl Rows {
    /// Adds a claim's day to what its rendering providers did.
    fn add_provider(&mut self, day: &[DayLine<'_>], offset: u32) {
        for (n, line) in day.iter().enumerate().filter(|(_, l)| l.is_timed()) {
            let Some(npi) = line.rendering else { continue };
            let units = line.units.and_then(|u| u.as_whole()).unwrap_or(0);
            self.add_units(npi, line.date, units, offset);
            let at = self.habits_of(npi, offset);
            let habits = &mut self.habits[at].1;
            habits.timed_lines += 1;
            habits.distinct_lines += u64::from(line.marks.has(Marks::DISTINCT));
            let of_provider = || day.iter().filter(|l| l.is_timed() && l.rendering == Some(npi));
            if day[..n].iter().all(|l| !l.is_timed() || l.rendering != Some(npi)) {
                habits.days += 1;
                habits.bare_days += u64::from(bare_minimum(of_provider()));
            }
        }
    }

    /// Where a provider's habits stand; a provider not added to lately gets a place more, which counts the same.
    fn habits_of(&mut self, npi: Npi, offset: u32) -> usize {
        if self.lately_habits.is_empty() {
            self.lately_habits.resize(LATELY, u32::MAX);
        }
        let at = &mut self.lately_habits[slot(npi.number()) % LATELY];
        if self.habits.get(*at as usize).is_none_or(|(known, ..)| *known != npi) {
            *at = u32::try_from(self.habits.len()).unwrap_or(u32::MAX);
            self.habits.push((npi, Habits::default(), offset));
        }
        *at as usize
    }

    fn add_units(&mut self, npi: Npi, date: Date, units: u32, offset: u32) {
        if self.lately.is_empty() {
            self.lately.resize(LATELY, u32::MAX);
        }
        let at = &mut self.lately[slot(npi.number() ^ u64::from(date.number()) << 20) % LATELY];
        match self.providers.get_mut(*at as usize) {
            Some(row) if row.patient == npi.number() && row.date == date.number() => {
                row.group = row.group.saturating_add(units);
            }
            _ => {
                *at = u32::try_from(self.providers.len()).unwrap_or(u32::MAX);
                self.providers.push(KeyRow::new(npi.number(), date.number(), units, offset, 0));
            }
        }
    }

    /// Adds the clock times of a line that its therapist gave to this patient alone.
    fn add_clock(&mut self, line: &DayLine<'_>, offset: u32, sidecar: &Sidecar) {
        let Some(row) = line.known.row else { return };
        let Some(therapist) = sidecar.details(row).therapist else { return };
        let order = u16::try_from(line.order).unwrap_or(u16::MAX).min(keys::FLAGS);
        if line.known.group == Some(true) {
            return;
        }
        for (start, end) in sidecar.intervals(row) {
            let clock = u32::from(*start) << 16 | u32::from(*end);
            self.clocks.push(KeyRow::new(therapist.number(), line.date.number(), clock, offset, order));
        }
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
    /// Where the envelopes stand: behind the rows.
    envelopes: u32,
    len: u32,
    chunk: u32,
    file: u32,
}

/// The rows of a run as they come.
#[derive(Debug)]
pub(super) struct Group {
    store: Store,
    keys: Keys,
    providers: Keys,
    clocks: Keys,
    habits: BTreeMap<Npi, (Habits, KeyRow)>,
    sections: Vec<SectionAt>,
    /// Inputs from this one on are earlier files, read for comparison.
    earlier: u32,
}

impl Group {
    pub(super) fn new(spill: Option<&Spill>, earlier: usize) -> Group {
        Group {
            store: Store::new(spill.cloned()),
            keys: Keys::new(spill.cloned()),
            providers: Keys::new(spill.cloned()),
            clocks: Keys::new(spill.cloned()),
            habits: BTreeMap::new(),
            sections: Vec::new(),
            earlier: u32::try_from(earlier).unwrap_or(u32::MAX),
        }
    }

    /// Takes the rows of the next chunk of the run.
    pub(super) fn add(
        &mut self,
        chunk: u32,
        file: u32,
        standings: &[Standing],
        rows: Rows,
    ) -> io::Result<()> {
        if rows.keys.is_empty() {
            return Ok(());
        }
        // Envelopes stand behind the rows, so that the rows need not be moved.
        let mut part = rows.log;
        let envelopes = u32::try_from(part.len()).unwrap_or(u32::MAX);
        record::write_standings(&mut part, standings);
        part.shrink_to_fit();
        let len = u32::try_from(part.len()).unwrap_or(u32::MAX);
        let section = u32::try_from(self.sections.len()).unwrap_or(u32::MAX);
        self.sections.push(SectionAt { start: self.store.len(), envelopes, len, chunk, file });
        self.store.append(part)?;
        self.keys.extend(&rows.keys, section)?;
        if file >= self.earlier {
            return Ok(());
        }
        for (npi, habits, offset) in &rows.habits {
            let first = KeyRow::new(npi.number(), 0, 0, *offset, 0).in_section(section);
            self.habits.entry(*npi).or_insert((Habits::default(), first)).0.add(habits);
        }
        self.providers.extend(&rows.providers, section)?;
        self.clocks.extend(&rows.clocks, section)
    }

    /// Puts the rows of each patient together and checks the days that several claims share. On several threads
    /// it is to be called within their pool.
    pub(super) fn check(self, ready: &Ready<'_>) -> io::Result<Regrouped> {
        let Group { store, keys, providers, clocks, habits, sections, earlier, .. } = self;
        let new_stage = || Stage::new(ready, &store, &sections, earlier);
        let threads = ready.setup.threads;
        let mut stage = new_stage();
        let sort = |rows: &mut Vec<KeyRow>| match threads {
            0 | 1 => rows.sort_unstable(),
            _ => rows.par_sort_unstable(),
        };
        keys.batches(sort, |rows| {
            if threads <= 1 {
                return stage.patients(rows);
            }
            // Parts are put together in their order, so that threads change nothing.
            let parts = split(rows, 4 * threads);
            let done: Vec<_> = parts
                .par_iter()
                .map(|part| {
                    let mut stage = new_stage();
                    stage.patients(part).map(|()| (stage.out, stage.superseded))
                })
                .collect();
            done.into_iter().try_for_each(|part| {
                let (out, superseded) = part?;
                stage.out.extend(out);
                stage.superseded.extend(superseded);
                Ok(())
            })
        })?;
        clocks.each(|rows| stage.therapist(rows))?;
        providers.each(|rows| stage.provider(rows))?;
        habits.values().try_for_each(|(habits, first)| stage.habits(habits, *first))?;
        stage.out.found.sort_by_key(|(claim, f)| (*claim, f.position.byte, f.position.at, f.rule, f.fault));
        stage.out.replaced.sort_unstable();
        Ok(stage.out)
    }
}

/// Sorted rows in about `count` parts, no patient in two of them.
fn split(rows: &[KeyRow], count: usize) -> Vec<&[KeyRow]> {
    let size = rows.len() / count.max(1) + 1;
    let (mut parts, mut rest) = (Vec::new(), rows);
    while !rest.is_empty() {
        let at = size.min(rest.len());
        let last = rest[at - 1].patient;
        let end = at + rest[at..].partition_point(|r| r.patient == last);
        let (part, more) = rest.split_at(end);
        parts.push(part);
        rest = more;
    }
    parts
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

impl Regrouped {
    /// Takes what was found on later patients.
    fn extend(&mut self, others: Regrouped) {
        self.found.extend(others.found);
        self.replaced.extend(others.replaced);
        self.claims.extend(others.claims);
    }
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

/// The rows as they are read back.
struct Archive<'g> {
    store: &'g Store,
    sections: &'g [SectionAt],
    earlier: u32,
    /// Envelopes of the sections read lately.
    standings: HashMap<u32, Standings>,
    /// For what is read back from disk.
    room: Vec<u8>,
}

/// Sections whose envelopes are kept at a time.
const LATEST: usize = 256;

impl Archive<'_> {
    /// A claim's row and which input it is from; its lines are appended to `lines`.
    fn row<'t>(
        &mut self,
        row: KeyRow,
        tables: &'t Tables,
        lines: &mut Vec<DayLine<'t>>,
    ) -> io::Result<Option<(Head<'_>, u32)>> {
        let Archive { store, sections, standings, room, .. } = self;
        let Some(at) = sections.get(row.section() as usize).copied() else { return Ok(None) };
        if standings.len() > LATEST {
            standings.clear();
        }
        let standings = match standings.entry(row.section()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                let (from, len) = (at.start + u64::from(at.envelopes), at.len - at.envelopes);
                free.insert(Standings::read(store.view(from, len as usize, room)?))
            }
        };
        let rest = at.envelopes.saturating_sub(row.offset()) as usize;
        let place = at.start + u64::from(row.offset());
        let len = record::length(store.view(place, rest.min(record::GLANCE), room)?).min(rest);
        let bytes = store.view(place, len, room)?;
        Ok(Some((record::read(bytes, at.chunk, standings, tables, lines), at.file)))
    }

    fn is_earlier(&self, row: KeyRow) -> bool {
        self.sections.get(row.section() as usize).is_some_and(|s| s.file >= self.earlier)
    }
}

/// The stage at work.
struct Stage<'r, 's> {
    ready: &'r Ready<'s>,
    archive: Archive<'r>,
    out: Regrouped,
    superseded: Superseded,
    found: Vec<(ClaimRef, Finding)>,
}

impl<'r, 's> Stage<'r, 's> {
    fn new(ready: &'r Ready<'s>, store: &'r Store, sections: &'r [SectionAt], earlier: u32) -> Stage<'r, 's> {
        Stage {
            ready,
            archive: Archive { store, sections, earlier, standings: HashMap::new(), room: Vec::new() },
            out: Regrouped::default(),
            superseded: Superseded::default(),
            found: Vec::new(),
        }
    }

    /// Patients one after the other.
    fn patients(&mut self, rows: &[KeyRow]) -> io::Result<()> {
        rows.chunk_by(|a, b| a.patient == b.patient).try_for_each(|rows| self.patient(rows))
    }

    /// All days of one patient.
    fn patient(&mut self, rows: &[KeyRow]) -> io::Result<()> {
        if (rows.len() < 2 && !self.of_all_courses()) || rows.iter().all(|r| self.archive.is_earlier(*r)) {
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
        if self.has_course(rows) {
            self.course(rows, &successors)?;
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
            if let Some((head, _)) = self.archive.row(*row, tables, &mut Vec::new())? {
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
            all.clear();
            let Some((head, file)) = self.archive.row(*row, &setup.tables, &mut all)? else { continue };
            let superseded = successors.get(head.id).is_some_and(|last| head.claim < *last);
            let of_day = all.iter().filter(|l| l.date.number() == row.date);
            if is_earlier {
                earlier.extend(of_day.filter(|_| head.frequency != 8));
                continue;
            }
            if superseded {
                self.superseded.add(*row, &all);
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
        setup.plan.check_day(&patient_day, &mut self.found);
        self.keep(&claims, &lines);
        Ok(())
    }

    /// Takes what was just found, and the claims and lines it was found on.
    fn keep(&mut self, claims: &BTreeMap<ClaimRef, Late>, lines: &[DayLine<'_>]) {
        let rates = &self.ready.setup.tables.rates;
        // Only a fee file changes the money of a finding; a day may have thousands of lines.
        let priced = lines.iter().filter(|l| l.on_file.fee.is_some());
        let priced: HashMap<_, _> = priced.map(|l| ((l.claim, l.order), l)).collect();
        for (claim, mut finding) in self.found.drain(..) {
            let line = priced.get(&(claim, finding.order));
            let worth = line.and_then(|l| Worth::of(rates, l.code, l.on_file.fee, l.units, l.charge));
            if let Some(worth) = worth {
                worth.revalue(&mut finding);
            }
            if let Some(late) = claims.get(&claim) {
                self.out.claims.entry(claim).or_insert_with(|| late.clone());
            }
            self.out.found.push((claim, finding));
        }
    }
}

impl Stage<'_, '_> {
    /// Whether every course is looked at: where money or plans are on file.
    fn of_all_courses(&self) -> bool {
        let setup = self.ready.setup;
        !(setup.fees.is_empty() && setup.spend.is_empty() && setup.plans.is_empty())
    }

    fn has_course(&self, rows: &[KeyRow]) -> bool {
        let several = |flags: u16, most: usize| rows.iter().filter(|r| r.has(flags)).count() > most;
        self.of_all_courses()
            || flag::EVALUATION.iter().any(|flags| several(*flags, 1))
            || several(flag::REEVALUATION, 0)
            || several(flag::REEDUCATION, LEAST_VISITS)
    }

    /// All lines of one patient, over time.
    fn course(&mut self, rows: &[KeyRow], successors: &HashMap<Vec<u8>, ClaimRef>) -> io::Result<()> {
        let setup = self.ready.setup;
        let mut by_claim = rows.to_vec();
        by_claim.sort_unstable_by_key(|r| r.claim());
        by_claim.dedup_by_key(|r| r.claim());
        let (mut lines, mut all, mut claims) = (Vec::new(), Vec::new(), BTreeMap::new());
        for row in by_claim {
            let earlier = self.archive.is_earlier(row);
            all.clear();
            let Some((head, file)) = self.archive.row(row, &setup.tables, &mut all)? else { continue };
            let superseded = !earlier && successors.get(head.id).is_some_and(|last| head.claim < *last);
            if head.frequency == 8 || superseded {
                continue;
            }
            let (policy, secondary) = (setup.policies.get(head.policy), head.secondary);
            let in_course = |line| CourseLine { line, earlier, group: row.group, policy, secondary };
            lines.extend(all.drain(..).map(in_course));
            if !earlier {
                claims.insert(head.claim, Late::new(&head, file));
            }
        }
        if claims.is_empty() {
            return Ok(());
        }
        lines.sort_by_key(|l| (l.line.date, l.line.claim, l.line.order));
        setup.plan.check_course(&Course { lines: &lines, tables: &setup.tables }, &mut self.found);
        self.found.retain(|(claim, _)| claims.contains_key(claim));
        let lines: Vec<DayLine<'_>> = lines.into_iter().map(|l: CourseLine<'_>| l.line).collect();
        self.keep(&claims, &lines);
        Ok(())
    }

    /// All clock times of one therapist.
    fn therapist(&mut self, rows: &[KeyRow]) -> io::Result<()> {
        for day in rows.chunk_by(|a, b| a.date == b.date) {
            // Sorted by the beginning; the one that ends last may reach over several others.
            let mut longest: Option<KeyRow> = None;
            for row in day {
                if self.superseded.has(*row) {
                    continue;
                }
                if let Some(before) = longest
                    && end(before) > start(*row)
                {
                    self.clash(before, *row, end(before).min(end(*row)) - start(*row))?;
                }
                if longest.is_none_or(|l| end(*row) > end(l)) {
                    longest = Some(*row);
                }
            }
        }
        Ok(())
    }

    fn clash(&mut self, a: KeyRow, b: KeyRow, minutes: u32) -> io::Result<()> {
        let setup = self.ready.setup;
        let (mut lines, mut claims, mut patients) = (Vec::new(), BTreeMap::new(), Vec::new());
        for row in [a, b] {
            let mut all = Vec::new();
            let Some((head, file)) = self.archive.row(row, &setup.tables, &mut all)? else { return Ok(()) };
            let Some(line) = all.into_iter().find(|l| l.order == u32::from(row.flags())) else {
                return Ok(());
            };
            patients.push(head.patient);
            claims.insert(head.claim, Late::new(&head, file));
            lines.push(line);
        }
        if let [first, second] = lines.as_slice()
            && patients[0] != patients[1]
        {
            setup.plan.check_clash(&Clash { first, second, minutes }, &mut self.found);
            self.keep(&claims, &lines);
        }
        Ok(())
    }

    /// All days of one rendering provider.
    fn provider(&mut self, rows: &[KeyRow]) -> io::Result<()> {
        for day in rows.chunk_by(|a, b| a.date == b.date) {
            let units = day.iter().fold(0u32, |sum, r| sum.saturating_add(r.group));
            let units = units.saturating_sub(self.superseded.units(day[0].patient, day[0].date));
            let first = day.iter().min_by_key(|r| (self.superseded.has(**r), r.claim()));
            let Some(first) = first.filter(|_| units > LEAST_UNITS) else { continue };
            self.on_first_line(*first, |plan, line, found| {
                if line.date.number() == first.date {
                    plan.check_provider_day(&ProviderDay { date: line.date, units, line }, found);
                }
            })?;
        }
        Ok(())
    }

    fn habits(&mut self, habits: &Habits, first: KeyRow) -> io::Result<()> {
        if habits.timed_lines < LEAST_LINES {
            return Ok(());
        }
        self.on_first_line(first, |plan, line, found| plan.check_habits(habits, line, found))
    }

    /// Checks something on the first timed line of a provider's first claim, of the day the row is of, if it is
    /// of one.
    fn on_first_line(
        &mut self,
        row: KeyRow,
        check: impl Fn(&Plan, &DayLine<'_>, &mut Vec<(ClaimRef, Finding)>),
    ) -> io::Result<()> {
        let setup = self.ready.setup;
        let mut all = Vec::new();
        let Some((head, file)) = self.archive.row(row, &setup.tables, &mut all)? else { return Ok(()) };
        let of_provider = |l: &&DayLine<'_>| {
            l.is_timed()
                && l.rendering.is_some_and(|npi| npi.number() == row.patient)
                && (row.date == 0 || l.date.number() == row.date)
        };
        let Some(line) = all.iter().find(of_provider) else { return Ok(()) };
        let claims = BTreeMap::from([(head.claim, Late::new(&head, file))]);
        check(&setup.plan, line, &mut self.found);
        self.keep(&claims, &all);
        Ok(())
    }
}

fn start(row: KeyRow) -> u32 {
    row.group >> 16
}

fn end(row: KeyRow) -> u32 {
    row.group & 0xffff
}

impl Late {
    fn new(head: &Head<'_>, file: u32) -> Late {
        let texts = [head.id, head.payer_id, head.payer_name].concat();
        Late { file, standing: head.standing, row: ClaimRow::late(head), texts }
    }
}
