//! Documented treatment minutes: what a therapist wrote down for a service line.
//!
//! Comes in: minutes and visits files (a row a service line or a visit) and the note text of a claim. Goes out:
//! plain [`LineMinutes`], one for each service line, looked up once a claim. Deliberately absent: rules, findings
//! and any judgement of the minutes. Nothing here is ever guessed: a row that fits two lines is used for none, a
//! note outside the grammar is counted and not read.
//!
//! Sidecar rows and notes are about people. No error and no `Debug` text of this room repeats an id, a
//! name or note text.

pub mod join;
pub mod notes;
pub mod sidecar;

mod row;

pub use join::{ClaimMinutes, JoinBuffers, JoinClaim, JoinLine, Minutes, Texts};
pub use notes::NoteWords;
pub use sidecar::{Details, FileKind, Intervals, Region, Sidecar};

/// Index of a sidecar row, counted from 0 over all sidecar files in load order. Faulty rows have none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
pub struct RowId(pub u32);

/// Where the minutes of a line come from; what stands first outweighs what stands after it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Source {
    /// A sidecar row for this very line.
    SidecarLine,
    /// A sidecar row for the visit: totals only, not this line's share.
    SidecarVisit,
    /// A note of the line (NTE or K3 in loop 2400).
    LineNote,
    /// A note of the claim (NTE or K3 in loop 2300), or of another line of it.
    ClaimNote,
}

/// Minutes and who gives them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Said {
    /// Minutes, 0 to 1440.
    pub minutes: u32,
    /// Who gives them.
    pub source: Source,
}

/// What is documented for one service line. The default is nothing at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineMinutes {
    /// Direct one-on-one minutes: 0 to 1440 from a sidecar, 1 to 480 from a note. Where only clock times
    /// are documented, their span.
    pub minutes: Option<u32>,
    /// Where `minutes` come from; without minutes, where the visit totals come from.
    pub source: Option<Source>,
    /// Of `minutes`, those an assistant gave alone, 0 to 1440.
    pub assistant: Option<u32>,
    /// Of `minutes`, those therapist and assistant gave together, 0 to 1440; they count as the therapist's.
    pub concurrent: Option<u32>,
    /// Whether other patients were treated at the same time.
    pub group: Option<bool>,
    /// Length of the line's clock times together, 1 to 1440: those of its row, else those of its own notes.
    pub span: Option<u32>,
    /// Minutes of all timed codes of the line's visit, 0 to 1440.
    pub visit_timed: Option<u32>,
    /// Minutes of the whole visit, timed and untimed, 0 to 1440.
    pub visit_treatment: Option<u32>,
    /// Length of the visit's clock times together, 1 to 1440, where a row of the visit gives them.
    pub visit_span: Option<u32>,
    /// The sidecar row used: that of the line, else that of its visit.
    pub row: Option<RowId>,
    /// The sidecar row that was the first to speak of the visit; lines it speaks of have it in common.
    pub visit_row: Option<RowId>,
    /// Two sources disagree on the minutes or on the visit totals of this line; the fields below say which.
    pub conflict: bool,
    /// The first figure that differs from `minutes`: of a note, or of a row that names the line as exactly.
    pub disputed: Option<Said>,
    /// The first figure that differs from `visit_timed`.
    pub timed_disputed: Option<Said>,
    /// The first figure that differs from `visit_treatment`.
    pub treatment_disputed: Option<Said>,
}

impl LineMinutes {
    /// Nothing at all.
    pub const NONE: LineMinutes = LineMinutes {
        minutes: None,
        source: None,
        assistant: None,
        concurrent: None,
        group: None,
        span: None,
        visit_timed: None,
        visit_treatment: None,
        visit_span: None,
        row: None,
        visit_row: None,
        conflict: false,
        disputed: None,
        timed_disputed: None,
        treatment_disputed: None,
    };
}

impl Default for LineMinutes {
    fn default() -> LineMinutes {
        LineMinutes::NONE
    }
}
