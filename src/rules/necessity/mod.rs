//! NEC: whether the record as far as it is known supports the need for treatment.

pub mod plan_of_care_gap;
