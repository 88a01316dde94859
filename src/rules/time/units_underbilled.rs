//! TIM007: fewer timed units than the documented minutes support. Information, never a risk; refuses to promise a unit
//! that some way of counting does not give.

use std::cmp::Reverse;

use crate::finding::Arg;
use crate::rule;
use crate::rules::day::{DayLine, PatientDay, TherapyDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::UnitMethod;
use crate::rules::rule::{DaySink, Draft, Rule, RuleMeta};
use crate::x12::value::Cents;

use super::pool::{Pool, Service, service, services, whole_units};
use super::units::{ama_units, cms_units};

const ONE_LINE: u8 = 0;
const POOLED: u8 = 1;

rule! {
    /// ## What it checks
    ///
    /// The timed 15-minute lines of one patient, date, billing provider and discipline whose documented minutes
    /// support more units than are billed: by the 8-minute rule over the day's total, or by midpoint code by code,
    /// as the payer counts. For `strict`, and where the way of counting is not known, only units that both ways give.
    /// The line with the most minutes not billed for bears it. Where only the visit has a total of minutes, payers
    /// that count by the 8-minute rule are looked at alone.
    ///
    /// Nothing is said of a day that has the payer's cap of units already, or minutes given to a group. Days with
    /// missing minutes, or with units that are not whole numbers, are not looked at. Whether 97530 was meant where
    /// 97110 is billed cannot be told from minutes and is not looked at.
    ///
    /// ## Why payers deny it
    ///
    /// They do not: this is money not asked for, so nothing is at risk. A pattern of too few units is still a record
    /// that does not fit its claims.
    ///
    /// ## Example
    ///
    /// 97112 with 1 unit and a note of 25 minutes: 25 minutes support 2 units.
    ///
    /// ## How to fix
    ///
    /// If the note bears the minutes out, bill the units they support, on the code with the most minutes left over.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Medicare Claims Processing Manual, Pub. 100-04 chapter 5 section 20.2, and midpoint counting: AAPC,
    ///   MDS Alert 118604. Read in copies and on secondary pages.
    /// - `[V2]` Each further quarter hour of 97112 may be reported: UControl Billing, 2022-05-31. A secondary page.
    pub struct UnitsUnderbilled {
        code: "TIM007",
        name: "units-underbilled",
        severity: Info,
        since: "0.1.0",
        summary: "The documented minutes support more timed units than are billed.",
        interest: Day(Marks::TIMED.and(Marks::DOCUMENTED), Marks::NONE),
        faults: [
            {
                text: "{0} bills {1} of the {2} units its {3} documented minutes support",
                fix: "bill {2} if the note bears the minutes out",
                denial: None,
            },
            {
                text: "the day bills {0} of the {1} units its {2} timed minutes support",
                fix: "bill the rest on the code with the most minutes left over if the note bears the minutes out",
                denial: None,
            },
        ],
    }
}

impl Rule for UnitsUnderbilled {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        day.disciplines().for_each(|discipline| check(&discipline, out));
    }
}

fn check(day: &TherapyDay<'_>, out: &mut DaySink<'_>) {
    let Some(pool) = Pool::of(day) else { return };
    let method = day.policy.unit_method;
    let total = u64::from(cms_units(pool.minutes));
    // By midpoint a unit takes 8 minutes at least; the other ways never give more than the total does.
    let most = if method == UnitMethod::Ama { u64::from(pool.minutes / 8) } else { total };
    if pool.billed >= most || day.lines.iter().any(|l| l.known.group == Some(true)) {
        return;
    }
    let services = services(day.lines);
    let supported = match (method, pool.by_line) {
        (UnitMethod::Cms, _) => total,
        (_, false) => return,
        (UnitMethod::Ama, true) => by_midpoint(&services),
        (UnitMethod::Strict | UnitMethod::Unknown, true) => total.min(by_midpoint(&services)),
    };
    let Some(line) = most_minutes_left(day, &services) else { return };
    if supported <= pool.billed || is_capped(day, line) {
        return;
    }
    let (billed, supported, minutes) = (pool.billed.into(), supported.into(), pool.minutes.into());
    let (fault, args): (u8, [Arg; 4]) = match day.lines {
        [only] => (ONE_LINE, [only.code.into(), billed, supported, minutes]),
        _ => (POOLED, [billed, supported, minutes, Arg::None]),
    };
    let draft = Draft::day_line(fault, line).element(place::units(line.service)).args(args);
    out.report(line, draft.at_risk(Cents::ZERO));
}

fn by_midpoint(services: &[Service]) -> u64 {
    services.iter().map(|s| u64::from(ama_units(s.minutes))).sum()
}

/// The first line of the service with the most minutes beyond those of its units.
fn most_minutes_left<'d>(day: &TherapyDay<'d>, services: &[Service]) -> Option<&'d DayLine<'d>> {
    let left = |s: &Service| i128::from(s.minutes) - 15 * i128::from(s.units);
    let most = services.iter().min_by_key(|s| Reverse(left(s)))?;
    day.lines.iter().find(|l| service(l.code) == most.code)
}

/// Whether the payer's cap for a day leaves no unit of a line's code.
fn is_capped(day: &TherapyDay<'_>, line: &DayLine<'_>) -> bool {
    let Some(cap) = &day.policy.daily_cap else { return false };
    let counts = |l: &DayLine<'_>| cap.codes.is_empty() || cap.codes.contains(&l.code);
    let capped = day.lines.iter().filter(|l| counts(l));
    counts(line) && capped.map(|l| u64::from(whole_units(l))).sum::<u64>() >= cap.units.into()
}

#[cfg(test)]
mod tests;
