//! The bodies of the fuzz targets: plain functions over bytes that stop where something is not as it has to be.
//!
//! The targets of `fuzz/` hand them what the fuzzer makes up; `tests/fuzz_replay.rs` hands them the stored corpus
//! and every input that once failed, without a fuzzer. Deliberately absent: asserts that a run merely ends. Each
//! target holds the program to something that is known by another way.

pub mod chunks;
pub mod container;
pub mod diff;
pub mod draw;
pub mod engine;
pub mod envelope;
pub mod halves;
pub mod isa;
pub mod pages;
pub mod reference;
pub mod reports;
pub mod rules;
pub mod seeds;
pub mod settings;
pub mod tokens;
pub mod waivers;
pub mod writer;

pub use chunks::chunk_independent;
pub use container::container;
pub use diff::diff_ref;
pub use envelope::envelope_hl;
pub use halves::split_roundtrip;
pub use isa::isa_detect;
pub use pages::html_out;
pub use reports::{csv_out, json_out};
pub use rules::rules_e2e;
pub use settings::config;
pub use tokens::tokenize;
pub use waivers::config_waiver;

/// A target: its name and its body.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, in the order they are worth time.
pub const TARGETS: [Target; 13] = [
    ("tokenize", tokenize),
    ("isa_detect", isa_detect),
    ("diff_ref", diff_ref),
    ("envelope_hl", envelope_hl),
    ("rules_e2e", rules_e2e),
    ("chunk_independent", chunk_independent),
    ("csv_out", csv_out),
    ("json_out", json_out),
    ("config", config),
    ("container", container),
    ("split_roundtrip", split_roundtrip),
    ("html_out", html_out),
    ("config_waiver", config_waiver),
];
