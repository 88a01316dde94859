//! ACKS. What was found in, acknowledgements out: the 277CA and the 999 that a provider's system takes in.
//!
//! Comes in: which claims are rejected and why (`rejects`), and the bytes of each file once more (`walk`). Goes out: for
//! each interchange that was checked one of a claim acknowledgement (005010X214, `claims`: one status a claim, and totals)
//! and one of an implementation acknowledgement (005010X231A1, `sets`: one answer a functional group and transaction set).
//! They are written into a draft and copied once the file has shown to be the one that was checked.
//!
//! They tell of a check before a batch is sent, and say so: nobody but the payer accepts a claim into adjudication.
//! Deliberately absent: persons. Names, member ids and birth dates are not kept while a file is read, and where the guide
//! wants a name there is a word in its place. Absent as well: the clock. Days are those of the run or of the file.

pub mod claims;
mod codes;
pub mod draft;
mod envelope;
mod errors;
mod note;
mod party;
pub mod rejects;
pub mod sets;
mod text;
pub mod walk;

use std::io;

use crate::claim::claim::NotEvaluated;
use crate::finding::Severity;
use crate::position::ElementRef;
use crate::x12::code::Code;
use crate::x12::fault::FaultCode;
use crate::x12::value::{Cents, Date};

pub use draft::Draft;
pub use envelope::Interchange;

/// Interchange, functional group and transaction set as they are counted in the file, each from 1; 0 outside.
pub type Counted = [u32; 3];

/// A functional group that is acknowledged.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Group {
    /// As counted.
    pub place: Counted,
    /// GS01.
    pub functional: Code,
    /// GS02 and GS03.
    pub sender: String,
    /// Where it goes to.
    pub receiver: String,
    /// GS06.
    pub control: String,
    /// GS08.
    pub version: String,
}

/// A transaction set that is acknowledged.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Set {
    /// As counted.
    pub place: Counted,
    /// ST01.
    pub id: Code,
    /// ST02.
    pub control: String,
    /// ST03.
    pub guide: String,
    /// Whether claims are read from it.
    pub is_read: bool,
}

/// Who an acknowledgement names: an organisation. A person has a word for a name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Party {
    /// NM102: `1` person, `2` anything else.
    pub entity: &'static str,
    /// NM103 of an organisation.
    pub name: String,
    /// NM109.
    pub id: String,
}

/// What stands above the claims of a transaction set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Header {
    /// BHT03.
    pub reference: String,
    /// BHT04.
    pub day: Option<Date>,
    /// BHT05 as HHMM.
    pub time: Option<String>,
    /// NM1*41.
    pub submitter: Party,
    /// NM1*40.
    pub receiver: Party,
    /// NM1*85.
    pub provider: Party,
    /// Billing provider loops of the file so far: tells one from the next.
    pub providers: u64,
}

/// A claim that is acknowledged.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Claim {
    /// Offset of CLM in the file.
    pub byte: u64,
    /// Where it stands.
    pub place: Counted,
    /// CLM01, or its token.
    pub id: String,
    /// CLM02; nothing if it is no number.
    pub charge: Cents,
    /// First and last date of service.
    pub dates: Option<(Date, Date)>,
    /// Type of bill of an institutional claim, with its frequency.
    pub bill: String,
    /// The clearinghouse's trace number (REF*D9).
    pub trace: String,
    /// Why it was not checked.
    pub not_evaluated: Option<NotEvaluated>,
}

/// A fault of syntax that the rules in force report and nobody answers for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SyntaxFault {
    /// What is wrong.
    pub code: FaultCode,
    /// How bad.
    pub severity: Severity,
    /// Where it stands.
    pub place: Counted,
    /// The segment's number within its transaction set, counted from 1; 0 outside.
    pub segment: u32,
    /// Where in the segment.
    pub at: ElementRef,
}

/// Is told what a file holds, in its order.
pub trait Acknowledge {
    /// An interchange begins.
    fn interchange(&mut self, interchange: &Interchange) -> io::Result<()>;
    /// A functional group begins.
    fn group(&mut self, group: &Group) -> io::Result<()>;
    /// A transaction set begins.
    fn set(&mut self, set: &Set) -> io::Result<()>;
    /// A claim of a set that is read.
    fn claim(&mut self, _claim: &Claim, _header: &Header) -> io::Result<()> {
        Ok(())
    }
    /// Something is wrong, in what is open.
    fn fault(&mut self, _fault: &SyntaxFault) -> io::Result<()> {
        Ok(())
    }
    /// The transaction set ends.
    fn set_ends(&mut self) -> io::Result<()>;
    /// The functional group ends; GE01.
    fn group_ends(&mut self, sets: Option<u64>) -> io::Result<()>;
    /// The interchange ends.
    fn interchange_ends(&mut self) -> io::Result<()>;
}
