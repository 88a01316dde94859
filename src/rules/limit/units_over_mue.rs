//! LIM001: more units of a code than its medically unlikely edit (MUE) allows. Refuses to take a code without a
//! known limit for one without a limit.

use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::{Demand, PayerClass, Policy};
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::tables::code_set::CodeSet;
use crate::tables::mue::Mue;
use crate::tables::therapy::{CodeFacts, MedicareStatus};
use crate::tables::{Coverage, Setting};
use crate::x12::value::Quantity;

const DENIAL: Denial = Denial { group: "CO", carc: "151", rarc: &[("N362", 0)] };

// Each has beside it the same for a date its list does not cover.
const LINE: u8 = 0;
const ABSOLUTE: u8 = 2;
const CLINICAL: u8 = 4;
const NOT_PAYABLE: u8 = 6;

rule! {
    /// ## What it checks
    ///
    /// The units of a code against its MUE on the date of service, practitioner list for 837P lines, outpatient
    /// hospital list for 837I lines:
    ///
    /// - adjudication indicator 1: each line by itself;
    /// - indicators 2 and 3: all lines of the code of one patient, date, billing provider and payer, on whatever
    ///   claims of the run; on an 837P those of each rendering provider apart. Over the limit every unit of the day
    ///   is at risk, not the excess, so each of the lines is reported with its whole charge.
    ///
    /// Critical for indicator 2, high for 1 and 3, where the payer applies NCCI; medium where it may; nothing where
    /// it is set not to.
    ///
    /// A limit of 0 means that the code is not payable at all. That is reported for payers that apply NCCI, high for
    /// Medicare Advantage, medium for Medicaid and federal payers, whose own lists may differ. For Medicare itself
    /// codes that its fee schedule bundles, excludes or does not know are a question of CLM002.
    ///
    /// The built-in lists are those of 2024-07-01; for a date outside that quarter the message says which list was
    /// used. A code without a known limit is not checked: some limits are confidential. Lines whose units are no
    /// number are not counted.
    ///
    /// ## Why payers deny it
    ///
    /// More units than anybody is likely to need are taken for a mistake. By Medicare's rules the denial is not the
    /// patient's to pay, notice or not.
    ///
    /// ## Example
    ///
    /// 97112 with 5 units on an 837P to Medicare: the MUE is 4.
    ///
    /// ## How to fix
    ///
    /// Correct the units. If they were given and the indicator is 3, expect a denial and appeal it with the record;
    /// for indicator 2 no record helps.
    ///
    /// ## Sources
    ///
    /// - `[V]` CMS MUE lists in force on 2024-07-01, practitioner and outpatient hospital; hospital values of most codes
    ///   read again in the list of 2026-10-01.
    /// - `[V]` NCCI policy manual 2026 chapter I: what the indicators mean, and that all units of the day are denied.
    /// - `[V2]` CO-151 with N362; `[I]` severities by payer, and rendering providers counted apart: inferred.
    pub struct UnitsOverMue {
        code: "LIM001",
        name: "units-over-mue",
        severity: High,
        since: "0.1.0",
        summary: "More units of a code are billed on a line or a day than its medically unlikely edit allows.",
        interest: Day(Marks::NONE, Marks::OVER_MUE.and(Marks::REPEATED)),
        faults: [
            {
                text: "{0} units of the code on one line, its MUE is {1}",
                fix: "correct the units; over {1} the whole line is at risk",
                denial: Some(DENIAL),
            },
            {
                text: "{0} units of the code on one line, its MUE is {1}; table of {2} used for {3}",
                fix: "correct the units; over {1} the whole line is at risk",
                denial: Some(DENIAL),
            },
            {
                text: "{0} units of the code on one day, its MUE is {1}, and no record changes that",
                fix: "correct the units; over {1} all units of the day are at risk",
                denial: Some(DENIAL),
            },
            {
                text: "{0} units of the code on one day, its MUE is {1}, and no record changes that; table of {2} used for {3}",
                fix: "correct the units; over {1} all units of the day are at risk",
                denial: Some(DENIAL),
            },
            {
                text: "{0} units of the code on one day, its MUE is {1}",
                fix: "correct the units; over {1} all units of the day are at risk, and the record has to carry an appeal",
                denial: Some(DENIAL),
            },
            {
                text: "{0} units of the code on one day, its MUE is {1}; table of {2} used for {3}",
                fix: "correct the units; over {1} all units of the day are at risk, and the record has to carry an appeal",
                denial: Some(DENIAL),
            },
            {
                text: "the code's MUE is {1}, which means not payable",
                fix: "bill the code that the payer takes for the service, or remove the line",
                denial: Some(DENIAL),
            },
            {
                text: "the code's MUE is {1}, which means not payable; table of {2} used for {3}",
                fix: "bill the code that the payer takes for the service, or remove the line",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for UnitsOverMue {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        if day.policy.ncci == Demand::Off || !day.marks.any(Marks::OVER_MUE | Marks::REPEATED) {
            return;
        }
        let mut seen = CodeSet::EMPTY;
        for facts in day.lines.iter().filter_map(|l| l.facts) {
            if seen.contains(facts.index) {
                continue;
            }
            seen.insert(facts.index);
            for setting in Setting::ALL {
                if let Some(mue) = day.tables.mues.find(setting, facts, day.date) {
                    check(day, setting, facts, mue, out);
                }
            }
        }
    }
}

fn check(day: &PatientDay<'_>, setting: Setting, facts: &CodeFacts, mue: Mue, out: &mut DaySink<'_>) {
    let limit = Quantity::whole(mue.value.into());
    let lines =
        || day.lines.iter().filter(|l| l.code == facts.code && l.setting() == setting && units(l).0 > 0);
    if mue.value == 0 {
        if let Some(severity) = not_payable(day.policy, facts) {
            lines().for_each(|l| report(l, units(l), mue, (NOT_PAYABLE, severity), out));
        }
        return;
    }
    let (fault, severity) = match mue.mai {
        1 => (LINE, Severity::High),
        2 => (ABSOLUTE, Severity::Critical),
        _ => (CLINICAL, Severity::High),
    };
    let severity = if day.policy.ncci == Demand::Required { severity } else { Severity::Medium };
    if mue.mai == 1 {
        lines().filter(|l| units(l) > limit).for_each(|l| report(l, units(l), mue, (fault, severity), out));
    } else if sum(lines()) > limit {
        let mut lines: Vec<&DayLine<'_>> = lines().collect();
        lines.sort_by_key(|l| l.rendering);
        // A facility is one provider whoever rendered the service.
        for of_one in lines.chunk_by(|a, b| setting == Setting::Hospital || a.rendering == b.rendering) {
            let units = sum(of_one.iter().copied());
            if units > limit {
                of_one.iter().for_each(|l| report(l, units, mue, (fault, severity), out));
            }
        }
    }
}

/// How bad a code with a limit of 0 is; none where another rule or another list speaks of it.
fn not_payable(policy: &Policy, facts: &CodeFacts) -> Option<Severity> {
    let known = !matches!(facts.medicare, MedicareStatus::Active | MedicareStatus::Unknown);
    match (policy.ncci, policy.class) {
        (Demand::Required, PayerClass::Medicare) if known => None,
        (Demand::Required, PayerClass::Medicare | PayerClass::MedicareAdvantage) => Some(Severity::High),
        (Demand::Required, _) => Some(Severity::Medium),
        _ => None,
    }
}

fn report(
    line: &DayLine<'_>,
    units: Quantity,
    mue: Mue,
    (fault, severity): (u8, Severity),
    out: &mut DaySink<'_>,
) {
    let dated = u8::from(mue.covered != Coverage::Covered);
    let args: [Arg; 4] = [units.into(), mue.value.into(), mue.table.into(), line.date.into()];
    let draft = Draft::day_line(fault + dated, line).element(place::units(line.service));
    out.report(line, draft.args(args).severity(severity));
}

fn units(line: &DayLine<'_>) -> Quantity {
    line.units.unwrap_or_default()
}

fn sum<'l, 'd: 'l>(lines: impl Iterator<Item = &'l DayLine<'d>>) -> Quantity {
    Quantity(lines.fold(0, |sum: i64, line| sum.saturating_add(units(line).0)))
}

#[cfg(test)]
mod tests;
