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

pub mod claim;
mod codes;
pub mod modifier;
pub mod pair;
mod place;
#[cfg(test)]
mod sample;
pub mod time;

use claim::charges_out_of_balance::ChargesOutOfBalance;
use modifier::missing_plan_modifier::MissingPlanModifier;
use modifier::several_plan_modifiers::SeveralPlanModifiers;
use modifier::wrong_discipline::WrongDiscipline;
use pair::exercise_with_reeducation_no_59::ExerciseWithReeducationNo59;
use rule::Rule;
use time::minutes_not_documented::MinutesNotDocumented;
use time::timed_units_exceed_minutes::TimedUnitsExceedMinutes;
use time::under_eight_minutes::UnderEightMinutes;

/// All rules, ascending by code.
pub static CATALOGUE: &[&dyn Rule] = &[
    &ChargesOutOfBalance,
    &MissingPlanModifier,
    &SeveralPlanModifiers,
    &WrongDiscipline,
    &ExerciseWithReeducationNo59,
    &TimedUnitsExceedMinutes,
    &UnderEightMinutes,
    &MinutesNotDocumented,
];
