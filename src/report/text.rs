//! The report for people: what was read, what was found, what is at risk, what was not checked.
//!
//! It reads the same in colour and without, on a terminal and in a file. Deliberately absent: completeness.
//! It keeps a fixed number of claims, findings and lines, says how many more there are, and leaves the
//! whole to the files. It speaks of risk and of likely denials, never of what a payer will do.

mod claims;
pub mod halves;
mod page;
mod totals;
mod worst;

use std::io;

use crate::finding::Finding;

use super::{Entry, Location, Report, Rules, Summary, said};
use page::Page;
use worst::Worst;

/// Findings without a claim that are printed; the rest is counted.
const LOOSE: usize = 20;
/// Of findings that say the same, those that are printed: a minutes file of the whole site scanned beside one
/// batch would fill the page otherwise.
const ALIKE: usize = 3;

/// Whether the report may use colours. They never carry what the words do not say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Color {
    /// Plain text.
    Never,
    /// ANSI colours.
    Always,
}

/// How the report looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Columns of the terminal; less than 40 is taken as 40.
    pub width: usize,
    /// Colours or not.
    pub color: Color,
    /// Number of worst claims to show in full.
    pub worst: usize,
}

impl Default for Style {
    fn default() -> Style {
        Style { width: 80, color: Color::Never, worst: 10 }
    }
}

/// The report for people, written in one piece at the end.
pub struct Text<W: io::Write> {
    out: W,
    rules: Rules,
    style: Style,
    worst: Worst,
    loose: Vec<(Location, Finding)>,
    more_loose: u64,
}

impl<W: io::Write> Text<W> {
    /// Writes to `out` once, at the end.
    pub fn new(out: W, rules: Rules, style: Style) -> Text<W> {
        Text { out, rules, style, worst: Worst::new(style.worst), loose: Vec::new(), more_loose: 0 }
    }
}

impl<W: io::Write> Report for Text<W> {
    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        if let Some(claim) = entry.claim {
            self.worst.offer(entry, claim);
            return Ok(());
        }
        for finding in entry.counted().filter(|finding| !is_problem(self.rules, finding)) {
            let same =
                |(_, kept): &&(Location, Finding)| (kept.rule, kept.fault) == (finding.rule, finding.fault);
            if self.loose.len() < LOOSE && self.loose.iter().filter(same).count() < ALIKE {
                self.loose.push((entry.location.clone(), *finding));
            } else {
                self.more_loose += 1;
            }
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let mut page = Page::new(self.style);
        totals::read(&mut page, summary);
        totals::found(&mut page, self.rules, summary);
        totals::money(&mut page, summary);
        claims::worst(&mut page, self.rules, &mut self.worst);
        claims::loose(&mut page, self.rules, &self.loose, self.more_loose);
        totals::waivers(&mut page, summary);
        totals::not_checked(&mut page, summary);
        totals::problems(&mut page, summary);
        totals::next(&mut page, self.rules, summary);
        self.out.write_all(page.into_text().as_bytes())?;
        self.out.flush()
    }

    fn shows_marks(&self) -> bool {
        false
    }
}

/// Whether a finding says that a file was not read, or in vain: the problems say it with more words.
fn is_problem(rules: Rules, finding: &Finding) -> bool {
    let (code, _) = said::rule(rules, finding.rule);
    code.starts_with("X12-F") || code == "X12-I090"
}

#[cfg(test)]
mod tests;
