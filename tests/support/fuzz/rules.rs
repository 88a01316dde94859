//! Therapy claims through the whole engine: every finding belongs to what it names.

use claimlint::risk;
use claimlint::x12::value::Cents;

use super::draw::Draw;
use super::engine::{SETUPS, findings, scanned, well_placed};
use super::writer::{Taste, batch};
use crate::support::run::{RULES, written};

/// A batch of therapy claims, with one thread and with two.
pub fn rules_e2e(data: &[u8]) {
    let mut draw = Draw::new(data);
    let taste = if draw.once_in(4) { Taste::Odd } else { Taste::Real };
    let bytes = batch(&mut draw, taste);
    let (alone, together) = (&SETUPS[0], &SETUPS[3]);
    let results = scanned(alone, &bytes);
    let first = written(alone, &results);
    assert!(first == written(together, &scanned(together, &bytes)), "two threads, small windows");
    let found = findings(&results);
    well_placed(&found, &bytes);
    // Where a claim ends at the latest: "CLM" alone may stand in anything.
    let mut starts = Vec::new();
    let each: std::io::Result<()> = results.each(|item| {
        starts.extend(item.claim.map(|(row, _)| row.byte));
        Ok(())
    });
    each.unwrap();
    starts.sort_unstable();
    let each: std::io::Result<()> = results.each(|item| {
        assert!(item.findings.is_sorted_by_key(|f| (f.position.byte, f.position.at)), "findings in order");
        let Some((row, _)) = item.claim else {
            assert!(item.findings.iter().all(|f| f.line == 0 && f.at_risk == Cents::ZERO));
            return Ok(());
        };
        assert!(bytes[row.byte as usize..].starts_with(b"CLM"));
        let end = starts.iter().find(|start| **start > row.byte).map_or(bytes.len() as u64, |start| *start);
        for finding in item.findings {
            let meta = RULES[usize::from(finding.rule.0)];
            assert!(
                finding.order <= row.lines,
                "{} names line {} of {}",
                meta.code,
                finding.order,
                row.lines
            );
            assert!(finding.position.byte < end, "{} stands in another claim", meta.code);
            assert!(finding.order > 0 || finding.line == 0, "{} names a line by number alone", meta.code);
        }
        let risk = risk::of_claim(row.charge, item.findings);
        assert!(risk.sure >= Cents::ZERO && risk.possible >= Cents::ZERO && risk.score <= 100);
        assert!(row.charge <= Cents::ZERO || risk.total() <= row.charge, "more at risk than is charged");
        Ok(())
    });
    each.unwrap();
}
