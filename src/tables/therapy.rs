//! Therapy codes: how time counts, who gives the service, when the code was in force.
//!
//! The data is `therapy_codes.csv`, whose head names its sources.

use crate::x12::code::{Code, Modifier, Modifiers, Taxonomy};
use crate::x12::value::Date;

/// Physical therapy, occupational therapy or speech-language pathology.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Discipline {
    /// Physical therapy, modifier GP, revenue codes 042x.
    Pt,
    /// Occupational therapy, modifier GO, revenue codes 043x.
    Ot,
    /// Speech-language pathology, modifier GN, revenue codes 044x.
    Slp,
}

/// The modifier that says a service was given under a physical therapy plan of care.
pub const GP: Modifier = Modifier::of("GP");
/// The modifier that says a service was given under an occupational therapy plan of care.
pub const GO: Modifier = Modifier::of("GO");
/// The modifier that says a service was given under a speech-language pathology plan of care.
pub const GN: Modifier = Modifier::of("GN");

impl Discipline {
    /// The three disciplines.
    pub const ALL: [Discipline; 3] = [Discipline::Pt, Discipline::Ot, Discipline::Slp];

    /// The plan-of-care modifier (Pub. 100-04 chapter 5 section 20.1).
    pub const fn modifier(self) -> Modifier {
        match self {
            Discipline::Pt => GP,
            Discipline::Ot => GO,
            Discipline::Slp => GN,
        }
    }

    /// The discipline a plan-of-care modifier stands for.
    pub fn of_modifier(modifier: Modifier) -> Option<Discipline> {
        Discipline::ALL.into_iter().find(|d| d.modifier() == modifier)
    }

    /// The one discipline whose modifier stands among `modifiers`; `None` for none or several.
    pub fn of_modifiers(modifiers: &Modifiers) -> Option<Discipline> {
        let mut found = Discipline::ALL.into_iter().filter(|d| modifiers.contains(d.modifier()));
        match (found.next(), found.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        }
    }

    /// The discipline a revenue code belongs to: 042x, 043x, 044x (CMS MM7170).
    pub fn of_revenue(revenue: Code) -> Option<Discipline> {
        [("042", Discipline::Pt), ("043", Discipline::Ot), ("044", Discipline::Slp)]
            .into_iter()
            .find_map(|(prefix, d)| revenue.starts_with(prefix).then_some(d))
    }

    /// The discipline of a therapist's taxonomy; assistants count with their discipline.
    pub fn of_taxonomy(taxonomy: Taxonomy) -> Option<Discipline> {
        [
            ("2251", Discipline::Pt),
            ("2252", Discipline::Pt),
            ("225X", Discipline::Ot),
            ("224Z", Discipline::Ot),
            ("235Z", Discipline::Slp),
        ]
        .into_iter()
        .find_map(|(prefix, d)| taxonomy.starts_with(prefix).then_some(d))
    }

    /// `PT`, `OT` or `SLP`.
    pub const fn short(self) -> Code {
        match self {
            Discipline::Pt => Code::of("PT"),
            Discipline::Ot => Code::of("OT"),
            Discipline::Slp => Code::of("SLP"),
        }
    }
}

/// Whether a code is therapy whoever gives it, or only under a therapy plan of care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TherapyStatus {
    /// Always therapy: needs a plan-of-care modifier (CR 10176, dates of service from 2018-01-01).
    Always,
    /// Sometimes therapy: needs one when given under a therapy plan of care.
    Sometimes,
    /// Not on the therapy list, kept here for the pairs it forms.
    Never,
}

/// What is known of one therapy code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeFacts {
    /// The procedure code.
    pub code: Code,
    /// Minutes one unit stands for; 0 if the code is not timed.
    pub minutes: u16,
    /// Whether its minutes enter the pool of 15-minute codes (Pub. 100-04 chapter 5 section 20.2).
    pub pool: bool,
    /// Always or sometimes therapy.
    pub status: TherapyStatus,
    /// The only discipline that may bill it (CR 10176).
    pub only: Option<Discipline>,
    /// First date of service the code was in force, where known.
    pub valid_from: Option<Date>,
    /// Last date of service the code was in force, where it has ended.
    pub valid_to: Option<Date>,
    /// The code it is added to, for add-on codes.
    pub addon_base: Code,
    /// Our own short label.
    pub label: &'static str,
}

const DATA: &str = include_str!("therapy_codes.csv");
const SLOTS: usize = 1024;

/// The therapy codes, found by packed code in one or two probes.
#[derive(Debug)]
pub struct TherapyCodes {
    facts: Vec<CodeFacts>,
    /// Open addressing: index into `facts` plus one, 0 for an empty slot.
    slots: Box<[u16; SLOTS]>,
}

impl TherapyCodes {
    /// The codes that ship with the program.
    pub fn builtin() -> TherapyCodes {
        let facts: Vec<CodeFacts> = rows().filter_map(parse).collect();
        let mut slots = Box::new([0u16; SLOTS]);
        for (n, fact) in (1u16..).zip(&facts) {
            let mut at = slot(fact.code);
            while slots[at] != 0 {
                at = (at + 1) % SLOTS;
            }
            slots[at] = n;
        }
        TherapyCodes { facts, slots }
    }

    /// What is known of a code; `None` if it is not a therapy code.
    #[inline]
    pub fn get(&self, code: Code) -> Option<&CodeFacts> {
        let mut at = slot(code);
        loop {
            let n = self.slots[at];
            let fact = self.facts.get(usize::from(n).checked_sub(1)?)?;
            if fact.code == code {
                return Some(fact);
            }
            at = (at + 1) % SLOTS;
        }
    }

    /// All codes, in the order of the data file.
    pub fn iter(&self) -> impl Iterator<Item = &CodeFacts> {
        self.facts.iter()
    }
}

#[inline]
fn slot(code: Code) -> usize {
    (code.packed().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as usize
}

fn rows() -> impl Iterator<Item = &'static str> {
    DATA.lines().filter(|l| !l.starts_with('#')).skip(1)
}

/// One row; `None` if it is not of the form the head describes (a test holds that there is no such row).
fn parse(row: &'static str) -> Option<CodeFacts> {
    let mut f = row.split(',');
    let mut next = || f.next();
    let code = Code::of(next()?);
    let label = next()?;
    let minutes = next()?.parse().ok()?;
    let pool = flag(next()?)?;
    let status = match next()? {
        "always" => TherapyStatus::Always,
        "sometimes" => TherapyStatus::Sometimes,
        "none" => TherapyStatus::Never,
        _ => return None,
    };
    let only = Discipline::of_modifier(Modifier::of(next()?));
    let valid_from = date(next()?)?;
    let valid_to = date(next()?)?;
    let addon_base = Code::of(next()?);
    matches!(next()?, "V" | "I").then_some(())?;
    Some(CodeFacts { code, minutes, pool, status, only, valid_from, valid_to, addon_base, label })
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "Y" => Some(true),
        "N" => Some(false),
        _ => None,
    }
}

/// An optional date: the outer `None` is a malformed one.
#[expect(clippy::option_option, reason = "absent and malformed are two things")]
fn date(text: &str) -> Option<Option<Date>> {
    if text.is_empty() { Some(None) } else { Date::parse_iso(text).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_data_file_is_read_and_found() {
        let codes = TherapyCodes::builtin();
        assert_eq!(codes.iter().count(), rows().count());
        for fact in codes.iter() {
            assert_eq!(codes.get(fact.code), Some(fact));
            assert!(!fact.pool || fact.minutes == 15, "{}: only 15-minute codes pool", fact.code);
            assert!(fact.addon_base.is_none() || codes.get(fact.addon_base).is_some(), "{}", fact.code);
        }
        for absent in [Code::NONE, Code::MALFORMED, Code::of("99213")] {
            assert_eq!(codes.get(absent), None);
        }
    }

    #[test]
    fn facts_the_first_rules_stand_on() {
        let codes = TherapyCodes::builtin();
        let fact = |code| codes.get(Code::of(code)).unwrap();
        assert!(fact("97110").pool && fact("97110").status == TherapyStatus::Always);
        assert!(!fact("97150").pool && fact("97150").minutes == 0);
        assert_eq!(fact("97161").only, Some(Discipline::Pt));
        assert_eq!(fact("97130").addon_base, Code::of("97129"));
        assert_eq!(fact("97532").valid_to, Date::new(2017, 12, 31));
        assert_eq!(codes.iter().filter(|f| f.pool).count(), 26);
    }

    #[test]
    fn a_discipline_is_read_from_modifier_revenue_code_or_taxonomy() {
        assert_eq!(Discipline::of_revenue(Code::of("0434")), Some(Discipline::Ot));
        assert_eq!(Discipline::of_revenue(Code::of("0450")), None);
        assert_eq!(Discipline::of_taxonomy(Taxonomy::parse(b"235Z00000X")), Some(Discipline::Slp));
        assert_eq!(Discipline::of_modifier(Modifier::of("59")), None);
    }
}
