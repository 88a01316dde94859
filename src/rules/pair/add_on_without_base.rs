//! PTP010: an add-on code without the code it is added to. Refuses to look for what may stand on another date: a
//! monthly code is left alone.

use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::tables::code_set::CodeSet;
use crate::x12::code::Code;

const DENIAL: Denial = Denial { group: "CO", carc: "107", rarc: &[("N122", 0)] };

/// Remote treatment management, further 20 minutes of a calendar month: its base may stand on any day of it.
const MONTHLY: Code = Code::of("98981");

rule! {
    /// ## What it checks
    ///
    /// An add-on code of the therapy table whose base code nobody billed for the patient, date, billing provider and
    /// payer, on any claim of the run or of earlier files (`--history`): 97130 without 97129, 97546 without 97545,
    /// 97551 without 97550, 97598 without 97597, 92608 without 92607, 90913 without 90912, 96113 without 96112,
    /// G0542 without G0541. High; medium on an interim or late-charge bill (CLM05-3 2 to 5), whose rest may have been
    /// sent already.
    ///
    /// 98981 is left alone: its base 98980 may stand on another day of the calendar month.
    ///
    /// ## Why payers deny it
    ///
    /// An add-on code is paid only beside the service it is added to.
    ///
    /// ## Example
    ///
    /// 97130 with 2 units and no 97129 on the day.
    ///
    /// ## How to fix
    ///
    /// Bill the first unit with the base code. If the base stands on another claim, send both together.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Which codes are added to which: payer lists of timed codes and the text of the NCCI tables, which agree.
    /// - `[V]` CARC 107 and RARC N122 exist in the code lists.
    /// - `[I]` Medium on interim bills: inferred.
    pub struct AddOnWithoutBase {
        code: "PTP010",
        name: "add-on-without-base",
        severity: High,
        since: "0.1.0",
        summary: "An add-on code stands on a day without the code it is added to.",
        interest: Day(Marks::ADDON, Marks::NONE),
        faults: [
            {
                text: "{0} is added to {1}, which is not billed on {2}",
                fix: "bill the first unit as {1}, or send the claim that has it together with this one",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for AddOnWithoutBase {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        if !day.marks.has(Marks::ADDON) {
            return;
        }
        let mut billed = CodeSet::EMPTY;
        for facts in day.lines.iter().chain(day.earlier).filter(|l| l.bills()).filter_map(|l| l.facts) {
            billed.insert(facts.index);
        }
        let added = |l: &&DayLine<'_>| l.marks.has(Marks::ADDON) && l.code != MONTHLY && l.bills();
        for line in day.lines.iter().filter(added) {
            let Some(base) = line.facts.map(|facts| facts.addon_base) else { continue };
            if day.tables.therapy.get(base).is_some_and(|facts| billed.contains(facts.index)) {
                continue;
            }
            let args: [Arg; 3] = [line.code.into(), base.into(), line.date.into()];
            let partial = matches!(line.frequency, 2..=5);
            let draft = Draft::day_line(0, line).component(place::procedure(line.service), place::CODE);
            let draft = if partial { draft.severity(Severity::Medium) } else { draft };
            out.report(line, draft.args(args));
        }
    }
}
