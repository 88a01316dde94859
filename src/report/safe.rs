//! The one place where untrusted bytes become printable: for a terminal, a spreadsheet or JSON.
//!
//! Comes in: bytes of a claim file or its name. Goes out: text that can neither steer a terminal, nor
//! start a new line of a log, nor be taken for a formula. Deliberately absent: any knowledge of what the
//! bytes mean, and a way back. The lossless form of an id is hexadecimal.

use std::borrow::Cow;

use crate::error::is_plain;

use super::put;

/// Characters of an untrusted value that are printed; the last is `…` if there were more.
pub const LIMIT: usize = 80;

/// Untrusted bytes as text: UTF-8 where it is, U+FFFD where it is not, and every character that would do
/// anything but print as `\u{1b}`. At most [`LIMIT`] characters, and never cut inside an escape.
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    match plain(bytes) {
        Some(text) if text.len() <= LIMIT => Cow::Borrowed(text),
        _ => {
            let mut out = String::new();
            push_text(&mut out, bytes, LIMIT);
            Cow::Owned(out)
        }
    }
}

/// Text of our own making, such as a file's name or a problem: escaped as [`text`] is, but whole.
pub fn line(text: &str) -> Cow<'_, str> {
    if is_printable(text.as_bytes()) || text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    push_text(&mut out, text.as_bytes(), usize::MAX);
    Cow::Owned(out)
}

/// The bytes as text if they are UTF-8 and print as themselves.
pub fn plain(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    (is_printable(bytes) || text.chars().all(is_plain)).then_some(text)
}

/// The bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| put::hex(*byte)).map(char::from).collect()
}

/// Untrusted bytes as a spreadsheet cell: as [`text`], and no part of it can be taken for a formula.
pub fn csv_cell(bytes: &[u8]) -> String {
    let mut out = String::new();
    push_csv_cell(&mut out, bytes, LIMIT);
    out
}

/// Appends what [`csv_cell`] makes of the bytes.
///
/// A formula is disarmed with `'` at the start of the cell, and also behind a comma or semicolon: a
/// spreadsheet that splits at another separator than the file's sees a new cell there.
pub fn push_csv_cell(out: &mut String, bytes: &[u8], limit: usize) {
    let start = out.len();
    push_text(out, bytes, limit);
    if is_number(&out[start..]) || !out[start..].contains(is_trigger) {
        return;
    }
    let mut fresh = true;
    let mut marks = Vec::new();
    for (at, c) in out[start..].char_indices() {
        if fresh && is_trigger(c) {
            marks.push(if marks.is_empty() && starts_cell(&out[start..], at) { start } else { start + at });
        }
        fresh = matches!(c, ',' | ';') || (fresh && is_lead(c));
    }
    for mark in marks.into_iter().rev() {
        out.insert(mark, '\'');
    }
}

/// Appends text of our own making, such as a message, as a cell. Only its start can be taken for a
/// formula: what stands in it of a claim is codes and figures.
pub fn push_own_cell(out: &mut String, text: &str) {
    if text.trim_start_matches(is_lead).starts_with(is_trigger) && !is_number(text) {
        out.push('\'');
    }
    if text.chars().all(is_plain) {
        out.push_str(text);
    } else {
        push_text(out, text.as_bytes(), usize::MAX);
    }
}

/// Whether all bytes are letters, digits and signs of ASCII, and blanks.
pub fn is_printable(bytes: &[u8]) -> bool {
    is_printable_without(bytes, [])
}

/// Whether all bytes are letters, digits and signs of ASCII, and blanks, but none of `signs`. Seen eight bytes at a
/// time: cells and values are short, and there are millions of them.
pub(super) fn is_printable_without<const N: usize>(bytes: &[u8], signs: [u8; N]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // The highest bit of a byte says that it is less than `least`, as far as that is at most 128.
    let less = |word: u64, least: u8| word.wrapping_sub(EACH * u64::from(least)) & !word;
    let odd = |word: u64| {
        let odd = word | less(word, b' ') | less(word ^ (EACH * 0x7f), 1);
        signs.iter().fold(odd, |odd, sign| odd | less(word ^ (EACH * u64::from(*sign)), 1)) & (EACH << 7) != 0
    };
    let (words, rest) = bytes.as_chunks::<8>();
    if words.iter().any(|word| odd(u64::from_ne_bytes(*word))) {
        return false;
    }
    match bytes.last_chunk::<8>() {
        // Some bytes are seen twice.
        Some(last) => rest.is_empty() || !odd(u64::from_ne_bytes(*last)),
        None => !odd(rest.iter().fold(EACH * u64::from(b' '), |word, b| word << 8 | u64::from(*b))),
    }
}

/// Appends what [`text`] makes of the bytes, with a limit of its own.
pub fn push_text(out: &mut String, bytes: &[u8], limit: usize) {
    // Most values print as they are, and a million cells ask.
    if bytes.len() <= limit
        && is_printable(bytes)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return out.push_str(text);
    }
    let mut width = 0usize;
    let mut cut = out.len();
    for chunk in bytes.utf8_chunks() {
        let broken = if chunk.invalid().is_empty() { None } else { Some(char::REPLACEMENT_CHARACTER) };
        for c in chunk.valid().chars().chain(broken) {
            if is_plain(c) {
                out.push(c);
                width += 1;
            } else {
                out.extend(c.escape_unicode());
                width += c.escape_unicode().count();
            }
            if width < limit {
                cut = out.len();
            } else if width > limit {
                out.truncate(cut);
                out.push('…');
                return;
            }
        }
    }
}

/// Appends untrusted bytes whole, for a reader who has to see what stands in the file: as [`text`], but bytes
/// that are not UTF-8 as `\x{d6}`.
pub fn push_raw(out: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        push_text(out, chunk.valid().as_bytes(), usize::MAX);
        for b in chunk.invalid() {
            out.push_str("\\x{");
            out.push_str(&hex(&[*b]));
            out.push('}');
        }
    }
}

/// Whether a spreadsheet takes a cell that begins with the character for a formula. Tabs and line breaks,
/// which also count, never get here: they are escaped.
fn is_trigger(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// Whether a spreadsheet may pass over the character at the start of a cell.
fn is_lead(c: char) -> bool {
    c.is_whitespace() || c == '"'
}

/// Whether nothing but blanks and quotes stand before `at`.
fn starts_cell(cell: &str, at: usize) -> bool {
    cell[..at].chars().all(is_lead)
}

/// A number as this program writes one: `-5.00`, `12`.
fn is_number(cell: &str) -> bool {
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits =
        |s: &str, most: usize| (1..=most).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    digits(whole, 20) && digits(fraction, 4)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample::hostile;

    #[test]
    fn untrusted_bytes_become_text_that_only_prints() {
        for (bytes, want) in [
            (&b"A1"[..], "A1"),
            (b"", ""),
            (b"a\x1b[2Jb", "a\\u{1b}[2Jb"),
            (b"a\r\nb\x00", "a\\u{d}\\u{a}b\\u{0}"),
            (b"\xff\xfeA", "\u{fffd}\u{fffd}A"),
            ("x\u{202e}y\u{2028}z".as_bytes(), "x\\u{202e}y\\u{2028}z"),
            ("MÜLLER".as_bytes(), "MÜLLER"),
            (b"<script>", "<script>"),
        ] {
            assert_eq!(text(bytes), want);
        }
    }

    #[test]
    fn raw_bytes_are_whole_and_told_apart() {
        let mut raw = String::new();
        push_raw(&mut raw, &[b"M\xdcLLER\x1b[2J\n\xff\xfe".as_slice(), &[b'x'; 100]].concat());
        assert_eq!(raw, format!("M\\x{{dc}}LLER\\u{{1b}}[2J\\u{{a}}\\x{{ff}}\\x{{fe}}{}", "x".repeat(100)));
    }

    #[test]
    fn a_long_value_is_cut_between_characters_and_never_inside_an_escape() {
        assert_eq!(text(&[b'x'; 80]).chars().count(), 80);
        assert_eq!(text(&[b'x'; 81]), format!("{}…", "x".repeat(79)));
        assert_eq!(text("é".repeat(81).as_bytes()), format!("{}…", "é".repeat(79)));
        let mut bytes = vec![b'x'; 77];
        bytes.extend(b"\x1bzzz");
        assert_eq!(text(&bytes), format!("{}…", "x".repeat(77)));
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (bytes, want) in [
            ("=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0"),
            ("  =1+1", "'  =1+1"),
            ("\u{3000}=1", "'\u{3000}=1"),
            ("＝1", "'＝1"),
            ("+1", "'+1"),
            ("@x", "'@x"),
            ("-x", "'-x"),
            ("\"=1", "'\"=1"),
            ("a;=1", "a;'=1"),
            ("a, \"@x", "a, \"'@x"),
            (";=1", ";'=1"),
            ("\t=1", "\\u{9}=1"),
            ("-5.00", "-5.00"),
            ("-5.00.1", "'-5.00.1"),
            ("-", "'-"),
            ("A-1=2", "A-1=2"),
        ] {
            assert_eq!(csv_cell(bytes.as_bytes()), want);
        }
        let mut own = String::new();
        push_own_cell(&mut own, "-5.00 charged");
        assert_eq!(own, "'-5.00 charged");
    }

    #[test]
    fn hexadecimal_is_lossless() {
        assert_eq!(hex(b"\x00\xffA"), "00ff41");
    }

    #[test]
    fn what_prints_is_told_wherever_it_stands() {
        for len in 1..20 {
            for at in 0..len {
                for byte in 0..=255u8 {
                    let mut bytes = vec![b'~'; len];
                    bytes[at] = byte;
                    let printable = matches!(byte, b' '..=b'~');
                    assert_eq!(is_printable(&bytes), printable, "{bytes:?}");
                    let signs = printable && byte != b',' && byte != b'"';
                    assert_eq!(is_printable_without(&bytes, *b",\""), signs, "{bytes:?}");
                }
            }
        }
        assert!(is_printable(b""));
    }

    proptest! {
        #[test]
        fn nothing_steers_a_terminal(bytes in hostile()) {
            let shown = text(&bytes);
            prop_assert!(shown.chars().all(is_plain), "{shown:?}");
            prop_assert!(shown.chars().count() <= LIMIT);
            prop_assert_eq!(line(&shown), shown.as_ref(), "what is safe stays as it is");
            let mut raw = String::new();
            push_raw(&mut raw, &bytes);
            prop_assert!(raw.chars().all(is_plain), "{raw:?}");
        }

        #[test]
        fn no_cell_begins_with_a_trigger(bytes in hostile()) {
            let cell = csv_cell(&bytes);
            prop_assert!(cell.chars().all(is_plain), "{cell:?}");
            if let Ok(text) = std::str::from_utf8(&bytes) {
                let mut own = String::new();
                push_own_cell(&mut own, text);
                prop_assert!(!own.starts_with(['=', '+', '-', '@']) || is_number(&own), "{own:?}");
            }
            for part in std::iter::once(cell.as_str()).chain(cell.split([',', ';'])) {
                let start = part.trim_start_matches([' ', '"', '\u{a0}', '\u{3000}']);
                prop_assert!(!start.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || is_number(&cell), "{cell:?}");
            }
        }
    }
}
