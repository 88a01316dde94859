//! PTP: pairs of codes on one day.
//!
//! Deliberately absent: any pair called an NCCI edit that is none on the date of service.

pub mod exercise_with_reeducation_no_59;
