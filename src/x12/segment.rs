//! One segment: its id, its bytes, and elements split only when somebody asks.

use memchr::memchr;

use super::bits::{self, WIDTH};
use super::delimiters::Delimiters;
use crate::position::Tag;

/// A segment as it stands in the file, without its terminator.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// The bytes from the first of the id on, beyond the segment's end to that of the slice: so that whole
    /// windows of it can be compared.
    from: &'a [u8],
    /// Length of the segment.
    len: usize,
    /// Offset of the first byte within the slice that was cut into segments.
    pub start: usize,
    /// Element separators within the first [`WIDTH`] bytes of the segment.
    separators: u64,
    /// The segment id.
    pub tag: Tag,
    /// Offset of the first element's first byte.
    body: u32,
    /// The delimiters of its interchange.
    pub delimiters: Delimiters,
    /// Whether the id is not written as it should be: lower case, padded, or none the standard could have.
    pub odd: bool,
}

impl<'a> Segment<'a> {
    /// The segment of `len` bytes that `from` begins with. `separators` is exact below [`WIDTH`].
    #[inline(always)]
    pub(super) fn new(from: &'a [u8], len: usize, separators: u64, delimiters: Delimiters) -> Segment<'a> {
        let separator = delimiters.element;
        let id = match from {
            // The two shapes an id has; `len` holds because the separator stands before the terminator.
            [a, b, c, d, ..] if *d == separator && *c != separator && len > 3 => {
                Tag::plain(&[*a, *b, *c]).map(|tag| (tag, 4))
            }
            [a, b, c, ..] if *c == separator && len > 2 => Tag::plain(&[*a, *b]).map(|tag| (tag, 3)),
            _ => None,
        };
        let (tag, body, odd) = match id {
            Some((tag, body)) => (tag, body, false),
            None => odd_id(separator, &from[..len]),
        };
        Segment { from, len, start: 0, separators, tag, body, delimiters, odd }
    }

    /// The bytes from the first of the id to the last before the terminator.
    #[inline(always)]
    pub fn bytes(&self) -> &'a [u8] {
        &self.from[..self.len]
    }

    /// Whether there is nothing between two terminators.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bitmap of separators.
    pub(super) fn separators(&self) -> u64 {
        self.separators
    }

    /// The elements in order, element 1 first. Empty elements are empty slices.
    #[inline(always)]
    pub fn elements(&self) -> Parts<'a> {
        let body = self.body as usize;
        Parts {
            bytes: self.bytes(),
            at: if body > self.len { None } else { Some(body) },
            marks: self.separators & !bits::below(body),
            known: WIDTH,
            separator: self.delimiters.element,
        }
    }

    /// Element `n`, counted from 1; empty if the segment has fewer.
    #[inline]
    pub fn element(&self, n: usize) -> &'a [u8] {
        let mut elements = self.elements();
        elements.pass(n - 1);
        elements.next().unwrap_or_default()
    }

    /// The first `N` elements, missing ones empty.
    #[inline(always)]
    pub fn first<const N: usize>(&self) -> [&'a [u8]; N] {
        take(self.elements())
    }

    /// The components of an element of this segment.
    #[inline(always)]
    pub fn components(&self, element: &'a [u8]) -> Parts<'a> {
        let separator = self.delimiters.component;
        match (self.offset_of(element), self.from.first_chunk::<WIDTH>()) {
            (Some(at), Some(window)) if at + element.len() <= WIDTH => {
                let marks = (bits::marks(window, separator) >> (at % WIDTH)) & bits::below(element.len());
                Parts { bytes: element, at: Some(0), marks, known: WIDTH, separator }
            }
            _ => Parts::of(element, separator),
        }
    }

    /// An element or component of this segment as a number, big-endian: its last byte is the lowest. `None`
    /// if it is empty or longer than eight bytes.
    #[inline(always)]
    pub fn word(&self, part: &'a [u8]) -> Option<u64> {
        let len = part.len();
        if len.wrapping_sub(1) > 7 {
            return None;
        }
        match self.offset_of(part).and_then(|at| self.from.get(at..)).and_then(<[u8]>::first_chunk::<8>) {
            // Eight bytes are read whatever the length: those beyond the part are shifted out.
            Some(eight) => Some(u64::from_be_bytes(*eight) >> (8 * (8 - len))),
            None => Some(part.iter().fold(0, |word, b| word << 8 | u64::from(*b))),
        }
    }

    /// Where a part of this segment begins in it.
    #[inline(always)]
    fn offset_of(&self, part: &[u8]) -> Option<usize> {
        part.as_ptr().addr().checked_sub(self.from.as_ptr().addr())
    }

    /// The first `N` components of an element of this segment, missing ones empty.
    #[inline(always)]
    pub fn first_components<const N: usize>(&self, element: &'a [u8]) -> [&'a [u8]; N] {
        take(self.components(element))
    }
}

/// The id of a segment that is in lower case, padded, broken by a line end, or stands alone.
#[cold]
fn odd_id(separator: u8, bytes: &[u8]) -> (Tag, u32, bool) {
    let end = memchr(separator, bytes).unwrap_or(bytes.len());
    let body = u32::try_from(end + 1).unwrap_or(u32::MAX);
    let mut id = [0u8; 3];
    let mut len = 0;
    for &b in bytes[..end].iter().filter(|b| !b.is_ascii_whitespace()) {
        if len == 3 {
            return (Tag::UNKNOWN, body, true);
        }
        id[len] = b;
        len += 1;
    }
    (Tag::of(&id[..len]), body, true)
}

#[inline(always)]
fn take<'a, const N: usize>(mut parts: Parts<'a>) -> [&'a [u8]; N] {
    let mut out: [&[u8]; N] = [&[]; N];
    for slot in &mut out {
        match parts.next() {
            Some(part) => *slot = part,
            None => break,
        }
    }
    out
}

/// The parts of a slice between separators.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    bytes: &'a [u8],
    /// Where the next part begins; `None` after the last.
    at: Option<usize>,
    /// Separators not yet passed, below `known`.
    marks: u64,
    /// How far `marks` is exact.
    known: usize,
    separator: u8,
}

impl<'a> Parts<'a> {
    /// The parts of a slice that is not the beginning of a segment.
    #[inline]
    fn of(bytes: &'a [u8], separator: u8) -> Parts<'a> {
        // Composites are short: 16 bytes hold most of them, and a copy of them is cheap.
        let mut marks = 0u64;
        let known = bytes.len().min(WIDTH);
        for (n, b) in bytes[..known].iter().enumerate() {
            marks |= u64::from(*b == separator) << n;
        }
        Parts { bytes, at: Some(0), marks, known: WIDTH, separator }
    }

    /// Passes over `n` parts.
    #[inline(always)]
    pub fn pass(&mut self, n: usize) {
        for _ in 0..n {
            if self.next().is_none() {
                return;
            }
        }
    }

    /// The next separator beyond the bitmap.
    #[cold]
    fn beyond(&self, at: usize) -> Option<usize> {
        let from = at.max(self.known);
        let rest = self.bytes.get(from..)?;
        memchr(self.separator, rest).map(|n| from + n)
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    #[inline(always)]
    fn next(&mut self) -> Option<&'a [u8]> {
        let at = self.at?;
        let end = if self.marks != 0 {
            let end = self.marks.trailing_zeros() as usize;
            self.marks &= self.marks - 1;
            Some(end)
        } else if self.bytes.len() > self.known {
            self.beyond(at)
        } else {
            None
        };
        match end {
            Some(end) => {
                self.at = Some(end + 1);
                Some(&self.bytes[at..end])
            }
            None => {
                self.at = None;
                Some(&self.bytes[at..])
            }
        }
    }
}
