//! What a line is worth where a fee file says what the payer allows: money at risk is then allowed money, not
//! charges. Refuses to value a line whose fee or units are not known; it keeps its charge.

use crate::finding::{Basis, Finding};
use crate::tables::rates::Rates;
use crate::x12::code::Code;
use crate::x12::value::{Cents, Quantity};

use super::CATALOGUE;

/// A line as far as its worth goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Worth {
    /// What the line charges.
    charge: Cents,
    /// What the payer allows for its units.
    allowed: Cents,
    /// What a unit is worth in full and as the last of its day, where the code's practice expense is reduced
    /// beside other therapy.
    reduced: Option<(u32, u32)>,
}

impl Worth {
    /// The worth of a line; `None` where its fee or its units are not known, or it charges nothing.
    pub fn of(
        rates: &Rates,
        code: Code,
        fee: Option<Cents>,
        units: Option<Quantity>,
        charge: Cents,
    ) -> Option<Worth> {
        let (fee, units) = (fee?, units.filter(|u| u.0 > 0)?);
        if charge <= Cents::ZERO {
            return None;
        }
        let allowed = i64::try_from(i128::from(fee.0) * i128::from(units.0) / 1000).ok()?;
        Some(Worth { charge, allowed: Cents(allowed), reduced: rates.mppr_share(code) })
    }

    /// What the payer allows for the line.
    pub fn allowed(&self) -> Cents {
        self.allowed
    }

    /// Makes a finding's money allowed money. A part of the line is that part of what is allowed; where the
    /// part is units too many, they are the last of their day and worth the reduced rate (multiple-procedure
    /// payment reduction).
    pub fn revalue(&self, finding: &mut Finding) {
        finding.basis = Basis::Allowed;
        if finding.at_risk <= Cents::ZERO {
            return;
        }
        let part = scaled(self.allowed, finding.at_risk.min(self.charge).0, self.charge.0);
        let family = CATALOGUE.get(usize::from(finding.rule.0)).map_or("", |r| r.meta().family());
        let last_units = finding.at_risk < self.charge && matches!(family, "TIM" | "LIM");
        finding.at_risk = match self.reduced.filter(|_| last_units) {
            Some((full, reduced)) => scaled(part, reduced.into(), full.into()),
            None => part,
        };
    }
}

/// `money * part / whole`, half a cent rounded up.
fn scaled(money: Cents, part: i64, whole: i64) -> Cents {
    let whole = i128::from(whole.max(1));
    let product = i128::from(money.0) * i128::from(part);
    Cents(i64::try_from((product + whole / 2) / whole).unwrap_or(money.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Arg, RuleId, Severity};
    use crate::position::Position;

    #[test]
    fn a_part_of_a_line_is_that_part_of_what_is_allowed() {
        let rates = Rates::builtin();
        let rule = |code| {
            let at = CATALOGUE.iter().position(|r| r.meta().code == code).unwrap();
            RuleId(u16::try_from(at).unwrap())
        };
        // 97110, four units for 200.00, 30.00 allowed a unit; a last unit is worth 22.30 of 29.29.
        let worth =
            Worth::of(&rates, Code::of("97110"), Some(Cents(3000)), Some(Quantity::whole(4)), Cents(20_000));
        let worth = worth.unwrap();
        assert_eq!(worth.allowed(), Cents(12_000));
        for (code, at_risk, want) in [
            ("MOD001", 20_000, 12_000),
            ("TIM001", 5_000, 2_284),
            ("TIM001", 20_000, 12_000),
            ("MOD001", 0, 0),
        ] {
            let bare = Finding::bare(rule(code), Severity::High, Position::default(), [Arg::None; 4]);
            let mut finding = Finding { at_risk: Cents(at_risk), ..bare };
            worth.revalue(&mut finding);
            assert_eq!((finding.at_risk, finding.basis), (Cents(want), Basis::Allowed), "{code} {at_risk}");
        }
        for (fee, units, charge) in [(None, 1, 1), (Some(1), 0, 1), (Some(1), 1, 0)] {
            let units = Some(Quantity::whole(units));
            assert_eq!(Worth::of(&rates, Code::of("97110"), fee.map(Cents), units, Cents(charge)), None);
        }
    }
}
