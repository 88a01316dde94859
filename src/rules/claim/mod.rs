//! CLM: content of the claim as a whole.
//!
//! Deliberately absent: what is wrong with the bytes themselves, which is family X12.

mod at_risk;
mod bill;
pub mod charges_out_of_balance;
pub mod code_not_valid;
pub mod duplicate_line;
pub mod filed_too_late;
pub mod incomplete_institutional_claim;
pub mod missing_authorisation;
pub mod missing_referring_provider;
pub mod odd_units;
pub mod revenue_code_mismatch;
pub mod wrong_place_of_service;
pub mod wrong_rendering_provider;
