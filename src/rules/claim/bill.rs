//! Types of bill of an 837I (CLM05-1, the first two digits), and what rules about claims make of them.

use crate::claim::claim::{Claim, Form};
use crate::rules::codes::codes;
use crate::tables::therapy::Discipline;
use crate::x12::code::Code;

/// Stays that pay for therapy: hospital inpatient Part A and SNF inpatient Part A.
const INPATIENT: [Code; 2] = codes(["11", "21"]);

/// Besides those: swing beds and religious institutions, home health, hospice.
const ELSEWHERE: [Code; 6] = codes(["18", "41", "32", "33", "81", "82"]);

/// What Medicare takes outpatient therapy on (Pub. 100-04 chapter 5).
const THERAPY: [Code; 8] = codes(["12", "13", "22", "23", "34", "74", "75", "85"]);

/// Of these the critical access hospital, which the edit of occurrence codes does not name.
const CRITICAL_ACCESS: Code = Code::of("85");

/// Whether the claim is for a stay that pays for therapy.
pub(super) fn is_inpatient(claim: &Claim<'_>) -> bool {
    claim.form == Form::Institutional && INPATIENT.contains(&claim.facility)
}

/// Whether other rules than those of outpatient therapy govern the claim.
pub(super) fn is_elsewhere(claim: &Claim<'_>) -> bool {
    is_inpatient(claim) || ELSEWHERE.contains(&claim.facility)
}

/// Whether Medicare takes outpatient therapy on the type of bill.
pub(super) fn takes_therapy(claim: &Claim<'_>) -> bool {
    THERAPY.contains(&claim.facility)
}

/// Whether Medicare's edit of occurrence codes names the type of bill.
pub(super) fn wants_occurrences(claim: &Claim<'_>) -> bool {
    takes_therapy(claim) && claim.facility != CRITICAL_ACCESS
}

/// The general revenue code of a discipline.
pub(super) const fn revenue(discipline: Discipline) -> Code {
    match discipline {
        Discipline::Pt => Code::of("0420"),
        Discipline::Ot => Code::of("0430"),
        Discipline::Slp => Code::of("0440"),
    }
}
