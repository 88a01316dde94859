//! LIM003: several units of a code that time does not count. Refuses to say again what the code's medically
//! unlikely edit says already.

use crate::claim::claim::Form;
use crate::claim::line::ServiceLine;
use crate::finding::Arg;
use crate::rule;
use crate::rules::codes::codes;
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::Demand;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::Setting;
use crate::x12::code::Code;
use crate::x12::value::Quantity;

use super::part::part;

const DENIAL: Denial = Denial { group: "CO", carc: "151", rarc: &[("N362", 0)] };

/// Counted by area, and by 20 minutes of a month.
const COUNTED_OTHERWISE: [Code; 4] = codes(["97597", "97598", "98980", "98981"]);

/// The first quarter hour of a service whose others are another code.
const FIRST: Code = Code::of("97129");

rule! {
    /// ## What it checks
    ///
    /// A line of a therapy code whose units are not counted by time, or of 97129, with more than one unit, where
    /// LIM001 has nothing to say: no MUE is known of the code for the date and form, or the payer is set not to apply
    /// NCCI. In the second case a known MUE above 1 still counts as the most. Only one of the two rules reports a
    /// line.
    ///
    /// Left alone: 97597 and 97598, which are counted by area, 98980 and 98981, counted by 20 minutes, and codes with
    /// a time base of their own such as 96105. One code on several lines is a question of LIM001.
    ///
    /// ## Why payers deny it
    ///
    /// An untimed code is the whole service of the day, however long it took. Its second unit has nothing behind it.
    ///
    /// ## Example
    ///
    /// 90901 with 2 units on one line.
    ///
    /// ## How to fix
    ///
    /// Bill one unit. If the units are minutes or quarter hours, look whether the code is the right one.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Which codes time does not count: UHC's list of timed codes, and the texts of the MUE and NCCI tables.
    /// - `[V]` CARC 151 and RARC N362 exist in the code lists; `[I]` that they answer this is inferred.
    pub struct UntimedCodeSeveralUnits {
        code: "LIM003",
        name: "untimed-code-several-units",
        severity: High,
        since: "0.1.0",
        summary: "A code that is not counted by time is billed with more than one unit.",
        interest: Line(Marks::THERAPY.and(Marks::UNITS_OVER_ONE), Marks::NONE),
        faults: [
            {
                text: "{0} billed {1} units, it is not counted by quarter hours and takes at most {2} a day",
                fix: "bill {2}, or the code that counts time if that was meant",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for UntimedCodeSeveralUnits {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        if !cx.marks_of(line).has(Marks::THERAPY | Marks::UNITS_OVER_ONE) {
            return;
        }
        let untimed = cx.marks_of(line).has(Marks::UNTIMED) || line.procedure == FIRST;
        if !untimed || COUNTED_OTHERWISE.contains(&line.procedure) {
            return;
        }
        let (Some(facts), Some(units), Some(date)) = (line.facts, line.units, line.date) else { return };
        let setting = match cx.claim.form {
            Form::Professional => Setting::Practitioner,
            Form::Institutional => Setting::Hospital,
        };
        let mue = cx.tables.mues.find(setting, facts, date);
        if mue.is_some() && cx.policy.ncci != Demand::Off {
            return;
        }
        let most = Quantity::whole(mue.map_or(1, |mue| mue.value.max(1)).into());
        let Ok(over @ 1..) = u64::try_from(units.0 - most.0) else { return };
        let args: [Arg; 3] = [line.procedure.into(), units.into(), most.into()];
        let draft = Draft::line(0, line).element(place::units(line.service)).args(args);
        out.report(draft.at_risk(part(line.charge_or_zero(), over, units.0.unsigned_abs())));
    }
}

#[cfg(test)]
mod tests;
