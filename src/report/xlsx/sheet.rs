//! A sheet of a workbook as it is written: a row at a time, each cell with a type.
//!
//! Text is text whatever it begins with: it is handed over as a string, so that none is ever taken for a number, a formula or
//! a link. Money is handed over as a number that prints the very digits it was read from; nothing is ever calculated with it.

use std::fmt::{self, Write as _};
use std::io;

use rust_xlsxwriter::{Format, FormatAlign, IgnoreError, Workbook, Worksheet, XlsxError};

use super::told;
use crate::report::cells::Cells;
use crate::report::put::Put;
use crate::report::safe::{self, LIMIT};
use crate::x12::value::{Cents, Date, Quantity};

/// How a cell looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    General = 0,
    Heading = 1,
    Text = 2,
    Money = 3,
    Count = 4,
    Date = 5,
    /// Text that is too long for the format of text.
    Long = 6,
}

/// The format of each [`Look`], in their order.
fn formats() -> [Format; 7] {
    // Those that every spreadsheet knows by a number: text, two decimals and commas, whole.
    let [text, money, count] = [49, 4, 1].map(|known| Format::new().set_num_format_index(known));
    let (heading, date) = (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
    // The left is where text stands anyway; a cell without any format would take that of its column.
    let long = Format::new().set_align(FormatAlign::Left);
    [Format::new(), heading, text, money, count, date, long]
}

/// Characters of text of our own or of a file's name; a cell holds 32,767 UTF-16 units.
const LONGEST: usize = 16_000;

/// A cell of more characters than these cannot have the format of text: older spreadsheets show `####` then.
const LONGEST_TEXT: usize = 255;

/// Digits that a spreadsheet keeps of a number. Of so many a double loses none.
const DIGITS: i64 = 1_000_000_000_000_000;

/// Bytes of text beyond which no row is added: the archive format has four bytes for the size of a file, and a cell needs
/// markup, and more where it escapes.
const BYTES: u64 = 500_000_000;

/// 1 January 1970 as a spreadsheet counts days, and the first day on which it counts right: it has a 29 February 1900.
const EPOCH: i32 = 25_569;
const FIRST_DAY: i32 = 61;

/// What has been written of a sheet, and the row at hand.
pub(super) struct Sheet {
    sheet: Worksheet,
    formats: [Format; 7],
    /// How cells of each column look that say nothing of it; to say it of each cell takes a fifth of the time.
    looks: Vec<Look>,
    /// Its last column, counted from 0.
    last: u16,
    /// Rows that are written, the heading among them.
    rows: u32,
    bytes: u64,
    /// Rows that it may have beside the heading.
    limit: u32,
    /// Rows that found no room.
    left: u64,
    /// Cells of the row at hand.
    cells: u16,
    /// What went wrong with one of them.
    failed: Option<XlsxError>,
    text: String,
}

impl Sheet {
    /// A sheet of no more rows than these, with its row of headings, which stays when one scrolls.
    pub(super) fn new(book: &mut Workbook, name: &str, headings: &[&str], limit: u32) -> io::Result<Sheet> {
        let mut sheet = book.new_worksheet_with_constant_memory().map_err(told)?;
        sheet.set_name(name).map_err(told)?;
        sheet.set_freeze_panes(1, 0).map_err(told)?;
        for (n, heading) in (0..).zip(headings) {
            sheet.set_column_width(n, width(heading)).map_err(told)?;
        }
        let mut sheet = Sheet {
            sheet,
            formats: formats(),
            looks: vec![Look::General; headings.len()],
            last: u16::try_from(headings.len()).unwrap_or(u16::MAX).saturating_sub(1),
            rows: 0,
            bytes: 0,
            limit,
            left: 0,
            cells: 0,
            failed: None,
            text: String::new(),
        };
        for heading in headings {
            sheet.string(heading, Look::Heading);
        }
        sheet.put()?;
        Ok(sheet)
    }

    /// Whether another row has room; one that has none is counted.
    pub(super) fn has_room(&mut self) -> bool {
        let has = self.rows <= self.limit && self.bytes < BYTES;
        self.left += u64::from(!has);
        has
    }

    /// The row at hand has all its cells.
    pub(super) fn put(&mut self) -> io::Result<()> {
        self.rows += 1;
        self.cells = 0;
        self.failed.take().map_or(Ok(()), |error| Err(told(error)))
    }

    /// The end: what is shown can be filtered by every column.
    pub(super) fn end(mut self) -> io::Result<Worksheet> {
        let (row, column) = (self.rows.saturating_sub(1), self.last);
        self.sheet.autofilter(0, 0, row, column).map_err(told)?;
        // Without this a spreadsheet marks every id in green, as a number that is text.
        let ids = IgnoreError::NumberStoredAsText;
        self.sheet.ignore_error_range(0, 0, row, column, ids).map_err(told)?;
        Ok(self.sheet)
    }

    /// Rows that found no room.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// Text that is safe already.
    pub(super) fn string(&mut self, text: &str, look: Look) {
        self.bytes += text.len() as u64;
        if text.is_empty() {
            return self.empty();
        }
        let is_of_column = self.column_looks(look);
        let (row, column) = self.next();
        let format = &self.formats[look as usize];
        let written = if is_of_column {
            self.sheet.write_string(row, column, text)
        } else {
            self.sheet.write_string_with_format(row, column, text, format)
        };
        self.failed = self.failed.take().or(written.err());
    }

    /// A number, unless it has more digits than are kept of one: then its digits as text.
    fn number(&mut self, shown: &dyn fmt::Display, digits: i64, look: Look) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        // Writing to a String cannot fail.
        let _ = write!(text, "{shown}");
        match text.parse::<f64>() {
            Ok(number) if digits.unsigned_abs() < DIGITS.unsigned_abs() => {
                let is_of_column = self.column_looks(look);
                let (row, column) = self.next();
                let format = &self.formats[look as usize];
                let written = if is_of_column {
                    self.sheet.write_number(row, column, number)
                } else {
                    self.sheet.write_number_with_format(row, column, number, format)
                };
                self.failed = self.failed.take().or(written.err());
            }
            _ => self.string(&text, Look::Long),
        }
        self.text = text;
    }

    /// Nothing is written of an empty cell.
    fn empty(&mut self) {
        self.cells += 1;
    }

    /// The place of the next cell.
    fn next(&mut self) -> (u32, u16) {
        let column = self.cells;
        self.cells += 1;
        (self.rows, column)
    }

    /// Whether the cells of the next column look so. One that has no look yet gets this one, unless only some cells have it.
    fn column_looks(&mut self, look: Look) -> bool {
        let Some(of_column) = self.looks.get_mut(usize::from(self.cells)) else { return false };
        let is_of_some = matches!(look, Look::Heading | Look::Long);
        if *of_column == Look::General && look != Look::General && !is_of_some {
            *of_column = look;
            let set = self.sheet.set_column_format(self.cells, &self.formats[look as usize]);
            self.failed = self.failed.take().or(set.err());
        }
        *of_column == look
    }

    /// Bytes made safe to print, as text.
    fn made_safe(&mut self, bytes: &[u8], limit: usize) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        safe::push_text(&mut text, bytes, limit);
        let is_long = text.len() > LONGEST_TEXT && text.chars().count() > LONGEST_TEXT;
        self.string(&text, if is_long { Look::Long } else { Look::Text });
        self.text = text;
    }
}

impl Cells for Sheet {
    fn file(&mut self, name: &str) {
        self.made_safe(name.as_bytes(), LONGEST);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.made_safe(bytes, LIMIT);
    }

    fn own(&mut self, text: &str) {
        self.made_safe(text.as_bytes(), LONGEST);
    }

    fn code(&mut self, code: Option<&dyn Put>) {
        let code = code.map_or(String::new(), |code| code.to_string());
        self.string(&code, Look::Text);
    }

    fn count(&mut self, count: Option<u64>) {
        match count {
            Some(count) => self.number(&count, i64::try_from(count).unwrap_or(i64::MAX), Look::Count),
            None => self.empty(),
        }
    }

    fn money(&mut self, amount: Option<Cents>) {
        match amount {
            Some(amount) => self.number(&amount, amount.0, Look::Money),
            None => self.empty(),
        }
    }

    fn units(&mut self, units: Option<Quantity>) {
        match units {
            Some(units) => self.number(&units, units.0, Look::General),
            None => self.empty(),
        }
    }

    fn date(&mut self, date: Option<Date>) {
        let Some(date) = date else { return self.empty() };
        let day = date.days() + EPOCH;
        if day < FIRST_DAY { self.code(Some(&date)) } else { self.number(&day, day.into(), Look::Date) }
    }

    fn flag(&mut self, flag: bool) {
        self.string(if flag { "true" } else { "false" }, Look::Text);
    }
}

/// How wide a column is shown, in characters.
fn width(heading: &str) -> u8 {
    match heading {
        "message" | "fix" | "reason" | "note" => 60,
        "fingerprint" | "what" | "item" => 34,
        "file" | "rules" | "name" => 28,
        _ => 14,
    }
}
