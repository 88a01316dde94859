//! Medically unlikely edits: the most units of a code for one patient, on a line or a day, by setting and date
//! of service. A value of 0 means that the code is not payable; a code without a value has no known limit,
//! which is not "no limit", for some limits are confidential.
//!
//! The built-in list (`mue.csv`) is of the quarter of 2024-07-01, with rows of a later one for newer codes.
//! Imported lists are kept by quarter. A date takes the list of its quarter, else the nearest earlier one
//! ([`Coverage::After`]), else the earliest later one ([`Coverage::Before`]).

use crate::x12::code::Code;
use crate::x12::value::Date;

use super::lines::{is_mark, optional, rows};
use super::quarter::Quarter;
use super::therapy::{CodeFacts, TherapyCodes};
use super::{Coverage, Setting};

/// The limit of a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mue {
    /// The most units; 0 if the code is not payable.
    pub value: u32,
    /// Adjudication indicator: 1 a line is judged; 2 a day, whatever the records say; 3 a day, and records may
    /// change it.
    pub mai: u8,
    /// First day of the quarter whose list it was read from.
    pub table: Date,
    /// Whether that list speaks of the date.
    pub covered: Coverage,
}

/// The limits of the codes of the therapy table.
#[derive(Debug)]
pub struct Mues {
    practitioner: Vec<List>,
    hospital: Vec<List>,
}

/// The limits of one quarter.
#[derive(Debug)]
pub(super) struct List {
    table: Date,
    extent: Extent,
    /// Value and indicator by index of the code.
    limits: Vec<Option<(u32, u8)>>,
}

/// Whether a list has every code its quarter had a limit for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Extent {
    /// As CMS issued it: a code that is missing had no published limit.
    Whole,
    /// Some codes: one that is missing may stand in another list.
    Part,
}

impl Mues {
    /// The limits that ship with the program.
    pub fn builtin(codes: &TherapyCodes) -> Mues {
        let mut mues = Mues { practitioner: Vec::new(), hospital: Vec::new() };
        for row in rows(DATA).filter_map(|row| parse(codes, row)) {
            for (setting, limit) in Setting::ALL.into_iter().zip(row.limits) {
                if let Some((value, mai)) = limit {
                    mues.list(setting, row.table, Extent::Part).set(row.index, value, mai);
                }
            }
        }
        mues
    }

    /// The least limit any list has for a code, in either setting.
    pub fn least(&self, code: &CodeFacts) -> Option<u32> {
        let lists = self.practitioner.iter().chain(&self.hospital);
        lists.filter_map(|list| list.get(code.index)).map(|(value, _)| value).min()
    }

    /// The limit of a code on a date of service; `None` if none is known.
    pub fn find(&self, setting: Setting, code: &CodeFacts, date: Date) -> Option<Mue> {
        let lists = self.of(setting);
        let later = lists.partition_point(|list| list.table <= date);
        let (earlier, later) = lists.split_at(later);
        for list in earlier.iter().rev() {
            let over = date.number() > Quarter::of(list.table).last_number();
            match list.get(code.index) {
                Some((value, mai)) => {
                    let covered = if over { Coverage::After } else { Coverage::Covered };
                    return Some(Mue { value, mai, table: list.table, covered });
                }
                // The list of the time has no limit for the code; an older one says nothing of today.
                None if list.extent == Extent::Whole => return None,
                None => {}
            }
        }
        later.iter().find_map(|list| {
            let (value, mai) = list.get(code.index)?;
            Some(Mue { value, mai, table: list.table, covered: Coverage::Before })
        })
    }

    /// What each list says of a code, the oldest first: first day of its quarter, value, adjudication indicator.
    pub fn limits(&self, setting: Setting, code: &CodeFacts) -> impl Iterator<Item = (Date, u32, u8)> {
        let index = code.index;
        let lists = self.of(setting).iter();
        lists.filter_map(move |list| list.get(index).map(|(value, mai)| (list.table, value, mai)))
    }

    /// The list of a quarter, a new one if there is none yet. A whole list takes the place of a part.
    pub(super) fn list(&mut self, setting: Setting, table: Date, extent: Extent) -> &mut List {
        let lists = match setting {
            Setting::Practitioner => &mut self.practitioner,
            Setting::Hospital => &mut self.hospital,
        };
        let at = lists.partition_point(|list| list.table < table);
        let fresh = || List { table, extent, limits: vec![None; 256] };
        match lists.get(at) {
            Some(list) if list.table == table => {
                if list.extent == Extent::Part && extent == Extent::Whole {
                    lists[at] = fresh();
                }
            }
            _ => lists.insert(at, fresh()),
        }
        &mut lists[at]
    }

    /// First day of the quarter with the newest whole list, else of the oldest part of one; `None` without any.
    pub fn newest(&self, setting: Setting) -> Option<Date> {
        let lists = self.of(setting);
        let whole = lists.iter().rev().find(|list| list.extent == Extent::Whole);
        whole.or(lists.first()).map(|list| list.table)
    }

    fn of(&self, setting: Setting) -> &[List] {
        match setting {
            Setting::Practitioner => &self.practitioner,
            Setting::Hospital => &self.hospital,
        }
    }
}

impl List {
    /// Sets the limit of a code.
    pub(super) fn set(&mut self, index: u8, value: u32, mai: u8) {
        if let Some(limit) = self.limits.get_mut(usize::from(index)) {
            *limit = Some((value, mai));
        }
    }

    fn get(&self, index: u8) -> Option<(u32, u8)> {
        self.limits.get(usize::from(index)).copied().flatten()
    }
}

const DATA: &str = include_str!("mue.csv");

/// A row of the data file.
struct Row {
    index: u8,
    /// Practitioner, hospital.
    limits: [Option<(u32, u8)>; 2],
    table: Date,
}

/// One row; `None` if it is not of the form the head describes (a test holds that there is no such row).
fn parse(codes: &TherapyCodes, row: &str) -> Option<Row> {
    let fields: Vec<&str> = row.split(',').collect();
    let &[code, practitioner, practitioner_mai, hospital, hospital_mai, table, mark] = fields.as_slice()
    else {
        return None;
    };
    is_mark(mark).then_some(())?;
    let limit = |value, mai| match (number(value)?, number(mai)?) {
        (None, None) => Some(None),
        (Some(value), Some(mai @ 1..=3)) => Some(Some((value, mai as u8))),
        _ => None,
    };
    Some(Row {
        index: codes.get(Code::of(code))?.index,
        limits: [limit(practitioner, practitioner_mai)?, limit(hospital, hospital_mai)?],
        table: Date::parse_iso(table)?,
    })
}

/// An optional whole number.
#[expect(clippy::option_option, reason = "absent and malformed are two things")]
fn number(text: &str) -> Option<Option<u32>> {
    optional(text, |text| text.parse().ok())
}

#[cfg(test)]
mod tests;
