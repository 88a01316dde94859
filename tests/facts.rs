//! The built-in tables against the files they were written from, where those lie beside the project in
//! `../shared`. Where they do not, each test says so and passes: the tables' own tests hold their form.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]
#![allow(clippy::print_stderr, reason = "a test that had nothing to compare with says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use claimlint::tables::diagnoses::Support;
use claimlint::tables::pairs::Begin;
use claimlint::tables::therapy::{CodeFacts, MedicareStatus, TherapyStatus};
use claimlint::tables::{Coverage, Setting, Tables, denials};
use claimlint::x12::code::Code;
use claimlint::x12::value::{Date, decimal};

/// A file of `../shared`, if it is there.
fn shared(path: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("{} is not there; nothing to compare with", path.display());
    }
    text
}

/// The rows of a CSV file by column name.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn facts<'t>(tables: &'t Tables, code: &str) -> &'t CodeFacts {
    tables.therapy.get(Code::of(code)).expect(code)
}

fn in_the_quarter() -> Date {
    Date::new(2024, 8, 15).unwrap()
}

#[test]
fn therapy_codes_are_the_facts() {
    let Some(text) = shared("facts/therapy_codes.csv") else { return };
    let tables = Tables::builtin();
    let rows = rows(&text);
    assert!(rows.len() > 100);
    for row in &rows {
        let fact = facts(&tables, &row["code"]);
        let number = |text: &str| if text.is_empty() { 0 } else { text.parse().unwrap() };
        let code = &row["code"];
        assert_eq!(fact.minutes, number(&row["unit_minutes"]), "{code}");
        assert_eq!(fact.pool, row["in_15min_pool"] == "Y", "{code}");
        let status = match row["medicare_therapy"].as_str() {
            "always" => TherapyStatus::Always,
            "sometimes" => TherapyStatus::Sometimes,
            _ => TherapyStatus::Never,
        };
        assert_eq!(fact.status, status, "{code}");
        let only = fact.only.map_or(String::new(), |d| d.modifier().to_string());
        assert_eq!(only, row["only_modifier"], "{code}");
        assert_eq!(fact.valid_from, Date::parse_iso(&row["valid_from"]), "{code}");
        assert_eq!(fact.valid_to, Date::parse_iso(&row["valid_to"]), "{code}");
        assert_eq!(fact.addon_base, Code::of(&row["addon_base"]), "{code}");
        assert_eq!(fact.mppr, row["mppr_indicator5"] == "Y", "{code}");
        if !row["pfs2024_status"].is_empty() {
            assert_eq!(letter(fact.medicare), row["pfs2024_status"], "{code}");
        }
    }
    let known: BTreeSet<String> = rows.iter().map(|row| row["code"].clone()).collect();
    for fact in tables.therapy.iter().filter(|f| !known.contains(&f.code.to_string())) {
        assert_eq!(fact.status, TherapyStatus::Never, "{} is only a partner", fact.code);
    }
}

fn letter(status: MedicareStatus) -> &'static str {
    match status {
        MedicareStatus::Unknown => "",
        MedicareStatus::Active => "A",
        MedicareStatus::Bundled => "B",
        MedicareStatus::ContractorPriced => "C",
        MedicareStatus::Invalid => "I",
        MedicareStatus::NonCovered => "N",
        MedicareStatus::Restricted => "R",
        MedicareStatus::Excluded => "X",
    }
}

/// Every window of the facts but those of indicator 9, and no other.
#[test]
fn pairs_are_the_facts() {
    let Some(text) = shared("facts/ncci_ptp_therapy_20240701.csv") else { return };
    let tables = Tables::builtin();
    let rows = rows(&text);
    assert!(rows.len() > 700);
    let mut wanted: BTreeMap<(bool, String, String), BTreeSet<String>> = BTreeMap::new();
    for row in &rows {
        let (first, second) = (&row["column1"], &row["column2"]);
        for (hospital, column) in [(false, "practitioner"), (true, "hospital")] {
            let windows = row[&format!("{column}_deletion_dates_and_mi")].clone();
            for window in windows.split(';').map(str::trim).filter(|w| !w.is_empty() && !w.ends_with(":9")) {
                let pair = (hospital, first.clone(), second.clone());
                assert!(wanted.entry(pair).or_default().insert(window.to_owned()), "{first} {second}");
            }
            let active = &row[&format!("active_{column}_mi")];
            let setting = if hospital { Setting::Hospital } else { Setting::Practitioner };
            let edit =
                tables.pairs.find(setting, facts(&tables, first), facts(&tables, second), in_the_quarter());
            let edit = edit.filter(|e| e.column1 == Code::of(first));
            let found = edit.map_or("", |e| if e.bypass { "1" } else { "0" });
            assert_eq!(found, active, "{setting:?} {first} {second}");
            assert!(edit.is_none_or(|e| e.covered == Coverage::Covered));
        }
    }
    let mut found: BTreeMap<(bool, String, String), BTreeSet<String>> = BTreeMap::new();
    let codes: Vec<_> = tables.therapy.iter().collect();
    for (n, a) in codes.iter().enumerate() {
        for b in &codes[n..] {
            for setting in Setting::ALL {
                for w in tables.pairs.windows(setting, a, b) {
                    assert_eq!(w.begin, Begin::Unknown);
                    let pair = (setting == Setting::Hospital, w.column1.to_string(), w.column2.to_string());
                    let last = w.last.map_or("9999-12-31".to_owned(), |d| d.to_string());
                    found.entry(pair).or_default().insert(format!("{last}:{}", u8::from(w.bypass)));
                }
            }
        }
    }
    assert_eq!(found, wanted);
}

#[test]
fn limits_are_the_facts() {
    let Some(text) = shared("facts/mue_therapy_20240701.csv") else { return };
    let tables = Tables::builtin();
    let rows = rows(&text);
    assert!(rows.len() > 90);
    for row in &rows {
        for (setting, name) in [(Setting::Practitioner, "practitioner"), (Setting::Hospital, "hospital")] {
            let mue = tables.mues.find(setting, facts(&tables, &row["code"]), in_the_quarter()).unwrap();
            let want = (&row[&format!("{name}_mue")], &row[&format!("{name}_mai")]);
            assert_eq!((&mue.value.to_string(), &mue.mai.to_string()), want, "{} {name}", row["code"]);
            assert_eq!((mue.covered, Some(mue.table)), (Coverage::Covered, Date::new(2024, 7, 1)));
        }
    }
    let listed: BTreeSet<String> = rows.iter().map(|row| row["code"].clone()).collect();
    // Limits of codes the list does not have stand with the codes.
    let Some(text) = shared("facts/therapy_codes.csv") else { return };
    for row in self::rows(&text).iter().filter(|row| !listed.contains(&row["code"])) {
        for (setting, name) in [(Setting::Practitioner, "prac"), (Setting::Hospital, "hosp")] {
            let mue = tables.mues.find(setting, facts(&tables, &row["code"]), in_the_quarter());
            let (value, mai) = (&row[&format!("mue_{name}")], &row[&format!("mai_{name}")]);
            let want = if mai.is_empty() { None } else { Some((value.clone(), mai.clone())) };
            assert_eq!(mue.map(|m| (m.value.to_string(), m.mai.to_string())), want, "{}", row["code"]);
        }
    }
}

#[test]
fn rates_are_the_facts() {
    let Some(text) = shared("facts/pfs_rvu_therapy_2024C.csv") else { return };
    let tables = Tables::builtin();
    let mut compared = 0;
    for row in rows(&text) {
        let share = tables.rates.mppr_share(Code::of(&row["code"]));
        if row["mult_proc"] != "5" {
            assert_eq!(share, None, "{}", row["code"]);
            continue;
        }
        let hundredths = |column: &str| decimal(row[column].as_bytes(), 2).unwrap();
        let expense = hundredths("nonfac_pe_rvu");
        let total = hundredths("work_rvu") + expense + hundredths("mp_rvu");
        // Half-hundredths of a relative value, times 33.2875 dollars, to the nearest cent.
        let cents = |halves: i64| u32::try_from((halves * 332_875 + 10_000) / 20_000).unwrap();
        assert_eq!(share, Some((cents(2 * total), cents(2 * total - expense))), "{}", row["code"]);
        compared += 1;
    }
    assert!(compared > 40);
}

#[test]
fn denial_codes_are_those_of_the_facts() {
    let Some(text) = shared("rules.md") else { return };
    let section = text.split("\n## C. ").nth(1).unwrap().split("\n## ").next().unwrap();
    let words = section.split(|c: char| !c.is_ascii_alphanumeric());
    let remarks: BTreeSet<&str> = words.filter(|w| is_remark(w)).collect();
    assert!(remarks.len() > 40, "{remarks:?}");
    let adjustments: BTreeSet<&str> = ["CO-", "PR-", "OA-"]
        .iter()
        .flat_map(|group| section.split(group).skip(1))
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next())
        .filter(|code| !code.is_empty())
        .collect();
    assert!(adjustments.len() > 20, "{adjustments:?}");
    let missing: Vec<_> = remarks.union(&adjustments).filter(|code| denials::known(code).is_none()).collect();
    assert_eq!(missing, Vec::<&&str>::new());
}

/// `N822`, `M50`, `MA130`; not `MOD001` nor `MM7170`.
fn is_remark(word: &str) -> bool {
    let digits = word.strip_prefix("MA").or(word.strip_prefix('N')).or(word.strip_prefix('M'));
    digits.is_some_and(|d| (2..=3).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))
}

/// The prefixes of section B.12 in its three strengths.
#[test]
fn diagnoses_are_those_of_the_facts() {
    let Some(text) = shared("rules.md") else { return };
    let section = text.split("\n### B.12 ").nth(1).unwrap().split("\n### ").next().unwrap();
    let tables = Tables::builtin();
    let mut compared = 0;
    for (strength, support) in
        [("strong", Support::Strong), ("moderate", Support::Moderate), ("weak", Support::Weak)]
    {
        let row = section.split(&format!("\n| {strength} | ")).nth(1).unwrap().split('\n').next().unwrap();
        for word in row.split(|c: char| !c.is_ascii_alphanumeric() && c != '.') {
            let prefix = word.trim_end_matches('.');
            let digits = prefix.len() > 2 && prefix[1..].bytes().all(|b| b.is_ascii_digit() || b == b'.');
            if !digits || !prefix.starts_with(|c: char| c.is_ascii_uppercase()) {
                continue;
            }
            // Said in words there: nerve damage in diabetes, and fractures on the way to heal.
            let code = match prefix {
                "E08" | "E13" => format!("{prefix}.42"),
                "S82" | "S72" => format!("{prefix}.101D"),
                _ => prefix.to_owned(),
            };
            assert_eq!(tables.diagnoses.support(Code::of(&code)), Some(support), "{code} is {strength}");
            compared += 1;
        }
    }
    assert!(compared > 80, "{compared}");
}
