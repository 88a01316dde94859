//! Which rule reports a pair of codes, so that one pair is one finding. Knows neither lines nor dates: whether
//! there is anything to report is for the rule to say.

use crate::rules::codes::codes;
use crate::rules::policy::Policy;
use crate::x12::code::Code;

/// What kind of pair it is, and with that the rule that reports it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Owner {
    /// PTP001: 97110 with 97112.
    Reeducation,
    /// PTP002: 97140 with 97530.
    Manual,
    /// PTP003: whatever has no rule of its own.
    Other,
    /// PTP004: group therapy with individual therapy.
    Group,
    /// PTP005: spinal manipulation with therapy or an evaluation.
    Manipulation,
    /// PTP006: canalith repositioning with therapy.
    Canalith,
    /// PTP007: speech treatment with physical or occupational therapy.
    Speech,
    /// PTP008: pairs that the payer's own policy refuses.
    Refused,
    /// PTP009: two evaluations.
    Evaluations,
}

/// One-on-one services that 97150 stands beside in the NCCI tables.
pub(super) const INDIVIDUAL: [Code; 14] = codes([
    "97110", "97112", "97113", "97116", "97124", "97140", "97530", "97533", "97535", "97537", "97542",
    "97760", "97761", "97763",
]);

/// Evaluations and re-evaluations of physical and occupational therapy.
pub(super) const EVALUATIONS: [Code; 8] =
    codes(["97161", "97162", "97163", "97164", "97165", "97166", "97167", "97168"]);

const GROUP: [Code; 1] = codes(["97150"]);
const REEDUCATION: [[Code; 1]; 2] = [codes(["97110"]), codes(["97112"])];
const MANUAL: [[Code; 1]; 2] = [codes(["97140"]), codes(["97530"])];
const MANIPULATION: [Code; 3] = codes(["98940", "98941", "98942"]);
const MANIPULATED: [Code; 3] = codes(["97112", "97124", "97140"]);
const CANALITH: [Code; 1] = codes(["95992"]);
const WITH_CANALITH: [Code; 4] = codes(["97110", "97112", "97140", "97530"]);
const SPEECH: [Code; 3] = codes(["92507", "92508", "92526"]);
const WITH_SPEECH: [Code; 6] = codes(["97110", "97112", "97129", "97150", "97530", "97533"]);

/// Whose pair two codes are for a payer, in whatever order they are named.
pub(super) fn of(policy: &Policy, a: Code, b: Code) -> Owner {
    let is = |some: &[Code], others: &[Code]| {
        some.contains(&a) && others.contains(&b) || some.contains(&b) && others.contains(&a)
    };
    if policy.same_day_refused.iter().any(|pair| is(&[pair.0], &[pair.1])) {
        Owner::Refused
    } else if is(&REEDUCATION[0], &REEDUCATION[1]) {
        Owner::Reeducation
    } else if is(&MANUAL[0], &MANUAL[1]) {
        Owner::Manual
    } else if is(&GROUP, &INDIVIDUAL) {
        Owner::Group
    } else if is(&MANIPULATION, &MANIPULATED) || is(&MANIPULATION, &EVALUATIONS) {
        Owner::Manipulation
    } else if is(&CANALITH, &WITH_CANALITH) {
        Owner::Canalith
    } else if is(&SPEECH, &WITH_SPEECH) {
        Owner::Speech
    } else if is(&EVALUATIONS, &EVALUATIONS) {
        Owner::Evaluations
    } else {
        Owner::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::policy;

    #[test]
    fn a_pair_has_one_owner_whichever_code_is_named_first() {
        let refusing =
            Policy { same_day_refused: vec![(Code::of("97112"), Code::of("97110"))], ..policy("CI") };
        let plain = policy("MB");
        for (policy, a, b, want) in [
            (&plain, "97110", "97112", Owner::Reeducation),
            (&refusing, "97110", "97112", Owner::Refused),
            (&refusing, "97530", "97112", Owner::Other),
            (&plain, "97530", "97140", Owner::Manual),
            (&plain, "97150", "97763", Owner::Group),
            (&plain, "97750", "97150", Owner::Other),
            (&plain, "98941", "97124", Owner::Manipulation),
            (&plain, "98941", "97168", Owner::Manipulation),
            (&plain, "98941", "98940", Owner::Other),
            (&plain, "95992", "97140", Owner::Canalith),
            (&plain, "95992", "97116", Owner::Other),
            (&plain, "92508", "97150", Owner::Speech),
            (&plain, "92507", "97129", Owner::Speech),
            (&plain, "92526", "97032", Owner::Other),
            (&plain, "97161", "97168", Owner::Evaluations),
            (&plain, "97012", "97140", Owner::Other),
        ] {
            let (a, b) = (Code::of(a), Code::of(b));
            assert_eq!((of(policy, a, b), of(policy, b, a)), (want, want), "{a} {b}");
        }
    }
}
