//! PTP009: evaluations that do not go together, or not with a visit. Refuses to call the evaluations of two
//! disciplines on one day a fault.

use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::course::{Course, CourseLine};
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::Demand;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::tables::Setting;
use crate::tables::therapy::Discipline;
use crate::x12::code::Modifier;
use crate::x12::value::{Cents, Date};

use super::ncci::{self, State};
use super::owner::{EVALUATIONS, Owner};

const DENIAL: Denial = Denial { group: "CO", carc: "236", rarc: &[("N20", 0), ("M80", 0)] };
const VISIT_DENIAL: Denial = Denial { group: "CO", carc: "97", rarc: &[("N19", 0), ("M15", 0)] };
const EPISODE_DENIAL: Denial = Denial { group: "CO", carc: "119", rarc: &[("N362", 0)] };

// Each of the first three has beside it the same for a date its table does not cover.
const TWO: u8 = 0;
const REPEATED: u8 = 2;
const DISCIPLINES: u8 = 4;
const VISIT: u8 = 6;
const SECOND: u8 = 7;
const EARLY: u8 = 8;

/// Days within which a second initial evaluation of a discipline is of the same episode.
const EPISODE: i32 = 60;

/// Treatment days before a re-evaluation needs no further word.
const TREATMENTS: usize = 10;

/// Modifiers of visits that say the visit was another service: 25, and the NCCI ones for visits that stand for it.
const ANOTHER_VISIT: [Modifier; 4] =
    [Modifier::of("25"), Modifier::of("24"), Modifier::of("57"), Modifier::of("27")];

rule! {
    /// ## What it checks
    ///
    /// Of one patient, date, billing provider and payer:
    ///
    /// - two different initial evaluations of one discipline, of 97161 to 97163 or of 97165 to 97167 (the lower one is
    ///   column 2 and at risk);
    /// - an initial evaluation and a re-evaluation of one discipline: 97164 beside 97161 to 97163, 97168 beside
    ///   97165 to 97167 (the re-evaluation is at risk);
    /// - an office visit 99202 to 99215 without 25 beside 97161 to 97168 by the same rendering provider, or on an
    ///   837I of the same facility (the visit is at risk). 24, 27 and 57 count as 25.
    ///
    /// The first two are NCCI edits that no modifier bypasses, held to the table of the date: critical where the
    /// payer applies NCCI, high where it may. The third is high and medium; that pair does not stand in the built-in
    /// table, so its date is not checked. Payers set not to apply NCCI are left alone.
    ///
    /// Over all claims of the run and of earlier files (`--history`): a second initial evaluation of physical or of
    /// occupational therapy within 60 days of one by the same billing provider for the same payer (medium), and a
    /// re-evaluation before ten treatment days have passed since the last evaluation (low; without earlier files only
    /// within ten calendar days, for treatments of other batches are not known). A new diagnosis may make
    /// a new episode; that is not looked at.
    ///
    /// Evaluations of physical and of occupational therapy on one day are right. Where the table of the date still
    /// has them as a pair (until 2017-06-30) and no modifier bypasses it, that is information. One code on two lines
    /// is a question of LIM001; 92521 to 92524 and the codes before 2017 are not looked at.
    ///
    /// ## Why payers deny it
    ///
    /// There is one evaluation or re-evaluation a day and discipline. A visit by the provider who evaluates is part
    /// of the evaluation unless it was a significant service of its own.
    ///
    /// ## Example
    ///
    /// 97161 and 97164, both with GP, on one day.
    ///
    /// ## How to fix
    ///
    /// Keep the code of the evaluation that was given. Put 25 on the visit if the note shows a separate service.
    ///
    /// ## Sources
    ///
    /// - `[V]` NCCI tables in force on 2024-07-01, practitioner and hospital: evaluations among each other; 97161 to
    ///   97168 over office visits, indicator 1.
    /// - `[V]` NCCI policy manual 2026 chapter XI section V: one evaluation or re-evaluation a day and discipline.
    /// - `[V]` Deleted rows of the same tables: evaluations of two disciplines were pairs until 2017-06-30.
    /// - `[V]` NCCI policy manual 2026 chapter XI: one evaluation per episode of care and discipline, re-evaluation not
    ///   routine; `[I]` 60 days and ten treatment days as bounds, CO-119 with N362.
    /// - `[V2]` CO-97 or CO-236 with N19 or M15 for a visit without 25; `[I]` severities by payer, and which other
    ///   modifiers stand for 25: inferred.
    pub struct EvaluationConflict {
        code: "PTP009",
        name: "evaluation-conflict",
        severity: High,
        since: "0.1.0",
        summary: "Evaluations of one discipline share a day, or an evaluation shares it with a visit without 25.",
        interest: Day(Marks::SEVERAL_LINES, Marks::EVALUATION.and(Marks::REEVALUATION)),
        faults: [
            {
                text: "{0} with {1} on one day: two evaluations of one discipline, an NCCI edit that no modifier bypasses",
                fix: "keep the one evaluation that was given",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} on one day: two evaluations of one discipline, an NCCI edit that no modifier bypasses; table of {2} used for {3}",
                fix: "keep the one evaluation that was given",
                denial: Some(DENIAL),
            },
            {
                text: "re-evaluation {0} on the day of evaluation {1}: an NCCI edit that no modifier bypasses",
                fix: "keep the one of the two that was given",
                denial: Some(DENIAL),
            },
            {
                text: "re-evaluation {0} on the day of evaluation {1}: an NCCI edit that no modifier bypasses; table of {2} used for {3}",
                fix: "keep the one of the two that was given",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} on one day: evaluations of two disciplines, a pair that a modifier bypasses",
                fix: "put 59 on the {0} line if two providers evaluated",
                denial: None,
            },
            {
                text: "{0} with {1} on one day: evaluations of two disciplines, a pair that a modifier bypasses; table of {2} used for {3}",
                fix: "put 59 on the {0} line if two providers evaluated",
                denial: None,
            },
            {
                text: "visit {0} on the day of evaluation {1}, without 25",
                fix: "put 25 on the visit if the note shows a separate service, else remove it",
                denial: Some(VISIT_DENIAL),
            },
            {
                text: "{0} on {1}: a second initial evaluation of the discipline, {2} days after that of {3}",
                fix: "bill a re-evaluation, or have the note show a new episode",
                denial: Some(EPISODE_DENIAL),
            },
            {
                text: "re-evaluation {0} after {1} treatment days, since {2}",
                fix: "have the note show what made a re-evaluation necessary",
                denial: Some(EPISODE_DENIAL),
            },
        ],
    }
}

impl Rule for EvaluationConflict {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        ncci::each(day, Owner::Evaluations, |hit| {
            if hit.state != State::Open {
                return;
            }
            let only = |line: &DayLine<'_>| line.facts.and_then(|facts| facts.only);
            let draft = if only(hit.first) != only(hit.second) {
                hit.draft(DISCIPLINES).severity(Severity::Info).at_risk(Cents::ZERO)
            } else {
                let fault = if hit.second.marks.has(Marks::REEVALUATION) { REPEATED } else { TWO };
                hit.draft(fault).severity(hit.severity(day.policy))
            };
            out.report(hit.second, draft);
        });
        if day.marks.has(Marks::VISIT) && day.policy.ncci != Demand::Off {
            visits(day, out);
        }
    }

    fn course(&self, course: &Course<'_>, out: &mut DaySink<'_>) {
        for discipline in [Discipline::Pt, Discipline::Ot] {
            let of_discipline = |l: &&CourseLine<'_>| {
                let is = l.line.facts.and_then(|f| f.only).or(l.line.discipline);
                is == Some(discipline) && l.line.marks.has(Marks::THERAPY) && l.line.bills()
            };
            let evaluates = |l: &CourseLine<'_>| l.line.marks.any(Marks::EVALUATION.and(Marks::REEVALUATION));
            if course.lines.iter().filter(of_discipline).filter(|l| evaluates(l)).count() < 2 {
                continue;
            }
            let mut lines: Vec<&CourseLine<'_>> = course.lines.iter().filter(of_discipline).collect();
            lines.sort_by_key(|l| l.group);
            lines.chunk_by(|a, b| a.group == b.group).for_each(|episode| over_time(episode, out));
        }
    }
}

/// Evaluations of one discipline, billing provider and payer, by date.
fn over_time(lines: &[&CourseLine<'_>], out: &mut DaySink<'_>) {
    let (mut initial, mut evaluated): (Option<Date>, Option<Date>) = (None, None);
    let mut treatments = 0;
    let with_history = lines.iter().any(|l| l.earlier);
    for day in lines.chunk_by(|a, b| a.line.date == b.line.date) {
        let having = |mark| day.iter().find(|l| l.line.marks.has(mark));
        let date = day[0].line.date;
        if let Some(second) = having(Marks::EVALUATION) {
            let days = initial.map(|first| date.days() - first.days());
            if let (Some(days @ 1..=EPISODE), Some(first), false) = (days, initial, second.earlier) {
                let args: [Arg; 4] = [
                    second.line.code.into(),
                    date.into(),
                    u64::from(days.unsigned_abs()).into(),
                    first.into(),
                ];
                out.report_for(second, at(SECOND, &second.line).severity(Severity::Medium).args(args));
            }
            (initial, evaluated, treatments) = (Some(date), Some(date), 0);
        } else if let Some(again) = having(Marks::REEVALUATION) {
            // Treatments of other batches are not known; where no earlier file is at hand only the calendar tells.
            let few = |since: &Date| {
                treatments < TREATMENTS && (with_history || date.days() - since.days() <= TREATMENTS as i32)
            };
            if let (Some(since), false) = (evaluated.filter(few), again.earlier) {
                let args: [Arg; 3] = [again.line.code.into(), (treatments as u64).into(), since.into()];
                let draft = at(EARLY, &again.line).severity(Severity::Low).at_risk(Cents::ZERO);
                out.report_for(again, draft.args(args));
            }
            (evaluated, treatments) = (Some(date), 0);
        } else {
            treatments += 1;
        }
    }
}

fn at(fault: u8, line: &DayLine<'_>) -> Draft {
    Draft::day_line(fault, line).component(place::procedure(line.service), place::CODE)
}

fn visits(day: &PatientDay<'_>, out: &mut DaySink<'_>) {
    let severity = if day.policy.ncci == Demand::Required { Severity::High } else { Severity::Medium };
    let evaluates = |l: &&DayLine<'_>| EVALUATIONS.contains(&l.code) && l.bills();
    let evaluations = ncci::unlike(day.lines.iter().filter(evaluates));
    for visit in day.lines.iter().filter(|l| l.marks.has(Marks::VISIT) && l.bills()) {
        if visit.modifiers.any(&ANOTHER_VISIT) {
            continue;
        }
        let Some(evaluation) = evaluations.iter().find(|l| is_one(l, visit)) else { continue };
        let args: [Arg; 2] = [visit.code.into(), evaluation.code.into()];
        let draft = Draft::day_line(VISIT, visit).component(place::procedure(visit.service), place::CODE);
        out.report(visit, draft.args(args).severity(severity));
    }
}

/// Whether one provider gave both: on an 837I the facility, on an 837P who rendered them.
fn is_one(a: &DayLine<'_>, b: &DayLine<'_>) -> bool {
    let setting = a.setting();
    setting == b.setting() && (setting == Setting::Hospital || a.rendering == b.rendering)
}
