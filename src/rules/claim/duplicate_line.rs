//! CLM010: the same service billed twice for one day. Refuses to call lines the same that a modifier tells
//! apart.

use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::x12::code::{Code, Modifier};
use crate::x12::value::{Cents, Quantity};

/// CARC 18 is used with group OA only.
const DENIAL: Denial = Denial { group: "OA", carc: "18", rarc: &[] };

const IN_CLAIM: u8 = 0;
const IN_RUN: u8 = 1;
const EARLIER: u8 = 2;

rule! {
    /// ## What it checks
    ///
    /// Two lines of one patient, date, billing provider and payer with the same code, the same modifiers in
    /// whatever order, the same units and the same charge. The later line is reported: high if both stand on
    /// one claim, medium if they stand on two claims of the run, low if the other stands in an earlier file
    /// (`--history`).
    ///
    /// A line that carries a modifier the other has not, such as 59, XE, 76, 77, CQ or CO, is another service
    /// and not reported. Nor are lines of a claim that replaces another one (CLM05-3 is 7), lines that bill
    /// no units, and codes the therapy table does not have. Who rendered the two is not looked at, and a line
    /// without a date is of no day.
    ///
    /// ## Why payers deny it
    ///
    /// Payers pay the first and deny what is exactly like it.
    ///
    /// ## Example
    ///
    /// Two lines `SV1*HC:97110:GP*50*UN*1***1~` of one date on one claim.
    ///
    /// ## How to fix
    ///
    /// Remove the line if the service was given once. If it was given twice, bill the units on one line, or
    /// add the modifier that tells the second one apart: 76 for a repeat, 59 or XE for a visit of its own.
    ///
    /// ## Sources
    ///
    /// - `[V]` CARC 18 exists and is used with group OA.
    /// - `[I]` What makes two lines the same, and severities: inferred.
    pub struct DuplicateLine {
        code: "CLM010",
        name: "duplicate-line",
        severity: High,
        since: "0.1.0",
        summary: "A line bills what another line of the same patient and day bills already.",
        interest: Day(Marks::NONE, Marks::REPEATED.and(Marks::EARLIER)),
        faults: [
            {
                text: "{0} is billed on line {1} of the claim already: same date, modifiers, units and charge",
                fix: "remove the line, or tell it apart by a modifier if the service was given twice",
                denial: Some(DENIAL),
            },
            {
                text: "{0} is billed on another claim already: same date, modifiers, units and charge",
                fix: "remove the line, or tell it apart by a modifier if the service was given twice",
                denial: Some(DENIAL),
            },
            {
                text: "{0} is billed in an earlier file already: same date, modifiers, units and charge",
                fix: "look whether the earlier claim was paid; to correct it, send a replacement (CLM05-3 7)",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for DuplicateLine {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        if !day.marks.any(Marks::REPEATED.and(Marks::EARLIER)) {
            return;
        }
        for (line, twin) in twins(day.lines, day.earlier) {
            let (fault, severity, first): (u8, Severity, Arg) = match twin {
                Twin::OfClaim(number) => (IN_CLAIM, Severity::High, number.into()),
                Twin::OfRun => (IN_RUN, Severity::Medium, Arg::None),
                Twin::Earlier => (EARLIER, Severity::Low, Arg::None),
            };
            let args: [Arg; 2] = [line.code.into(), first];
            let draft = Draft::day_line(fault, line).component(place::procedure(line.service), place::CODE);
            out.report(line, draft.args(args).severity(severity));
        }
    }
}

/// Where the line stands that a later one repeats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Twin {
    /// On the same claim, with this number.
    OfClaim(u32),
    /// On another claim of the run.
    OfRun,
    /// In an earlier file.
    Earlier,
}

/// The lines that repeat another one, in no particular order. Sorted rather than compared each with each: a
/// day may have as many lines as a run has.
fn twins<'l, 'd>(lines: &'l [DayLine<'d>], earlier: &[DayLine<'d>]) -> Vec<(&'l DayLine<'d>, Twin)> {
    let is_service = |l: &&DayLine<'_>| l.facts.is_some() && l.bills() && l.units.is_some();
    let mut billed: Vec<_> = lines.iter().filter(is_service).filter(|l| l.frequency != 7).collect();
    billed.sort_unstable_by_key(|l| (what(l), l.claim, l.order));
    let mut before: Vec<_> = earlier.iter().filter(is_service).map(what).collect();
    before.sort_unstable();
    let mut found = Vec::new();
    for same in billed.chunk_by(|a, b| what(a) == what(b)) {
        if before.binary_search(&what(same[0])).is_ok() {
            found.push((same[0], Twin::Earlier));
        }
        for pair in same.windows(2) {
            let twin =
                if pair[0].claim == pair[1].claim { Twin::OfClaim(pair[0].number) } else { Twin::OfRun };
            found.push((pair[1], twin));
        }
    }
    found
}

/// What a line bills.
fn what(line: &DayLine<'_>) -> (Code, [Modifier; 4], Option<Quantity>, Cents) {
    (line.code, line.modifiers.sorted(), line.units, line.charge)
}

#[cfg(test)]
mod tests;
