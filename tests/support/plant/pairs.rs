//! Faults of family PTP.

use super::super::facts::{self, Edit, is_timed};
use super::super::visit::{Line, Maker, Patient};
use super::super::words::{
    Class, Discipline, Manual, OT, Own, PT, Payer, SLP, is_evaluation, is_reevaluation,
};
use super::{Fault, always, fault, institutional, sidecar, with_claims, with_day};

pub const ALL: &[Fault] = &[
    fault(always, exercise_with_reeducation),
    fault(always, exercise_with_reeducation_on_two_claims),
    fault(always, manual_with_activities),
    fault(sidecar, manual_with_activities_at_once),
    fault(always, ncci),
    fault(always, ncci),
    fault(always, ncci_59_on_column_1),
    fault(sidecar, ncci_at_once),
    fault(always, ncci_half_documented),
    fault(always, group_with_individual),
    fault(sidecar, group_at_once),
    fault(sidecar, in_a_group),
    fault(always, manipulation),
    fault(sidecar, manipulation_of_the_region),
    fault(always, canalith),
    fault(always, speech),
    fault(institutional, speech_with_exercise),
    fault(always, refused),
    fault(always, evaluations),
    fault(always, evaluation_with_visit),
    fault(always, add_on),
];

/// One-on-one services beside 97150.
const INDIVIDUAL: [&str; 7] = ["97110", "97112", "97113", "97116", "97124", "97140", "97530"];

fn line(code: &'static str, of: &Discipline, day: usize) -> Line {
    Line::new(code, of.modifier, 1, day)
}

/// Two lines of a day, in either order.
fn either(m: &mut Maker, a: Line, b: Line) -> Vec<Line> {
    if m.random.percent(50) { vec![a, b] } else { vec![b, a] }
}

/// PTP001: 97110 and 97112 without 59.
fn exercise_with_reeducation(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer_of(Payer::wants_59);
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |m, day| {
        either(m, line("97110", of, day), line("97112", of, day).must(&["PTP001"]))
    })]
}

/// PTP001: on two claims of a day.
fn exercise_with_reeducation_on_two_claims(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer_of(Payer::wants_59);
    let (of, day) = (m.pt_or_ot(), m.first_day());
    let lines = either(m, line("97110", of, day), line("97112", of, day).must(&["PTP001"]));
    vec![with_claims(m, payer, of, lines.into_iter().map(|l| vec![l]))]
}

/// PTP002: a pair until the end of 2019, whoever pays; since then for commercial payers, of whom some refuse it
/// even with 59.
fn manual_with_activities(m: &mut Maker) -> Vec<Patient> {
    let edited = m.calendar.year < 2020;
    let payer = m.payer_of(|p| edited || p.manual() != Manual::Pays);
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |m, day| {
        let activities = line("97530", of, day).must(&["PTP002"]);
        let apart = !edited && payer.manual() == Manual::Refuses && m.random.percent(50);
        let activities = if apart { activities.with(&["59"]) } else { activities };
        either(m, line("97140", of, day), activities)
    })]
}

/// PTP002: with 59, and within one quarter hour.
fn manual_with_activities_at_once(m: &mut Maker) -> Vec<Patient> {
    let edited = m.calendar.year < 2020;
    let payer = m.payer_of(|p| edited || p.manual() != Manual::Pays);
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |m, day| {
        let start = 600 + m.random.below(15);
        let activities = line("97530", of, day).with(&["59"]).clock(start, start + 15).must(&["PTP002"]);
        either(m, line("97140", of, day).clock(600, 615), activities)
    })]
}

/// A pair of the tables that has no rule of its own, and which a discipline may bill.
fn pair(m: &mut Maker, fits: impl Fn(&Edit) -> bool) -> Option<(&'static Discipline, Edit)> {
    let date = m.calendar.number(m.calendar.start + 100);
    // A table of the middle of the year; windows end with a year.
    let mut all = Vec::new();
    for edit in facts::pairs(m.kind, date) {
        let of = [PT, OT, SLP].into_iter().find(|of| {
            [edit.first, edit.second].iter().all(|code| {
                let known = facts::code(code).unwrap();
                let speech = code.starts_with("92") || matches!(*code, "96105" | "96125");
                let fits = known.only.is_empty() || known.only == of.modifier;
                fits && speech == (**of == *SLP)
                    && known.therapy != "none"
                    && known.is_in_force(date)
                    && known.medicare == "A"
                    && known.added_to.is_empty()
                    && facts::mue(m.kind, code) != Some(0)
            })
        });
        if let Some(of) = of.filter(|_| !has_a_rule(&edit) && fits(&edit)) {
            all.push((of, edit));
        }
    }
    (!all.is_empty()).then(|| m.random.one(&all))
}

/// Whether another rule than PTP003 tells the pair.
fn has_a_rule(edit: &Edit) -> bool {
    let both = |some: &[&str], others: &[&str]| {
        some.contains(&edit.first) && others.contains(&edit.second)
            || some.contains(&edit.second) && others.contains(&edit.first)
    };
    let evaluates = |code| is_evaluation(code) && code.starts_with('9') || is_reevaluation(code);
    both(&["97140"], &["97530"])
        || both(&["97150"], &INDIVIDUAL)
        || both(&["97150"], &["97533", "97535", "97537", "97542", "97760", "97761", "97763"])
        || both(&["95992"], &["97110", "97112", "97140", "97530"])
        || both(&["92507", "92508", "92526"], &["97110", "97112", "97129", "97150", "97530", "97533"])
        || evaluates(edit.first) && evaluates(edit.second) && edit.first.starts_with("97")
}

/// PTP003: a pair of the tables, with what does not bypass it.
fn ncci(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let Some((of, edit)) = pair(m, |_| true) else { return vec![m.patient()] };
    vec![with_day(m, payer, of, |m, day| {
        let second = line(edit.second, of, day).must(&["PTP003"]);
        // Nothing bypasses indicator 0.
        let second = if edit.bypass || m.random.percent(50) { second } else { second.with(&["59"]) };
        either(m, line(edit.first, of, day), second)
    })]
}

/// PTP003: 59 on the column 1 line counts from July 2019 on only.
fn ncci_59_on_column_1(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    // Minutes of a code with a time base of its own would be asked for.
    let of_pool = |code| facts::code(code).is_some_and(|c| c.timed || c.base == 0);
    let bypassed = |edit: &Edit| edit.bypass && of_pool(edit.first) && of_pool(edit.second);
    let Some((of, edit)) = pair(m, bypassed) else { return vec![m.patient()] };
    vec![with_day(m, payer, of, |m, day| {
        let early = m.calendar.number(day) < 20_190_701;
        let second = line(edit.second, of, day).must(if early { &["PTP003"] } else { &[] });
        either(m, line(edit.first, of, day).with(&["59"]), second)
    })]
}

/// PTP003: 59, and clock times that overlap.
fn ncci_at_once(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let timed = |edit: &Edit| edit.bypass && is_timed(edit.first) && is_timed(edit.second);
    let Some((of, edit)) = pair(m, timed) else { return vec![m.patient()] };
    vec![with_day(m, payer, of, |m, day| {
        let start = 600 + m.random.below(15);
        let second = line(edit.second, of, day).with(&["59"]).clock(start, start + 15).must(&["PTP003"]);
        either(m, line(edit.first, of, day).clock(600, 615), second)
    })]
}

/// PTP003 beside TIM005: 59, and minutes of one of the two alone.
fn ncci_half_documented(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let timed = |edit: &Edit| edit.bypass && is_timed(edit.first) && is_timed(edit.second);
    let Some((of, edit)) = pair(m, timed).filter(|_| m.is_documented()) else { return vec![m.patient()] };
    let mut patient = with_day(m, payer, of, |m, day| {
        let mut lines =
            either(m, line(edit.first, of, day), line(edit.second, of, day).with(&["59"]).must(&["PTP003"]));
        lines[m.random.below(2) as usize].documented = None;
        lines
    });
    patient.claims[0].planted.push("TIM005");
    vec![patient]
}

/// PTP004: group and one-on-one without a modifier.
fn group_with_individual(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    vec![with_day(m, payer, PT, |m, day| {
        let individual = line(m.random.one(&INDIVIDUAL), PT, day).must(&["PTP004"]);
        either(m, line("97150", PT, day), individual)
    })]
}

/// PTP004: with 59, and at one time. The row of 97150 has minutes though nobody counts them.
fn group_at_once(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    vec![with_day(m, payer, PT, |m, day| {
        let code = m.random.one(&INDIVIDUAL);
        let start = 600 + m.random.below(30);
        let individual = line(code, PT, day).with(&["59"]).clock(start, start + 15).must(&["PTP004"]);
        let group = line("97150", PT, day).minutes(30).clock(600, 630);
        either(m, group, individual)
    })]
}

/// PTP004: a timed line given with other patients.
fn in_a_group(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |_, day| {
        let mut line = Line::new("97530", of.modifier, 2, day).must(&["PTP004"]);
        line.row.group = true;
        vec![line]
    })]
}

const MANIPULATIONS: [&str; 3] = ["98940", "98941", "98942"];

/// PTP005: manipulation with therapy or an evaluation.
fn manipulation(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    vec![with_day(m, payer, PT, |m, day| {
        let code = m.random.one(&["97112", "97124", "97140", "97161", "97164"]);
        let second = line(code, PT, day).must(&["PTP005"]);
        let never = code.starts_with("9716");
        let second = if never && m.random.percent(50) { second.with(&["59"]) } else { second };
        let first = Line::new(m.random.one(&MANIPULATIONS), "AT", 1, day);
        either(m, Line { revenue: Some("0940"), ..first }, second)
    })]
}

/// PTP005: with 59, in the region that was manipulated.
fn manipulation_of_the_region(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    vec![with_day(m, payer, PT, |m, day| {
        let region = m.random.one(&["cervical", "thoracic", "lumbar", "sacral", "pelvic"]);
        let code = m.random.one(&["97112", "97124", "97140"]);
        let mut second = line(code, PT, day).with(&["59"]).must(&["PTP005"]);
        let mut first = Line::new(m.random.one(&MANIPULATIONS), "AT", 1, day).minutes(10);
        (first.row.region, second.row.region) = (region, region);
        either(m, Line { revenue: Some("0940"), ..first }, second)
    })]
}

/// PTP006: canalith repositioning with therapy.
fn canalith(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    vec![with_day(m, payer, PT, |m, day| {
        let code = m.random.one(&["97110", "97112", "97140", "97530"]);
        either(m, line("95992", PT, day), line(code, PT, day).must(&["PTP006"]))
    })]
}

/// PTP007: speech treatment with cognitive training; with 59 it is said too.
fn speech(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let second = if m.calendar.year < 2020 { "97533" } else { "97129" };
    let rules: &[&str] = if second == "97533" { &["PTP007", "MOD003"] } else { &["PTP007"] };
    vec![with_day(m, payer, SLP, |m, day| {
        let second = line(second, SLP, day).must(rules);
        let second = if m.random.percent(30) { second.with(&["59"]) } else { second };
        let first = m.random.one(&["92507", "92508"]);
        either(m, line(first, SLP, day), second)
    })]
}

/// PTP007: speech treatment on one claim of a facility, exercise on another.
fn speech_with_exercise(m: &mut Maker) -> Vec<Patient> {
    let (payer, day) = (m.payer(), m.first_day());
    let code = m.random.one(&["97110", "97112", "97150", "97530"]);
    let first = m.random.one(&["92507", "92526"]);
    let mut patient = with_claims(m, payer, SLP, [vec![line(first, SLP, day)]]);
    let other = with_claims(m, payer, PT, [vec![line(code, PT, day).must(&["PTP007"])]]);
    patient.claims.extend(other.claims);
    if m.random.percent(50) {
        patient.claims.reverse();
    }
    vec![patient]
}

/// PTP008: what Aetna's policy refuses, whatever the modifiers.
fn refused(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer_of(|p| p.own == Own::Aetna);
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |m, day| {
        let code = m.random.one(&["97110", "97530"]);
        let reeducation = line("97112", of, day).must(&["PTP008"]);
        let reeducation = if m.random.percent(50) { reeducation.with(&["59"]) } else { reeducation };
        either(m, line(code, of, day), reeducation)
    })]
}

/// PTP009: two evaluations of one discipline, or one and another again.
fn evaluations(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let (of, one, other) = m.random.one(&[
        (PT, "97161", "97162"),
        (PT, "97162", "97163"),
        (PT, "97161", "97164"),
        (PT, "97163", "97164"),
        (OT, "97165", "97166"),
        (OT, "97166", "97168"),
    ]);
    let date = m.calendar.number(m.calendar.start);
    let second = facts::pair(m.kind, one, other, date).unwrap().second;
    vec![with_day(m, payer, of, |m, day| {
        let lines = [one, other].map(|code| {
            let line = line(code, of, day);
            if code == second { line.must(&["PTP009"]) } else { line }
        });
        let [a, b] = lines;
        either(m, a, b)
    })]
}

/// PTP009: an office visit without 25.
fn evaluation_with_visit(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer_of(|p| p.class != Class::Unknown);
    let of = m.pt_or_ot();
    let code = if *of == *PT { "97161" } else { "97165" };
    vec![with_day(m, payer, of, |m, day| {
        let visit = Line::new(m.random.one(&["99203", "99213", "99214"]), "", 1, day).must(&["PTP009"]);
        either(m, line(code, of, day), Line { revenue: Some("0510"), ..visit })
    })]
}

/// PTP010: what is added to a code that is not there.
fn add_on(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let mut choice = vec![(PT, "97546"), (SLP, "92608"), (PT, "97598")];
    if m.calendar.year >= 2020 {
        choice.extend([(SLP, "97130"), (PT, "90913")]);
    }
    let (of, code) = m.random.one(&choice);
    vec![with_day(m, payer, of, |_, day| vec![line(code, of, day).must(&["PTP010"])])]
}
