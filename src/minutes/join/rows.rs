//! The rows of a sidecar given to the lines of one claim: each row of a line to the one line it fits, each total
//! to all lines of its visit.
//!
//! Refuses to choose: a row that fits two lines is used for none, and so is one of several visits of a day.

use crate::minutes::sidecar::{Entry, Key, Sidecar};
use crate::minutes::{LineMinutes, RowId, Said, Source};
use crate::tables::therapy::Discipline;
use crate::x12::code::Modifiers;
use crate::x12::value::Date;

use super::lines::LineIndex;
use super::{ClaimMinutes, JoinLine};

/// Buffers of the join, kept from claim to claim: made once, filled anew for each.
#[derive(Debug, Default)]
pub struct JoinBuffers {
    index: LineIndex,
    /// What rows said of the visits of a date, by where the date begins in the index, and by discipline.
    told: Vec<[Told; 4]>,
}

/// One claim while rows are given to its lines.
pub(super) struct Rows<'j> {
    sidecar: &'j Sidecar,
    lines: &'j [JoinLine<'j>],
    buffers: &'j mut JoinBuffers,
    out: &'j mut ClaimMinutes,
}

impl<'j> Rows<'j> {
    pub(super) fn new(
        sidecar: &'j Sidecar,
        lines: &'j [JoinLine<'j>],
        buffers: &'j mut JoinBuffers,
        out: &'j mut ClaimMinutes,
    ) -> Rows<'j> {
        buffers.index.begin();
        buffers.told.clear();
        Rows { sidecar, lines, buffers, out }
    }

    /// The date of the `at`-th line, counted by date, or of the first after it that has one; and where the lines
    /// of the next date begin.
    pub(super) fn next_date(&mut self, at: usize) -> Option<(Date, usize)> {
        let lines = self.lines;
        let rest = self.buffers.index.by_date(lines).get(at..).unwrap_or_default();
        let date = rest.iter().find_map(|n| lines.get(*n as usize)?.date)?;
        Some((date, self.buffers.index.day(lines, date).end))
    }

    /// Gives a row of one line to that line.
    pub(super) fn line(&mut self, row: Entry<'_>) {
        match self.fit(row) {
            Fit::None => {}
            Fit::Many => self.out.ambiguous.push(row.id),
            Fit::One(at) => {
                self.out.matched.push(row.id);
                if let Some(line) = self.out.lines.get_mut(at) {
                    take(row, line, self.sidecar);
                }
            }
        }
    }

    /// Gives the totals of a row to all lines of its visit.
    pub(super) fn visit(&mut self, row: Entry<'_>) {
        if matches!(row.key(), Key::Visit) {
            return self.whole_visit(row);
        }
        // The clock times of such a row are those of its line.
        let said = Totals { span: None, ..Totals::of(row) };
        if said.timed.or(said.treatment).is_none() {
            return;
        }
        let Fit::One(at) = self.fit(row) else { return };
        let Some(line) = self.lines.get(at) else { return };
        let discipline = row.discipline().or_else(|| Discipline::of_modifiers(&line.modifiers));
        self.spread(line.date.or(row.dos()), discipline, &said);
        // The row's own line is of its visit, whatever its date and modifiers say.
        if let Some(line) = self.out.lines.get_mut(at) {
            said.put(line);
        }
    }

    fn whole_visit(&mut self, row: Entry<'_>) {
        let (date, discipline) = (row.dos(), row.discipline());
        if !row.is_one_of_several() {
            if self.spread(date, discipline, &Totals::of(row)) {
                self.out.matched.push(row.id);
            }
            return;
        }
        let lines = self.lines;
        let day = date.map_or(0..0, |date| self.buffers.index.day(lines, date));
        let day = self.buffers.index.by_date(lines).get(day).unwrap_or_default();
        let suits = |n: &u32| lines.get(*n as usize).is_some_and(|line| suits(discipline, &line.modifiers));
        if day.iter().any(suits) {
            self.out.ambiguous.push(row.id);
        }
    }

    /// Gives totals to all lines of a date and discipline. Whether there are any.
    fn spread(&mut self, date: Option<Date>, discipline: Option<Discipline>, totals: &Totals) -> bool {
        let (Some(date), lines) = (date, self.lines) else { return false };
        let JoinBuffers { index, told } = &mut *self.buffers;
        let range = index.day(lines, date);
        told.resize(lines.len(), [Told::default(); 4]);
        // A date without lines begins where the next one does.
        let Some(told) = told.get_mut(range.start).filter(|_| !range.is_empty()) else { return false };
        let [any, pt, ot, slp] = told;
        let told = match discipline {
            None => any,
            Some(Discipline::Pt) => pt,
            Some(Discipline::Ot) => ot,
            Some(Discipline::Slp) => slp,
        };
        if !told.makes_idle(totals) {
            for n in index.by_date(lines).get(range).unwrap_or_default() {
                let (line, slot) = (lines.get(*n as usize), self.out.lines.get_mut(*n as usize));
                if let (Some(line), Some(slot)) = (line, slot)
                    && suits(discipline, &line.modifiers)
                {
                    totals.put(slot);
                    told.any_line = true;
                }
            }
            told.add(totals);
        }
        told.any_line
    }

    /// The lines a row fits.
    fn fit(&mut self, row: Entry<'_>) -> Fit {
        let (lines, index) = (self.lines, &mut self.buffers.index);
        let found = match row.key() {
            Key::Control(control) => index.of_control(lines, control),
            Key::Number(number) => index.of_number(lines, number),
            Key::Service => {
                let modifiers = Some(row.modifiers()).filter(|m| *m != Modifiers::default());
                index.of_service(lines, row.dos(), row.code(), modifiers.map(|m| m.sorted()))
            }
            Key::Visit => return Fit::None,
        };
        let mut fitting = found
            .iter()
            .map(|n| *n as usize)
            .filter(|n| lines.get(*n).is_some_and(|line| does_not_contradict(row, line)));
        match (fitting.next(), fitting.next()) {
            (None, _) => Fit::None,
            (Some(at), None) => Fit::One(at),
            _ => Fit::Many,
        }
    }
}

/// The lines a row fits.
enum Fit {
    None,
    One(usize),
    Many,
}

/// Whether what a row says beside its key agrees with a line that has that key.
fn does_not_contradict(row: Entry<'_>, line: &JoinLine<'_>) -> bool {
    match row.key() {
        Key::Control(_) => true,
        // Exports number lines in their own order at times: a row that says another code or date is of
        // another line, and better reported than used.
        Key::Number(_) => {
            (row.code().is_none() || row.code() == line.code)
                && (row.dos().is_none() || line.date.is_none() || row.dos() == line.date)
        }
        Key::Service => line.date.is_some() && suits(row.discipline(), &line.modifiers),
        Key::Visit => false,
    }
}

/// Whether a line with these modifiers may be of the discipline. One that bears no discipline's modifier,
/// as for payers that ask for none, may be of any.
fn suits(discipline: Option<Discipline>, modifiers: &Modifiers) -> bool {
    match (discipline, Discipline::of_modifiers(modifiers)) {
        (Some(row), Some(line)) => row == line,
        _ => true,
    }
}

/// Puts a row's minutes into its line, unless a more exact row is there already.
fn take(row: Entry<'_>, line: &mut LineMinutes, sidecar: &Sidecar) {
    // A row that has no minutes of the line (only totals) gives way to any that has.
    let weight = |e: Entry<'_>| (e.minutes().is_some(), e.exactness());
    if let Some(before) = line.row.and_then(|id| sidecar.entry(id.0))
        && weight(row) <= weight(before)
    {
        if let (true, Some(minutes)) = (weight(row) == weight(before), row.minutes()) {
            line.agree(Said { minutes, source: Source::SidecarLine });
        }
        return;
    }
    let (assistant, concurrent) = row.assisted();
    *line = LineMinutes {
        minutes: row.minutes(),
        source: row.minutes().map(|_| Source::SidecarLine),
        assistant,
        concurrent,
        group: row.group(),
        span: row.span(),
        row: Some(row.id),
        ..LineMinutes::default()
    };
}

/// What a row says of a visit.
struct Totals {
    row: RowId,
    timed: Option<u32>,
    treatment: Option<u32>,
    span: Option<u32>,
}

impl Totals {
    fn of(row: Entry<'_>) -> Totals {
        Totals { row: row.id, timed: row.timed(), treatment: row.treatment(), span: row.span() }
    }

    /// Gives them to one line. A second time changes nothing.
    fn put(&self, line: &mut LineMinutes) {
        let source = Source::SidecarVisit;
        if let Some(minutes) = self.timed {
            line.agree_timed(Said { minutes, source });
        }
        if let Some(minutes) = self.treatment {
            line.agree_treatment(Said { minutes, source });
        }
        if self.timed.or(self.treatment).is_some() {
            line.source = line.source.or(Some(source));
        }
        line.visit_span = line.visit_span.or(self.span);
        line.visit_row = line.visit_row.or(Some(self.row));
        line.row = line.row.or(Some(self.row));
    }
}

/// What all lines of a date and discipline have been told. A claim of thousands of lines has as many rows, each
/// with the totals of its visit; one that says nothing new need not be told to every line again.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    timed: Figure,
    treatment: Figure,
    span: bool,
    /// Whether there is any line.
    any_line: bool,
}

/// One total as it has been told.
#[derive(Clone, Copy, Debug, Default)]
enum Figure {
    #[default]
    Not,
    /// One figure.
    Once(u32),
    /// Figures that differ, so that each line has one in dispute already.
    Disputed,
}

impl Told {
    /// Whether telling these totals too would change nothing.
    fn makes_idle(&self, totals: &Totals) -> bool {
        self.timed.makes_idle(totals.timed)
            && self.treatment.makes_idle(totals.treatment)
            && (self.span || totals.span.is_none())
    }

    fn add(&mut self, totals: &Totals) {
        self.timed.add(totals.timed);
        self.treatment.add(totals.treatment);
        self.span |= totals.span.is_some();
    }
}

impl Figure {
    fn makes_idle(self, minutes: Option<u32>) -> bool {
        match (self, minutes) {
            (_, None) | (Figure::Disputed, _) => true,
            (Figure::Once(told), Some(minutes)) => told == minutes,
            (Figure::Not, Some(_)) => false,
        }
    }

    fn add(&mut self, minutes: Option<u32>) {
        *self = match (*self, minutes) {
            (Figure::Not, Some(minutes)) => Figure::Once(minutes),
            (Figure::Once(told), Some(minutes)) if told != minutes => Figure::Disputed,
            (same, _) => same,
        };
    }
}
