//! TIM002: as many units as the day supports, or fewer, but on the wrong codes. Refuses to choose between splits that
//! are equally right, and to judge a day whose minutes are not known code by code.

use crate::finding::Arg;
use crate::rule;
use crate::rules::day::{DayLine, PatientDay, TherapyDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::UnitMethod;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::x12::value::Cents;

use super::pool::{Pool, Service, from_last, services, whole_units};
use super::units::{most_cms_units, nearest_cms_split, share};

const DENIAL: Denial = Denial { group: "CO", carc: "151", rarc: &[("N430", 0)] };

rule! {
    /// ## What it checks
    ///
    /// How the units of a day are spread over its timed codes, for payers that count by the 8-minute rule. The
    /// day is one patient, date, billing provider and discipline, on whatever claims of the run. Each code has a
    /// unit for every full 15 minutes of its own; the units of the total beyond those go one each to the codes
    /// with the most minutes left over, and where codes are equal to any of them.
    ///
    /// A code with more units than such a split gives it is reported. Of all right splits the one nearest to what
    /// is billed counts, so every tie is accepted, and so is a day with units left out. Lines of a code are added
    /// up, and 97130 counts with 97129: the two are one service.
    ///
    /// Days with more units in all than their minutes support are TIM001's, and a unit on fewer than 8 minutes
    /// that no split gives is TIM004's. Minutes written down in steps of five change nothing: what is right by the
    /// minute is right by the rounded minutes too. Days whose minutes are known only as a total, and payers that count
    /// otherwise or in a way not known, are not checked.
    ///
    /// ## Why payers deny it
    ///
    /// The number of units is right, so nothing stands out until the note is read; then the unit on the wrong code
    /// is taken back. At risk is the difference in price between the two codes.
    ///
    /// ## Example
    ///
    /// 24 minutes of 97530 and 23 minutes of 97110, billed as 1 and 2: 47 minutes support three units, and the 24
    /// minutes have more left over than the 23.
    ///
    /// ## How to fix
    ///
    /// Move the unit to the code with more minutes left over.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Medicare Claims Processing Manual, Pub. 100-04 chapter 5 section 20.2: the split and its worked cases.
    ///   Read in copies, not on cms.gov.
    /// - `[I]` That 97129 and 97130 are one service here: inferred from what the codes are.
    /// - `[I]` Denial codes: CO-151 with N430, inferred from the code lists.
    pub struct UnitDistribution {
        code: "TIM002",
        name: "unit-distribution",
        severity: Medium,
        since: "0.1.0",
        summary: "The day's timed units stand on other codes than the documented minutes put them on.",
        interest: Day(Marks::TIMED.and(Marks::DOCUMENTED), Marks::NONE),
        faults: [
            {
                text: "{0} has {1} of the day's minutes, which take {2} of the {3} units billed on it; other codes have more left over",
                fix: "bill {2} of {0} and give the rest to the codes with more minutes left over",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for UnitDistribution {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        if day.policy.unit_method == UnitMethod::Cms {
            day.disciplines().for_each(|discipline| check(&discipline, out));
        }
    }
}

fn check(day: &TherapyDay<'_>, out: &mut DaySink<'_>) {
    // Full quarter hours are a code's own in every split.
    let more = |l: &DayLine<'_>| l.known.minutes.is_some_and(|m| whole_units(l) > m / 15);
    if day.lines.len() < 2 || !day.lines.iter().any(more) {
        return;
    }
    if !Pool::of(day).is_some_and(|pool| pool.by_line && pool.cms_excess() == 0) {
        return;
    }
    let services = services(day.lines);
    let billed = services.iter().map(|s| (s.minutes, units_judged(s, &services)));
    for (at, service) in services.iter().enumerate() {
        let right = nearest_cms_split(at, billed.clone());
        let over = units_judged(service, &services).saturating_sub(right);
        if over == 0 {
            continue;
        }
        let args: [Arg; 4] =
            [service.code.into(), service.minutes.into(), right.into(), service.units.into()];
        let elsewhere = cheapest_short_of(&services, billed.clone()).unwrap_or_default();
        for (line, here) in from_last(day.lines, service.code, over) {
            let own = share(line.charge, here, whole_units(line).into());
            let difference = own - Cents(elsewhere.0.saturating_mul(i64::try_from(here).unwrap_or(i64::MAX)));
            let draft = Draft::day_line(0, line).element(place::units(line.service)).args(args);
            out.report(line, draft.at_risk(difference.max(Cents::ZERO)));
        }
    }
}

/// The units of a service that are judged here: without those of a code under 8 minutes that no split gives it.
fn units_judged(service: &Service, all: &[Service]) -> u64 {
    if service.minutes >= 8 {
        return service.units;
    }
    service.units.min(most_cms_units(service.minutes, all.iter().map(|s| s.minutes)).into())
}

/// The price of a unit of the cheapest service that bills fewer units than its minutes take.
fn cheapest_short_of(all: &[Service], billed: impl Iterator<Item = (u32, u64)> + Clone) -> Option<Cents> {
    let short = |(at, s): &(usize, &Service)| nearest_cms_split(*at, billed.clone()) > s.units && s.units > 0;
    all.iter().enumerate().filter(short).map(|(_, s)| share(s.charge, 1, s.units)).min()
}

#[cfg(test)]
mod tests;
