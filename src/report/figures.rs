//! Figures as people write them: counts with commas, money with its sign, bytes, shares.
//!
//! Integers only. Deliberately absent: what the figures are of.

use crate::x12::value::Cents;

/// A number with commas: `1,234,567`.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with its unit: `1 claim`, `2 claims`. The unit is handed in as a plural.
pub(super) fn counted(n: u64, units: &str) -> String {
    let unit = if n == 1 { units.strip_suffix('s').unwrap_or(units) } else { units };
    format!("{} {unit}", count(n))
}

/// Money: `$1,234.50`, `-$0.07`.
pub(super) fn dollars(cents: Cents) -> String {
    let (sign, n) = (if cents.0 < 0 { "-" } else { "" }, cents.0.unsigned_abs());
    format!("{sign}${}.{:02}", count(n / 100), n % 100)
}

/// Bytes in the unit people would use: `75.3 MB`, `512 bytes`.
pub(super) fn size(bytes: u64) -> String {
    for (unit, name) in [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")] {
        if bytes >= unit {
            return format!("{}.{} {name}", count(bytes / unit), bytes % unit * 10 / unit);
        }
    }
    counted(bytes, "bytes")
}

/// A share in percent with one decimal, rounded down; nothing if there is no whole.
pub(super) fn share(part: Cents, whole: Cents) -> Option<String> {
    if whole <= Cents::ZERO || part < Cents::ZERO {
        return None;
    }
    let tenths = i128::from(part.0) * 1000 / i128::from(whole.0);
    Some(format!("{}.{}%", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_people_write_them() {
        for (n, want) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (100_000, "100,000")]
        {
            assert_eq!(count(n), want);
        }
        for (cents, want) in [(0, "$0.00"), (-7, "-$0.07"), (123_456_789, "$1,234,567.89")] {
            assert_eq!(dollars(Cents(cents)), want);
        }
        assert_eq!(dollars(Cents(i64::MIN)), "-$92,233,720,368,547,758.08");
        for (bytes, want) in [
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (75_390_000, "75.3 MB"),
            (u64::MAX, "18,446,744,073.7 GB"),
        ] {
            assert_eq!(size(bytes), want);
        }
        for (part, whole, want) in
            [(1, 3, Some("33.3%")), (5, 0, None), (0, 5, Some("0.0%")), (i64::MAX, 1, None)]
        {
            let got = share(Cents(part), Cents(whole));
            assert!(want.is_none_or(|want| got.as_deref() == Some(want)), "{part}/{whole}: {got:?}");
            assert_eq!(got.is_none(), whole == 0);
        }
        assert_eq!(
            (counted(1, "claims"), counted(2, "claims")),
            ("1 claim".to_owned(), "2 claims".to_owned())
        );
    }
}
