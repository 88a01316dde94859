use super::*;
use crate::rules::policy::Policy;
use crate::rules::sample::{day_line, found_on, policy};

/// Lines as code, units, minutes, dollars.
fn check(policy: &Policy, lines: &[(&str, &str, u32, i64)]) -> Vec<String> {
    let mut lines: Vec<_> = lines.iter().map(|(c, u, m, d)| day_line(0, c, u, Some(*m), *d)).collect();
    found_on(&UnitDistribution, &mut lines, policy)
}

#[test]
fn a_unit_stands_where_its_minutes_are() {
    let text = |line, money, code, billed, minutes, right| {
        format!(
            "line {line} SV104 medium {money}: {code} has {minutes} of the day's minutes, which take {right} of the \
             {billed} units billed on it; other codes have more left over"
        )
    };
    for (name, lines, want) in [
        (
            "24 + 23 as 1 + 2; 97110 at 45, 97530 at 60: nothing is lost",
            vec![("97530", "1", 24, 60), ("97110", "2", 23, 90)],
            vec![text(2, "0.00", "97110", 2, 23, 1)],
        ),
        (
            "the same with the dear code having too many",
            vec![("97110", "1", 24, 45), ("97530", "2", 23, 120)],
            vec![text(2, "15.00", "97530", 2, 23, 1)],
        ),
        (
            "a code that bills nothing has no price to set against it",
            vec![("97110", "0", 24, 0), ("97530", "3", 23, 180)],
            vec![text(2, "120.00", "97530", 3, 23, 1)],
        ),
        (
            "full quarter hours are never moved",
            vec![("97110", "1", 30, 45), ("97140", "2", 15, 80)],
            vec![text(2, "0.00", "97140", 2, 15, 1)],
        ),
        (
            "two lines of a code are one service, and the last one bears it",
            vec![("97110", "1", 12, 45), ("97110", "1", 11, 45), ("97140", "1", 24, 40)],
            vec![text(2, "5.00", "97110", 2, 23, 1)],
        ),
    ] {
        assert_eq!(check(&policy("MB"), &lines), want, "{name}");
    }
}

#[test]
fn every_right_split_is_accepted_and_so_are_units_left_out() {
    for (minutes, units) in [
        ([24, 23, 0], ["2", "1", "0"]),
        ([24, 23, 0], ["1", "1", "0"]),
        ([24, 23, 0], ["2", "0", "0"]),
        ([20, 20, 0], ["2", "1", "0"]),
        ([20, 20, 0], ["1", "2", "0"]),
        ([22, 7, 0], ["2", "0", "0"]),
        ([22, 7, 0], ["1", "1", "0"]),
        ([33, 7, 0], ["2", "1", "0"]),
        ([7, 7, 7], ["0", "1", "0"]),
        ([30, 10, 10], ["2", "0", "1"]),
    ] {
        let codes = ["97110", "97112", "97140"];
        let lines: Vec<_> = (0..3).map(|i| (codes[i], units[i], minutes[i], 50)).collect();
        assert!(check(&policy("MB"), &lines).is_empty(), "{minutes:?} as {units:?}");
    }
    let one_service = [("97129", "1", 20, 50), ("97130", "1", 12, 50), ("97110", "1", 13, 50)];
    assert!(check(&policy("MB"), &one_service).is_empty(), "97130 is more of 97129");
}

#[test]
fn short_codes_are_reported_here_only_if_some_split_has_the_unit() {
    // 23 and 7: no split gives the 7 minutes a unit, TIM004 says so.
    assert!(check(&policy("MB"), &[("97110", "1", 23, 50), ("97140", "1", 7, 50)]).is_empty());
    // 37, 7 and 7: one of the two may have the unit. Both of them have it, and 97110 one less.
    let lines = [("97110", "1", 37, 50), ("97140", "1", 7, 50), ("97530", "1", 7, 50)];
    assert_eq!(
        check(&policy("MB"), &lines),
        [
            "line 3 SV104 medium 0.00: 97530 has 7 of the day's minutes, which take 0 of the 1 units billed on it; \
             other codes have more left over"
        ]
    );
}

#[test]
fn other_ways_of_counting_and_days_not_wholly_known_are_left_alone() {
    let wrong = [("97110", "1", 24, 50), ("97140", "2", 23, 100)];
    assert_eq!(check(&policy("MB"), &wrong).len(), 1);
    for unit_method in [UnitMethod::Ama, UnitMethod::Strict, UnitMethod::Unknown] {
        let payer = Policy { unit_method, ..policy("MB") };
        assert!(check(&payer, &wrong).is_empty(), "{unit_method:?}");
    }
    let too_many = [("97110", "1", 24, 50), ("97140", "3", 23, 150)];
    assert!(check(&policy("MB"), &too_many).is_empty(), "TIM001 has these");
    let mut lines = [day_line(0, "97110", "1", Some(24), 50), day_line(0, "97140", "2", None, 100)];
    lines.iter_mut().for_each(|l| l.known.visit_timed = Some(47));
    assert!(found_on(&UnitDistribution, &mut lines, &policy("MB")).is_empty(), "only a total");
}
