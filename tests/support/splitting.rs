//! Splits bytes in memory, as the command does with files.

#![allow(dead_code, unreachable_pub, reason = "each test uses its own part of this")]

use claimlint::halves::Plan;
use claimlint::halves::course::{Course, Ended};
use claimlint::halves::verdict::Verdicts;
use claimlint::halves::walk::{Stopped, walk};
use claimlint::scan::Setup;

/// The two halves and what they come to, or why not.
pub fn split(
    bytes: &[u8],
    verdicts: &Verdicts,
    setup: &Setup,
    next: Option<[u64; 2]>,
) -> Result<([Vec<u8>; 2], Plan), String> {
    let said = |stopped| match stopped {
        Stopped::Ended(Ended::Refused(refusal)) => refusal.to_string(),
        other => format!("{other:?}"),
    };
    let (mut nowhere, mut nowhere_else) = (std::io::sink(), std::io::sink());
    let mut first = Course::new(verdicts, None, [&mut nowhere, &mut nowhere_else], None);
    walk(bytes, setup, &mut first).map_err(said)?;
    let plan = first.into_plan();
    let mut halves = [Vec::new(), Vec::new()];
    let [clean, held] = &mut halves;
    let mut second = Course::new(verdicts, Some(&plan), [clean, held], next);
    walk(bytes, setup, &mut second).map_err(said)?;
    let done = second.into_plan();
    assert!(done.totals.iter().zip(&plan.totals).all(|(a, b)| a.counts_as(b)), "both readings see the same");
    Ok((halves, done))
}
