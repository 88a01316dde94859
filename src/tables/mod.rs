//! Dated facts with their sources, looked up by code and date of service without allocation.
//!
//! Comes in: plain data files beside this one, whose heads name source, date and how sure each is. Goes out:
//! facts, and with each whether the table it stands in covers the date that was asked for. Deliberately
//! absent: what follows from facts; that is for the rules to say. CPT descriptors are copyrighted and do not
//! stand here: labels are short and our own.

pub mod code_set;
pub mod denials;
pub mod diagnoses;
pub mod file;
pub mod import;
mod lines;
pub mod mue;
pub mod pairs;
pub mod quarter;
pub mod rates;
pub mod therapy;
pub mod thresholds;

use diagnoses::Diagnoses;
use mue::Mues;
use pairs::Pairs;
use rates::Rates;
use therapy::TherapyCodes;
use thresholds::Thresholds;

/// All tables of one run.
#[derive(Debug)]
pub struct Tables {
    /// Therapy codes and the codes they form pairs with.
    pub therapy: TherapyCodes,
    /// Pairs that are not paid together.
    pub pairs: Pairs,
    /// The most units of a code.
    pub mues: Mues,
    /// KX thresholds.
    pub thresholds: Thresholds,
    /// What a unit is worth, in full and reduced.
    pub rates: Rates,
    /// How well diagnoses support 97112.
    pub diagnoses: Diagnoses,
}

impl Tables {
    /// The tables that ship with the program.
    pub fn builtin() -> Tables {
        let therapy = TherapyCodes::builtin();
        Tables {
            pairs: Pairs::builtin(&therapy),
            mues: Mues::builtin(&therapy),
            thresholds: Thresholds::builtin(),
            rates: Rates::builtin(),
            diagnoses: Diagnoses::builtin(),
            therapy,
        }
    }
}

/// Which of the two NCCI tables applies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Setting {
    /// Practitioners: professional claims.
    Practitioner,
    /// Outpatient hospitals, and the other facilities whose therapy is edited like theirs (since 2006 skilled
    /// nursing, home health and rehabilitation facilities): institutional claims.
    Hospital,
}

impl Setting {
    /// Both settings.
    pub const ALL: [Setting; 2] = [Setting::Practitioner, Setting::Hospital];

    /// `practitioner` or `hospital`.
    pub const fn name(self) -> &'static str {
        match self {
            Setting::Practitioner => "practitioner",
            Setting::Hospital => "hospital",
        }
    }
}

/// Whether a fact's table speaks of the date that was asked for. What is not covered is still told, because it
/// is likely; it is for the rule to say how far it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coverage {
    /// The table says that the fact held on the date.
    Covered,
    /// The date is before what the table is sure of: the fact's first day is not known, and the date is before
    /// the table's quarter.
    Before,
    /// The date is after the last day of the table's quarter: the fact may have changed since.
    After,
}
