//! Rows of NCCI PTP files: column 1, column 2, `*` if the edit is older than 1996, first and last date of service,
//! modifier indicator, rationale. Refuses a row that is not of this form; a first row in disguise as a title, too.

use crate::tables::pairs::Begin;
use crate::x12::code::Code;
use crate::x12::value::Date;

use super::record::Record;

/// What a row says of a pair.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Edit {
    pub(super) codes: (Code, Code),
    pub(super) begin: Begin,
    /// `None` while it is active.
    pub(super) last: Option<Date>,
    pub(super) bypass: bool,
}

/// What is wrong with a row: the column and what stands there, without its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Wrong {
    pub(super) column: &'static str,
    pub(super) message: &'static str,
}

/// Column with the rationale.
pub(super) const RATIONALE: usize = 6;

/// Whether the rows have begun: the fourth field is a date of eight digits.
pub(super) fn begins(record: &Record) -> bool {
    let field = record.field(3);
    field.len() == 8 && field.iter().all(u8::is_ascii_digit)
}

/// A procedure code as tables of CMS have it: five letters and digits, four of them digits at least.
pub(super) fn code(field: &[u8]) -> Option<Code> {
    let digits = field.iter().filter(|b| b.is_ascii_digit()).count();
    let all = field.len() == 5 && field.iter().all(u8::is_ascii_alphanumeric);
    (all && digits >= 4).then(|| Code::parse(field))
}

/// Reads a row. `None` for an edit that was never in force: indicator 9, or struck before its first day.
pub(super) fn edit(record: &Record) -> Result<Option<Edit>, Wrong> {
    let wrong = |column, message| Wrong { column, message };
    if record.len() < 6 {
        return Err(wrong("", "the row has fewer than 6 columns; the file is cut off or damaged"));
    }
    const CODE: &str = "no procedure code of five letters and digits";
    let column1 = code(record.field(0)).ok_or_else(|| wrong("1 (Column 1)", CODE))?;
    let column2 = code(record.field(1)).ok_or_else(|| wrong("2 (Column 2)", CODE))?;
    let first = Date::parse(record.field(3))
        .ok_or_else(|| wrong("4 (Effective Date)", "no date of the form CCYYMMDD"))?;
    let begin = match record.field(2) {
        b"" => Begin::On(first),
        b"*" => Begin::Before1996,
        _ => return Err(wrong("3 (in existence before 1996)", "neither * nor blank")),
    };
    let last = match record.field(4) {
        b"" | b"*" => None,
        date => Some(
            Date::parse(date)
                .ok_or_else(|| wrong("5 (Deletion Date)", "neither a date of the form CCYYMMDD nor *"))?,
        ),
    };
    let bypass = match record.field(5) {
        b"0" => false,
        b"1" => true,
        b"9" => return Ok(None),
        _ => return Err(wrong("6 (Modifier)", "none of 0, 1 and 9")),
    };
    if begin != Begin::Before1996 && last.is_some_and(|last| last < first) {
        return Ok(None);
    }
    Ok(Some(Edit { codes: (column1, column2), begin, last, bypass }))
}
