//! What looks like a fault and is none. Claims that were void or replaced, codes that a day apart or two people make
//! right, minutes that only look few.

use super::super::visit::{Claim, Evaluation, Line, Maker, Patient};
use super::super::words::{OT, PT, Payer, SLP};
use super::{Fault, always, fault, institutional, professional, sidecar, with_claims, with_day};

const ALL: &[Fault] = &[
    fault(always, replaced),
    fault(always, voided),
    fault(always, void_itself),
    fault(always, day_replaced),
    fault(sidecar, clock_replaced),
    fault(professional, two_therapists),
    fault(always, split_for_an_assistant),
    fault(always, repeated),
    fault(always, group_apart),
    fault(sidecar, one_after_the_other),
    fault(professional, physician),
    fault(institutional, inpatient),
    fault(|m| m.history, base_in_an_earlier_file),
    fault(always, payer_that_pays_both),
];

/// One of them.
pub fn trap(m: &mut Maker) -> Vec<Patient> {
    let fitting: Vec<&Fault> = ALL.iter().filter(|trap| (trap.fits)(m)).collect();
    let trap = m.random.one(&fitting);
    (trap.make)(m)
}

/// Two lines without the 59 that the payer wants, or that the tables do.
fn bare_pair(day: usize) -> Vec<Line> {
    let mut lines = vec![Line::new("97012", "GP", 1, day), Line::new("97140", "GP", 1, day)];
    lines.iter_mut().for_each(|l| l.row.by_control = true);
    lines
}

/// A claim and the one that replaces or voids it, in this order.
fn with_successor(m: &mut Maker, frequency: u8, later: Vec<Line>) -> Vec<Patient> {
    let (payer, day) = (m.payer(), later[0].day);
    let mut patient = with_claims(m, payer, PT, [bare_pair(day), later]);
    if m.random.percent(30) {
        // The day was wrong as well.
        patient.claims[0].lines.iter_mut().for_each(|l| l.day -= 1);
    }
    patient.claims[1] = Claim { frequency, of: Some(0), ..patient.claims[1].clone() };
    vec![patient]
}

fn replaced(m: &mut Maker) -> Vec<Patient> {
    let mut later = bare_pair(m.first_day());
    later[1].modifiers.push("59");
    with_successor(m, 7, later)
}

fn voided(m: &mut Maker) -> Vec<Patient> {
    let later = bare_pair(m.first_day());
    with_successor(m, 8, later)
}

/// A therapist's day of 30 units, all of it billed once more by replacements.
fn day_replaced(m: &mut Maker) -> Vec<Patient> {
    let (day, therapist) = (m.first_day(), m.fresh_npi());
    (0..5)
        .map(|_| {
            let payer = m.payer_of(|p: &Payer| !p.is_capped());
            let mut lines = vec![Line::new("97110", "GP", 3, day), Line::new("97530", "GP", 3, day)];
            lines.iter_mut().for_each(|l| l.row.by_control = true);
            let mut patient = with_claims(m, payer, PT, [lines.clone(), lines]);
            for claim in &mut patient.claims {
                therapist.clone_into(&mut claim.renderer.0);
                claim.named = true;
            }
            (patient.claims[1].frequency, patient.claims[1].of) = (7, Some(0));
            patient
        })
        .collect()
}

/// A clock time that was wrong until the claim was replaced.
fn clock_replaced(m: &mut Maker) -> Vec<Patient> {
    let (day, therapist) = (m.first_day(), m.fresh_npi());
    let at = |start| {
        let mut line = Line::new("97530", "GP", 2, day).clock(start, start + 30);
        (line.row.therapist, line.row.by_control) = (Some(therapist.clone()), true);
        vec![line]
    };
    let [one, other] = [m.payer(), m.payer()];
    let mut patient = with_claims(m, one, PT, [at(600), at(640)]);
    (patient.claims[1].frequency, patient.claims[1].of) = (7, Some(0));
    vec![patient, with_claims(m, other, PT, [at(605)])]
}

/// Nobody looks at what a void claim bills.
fn void_itself(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let line = Line::new("97112", "", 3, m.first_day());
    let mut patient = with_claims(m, payer, PT, [vec![line]]);
    patient.claims[0].frequency = 8;
    vec![patient]
}

/// Speech and physical therapy on one day by two therapists.
fn two_therapists(m: &mut Maker) -> Vec<Patient> {
    let (payer, day) = (m.payer(), m.first_day());
    let mut patient = with_claims(m, payer, PT, [vec![Line::new("97110", "GP", 2, day)]]);
    let other = with_claims(m, payer, SLP, [vec![Line::new("92507", "GN", 1, day)]]);
    patient.claims.extend(other.claims);
    vec![patient]
}

/// One code on two lines, with and without the modifier of an assistant.
fn split_for_an_assistant(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    let assistant = if m.calendar.year < 2020 { "76" } else { of.assistant.unwrap() };
    vec![with_day(m, payer, of, |_, day| {
        let mut lines = vec![
            Line::new("97530", of.modifier, 1, day),
            Line::new("97530", of.modifier, 1, day).with(&[assistant]),
        ];
        lines.iter_mut().for_each(|l| l.row.by_control = true);
        lines
    })]
}

/// One service in the morning and again in the afternoon.
fn repeated(m: &mut Maker) -> Vec<Patient> {
    let (payer, day) = (m.payer(), m.first_day());
    let line = Line::new("97116", "GP", 1, day);
    vec![with_claims(m, payer, PT, [vec![line.clone()], vec![line.with(&["XE"])]])]
}

/// Group therapy in the morning, exercise in the afternoon.
fn group_apart(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    vec![with_day(m, payer, PT, |m, day| {
        let mut group = Line::new("97150", "GP", 1, day);
        let mut exercise = Line::new("97110", "GP", 2, day).with(&["59"]);
        if m.has_sidecar() {
            group = group.minutes(30).clock(540, 570);
            exercise = exercise.clock(840, 870);
        }
        vec![group, exercise]
    })]
}

/// One therapist, two patients, no minute in common.
fn one_after_the_other(m: &mut Maker) -> Vec<Patient> {
    let (day, therapist) = (m.first_day(), m.fresh_npi());
    [0, 30]
        .into_iter()
        .map(|later| {
            let payer = m.payer();
            let mut line = Line::new("97530", "GO", 2, day).clock(600 + later, 630 + later);
            line.row.therapist = Some(therapist.clone());
            with_claims(m, payer, OT, [vec![line]])
        })
        .collect()
}

/// A physician's own service that is therapy only under a plan of care.
fn physician(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let line = Line::new("97597", "", 1, m.first_day());
    let mut patient = with_claims(m, payer, PT, [vec![line]]);
    let claim = &mut patient.claims[0];
    (claim.renderer, claim.referred) = ((m.fresh_npi(), "208100000X"), false);
    vec![patient]
}

/// A stay that pays for therapy: no modifiers, and other rules than those of outpatient claims.
fn inpatient(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let lines = vec![Line::new("97110", "", 2, m.first_day())];
    let mut patient = with_claims(m, payer, PT, [lines]);
    let claim = &mut patient.claims[0];
    (claim.place, claim.authorised) = ("11", true);
    claim.occurrences.clear();
    vec![patient]
}

/// An add-on code whose first quarter hour went out before.
fn base_in_an_earlier_file(m: &mut Maker) -> Vec<Patient> {
    let (payer, day) = (m.payer(), m.first_day());
    let (first, further) = if m.calendar.year < 2020 { ("92607", "92608") } else { ("97129", "97130") };
    let lines = [first, further].map(|code| vec![Line::new(code, "GN", 1, day)]);
    let mut patient = with_claims(m, payer, SLP, lines);
    patient.earlier = vec![patient.claims.remove(0)];
    vec![patient]
}

/// Since 2020 97140 and 97530 are no pair for who follows Medicare; 97110 and 97112 never were for workers'
/// compensation.
fn payer_that_pays_both(m: &mut Maker) -> Vec<Patient> {
    if m.calendar.year >= 2020 && m.random.percent(50) {
        let payer = m.payer_of(Payer::applies_ncci);
        let of = m.pt_or_ot();
        return vec![with_day(m, payer, of, |_, day| {
            ["97140", "97530"].map(|code| Line::new(code, of.modifier, 1, day)).to_vec()
        })];
    }
    let payer = m.payer_of(|p| p.filing == "WC");
    let day = m.first_day();
    let mut claim = m.claim(payer, PT, day, Evaluation::None);
    claim.lines.extend(["97110", "97112"].map(|code| Line::new(code, "GP", 1, day + 1)));
    vec![Patient::new(payer, vec![claim])]
}
