//! MOD: modifiers of service lines.
//!
//! Modifiers are compared as a set; their order is never a fault. Deliberately absent: modifiers that let a
//! code pair stand, which are for the rules about pairs.

mod assistant;
mod bypass;
pub mod invalid_assistant_modifier;
pub mod kx_threshold;
pub mod missing_assistant_modifier;
pub mod missing_plan_modifier;
pub mod misused_modifier;
mod plan_of_care;
pub mod reduced_service;
pub mod several_plan_modifiers;
pub mod wrong_discipline;
