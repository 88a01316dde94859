use super::*;
use crate::claim::context::Context;
use crate::minutes::ClaimMinutes;
use crate::rules::sample::{claim, found, found_in, line, marks, policy};
use crate::tables::Tables;

#[test]
fn timed_lines_without_minutes_are_counted_once_a_claim() {
    let t = Tables::builtin();
    let lines = || {
        vec![
            line(&t, "97110:GP", 1, 50),
            line(&t, "97112:GP", 0, 50),
            line(&t, "97161:GP", 1, 50),
            line(&t, "97140:GP", 2, 50),
        ]
    };
    let claim = claim(lines());
    for (minutes, want) in [
        (vec![], Some(2)),
        (vec![None; 4], Some(2)),
        (vec![Some(15), None, None, None], Some(1)),
        (vec![Some(15), None, None, Some(30)], None),
        (vec![Some(0), None, None, Some(0)], None),
    ] {
        let text = |n: u32| {
            format!(
                "CLM low 0.00: minutes not documented for {n} of 2 timed lines, their units were not checked"
            )
        };
        let want: Vec<_> = want.map(text).into_iter().collect();
        assert_eq!(found(&MinutesNotDocumented, &claim, &policy("MB"), &minutes), want, "{minutes:?}");
    }
}

#[test]
fn a_visit_total_is_a_document_and_a_contradiction_is_said() {
    let t = Tables::builtin();
    let claim = claim(vec![line(&t, "97110:GP", 1, 50)]);
    let known = LineMinutes { visit_timed: Some(38), conflict: true, ..LineMinutes::default() };
    let minutes = ClaimMinutes { lines: vec![known], ..ClaimMinutes::default() };
    let (context, policy) = (Context::default(), policy("MB"));
    let cx = Cx {
        claim: &claim,
        context: &context,
        minutes: &minutes,
        minutes_expected: true,
        policy: &policy,
        tables: &t,
        marks: &marks(&t, &claim, &minutes),
        as_of: None,
    };
    let want = "CLM low 0.00: documented minutes contradict each other on 1 of 1 timed lines";
    assert_eq!(found_in(&MinutesNotDocumented, &cx), [want]);
}

#[test]
fn a_run_without_a_minutes_file_is_not_told_claim_by_claim() {
    let t = Tables::builtin();
    let claim = claim(vec![line(&t, "97110:GP", 1, 50), line(&t, "97140:GP", 1, 50)]);
    let (context, policy) = (Context::default(), policy("MB"));
    for (noted, want) in [(None, 0), (Some(15), 1)] {
        let known = LineMinutes { minutes: noted, ..LineMinutes::default() };
        let minutes = ClaimMinutes { lines: vec![known, LineMinutes::default()], ..ClaimMinutes::default() };
        let cx = Cx {
            claim: &claim,
            context: &context,
            minutes: &minutes,
            minutes_expected: false,
            policy: &policy,
            tables: &t,
            marks: &marks(&t, &claim, &minutes),
            as_of: None,
        };
        assert_eq!(found_in(&MinutesNotDocumented, &cx).len(), want, "{noted:?}");
    }
}
