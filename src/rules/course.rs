//! What only shows over time or over patients: a patient's course of treatment, a therapist's clock, a
//! provider's days.
//!
//! Plain data, put together by the grouping stage of the scan from the rows that workers left; and where looking
//! begins, so that the stage asks the rules only about what may be odd.

use serde::{Deserialize, Serialize};

use crate::tables::Tables;
use crate::x12::code::Code;
use crate::x12::value::{Date, Quantity};

use super::day::DayLine;
use super::policy::Policy;

/// A line of a patient's course.
#[derive(Clone)]
pub struct CourseLine<'d> {
    /// The line.
    pub line: DayLine<'d>,
    /// Whether it is of an earlier file (`--history`), read for comparison and never reported.
    pub earlier: bool,
    /// Billing provider and payer, as a digest: equal for lines of the same two.
    pub group: u32,
    /// What the payer wants.
    pub policy: &'d Policy,
    /// Whether the payer is second or third in line and not Medicare.
    pub secondary: bool,
}

/// All lines of one patient, over all claims of the run and of earlier files, by date and then as they stand in
/// the input. Lines of void and superseded claims are not among them.
pub struct Course<'d> {
    /// The lines, at least one.
    pub lines: &'d [CourseLine<'d>],
    /// Dated facts.
    pub tables: &'d Tables,
}

/// Two lines of different patients that one therapist gave at the same time.
pub struct Clash<'d> {
    /// The line that began first.
    pub first: &'d DayLine<'d>,
    /// The line that began before it ended.
    pub second: &'d DayLine<'d>,
    /// The minutes they share, at least 1.
    pub minutes: u32,
}

/// What one rendering provider gave on one day, over all claims of the run.
pub struct ProviderDay<'d> {
    /// The date of service.
    pub date: Date,
    /// Units of timed 15-minute codes.
    pub units: u32,
    /// The first line of the day in the input, to report it on.
    pub line: &'d DayLine<'d>,
}

/// What one rendering provider's lines have in common, over all claims of the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Habits {
    /// Timed lines.
    pub timed_lines: u64,
    /// Of these, lines with 59, XE, XS, XP or XU.
    pub distinct_lines: u64,
    /// Days of patients with timed lines; a day on two claims counts twice.
    pub days: u64,
    /// Of these, days on which every timed code has the fewest minutes a unit takes, or at least four codes
    /// have one unit each.
    pub bare_days: u64,
}

impl Habits {
    /// Adds up.
    pub fn add(&mut self, other: &Habits) {
        self.timed_lines += other.timed_lines;
        self.distinct_lines += other.distinct_lines;
        self.days += other.days;
        self.bare_days += other.bare_days;
    }
}

/// Visits with 97112 up to which nobody asks how often there are more.
pub const LEAST_VISITS: usize = 12;

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
