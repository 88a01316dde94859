use super::*;
use crate::rules::policy::Policy;
use crate::rules::sample::{day_line, found_on, policy};

use UnitMethod::{Ama, Cms, Strict, Unknown};

fn payer(unit_method: UnitMethod) -> Policy {
    Policy { unit_method, ..policy("CI") }
}

/// Lines as code, units, minutes; a unit is 50 dollars.
fn check(method: UnitMethod, lines: &[(&str, i64, u32)]) -> Vec<String> {
    let line = |(c, u, m): &(&str, i64, u32)| day_line(0, c, &u.to_string(), Some(*m), 50 * *u);
    let mut lines: Vec<_> = lines.iter().map(line).collect();
    found_on(&UnitsExceedMidpoint, &mut lines, &payer(method))
}

#[test]
fn each_code_stands_alone_by_midpoint() {
    let text = |line, severity, minutes, earned, billed| {
        format!(
            "line {line} SV104 {severity} 50.00: by midpoint {minutes} documented minutes of 97110 earn {earned} of \
             {billed} units billed"
        )
    };
    for (lines, want) in [
        (vec![("97110", 3, 37), ("97140", 1, 22)], vec![text(1, "medium", 37, 2, 3)]),
        // 45 minutes are 3 units by the total too: both ways refuse the fourth.
        (vec![("97110", 3, 30), ("97140", 1, 15)], vec![text(1, "high", 30, 2, 3)]),
        (vec![("97110", 1, 8), ("97140", 1, 8), ("97530", 1, 8)], vec![]),
        (vec![("97110", 2, 23)], vec![]),
        // The 7 minutes are TIM004's.
        (vec![("97110", 2, 33), ("97140", 1, 7)], vec![]),
        // Lines of one code are one service; its last line bears what is too much.
        (vec![("97110", 1, 8), ("97110", 1, 8)], vec![text(2, "high", 16, 1, 2)]),
        (vec![("97129", 1, 15), ("97130", 2, 23)], vec![]),
    ] {
        assert_eq!(check(Ama, &lines), want, "{lines:?}");
    }
}

#[test]
fn the_strict_count_takes_both_tests() {
    let total = |line, severity, minutes, supported, billed| {
        format!(
            "line {line} SV104 {severity} 50.00: by the strict count {minutes} timed minutes of the day support \
             {supported} of {billed} units billed; 1 too many on this line"
        )
    };
    let code =
        "line 1 SV104 medium 50.00: by midpoint 37 documented minutes of 97110 earn 2 of 3 units billed";
    for (lines, want) in [
        (vec![("97110", 1, 8), ("97140", 1, 8)], vec![total(2, "medium", 16, 1, 2)]),
        (vec![("97110", 3, 37), ("97140", 1, 22)], vec![code.to_owned()]),
        (vec![("97110", 1, 15), ("97140", 1, 8)], vec![]),
        // One too many by midpoint, two by the total.
        (
            vec![("97110", 3, 23), ("97140", 1, 8)],
            vec![total(1, "high", 31, 2, 4), total(2, "high", 31, 2, 4)],
        ),
    ] {
        assert_eq!(check(Strict, &lines), want, "{lines:?}");
    }
}

#[test]
fn where_the_way_is_not_known_what_one_way_refuses_names_it() {
    let midpoint = |line, minutes, code, earned, billed| {
        format!(
            "line {line} SV104 medium 50.00: by midpoint {minutes} documented minutes of {code} earn {earned} of \
             {billed} units billed; the 8-minute rule allows the day's total"
        )
    };
    let total = "line 2 SV104 medium 50.00: by the 8-minute rule 16 timed minutes of the day support 1 of 2 units \
                 billed, 1 too many on this line; midpoint allows them";
    for (lines, want) in [
        (vec![("97110", 2, 33), ("97140", 1, 7)], vec![midpoint(2, 7, "97140", 0, 1)]),
        (vec![("97110", 2, 20), ("97140", 1, 20)], vec![midpoint(1, 20, "97110", 1, 2)]),
        (vec![("97110", 1, 8), ("97140", 1, 8)], vec![total.to_owned()]),
        // Refused by both: TIM001's, and nothing is added here even where one of them refuses more.
        (vec![("97110", 4, 38)], vec![]),
        (vec![("97110", 3, 24), ("97140", 2, 23)], vec![]),
        // No split gives the 7 minutes a unit: TIM004's.
        (vec![("97110", 1, 23), ("97140", 1, 7)], vec![]),
        // Right by both.
        (vec![("97110", 2, 30), ("97140", 1, 15)], vec![]),
    ] {
        assert_eq!(check(Unknown, &lines), want, "{lines:?}");
    }
}

#[test]
fn where_the_8_minute_rule_counts_nothing_else_does() {
    for lines in [vec![("97110", 2, 33), ("97140", 1, 7)], vec![("97110", 1, 8), ("97140", 1, 8)]] {
        assert!(check(Cms, &lines).is_empty(), "{lines:?}");
    }
}

#[test]
fn a_total_alone_is_held_to_the_most_it_can_earn() {
    let visit = |method, minutes| {
        let mut lines = [day_line(0, "97110", "1", None, 50), day_line(0, "97140", "1", None, 40)];
        lines.iter_mut().for_each(|l| l.known.visit_timed = Some(minutes));
        found_on(&UnitsExceedMidpoint, &mut lines, &payer(method))
    };
    let ama = "line 2 SV104 high 40.00: by midpoint 15 timed minutes of the visit earn at most 1 of 2 units billed; \
               1 too many on this line";
    assert_eq!(visit(Ama, 15), [ama]);
    assert!(visit(Ama, 16).is_empty(), "8 and 8");
    assert_eq!(visit(Strict, 16).len(), 1);
    assert_eq!(visit(Unknown, 16).len(), 1);
    assert!(visit(Unknown, 15).is_empty(), "both refuse it");
    assert!([Ama, Strict, Unknown].iter().all(|method| visit(*method, 23).is_empty()));
}

#[test]
fn a_day_that_is_not_wholly_known_is_not_checked() {
    for (units, minutes) in [("1", None), ("1.5", Some(15)), ("", Some(15)), ("-1", Some(15))] {
        let mut lines = [day_line(0, "97110", "4", Some(15), 50), day_line(0, "97140", units, minutes, 50)];
        let found = found_on(&UnitsExceedMidpoint, &mut lines, &payer(Ama));
        assert!(found.is_empty(), "{units} {minutes:?}");
    }
}
