//! Calendar quarters: CMS issues its NCCI tables for one each. Knows nothing of what stands in them.

use std::fmt;

use crate::x12::value::Date;

/// A quarter of a year, by its first day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Quarter {
    year: u16,
    /// 1 to 4.
    number: u8,
}

impl Quarter {
    /// A quarter of the years 1800 to 2999; `number` is 1 to 4.
    pub const fn new(year: u16, number: u8) -> Option<Quarter> {
        let known = 1800 <= year && year <= 2999 && 1 <= number && number <= 4;
        if known { Some(Quarter { year, number }) } else { None }
    }

    /// The quarter a day lies in.
    pub fn of(date: Date) -> Quarter {
        let month = date.number() / 100 % 100;
        Quarter { year: date.year() as u16, number: (month.saturating_sub(1) / 3 + 1) as u8 }
    }

    /// Reads `2026Q1`, also with a lower-case letter or a dash before it.
    pub fn parse(text: &str) -> Option<Quarter> {
        let (year, number) = text.trim().split_once(['Q', 'q'])?;
        let year = year.strip_suffix('-').unwrap_or(year);
        let is_number = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || !is_number(year) || !is_number(number) {
            return None;
        }
        Quarter::new(year.parse().ok()?, number.parse().ok()?)
    }

    /// Year, and number from 1 to 4.
    pub(super) const fn parts(self) -> (u16, u8) {
        (self.year, self.number)
    }

    /// The first day.
    pub fn first(self) -> Option<Date> {
        Date::new(u32::from(self.year), u32::from(self.number) * 3 - 2, 1)
    }

    /// The last day as the number CCYYMMDD.
    pub const fn last_number(self) -> u32 {
        let day = if self.number == 1 || self.number == 4 { 31 } else { 30 };
        self.year as u32 * 10_000 + self.number as u32 * 300 + day
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Q{}", self.year, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_has_three_months() {
        for (text, first, last) in [
            ("2024Q3", "2024-07-01", 20240930),
            ("2026q1", "2026-01-01", 20260331),
            ("2025-Q2", "2025-04-01", 20250630),
            (" 2025Q4 ", "2025-10-01", 20251231),
        ] {
            let quarter = Quarter::parse(text).unwrap();
            assert_eq!(quarter.first(), Date::parse_iso(first), "{text}");
            assert_eq!(quarter.last_number(), last, "{text}");
            assert_eq!(Quarter::of(Date::parse_iso(first).unwrap()), quarter);
            assert_eq!(Quarter::of(Date::parse(last.to_string().as_bytes()).unwrap()), quarter);
        }
        for wrong in ["", "2024", "2024Q0", "2024Q5", "24Q1", "2024Q+1", "+024Q1", "2024Q", "Q1"] {
            assert_eq!(Quarter::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Quarter::parse("2026Q4").unwrap().to_string(), "2026Q4");
    }
}
