//! PTP: pairs of codes on one day.
//!
//! Whose pair it is stands in `owner`, what the NCCI tables make of two lines in `ncci`, what a minutes file says of
//! their times in `clock`; a rule decides only what to say. Deliberately absent: any pair called an NCCI edit that
//! is none on the date of service.

pub mod add_on_without_base;
pub mod canalith_with_therapy;
mod clock;
pub mod evaluation_conflict;
pub mod exercise_with_reeducation_no_59;
pub mod group_with_individual;
pub mod manipulation_with_therapy;
pub mod manual_with_activities;
mod ncci;
pub mod ncci_pair;
mod owner;
pub mod refused_on_same_day;
pub mod speech_with_other_therapy;
