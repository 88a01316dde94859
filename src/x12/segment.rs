//! One segment: its id, its bytes, and elements split only when somebody asks.

use std::ops::Range;

use memchr::memchr;

use super::bits::{self, WIDTH};
use super::delimiters::Delimiters;
use super::value::digits_of_word;
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
    /// Where the id and the elements end, as far as they do within the first [`WIDTH`] bytes.
    ends: u64,
    /// The element separator.
    element: u8,
    /// The component separator.
    component: u8,
}

impl<'a> Segment<'a> {
    /// The segment of `len` bytes that `from` begins with, `start` bytes into its slice. `ends` says where
    /// its id and its elements end, the last one too, as far as they do below [`WIDTH`].
    #[inline(always)]
    pub(super) fn new(
        from: &'a [u8],
        start: usize,
        len: usize,
        ends: u64,
        delimiters: &Delimiters,
    ) -> Segment<'a> {
        let Delimiters { element, component, .. } = *delimiters;
        Segment { from, len, start, ends, element, component }
    }

    /// The segment id as written.
    #[inline(always)]
    pub fn id(&self) -> Id {
        let len = self.ends.trailing_zeros();
        match self.from.first_chunk() {
            // An id that stands alone is not written as it should be.
            Some(bytes) if len <= 3 && (len as usize) < self.len => Id::pack(*bytes, len),
            _ => Id::NONE,
        }
    }

    /// The segment id, also of a segment whose id is in lower case, padded, broken by a line end, or stands
    /// alone.
    pub fn tag(&self) -> Tag {
        let bytes = self.bytes();
        let end = memchr(self.element, bytes).unwrap_or(bytes.len());
        let mut id = [0u8; 3];
        let mut len = 0;
        for &b in bytes[..end].iter().filter(|b| !b.is_ascii_whitespace()) {
            if len == 3 {
                return Tag::UNKNOWN;
            }
            id[len] = b;
            len += 1;
        }
        Tag::of(&id[..len])
    }

    /// Whether the id is not written as it should be: lower case, padded, or none the standard could have.
    pub fn is_odd(&self) -> bool {
        let tag = self.tag();
        tag == Tag::UNKNOWN || Id::of(tag) != self.id()
    }

    /// Whether a letter of the id is in lower case.
    pub fn has_lower_case_id(&self) -> bool {
        let bytes = self.bytes();
        let end = memchr(self.element, bytes).unwrap_or(bytes.len());
        bytes[..end].iter().any(u8::is_ascii_lowercase)
    }

    /// How many elements it has.
    #[inline(always)]
    pub fn len(&self) -> usize {
        let near = self.ends.count_ones() as usize;
        if self.len < WIDTH { near - 1 } else { self.long_len(near) }
    }

    /// How many elements a segment beyond the bitmap has.
    #[cold]
    fn long_len(&self, near: usize) -> usize {
        near + memchr::memchr_iter(self.element, &self.bytes()[WIDTH..]).count()
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

    /// The component separator.
    #[inline(always)]
    pub fn component_separator(&self) -> u8 {
        self.component
    }

    /// The bitmap of ends.
    pub(super) fn ends(&self) -> u64 {
        self.ends
    }

    /// The elements in order, element 1 first. Empty elements are empty slices.
    #[inline(always)]
    pub fn elements(&self) -> Parts<'a> {
        let mut parts = Parts { bytes: self.bytes(), at: 0, ends: self.ends, separator: self.element };
        // The first part is the id.
        parts.pass(1);
        parts
    }

    /// Element `n`, counted from 1; empty if the segment has fewer.
    #[inline(always)]
    pub fn element(&self, n: usize) -> &'a [u8] {
        let mut elements = self.elements();
        elements.pass(n - 1);
        elements.next().unwrap_or_default()
    }

    /// The first `N` elements, missing ones empty.
    #[inline(always)]
    pub fn first<const N: usize>(&self) -> [&'a [u8]; N] {
        self.elements().next_parts()
    }

    /// What cuts the elements of this segment into components. Looks for all separators at once: ask once.
    #[inline(always)]
    pub fn composites(&self) -> Composites<'a> {
        let separator = self.component;
        let (separators, known) = match self.from.first_chunk() {
            Some(window) => (bits::marks(window, separator), WIDTH),
            None => (0, 0),
        };
        Composites { from: self.from, separators, known, separator }
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

    /// An element or component of this segment as a whole number, if it is one to eight digits.
    #[inline(always)]
    pub fn whole(&self, part: &'a [u8]) -> Option<u32> {
        match part {
            // The most common number.
            [digit @ b'0'..=b'9'] => Some(u32::from(digit - b'0')),
            _ => digits_of_word(self.word(part)?, part.len()),
        }
    }

    /// Where a part of this segment begins in it.
    #[inline(always)]
    fn offset_of(&self, part: &[u8]) -> Option<usize> {
        offset(self.from, part)
    }
}

/// A segment id as it stands in the file, in no way checked: only good to be looked up.
///
/// Its two or three bytes, the first one lowest, and a 1 above them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Id(u32);

impl Id {
    /// No id, or one that has not two or three characters.
    pub const NONE: Id = Id(0);

    /// The id of a segment as it should be written.
    pub const fn of(tag: Tag) -> Id {
        match tag.bytes() {
            [0, ..] => Id::NONE,
            [a, b, 0] => Id::pack([a, b, 0, 0], 2),
            [a, b, c] => Id::pack([a, b, c, 0], 3),
        }
    }

    /// The first `len` of four bytes; at most three.
    #[inline(always)]
    const fn pack(bytes: [u8; 4], len: u32) -> Id {
        let above = 1 << (8 * len);
        Id(u32::from_le_bytes(bytes) & (above - 1) | above)
    }

    /// The packed value, for tables.
    #[inline(always)]
    pub const fn packed(self) -> u32 {
        self.0
    }
}

/// Where a part of a slice begins in it.
#[inline(always)]
fn offset(slice: &[u8], part: &[u8]) -> Option<usize> {
    part.as_ptr().addr().checked_sub(slice.as_ptr().addr())
}

/// The component separators of a segment.
#[derive(Clone, Copy, Debug)]
pub struct Composites<'a> {
    from: &'a [u8],
    /// Component separators within the first `known` bytes.
    separators: u64,
    known: usize,
    separator: u8,
}

impl<'a> Composites<'a> {
    /// The components of an element in order, component 1 first.
    #[inline(always)]
    pub fn of(&self, element: &'a [u8]) -> Parts<'a> {
        match offset(self.from, element) {
            Some(at) if at + element.len() <= self.known => {
                let separators = (self.separators >> (at % WIDTH)) & bits::below(element.len());
                Parts::of_marked(element, separators, self.separator)
            }
            _ => Parts::of(element, self.separator),
        }
    }

    /// The first `N` components of an element, missing ones empty.
    #[inline(always)]
    pub fn first<const N: usize>(&self, element: &'a [u8]) -> [&'a [u8]; N] {
        self.of(element).next_parts()
    }
}

/// The parts of a slice between separators.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    bytes: &'a [u8],
    /// Where the next part begins; beyond the end after the last.
    at: usize,
    /// Ends of parts not yet passed, as far as they stand within [`WIDTH`] bytes.
    ends: u64,
    separator: u8,
}

impl<'a> Parts<'a> {
    /// The parts of a slice; `separators` are those within its first [`WIDTH`] bytes.
    #[inline(always)]
    fn of_marked(bytes: &'a [u8], separators: u64, separator: u8) -> Parts<'a> {
        Parts { bytes, at: 0, ends: separators | bits::end_of(bytes), separator }
    }

    /// The parts of a slice that does not stand near the beginning of a segment.
    #[inline]
    fn of(bytes: &'a [u8], separator: u8) -> Parts<'a> {
        let mut separators = 0u64;
        for (n, b) in bytes.iter().take(WIDTH).enumerate() {
            separators |= u64::from(*b == separator) << n;
        }
        Parts::of_marked(bytes, separators, separator)
    }

    /// The next `N` parts, missing ones empty.
    #[inline(always)]
    pub fn next_parts<const N: usize>(mut self) -> [&'a [u8]; N] {
        let mut out: [&[u8]; N] = [&[]; N];
        // Without a way out in the middle, so that the parts need not go through memory.
        for slot in &mut out {
            if let Some(range) = self.pass_one() {
                *slot = &self.bytes[range];
            }
        }
        out
    }

    /// Passes over `n` parts.
    #[inline(always)]
    pub fn pass(&mut self, n: usize) {
        for _ in 0..n {
            if self.pass_one().is_none() {
                return;
            }
        }
    }

    /// Passes over the next part and says where it stood; `None` after the last.
    #[inline(always)]
    fn pass_one(&mut self) -> Option<Range<usize>> {
        let end = if self.ends != 0 {
            let end = self.ends.trailing_zeros() as usize;
            self.ends &= self.ends - 1;
            end
        } else if self.bytes.len() < WIDTH {
            return None;
        } else {
            beyond(self.bytes, self.at, self.separator)?
        };
        let at = std::mem::replace(&mut self.at, end + 1);
        Some(at..end)
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    #[inline(always)]
    fn next(&mut self) -> Option<&'a [u8]> {
        Some(&self.bytes[self.pass_one()?])
    }
}

/// The end of the part that begins at `at`, where it is not within the bitmap; `None` after the last part. By
/// value, so that [`Parts`] can stay in registers.
#[cold]
fn beyond(bytes: &[u8], at: usize, separator: u8) -> Option<usize> {
    if at > bytes.len() {
        return None;
    }
    let from = at.max(WIDTH);
    Some(memchr(separator, &bytes[from..]).map_or(bytes.len(), |n| from + n))
}
