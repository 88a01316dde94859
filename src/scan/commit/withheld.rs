//! Inputs of which nothing is reported: one that changed while it was read, and one the program came to grief over.
//!
//! Comes in: the end of such an input. Goes out: what is said of it as a whole. All else that was put together of it
//! is taken back, so that the results of the others are those of a run without it.

use crate::claim::claim::NotEvaluated;
use crate::claim::context::Context;
use crate::scan::group;
use crate::scan::ledger::Past;
use crate::scan::worker::syntax_finding;
use crate::source::trouble::Trouble;
use crate::x12::envelope::Tracker;

use super::file::{of_file, result_of};
use super::{Commit, FileResult, LastOfFile, Status, Totals};

impl Commit<'_> {
    /// An input that the program came to grief over has ended. How many claims it has nobody knows, so that no count
    /// of it is right: it is accounted for as a file and as nothing else.
    pub(super) fn close_failed(
        &mut self,
        (number, earlier): (u32, bool),
        end: LastOfFile,
        why: Trouble,
        next: u32,
    ) {
        self.tracker = Tracker::new(&self.ready.setup.expected);
        let bytes = std::mem::take(&mut self.file).bytes;
        self.head.clear();
        self.blank = true;
        self.interchanges.clear();
        self.expected = Context::default();
        self.take_back(number);
        self.group.close_file(group::Results::Withheld);
        self.file_from = (next, self.imbalances.len());
        if let Some(recorder) = &mut self.recorder {
            recorder.forget();
        }
        let note = of_file(why.code, 0, 0);
        let notes = syntax_finding(self.ready.setup, &note).filter(|_| !earlier);
        let LastOfFile { facts, sha256, read, .. } = end;
        let past = self.past(earlier, sha256);
        let notes = notes.into_iter().collect();
        let result = result_of(facts, read);
        let status = Status::Failed(why);
        self.put_file(number, FileResult { status, earlier, bytes, sha256, notes, past, ..result });
    }

    /// Whether an earlier run has read the bytes of an input.
    pub(super) fn past(&self, earlier: bool, sha256: Option<[u8; 32]>) -> Past {
        let ledger = self.ready.setup.ledger.as_ref().filter(|_| !earlier);
        let seen = ledger.is_some_and(|ledger| sha256.is_some_and(|sha256| ledger.has_seen(&sha256)));
        if seen { Past::Seen } else { Past::None }
    }

    /// Drops what was kept of an input for the report, and with it the uses of rows of sidecar files.
    pub(super) fn take_back(&mut self, number: u32) {
        self.kept.take_back(number);
        while let Some((row, before)) = self.rows_of_file.pop() {
            if let Some(slot) = self.rows.get_mut(row as usize) {
                *slot = before;
            }
        }
    }
}

/// Of a file that changed while it was read nothing counts as checked.
pub(super) fn withhold(file: &mut Totals) {
    let stats = std::mem::take(&mut file.stats);
    file.counts.claims_not_evaluated[NotEvaluated::ChangedWhileRead as usize] += stats.evaluated;
    file.counts.lines_not_evaluated += stats.therapy_lines + stats.other_lines;
}
