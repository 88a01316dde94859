//! A sheet of a workbook as it is written: a row at a time, each cell with a type.
//!
//! Text is text whatever it begins with: every such cell says that it is a string, so that none is ever taken for a number,
//! a formula or a link. Money never becomes a float here: what is written are its digits.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use crate::report::cells::Cells;
use crate::report::safe::{self, LIMIT};
use crate::x12::value::{Cents, Date, Quantity};

/// How a cell looks: an index into `cellXfs` of the style sheet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    General = 0,
    Heading = 1,
    Text = 2,
    Money = 3,
    Count = 4,
    Date = 5,
}

/// Characters of text of our own or of a file's name; a cell holds 32,767 UTF-16 units.
const LONGEST: usize = 16_000;

/// A cell of more characters than these cannot have the format of text: older spreadsheets show `####` then.
const LONGEST_TEXT: usize = 255;

/// Digits that a spreadsheet keeps of a number.
const DIGITS: i64 = 1_000_000_000_000_000;

/// Bytes of rows beyond which none is added: the archive format has four bytes for the size of a file.
const BYTES: u64 = 2_000_000_000;

/// 1 January 1970 as a spreadsheet counts days, and the first day on which it counts right: it has a 29 February 1900.
const EPOCH: i32 = 25_569;
const FIRST_DAY: i32 = 61;

/// What has been written of a sheet, and the row at hand.
#[derive(Debug)]
pub(super) struct Sheet {
    columns: usize,
    /// Rows that are written, the heading among them.
    rows: u64,
    bytes: u64,
    /// Rows that it may have beside the heading.
    limit: u64,
    /// Rows that found no room.
    left: u64,
    /// Cells of the row at hand, and how many.
    row: String,
    cells: usize,
    text: String,
}

impl Sheet {
    /// A sheet of no more rows than these.
    pub(super) fn new(limit: u64) -> Sheet {
        let (row, text) = (String::new(), String::new());
        Sheet { columns: 0, rows: 0, bytes: 0, limit, left: 0, row, cells: 0, text }
    }

    /// The beginning, down to the row of headings, which stays when one scrolls.
    pub(super) fn begin(&mut self, out: &mut impl Write, headings: &[&str]) -> io::Result<()> {
        self.columns = headings.len();
        write!(
            out,
            "{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" \
             topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>"
        )?;
        for (n, heading) in (1..).zip(headings) {
            write!(out, "<col min=\"{n}\" max=\"{n}\" width=\"{}\" customWidth=\"1\"/>", width(heading))?;
        }
        write!(out, "</cols><sheetData>")?;
        for heading in headings {
            self.string(heading, Look::Heading);
        }
        self.put(out)
    }

    /// Whether another row has room; one that has none is counted.
    pub(super) fn has_room(&mut self) -> bool {
        let has = self.rows <= self.limit && self.bytes < BYTES;
        self.left += u64::from(!has);
        has
    }

    /// Writes the row at hand.
    pub(super) fn put(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.rows += 1;
        self.row.push_str("</row>");
        self.bytes += self.row.len() as u64;
        let written =
            write!(out, "<row r=\"{}\">", self.rows).and_then(|()| out.write_all(self.row.as_bytes()));
        self.row.clear();
        self.cells = 0;
        written
    }

    /// The end: what is shown can be filtered by every column.
    pub(super) fn end(&mut self, out: &mut impl Write) -> io::Result<()> {
        let area = format!("A1:{}{}", column(self.columns.saturating_sub(1)), self.rows);
        // Without this a spreadsheet marks every id in green, as a number that is text.
        write!(
            out,
            "</sheetData><autoFilter ref=\"{area}\"/><ignoredErrors><ignoredError sqref=\"{area}\" \
             numberStoredAsText=\"1\"/></ignoredErrors></worksheet>"
        )
    }

    /// Its cells, as `$A$1:$C$7`.
    pub(super) fn absolute_area(&self) -> String {
        format!("$A$1:${}${}", column(self.columns.saturating_sub(1)), self.rows)
    }

    /// Rows that found no room.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// Text that is safe already.
    pub(super) fn string(&mut self, text: &str, look: Look) {
        let Some(at) = self.next(text.is_empty()) else { return };
        // Blanks at the ends are dropped unless it is said that they belong there.
        let space = if text.trim() == text { "" } else { " xml:space=\"preserve\"" };
        let look = look as u8;
        let _ = write!(self.row, "<c r=\"{at}\" s=\"{look}\" t=\"inlineStr\"><is><t{space}>");
        push_xml(&mut self.row, text);
        self.row.push_str("</t></is></c>");
    }

    /// A number, unless it has more digits than are kept of one: then its digits as text.
    fn number(&mut self, shown: &dyn fmt::Display, digits: i64, look: Look) {
        if digits.unsigned_abs() >= DIGITS.unsigned_abs() {
            return self.string(&shown.to_string(), Look::Text);
        }
        let Some(at) = self.next(false) else { return };
        // Writing to a String cannot fail.
        let _ = write!(self.row, "<c r=\"{at}\" s=\"{}\"><v>{shown}</v></c>", look as u8);
    }

    /// The place of the next cell; of an empty one nothing is written.
    fn next(&mut self, is_empty: bool) -> Option<String> {
        let at = self.cells;
        self.cells += 1;
        (!is_empty).then(|| format!("{}{}", column(at), self.rows + 1))
    }

    /// Bytes made safe to print, as text.
    fn made_safe(&mut self, bytes: &[u8], limit: usize) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        safe::push_text(&mut text, bytes, limit);
        let is_long = text.len() > LONGEST_TEXT && text.chars().count() > LONGEST_TEXT;
        self.string(&text, if is_long { Look::General } else { Look::Text });
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

    fn code(&mut self, code: Option<&dyn fmt::Display>) {
        let code = code.map_or(String::new(), |code| code.to_string());
        self.string(&code, Look::Text);
    }

    fn count(&mut self, count: Option<u64>) {
        match count {
            Some(count) => self.number(&count, i64::try_from(count).unwrap_or(i64::MAX), Look::Count),
            None => self.string("", Look::General),
        }
    }

    fn money(&mut self, amount: Option<Cents>) {
        match amount {
            Some(amount) => self.number(&amount, amount.0, Look::Money),
            None => self.string("", Look::General),
        }
    }

    fn units(&mut self, units: Option<Quantity>) {
        match units {
            Some(units) => self.number(&units, units.0, Look::General),
            None => self.string("", Look::General),
        }
    }

    fn date(&mut self, date: Option<Date>) {
        let Some(date) = date else { return self.string("", Look::General) };
        let day = date.days() + EPOCH;
        if day < FIRST_DAY { self.code(Some(&date)) } else { self.number(&day, day.into(), Look::Date) }
    }

    fn flag(&mut self, flag: bool) {
        self.string(if flag { "true" } else { "false" }, Look::Text);
    }
}

pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Appends text to markup: the three characters that mean something there, the two that no XML may have, and `_x0041_`,
/// which a spreadsheet takes for an `A`.
fn push_xml(out: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => out.extend(c.escape_unicode()),
            '_' if is_escape(&text.as_bytes()[at..]) => out.push_str("_x005F_"),
            c => out.push(c),
        }
    }
}

/// Whether text begins as a character is written in a workbook that XML may not have.
fn is_escape(text: &[u8]) -> bool {
    matches!(text, [b'_', b'x', digits @ .., ] if digits.len() > 4 && digits[4] == b'_'
        && digits[..4].iter().all(u8::is_ascii_hexdigit))
}

/// The name of a column that is counted from 0: `A`, `Z`, `AA`.
fn column(n: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or_default());
    if n < 26 { letter(n).to_string() } else { [letter(n / 26 - 1), letter(n)].iter().collect() }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What a spreadsheet would make of markup that a text was written as.
    #[test]
    fn text_is_escaped_for_markup_and_for_the_spreadsheet() {
        for (text, want) in [
            ("a<b>&\"'", "a&lt;b&gt;&amp;\"'"),
            ("_x000D_", "_x005F_x000D_"),
            ("__x000d__x0041_", "__x005F_x000d__x005F_x0041_"),
            ("_x00_ _X000D_ _x000D", "_x00_ _X000D_ _x000D"),
            ("\u{ffff}é", "\\u{ffff}é"),
        ] {
            let mut out = String::new();
            push_xml(&mut out, text);
            assert_eq!(out, want);
        }
    }

    #[test]
    fn columns_have_letters() {
        for (n, name) in [(0, "A"), (25, "Z"), (26, "AA"), (30, "AE"), (51, "AZ"), (52, "BA")] {
            assert_eq!(column(n), name);
        }
    }

    #[test]
    fn a_number_of_more_digits_than_a_spreadsheet_keeps_is_text() {
        let cell = |cents: i64| {
            let mut sheet = Sheet::new(1);
            sheet.money(Some(Cents(cents)));
            sheet.row
        };
        assert_eq!(cell(-999_999_999_999_999), "<c r=\"A1\" s=\"3\"><v>-9999999999999.99</v></c>");
        for (cents, text) in [(DIGITS, "10000000000000.00"), (i64::MIN, "-92233720368547758.08")] {
            let want = format!("<c r=\"A1\" s=\"2\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
            assert_eq!(cell(cents), want);
        }
    }

    #[test]
    fn a_date_is_a_day_where_spreadsheets_count_right() {
        let cell = |date| {
            let mut sheet = Sheet::new(1);
            sheet.date(Date::parse_iso(date));
            sheet.row
        };
        assert_eq!(cell("2025-03-01"), "<c r=\"A1\" s=\"5\"><v>45717</v></c>");
        assert_eq!(cell("1900-03-01"), "<c r=\"A1\" s=\"5\"><v>61</v></c>");
        assert!(cell("1900-02-28").contains(">1900-02-28<"));
    }
}
