//! The part of a charge that some of its units make up.

use crate::x12::value::Cents;

/// What `units` of the `all` units of a line come to, in cents rounded down; nothing of a charge below zero, never
/// more than the charge.
pub(super) fn part(charge: Cents, units: u64, all: u64) -> Cents {
    if all == 0 || charge <= Cents::ZERO {
        return Cents::ZERO;
    }
    let cents = i128::from(charge.0) * i128::from(units.min(all)) / i128::from(all);
    Cents(i64::try_from(cents).unwrap_or(charge.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_never_more_than_the_whole() {
        for (charge, units, all, want) in [
            (10_000, 1, 4, 2500),
            (10_000, 4, 4, 10_000),
            (10_000, 9, 4, 10_000),
            (100, 1, 3, 33),
            (100, 1, 0, 0),
            (-100, 1, 2, 0),
            (i64::MAX, u64::MAX, u64::MAX, i64::MAX),
        ] {
            assert_eq!(part(Cents(charge), units, all), Cents(want), "{units} of {all}");
        }
    }
}
