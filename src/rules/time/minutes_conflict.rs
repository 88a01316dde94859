//! TIM006: documented minutes that contradict each other. Refuses to say which of them is right.

use crate::finding::Arg;
use crate::minutes::Source;
use crate::rule;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::x12::value::{Cents, Quantity};

const DENIAL: Denial = Denial { group: "CO", carc: "252", rarc: &[("N706", 0)] };

const SOURCES: u8 = 0;
const SUM: u8 = 1;
const TREATMENT: u8 = 2;
const LINE_SPAN: u8 = 3;
const VISIT_SPAN: u8 = 4;

rule! {
    /// ## What it checks
    ///
    /// What is documented of a visit, which is the timed lines of one claim, date and discipline, against itself,
    /// to the minute:
    ///
    /// - two sources, as the minutes file and a note, that say different minutes of a line or of the visit;
    /// - lines whose minutes do not add up to the visit's total of timed minutes; where lines have none, lines that
    ///   have more than the total already. A total that fits the timed lines of all disciplines together is right;
    /// - more timed minutes than minutes of treatment in all;
    /// - more minutes than the clock times of the line's row, or of the visit's row, span.
    ///
    /// Where sources differ the other figures of the visit are not held against each other. Units are not judged
    /// here, and lines without a date of service are not looked at. Clock times in notes are not looked at.
    ///
    /// ## Why payers deny it
    ///
    /// The claim as sent shows none of this. A reviewer who asks for the record finds two figures for one visit and
    /// trusts neither.
    ///
    /// ## Example
    ///
    /// A note says 97110=25, the minutes file 15.
    ///
    /// ## How to fix
    ///
    /// Look at the signed note and correct the figure that was copied wrongly. If the note contradicts itself, have
    /// its author amend it as your policy for records allows.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Pub. 100-04 chapter 5 section 20.2: the note shows total timed minutes and total treatment time.
    ///   Read in copies, not on cms.gov.
    /// - `[V2]` The note gives time spent with start and end: a 97112 guide. A secondary page.
    /// - `[V]` CARC 252 and RARC N706 exist in the code lists; `[I]` that they answer this is inferred.
    pub struct MinutesConflict {
        code: "TIM006",
        name: "minutes-conflict",
        severity: Low,
        since: "0.1.0",
        summary: "Documented minutes of a line or a visit contradict each other.",
        interest: Day(Marks::TIMED.and(Marks::DOCUMENTED), Marks::NONE),
        faults: [
            {
                text: "two sources document different minutes for {0} of {1} timed lines of the visit",
                fix: "correct the minutes in the note or in the minutes file",
                denial: Some(DENIAL),
            },
            {
                text: "the timed lines of the visit have {0} documented minutes, its total says {1}",
                fix: "correct the minutes of the lines or the total of the visit",
                denial: Some(DENIAL),
            },
            {
                text: "{0} timed minutes are documented of a visit of {1} minutes in all",
                fix: "correct the timed minutes or the treatment minutes of the visit",
                denial: Some(DENIAL),
            },
            {
                text: "{0} has {1} documented minutes, its clock times span {2}",
                fix: "correct the minutes or the clock times of the line",
                denial: Some(DENIAL),
            },
            {
                text: "the visit has {0} documented minutes, its clock times span {1}",
                fix: "correct the minutes or the clock times of the visit",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for MinutesConflict {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        for discipline in day.disciplines() {
            for visit in discipline.lines.chunk_by(|a, b| a.claim == b.claim) {
                check(visit, day, out);
            }
        }
    }
}

/// Checks the timed lines of one claim and discipline.
fn check<'d>(visit: &'d [DayLine<'d>], day: &PatientDay<'d>, out: &mut DaySink<'_>) {
    let bills = |l: &&DayLine<'_>| l.units.is_some_and(|u| u > Quantity::default());
    let differs = |l: &&DayLine<'_>| l.known.conflict && l.marks.has(Marks::DOCUMENTED) && bills(l);
    let Some(first) = visit.iter().find(bills) else { return };
    if let Some(line) = visit.iter().find(differs) {
        let [differ, all] = [visit.iter().filter(differs).count(), visit.iter().filter(bills).count()];
        return report(SOURCES, line, [(differ as u64).into(), (all as u64).into(), Arg::None], out);
    }
    let lines = Sum::of(visit.iter());
    let total = visit.iter().find_map(|l| l.known.visit_timed);
    if let Some(total) = total
        && lines.contradicts(total)
        && Sum::of(day.lines.iter().filter(|l| l.claim == first.claim && l.is_timed())).contradicts(total)
    {
        report(SUM, first, [lines.minutes.into(), total.into(), Arg::None], out);
    }
    let timed = lines.minutes.max(total.unwrap_or(0));
    let treatment = visit.iter().find_map(|l| l.known.visit_treatment);
    if let Some(treatment) = treatment.filter(|treatment| *treatment < timed) {
        report(TREATMENT, first, [timed.into(), treatment.into(), Arg::None], out);
    }
    spans(visit, timed.max(treatment.unwrap_or(0)), out);
}

/// Holds the minutes of lines and those of the visit against clock times.
fn spans(visit: &[DayLine<'_>], minutes: u32, out: &mut DaySink<'_>) {
    for line in visit {
        if let (Some(Source::SidecarLine), Some(minutes), Some(span)) =
            (line.known.source, line.known.minutes, line.known.span)
            && span < minutes
        {
            report(LINE_SPAN, line, [line.code.into(), minutes.into(), span.into()], out);
        }
    }
    let of_visit = visit.iter().find_map(|l| Some((l, l.known.visit_span?)));
    if let Some((line, span)) = of_visit.filter(|(_, span)| *span < minutes) {
        report(VISIT_SPAN, line, [minutes.into(), span.into(), Arg::None], out);
    }
}

/// Documented minutes of lines.
struct Sum {
    minutes: u32,
    /// Whether every line has some.
    whole: bool,
}

impl Sum {
    fn of<'d>(lines: impl Iterator<Item = &'d DayLine<'d>>) -> Sum {
        lines.fold(Sum { minutes: 0, whole: true }, |sum, l| Sum {
            minutes: sum.minutes.saturating_add(l.known.minutes.unwrap_or(0)),
            whole: sum.whole && l.known.minutes.is_some(),
        })
    }

    /// Whether a total cannot be that of the lines.
    fn contradicts(&self, total: u32) -> bool {
        self.minutes > total || (self.whole && self.minutes < total)
    }
}

fn report(fault: u8, line: &DayLine<'_>, args: [Arg; 3], out: &mut DaySink<'_>) {
    out.report(line, Draft::day_line(fault, line).args(args).at_risk(Cents::ZERO));
}

#[cfg(test)]
mod tests;
