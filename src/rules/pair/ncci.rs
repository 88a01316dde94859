//! NCCI edits between lines of a day: which lines an edit in force refuses, and what speaks for a modifier that
//! bypasses it.
//!
//! Refuses to put lines together that the edits do not: of another form, of another specialty. Says nothing for
//! payers that do not apply the edits.

use std::ops::Deref;

use crate::finding::Severity;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::{Demand, Policy};
use crate::rules::rule::Draft;
use crate::tables::code_set::CodeSet;
use crate::tables::pairs::PairEdit;
use crate::tables::therapy::CodeFacts;
use crate::tables::{Coverage, Setting};
use crate::x12::code::Modifier;

use super::clock;
use super::owner::{self, Owner};

/// How a column 2 line stands to a column 1 code, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum State {
    /// No modifier bypasses the edit.
    Open,
    /// One does, but the two are documented to have been given at one time.
    Overlapping,
    /// One does, but only one of the two has documented minutes.
    Undocumented,
    /// One does, and nothing is known against it.
    Bypassed,
}

/// A column 2 line beside a line that an edit in force puts in column 1.
#[derive(Clone, Copy)]
pub(super) struct Hit<'d> {
    /// The line that is paid; of several with the code, the one that is worst for the other.
    pub(super) first: &'d DayLine<'d>,
    /// The line that is not paid.
    pub(super) second: &'d DayLine<'d>,
    /// The edit.
    pub(super) edit: PairEdit,
    /// How they stand to each other.
    pub(super) state: State,
}

impl Hit<'_> {
    /// A finding about the column 2 line. `fault` is one whose text has the column 2 code as `{0}` and the column 1
    /// code as `{1}`; the fault after it says the same with the table `{2}` used for the date `{3}`.
    pub(super) fn draft(&self, fault: u8) -> Draft {
        let line = self.second;
        let dated = u8::from(self.edit.covered != Coverage::Covered);
        Draft::day_line(fault + dated, line).component(place::procedure(line.service), place::CODE).args([
            line.code.into(),
            self.first.code.into(),
            self.edit.table.into(),
            line.date.into(),
        ])
    }

    /// How bad a pair is that nothing bypasses: where the payer applies the edits, a modifier that is missing is
    /// likely to cost the line, and an edit that no modifier bypasses is sure to; where it may, a step less, unless
    /// the payer lists the pair.
    pub(super) fn severity(&self, policy: &Policy) -> Severity {
        let (a, b) = (self.first.code, self.second.code);
        let is_listed = || policy.pairs_59.iter().any(|pair| *pair == (a, b) || *pair == (b, a));
        match (policy.ncci, self.edit.bypass) {
            (Demand::Required, false) => Severity::Critical,
            (Demand::Required, true) | (_, false) => Severity::High,
            (_, true) if is_listed() => Severity::High,
            (_, true) => Severity::Medium,
        }
    }
}

/// Hands out each column 2 line of a day once for every column 1 code beside it, of the pairs of one owner.
pub(super) fn each<'d>(day: &PatientDay<'d>, owner: Owner, mut with: impl FnMut(&Hit<'d>)) {
    if day.policy.ncci == Demand::Off || !day.marks.has(Marks::PAIR) {
        return;
    }
    // Most days have lines of one form.
    let settings = Setting::ALL.map(|of| day.lines.iter().any(|l| l.setting() == of).then_some(of));
    for second in codes(day.lines) {
        let partners = day.tables.pairs.partners(second);
        for first in codes(day.lines).filter(|f| partners.contains(f.index)) {
            if owner::of(day.policy, first.code, second.code) != owner {
                continue;
            }
            for setting in settings.into_iter().flatten() {
                let edit = day.tables.pairs.find(setting, first, second, day.date);
                if let Some(edit) = edit.filter(|edit| edit.column2 == second.code) {
                    each_line(day, owner, setting, edit, &mut with);
                }
            }
        }
    }
}

/// Whether the pairs of an owner are edited for the providers of two lines.
fn is_edited(owner: Owner, a: &DayLine<'_>, b: &DayLine<'_>) -> bool {
    match owner {
        // A clinic's chiropractor and therapist; the rule says what it makes of two.
        Owner::Manipulation => true,
        // Of two disciplines by nature: one provider unless the claim names two.
        Owner::Speech => {
            let two = a.rendering.is_some() && b.rendering.is_some() && a.rendering != b.rendering;
            a.setting() == Setting::Hospital || !two || is_one_specialty(a, b)
        }
        _ => is_one_provider(a, b),
    }
}

/// Whether two lines are edited against each other: on an 837I whoever gave them, on an 837P if one provider did,
/// or two of one specialty.
fn is_one_provider(a: &DayLine<'_>, b: &DayLine<'_>) -> bool {
    let known = a.rendering.is_some() && a.rendering == b.rendering;
    a.setting() == b.setting() && (a.setting() == Setting::Hospital || known) || is_one_specialty(a, b)
}

/// Whether two lines are of one form and not known to be of two disciplines.
pub(super) fn is_one_specialty(a: &DayLine<'_>, b: &DayLine<'_>) -> bool {
    let apart = a.discipline.is_some() && b.discipline.is_some() && a.discipline != b.discipline;
    a.setting() == b.setting() && !apart
}

/// Lines that differ in what decides how they stand beside another. Most days have so few lines of a code that
/// this needs no heap, and then they may be alike.
pub(super) struct Unlike<'d> {
    few: Option<[&'d DayLine<'d>; FEW]>,
    /// How many of `few` there are; those of `many` come instead if there are any.
    count: usize,
    many: Vec<&'d DayLine<'d>>,
}

const FEW: usize = 4;

impl<'d> Deref for Unlike<'d> {
    type Target = [&'d DayLine<'d>];

    fn deref(&self) -> &Self::Target {
        self.few.as_ref().map_or(&self.many, |few| &few[..self.count])
    }
}

/// Of many lines that are alike one is enough.
pub(super) fn unlike<'d>(mut lines: impl Iterator<Item = &'d DayLine<'d>>) -> Unlike<'d> {
    let mut unlike = Unlike { few: None, count: 0, many: Vec::new() };
    for line in lines.by_ref() {
        let few = unlike.few.get_or_insert([line; FEW]);
        if let Some(free) = few.get_mut(unlike.count) {
            *free = line;
            unlike.count += 1;
        } else {
            unlike.many.extend(few.iter().chain([&line]));
            unlike.few = None;
            break;
        }
    }
    if unlike.few.is_none() {
        unlike.many.extend(lines);
        of_each_kind(&mut unlike.many);
    }
    unlike
}

/// Leaves one line of each kind.
fn of_each_kind(lines: &mut Vec<&DayLine<'_>>) {
    let kind = |l: &&DayLine<'_>| {
        let institutional = l.marks.has(Marks::INSTITUTIONAL);
        let modifiers = (l.marks.has(Marks::DISTINCT), l.modifiers.any(&BYPASS));
        (l.code, institutional, l.discipline, l.rendering, modifiers, l.known.minutes.is_some())
    };
    lines.sort_by_key(kind);
    lines.dedup_by_key(|l| kind(l));
}

fn each_line<'d>(
    day: &PatientDay<'d>,
    owner: Owner,
    of: Setting,
    edit: PairEdit,
    with: &mut impl FnMut(&Hit<'d>),
) {
    let lines = |code| day.lines_of(code).filter(move |l| l.setting() == of);
    let firsts = unlike(lines(edit.column1));
    for second in lines(edit.column2) {
        let beside = |first: &&DayLine<'_>| is_edited(owner, first, second);
        let hit = |first| Hit { first, second, edit, state: state(day, &edit, first, second) };
        let hits = firsts.iter().copied().filter(|l| beside(l)).map(hit);
        let Some(mut worst) = hits.min_by_key(|hit| hit.state) else { continue };
        if worst.state != State::Open && clock::overlaps(day, second, lines(edit.column1).filter(beside)) {
            worst.state = State::Overlapping;
        }
        with(&worst);
    }
}

/// How a column 2 line stands to a line of column 1, clock times aside.
fn state(day: &PatientDay<'_>, edit: &PairEdit, first: &DayLine<'_>, second: &DayLine<'_>) -> State {
    let on_first = day.date.number() >= EITHER_LINE && first.modifiers.any(&BYPASS);
    if !edit.bypass || !(on_first || second.modifiers.any(&BYPASS)) {
        return State::Open;
    }
    // Nobody writes down minutes of a code that has none.
    let lacks = |l: &DayLine<'_>| l.known.minutes.is_none() && l.facts.is_some_and(|facts| facts.minutes > 0);
    let has = |l: &DayLine<'_>| l.known.minutes.is_some();
    if lacks(first) && has(second) || has(first) && lacks(second) {
        State::Undocumented
    } else {
        State::Bypassed
    }
}

/// The codes of a day, each once.
fn codes<'d>(lines: &'d [DayLine<'d>]) -> impl Iterator<Item = &'d CodeFacts> {
    let mut seen = CodeSet::EMPTY;
    lines.iter().filter_map(|l| l.facts).filter(move |facts| {
        let new = !seen.contains(facts.index);
        seen.insert(facts.index);
        new
    })
}

/// First date of service on which a modifier counts on either line; before it, on the column 2 line alone.
const EITHER_LINE: u32 = 20_190_701;

/// Modifiers that bypass an edit whose indicator is 1 (NCCI policy manual 2026 chapter I).
const BYPASS: [Modifier; 44] = modifiers([
    "59", "XE", "XS", "XP", "XU", "25", "24", "57", "58", "78", "79", "27", "91", "LT", "RT", "LC", "LD",
    "RC", "LM", "RI", "E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9",
    "TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9",
]);

const fn modifiers<const N: usize>(texts: [&str; N]) -> [Modifier; N] {
    let mut modifiers = [Modifier::NONE; N];
    let mut n = 0;
    while n < N {
        modifiers[n] = Modifier::of(texts[n]);
        n += 1;
    }
    modifiers
}
