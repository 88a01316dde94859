//! Documented minutes.
#![allow(missing_docs, reason = "replaced when the room is merged")]

use crate::x12::code::{Code, Modifiers};
use crate::x12::value::Date;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RowId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    SidecarLine,
    SidecarVisit,
    LineNote,
    ClaimNote,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LineMinutes {
    pub minutes: Option<u32>,
    pub source: Option<Source>,
    pub assistant: Option<u32>,
    pub concurrent: Option<u32>,
    pub group: Option<bool>,
    pub visit_timed: Option<u32>,
    pub visit_treatment: Option<u32>,
    pub row: Option<RowId>,
    pub conflict: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClaimMinutes {
    pub lines: Vec<LineMinutes>,
    pub matched: Vec<RowId>,
    pub ambiguous: Vec<RowId>,
    pub unparsed_notes: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct JoinLine<'a> {
    pub control: &'a [u8],
    pub number: u32,
    pub date: Option<Date>,
    pub code: Code,
    pub modifiers: Modifiers,
}
