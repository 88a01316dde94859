//! What the fuzz targets and the test that replays their corpus share.

#![allow(dead_code, unreachable_pub, reason = "the targets and their replay use parts of this each")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a target stops at what it did not expect")]

pub mod facts;
pub mod fuzz;
pub mod generate;
#[path = "halves.rs"]
pub mod naive;
pub mod page;
pub mod plant;
pub mod run;
pub mod splitting;
pub mod visit;
pub mod words;
