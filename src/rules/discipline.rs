//! Which discipline bills which code, beyond what the code list itself binds (CR 10176): what a code has
//! against being billed under a plan of care. Two families ask: about the modifier, and about who renders.

use crate::finding::Severity;
use crate::tables::therapy::Discipline;
use crate::x12::code::Code;

use super::codes::codes;

/// What speech-language pathologists do not bill: NCCI policy manual chapter XI section H.
const NOT_SPEECH: [Code; 4] = codes(["97110", "97112", "97150", "97530"]);

/// What is physical or occupational therapy by its nature.
const HARDLY_SPEECH: [Code; 10] =
    codes(["97032", "97033", "97034", "97035", "97036", "97113", "97116", "97124", "97140", "97542"]);

/// What some payers take from speech-language pathologists.
const MAYBE_SPEECH: [Code; 2] = codes(["97533", "97535"]);

/// Speech treatment, which physical therapists do not give.
const SPEECH: [Code; 2] = codes(["92507", "92508"]);

/// What a code has against a discipline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Objection {
    /// The code is another one's alone.
    Bound,
    /// The discipline does not bill the code.
    NotBilled,
    /// Not every payer takes the code from the discipline.
    Advice,
}

/// What a code, bound to the discipline `only` if to any, has against the discipline it is billed under.
pub(super) fn objection(
    code: Code,
    only: Option<Discipline>,
    is: Discipline,
) -> Option<(Objection, Severity)> {
    use Objection::{Advice, Bound, NotBilled};
    match (is, only) {
        (_, Some(only)) => (is != only).then_some((Bound, Severity::Critical)),
        (Discipline::Slp, _) if is_never_speech(code) || HARDLY_SPEECH.contains(&code) => {
            Some((NotBilled, Severity::High))
        }
        (Discipline::Slp, _) => MAYBE_SPEECH.contains(&code).then_some((Advice, Severity::Low)),
        (Discipline::Pt, _) => SPEECH.contains(&code).then_some((NotBilled, Severity::Medium)),
        (Discipline::Ot, _) => None,
    }
}

/// Whether no speech-language pathologist bills the code, under whatever modifier.
pub(super) fn is_never_speech(code: Code) -> bool {
    NOT_SPEECH.contains(&code)
}
