//! Faults of family LIM.

use super::super::facts;
use super::super::generate::Kind;
use super::super::visit::{Line, Maker, Patient};
use super::super::words::{Class, Discipline, OT, Own, PT, Payer, SLP};
use super::{Fault, always, fault, with_claims, with_day};

pub const ALL: &[Fault] = &[
    fault(always, over_mue),
    fault(always, over_mue_on_two_lines),
    fault(always, not_payable),
    fault(always, over_cap),
    fault(always, untimed_units),
    fault(always, too_frequent),
    fault(|m| m.history, too_frequent_over_time),
];

/// LIM001: one unit more than the MUE has.
fn over_mue(m: &mut Maker) -> Vec<Patient> {
    let (of, code): (&'static Discipline, _) = m.random.one(&[
        (PT, "97035"),
        (PT, "97116"),
        (PT, "97112"),
        (PT, "97110"),
        (OT, "97530"),
        (OT, "97018"),
        (PT, "97012"),
        (PT, "G0283"),
        (PT, "97164"),
        (OT, "97165"),
        (SLP, "92507"),
        (SLP, "92526"),
        (SLP, "92610"),
    ]);
    let units = facts::mue(m.kind, code).unwrap() + 1;
    // More than four timed units are another fault for some.
    let payer = m.payer_of(|p| units <= 4 || !p.is_capped());
    vec![with_day(m, payer, of, |_, day| vec![Line::new(code, of.modifier, units, day).must(&["LIM001"])])]
}

/// LIM001: the day's lines together, each of which bears it.
fn over_mue_on_two_lines(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    vec![with_day(m, payer, PT, |_, day| {
        let mut lines = vec![
            Line::new("97035", "GP", 2, day).must(&["LIM001"]),
            Line::new("97035", "GP", 1, day).with(&["76"]).must(&["LIM001"]),
        ];
        lines.iter_mut().for_each(|l| l.row.by_control = true);
        lines
    })]
}

/// LIM001: a code with an MUE of 0, for payers that apply the list. Medicare itself has another word for it.
fn not_payable(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer_of(|p| p.applies_ncci() && !p.is_medicare());
    let code = if m.kind == Kind::P { m.random.one(&["97014", "97010"]) } else { "97014" };
    vec![with_day(m, payer, PT, |_, day| vec![Line::new(code, "GP", 1, day).must(&["LIM001"])])]
}

/// LIM002: five timed units where four are paid; the cheapest is the one too many. Facilities are held to caps that
/// are known alone.
fn over_cap(m: &mut Maker) -> Vec<Patient> {
    let (kind, year) = (m.kind, m.calendar.year);
    let known = |p: &Payer| p.own == Own::Cigna || p.own == Own::Anthem && year > 2021;
    let payer = m.payer_of(|p| {
        p.class == Class::Commercial
            && if kind == Kind::I { known(p) } else { p.own != Own::Anthem || year > 2021 }
    });
    vec![with_day(m, payer, PT, |_, day| {
        vec![Line::new("97110", "GP", 3, day), Line::new("97116", "GP", 2, day).must(&["LIM002"])]
    })]
}

/// LIM003: two units of a code that time does not count and no MUE is known of.
fn untimed_units(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let mut choice = vec!["90901"];
    match (m.kind, m.calendar.year) {
        (Kind::I, 2025..) => choice.push("G0543"),
        (Kind::P, 2026..) => choice.push("98986"),
        _ => {}
    }
    let code = m.random.one(&choice);
    assert_eq!(facts::mue(m.kind, code), None);
    vec![with_day(m, payer, PT, |_, day| vec![Line::new(code, "GP", 2, day).must(&["LIM003"])])]
}

/// Visits with 97112, every other day.
fn visits(payer_day: usize, numbers: std::ops::Range<usize>) -> Vec<Line> {
    numbers.map(|n| Line::new("97112", "GP", 1, payer_day + 2 * n)).collect()
}

/// LIM004: twenty visits in 39 days, where 18 are paid; the thirteenth is told as well.
fn too_frequent(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer_of(|p| p.own == Own::Aetna);
    let day = m.first_day();
    let mut lines = visits(day, 0..20);
    for n in [12, 18, 19] {
        lines[n].planted.push("LIM004");
    }
    let claims: Vec<Vec<Line>> = lines.chunks(5).map(<[Line]>::to_vec).collect();
    vec![with_claims(m, payer, PT, claims)]
}

/// LIM004: with what earlier files have.
fn too_frequent_over_time(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer_of(|p| p.own == Own::Aetna);
    let day = m.first_day();
    let earlier = [0..5, 5..10, 10..15].map(|numbers| visits(day, numbers));
    let mut lines = visits(day, 15..20);
    for n in [3, 4] {
        lines[n].planted.push("LIM004");
    }
    let mut patient = with_claims(m, payer, PT, earlier.into_iter().chain([lines]));
    let last = patient.claims.split_off(3);
    patient.earlier = std::mem::replace(&mut patient.claims, last);
    vec![patient]
}
