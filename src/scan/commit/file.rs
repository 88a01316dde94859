//! An input of the run, from its last chunk to what is said of it as a whole.

use crate::claim::context::Context;
use crate::finding::Finding;
use crate::position::ElementRef;
use crate::scan::account;
use crate::scan::group;
use crate::scan::ledger::Past;
use crate::scan::worker::syntax_finding;
use crate::source::No837;
use crate::source::foreign;
use crate::source::stream::Facts;
use crate::source::trouble::Trouble;
use crate::x12::code::Code;
use crate::x12::envelope::{Found, Tracker};
use crate::x12::fault::{Fault, FaultCode};

use super::{Commit, withheld};

/// What is known of a file when its last chunk was cut.
pub(in crate::scan) struct LastOfFile {
    pub facts: Facts,
    /// Why reading stopped early, if it did.
    pub trouble: Option<Trouble>,
    /// Set if the file changed meanwhile.
    pub changed: Option<Trouble>,
    /// The digest of its bytes, if asked for and read to the last.
    pub sha256: Option<[u8; 32]>,
    /// Bytes read, as they lie on the disk.
    pub read: u64,
    /// Whether the digest is of the input itself and not of a member of it.
    pub is_input: bool,
}

/// What became of an input.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Status {
    /// Read from the first byte to the last.
    #[default]
    Whole,
    /// Read in part: the message says why.
    Partial(Trouble),
    /// Not read: the message says why.
    Unreadable(Trouble),
    /// The program came to grief over it, which is no fault of the input: nothing of it is reported.
    Failed(Trouble),
}

/// One input after the run, or one member of an archive.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FileResult {
    /// Its name, safe to print.
    pub name: String,
    /// What became of it.
    pub status: Status,
    /// Whether it was read for comparison only.
    pub earlier: bool,
    /// Bytes read, unpacked and as offsets count them.
    pub bytes: u64,
    /// Bytes on the disk; of a member of an archive those it has there.
    pub file_bytes: u64,
    /// What was taken off its bytes, from the outside in.
    pub container: Vec<&'static str>,
    /// How offsets relate to the file, where they are not the file's own.
    pub offsets: Option<String>,
    /// What it leads to, if it is a link.
    pub link: Option<String>,
    /// Claims seen.
    pub claims: u64,
    /// Transaction sets claims are read from.
    pub in_scope: u64,
    /// SHA-256 of the bytes on the disk (of a member of an archive: of its content), if the run was asked for it
    /// and they were read to the last.
    pub sha256: Option<[u8; 32]>,
    /// Whether all that will ever be known of it is; of an interrupted run some are not.
    pub done: bool,
    /// What makes the run incomplete although the file was read: it holds no claims.
    pub remark: Option<Trouble>,
    /// Findings about the file as a whole.
    pub notes: Vec<Finding>,
    /// What it had to do with earlier runs; told to people and in the log, never in results.
    pub past: Past,
}

impl Commit<'_> {
    /// A file has been read: adds it up. `next` is the number of the chunk after its last.
    pub(super) fn close_file(
        &mut self,
        (number, earlier): (u32, bool),
        end: LastOfFile,
        cut_off: Option<Trouble>,
        next: u32,
    ) {
        let tracker = std::mem::replace(&mut self.tracker, Tracker::new(&self.ready.setup.expected));
        let mut file = std::mem::take(&mut self.file);
        let (head, blank) = (std::mem::take(&mut self.head), std::mem::replace(&mut self.blank, true));
        self.expected = Context::default();
        let counts = tracker.counts();
        let is_x12 = counts.interchanges > 0;
        let LastOfFile { facts, trouble, changed, sha256, read, is_input } = end;
        let can_be_recorded = is_input && !earlier && facts.file_bytes.is_some();
        let mut notes: Vec<Fault> = facts.notes.iter().map(|code| of_file(*code, 0, 0)).collect();
        let mut result = FileResult {
            earlier,
            bytes: file.bytes,
            claims: file.counts.claims_seen,
            in_scope: counts.in_scope,
            sha256,
            ..result_of(facts, read)
        };
        let withheld = changed.is_some();
        if let Some(mut trouble) = changed.or(trouble) {
            notes.push(of_file(trouble.code, trouble.byte, trouble.byte));
            if is_x12 && !withheld {
                trouble.message.push_str("; what was read before was checked");
            }
            result.status = if is_x12 { Status::Partial(trouble) } else { Status::Unreadable(trouble) };
        } else if !is_x12 {
            let trouble = foreign::named(&head, blank, file.bytes);
            notes = vec![of_file(trouble.code, 0, 0)];
            result.status = Status::Unreadable(trouble);
        } else if let Some(trouble) = cut_off {
            result.status = Status::Partial(trouble);
        } else if counts.in_scope == 0 {
            let no_837 = !counts.out_of_scope.iter().any(|(set, _)| *set == Code::of("837"));
            let allowed = no_837 && self.ready.setup.reading.no_837 == No837::Allowed;
            if no_837 && !allowed {
                notes.push(of_file(FaultCode::NoClaims, 0, counts.transactions));
            }
            result.remark = (!allowed).then(|| without_claims(no_837));
        }
        if !earlier {
            result.notes = notes.iter().filter_map(|note| syntax_finding(self.ready.setup, note)).collect();
        }
        if withheld || !is_x12 {
            // What was said of its bytes is of no use: they are none of ours, or nobody's.
            self.take_back(number);
        }
        self.rows_of_file.clear();
        if withheld {
            withheld::withhold(&mut file);
        }
        self.group.close_file(if withheld { group::Results::Withheld } else { group::Results::Released });
        if is_x12 {
            file.oversize = counts.oversize;
            file.suspect_envelope = counts.suspect_claims;
            (file.interchanges, file.groups) = (counts.interchanges, counts.groups);
            (file.transactions, file.in_scope) = (counts.transactions, counts.in_scope);
            file.out_of_scope.clone_from(&counts.out_of_scope);
            self.hold(&file);
            let equations = account::of_bytes(file.bytes, file.oversize, &file.counts, &file.stats);
            self.imbalances.extend(account::imbalances(&result.name, &equations));
        }
        let (first, imbalances) = std::mem::replace(&mut self.file_from, (next, self.imbalances.len()));
        result.past = self.past(earlier, result.sha256);
        // What the program got wrong, or nobody could read, is to be tried again.
        let is_whole = is_x12 && result.status == Status::Whole && imbalances == self.imbalances.len();
        let interchanges = std::mem::take(&mut self.interchanges);
        let content = result.sha256.filter(|_| is_whole && !earlier);
        let new = content
            .map(|content| self.hold_interchanges((number, first), content, &interchanges))
            .unwrap_or_default();
        if let Some(recorder) = &mut self.recorder {
            if can_be_recorded && is_whole {
                recorder.end(&result, &file, next - first, interchanges);
            } else {
                recorder.forget();
                recorder.remember(content, new);
            }
        }
        self.put_file(number, result);
        if is_x12 {
            if earlier { &mut self.earlier_totals } else { &mut self.totals }.add(&file);
        }
    }

    /// A file cannot be read at all.
    pub(in crate::scan) fn unread(&mut self, number: u32, earlier: bool, facts: Facts, trouble: Trouble) {
        let note = of_file(trouble.code, trouble.byte, trouble.byte);
        let notes = syntax_finding(self.ready.setup, &note).filter(|_| !earlier);
        let is_ours = trouble.code == FaultCode::InternalError;
        let status = if is_ours { Status::Failed(trouble) } else { Status::Unreadable(trouble) };
        let result =
            FileResult { status, earlier, notes: notes.into_iter().collect(), ..result_of(facts, 0) };
        self.put_file(number, result);
    }

    /// Files end in any order where some cannot be opened and others take time.
    pub(super) fn put_file(&mut self, number: u32, result: FileResult) {
        let at = number as usize;
        if self.files.len() <= at {
            self.files.resize_with(at + 1, FileResult::default);
        }
        self.files[at] = result;
    }
}

/// What the facts of a file say in its result. `read` is how many of its bytes were read, for a file whose size
/// nobody knew before.
pub(super) fn result_of(facts: Facts, read: u64) -> FileResult {
    FileResult {
        done: true,
        name: facts.name,
        file_bytes: facts.file_bytes.unwrap_or(read),
        container: facts.container,
        offsets: facts.offsets,
        link: facts.link,
        ..FileResult::default()
    }
}

/// A fault of a file as a whole.
pub(super) fn of_file(code: FaultCode, byte: u64, figure: u64) -> Fault {
    Fault { code, byte, at: ElementRef::default(), segment: 0, figures: [figure, 0] }
}

/// A file that ends before its last trailer, by the trailer that is missing.
pub(super) fn cut_off(in_isa: bool, found: &[Found]) -> Trouble {
    const MISSING: [FaultCode; 3] = [FaultCode::MissingIea, FaultCode::MissingGe, FaultCode::MissingSe];
    let missing = MISSING.into_iter().find(|code| found.iter().any(|f| f.fault.code == *code));
    let code = if in_isa { FaultCode::IsaTruncated } else { missing.unwrap_or(FaultCode::MissingIea) };
    Trouble::new(code, "ends before its last trailer (SE, GE, IEA); it may be cut off, get it again")
}

/// A file of X12 that was read and holds nothing to check.
fn without_claims(no_837: bool) -> Trouble {
    let code = if no_837 { FaultCode::NoClaims } else { FaultCode::GuideNotCovered };
    let mut message = "X12, but none of its transaction sets is an 837P or 837I; give claim files".to_owned();
    if no_837 {
        message.push_str(", or --allow-no-837");
    }
    Trouble::new(code, message)
}
