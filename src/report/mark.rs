//! What is said of a finding beside what it is: by what it is known again, and who answers for it.

use std::fmt;

/// What a finding is known again by in another run: 128 bits made of its rule, claim and line, never of where it stands.
///
/// Prints as 32 hexadecimal digits; where it was made with a key, behind the eight digits that name the key and a dash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Fingerprint {
    /// Names the key, if there was one.
    pub key: Option<[u8; 4]>,
    /// The bits.
    pub bits: [u8; 16],
}

impl Fingerprint {
    /// Reads what was printed.
    pub fn parse(text: &str) -> Option<Fingerprint> {
        match text.split_once('-') {
            Some((key, bits)) => Some(Fingerprint { key: Some(bytes(key)?), bits: bytes(bits)? }),
            None => Some(Fingerprint { key: None, bits: bytes(text)? }),
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut put = |bytes: &[u8]| bytes.iter().try_for_each(|b| write!(f, "{b:02x}"));
        if let Some(key) = &self.key {
            put(key)?;
            f.write_str("-")?;
        }
        self.bits.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// Bytes in small hexadecimal digits, no more and no less of them.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let mut out = [0; N];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    for (slot, [high, low]) in out.iter_mut().zip(pairs) {
        *slot = digit(*high)? << 4 | digit(*low)?;
    }
    Some(out)
}

/// What is said of one finding of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mark<'r> {
    /// What it is known again by.
    pub fingerprint: Option<Fingerprint>,
    /// The waiver that takes it out of the count, by its id.
    pub waiver: Option<&'r str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_reads_back_and_nothing_else_is_one() {
        let [plain, keyed] =
            [None, Some([0, 0xab, 7, 0xff])].map(|key| Fingerprint { key, bits: [0x5a; 16] });
        assert_eq!(plain.to_string(), "5a".repeat(16));
        assert_eq!(keyed.to_string(), format!("00ab07ff-{}", "5a".repeat(16)));
        for print in [plain, keyed] {
            assert_eq!(Fingerprint::parse(&print.to_string()), Some(print));
        }
        let all = "5a".repeat(16);
        for text in [
            "",
            "5a",
            &all[1..],
            &all.to_uppercase(),
            &format!("{all}0"),
            &format!("{all}00"),
            "é",
            &format!("-{all}"),
            &format!("00ab07f-{all}"),
            &format!("{all}-"),
            &format!("00ab07ff-{all}-"),
        ] {
            assert_eq!(Fingerprint::parse(text), None, "{text}");
        }
    }
}
