//! TIM009: more timed units on one provider's day than a working day has room for. Refuses to judge lines
//! without a rendering provider.

use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::course::{LEAST_UNITS, ProviderDay};
use crate::rules::place;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::x12::value::Cents;

/// Units of 16 hours.
const HARDLY: u32 = 64;

const DENIAL: Denial = Denial { group: "CO", carc: "50", rarc: &[] };

rule! {
    /// ## What it checks
    ///
    /// The units of timed 15-minute codes of one rendering provider on one date, over all patients and claims of
    /// the run, a quarter of an hour each: more than 12 hours is low, more than 16 hours medium. It is reported
    /// once, on the first line of the day, and no money is counted: which of the lines is wrong cannot be told.
    ///
    /// Only individual providers can be judged so. Where a clinic names itself as rendering provider, or several
    /// assistants bill under one therapist, the day is not one person's.
    ///
    /// ## Why payers deny it
    ///
    /// Days that nobody can work are looked for by auditors, and lead to requests for all records of the day.
    ///
    /// ## Example
    ///
    /// 70 units of 97110 and 97530 on one date under one rendering NPI: 17 and a half hours.
    ///
    /// ## How to fix
    ///
    /// Name the provider who gave each service. If all of it is one provider's, check the units against the notes.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Timed codes are one-on-one: Pub. 100-04 chapter 5 section 20.3, read in copies; a medical coding
    ///   blog, 2021-09-20.
    /// - `[I]` The bounds of 12 and 16 hours are the project's own.
    pub struct ImpossibleProviderDay {
        code: "TIM009",
        name: "impossible-provider-day",
        severity: Low,
        since: "0.1.0",
        summary: "A rendering provider's timed units of one day come to more than 12 hours.",
        interest: ProviderDay,
        faults: [{
            text: "{0} timed units of this rendering provider on {1}, more than {2} hours of one-on-one time",
            fix: "name the provider who gave each service, or check the day's units against the notes",
            denial: Some(DENIAL),
        }],
    }
}

impl Rule for ImpossibleProviderDay {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn provider_day(&self, day: &ProviderDay<'_>, out: &mut DaySink<'_>) {
        if day.units <= LEAST_UNITS {
            return;
        }
        let severity = if day.units <= HARDLY { Severity::Low } else { Severity::Medium };
        let hours = if severity == Severity::Low { LEAST_UNITS / 4 } else { HARDLY / 4 };
        let args: [Arg; 3] = [day.units.into(), day.date.into(), hours.into()];
        let draft = Draft::day_line(0, day.line).element(place::units(day.line.service));
        out.report(day.line, draft.severity(severity).at_risk(Cents::ZERO).args(args));
    }
}
