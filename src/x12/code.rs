//! Short codes packed into integers: procedure and diagnosis codes, modifiers, provider taxonomies.
//!
//! A packed code compares in one instruction and needs no heap. It holds capital letters, digits and
//! dots only, so printing one is always safe whatever the file held.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What each byte counts as in a code: a capital letter, a digit or a dot; 0 for what no code has.
const FOLDED: [u8; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let byte = (n as u8).to_ascii_uppercase();
        table[n] = if byte.is_ascii_alphanumeric() || byte == b'.' { byte } else { 0 };
        n += 1;
    }
    table
};

/// Packs `bytes` big-endian if they are capital letters and digits; no bytes are 0.
#[inline(always)]
const fn pack(bytes: &[u8]) -> Option<u64> {
    // Codes at one place in a claim are nearly always of one length, so these are guessed right.
    match (bytes, bytes.first_chunk(), bytes.last_chunk()) {
        ([], ..) => Some(0),
        ([a, b], ..) => {
            let (a, b) = (FOLDED[*a as usize] as u64, FOLDED[*b as usize] as u64);
            if a != 0 && b != 0 { Some(a << 56 | b << 48) } else { None }
        }
        // The first four and the last four bytes; those in both come to stand at the same place.
        (_, Some(first), Some(last)) if bytes.len() <= 8 => {
            let first = (u32::from_be_bytes(*first) as u64) << 32;
            let packed = first | (u32::from_be_bytes(*last) as u64) << (8 * (8 - bytes.len()));
            let behind = ZEROS >> (4 * bytes.len()) >> (4 * bytes.len());
            if is_plain(packed | behind) { Some(packed) } else { None }
        }
        _ => None,
    }
}

/// Packs one to eight bytes, folding case; `None` where a byte is not a letter, digit or dot.
const fn pack_any(bytes: &[u8]) -> Option<u64> {
    if bytes.len() > 8 {
        return None;
    }
    let mut packed = 0u64;
    let mut foreign = false;
    let mut i = 0;
    while i < bytes.len() {
        let byte = FOLDED[bytes[i] as usize];
        foreign |= byte == 0;
        packed |= (byte as u64) << (56 - 8 * i);
        i += 1;
    }
    if foreign { None } else { Some(packed) }
}

/// Eight times the digit 0.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// Whether all eight bytes of a word are capital letters or digits.
#[inline(always)]
const fn is_plain(word: u64) -> bool {
    // The highest bit of each byte says whether the byte is at least `least`; as long as all bytes are ASCII
    // nothing is carried into the next.
    const fn at_least(word: u64, least: u8) -> u64 {
        word.wrapping_add((0x80 - least as u64) * 0x0101_0101_0101_0101)
    }
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    let digit = at_least(word, b'0') ^ at_least(word, b'9' + 1);
    let capital = at_least(word, b'A') ^ at_least(word, b'Z' + 1);
    (digit | capital) & !word & HIGHEST == HIGHEST
}

/// A code of one to eight characters: CPT or HCPCS procedure (`97110`), ICD-10-CM diagnosis (`M5450`),
/// revenue code (`0420`), or a short word of our own in a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Code(u64);

impl Code {
    /// No code: the element is absent or empty.
    pub const NONE: Code = Code(0);
    /// Something stands there that is not a code: too long, or with characters no code has.
    pub const MALFORMED: Code = Code(u64::MAX);

    /// Packs a code known when the program is written; a wrong one becomes [`Code::MALFORMED`].
    pub const fn of(text: &str) -> Code {
        Code::parse(text.as_bytes())
    }

    /// Packs the bytes of an element. Spaces at both ends are ignored, lower case is folded.
    #[inline(always)]
    pub const fn parse(bytes: &[u8]) -> Code {
        match pack(bytes) {
            Some(packed) => Code(packed),
            None => Code::parse_odd(bytes),
        }
    }

    /// Padded, in lower case, of an odd length, or malformed.
    #[inline(never)]
    const fn parse_odd(bytes: &[u8]) -> Code {
        match pack_any(bytes.trim_ascii()) {
            Some(packed) => Code(packed),
            None => Code::MALFORMED,
        }
    }

    /// Whether there is no code.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The packed value: big-endian ASCII, padded with zero bytes at the end. Sorts as the text does.
    pub const fn packed(self) -> u64 {
        self.0
    }

    /// The code of a packed value that [`Code::packed`] gave.
    pub const fn from_packed(packed: u64) -> Code {
        Code(packed)
    }

    /// Whether the code's first characters are `prefix`.
    pub fn starts_with(self, prefix: &str) -> bool {
        self != Code::MALFORMED && self.0.to_be_bytes().starts_with(prefix.as_bytes())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Code::MALFORMED {
            return f.pad("(malformed)");
        }
        let bytes = self.0.to_be_bytes();
        let len = bytes.iter().position(|&b| b == 0).unwrap_or(8);
        f.pad(std::str::from_utf8(&bytes[..len]).unwrap_or("(malformed)"))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

/// A procedure modifier of two characters (`GP`, `59`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Modifier(u16);

impl Modifier {
    /// An empty slot.
    pub const NONE: Modifier = Modifier(0);
    /// Something stands in the slot that is not two letters or digits.
    pub const MALFORMED: Modifier = Modifier(u16::MAX);

    /// Packs a modifier known when the program is written.
    pub const fn of(text: &str) -> Modifier {
        Modifier::parse(text.as_bytes())
    }

    /// Packs the bytes of a component (SV101-3 to -6, SV202-3 to -6).
    #[inline]
    pub const fn parse(bytes: &[u8]) -> Modifier {
        if bytes.is_empty() {
            return Modifier::NONE;
        }
        match *bytes {
            [a, b] => match Modifier::plain(a, b) {
                Modifier::MALFORMED => Modifier::parse_odd(bytes),
                modifier => modifier,
            },
            _ => Modifier::parse_odd(bytes),
        }
    }

    /// Two letters or digits, malformed otherwise.
    #[inline(always)]
    const fn plain(a: u8, b: u8) -> Modifier {
        let (a, b) = (FOLDED[a as usize], FOLDED[b as usize]);
        if a > b'.' && b > b'.' { Modifier((a as u16) << 8 | b as u16) } else { Modifier::MALFORMED }
    }

    /// Padded or malformed.
    #[cold]
    const fn parse_odd(bytes: &[u8]) -> Modifier {
        match bytes.trim_ascii() {
            [] => Modifier::NONE,
            [a, b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => {
                Modifier((a.to_ascii_uppercase() as u16) << 8 | b.to_ascii_uppercase() as u16)
            }
            _ => Modifier::MALFORMED,
        }
    }

    /// The packed value; 0 for an empty slot.
    pub const fn packed(self) -> u16 {
        self.0
    }

    /// The modifier of a packed value that [`Modifier::packed`] gave.
    pub const fn from_packed(packed: u16) -> Modifier {
        Modifier(packed)
    }

    /// The modifier as a [`Code`], for messages.
    pub const fn code(self) -> Code {
        match self {
            Modifier::NONE => Code::NONE,
            Modifier::MALFORMED => Code::MALFORMED,
            Modifier(packed) => Code((packed as u64) << 48),
        }
    }
}

impl fmt::Display for Modifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code().fmt(f)
    }
}

impl fmt::Debug for Modifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Modifier({self})")
    }
}

/// Reads the common form of a procedure with its modifiers, `HC:97110:GP:59`: a qualifier of two characters and a
/// code of five in capital letters and digits, up to four modifiers of two. `None` for any other form.
#[inline]
pub fn plain_procedure(composite: &[u8], separator: u8) -> Option<(Code, Code, Modifiers)> {
    let ([q0, q1, s, c0, c1, c2, c3, c4], mut rest) = composite.split_first_chunk::<8>()?;
    let mut plain =
        *s == separator && is_plain(u64::from_be_bytes([*q0, *q1, b'0', *c0, *c1, *c2, *c3, *c4]));
    let mut modifiers = Modifiers::default();
    for slot in &mut modifiers.0 {
        let Some(([s, a, b], behind)) = rest.split_first_chunk() else { break };
        *slot = Modifier::plain(*a, *b);
        plain &= *s == separator && *slot != Modifier::MALFORMED;
        rest = behind;
    }
    if !plain || !rest.is_empty() {
        return None;
    }
    let qualifier = u64::from_be_bytes([*q0, *q1, 0, 0, 0, 0, 0, 0]);
    Some((Code(qualifier), Code(u64::from_be_bytes([*c0, *c1, *c2, *c3, *c4, 0, 0, 0])), modifiers))
}

/// The up to four modifiers of a service line, in their slots; a slot may be blank in the middle.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Modifiers(pub [Modifier; 4]);

impl Modifiers {
    /// Whether the modifier stands in any slot.
    #[inline]
    pub fn contains(&self, modifier: Modifier) -> bool {
        self.0.contains(&modifier)
    }

    /// Whether any of `these` stands in any slot.
    #[inline]
    pub fn any(&self, these: &[Modifier]) -> bool {
        self.0.iter().any(|m| *m != Modifier::NONE && these.contains(m))
    }

    /// The filled slots with their slot numbers 1 to 4.
    pub fn slots(&self) -> impl Iterator<Item = (u8, Modifier)> + '_ {
        (1u8..).zip(self.0).filter(|(_, m)| *m != Modifier::NONE)
    }

    /// All slots as one number: no two sets of slots have the same.
    pub const fn packed(&self) -> u64 {
        let [a, b, c, d] = self.0;
        (a.0 as u64) << 48 | (b.0 as u64) << 32 | (c.0 as u64) << 16 | d.0 as u64
    }

    /// The filled slots as a sorted set, for comparing lines whatever the order of their modifiers.
    pub fn sorted(&self) -> [Modifier; 4] {
        let mut set = self.0;
        set.sort_unstable();
        set
    }
}

/// A health care provider taxonomy code of ten characters (PRV03), `225100000X`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Taxonomy([u8; 10]);

impl Taxonomy {
    /// No taxonomy, or one that is not ten letters and digits.
    pub const NONE: Taxonomy = Taxonomy([0; 10]);

    /// Reads PRV03.
    #[inline]
    pub fn parse(bytes: &[u8]) -> Taxonomy {
        match <[u8; 10]>::try_from(bytes) {
            Ok(code @ [first @ .., _, _]) if is_plain(u64::from_be_bytes(first)) => match code {
                [_, _, last @ ..] if is_plain(u64::from_be_bytes(last)) => Taxonomy(code),
                _ => Taxonomy::parse_odd(bytes),
            },
            _ => Taxonomy::parse_odd(bytes),
        }
    }

    /// In lower case, padded or malformed.
    #[cold]
    fn parse_odd(bytes: &[u8]) -> Taxonomy {
        match <[u8; 10]>::try_from(bytes.trim_ascii()) {
            Ok(code) if code.iter().all(u8::is_ascii_alphanumeric) => {
                Taxonomy(code.map(|b| b.to_ascii_uppercase()))
            }
            _ => Taxonomy::NONE,
        }
    }

    /// Whether the taxonomy's first characters are `prefix`; never for [`Taxonomy::NONE`].
    pub fn starts_with(&self, prefix: &str) -> bool {
        self.0.starts_with(prefix.as_bytes())
    }

    /// Whether there is no taxonomy.
    pub fn is_none(&self) -> bool {
        *self == Taxonomy::NONE
    }
}

impl fmt::Display for Taxonomy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(if self.is_none() { b"" } else { &self.0 }).unwrap_or(""))
    }
}

impl fmt::Debug for Taxonomy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Taxonomy({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_fold_case_and_never_print_what_no_code_has() {
        assert_eq!(Code::parse(b" g0283 "), Code::of("G0283"));
        assert_eq!(Code::parse(b""), Code::NONE);
        for hostile in [&b"=1+2"[..], b"9711\x1b", b"123456789", b"<b>"] {
            assert_eq!(Code::parse(hostile), Code::MALFORMED);
        }
        assert_eq!(Code::of("97110").to_string(), "97110");
        assert!(Code::of("M5450").starts_with("M54") && !Code::MALFORMED.starts_with(""));
    }

    proptest! {
        /// Eight bytes at once give what one byte at a time gives.
        #[test]
        fn a_code_is_packed_as_its_bytes_are(code in "[A-Z0-9a-z.:/@\\[` \u{7f}\u{c0}]{0,10}") {
            let trimmed = code.as_bytes().trim_ascii();
            let folds = trimmed.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'.');
            let want = if trimmed.len() <= 8 && folds {
                let mut packed = [0; 8];
                packed[..trimmed.len()].copy_from_slice(&trimmed.to_ascii_uppercase());
                Code(u64::from_be_bytes(packed))
            } else {
                Code::MALFORMED
            };
            prop_assert_eq!(Code::parse(code.as_bytes()), want);
        }

        /// What the common form of a procedure gives is what its components give.
        #[test]
        fn a_plain_procedure_is_its_components(composite in "[A-Z0-9:a.]{2}[:*][A-Z0-9:a.]{5}([:*][A-Z0-9:a.]{1,2}){0,5}") {
            if let Some((qualifier, code, modifiers)) = plain_procedure(composite.as_bytes(), b':') {
                let mut parts = composite.split(':').map(str::as_bytes);
                let mut next = || parts.next().unwrap_or_default();
                prop_assert_eq!((Code::parse(next()), Code::parse(next())), (qualifier, code));
                prop_assert_eq!([(); 4].map(|()| Modifier::parse(next())), modifiers.0);
                prop_assert!(parts.next().is_none());
            }
        }
    }

    #[test]
    fn the_common_form_of_a_procedure_is_read_at_once() {
        let (gp, kx) = (Modifier::of("GP"), Modifier::of("KX"));
        let both = Modifiers([gp, kx, Modifier::NONE, Modifier::NONE]);
        let want = Some((Code::of("HC"), Code::of("97110"), both));
        assert_eq!(plain_procedure(b"HC:97110:GP:KX", b':'), want);
        for rare in ["hc:97110", "HC:97110::GP", "HC:97110:G", "HC:G028", "HC>97110", "HC:97110:1:2:3:4:5"] {
            assert_eq!(plain_procedure(rare.as_bytes(), b':'), None, "{rare}");
        }
    }

    #[test]
    fn modifiers_are_a_set_whatever_their_slots() {
        let a = Modifiers([Modifier::of("GP"), Modifier::NONE, Modifier::of("59"), Modifier::NONE]);
        let b = Modifiers([Modifier::of("59"), Modifier::of("gp"), Modifier::NONE, Modifier::NONE]);
        assert_eq!(a.sorted(), b.sorted());
        assert!(a.any(&[Modifier::of("XE"), Modifier::of("59")]));
        assert!(!a.any(&[Modifier::NONE]), "an empty slot is not a modifier");
        assert_eq!(Modifier::parse(b"GPX"), Modifier::MALFORMED);
        assert_eq!(a.slots().map(|(n, _)| n).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn a_taxonomy_has_ten_characters_or_is_none() {
        assert!(Taxonomy::parse(b"225100000X").starts_with("2251"));
        assert!(Taxonomy::parse(b"225100").is_none());
        assert!(!Taxonomy::NONE.starts_with("2251"));
    }
}
