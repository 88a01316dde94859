use super::*;
use crate::rules::sample::{claim, found, line, policy};
use crate::tables::Tables;
use crate::x12::value::Date;

#[test]
fn the_payer_decides_how_bad_it_is() {
    let t = Tables::builtin();
    let named = |filing| Policy { pair_59: Demand::Required, ..policy(filing) };
    let claim = claim(vec![line(&t, "97110:GP", 1, 40), line(&t, "97112:GP", 1, 50)]);
    let apart = [Some(15), Some(15)];
    for (policy, minutes, want) in [
        (policy("CI"), &[][..], Some("medium 40.00")),
        (policy("CI"), &apart[..1], Some("medium 40.00")),
        (policy("CI"), &apart, Some("info 0.00")),
        (named("CI"), &[], Some("high 40.00")),
        (named("MB"), &apart, Some("high 40.00")),
        (policy("MB"), &[], Some("low 0.00")),
        (policy("16"), &[], Some("low 0.00")),
        (policy("MC"), &[], Some("low 0.00")),
        (policy("ZZ"), &[], Some("low 0.00")),
        (policy("MB"), &apart, Some("info 0.00")),
        (policy("WC"), &[], None),
    ] {
        let found = found(&ExerciseWithReeducationNo59, &claim, &policy, minutes);
        let heads: Vec<_> = found.iter().filter_map(|f| f.split_once(": ")).map(|(head, _)| head).collect();
        let want: Vec<_> = want.map(|w| format!("line 2 SV101-2 {w}")).into_iter().collect();
        assert_eq!(heads, want, "{} {minutes:?}", policy.name);
        assert!(found.iter().all(|f| f.ends_with("payer policy, not an NCCI edit")));
    }
}

#[test]
fn lines_that_are_no_pair_are_left_alone() {
    let t = Tables::builtin();
    let on = |day: u32, code: &str, units: i64| {
        let mut line = line(&t, code, units, 50);
        line.date = Date::new(2026, 3, day);
        line
    };
    for (lines, want) in [
        (vec![on(2, "97110:GP", 1), on(2, "97112:GP", 1)], 1),
        (vec![on(2, "97110:GP", 1), on(3, "97112:GP", 1)], 0),
        (vec![on(2, "97110:GP:59", 1), on(2, "97112:GP", 1)], 0),
        (vec![on(2, "97110:GP", 1), on(2, "97112:GP:XU", 1)], 0),
        (vec![on(2, "97110:GP", 0), on(2, "97112:GP", 1)], 0),
        (vec![on(2, "97110:GP", 1), on(2, "97112:GO", 1)], 0),
        (vec![on(2, "97110", 1), on(2, "97112:GP", 1)], 1),
        (vec![on(2, "97140:GP", 1), on(2, "97112:GP", 1)], 0),
        (vec![on(2, "97110:GP", 1), on(2, "97112:GP", 1), on(2, "97112:GP:CQ", 1)], 1),
        (vec![on(2, "97110:GP", 1), on(2, "97112:GP", 1), on(3, "97110:GP", 1), on(3, "97112:GP", 1)], 2),
    ] {
        let claim = claim(lines);
        let codes: Vec<_> = claim.lines.iter().map(|l| (l.procedure, l.modifiers, l.date)).collect();
        assert_eq!(found(&ExerciseWithReeducationNo59, &claim, &policy("CI"), &[]).len(), want, "{codes:?}");
    }
}
