//! What tests and benches share: generated batches, and a run of the engine over bytes with its reports.

#![allow(dead_code, unreachable_pub, reason = "each test and bench uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

pub mod edit;
pub mod facts;
pub mod generate;
pub mod judge;
pub mod mutate;
pub mod oracle;
pub mod plant;
pub mod run;
pub mod seeds;
pub mod visit;
pub mod watch;
pub mod words;
