//! A claim: loop 2300 and its service lines, borrowed from the bytes of the file.

use serde::{Deserialize, Serialize};

use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Taxonomy};
use crate::x12::value::{Cents, Date, Npi};

use super::line::ServiceLine;

/// Where a segment stands: file offset, and its number since the start of the chunk being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// Offset of the segment's first byte in the file.
    pub byte: u64,
    /// Segments since the start of the chunk, this one included.
    pub segment: u32,
}

/// A provider as far as it matters here: who by number, what by taxonomy, never a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Provider {
    /// Whether an NM1 names one at all.
    pub named: bool,
    /// NM109 under qualifier XX; `None` if missing or not a valid NPI.
    pub npi: Option<Npi>,
    /// PRV03.
    pub taxonomy: Taxonomy,
}

impl Provider {
    /// Whether the provider is known to be neither a therapist nor an assistant: named, with somebody else's
    /// taxonomy. So are physicians and other practitioners.
    pub fn is_no_therapist(&self) -> bool {
        self.named && !self.taxonomy.is_none() && Discipline::of_taxonomy(self.taxonomy).is_none()
    }
}

/// An occurrence code and its date (HI*BH on an 837I).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// The code, `11`, `17`, `29`.
    pub code: Code,
    /// Its date.
    pub date: Option<Date>,
}

/// Note text of a claim or a line. Never to be printed.
#[derive(Clone, Copy, Debug)]
pub struct Note<'a> {
    /// Order of the line the note stands on, counted from 1; 0 for a note of the claim.
    pub line: u32,
    /// NTE02 or K301.
    pub text: &'a [u8],
}

/// Which form a claim has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Form {
    /// 837P, CMS-1500.
    Professional,
    /// 837I, UB-04.
    Institutional,
}

impl Form {
    /// As people call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Form::Professional => "837P",
            Form::Institutional => "837I",
        }
    }
}

/// Why a claim that was seen was not evaluated. A closed list: every claim is in exactly one place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum NotEvaluated {
    /// An 837 dental claim, or another guide that is not read.
    OutOfScope,
    /// In a transaction set that is not an 837.
    OtherSet,
    /// The file ends inside the claim.
    CutOff,
    /// The claim is larger than the limit.
    TooLarge,
    /// The file changed while it was read, so what was found in it is withheld.
    ChangedWhileRead,
}

impl NotEvaluated {
    /// All reasons.
    pub const ALL: [NotEvaluated; 5] = [
        NotEvaluated::OutOfScope,
        NotEvaluated::OtherSet,
        NotEvaluated::CutOff,
        NotEvaluated::TooLarge,
        NotEvaluated::ChangedWhileRead,
    ];

    /// The reason as a word for reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            NotEvaluated::OutOfScope => "out-of-scope",
            NotEvaluated::OtherSet => "other-set",
            NotEvaluated::CutOff => "cut-off",
            NotEvaluated::TooLarge => "too-large",
            NotEvaluated::ChangedWhileRead => "changed-while-read",
        }
    }
}

/// Loop 2300.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// Patient control number (CLM01).
    pub id: &'a [u8],
    /// Where CLM stands.
    pub place: Place,
    /// The form, by guide; where the guide does not tell, by the service segments.
    pub form: Form,
    /// Total charge (CLM02); `None` if it is not a number.
    pub charge: Option<Cents>,
    /// Place of service (837P) or the first two digits of the type of bill (837I): CLM05-1.
    pub facility: Code,
    /// CLM05-2: `B` place of service, `A` type of bill.
    pub facility_qualifier: Code,
    /// Claim frequency (CLM05-3): 1 original, 7 replacement, 8 void; 0 if absent.
    pub frequency: u8,
    /// Diagnoses in order (HI*ABK, ABF, BK, BF).
    pub diagnoses: Vec<Code>,
    /// Occurrence codes (HI*BH).
    pub occurrences: Vec<Occurrence>,
    /// Statement period (DTP*434 on an 837I).
    pub statement: Option<(Date, Date)>,
    /// Onset of illness (DTP*431).
    pub onset: Option<Date>,
    /// Initial treatment (DTP*454).
    pub initial_treatment: Option<Date>,
    /// Prior authorisation number (REF*G1), empty if there is none.
    pub authorisation: &'a [u8],
    /// Referral number (REF*9F), empty if there is none.
    pub referral: &'a [u8],
    /// Payer claim control number of the claim this one replaces or voids (REF*F8).
    pub original: &'a [u8],
    /// Referring provider (NM1*DN).
    pub referring: Provider,
    /// Rendering provider (NM1*82).
    pub rendering: Provider,
    /// Attending provider (NM1*71).
    pub attending: Provider,
    /// Service lines in order.
    pub lines: Vec<ServiceLine<'a>>,
    /// Notes of claim and lines in order.
    pub notes: Vec<Note<'a>>,
    /// Why the claim cannot be evaluated, if it cannot.
    pub not_evaluated: Option<NotEvaluated>,
}

impl<'a> Claim<'a> {
    /// The sum of the line charges; lines whose charge is not a number count nothing.
    pub fn line_charges(&self) -> Cents {
        self.lines.iter().map(ServiceLine::charge_or_zero).sum()
    }

    /// The first date of service of any line, else the start of the statement period.
    pub fn first_date(&self) -> Option<Date> {
        self.lines.iter().filter_map(|l| l.date).min().or(self.statement.map(|(from, _)| from))
    }

    /// The rendering provider of a line: its own, else the claim's.
    pub fn rendering_of(&self, line: &ServiceLine<'_>) -> Provider {
        if line.rendering.named { line.rendering } else { self.rendering }
    }

    /// One of which nothing is known.
    pub(crate) fn empty() -> Claim<'a> {
        Claim {
            id: &[],
            place: Place::default(),
            form: Form::Professional,
            charge: None,
            facility: Code::NONE,
            facility_qualifier: Code::NONE,
            frequency: 0,
            diagnoses: Vec::new(),
            occurrences: Vec::new(),
            statement: None,
            onset: None,
            initial_treatment: None,
            authorisation: &[],
            referral: &[],
            original: &[],
            referring: Provider::default(),
            rendering: Provider::default(),
            attending: Provider::default(),
            lines: Vec::new(),
            notes: Vec::new(),
            not_evaluated: None,
        }
    }

    /// Makes the claim empty again and keeps its vectors.
    pub(super) fn clear(&mut self) {
        let (mut diagnoses, mut occurrences) =
            (std::mem::take(&mut self.diagnoses), std::mem::take(&mut self.occurrences));
        let (mut lines, mut notes) = (std::mem::take(&mut self.lines), std::mem::take(&mut self.notes));
        diagnoses.clear();
        occurrences.clear();
        lines.clear();
        notes.clear();
        *self = Claim { diagnoses, occurrences, lines, notes, ..Claim::empty() };
    }
}
