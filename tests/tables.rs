//! The tables a user brings: files of CMS imported, shown and scanned with, and those that are refused.
//!
//! Every source file is made here, in the layouts CMS publishes, from rows that stand in the test.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it did not expect"
)]

mod support;

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use claimlint::tables::quarter::Quarter;
use claimlint::tables::therapy::CodeFacts;
use claimlint::tables::{Setting, Tables, file, import};
use claimlint::x12::code::Code;
use claimlint::x12::value::Date;
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use support::{Ran, run_with};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Rows of a pair table: column 1, column 2, `*` before 1996, effective, deletion, indicator, rationale.
const PAIRS: &[[&str; 7]] = &[
    ["0001U", "97110", "", "20200101", "*", "1", "Misuse of codes"],
    ["97140", "97530", "", "20150101", "20191231", "1", "Misuse of codes"],
    ["97140", "97530", "", "20200101", "20200101", "9", "Misuse of codes"],
    ["97150", "97110", "*", "19960101", "*", "1", "More extensive procedure"],
    ["97150", "97110", "", "20300101", "*", "0", "More extensive procedure"],
    ["97161", "97164", "", "20170101", "", "0", "More extensive procedure"],
    ["99213", "99214", "", "20000101", "*", "0", "More extensive procedure"],
];
/// What stands above them.
const PAIR_TITLES: &[&str] = &[
    "CPT only copyright \u{a9} American Medical Association. All rights reserved.",
    "",
    "Column 1/Column 2 Edits",
    "Column 1\tColumn 2\t*=in existence\tEffective Date\tDeletion Date\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\t\t*=no data\t0=not allowed 1=allowed 9=not applicable\t",
];
const LIMITS: &[[&str; 4]] = &[
    ["0001U", "1", "2 Date of Service Edit: Policy", "Nature of Service"],
    ["97110", "7", "3 Date of Service Edit: Clinical", "Clinical: Data"],
    ["97112", "0", "1 Line Edit", "Nature of Service"],
];

/// A directory to work in.
struct Desk(TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn run(&self, line: &str) -> Ran {
        run_with(self.0.path(), &line.split_whitespace().collect::<Vec<_>>(), b"")
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

#[track_caller]
fn expect(ran: &Ran, code: i32, said: &[&str]) {
    let all = format!("{}{}", ran.out, ran.err);
    let words = all.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in said {
        assert!(words.contains(part), "{part:?} is not said\n{all}");
    }
    assert_eq!(ran.code, Some(code), "{all}");
}

/// A pair table as text with tabs, in cp1252 with CRLF.
fn pair_text(rows: &[[&str; 7]]) -> Vec<u8> {
    let lines = PAIR_TITLES.iter().map(|l| (*l).to_owned()).chain(rows.iter().map(|r| r.join("\t")));
    let text: String = lines.map(|line| line + "\r\n").collect();
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

/// A pair table as CSV.
fn pair_csv(rows: &[[&str; 7]]) -> String {
    let titles = "\"CPT only copyright,\nall rights reserved\",,,,,,\n\
        Column 1,Column 2,*=in existence prior to 1996,Effective Date,\"Deletion Date\n*=no data\",Modifier,Rationale\n";
    titles.to_owned() + &rows.iter().map(|r| r.join(",") + "\n").collect::<String>()
}

/// A list of limits as CSV, its preamble and header in quotes over several lines.
fn limit_csv(whose: &str, rows: &[[&str; 4]]) -> String {
    let titles = format!(
        "\"CPT codes, descriptions and other data only are copyright.\nAll \"\"rights\"\" reserved.\",,,\r\n\
         \"HCPCS/\nCPT Code\",{whose} Services MUE Values,MUE Adjudication Indicator,MUE Rationale\r\n"
    );
    titles + &rows.iter().map(|r| format!("{},{},{},\"{}\"\r\n", r[0], r[1], r[2], r[3])).collect::<String>()
}

/// An archive of members.
fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An archive of members that are not packed, so that a byte of theirs is one of the file's.
fn plain_archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in members {
        writer.start_file(*name, plain).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook with one sheet: texts shared or in place, numbers as numbers, blank cells not written.
fn workbook(rows: &[Vec<&str>]) -> Vec<u8> {
    let mut texts = String::new();
    let mut shared = 0;
    let mut sheet = String::new();
    for (n, row) in (1..).zip(rows) {
        sheet += &format!("<row r=\"{n}\" spans=\"1:7\">");
        for (column, text) in ('A'..).zip(row).filter(|(_, text)| !text.is_empty()) {
            let at = format!("{column}{n}");
            let number = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
            sheet += &if number && text.len() == 8 {
                format!("<c r=\"{at}\"><v>{}.{}E7</v></c>", &text[..1], &text[1..])
            } else if number {
                format!("<c r=\"{at}\" s=\"1\"><v>{text}</v></c>")
            } else if column == 'G' {
                format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
            } else {
                texts += &format!("<si><r><t>{}</t></r><r><t>{}</t></r></si>", &text[..1], &text[1..]);
                shared += 1;
                format!("<c r=\"{at}\" t=\"s\"><v>{}</v></c>", shared - 1)
            };
        }
        sheet += "<c r=\"XFD1\"/></row>";
    }
    let sheet = format!("<?xml version=\"1.0\"?><worksheet><sheetData>{sheet}</sheetData></worksheet>");
    let texts = format!("<sst count=\"{shared}\">{texts}</sst>");
    plain_archive(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/sharedStrings.xml", texts.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn pair_workbook(rows: &[[&str; 7]]) -> Vec<u8> {
    let titles = PAIR_TITLES.iter().map(|l| l.split('\t').collect());
    workbook(&titles.chain(rows.iter().map(|r| r.to_vec())).collect::<Vec<_>>())
}

fn date(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

fn facts<'t>(tables: &'t Tables, code: &str) -> &'t CodeFacts {
    tables.therapy.get(Code::of(code)).expect(code)
}

/// What the tables of a file say of a pair: `97150>97110 1 Covered`, or `-`.
fn pair(tables: &Tables, setting: Setting, (a, b): (&str, &str), on: &str) -> String {
    let edit = tables.pairs.find(setting, facts(tables, a), facts(tables, b), date(on));
    edit.map_or("-".to_owned(), |e| {
        format!("{}>{} {} {:?} {}", e.column1, e.column2, u8::from(e.bypass), e.covered, e.table)
    })
}

fn imported(desk: &Desk, files: &[PathBuf], quarter: Option<&str>) -> Tables {
    let quarter = quarter.map(|q| Quarter::parse(q).unwrap());
    let imported = import::read(files, quarter).unwrap_or_else(|e| panic!("{e}"));
    let path = desk.put("a.tables", imported.to_bytes().unwrap());
    file::open(&path).unwrap_or_else(|e| panic!("{e}")).0
}

#[test]
fn every_layout_gives_the_same_table() {
    for (name, bytes) in [
        ("ccipra-v320r0-f1.TXT", pair_text(PAIRS)),
        ("ccipra-v320r0-f1.csv", pair_csv(PAIRS).into_bytes()),
        ("ccipra-v320r0-f1.xlsx", pair_workbook(PAIRS)),
        ("ccipra-v320r0-f1.zip", archive(&[("notice.pdf", b"%PDF"), ("a/pairs.txt", &pair_text(PAIRS))])),
        ("all.zip", archive(&[("notice.txt", b"read me"), ("ccipra-v320r0-f1.TXT", &pair_text(PAIRS))])),
        ("ccipra-v320r0-f2.zip", archive(&[("ccipra-v320r0-f2.xlsx", &pair_workbook(PAIRS))])),
    ] {
        let desk = Desk::new();
        let tables = imported(&desk, &[desk.put(name, bytes)], None);
        let prac = Setting::Practitioner;
        for ((a, b), on, want) in [
            (("97530", "97140"), "2014-12-31", "-"),
            (("97530", "97140"), "2015-01-01", "97140>97530 1 Covered 2026-01-01"),
            (("97140", "97530"), "2019-12-31", "97140>97530 1 Covered 2026-01-01"),
            // Struck the day it began.
            (("97140", "97530"), "2020-01-01", "-"),
            (("97110", "97150"), "1990-01-01", "97150>97110 1 Covered 2026-01-01"),
            (("97110", "97150"), "2026-03-31", "97150>97110 1 Covered 2026-01-01"),
            (("97110", "97150"), "2026-04-01", "97150>97110 1 After 2026-01-01"),
            (("97161", "97164"), "2026-01-01", "97161>97164 0 Covered 2026-01-01"),
            (("97150", "97112"), "2026-01-01", "-"),
        ] {
            assert_eq!(pair(&tables, prac, (a, b), on), want, "{name}: {a} {b} {on}");
        }
        // Nothing was imported for hospitals.
        let hospital = pair(&tables, Setting::Hospital, ("97150", "97112"), "2024-08-01");
        assert_eq!(hospital, "97150>97112 1 Covered 2024-07-01", "{name}");
    }
}

#[test]
fn limits_are_kept_by_quarter_beside_the_built_in_ones() {
    let desk = Desk::new();
    let newer: Vec<[&str; 4]> = vec![["97110", "5", "2", "Clinical: Data"]];
    let files = [
        desk.put("MCR_MUE_PractitionerServices_Eff_01-01-2026.csv", limit_csv("Practitioner", LIMITS)),
        desk.put("MCR_MUE_PractitionerServices_Eff_04-01-2026.csv", limit_csv("Practitioner", &newer)),
        desk.put("list.csv", limit_csv("Outpatient Hospital", LIMITS)),
        desk.put(
            "book.xlsx",
            workbook(&[
                vec!["Outpatient Hospital Services MUE Values effective 04/01/2026"],
                vec!["HCPCS/CPT Code", "MUE Values", "MUE Adjudication Indicator", "MUE Rationale"],
                vec!["97110", "3", "1 Line Edit", "Clinical: Data"],
            ]),
        ),
    ];
    // One says its quarter, and the flag another.
    let refused = import::read(&files, Quarter::parse("2026Q1")).unwrap_err().to_string();
    assert!(refused.contains("Eff_04-01-2026.csv: it says that it is of 2026Q2"), "{refused}");
    let first = [files[0].clone(), files[2].clone()];
    let tables = imported(&desk, &first, Some("2026Q1"));
    let limit = |tables: &Tables, setting, code, on: &str| {
        let mue = tables.mues.find(setting, facts(tables, code), date(on));
        mue.map_or("-".to_owned(), |m| format!("{}/{} {:?}", m.value, m.mai, m.covered))
    };
    for (setting, code, on, want) in [
        (Setting::Practitioner, "97110", "2026-02-01", "7/3 Covered"),
        (Setting::Practitioner, "97112", "2026-02-01", "0/1 Covered"),
        (Setting::Practitioner, "97110", "2026-05-01", "7/3 After"),
        (Setting::Practitioner, "97110", "2024-08-01", "6/3 Covered"),
        (Setting::Practitioner, "97140", "2026-02-01", "-"),
        (Setting::Hospital, "97110", "2026-02-01", "7/3 Covered"),
    ] {
        assert_eq!(limit(&tables, setting, code, on), want, "{setting:?} {code} {on}");
    }
    let tables = imported(&desk, &[files[0].clone(), files[1].clone(), files[3].clone()], None);
    for (setting, code, on, want) in [
        (Setting::Practitioner, "97110", "2026-02-01", "7/3 Covered"),
        (Setting::Practitioner, "97110", "2026-05-01", "5/2 Covered"),
        (Setting::Practitioner, "97112", "2026-05-01", "-"),
        (Setting::Hospital, "97110", "2026-05-01", "3/1 Covered"),
    ] {
        assert_eq!(limit(&tables, setting, code, on), want, "{setting:?} {code} {on}");
    }
}

#[test]
fn of_several_quarters_the_newest_that_has_a_pair_tells_it() {
    let desk = Desk::new();
    let old = [
        ["97140", "97530", "", "20150101", "*", "1", "Misuse of codes"],
        ["97755", "97110", "", "20150101", "*", "1", "Misuse of codes"],
    ];
    let files = [
        desk.put("ccipra-v310r0-f1.txt", pair_text(&old)),
        desk.put("ccipra-v320r0-f1.txt", pair_text(PAIRS)),
        desk.put("ccipra-v320r0-f2.txt", pair_text(&PAIRS[..4])),
    ];
    for files in [&files, &[files[2].clone(), files[1].clone(), files[0].clone()]] {
        let read = import::read(files, None).unwrap();
        assert_eq!((read.merged.repeated, read.merged.superseded), (3, 1));
        assert_eq!(read.missing.len(), 2, "{:?}", read.missing);
        let tables = imported(&desk, files, None);
        let prac = Setting::Practitioner;
        assert_eq!(pair(&tables, prac, ("97140", "97530"), "2025-02-01"), "-");
        let older = pair(&tables, prac, ("97110", "97755"), "2025-02-01");
        assert_eq!(older, "97755>97110 1 Covered 2025-01-01");
        let older = pair(&tables, prac, ("97110", "97755"), "2026-02-01");
        assert_eq!(older, "97755>97110 1 After 2025-01-01");
    }
}

/// Each file is refused with where and why, nothing is left behind, and the old table file stays as it is.
#[test]
fn a_broken_source_is_refused_with_its_line_and_leaves_the_old_table_alone() {
    let pairs = String::from_utf8_lossy(&pair_text(PAIRS)).into_owned();
    let change = |from: &str, to: &str| pairs.replacen(from, to, 1).into_bytes();
    let limits = limit_csv("Practitioner", LIMITS);
    let packed = archive(&[("ccipra-v320r0-f1.TXT", &pair_text(PAIRS))]);
    let mut spoilt = packed.clone();
    spoilt[60] ^= 0xff;
    let cut_book = {
        let titles = PAIR_TITLES.iter().map(|l| l.split('\t').collect::<Vec<_>>());
        let whole = workbook(&titles.chain([PAIRS[1].to_vec()]).collect::<Vec<_>>());
        whole[..whole.len() / 2].to_vec()
    };
    let altered_book = {
        let mut whole = pair_workbook(PAIRS);
        let at = whole.windows(5).position(|w| w == b"97530").unwrap();
        whole[at] = b'8';
        whole
    };
    let mue = "MCR_MUE_PractitionerServices_Eff_01-01-2026.csv";
    let prac = "ccipra-v320r0-f1.txt";
    for (name, bytes, said) in [
        (prac, change("20191231", "20191331"), &["ccipra-v320r0-f1.txt:7, column 5 (Deletion Date)"][..]),
        (prac, change("20150101", "2015010"), &["ccipra-v320r0-f1.txt:7, column 4 (Effective Date)"]),
        (prac, change("\t*\t19960101", "\tx\t19960101"), &["txt:9, column 3"]),
        (prac, change("20191231\t1", "20191231\t2"), &["txt:7, column 6 (Modifier)", "0, 1 and 9"]),
        (prac, change("99213\t99214", "99213\t992"), &["txt:12, column 2 (Column 2)", "five letters"]),
        (prac, change("99213\t99214", "9921x3\t9921"), &["txt:12, column 1 (Column 1)"]),
        // The first row is broken: it is no title.
        (prac, change("20200101\t*\t1", "2020\t*\t1"), &["txt:6:", "no", "effective date"]),
        // Cut off in the middle of a field, of a row, of the last text.
        (prac, pair_text(PAIRS)[..pair_text(PAIRS).len() - 40].to_vec(), &["txt:12", "fewer than 6 columns"]),
        (prac, pair_text(PAIRS)[..pair_text(PAIRS).len() - 5].to_vec(), &["txt:12", "cut off"]),
        (prac, b"Column 1\tColumn 2\r\n".to_vec(), &["no row of a PTP or MUE table"]),
        (prac, Vec::new(), &["no row of a PTP or MUE table"]),
        (prac, limits.clone().into_bytes(), &["txt:5", "not those of the table"]),
        ("pairs.txt", pair_text(PAIRS), &["practitioner or hospital", "name CMS gave it"]),
        ("ccioph.txt", pair_text(PAIRS), &["which quarter", "--quarter 2026Q1"]),
        ("MCD-PRA-v320.txt", pair_text(PAIRS), &["Medicaid"]),
        ("ccipra-v320r0-f1.xls", b"\xd0\xcf\x11\xe0rest".to_vec(), &["save it as .xlsx"]),
        ("ccipra-v320r0-f1.zip", spoilt, &["ccipra-v320r0-f1.zip", "fetch it again"]),
        ("ccipra-v320r0-f1.zip", packed[..packed.len() - 30].to_vec(), &["cut off, fetch it again"]),
        ("ccipra-v320r0-f1.xlsx", cut_book, &["cut off, fetch it again"]),
        ("ccipra-v320r0-f1.xlsx", altered_book, &["ccipra-v320r0-f1.xlsx", "checksum", "fetch it again"]),
        ("ccipra-v320r0-f1.zip", archive(&[("a.pdf", b"")]), &["no .txt, .csv or .xlsx"]),
        (mue, limits.replace(",7,", ",seven,").into_bytes(), &["csv:6, column 2 (MUE Values)"]),
        (mue, limits.replace("1 Line", "4 Line").into_bytes(), &["csv:7, column 3", "1, 2 or 3"]),
        (mue, limits.as_bytes()[..limits.len() - 8].to_vec(), &["csv:7", "never closed"]),
        (mue, limit_csv("Outpatient Hospital", LIMITS).into_bytes(), &["its name says practitioner"]),
    ] {
        let desk = Desk::new();
        desk.put("cms.tables", b"the old one");
        desk.put(name, bytes);
        let ran = desk.run(&format!("tables import {name} --out cms.tables"));
        expect(&ran, 2, said);
        assert!(ran.out.is_empty());
        assert_eq!(fs::read(desk.path("cms.tables")).unwrap(), b"the old one", "{name}");
        assert_eq!(desk.files().len(), 2, "{:?}", desk.files());
    }
    let desk = Desk::new();
    expect(&desk.run("tables import missing.txt --out cms.tables"), 2, &["cannot read missing.txt"]);
    desk.put(prac, pair_text(PAIRS));
    expect(&desk.run("tables import ccipra-v320r0-f1.txt --out ccipra-v320r0-f1.txt"), 2, &["name another"]);
    expect(&desk.run("tables import ccipra-v320r0-f1.txt --out no/a.tables"), 2, &["cannot create"]);
    expect(&desk.run("tables import ccipra-v320r0-f1.txt --out ."), 2, &["directory; name a file"]);
    let line = "tables import ccipra-v320r0-f1.txt --quarter 2025Q4 --out a.tables";
    expect(&desk.run(line), 2, &["2026Q1", "2025Q4"]);
    expect(&desk.run("tables import ccipra-v320r0-f1.txt --quarter 2025 --out a"), 2, &["as 2026Q1"]);
    desk.put("ccipra-v320r1-f2.txt", pair_text(PAIRS));
    let line = "tables import ccipra-v320r0-f1.txt ccipra-v320r1-f2.txt --out a.tables";
    expect(&desk.run(line), 2, &["ccipra-v320r1-f2.txt", "another issue"]);
    assert_eq!(fs::read(desk.path(prac)).unwrap(), pair_text(PAIRS));
    assert_eq!(desk.files(), ["ccipra-v320r0-f1.txt", "ccipra-v320r1-f2.txt"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever bytes a file holds, it is read or refused; nothing panics.
    #[test]
    fn any_bytes_are_read_or_refused(
        layout in 0..4usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        keep in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let name = ["ccipra-v320r0-f1.txt", "ccipra-v320.csv", "ccipra-v320.xlsx", "a.zip"][layout];
        let mut bytes = match layout {
            0 => pair_text(PAIRS),
            1 => limit_csv("Practitioner", LIMITS).into_bytes(),
            2 => pair_workbook(PAIRS),
            _ => archive(&[("ccipra-v320r0-f1.xlsx", &pair_workbook(PAIRS)), ("b.txt", &pair_text(PAIRS))]),
        };
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(keep.index(bytes.len()));
        }
        let desk = Desk::new();
        match import::read(&[desk.put(name, bytes)], None) {
            Ok(imported) => drop(imported.to_bytes().unwrap()),
            Err(e) => assert!(e.to_string().contains(name), "{e}"),
        }
    }
}

/// A message about a source never repeats what stands in it: who knows what file was named by mistake.
#[test]
fn no_text_of_a_source_is_in_a_message() {
    let desk = Desk::new();
    for (name, text) in [
        ("a.csv", "patient,TESTPATIENT\n97110,TESTPATIENT,,20260101,x,x,x\n"),
        ("ccipra-v320.txt", "97110\t97112\t\t20200101\t*\t1\tx\n97110\tTESTPATIENT\t\t20200101\t*\t1\tx\n"),
        ("ccipra-v320.csv", "TESTPATIENT\n97110,TESTPATIENT\n"),
    ] {
        desk.put(name, text);
        let ran = desk.run(&format!("tables import {name} --quarter 2026Q1 --out a.tables"));
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(!ran.err.contains("TESTPATIENT"), "{}", ran.err);
    }
}

#[test]
fn an_import_says_what_it_read_and_replaces_the_table_whole() {
    let desk = Desk::new();
    desk.put("cms.tables", b"the old one");
    desk.put(
        "ccipra-v320r0-f1.zip",
        archive(&[
            ("ccipra-v320r0-f1.TXT", &pair_text(PAIRS)),
            ("ccipra-v320r0-f1.xlsx", b"the same again"),
            ("AMA notice.txt", b"a notice"),
        ]),
    );
    desk.put("MCR_MUE_PractitionerServices_Eff_01-01-2026.csv", limit_csv("Practitioner", LIMITS));
    let line =
        "tables import ccipra-v320r0-f1.zip MCR_MUE_PractitionerServices_Eff_01-01-2026.csv -o cms.tables";
    let ran = desk.run(line);
    expect(
        &ran,
        0,
        &[
            "practitioner pairs (PTP) of 2026Q1: 7 rows, 1 of them never in force ccipra-v320r0-f1.zip/ccipra-v320r0-f1.TXT",
            "practitioner unit limits (MUE) of 2026Q1: 3 rows",
            "Not read: ccipra-v320r0-f1.zip/AMA notice.txt",
            "Not read: ccipra-v320r0-f1.zip/ccipra-v320r0-f1.xlsx",
            "1 windows begin before the one before has ended",
            "Missing: practitioner pairs of 2026Q1: no f2, f3, f4",
            "Written to cms.tables: 6 windows, 3 limits,",
        ],
    );
    assert_eq!(desk.files().len(), 3, "{:?}", desk.files());
    expect(
        &desk.run("tables show 97140 97530 --tables cms.tables"),
        0,
        &[
            "97140 manual therapy with 97530 therapeutic activities",
            "from 2015-01-01, to 2019-12-31: 97140 is paid and 97530 is not; a modifier such as 59 may bypass \
             it (MI 1); table of 2026Q1",
            "first day not known, to 2019-12-31: 97140 is paid and 97530 is not",
            "CMS practitioner pairs of 2026Q1: ccipra-v320r0-f1.zip/ccipra-v320r0-f1.TXT, SHA-256",
            "hospital pairs: built in",
        ],
    );
    expect(&desk.run("tables show 97110 97150 --tables cms.tables"), 0, &["since before 1996, active"]);
    expect(
        &desk.run("tables show 97112 --tables cms.tables"),
        0,
        &[
            "practitioner: 4 a day, records may change it (MAI 3) (list of 2024Q3)",
            "limit is 0 (list of 2026Q1)",
        ],
    );
}

#[test]
fn what_is_built_in_is_shown_without_a_table_file() {
    let desk = Desk::new();
    for (line, said) in [
        (
            "tables show 97110",
            &[
                "97110 therapeutic exercise",
                "15 minutes a unit, in the day's pool",
                "always: every line needs one of GP, GO, GN",
                "practitioner: 6 a day",
                "hospital: 8 a day",
                "with GP or GN towards the threshold of PT and SLP",
                "2026: PT and SLP 2480.00, OT 2480.00; targeted review from 3000.00",
                "with 25 codes of the therapy table",
                "Sources",
            ][..],
        ),
        ("tables show 97161", &["PT only, modifier GP", "dates of service from 2017-01-01"]),
        ("tables show g0515", &["dates of service from 2018-01-01 to 2019-12-31"]),
        ("tables show 97130", &["97129; not billed without it"]),
        ("tables show 97010", &["never paid by itself (status B)", "not payable, the limit is 0"]),
        ("tables show 98940", &["no; known for the pairs it forms", "counts towards no threshold"]),
        ("tables show 90901", &["practitioner: no limit is known, which is not \"no limit\""]),
        ("tables show 97110 97112", &["practitioner: no edit", "hospital: no edit"]),
        ("tables show 97164 97161", &["97161 is paid and 97164 is not; no modifier bypasses it (MI 0)"]),
    ] {
        expect(&desk.run(line), 0, said);
    }
    expect(&desk.run("tables show 99999"), 2, &["\"99999\" is not in the therapy table"]);
    expect(&desk.run("tables show 97110 97110"), 2, &["no pair with itself"]);
    expect(&desk.run("tables show"), 2, &["<CODE>"]);
    expect(&desk.run("tables show 97110 97112 97140"), 2, &["97140"]);
    for help in ["tables --help", "tables import --help", "tables show --help"] {
        expect(&desk.run(help), 0, &["Usage: claimlint tables"]);
    }
    expect(
        &desk.run("tables import --help"),
        0,
        &["Examples:", "--quarter 2026Q1", "scan outbound --tables"],
    );
}

#[test]
fn a_scan_takes_a_table_file_and_refuses_one_it_cannot_trust() {
    let desk = Desk::new();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let sample = sample.to_str().unwrap();
    let scan = |name: &str| {
        let args = ["scan", sample, "--format", "summary", "--tables", name];
        run_with(desk.0.path(), &args, b"")
    };
    desk.put("ccipra-v320r0-f1.txt", pair_text(PAIRS));
    expect(&desk.run("tables import ccipra-v320r0-f1.txt --out cms.tables"), 0, &["6 windows"]);
    let ran = scan("cms.tables");
    expect(&ran, 0, &["\"findings\""]);
    let whole = fs::read(desk.path("cms.tables")).unwrap();
    let mut altered = whole.clone();
    *altered.last_mut().unwrap() ^= 1;
    for (bytes, said) in [
        (&whole[..whole.len() - 1], "is cut off or has grown"),
        (&whole[..10], "is cut off or has grown"),
        (&altered, "its check sum is not right"),
        (b"Column 1,Column 2\n", "no table file; make one with `claimlint tables import`"),
        (b"", "is cut off or has grown"),
    ] {
        desk.put("bad.tables", bytes);
        let ran = scan("bad.tables");
        expect(&ran, 2, &["bad.tables:", said]);
        assert!(ran.out.is_empty(), "nothing is scanned with half a table");
        expect(&desk.run("tables show 97110 --tables bad.tables"), 2, &["bad.tables:", said]);
    }
    expect(&scan("missing.tables"), 2, &["cannot read missing.tables"]);
}
