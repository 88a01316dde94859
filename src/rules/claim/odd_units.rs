//! CLM006: units of a therapy line that are no count of units, and timed lines over several days. Refuses to
//! judge what cannot be read; family X12 says that.

use crate::claim::claim::Form;
use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::Demand;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::x12::code::Code;
use crate::x12::value::{Cents, Quantity};

const UNITS: Denial = Denial { group: "CO", carc: "16", rarc: &[("M53", 0)] };
const DATES: Denial = Denial { group: "CO", carc: "16", rarc: &[("N345", 0)] };

const UNIT: Code = Code::of("UN");
const MINUTES: Code = Code::of("MJ");
const DAYS: Code = Code::of("DA");

const BASIS: u8 = 0;
const BASIS_MINUTES: u8 = 1;
const NO_BASIS: u8 = 2;
const NOT_WHOLE: u8 = 3;
const NO_UNITS: u8 = 4;
const SEVERAL_DAYS: u8 = 5;

rule! {
    /// ## What it checks
    ///
    /// Therapy lines, each of these by itself:
    ///
    /// - the unit basis (SV103, SV204) is UN; DA is taken on an 837I. MJ, minutes, is for anaesthesia (high);
    /// - the units are a whole number: `1.5` and `-1` are not, `2.0` is (high);
    /// - a line with a charge bills at least one unit (high);
    /// - a timed 15-minute code is of one day: its units cannot be held to the minutes of a day if the line
    ///   runs over several. High for payers that apply the NCCI edits, which are by day (Medicare, Medicare
    ///   Advantage, Medicaid, federal), medium for others, some of whom take a month on a line.
    ///
    /// Units that are not a number are X12-N001, dates that are none X12-N002. Lines without units and charge
    /// bill nothing and are left alone.
    ///
    /// ## Why payers deny it
    ///
    /// Units are counted, compared with limits and multiplied by a price; what is no count of units stops
    /// there.
    ///
    /// ## Example
    ///
    /// `SV1*HC:97110:GP*50*MJ*15***1~`: fifteen minutes, where one unit is meant.
    ///
    /// ## How to fix
    ///
    /// Bill whole units under UN, a line for each day.
    ///
    /// ## Sources
    ///
    /// - `[V]` Data element definitions of SV1 and SV2 in the 005010X222 and X223 guides, read in public
    ///   copies.
    /// - `[R]` A line for each date of service on 837I therapy: recalled; `[I]` severities: inferred.
    /// - `[V]` RARC M53 and N345 exist; `[I]` that they answer this is inferred.
    pub struct OddUnits {
        code: "CLM006",
        name: "odd-units",
        severity: High,
        since: "0.1.0",
        summary: "Units of a therapy line are not counted in whole units, or a timed line spans several days.",
        interest: Line(Marks::THERAPY.and(Marks::ODD_UNITS), Marks::NONE),
        faults: [
            {
                text: "{0} is counted in {1}, a therapy line counts units (UN)",
                fix: "write UN, and the number of units",
                denial: Some(UNITS),
            },
            {
                text: "{0} is counted in minutes (MJ), a therapy line counts units (UN)",
                fix: "write UN, and the units that the minutes support",
                denial: Some(UNITS),
            },
            {
                text: "{0} does not say what its units count",
                fix: "write UN",
                denial: Some(UNITS),
            },
            {
                text: "{0} bills {1} units, which is no whole count",
                fix: "bill whole units, those that the minutes support",
                denial: Some(UNITS),
            },
            {
                text: "{0} bills 0 units at a charge of {1}",
                fix: "bill the units that were given, or take off the charge",
                denial: Some(UNITS),
            },
            {
                text: "{0} is timed, and the line runs from {1} to {2}",
                fix: "bill a line for each date of service",
                denial: Some(DATES),
            },
        ],
    }
}

impl Rule for OddUnits {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        if !cx.marks_of(line).has(Marks::THERAPY.and(Marks::ODD_UNITS)) {
            return;
        }
        if line.units == Some(Quantity(0)) && line.charge_or_zero() == Cents::ZERO {
            return;
        }
        let code: Arg = line.procedure.into();
        let units = place::units(line.service);
        let mut say = |fault, element, args: [Arg; 3]| {
            out.report(Draft::line(fault, line).element(element).args(args));
        };
        let days = cx.claim.form == Form::Institutional && line.basis == DAYS;
        match line.basis {
            UNIT => {}
            _ if days => {}
            Code::NONE => say(NO_BASIS, units - 1, [code, Arg::None, Arg::None]),
            MINUTES => say(BASIS_MINUTES, units - 1, [code, Arg::None, Arg::None]),
            other => say(BASIS, units - 1, [code, other.into(), Arg::None]),
        }
        match line.units {
            Some(Quantity(0)) if line.charge_or_zero() > Cents::ZERO => {
                say(NO_UNITS, units, [code, line.charge_or_zero().into(), Arg::None]);
            }
            Some(billed) if billed.0 < 0 || billed.0 % 1000 != 0 => {
                say(NOT_WHOLE, units, [code, billed.into(), Arg::None]);
            }
            _ => {}
        }
        if let (true, Some(from), Some(to)) = (line.is_timed(), line.date, line.date_to)
            && from != to
        {
            let by_day = cx.policy.ncci == Demand::Required;
            let severity = if by_day { Severity::High } else { Severity::Medium };
            let draft = Draft::line(SEVERAL_DAYS, line).args([code, from.into(), to.into()]);
            out.report(draft.severity(severity));
        }
    }
}
