//! Pairs by date of service, one line a case.

use super::*;

fn date(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

/// `column1 column2 MI coverage`, or `-`.
fn found(pairs: &Pairs, codes: &TherapyCodes, setting: Setting, pair: &str, on: &str) -> String {
    let (a, b) = pair.split_once(' ').unwrap();
    let facts = |code| codes.get(Code::of(code)).unwrap();
    let edit = pairs.find(setting, facts(a), facts(b), date(on));
    assert_eq!(edit, pairs.find(setting, facts(b), facts(a), date(on)), "either order");
    edit.map_or("-".to_owned(), |e| {
        format!("{} {} {} {:?}", e.column1, e.column2, u8::from(e.bypass), e.covered)
    })
}

#[test]
fn every_row_of_the_data_file_is_read() {
    let codes = TherapyCodes::builtin();
    let mut windows = 0;
    for row in rows(DATA) {
        for setting in Setting::ALL {
            windows += parse(&codes, setting, row).unwrap_or_else(|| panic!("{row}")).len();
        }
    }
    let pairs = Pairs::builtin(&codes);
    assert_eq!(pairs.practitioner.rows.len() + pairs.hospital.rows.len(), windows, "no window stands twice");
    assert!(rows(DATA).is_sorted_by(|a, b| a[..11] < b[..11]), "by code, each pair once");
}

#[test]
fn a_pair_is_edited_by_date_and_setting() {
    use Setting::{Hospital as H, Practitioner as P};
    let codes = TherapyCodes::builtin();
    let pairs = Pairs::builtin(&codes);
    for (setting, pair, on, want) in [
        // Never a pair, whatever is said about it.
        (P, "97110 97112", "2024-08-01", "-"),
        (H, "97110 97112", "2019-08-01", "-"),
        (P, "97110 97140", "2019-08-01", "-"),
        // Only rows of indicator 9.
        (P, "97530 97110", "1996-01-01", "-"),
        // Struck at the end of 2019.
        (P, "97140 97530", "2019-12-31", "97140 97530 1 Before"),
        (H, "97140 97530", "2018-03-01", "97140 97530 1 Before"),
        (P, "97140 97530", "2020-01-01", "-"),
        (P, "97140 97530", "2024-08-01", "-"),
        (P, "97530 97116", "2019-12-31", "97530 97116 1 Before"),
        (P, "97530 97116", "2020-10-01", "-"),
        // Two windows; where the second begins is not known.
        (P, "97530 97535", "2019-12-31", "97530 97535 1 Before"),
        (P, "97530 97535", "2021-12-31", "97530 97535 1 Before"),
        (P, "97530 97535", "2022-01-01", "-"),
        // Active.
        (P, "97150 97110", "2024-07-01", "97150 97110 1 Covered"),
        (P, "97110 97150", "2024-09-30", "97150 97110 1 Covered"),
        (P, "97150 97110", "2024-10-01", "97150 97110 1 After"),
        (P, "97150 97110", "2024-06-30", "97150 97110 1 Before"),
        (H, "97535 97164", "2024-08-01", "97535 97164 1 Covered"),
        (P, "97161 97164", "2024-08-01", "97161 97164 0 Covered"),
        (P, "98941 98940", "2024-08-01", "98941 98940 0 Covered"),
        // The settings differ.
        (P, "97161 97750", "2024-08-01", "97161 97750 0 Covered"),
        (H, "97161 97750", "2024-08-01", "97161 97750 1 Covered"),
        (P, "20561 97602", "2024-08-01", "20561 97602 1 Covered"),
        (H, "20561 97602", "2024-08-01", "97602 20561 1 Covered"),
        // The indicator changed with the window.
        (H, "97161 97755", "2017-12-31", "97161 97755 0 Before"),
        (H, "97161 97755", "2018-01-01", "97161 97755 1 Before"),
        // Each column was the other's once.
        (P, "97530 97755", "2024-08-01", "97755 97530 1 Covered"),
        // A code and itself.
        (P, "97110 97110", "2024-08-01", "-"),
    ] {
        assert_eq!(found(&pairs, &codes, setting, pair, on), want, "{setting:?} {pair} {on}");
    }
}

#[test]
fn partners_are_the_codes_of_any_window() {
    let codes = TherapyCodes::builtin();
    let pairs = Pairs::builtin(&codes);
    let facts = |code| codes.get(Code::of(code)).unwrap();
    let is_partner = |a, b| pairs.partners(facts(a)).contains(facts(b).index);
    assert!(is_partner("97140", "97530") && is_partner("97530", "97140"), "struck, and still history");
    assert!(is_partner("20560", "97602"), "in one setting only");
    assert!(!is_partner("97110", "97112") && !is_partner("97110", "97110"));
    assert!(pairs.partners(facts("97001")).is_empty());
    for a in codes.iter() {
        for b in codes.iter() {
            let windows: usize = Setting::ALL.iter().map(|s| pairs.windows(*s, a, b).count()).sum();
            assert_eq!(pairs.partners(a).contains(b.index), windows > 0, "{} {}", a.code, b.code);
        }
    }
}

#[test]
fn windows_of_imported_tables_have_their_first_day_and_the_newest_table_tells() {
    let codes = TherapyCodes::builtin();
    let index = |code| codes.get(Code::of(code)).unwrap().index;
    let row = |begin: &str, last: &str, bypass, table: &str| Row {
        column1: index("97530"),
        column2: index("97116"),
        begin: Date::parse_iso(begin).map_or(Begin::Before1996, Begin::On),
        last: Date::parse_iso(last),
        bypass,
        table: date(table),
    };
    let rows = vec![
        row("", "2019-12-31", true, "2026-01-01"),
        row("2020-10-01", "", false, "2026-01-01"),
        row("2020-10-01", "", false, "2026-01-01"),
        // What an older table said of the same pair.
        row("2015-01-01", "", true, "2018-01-01"),
    ];
    let pairs = Pairs::new(rows, Vec::new());
    for (on, want) in [
        ("1990-01-01", "97530 97116 1 Covered"),
        ("2019-12-31", "97530 97116 1 Covered"),
        ("2020-01-01", "-"),
        ("2020-09-30", "-"),
        ("2020-10-01", "97530 97116 0 Covered"),
        ("2026-03-31", "97530 97116 0 Covered"),
        ("2026-04-01", "97530 97116 0 After"),
    ] {
        assert_eq!(found(&pairs, &codes, Setting::Practitioner, "97116 97530", on), want, "{on}");
        assert_eq!(found(&pairs, &codes, Setting::Hospital, "97116 97530", on), "-");
    }
}
