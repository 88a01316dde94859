//! ENGINE stub
pub mod split;
