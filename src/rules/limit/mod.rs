//! LIM: more than the payer pays for.

pub mod reeducation_too_frequent;
