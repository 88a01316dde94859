//! What patterns of time look like over many patients: where looking begins. The grouping stage counts by it,
//! the rules of this family judge.

use crate::rules::day::DayLine;
use crate::x12::code::Code;
use crate::x12::value::Quantity;

/// Timed units of a provider's day up to which nothing is odd: 12 hours.
pub const LEAST_UNITS: u32 = 48;

/// Timed lines of a provider below which nothing is a habit.
pub const LEAST_LINES: u64 = 20;

/// The most minutes that still are the bare minimum of one unit.
const BARE: u32 = 9;

/// Whether a patient's day of one provider is billed at the bare minimum: every timed code has one unit on 8 or 9
/// documented minutes, or at least four codes have one unit each. `lines` are the day's timed lines.
pub fn bare_minimum<'l, 'd: 'l>(lines: impl Iterator<Item = &'l DayLine<'d>> + Clone) -> bool {
    let one_unit = |l: &DayLine<'_>| l.units == Some(Quantity::whole(1));
    let barely = |l: &DayLine<'_>| l.known.minutes.is_some_and(|m| (8..=BARE).contains(&m));
    if !lines.clone().all(one_unit) {
        return false;
    }
    let mut codes = [Code::NONE; 4];
    for line in lines.clone() {
        if let Some(free) = codes.iter_mut().find(|c| c.is_none() || **c == line.code) {
            *free = line.code;
        }
    }
    codes.iter().all(|c| !c.is_none()) || lines.clone().all(barely)
}
