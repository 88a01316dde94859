//! Rows of a worksheet in an .xlsx file, read as they come: no sheet is ever held as a whole. Only what tables
//! of CMS have is read: texts and whole numbers, in the order of their columns.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use crate::error::{Error, Result};

use super::record::{Record, Records};

/// Texts of a workbook may take so many bytes; those of a CMS file are codes, dates and a few reasons.
const MOST_TEXT: u64 = 256 * 1024 * 1024;
/// A worksheet may be so many bytes long when unpacked.
const LONGEST_SHEET: u64 = 4 * 1024 * 1024 * 1024;
/// Columns beyond it are passed over: no table of CMS has so many.
const COLUMNS: usize = 16;

/// Where the texts of a workbook stand.
const STRINGS: &str = "xl/sharedStrings.xml";

/// The worksheets of a workbook, by the names of its parts; empty if it is none.
pub(super) fn worksheets<R>(archive: &ZipArchive<R>) -> Vec<String>
where
    R: Read + Seek,
{
    let names = archive.file_names().filter_map(|name| name.ok());
    let sheets = names.filter(|n| n.starts_with("xl/worksheets/") && n.ends_with(".xml"));
    let mut sheets: Vec<String> = sheets.map(|name| name.into_owned()).collect();
    // sheet2 stands before sheet10.
    sheets.sort_by_key(|name| (name.len(), name.clone()));
    sheets
}

/// Opens a worksheet and hands its rows to `visit`.
pub(super) fn read<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    part: &str,
    name: &Path,
    visit: &mut dyn FnMut(&mut dyn Records) -> Result<()>,
) -> Result<()> {
    let broken = |e: zip::result::ZipError| unreadable(name, 0, &e.to_string());
    let strings = match archive.index_for_name(STRINGS) {
        Some(at) => {
            let entry = archive.by_index(at).map_err(broken)?;
            Strings::read(entry.take(MOST_TEXT), name)?
        }
        None => Strings::default(),
    };
    let entry = archive.by_name(part).map_err(broken)?;
    let mut reader = Reader::from_reader(BufReader::with_capacity(256 * 1024, entry.take(LONGEST_SHEET)));
    reader.config_mut().expand_empty_elements = true;
    let name = name.to_owned();
    visit(&mut Sheet { reader, strings, name, row: 0, ended: false, buffer: Vec::new(), text: Vec::new() })
}

fn unreadable(name: &Path, row: u64, why: &str) -> Error {
    Error::file(name, row, "", format!("cannot be read as a workbook: {why}; fetch it again"))
}

/// The texts of a workbook, by number.
#[derive(Debug, Default)]
struct Strings {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Strings {
    fn read<R: Read>(inner: R, name: &Path) -> Result<Strings> {
        let mut reader = Reader::from_reader(BufReader::with_capacity(256 * 1024, inner));
        let (mut strings, mut buffer) = (Strings::default(), Vec::new());
        // A text stands in `t`, also in the runs of a formatted one, but not in what says how it is read aloud.
        let (mut in_text, mut aloud, mut ended) = (false, false, false);
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(|e| unreadable(name, 0, &e.to_string()))? {
                Event::Start(e) if e.local_name().as_ref() == "t" => in_text = !aloud,
                Event::End(e) if e.local_name().as_ref() == "t" => in_text = false,
                Event::Start(e) if e.local_name().as_ref() == "rPh" => aloud = true,
                Event::End(e) if e.local_name().as_ref() == "rPh" => aloud = false,
                Event::Empty(e) if e.local_name().as_ref() == "si" => strings.ends.push(strings.bytes.len()),
                Event::End(e) if e.local_name().as_ref() == "si" => strings.ends.push(strings.bytes.len()),
                Event::Text(e) if in_text => strings.bytes.extend_from_slice(e.as_bytes()),
                Event::CData(e) if in_text => strings.bytes.extend_from_slice(e.as_bytes()),
                Event::GeneralRef(e) if in_text => reference(&e, &mut strings.bytes),
                Event::End(e) if e.local_name().as_ref() == "sst" => ended = true,
                // Only at its end is the check sum of a part looked at.
                Event::Eof if ended => return Ok(strings),
                Event::Eof => return Err(unreadable(name, 0, "its texts are cut off or too many")),
                _ => {}
            }
        }
    }

    fn get(&self, n: usize) -> Option<&[u8]> {
        let end = *self.ends.get(n)?;
        let start = n.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(start..end)
    }
}

/// Rows of a worksheet.
struct Sheet<R> {
    reader: Reader<R>,
    strings: Strings,
    name: PathBuf,
    /// Number of the row read last.
    row: u64,
    ended: bool,
    buffer: Vec<u8>,
    text: Vec<u8>,
}

/// How the value of a cell is to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    Number,
    /// Number of a text of the workbook.
    Shared,
    /// The text itself.
    Text,
}

impl<R: BufRead> Sheet<R> {
    fn fault(&self, why: &str) -> Error {
        unreadable(&self.name, self.row, why)
    }

    /// Reads the cells of a row to its end.
    fn cells(&mut self, record: &mut Record) -> Result<()> {
        let mut value = Value::Number;
        let (mut column, mut within) = (0, false);
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            match event.map_err(|e| unreadable(&self.name, self.row, &e.to_string()))? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "c" => {
                        value = match attribute(&e, "t").as_deref() {
                            Some("s") => Value::Shared,
                            Some("inlineStr" | "str" | "e" | "b") => Value::Text,
                            _ => Value::Number,
                        };
                        let named = attribute(&e, "r").and_then(|cell| column_of(&cell));
                        column = named.unwrap_or_else(|| record.len());
                        if column < record.len() {
                            return Err(unreadable(&self.name, self.row, "its cells are out of order"));
                        }
                        self.text.clear();
                    }
                    "v" | "t" => within = true,
                    _ => {}
                },
                Event::End(e) => match e.local_name().as_ref() {
                    "v" | "t" => within = false,
                    "c" if column < COLUMNS => {
                        // Cells that are not written are blank.
                        while record.len() < column {
                            record.end_field();
                        }
                        self.put(value, column, record)?;
                    }
                    "row" => return Ok(()),
                    _ => {}
                },
                Event::Text(e) if within => self.text.extend_from_slice(e.as_bytes()),
                Event::CData(e) if within => self.text.extend_from_slice(e.as_bytes()),
                Event::GeneralRef(e) if within => reference(&e, &mut self.text),
                Event::Eof => return Err(unreadable(&self.name, self.row, "the sheet is cut off")),
                _ => {}
            }
        }
    }

    /// Ends a field with the value of a cell.
    fn put(&self, value: Value, column: usize, record: &mut Record) -> Result<()> {
        match value {
            Value::Text => record.extend(&self.text),
            Value::Shared => {
                let number = std::str::from_utf8(&self.text).ok().and_then(|t| t.trim().parse().ok());
                let text = number.and_then(|n: usize| self.strings.get(n));
                record.extend(text.ok_or_else(|| self.fault("a cell names a text that is not there"))?);
            }
            Value::Number => {
                let number = whole(&self.text);
                // A code kept as a number has lost its leading zeros.
                let lost = if column < 2 { 5usize.saturating_sub(number.len()) } else { 0 };
                record.extend(&b"00000"[..if number.is_empty() { 0 } else { lost }]);
                record.extend(&number);
            }
        }
        record.end_field();
        Ok(())
    }
}

impl<R: BufRead> Records for Sheet<R> {
    fn next(&mut self, record: &mut Record) -> Result<bool> {
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            match event.map_err(|e| unreadable(&self.name, self.row, &e.to_string()))? {
                Event::Start(e) if e.local_name().as_ref() == "row" => {
                    let numbered = attribute(&e, "r").and_then(|n| n.parse().ok());
                    self.row = numbered.unwrap_or(self.row + 1);
                    record.clear(self.row);
                    self.cells(record)?;
                    if !record.is_blank() {
                        return Ok(true);
                    }
                }
                Event::End(e) if e.local_name().as_ref() == "worksheet" => self.ended = true,
                // Only at its end is the check sum of a part looked at.
                Event::Eof if self.ended => return Ok(false),
                Event::Eof => return Err(self.fault("the sheet is cut off or too long")),
                _ => {}
            }
        }
    }

    fn name(&self) -> &Path {
        &self.name
    }
}

fn attribute<'e>(element: &'e BytesStart<'_>, name: &str) -> Option<Cow<'e, str>> {
    element.try_get_attribute(name).ok().flatten().map(|found| found.value)
}

/// Adds what `&amp;` or `&#10;` stands for; an entity nobody knows is nothing.
fn reference(entity: &BytesRef<'_>, into: &mut Vec<u8>) {
    if let Ok(Some(c)) = entity.resolve_char_ref() {
        into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    } else if let Some(text) = resolve_xml_entity(entity) {
        into.extend_from_slice(text.as_bytes());
    }
}

/// The column of `AB12`, counted from 0.
fn column_of(cell: &str) -> Option<usize> {
    let letters = cell.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters.fold(0usize, |n, b| n.saturating_mul(26).saturating_add(usize::from(b - b'A' + 1)));
    number.checked_sub(1)
}

/// A number without a point or an exponent: workbooks may write 20200101 as `2.0200101E7`.
fn whole(text: &[u8]) -> Vec<u8> {
    let text = text.trim_ascii();
    if text.iter().all(u8::is_ascii_digit) {
        return text.to_vec();
    }
    let parsed = std::str::from_utf8(text).ok().and_then(|t| t.parse::<f64>().ok());
    parsed.map_or_else(|| text.to_vec(), |number| number.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_columns_and_numbers_are_whole() {
        for (cell, column) in [("A1", Some(0)), ("G12", Some(6)), ("AA3", Some(26)), ("12", None)] {
            assert_eq!(column_of(cell), column, "{cell}");
        }
        for (text, number) in [("97110", "97110"), ("2.0200101E7", "20200101"), ("1.5", "1.5"), ("", "")] {
            assert_eq!(whole(text.as_bytes()), number.as_bytes(), "{text}");
        }
    }
}
