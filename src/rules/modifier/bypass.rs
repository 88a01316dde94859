//! The modifiers that bypass an NCCI pair, and the pairs they may be there for. Does not say whether one is
//! deserved.

use crate::claim::claim::Form;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::tables::Setting;
use crate::tables::pairs::PairEdit;
use crate::tables::therapy::CodeFacts;
use crate::x12::code::{Code, Modifier};

/// Those that bypass a pair of modifier indicator 1 (NCCI policy manual chapter I). Not among them, and often
/// taken for one: 22, 51, 52, 76, 77, GP, GO, GN, KX, CQ, CO.
const BYPASS: [Modifier; 44] = modifiers([
    "59", "XE", "XS", "XP", "XU", "25", "24", "57", "58", "78", "79", "27", "91", "LT", "RT", "E1", "E2",
    "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "TA", "T1", "T2", "T3", "T4",
    "T5", "T6", "T7", "T8", "T9", "LC", "LD", "RC", "LM", "RI",
]);

/// Pairs of payers' own, which no NCCI table has.
const PAYER_PAIRS: [(Code, Code); 2] =
    [(Code::of("97110"), Code::of("97112")), (Code::of("97140"), Code::of("97530"))];

/// The first other code of the day that forms a pair with the line which a modifier may bypass and none does.
pub(super) fn open_pair(day: &PatientDay<'_>, line: &DayLine<'_>) -> Option<(Code, PairEdit)> {
    let facts = line.facts?;
    let bypassed = |l: &DayLine<'_>| l.modifiers.any(&BYPASS);
    if bypassed(line) {
        return None;
    }
    let setting = match day.form {
        Form::Professional => Setting::Practitioner,
        Form::Institutional => Setting::Hospital,
    };
    let others = day.lines.iter().filter(|l| l.code != line.code && l.bills() && !bypassed(l));
    others
        .filter_map(|l| Some((l.code, day.tables.pairs.find(setting, facts, l.facts?, day.date)?)))
        .find(|(_, edit)| edit.bypass)
}

/// Whether a line may need to be told from another one of the day, by any table or payer.
pub(super) fn is_partner(
    day: &PatientDay<'_>,
    line: &DayLine<'_>,
    facts: &CodeFacts,
    other: &DayLine<'_>,
) -> bool {
    let pair = |a: Code, b: Code| (a == line.code && b == other.code) || (b == line.code && a == other.code);
    let named = |pairs: &[(Code, Code)]| pairs.iter().any(|(a, b)| pair(*a, *b));
    let evaluation = line.marks.any(Marks::EVALUATION.and(Marks::REEVALUATION));
    line.code == other.code
        || other.facts.is_some_and(|f| day.tables.pairs.partners(facts).contains(f.index))
        || (evaluation && other.marks.has(Marks::VISIT))
        || named(&PAYER_PAIRS)
        || named(&day.policy.pairs_59)
        || named(&day.policy.same_day_refused)
}

const fn modifiers<const N: usize>(texts: [&str; N]) -> [Modifier; N] {
    let mut modifiers = [Modifier::NONE; N];
    let mut n = 0;
    while n < N {
        modifiers[n] = Modifier::of(texts[n]);
        n += 1;
    }
    modifiers
}
