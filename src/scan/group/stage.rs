//! Patients one at a time: days that several claims share, and courses of treatment.

use std::collections::HashMap;
use std::io;

use crate::finding::Finding;
use crate::rules::course::{Course, CourseLine, LEAST_VISITS};
use crate::rules::day::{ClaimRef, DayLine, PatientDay};
use crate::rules::waiver::Subject;
use crate::rules::worth::Worth;
use crate::scan::Ready;
use crate::x12::value::Date;

use super::archive::Archive;
use super::keys::{KeyRow, flag};
use super::record::Head;
use super::superseded::Superseded;
use super::{Late, Regrouped};

/// The stage at work.
pub(super) struct Stage<'r, 's> {
    pub(super) ready: &'r Ready<'s>,
    pub(super) archive: Archive<'r>,
    pub(super) out: Regrouped,
    pub(super) superseded: Superseded,
    pub(super) found: Vec<(ClaimRef, Finding)>,
    room: Room<'s>,
    /// The claims of the patient at hand, a row for each of their days.
    days: Vec<KeyRow>,
}

/// Room that is used again for each day: threads that ask for memory and give it back wait for each other.
#[derive(Default)]
struct Room<'t> {
    claims: Claims,
    /// Lines of one claim.
    all: Vec<DayLine<'t>>,
    lines: Vec<DayLine<'t>>,
    earlier: Vec<DayLine<'t>>,
}

/// The claims of what is looked at, ascending.
#[derive(Default)]
pub(super) struct Claims(Vec<(ClaimRef, Late)>);

impl Claims {
    /// Adds a claim; they mostly come as they stand.
    pub(super) fn add(&mut self, claim: ClaimRef, late: Late) {
        if self.0.last().is_none_or(|(last, _)| *last < claim) {
            self.0.push((claim, late));
        } else if let Err(at) = self.0.binary_search_by_key(&claim, |(known, _)| *known) {
            self.0.insert(at, (claim, late));
        }
    }

    fn get(&self, claim: ClaimRef) -> Option<&Late> {
        let at = self.0.binary_search_by_key(&claim, |(known, _)| *known).ok()?;
        self.0.get(at).map(|(_, late)| late)
    }
}

impl<'r, 's> Stage<'r, 's> {
    pub(super) fn new(ready: &'r Ready<'s>, archive: Archive<'r>) -> Stage<'r, 's> {
        let (out, superseded) = (Regrouped::default(), Superseded::default());
        Stage { ready, archive, out, superseded, found: Vec::new(), room: Room::default(), days: Vec::new() }
    }

    /// All days of one patient.
    pub(super) fn patient(&mut self, rows: &[KeyRow]) -> io::Result<()> {
        let several = rows.iter().any(|r| r.claim() != rows[0].claim());
        let has_course = self.has_course(rows);
        // Of most patients a run has one claim.
        if !(several || has_course) || rows.iter().all(|r| self.archive.is_earlier(*r)) {
            return Ok(());
        }
        let replaced = several && rows.iter().any(|r| r.has(flag::SUPERSEDES));
        let successors = if replaced { self.successors(rows)? } else { HashMap::new() };
        if several {
            let mut days = std::mem::take(&mut self.days);
            days.clear();
            days.extend(rows.iter().flat_map(|row| row.each_day()));
            days.sort_unstable();
            for day in days.chunk_by(|a, b| (a.date, a.group) == (b.date, b.group)) {
                if day.len() > 1 || replaced {
                    self.day(day, &successors)?;
                }
            }
            self.days = days;
        }
        if has_course { self.course(rows, &successors) } else { Ok(()) }
    }

    /// The replacements and voids of the patient, by the claim id they name.
    fn successors(&mut self, rows: &[KeyRow]) -> io::Result<Successors> {
        let mut last = HashMap::new();
        let tables = &self.ready.setup.tables;
        for row in rows.iter().filter(|r| r.has(flag::SUPERSEDES)) {
            if self.archive.is_earlier(*row) {
                continue;
            }
            if let Some((head, file)) = self.archive.row(*row, tables, &mut Vec::new())? {
                let last: &mut Last = last.entry(head.id.to_vec()).or_default();
                last.add(Successor::new(&head, file));
            }
        }
        Ok(last)
    }

    /// One day of a patient, on all claims.
    fn day(&mut self, day: &[KeyRow], successors: &Successors) -> io::Result<()> {
        let setup = self.ready.setup;
        let mut room = std::mem::take(&mut self.room);
        let Room { claims, all, lines, earlier } = &mut room;
        claims.0.clear();
        lines.clear();
        earlier.clear();
        let mut decided = None;
        for row in day {
            let is_earlier = self.archive.is_earlier(*row);
            all.clear();
            let Some((head, file)) = self.archive.row(*row, &setup.tables, all)? else { continue };
            let superseded = is_superseded(&head, file, successors);
            let of_day = all.iter().filter(|l| l.date.number() == row.date);
            if is_earlier {
                earlier.extend(of_day.filter(|_| head.frequency != 8).cloned());
                continue;
            }
            if superseded {
                self.superseded.add(*row, all);
            }
            if row.has(flag::FOUND)
                && let Some(date) = all.iter().map(|l| l.date).find(|d| d.number() == row.date)
            {
                self.out.replaced.push((head.claim, date));
            }
            if head.frequency != 8 && !superseded {
                lines.extend(of_day.cloned());
                decided.get_or_insert((head.policy, head.secondary, head.form));
                claims.add(head.claim, Late::new(&head, file));
            }
        }
        if let (Some((policy, secondary, form)), [first, ..]) = (decided, lines.as_slice()) {
            let date = first.date;
            lines.sort_by_key(DayLine::rank);
            let patient_day = PatientDay {
                date,
                lines,
                earlier,
                marks: self.ready.marker.of_day(lines, earlier, &setup.tables),
                form,
                policy: setup.policies.get(policy),
                secondary,
                tables: &setup.tables,
                sidecar: setup.minutes.sidecar(),
            };
            self.out.applications += setup.plan.applications_of_day();
            let subject = |claim| subject_of(claims, claim, setup.as_of);
            setup.plan.check_day(&patient_day, &subject, &mut self.found, &mut self.out.outcomes);
            self.keep(claims, lines);
        }
        self.room = room;
        Ok(())
    }

    /// Takes what was just found, and the claims and lines it was found on.
    pub(super) fn keep(&mut self, claims: &Claims, lines: &[DayLine<'_>]) {
        if self.found.is_empty() {
            return;
        }
        let setup = self.ready.setup;
        let rates = &setup.tables.rates;
        // Only a fee file changes the money of a finding; a day may have thousands of lines.
        let priced = lines.iter().filter(|l| l.on_file.fee.is_some());
        let priced: HashMap<_, _> = priced.map(|l| ((l.claim, l.order), l)).collect();
        for (claim, mut finding) in self.found.drain(..) {
            let line = priced.get(&(claim, finding.order));
            let worth = line.and_then(|l| Worth::of(rates, l.code, l.on_file.fee, l.units, l.charge));
            if let Some(worth) = worth {
                worth.revalue(&mut finding);
            }
            if !setup.plan.waivers().is_empty() {
                setup.plan.waivers().mark(&subject_of(claims, claim, setup.as_of), &mut finding);
            }
            if let Some(late) = claims.get(claim) {
                self.out.claims.entry(claim).or_insert_with(|| late.clone());
            }
            self.out.found.push((claim, finding));
        }
    }

    /// Whether every course is looked at: where money or plans are on file.
    fn of_all_courses(&self) -> bool {
        let setup = self.ready.setup;
        !(setup.fees.is_empty() && setup.spend.is_empty() && setup.plans.is_empty())
    }

    fn has_course(&self, rows: &[KeyRow]) -> bool {
        let all = rows.iter().fold(0, |all, r| all | r.flags());
        let on_days = |flags: u16| {
            let some = if all & flags == 0 { &[] } else { rows };
            some.iter().filter(|r| r.has(flags)).map(|r| r.days().len()).sum::<usize>()
        };
        self.of_all_courses()
            || flag::EVALUATION.iter().any(|flags| on_days(*flags) > 1)
            || (all & flag::REEVALUATION != 0 && rows.iter().map(|r| r.days().len()).sum::<usize>() > 1)
            || rows.iter().map(|r| r.reeducation()).sum::<usize>() > LEAST_VISITS
    }

    /// All lines of one patient, over time.
    fn course(&mut self, rows: &[KeyRow], successors: &Successors) -> io::Result<()> {
        let setup = self.ready.setup;
        let mut by_claim = rows.to_vec();
        by_claim.sort_unstable_by_key(|r| r.claim());
        by_claim.dedup_by_key(|r| r.claim());
        let (mut lines, mut all, mut claims) = (Vec::new(), Vec::new(), Claims::default());
        for row in by_claim {
            let earlier = self.archive.is_earlier(row);
            all.clear();
            let Some((head, file)) = self.archive.row(row, &setup.tables, &mut all)? else { continue };
            let superseded = !earlier && is_superseded(&head, file, successors);
            if head.frequency == 8 || superseded {
                continue;
            }
            let (policy, secondary) = (setup.policies.get(head.policy), head.secondary);
            let in_course = |line| CourseLine { line, earlier, group: row.group, policy, secondary };
            lines.extend(all.drain(..).map(in_course));
            if !earlier {
                claims.add(head.claim, Late::new(&head, file));
            }
        }
        if claims.0.is_empty() {
            return Ok(());
        }
        lines.sort_by_key(|l| (l.line.date, l.line.claim, l.line.order));
        setup.plan.check_course(&Course { lines: &lines, tables: &setup.tables }, &mut self.found);
        self.found.retain(|(claim, _)| claims.get(*claim).is_some());
        let lines: Vec<DayLine<'_>> = lines.into_iter().map(|l: CourseLine<'_>| l.line).collect();
        self.keep(&claims, &lines);
        Ok(())
    }
}

/// What waivers ask about a claim of those at hand.
fn subject_of(claims: &Claims, claim: ClaimRef, as_of: Option<Date>) -> Subject<'_> {
    claims.get(claim).map_or_else(Subject::default, |late| late.subject(as_of))
}

/// Replacements and voids, by the claim id they name.
type Successors = HashMap<Vec<u8>, Last>;

/// A replacement or void claim, as far as it comes before or after another claim of its id.
#[derive(Clone, Copy)]
struct Successor {
    claim: ClaimRef,
    file: u32,
    created: Option<Date>,
    /// Of claims made on one day: what is billed, then what replaces it, then what takes it away.
    rank: u8,
}

impl Successor {
    fn new(head: &Head<'_>, file: u32) -> Successor {
        let rank = match head.frequency {
            8 => 2,
            7 => 1,
            _ => 0,
        };
        Successor { claim: head.claim, file, created: head.created, rank }
    }

    /// Within a file as the claims stand; between files by the day they were made, so that the order in which
    /// files are named decides nothing but between two alike.
    fn comes_before(&self, other: &Successor) -> bool {
        if self.file == other.file {
            return self.claim < other.claim;
        }
        self.between_files() < other.between_files()
    }

    fn between_files(&self) -> (Option<Date>, u8, ClaimRef) {
        (self.created, self.rank, self.claim)
    }
}

/// The last replacements and voids of a claim id: no other can come after a claim that none of these comes after. A batch
/// may have thousands of one id.
#[derive(Default)]
struct Last {
    of_file: HashMap<u32, Successor>,
    /// The last between files, and the last of those in other files than that one.
    of_all: Option<Successor>,
    of_others: Option<Successor>,
}

impl Last {
    fn add(&mut self, new: Successor) {
        let last = self.of_file.entry(new.file).or_insert(new);
        if last.comes_before(&new) {
            *last = new;
        }
        let after = |known: Option<Successor>| known.is_none_or(|k| k.between_files() < new.between_files());
        match self.of_all {
            Some(all) if all.file != new.file => {
                if after(self.of_all) {
                    (self.of_all, self.of_others) = (Some(new), Some(all));
                } else if after(self.of_others) {
                    self.of_others = Some(new);
                }
            }
            all if after(all) => self.of_all = Some(new),
            _ => {}
        }
    }

    /// Whether any of them comes after a claim of their id.
    fn is_after(&self, claim: &Successor) -> bool {
        let known = [self.of_file.get(&claim.file), self.of_all.as_ref(), self.of_others.as_ref()];
        known.into_iter().flatten().any(|later| claim.comes_before(later))
    }
}

/// Whether a replacement or void came after a claim of its id.
fn is_superseded(head: &Head<'_>, file: u32, successors: &Successors) -> bool {
    successors.get(head.id).is_some_and(|last| last.is_after(&Successor::new(head, file)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Of a few files, days and kinds: the last ones say what all of them say.
        #[test]
        fn the_last_say_what_all_say(
            rows in proptest::collection::vec((0u32..4, 0u32..4, 0u8..3), 1..12),
            asked in (0u32..5, 0u32..4, 0u8..3, 0u32..14),
        ) {
            let made = |day: u32| Date::new(2026, 3, 1 + day).filter(|_| day > 0);
            let of = |claim: u32, (file, day, rank): (u32, u32, u8)| Successor {
                claim: ClaimRef { chunk: file, claim },
                file,
                created: made(day),
                rank,
            };
            let mut last = Last::default();
            let all: Vec<Successor> = (0..).zip(rows).map(|(n, row)| of(n, row)).collect();
            all.iter().for_each(|one| last.add(*one));
            let (file, day, rank, claim) = asked;
            for this in all.iter().copied().chain([of(claim, (file, day, rank))]) {
                prop_assert_eq!(last.is_after(&this), all.iter().any(|later| this.comes_before(later)));
            }
        }
    }
}
