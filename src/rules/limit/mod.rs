//! LIM: more than the payer pays for.

pub mod daily_cap_exceeded;
mod part;
pub mod reeducation_too_frequent;
pub mod units_over_mue;
pub mod untimed_code_several_units;

/// Visits with 97112 up to which nobody asks how often there are more.
pub const LEAST_VISITS: usize = 12;
