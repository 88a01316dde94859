//! CLM: content of the claim as a whole.
//!
//! Deliberately absent: what is wrong with the bytes themselves, which is family X12.

pub mod charges_out_of_balance;
