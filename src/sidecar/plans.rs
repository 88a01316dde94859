//! Plans of care: which plan covers a patient's treatment on a day (`--plans`).
//!
//! Comes in: files with a row a plan, several for a patient and discipline where there were several episodes. Goes
//! out: the plan of a day. Deliberately absent: how long a plan may run or when a progress note is due; that is
//! for rules.

use std::fmt;
use std::io::Read;
use std::path::Path;

use crate::error::Error;
use crate::tables::therapy::Discipline;
use crate::x12::value::{Date, Npi};

use super::header::{Result, columns, fault};
use super::register::{Entry, Register};
use super::table::{Record, Shape};
use super::{RowPlace, Tally};

/// The plans of all files, by patient. The default holds none.
#[derive(Default)]
pub struct Plans(Register<Plan>);

/// One plan of care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The discipline the plan is of.
    pub discipline: Discipline,
    /// Its first day (`start`).
    pub start: Date,
    /// When a physician or other practitioner signed it (`certified_date`).
    pub certified: Option<Date>,
    /// Its last day (`expires`); without one it is not known to end.
    pub expires: Option<Date>,
    /// Who signed it (`physician_npi`).
    pub physician: Option<Npi>,
    /// The day of the last progress note (`last_progress_note`).
    pub last_progress_note: Option<Date>,
    /// Where it stands.
    pub row: RowPlace,
}

/// What is known of the plan for a day of treatment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlanAnswer<'p> {
    /// No plan of anybody is known: no file was given, or no row of one could be used.
    NoFile,
    /// No row is about the patient.
    Unknown,
    /// The patient has rows, but no plan of the discipline covers the day.
    NotCovered {
        /// The last plan of the discipline begun by then, else the first to begin after it; `None` if all the
        /// patient's plans are of other disciplines.
        nearest: Option<&'p Plan>,
    },
    /// The plan that covers the day; of several the one begun last.
    Covered(&'p Plan),
}

columns! {
    pub(super) enum Column {
        PatientId = "patient_id",
        Discipline = "discipline",
        Start = "start",
        CertifiedDate = "certified_date",
        Expires = "expires",
        PhysicianNpi = "physician_npi",
        LastProgressNote = "last_progress_note",
    }
}

impl Plans {
    /// Reads files, in order. What is wrong comes beside what could be used: a faulty row is left out with its
    /// place, an unusable file as a whole.
    pub fn load<P: AsRef<Path>>(paths: &[P]) -> (Plans, Vec<Error>) {
        let (register, errors) = Register::load(paths);
        (Plans(register), errors)
    }

    /// Reads one file from memory or a stream; `name` stands for it in errors and places.
    pub fn from_reader(name: &Path, reader: impl Read) -> (Plans, Vec<Error>) {
        let (register, errors) = Register::from_reader(name, reader);
        (Plans(register), errors)
    }

    /// The plan of a patient (NM109) and discipline that covers a day. Ids are compared as they stand, without
    /// the blanks around them.
    pub fn find(&self, patient_id: &[u8], discipline: Discipline, date: Date) -> PlanAnswer<'_> {
        if self.0.is_empty() {
            return PlanAnswer::NoFile;
        }
        let all = self.0.of(patient_id.trim_ascii());
        if all.is_empty() {
            return PlanAnswer::Unknown;
        }
        let of = |wanted: Discipline| all.partition_point(|plan| plan.discipline < wanted);
        let plans = all.get(of(discipline)..).unwrap_or_default();
        let plans = plans.get(..plans.partition_point(|p| p.discipline == discipline)).unwrap_or_default();
        let (begun, later) = plans.split_at(plans.partition_point(|plan| plan.start <= date));
        let covers = |plan: &&Plan| plan.expires.is_none_or(|last| last >= date);
        match begun.iter().rev().find(covers) {
            Some(plan) => PlanAnswer::Covered(plan),
            None => PlanAnswer::NotCovered { nearest: begun.last().or(later.first()) },
        }
    }

    /// Whether there is no plan, be it that no file was given.
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

    /// The file a plan stands in.
    pub fn path(&self, row: RowPlace) -> &Path {
        self.0.path(row)
    }
}

impl fmt::Debug for Plans {
    /// Counts only: the rows are about people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("Plans", f)
    }
}

impl Entry for Plan {
    type Column = Column;
    type Key = (Discipline, Date);
    const SHAPE: Shape<Column> = Shape {
        columns: <Column as super::header::Column>::ALL,
        of: "a plan of care",
        suffices: |header| header.must_have(&[Column::PatientId, Column::Discipline, Column::Start]),
    };
    const SAME: &'static str = "patient, discipline and start";

    fn read(record: &Record<'_, Column>, row: RowPlace) -> Result<(Box<[u8]>, Plan)> {
        let patient = record.id(Column::PatientId)?;
        if patient.is_empty() {
            return Err(fault("patient_id", "no patient; give the member id as on the claim (NM109)"));
        }
        let discipline = record.discipline(Column::Discipline)?;
        let discipline =
            discipline.ok_or_else(|| fault("discipline", "no discipline; write PT, OT or SLP"))?;
        let start = record.date(Column::Start)?;
        let start =
            start.ok_or_else(|| fault("start", "no date; give the plan's first day as CCYY-MM-DD"))?;
        let expires = record.date(Column::Expires)?;
        if expires.is_some_and(|last| last < start) {
            return Err(fault("expires", "before start; a plan ends on its first day or later"));
        }
        let plan = Plan {
            discipline,
            start,
            certified: record.date(Column::CertifiedDate)?,
            expires,
            physician: record.npi(
                Column::PhysicianNpi,
                "not an NPI; write the ten digits of the NPI of who certified the plan",
            )?,
            last_progress_note: record.date(Column::LastProgressNote)?,
            row,
        };
        Ok((patient.as_bytes().into(), plan))
    }

    fn key(&self) -> (Discipline, Date) {
        (self.discipline, self.start)
    }

    fn row(&self) -> RowPlace {
        self.row
    }
}

#[cfg(test)]
mod tests;
