//! TIM: documented minutes against billed units.
//!
//! The arithmetic of units stands in [`units`], what a day's minutes support in `pool`; a rule decides
//! only what to say. Deliberately absent: any guess at
//! minutes that are not documented.

pub mod bare_minimum_pattern;
pub mod impossible_provider_day;
pub mod minutes_conflict;
pub mod minutes_not_documented;
pub mod overlapping_clock_times;
mod pool;
pub mod timed_units_exceed_minutes;
pub mod under_eight_minutes;
pub mod unit_distribution;
pub mod units;
pub mod units_exceed_midpoint;
pub mod units_underbilled;
