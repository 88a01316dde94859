//! Limits by date of service, one line a case.

use super::*;

fn date(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

/// `value/MAI coverage`, or `-`.
fn found(mues: &Mues, codes: &TherapyCodes, setting: Setting, code: &str, on: &str) -> String {
    let mue = mues.find(setting, codes.get(Code::of(code)).unwrap(), date(on));
    mue.map_or("-".to_owned(), |m| format!("{}/{} {:?}", m.value, m.mai, m.covered))
}

#[test]
fn every_row_of_the_data_file_is_read() {
    let codes = TherapyCodes::builtin();
    let mut seen = Vec::new();
    for row in rows(DATA) {
        let row = parse(&codes, row).unwrap_or_else(|| panic!("{row}"));
        assert!(row.limits.iter().any(Option::is_some));
        assert_eq!(Quarter::of(row.table).first(), Some(row.table));
        seen.push(row.index);
    }
    let rows = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), rows, "a code has one row");
}

#[test]
fn a_code_has_a_limit_by_setting_and_date() {
    use Setting::{Hospital as H, Practitioner as P};
    let codes = TherapyCodes::builtin();
    let mues = Mues::builtin(&codes);
    for (setting, code, on, want) in [
        (P, "97110", "2024-07-01", "6/3 Covered"),
        (H, "97110", "2024-09-30", "8/3 Covered"),
        (P, "97112", "2024-08-01", "4/3 Covered"),
        (H, "97112", "2024-08-01", "6/3 Covered"),
        (P, "97161", "2024-08-01", "1/2 Covered"),
        // Not payable, which is not the same as not known.
        (P, "97010", "2024-08-01", "0/3 Covered"),
        (P, "90901", "2024-08-01", "-"),
        (P, "97001", "2016-01-01", "-"),
        // Another quarter than the list's.
        (P, "97110", "2024-06-30", "6/3 Before"),
        (P, "97110", "2024-10-01", "6/3 After"),
        // Codes newer than the first list.
        (P, "G0541", "2025-02-01", "1/2 Before"),
        (H, "G0541", "2025-02-01", "-"),
        (H, "98986", "2026-11-01", "1/2 Covered"),
        (P, "98986", "2026-11-01", "-"),
        (P, "98984", "2027-01-01", "1/2 After"),
    ] {
        assert_eq!(found(&mues, &codes, setting, code, on), want, "{setting:?} {code} {on}");
    }
}

#[test]
fn imported_lists_are_kept_by_quarter() {
    use Setting::Practitioner as P;
    let codes = TherapyCodes::builtin();
    let mut mues = Mues::builtin(&codes);
    let index = |code| codes.get(Code::of(code)).unwrap().index;
    for (table, value) in [("2026-01-01", 5), ("2024-07-01", 7), ("2025-01-01", 3)] {
        mues.list(P, date(table), Extent::Whole).set(index("97110"), value, 3);
    }
    mues.list(P, date("2026-01-01"), Extent::Whole).set(index("97112"), 9, 2);
    for (code, on, want) in [
        ("97110", "2024-06-30", "7/3 Before"),
        ("97110", "2024-08-01", "7/3 Covered"),
        ("97110", "2024-12-31", "7/3 After"),
        ("97110", "2025-03-31", "3/3 Covered"),
        ("97110", "2026-02-01", "5/3 Covered"),
        ("97110", "2027-01-01", "5/3 After"),
        // The list of the time has no limit for it; neither an older nor a newer one is asked.
        ("97112", "2025-02-01", "-"),
        ("97112", "2026-02-01", "9/2 Covered"),
        // The whole list of the quarter took the place of the built-in part.
        ("97140", "2024-08-01", "-"),
    ] {
        assert_eq!(found(&mues, &codes, P, code, on), want, "{code} {on}");
    }
    assert_eq!(found(&mues, &codes, Setting::Hospital, "97112", "2024-08-01"), "6/3 Covered");
}
