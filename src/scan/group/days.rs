//! Days of one claim near each other, in four bytes: a claim of three days needs one key for them.

/// Some days near each other, in 32 bits: the first of them, and which of the 13 behind it. Sorts by the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Days(u32);

/// Days behind the first.
const BEHIND: u32 = 13;

/// Months have 31 days here, so that a day is told by its number without a calendar.
const MONTH: u32 = 31;
const YEAR: u32 = 12 * MONTH;
const FIRST_YEAR: u32 = 1800;

impl Days {
    /// One day, as a number.
    pub(crate) fn of(date: u32) -> Days {
        Days(Days::count(date) << BEHIND)
    }

    fn count(date: u32) -> u32 {
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
        year.saturating_sub(FIRST_YEAR) * YEAR + month.saturating_sub(1) * MONTH + day.saturating_sub(1)
    }

    /// With a day that is not before the first; `None` if it is too far behind it.
    pub(crate) fn and(self, date: u32) -> Option<Days> {
        let behind = Days::count(date).checked_sub(self.0 >> BEHIND)?;
        match behind {
            0 => Some(self),
            1..=BEHIND => Some(Days(self.0 | 1 << (behind - 1))),
            _ => None,
        }
    }

    /// As a row has them.
    pub(super) fn packed(self) -> u32 {
        self.0
    }

    /// Those of a packed value that [`Days::packed`] gave.
    pub(super) fn from_packed(packed: u32) -> Days {
        Days(packed)
    }

    /// How many.
    pub(crate) fn len(self) -> usize {
        1 + (self.0 & ((1 << BEHIND) - 1)).count_ones() as usize
    }

    /// Each as a number, ascending.
    pub(crate) fn each(self) -> impl Iterator<Item = u32> {
        let (first, marks) = (self.0 >> BEHIND, (self.0 & ((1 << BEHIND) - 1)) << 1 | 1);
        (0..=BEHIND).filter(move |n| marks >> n & 1 == 1).map(move |n| {
            let (year, day) = ((first + n) / YEAR, (first + n) % YEAR);
            (FIRST_YEAR + year) * 10_000 + (day / MONTH + 1) * 100 + day % MONTH + 1
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::x12::value::Date;

    proptest! {
        /// Days behind any other, over ends of months and years: those put in come back, and no others.
        #[test]
        fn days_come_back(from in 1i32..430_000, behind in proptest::collection::btree_set(1i32..11, 0..10)) {
            let first = Date::new(1800, 1, 1).unwrap().days() + from;
            let number = |days: i32| Date::of_days(days).unwrap().number();
            let mut days = Days::of(number(first));
            for n in &behind {
                // The end of February takes three more places.
                days = days.and(number(first + n)).unwrap();
            }
            let want: Vec<u32> = [0].iter().chain(&behind).map(|n| number(first + n)).collect();
            prop_assert_eq!(days.each().collect::<Vec<_>>(), want);
            prop_assert_eq!(days.len(), behind.len() + 1);
            prop_assert_eq!(Days::from_packed(days.packed()), days);
            prop_assert_eq!(days.and(number(first - 1)), None);
            prop_assert_eq!(days.and(number(first + 14)), None);
        }
    }
}
