//! LIM004: 97112 on more days than a payer that counts them pays for. Refuses to guess at visits before the
//! files it was given.

use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::course::{Course, CourseLine, LEAST_VISITS};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::x12::value::Cents;

const DENIAL: Denial = Denial { group: "CO", carc: "151", rarc: &[("N640", 0)] };

/// Days without treatment after which a new episode is taken to begin.
const NEW_EPISODE: i32 = 60;

const OVER: u8 = 0;
const NEAR: u8 = 1;

rule! {
    /// ## What it checks
    ///
    /// For payers that count visits (`frequency` in the settings; Aetna as built in: 18 in 42 days): the dates of
    /// service with 97112 of one patient, over all claims of the run and of earlier files (`--history`). A date
    /// with more than the payer's number of visits in the window that ends with it is reported, low; the first
    /// date beyond 12 visits in the window is information. Sixty days without 97112 begin a new episode.
    ///
    /// Without earlier files only the visits of the run are counted, so silence is no proof.
    ///
    /// ## Why payers deny it
    ///
    /// The payer's policy takes neuromuscular re-education for a course of 12 to 18 visits within four to six weeks,
    /// and asks for records beyond it.
    ///
    /// ## Example
    ///
    /// 97112 on 20 days between 2026-03-02 and 2026-04-10 for an Aetna member.
    ///
    /// ## How to fix
    ///
    /// Have the note show why more is needed, or ask for authorisation before going on.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Aetna CPB 0325 as quoted by M. Miscoe, AAPC, 2010-07-01 (accessed 2010-05-13): 12 to 18 visits within
    ///   4 to 6 weeks. Today's policy text was not read.
    /// - `[I]` CO-151 with N640, and sixty days for a new episode: inferred.
    pub struct ReeducationTooFrequent {
        code: "LIM004",
        name: "reeducation-too-frequent",
        severity: Low,
        since: "0.1.0",
        summary: "97112 on more days than the payer's policy has for a course of treatment.",
        interest: Course,
        faults: [
            {
                text: "97112 on {0} days in the {1} days to {2}; this payer's policy has {3} (text of 2010)",
                fix: "have the note show why more is needed, or ask for authorisation",
                denial: Some(DENIAL),
            },
            {
                text: "97112 on {0} days in the {1} days to {2}; this payer's policy has 12 to {3} (text of 2010)",
                fix: "nothing to change; see that the note shows progress",
                denial: None,
            },
        ],
    }
}

impl Rule for ReeducationTooFrequent {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn course(&self, course: &Course<'_>, out: &mut DaySink<'_>) {
        let counted = |l: &&CourseLine<'_>| {
            l.policy.frequency.is_some() && l.line.marks.has(Marks::REEDUCATION) && l.line.bills()
        };
        if course.lines.iter().filter(counted).count() <= LEAST_VISITS {
            return;
        }
        let mut lines: Vec<&CourseLine<'_>> = course.lines.iter().filter(counted).collect();
        lines.sort_by_key(|l| (l.group, l.line.date, l.line.claim, l.line.order));
        for of_payer in lines.chunk_by(|a, b| a.group == b.group) {
            check(of_payer, out);
        }
    }
}

fn check(lines: &[&CourseLine<'_>], out: &mut DaySink<'_>) {
    let Some(limit) = lines.first().and_then(|l| l.policy.frequency) else { return };
    let window = i32::try_from(limit.days).unwrap_or(i32::MAX);
    // One line a date: the first that is not of an earlier file, else the first.
    let dates: Vec<&CourseLine<'_>> = lines
        .chunk_by(|a, b| a.line.date == b.line.date)
        .filter_map(|day| day.iter().find(|l| !l.earlier).or(day.first()).copied())
        .collect();
    let mut from = 0;
    let mut told = false;
    for (n, visit) in dates.iter().enumerate() {
        let day = visit.line.date.days();
        let pause = n.checked_sub(1).map_or(0, |before| day - dates[before].line.date.days());
        if pause > NEW_EPISODE {
            (from, told) = (n, false);
        }
        while day - dates[from].line.date.days() >= window {
            from += 1;
        }
        let visits = n + 1 - from;
        let fault = if visits > limit.visits as usize {
            OVER
        } else if visits > LEAST_VISITS && !told {
            told = true;
            NEAR
        } else {
            continue;
        };
        if visit.earlier {
            continue;
        }
        let args: [Arg; 4] =
            [(visits as u64).into(), limit.days.into(), visit.line.date.into(), limit.visits.into()];
        let line = &visit.line;
        let draft = Draft::day_line(fault, line).component(place::procedure(line.service), place::CODE);
        let draft = if fault == OVER { draft } else { draft.severity(Severity::Info).at_risk(Cents::ZERO) };
        out.report_for(visit, draft.args(args));
    }
}
