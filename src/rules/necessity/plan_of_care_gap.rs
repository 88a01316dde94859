//! NEC003: treatment without a plan of care that covers it, without certification, without a progress note.
//! Refuses to judge patients the plans file does not know: they are counted as not checked.

use crate::claim::line::ServiceLine;
use crate::finding::Arg;
use crate::rule;
use crate::rules::course::{Course, CourseLine};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::PayerClass;
use crate::rules::rule::{Cx, DaySink, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::sidecar::PlanAnswer;
use crate::tables::therapy::Discipline;
use crate::x12::value::Date;

const DENIAL: Denial = Denial { group: "CO", carc: "16", rarc: &[("M141", 0)] };

/// Days within which a plan has to be certified.
const CERTIFICATION: i32 = 30;

/// Treatment days until the next progress note is due.
const PROGRESS: usize = 10;

const NONE: u8 = 0;
const EXPIRED: u8 = 1;
const UNCERTIFIED: u8 = 2;
const NO_NOTE: u8 = 3;

rule! {
    /// ## What it checks
    ///
    /// For Medicare, with a plans file (`--plans`): each therapy line's discipline and date against the patient's
    /// plans of care. Reported, once a claim, discipline and fault: no plan of the discipline begun by the date; a
    /// plan that expired before it; a plan without a certification date more than 30 days after its start. Over
    /// all claims of the run and of earlier files: more than ten days of treatment since the last progress note,
    /// or since the plan's start where no note is on file.
    ///
    /// Patients who are not in the plans file are not checked; the summary counts their lines.
    ///
    /// ## Why payers deny it
    ///
    /// Medicare pays therapy only under a plan of care that a physician or other practitioner has certified, and
    /// wants a progress report every ten treatment days.
    ///
    /// ## Example
    ///
    /// A plan that expires on 2026-05-31, and 97110 on 2026-06-02.
    ///
    /// ## How to fix
    ///
    /// Have the plan recertified, or the certification or note entered, before billing. A plans file that is not
    /// up to date is the first thing to look at.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Certification within 30 days, recertification at most every 90 days, progress report every 10
    ///   treatment days: Noridian pages.
    /// - `[V2]` The outcome belongs in the order or plan: M. Miscoe, AAPC, 2010-07-01.
    /// - `[V]` M141 exists in the code lists; `[I]` that it answers this is inferred.
    pub struct PlanOfCareGap {
        code: "NEC003",
        name: "plan-of-care-gap",
        severity: Medium,
        since: "0.1.0",
        summary: "Treatment is not covered by a certified plan of care, or its progress note is overdue.",
        interest: TherapyClaim,
        faults: [
            {
                text: "no {0} plan of care on file covers {1}",
                fix: "enter the plan, or hold the lines until there is one",
                denial: Some(DENIAL),
            },
            {
                text: "the {0} plan of care on file expired on {1}, the service is of {2}",
                fix: "have the plan recertified, or enter its new last day",
                denial: Some(DENIAL),
            },
            {
                text: "the {0} plan of care begun on {1} has no certification date, the service is of {2}",
                fix: "have the plan signed, or enter the date it was certified",
                denial: Some(DENIAL),
            },
            {
                text: "{0} days of {1} treatment since {2} without a progress note on file",
                fix: "write the progress note, or enter its date",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for PlanOfCareGap {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn claim(&self, cx: &Cx<'_, '_>, out: &mut FindingSink<'_>) {
        if cx.plans.is_empty() || cx.policy.class != PayerClass::Medicare {
            return;
        }
        let mut told: Vec<(Discipline, u8)> = Vec::new();
        for line in cx.claim.lines.iter().filter(|l| l.is_therapy()) {
            let (Some(discipline), Some(date)) = (line.discipline, line.date) else { continue };
            let Some((fault, args)) = judge(cx, discipline, date) else { continue };
            if !told.contains(&(discipline, fault)) {
                told.push((discipline, fault));
                out.report(at(fault, line).args(args));
            }
        }
    }

    fn course(&self, course: &Course<'_>, out: &mut DaySink<'_>) {
        for discipline in Discipline::ALL {
            let counted = |l: &&CourseLine<'_>| {
                l.policy.class == PayerClass::Medicare
                    && l.line.discipline == Some(discipline)
                    && l.line.marks.has(Marks::THERAPY)
                    && l.line.on_file.noted.is_some_and(|noted| l.line.date > noted)
            };
            if course.lines.iter().filter(counted).count() > PROGRESS {
                let lines: Vec<_> = course.lines.iter().filter(counted).collect();
                for since in lines.chunk_by(|a, b| a.line.on_file.noted == b.line.on_file.noted) {
                    check_notes(discipline, since, out);
                }
            }
        }
    }
}

/// What is wrong with the plan for a day of treatment, if anything.
fn judge(cx: &Cx<'_, '_>, discipline: Discipline, date: Date) -> Option<(u8, [Arg; 3])> {
    let name = Arg::Code(discipline.short());
    match cx.plans.find(cx.context.member_id.as_bytes(), discipline, date) {
        PlanAnswer::NoFile | PlanAnswer::Unknown => None,
        PlanAnswer::NotCovered { nearest } => Some(match nearest.filter(|p| p.start <= date) {
            Some(plan) => (EXPIRED, [name, plan.expires.map_or(Arg::None, Arg::Date), date.into()]),
            None => (NONE, [name, date.into(), Arg::None]),
        }),
        PlanAnswer::Covered(plan) => {
            let late = plan.certified.is_none() && date.days() - plan.start.days() > CERTIFICATION;
            late.then(|| (UNCERTIFIED, [name, plan.start.into(), date.into()]))
        }
    }
}

fn at(fault: u8, line: &ServiceLine<'_>) -> Draft {
    Draft::line(fault, line).component(place::procedure(line.service), place::CODE)
}

/// The lines of one discipline since one note, by date: reports the first day beyond the ten.
fn check_notes(discipline: Discipline, lines: &[&CourseLine<'_>], out: &mut DaySink<'_>) {
    let days = || lines.chunk_by(|a, b| a.line.date == b.line.date);
    let Some(first) = days().nth(PROGRESS).and_then(|day| day.iter().find(|l| !l.earlier)) else { return };
    let Some(noted) = first.line.on_file.noted else { return };
    let count = PROGRESS as u64 + 1;
    let args: [Arg; 3] = [count.into(), discipline.short().into(), noted.into()];
    let line = &first.line;
    let draft = Draft::day_line(NO_NOTE, line).component(place::procedure(line.service), place::CODE);
    out.report_for(first, draft.args(args));
}
