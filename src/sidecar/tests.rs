//! What all kinds of files have in common: headers, marks and separators, and that no value is repeated.

use std::path::Path;

use proptest::prelude::*;

use super::{Fees, Plans, Spend};
use crate::error::Error;

/// The columns each kind must have, and all it may have.
const KINDS: [(&str, &str); 3] = [
    ("patient_id,discipline,start", "certified_date,expires,physician_npi,last_progress_note"),
    ("patient_id,year,bucket,allowed_to_date", "as_of"),
    ("payer,code,allowed", "year"),
];

/// Loads a text as one of the kinds: whether any row could be used, and what was said.
fn load_as(kind: usize, text: &[u8]) -> (bool, Vec<String>) {
    let name = Path::new("x.csv");
    let said = |errors: Vec<Error>| errors.iter().map(ToString::to_string).collect();
    match kind {
        0 => {
            let (plans, errors) = Plans::from_reader(name, text);
            (!plans.is_empty(), said(errors))
        }
        1 => {
            let (spend, errors) = Spend::from_reader(name, text);
            (!spend.is_empty(), said(errors))
        }
        _ => {
            let (fees, errors) = Fees::from_reader(name, text);
            (!fees.is_empty(), said(errors))
        }
    }
}

/// A row of each.
const VALUES: [&str; 3] = ["P1,PT,2026-01-01", "P1,2026,OT,5", "*,97110,5"];

#[test]
fn a_wrong_header_leaves_the_file_out() {
    for (kind, (must, may)) in KINDS.into_iter().enumerate() {
        let known = format!("{must},{may}").replace(',', ", ");
        let row = VALUES[kind];
        let (read, errors) = load_as(kind, format!("{must}\n{row}\n").as_bytes());
        assert!(read && errors.is_empty(), "{must}: {errors:?}");
        for (header, want) in [
            (String::new(), "x.csv: the file is empty; write a header and a row ".to_owned()),
            (
                "DOE,JOHN,1947".to_owned(),
                format!("x.csv:1: the first line names no known column; write a header of {known}"),
            ),
            (
                format!("{must},mods"),
                format!(
                    "x.csv:1, column {}: unknown column; the known ones are {known}",
                    must.split(',').count() + 1
                ),
            ),
            (
                format!("\r\n{must},{}", must.split(',').next().unwrap().to_uppercase()),
                format!(
                    "x.csv:2, column {}: the column stands twice; take one away",
                    must.split(',').next().unwrap()
                ),
            ),
        ] {
            let text = if header.is_empty() { header.clone() } else { format!("{header}\n{row}\n") };
            let (read, errors) = load_as(kind, text.as_bytes());
            assert!(!read && errors.len() == 1, "{header}: {errors:?}");
            assert!(errors[0].starts_with(&want), "{header}:\n {}\n {want}", errors[0]);
        }
        for absent in must.split(',') {
            let rest: Vec<&str> = must.split(',').filter(|column| *column != absent).collect();
            let (read, errors) = load_as(kind, format!("{}\n1\n", rest.join(",")).as_bytes());
            assert!(!read);
            assert_eq!(errors, [format!("x.csv:1, column {absent}: the header lacks this column; add it")]);
        }
    }
}

#[test]
fn marks_separators_line_ends_and_quotes_are_taken_as_they_come() {
    for (kind, (must, _)) in KINDS.into_iter().enumerate() {
        let row = VALUES[kind];
        let quoted = format!("\"{}\"", row.replace(',', "\",\""));
        let tabs = |text: &str| text.replace(',', "\t");
        for text in [
            format!("\u{feff}{must}\n{row}"),
            format!("\n\n {must}\r\n\r\n{row}\r\n"),
            format!("{}\n{}\n", tabs(must), tabs(row)),
            format!("{must}\n{quoted}\n,,\n"),
        ] {
            let (read, errors) = load_as(kind, text.as_bytes());
            assert!(read && errors.is_empty(), "{text:?}: {errors:?}");
        }
        let (read, errors) = load_as(kind, format!("{must}\n{row}\n\"open,{row}\n").as_bytes());
        assert!(
            !read && errors[0] == "x.csv:3: a quoted value is never closed; close it or take the quote away"
        );
        let latin = [must.as_bytes(), b"\n", row.as_bytes(), b"\nM\xdcLLER,,\n"].concat();
        let (read, errors) = load_as(kind, &latin);
        assert!(!read && errors == ["x.csv:3: not UTF-8 text; save the file as CSV UTF-8"], "{errors:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_load_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for (kind, (must, may)) in KINDS.into_iter().enumerate() {
            load_as(kind, &bytes);
            load_as(kind, &[format!("{must},{may}\n").as_bytes(), &bytes].concat());
        }
    }

    #[test]
    fn no_error_repeats_a_value(value in "[A-Z]{3}[A-Z0-9]{3,12}", at in 0usize..7) {
        for (kind, (must, may)) in KINDS.into_iter().enumerate() {
            let header = format!("{must},{may}");
            let width = header.split(',').count();
            let mut cells: Vec<&str> = VALUES[kind].split(',').collect();
            cells.resize(width, "");
            cells[at % width] = &value;
            let row = cells.join(",");
            let texts = [
                format!("{header}\n{row}\n{row}\n"), format!("{value},{value}\n1,2\n"), format!("{header}\n{value}\n"),
            ];
            for error in texts.iter().flat_map(|text| load_as(kind, text.as_bytes()).1) {
                prop_assert!(!error.contains(&value), "{}", error);
            }
        }
    }
}
