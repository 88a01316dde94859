//! HTML: the whole report as one page that needs nothing else, to be opened in a browser or from a mail.
//!
//! The page is a typed template; its charts are drawn by a charting crate; what the table shows stands in the page as
//! JSON that the page's own script reads. Deliberately absent: markup put together by hand, an address of any kind, a
//! script or style that the page's policy does not name by its digest, and the time. Of findings that are waived, or known
//! from a baseline, only the sums stand in it.
//!
//! A run may have found more than a browser can show. The page holds the worst, up to [`FINDINGS`] findings and [`BYTES`]
//! bytes of them, and says how many are left to the CSV files. Sums and charts are over everything.

mod bars;
mod charts;
mod data;
mod page;
#[cfg(test)]
#[path = "../../tests/support/page.rs"]
pub(super) mod parsed;
mod rule_page;
mod texts;
mod trend;
mod view;
mod worst;

use std::io;

use askama::Template as _;

use super::sums::Sums;
use super::{Entry, Report, Rules, Summary};
use crate::finding::Finding;
use page::Page;
use worst::Worst;

pub use trend::html as trend;

/// Findings that a page holds at most.
pub const FINDINGS: usize = 100_000;

/// Bytes of findings that a page holds at most. Text beside them is small, so that a page stays below 40 MB.
pub const BYTES: usize = 32_000_000;

/// `report.html`.
pub struct Html<W: io::Write> {
    out: W,
    rules: Rules,
    worst: Worst,
    sums: Sums,
    bytes: usize,
}

impl<W: io::Write> Html<W> {
    /// Writes to `out` at the end: hand in a buffered writer.
    pub fn new(out: W, rules: Rules) -> Html<W> {
        Html::limited(out, rules, FINDINGS, BYTES)
    }

    /// As [`Html::new`], with limits of its own.
    fn limited(out: W, rules: Rules, findings: usize, bytes: usize) -> Html<W> {
        Html { out, rules, worst: Worst::new(findings), sums: Sums::default(), bytes }
    }
}

impl<W: io::Write> Report for Html<W> {
    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        if entry.findings.iter().any(Finding::is_waived) {
            // The files beside have them; the page shows what is to be done.
            let counted: Vec<Finding> = entry.counted().copied().collect();
            if counted.is_empty() {
                return Ok(());
            }
            return self.entry(&Entry { findings: &counted, marks: &[], ..*entry });
        }
        self.sums.add(entry);
        self.worst.offer(entry);
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let mut worst = std::mem::replace(&mut self.worst, Worst::new(0));
        let texts = worst.len();
        let (kept, left) = worst.take();
        let data = data::Data::of(self.rules, kept, texts, left, self.bytes)?;
        Page::new(self.rules, summary, &self.sums, &data)?.write_into(&mut self.out)?;
        self.out.flush()
    }

    fn shows_marks(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
