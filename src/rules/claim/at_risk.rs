//! What a fault of the claim puts at risk: the lines it is about, and the whole claim if those are all.

use crate::claim::claim::Claim;
use crate::claim::line::ServiceLine;
use crate::rules::rule::Draft;
use crate::x12::value::{Cents, Quantity};

/// The lines a fault of a claim is about.
#[derive(Clone, Copy, Default)]
pub(super) struct Concerned {
    /// How many there are.
    pub(super) lines: u32,
    /// Their charges.
    charges: Cents,
    /// Whether they are all the lines of the claim that bill anything.
    all: bool,
}

impl Concerned {
    /// Counts the lines that bill anything and of which `is_concerned` holds.
    pub(super) fn of(claim: &Claim<'_>, mut is_concerned: impl FnMut(&ServiceLine<'_>) -> bool) -> Concerned {
        let mut concerned = Concerned { all: true, ..Concerned::default() };
        for line in claim.lines.iter().filter(|l| bills(l)) {
            if is_concerned(line) {
                concerned.lines += 1;
                concerned.charges += line.charge_or_zero();
            } else {
                concerned.all = false;
            }
        }
        concerned
    }

    /// The finding with what it puts at risk.
    pub(super) fn risked(self, draft: Draft) -> Draft {
        let draft = draft.at_risk(self.charges.max(Cents::ZERO));
        if self.all { draft.whole_claim() } else { draft }
    }
}

/// Whether a line bills any units at all.
pub(super) fn bills(line: &ServiceLine<'_>) -> bool {
    line.units != Some(Quantity::default())
}
