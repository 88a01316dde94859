use super::*;
use crate::rules::policy::{DailyCap, Policy};
use crate::rules::sample::{day_line, found_on, policy};
use crate::x12::code::Code;

/// Lines as code, units, minutes.
fn check(policy: &Policy, lines: &[(&str, &str, Option<u32>)]) -> Vec<String> {
    let mut lines: Vec<_> = lines.iter().map(|(c, u, m)| day_line(0, c, u, *m, 50)).collect();
    found_on(&UnitsUnderbilled, &mut lines, policy)
}

fn counting(unit_method: UnitMethod) -> Policy {
    Policy { unit_method, daily_cap: None, ..policy("CI") }
}

#[test]
fn one_line_is_said_in_its_own_words() {
    let want = "line 1 SV104 info 0.00: 97112 bills 2 of the 3 units its 38 documented minutes support";
    for method in [UnitMethod::Cms, UnitMethod::Ama, UnitMethod::Strict, UnitMethod::Unknown] {
        assert_eq!(check(&counting(method), &[("97112", "2", Some(38))]), [want]);
        for (units, minutes) in [("2", 37), ("3", 38), ("4", 38), ("0", 7)] {
            assert!(check(&counting(method), &[("97112", units, Some(minutes))]).is_empty());
        }
    }
}

#[test]
fn units_are_offered_as_the_payer_counts() {
    use UnitMethod::{Ama, Cms, Strict, Unknown};
    let text = |line, minutes, supported, billed| {
        format!(
            "line {line} SV104 info 0.00: the day bills {billed} of the {supported} units its {minutes} timed minutes \
             support"
        )
    };
    for (lines, cms, ama, both) in [
        // 8-minute rule 3, midpoint 2.
        ([("97110", "1", Some(20)), ("97140", "1", Some(20))], Some((1, 40, 3, 2)), None, None),
        // 8-minute rule 1, midpoint 2.
        ([("97110", "1", Some(8)), ("97140", "0", Some(8))], None, Some((2, 16, 2, 1)), None),
        // 8-minute rule 3, midpoint 4.
        (
            [("97110", "1", Some(24)), ("97140", "1", Some(23))],
            Some((1, 47, 3, 2)),
            Some((1, 47, 4, 2)),
            Some((1, 47, 3, 2)),
        ),
    ] {
        for (method, want) in [(Cms, cms), (Ama, ama), (Strict, both), (Unknown, both)] {
            let want: Vec<_> =
                want.map(|(line, m, supported, b)| text(line, m, supported, b)).into_iter().collect();
            assert_eq!(check(&counting(method), &lines), want, "{method:?} {lines:?}");
        }
    }
}

#[test]
fn the_code_with_the_most_minutes_left_bears_it() {
    let lines = [("97110", "2", Some(31)), ("97140", "0", Some(3)), ("97530", "1", Some(29))];
    let found = check(&policy("MB"), &lines);
    assert!(found.len() == 1 && found[0].starts_with("line 3 "), "{found:?}");
}

#[test]
fn a_payers_cap_is_not_exceeded() {
    let capped = |units, codes: &[&str]| Policy {
        daily_cap: Some(DailyCap {
            units,
            codes: codes.iter().map(|c| Code::of(c)).collect(),
            severity: crate::finding::Severity::Low,
            usual: false,
            since: None,
        }),
        ..counting(UnitMethod::Cms)
    };
    let lines = [("97110", "2", Some(60)), ("97140", "2", Some(30))];
    assert!(check(&capped(4, &[]), &lines).is_empty());
    assert_eq!(check(&capped(5, &[]), &lines).len(), 1);
    assert_eq!(check(&capped(4, &["97140"]), &lines).len(), 1, "97110 is not among the codes of the cap");
}

#[test]
fn what_is_not_wholly_known_or_not_one_to_one_offers_nothing() {
    let medicare = policy("MB");
    for (units, minutes) in [("1", None), ("1.5", Some(15)), ("", Some(15))] {
        assert!(check(&medicare, &[("97110", "1", Some(60)), ("97140", units, minutes)]).is_empty());
    }
    let visit = |policy: &Policy, group| {
        let mut lines = [day_line(0, "97110", "1", None, 50), day_line(0, "97140", "1", None, 50)];
        lines.iter_mut().for_each(|l| (l.known.visit_timed, l.known.group) = (Some(40), group));
        found_on(&UnitsUnderbilled, &mut lines, policy).len()
    };
    assert_eq!(visit(&medicare, None), 1);
    assert_eq!(visit(&medicare, Some(true)), 0, "a group's minutes are no direct minutes");
    assert_eq!(visit(&counting(UnitMethod::Unknown), None), 0, "a total does not say what codes earn");
}
