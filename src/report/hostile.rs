//! Whole reports of claims whose ids, payers, control numbers and file names are chosen by an attacker.
//!
//! What is asked here is asked of the bytes a report writes, by readers of their own: it does not matter through
//! which part of a format a value got there.

use proptest::prelude::*;

use crate::finding::Severity;
use crate::report::html::parsed::Parsed;
use crate::report::sample::{self, Batch, RULES, hostile};
use crate::report::text::{Color, Style, Text};
use crate::report::xlsx::Xlsx;
use crate::report::xlsx::tests::{Book, Cell, aside, contained};
use crate::report::{Report, csv, html, json};

/// A claim and a loose finding in an envelope, with those bytes in every place that has some.
fn batch([id, payer, name, control, file]: [Vec<u8>; 5]) -> Batch {
    let mut at = sample::location();
    (at.isa13, at.gs06, at.st02) = (control.clone(), id.clone(), payer.clone());
    at.file = String::from_utf8_lossy(&file).into_owned();
    let mut claim = sample::claim(&id, 10_000);
    claim.policy = String::from_utf8_lossy(&name).into_owned();
    (claim.payer_id, claim.payer_name) = (payer, name);
    let mut batch = sample::batch();
    batch.rows = vec![
        (at.clone(), Some(claim), vec![sample::finding(0, 0, Severity::Critical, 1, -500)]),
        (at.clone(), None, vec![sample::finding(2, 0, Severity::Low, 0, 0)]),
    ];
    batch.summary.problems = vec![at.file.clone()];
    batch.summary.out_of_scope = vec![(at.file, 1)];
    batch
}

fn bytes() -> impl Strategy<Value = [Vec<u8>; 5]> {
    [hostile(), hostile(), hostile(), hostile(), hostile()]
}

fn written(batch: &Batch, make: impl for<'w> Fn(&'w mut Vec<u8>) -> Box<dyn Report + 'w>) -> Vec<u8> {
    let mut bytes = Vec::new();
    batch.run(make(&mut bytes).as_mut());
    bytes
}

/// A number in the narrowest sense: digits, with a sign before and a fraction behind.
fn is_number(cell: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

/// Whether text holds what could steer a terminal or hide: told by code points, not by our own list.
fn steers(text: &str) -> bool {
    text.chars().any(|c| {
        let n = u32::from(c);
        (n < 0x20 && c != '\n')
            || (0x7f..0xa0).contains(&n)
            || [0xad, 0x61c, 0x180e, 0x2028, 0x2029, 0xfeff].contains(&n)
            || (0x200b..=0x200f).contains(&n)
            || (0x202a..=0x202e).contains(&n)
            || (0x2060..=0x206f).contains(&n)
    })
}

/// Takes out colours as this program writes them: `ESC [`, figures and semicolons, `m`.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => plain.push_str(&format!("\u{1b}[{part}")),
        }
    }
    plain
}

proptest! {
    #[test]
    fn no_cell_is_a_formula_and_no_row_has_another_length(bytes in bytes()) {
        let batch = batch(bytes);
        for (columns, rows, table) in [
            (csv::FINDINGS.len(), 3, written(&batch, |out| Box::new(csv::Findings::new(out, RULES)))),
            (csv::CLAIMS.len(), 2, written(&batch, |out| Box::new(csv::Claims::new(out, RULES)))),
        ] {
            prop_assert_eq!(table.iter().filter(|b| **b == b'\n').count(), rows, "a row is one line");
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&table[..]);
            let read: Vec<_> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(read.len(), rows);
            for row in &read {
                prop_assert_eq!(row.len(), columns);
                for cell in row {
                    let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']);
                    prop_assert!(!formula || is_number(cell), "{:?}", cell);
                    prop_assert!(!steers(cell) && !cell.contains('\n'), "{:?}", cell);
                }
            }
        }
    }

    #[test]
    fn no_value_steers_the_terminal(bytes in bytes(), width in 40usize..120) {
        let batch = batch(bytes);
        for color in [Color::Never, Color::Always] {
            let style = Style { width, color, worst: 5 };
            let text = written(&batch, |out| Box::new(Text::new(out, RULES, style)));
            let text = String::from_utf8(text).unwrap();
            let plain = if color == Color::Always { without_colours(&text) } else { text };
            prop_assert!(!steers(&plain), "{:?}", plain);
        }
    }

    #[test]
    fn no_value_is_markup_and_every_value_is_shown(bytes in bytes()) {
        let page = |bytes| written(&batch(bytes), |out| Box::new(html::Html::new(out, RULES)));
        let harmless = Parsed::of(&page([b"a", b"b", b"c", b"d", b"e"].map(|b| b.to_vec())));
        let [id, ..] = bytes.clone();
        let hostile = page(bytes);
        prop_assert!(!steers(std::str::from_utf8(&hostile).unwrap()));
        let hostile = Parsed::of(&hostile);
        prop_assert_eq!(&hostile.tags, &harmless.tags);
        prop_assert_eq!((&hostile.errors, hostile.comments), (&harmless.errors, 0));
        let data = hostile.data();
        let shown = data["texts"].as_array().unwrap();
        let id = crate::report::safe::text(&id);
        prop_assert!(shown.iter().any(|text| *text == *id), "{:?}", id);
    }

    #[test]
    fn no_value_is_markup_of_a_workbook_and_every_id_is_text(bytes in bytes()) {
        let book = |bytes| Book::of(&written(&batch(bytes), |out| Box::new(Xlsx::new(out, RULES, &aside(), contained).unwrap())));
        let harmless = book([b"a", b"b", b"c", b"d", b"e"].map(|b| b.to_vec()));
        let [id, ..] = bytes.clone();
        let hostile = book(bytes);
        let named = |book: &Book| book.names.iter().filter(|name| *name != "xml:space").cloned().collect::<Vec<_>>();
        prop_assert_eq!(named(&hostile), named(&harmless), "no element, formula or link more");
        for sheet in &hostile.sheets {
            for cell in sheet.iter().flatten() {
                if let Cell::Text(text) = cell {
                    prop_assert!(!steers(text) && text.encode_utf16().count() <= 32_767, "{:?}", text);
                }
            }
        }
        // The two characters that no XML may have are escaped as others are elsewhere.
        let id = crate::report::safe::text(&id).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}");
        let want = if id.is_empty() { Cell::Empty } else { Cell::Text(id) };
        for sheet in [1, 2] {
            prop_assert_eq!(&hostile.sheets[sheet][1][4], &want);
        }
    }

    #[test]
    fn an_object_is_one_line_and_ids_come_back_whole(bytes in bytes()) {
        let id = bytes[0].clone();
        let batch = batch(bytes);
        let lines = String::from_utf8(written(&batch, |out| Box::new(json::Lines::new(out, RULES)))).unwrap();
        prop_assert_eq!(lines.lines().count(), 2);
        prop_assert!(!steers(&lines), "{:?}", lines);
        let claim: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        let back = match (&claim["claim_id"], &claim["claim_id_hex"]) {
            (serde_json::Value::String(text), _) => text.clone().into_bytes(),
            (_, serde_json::Value::String(hex)) => {
                let byte = |n: usize| u8::from_str_radix(&hex[n..n + 2], 16).unwrap();
                (0..hex.len()).step_by(2).map(byte).collect()
            }
            _ => Vec::new(),
        };
        prop_assert_eq!(back, id);
        let totals = written(&batch, |out| Box::new(json::Totals::new(out, RULES)));
        prop_assert!(!steers(&String::from_utf8(totals).unwrap()));
    }
}
