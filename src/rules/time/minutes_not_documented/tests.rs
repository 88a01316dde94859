use super::*;
use crate::claim::claim::Claim;
use crate::claim::context::Context;
use crate::minutes::ClaimMinutes;
use crate::rules::sample::{claim, found, found_in, line, marks, policy};
use crate::sidecar::Plans;
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
fn a_visit_total_is_a_document() {
    let t = Tables::builtin();
    let claim = claim(vec![line(&t, "97110:GP", 1, 50)]);
    let known = LineMinutes { visit_timed: Some(38), ..LineMinutes::default() };
    assert_eq!(in_a_run(&claim, &t, vec![known], Run::OFFERS), [""; 0]);
}

#[test]
fn a_run_without_a_minutes_file_is_not_told_claim_by_claim() {
    let t = Tables::builtin();
    let claim = claim(vec![line(&t, "97110:GP", 1, 50), line(&t, "97140:GP", 1, 50)]);
    let text = |severity, n: u32| {
        format!(
            "CLM {severity} 0.00: minutes not documented for {n} of 2 timed lines, their units were not checked"
        )
    };
    for (run, noted, want) in [
        (Run::NEITHER, None, None),
        (Run::NEITHER, Some(15), Some(text("low", 1))),
        (Run::OFFERS, None, Some(text("low", 2))),
        (Run::REQUIRES, None, Some(text("medium", 2))),
        (Run::BOTH, Some(15), Some(text("medium", 1))),
    ] {
        let known = LineMinutes { minutes: noted, ..LineMinutes::default() };
        let found = in_a_run(&claim, &t, vec![known, LineMinutes::default()], run);
        assert_eq!(found, want.into_iter().collect::<Vec<_>>(), "{run:?} {noted:?}");
    }
}

/// Whether the run has minutes to offer, and whether it requires them.
#[derive(Clone, Copy, Debug)]
struct Run {
    expected: bool,
    required: bool,
}

impl Run {
    const NEITHER: Run = Run { expected: false, required: false };
    const OFFERS: Run = Run { expected: true, required: false };
    const REQUIRES: Run = Run { expected: false, required: true };
    const BOTH: Run = Run { expected: true, required: true };
}

fn in_a_run(claim: &Claim<'_>, tables: &Tables, lines: Vec<LineMinutes>, run: Run) -> Vec<String> {
    let minutes = ClaimMinutes { lines, ..ClaimMinutes::default() };
    let (context, policy) = (Context::default(), policy("MB"));
    let cx = Cx {
        claim,
        context: &context,
        minutes: &minutes,
        plans: &Plans::default(),
        minutes_expected: run.expected,
        minutes_required: run.required,
        policy: &policy,
        tables,
        marks: &marks(tables, claim, &minutes),
        as_of: None,
    };
    found_in(&MinutesNotDocumented, &cx)
}
