//! What bytes tell of where interchanges begin, how they are broken into lines, and where they may be cut.

use memchr::memrchr;

use crate::position::Tag;
use crate::x12::delimiters::{Delimiters, ISA_LONGEST};

/// Whether bytes begin with an ISA, however it goes on.
pub(super) fn begins_with_isa(bytes: &[u8]) -> bool {
    // So many bytes are there whatever the window.
    let bytes = &bytes[..bytes.len().min(ISA_LONGEST)];
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    bytes.get(..3).is_some_and(|id| id.eq_ignore_ascii_case(b"ISA"))
        && bytes.get(3).is_some_and(|b| !b.is_ascii_alphanumeric())
}

/// How far into an interchange its lines are looked at.
pub(super) const LINES: usize = 4096;

/// Whether line ends that are no delimiters cut the interchange into lines of one length, also inside segments.
pub(super) fn is_wrapped(bytes: &[u8], delimiters: Delimiters) -> bool {
    let is_break = |b: u8| matches!(b, b'\r' | b'\n') && delimiters.is_blank(b);
    let bytes = &bytes[..bytes.len().min(LINES)];
    let mut lines = bytes.split(|b| is_break(*b)).filter(|line| !line.is_empty());
    let Some(width) = lines.next().map(<[u8]>::len) else { return false };
    let lines: Vec<_> = lines.collect();
    // What is looked at may end inside a line.
    let Some((_, whole)) = lines.split_last().filter(|(_, whole)| !whole.is_empty()) else { return false };
    let inside = |line: &&[u8]| line.last() != Some(&delimiters.terminator);
    whole.iter().all(|line| line.len() == width) && whole.iter().any(inside)
}

/// Offset after the terminator that stands before the last segment at which no claim can go on.
pub(super) fn last_boundary(piece: &[u8], delimiters: Delimiters) -> Option<usize> {
    let mut end = piece.len();
    while let Some(terminator) = memrchr(delimiters.terminator, &piece[..end]) {
        if terminator + 1 < piece.len() && is_boundary(&piece[terminator + 1..], delimiters) {
            return Some(terminator + 1);
        }
        end = terminator;
    }
    None
}

/// Whether a segment that begins here ends any claim before it.
fn is_boundary(bytes: &[u8], delimiters: Delimiters) -> bool {
    let start = bytes.iter().position(|b| !delimiters.is_blank(*b)).unwrap_or(bytes.len());
    let Some(id) = bytes[start..].get(..4) else { return false };
    let len = id.iter().position(|b| *b == delimiters.element).unwrap_or(0);
    const BOUNDARIES: [Tag; 7] = [
        Tag::of(b"CLM"),
        Tag::of(b"HL"),
        Tag::of(b"ST"),
        Tag::of(b"SE"),
        Tag::of(b"GS"),
        Tag::of(b"GE"),
        Tag::of(b"IEA"),
    ];
    len >= 2 && BOUNDARIES.contains(&Tag::of(&id[..len]))
}
