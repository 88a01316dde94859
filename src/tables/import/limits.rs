//! Rows of MUE files: code, value, adjudication indicator whose text begins with its digit, rationale. Refuses a
//! row that is not of this form.

use crate::x12::code::Code;

use super::pairs::{Wrong, code};
use super::record::Record;

/// Column with the rationale.
pub(super) const RATIONALE: usize = 3;

/// The limit a row gives a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Limit {
    pub(super) code: Code,
    pub(super) value: u32,
    pub(super) mai: u8,
}

/// Whether the rows have begun: a code, a number and an indicator.
pub(super) fn begins(record: &Record) -> bool {
    code(record.field(0)).is_some() && number(record.field(1)).is_some() && mai(record.field(2)).is_some()
}

/// Reads a row.
pub(super) fn limit(record: &Record) -> Result<Limit, Wrong> {
    let wrong = |column, message| Wrong { column, message };
    if record.len() < 3 {
        return Err(wrong("", "the row has fewer than 3 columns; the file is cut off or damaged"));
    }
    let code = code(record.field(0))
        .ok_or_else(|| wrong("1 (HCPCS/CPT Code)", "no procedure code of five letters and digits"))?;
    let value = number(record.field(1)).ok_or_else(|| wrong("2 (MUE Values)", "no whole number"))?;
    let mai = mai(record.field(2))
        .ok_or_else(|| wrong("3 (MUE Adjudication Indicator)", "does not begin with 1, 2 or 3"))?;
    Ok(Limit { code, value, mai })
}

/// A whole number of up to seven digits.
fn number(field: &[u8]) -> Option<u32> {
    let digits = (1..=7).contains(&field.len()) && field.iter().all(u8::is_ascii_digit);
    if digits { std::str::from_utf8(field).ok()?.parse().ok() } else { None }
}

/// `3 Date of Service Edit: Clinical`.
fn mai(field: &[u8]) -> Option<u8> {
    match field {
        [digit @ b'1'..=b'3', rest @ ..] if !rest.first().is_some_and(u8::is_ascii_digit) => {
            Some(digit - b'0')
        }
        _ => None,
    }
}
