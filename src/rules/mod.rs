//! THE CATALOGUE: what is checked, why, and with what source.
//!
//! Claims, documented minutes and tables come in; findings go out through a sink. Deliberately absent:
//! segments, files, threads, and other rules: no rule looks at another.
//!
//! A rule is one file below and its two lines: `mod` in its family, and its place in `CHECKS` here. The
//! faults the reader itself reports have their pages in [`x12`].

pub mod course;
pub mod day;
pub mod marks;
pub mod plan;
pub mod policy;
pub mod rule;

pub mod claim;
mod codes;
mod discipline;
pub mod limit;
pub mod modifier;
pub mod necessity;
pub mod pair;
mod place;
#[cfg(test)]
mod sample;
pub mod time;
pub mod waiver;
pub mod worth;
pub mod x12;

use claim::charges_out_of_balance::ChargesOutOfBalance;
use claim::code_not_valid::CodeNotValid;
use claim::duplicate_line::DuplicateLine;
use claim::filed_too_late::FiledTooLate;
use claim::incomplete_institutional_claim::IncompleteInstitutionalClaim;
use claim::missing_authorisation::MissingAuthorisation;
use claim::missing_referring_provider::MissingReferringProvider;
use claim::odd_units::OddUnits;
use claim::revenue_code_mismatch::RevenueCodeMismatch;
use claim::wrong_place_of_service::WrongPlaceOfService;
use claim::wrong_rendering_provider::WrongRenderingProvider;
use limit::daily_cap_exceeded::DailyCapExceeded;
use limit::reeducation_too_frequent::ReeducationTooFrequent;
use limit::units_over_mue::UnitsOverMue;
use limit::untimed_code_several_units::UntimedCodeSeveralUnits;
use modifier::invalid_assistant_modifier::InvalidAssistantModifier;
use modifier::kx_threshold::KxThreshold;
use modifier::missing_assistant_modifier::MissingAssistantModifier;
use modifier::missing_plan_modifier::MissingPlanModifier;
use modifier::misused_modifier::MisusedModifier;
use modifier::reduced_service::ReducedService;
use modifier::several_plan_modifiers::SeveralPlanModifiers;
use modifier::wrong_discipline::WrongDiscipline;
use necessity::passive_modality_noted::PassiveModalityNoted;
use necessity::plan_of_care_gap::PlanOfCareGap;
use necessity::weak_diagnosis_for_reeducation::WeakDiagnosisForReeducation;
use pair::add_on_without_base::AddOnWithoutBase;
use pair::canalith_with_therapy::CanalithWithTherapy;
use pair::evaluation_conflict::EvaluationConflict;
use pair::exercise_with_reeducation_no_59::ExerciseWithReeducationNo59;
use pair::group_with_individual::GroupWithIndividual;
use pair::manipulation_with_therapy::ManipulationWithTherapy;
use pair::manual_with_activities::ManualWithActivities;
use pair::ncci_pair::NcciPair;
use pair::refused_on_same_day::RefusedOnSameDay;
use pair::speech_with_other_therapy::SpeechWithOtherTherapy;
use rule::Rule;
use time::bare_minimum_pattern::BareMinimumPattern;
use time::impossible_provider_day::ImpossibleProviderDay;
use time::minutes_conflict::MinutesConflict;
use time::minutes_not_documented::MinutesNotDocumented;
use time::overlapping_clock_times::OverlappingClockTimes;
use time::timed_units_exceed_minutes::TimedUnitsExceedMinutes;
use time::under_eight_minutes::UnderEightMinutes;
use time::unit_distribution::UnitDistribution;
use time::units_exceed_midpoint::UnitsExceedMidpoint;
use time::units_underbilled::UnitsUnderbilled;

/// The rules that look at claims, lines and days, ascending by code.
const CHECKS: &[&dyn Rule] = &[
    &RevenueCodeMismatch,
    &CodeNotValid,
    &MissingReferringProvider,
    &MissingAuthorisation,
    &WrongRenderingProvider,
    &OddUnits,
    &IncompleteInstitutionalClaim,
    &FiledTooLate,
    &WrongPlaceOfService,
    &DuplicateLine,
    &ChargesOutOfBalance,
    &UnitsOverMue,
    &DailyCapExceeded,
    &UntimedCodeSeveralUnits,
    &ReeducationTooFrequent,
    &MissingPlanModifier,
    &SeveralPlanModifiers,
    &WrongDiscipline,
    &InvalidAssistantModifier,
    &MissingAssistantModifier,
    &ReducedService,
    &MisusedModifier,
    &KxThreshold,
    &WeakDiagnosisForReeducation,
    &PassiveModalityNoted,
    &PlanOfCareGap,
    &ExerciseWithReeducationNo59,
    &ManualWithActivities,
    &NcciPair,
    &GroupWithIndividual,
    &ManipulationWithTherapy,
    &CanalithWithTherapy,
    &SpeechWithOtherTherapy,
    &RefusedOnSameDay,
    &EvaluationConflict,
    &AddOnWithoutBase,
    &TimedUnitsExceedMinutes,
    &UnitDistribution,
    &UnitsExceedMidpoint,
    &UnderEightMinutes,
    &MinutesNotDocumented,
    &MinutesConflict,
    &UnitsUnderbilled,
    &OverlappingClockTimes,
    &ImpossibleProviderDay,
    &BareMinimumPattern,
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
