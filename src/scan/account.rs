//! The account of a run: seven equations whose two sides are counted by different parts of the program, held for
//! every transaction set, functional group, interchange and file, and for the run.
//!
//! Comes in: counts. Goes out: the equations with their figures, and those that do not hold. An equation that
//! does not hold is a defect of the program, never of a claim file.

use crate::claim::claim::NotEvaluated;
use crate::claim::record::Counts;
use crate::x12::value::Cents;

use super::commit::{FileResult, Status, Totals};
use super::stats::Stats;

/// One equation: a total and the parts it must be the sum of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Equation {
    /// What is accounted for: `bytes`, `segments`, `claims`, `lines`, `rules`, `money`, `files`.
    pub name: &'static str,
    /// All of it; cents for `money`.
    pub total: i128,
    /// Where it went.
    pub parts: Vec<(&'static str, i128)>,
}

impl Equation {
    fn new(name: &'static str, total: u64, parts: &[(&'static str, u64)]) -> Equation {
        let parts = parts.iter().map(|(name, n)| (*name, i128::from(*n))).collect();
        Equation { name, total: i128::from(total), parts }
    }

    /// What the parts add up to.
    pub fn sum(&self) -> i128 {
        self.parts.iter().map(|(_, n)| n).sum()
    }

    /// Whether both sides are equal.
    pub fn holds(&self) -> bool {
        self.total == self.sum()
    }
}

/// How many envelopes the account was held for, each by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// Transaction sets.
    pub transactions: u64,
    /// Functional groups.
    pub groups: u64,
    /// Interchanges.
    pub interchanges: u64,
    /// Files.
    pub files: u64,
}

/// The account of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Account {
    /// The seven equations over the run.
    pub equations: Vec<Equation>,
    /// What it was held for beside the run.
    pub held: Held,
}

/// Equations 1 to 6 over what was read: of one file or of all.
pub(super) fn of_bytes(bytes: u64, oversize: u64, counts: &Counts, stats: &Stats) -> Vec<Equation> {
    let Counts { tally, segments, .. } = counts;
    let mut claims = vec![("evaluated", stats.evaluated)];
    claims.extend(NotEvaluated::ALL.map(|r| (r.as_str(), counts.claims_not_evaluated[r as usize])));
    let rules = &stats.outcomes;
    let money = Equation {
        name: "money",
        total: i128::from(stats.charged.0),
        parts: vec![
            ("lines", i128::from(stats.line_charges.0)),
            ("claims_less_lines", i128::from(stats.unbalanced.0)),
        ],
    };
    vec![
        Equation::new(
            "bytes",
            bytes,
            &[
                ("segments", tally.segment_bytes),
                ("terminators", tally.terminators),
                ("blanks", tally.blank_bytes),
                ("padding", tally.padding_bytes),
                ("skipped", tally.skipped_bytes),
            ],
        ),
        Equation::new(
            "segments",
            tally.segments + oversize,
            &[
                ("envelope", segments.envelope),
                ("service", segments.service),
                ("context", segments.context),
                ("claim", segments.claim),
                ("line", segments.line),
                ("unrecognised", segments.unrecognised),
                ("empty", segments.empty),
                ("out_of_scope", segments.out_of_scope),
                ("oversize", oversize),
            ],
        ),
        Equation::new("claims", counts.claims_seen, &claims),
        Equation::new(
            "lines",
            counts.lines_seen,
            &[
                ("therapy", stats.therapy_lines),
                ("other", stats.other_lines),
                ("not_evaluated", counts.lines_not_evaluated),
            ],
        ),
        Equation::new(
            "rules",
            stats.applications,
            &[
                ("passed", rules.passed),
                ("found", rules.found),
                ("suppressed", rules.suppressed),
                ("not_applicable", rules.not_applicable),
                ("not_evaluated", rules.not_evaluated),
            ],
        ),
        money,
    ]
}

/// Equation 7: what became of the inputs the engine was given.
pub(super) fn of_files(files: &[FileResult]) -> Equation {
    let count = |of: fn(&Status) -> bool| files.iter().filter(|f| of(&f.status)).count() as u64;
    let parts = [
        ("whole", count(|s| matches!(s, Status::Whole))),
        ("partial", count(|s| matches!(s, Status::Partial(_)))),
        ("unreadable", count(|s| matches!(s, Status::Unreadable(_)))),
        ("failed", count(|s| matches!(s, Status::Failed(_)))),
    ];
    Equation::new("files", files.len() as u64, &parts)
}

/// The equations of a run, over its totals.
pub(super) fn of_run(totals: &Totals, files: &[FileResult]) -> Vec<Equation> {
    let mut equations = of_bytes(totals.bytes, totals.oversize, &totals.counts, &totals.stats);
    equations.push(of_files(files));
    equations
}

/// Those that do not hold, each in words that say where.
pub(super) fn imbalances<'e>(
    place: &'e str,
    equations: &'e [Equation],
) -> impl Iterator<Item = String> + use<'e> {
    equations.iter().filter(|e| !e.holds()).map(move |e| {
        let parts: Vec<_> = e.parts.iter().map(|(name, n)| format!("{name} {n}")).collect();
        format!("{place}: {} {} is not {} ({})", e.name, e.total, e.sum(), parts.join(" + "))
    })
}

/// The difference between what claims charge and what their lines add up to.
pub(super) fn unbalanced(claim: Option<Cents>, lines: Cents) -> Cents {
    Cents(claim.unwrap_or_default().0.saturating_sub(lines.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_equation_that_does_not_hold_is_said_with_its_figures() {
        let mut stats = Stats { evaluated: 2, ..Stats::default() };
        let mut counts = Counts { claims_seen: 3, ..Counts::default() };
        counts.claims_not_evaluated[NotEvaluated::CutOff as usize] = 1;
        let equations = of_bytes(0, 0, &counts, &stats);
        assert_eq!(equations.len(), 6);
        assert_eq!(imbalances("run", &equations).count(), 0);
        stats.evaluated = 1;
        let said: Vec<_> = imbalances("file 1", &of_bytes(0, 0, &counts, &stats)).collect();
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("file 1: claims 3 is not 2 (evaluated 1 + "), "{said:?}");
        stats =
            Stats { charged: Cents(10), line_charges: Cents(12), unbalanced: Cents(-2), ..Stats::default() };
        assert!(of_bytes(0, 0, &Counts::default(), &stats).iter().all(Equation::holds));
        stats.applications = 1;
        assert_eq!(imbalances("run", &of_bytes(0, 0, &Counts::default(), &stats)).count(), 1);
    }
}
