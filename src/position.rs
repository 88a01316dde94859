//! Where something stands in a claim file, in the words of X12: byte, segment, element, component.
//!
//! Comes in: nothing. Goes out: plain positions that a finding can keep. Deliberately absent: any
//! content of the file. A position never holds a value, so it is always safe to print.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A segment id of two or three characters, packed into an integer (`SV1`, `HL`).
///
/// Lower-case letters are folded, so that `lx` is read as `LX`; characters that no segment id may have
/// make [`Tag::UNKNOWN`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Tag(u32);

impl Tag {
    /// Not a segment id: empty, longer than three characters, or with characters no id may have.
    pub const UNKNOWN: Tag = Tag(0);

    /// Packs a segment id known when the program is written, such as `Tag::of(b"CLM")`.
    pub const fn of(id: &[u8]) -> Tag {
        if id.len() < 2 || id.len() > 3 {
            return Tag::UNKNOWN;
        }
        let mut packed = 0u32;
        let mut i = 0;
        while i < 3 {
            packed <<= 8;
            if i < id.len() {
                let byte = id[i].to_ascii_uppercase();
                if !byte.is_ascii_alphanumeric() {
                    return Tag::UNKNOWN;
                }
                packed |= byte as u32;
            }
            i += 1;
        }
        Tag(packed)
    }

    /// The two or three characters, and zero bytes where there are none.
    pub(crate) const fn bytes(self) -> [u8; 3] {
        let [_, a, b, c] = self.0.to_be_bytes();
        [a, b, c]
    }

    /// The id as text: two or three capital letters and digits, or `???`.
    pub fn as_string(self) -> String {
        if self == Tag::UNKNOWN {
            return "???".to_owned();
        }
        self.0.to_be_bytes().iter().filter(|&&b| b != 0).map(|&b| char::from(b)).collect()
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.as_string())
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}

/// The place of an element: `SV101-3` is segment `SV1`, element 1, component 3.
///
/// Element 0 means the segment as a whole, component 0 the element as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct ElementRef {
    /// The segment id.
    pub tag: Tag,
    /// Element number, counted from 1; 0 for the whole segment.
    pub element: u8,
    /// Component number within the element, counted from 1; 0 for the whole element.
    pub component: u8,
}

impl ElementRef {
    /// Segment id, element and component as one number: no two places have the same.
    pub const fn packed(self) -> u64 {
        (self.tag.0 as u64) << 16 | (self.element as u64) << 8 | self.component as u64
    }

    /// The whole segment.
    pub const fn segment(tag: Tag) -> ElementRef {
        ElementRef { tag, element: 0, component: 0 }
    }

    /// An element, as `CLM02`.
    pub const fn element(tag: Tag, element: u8) -> ElementRef {
        ElementRef { tag, element, component: 0 }
    }

    /// A component, as `CLM05-3`.
    pub const fn component(tag: Tag, element: u8, component: u8) -> ElementRef {
        ElementRef { tag, element, component }
    }
}

impl fmt::Display for ElementRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.element, self.component) {
            (0, _) => write!(f, "{}", self.tag),
            (e, 0) => write!(f, "{}{e:02}", self.tag),
            (e, c) => write!(f, "{}{e:02}-{c}", self.tag),
        }
    }
}

/// A place in one file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Position {
    /// Offset of the segment's first byte from the start of the file, counted from 0.
    pub byte: u64,
    /// Number of the segment within its transaction set, `ST` being 1; 0 outside a transaction set.
    pub segment: u32,
    /// The element within the segment.
    pub at: ElementRef,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_fold_case_and_refuse_what_no_id_may_have() {
        assert_eq!(Tag::of(b"lx"), Tag::of(b"LX"));
        assert_ne!(Tag::of(b"SV1"), Tag::of(b"SV2"));
        for bad in [&b""[..], b"S", b"CLMX", b"C M", b"\xff\xff"] {
            assert_eq!(Tag::of(bad), Tag::UNKNOWN);
        }
        assert_eq!(Tag::of(b"HL").to_string(), "HL");
    }

    #[test]
    fn an_element_is_named_as_the_guides_name_it() {
        let sv1 = Tag::of(b"SV1");
        assert_eq!(ElementRef::segment(sv1).to_string(), "SV1");
        assert_eq!(ElementRef::element(sv1, 4).to_string(), "SV104");
        assert_eq!(ElementRef::component(Tag::of(b"CLM"), 5, 3).to_string(), "CLM05-3");
    }
}
