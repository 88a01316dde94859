//! Fees: what a payer allows for a unit of a code (`--fees`).
//!
//! Comes in: files with a row a payer, code and year. Goes out: the fee that applies to a line. Refuses a
//! neighbouring year: a fee of another year is no fee. Deliberately absent: reductions for further units of a day,
//! and what a claim was paid.

use std::fmt;
use std::io::Read;
use std::path::Path;

use crate::error::Error;
use crate::x12::code::Code;
use crate::x12::value::{Cents, Date};

use super::header::{Result, columns, fault};
use super::register::{Entry, Register};
use super::table::{Record, Shape};
use super::value::ID;
use super::{RowPlace, Tally};

/// The fees of all files, by payer. The default holds none.
#[derive(Default)]
pub struct Fees(Register<Row>);

/// What is allowed for a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fee {
    /// For one unit (`allowed`), not negative.
    pub allowed: Cents,
    /// The year the row is of; `None` for a row that is of any year.
    pub year: Option<u16>,
    /// Where it stands.
    pub row: RowPlace,
}

/// The payer of a row that is for any payer.
const ANY: &[u8] = b"*";

columns! {
    pub(super) enum Column {
        Payer = "payer",
        Code = "code",
        Allowed = "allowed",
        Year = "year",
    }
}

impl Fees {
    /// Reads files, in order. What is wrong comes beside what could be used: a faulty row is left out with its
    /// place, an unusable file as a whole.
    pub fn load<P: AsRef<Path>>(paths: &[P]) -> (Fees, Vec<Error>) {
        let (register, errors) = Register::load(paths);
        (Fees(register), errors)
    }

    /// Reads one file from memory or a stream; `name` stands for it in errors and places.
    pub fn from_reader(name: &Path, reader: impl Read) -> (Fees, Vec<Error>) {
        let (register, errors) = Register::from_reader(name, reader);
        (Fees(register), errors)
    }

    /// The fee for a unit of a code on a date of service.
    ///
    /// Rows of the payer's id (NM109 of NM1*PR) come first, then those of its policy's name, then those of `*`, all
    /// in any case. Of each, the row of the date's year counts, else the row without a year; if there is neither,
    /// the next are asked. Without a date only rows without a year count.
    pub fn find(&self, payer_id: &[u8], policy_name: &str, code: Code, date: Option<Date>) -> Option<Fee> {
        if self.is_empty() {
            return None;
        }
        let year = date.and_then(|date| u16::try_from(date.year()).ok());
        [payer_id.trim_ascii(), policy_name.trim().as_bytes(), ANY]
            .into_iter()
            .find_map(|payer| self.of_payer(payer, code, year))
    }

    /// Whether there is no fee, be it that no file was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a file was given, even if nothing of it could be used.
    pub fn is_given(&self) -> bool {
        self.tally().is_given()
    }

    /// Files named and rows read.
    pub fn tally(&self) -> Tally {
        self.0.tally()
    }

    /// The file a row stands in.
    pub fn path(&self, row: RowPlace) -> &Path {
        self.0.path(row)
    }

    fn of_payer(&self, payer: &[u8], code: Code, year: Option<u16>) -> Option<Fee> {
        // Folded on the stack: the lookup is made for every line whose value is asked for.
        let mut folded = [0u8; ID];
        let id = folded.get_mut(..payer.len())?;
        id.copy_from_slice(payer);
        id.make_ascii_uppercase();
        let rows = self.0.of(id);
        let row =
            |year| rows.binary_search_by_key(&(code, year), Entry::key).ok().and_then(|at| rows.get(at));
        year.and_then(|year| row(Some(year))).or_else(|| row(None)).map(|row| row.fee)
    }
}

impl fmt::Debug for Fees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("Fees", f)
    }
}

/// One row.
struct Row {
    code: Code,
    fee: Fee,
}

impl Entry for Row {
    type Column = Column;
    type Key = (Code, Option<u16>);
    const SHAPE: Shape<Column> = Shape {
        columns: <Column as super::header::Column>::ALL,
        of: "a payer and code",
        suffices: |header| header.must_have(&[Column::Payer, Column::Code, Column::Allowed]),
    };
    const SAME: &'static str = "payer, code and year";

    fn read(record: &Record<'_, Column>, row: RowPlace) -> Result<(Box<[u8]>, Row)> {
        let payer = record.id(Column::Payer)?;
        if payer.is_empty() {
            let message = "no payer; give its id (NM109), a policy's name, or * for any payer";
            return Err(fault("payer", message));
        }
        let code = record.code(Column::Code)?;
        if code.is_none() {
            return Err(fault("code", "no procedure code; write it as on the claim, as 97110"));
        }
        let allowed = record.money(Column::Allowed)?;
        let allowed = allowed.ok_or_else(|| fault("allowed", "no amount; give what one unit is allowed"))?;
        let fee = Fee { allowed, year: record.year(Column::Year)?, row };
        Ok((payer.to_ascii_uppercase().into_bytes().into(), Row { code, fee }))
    }

    fn key(&self) -> (Code, Option<u16>) {
        (self.code, self.fee.year)
    }

    fn row(&self) -> RowPlace {
        self.fee.row
    }
}

#[cfg(test)]
mod tests;
