//! Which claims of a run are rejected, and by what: the worst finding of a level or worse that nobody answers for.
//!
//! Kept are an offset and the number of a reason for each rejected claim, and each reason once. What is wrong around claims
//! rejects all that stand there, as it holds them in a split.

use std::collections::{BTreeMap, HashMap};
use std::io;

use crate::finding::{Finding, Severity, fill};
use crate::rules::rule::RuleMeta;
use crate::scan::results::Results;

use super::Counted;
use super::codes::{Status, status_of};
use super::text::clean;

/// Said with each reason, for a status says only what is wrong and not who found it.
pub(super) const MARK: &str = " (claimlint pre-check)";

/// Characters of STC12.
const MOST: usize = 264;

/// Why a claim is rejected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// STC01.
    pub status: Status,
    /// STC12: the rule and what it says.
    pub text: String,
}

/// All that is rejected.
#[derive(Debug, Default)]
pub struct Rejects {
    reasons: Vec<Reason>,
    known: HashMap<String, u32>,
    files: Vec<OfFile>,
}

#[derive(Clone, Debug, Default)]
struct OfFile {
    /// Offsets of CLM segments, ascending, with their reasons.
    claims: Vec<(u64, u32)>,
    /// By place: how bad it is, and the reason.
    around: BTreeMap<Counted, (Severity, u32)>,
}

impl Rejects {
    /// What findings of a level or worse reject in each file of a run. An error is one of the disk where findings are too
    /// many for memory.
    pub fn of(results: &Results, rules: &[&RuleMeta], level: Severity) -> io::Result<Rejects> {
        let mut rejects =
            Rejects { files: vec![OfFile::default(); results.files.len()], ..Rejects::default() };
        results.each(|item| {
            let all = item.findings.iter().filter(|finding| finding.counts_from(level));
            // The first of the worst.
            let worst = all.fold(None::<&Finding>, |worst, finding| match worst {
                Some(worst) if worst.severity >= finding.severity => Some(worst),
                _ => Some(finding),
            });
            let Some(worst) = worst else { return io::Result::Ok(()) };
            let reason = rejects.reason(worst, rules);
            let Some(file) = rejects.files.get_mut(item.number) else { return Ok(()) };
            match item.claim {
                Some((row, _)) => file.claims.push((row.byte, reason)),
                None => file.add_around(item.around(worst), worst.severity, reason),
            }
            Ok(())
        })?;
        rejects.files.iter_mut().for_each(|file| file.claims.sort_unstable());
        rejects.known = HashMap::new();
        Ok(rejects)
    }

    fn reason(&mut self, finding: &Finding, rules: &[&RuleMeta]) -> u32 {
        let rule = rules.get(usize::from(finding.rule.0));
        let code = rule.map_or("", |rule| rule.code);
        let fault = rule.and_then(|rule| rule.faults.get(usize::from(finding.fault)));
        let said = fault.map_or(String::new(), |fault| fill(fault.text, &finding.args));
        let text = clean(format!("{code} {said}").as_bytes(), MOST - MARK.len()) + MARK;
        if let Some(known) = self.known.get(&text) {
            return *known;
        }
        let number = u32::try_from(self.reasons.len()).unwrap_or(u32::MAX);
        self.reasons.push(Reason { status: status_of(code), text: text.clone() });
        self.known.insert(text, number);
        number
    }

    /// What rejects the claim at an offset: what was found in it, else what is wrong around it.
    pub(super) fn why(&self, file: usize, byte: u64, place: Counted) -> Option<(&Reason, Where)> {
        let file = self.files.get(file)?;
        let own = file.claims.binary_search_by_key(&byte, |(at, _)| *at).ok();
        let (number, whose) = match own.and_then(|n| file.claims.get(n)) {
            Some((_, number)) => (*number, Where::InClaim),
            None => (file.around(place)?, Where::Around),
        };
        Some((self.reasons.get(number as usize)?, whose))
    }

    /// How many claims of a file are rejected for what was found in them.
    pub fn in_claims(&self, file: usize) -> u64 {
        self.files.get(file).map_or(0, |file| file.claims.len() as u64)
    }
}

/// Where the reason of a rejection stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Where {
    /// In the claim.
    InClaim,
    /// In an envelope or level around it.
    Around,
}

impl OfFile {
    fn add_around(&mut self, place: Counted, severity: Severity, reason: u32) {
        let worst = self.around.entry(place).or_insert((severity, reason));
        if worst.0 < severity {
            *worst = (severity, reason);
        }
    }

    fn around(&self, [interchange, group, set]: Counted) -> Option<u32> {
        if self.around.is_empty() {
            return None;
        }
        let places = [[interchange, group, set], [interchange, group, 0], [interchange, 0, 0], [0, 0, 0]];
        let worst = places.iter().filter_map(|place| self.around.get(place));
        // The nearest of the worst.
        worst.reduce(|a, b| if b.0 > a.0 { b } else { a }).map(|(_, reason)| *reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_a_claim_rejects_it_the_worst_first_and_the_nearest_of_these() {
        let mut file = OfFile::default();
        assert_eq!(file.around([1, 1, 1]), None);
        file.add_around([1, 1, 2], Severity::High, 7);
        file.add_around([1, 0, 0], Severity::High, 8);
        file.add_around([1, 0, 0], Severity::Critical, 9);
        file.add_around([1, 0, 0], Severity::High, 10);
        for (place, want) in [([1, 1, 2], Some(9)), ([1, 2, 1], Some(9)), ([2, 1, 2], None)] {
            assert_eq!(file.around(place), want, "{place:?}");
        }
        file.add_around([1, 1, 2], Severity::Critical, 11);
        assert_eq!(file.around([1, 1, 2]), Some(11));
    }
}
