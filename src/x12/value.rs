//! Numbers, money, dates and provider numbers from element bytes. Integers only: no float ever holds a
//! claim's money or units.
//!
//! A value that is not what its element calls for is `None`; the caller reports where it stood.

use std::fmt;
use std::num::{NonZeroU32, NonZeroU64};
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// Reads an X12 decimal (type R: `.5`, `-1`, `007`, `12.50`) as an integer scaled by `10^places`.
///
/// `None` for anything else: a plus sign, an exponent, a thousands separator, more than 15 digits before
/// the point, or digits beyond `places` that are not zero.
pub fn decimal(bytes: &[u8], places: u32) -> Option<i64> {
    let bytes = bytes.trim_ascii();
    let (negative, digits) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, bytes),
    };
    let mut value: i64 = 0;
    let mut whole = 0usize;
    let mut scale = None;
    let mut seen = false;
    for &b in digits {
        match (b, scale) {
            (b'.', None) => scale = Some(0u32),
            (b'0'..=b'9', None) => {
                seen = true;
                value = value * 10 + i64::from(b - b'0');
                whole += usize::from(value != 0);
                if whole > 15 - places as usize / 3 {
                    return None;
                }
            }
            (b'0'..=b'9', Some(n)) => {
                seen = true;
                if n < places {
                    value = value * 10 + i64::from(b - b'0');
                    scale = Some(n + 1);
                } else if b != b'0' {
                    return None;
                }
            }
            _ => return None,
        }
    }
    if !seen {
        return None;
    }
    for _ in scale.unwrap_or(0)..places {
        value = value.checked_mul(10)?;
    }
    Some(if negative { -value } else { value })
}

/// The whole number that up to eight digits make, given as a big-endian word of `len` bytes; `None` if any
/// of them is not a digit. No branch depends on the length.
#[inline(always)]
pub fn digits_of_word(word: u64, len: usize) -> Option<u32> {
    // Blank bytes in front become zeros.
    let zeros = if len >= 8 { 0 } else { 0x3030_3030_3030_3030u64 << (8 * len) };
    let pairs = pairs(word | zeros)?;
    let fours = ((pairs >> 16) & 0x0000_ffff_0000_ffff) * 100 + (pairs & 0x0000_ffff_0000_ffff);
    Some(((fours >> 32) * 10_000 + (fours & 0xffff_ffff)) as u32)
}

/// Eight digits as four numbers of two digits, in 16 bits each; `None` if any of them is not a digit. All
/// eight are checked and put together at once.
#[inline(always)]
fn pairs(word: u64) -> Option<u64> {
    let low = word & 0x0f0f_0f0f_0f0f_0f0f;
    if word & 0xf0f0_f0f0_f0f0_f0f0 != 0x3030_3030_3030_3030
        || low.wrapping_add(0x0606_0606_0606_0606) & 0xf0f0_f0f0_f0f0_f0f0 != 0
    {
        return None;
    }
    let tens = (low >> 8) & 0x00ff_00ff_00ff_00ff;
    let ones = low & 0x00ff_00ff_00ff_00ff;
    Some(tens * 10 + ones)
}

/// Money in US cents. Sums saturate rather than wrap.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Cents(pub i64);

impl Cents {
    /// No money.
    pub const ZERO: Cents = Cents(0);

    /// Reads a monetary element (CLM02, SV102, SV203) in dollars: `45`, `45.5`, `45.50`.
    pub fn parse(bytes: &[u8]) -> Option<Cents> {
        decimal(bytes, 2).map(Cents)
    }
}

impl Add for Cents {
    type Output = Cents;
    fn add(self, other: Cents) -> Cents {
        Cents(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Cents {
    fn add_assign(&mut self, other: Cents) {
        *self = *self + other;
    }
}

impl Sub for Cents {
    type Output = Cents;
    fn sub(self, other: Cents) -> Cents {
        Cents(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Cents {
    fn sum<I: Iterator<Item = Cents>>(iter: I) -> Cents {
        iter.fold(Cents::ZERO, Add::add)
    }
}

impl fmt::Display for Cents {
    /// Dollars and cents without a currency sign: `1234.50`, `-0.07`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, n) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(f, "{sign}{}.{:02}", n / 100, n % 100)
    }
}

/// Units of service in thousandths, so that `1.5` is exact.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Quantity(pub i64);

impl Quantity {
    /// Whole units.
    pub const fn whole(units: i64) -> Quantity {
        Quantity(units.saturating_mul(1000))
    }

    /// Reads a quantity element (SV104, SV205).
    pub fn parse(bytes: &[u8]) -> Option<Quantity> {
        decimal(bytes, 3).map(Quantity)
    }

    /// The units if they are whole and not negative.
    pub fn as_whole(self) -> Option<u32> {
        if self.0 % 1000 == 0 { u32::try_from(self.0 / 1000).ok() } else { None }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, n) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        match n % 1000 {
            0 => write!(f, "{sign}{}", n / 1000),
            rest => {
                let text = format!("{rest:03}");
                write!(f, "{sign}{}.{}", n / 1000, text.trim_end_matches('0'))
            }
        }
    }
}

/// A calendar date, 1 January 1800 to 31 December 2999.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Date(NonZeroU32);

impl Date {
    /// A date from its parts, if there is such a day.
    pub const fn new(year: u32, month: u32, day: u32) -> Option<Date> {
        if year < 1800 || year > 2999 || month < 1 || month > 12 || day < 1 {
            return None;
        }
        if day > 28 && day > days_in(year, month) {
            return None;
        }
        match NonZeroU32::new(year * 10_000 + month * 100 + day) {
            Some(number) => Some(Date(number)),
            None => None,
        }
    }

    /// Reads `CCYYMMDD` (qualifier D8).
    #[inline]
    pub fn parse(bytes: &[u8]) -> Option<Date> {
        match <&[u8; 8]>::try_from(bytes) {
            Ok(digits) => Date::of_digits(digits),
            Err(_) => Date::of_digits(bytes.trim_ascii().try_into().ok()?),
        }
    }

    #[inline(always)]
    fn of_digits(digits: &[u8; 8]) -> Option<Date> {
        let pairs = pairs(u64::from_be_bytes(*digits))?;
        let [century, year, month, day] = [48, 32, 16, 0].map(|n| (pairs >> n & 0xff) as u32);
        Date::new(century * 100 + year, month, day)
    }

    /// Reads `CCYY-MM-DD` or `CCYYMMDD`, as sidecar and table files have them.
    pub fn parse_iso(text: &str) -> Option<Date> {
        let text = text.trim();
        let b = text.as_bytes();
        if b.len() == 10 && b[4] == b'-' && b[7] == b'-' {
            let joined = [&b[..4], &b[5..7], &b[8..]].concat();
            return Date::parse(&joined);
        }
        Date::parse(b)
    }

    /// The date as the number CCYYMMDD.
    pub const fn number(self) -> u32 {
        self.0.get()
    }

    /// The year.
    pub const fn year(self) -> u32 {
        self.number() / 10_000
    }

    /// Days since 1 January 1970; negative before. For differences between dates.
    pub fn days(self) -> i32 {
        // Civil-from-days in reverse, after Howard Hinnant's public description of the algorithm: years
        // begin in March so that the leap day is the last of its year.
        let (y, m, d) = (
            (self.number() / 10_000) as i32,
            (self.number() / 100 % 100) as i32,
            (self.number() % 100) as i32,
        );
        let (y, m) = if m <= 2 { (y - 1, m + 9) } else { (y, m - 3) };
        let (era, yoe) = (y.div_euclid(400), y.rem_euclid(400));
        era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + (153 * m + 2) / 5 + d - 1 - 719_468
    }

    /// The date that many days after 1 January 1970; `None` outside the years that a date may have.
    pub fn of_days(days: i32) -> Option<Date> {
        // The same algorithm the other way: day of the era, year of the era, day of a year that begins in March.
        let shifted = days.checked_add(719_468)?;
        let (era, doe) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let m = if mp < 10 { mp + 3 } else { mp - 9 };
        let y = era * 400 + yoe + i32::from(m <= 2);
        let d = doy - (153 * mp + 2) / 5 + 1;
        Date::new(u32::try_from(y).ok()?, m.unsigned_abs(), d.unsigned_abs())
    }
}

const fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.number();
        write!(f, "{:04}-{:02}-{:02}", n / 10_000, n / 100 % 100, n % 100)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

/// A National Provider Identifier: ten digits that begin with 1 or 2 and pass the check digit
/// (45 CFR 162.406: Luhn over the number prefixed with 80840).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Npi(NonZeroU64);

impl Npi {
    /// Reads NM109 under qualifier XX; `None` unless it is a valid NPI.
    #[inline]
    pub fn parse(bytes: &[u8]) -> Option<Npi> {
        let digits: &[u8; 10] = bytes.try_into().or_else(|_| bytes.trim_ascii().try_into()).ok()?;
        // Twice a digit, its own digits added.
        const DOUBLED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
        let mut number = 0u64;
        let mut sum = 24u32;
        for (i, b) in digits.iter().enumerate() {
            let digit = b.wrapping_sub(b'0');
            let doubled = *DOUBLED.get(usize::from(digit))?;
            number = number * 10 + u64::from(digit);
            sum += u32::from(if i % 2 == 0 { doubled } else { digit });
        }
        if matches!(digits[0], b'1' | b'2') && sum.is_multiple_of(10) {
            NonZeroU64::new(number).map(Npi)
        } else {
            None
        }
    }

    /// An NPI again, of a number that [`Npi::number`] gave.
    pub const fn from_number(number: u64) -> Option<Npi> {
        match NonZeroU64::new(number) {
            Some(number) => Some(Npi(number)),
            None => None,
        }
    }

    /// The ten digits as a number.
    pub const fn number(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for Npi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_take_the_legal_forms_and_no_other() {
        for (text, want) in [
            ("45", Some(4500)),
            ("45.5", Some(4550)),
            ("45.50", Some(4550)),
            ("45.500", Some(4550)),
            (".5", Some(50)),
            ("5.", Some(500)),
            ("-1", Some(-100)),
            ("007", Some(700)),
            (" 12 ", Some(1200)),
            ("0", Some(0)),
            ("000000000000000000000000001", Some(100)),
            ("", None),
            (".", None),
            ("-", None),
            ("+1", None),
            ("1E5", None),
            ("1,000.00", None),
            ("4.001", None),
            ("1.2.3", None),
            ("--1", None),
            ("NaN", None),
            ("9999999999999999999999999999999999999999", None),
        ] {
            assert_eq!(decimal(text.as_bytes(), 2), want, "{text:?}");
        }
        assert_eq!(decimal(b"99999999999999", 3), Some(99_999_999_999_999_000));
        assert_eq!(Quantity::parse(b"1.5").map(|q| q.to_string()), Some("1.5".to_owned()));
        assert_eq!(Quantity::parse(b"2.0").and_then(Quantity::as_whole), Some(2));
        assert_eq!(Quantity::parse(b"-2").and_then(Quantity::as_whole), None);
        assert_eq!(Cents(-7).to_string(), "-0.07");
    }

    #[test]
    fn a_word_of_digits_is_their_number_whatever_its_length() {
        for text in ["0", "7", "45", "180", "1079", "00123", "999999", "1234567", "99999999"] {
            let word = text.bytes().fold(0u64, |w, b| w << 8 | u64::from(b));
            assert_eq!(digits_of_word(word, text.len()), text.parse().ok(), "{text}");
        }
        for text in ["4a", "4.5", "-1", "/", ":", "12:4", " 12", "1234567\u{7f}"] {
            let word = text.bytes().fold(0u64, |w, b| w << 8 | u64::from(b));
            assert_eq!(digits_of_word(word, text.len()), None, "{text}");
        }
    }

    #[test]
    fn dates_are_days_of_the_calendar() {
        for (text, ok) in [
            ("20240229", true),
            ("20230229", false),
            ("21000229", false),
            ("20000229", true),
            ("00000000", false),
            ("20260431", false),
            ("2026043", false),
            ("2026o401", false),
        ] {
            assert_eq!(Date::parse(text.as_bytes()).is_some(), ok, "{text}");
        }
        let days = |t: &str| Date::parse_iso(t).unwrap().days();
        assert_eq!(days("1970-01-01"), 0);
        assert_eq!(days("20000301") - days("2000-02-28"), 2);
        assert_eq!(days("2026-01-01") - days("2025-01-01"), 365);
        assert_eq!(days("1969-12-31"), -1);
        for day in (-62_091..376_200).step_by(13).chain([-1, 0, 59, 60, 11_016, 11_017, 376_199]) {
            assert_eq!(Date::of_days(day).map(Date::days), Some(day));
        }
        assert_eq!([i32::MIN, -62_092, 376_200, i32::MAX].map(Date::of_days), [None; 4]);
    }

    #[test]
    fn an_npi_passes_its_check_digit() {
        assert!(Npi::parse(b"1234567893").is_some());
        assert!(Npi::parse(b"1234567890").is_none());
        assert!(Npi::parse(b"9234567893").is_none());
        assert!(Npi::parse(b"123456789").is_none());
    }
}
