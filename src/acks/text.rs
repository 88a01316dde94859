//! Elements of an acknowledgement: bytes of a file made harmless, words in the place of persons, money and days.
//!
//! Refuses every byte that an element of the extended character set may not have, and our delimiters. What is replaced is
//! replaced by one character each, so that a length stays what it was.

use crate::x12::value::{Cents, Date};

/// Stands where the guide wants a name or an id of a person.
pub(super) const WITHHELD: &str = "WITHHELD";

/// Stands where the guide wants something that the file does not have.
pub(super) const UNKNOWN: &str = "UNKNOWN";

/// What is not a day of service, where a claim has none that can be read.
pub(super) const NO_DAY: u32 = 19_000_101;

/// Untrusted bytes as an element of at most `most` characters. A component separator becomes a semicolon, anything else
/// that may not stand there a question mark.
pub(super) fn clean(bytes: &[u8], most: usize) -> String {
    let text = String::from_utf8_lossy(bytes.trim_ascii());
    let mut out: String = text.chars().take(most).map(harmless).collect();
    out.truncate(out.trim_end().len());
    out
}

/// As [`clean`]; `otherwise` if nothing is left.
pub(super) fn clean_or(bytes: &[u8], most: usize, otherwise: &str) -> String {
    let text = clean(bytes, most);
    if text.is_empty() { otherwise.to_owned() } else { text }
}

fn harmless(c: char) -> char {
    match c {
        ':' => ';',
        '`' => '\'',
        '*' | '^' | '~' => '?',
        ' '..='}' => c,
        _ => '?',
    }
}

/// Digits, as many as an element may have; nothing if it is no number or too long.
pub(super) fn digits(bytes: &[u8], most: usize) -> Option<String> {
    let bytes = bytes.trim_ascii();
    let is_number = !bytes.is_empty() && bytes.len() <= most && bytes.iter().all(u8::is_ascii_digit);
    is_number.then(|| bytes.iter().map(|b| char::from(*b)).collect())
}

/// A time of day as HHMM.
pub(super) fn time(bytes: &[u8]) -> Option<String> {
    let text = digits(bytes, 8).filter(|text| text.len() >= 4)?;
    let (hours, minutes) = (text.get(..2)?.parse::<u8>().ok()?, text.get(2..4)?.parse::<u8>().ok()?);
    (hours < 24 && minutes < 60).then(|| text.get(..4).unwrap_or_default().to_owned())
}

/// A day as CCYYMMDD.
pub(super) fn day(date: Date) -> String {
    date.number().to_string()
}

/// Money as an X12 decimal: no more zeros than it needs.
pub(super) fn money(cents: i128) -> String {
    let (sign, n) = (if cents < 0 { "-" } else { "" }, cents.unsigned_abs());
    match (n / 100, n % 100) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, part) if part % 10 == 0 => format!("{sign}{whole}.{}", part / 10),
        (whole, part) => format!("{sign}{whole}.{part:02}"),
    }
}

/// Cents, wide enough for any sum of them.
pub(super) fn wide(cents: Cents) -> i128 {
    i128::from(cents.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_has_no_delimiter_no_control_character_and_its_length() {
        for (bytes, most, want) in [
            (&b"  A-1 "[..], 38, "A-1"),
            (b"A*B:C^D~E", 38, "A?B;C?D?E"),
            (b"A\r\n\x1b[31m\0B", 38, "A???[31m?B"),
            ("J\u{f6}rg \u{2028}x".as_bytes(), 38, "J?rg ?x"),
            (b"\xff\xfe~", 38, "???"),
            (b"`97110`", 38, "'97110'"),
            (b"AB   CD", 4, "AB"),
            (b"   ", 4, ""),
        ] {
            assert_eq!(clean(bytes, most), want, "{bytes:?}");
        }
        assert_eq!(clean_or(b" ", 4, UNKNOWN), "UNKNOWN");
    }

    #[test]
    fn money_has_no_zeros_it_does_not_need() {
        for (cents, want) in
            [(0, "0"), (100, "1"), (150, "1.5"), (105, "1.05"), (-7, "-0.07"), (123_456_789, "1234567.89")]
        {
            assert_eq!(money(cents), want);
        }
    }

    #[test]
    fn a_time_is_one_or_nothing() {
        for (text, want) in
            [("1253", Some("1253")), ("125359", Some("1253")), ("2460", None), ("9", None), ("12:5", None)]
        {
            assert_eq!(time(text.as_bytes()).as_deref(), want, "{text}");
        }
    }
}
