use super::*;
use crate::rules::policy::Policy;
use crate::rules::sample::{claim, day_line, found, found_on, line, policy};
use crate::tables::Tables;
use crate::x12::value::{Date, Npi};

const SINCE_TABLE: &str = "table of 2024-07-01 used for";

/// What stands before the message: line, place, severity, money.
fn heads(found: &[String]) -> Vec<&str> {
    found.iter().filter_map(|f| f.split_once(": ")).map(|(head, _)| head).collect()
}

#[test]
fn the_edit_and_the_payer_decide_how_bad_it_is() {
    let t = Tables::builtin();
    let off = Policy { ncci: Demand::Off, ..policy("MB") };
    let listed = Policy { pairs_59: vec![(Code::of("97012"), Code::of("97140"))], ..policy("CI") };
    let [medicare, commercial, medicaid] = ["MB", "CI", "MC"].map(policy);
    for (policy, codes, want) in [
        (&medicare, ["97012:GP", "97140:GP"], &["line 2 SV101-2 high 50.00"][..]),
        (&medicare, ["97140:GP", "97012:GP"], &["line 1 SV101-2 high 40.00"]),
        (&medicaid, ["97012:GP", "97140:GP"], &["line 2 SV101-2 high 50.00"]),
        (&commercial, ["97012:GP", "97140:GP"], &["line 2 SV101-2 medium 50.00"]),
        (&listed, ["97012:GP", "97140:GP"], &["line 2 SV101-2 high 50.00"]),
        (&off, ["97012:GP", "97140:GP"], &[]),
        (&medicare, ["97012:GP", "97140:GP:59"], &[]),
        (&medicare, ["97012:GP:XU", "97140:GP"], &[]),
        (&medicare, ["97012:GP:59", "97140:GP:XS"], &[]),
        (&medicare, ["97012:GP:22", "97140:GP:76"], &["line 2 SV101-2 high 50.00"]),
        (&medicare, ["97012:GP:52", "97140:GP:KX"], &["line 2 SV101-2 high 50.00"]),
        (&medicare, ["97140:GP", "97124:GP:59"], &["line 2 SV101-2 critical 50.00"]),
        (&commercial, ["97140:GP", "97124:GP:59"], &["line 2 SV101-2 high 50.00"]),
        (&off, ["97140:GP", "97124:GP"], &[]),
        (&medicare, ["97110:GP", "97116:GP"], &[]),
        (&medicare, ["97110:GP", "97530:GP"], &[]),
        (&medicare, ["97110:GP", "97112:GP"], &[]),
        (&medicare, ["97140:GP", "97530:GP"], &[]),
        (&medicare, ["97161:GP", "97110:GP"], &[]),
    ] {
        let claim = claim(vec![line(&t, codes[0], 1, 40), line(&t, codes[1], 1, 50)]);
        let found = found(&NcciPair, &claim, policy, &[]);
        assert_eq!(heads(&found), want, "{} {codes:?}", policy.name);
        assert!(found.iter().all(|f| f.ends_with("table of 2024-07-01 used for 2026-03-02")));
    }
}

#[test]
fn an_edit_is_looked_up_by_date_of_service() {
    let t = Tables::builtin();
    let on = |codes: [&str; 2], date: &str| {
        let lines = codes.map(|code| {
            let mut line = line(&t, code, 1, 50);
            line.date = Date::parse_iso(date);
            line
        });
        found(&NcciPair, &claim(lines.to_vec()), &policy("MB"), &[])
    };
    for (codes, date, finds, covered) in [
        // Struck after 2019 and not brought back.
        (["97530:GP", "97116:GP"], "2019-12-31", 1, false),
        (["97530:GP", "97116:GP"], "2020-01-01", 0, false),
        (["97530:GP", "97533:GP"], "2021-12-31", 1, false),
        (["97530:GP", "97533:GP"], "2022-01-01", 0, false),
        (["97012:GP", "97140:GP"], "2024-06-30", 1, false),
        (["97012:GP", "97140:GP"], "2024-07-01", 1, true),
        (["97012:GP", "97140:GP"], "2024-09-30", 1, true),
        (["97012:GP", "97140:GP"], "2024-10-01", 1, false),
        // Until June 2019 a modifier on the column 1 line did not count.
        (["97012:GP:59", "97140:GP"], "2019-06-30", 1, false),
        (["97012:GP:59", "97140:GP"], "2019-07-01", 0, false),
        (["97012:GP", "97140:GP:59"], "2019-06-30", 0, false),
    ] {
        let found = on(codes, date);
        assert_eq!(found.len(), finds, "{codes:?} {date}: {found:?}");
        assert!(found.iter().all(|f| f.contains(SINCE_TABLE) != covered), "{date}: {found:?}");
        assert!(found.iter().all(|f| covered || f.ends_with(&format!("used for {date}"))), "{found:?}");
    }
}

#[test]
fn each_line_of_column_2_is_reported_once_for_a_code_of_column_1() {
    let medicare = policy("MB");
    let line = |text: &str| day_line(0, text, "1", Some(15), 10);
    for (texts, want) in [
        (&["97012:GP", "97012:GP", "97140:GP"][..], &["line 3"][..]),
        (&["97012:GP", "97140:GP", "97140:GP"], &["line 2", "line 3"]),
        (&["97012:GP", "97140:GP", "97140:GP:59"], &["line 2"]),
        // The one 97012 that has 59 is apart, the other is not.
        (&["97012:GP:59", "97012:GP", "97140:GP"], &["line 3"]),
        (&["97012:GP:59", "97012:GP:59", "97140:GP"], &[]),
        // Column 1 of two edits: two faults.
        (&["97012:GP", "97016:GP", "97018:GP"], &["line 3", "line 3"]),
    ] {
        let mut lines: Vec<_> = texts.iter().map(|text| line(text)).collect();
        // Untimed lines have no minutes.
        lines.iter_mut().filter(|l| !l.is_timed()).for_each(|l| l.known.minutes = None);
        let found = found_on(&NcciPair, &mut lines, &medicare);
        let lines: Vec<_> = found.iter().map(|f| &f[..6]).collect();
        assert_eq!(lines, want, "{texts:?}");
    }
    let mut nothing = [day_line(0, "97012:GP", "0", None, 10), day_line(0, "97140:GP", "1", None, 10)];
    assert_eq!(found_on(&NcciPair, &mut nothing, &medicare), [""; 0], "no units are no service");
}

#[test]
fn a_professional_edit_is_about_one_provider_or_one_specialty() {
    let [one, other] = [b"1234567893", b"1679576722"].map(|npi| Npi::parse(npi));
    for (texts, rendering, want) in [
        (["97760:GO", "97110:GO"], [None, None], 1),
        (["97760:GO", "97110:GO"], [one, other], 1),
        (["97760:GO", "97110:GP"], [one, one], 1),
        (["97760:GO", "97110:GP"], [one, other], 0),
        (["97760:GO", "97110:GP"], [None, None], 0),
        (["97760:GO", "97110"], [one, other], 1),
    ] {
        let mut lines = texts.map(|text| day_line(0, text, "1", None, 10));
        (lines[0].rendering, lines[1].rendering) = rendering.into();
        assert_eq!(found_on(&NcciPair, &mut lines, &policy("MB")).len(), want, "{texts:?}");
    }
}

#[test]
fn a_payers_own_pair_is_not_called_an_ncci_edit() {
    let pairs = [("97110", "97140"), ("97140", "97110"), ("97110", "97112"), ("97012", "97140")];
    let mine = |class: &str| Policy {
        pairs_59: pairs.map(|(a, b)| (Code::of(a), Code::of(b))).to_vec(),
        ..policy(class)
    };
    let off = Policy { ncci: Demand::Off, ..mine("CI") };
    let refusing = Policy { same_day_refused: vec![(Code::of("97140"), Code::of("97110"))], ..mine("CI") };
    for (policy, texts, want) in [
        (&mine("CI"), ["97110:GP", "97140:GP"], &["line 2 SV101-2 high 10.00"][..]),
        (&mine("WC"), ["97140:GP", "97110:GP"], &["line 1 SV101-2 high 10.00"]),
        (&mine("CI"), ["97110:GP:59", "97140:GP"], &[]),
        (&mine("CI"), ["97110:GP", "97140:GP:XE"], &[]),
        (&mine("CI"), ["97110:GO", "97140:GP"], &[]),
        // That pair has a setting of its own, pair_59.
        (&mine("CI"), ["97110:GP", "97112:GP"], &[]),
        (&refusing, ["97110:GP", "97140:GP"], &[]),
        (&off, ["97012:GP", "97140:GP"], &["line 2 SV101-2 high 10.00"]),
    ] {
        let mut lines = texts.map(|text| day_line(0, text, "1", None, 10));
        let found = found_on(&NcciPair, &mut lines, policy);
        assert_eq!(heads(&found), want, "{texts:?}");
        assert!(found.iter().all(|f| f.ends_with("a pair of this payer's list, not an NCCI edit")));
    }
    // Where NCCI has the pair and the payer applies it, that is the better reason, told once.
    let mut lines = ["97012:GP", "97140:GP"].map(|text| day_line(0, text, "1", None, 10));
    let found = found_on(&NcciPair, &mut lines, &mine("CI"));
    assert!(found.len() == 1 && found[0].contains("the NCCI edit; table of"), "{found:?}");
}
