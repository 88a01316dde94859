use super::*;
use crate::rules::policy::Policy;
use crate::rules::sample::{day_line, found_on, policy};

fn check(policy: &Policy, lines: &[(&str, &str, Option<u32>)]) -> Vec<String> {
    let mut lines: Vec<_> = lines.iter().map(|(c, u, m)| day_line(0, c, u, *m, 50)).collect();
    found_on(&UnderEightMinutes, &mut lines, policy)
}

#[test]
fn a_code_alone_takes_eight_minutes() {
    let want = "line 1 SV104 high 50.00: 97112 has 7 documented minutes, a unit takes 8";
    for payer in ["MB", "CI", "WC"] {
        assert_eq!(check(&policy(payer), &[("97112", "1", Some(7))]), [want]);
        assert!(check(&policy(payer), &[("97112", "1", Some(8))]).is_empty());
        assert!(check(&policy(payer), &[("97112", "0", Some(7))]).is_empty());
        assert!(check(&policy(payer), &[("97112", "1", None)]).is_empty());
    }
    let two_lines = [("97112", "1", Some(4)), ("97112", "0", Some(4))];
    assert!(check(&policy("MB"), &two_lines).is_empty(), "lines of a code are added up");
    let one_service = [("97129", "1", Some(15)), ("97130", "1", Some(7))];
    assert!(check(&policy("MB"), &one_service).is_empty(), "97130 is more of 97129");
}

#[test]
fn short_codes_earn_units_together() {
    for (minutes, units, fired) in [
        ([7, 7, 7], ["1", "0", "0"], vec![]),
        ([7, 7, 7], ["0", "0", "1"], vec![]),
        ([7, 7, 7], ["1", "1", "0"], vec![(2, 0, 1)]),
        ([33, 7, 0], ["2", "1", "0"], vec![]),
        ([33, 7, 0], ["1", "2", "0"], vec![(2, 1, 2)]),
        ([23, 7, 0], ["2", "1", "0"], vec![(2, 0, 1)]),
        ([23, 7, 0], ["1", "1", "0"], vec![(2, 0, 1)]),
        ([2, 3, 2], ["1", "1", "1"], vec![(1, 0, 1), (2, 0, 1), (3, 0, 1)]),
    ] {
        let codes = ["97110", "97112", "97140"];
        let lines: Vec<_> = (0..3).map(|i| (codes[i], units[i], Some(minutes[i]))).collect();
        let want: Vec<String> = fired
            .iter()
            .map(|(line, stand, of)| {
                let i = line - 1;
                let money = if *of == 2 { "25.00" } else { "50.00" };
                format!(
                    "line {line} SV104 high {money}: {} has {} documented minutes, a unit takes 8; with \
                     the day's other codes {stand} of {of} units stand",
                    codes[i], minutes[i],
                )
            })
            .collect();
        assert_eq!(check(&policy("MB"), &lines), want, "{minutes:?} as {units:?}");
    }
}

#[test]
fn codes_counted_alone_do_not_combine() {
    let lines = [("97110", "2", Some(33)), ("97112", "1", Some(7))];
    assert!(check(&policy("CI"), &lines).is_empty(), "right by the 8-minute rule");
    for unit_method in [UnitMethod::Ama, UnitMethod::Strict] {
        assert_eq!(
            check(&Policy { unit_method, ..policy("CI") }, &lines),
            ["line 2 SV104 high 50.00: 97112 has 7 documented minutes, a unit takes 8"]
        );
    }
}

#[test]
fn a_day_that_is_not_wholly_known_is_not_checked() {
    assert!(check(&policy("MB"), &[("97110", "1", Some(7)), ("97112", "1", None)]).is_empty());
    assert!(check(&policy("MB"), &[("97110", "1", Some(7)), ("97112", "1.5", Some(20))]).is_empty());
    let mut lines = [day_line(0, "97110", "1", Some(7), 50), day_line(1, "97112", "1", None, 50)];
    assert!(found_on(&UnderEightMinutes, &mut lines, &policy("MB")).is_empty(), "a claim without minutes");
}
