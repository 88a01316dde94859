//! What the documented minutes of a therapy day support, and which lines bear the units they do not.
//!
//! A day is a pool: whether its units are too many is a question about all of its lines. Refuses to answer
//! where minutes are missing, or units are not whole numbers.

use std::cmp::Ordering;

use crate::rules::day::{DayLine, TherapyDay};
use crate::rules::policy::UnitMethod;
use crate::x12::code::Code;

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
#[derive(Clone, Copy, Debug)]
pub(super) struct Service {
    /// Its code.
    pub(super) code: Code,
    /// Documented minutes.
    pub(super) minutes: u32,
    /// Units billed.
    pub(super) units: u64,
}

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
        let cms = self.billed.saturating_sub(cms_units(self.minutes).into());
        match self.method {
            UnitMethod::Cms => cms,
            // There each code is judged by itself: that is TIM003's question, not one about the day.
            UnitMethod::Ama | UnitMethod::Strict => 0,
            UnitMethod::Unknown if cms == 0 => 0,
            UnitMethod::Unknown => cms.min(self.midpoint_excess()),
        }
    }

    fn midpoint_excess(&self) -> u64 {
        let services = services(self.lines);
        if self.by_line {
            return services.iter().map(|s| s.units.saturating_sub(ama_units(s.minutes).into())).sum();
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
pub(super) fn services(lines: &[DayLine<'_>]) -> Vec<Service> {
    let mut all: Vec<Service> = lines
        .iter()
        .map(|l| Service {
            code: service(l.code),
            minutes: l.known.minutes.unwrap_or(0),
            units: whole_units(l).into(),
        })
        .collect();
    all.sort_by_key(|s| s.code);
    all.dedup_by(|next, kept| {
        let same = next.code == kept.code;
        if same {
            kept.minutes = kept.minutes.saturating_add(next.minutes);
            kept.units += next.units;
        }
        same
    });
    all
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
