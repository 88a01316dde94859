//! The join: which documented minutes belong to which service line of a claim.
//!
//! Comes in: one claim's ids, lines and notes, borrowed. Goes out: [`ClaimMinutes`], one entry a line. A row
//! is matched by the one key it gives, in this order: line control number, line number, claim with date and
//! code, patient with date and code. It never falls back to a weaker key: a row whose line control number is
//! wrong stays unmatched and is reported. Refuses to choose: a row that fits two lines is used for none.

use std::fmt;

use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::value::Date;

use super::notes::{self, NoteWords, Reading, Statement};
use super::sidecar::{Entry, Key, Sidecar};
use super::{LineMinutes, RowId, Source};

/// One service line as the join needs it.
#[derive(Clone, Copy)]
pub struct JoinLine<'a> {
    /// Line item control number (REF02 under 6R); empty for none.
    pub control: &'a [u8],
    /// LX01, counted from 1 within the claim.
    pub number: u32,
    /// The date of service.
    pub date: Option<Date>,
    /// The procedure code.
    pub code: Code,
    /// The modifiers, in any order.
    pub modifiers: Modifiers,
    /// Note texts of the line (NTE02, K301 in loop 2400): which of [`JoinClaim::texts`].
    pub notes: Texts,
}

/// One claim as the join needs it.
#[derive(Clone, Copy)]
pub struct JoinClaim<'a> {
    /// The claim id (CLM01).
    pub id: &'a [u8],
    /// The patient's id (NM109 of the patient, else of the subscriber); empty for none.
    pub patient_id: &'a [u8],
    /// All note texts of the claim and its lines.
    pub texts: &'a [&'a [u8]],
    /// Note texts of the claim itself (NTE02, K301 in loop 2300): which of `texts`.
    pub notes: Texts,
}

/// A run of note texts, so that the caller can keep all texts of a claim in one buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Texts {
    /// The first.
    pub from: usize,
    /// One past the last.
    pub to: usize,
}

impl<'a> JoinClaim<'a> {
    fn texts(&self, which: Texts) -> &'a [&'a [u8]] {
        self.texts.get(which.from..which.to).unwrap_or_default()
    }
}

/// What is documented for one claim. Cleared and refilled, never rebuilt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimMinutes {
    /// One entry a line, in the order of the lines given.
    pub lines: Vec<LineMinutes>,
    /// Each row that belongs to a line, once for each of its lines; only rows of a visit have several.
    pub matched: Vec<RowId>,
    /// Rows that fit two or more lines and were used for none.
    pub ambiguous: Vec<RowId>,
    /// Notes that speak of minutes, but not in the grammar, so that nothing was read from them.
    pub unparsed_notes: u32,
}

/// All documented minutes of a run: the sidecar and the words to read notes by.
#[derive(Default)]
pub struct Minutes {
    sidecar: Sidecar,
    words: NoteWords,
}

impl Minutes {
    /// No sidecar, and notes by the default words.
    pub fn none() -> Minutes {
        Minutes::default()
    }

    /// A loaded sidecar, and notes by these words.
    pub fn new(sidecar: Sidecar, words: NoteWords) -> Minutes {
        Minutes { sidecar, words }
    }

    /// The sidecar, to say where a row stands and which rows no claim used.
    pub fn sidecar(&self) -> &Sidecar {
        &self.sidecar
    }

    /// Finds what is documented for each of `lines`, which are all lines of `claim`.
    ///
    /// Without a sidecar and without a digit in any note the lines are set to nothing and that is all.
    pub fn join(&self, claim: &JoinClaim<'_>, lines: &[JoinLine<'_>], out: &mut ClaimMinutes) {
        out.lines.clear();
        out.lines.resize(lines.len(), LineMinutes::default());
        out.matched.clear();
        out.ambiguous.clear();
        out.unparsed_notes = 0;
        if !self.sidecar.is_empty() {
            // Lines first: totals hang on the line that a row was found to be of.
            self.each_row(claim, lines, |row| join_line(row, lines, out, &self.sidecar));
            self.each_row(claim, lines, |row| join_visit(row, lines, out));
        }
        self.join_notes(claim, lines, out);
    }

    fn each_row(&self, claim: &JoinClaim<'_>, lines: &[JoinLine<'_>], mut with: impl FnMut(Entry<'_>)) {
        let id = claim.id.trim_ascii();
        if !id.is_empty() {
            self.sidecar.of_claim(id).for_each(&mut with);
        }
        let patient = claim.patient_id.trim_ascii();
        if patient.is_empty() || !self.sidecar.knows_patients() {
            return;
        }
        for (i, line) in lines.iter().enumerate() {
            let seen = lines.iter().take(i).any(|before| before.date == line.date);
            if let (Some(date), false) = (line.date, seen) {
                self.sidecar.of_patient(patient, date).for_each(&mut with);
            }
        }
    }

    fn join_notes(&self, claim: &JoinClaim<'_>, lines: &[JoinLine<'_>], out: &mut ClaimMinutes) {
        let mut read = false;
        for (i, line) in lines.iter().enumerate() {
            if claim.texts(line.notes).iter().any(|note| notes::has_digit(note)) {
                read |= self.own_notes(i, line, claim.texts(line.notes), out);
            }
        }
        // What line notes say of other lines counts as a note of the claim, after every line's own word.
        if read {
            for (i, line) in lines.iter().enumerate() {
                for note in claim.texts(line.notes) {
                    self.claim_note(note, Some(i), lines, out);
                }
            }
        }
        for note in claim.texts(claim.notes) {
            if notes::has_digit(note) && !self.claim_note(note, None, lines, out) {
                out.unparsed_notes += 1;
            }
        }
    }

    /// Reads what the notes of a line say of that line. Whether any of them could be read.
    fn own_notes(&self, at: usize, line: &JoinLine<'_>, texts: &[&[u8]], out: &mut ClaimMinutes) -> bool {
        let mut span = Some(0u32);
        let mut last_end = 0u16;
        let mut read = false;
        for note in texts {
            let statements = match notes::read(&self.words, note) {
                Reading::Minutes(statements) => statements,
                Reading::Unparsed => {
                    out.unparsed_notes += 1;
                    continue;
                }
                Reading::Nothing => continue,
            };
            read = true;
            for statement in statements {
                match statement {
                    Statement::Minutes(minutes) => give(out, at, minutes, Source::LineNote),
                    Statement::Code { code, modifiers, minutes } if says(line, code, &modifiers) => {
                        give(out, at, minutes, Source::LineNote);
                    }
                    Statement::Clock { start, end } => {
                        // Times that overlap, or the same times told twice, have no sum.
                        span = span.filter(|_| start >= last_end).map(|s| s + u32::from(end - start));
                        last_end = end;
                    }
                    _ => {}
                }
            }
        }
        let silent = out.lines.get(at).is_some_and(|l| l.minutes.is_none());
        if let (true, Some(minutes @ 1..)) = (silent, span) {
            give(out, at, minutes, Source::LineNote);
        }
        read
    }

    /// Reads what a note says of the claim: one of the claim itself, or one of line `own`, whose own minutes
    /// are read already. Whether the note is in the grammar or not about minutes at all.
    fn claim_note(
        &self,
        note: &[u8],
        own: Option<usize>,
        lines: &[JoinLine<'_>],
        out: &mut ClaimMinutes,
    ) -> bool {
        let statements = match notes::read(&self.words, note) {
            Reading::Minutes(statements) => statements,
            Reading::Nothing => return true,
            Reading::Unparsed => return false,
        };
        if own.is_none() && statements.clone().any(|s| matches!(s, Statement::Minutes(_))) {
            // "23 MIN" on a claim does not say of what.
            return false;
        }
        let source = if own.is_some() { Source::LineNote } else { Source::ClaimNote };
        for statement in statements {
            match statement {
                Statement::Code { code, modifiers, minutes } => {
                    let own_says = own.and_then(|i| lines.get(i)).is_some_and(|l| says(l, code, &modifiers));
                    if let (false, Some(at)) = (own_says, the_line(lines, code, &modifiers)) {
                        give(out, at, minutes, Source::ClaimNote);
                    }
                }
                Statement::Timed(minutes) => total(lines, out, source, |l| &mut l.visit_timed, minutes),
                Statement::Treatment(minutes) => {
                    total(lines, out, source, |l| &mut l.visit_treatment, minutes)
                }
                Statement::Minutes(_) | Statement::Clock { .. } => {}
            }
        }
        true
    }
}

impl fmt::Debug for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minutes").field("sidecar", &self.sidecar).finish_non_exhaustive()
    }
}

/// Gives a row of one line to that line.
fn join_line(row: Entry<'_>, lines: &[JoinLine<'_>], out: &mut ClaimMinutes, sidecar: &Sidecar) {
    if matches!(row.key(), Key::Visit) {
        return;
    }
    match fit(row, lines) {
        Fit::None => {}
        Fit::Many => out.ambiguous.push(row.id),
        Fit::One(at) => {
            out.matched.push(row.id);
            if let Some(line) = out.lines.get_mut(at) {
                take(row, line, sidecar);
            }
        }
    }
}

/// Gives the totals of a row to all lines of its visit.
fn join_visit(row: Entry<'_>, lines: &[JoinLine<'_>], out: &mut ClaimMinutes) {
    if row.timed().or(row.treatment()).is_none() {
        return;
    }
    let visit = matches!(row.key(), Key::Visit);
    let (own, date, discipline) = if visit {
        (None, row.dos(), row.discipline())
    } else {
        let Fit::One(at) = fit(row, lines) else { return };
        let Some(line) = lines.get(at) else { return };
        let discipline = row.discipline().or_else(|| Discipline::of_modifiers(&line.modifiers));
        (Some(at), line.date.or(row.dos()), discipline)
    };
    for (i, (line, slot)) in lines.iter().zip(&mut out.lines).enumerate() {
        let same_visit = date.is_some() && line.date == date && suits(discipline, &line.modifiers);
        if !same_visit && own != Some(i) {
            continue;
        }
        if visit {
            out.matched.push(row.id);
        }
        agree(&mut slot.visit_timed, row.timed(), &mut slot.conflict);
        agree(&mut slot.visit_treatment, row.treatment(), &mut slot.conflict);
        slot.source = slot.source.or(Some(Source::SidecarVisit));
        slot.row = slot.row.or(Some(row.id));
    }
}

/// The lines a row fits.
enum Fit {
    None,
    One(usize),
    Many,
}

fn fit(row: Entry<'_>, lines: &[JoinLine<'_>]) -> Fit {
    let mut fitting = lines.iter().enumerate().filter(|(_, line)| fits(row, line)).map(|(i, _)| i);
    match (fitting.next(), fitting.next()) {
        (None, _) => Fit::None,
        (Some(at), None) => Fit::One(at),
        _ => Fit::Many,
    }
}

fn fits(row: Entry<'_>, line: &JoinLine<'_>) -> bool {
    match row.key() {
        Key::Control(control) => control == line.control.trim_ascii(),
        Key::Number(number) => {
            // Exports number lines in their own order at times: a row that says another code or date is of
            // another line, and better reported than used.
            number == line.number
                && (row.code().is_none() || row.code() == line.code)
                && (row.dos().is_none() || line.date.is_none() || row.dos() == line.date)
        }
        Key::Service => {
            let modifiers = row.modifiers();
            row.code() == line.code
                && line.date.is_some()
                && row.dos() == line.date
                && (modifiers == Modifiers::default() || modifiers.sorted() == line.modifiers.sorted())
                && suits(row.discipline(), &line.modifiers)
        }
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
        let equal = weight(row) == weight(before);
        line.conflict |= equal && row.minutes() != before.minutes();
        return;
    }
    let (assistant, concurrent) = row.assisted();
    *line = LineMinutes {
        minutes: row.minutes(),
        source: row.minutes().map(|_| Source::SidecarLine),
        assistant,
        concurrent,
        group: row.group(),
        row: Some(row.id),
        ..LineMinutes::default()
    };
}

/// Gives minutes from a note, unless a weightier source gave some; then they must agree.
fn give(out: &mut ClaimMinutes, at: usize, minutes: u32, source: Source) {
    if let Some(line) = out.lines.get_mut(at) {
        if line.minutes.is_none() {
            line.source = Some(source);
        }
        agree(&mut line.minutes, Some(minutes), &mut line.conflict);
    }
}

/// Gives a visit total from a note to all lines, if they are all of one date: a note names no visit.
fn total(
    lines: &[JoinLine<'_>],
    out: &mut ClaimMinutes,
    source: Source,
    slot: impl Fn(&mut LineMinutes) -> &mut Option<u32>,
    minutes: u32,
) {
    let mut dates = lines.iter().map(|l| l.date);
    let Some(Some(first)) = dates.next() else { return };
    if !dates.all(|date| date == Some(first)) {
        return;
    }
    for line in &mut out.lines {
        let mut conflict = line.conflict;
        agree(slot(line), Some(minutes), &mut conflict);
        line.conflict = conflict;
        line.source = line.source.or(Some(source));
    }
}

/// Fills what is empty; what is filled and differs is a conflict and stays.
fn agree(slot: &mut Option<u32>, value: Option<u32>, conflict: &mut bool) {
    match (*slot, value) {
        (None, value) => *slot = value,
        (Some(old), Some(new)) => *conflict |= old != new,
        (Some(_), None) => {}
    }
}

/// Whether a note's code and modifiers are of this line: each modifier noted stands on it.
fn says(line: &JoinLine<'_>, code: Code, modifiers: &Modifiers) -> bool {
    line.code == code && modifiers.slots().all(|(_, m)| line.modifiers.contains(m))
}

/// The one line a note's code and modifiers mean: the only one with just these modifiers, else the only one
/// with these among others.
fn the_line(lines: &[JoinLine<'_>], code: Code, modifiers: &Modifiers) -> Option<usize> {
    let noted: [Modifier; 4] = modifiers.sorted();
    let exact = only(lines, |l| l.code == code && l.modifiers.sorted() == noted);
    exact.or_else(|| only(lines, |l| says(l, code, modifiers)))
}

fn only(lines: &[JoinLine<'_>], is: impl Fn(&JoinLine<'_>) -> bool) -> Option<usize> {
    let mut found = lines.iter().enumerate().filter(|(_, l)| is(l)).map(|(i, _)| i);
    found.next().filter(|_| found.next().is_none())
}

#[cfg(test)]
mod tests;
