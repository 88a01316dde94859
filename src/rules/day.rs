//! A patient's day: all lines of one patient, date, billing provider and payer, whatever claims of the run
//! they stand on.
//!
//! Plain data. A worker puts the days of one claim together; the grouping stage of the scan does it again for
//! days that several claims share.

use std::ops::Deref;
use std::rc::Rc;

use crate::claim::claim::{Claim, Form};
use crate::claim::line::ServiceLine;
use crate::minutes::{LineMinutes, Sidecar};
use crate::position::Tag;
use crate::tables::therapy::{CodeFacts, Discipline};
use crate::tables::{Setting, Tables};
use crate::x12::code::{Code, Modifiers};
use crate::x12::value::{Cents, Date, Npi, Quantity};

use super::marks::Marks;
use super::policy::Policy;

/// A place as claims have it (see `claim::claim::Place`).
pub use crate::claim::claim::Place;

/// Which claim of the run. Sorts as the claims stand in the input.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct ClaimRef {
    /// Chunk number, counted over all files of the run.
    pub chunk: u32,
    /// Claim within the chunk, counted from 0.
    pub claim: u32,
}

/// What is known of a line from beside its claim. Of most lines nothing is, and they are not to carry the room for it.
#[derive(Clone, Debug, Default)]
pub enum Beside<'d, T> {
    /// What the default of `T` says.
    #[default]
    Nothing,
    /// Known where the line is put together.
    Of(&'d T),
    /// Known of this line alone.
    Own(Rc<T>),
}

/// What [`Beside::Nothing`] stands for.
pub trait Blank: PartialEq + Sized + 'static {
    /// Nothing.
    const BLANK: &'static Self;
}

impl Blank for LineMinutes {
    const BLANK: &'static LineMinutes = &LineMinutes::NONE;
}

impl Blank for OnFile {
    const BLANK: &'static OnFile = &OnFile::NONE;
}

impl<'d, T: Blank> Beside<'d, T> {
    /// Something that is known where the line is put together.
    pub fn of(known: &'d T) -> Beside<'d, T> {
        if *known == *T::BLANK { Beside::Nothing } else { Beside::Of(known) }
    }

    /// Something that is known of a line alone.
    pub fn own(known: T) -> Beside<'d, T> {
        if known == *T::BLANK { Beside::Nothing } else { Beside::Own(Rc::new(known)) }
    }

    /// Whether there is nothing.
    #[inline]
    pub fn is_nothing(&self) -> bool {
        matches!(self, Beside::Nothing)
    }
}

impl<T: Blank> Deref for Beside<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self {
            Beside::Nothing => T::BLANK,
            Beside::Of(known) => known,
            Beside::Own(known) => known,
        }
    }
}

impl<T: Blank> PartialEq for Beside<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

/// What sidecar files say of a line beside its minutes: money (`--fees`, `--spend`) and plan (`--plans`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OnFile {
    /// What the payer allows for a unit.
    pub fee: Option<Cents>,
    /// What was allowed for the patient in the year and bucket before the claims of the run.
    pub spent: Option<Cents>,
    /// The day up to which `spent` counts, where it is known.
    pub spent_as_of: Option<Date>,
    /// The last progress note of the plan that covers the line, else the plan's first day.
    pub noted: Option<Date>,
}

impl OnFile {
    /// Nothing.
    pub const NONE: OnFile = OnFile { fee: None, spent: None, spent_as_of: None, noted: None };
}

impl Default for OnFile {
    fn default() -> OnFile {
        OnFile::NONE
    }
}

/// A service line, as far as rules about days need it.
#[derive(Clone, PartialEq, Debug)]
pub struct DayLine<'d> {
    /// The claim.
    pub claim: ClaimRef,
    /// CLM05-3 of the claim: 1 original, 7 replacement, 8 void; 0 if absent.
    pub frequency: u8,
    /// LX01.
    pub number: u32,
    /// Order within the claim.
    pub order: u32,
    /// SV1 or SV2.
    pub service: Tag,
    /// Where the service segment stands.
    pub place: Place,
    /// Date of service; lines without one are of no day.
    pub date: Date,
    /// Procedure code.
    pub code: Code,
    /// What is known of the code; `None` if it is not in the therapy table.
    pub facts: Option<&'d CodeFacts>,
    /// Modifiers.
    pub modifiers: Modifiers,
    /// The control number (REF*6R) as a checksum, 0 where there is none.
    pub control: u32,
    /// Units billed; none if they are not a number.
    pub units: Option<Quantity>,
    /// Line charge.
    pub charge: Cents,
    /// The discipline, as the line has it.
    pub discipline: Option<Discipline>,
    /// The rendering provider: the line's, else the claim's.
    pub rendering: Option<Npi>,
    /// What is documented of the line.
    pub known: Beside<'d, LineMinutes>,
    /// What files beside the claims say of it.
    pub on_file: Beside<'d, OnFile>,
    /// What the line has that a rule may ask for.
    pub marks: Marks,
}

impl<'d> DayLine<'d> {
    /// A line of a claim, and its date of service.
    #[inline]
    pub fn new(
        claim_ref: ClaimRef,
        claim: &Claim<'_>,
        (line, date): (&ServiceLine<'d>, Date),
        (known, on_file): (Beside<'d, LineMinutes>, Beside<'d, OnFile>),
        marks: Marks,
    ) -> DayLine<'d> {
        DayLine {
            claim: claim_ref,
            frequency: claim.frequency,
            number: line.number,
            order: line.order,
            service: line.service,
            place: line.place,
            date,
            code: line.procedure,
            facts: line.facts,
            modifiers: line.modifiers,
            control: line.control_checksum(),
            units: line.units,
            charge: line.charge_or_zero(),
            discipline: line.discipline,
            rendering: claim.rendering_of(line).npi,
            known,
            on_file,
            marks,
        }
    }

    /// Whether the line's minutes enter the pool of timed 15-minute codes.
    #[inline]
    pub fn is_timed(&self) -> bool {
        self.marks.has(Marks::TIMED)
    }

    /// Which of the two NCCI tables the line is held to: an 837I line to that of hospitals.
    #[inline]
    pub fn setting(&self) -> Setting {
        if self.marks.has(Marks::INSTITUTIONAL) { Setting::Hospital } else { Setting::Practitioner }
    }

    /// Whether the line bills any units at all.
    pub fn bills(&self) -> bool {
        self.units != Some(Quantity::default())
    }

    /// The order lines of a run are grouped in: by [`rank_of_day`], then as they stand.
    #[inline]
    pub fn rank(&self) -> (u64, ClaimRef, u32) {
        (rank_of_day(self.date, self.discipline, self.is_timed()), self.claim, self.order)
    }
}

/// Where a line stands among those of other days and disciplines: by date, by discipline, timed ones first. Below 2^40.
#[inline]
pub fn rank_of_day(date: Date, discipline: Option<Discipline>, is_timed: bool) -> u64 {
    let discipline = discipline.map_or(0, |d| d as u64 + 1);
    u64::from(date.number()) << 8 | discipline << 1 | u64::from(!is_timed)
}

/// The lines of one patient, date, billing provider and payer. Lines of void and superseded claims are not
/// among them.
pub struct PatientDay<'d> {
    /// The date of service.
    pub date: Date,
    /// The lines, by [`DayLine::rank`]: a discipline's lines stand together, its timed ones first.
    pub lines: &'d [DayLine<'d>],
    /// Lines of the day on earlier claims (`--history`), read for comparison and never reported.
    pub earlier: &'d [DayLine<'d>],
    /// What any of the lines has, and what they have together.
    pub marks: Marks,
    /// The form of the day's first claim.
    pub form: Form,
    /// What the payer wants.
    pub policy: &'d Policy,
    /// Whether the payer is second or third in line and not Medicare.
    pub secondary: bool,
    /// Dated facts.
    pub tables: &'d Tables,
    /// Documented minutes, for what [`LineMinutes`] does not hold: clock times, body regions.
    pub sidecar: &'d Sidecar,
}

/// The timed lines of one discipline of a day.
#[derive(Clone, Copy)]
pub struct TherapyDay<'d> {
    /// The date of service.
    pub date: Date,
    /// The lines, in the order of the input.
    pub lines: &'d [DayLine<'d>],
    /// What the payer wants.
    pub policy: &'d Policy,
}

impl<'d> PatientDay<'d> {
    /// The timed lines, a discipline at a time; disciplines without any are left out.
    pub fn disciplines(&self) -> impl Iterator<Item = TherapyDay<'d>> {
        let (date, policy) = (self.date, self.policy);
        self.lines
            .chunk_by(|a, b| a.discipline == b.discipline)
            .map(|lines| &lines[..lines.partition_point(DayLine::is_timed)])
            .filter(|lines| !lines.is_empty())
            .map(move |lines| TherapyDay { date, lines, policy })
    }

    /// The lines of a code that bill something.
    pub fn lines_of(&self, code: Code) -> impl Iterator<Item = &'d DayLine<'d>> {
        self.lines.iter().filter(move |l| l.code == code && l.bills())
    }
}
