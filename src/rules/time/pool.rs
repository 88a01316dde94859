//! What the documented minutes of a therapy day support, and which lines bear the units they do not.
//!
//! A day is a pool: whether its units are too many is a question about all of its lines. Refuses to answer
//! where minutes are missing, or units are not whole numbers.

use std::cmp::Ordering;
use std::ops::Deref;

use crate::rules::day::{DayLine, TherapyDay};
use crate::rules::policy::UnitMethod;
use crate::x12::code::Code;
use crate::x12::value::Cents;

use super::units::{ama_units, ama_units_at_most, cms_units};

/// The minutes and units of a day that can be compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pool<'d> {
    lines: &'d [DayLine<'d>],
    method: UnitMethod,
    /// Documented timed minutes.
    pub(super) minutes: u32,
    /// Whether each line has minutes of its own, or only the visit has a total.
    pub(super) by_line: bool,
    /// Units billed.
    pub(super) billed: u64,
}

/// All lines of one service of a day.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Service {
    /// Its code.
    pub(super) code: Code,
    /// Documented minutes.
    pub(super) minutes: u32,
    /// Units billed.
    pub(super) units: u64,
    /// Charge.
    pub(super) charge: Cents,
}

/// The services of a day, ascending by code. Most days have so few lines that this needs no heap.
pub(super) struct Services {
    few: [Service; FEW],
    /// How many of `few` there are; those of `many` come instead if there are any.
    count: usize,
    many: Vec<Service>,
}

const FEW: usize = 12;

impl<'d> Pool<'d> {
    /// The pool of a day; `None` where the record does not allow a comparison.
    pub(super) fn of(day: &TherapyDay<'d>) -> Option<Pool<'d>> {
        let mut billed = 0u64;
        let mut sum = 0u32;
        let mut by_line = !day.lines.is_empty();
        for line in day.lines {
            billed += u64::from(line.units?.as_whole()?);
            sum = sum.saturating_add(line.known.minutes.unwrap_or(0));
            by_line &= line.known.minutes.is_some();
        }
        let minutes = if by_line { sum } else { visit_total(day.lines).filter(|total| *total >= sum)? };
        Some(Pool { lines: day.lines, method: day.policy.unit_method, minutes, by_line, billed })
    }

    /// Units billed beyond what the minutes support, by the payer's way of counting. Where that is not
    /// known, only what both ways refuse.
    pub(super) fn excess(&self) -> u64 {
        let cms = self.cms_excess();
        match self.method {
            UnitMethod::Cms => cms,
            // There each code is judged by itself: that is TIM003's question, not one about the day.
            UnitMethod::Ama | UnitMethod::Strict => 0,
            UnitMethod::Unknown if cms == 0 => 0,
            UnitMethod::Unknown => cms.min(self.midpoint_excess()),
        }
    }

    /// Units billed beyond the 8-minute rule over the total.
    pub(super) fn cms_excess(&self) -> u64 {
        self.billed.saturating_sub(cms_units(self.minutes).into())
    }

    /// Units billed beyond the midpoint rule code by code; with a total alone, beyond what it can earn at most.
    pub(super) fn midpoint_excess(&self) -> u64 {
        let services = services(self.lines);
        if self.by_line {
            return services.iter().map(Service::over_midpoint).sum();
        }
        let count = u32::try_from(services.len()).unwrap_or(u32::MAX);
        self.billed.saturating_sub(ama_units_at_most(self.minutes, count).into())
    }

    /// The lines that bear an excess, with their share of it, in the order of the day.
    ///
    /// A line's last unit is supported by what its minutes leave beyond the units before it; the units
    /// with the least support go first, among equals those of the lower price. Without minutes by line the
    /// price alone decides.
    pub(super) fn spread(&self, excess: u64) -> Vec<(&'d DayLine<'d>, u64)> {
        if excess == 0 {
            return Vec::new();
        }
        let lines: Vec<Priced<'d>> = self.lines.iter().filter_map(|l| Priced::of(l, self.by_line)).collect();
        // The support of the excess-th weakest unit of the day, by bisection: units may be billions.
        let (mut low, mut high) = (i64::from(i32::MIN) * 64, i64::from(i32::MAX) * 64);
        while low < high {
            let middle = low + (high - low).div_euclid(2);
            if lines.iter().map(|l| l.units_below(middle + 1)).sum::<u64>() >= excess {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        let mut shares: Vec<u64> = lines.iter().map(|l| l.units_below(low)).collect();
        let mut rest = excess.saturating_sub(shares.iter().sum());
        let mut by_price: Vec<usize> = (0..lines.len()).collect();
        by_price.sort_by(|a, b| lines[*a].cheaper(&lines[*b]).then(b.cmp(a)));
        for at in by_price {
            let more = rest.min(lines[at].units_below(low + 1) - lines[at].units_below(low));
            shares[at] += more;
            rest -= more;
        }
        lines.iter().zip(shares).filter(|(_, share)| *share > 0).map(|(l, share)| (l.line, share)).collect()
    }
}

/// A line with units, as far as it matters for bearing an excess.
struct Priced<'d> {
    line: &'d DayLine<'d>,
    units: u32,
    /// Minutes, where lines have their own.
    minutes: Option<u32>,
}

impl<'d> Priced<'d> {
    fn of(line: &'d DayLine<'d>, by_line: bool) -> Option<Priced<'d>> {
        let units = whole_units(line);
        let minutes = if by_line { line.known.minutes } else { None };
        (units > 0).then_some(Priced { line, units, minutes })
    }

    /// How many of the line's units have less than `support` minutes of their own. The n-th unit has what
    /// is left of the line's minutes after 15 for each unit before it.
    fn units_below(&self, support: i64) -> u64 {
        let Some(minutes) = self.minutes else {
            return if support > 0 { self.units.into() } else { 0 };
        };
        let last = i64::from(minutes) - 15 * (i64::from(self.units) - 1);
        let below = (support - 1 - last).div_euclid(15) + 1;
        u64::try_from(below).unwrap_or(0).min(self.units.into())
    }

    fn cheaper(&self, other: &Priced<'_>) -> Ordering {
        // Charge by units, compared crosswise: no division, no rounding.
        let price = |a: &Priced<'_>, b: &Priced<'_>| i128::from(a.line.charge.0) * i128::from(b.units);
        price(self, other).cmp(&price(other, self))
    }
}

/// The whole units of a line, 0 where they are not a whole number.
pub(super) fn whole_units(line: &DayLine<'_>) -> u32 {
    line.units.and_then(|u| u.as_whole()).unwrap_or(0)
}

/// The services of a day by code, each with its minutes and units.
pub(super) fn services(lines: &[DayLine<'_>]) -> Services {
    let of = |l: &DayLine<'_>| Service {
        code: service(l.code),
        minutes: l.known.minutes.unwrap_or(0),
        units: whole_units(l).into(),
        charge: l.charge,
    };
    let mut all = Services { few: [Service::default(); FEW], count: 0, many: Vec::new() };
    if let Some(few) = all.few.get_mut(..lines.len()) {
        few.iter_mut().zip(lines).for_each(|(slot, line)| *slot = of(line));
        all.count = merge(few);
    } else {
        all.many = lines.iter().map(of).collect();
        let count = merge(&mut all.many);
        all.many.truncate(count);
    }
    all
}

/// Sorts by code and puts what is of one code together, at the front. How many there are then.
fn merge(all: &mut [Service]) -> usize {
    all.sort_by_key(|s| s.code);
    let mut count = 0;
    for n in 0..all.len() {
        let next = all[n];
        match all[..count].last_mut() {
            Some(kept) if kept.code == next.code => {
                kept.minutes = kept.minutes.saturating_add(next.minutes);
                kept.units += next.units;
                kept.charge += next.charge;
            }
            _ => {
                all[count] = next;
                count += 1;
            }
        }
    }
    count
}

impl Deref for Services {
    type Target = [Service];

    fn deref(&self) -> &[Service] {
        if self.many.is_empty() { &self.few[..self.count] } else { &self.many }
    }
}

impl Service {
    /// Units beyond those its own minutes earn by the midpoint rule.
    pub(super) fn over_midpoint(&self) -> u64 {
        self.units.saturating_sub(ama_units(self.minutes).into())
    }
}

/// The lines that bear units a service has too many, each with its share, from its last line on.
pub(super) fn from_last<'d>(
    lines: &'d [DayLine<'d>],
    code: Code,
    mut over: u64,
) -> impl Iterator<Item = (&'d DayLine<'d>, u64)> {
    lines.iter().rev().filter(move |l| service(l.code) == code).filter_map(move |line| {
        let here = over.min(whole_units(line).into());
        over -= here;
        (here > 0).then_some((line, here))
    })
}

/// The code a line's minutes count under: 97130 is the further quarter hours of 97129.
pub(super) fn service(code: Code) -> Code {
    const FIRST: Code = Code::of("97129");
    const FURTHER: Code = Code::of("97130");
    if code == FURTHER { FIRST } else { code }
}

/// The visit's total, if all lines are of one claim and agree on it. Two claims of a day may be two visits,
/// and their totals then say nothing about the day.
fn visit_total(lines: &[DayLine<'_>]) -> Option<u32> {
    let first = lines.first()?;
    let agree = |l: &DayLine<'_>| l.claim == first.claim && l.known.visit_timed == first.known.visit_timed;
    first.known.visit_timed.filter(|_| lines.iter().all(agree))
}
