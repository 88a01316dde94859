use super::*;
use crate::minutes::LineMinutes;
use crate::rules::sample::{day_line, found_on, policy};

/// Lines of a visit as units and what is known of them.
fn check(lines: &[(&str, LineMinutes)]) -> Vec<String> {
    let line = |(units, known): &(&str, LineMinutes)| {
        let mut line = day_line(0, "97110", units, known.minutes.or(known.visit_timed), 50);
        *line.known = *known;
        line
    };
    let mut lines: Vec<_> = lines.iter().map(line).collect();
    found_on(&MinutesConflict, &mut lines, &policy("MB"))
}

fn minutes(minutes: u32) -> LineMinutes {
    LineMinutes { minutes: Some(minutes), ..LineMinutes::default() }
}

#[test]
fn where_sources_differ_nothing_else_is_said() {
    let differs = LineMinutes { conflict: true, visit_timed: Some(99), ..minutes(15) };
    let agrees = LineMinutes { visit_timed: Some(99), ..minutes(15) };
    assert_eq!(
        check(&[("1", agrees), ("1", differs), ("1", differs), ("0", agrees)]),
        ["line 2 SV1 low 0.00: two sources document different minutes for 2 of 3 timed lines of the visit"]
    );
    assert_eq!(
        check(&[("1", agrees), ("0", differs)]),
        ["line 1 SV1 low 0.00: the timed lines of the visit have 30 documented minutes, its total says 99"],
        "what bills nothing is no line of which sources differ"
    );
}

#[test]
fn a_visit_adds_up_to_the_minute() {
    let visit = |timed, treatment, of_lines: [Option<u32>; 2]| {
        let known = |minutes| LineMinutes {
            minutes,
            visit_timed: timed,
            visit_treatment: treatment,
            ..LineMinutes::default()
        };
        check(&of_lines.map(|m| ("1", known(m)))).len()
    };
    for (timed, treatment, of_lines, want) in [
        (Some(30), Some(30), [Some(15), Some(15)], 0),
        (Some(31), None, [Some(15), Some(15)], 1),
        (Some(29), None, [Some(15), Some(15)], 1),
        (Some(31), None, [Some(15), None], 0),
        (Some(14), None, [Some(15), None], 1),
        (None, Some(29), [Some(15), Some(15)], 1),
        (Some(30), Some(29), [None, None], 1),
        (Some(29), Some(28), [Some(15), Some(15)], 2),
        (None, Some(20), [None, None], 0),
    ] {
        assert_eq!(visit(timed, treatment, of_lines), want, "{timed:?} {treatment:?} {of_lines:?}");
    }
}

#[test]
fn claims_of_a_day_are_visits_each_by_itself() {
    let mut lines = [day_line(0, "97110", "1", Some(15), 50), day_line(1, "97110", "1", Some(20), 50)];
    lines[0].known.visit_timed = Some(15);
    lines[1].known.visit_timed = Some(20);
    assert!(found_on(&MinutesConflict, &mut lines, &policy("MB")).is_empty());
    lines.iter_mut().for_each(|l| l.known.visit_timed = Some(16));
    assert_eq!(found_on(&MinutesConflict, &mut lines, &policy("MB")).len(), 2);
}
