//! Documented minutes.
