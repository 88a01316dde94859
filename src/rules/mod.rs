//! THE CATALOGUE: what is checked, why, and with what source.
//!
//! Claims, documented minutes and tables come in; findings go out through a sink. Deliberately absent:
//! segments, files, threads, and other rules: no rule looks at another.
//!
//! A rule is one file below and its two lines here: `mod` and its place in [`CATALOGUE`].

pub mod day;
pub mod plan;
pub mod policy;
pub mod rule;

use rule::Rule;

/// All rules, ascending by code.
pub static CATALOGUE: &[&dyn Rule] = &[];
