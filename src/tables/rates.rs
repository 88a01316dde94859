//! What a unit of a therapy code is worth in full and with its practice expense halved, so that a unit over
//! what is supported can be valued as the last of its day. Figures of 2024, national, not in a facility: their
//! ratio is what counts, for `allowed * reduced / full` reduces the amount of whatever fee file.
//!
//! Of several units of multiple-procedure indicator 5 on a day, the one of the highest practice expense is paid
//! in full and every other loses half of its practice expense.

use crate::x12::code::Code;
use crate::x12::value::decimal;

use super::lines::rows;

/// Relative values of codes of multiple-procedure indicator 5.
#[derive(Debug)]
pub struct Rates(Vec<Rate>);

/// Relative values in hundredths.
#[derive(Clone, Copy, Debug)]
struct Rate {
    code: Code,
    total: u32,
    practice_expense: u32,
}

impl Rates {
    /// The relative values that ship with the program.
    pub fn builtin() -> Rates {
        let mut rates: Vec<Rate> = rows(DATA).filter_map(parse).collect();
        rates.sort_by_key(|rate| rate.code);
        Rates(rates)
    }

    /// What a unit is worth in cents: in full, and with half of its practice expense. `None` for a code that
    /// is not reduced, or not known.
    pub fn mppr_share(&self, code: Code) -> Option<(u32, u32)> {
        let at = self.0.binary_search_by_key(&code, |rate| rate.code).ok()?;
        let rate = self.0.get(at)?;
        // Twice the values, so that half of the practice expense is whole.
        let full = 2 * rate.total;
        Some((cents(full), cents(full.checked_sub(rate.practice_expense)?)))
    }
}

/// Dollars a relative value of 1 is worth in 2024, in ten-thousandths.
const CONVERSION_FACTOR: u64 = 332_875;

/// What twice a relative value, in hundredths, is worth in cents, half a cent rounded up.
fn cents(doubled: u32) -> u32 {
    let ten_thousandths = u64::from(doubled) * CONVERSION_FACTOR;
    ((ten_thousandths + 10_000) / 20_000) as u32
}

const DATA: &str = include_str!("rates.csv");

/// One row; `None` if it is not of the form the head describes (a test holds that there is no such row).
fn parse(row: &str) -> Option<Rate> {
    let fields: Vec<&str> = row.split(',').collect();
    let &[code, work, practice_expense, malpractice] = fields.as_slice() else { return None };
    let hundredths = |text: &str| decimal(text.as_bytes(), 2).and_then(|n| u32::try_from(n).ok());
    let practice_expense = hundredths(practice_expense)?;
    let total = hundredths(work)? + practice_expense + hundredths(malpractice)?;
    Some(Rate { code: Code::of(code), total, practice_expense })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let rates = Rates::builtin();
        assert_eq!(rates.0.len(), rows(DATA).count());
        for rate in &rates.0 {
            let (full, reduced) = rates.mppr_share(rate.code).unwrap();
            assert!(0 < reduced && reduced < full, "{}", rate.code);
        }
    }

    /// The figures of rules.md B.9, computed there from the same values; 0 where it gives no reduced one.
    #[test]
    fn units_are_worth_what_the_fee_schedule_says() {
        let rates = Rates::builtin();
        for (code, full, reduced) in [
            ("97110", 2929, 2230),
            ("97112", 3362, 2530),
            ("97113", 3662, 2646),
            ("97116", 2929, 2230),
            ("97124", 3029, 2114),
            ("97140", 2696, 2080),
            ("97530", 3662, 2580),
            ("97535", 3262, 2397),
            ("97150", 1798, 0),
            ("97161", 10020, 0),
            ("97164", 6957, 0),
            ("97165", 10119, 0),
            ("97168", 6990, 0),
            ("92507", 7623, 0),
            ("92526", 8455, 0),
        ] {
            let share = rates.mppr_share(Code::of(code)).unwrap();
            assert_eq!(share.0, full, "{code}");
            assert!(reduced == 0 || share.1 == reduced, "{code}: {share:?}");
        }
        for not_reduced in ["97129", "97010", "98940", "99213", ""] {
            assert_eq!(rates.mppr_share(Code::of(not_reduced)), None, "{not_reduced}");
        }
    }
}
