//! One segment: its id, its bytes, and elements split only when somebody asks.

use super::delimiters::Delimiters;
use crate::position::Tag;

/// A segment as it stands in the file, without its terminator.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// The segment id.
    pub tag: Tag,
    /// Offset of the first byte within the slice that was cut into segments.
    pub start: usize,
    /// The bytes from the first of the id to the last before the terminator.
    pub bytes: &'a [u8],
    /// Offset in `bytes` of the first element's first byte.
    body: usize,
    /// The delimiters of its interchange.
    pub delimiters: Delimiters,
    /// Whether the id is not written as it should be: lower case, padded, or none the standard could have.
    pub odd: bool,
}

impl<'a> Segment<'a> {
    /// A segment whose id ends where `body` begins (after the separator).
    #[inline]
    pub(super) fn new(
        tag: Tag,
        start: usize,
        bytes: &'a [u8],
        body: usize,
        delimiters: Delimiters,
    ) -> Segment<'a> {
        Segment { tag, start, bytes, body, delimiters, odd: false }
    }

    #[inline]
    pub(super) fn odd(self) -> Segment<'a> {
        Segment { odd: true, ..self }
    }

    /// The elements in order, element 1 first. Empty elements are empty slices.
    #[inline]
    pub fn elements(&self) -> Split<'a> {
        Split::new(self.bytes.get(self.body..), self.delimiters.element)
    }

    /// Element `n`, counted from 1; empty if the segment has fewer.
    #[inline]
    pub fn element(&self, n: usize) -> &'a [u8] {
        self.elements().nth(n - 1).unwrap_or_default()
    }

    /// The first `N` elements, missing ones empty.
    #[inline]
    pub fn first<const N: usize>(&self) -> [&'a [u8]; N] {
        take(self.elements())
    }

    /// The components of an element.
    #[inline]
    pub fn components(&self, element: &'a [u8]) -> Split<'a> {
        Split::new(Some(element), self.delimiters.component)
    }

    /// The first `N` components of an element, missing ones empty.
    #[inline]
    pub fn first_components<const N: usize>(&self, element: &'a [u8]) -> [&'a [u8]; N] {
        take(self.components(element))
    }
}

#[inline]
fn take<'a, const N: usize>(mut parts: Split<'a>) -> [&'a [u8]; N] {
    let mut out: [&[u8]; N] = [&[]; N];
    for slot in &mut out {
        match parts.next() {
            Some(part) => *slot = part,
            None => break,
        }
    }
    out
}

/// The parts of a slice between separators. Parts are short, so a plain loop beats a vector search.
#[derive(Clone, Debug)]
pub struct Split<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

impl<'a> Split<'a> {
    #[inline]
    fn new(rest: Option<&'a [u8]>, separator: u8) -> Split<'a> {
        Split { rest, separator }
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        for (i, &b) in rest.iter().enumerate() {
            if b == self.separator {
                self.rest = Some(&rest[i + 1..]);
                return Some(&rest[..i]);
            }
        }
        self.rest = None;
        Some(rest)
    }
}
