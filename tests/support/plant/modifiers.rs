//! Faults of family MOD that the claim itself shows.

use super::super::facts;
use super::super::visit::{Evaluation, Line, Maker, Patient};
use super::super::words::{Discipline, OT, PT, SLP, is_evaluation, is_reevaluation};
use super::{Fault, always, fault, institutional, professional, sidecar, with_claims, with_day};

pub const ALL: &[Fault] = &[
    fault(always, missing),
    fault(always, several),
    fault(always, wrong),
    fault(professional, rendered_by_speech_therapist),
    fault(always, wrong_assistant),
    fault(|m| m.calendar.year < 2020, assistant_too_early),
    fault(|m| sidecar(m) && m.calendar.year >= 2020, assistant_not_said),
    fault(always, reduced),
    fault(always, not_a_bypass),
    fault(always, both_59_and_x),
    fault(always, distinct_from_nothing),
    fault(always, contradicting),
    fault(always, visit_or_twice),
    fault(professional, kx_without_plan),
    fault(always, kx_with_gy),
];

/// MOD001: one line or two without GP, GO or GN.
fn missing(m: &mut Maker) -> Vec<Patient> {
    let mut patient = m.patient();
    let more = usize::from(m.random.percent(30));
    for claim in &mut patient.claims {
        for line in claim.lines.iter_mut().take(1 + more) {
            line.modifiers.remove(0);
            line.planted.push("MOD001");
        }
    }
    vec![patient]
}

/// MOD002: a second of them, or the same one twice.
fn several(m: &mut Maker) -> Vec<Patient> {
    let mut patient = m.patient();
    for claim in &mut patient.claims {
        let own = claim.discipline.modifier;
        let other = if own == "GP" { "GO" } else { "GP" };
        let second = if m.random.percent(80) { other } else { own };
        let line = &mut claim.lines[0];
        line.modifiers.push(second);
        line.planted.push("MOD002");
    }
    vec![patient]
}

/// MOD003: the modifier of another discipline. On an 837I the revenue code does not go with it either, which is
/// said too unless the code itself tells which of the two is wrong.
fn wrong(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let (of, code, modifier) = m.random.one(&[
        (PT, "97161", "GO"),
        (PT, "97163", "GN"),
        (PT, "97164", "GO"),
        (OT, "97165", "GP"),
        (OT, "97168", "GN"),
        (SLP, "92523", "GP"),
        (SLP, "92521", "GO"),
        (PT, "97110", "GN"),
        (PT, "97150", "GN"),
        (OT, "97530", "GN"),
        (PT, "97140", "GN"),
        (OT, "97535", "GN"),
        (SLP, "92507", "GP"),
    ]);
    let bound = facts::code(code).is_some_and(|c| !c.only.is_empty());
    let rules: &[&str] = if institutional(m) && !bound { &["MOD003", "CLM001"] } else { &["MOD003"] };
    vec![with_day(m, payer, of, |_, day| vec![Line::new(code, modifier, 1, day).must(rules)])]
}

/// MOD003: what no speech-language pathologist bills, rendered by one.
fn rendered_by_speech_therapist(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let renderer = m.therapist(SLP);
    vec![with_day(m, payer, PT, |m, day| {
        let code = m.random.one(&["97110", "97112", "97150", "97530"]);
        let line = Line::new(code, "GP", 1, day).must(&["MOD003"]);
        vec![Line { renderer: Some(renderer), ..line }]
    })]
}

/// MOD004: CQ or CO that cannot be right.
fn wrong_assistant(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let (of, code, modifiers): (&'static Discipline, _, &[&str]) = m.random.one(&[
        (PT, "97110", &["CO"][..]),
        (OT, "97535", &["CQ"]),
        (PT, "97530", &["CQ", "CO"]),
        (PT, "97161", &["CQ"]),
        (OT, "97168", &["CO"]),
        (SLP, "92507", &["CQ"]),
        (SLP, "92523", &["CO"]),
    ]);
    vec![with_day(m, payer, of, |_, day| {
        vec![Line::new(code, of.modifier, 1, day).with(modifiers).must(&["MOD004"])]
    })]
}

/// MOD004: before there was such a modifier.
fn assistant_too_early(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    let assistant = of.assistant.unwrap();
    vec![with_day(m, payer, of, |_, day| {
        vec![Line::new("97530", of.modifier, 2, day).with(&[assistant]).must(&["MOD004"])]
    })]
}

/// MOD005: an assistant's minutes, and no modifier that says so. Of 30 minutes 15 are a unit of the assistant's; of
/// 38 for three units 23 are a unit and eight minutes, to which the therapist adds none.
fn assistant_not_said(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer_of(|p| p.asks_for_assistants());
    let of = m.pt_or_ot();
    let (units, minutes, assistant) =
        m.random.one(&[(2, 30, 15), (2, 30, 30), (1, 15, 15), (1, 12, 8), (3, 38, 23), (1, 14, 7)]);
    vec![with_day(m, payer, of, |_, day| {
        let mut line = Line::new("97530", of.modifier, units, day).minutes(minutes).must(&["MOD005"]);
        line.row.assistant = Some(assistant);
        vec![line]
    })]
}

/// MOD006: 52 on therapy.
fn reduced(m: &mut Maker) -> Vec<Patient> {
    let mut patient = m.patient();
    for claim in &mut patient.claims {
        let line = &mut claim.lines[0];
        line.modifiers.push("52");
        line.planted.push("MOD006");
    }
    vec![patient]
}

/// MOD007 beside PTP003: a modifier that bypasses nothing on a pair. 97012 is column 1.
fn not_a_bypass(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let modifier = m.random.one(&["76", "77", "22", "51"]);
    vec![with_day(m, payer, PT, |m, day| {
        let mut lines = vec![
            Line::new("97012", "GP", 1, day),
            Line::new("97140", "GP", 1, day).with(&[modifier]).must(&["MOD007", "PTP003"]),
        ];
        if m.random.percent(50) {
            lines.reverse();
        }
        lines
    })]
}

/// MOD007: 59 and an X modifier on one line.
fn both_59_and_x(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let x = m.random.one(&["XE", "XS", "XP", "XU"]);
    vec![with_day(m, payer, PT, |_, day| {
        vec![
            Line::new("97012", "GP", 1, day),
            Line::new("97140", "GP", 1, day).with(&["59", x]).must(&["MOD007"]),
        ]
    })]
}

/// MOD007: 59 on a line that nothing of the day forms a pair with.
fn distinct_from_nothing(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    let modifier = m.random.one(&["59", "XE", "XS"]);
    vec![with_day(m, payer, of, |m, day| {
        let mut lines = vec![Line::new("97530", of.modifier, 1, day).with(&[modifier]).must(&["MOD007"])];
        if m.random.percent(50) {
            lines.push(Line::new("97760", of.modifier, 1, day));
        }
        assert!(!facts::were_a_pair("97530", "97760"));
        lines
    })]
}

/// MOD007: GA with KX or GZ.
fn contradicting(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.discipline();
    let other = m.random.one(&["KX", "GZ"]);
    let code = if *of == *SLP { "92526" } else { "97530" };
    vec![with_day(m, payer, of, |_, day| {
        vec![Line::new(code, of.modifier, 1, day).with(&["GA", other]).must(&["MOD007"])]
    })]
}

/// MOD007: 25 on a treatment, or a modifier twice.
fn visit_or_twice(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    let modifiers: &[&str] = m.random.one(&[&["25"][..], &["KX", "KX"], &["LT", "LT"]]);
    vec![with_day(m, payer, of, |_, day| {
        vec![Line::new("97530", of.modifier, 1, day).with(modifiers).must(&["MOD007"])]
    })]
}

/// MOD008: KX on a service under no plan of care, a physician's.
fn kx_without_plan(m: &mut Maker) -> Vec<Patient> {
    let payer = m.medicare();
    let code = m.random.one(&["97597", "97610", "95992"]);
    let line = Line::new(code, "KX", 1, m.first_day()).must(&["MOD008"]);
    let mut patient = with_claims(m, payer, PT, [vec![line]]);
    patient.claims[0].renderer = (m.fresh_npi(), "208100000X");
    vec![patient]
}

/// MOD008: KX on what is excluded by law.
fn kx_with_gy(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.discipline();
    let day = m.first_day();
    let mut claim = m.claim(payer, of, day, Evaluation::Any);
    let at = claim.lines.iter().position(|l| !is_evaluation(l.code) && !is_reevaluation(l.code));
    let line = &mut claim.lines[at.unwrap_or(0)];
    line.modifiers.retain(|m| !matches!(*m, "KX" | "CQ" | "CO"));
    line.row.assistant = None;
    line.modifiers.extend(["GY", "KX"]);
    line.planted.push("MOD008");
    vec![Patient::new(payer, vec![claim])]
}
