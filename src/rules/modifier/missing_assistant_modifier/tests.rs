use super::*;

#[test]
fn units_are_counted_one_by_one() {
    for (units, therapist, assistant, from_2022, before) in [
        // All the assistant's, all the therapist's.
        (2, 0, 30, 2, 2),
        (2, 30, 0, 0, 0),
        // One full unit each.
        (2, 15, 15, 1, 1),
        // The third unit has 7 minutes of the therapist and 8 of the assistant.
        (3, 22, 23, 2, 2),
        (3, 23, 22, 1, 2),
        // One unit: 8 minutes of the therapist are enough.
        (1, 11, 4, 0, 1),
        (1, 8, 7, 0, 1),
        (1, 7, 8, 1, 1),
        (1, 5, 10, 1, 1),
        // 1 of 15 minutes is no more than a tenth, 2 are.
        (1, 14, 1, 0, 0),
        (1, 6, 1, 1, 1),
        // Two units left over, 9 to 14 minutes each.
        (2, 12, 14, 1, 1),
        (2, 9, 14, 1, 1),
        (4, 27, 29, 2, 2),
        // More units than minutes earn are another rule's; fewer leave the therapist's first.
        (5, 0, 14, 1, 1),
        (1, 30, 15, 0, 0),
        (2, 15, 45, 1, 1),
    ] {
        let case = format!("{units} units, {therapist} and {assistant} minutes");
        assert_eq!(assisted_units(units, therapist, assistant, true), from_2022, "{case}, from 2022");
        assert_eq!(assisted_units(units, therapist, assistant, false), before, "{case}, before 2022");
        assert!(from_2022 <= units && before <= units, "{case}");
    }
}

#[test]
fn at_risk_is_what_is_taken_off() {
    let (before, after) = (Date::new(2021, 12, 31), Date::new(2022, 1, 1));
    for (charge, theirs, units, date, want) in [
        (10_000, 2, 2, after, 1500),
        (10_000, 1, 2, after, 750),
        (10_000, 1, 3, after, 500),
        (101, 1, 1, after, 15),
        (10_000, 2, 2, before, 0),
        (-10_000, 1, 1, after, 0),
        (0, 1, 1, after, 0),
        (i64::MAX, 4_000_000_000, 4_000_000_000, after, 1_383_505_805_528_216_371),
    ] {
        assert_eq!(
            reduction(Cents(charge), theirs, units, date),
            Cents(want),
            "{charge} {theirs} of {units}"
        );
    }
}
