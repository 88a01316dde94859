//! What a service line or a day has that some rule may ask for: one bit each, so that a rule is called only
//! where it can find something.
//!
//! Comes in: a line's code, modifiers, units. Goes out: bits. Deliberately absent: judgement; a mark says that
//! a thing is there, not that it is wrong.

use std::ops::{BitOr, BitOrAssign};

use crate::claim::claim::{Claim, Form, Note};
use crate::claim::line::ServiceLine;
use crate::minutes::LineMinutes;
use crate::tables::Tables;
use crate::tables::code_set::CodeSet;
use crate::tables::therapy::{CodeFacts, MedicareStatus};
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::value::Quantity;

use super::codes::codes;
use super::day::DayLine;

/// A set of marks.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Marks(u64);

macro_rules! marks {
    ($($(#[doc = $doc:literal])* $name:ident = $bit:literal),+ $(,)?) => {
        impl Marks {
            $($(#[doc = $doc])* pub const $name: Marks = Marks(1 << $bit);)+
        }

        // Each mark has a bit of its own that is looked at.
        const _: () = assert!(0 $(+ Marks::$name.0)+ == 0 $(| Marks::$name.0)+ && (0 $(| Marks::$name.0)+) >> Marks::BITS == 0);
    };
}

marks! {
    /// The code is always or sometimes therapy.
    THERAPY = 0,
    /// The code's minutes enter the pool of 15-minute codes.
    TIMED = 1,
    /// A therapy code whose units are not counted by time.
    UNTIMED = 2,
    /// An initial evaluation: 97161 to 97163, 97165 to 97167, 92521 to 92524.
    EVALUATION = 3,
    /// A re-evaluation: 97164, 97168.
    REEVALUATION = 4,
    /// 97150.
    GROUP = 5,
    /// 97110.
    EXERCISE = 6,
    /// 97112.
    REEDUCATION = 7,
    /// 97140.
    MANUAL = 8,
    /// 97530.
    ACTIVITIES = 9,
    /// Spinal manipulation: 98940 to 98942.
    MANIPULATION = 10,
    /// 95992.
    CANALITH = 11,
    /// Speech treatment: 92507, 92508, 92526.
    SPEECH = 12,
    /// An add-on code.
    ADDON = 13,
    /// An office or other visit: 99202 to 99215 and their like.
    VISIT = 14,
    /// The code has a first or last date, is unlisted, or is one that Medicare does not pay by itself.
    LIFE = 15,
    /// The code belongs to one discipline.
    BOUND = 16,
    /// Exactly one of GP, GO and GN.
    ONE_PLAN = 17,
    /// None of GP, GO and GN.
    NO_PLAN = 18,
    /// Two or more of GP, GO and GN, or one of them twice.
    SEVERAL_PLANS = 19,
    /// GN.
    GN = 20,
    /// CQ or CO.
    ASSISTANT = 21,
    /// 52.
    REDUCED = 22,
    /// KX.
    KX = 23,
    /// 59, XE, XS, XP or XU.
    DISTINCT = 24,
    /// 22, 51, 76, 77, 25, GA, GZ or GY, or a modifier twice.
    OTHER_MODIFIER = 25,
    /// More than one unit.
    UNITS_OVER_ONE = 26,
    /// Units or their basis are not what a therapy line has, or the line spans several days.
    ODD_UNITS = 27,
    /// Minutes are known of the line or of its visit.
    DOCUMENTED = 28,
    /// Minutes of an assistant are known.
    ASSISTED = 29,
    /// There is text about the line: a description of the code, or a note of the line.
    TEXT = 30,
    /// On an 837I.
    INSTITUTIONAL = 31,
    /// Documented as given with other patients at the same time.
    GROUPED = 32,
    /// Of a day: one code stands on two lines.
    REPEATED = 33,
    /// Of a day: two codes that the NCCI tables have as a pair in some quarter.
    PAIR = 34,
    /// Of a day: more units of a code than its MUE, or a code with an MUE of 0.
    OVER_MUE = 35,
    /// Of a day: more than one line.
    SEVERAL_LINES = 36,
    /// Of a day: lines of several claims.
    SEVERAL_CLAIMS = 37,
    /// Of a day: lines of earlier claims that are read for comparison.
    EARLIER = 38,
}

impl Marks {
    /// No mark at all; as an interest: whatever there is.
    pub const NONE: Marks = Marks(0);

    /// How many marks a set can have, eight to a byte.
    pub const BITS: u32 = 8 * Marks::BYTES as u32;

    /// Bytes of marks.
    pub const BYTES: usize = 5;

    /// The mark of a number, counted from 0.
    pub const fn bit(n: u32) -> Marks {
        Marks(1 << n)
    }

    /// The set, eight marks at a time.
    #[inline(always)]
    pub const fn bytes(self) -> [u8; Marks::BYTES] {
        let [a, b, c, d, e, ..] = self.0.to_le_bytes();
        [a, b, c, d, e]
    }

    /// What the set has of a line beside what its code has, to be kept.
    pub const fn of_line_alone(self) -> u16 {
        (self.0 >> Marks::FIRST_OF_LINE) as u16
    }

    /// The set of a line whose [`Marks::of_line_alone`] was kept.
    pub fn of_code_and_line(code: Code, facts: Option<&CodeFacts>, line: u16) -> Marks {
        of_code_or_visit(code, facts.map(of_code)) | Marks(u64::from(line) << Marks::FIRST_OF_LINE)
    }

    /// The lowest bit that a line may have beside those of its code.
    const FIRST_OF_LINE: u32 = 17;

    /// Both sets; for constants.
    pub const fn and(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    /// Whether all of `wanted` are there.
    #[inline]
    pub const fn has(self, wanted: Marks) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// Whether any of `wanted` is there.
    #[inline]
    pub const fn any(self, wanted: Marks) -> bool {
        self.0 & wanted.0 != 0
    }
}

impl BitOr for Marks {
    type Output = Marks;
    fn bitor(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }
}
impl BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Marks) {
        self.0 |= other.0;
    }
}

/// 59 and the four that say the same more exactly.
pub const DISTINCT: [Modifier; 5] =
    [Modifier::of("59"), Modifier::of("XE"), Modifier::of("XS"), Modifier::of("XP"), Modifier::of("XU")];

/// What is known of a code alone.
pub fn of_code(facts: &CodeFacts) -> Marks {
    const EVALUATIONS: [Code; 10] =
        codes(["97161", "97162", "97163", "97165", "97166", "97167", "92521", "92522", "92523", "92524"]);
    const SINGLE: [(Code, Marks); 14] = [
        (Code::of("97164"), Marks::REEVALUATION),
        (Code::of("97168"), Marks::REEVALUATION),
        (Code::of("97150"), Marks::GROUP),
        (Code::of("97110"), Marks::EXERCISE),
        (Code::of("97112"), Marks::REEDUCATION),
        (Code::of("97140"), Marks::MANUAL),
        (Code::of("97530"), Marks::ACTIVITIES),
        (Code::of("98940"), Marks::MANIPULATION),
        (Code::of("98941"), Marks::MANIPULATION),
        (Code::of("98942"), Marks::MANIPULATION),
        (Code::of("95992"), Marks::CANALITH),
        (Code::of("92507"), Marks::SPEECH),
        (Code::of("92508"), Marks::SPEECH),
        (Code::of("92526"), Marks::SPEECH),
    ];
    let mut marks = Marks::NONE;
    let mut set = |mark, on: bool| marks |= if on { mark } else { Marks::NONE };
    set(Marks::THERAPY, facts.is_therapy());
    set(Marks::TIMED, facts.pool);
    set(Marks::UNTIMED, facts.is_therapy() && facts.minutes == 0);
    set(Marks::EVALUATION, EVALUATIONS.contains(&facts.code));
    set(Marks::ADDON, !facts.addon_base.is_none());
    set(Marks::BOUND, facts.only.is_some());
    let paid = matches!(facts.medicare, MedicareStatus::Active | MedicareStatus::Unknown);
    set(Marks::LIFE, facts.valid_from.is_some() || facts.valid_to.is_some() || !paid);
    for (code, mark) in SINGLE {
        set(mark, facts.code == code);
    }
    marks
}

/// Finds the marks of lines. Made once a run.
#[derive(Clone, Debug)]
pub struct Marker {
    /// By [`CodeFacts::index`].
    codes: Vec<Marks>,
    /// The least limit of any list, by index.
    mues: Vec<Quantity>,
}

impl Marker {
    /// For the codes of these tables.
    pub fn new(tables: &Tables) -> Marker {
        let least = |f| tables.mues.least(f).map_or(Quantity(i64::MAX), |n| Quantity::whole(n.into()));
        Marker {
            codes: tables.therapy.iter().map(of_code).collect(),
            mues: tables.therapy.iter().map(least).collect(),
        }
    }

    /// The marks of a day: those of its lines, and what the lines are together.
    pub fn of_day(&self, lines: &[DayLine<'_>], earlier: &[DayLine<'_>], tables: &Tables) -> Marks {
        let mut marks = lines.iter().fold(Marks::NONE, |all, l| all | l.marks);
        let mut present = CodeSet::default();
        let mut set = |mark, on: bool| marks |= if on { mark } else { Marks::NONE };
        for line in lines {
            let Some(facts) = line.facts else { continue };
            set(Marks::REPEATED, present.contains(facts.index));
            set(Marks::PAIR, tables.pairs.partners(facts).intersects(&present));
            set(Marks::OVER_MUE, line.units.is_some_and(|u| u > self.least_mue(facts)));
            present.insert(facts.index);
        }
        set(Marks::SEVERAL_LINES, lines.len() > 1);
        set(Marks::SEVERAL_CLAIMS, lines.iter().any(|l| l.claim != lines[0].claim));
        set(Marks::EARLIER, !earlier.is_empty());
        marks
    }

    fn least_mue(&self, facts: &CodeFacts) -> Quantity {
        self.mues.get(usize::from(facts.index)).copied().unwrap_or(Quantity(i64::MAX))
    }

    /// The marks of a line of a claim; `minutes` are what is documented of it.
    #[inline]
    pub fn of_line(&self, claim: &Claim<'_>, line: &ServiceLine<'_>, minutes: Option<&LineMinutes>) -> Marks {
        let of_code =
            |facts: &CodeFacts| self.codes.get(usize::from(facts.index)).copied().unwrap_or_default();
        let mut marks = of_code_or_visit(line.procedure, line.facts.map(of_code));
        marks |= of_modifiers(&line.modifiers);
        let mut set = |mark, on: bool| marks |= if on { mark } else { Marks::NONE };
        set(Marks::UNITS_OVER_ONE, line.units.is_some_and(|u| u > Quantity::whole(1)));
        let whole = line.units.is_some_and(|u| u.0 > 0 && u.0 % 1000 == 0);
        let odd = !whole || line.basis != Code::of("UN") || line.date != line.date_to;
        set(Marks::ODD_UNITS, odd);
        if let Some(minutes) = minutes {
            set(Marks::DOCUMENTED, minutes.minutes.or(minutes.visit_timed).is_some());
            set(Marks::ASSISTED, minutes.assistant.is_some());
            set(Marks::GROUPED, minutes.group == Some(true));
        }
        let is_of_line = |note: &Note<'_>| note.line == line.order;
        set(Marks::TEXT, !line.description.is_empty() || claim.notes.iter().any(is_of_line));
        set(Marks::INSTITUTIONAL, claim.form == Form::Institutional);
        marks
    }
}

/// The marks of a code: its own, if it is in the tables.
fn of_code_or_visit(code: Code, own: Option<Marks>) -> Marks {
    own.unwrap_or_else(|| if is_visit(code) { Marks::VISIT } else { Marks::NONE })
}

/// The marks of a line's modifiers.
#[inline]
fn of_modifiers(modifiers: &Modifiers) -> Marks {
    let slots = &modifiers.0;
    let (mut marks, mut plans) = (0u64, 0u32);
    for modifier in slots {
        let own = MODIFIERS.of(*modifier);
        marks |= own.0;
        plans += u32::from(own.has(Marks::ONE_PLAN));
    }
    // Each pair is looked at: fewer would have to be guessed.
    let twice = |a: usize, b: usize| slots[a] == slots[b] && slots[b] != Modifier::NONE;
    let twice = twice(0, 1) | twice(0, 2) | twice(0, 3) | twice(1, 2) | twice(1, 3) | twice(2, 3);
    let of_plans = [Marks::NO_PLAN, Marks::ONE_PLAN, Marks::SEVERAL_PLANS][plans.min(2) as usize];
    let twice = if twice { Marks::OTHER_MODIFIER } else { Marks::NONE };
    Marks(marks & !Marks::ONE_PLAN.0) | of_plans | twice
}

/// The marks of each modifier that has one, looked up in one probe: which modifiers a line has is hard to guess.
struct OfModifiers {
    keys: [u16; OfModifiers::SLOTS],
    marks: [Marks; OfModifiers::SLOTS],
}

static MODIFIERS: OfModifiers = OfModifiers::new();

impl OfModifiers {
    const SLOTS: usize = 64;
    /// A multiplier under which they fall into different slots; that they do is checked when compiled.
    const SPREAD: u16 = 0x0367;

    const fn slot(packed: u16) -> usize {
        (packed.wrapping_mul(OfModifiers::SPREAD) >> 10) as usize
    }

    const fn new() -> OfModifiers {
        let known: [(&str, Marks); 20] = [
            ("GP", Marks::ONE_PLAN),
            ("GO", Marks::ONE_PLAN),
            ("GN", Marks::ONE_PLAN.and(Marks::GN)),
            ("CQ", Marks::ASSISTANT),
            ("CO", Marks::ASSISTANT),
            ("52", Marks::REDUCED),
            ("KX", Marks::KX),
            ("59", Marks::DISTINCT),
            ("XE", Marks::DISTINCT),
            ("XS", Marks::DISTINCT),
            ("XP", Marks::DISTINCT),
            ("XU", Marks::DISTINCT),
            ("22", Marks::OTHER_MODIFIER),
            ("51", Marks::OTHER_MODIFIER),
            ("76", Marks::OTHER_MODIFIER),
            ("77", Marks::OTHER_MODIFIER),
            ("25", Marks::OTHER_MODIFIER),
            ("GA", Marks::OTHER_MODIFIER),
            ("GZ", Marks::OTHER_MODIFIER),
            ("GY", Marks::OTHER_MODIFIER),
        ];
        let mut table =
            OfModifiers { keys: [0; OfModifiers::SLOTS], marks: [Marks::NONE; OfModifiers::SLOTS] };
        let mut n = 0;
        while n < known.len() {
            let packed = Modifier::of(known[n].0).packed();
            let slot = OfModifiers::slot(packed);
            assert!(table.keys[slot] == 0, "two modifiers share a slot: choose another SPREAD");
            table.keys[slot] = packed;
            table.marks[slot] = known[n].1;
            n += 1;
        }
        table
    }

    #[inline(always)]
    fn of(&self, modifier: Modifier) -> Marks {
        let slot = OfModifiers::slot(modifier.packed());
        if self.keys[slot] == modifier.packed() { self.marks[slot] } else { Marks::NONE }
    }
}

/// Whether a code is a visit that an evaluation of the same day competes with: office visits 99202 to 99215,
/// as the NCCI tables pair them with 97161 to 97168 (chapter XI, modifier indicator 1).
pub fn is_visit(code: Code) -> bool {
    const FIRST: u64 = Code::of("99202").packed();
    const LAST: u64 = Code::of("99215").packed();
    (FIRST..=LAST).contains(&code.packed()) && code.packed() & 0xFF_FFFF == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_have_their_marks() {
        let marks = |texts: &[&str]| {
            let mut modifiers = Modifiers::default();
            for (slot, text) in modifiers.0.iter_mut().zip(texts) {
                *slot = Modifier::of(text);
            }
            of_modifiers(&modifiers)
        };
        assert_eq!(marks(&[]), Marks::NO_PLAN);
        assert_eq!(marks(&["GP"]), Marks::ONE_PLAN);
        assert_eq!(marks(&["", "GN", "59"]), Marks::ONE_PLAN | Marks::GN | Marks::DISTINCT);
        assert_eq!(marks(&["GP", "GO"]), Marks::SEVERAL_PLANS);
        assert_eq!(marks(&["GP", "GP"]), Marks::SEVERAL_PLANS | Marks::OTHER_MODIFIER, "one twice");
        assert_eq!(
            marks(&["CQ", "KX", "52"]),
            Marks::NO_PLAN | Marks::ASSISTANT | Marks::KX | Marks::REDUCED
        );
    }

    #[test]
    fn a_visit_is_told_from_other_codes() {
        for (code, visit) in [
            ("99202", true),
            ("99215", true),
            ("99201", false),
            ("99216", false),
            ("992021", false),
            ("97110", false),
        ] {
            assert_eq!(is_visit(Code::of(code)), visit, "{code}");
        }
    }
}
