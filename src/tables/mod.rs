//! Dated facts with their sources, looked up by code and date of service.
//!
//! Comes in: plain data files beside this one. Goes out: facts. Deliberately absent: what follows from
//! them; that is for the rules to say. CPT descriptors are copyrighted and do not stand here: labels are
//! short and our own.

pub mod therapy;

use therapy::TherapyCodes;

/// All tables of one run.
#[derive(Debug)]
pub struct Tables {
    /// Therapy codes.
    pub therapy: TherapyCodes,
}

impl Tables {
    /// The tables that ship with the program.
    pub fn builtin() -> Tables {
        Tables { therapy: TherapyCodes::builtin() }
    }
}
