//! The columns of a sidecar file: their names, where they stand in one file, and whether they suffice.
//!
//! Refuses unknown and doubled columns, and a header under which no row could name a line and say something
//! of its minutes. Deliberately absent: values.

use std::borrow::Cow;

use csv::StringRecord;

/// A column of the sidecar; the discriminant is its place in [`NAMES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Column {
    ClaimId,
    LineControl,
    LineNo,
    Dos,
    Code,
    Mods,
    PatientId,
    Minutes,
    StartTime,
    EndTime,
    Discipline,
    AssistantMinutes,
    ConcurrentMinutes,
    Group,
    BodyRegion,
    TotalTimedMinutes,
    TotalTreatmentMinutes,
    TherapistId,
    Source,
}

/// The names of the columns, in the order of [`Column`].
const NAMES: [&str; 19] = [
    "claim_id",
    "line_control",
    "line_no",
    "dos",
    "code",
    "mods",
    "patient_id",
    "minutes",
    "start_time",
    "end_time",
    "discipline",
    "assistant_minutes",
    "concurrent_minutes",
    "group",
    "body_region",
    "total_timed_minutes",
    "total_treatment_minutes",
    "therapist_id",
    "source",
];

/// What is wrong with a header or a row.
#[derive(Debug)]
pub(super) struct Fault {
    /// The column's name, or its number where the name is not known; empty where the fault is of the whole row.
    pub(super) column: Cow<'static, str>,
    /// What is wrong and what to do, without any value that could be about a person.
    pub(super) message: Cow<'static, str>,
}

/// A value, or what is wrong with it.
pub(super) type Result<T> = std::result::Result<T, Fault>;

/// Where each column stands in the records of one file.
pub(super) struct Header {
    at: [Option<usize>; NAMES.len()],
    /// The number of columns.
    pub(super) width: usize,
}

impl Header {
    /// Reads the header record; says what stands where, or what is wrong with it.
    pub(super) fn read(record: &StringRecord) -> Result<Header> {
        let mut at = [None; NAMES.len()];
        let known = |name: &str| NAMES.iter().position(|n| name.trim().eq_ignore_ascii_case(n));
        if !record.iter().any(|name| known(name).is_some()) {
            // Without a header these are somebody's values: none of them is named.
            return Err(fault(
                "",
                format!("the first line names no known column; write a header of {}", list()),
            ));
        }
        for (i, name) in record.iter().enumerate() {
            let slot = known(name).and_then(|n| Some((NAMES.get(n)?, at.get_mut(n)?)));
            match slot {
                None => {
                    // By its number: what stands there may be somebody's name.
                    let column = (i + 1).to_string();
                    let message = format!("unknown column; the known ones are {}", list());
                    return Err(Fault { column: column.into(), message: message.into() });
                }
                Some((name, Some(_))) => return Err(fault(name, "the column stands twice; take one away")),
                Some((_, free)) => *free = Some(i),
            }
        }
        let header = Header { at, width: record.len() };
        header.suffices()?;
        Ok(header)
    }

    /// The value of a column, trimmed; empty where the column is absent.
    pub(super) fn value<'r>(&self, record: &'r StringRecord, column: Column) -> &'r str {
        self.at
            .get(column as usize)
            .copied()
            .flatten()
            .and_then(|i| record.get(i))
            .map_or("", str::trim_ascii)
    }

    fn has(&self, column: Column) -> bool {
        self.at.get(column as usize).copied().flatten().is_some()
    }

    /// Whether any row under this header could name a line or visit and say something of its minutes.
    fn suffices(&self) -> Result<()> {
        use Column::{ClaimId, Code, Dos, EndTime, LineControl, LineNo, Minutes, PatientId, StartTime};
        use Column::{TotalTimedMinutes, TotalTreatmentMinutes};
        let totals = self.has(TotalTimedMinutes) || self.has(TotalTreatmentMinutes);
        let dated = self.has(Dos) && (self.has(Code) || totals);
        let line = self.has(LineControl) || self.has(LineNo) || dated;
        if !(self.has(ClaimId) && line || self.has(PatientId) && dated) {
            return Err(fault(
                "",
                "the header names no way to find a line; give claim_id with line_control, line_no or dos and code, \
                 or patient_id with dos and code",
            ));
        }
        if self.has(EndTime) && !self.has(StartTime) {
            return Err(fault("end_time", "there is no column start_time; add it"));
        }
        if !(self.has(Minutes) || totals || self.has(StartTime)) {
            return Err(fault(
                "",
                "the header names no minutes; give minutes, total_timed_minutes or start_time and end_time",
            ));
        }
        Ok(())
    }
}

impl Column {
    pub(super) fn name(self) -> &'static str {
        NAMES.get(self as usize).copied().unwrap_or_default()
    }
}

fn list() -> String {
    NAMES.join(", ")
}

/// A fault of a column, or with an empty name of the whole row.
pub(super) fn fault(column: &'static str, message: impl Into<Cow<'static, str>>) -> Fault {
    Fault { column: column.into(), message: message.into() }
}
