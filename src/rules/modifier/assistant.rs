//! CQ and CO: which discipline's assistants each stands for, and since when.

use crate::tables::therapy::Discipline;
use crate::x12::code::Modifier;
use crate::x12::value::Date;

/// Physical therapist assistant.
pub(super) const CQ: Modifier = Modifier::of("CQ");
/// Occupational therapy assistant.
pub(super) const CO: Modifier = Modifier::of("CO");

/// The first date of service they are reported for (CMS billing examples, read on secondary pages).
pub(super) const REPORTED_FROM: Option<Date> = Date::new(2020, 1, 1);

/// The first date of service Medicare pays 85 per cent for them.
pub(super) const REDUCED_FROM: Option<Date> = Date::new(2022, 1, 1);

/// The modifier of a discipline's assistants; speech-language pathology has none.
pub(super) const fn modifier(discipline: Discipline) -> Option<Modifier> {
    match discipline {
        Discipline::Pt => Some(CQ),
        Discipline::Ot => Some(CO),
        Discipline::Slp => None,
    }
}
