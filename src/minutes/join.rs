//! The join: which documented minutes belong to which service line of a claim.
//!
//! Comes in: one claim's ids, lines and notes, borrowed. Goes out: [`ClaimMinutes`], one entry a line. A row
//! is matched by the one key it gives, in this order: line control number, line number, claim with date and
//! code, patient with date and code. It never falls back to a weaker key: a row whose line control number is
//! wrong stays unmatched and is reported. Refuses to choose: a row that fits two lines is used for none.

use std::fmt;

use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::value::Date;

use super::notes::{self, NoteWords, Reading, Statement};
use super::sidecar::{Entry, Sidecar};
use super::{LineMinutes, RowId, Said, Source};

pub use rows::JoinBuffers;
use rows::Rows;

mod lines;
mod rows;

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
    /// Each row that belongs to a line or, being of a visit, to several.
    pub matched: Vec<RowId>,
    /// Rows that fit two or more lines, or one of several visits of a day, and were used for none.
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
    pub fn join(
        &self,
        claim: &JoinClaim<'_>,
        lines: &[JoinLine<'_>],
        buffers: &mut JoinBuffers,
        out: &mut ClaimMinutes,
    ) {
        out.lines.clear();
        out.lines.resize(lines.len(), LineMinutes::default());
        out.matched.clear();
        out.ambiguous.clear();
        out.unparsed_notes = 0;
        if !self.sidecar.is_empty() {
            let mut rows = Rows::new(&self.sidecar, lines, buffers, out);
            let id = claim.id.trim_ascii();
            let of_claim = Some(id).filter(|id| !id.is_empty()).map(|id| self.sidecar.of_claim(id));
            let of_claim = of_claim.into_iter().flatten();
            // Lines first: totals hang on the line that a row was found to be of.
            of_claim.clone().for_each(|row| rows.line(row));
            self.of_patient(claim, &mut rows, Rows::line);
            of_claim.for_each(|row| rows.visit(row));
            self.of_patient(claim, &mut rows, Rows::visit);
        }
        self.join_notes(claim, lines, out);
    }

    /// Goes through the rows that name the patient and the date of a line.
    fn of_patient<'j>(
        &self,
        claim: &JoinClaim<'_>,
        rows: &mut Rows<'j>,
        with: impl Fn(&mut Rows<'j>, Entry<'_>),
    ) {
        let patient = claim.patient_id.trim_ascii();
        if patient.is_empty() || !self.sidecar.knows_patients() {
            return;
        }
        let mut at = 0;
        while let Some((date, next)) = rows.next_date(at) {
            self.sidecar.of_patient(patient, date).for_each(|row| with(rows, row));
            at = next;
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
        if let (Some(line), Some(minutes @ 1..)) = (out.lines.get_mut(at), span) {
            line.span = line.span.or(Some(minutes));
            if line.minutes.is_none() {
                give(out, at, minutes, Source::LineNote);
            }
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
                Statement::Timed(minutes) => {
                    total(lines, out, Said { minutes, source }, LineMinutes::agree_timed);
                }
                Statement::Treatment(minutes) => {
                    total(lines, out, Said { minutes, source }, LineMinutes::agree_treatment);
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

/// Gives minutes from a note, unless a weightier source gave some; then they must agree.
fn give(out: &mut ClaimMinutes, at: usize, minutes: u32, source: Source) {
    if let Some(line) = out.lines.get_mut(at) {
        if line.minutes.is_none() {
            line.source = Some(source);
        }
        line.agree(Said { minutes, source });
    }
}

/// Gives a visit total from a note to all lines, if they are all of one date: a note names no visit.
fn total(lines: &[JoinLine<'_>], out: &mut ClaimMinutes, said: Said, agree: impl Fn(&mut LineMinutes, Said)) {
    let mut dates = lines.iter().map(|l| l.date);
    let Some(Some(first)) = dates.next() else { return };
    if !dates.all(|date| date == Some(first)) {
        return;
    }
    for line in &mut out.lines {
        agree(line, said);
        line.source = line.source.or(Some(said.source));
    }
}

impl LineMinutes {
    /// Takes minutes that a source gives.
    fn agree(&mut self, said: Said) {
        self.conflict |= agree(&mut self.minutes, &mut self.disputed, said);
    }

    /// Takes a visit's timed minutes.
    fn agree_timed(&mut self, said: Said) {
        self.conflict |= agree(&mut self.visit_timed, &mut self.timed_disputed, said);
    }

    /// Takes a visit's treatment minutes.
    fn agree_treatment(&mut self, said: Said) {
        self.conflict |= agree(&mut self.visit_treatment, &mut self.treatment_disputed, said);
    }
}

/// Fills what is empty; what is filled and differs stays, and is in dispute. Whether it is.
fn agree(slot: &mut Option<u32>, disputed: &mut Option<Said>, said: Said) -> bool {
    let differs = *slot.get_or_insert(said.minutes) != said.minutes;
    if differs {
        disputed.get_or_insert(said);
    }
    differs
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
