use super::*;
use crate::finding::{RuleId, Severity};
use crate::position::Position;
use crate::rules::policy::{Policy, UnitMethod};
use crate::rules::sample::{day_line, found_on, policy};
use crate::x12::value::Quantity;

fn ama() -> Policy {
    Policy { unit_method: UnitMethod::Ama, ..policy("CI") }
}

/// Lines as code, units, minutes, dollars.
fn check(policy: &Policy, lines: &[(&str, &str, Option<u32>, i64)]) -> Vec<String> {
    let mut lines: Vec<_> = lines.iter().map(|(c, u, m, d)| day_line(0, c, u, *m, *d)).collect();
    found_on(&TimedUnitsExceedMinutes, &mut lines, policy)
}

#[test]
fn one_line_is_said_in_its_own_words() {
    for (units, minutes, want) in [
        ("4", 38, "line 1 SV104 high 50.00: 97110 billed 4 units, 38 documented minutes support 3"),
        ("3", 20, "line 1 SV104 high 133.33: 97110 billed 3 units, 20 documented minutes support 1"),
        ("1", 7, "line 1 SV104 high 200.00: 97110 billed with 7 documented minutes, which support no unit"),
    ] {
        for payer in [policy("MB"), policy("CI")] {
            assert_eq!(check(&payer, &[("97110", units, Some(minutes), 200)]), [want]);
        }
    }
    for (units, minutes) in [("3", 38), ("0", 0), ("2", 23), ("1", 120)] {
        assert!(
            check(&policy("MB"), &[("97110", units, Some(minutes), 200)]).is_empty(),
            "{units} {minutes}"
        );
    }
}

#[test]
fn a_day_is_a_pool_and_the_weakest_units_bear_the_excess() {
    let text = |line, money, minutes, supported, billed, over| {
        format!(
            "line {line} SV104 high {money}: {minutes} timed minutes of the day support {supported} of \
             {billed} units billed; {over} too many on this line"
        )
    };
    let medicare = policy("MB");
    for (name, lines, want) in [
        (
            "24 + 23 as 2 + 2: the 23 minutes have less for their second unit",
            vec![("97110", "2", Some(24), 100), ("97140", "2", Some(23), 100)],
            vec![text(2, "50.00", 47, 3, 4, 1)],
        ),
        (
            "20 + 20 as 2 + 2: equals, the cheaper goes",
            vec![("97110", "2", Some(20), 80), ("97140", "2", Some(20), 100)],
            vec![text(1, "40.00", 40, 3, 4, 1)],
        ),
        (
            "equals of one price: the later goes",
            vec![("97110", "1", Some(10), 50), ("97140", "1", Some(10), 50)],
            vec![text(2, "50.00", 20, 1, 2, 1)],
        ),
        (
            "two lines bear it",
            vec![("97110", "3", Some(20), 90), ("97140", "3", Some(20), 90), ("97530", "1", Some(15), 90)],
            vec![text(1, "30.00", 55, 4, 7, 1), text(2, "60.00", 55, 4, 7, 2)],
        ),
    ] {
        assert_eq!(check(&medicare, &lines), want, "{name}");
    }
    for lines in [
        vec![("97110", "2", Some(33), 100), ("97140", "1", Some(7), 50)],
        vec![("97110", "1", Some(7), 50), ("97140", "0", Some(7), 50), ("97530", "0", Some(7), 50)],
    ] {
        assert!(check(&medicare, &lines).is_empty());
    }
}

#[test]
fn a_payer_whose_method_is_not_known_gets_the_benefit_of_both() {
    // 8-minute rule 1 unit, midpoint 2: right by one of them.
    let both_right = [("97110", "1", Some(8), 50), ("97140", "1", Some(8), 50)];
    assert!(check(&policy("CI"), &both_right).is_empty());
    assert_eq!(check(&policy("MB"), &both_right).len(), 1);
    // 8-minute rule 3 units, midpoint 2: right by one of them.
    assert!(check(&policy("CI"), &[("97110", "2", Some(33), 100), ("97140", "1", Some(7), 50)]).is_empty());
    // Midpoint 2 + 2, billed 3 + 1: the first code has too many, and so has the day.
    let shifted = [("97110", "3", Some(24), 150), ("97140", "1", Some(23), 50)];
    assert_eq!(check(&policy("CI"), &shifted).len(), 1);
    // Two lines of a code are one service, and 97130 is more of 97129.
    for code in ["97110", "97130"] {
        let first = if code == "97130" { "97129" } else { code };
        let lines = [(first, "1", Some(8), 50), (code, "1", Some(8), 50)];
        assert_eq!(check(&policy("CI"), &lines).len(), 1, "{code}");
    }
    assert!(check(&ama(), &[("97110", "9", Some(8), 50)]).is_empty(), "each code alone is another rule");
}

#[test]
fn a_day_that_is_not_wholly_known_is_not_checked() {
    let medicare = policy("MB");
    for lines in [
        [("97110", "4", Some(15), 50), ("97140", "1", None, 50)],
        [("97110", "4", Some(15), 50), ("97140", "1.5", Some(15), 50)],
        [("97110", "4", Some(15), 50), ("97140", "", Some(15), 50)],
        [("97110", "4", Some(15), 50), ("97140", "-1", Some(15), 50)],
    ] {
        assert!(check(&medicare, &lines).is_empty(), "{lines:?}");
    }
    let mut lines = [day_line(0, "97110", "4", Some(15), 50), day_line(1, "97110", "2", None, 50)];
    assert_eq!(found_on(&TimedUnitsExceedMinutes, &mut lines[..1], &medicare).len(), 1);
    assert!(found_on(&TimedUnitsExceedMinutes, &mut lines, &medicare).is_empty(), "a claim without minutes");
}

#[test]
fn the_visit_total_stands_in_for_minutes_of_one_claim() {
    let visit = |second_claim: u32, totals: [Option<u32>; 2], minutes: Option<u32>| {
        let mut lines =
            [day_line(0, "97110", "2", minutes, 100), day_line(second_claim, "97140", "2", None, 80)];
        for (line, total) in lines.iter_mut().zip(totals) {
            line.known.visit_timed = total;
        }
        found_on(&TimedUnitsExceedMinutes, &mut lines, &policy("MB"))
    };
    let one_too_many = "line 2 SV104 high 40.00: 40 timed minutes of the day support 3 of 4 units billed; \
                        1 too many on this line";
    assert_eq!(visit(0, [Some(40); 2], None), [one_too_many]);
    assert_eq!(visit(0, [Some(40); 2], Some(25)), [one_too_many]);
    assert!(visit(0, [Some(53); 2], None).is_empty());
    assert!(visit(0, [Some(40); 2], Some(41)).is_empty(), "a total below its parts is no total");
    assert!(visit(1, [Some(40); 2], None).is_empty(), "two claims may be two visits");
    assert!(visit(0, [Some(40), None], None).is_empty());
}

#[test]
fn units_beyond_reason_are_counted_not_walked() {
    let lines = [("97110", "4000000000", Some(15), 100), ("97140", "4000000000", Some(15), 100)];
    let found = check(&policy("MB"), &lines);
    let tail =
        "30 timed minutes of the day support 2 of 8000000000 units billed; 3999999999 too many on this line";
    assert!(found.len() == 2 && found.iter().all(|f| f.ends_with(tail)), "{found:?}");
}

#[test]
fn a_finding_tells_its_units() {
    let of = |fault: u8, units: Option<i64>, last: u64| {
        let args = [Arg::None, Arg::None, Arg::None, last.into()];
        let bare = Finding::bare(RuleId(0), Severity::High, Position::default(), args);
        units_of(&Finding { fault, units: units.map(Quantity), ..bare })
    };
    for (fault, units, last, want) in [
        (MANY, Some(4_000), 3, Some((4, 3))),
        (ONE, Some(3_000), 1, Some((3, 1))),
        (NONE, Some(2_000), 0, Some((2, 0))),
        // Of a day: how many of the line's units are too many.
        (POOLED, Some(2_000), 2, Some((2, 0))),
        (POOLED, Some(2_000), 5, Some((2, 0))),
        (MANY, Some(1_500), 1, None),
        (MANY, None, 1, None),
        (POOLED + 1, Some(2_000), 1, None),
    ] {
        assert_eq!(of(fault, units, last), want, "{fault} {units:?} {last}");
    }
}
