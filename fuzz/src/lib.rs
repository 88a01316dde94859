//! The bodies of the fuzz targets, by path: `tests/fuzz_replay.rs` of the package above runs the same ones.

#[path = "../../tests/support/fuzzing.rs"]
mod support;

pub use support::fuzz::*;
