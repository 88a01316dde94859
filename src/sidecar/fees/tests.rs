//! Which fee applies, told as a table; every fault a fees file can have.

use proptest::prelude::*;

use super::*;

const HEADER: &str = "payer,code,allowed,year";

fn load(text: impl AsRef<[u8]>) -> (Fees, Vec<String>) {
    let (fees, errors) = Fees::from_reader(Path::new("f.csv"), text.as_ref());
    (fees, errors.iter().map(ToString::to_string).collect())
}

#[test]
fn the_payer_comes_before_its_policy_and_that_before_any() {
    let (fees, errors) = load(format!(
        "{HEADER}\n\
         87726,97110,30.00,2026\n\
         87726,97110,29,2025\n\
         uhc,97110,28,\n\
         UHC,97112,33,2026\n\
         *,97110,27,2026\n\
         *,97112,26,\n\
         *,97530,25,\n\
         excom,97530,24,2025\n\
         *,g0283,5.5,2026\n"
    ));
    assert_eq!(errors, Vec::<String>::new());
    for (payer, policy, code, date, want) in [
        ("87726", "uhc", "97110", "2026-03-02", Some((3000, Some(2026), 2))),
        ("87726", "uhc", "97110", "2025-03-02", Some((2900, Some(2025), 3))),
        // No neighbouring year: the policy's row is of any year.
        ("87726", "uhc", "97110", "2024-03-02", Some((2800, None, 4))),
        ("87726", "uhc", "97110", "", Some((2800, None, 4))),
        ("1", "uhc", "97110", "2026-03-02", Some((2800, None, 4))),
        ("1", "Uhc", "97112", "2026-03-02", Some((3300, Some(2026), 5))),
        ("1", "uhc", "97112", "2025-03-02", Some((2600, None, 7))),
        ("1", "medicare", "97110", "2026-12-31", Some((2700, Some(2026), 6))),
        ("1", "medicare", "97110", "2025-12-31", None),
        ("1", "medicare", "97110", "", None),
        ("EXCOM", "commercial", "97530", "2025-03-02", Some((2400, Some(2025), 9))),
        (" ExCom ", "commercial", "97530", "2025-03-02", Some((2400, Some(2025), 9))),
        ("EXCOM", "commercial", "97530", "2026-03-02", Some((2500, None, 8))),
        ("", "", "G0283", "2026-03-02", Some((550, Some(2026), 10))),
        ("", "", "G0284", "2026-03-02", None),
        ("", "", "", "2026-03-02", None),
    ] {
        let date = Date::parse_iso(date);
        let found = fees.find(payer.as_bytes(), policy, Code::of(code), date);
        let found = found.map(|fee| (fee.allowed.0, fee.year, fee.row.line));
        assert_eq!(found, want, "{payer} {policy} {code} {date:?}");
    }
    let long = [b'9'; ID + 1];
    assert_eq!(fees.find(&long, "uhc", Code::of("97110"), None).map(|fee| fee.row.line), Some(4));
    assert!(Fees::default().find(b"87726", "uhc", Code::of("97110"), None).is_none());
    assert_eq!(format!("{fees:?}"), "Fees { files: 1, rows: 9 }");
}

#[test]
fn a_payer_code_and_year_has_one_fee() {
    let (fees, errors) = load(format!(
        "{HEADER}\nexcom,97110,1,2026\nEXCOM,97110,2,2026\nEXCOM,97110,3,\nEXCOM,97110,4,2025\n"
    ));
    let want = "f.csv:3: payer, code and year are those of line 2; keep one of the two, neither is used";
    assert_eq!(errors, [want]);
    let of =
        |date| fees.find(b"EXCOM", "", Code::of("97110"), Date::parse_iso(date)).map(|fee| fee.allowed.0);
    assert_eq!((of("2026-01-01"), of("2025-01-01")), (Some(300), Some(400)));
    assert_eq!(fees.tally().counts(), (1, 2, 2));
}

#[test]
fn a_faulty_fee_is_left_out_and_told_with_line_and_column() {
    for (row, want) in [
        (",97110,1,", "payer: no payer; give its id (NM109), a policy's name, or * for any payer"),
        ("*,,1,", "code: no procedure code; write it as on the claim, as 97110"),
        ("*,97110-GP,1,", "code: not a procedure code"),
        ("*,97110,,", "allowed: no amount; give what one unit is allowed"),
        ("*,97110,-1,", "allowed: `-1` is not an amount of 0 or more, written as 1234.50"),
        ("*,97110,1.234,", "allowed: `1.234` is not an amount"),
        ("*,97110,12E3,", "allowed: the value is not an amount"),
        ("*,97110,1,026", "year: `026` is not a year of 2000 to 2099"),
    ] {
        let (fees, errors) = load(format!("{HEADER}\n*,97112,1,\n{row}\n"));
        assert_eq!(errors.len(), 1, "{row}: {errors:?}");
        assert!(errors[0].starts_with(&format!("f.csv:3, column {want}")), "{row}: {}", errors[0]);
        assert!(fees.find(b"", "", Code::of("97112"), None).is_some());
    }
}

proptest! {
    #[test]
    fn a_fee_is_that_of_the_first_row_that_applies(
        rows in proptest::collection::btree_map((0..3u8, 0..2u8, 0..3u16), 0..50u8, 0..12),
        asked in (0..3u8, 0..2u8, 0..4u16),
    ) {
        // Payer, policy, any; two codes; no year and two years.
        let payers = ["EXCOM", "plan", "*"];
        let text: String = rows.iter().map(|((payer, code, year), fee)| {
            let year = if *year == 0 { String::new() } else { (2024 + year).to_string() };
            format!("{},9711{code},{fee},{year}\n", payers[usize::from(*payer)])
        }).collect();
        let (fees, errors) = load(format!("{HEADER}\n{text}"));
        prop_assert!(errors.is_empty(), "{:?}", errors);
        let (_, code, year) = asked;
        let want = (0..3).flat_map(|payer| [(payer, code, year), (payer, code, 0)]).find_map(|key| rows.get(&key));
        let date = if year == 0 { None } else { Date::new(2024 + u32::from(year), 6, 1) };
        let found = fees.find(b"EXCOM", "plan", Code::of(&format!("9711{code}")), date);
        prop_assert_eq!(found.map(|fee| fee.allowed.0), want.map(|fee| i64::from(*fee) * 100));
    }
}
