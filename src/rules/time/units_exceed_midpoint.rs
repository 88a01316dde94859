//! TIM003: more timed units than the midpoint rule, or a payer's stricter count, allows. Refuses to repeat what
//! the 8-minute rule alone decides, and units that every way of counting refuses where the way is not known.

use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::day::{DayLine, PatientDay, TherapyDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::UnitMethod;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};

use super::pool::{Pool, Service, from_last, services, whole_units};
use super::units::{ama_units, most_cms_units, share};

const DENIAL: Denial = Denial { group: "CO", carc: "151", rarc: &[("N430", 0)] };

const BY_CODE: u8 = 0;
const AT_MOST: u8 = 1;
const BY_TOTAL: u8 = 2;
const BY_CODE_ALONE: u8 = 3;
const BY_TOTAL_ALONE: u8 = 4;

rule! {
    /// ## What it checks
    ///
    /// The timed 15-minute lines of one patient, date, billing provider and discipline, by ways of counting other
    /// than the plain 8-minute rule. By the midpoint rule each code stands alone and earns a unit past half of
    /// it: 8 minutes one, 23 two, 38 three. What is reported depends on how the payer counts:
    ///
    /// - `ama`: codes with more units than their own minutes earn by midpoint;
    /// - `strict`: the same, and days with more units than the 8-minute rule gives the total;
    /// - not known: units that exactly one of the two ways refuses, and which one. Units that both refuse are
    ///   TIM001's;
    /// - `cms`: nothing, the 8-minute rule alone counts there.
    ///
    /// Medium where one way refuses the units, high where the payer's own way is known and both refuse them.
    /// Units of a code on fewer than 8 minutes that have no ground at all are left to TIM004. Lines of one code
    /// are added up, and 97130 counts with 97129. Where only the visit has a total of minutes, units are held to
    /// the most that the total can earn. A day with missing minutes, or with units that are not whole numbers, is
    /// not checked. That is no pass.
    ///
    /// If this payer counts as Medicare does, the finding about midpoint is wrong for it: 33 and 7 minutes make
    /// three units there. Set its `unit_method` in claimlint.toml.
    ///
    /// ## Why payers deny it
    ///
    /// Both ways are in use among commercial, workers' compensation and automobile payers, and each refuses units
    /// that the other grants. Units without minutes are taken back when records are asked for.
    ///
    /// ## Example
    ///
    /// 33 minutes of 97110 and 7 minutes of 97140 billed as 2 and 1: right by the 8-minute rule, one too many by
    /// midpoint. 8 and 8 minutes billed as 1 and 1: the other way round.
    ///
    /// ## How to fix
    ///
    /// Find out how the payer counts, set it, and bill the units that way supports. If minutes were given and not
    /// written down, document them by a late entry as your policy for records allows.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Midpoint: AAPC, MDS Alert 118604 (R. Gawenda): more than half of the time named, each code alone.
    /// - `[V2]` That commercial, automobile and workers' compensation payers count by midpoint: secondary pages of
    ///   little weight; each plan may choose.
    /// - `[V2]` Strict: APTA, 2025-07-09, on Anthem's guideline for timed units, which merges both tests.
    /// - `[I]` That `strict` allows the smaller of both counts: inferred, the guideline's text was not read.
    /// - `[I]` Severities, and CO-151 with N430: inferred.
    pub struct UnitsExceedMidpoint {
        code: "TIM003",
        name: "units-exceed-midpoint",
        severity: Medium,
        since: "0.1.0",
        summary: "More timed units are billed than one way of counting minutes allows, be it the payer's or not known.",
        interest: Day(Marks::TIMED.and(Marks::DOCUMENTED), Marks::NONE),
        faults: [
            {
                text: "by midpoint {2} documented minutes of {0} earn {3} of {1} units billed",
                fix: "bill the units this code's own minutes earn or document the missing minutes",
                denial: Some(DENIAL),
            },
            {
                text: "by midpoint {0} timed minutes of the visit earn at most {1} of {2} units billed; {3} too many on this line",
                fix: "take {3} off the units of this line or document the minutes of each code",
                denial: Some(DENIAL),
            },
            {
                text: "by the strict count {0} timed minutes of the day support {1} of {2} units billed; {3} too many on this line",
                fix: "take {3} off the units of this line or document the missing minutes",
                denial: Some(DENIAL),
            },
            {
                text: "by midpoint {2} documented minutes of {0} earn {3} of {1} units billed; the 8-minute rule allows the day's total",
                fix: "find out how this payer counts and set its unit_method; if by midpoint, bill {3}",
                denial: Some(DENIAL),
            },
            {
                text: "by the 8-minute rule {0} timed minutes of the day support {1} of {2} units billed, {3} too many on this line; midpoint allows them",
                fix: "find out how this payer counts and set its unit_method; if by the 8-minute rule, take {3} off this line",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for UnitsExceedMidpoint {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        if day.policy.unit_method != UnitMethod::Cms {
            day.disciplines().for_each(|discipline| check(&discipline, out));
        }
    }
}

fn check(day: &TherapyDay<'_>, out: &mut DaySink<'_>) {
    let Some(pool) = Pool::of(day) else { return };
    let (total, midpoint) = (pool.cms_excess(), pool.midpoint_excess());
    let severity = if total > 0 && midpoint > 0 { Severity::High } else { Severity::Medium };
    match day.policy.unit_method {
        UnitMethod::Cms => {}
        UnitMethod::Ama if pool.by_line => by_code(BY_CODE, day, severity, out),
        UnitMethod::Ama => pooled(AT_MOST, &pool, midpoint, severity, out),
        UnitMethod::Strict if pool.by_line && midpoint >= total => by_code(BY_CODE, day, severity, out),
        UnitMethod::Strict => pooled(BY_TOTAL, &pool, total, severity, out),
        UnitMethod::Unknown if midpoint == 0 => pooled(BY_TOTAL_ALONE, &pool, total, severity, out),
        UnitMethod::Unknown if total == 0 => by_code(BY_CODE_ALONE, day, severity, out),
        UnitMethod::Unknown => {}
    }
}

/// Reports the lines of each code that has more units than its own minutes earn.
fn by_code(fault: u8, day: &TherapyDay<'_>, severity: Severity, out: &mut DaySink<'_>) {
    let services = services(day.lines);
    for service in services.iter() {
        let over = match (fault, service.minutes < 8) {
            (_, false) => service.over_midpoint(),
            // What the 8-minute rule gives a short code is all there is to say of it here; the rest is TIM004's.
            (BY_CODE_ALONE, true) => stands_by_total(service, &services),
            (_, true) => 0,
        };
        for (line, here) in from_last(day.lines, service.code, over) {
            let earned = ama_units(service.minutes);
            let args = [service.code.into(), service.units.into(), service.minutes.into(), earned.into()];
            report(fault, line, here, args, severity, out);
        }
    }
}

/// The units of a code that some split of the day's total gives it.
fn stands_by_total(short: &Service, all: &[Service]) -> u64 {
    short.units.min(most_cms_units(short.minutes, all.iter().map(|s| s.minutes)).into())
}

/// Reports the lines that bear an excess of the day.
fn pooled(fault: u8, pool: &Pool<'_>, excess: u64, severity: Severity, out: &mut DaySink<'_>) {
    if excess == 0 {
        return;
    }
    for (line, over) in pool.spread(excess) {
        let args = [pool.minutes.into(), (pool.billed - excess).into(), pool.billed.into(), over.into()];
        report(fault, line, over, args, severity, out);
    }
}

fn report(
    fault: u8,
    line: &DayLine<'_>,
    over: u64,
    args: [Arg; 4],
    severity: Severity,
    out: &mut DaySink<'_>,
) {
    let at_risk = share(line.charge, over, whole_units(line).into());
    let draft = Draft::day_line(fault, line).element(place::units(line.service)).args(args);
    out.report(line, draft.at_risk(at_risk).severity(severity));
}

#[cfg(test)]
mod tests;
