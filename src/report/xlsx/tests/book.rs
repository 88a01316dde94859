//! A workbook as a spreadsheet takes it, by a reader that shares nothing with what writes it.

use std::io::{Cursor, Read as _};

use quick_xml::events::Event;
use zip::ZipArchive;

/// A cell as a spreadsheet takes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::report) enum Cell {
    Empty,
    Text(String),
    /// Digits, and how they look.
    Number(String, usize),
}

/// A workbook as a spreadsheet takes it.
pub(in crate::report) struct Book {
    /// Names of the archive's files, in their order.
    pub(in crate::report) parts: Vec<String>,
    /// Rows of the four sheets.
    pub(in crate::report) sheets: [Vec<Vec<Cell>>; 4],
    /// Names of all elements and attributes.
    pub(in crate::report) names: Vec<String>,
}

impl Book {
    pub(in crate::report) fn of(bytes: &[u8]) -> Book {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let parts: Vec<String> =
            (0..zip.len()).map(|n| zip.by_index(n).unwrap().name().unwrap().into_owned()).collect();
        let mut names = Vec::new();
        let mut text_of = |name: &str| {
            let mut text = String::new();
            zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        for part in &parts {
            names.extend(names_of(&text_of(part)));
        }
        names.sort();
        names.dedup();
        let looks = looks(&text_of("xl/styles.xml"));
        let sheets = [1, 2, 3, 4].map(|n| rows(&text_of(&format!("xl/worksheets/sheet{n}.xml")), &looks));
        Book { parts, sheets, names }
    }
}

fn names_of(xml: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) | Event::Empty(e) => {
                names.push(e.name().as_ref().to_owned());
                for attribute in e.attributes() {
                    names.push(attribute.unwrap().key.as_ref().to_owned());
                }
            }
            Event::Eof => return names,
            other @ (Event::Comment(_) | Event::CData(_) | Event::DocType(_) | Event::PI(_)) => {
                panic!("{other:?}")
            }
            _ => {}
        }
    }
}

/// How the cells of each format look, as a place in [`LOOKS`].
pub(super) fn looks(styles: &str) -> Vec<usize> {
    let own = styles.split_once(" formatCode=\"").map(|(_, code)| code.split_once('"').unwrap().0);
    assert!(own.is_none_or(|code| code == "yyyy-mm-dd"), "{styles}");
    let (_, formats) = styles.split_once("<cellXfs ").unwrap();
    let (formats, _) = formats.split_once("</cellXfs>").unwrap();
    let formats = formats.split("<xf numFmtId=\"").skip(1);
    let look = |format: &str| match format.split_once("\" fontId=\"").unwrap() {
        ("0", rest) => usize::from(!rest.starts_with('0')),
        ("49", _) => 2,
        ("4", _) => 3,
        ("1", _) => 4,
        ("164", _) => 5,
        (other, _) => panic!("{other}"),
    };
    formats.map(look).collect()
}

/// What numbers are told behind. Headings and text have none.
pub(super) const LOOKS: [&str; 6] = ["", "?", "?", "$", "#", "day "];

/// The rows of a sheet; every cell stands where it says, and has a look that there is.
pub(super) fn rows(xml: &str, looks: &[usize]) -> Vec<Vec<Cell>> {
    assert!(xml.contains("<pane ySplit=\"1\"") && xml.contains("<autoFilter ref=\"A1:"));
    assert!(xml.chars().all(|c| c == '\n' || c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}')));
    let (_, data) = xml.split_once("<sheetData>").unwrap();
    let (data, _) = data.split_once("</sheetData>").unwrap();
    let mut rows = Vec::new();
    for (n, row) in (1..).zip(data.split("<row r=\"").skip(1)) {
        let (number, row) = row.split_once("\">").unwrap();
        assert_eq!(number, n.to_string());
        let mut cells = Vec::new();
        for cell in row.strip_suffix("</row>").unwrap().split("<c r=\"").skip(1) {
            let (at, cell) = cell.split_once('"').unwrap();
            let letters = at.strip_suffix(number).unwrap();
            let column = letters.bytes().fold(0, |n, b| n * 26 + usize::from(b - b'A') + 1);
            assert!(column > cells.len(), "{at}");
            cells.resize(column - 1, Cell::Empty);
            let (look, rest) = match cell.strip_prefix(" s=\"") {
                Some(cell) => cell.split_once('"').unwrap(),
                None => ("0", cell),
            };
            let look = looks[look.parse::<usize>().unwrap()];
            cells.push(match rest.strip_prefix(" t=\"inlineStr\"><is><t") {
                Some(text) => {
                    let (keeps, text) = text.split_once('>').unwrap();
                    let text = decoded(text.strip_suffix("</t></is></c>").unwrap());
                    // Without it a spreadsheet drops blanks at the ends.
                    assert_eq!(
                        keeps == " xml:space=\"preserve\"",
                        text.trim_matches(' ') != text,
                        "{text:?}"
                    );
                    Cell::Text(text)
                }
                None => {
                    let digits = rest.strip_prefix("><v>").unwrap().strip_suffix("</v></c>").unwrap();
                    assert!(
                        digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.')),
                        "{digits}"
                    );
                    Cell::Number(if look == 3 { with_cents(digits) } else { digits.to_owned() }, look)
                }
            });
        }
        rows.push(cells);
    }
    rows
}

/// An amount as it is shown; there are never more than two decimals to be rounded.
fn with_cents(digits: &str) -> String {
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(cents.len() <= 2, "{digits}");
    format!("{whole}.{cents:0<2}")
}

/// Text out of markup, and out of what a spreadsheet has for characters that markup may not have.
fn decoded(text: &str) -> String {
    assert!(!text.contains('<'));
    let text = quick_xml::escape::unescape(text).unwrap();
    let (mut out, mut rest) = (String::new(), text.as_ref());
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()) {
            Some(code) => {
                assert!(
                    matches!(code, 0x5f | 0xfffe | 0xffff),
                    "what is safe to print needs no other escape"
                );
                out.push(char::from_u32(code).unwrap());
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    out + rest
}
