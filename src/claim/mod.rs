//! MEANING. Segments come in, one claim at a time is lent out.
//!
//! Deliberately absent: rules, findings, minutes, files. A claim knows what its segments say and what its
//! codes are; it does not know whether anything is wrong with billing them.

pub mod assemble;
#[expect(clippy::module_inception, reason = "the claim is what this room is about")]
pub mod claim;
pub mod context;
pub mod guide;
mod institutional;
mod kind;
pub mod line;
mod professional;
pub mod record;
