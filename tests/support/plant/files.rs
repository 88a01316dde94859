//! Faults that only sidecar files of plans and of money spent show.

use super::super::facts;
use super::super::visit::{Claim, Evaluation, Line, Maker, Patient, is_occupational};
use super::super::words::{OT, PT};
use super::{Fault, fault, with_claims};

pub const ALL: &[Fault] = &[
    fault(|m| m.files, spent),
    fault(|m| m.files, spent),
    fault(|m| m.files, no_plan),
    fault(|m| m.files, expired_plan),
    fault(|m| m.files, uncertified_plan),
    fault(|m| m.files, no_note),
];

/// MOD008: so much spent before that the year reaches its amount, or so little that KX is early; which lines bear
/// it follows from all of the patient's lines and is added up where they are written.
fn spent(m: &mut Maker) -> Vec<Patient> {
    let payer = m.medicare();
    let mut patient = m.patient_of(payer);
    patient.plans.clear();
    let year = m.calendar.year;
    let close = m.random.range(0, 3);
    for (occupational, spent) in patient.spent.iter_mut().enumerate() {
        let amount = facts::threshold(year, occupational == 1);
        *spent = Some(match close {
            0 => m.random.below(amount / 3),
            1 | 2 => amount - m.random.below(20_000),
            _ => 300_000 - m.random.below(20_000),
        });
    }
    for line in patient.claims.iter_mut().flat_map(|c| &mut c.lines) {
        line.modifiers.retain(|m| *m != "KX");
        if m.random.percent(50) {
            line.modifiers.push("KX");
        }
    }
    vec![patient]
}

/// A Medicare patient with a claim of a discipline, and the first day of it.
fn treated(m: &mut Maker) -> (Patient, usize) {
    let payer = m.medicare();
    let of = m.pt_or_ot();
    let day = m.first_day();
    let mut claim = m.claim(payer, of, day, Evaluation::None);
    claim.lines[0].planted.push("NEC003");
    (Patient::new(payer, vec![claim]), day)
}

fn row(m: &Maker, discipline: &str, start: usize, certified: Option<usize>, last: Option<usize>) -> String {
    let [certified, last] = [certified, last].map(|day| day.map_or("", |day| m.calendar.day(day)));
    format!("{discipline},{},{certified},{last},,", m.calendar.day(start))
}

/// NEC003: a plan of another discipline alone.
fn no_plan(m: &mut Maker) -> Vec<Patient> {
    let (mut patient, day) = treated(m);
    let other = if is_occupational(patient.claims[0].discipline) { PT } else { OT };
    patient.plans = vec![row(m, other.short, day - 10, Some(day - 5), Some(day + 80))];
    vec![patient]
}

/// NEC003: a plan that has expired.
fn expired_plan(m: &mut Maker) -> Vec<Patient> {
    let (mut patient, day) = treated(m);
    let of = patient.claims[0].discipline;
    patient.plans = vec![row(m, of.short, day - 95, Some(day - 90), Some(day - 1))];
    vec![patient]
}

/// NEC003: a plan that nobody certified in 30 days.
fn uncertified_plan(m: &mut Maker) -> Vec<Patient> {
    let (mut patient, day) = treated(m);
    let of = patient.claims[0].discipline;
    patient.plans = vec![row(m, of.short, day - 31, None, Some(day + 80))];
    vec![patient]
}

/// NEC003: twelve days of treatment since the note; the eleventh is told.
fn no_note(m: &mut Maker) -> Vec<Patient> {
    let payer = m.medicare();
    let of = m.pt_or_ot();
    let day = m.first_day();
    let mut lines: Vec<Line> = (0..12).map(|n| Line::new("97530", of.modifier, 1, day + 2 * n)).collect();
    lines[10].planted.push("NEC003");
    let claims: Vec<Vec<Line>> = lines.chunks(4).map(<[Line]>::to_vec).collect();
    let mut patient = with_claims(m, payer, of, claims);
    let plan = row(m, of.short, day - 20, Some(day - 12), Some(day + 80));
    let noted = if m.random.percent(50) { m.calendar.day(day - 1) } else { "" };
    patient.plans = vec![format!("{plan}{noted}")];
    vec![patient]
}

/// What the payer allows for a unit, in cents.
pub fn fee(code: &str) -> u64 {
    super::super::words::price(code) * 60
}

/// MOD008 on the lines of a Medicare patient of whom it is known what was spent before: those beyond the year's
/// amount without KX, the first beyond 3,000 dollars, and the first with KX below half of the amount.
pub fn hold_to_threshold(m: &Maker, patient: &mut Patient) {
    for (bucket, spent) in [0, 1].into_iter().zip(patient.spent) {
        let Some(mut total) = spent else { continue };
        let amount = facts::threshold(m.calendar.year, bucket == 1);
        let (mut reviewed, mut told) = (total > 300_000, false);
        let in_bucket = |c: &Claim| usize::from(is_occupational(c.discipline)) == bucket;
        let mut lines: Vec<&mut Line> =
            patient.claims.iter_mut().filter(|c| in_bucket(c)).flat_map(|c| &mut c.lines).collect();
        // By date, and on a date as they stand.
        lines.sort_by_key(|l| l.day);
        for line in lines {
            total += fee(line.code) * line.units;
            let kx = line.modifiers.contains(&"KX");
            if total > amount && !kx {
                line.planted.push("MOD008");
            } else if total < amount / 2 && kx && !told {
                told = true;
                line.planted.push("MOD008");
            }
            if total > 300_000 && !reviewed {
                reviewed = true;
                line.planted.push("MOD008");
            }
        }
    }
}
