//! NCCI procedure-to-procedure edits: pairs of codes that are not paid together for one patient and day, by
//! setting and date of service. Says that a pair is edited and whether a modifier may bypass the edit; what a
//! claim makes of it is for the rules to say.
//!
//! A pair has windows, for CMS has struck some edits and brought some back. The built-in ones
//! (`pairs.csv`, state of 2024-07-01) know the last day of each window and not its first; what follows is
//! said by [`Coverage`]:
//!
//! - the window of a date is the one that ends first on or after it: 97140 with 97530 ended on 2019-12-31, so it
//!   is found for 2019-12-31 and for no later date;
//! - a date before 2024-07-01 is [`Coverage::Before`], in a struck window as in an active one, because nothing
//!   tells how far back a window goes;
//! - a date after 2024-09-30, where that quarter ended, is [`Coverage::After`].
//!
//! Windows from imported CMS files have their first day, so a date before it is in no window and one after it
//! is [`Coverage::Covered`] to the end of the file's quarter.

use std::cmp::Reverse;

use crate::x12::code::Code;
use crate::x12::value::Date;

use super::code_set::CodeSet;
use super::lines::rows;
use super::quarter::Quarter;
use super::therapy::{CodeFacts, TherapyCodes};
use super::{Coverage, Setting};

/// An edit in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PairEdit {
    /// The code that is paid.
    pub column1: Code,
    /// The code that is not.
    pub column2: Code,
    /// Whether a modifier may bypass the edit (modifier indicator 1); none does for indicator 0.
    pub bypass: bool,
    /// First day of the quarter whose table the edit was read from.
    pub table: Date,
    /// Whether that table speaks of the date.
    pub covered: Coverage,
}

/// When a window began.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Begin {
    /// The table does not say.
    Unknown,
    /// Before 1996, when the tables begin.
    Before1996,
    /// On a date of service.
    On(Date),
}

/// One window of a pair.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// The code that is paid.
    pub column1: Code,
    /// The code that is not.
    pub column2: Code,
    /// Its first date of service.
    pub begin: Begin,
    /// Its last date of service; `None` while it is active.
    pub last: Option<Date>,
    /// Whether a modifier may bypass the edit.
    pub bypass: bool,
    /// First day of the quarter whose table it was read from.
    pub table: Date,
}

/// The edits among the codes of the therapy table.
#[derive(Debug)]
pub struct Pairs {
    practitioner: Edits,
    hospital: Edits,
    /// By index of the code: what it forms a pair with.
    partners: Vec<CodeSet>,
}

impl Pairs {
    /// The edits that ship with the program.
    pub fn builtin(codes: &TherapyCodes) -> Pairs {
        Pairs::new(builtin(codes, Setting::Practitioner), builtin(codes, Setting::Hospital))
    }

    /// The edits of imported tables; the built-in ones stay for a setting that has none.
    pub(super) fn imported(
        codes: &TherapyCodes,
        [practitioner, hospital]: [Vec<Row>; 2],
        has: impl Fn(Setting) -> bool,
    ) -> Pairs {
        let or_builtin = |setting, rows| if has(setting) { rows } else { builtin(codes, setting) };
        Pairs::new(or_builtin(Setting::Practitioner, practitioner), or_builtin(Setting::Hospital, hospital))
    }

    /// The edit of a pair on a date of service, whichever code is named first; `None` if no window has the date.
    ///
    /// `None` is no promise after the table's quarter: a later table may have the pair.
    pub fn find(&self, setting: Setting, a: &CodeFacts, b: &CodeFacts, date: Date) -> Option<PairEdit> {
        let has_date = |w: &&Row| {
            let begun = !matches!(w.begin, Begin::On(first) if first > date);
            begun && w.last.is_none_or(|last| last >= date)
        };
        let windows = self.of(setting).of_pair(a, b).iter().filter(has_date);
        let row = windows.min_by_key(|w| (w.last.is_none(), w.last, Reverse(w.begin)))?;
        let window = row.window(a, b);
        let covered = if date.number() > Quarter::of(window.table).last_number() {
            Coverage::After
        } else if window.begin == Begin::Unknown && date < window.table {
            Coverage::Before
        } else {
            Coverage::Covered
        };
        let Window { column1, column2, bypass, table, .. } = window;
        Some(PairEdit { column1, column2, bypass, table, covered })
    }

    /// The codes this one forms a pair with, as either column, in any setting and any window.
    #[inline]
    pub fn partners(&self, code: &CodeFacts) -> &CodeSet {
        self.partners.get(usize::from(code.index)).unwrap_or(&CodeSet::EMPTY)
    }

    /// All windows of a pair, the oldest first.
    pub fn windows<'p>(
        &'p self,
        setting: Setting,
        a: &'p CodeFacts,
        b: &'p CodeFacts,
    ) -> impl Iterator<Item = Window> + 'p {
        self.of(setting).of_pair(a, b).iter().map(move |row| row.window(a, b))
    }

    /// Puts the windows of both settings together. Where tables of several quarters know a pair, the newest
    /// tells its windows: struck rows stay in CMS files, and what is changed backwards is right in the newest.
    pub(super) fn new(practitioner: Vec<Row>, hospital: Vec<Row>) -> Pairs {
        let mut partners = vec![CodeSet::EMPTY; 256];
        for row in practitioner.iter().chain(&hospital) {
            partners[usize::from(row.column1)].insert(row.column2);
            partners[usize::from(row.column2)].insert(row.column1);
        }
        Pairs { practitioner: Edits::new(practitioner), hospital: Edits::new(hospital), partners }
    }

    /// First day of the newest quarter any edit was read from; `None` if there is no edit.
    pub fn newest(&self, setting: Setting) -> Option<Date> {
        self.of(setting).rows.iter().map(|row| row.table).max()
    }

    fn of(&self, setting: Setting) -> &Edits {
        match setting {
            Setting::Practitioner => &self.practitioner,
            Setting::Hospital => &self.hospital,
        }
    }
}

/// A window by the indexes of its codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Row {
    pub(super) column1: u8,
    pub(super) column2: u8,
    pub(super) begin: Begin,
    pub(super) last: Option<Date>,
    pub(super) bypass: bool,
    pub(super) table: Date,
}

impl Row {
    /// The pair, whichever code stands first.
    fn key(&self) -> (u8, u8) {
        (self.column1.min(self.column2), self.column1.max(self.column2))
    }

    fn window(&self, a: &CodeFacts, b: &CodeFacts) -> Window {
        let (first, second) = if self.column1 == a.index { (a, b) } else { (b, a) };
        Window {
            column1: first.code,
            column2: second.code,
            begin: self.begin,
            last: self.last,
            bypass: self.bypass,
            table: self.table,
        }
    }
}

/// The windows of one setting, by pair, the oldest first.
#[derive(Debug)]
struct Edits {
    rows: Vec<Row>,
    /// By the lower index of a pair: where its rows begin, and behind the last where all end.
    starts: Vec<u32>,
}

impl Edits {
    fn new(mut rows: Vec<Row>) -> Edits {
        rows.sort_by_key(|w| {
            (w.key(), Reverse(w.table), w.last.is_none(), w.last, w.begin, w.column1, w.bypass)
        });
        rows.dedup();
        let mut newest = None;
        rows.retain(|w| match newest {
            Some((key, table)) if key == w.key() => table == w.table,
            _ => {
                newest = Some((w.key(), w.table));
                true
            }
        });
        let start = |lower: u16| rows.partition_point(|w| u16::from(w.key().0) < lower) as u32;
        let starts = (0..=u16::from(u8::MAX) + 1).map(start).collect();
        Edits { rows, starts }
    }

    fn of_pair(&self, a: &CodeFacts, b: &CodeFacts) -> &[Row] {
        let (lower, upper) = (a.index.min(b.index), a.index.max(b.index));
        let start = |n: usize| self.starts.get(n).map_or(0, |start| *start as usize);
        let rows = start(lower.into())..start(usize::from(lower) + 1);
        let of_lower = self.rows.get(rows).unwrap_or_default();
        let from = of_lower.partition_point(|w| w.key().1 < upper);
        let rest = of_lower.get(from..).unwrap_or_default();
        &rest[..rest.iter().take_while(|w| w.key().1 == upper).count()]
    }
}

/// The windows of a setting that ship with the program.
fn builtin(codes: &TherapyCodes, setting: Setting) -> Vec<Row> {
    rows(DATA).flat_map(|row| parse(codes, setting, row).unwrap_or_default()).collect()
}

const DATA: &str = include_str!("pairs.csv");
/// First day of the quarter the built-in tables are of.
const TABLE: Option<Date> = Date::new(2024, 7, 1);

/// The windows one row has for a setting; `None` if it is not of the form the head describes (a test holds
/// that there is no such row).
fn parse(codes: &TherapyCodes, setting: Setting, row: &str) -> Option<Vec<Row>> {
    let fields: Vec<&str> = row.split(',').collect();
    let &[column1, column2, practitioner, hospital] = fields.as_slice() else { return None };
    let index = |code| codes.get(Code::of(code)).map(|facts| facts.index);
    let (column1, column2) = (index(column1)?, index(column2)?);
    let windows = match setting {
        Setting::Practitioner => practitioner,
        Setting::Hospital => hospital,
    };
    let window = |text: &str| {
        let (last, indicator) = text.split_once(':')?;
        let last = if last == "9999-12-31" { None } else { Some(Date::parse_iso(last)?) };
        let bypass = match indicator {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        Some(Row { column1, column2, begin: Begin::Unknown, last, bypass, table: TABLE? })
    };
    windows.split(';').filter(|w| !w.is_empty()).map(window).collect()
}

#[cfg(test)]
mod tests;
