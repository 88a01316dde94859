//! Therapists and providers one at a time: clocks, days and habits, over all patients.
//!
//! After all patients, because only then it is known which claims were superseded.

use std::io;

use crate::finding::Finding;
use crate::rules::course::{Clash, Habits, LEAST_LINES, LEAST_UNITS, ProviderDay};
use crate::rules::day::{ClaimRef, DayLine};
use crate::rules::plan::Plan;

use super::Late;
use super::keys::KeyRow;
use super::rows;
use super::stage::{Claims, Stage};
use super::superseded::Superseded;

impl Stage<'_, '_> {
    /// All clock times of one therapist.
    pub(super) fn therapist(&mut self, rows: &[KeyRow], superseded: &Superseded) -> io::Result<()> {
        for day in rows.chunk_by(|a, b| a.date == b.date) {
            // Sorted by the beginning; the one that ends last may reach over several others.
            let mut longest: Option<KeyRow> = None;
            for row in day {
                if superseded.has(*row) {
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
        let (mut lines, mut claims, mut patients) = (Vec::new(), Claims::default(), Vec::new());
        for row in [a, b] {
            let mut all = Vec::new();
            let Some((head, file)) = self.archive.row(row, &setup.tables, &mut all)? else { return Ok(()) };
            let Some(line) = all.into_iter().find(|l| l.order == u32::from(row.flags())) else {
                return Ok(());
            };
            patients.push(head.patient);
            claims.add(head.claim, Late::new(&head, file));
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
    pub(super) fn provider(&mut self, rows: &[KeyRow], superseded: &Superseded) -> io::Result<()> {
        for day in rows.chunk_by(|a, b| a.date == b.date) {
            let units = day.iter().fold(0u32, |sum, r| sum.saturating_add(r.group));
            let units = units.saturating_sub(superseded.units(day[0].patient, day[0].date));
            // Said of the first claim even if a later one replaced it: a row may stand for several claims of a chunk, so
            // that which of them were replaced is known of the first alone.
            let first = day.iter().min_by_key(|r| r.claim());
            let Some(first) = first.filter(|_| units > LEAST_UNITS) else { continue };
            self.on_first_line(*first, |plan, line, found| {
                if line.date.number() == first.date {
                    plan.check_provider_day(&ProviderDay { date: line.date, units, line }, found);
                }
            })?;
        }
        Ok(())
    }

    /// What a provider's lines have in common.
    pub(super) fn habits(&mut self, rows: &[KeyRow]) -> io::Result<()> {
        let mut habits = Habits::default();
        rows.iter().for_each(|row| habits.add(&rows::habits(*row)));
        let first = rows.iter().min_by_key(|r| r.claim()).map(|r| r.of_no_day());
        let Some(first) = first.filter(|_| habits.timed_lines >= LEAST_LINES) else { return Ok(()) };
        self.on_first_line(first, |plan, line, found| plan.check_habits(&habits, line, found))
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
        let mut claims = Claims::default();
        claims.add(head.claim, Late::new(&head, file));
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
