//! THE CATALOGUE: what is checked, why, and with what source.
//!
//! Claims, documented minutes and tables come in; findings go out through a sink. Deliberately absent:
//! segments, files, threads, and other rules: no rule looks at another.
//!
//! A rule is one file below and its two lines: `mod` in its family, and its place in `CHECKS` here. The
//! faults the reader itself reports have their pages in [`x12`].

pub mod day;
pub mod marks;
pub mod plan;
pub mod policy;
pub mod rule;

pub mod claim;
mod codes;
pub mod modifier;
pub mod necessity;
pub mod pair;
mod place;
#[cfg(test)]
mod sample;
pub mod time;
pub mod x12;

use claim::charges_out_of_balance::ChargesOutOfBalance;
use modifier::missing_plan_modifier::MissingPlanModifier;
use modifier::several_plan_modifiers::SeveralPlanModifiers;
use modifier::wrong_discipline::WrongDiscipline;
use necessity::passive_modality_noted::PassiveModalityNoted;
use necessity::weak_diagnosis_for_reeducation::WeakDiagnosisForReeducation;
use pair::exercise_with_reeducation_no_59::ExerciseWithReeducationNo59;
use rule::Rule;
use time::minutes_conflict::MinutesConflict;
use time::minutes_not_documented::MinutesNotDocumented;
use time::timed_units_exceed_minutes::TimedUnitsExceedMinutes;
use time::under_eight_minutes::UnderEightMinutes;
use time::unit_distribution::UnitDistribution;
use time::units_exceed_midpoint::UnitsExceedMidpoint;
use time::units_underbilled::UnitsUnderbilled;

/// The rules that look at claims, lines and days, ascending by code.
const CHECKS: &[&dyn Rule] = &[
    &ChargesOutOfBalance,
    &MissingPlanModifier,
    &SeveralPlanModifiers,
    &WrongDiscipline,
    &WeakDiagnosisForReeducation,
    &PassiveModalityNoted,
    &ExerciseWithReeducationNo59,
    &TimedUnitsExceedMinutes,
    &UnitDistribution,
    &UnitsExceedMidpoint,
    &UnderEightMinutes,
    &MinutesNotDocumented,
    &MinutesConflict,
    &UnitsUnderbilled,
];

/// All rules, ascending by code: the checks, then the faults of family X12.
pub static CATALOGUE: &[&dyn Rule] = &catalogue();

const fn catalogue() -> [&'static dyn Rule; CHECKS.len() + x12::FAULTS.len()] {
    let mut all = [CHECKS[0]; CHECKS.len() + x12::FAULTS.len()];
    let mut n = 0;
    while n < all.len() {
        all[n] = if n < CHECKS.len() { CHECKS[n] } else { x12::FAULTS[n - CHECKS.len()].1 };
        n += 1;
    }
    all
}
