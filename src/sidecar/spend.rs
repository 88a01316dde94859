//! Money spent to date: what Medicare has allowed for a patient's therapy in a year, whoever billed it (`--spend`).
//!
//! Comes in: files with a row a patient, year and bucket. Goes out: the amount. Deliberately absent: the thresholds
//! it is held against, and what the claims of the run add to it.

use std::fmt;
use std::io::Read;
use std::path::Path;

use crate::error::Error;
use crate::tables::therapy::Discipline;
use crate::x12::value::{Cents, Date};

use super::header::{Result, columns, fault};
use super::register::{Entry, Register};
use super::table::{Record, Shape};
use super::{RowPlace, Tally};

/// What was spent, by patient. The default knows nothing.
#[derive(Default)]
pub struct Spend(Register<Row>);

/// The services that count towards one amount (Social Security Act, section 1833(g)): physical therapy and speech-language pathology
/// together, occupational therapy by itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Bucket {
    /// Physical therapy and speech-language pathology (`PTSLP`).
    PtSlp,
    /// Occupational therapy (`OT`).
    Ot,
}

/// What was spent in one year and bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spent {
    /// The amount allowed (`allowed_to_date`), not negative.
    pub allowed: Cents,
    /// The last day it speaks of (`as_of`), where that is known.
    pub as_of: Option<Date>,
    /// Where it stands.
    pub row: RowPlace,
}

impl Bucket {
    /// The bucket a discipline counts in.
    pub const fn of(discipline: Discipline) -> Bucket {
        match discipline {
            Discipline::Pt | Discipline::Slp => Bucket::PtSlp,
            Discipline::Ot => Bucket::Ot,
        }
    }

    /// The bucket as files name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Bucket::PtSlp => "PTSLP",
            Bucket::Ot => "OT",
        }
    }
}

columns! {
    pub(super) enum Column {
        PatientId = "patient_id",
        Year = "year",
        Bucket = "bucket",
        AllowedToDate = "allowed_to_date",
        AsOf = "as_of",
    }
}

impl Spend {
    /// Reads files, in order. What is wrong comes beside what could be used: a faulty row is left out with its
    /// place, an unusable file as a whole.
    pub fn load<P: AsRef<Path>>(paths: &[P]) -> (Spend, Vec<Error>) {
        let (register, errors) = Register::load(paths);
        (Spend(register), errors)
    }

    /// Reads one file from memory or a stream; `name` stands for it in errors and places.
    pub fn from_reader(name: &Path, reader: impl Read) -> (Spend, Vec<Error>) {
        let (register, errors) = Register::from_reader(name, reader);
        (Spend(register), errors)
    }

    /// What was spent for a patient (NM109) in a calendar year and bucket; `None` where no row says it, which is
    /// not the same as nothing spent.
    pub fn find(&self, patient_id: &[u8], year: u32, bucket: Bucket) -> Option<Spent> {
        let rows = self.0.of(patient_id.trim_ascii());
        let key = (u16::try_from(year).ok()?, bucket);
        let at = rows.binary_search_by_key(&key, Entry::key).ok()?;
        rows.get(at).map(|row| row.spent)
    }

    /// Whether nothing is known, be it that no file was given.
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
}

impl fmt::Debug for Spend {
    /// Counts only: the rows are about people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("Spend", f)
    }
}

/// One row.
struct Row {
    year: u16,
    bucket: Bucket,
    spent: Spent,
}

impl Entry for Row {
    type Column = Column;
    type Key = (u16, Bucket);
    const SHAPE: Shape<Column> = Shape {
        columns: <Column as super::header::Column>::ALL,
        of: "a patient, year and bucket",
        suffices: |header| {
            header.must_have(&[Column::PatientId, Column::Year, Column::Bucket, Column::AllowedToDate])
        },
    };
    const SAME: &'static str = "patient, year and bucket";

    fn read(record: &Record<'_, Column>, row: RowPlace) -> Result<(Box<[u8]>, Row)> {
        let patient = record.id(Column::PatientId)?;
        if patient.is_empty() {
            return Err(fault("patient_id", "no patient; give the member id as on the claim (NM109)"));
        }
        let year = record.year(Column::Year)?.ok_or_else(|| fault("year", "no year; write it as 2026"))?;
        let buckets = [Bucket::PtSlp, Bucket::Ot].map(|bucket| (bucket.as_str(), bucket));
        let bucket = record.word(Column::Bucket, &buckets, "not a bucket; write PTSLP or OT")?;
        let bucket = bucket.ok_or_else(|| fault("bucket", "no bucket; write PTSLP or OT"))?;
        let allowed = record.money(Column::AllowedToDate)?;
        let allowed =
            allowed.ok_or_else(|| fault("allowed_to_date", "no amount; write 0 where nothing was spent"))?;
        let spent = Spent { allowed, as_of: record.date(Column::AsOf)?, row };
        Ok((patient.as_bytes().into(), Row { year, bucket, spent }))
    }

    fn key(&self) -> (u16, Bucket) {
        (self.year, self.bucket)
    }

    fn row(&self) -> RowPlace {
        self.spent.row
    }
}

#[cfg(test)]
mod tests;
