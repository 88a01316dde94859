//! PARQUET: findings and service lines as columns with types, for DuckDB, Polars, Spark and the like.
//!
//! `findings.parquet` has the columns of `findings.csv`; `lines.parquet` a row for each service line of each evaluated
//! claim. Money is DECIMAL(18, 2), units DECIMAL(18, 3), a day is DATE, a number INT64, all else UTF-8; what does not apply
//! is null. Text out of a claim file is made safe to print and cut as everywhere; a formula is not disarmed, for nothing
//! here is one. Deliberately absent: persons, and the time: the same run gives the same bytes.
//!
//! Rows are held until a row group is full, so memory does not grow with the run.

mod table;
#[cfg(test)]
pub(super) mod tests;

use std::io;

use crate::x12::code::{Code, Modifiers};
use crate::x12::value::{Cents, Date, Quantity};

use super::cells::{self, Cells as _};
use super::{ClaimInfo, Entry, Location, Report, Rules, Summary, csv};
use table::{Kind, Table};

/// Columns of `lines.parquet`.
///
/// Names that `claims.csv` has too mean the same, but that `payer_id` is nothing but the id. `claim_offset` counts bytes of
/// the file and tells claims of one id apart. `findings` are those on the line that are not waived, known from a baseline or
/// not.
pub const LINES: [(&str, Kind); 27] = [
    ("file", Kind::Text),
    ("interchange", Kind::Text),
    ("group", Kind::Text),
    ("transaction", Kind::Text),
    ("interchange_ordinal", Kind::Count),
    ("claim_id", Kind::Text),
    ("claim_offset", Kind::Count),
    ("form", Kind::Text),
    ("payer_id", Kind::Text),
    ("payer_name", Kind::Text),
    ("payer_class", Kind::Text),
    ("policy", Kind::Text),
    ("billing_npi", Kind::Text),
    ("line", Kind::Count),
    ("procedure", Kind::Text),
    ("modifier_1", Kind::Text),
    ("modifier_2", Kind::Text),
    ("modifier_3", Kind::Text),
    ("modifier_4", Kind::Text),
    ("units", Kind::Units),
    ("unit_basis", Kind::Text),
    ("charge", Kind::Money),
    ("service_date", Kind::Date),
    ("service_date_to", Kind::Date),
    ("place_of_service", Kind::Text),
    ("revenue_code", Kind::Text),
    ("findings", Kind::Count),
];

/// The columns of findings.
fn findings() -> impl Iterator<Item = (&'static str, Kind)> {
    csv::FINDINGS.into_iter().map(|name| {
        let kind = match name {
            "line" | "offset" | "segment" | "interchange_ordinal" | "claim_score" => Kind::Count,
            "amount_at_risk" | "claim_charge" => Kind::Money,
            "units" => Kind::Units,
            "service_date" => Kind::Date,
            _ => Kind::Text,
        };
        (name, kind)
    })
}

/// `findings.parquet`.
pub struct Findings<W: io::Write + Send> {
    table: Table<W>,
    rules: Rules,
}

impl<W: io::Write + Send> Findings<W> {
    /// Writes to `out`: hand in a buffered writer.
    pub fn new(out: W, rules: Rules) -> io::Result<Findings<W>> {
        Ok(Findings { table: Table::new(out, findings())?, rules })
    }
}

impl<W: io::Write + Send> Report for Findings<W> {
    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        for marked in entry.marked() {
            cells::finding(&mut self.table, self.rules, entry, marked);
            self.table.end_row()?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        self.table.finish()
    }
}

/// A service line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line {
    /// LX01, or its order in the claim.
    pub number: u32,
    /// Procedure code.
    pub procedure: Code,
    /// Its modifiers, each in its slot.
    pub modifiers: Modifiers,
    /// Units, and what they count.
    pub units: Option<Quantity>,
    /// `UN`, `MJ`.
    pub basis: Code,
    /// Line charge.
    pub charge: Option<Cents>,
    /// First and last day of service.
    pub dates: [Option<Date>; 2],
    /// Place of service: the line's, else the claim's.
    pub place: Code,
    /// Revenue code of an 837I.
    pub revenue: Code,
    /// Findings on it.
    pub findings: u64,
}

/// `lines.parquet`.
pub struct Lines<W: io::Write + Send> {
    table: Table<W>,
}

impl<W: io::Write + Send> Lines<W> {
    /// Writes to `out`: hand in a buffered writer.
    pub fn new(out: W) -> io::Result<Lines<W>> {
        Ok(Lines { table: Table::new(out, LINES.into_iter())? })
    }

    /// Adds a line of a claim.
    pub fn line(&mut self, at: &Location, claim: &ClaimInfo, line: &Line) -> io::Result<()> {
        let to = &mut self.table;
        to.file(&at.file);
        for control in [&at.isa13, &at.gs06, &at.st02] {
            to.bytes(control);
        }
        to.count(Some(at.interchange.into()).filter(|n| *n > 0));
        to.bytes(&claim.id);
        to.count(Some(claim.byte));
        to.own(claim.form);
        to.bytes(&claim.payer_id);
        to.bytes(&claim.payer_name);
        to.own(claim.payer_class);
        to.own(&claim.policy);
        to.own(&claim.billing_npi);
        to.count(Some(line.number.into()));
        to.code(Some(&line.procedure));
        for modifier in line.modifiers.0 {
            to.code(Some(&modifier));
        }
        to.units(line.units);
        to.code(Some(&line.basis));
        to.money(line.charge);
        line.dates.into_iter().for_each(|date| to.date(date));
        to.code(Some(&line.place));
        to.code(Some(&line.revenue));
        to.count(Some(line.findings));
        to.end_row()
    }

    /// Ends the file and flushes it.
    pub fn finish(mut self) -> io::Result<()> {
        self.table.finish()
    }
}
