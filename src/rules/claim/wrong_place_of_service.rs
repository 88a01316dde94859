//! CLM009: a professional claim whose place of service is missing, is no code of the set, or is one where a
//! therapist in private practice is not paid. Does not ask whether the service was really given there.

use crate::claim::claim::Form;
use crate::claim::line::ServiceLine;
use crate::finding::Arg;
use crate::rule;
use crate::rules::policy::PayerClass;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::therapy::Discipline;
use crate::x12::code::Code;

use super::at_risk::Concerned;

const UNKNOWN: Denial = Denial { group: "CO", carc: "16", rarc: &[("M77", 0)] };
const NOT_PAID_THERE: Denial = Denial { group: "CO", carc: "58", rarc: &[("N428", 0), ("M77", 0)] };

/// The element of the place of service: CLM05-1 of the claim, SV105 of a line.
const OF_CLAIM: (u8, u8) = (5, 1);
const OF_LINE: u8 = 5;

/// The place of service codes, by number.
const PLACES: u128 = bits(&[
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 31,
    32, 33, 34, 41, 42, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 65, 66, 71, 72, 81, 99,
]);

/// Hospital, as inpatient or outpatient, and stay in a skilled nursing facility: there the facility is paid.
const FACILITY: u128 = bits(&[19, 21, 22, 23, 31]);

const MISSING: u8 = 0;
const NO_CODE: u8 = 1;
const IN_FACILITY: u8 = 2;
const NO_CODE_OF_LINE: u8 = 3;

rule! {
    /// ## What it checks
    ///
    /// The place of service of an 837P with therapy lines: that of the claim (CLM05-1), and of a line that
    /// gives its own (SV105).
    ///
    /// - The claim has one, and each is a code of the set: two digits, such as 11, 12 or 62. Codes are not
    ///   held to the dates they came in.
    /// - For Medicare: it is not 19, 21, 22, 23 or 31 where a therapist renders the line, by the taxonomy of
    ///   the rendering provider, or of the billing provider if nobody else is named. Such a therapist is in
    ///   private practice, for a facility's therapist is billed on an 837I.
    ///
    /// What a payer makes of telehealth (02, 10) or of other places is not looked at.
    ///
    /// ## Why payers deny it
    ///
    /// The place decides who is paid. In a hospital, or during a stay in a skilled nursing facility, therapy
    /// is the facility's to bill.
    ///
    /// ## Example
    ///
    /// `CLM*A1*50***22:B:1*Y*A*Y*Y~` with a physical therapist as rendering provider, for Medicare.
    ///
    /// ## How to fix
    ///
    /// Give the place where the service was given. If that is the hospital, the hospital bills it.
    ///
    /// ## Sources
    ///
    /// - `[R]` Place of service codes, and that indicator 7 of the fee schedule refuses therapists in private
    ///   practice payment in a hospital; 31 during a Part A stay: recalled.
    /// - `[V]` CARC 58, CARC 16, RARC M77 and N428 exist; `[I]` that they answer this is inferred.
    pub struct WrongPlaceOfService {
        code: "CLM009",
        name: "wrong-place-of-service",
        severity: Medium,
        since: "0.1.0",
        summary: "The place of service is missing, not a code of the set, or one where the therapist is not paid.",
        interest: TherapyClaim,
        faults: [
            {
                text: "no place of service (CLM05-1)",
                fix: "give the place of service in CLM05-1",
                denial: Some(UNKNOWN),
            },
            {
                text: "place of service {0} is no code of the set",
                fix: "give the two-digit code of the place where the service was given",
                denial: Some(UNKNOWN),
            },
            {
                text: "place of service {0} with a therapist in private practice as rendering provider",
                fix: "correct the place of service, or leave the service to the facility to bill",
                denial: Some(NOT_PAID_THERE),
            },
            {
                text: "place of service {0} of the line is no code of the set",
                fix: "give the two-digit code of the place where the service was given, or leave SV105 empty",
                denial: Some(UNKNOWN),
            },
        ],
    }
}

impl Rule for WrongPlaceOfService {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn claim(&self, cx: &Cx<'_, '_>, out: &mut FindingSink<'_>) {
        let claim = cx.claim;
        if claim.form != Form::Professional || !claim.lines.iter().any(ServiceLine::is_therapy) {
            return;
        }
        let args: [Arg; 1] = [claim.facility.into()];
        let of_claim = |fault| Draft::claim(fault, claim).component(OF_CLAIM.0, OF_CLAIM.1).args(args);
        let inherits = |line: &ServiceLine<'_>| line.place_of_service.is_none();
        if !is_in(PLACES, claim.facility) {
            let fault = if claim.facility.is_none() { MISSING } else { NO_CODE };
            out.report(Concerned::of(claim, inherits).risked(of_claim(fault)));
        } else if cx.policy.class == PayerClass::Medicare && is_in(FACILITY, claim.facility) {
            let concerned = Concerned::of(claim, |l| inherits(l) && is_private_practice(cx, l));
            if concerned.lines > 0 {
                out.report(concerned.risked(of_claim(IN_FACILITY)));
            }
        }
        for line in claim.lines.iter().filter(|l| l.is_therapy() && !inherits(l)) {
            let place = line.place_of_service;
            let fault = if !is_in(PLACES, place) {
                NO_CODE_OF_LINE
            } else if cx.policy.class == PayerClass::Medicare
                && is_in(FACILITY, place)
                && is_private_practice(cx, line)
            {
                IN_FACILITY
            } else {
                continue;
            };
            let args: [Arg; 1] = [place.into()];
            out.report(Draft::line(fault, line).element(OF_LINE).args(args));
        }
    }
}

/// Whether a therapist renders the line; on an 837P that is one in private practice.
fn is_private_practice(cx: &Cx<'_, '_>, line: &ServiceLine<'_>) -> bool {
    let rendering = cx.claim.rendering_of(line);
    let taxonomy = if rendering.named { rendering.taxonomy } else { cx.context.billing.taxonomy };
    line.is_therapy() && Discipline::of_taxonomy(taxonomy).is_some()
}

/// Whether a code is two digits whose number is in the set.
fn is_in(set: u128, code: Code) -> bool {
    match code.packed().to_be_bytes() {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', 0, ..] => {
            set >> (u32::from(a - b'0') * 10 + u32::from(b - b'0')) & 1 == 1
        }
        _ => false,
    }
}

/// The set of these numbers, all below 100.
const fn bits(numbers: &[u8]) -> u128 {
    let mut set = 0;
    let mut n = 0;
    while n < numbers.len() {
        set |= 1 << numbers[n];
        n += 1;
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_of_service_is_two_digits_of_the_set() {
        for (code, known, facility) in [
            ("11", true, false),
            ("01", true, false),
            ("99", true, false),
            ("22", true, true),
            ("00", false, false),
            ("28", false, false),
            ("1", false, false),
            ("011", false, false),
            ("1A", false, false),
            ("", false, false),
        ] {
            assert_eq!(is_in(PLACES, Code::of(code)), known, "{code}");
            assert_eq!(is_in(FACILITY, Code::of(code)), facility, "{code}");
        }
        assert!(!is_in(PLACES, Code::MALFORMED));
        assert_eq!(FACILITY & PLACES, FACILITY);
    }
}
