//! The grouping stage: what only shows when claims are put side by side.
//!
//! Workers check each claim's days by themselves and leave behind a compact row of each. Here the rows of a
//! patient come together; a day that several claims share is checked again as one, and what was found on its
//! parts is taken back. The result depends neither on the order of files nor on threads: rows are sorted by
//! patient and day, and then by where their claims stand in the input.
//!
//! Memory is bounded where rows may go to a directory: those beyond the budget are in a file of it.

mod archive;
mod bytes;
mod days;
pub(crate) mod keys;
mod providers;
pub(crate) mod record;
pub(super) mod rows;
mod stage;
pub mod store;
mod superseded;

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::finding::Finding;
use crate::rules::day::ClaimRef;
use crate::rules::plan::Outcomes;
use crate::rules::waiver::Subject;
use crate::x12::envelope::Standing;
use crate::x12::value::Date;

use super::Ready;
use super::row::ClaimRow;

use archive::{Archive, SectionAt};
use keys::{Keys, PARTS, Room};
use record::Head;
use rows::Section;
use stage::Stage;
use store::{Spill, Store};
use superseded::Superseded;

/// Which part of the budget keys get by with, and providers, who have far fewer rows: as small as they are, each is full
/// early in a run. What fills slowly would make a run of eight gigabytes larger than one of one.
const KEYS: usize = 4;
const PROVIDERS: usize = 32;

/// The rows of a run as they come.
#[derive(Debug)]
pub(super) struct Group {
    store: Store,
    keys: Keys,
    providers: Keys,
    clocks: Keys,
    habits: Keys,
    sections: Vec<SectionAt>,
    /// The first section of the file at hand.
    file_from: u32,
}

impl Group {
    pub(super) fn new(spill: Option<&Spill>) -> Group {
        let share = |of: usize| spill.map(|s| Spill { budget: s.budget / of, ..s.clone() });
        Group {
            store: Store::new(spill.cloned()),
            keys: Keys::new(share(KEYS)),
            providers: Keys::new(share(PROVIDERS)),
            clocks: Keys::new(share(PROVIDERS)),
            habits: Keys::new(share(PROVIDERS)),
            sections: Vec::new(),
            file_from: 0,
        }
    }

    /// Takes the rows of the next chunk of the run.
    pub(super) fn add(&mut self, chunk: u32, (file, earlier): (u32, bool), rows: Section) -> io::Result<()> {
        let len = u32::try_from(rows.part.len()).unwrap_or(u32::MAX);
        let section = u32::try_from(self.sections.len()).unwrap_or(u32::MAX);
        let (start, commons) = (self.store.len(), rows.commons);
        self.sections.push(SectionAt { start, commons, len, chunk, file, earlier });
        self.store.take(rows.part)?;
        self.keys.extend(&rows.keys, section)?;
        if earlier {
            return Ok(());
        }
        self.habits.extend(&rows.habits, section)?;
        self.providers.extend(&rows.providers, section)?;
        self.clocks.extend(&rows.clocks, section)
    }

    /// The file at hand has ended. Of one whose results are withheld the rows are taken back.
    pub(super) fn close_file(&mut self, results: Results) {
        let until = u32::try_from(self.sections.len()).unwrap_or(u32::MAX);
        let from = std::mem::replace(&mut self.file_from, until);
        if results == Results::Withheld {
            for rows in [&mut self.keys, &mut self.providers, &mut self.clocks, &mut self.habits] {
                rows.take_back(from..until);
            }
        }
    }

    /// Puts the rows of each patient together and checks the days that several claims share. On several threads
    /// it is to be called within their pool.
    pub(super) fn check(self, ready: &Ready<'_>) -> io::Result<Regrouped> {
        let Group { mut store, keys, providers, clocks, habits, sections, .. } = self;
        store.close();
        let new_stage = || Stage::new(ready, Archive::new(&store, &sections));
        let (stop, threads) = (&ready.setup.stop, ready.setup.threads);
        stop.check()?;
        let of_patients = in_parts(threads, |parts| {
            let (mut stage, mut room) = (new_stage(), Room::of(&keys));
            for n in parts {
                keys.each(n, &mut room, |rows| stop.check().and_then(|()| stage.patient(rows)))?;
            }
            Ok((stage.out, stage.superseded))
        })?;
        drop(keys);
        let (mut out, mut superseded) = (Regrouped::default(), Superseded::default());
        for (of_part, superseded_of_part) in of_patients {
            out.extend(of_part);
            superseded.extend(superseded_of_part);
        }
        // Only now it is known which claims were superseded.
        let of_providers = in_parts(threads, |parts| {
            let (mut stage, mut room) = (new_stage(), Room::default());
            for n in parts {
                stop.check()?;
                clocks.each(n, &mut room, |rows| stage.therapist(rows, &superseded))?;
                providers.each(n, &mut room, |rows| stage.provider(rows, &superseded))?;
                habits.each(n, &mut room, |rows| stage.habits(rows))?;
            }
            Ok(stage.out)
        })?;
        of_providers.into_iter().for_each(|of_part| out.extend(of_part));
        out.found.sort_by_key(|(claim, f)| (*claim, f.position.byte, f.position.at, f.rule, f.fault));
        out.replaced.sort_unstable();
        Ok(out)
    }
}

/// Does something with all parts of rows, some at a time on each thread. What it comes to is in the order of the parts, so
/// that threads change nothing.
fn in_parts<T: Send>(
    threads: usize,
    work: impl Fn(Range<usize>) -> io::Result<T> + Sync,
) -> io::Result<Vec<T>> {
    if threads <= 1 {
        return Ok(vec![work(0..PARTS)?]);
    }
    let size = PARTS / (PARTS / 8).min(4 * threads);
    let parts: Vec<Range<usize>> =
        (0..PARTS).step_by(size).map(|from| from..PARTS.min(from + size)).collect();
    parts.into_par_iter().map(&work).collect()
}

/// What becomes of the results of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Results {
    Released,
    Withheld,
}

/// What the stage found.
#[derive(Debug, Default)]
pub(super) struct Regrouped {
    /// Findings, by claim.
    pub found: Vec<(ClaimRef, Finding)>,
    /// Days of claims whose own findings of days no longer hold, by claim.
    pub replaced: Vec<(ClaimRef, Date)>,
    /// How often rules were to be applied to days that several claims share, and what became of it.
    pub applications: u64,
    pub outcomes: Outcomes,
    /// The claims of `found`, for those that had no finding of their own.
    pub claims: BTreeMap<ClaimRef, Late>,
}

impl Regrouped {
    /// Takes what was found on later patients.
    fn extend(&mut self, others: Regrouped) {
        self.found.extend(others.found);
        self.replaced.extend(others.replaced);
        self.claims.extend(others.claims);
        self.applications += others.applications;
        self.outcomes.add(&others.outcomes);
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
    /// The day its transaction set was made (BHT04).
    pub created: Option<Date>,
}

impl Late {
    fn new(head: &Head<'_>, file: u32) -> Late {
        let texts = [head.id, head.payer_id, head.payer_name].concat();
        Late { file, standing: head.standing, row: ClaimRow::late(head), texts, created: head.created }
    }

    /// What waivers ask about it.
    fn subject(&self, as_of: Option<Date>) -> Subject<'_> {
        let Late { row, texts, created, .. } = self;
        Subject {
            claim: row.id.of(texts),
            payer_id: row.payer_id.of(texts),
            payer_name: row.payer_name.of(texts),
            provider: row.billing,
            day: as_of.or(*created),
        }
    }
}
