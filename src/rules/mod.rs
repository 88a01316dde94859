//! THE CATALOGUE: what is checked, why, and with what source.
//!
//! Claims, documented minutes and tables come in; findings go out through a sink. Deliberately absent:
//! segments, files, threads, and other rules: no rule looks at another.
//!
//! A rule is one file below and its two lines: `mod` in its family, and its place in [`CATALOGUE`].

pub mod day;
pub mod plan;
pub mod policy;
pub mod rule;

mod codes;
pub mod modifier;
mod place;
#[cfg(test)]
mod sample;
pub mod time;

use modifier::missing_plan_modifier::MissingPlanModifier;
use modifier::several_plan_modifiers::SeveralPlanModifiers;
use modifier::wrong_discipline::WrongDiscipline;
use rule::Rule;
use time::minutes_not_documented::MinutesNotDocumented;
use time::timed_units_exceed_minutes::TimedUnitsExceedMinutes;
use time::under_eight_minutes::UnderEightMinutes;

/// All rules, ascending by code.
pub static CATALOGUE: &[&dyn Rule] = &[
    &MissingPlanModifier,
    &SeveralPlanModifiers,
    &WrongDiscipline,
    &TimedUnitsExceedMinutes,
    &UnderEightMinutes,
    &MinutesNotDocumented,
];
