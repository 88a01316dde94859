//! What was evaluated and what was not, as counts that add up over chunks.

use serde::{Deserialize, Serialize};

use crate::rules::plan::Outcomes;
use crate::x12::value::Cents;

/// Counts of claims and lines that were evaluated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Stats {
    /// Claims checked against the rules.
    pub evaluated: u64,
    /// Of these, claims without any finding of their own.
    pub quiet: u64,
    /// Void claims (CLM05-3 is 8): evaluated, and no billing rule applies.
    pub void: u64,
    /// Lines with a therapy code.
    pub therapy_lines: u64,
    /// Lines with another code.
    pub other_lines: u64,
    /// Timed lines.
    pub timed_lines: u64,
    /// Timed lines with documented minutes of their own or of the visit.
    pub documented_lines: u64,
    /// Therapy lines without a date of service: no rule about days looks at them.
    pub undated_lines: u64,
    /// Therapy lines of claims with nothing to tell the patient by: their days are checked within the claim.
    pub unlinked_lines: u64,
    /// Therapy lines of a date after the last quarter of the NCCI tables at hand.
    pub beyond_tables_lines: u64,
    /// Therapy lines that a KX amount applies to, and neither money spent nor a fee is known for.
    pub unpriced_lines: u64,
    /// Therapy lines whose patient is not in the plans file, where there is one and the payer asks for plans.
    pub unplanned_lines: u64,
    /// Notes that speak of minutes and could not be read.
    pub unparsed_notes: u64,
    /// Claims with an HL whose number or parent is wrong above them.
    pub suspect: u64,
    /// How often rules were to be applied to claims, lines and days.
    pub applications: u64,
    /// What became of that.
    pub outcomes: Outcomes,
    /// Sum over claims of CLM02 less their line charges.
    pub unbalanced: Cents,
    /// Sum of CLM02.
    pub charged: Cents,
    /// Sum of line charges.
    pub line_charges: Cents,
}

impl Stats {
    /// Adds another chunk's counts.
    pub fn add(&mut self, other: &Stats) {
        self.evaluated += other.evaluated;
        self.quiet += other.quiet;
        self.void += other.void;
        self.therapy_lines += other.therapy_lines;
        self.other_lines += other.other_lines;
        self.timed_lines += other.timed_lines;
        self.documented_lines += other.documented_lines;
        self.undated_lines += other.undated_lines;
        self.unlinked_lines += other.unlinked_lines;
        self.beyond_tables_lines += other.beyond_tables_lines;
        self.unpriced_lines += other.unpriced_lines;
        self.unplanned_lines += other.unplanned_lines;
        self.unparsed_notes += other.unparsed_notes;
        self.suspect += other.suspect;
        self.applications += other.applications;
        self.outcomes.add(&other.outcomes);
        self.unbalanced += other.unbalanced;
        self.charged += other.charged;
        self.line_charges += other.line_charges;
    }
}
