//! claimlint reads batches of X12 837P and 837I claim files, checks every therapy service line against a
//! catalogue of dated, sourced rules, and reports denial risk.
//!
//! Data runs one way; the modules below stand in that order. Each opens by saying what comes in, what goes
//! out, and what is deliberately absent.

// The ground everybody stands on.
pub mod disk;
pub mod error;
pub mod position;

// files -> streams of plain bytes
pub mod source;

// bytes -> segments -> claims
pub mod claim;
pub mod minutes;
pub mod sidecar;
pub mod tables;
pub mod x12;

// claims -> findings -> risk
pub mod finding;
pub mod risk;
pub mod rules;

// the engine that drives them
pub mod scan;

// a file and its findings -> two files
pub mod halves;

// a run and its files -> what a provider's system is answered
pub mod acks;

// results -> reports
pub mod report;

// the two ends joined
pub mod cli;
