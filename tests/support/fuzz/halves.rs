//! Files split into two: together they are the file, each can be read, and a second split changes nothing.

use claimlint::halves::verdict::Verdicts;
use claimlint::scan::Setup;

use super::draw::Draw;
use super::engine::{SETUPS, scanned};
use super::writer::{Taste, batch};
use crate::support::naive;
use crate::support::run::RULES;
use crate::support::splitting::split;

/// A batch, some claims of it held.
pub fn split_roundtrip(data: &[u8]) {
    let mut draw = Draw::new(data);
    let setup = &SETUPS[draw.pick(&[0, 2, 4])];
    // Which claims are held, by their number, over and over.
    let choice = draw.number();
    let mut bytes = if draw.once_in(8) {
        draw.bytes(255).to_vec()
    } else {
        let taste = draw.pick(&[Taste::Real, Taste::Odd, Taste::Hostile]);
        batch(&mut draw, taste)
    };
    // Some bytes are not what they should be.
    for _ in 0..draw.below(4) {
        let at = (draw.number() as usize).checked_rem(bytes.len());
        if let Some(byte) = at.and_then(|at| bytes.get_mut(at)) {
            *byte = draw.byte();
        }
    }
    let file = naive::read(&bytes);
    let is_held = |n: usize| choice >> (n % 64) & 1 == 1;
    let offsets = file.claims.iter().enumerate().filter(|(n, _)| is_held(*n)).map(|(_, claim)| claim.offset);
    let verdicts = Verdicts::at(offsets.collect());
    let Ok((halves, plan)) = split(&bytes, &verdicts, setup, None) else { return };
    let whole = counts(setup, &bytes);
    let [clean, held] = halves.each_ref().map(|half| counts(setup, half));
    assert_eq!([clean[0] + held[0], clean[1] + held[1], clean[2] + held[2]], whole, "claims, lines, money");
    assert_eq!(
        [clean[0], held[0]].map(|n| n as u64),
        plan.totals.map(|totals| totals.claims),
        "as it was told"
    );
    for (n, half) in halves.iter().enumerate() {
        let all: Vec<u64> = naive::read(half).claims.iter().map(|claim| claim.offset).collect();
        let verdicts = Verdicts::at(if n == 0 { Vec::new() } else { all });
        let (again, _) = split(half, &verdicts, setup, None).unwrap();
        assert!(again[n] == *half && again[1 - n].is_empty(), "a second split changes half {n}");
    }
    // Line ends of a file that is broken into lines of one length are none of its claims'.
    if !file.faults.is_empty() || is_folded(setup, &bytes) {
        return;
    }
    let mut want: Vec<_> = file.claims.iter().map(|claim| (&claim.above, &claim.bytes)).collect();
    let halves = halves.map(|half| naive::read(&half));
    let mut found: Vec<_> =
        halves.iter().flat_map(|half| &half.claims).map(|claim| (&claim.above, &claim.bytes)).collect();
    want.sort_unstable();
    found.sort_unstable();
    assert!(found == want, "the claims of both halves are those of the file");
    assert!(halves.iter().all(|half| half.faults.is_empty()), "{:?}", halves.map(|half| half.faults));
}

/// Claims, lines, and money in cents.
fn counts(setup: &Setup, bytes: &[u8]) -> [i128; 3] {
    if bytes.is_empty() {
        return [0; 3];
    }
    let totals = &scanned(setup, bytes).totals;
    [totals.counts.claims_seen.into(), totals.counts.lines_seen.into(), totals.stats.charged.0.into()]
}

/// Whether the reader took the file for one that is broken into lines of one length.
fn is_folded(setup: &Setup, bytes: &[u8]) -> bool {
    let mut folded = false;
    let done: std::io::Result<()> = scanned(setup, bytes).each(|item| {
        folded |= item.findings.iter().any(|finding| RULES[usize::from(finding.rule.0)].code == "X12-W006");
        Ok(())
    });
    done.unwrap();
    folded
}
