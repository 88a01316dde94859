//! claimlint reads batches of X12 837P and 837I claim files, checks every therapy service line against a
//! catalogue of dated, sourced rules, and reports denial risk.

pub mod error;
pub mod position;
pub mod x12;
pub mod minutes;
