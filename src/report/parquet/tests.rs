//! Files read back by the reader of the crate; `docs/outputs.md` says which other readers were asked.

use std::collections::BTreeMap;

use ::parquet::basic::{Compression, LogicalType, Type as Physical};
use ::parquet::data_type::AsBytes as _;
use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
use ::parquet::record::Field;
use proptest::prelude::*;

use super::table::Kind;
use super::*;
use crate::error::is_plain;
use crate::report::safe;
use crate::report::sample::{self, Batch, RULES, hostile};
use crate::x12::code::Modifier;

/// A file read back: names and kinds of its columns, its rows, and how many rows each row group has.
struct Read {
    columns: Vec<(String, Kind)>,
    /// Each value as CSV would have it.
    rows: Vec<Vec<String>>,
    groups: Vec<i64>,
    created_by: String,
}

fn read(bytes: Vec<u8>) -> Read {
    // Something that can be read at any place; the crate has it for `Bytes`, which is its own.
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), bytes).unwrap();
    let reader = SerializedFileReader::new(std::fs::File::open(path.path()).unwrap()).unwrap();
    let metadata = reader.metadata();
    let columns = metadata.file_metadata().schema_descr().columns().iter().map(|column| {
        let kind = match (column.physical_type(), column.logical_type_ref()) {
            (Physical::BYTE_ARRAY, Some(LogicalType::String)) => Kind::Text,
            (Physical::INT64, None) => Kind::Count,
            (Physical::INT32, Some(LogicalType::Date)) => Kind::Date,
            (Physical::INT64, Some(decimal)) if *decimal == LogicalType::decimal(2, 18) => Kind::Money,
            (Physical::INT64, Some(decimal)) if *decimal == LogicalType::decimal(3, 18) => Kind::Units,
            other => panic!("{}: {other:?}", column.name()),
        };
        (column.name().to_owned(), kind)
    });
    for group in metadata.row_groups() {
        for column in group.columns() {
            assert!(matches!(column.compression(), Compression::ZSTD(_)));
        }
    }
    Read {
        columns: columns.collect(),
        groups: metadata.row_groups().iter().map(|group| group.num_rows()).collect(),
        created_by: metadata.file_metadata().created_by().unwrap_or_default().to_owned(),
        rows: reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().get_column_iter().map(|(_, field)| shown(field)).collect())
            .collect(),
    }
}

fn shown(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(n) => n.to_string(),
        Field::Date(days) => Date::of_days(*days).unwrap().to_string(),
        Field::Decimal(decimal) => {
            let value = i64::from_be_bytes(decimal.data().as_bytes().try_into().unwrap());
            if decimal.scale() == 2 { Cents(value).to_string() } else { Quantity(value).to_string() }
        }
        other => panic!("{other:?}"),
    }
}

fn written(batch: &Batch) -> Vec<u8> {
    let mut bytes = Vec::new();
    batch.run(&mut Findings::new(&mut bytes, RULES).unwrap());
    bytes
}

#[test]
fn every_value_is_that_of_the_csv_file_with_its_type() {
    let batch = sample::batch();
    let found = read(written(&batch));
    let mut bytes = Vec::new();
    batch.run(&mut csv::Findings::new(&mut bytes, RULES));
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    let table: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let names: Vec<&String> = found.columns.iter().map(|(name, _)| name).collect();
    assert_eq!(names, table[0].iter().collect::<Vec<_>>());
    assert_eq!(found.rows.len(), table.len() - 1);
    for (row, csv) in found.rows.iter().zip(&table[1..]) {
        for ((name, kind), (value, csv)) in found.columns.iter().zip(row.iter().zip(csv)) {
            let mut cell = value.clone();
            if *kind == Kind::Text {
                // A formula is disarmed for spreadsheets only.
                cell.clear();
                safe::push_csv_cell(&mut cell, value.as_bytes(), usize::MAX);
            }
            assert_eq!(cell, *csv, "{name}");
        }
    }
    let kinds: BTreeMap<&str, Kind> =
        found.columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
    for (name, kind) in [
        ("amount_at_risk", Kind::Money),
        ("claim_charge", Kind::Money),
        ("units", Kind::Units),
        ("service_date", Kind::Date),
        ("line", Kind::Count),
        ("offset", Kind::Count),
        ("interchange", Kind::Text),
        ("claim_id", Kind::Text),
        ("procedure", Kind::Text),
        ("billing_npi", Kind::Text),
    ] {
        assert_eq!(kinds[name], kind, "{name}");
    }
    assert_eq!(found.rows[3][4], "=cmd|'/c calc'!A0", "an id is the id");
    assert_eq!(found.created_by, format!("claimlint {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_same_run_gives_the_same_bytes_and_an_empty_one_has_its_columns() {
    let batch = sample::batch();
    assert!(written(&batch) == written(&batch));
    let empty = read(written(&Batch { rows: Vec::new(), ..sample::batch() }));
    assert_eq!((empty.columns.len(), empty.rows.len(), empty.groups.len()), (31, 0, 0));
}

fn line() -> Line {
    Line {
        number: 2,
        procedure: Code::of("97110"),
        modifiers: Modifiers([Modifier::of("GP"), Modifier::NONE, Modifier::of("59"), Modifier::NONE]),
        units: Some(Quantity(1_500)),
        basis: Code::of("UN"),
        charge: Some(Cents(-7)),
        dates: [Date::new(2025, 3, 1), Date::new(1969, 12, 31)],
        place: Code::of("11"),
        revenue: Code::NONE,
        findings: 3,
    }
}

#[test]
fn a_line_has_its_values_and_null_where_there_is_none() {
    let mut bytes = Vec::new();
    let mut lines = Lines::new(&mut bytes).unwrap();
    lines.line(&sample::location(), &sample::claim(b"A1", 100), &line()).unwrap();
    lines.line(&Location::default(), &ClaimInfo::default(), &Line::default()).unwrap();
    lines.finish().unwrap();
    let found = read(bytes);
    let columns: Vec<_> = found.columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
    assert_eq!(columns, LINES);
    assert_eq!(
        found.rows[0].join("|"),
        "samples/faulty.837|000000001|1|0002|1|A1|512|837P|60054|EXAMPLE HEALTH|commercial|commercial-default|\
         1234567893|2|97110|GP||59||1.5|UN|-0.07|2025-03-01|1969-12-31|11||3"
    );
    assert_eq!(found.rows[1].join("|"), "||||||0|||||||0|||||||||||||0");
}

#[test]
fn row_groups_end_and_values_stay_in_their_rows() {
    let mut bytes = Vec::new();
    let mut table = Table::limited(&mut bytes, LINES.into_iter(), 3).unwrap();
    for n in 0..8u64 {
        for (name, kind) in LINES {
            let there = !(n + name.len() as u64).is_multiple_of(3);
            match kind {
                Kind::Text => table.own(if there { name } else { "" }),
                Kind::Count => table.count(there.then_some(n)),
                Kind::Money => table.money(there.then_some(Cents(100))),
                Kind::Units => table.units(there.then_some(Quantity(1_000))),
                Kind::Date => table.date(Date::new(2025, 3, 1).filter(|_| there)),
            }
        }
        table.end_row().unwrap();
    }
    table.finish().unwrap();
    drop(table);
    let found = read(bytes);
    assert_eq!(found.groups, [3, 3, 2]);
    for (n, row) in (0u64..).zip(&found.rows) {
        for ((name, kind), value) in LINES.iter().zip(row) {
            let there = !(n + name.len() as u64).is_multiple_of(3);
            let want = match kind {
                Kind::Text => (*name).to_owned(),
                Kind::Count => n.to_string(),
                Kind::Money => "1.00".to_owned(),
                Kind::Units => "1".to_owned(),
                Kind::Date => "2025-03-01".to_owned(),
            };
            assert_eq!(*value, if there { want } else { String::new() }, "row {n}, {name}");
        }
    }
}

#[test]
fn an_amount_beyond_the_decimal_is_null_and_the_largest_is_not() {
    let mut bytes = Vec::new();
    let mut lines = Lines::new(&mut bytes).unwrap();
    for cents in [999_999_999_999_999_999, 1_000_000_000_000_000_000, i64::MIN] {
        let line = Line { charge: Some(Cents(cents)), ..line() };
        lines.line(&Location::default(), &ClaimInfo::default(), &line).unwrap();
    }
    lines.finish().unwrap();
    let charges: Vec<String> = read(bytes).rows.into_iter().map(|row| row[21].clone()).collect();
    assert_eq!(charges, ["9999999999999999.99", "", ""]);
}

/// A disk that is full, at whichever byte: one error, that of the disk.
#[test]
fn a_writer_that_fails_is_the_error_of_the_report() {
    struct Full(usize);
    impl io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let batch = sample::batch();
    let whole = written(&batch).len();
    let run = |room: usize| {
        let mut report = Findings::new(Full(room), RULES)?;
        batch.entries().iter().try_for_each(|entry| report.entry(entry))?;
        report.finish(&batch.summary)
    };
    for room in (0..whole).step_by(97).chain([whole - 1]) {
        assert_eq!(run(room).unwrap_err().kind(), io::ErrorKind::StorageFull, "{room}");
    }
    run(whole).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_value_steers_a_terminal(id in hostile(), payer in hostile(), file in hostile()) {
        let mut at = sample::location();
        (at.isa13, at.file) = (id.clone(), String::from_utf8_lossy(&file).into_owned());
        let mut claim = sample::claim(&id, 100);
        (claim.payer_id, claim.payer_name) = (payer.clone(), payer);
        let mut batch = sample::batch();
        batch.rows = vec![(at.clone(), Some(claim.clone()), vec![sample::finding(0, 0, crate::finding::Severity::High, 1, 5)])];
        let mut bytes = Vec::new();
        let mut lines = Lines::new(&mut bytes).unwrap();
        lines.line(&at, &claim, &line()).unwrap();
        lines.finish().unwrap();
        for found in [read(written(&batch)), read(bytes)] {
            prop_assert_eq!(found.rows.len(), 1);
            prop_assert!(found.rows[0].iter().all(|value| value.chars().all(is_plain)), "{:?}", found.rows);
            let at = found.columns.iter().position(|(name, _)| name == "claim_id").unwrap();
            prop_assert_eq!(&found.rows[0][at], &safe::text(&id));
        }
    }
}
