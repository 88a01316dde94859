//! What may stand in a row about minutes: one record in, one checked row out.
//!
//! Refuses rows that name no line and no visit, or say nothing of them. Deliberately absent: what a single value may
//! be; that is the same for every sidecar file.

use crate::sidecar::header::{Column as _, Header, Result, columns, fault};
use crate::sidecar::table::{Record, Shape};
use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Modifiers};
use crate::x12::value::{Date, Npi};

use super::sidecar::{FileKind, Region};

columns! {
    /// A column of a minutes file; a visits file has some of them.
    pub(super) enum Column {
        ClaimId = "claim_id",
        LineControl = "line_control",
        LineNo = "line_no",
        Dos = "dos",
        Code = "code",
        Mods = "mods",
        PatientId = "patient_id",
        Minutes = "minutes",
        StartTime = "start_time",
        EndTime = "end_time",
        Discipline = "discipline",
        AssistantMinutes = "assistant_minutes",
        ConcurrentMinutes = "concurrent_minutes",
        Group = "group",
        BodyRegion = "body_region",
        TotalTimedMinutes = "total_timed_minutes",
        TotalTreatmentMinutes = "total_treatment_minutes",
        TherapistId = "therapist_id",
        Source = "source",
    }
}

/// A minutes file: a row a service line, or a visit.
const MINUTES: Shape<Column> =
    Shape { columns: Column::ALL, of: "a service line", suffices: minutes_suffice };

/// A visits file: a row a visit.
const VISITS: Shape<Column> = Shape {
    columns: &[
        Column::ClaimId,
        Column::PatientId,
        Column::Dos,
        Column::Discipline,
        Column::TotalTimedMinutes,
        Column::TotalTreatmentMinutes,
        Column::StartTime,
        Column::EndTime,
    ],
    of: "a visit",
    suffices: visits_suffice,
};

/// What a file of a kind looks like.
pub(super) fn shape(kind: FileKind) -> &'static Shape<Column> {
    match kind {
        FileKind::Minutes => &MINUTES,
        FileKind::Visits => &VISITS,
    }
}

/// Whether any row under a header of a minutes file could name a line or visit and say something of its minutes.
fn minutes_suffice(header: &Header<Column>) -> Result<()> {
    let totals = header.has(Column::TotalTimedMinutes) || header.has(Column::TotalTreatmentMinutes);
    let dated = header.has(Column::Dos) && (header.has(Column::Code) || totals);
    let line = header.has(Column::LineControl) || header.has(Column::LineNo) || dated;
    if !(header.has(Column::ClaimId) && line || header.has(Column::PatientId) && dated) {
        return Err(fault(
            "",
            "the header names no way to find a line; give claim_id with line_control, line_no or dos and code, \
             or patient_id with dos and code",
        ));
    }
    times_suffice(header)?;
    if !(header.has(Column::Minutes) || totals || header.has(Column::StartTime)) {
        return Err(fault(
            "",
            "the header names no minutes; give minutes, total_timed_minutes or start_time and end_time",
        ));
    }
    Ok(())
}

/// As [`minutes_suffice`], for a visits file.
fn visits_suffice(header: &Header<Column>) -> Result<()> {
    if !(header.has(Column::ClaimId) || header.has(Column::PatientId)) || !header.has(Column::Dos) {
        return Err(fault(
            "",
            "the header names no way to find a visit; give claim_id or patient_id, and dos",
        ));
    }
    times_suffice(header)?;
    let totals = header.has(Column::TotalTimedMinutes) || header.has(Column::TotalTreatmentMinutes);
    if !(totals || header.has(Column::StartTime)) {
        return Err(fault(
            "",
            "the header names no minutes; give total_timed_minutes, total_treatment_minutes or start_time and \
             end_time",
        ));
    }
    Ok(())
}

fn times_suffice(header: &Header<Column>) -> Result<()> {
    if header.has(Column::EndTime) && !header.has(Column::StartTime) {
        return Err(fault("end_time", "there is no column start_time; add it"));
    }
    Ok(())
}

/// One row, checked; texts borrow from the record.
pub(super) struct Row<'r> {
    /// The claim id, or the patient id where there is no claim id. Never empty.
    pub(super) key: &'r str,
    /// Whether `key` is a patient id.
    pub(super) by_patient: bool,
    pub(super) control: &'r str,
    /// 0 where none is given.
    pub(super) line_no: u32,
    pub(super) dos: Option<Date>,
    pub(super) code: Code,
    pub(super) modifiers: Modifiers,
    /// The minutes given, else the sum of the intervals.
    pub(super) minutes: Option<u16>,
    pub(super) assistant: Option<u16>,
    pub(super) concurrent: Option<u16>,
    pub(super) timed: Option<u16>,
    pub(super) treatment: Option<u16>,
    pub(super) discipline: Option<Discipline>,
    pub(super) group: Option<bool>,
    pub(super) region: Option<Region>,
    pub(super) therapist: Option<Npi>,
    pub(super) note_id: &'r str,
}

impl<'r> Row<'r> {
    /// Reads one record of a file; `intervals` receives the clock times, ascending and apart, in minutes after
    /// midnight.
    pub(super) fn read(
        kind: FileKind,
        record: &Record<'r, Column>,
        intervals: &mut Vec<(u16, u16)>,
    ) -> Result<Row<'r>> {
        let claim = record.id(Column::ClaimId)?;
        let patient = record.id(Column::PatientId)?;
        let by_patient = claim.is_empty();
        let mut row = Row {
            key: if by_patient { patient } else { claim },
            by_patient,
            control: record.id(Column::LineControl)?,
            line_no: record.line_no(Column::LineNo)?,
            dos: record.date(Column::Dos)?,
            code: record.code(Column::Code)?,
            modifiers: record.modifiers(Column::Mods)?,
            minutes: record.minutes(Column::Minutes)?,
            assistant: record.minutes(Column::AssistantMinutes)?,
            concurrent: record.minutes(Column::ConcurrentMinutes)?,
            timed: record.minutes(Column::TotalTimedMinutes)?,
            treatment: record.minutes(Column::TotalTreatmentMinutes)?,
            discipline: record.discipline(Column::Discipline)?,
            group: group(record)?,
            region: region(record)?,
            therapist: record
                .npi(Column::TherapistId, "not an NPI; write the ten digits of the therapist's NPI")?,
            note_id: record.id(Column::Source)?,
        };
        record.times(Column::StartTime, Column::EndTime, intervals)?;
        match kind {
            FileKind::Minutes => {
                row.check_key()?;
                row.check_minutes(intervals)?;
            }
            FileKind::Visits => row.check_visit(intervals)?,
        }
        Ok(row)
    }

    /// Whether the row names no line: it is about the visit as a whole.
    fn is_visit(&self) -> bool {
        self.control.is_empty() && self.line_no == 0 && self.code.is_none()
    }

    fn check_key(&self) -> Result<()> {
        if self.key.is_empty() {
            return Err(fault(
                "claim_id",
                "no claim and no patient; give claim_id, or patient_id with dos and code",
            ));
        }
        if self.by_patient && !(self.control.is_empty() && self.line_no == 0) {
            return Err(fault("claim_id", "line_control and line_no need a claim; give claim_id"));
        }
        let by_line = !(self.control.is_empty() && self.line_no == 0);
        if !by_line && self.dos.is_none() {
            let message = if self.by_patient {
                "a row found by its patient needs the date of service; give it as CCYY-MM-DD"
            } else {
                "the row names no line; give line_control, line_no or dos and code"
            };
            return Err(fault("dos", message));
        }
        if self.is_visit() && self.modifiers != Modifiers::default() {
            return Err(fault("code", "modifiers without a code; give the code they belong to"));
        }
        Ok(())
    }

    fn check_minutes(&mut self, intervals: &[(u16, u16)]) -> Result<()> {
        let totals = self.timed.is_some() || self.treatment.is_some();
        if self.is_visit() {
            if self.minutes.or(self.assistant).or(self.concurrent).is_some() {
                return Err(fault(
                    "code",
                    "minutes of a line, but no line; give line_control, line_no or code",
                ));
            }
            if !totals {
                return Err(fault(
                    "total_timed_minutes",
                    "a row for a whole visit needs its total; give total_timed_minutes, or the code of a line",
                ));
            }
            return Ok(());
        }
        if self.minutes.is_none() && !intervals.is_empty() {
            self.minutes = Some(intervals.iter().map(|(start, end)| end - start).sum());
        }
        let Some(minutes) = self.minutes else {
            if totals {
                return Ok(());
            }
            return Err(fault(
                "minutes",
                "no minutes; give minutes, total_timed_minutes or start_time and end_time",
            ));
        };
        let (alone, together) = (self.assistant.unwrap_or(0), self.concurrent.unwrap_or(0));
        if alone > minutes {
            return Err(fault(
                "assistant_minutes",
                "more than the minutes of the line; they are a part of them",
            ));
        }
        if together > minutes - alone {
            let message = "with assistant_minutes more than the minutes of the line; they are a part of them";
            return Err(fault("concurrent_minutes", message));
        }
        Ok(())
    }

    /// A row of a visits file.
    fn check_visit(&self, intervals: &[(u16, u16)]) -> Result<()> {
        if self.key.is_empty() {
            return Err(fault("claim_id", "no claim and no patient; give claim_id or patient_id"));
        }
        if self.dos.is_none() {
            return Err(fault("dos", "a visit needs its date of service; give it as CCYY-MM-DD"));
        }
        if self.timed.or(self.treatment).is_none() && intervals.is_empty() {
            return Err(fault(
                "total_timed_minutes",
                "no minutes; give total_timed_minutes, total_treatment_minutes or start_time and end_time",
            ));
        }
        Ok(())
    }
}

fn group(record: &Record<'_, Column>) -> Result<Option<bool>> {
    let message = "neither Y nor N; write Y if other patients were treated too";
    record.word(Column::Group, &[("Y", true), ("N", false)], message)
}

fn region(record: &Record<'_, Column>) -> Result<Option<Region>> {
    let regions = [
        ("cervical", Region::Cervical),
        ("thoracic", Region::Thoracic),
        ("lumbar", Region::Lumbar),
        ("sacral", Region::Sacral),
        ("pelvic", Region::Pelvic),
        ("ext", Region::Extremity),
    ];
    let message = "not a body region; write cervical, thoracic, lumbar, sacral, pelvic or ext";
    record.word(Column::BodyRegion, &regions, message)
}
