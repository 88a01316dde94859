//! Faults of family TIM. What a payer makes of a day's minutes is worked out by hand: by the 8-minute rule, and
//! where the payer's way is not known, by what that rule and the midpoint rule say of it.

use super::super::visit::{Line, Maker, Patient};
use super::super::words::{PT, Payer};
use super::{Fault, always, documented, fault, sidecar, with_claims, with_day};

pub const ALL: &[Fault] = &[
    fault(documented, too_many_units),
    fault(documented, too_many_units_on_two_claims),
    fault(documented, few_minutes),
    fault(documented, few_minutes_in_pool),
    fault(documented, worked_case),
    fault(documented, worked_case),
    fault(documented, on_the_wrong_code),
    fault(documented, underbilled),
    fault(documented, no_minutes),
    fault(sidecar, stray_row),
    fault(sidecar, contradicting_note),
    fault(sidecar, contradicting_clock),
    fault(sidecar, contradicting_total),
    fault(sidecar, two_patients_at_once),
    fault(always, impossible_day),
    fault(always, bare_minimum),
];

/// A code, its minutes, its units.
type Timed = (&'static str, u64, u64);
/// Which line must be reported, by which rule.
type Expected = &'static [(usize, &'static str)];

/// Days, what must be found where units are counted by the 8-minute rule, and what where it is not known how.
const WORKED: [(&[Timed], Expected, Expected); 14] = [
    (&[("97110", 33, 2), ("97140", 7, 1)], &[], &[(1, "TIM003")]),
    (&[("97110", 20, 2), ("97140", 20, 1)], &[], &[(0, "TIM003")]),
    (&[("97110", 8, 1), ("97035", 8, 1)], &[(1, "TIM001")], &[(1, "TIM003")]),
    (&[("97530", 24, 1), ("97110", 23, 2)], &[(1, "TIM002")], &[]),
    (&[("97110", 38, 3), ("97140", 24, 2), ("97116", 45, 3)], &[(0, "TIM001")], &[(0, "TIM003")]),
    (&[("97110", 30, 2), ("97140", 10, 1), ("97035", 10, 1)], &[(2, "TIM001")], &[(2, "TIM003")]),
    (
        &[("97110", 18, 1), ("97140", 13, 1), ("97116", 10, 1), ("97035", 8, 1)],
        &[(3, "TIM001")],
        &[(3, "TIM003")],
    ),
    (&[("97110", 16, 1), ("97140", 7, 1)], &[], &[(1, "TIM003")]),
    (&[("97110", 37, 3), ("97140", 22, 1)], &[], &[(0, "TIM003")]),
    (&[("97110", 22, 1), ("97140", 22, 2)], &[], &[(1, "TIM003")]),
    (&[("97530", 24, 1), ("97110", 23, 1)], &[(0, "TIM007")], &[(0, "TIM007")]),
    (&[("97110", 15, 1), ("97140", 15, 1), ("97116", 8, 1)], &[], &[]),
    (&[("97530", 40, 2), ("97110", 33, 3)], &[(1, "TIM002")], &[(1, "TIM003")]),
    (&[("97116", 12, 1), ("97110", 12, 1), ("97140", 12, 1)], &[(0, "TIM001")], &[(0, "TIM003")]),
];

fn worked_case(m: &mut Maker) -> Vec<Patient> {
    let (timed, cms, unknown) = m.random.one(&WORKED);
    let units: u64 = timed.iter().map(|(_, _, units)| units).sum();
    let payer = m.payer_of(|p| units <= 4 || !p.is_capped());
    let expected = if payer.counts_as_cms() { cms } else { unknown };
    vec![with_day(m, payer, PT, |_, day| {
        let mut lines: Vec<Line> = timed
            .iter()
            .map(|(code, minutes, units)| Line::new(code, "GP", *units, day).minutes(*minutes))
            .collect();
        for (n, rule) in expected {
            lines[*n].planted.push(rule);
        }
        lines
    })]
}

/// TIM001: a line with the minutes of one unit less.
fn too_many_units(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |m, day| {
        let units = m.random.range(2, 4);
        let minutes = 15 * (units - 1) - 7 + m.random.below(15);
        vec![Line::new("97530", of.modifier, units, day).minutes(minutes).must(&["TIM001"])]
    })]
}

/// Two claims of a day under the 8-minute rule: 28 minutes support two units and 9 support one, but 37 together only
/// two. The unit that goes is the one with the fewest minutes behind it. By midpoint all three stand.
fn too_many_units_on_two_claims(m: &mut Maker) -> Vec<Patient> {
    let (payer, day) = (m.payer(), m.first_day());
    let rule = if payer.counts_as_cms() { "TIM001" } else { "TIM003" };
    let one = Line::new("97110", "GP", 2, day).minutes(28);
    let other = Line::new("97140", "GP", 1, day).minutes(9).must(&[rule]);
    vec![with_claims(m, payer, PT, [vec![one], vec![other]])]
}

/// TIM004 and TIM001: one unit on one to seven minutes.
fn few_minutes(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |m, day| {
        let minutes = m.random.range(1, 7);
        vec![Line::new("97530", of.modifier, 1, day).minutes(minutes).must(&["TIM001", "TIM004"])]
    })]
}

/// TIM004 alone: seven minutes beside a code that has eight left over.
fn few_minutes_in_pool(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    vec![with_day(m, payer, PT, |m, day| {
        let units = m.random.range(1, 3);
        vec![
            Line::new("97110", "GP", units, day).minutes(15 * units + 8),
            Line::new("97140", "GP", 1, day).minutes(m.random.range(1, 7)).must(&["TIM004"]),
        ]
    })]
}

/// TIM002: of the minutes left over, which make one unit, the other code has more.
fn on_the_wrong_code(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer_of(Payer::applies_ncci);
    vec![with_day(m, payer, PT, |m, day| {
        let [a, b] = [m.random.range(1, 2), m.random.range(1, 2)];
        let less = m.random.range(1, 10);
        let more = m.random.range(less.max(7) + 1, 12);
        assert!((8..=22).contains(&(less + more)));
        let mut lines = vec![
            Line::new("97530", "GP", a, day).minutes(15 * a + more),
            Line::new("97110", "GP", b + 1, day).minutes(15 * b + less).must(&["TIM002"]),
        ];
        if m.random.percent(50) {
            lines.reverse();
        }
        lines
    })]
}

/// TIM007: the minutes of one unit more.
fn underbilled(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |m, day| {
        let units = m.random.range(1, 3);
        let minutes = 15 * units + m.random.range(8, 22);
        vec![Line::new("97530", of.modifier, units, day).minutes(minutes).must(&["TIM007"])]
    })]
}

/// TIM005: one of two timed lines that nobody noted minutes for.
fn no_minutes(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    let mut patient = with_day(m, payer, of, |_, day| {
        let silent = Line { documented: None, ..Line::new("97530", of.modifier, 1, day) };
        vec![silent, Line::new("97110", of.modifier, 1, day)]
    });
    patient.claims[0].planted.push("TIM005");
    vec![patient]
}

/// TIM005 twice: a row with a line control number that no line has, whose line then has none.
fn stray_row(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    let mut patient = with_day(m, payer, of, |_, day| {
        let mut line = Line::new("97530", of.modifier, 1, day);
        line.row.stray = true;
        vec![line]
    });
    patient.claims[0].planted.push("TIM005");
    vec![patient]
}

/// TIM006: a note says other minutes than the file.
fn contradicting_note(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |m, day| {
        let noted = 30 + m.random.range(1, 30);
        let line = Line::new("97530", of.modifier, 2, day).must(&["TIM006"]);
        vec![Line { noted: Some(noted), ..line }]
    })]
}

/// TIM006: more minutes than the clock has between start and end.
fn contradicting_clock(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |m, day| {
        let end = 600 + 30 - m.random.range(1, 29);
        vec![Line::new("97530", of.modifier, 2, day).clock(600, end).must(&["TIM006"])]
    })]
}

/// TIM006: a total that the lines do not add up to, said of the first of them.
fn contradicting_total(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |m, day| {
        let total =
            if m.random.percent(50) { 30 + m.random.range(1, 20) } else { 30 - m.random.range(1, 20) };
        let mut lines = vec![
            Line::new("97110", of.modifier, 1, day).must(&["TIM006"]),
            Line::new("97530", of.modifier, 1, day),
        ];
        lines.iter_mut().for_each(|l| l.row.total = Some(total));
        lines
    })]
}

/// TIM008: one therapist, two patients, one time.
fn two_patients_at_once(m: &mut Maker) -> Vec<Patient> {
    let (day, therapist) = (m.first_day(), m.fresh_npi());
    [0, m.random.range(1, 29)]
        .into_iter()
        .map(|later| {
            let payer = m.payer();
            let mut line = Line::new("97530", "GP", 2, day).clock(600 + later, 630 + later).must(&["TIM008"]);
            line.row.therapist = Some(therapist.clone());
            with_claims(m, payer, PT, [vec![line]])
        })
        .collect()
}

/// TIM009: 54 units under one therapist on one day, 13 and a half hours; told once, on the first line.
fn impossible_day(m: &mut Maker) -> Vec<Patient> {
    let (day, therapist) = (m.first_day(), m.fresh_npi());
    (0..9)
        .map(|n| {
            let payer = m.payer_of(|p: &Payer| !p.is_capped());
            let first = Line::new("97110", "GP", 3, day);
            let first = if n == 0 { first.must(&["TIM009"]) } else { first };
            let mut patient = with_claims(m, payer, PT, [vec![first, Line::new("97530", "GP", 3, day)]]);
            rendered_by(&mut patient, &therapist);
            patient
        })
        .collect()
}

/// TIM010: one therapist with four codes of a unit each for every patient; told once, on the first line.
fn bare_minimum(m: &mut Maker) -> Vec<Patient> {
    let (day, therapist) = (m.first_day(), m.fresh_npi());
    (0..6)
        .map(|n| {
            let payer = m.payer();
            let codes = ["97110", "97116", "97035", "97032"];
            let mut lines: Vec<Line> = codes.iter().map(|code| Line::new(code, "GP", 1, day + n)).collect();
            if n == 0 {
                lines[0].planted.push("TIM010");
            }
            let mut patient = with_claims(m, payer, PT, [lines]);
            rendered_by(&mut patient, &therapist);
            patient
        })
        .collect()
}

fn rendered_by(patient: &mut Patient, therapist: &str) {
    for claim in &mut patient.claims {
        therapist.clone_into(&mut claim.renderer.0);
        claim.named = true;
    }
}
