//! FORMATS. Results come in, bytes go out.
//!
//! Deliberately absent: claims, segments, the engine. A report sees findings, risks and rule metadata; what
//! it prints of a claim is its number, its place and its figures, never a person.
//!
//! One private file a format, each behind [`Report`]; a report streams and holds nothing that grows with the
//! batch.

pub mod aside;
mod cells;
mod columns;
pub mod csv;
pub mod diff;
mod figures;
pub mod halves;
#[cfg(test)]
mod hostile;
pub mod html;
pub mod json;
pub mod manifest;
pub mod mark;
#[cfg(feature = "parquet")]
pub mod parquet;
mod put;
pub mod rows;
pub mod safe;
mod said;
#[cfg(test)]
mod sample;
mod sums;
pub mod tee;
pub mod text;
pub mod trend;
pub mod xlsx;

use std::io;

use crate::finding::Finding;
use crate::risk::Risk;
use crate::rules::rule::RuleMeta;
use crate::x12::code::Code;
use crate::x12::value::{Cents, Date};

use aside::{BaselineTotal, WaiversTotal};
use mark::Mark;

/// Metadata of the rules in the order of the catalogue; [`crate::finding::RuleId`] is the index. Handed to
/// every format.
pub type Rules = &'static [&'static RuleMeta];

/// Where a finding's transaction set stands: which file, and the control numbers of its envelope.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Location {
    /// The file as the user named it, made safe to print.
    pub file: String,
    /// Interchange, group and transaction set, counted from 1 within the file; 0 outside.
    pub interchange: u32,
    /// Functional group within the interchange.
    pub group: u32,
    /// Transaction set within the group.
    pub transaction: u32,
    /// ISA13 as in the file: untrusted bytes.
    pub isa13: Vec<u8>,
    /// GS06 as in the file: untrusted bytes.
    pub gs06: Vec<u8>,
    /// ST02 as in the file: untrusted bytes.
    pub st02: Vec<u8>,
}

/// What a report may say of a claim.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClaimInfo {
    /// CLM01 as in the file: untrusted bytes.
    pub id: Vec<u8>,
    /// `837P` or `837I`.
    pub form: &'static str,
    /// CLM02.
    pub charge: Cents,
    /// Number of service lines.
    pub lines: u32,
    /// First date of service.
    pub date: Option<Date>,
    /// Payer id (NM109 of NM1*PR): untrusted bytes.
    pub payer_id: Vec<u8>,
    /// Payer name (NM103 of NM1*PR), an organisation: untrusted bytes.
    pub payer_name: Vec<u8>,
    /// Name of the policy that decided, such as `medicare`.
    pub policy: String,
    /// Payer class, such as `commercial`.
    pub payer_class: &'static str,
    /// Billing provider's NPI, empty if there is no valid one.
    pub billing_npi: String,
    /// Offset of CLM in the file.
    pub byte: u64,
    /// Whether the number or the parent of an HL above it is wrong: billing provider, payer and patient may be
    /// those of another claim.
    pub hierarchy_suspect: bool,
}

/// A claim with its findings, or findings that belong to no claim (envelope, hierarchy, sidecar files).
#[derive(Clone, Copy, Debug)]
pub struct Entry<'r> {
    /// Where.
    pub location: &'r Location,
    /// The claim, if the findings belong to one.
    pub claim: Option<&'r ClaimInfo>,
    /// What was found, in the order of position.
    pub findings: &'r [Finding],
    /// What is said of each of them beside, in the same order; nothing where there are fewer.
    pub marks: &'r [Mark<'r>],
    /// What the claim risks by findings that are not waived; nothing for findings without a claim.
    pub risk: Risk,
}

impl<'r> Entry<'r> {
    /// The findings, each with what is said of it.
    pub fn marked(&self) -> impl Iterator<Item = (&'r Finding, Mark<'r>)> + use<'r> {
        self.findings.iter().zip(self.marks.iter().copied().chain(std::iter::repeat(Mark::default())))
    }

    /// The findings that are not waived.
    pub fn counted(&self) -> impl Iterator<Item = &'r Finding> + use<'r> {
        self.findings.iter().filter(|finding| !finding.is_waived())
    }
}

/// Counts and sums of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Files: listed, read whole, read in part, not read.
    pub files: Files,
    /// What the bytes were made of.
    pub bytes: Bytes,
    /// Segments by what they belong to.
    pub segments: Segments,
    /// Interchanges, functional groups, transaction sets read.
    pub interchanges: u64,
    /// Functional groups.
    pub groups: u64,
    /// Transaction sets of any kind.
    pub transactions: u64,
    /// Transaction sets that are 837P or 837I.
    pub claim_transactions: u64,
    /// Transaction sets that are something else, by transaction set id (ST01), `837` for 837s that are not read.
    pub out_of_scope: Vec<(String, u64)>,
    /// Claims seen, evaluated, and not evaluated by reason.
    pub claims: Claims,
    /// Service lines seen and what became of them.
    pub lines: Lines,
    /// What is waived, where there is a file of waivers. The figures below are without it.
    pub waivers: Option<WaiversTotal>,
    /// What was known before, where there is a baseline. The figures below are without it.
    pub baseline: Option<BaselineTotal>,
    /// Claims with at least one finding of each severity as their worst, from info to critical.
    pub claims_by_worst: [u64; 5],
    /// Findings by severity, from info to critical.
    pub findings: [u64; 5],
    /// Money.
    pub money: Money,
    /// By rule, in the order of the catalogue; rules that found nothing are left out.
    pub rules: Vec<RuleTotal>,
    /// What could not be checked, by reason.
    pub not_checked: Vec<NotChecked>,
    /// Lines whose units the documented minutes do not support, by procedure code, ascending.
    pub units: Vec<UnitsTotal>,
    /// Rows of minutes and visits files.
    pub minutes: MinutesTotal,
    /// Sidecar files of all kinds that were given.
    pub sidecars: Vec<SidecarTotal>,
    /// Dated NCCI tables that claims were held to.
    pub tables: Vec<TableTotal>,
    /// Every input, read or not: those to be read in their order, then those left out, then those that could
    /// not be listed.
    pub inputs: Vec<Input>,
    /// What went wrong with inputs, settings and outputs: whole messages, safe to print.
    pub problems: Vec<String>,
    /// The account of the run, in seven equations.
    pub account: Vec<Equation>,
    /// For how many transaction sets, functional groups, interchanges and files it was held by itself.
    pub account_held: [u64; 4],
    /// Equations of the account that do not hold; empty in a run that can be relied on.
    pub imbalances: Vec<String>,
    /// What is replaced in the outputs, if anything is.
    pub redaction: Option<Redaction>,
}

/// What is replaced in the outputs. They are about patients all the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redaction {
    /// Names the key that claim ids were replaced with, if they were.
    pub key_id: Option<String>,
    /// Whether names of input and sidecar files were replaced.
    pub file_names: bool,
}

/// An equation of the account: a total and the parts it is the sum of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Equation {
    /// What is accounted for.
    pub name: &'static str,
    /// All of it; cents for `money`.
    pub total: i128,
    /// Where it went.
    pub parts: Vec<(&'static str, i128)>,
    /// Whether the parts add up to the total.
    pub holds: bool,
}

/// Files of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Files {
    /// All files listed.
    pub listed: u64,
    /// Read from the first byte to the last.
    pub processed: u64,
    /// Left out on purpose.
    pub skipped: u64,
    /// Could not be read, or hold no X12.
    pub unreadable: u64,
    /// Of those read, files whose results an earlier run had kept. Told to people only: the files of a run are the
    /// same whether it read or knew its inputs.
    pub reused: u64,
    /// Of those read, files whose bytes an earlier run had read, and whose results it could not hand on; likewise.
    pub seen_before: u64,
}

/// What became of one input.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Input {
    /// Its name, safe to print.
    pub file: String,
    /// Bytes read of it, unpacked and as offsets count them.
    pub bytes: u64,
    /// Bytes on the disk; of a member of an archive those it has there.
    pub file_bytes: Option<u64>,
    /// What was taken off its bytes, from the outside in: `gzip`, `zip`, `utf-16le`.
    pub container: Vec<&'static str>,
    /// How offsets relate to the file, where they are not the file's own.
    pub offsets: Option<String>,
    /// What it leads to, if it is a link, safe to print.
    pub link: Option<String>,
    /// SHA-256 of its bytes on the disk (of a member: of its content), where they were digested to the last.
    pub sha256: Option<[u8; 32]>,
    /// What became of it.
    pub status: InputStatus,
    /// The fault that kept it from being read, as the catalogue names it.
    pub code: Option<&'static str>,
    /// Why it was left out, not read, or read in part.
    pub reason: Option<String>,
}

/// What became of an input.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum InputStatus {
    /// Read from the first byte to the last.
    #[default]
    Read,
    /// An earlier file (`--history`), read for comparison.
    Earlier,
    /// Read in part.
    Partial,
    /// Left out on purpose.
    Skipped,
    /// Could not be read, or holds no X12.
    Unreadable,
    /// The program came to grief over it.
    Failed,
}

impl InputStatus {
    /// The status as a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            InputStatus::Read => "read",
            InputStatus::Earlier => "history",
            InputStatus::Partial => "partial",
            InputStatus::Skipped => "skipped",
            InputStatus::Unreadable => "unreadable",
            InputStatus::Failed => "failed",
        }
    }
}

/// Bytes of the files that were read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bytes {
    /// All bytes read.
    pub read: u64,
    /// In segments.
    pub segments: u64,
    /// Segment terminators.
    pub terminators: u64,
    /// Blanks between segments.
    pub blanks: u64,
    /// Padding and byte order marks.
    pub padding: u64,
    /// Passed over, each range with a finding that says why.
    pub skipped: u64,
}

/// Segments by what they belong to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Segments {
    /// All.
    pub read: u64,
    /// ISA, GS, ST, SE, GE, IEA.
    pub envelope: u64,
    /// TA1 and other segments of the interchange itself.
    pub service: u64,
    /// Header, billing provider, subscriber, patient.
    pub context: u64,
    /// Loop 2300 up to the first line.
    pub claim: u64,
    /// Loop 2400.
    pub line: u64,
    /// With an id the guides do not have.
    pub unrecognised: u64,
    /// Without content.
    pub empty: u64,
    /// In transaction sets that are not read.
    pub out_of_scope: u64,
}

/// Claims.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Claims {
    /// CLM segments seen.
    pub seen: u64,
    /// Checked against the rules.
    pub evaluated: u64,
    /// Not checked, by reason.
    pub not_evaluated: Vec<(&'static str, u64)>,
    /// Evaluated claims without any finding.
    pub clean: u64,
    /// Evaluated claims all of whose findings are waived or known from the baseline.
    pub set_aside: u64,
    /// Evaluated claims with money at risk.
    pub at_risk: u64,
    /// Evaluated claims below an HL whose number or parent is wrong; attached by the order of levels.
    pub hierarchy_suspect: u64,
    /// Evaluated claims in a transaction set without SE, or in an interchange without ISA.
    pub envelope_suspect: u64,
}

/// Service lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Lines {
    /// Service segments seen.
    pub seen: u64,
    /// With a therapy code, checked.
    pub therapy: u64,
    /// With another code: only claim rules apply.
    pub other: u64,
    /// On claims that were not evaluated.
    pub not_evaluated: u64,
    /// Timed lines.
    pub timed: u64,
    /// Timed lines with documented minutes.
    pub documented: u64,
}

/// Money, in cents of charge.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Money {
    /// Sum of CLM02 of evaluated claims.
    pub charged: Cents,
    /// Sum of line charges of evaluated claims.
    pub lines: Cents,
    /// At risk by critical and high findings.
    pub sure: Cents,
    /// At risk by medium findings beyond that.
    pub possible: Cents,
}

/// What one rule found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RuleTotal {
    /// Index in the catalogue.
    pub rule: crate::finding::RuleId,
    /// Findings.
    pub findings: u64,
    /// Claims with at least one of them.
    pub claims: u64,
    /// The worst severity its findings have: payers and settings may change that of the rule.
    pub worst: crate::finding::Severity,
    /// Sum of the money of its findings, each counted as if it were alone. Sums over rules count money
    /// twice; the run's totals do not.
    pub at_risk: Cents,
}

/// Something that was not checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotChecked {
    /// What: a rule's code or a word.
    pub what: String,
    /// Why, as a sentence without a full stop.
    pub reason: String,
    /// How many claims or lines, as `unit` says.
    pub count: u64,
    /// `claims`, `lines`, `rows`, `days`.
    pub unit: &'static str,
}

/// Lines of one procedure code with more units than the documented minutes support.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnitsTotal {
    /// The procedure code.
    pub procedure: Code,
    /// The lines.
    pub lines: u64,
    /// Units billed on them.
    pub billed: u64,
    /// Units of these that the minutes support.
    pub supported: u64,
}

/// Rows of minutes and visits files.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MinutesTotal {
    /// Rows read.
    pub rows: u64,
    /// Rows used for one line or visit.
    pub matched: u64,
    /// Rows that fit no line.
    pub unmatched: u64,
    /// Rows that fit several lines and were used for none.
    pub ambiguous: u64,
}

/// A dated table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableTotal {
    /// `pairs` or `mue`.
    pub name: &'static str,
    /// `practitioner` or `hospital`.
    pub setting: &'static str,
    /// First day of its newest quarter.
    pub table: Date,
    /// The files it was made from, safe to print; none for what is built in.
    pub files: Vec<String>,
}

/// What was read of the sidecar files of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SidecarTotal {
    /// `minutes`, `visits`, `plans`, `spend`, `fees`; `history` for earlier claim files, whose rows are claims.
    pub kind: &'static str,
    /// Files given, read or not.
    pub files: u64,
    /// Rows that can be used.
    pub rows: u64,
    /// Rows refused, each for a fault of its own.
    pub faulty_rows: u64,
}

/// A format.
pub trait Report {
    /// Before the first entry.
    fn begin(&mut self) -> io::Result<()> {
        Ok(())
    }
    /// One claim with findings, or findings without a claim. Entries come in the order of the input.
    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()>;
    /// After the last entry; flushes.
    fn finish(&mut self, summary: &Summary) -> io::Result<()>;
    /// Whether it shows what is said of findings beside, so that it has to be found out.
    fn shows_marks(&self) -> bool {
        true
    }
}
