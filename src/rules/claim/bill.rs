//! Types of bill of an 837I (CLM05-1), and what rules about claims make of them.

use crate::claim::claim::{Claim, Form};
use crate::rules::codes::codes;
use crate::x12::code::Code;

/// Types of bill whose stay pays for therapy: hospital inpatient Part A and SNF inpatient Part A.
const INPATIENT: [Code; 2] = codes(["11", "21"]);

/// Whether the claim is for a stay that pays for therapy.
pub(super) fn is_inpatient(claim: &Claim<'_>) -> bool {
    claim.form == Form::Institutional && INPATIENT.contains(&claim.facility)
}
