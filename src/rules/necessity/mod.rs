//! NEC: whether what was given was needed, as far as a claim and the files beside it show it.
//!
//! A claim shows codes and at times a few words, never the record. So these rules give advice and are never
//! certain. Deliberately absent: note text in any finding.

pub mod passive_modality_noted;
pub mod plan_of_care_gap;
pub mod weak_diagnosis_for_reeducation;
mod words;
