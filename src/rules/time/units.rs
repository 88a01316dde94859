//! Units of timed 15-minute codes from minutes: the 8-minute rule, the midpoint rule, and which split of
//! the day's units over its codes the 8-minute rule accepts.
//!
//! Comes in: minutes and units as plain integers. Goes out: integers and yes or no. Deliberately absent:
//! lines, payers, money that is not a share of a charge. Sources: Pub. 100-04 chapter 5 section 20.2 for
//! the 8-minute rule, CPT's midpoint for the other (both read on secondary pages).

use crate::x12::value::Cents;

/// Units the 8-minute rule supports for the total of the day's timed minutes.
///
/// ```
/// use claimlint::rules::time::units::cms_units;
/// assert_eq!([7, 8, 22, 23, 37, 38].map(cms_units), [0, 1, 1, 2, 2, 3]);
/// ```
pub const fn cms_units(total: u32) -> u32 {
    total / 15 + (total % 15 >= 8) as u32
}

/// Units the midpoint rule supports for one code's minutes: a unit is earned past half of it.
///
/// The steps are those of [`cms_units`]; what differs is that codes never combine.
pub const fn ama_units(minutes: u32) -> u32 {
    cms_units(minutes)
}

/// The most units the midpoint rule can support for a total of minutes, however they are spread over a
/// number of codes: the first unit of a code takes 8 minutes, each further one 15.
pub const fn ama_units_at_most(total: u32, codes: u32) -> u32 {
    if total / 8 <= codes { total / 8 } else { codes + (total - 8 * codes) / 15 }
}

/// Whether the 8-minute rule accepts a split of units over codes, given each code's minutes.
///
/// Each code has a unit for every full 15 minutes; the units of the total beyond those go one each to the
/// codes with the most minutes left over, and among equals to any.
pub fn is_cms_split(minutes: &[u32], units: &[u32]) -> bool {
    if minutes.len() != units.len() {
        return false;
    }
    let mut given = 0;
    let (mut least_given, mut most_refused) = (u32::MAX, 0);
    for (m, u) in minutes.iter().zip(units) {
        let rest = m % 15;
        match u.checked_sub(m / 15) {
            Some(0) => most_refused = most_refused.max(rest),
            Some(1) if rest > 0 => {
                given += 1;
                least_given = least_given.min(rest);
            }
            _ => return false,
        }
    }
    given == left_over(minutes.iter().copied()) && least_given >= most_refused
}

/// The most units any accepted split gives to a code of `minutes` on a day whose codes, this one among
/// them, have the minutes of `day`.
pub fn most_cms_units(minutes: u32, day: impl Iterator<Item = u32> + Clone) -> u32 {
    let rest = minutes % 15;
    let before = day.clone().filter(|m| m % 15 > rest).count();
    minutes / 15 + u32::from(rest > 0 && before < left_over(day) as usize)
}

/// The units that the accepted split nearest to what is billed gives to the code at `at`; `codes` are the
/// minutes and billed units of the day's codes.
///
/// Of codes with equally many minutes left over the one goes first that has a unit for them billed, then the
/// one that stands first. The splits of this function add up to the units of the day's total.
pub fn nearest_cms_split(at: usize, codes: impl Iterator<Item = (u32, u64)> + Clone) -> u64 {
    let rank = |(minutes, units): (u32, u64)| (minutes % 15, units > u64::from(minutes / 15));
    let Some(code) = codes.clone().nth(at) else { return 0 };
    let mut before = 0;
    for (n, other) in codes.clone().enumerate() {
        let sooner = if n < at { rank(other) >= rank(code) } else { rank(other) > rank(code) };
        before += u32::from(sooner);
    }
    let more = code.0 % 15 > 0 && before < left_over(codes.map(|(minutes, _)| minutes));
    u64::from(code.0 / 15) + u64::from(more)
}

/// Units of the day's total beyond the full quarter hours of each code; never more than there are codes
/// with minutes left over.
fn left_over(day: impl Iterator<Item = u32>) -> u32 {
    let (total, full) =
        day.fold((0u32, 0u32), |(total, full), m| (total.saturating_add(m), full.saturating_add(m / 15)));
    cms_units(total).saturating_sub(full)
}

/// The share of a charge that `part` of its `whole` units make up, in cents rounded half up; nothing of a
/// charge below zero, never more than the charge.
pub fn share(charge: Cents, part: u64, whole: u64) -> Cents {
    if whole == 0 || charge <= Cents::ZERO {
        return Cents::ZERO;
    }
    let (product, whole) = (i128::from(charge.0) * i128::from(part.min(whole)), i128::from(whole));
    let (cents, rest) = (product / whole, product % whole);
    Cents(i64::try_from(cents + i128::from(rest >= whole - rest)).unwrap_or(charge.0))
}

#[cfg(test)]
mod tests;
