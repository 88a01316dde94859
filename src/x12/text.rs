//! A short element kept by value: control numbers, payer names. Longer ones are cut, and said to be longer.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Up to `N` bytes of an element, blanks at both ends trimmed. `N` is at most 254.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    /// Length kept; 255 if the element was longer than `N`.
    len: u8,
}

impl<const N: usize> Text<N> {
    /// An empty text.
    pub const EMPTY: Text<N> = Text { bytes: [0; N], len: 0 };

    /// Keeps an element.
    pub fn new(element: &[u8]) -> Text<N> {
        let element = element.trim_ascii();
        let mut text = Text::EMPTY;
        let kept = element.len().min(N);
        text.bytes[..kept].copy_from_slice(&element[..kept]);
        text.len = if element.len() > N { u8::MAX } else { kept as u8 };
        text
    }

    /// The bytes kept.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len).min(N)]
    }

    /// Whether nothing stands there.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The text as a whole number, if it is one of at most 18 digits.
    pub fn number(&self) -> Option<u64> {
        number(self.as_bytes()).filter(|_| self.len != u8::MAX)
    }
}

/// A whole number of at most 18 digits (type N0), blanks trimmed.
pub fn number(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() || bytes.len() > 18 {
        return padded_number(bytes);
    }
    let mut number = 0;
    for b in bytes {
        if !b.is_ascii_digit() {
            return padded_number(bytes);
        }
        number = number * 10 + u64::from(b - b'0');
    }
    Some(number)
}

/// A number with blanks around it, if it is one.
#[cold]
fn padded_number(bytes: &[u8]) -> Option<u64> {
    let trimmed = bytes.trim_ascii();
    if trimmed.len() < bytes.len() { number(trimmed) } else { None }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Text::EMPTY
    }
}

impl<const N: usize> Serialize for Text<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (self.len, self.as_bytes()).serialize(to)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Text<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Text<N>, D::Error> {
        let (len, kept) = <(u8, Vec<u8>)>::deserialize(from)?;
        let mut text = Text::EMPTY;
        if let Some(bytes) = text.bytes.get_mut(..kept.len()) {
            bytes.copy_from_slice(&kept);
            text.len = len;
        }
        Ok(text)
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    /// Only the length: a text may hold what must not be printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_trimmed_cut_and_never_printed() {
        let text = Text::<4>::new(b" 0012 ");
        assert_eq!((text.as_bytes(), text.number()), (&b"0012"[..], Some(12)));
        let long = Text::<4>::new(b"12345");
        assert_eq!((long.as_bytes(), long.number()), (&b"1234"[..], None));
        assert_ne!(long, Text::new(b"1234"));
        assert_eq!(format!("{long:?}"), "Text(255 bytes)");
        assert_eq!(number(b"9999999999999999999"), None);
    }
}
