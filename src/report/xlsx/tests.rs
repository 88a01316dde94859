//! The workbook of a run, read back.

mod book;

use std::io::{Cursor, Read as _, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use zip::{DateTime, ZipArchive};

use super::*;
use crate::report::cells::Cells as _;
use crate::report::safe;
use crate::report::sample::{self, Batch, RULES};
use crate::x12::value::{Cents, Date, Quantity};
pub(in crate::report) use book::{Book, Cell};
use book::{LOOKS, looks, rows};

fn written(batch: &Batch, rows: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    batch.run(&mut Xlsx::limited(&mut bytes, RULES, &aside(), contained, rows).unwrap());
    bytes
}

pub(in crate::report) fn aside() -> PathBuf {
    tempfile::env::temp_dir()
}

/// As the command has panics caught.
pub(in crate::report) fn contained(work: &mut dyn FnMut()) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| "a place".to_owned())
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

/// The rows with each cell as text, numbers behind what they look like.
fn told(rows: &[Vec<Cell>]) -> Vec<String> {
    let cell = |cell: &Cell| match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(digits, look) => format!("{}{digits}", LOOKS[*look]),
    };
    rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join("|")).collect()
}

/// The columns that are no text, by their names.
fn typed(column: &str, csv: &str) -> Option<Cell> {
    let look = match column {
        "line"
        | "lines"
        | "offset"
        | "segment"
        | "interchange_ordinal"
        | "claim_score"
        | "score"
        | "findings"
        | "waived" => 4,
        "amount_at_risk" | "claim_charge" | "charge" | "sure" | "possible" => 3,
        "units" => 0,
        "service_date" => {
            let days = Date::parse_iso(csv)?.days() + 25_569;
            return Some(Cell::Number(days.to_string(), 5));
        }
        _ => return None,
    };
    (!csv.is_empty()).then(|| Cell::Number(csv.to_owned(), look))
}

#[test]
fn every_cell_of_claims_and_findings_is_that_of_the_csv_file() {
    let batch = sample::batch();
    let book = Book::of(&written(&batch, ROWS));
    let table = |report: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Vec::new();
        report(&mut bytes);
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
        reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect::<Vec<Vec<String>>>()
    };
    let claims = table(&|out| batch.run(&mut csv::Claims::new(out, RULES)));
    let findings = table(&|out| batch.run(&mut csv::Findings::new(out, RULES)));
    let mut numbers = 0;
    for (rows, sheet) in [(claims, &book.sheets[1]), (findings, &book.sheets[2])] {
        assert_eq!(rows.len(), sheet.len());
        assert_eq!(rows[0].iter().map(|name| text(name)).collect::<Vec<_>>(), sheet[0]);
        for (row, cells) in rows.iter().zip(sheet).skip(1) {
            for (n, csv) in row.iter().enumerate() {
                let cell = cells.get(n).unwrap_or(&Cell::Empty);
                let column = rows[0][n].as_str();
                match (cell, typed(column, csv)) {
                    (cell, Some(want)) => {
                        assert_eq!(*cell, want, "{column}");
                        numbers += 1;
                    }
                    (Cell::Empty, None) => assert_eq!(csv, "", "{column}"),
                    // What disarms a formula in CSV has no place where text is known to be text.
                    (Cell::Text(text), None) => {
                        let mut cell = String::new();
                        safe::push_csv_cell(&mut cell, text.as_bytes(), usize::MAX);
                        assert_eq!(cell, *csv, "{column}");
                    }
                    (cell, None) => panic!("{column}: {csv:?} became {cell:?}"),
                }
            }
        }
    }
    assert!(numbers > 100, "{numbers}");
    assert_eq!(book.sheets[1][2][4], text("=cmd|'/c calc'!A0"), "text is text whatever it begins with");
}

#[test]
fn a_row_of_each_sheet() {
    let batch = sample::batch();
    let book = Book::of(&written(&batch, ROWS));
    let [_, claims, findings, unchecked] = &book.sheets;
    assert_eq!(
        told(claims)[1],
        "samples/faulty.837|000000001|1|0002|CLM-0001|837P|day 45717|60054|EXAMPLE HEALTH|commercial|\
         commercial-default|1234567893|#3|$1234.56|#3|MOD001 TIM001|$120.00|$90.00|$30.00|#98|critical|#512|false|#0"
    );
    assert_eq!(
        told(findings)[1],
        "samples/faulty.837|000000001|1|0002|CLM-0001|#1|97110|GP 59|4|day 45717|60054|MOD001|\
         missing-plan-modifier|critical|97110 carries none of GP, GO, GN|add the modifier of the plan of care|\
         CO-4 N822|$50.00|#1001|#21|SV101-3|837P|#1|commercial|commercial-default|1234567893|$1234.56|#98|charge|\
         0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"
    );
    assert_eq!(
        told(unchecked),
        [
            "what|count|unit|status|reason",
            "TIM001|#18500|lines||no documented minutes for the line, so units cannot be held against time",
            "claims|#300|claims|not evaluated|guide not covered",
            "claims|#45|claims|not evaluated|too large",
            "835|#2|transaction sets|out of scope",
            "b\\u{1b}[2J.csv||X12-W010|skipped|a table; give it elsewhere",
        ]
    );
}

#[test]
fn the_summary_has_the_figures_of_the_run() {
    let book = Book::of(&written(&sample::batch(), ROWS));
    let told = told(&book.sheets[0]);
    assert_eq!(
        told.join("\n"),
        "section|item|count|claims|amount|note\n\
         files|listed|#6\nfiles|read|#3\nfiles|left out|#1\nfiles|unreadable|#2\n\
         claims|seen|#12345\nclaims|evaluated|#12000\nclaims|not evaluated|#345\nclaims|clean|#11900\n\
         claims|with money at risk|#80\n\
         service lines|seen|#40000\nservice lines|therapy|#30000\nservice lines|other codes|#9000\n\
         service lines|not evaluated|#1000\n\
         money|scanned|||$1234567.89|charged on evaluated claims\n\
         money|at risk|||$60000.50|no dollar counted twice\n\
         money|at risk, sure|||$50000.00|by critical and high findings\n\
         money|at risk, possible|||$10000.50|by medium findings beyond that\n\
         money|clean|||$1174567.39|charged, and not at risk\n\
         severity|critical|#1234|#90||claims: those it is the worst of\nseverity|high|#14|#4\n\
         severity|medium|#13|#3\nseverity|low|#12|#2\nseverity|info|#11|#1\n\
         rule|MOD001 missing-plan-modifier|#1234|#1000|$50000.00|critical; amounts count each finding alone and \
         must not be added up\n\
         rule|X12-T002 segment-count|#50|#0|$0.00|medium\nrule|??? unknown-rule|#1|#1|$-0.07|low\n\
         set aside|||||waived, and not counted here: 21 findings, $21.00 at risk by themselves\n\
         set aside|||||known from the baseline, and not counted here: 61 findings of its 70, $61.00 at risk by \
         themselves; 9 of it found no more\n\
         set aside|||||with no other findings than these: 17 evaluated claims\n\
         problem|||||cannot read a\\u{1b}[2J.837: permission denied"
    );
    let mut wrong = sample::batch();
    wrong.summary.imbalances = vec!["run: claims: 1 is not 2".to_owned()];
    let book = Book::of(&written(&wrong, ROWS));
    assert_eq!(self::told(&book.sheets[0])[1], "account|does not balance||||run: claims: 1 is not 2");
}

#[test]
fn a_sheet_holds_the_first_rows_and_the_summary_says_how_many_are_left() {
    let batch = sample::batch();
    let all = Book::of(&written(&batch, ROWS));
    let some = Book::of(&written(&batch, 4));
    for n in [1, 2] {
        assert_eq!(some.sheets[n], all.sheets[n][..5]);
    }
    let told = told(&some.sheets[0]);
    let left: Vec<_> = told.iter().filter(|row| row.starts_with("not in")).collect();
    assert_eq!(
        left,
        [
            "not in this workbook|findings|#11|||more than a sheet holds here: those after the first stand in findings.csv",
            "not in this workbook|claims|#6|||more than a sheet holds here: those after the first stand in claims.csv",
        ]
    );
    let exact = Book::of(&written(&batch, 15));
    assert_eq!(exact.sheets[0], all.sheets[0], "nothing is left where all find room");
}

#[test]
fn a_waived_finding_is_listed_with_its_waiver() {
    use crate::finding::{Severity, Waived};
    use crate::report::mark::Mark;
    let (at, info) = (sample::location(), sample::claim(b"A1", 100));
    let waived = |mut finding: crate::finding::Finding| {
        finding.waived = Waived::By(0);
        finding
    };
    let findings =
        [waived(sample::finding(0, 0, Severity::High, 1, 50)), sample::finding(1, 0, Severity::High, 2, 50)];
    let marks = [Mark { fingerprint: None, waiver: Some("=w1") }];
    let entry = Entry {
        location: &at,
        claim: Some(&info),
        findings: &findings,
        marks: &marks,
        risk: Default::default(),
    };
    let mut bytes = Vec::new();
    let mut report = Xlsx::new(&mut bytes, RULES, &aside(), contained).unwrap();
    report.begin().unwrap();
    report.entry(&entry).unwrap();
    report.finish(&Summary::default()).unwrap();
    drop(report);
    let book = Book::of(&bytes);
    let column = |name: &str, of: &[&str]| of.iter().position(|column| *column == name).unwrap();
    let at = column("waiver", &csv::FINDINGS);
    assert_eq!(book.sheets[2][1][at], text("=w1"));
    assert_eq!(book.sheets[2][2].get(at), None);
    let claim = &book.sheets[1][1];
    assert_eq!(claim[column("findings", &csv::CLAIMS)], Cell::Number("1".to_owned(), 4));
    assert_eq!(claim[column("waived", &csv::CLAIMS)], Cell::Number("1".to_owned(), 4));
    assert_eq!(claim[column("rules", &csv::CLAIMS)], text("TIM001"));
}

#[test]
fn the_same_run_gives_the_same_bytes_and_no_time_stands_in_them() {
    let batch = sample::batch();
    let bytes = written(&batch, ROWS);
    assert!(bytes == written(&batch, ROWS));
    let mut zip = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for n in 0..zip.len() {
        assert_eq!(zip.by_index(n).unwrap().last_modified(), Some(DateTime::default()));
    }
    let book = Book::of(&bytes);
    assert_eq!(book.parts.len(), 12, "{:?}", book.parts);
    let mut properties = String::new();
    zip.by_name("docProps/core.xml").unwrap().read_to_string(&mut properties).unwrap();
    assert_eq!(properties.matches(">1980-01-01T00:00:00Z<").count(), 2, "{properties}");
    for name in ["f", "hyperlink", "externalReference", "drawing", "legacyDrawing"] {
        assert!(!book.names.iter().any(|known| known == name), "{name}");
    }
}

/// A disk that is full, at whichever byte: one error, that of the disk.
#[test]
fn a_writer_that_fails_is_the_error_of_the_report() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let batch = sample::batch();
    let whole = written(&batch, ROWS).len();
    let run = |room: usize| {
        let mut report = Xlsx::new(Full(room), RULES, &aside(), contained)?;
        report.begin()?;
        batch.entries().iter().try_for_each(|entry| report.entry(entry))?;
        report.finish(&batch.summary)
    };
    for room in (0..whole).step_by(97).chain([whole - 1]) {
        assert_eq!(run(room).unwrap_err().kind(), io::ErrorKind::StorageFull, "{room}");
    }
    run(whole).unwrap();
}

/// The cells of one row, as a spreadsheet takes them.
fn row(fill: impl FnOnce(&mut Sheet)) -> Vec<Cell> {
    let mut book = Workbook::new();
    book.set_tempdir(aside()).unwrap();
    let mut sheet = Sheet::new(&mut book, "a", &["b"; 8], 1).unwrap();
    fill(&mut sheet);
    sheet.put().unwrap();
    book.push_worksheet(sheet.end().unwrap());
    let mut zip = ZipArchive::new(Cursor::new(book.save_to_buffer().unwrap())).unwrap();
    let [styles, sheet] = ["xl/styles.xml", "xl/worksheets/sheet1.xml"]
        .map(|part| io::read_to_string(zip.by_name(part).unwrap()).unwrap());
    rows(&sheet, &looks(&styles)).pop().unwrap()
}

/// A sheet has doubles for numbers. None of ours is one until it is handed over, and then it prints its own digits.
#[test]
fn a_number_is_exact_or_text() {
    let day = |date| Date::parse_iso(date);
    for cents in [0, 1, -7, 10, 29, 1_005, 110_299_999_999_999, 999_999_999_999_999, -999_999_999_999_999] {
        let shown = Cents(cents).to_string();
        let cells = row(|sheet| {
            sheet.money(Some(Cents(cents)));
            sheet.date(day("2025-03-01"));
        });
        assert_eq!(cells[0], Cell::Number(shown, 3));
    }
    let cells = row(|sheet| {
        sheet.money(Some(Cents(1_000_000_000_000_000)));
        sheet.money(Some(Cents(i64::MIN)));
        sheet.count(Some(u64::MAX));
        sheet.units(Some(Quantity(4_125)));
        sheet.date(day("1900-03-01"));
        sheet.date(day("1900-02-28"));
        sheet.count(None);
        sheet.count(Some(999_999_999_999_999));
    });
    let number = |digits: &str, look| Cell::Number(digits.to_owned(), look);
    assert_eq!(
        cells,
        [
            text("10000000000000.00"),
            text("-92233720368547758.08"),
            text("18446744073709551615"),
            number("4.125", 0),
            number("61", 5),
            text("1900-02-28"),
            Cell::Empty,
            number("999999999999999", 4),
        ]
    );
}

/// The library has functions that make links and formulas of text that looks like them; and `_x0041_` is an `A`.
#[test]
fn text_is_text_whatever_it_looks_like() {
    let texts = [
        "=1+1",
        "https://example.com",
        "0012",
        "_x000D_",
        "__x000d__x0041_",
        " a\u{ffff}<b>&\" ",
        "{=A1}",
        "1e5",
    ];
    let cells = row(|sheet| texts.into_iter().for_each(|text| sheet.string(text, sheet::Look::Text)));
    assert_eq!(cells, texts.map(text));
}

/// The library takes a disk that refuses rows for a defect of its own.
#[test]
fn rows_that_cannot_be_put_aside_are_an_error_and_the_workbook_is_given_up() {
    let batch = sample::batch();
    let mut bytes = Vec::new();
    let mut report = Xlsx::new(&mut bytes, RULES, &aside(), contained).unwrap();
    report.entry(&batch.entries()[0]).unwrap();
    report.catch = |_| Err("a.rs:1:2".to_owned());
    let error = report.entry(&batch.entries()[1]).unwrap_err().to_string();
    assert_eq!(error, "rows of the workbook could not be put aside (a.rs:1:2); see that there is room");
    report.catch = contained;
    for error in [report.entry(&batch.entries()[1]), report.finish(&batch.summary)] {
        assert_eq!(error.unwrap_err().to_string(), "the workbook is finished already");
    }
    drop(report);
    assert!(bytes.is_empty());
    let nowhere = aside().join("is/not/there");
    let error = Xlsx::new(Vec::new(), RULES, &nowhere, contained).err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}
