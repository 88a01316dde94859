//! From the findings of a claim to its risk score and its money at risk. The only place with weights.
//!
//! Deliberately absent: claims and reports. Findings come in, figures go out.

use crate::finding::{Finding, Severity};
use crate::x12::value::Cents;

/// How likely a finding of a severity is to cost money, in percent. The project's own scale, to be replaced
/// by measured denial rates where remittances are at hand.
const fn weight(severity: Severity) -> u32 {
    match severity {
        Severity::Critical => 90,
        Severity::High => 60,
        Severity::Medium => 30,
        Severity::Low => 5,
        Severity::Info => 0,
    }
}

/// What a claim risks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Risk {
    /// 0 (nothing found) to 100: the chance that at least one finding costs money if each did so on its own.
    pub score: u8,
    /// Money at risk by critical and high findings.
    pub sure: Cents,
    /// Money at risk by medium findings beyond that.
    pub possible: Cents,
    /// The worst severity found.
    pub worst: Option<Severity>,
}

impl Risk {
    /// All money at risk.
    pub fn total(&self) -> Cents {
        self.sure + self.possible
    }
}

/// The risk of one claim. Per line the largest amount over its findings counts, so no dollar counts twice;
/// a finding that has the whole claim returned puts the whole charge at risk.
///
/// Low and info findings put no money at risk.
pub fn of_claim(charge: Cents, findings: &[Finding]) -> Risk {
    let worst = findings.iter().map(|f| f.severity).max();
    let mut passes = 1_000_000u64;
    for severity in Severity::ALL {
        // Many findings of one kind are one fault repeated: the second and later ones add a quarter.
        let count = findings.iter().filter(|f| f.severity == severity).count().min(9);
        for n in 0..count {
            let weight = if n == 0 { weight(severity) } else { weight(severity) / 4 };
            passes = passes * u64::from(100 - weight) / 100;
        }
    }
    let score = u8::try_from(100u64.saturating_sub(passes / 10_000)).unwrap_or(100);
    let sure = at_risk(charge, findings, Severity::High);
    let all = at_risk(charge, findings, Severity::Medium);
    Risk { score: if worst.is_some() { score.max(1) } else { 0 }, sure, possible: all - sure, worst }
}

/// Money at risk by findings of a severity or worse. Never more than the claim's charge, where that is known.
fn at_risk(charge: Cents, findings: &[Finding], from: Severity) -> Cents {
    let counted = || findings.iter().filter(move |f| f.severity >= from);
    let whole = counted().filter(|f| f.whole_claim).map(|f| f.at_risk).max();
    if whole.is_some() && charge > Cents::ZERO {
        return charge;
    }
    let lines = counted().filter(|f| !f.whole_claim);
    let money = |f: &Finding| f.at_risk.max(Cents::ZERO);
    let sum: Cents = if lines.clone().nth(1).is_none() {
        // Most claims with findings have one, and need no list of them.
        lines.map(money).sum()
    } else {
        let mut by_line: Vec<(u32, Cents)> = lines.map(|f| (f.order, money(f))).collect();
        by_line.sort_unstable();
        // Sorted by line, then by amount: the last of each line is its largest.
        by_line.chunk_by(|a, b| a.0 == b.0).filter_map(|line| line.last()).map(|(_, money)| *money).sum()
    };
    // Where the charge is not known, a claim that comes back whole costs what the rule knew of, or its lines.
    if charge > Cents::ZERO { sum.min(charge) } else { sum.max(whole.unwrap_or_default()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Arg, RuleId};
    use crate::position::Position;

    fn finding(order: u32, severity: Severity, at_risk: i64, whole_claim: bool) -> Finding {
        let bare = Finding::bare(RuleId(0), severity, Position::default(), [Arg::None; 4]);
        Finding { whole_claim, line: order, order, at_risk: Cents(at_risk), ..bare }
    }

    #[test]
    fn no_dollar_counts_twice() {
        use Severity::*;
        for (name, charge, findings, sure, possible) in [
            ("nothing", 10_000, vec![], 0, 0),
            (
                "two findings on a line",
                10_000,
                vec![finding(1, High, 4000, false), finding(1, High, 3000, false)],
                4000,
                0,
            ),
            (
                "two lines",
                10_000,
                vec![finding(1, High, 4000, false), finding(2, Medium, 3000, false)],
                4000,
                3000,
            ),
            (
                "medium behind high",
                10_000,
                vec![finding(1, High, 1000, false), finding(1, Medium, 3000, false)],
                1000,
                2000,
            ),
            ("low costs nothing", 10_000, vec![finding(1, Low, 4000, false)], 0, 0),
            (
                "whole claim",
                10_000,
                vec![finding(1, Critical, 100, true), finding(2, High, 4000, false)],
                10_000,
                0,
            ),
            (
                "never more than the claim",
                5_000,
                vec![finding(1, High, 4000, false), finding(2, High, 4000, false)],
                5_000,
                0,
            ),
            (
                "a charge that is not known",
                0,
                vec![finding(0, Medium, 5000, true), finding(1, High, 500, false)],
                500,
                4500,
            ),
            (
                "nothing known but the lines",
                0,
                vec![finding(0, Medium, 0, true), finding(1, High, 500, false)],
                500,
                0,
            ),
        ] {
            let risk = of_claim(Cents(charge), &findings);
            assert_eq!((risk.sure.0, risk.possible.0), (sure, possible), "{name}");
        }
    }

    #[test]
    fn the_score_rises_with_what_is_found() {
        use Severity::*;
        let score = |list: &[Severity]| {
            let findings: Vec<_> = list.iter().map(|s| finding(1, *s, 0, false)).collect();
            of_claim(Cents(100), &findings).score
        };
        assert_eq!(score(&[]), 0);
        assert_eq!(score(&[Info]), 1, "a claim with a finding is not a clean claim");
        let rising = [
            score(&[Low]),
            score(&[Medium]),
            score(&[Medium, Medium]),
            score(&[High]),
            score(&[Critical]),
            score(&[Critical, High]),
        ];
        assert!(rising.is_sorted_by(|a, b| a < b), "{rising:?}");
        assert!(score(&[Critical; 40]) <= 100);
    }
}
