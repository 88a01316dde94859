//! Therapy codes: how time counts, who gives the service, when the code was in force.
//!
//! The data is `therapy_codes.csv`, whose head names its sources.

use crate::x12::code::{Code, Modifier, Modifiers, Taxonomy};
use crate::x12::value::Date;

use super::lines::{date, is_mark, optional, rows};

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

/// A code's status in the Medicare physician fee schedule of 2024-07-01.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MedicareStatus {
    /// Not read.
    Unknown,
    /// A: paid.
    Active,
    /// B: never paid by itself, always part of another service.
    Bundled,
    /// C: priced by the contractor; unlisted services.
    ContractorPriced,
    /// I: not valid for Medicare, which uses another code.
    Invalid,
    /// N: not covered.
    NonCovered,
    /// R: restricted coverage.
    Restricted,
    /// X: excluded by law from this fee schedule.
    Excluded,
}

/// What is known of one code of the therapy table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeFacts {
    /// The procedure code.
    pub code: Code,
    /// Number of its row in the table, for [`CodeSet`](super::code_set::CodeSet); another in another version.
    pub index: u8,
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
    /// What Medicare makes of it.
    pub medicare: MedicareStatus,
    /// Whether its practice expense is reduced beside other therapy (multiple-procedure indicator 5).
    pub mppr: bool,
    /// Our own short label.
    pub label: &'static str,
}

impl CodeFacts {
    /// Whether it is therapy, always or sometimes. Other codes are in the table for the pairs they form.
    #[inline]
    pub fn is_therapy(&self) -> bool {
        self.status != TherapyStatus::Never
    }
}

const DATA: &str = include_str!("therapy_codes.csv");
const SLOTS: usize = 1024;

/// The therapy codes and the codes they form pairs with, found by packed code in one or two probes.
#[derive(Debug)]
pub struct TherapyCodes {
    facts: Vec<CodeFacts>,
    /// Open addressing: index into `facts` plus one, 0 for an empty slot.
    slots: Box<[u16; SLOTS]>,
}

impl TherapyCodes {
    /// The codes that ship with the program.
    pub fn builtin() -> TherapyCodes {
        let numbered = (0..=u8::MAX).zip(rows(DATA));
        let facts: Vec<CodeFacts> = numbered.filter_map(|(index, row)| parse(index, row)).collect();
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

    /// What is known of a code; `None` if it is not in the table.
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

/// One row; `None` if it is not of the form the head describes (a test holds that there is no such row).
fn parse(index: u8, row: &'static str) -> Option<CodeFacts> {
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
    let medicare = medicare(next()?)?;
    let mppr = optional(next()?, flag)?.unwrap_or(false);
    is_mark(next()?).then_some(())?;
    Some(CodeFacts {
        code,
        index,
        minutes,
        pool,
        status,
        only,
        valid_from,
        valid_to,
        addon_base,
        medicare,
        mppr,
        label,
    })
}

fn medicare(letter: &str) -> Option<MedicareStatus> {
    Some(match letter {
        "" => MedicareStatus::Unknown,
        "A" => MedicareStatus::Active,
        "B" => MedicareStatus::Bundled,
        "C" => MedicareStatus::ContractorPriced,
        "I" => MedicareStatus::Invalid,
        "N" => MedicareStatus::NonCovered,
        "R" => MedicareStatus::Restricted,
        "X" => MedicareStatus::Excluded,
        _ => return None,
    })
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "Y" => Some(true),
        "N" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_its_index_and_small() {
        let codes = TherapyCodes::builtin();
        assert!(rows(DATA).count() <= 256, "an index is one byte");
        for (n, fact) in codes.iter().enumerate() {
            assert_eq!(usize::from(fact.index), n, "{}", fact.code);
        }
        assert!(size_of::<CodeFacts>() <= 56);
    }

    #[test]
    fn every_row_of_the_data_file_is_read_and_found() {
        let codes = TherapyCodes::builtin();
        assert_eq!(codes.iter().count(), rows(DATA).count());
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
        assert!(codes.iter().all(|f| f.is_therapy() || !f.pool), "only therapy pools");
        assert!(!fact("98940").is_therapy() && !fact("G0422").is_therapy() && fact("97597").is_therapy());
    }

    #[test]
    fn medicare_pays_not_every_code() {
        let codes = TherapyCodes::builtin();
        for (status, of_it) in [
            (MedicareStatus::Bundled, &["97010", "97602", "92605", "92606"][..]),
            (MedicareStatus::Invalid, &["97014"]),
            (MedicareStatus::NonCovered, &["97037", "98943"]),
            (MedicareStatus::Restricted, &["97026", "97545", "97546"]),
            (MedicareStatus::ContractorPriced, &["97039", "97139", "97799"]),
        ] {
            let mut read: Vec<_> = codes.iter().filter(|f| f.medicare == status).map(|f| f.code).collect();
            let mut known: Vec<_> = of_it.iter().map(|code| Code::of(code)).collect();
            read.sort();
            known.sort();
            assert_eq!(read, known, "{status:?}");
        }
        assert!(codes.get(Code::of("97110")).unwrap().mppr && !codes.get(Code::of("97129")).unwrap().mppr);
    }

    #[test]
    fn a_discipline_is_read_from_modifier_revenue_code_or_taxonomy() {
        assert_eq!(Discipline::of_revenue(Code::of("0434")), Some(Discipline::Ot));
        assert_eq!(Discipline::of_revenue(Code::of("0450")), None);
        assert_eq!(Discipline::of_taxonomy(Taxonomy::parse(b"235Z00000X")), Some(Discipline::Slp));
        assert_eq!(Discipline::of_modifier(Modifier::of("59")), None);
    }
}
