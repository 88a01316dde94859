//! `lines.parquet` and `findings.parquet` of the real command: every service line of every evaluated claim, each with what
//! was found on it; nothing of a file that is not what it was.

#![cfg(all(feature = "parquet", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what it did not expect")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use claimlint::cli::{Outcome, run_on};
use claimlint::disk::System;
use parquet::data_type::AsBytes as _;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use rustix::io::Errno;
use tempfile::TempDir;

use batches::generate::{Kind, Options, Size, batch};
use faulty::{Call, Fault, Faulty};

#[path = "support/batches.rs"]
mod batches;
#[path = "support/faulty.rs"]
#[allow(dead_code, reason = "each test uses its own part of this")]
mod faulty;
#[path = "support/sets.rs"]
mod sets;

/// A row by the names of its columns. Money is in cents, units are thousandths, a day is its number.
type Row = BTreeMap<String, Value>;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Value {
    Null,
    Text(String),
    Number(i64),
}

impl Value {
    fn number(&self) -> i64 {
        match self {
            Value::Number(n) => *n,
            other => panic!("{other:?}"),
        }
    }
}

fn rows(path: &Path) -> Vec<Row> {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let value = |field: &Field| match field {
        Field::Null => Value::Null,
        Field::Str(text) => Value::Text(text.clone()),
        Field::Long(n) => Value::Number(*n),
        Field::Date(days) => Value::Number((*days).into()),
        Field::Decimal(d) => Value::Number(i64::from_be_bytes(d.data().as_bytes().try_into().unwrap())),
        other => panic!("{other:?}"),
    };
    let row = |row: parquet::record::Row| {
        row.get_column_iter().map(|(name, field)| (name.clone(), value(field))).collect()
    };
    reader.get_row_iter(None).unwrap().map(|found| row(found.unwrap())).collect()
}

/// Runs a command line, split at blanks, in a directory that `D` stands for.
fn scan(directory: &Path, line: &str) -> Result<Outcome, claimlint::error::Error> {
    scan_on(Arc::new(System), directory, line)
}

fn scan_on(
    disk: Arc<dyn claimlint::disk::Disk>,
    directory: &Path,
    line: &str,
) -> Result<Outcome, claimlint::error::Error> {
    let directory = directory.to_str().unwrap();
    let line = format!("claimlint scan {line} --format none,parquet --quiet --out D/out");
    run_on(disk, line.split_whitespace().map(|word| word.replace("D/", &format!("{directory}/")).into()))
}

/// A row in short.
fn told(row: &Row, names: &str) -> String {
    let value = |name: &str| match &row[name] {
        Value::Null => String::new(),
        Value::Text(text) => text.clone(),
        Value::Number(n) => n.to_string(),
    };
    names.split(' ').map(value).collect::<Vec<_>>().join("|")
}

const NAMES: &str = "interchange group transaction interchange_ordinal claim_id form payer_id payer_class billing_npi line \
    procedure modifier_1 modifier_2 units unit_basis charge service_date place_of_service revenue_code findings";

#[test]
fn the_lines_of_the_samples() {
    let desk = TempDir::new().unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for name in ["faulty_837p.edi", "faulty_837i.edi"] {
        fs::copy(samples.join(name), desk.path().join(name)).unwrap();
    }
    assert!(matches!(scan(desk.path(), "D/faulty_837i.edi D/faulty_837p.edi"), Ok(Outcome::Done)));
    let lines = rows(&desk.path().join("out/lines.parquet"));
    let of = |claim: &str| {
        let of = lines.iter().filter(|row| row["claim_id"] == Value::Text(claim.to_owned()));
        of.map(|row| told(row, NAMES)).collect::<Vec<_>>()
    };
    assert_eq!(
        of("FAULT-P-01"),
        [
            "000000201|1|0001|1|FAULT-P-01|837P|EXMB1|medicare|1000000012|1|97110|GP||4000|UN|18000|20514|11||0"
        ]
    );
    assert_eq!(
        of("FAULT-I-04"),
        [
            "000000202|1|0001|1|FAULT-I-04|837I|EXMA1|medicare|1000000061|1|97530|GP|GN|1000|UN|5200|20521||0420|1"
        ]
    );
    assert_eq!(
        of("FAULT-I-07"),
        [
            "000000202|1|0001|1|FAULT-I-07|837I|EXCOM|commercial|1000000061|1|97140|GP||1000|UN|4400|20524||0420|0",
            "000000202|1|0001|1|FAULT-I-07|837I|EXCOM|commercial|1000000061|2||||1000|UN|4000|20524||0270|0",
        ]
    );
}

/// Lines, their money and the findings on them are those of the summary and of findings.parquet.
#[test]
fn all_lines_are_there_and_they_add_up() {
    let desk = TempDir::new().unwrap();
    for (kind, name) in [(Kind::P, "p.837"), (Kind::I, "i.837")] {
        let options = Options { faulty: 30, ..Options::new(kind, Size::Claims(300)) };
        fs::write(desk.path().join(name), batch(&options).bytes).unwrap();
    }
    let mut before: Option<[Vec<u8>; 2]> = None;
    for settings in
        ["--threads 1 --window 4096", "--threads 2 --window 65536", "--threads 1 --memory-bytes 0"]
    {
        let came_to = scan(desk.path(), &format!("D/p.837 D/i.837 {settings}"));
        assert!(matches!(came_to, Ok(Outcome::Done)), "{came_to:?}");
        let files = ["lines.parquet", "findings.parquet"].map(|name| desk.path().join("out").join(name));
        let bytes = files.clone().map(|file| fs::read(file).unwrap());
        assert!(before.as_ref().is_none_or(|before| *before == bytes), "{settings}: other bytes");
        before = Some(bytes);
        let [lines, findings] = files.map(|file| rows(&file));
        let summary = fs::read(desk.path().join("out/summary.json")).unwrap();
        let summary: serde_json::Value = serde_json::from_slice(&summary).unwrap();
        let figure = |pointer: &str| summary.pointer(pointer).unwrap_or_else(|| panic!("{pointer}")).clone();
        let counted = figure("/lines/therapy").as_u64().unwrap() + figure("/lines/other").as_u64().unwrap();
        assert_eq!(lines.len() as u64, counted);
        assert_eq!(findings.len() as u64, figure("/findings/total").as_u64().unwrap());
        let mut on_lines: BTreeMap<Vec<Value>, i64> = BTreeMap::new();
        let key = |row: &Row| ["file", "claim_id", "line"].map(|name| row[name].clone()).to_vec();
        for finding in findings.iter().filter(|row| row["line"] != Value::Null) {
            *on_lines.entry(key(finding)).or_default() += 1;
        }
        for line in &lines {
            let found = line["findings"].number();
            assert_eq!(on_lines.remove(&key(line)).unwrap_or(0), found, "{line:?}");
        }
        assert!(on_lines.is_empty(), "{on_lines:?}");
        let charges: i64 = lines.iter().map(|line| line["charge"].number()).sum();
        assert_eq!(figure("/money/lines_cents").as_i64(), Some(charges));
    }
}

/// Which claim is whose nobody learns: ids are the tokens of findings, and no person is in any column.
#[test]
fn no_person_is_there_and_ids_are_tokens_where_asked_for() {
    let desk = TempDir::new().unwrap();
    let options = Options { faulty: 60, ..Options::new(Kind::P, Size::Claims(40)) };
    let bytes = batch(&options).bytes;
    fs::write(desk.path().join("in.837"), &bytes).unwrap();
    fs::write(desk.path().join("key"), "a key of 32 bytes for these tests").unwrap();
    fs::set_permissions(desk.path().join("key"), fs::Permissions::from_mode(0o600)).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let elements = |of: &str, n: usize| {
        let segments = text.split('~').filter(|segment| segment.trim_start().starts_with(of));
        segments.filter_map(|segment| segment.split('*').nth(n)).map(str::to_owned).collect::<Vec<_>>()
    };
    let persons =
        [elements("NM1*IL*", 3), elements("NM1*IL*", 9), elements("DMG*", 2), elements("NM1*QC*", 3)]
            .concat();
    let ids = elements("CLM*", 1);
    assert!(persons.len() > 40 && ids.len() == 40);
    for redact in ["", "--redact D/key --redact-filenames"] {
        scan(desk.path(), &format!("D/in.837 {redact}")).unwrap();
        let [lines, findings] =
            ["lines", "findings"].map(|name| rows(&desk.path().join(format!("out/{name}.parquet"))));
        let values = |rows: &[Row]| rows.iter().flat_map(|row| row.values().cloned()).collect::<Vec<_>>();
        for value in values(&lines).iter().chain(&values(&findings)) {
            let Value::Text(value) = value else { continue };
            assert!(!persons.contains(value), "{value}");
            assert!(redact.is_empty() || !ids.contains(value) && !value.contains("in.837"), "{value}");
        }
        let of_lines: Vec<&Value> = lines.iter().map(|row| &row["claim_id"]).collect();
        assert!(
            findings.iter().all(|row| of_lines.contains(&&row["claim_id"]) || row["claim_id"] == Value::Null)
        );
    }
}

/// A file that changes between the readings has no lines; what was written of it by then is gone, the others are whole.
#[test]
fn a_file_that_changes_has_no_lines_and_costs_the_others_none() {
    let desk = TempDir::new().unwrap();
    for (name, seed) in [("a.837", 1), ("b.837", 2)] {
        let options = Options { seed, ..Options::new(Kind::P, Size::Claims(30)) };
        fs::write(desk.path().join(name), batch(&options).bytes).unwrap();
    }
    let line = "D/a.837 D/b.837 --threads 1 --window 4096";
    scan(desk.path(), line).unwrap();
    let whole = rows(&desk.path().join("out/lines.parquet"));
    let of = |rows: &[Row], name: &str| -> Vec<Row> {
        let path = desk.path().join(name).to_str().unwrap().to_owned();
        rows.iter().filter(|row| row["file"] == Value::Text(path.clone())).cloned().collect()
    };
    let mut without = [0, 0];
    for at in 1.. {
        let disk = Faulty::new(Fault::Changed(at), true);
        let came_to = scan_on(Arc::new(disk.clone()), desk.path(), line);
        if !disk.was_hit() {
            break;
        }
        let lines = rows(&desk.path().join("out/lines.parquet"));
        for (n, name) in ["a.837", "b.837"].into_iter().enumerate() {
            let (found, all) = (of(&lines, name), of(&whole, name));
            // A byte may have changed in the first reading, which is then what the file is.
            if found.is_empty() {
                assert!(matches!(came_to, Ok(Outcome::NotDone)), "{at}: {came_to:?}");
                without[n] += 1;
            } else {
                assert!(found == all, "{at}: lines of {name}");
            }
        }
    }
    assert!(without[0] > 3 && without[1] > 3, "{without:?}");
}

/// Whatever call fails, the set is as it was or new as a whole; an input that cannot be read again has no lines in it.
#[test]
fn a_set_with_columns_is_whole_or_not_there_whatever_fails() {
    let desk = TempDir::new().unwrap();
    let options = Options { faulty: 60, ..Options::new(Kind::P, Size::Claims(12)) };
    fs::write(desk.path().join("in.837"), batch(&options).bytes).unwrap();
    let line = "D/in.837 --threads 1 --window 4096 --memory-bytes 0";
    let (mut tried, mut unread) = (0, 0);
    for call in [Call::Create, Call::Write, Call::Sync, Call::Open, Call::Read] {
        for at in 1.. {
            sets::put(&desk.path().join("out"), None);
            let disk = Faulty::new(Fault::Once(call, at, Errno::IO.raw_os_error()), true);
            let came_to = scan_on(Arc::new(disk.clone()), desk.path(), line);
            if !disk.was_hit() {
                break;
            }
            tried += 1;
            assert_eq!(sets::temporaries(desk.path()), [""; 0], "{call:?} {at}");
            match (came_to, sets::read(&desk.path().join("out"))) {
                (Err(_), None) => {}
                (Ok(Outcome::NotDone), Some(set)) => {
                    assert_eq!(set.len(), 8, "{call:?} {at}: {:?}", set.keys());
                    assert!(rows(&desk.path().join("out/lines.parquet")).is_empty(), "{call:?} {at}");
                    rows(&desk.path().join("out/findings.parquet"));
                    unread += 1;
                }
                (came_to, set) => panic!("{call:?} {at}: {came_to:?}, {:?}", set.map(|set| set.len())),
            }
        }
    }
    assert!(tried > 40 && unread > 4, "{tried} faults, {unread} of them of reading");
}

#[test]
fn a_file_that_is_cut_off_has_no_lines() {
    let desk = TempDir::new().unwrap();
    let bytes = batch(&Options::new(Kind::P, Size::Claims(30))).bytes;
    fs::write(desk.path().join("cut.837"), &bytes[..bytes.len() / 2]).unwrap();
    fs::write(desk.path().join("whole.837"), &bytes).unwrap();
    assert!(matches!(scan(desk.path(), "D/cut.837 D/whole.837"), Ok(Outcome::NotDone)));
    let lines = rows(&desk.path().join("out/lines.parquet"));
    let path = desk.path().join("whole.837").to_str().unwrap().to_owned();
    assert!(!lines.is_empty() && lines.iter().all(|row| row["file"] == Value::Text(path.clone())));
}
