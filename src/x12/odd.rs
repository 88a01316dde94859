//! Bytes that have no place where they stand: line ends and blanks inside segments, control characters, bytes
//! beyond ASCII, separators that separate nothing.
//!
//! Comes in: the bytes of a piece, to be changed in place. Goes out: the same number of bytes, in which line ends
//! and blanks that do not belong inside a segment stand behind its terminator, and a note of what was found. No
//! segment begins elsewhere than before, so every offset stays that of the file. Refuses to guess: nothing but
//! blanks and line ends is moved, nothing is joined or dropped.

use memchr::{memchr, memchr2_iter, memrchr};

use super::delimiters::Delimiters;
use super::fault::FaultCode;
use crate::position::{ElementRef, Tag};

use look::Look;

mod look;

/// One kind of oddity of a piece: how often, and where it was first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Oddity {
    /// What.
    pub code: FaultCode,
    /// How often; the catalogue says of what.
    pub count: u64,
    /// Offset in the piece of the first segment that has it.
    pub start: usize,
    /// How many segments with anything in them the piece has up to that one, it included.
    pub segment: u32,
    /// Where in the segment.
    pub at: ElementRef,
}

/// What was odd about a piece.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Oddities {
    /// One entry a kind.
    pub found: Vec<Oddity>,
    /// Segments that began after a line break before anything was moved.
    pub line_breaks: u64,
}

impl Oddities {
    fn add(&mut self, code: FaultCode, count: u64, place: (usize, u32), at: ElementRef) {
        match self.found.iter_mut().find(|o| o.code == code) {
            Some(oddity) => oddity.count += count,
            None => self.found.push(Oddity { code, count, start: place.0, segment: place.1, at }),
        }
    }
}

/// How a piece begins, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum First {
    /// With an ISA, whose elements are padded to their width.
    Isa,
    /// With any other segment.
    Other,
}

/// How a piece ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Last {
    /// With the interchange or the file: blanks there pad it.
    Ends,
    /// Before another piece of the interchange.
    GoesOn,
}

/// Blanks after the last terminator, if they are more than the end of a line, as where a block is filled.
fn padding(bytes: &[u8], delimiters: &Delimiters) -> u64 {
    let blanks = bytes.iter().rev().take_while(|b| delimiters.is_blank(**b)).count();
    let (text, blanks) = bytes.split_at(bytes.len() - blanks);
    let is_line_end = matches!(blanks, b"" | b"\n" | b"\r" | b"\r\n");
    if is_line_end || text.last() != Some(&delimiters.terminator) { 0 } else { blanks.len() as u64 }
}

/// Tidies a piece, which begins at a segment's start. `breaks` is what line ends inside segments are called.
/// `None` if nothing was odd, which is found out at the speed of reading; else
/// one entry for each interchange of the piece: an ISA that could not be read as one may stand in its middle.
pub fn tidy(
    bytes: &mut [u8],
    delimiters: &Delimiters,
    first: First,
    breaks: FaultCode,
    last: Last,
) -> Option<Box<[Oddities]>> {
    let padding = if last == Last::Ends { padding(bytes, delimiters) } else { 0 };
    let header = match first {
        First::Isa => memchr(delimiters.terminator, bytes).map_or(bytes.len(), |n| n + 1),
        First::Other => 0,
    };
    let (isa, _) = bytes.split_at(header);
    // Where lines are of one length, those that end after a terminator are of the same kind as the others.
    let wrapped = breaks == FaultCode::WrappedLines;
    if wrapped || padding > 0 || isa.iter().any(|b| is_break(delimiters, *b)) {
        return Some(tidy_all(bytes, delimiters, first, breaks, padding));
    }
    let look = Look::new(delimiters);
    let (mut odd, mut room, mut at) = (Oddities::default(), Vec::new(), header);
    while let Some(n) = look.first_odd(&bytes[at..]) {
        let start = memrchr(delimiters.terminator, &bytes[at..at + n]).map_or(at, |before| at + before + 1);
        // What stands behind the last terminator is no segment.
        let Some(len) = memchr(delimiters.terminator, &bytes[at + n..]) else { break };
        let end = at + n + len + 1;
        if is_odd(&bytes[start..end], delimiters, &mut room) {
            if odd.found.is_empty() {
                if begins_again(&bytes[header..], delimiters) {
                    return Some(tidy_all(bytes, delimiters, first, breaks, padding));
                }
                odd.line_breaks = line_breaks(bytes, delimiters);
            }
            segment(&mut bytes[start..end], delimiters, breaks, start, &mut odd);
        }
        at = end;
    }
    if odd.found.is_empty() {
        return None;
    }
    number(bytes, delimiters, &mut odd.found);
    Some(Box::new([odd]))
}

/// Whether a segment, whose last byte is its terminator, is odd. What only seems so, such as a colon at the end of a note,
/// costs no more than this look at it. `room` is for a copy.
fn is_odd(text: &[u8], delimiters: &Delimiters, room: &mut Vec<u8>) -> bool {
    room.clear();
    room.extend_from_slice(text);
    let mut odd = Oddities::default();
    segment(room, delimiters, FaultCode::BrokenElement, 0, &mut odd);
    !odd.found.is_empty()
}

/// Tidies a segment, whose last byte is its terminator and in front of which blanks may stand, other than an ISA that
/// begins a piece. Which segment of the piece it is is left open.
fn segment(text: &mut [u8], delimiters: &Delimiters, breaks: FaultCode, start: usize, odd: &mut Oddities) {
    let blanks = text.iter().take_while(|b| delimiters.is_blank(**b)).count();
    let (blank, text) = text.split_at_mut(blanks);
    let Some(end) = text.len().checked_sub(1).filter(|end| *end > 0) else { return };
    let place = (start + blanks, 0);
    if matches!(blank.last(), Some(b' ' | b'\t')) {
        odd.add(FaultCode::PaddedId, 1, place, ElementRef::segment(tag_of(&text[..end], delimiters)));
    }
    one_segment(text, delimiters, false, breaks, place, odd);
}

/// Whether an ISA stands amid a piece.
fn begins_again(bytes: &[u8], delimiters: &Delimiters) -> bool {
    memchr2_iter(b'I', b'i', bytes).any(|at| {
        let passes = |b: &&u8| delimiters.is_blank(**b) || b.is_ascii_whitespace();
        let before = bytes[..at].iter().rev().find(|b| **b == delimiters.terminator || !passes(b));
        // The end is only looked for where a segment begins: one of a mebibyte may hold nothing but this letter.
        before.is_none_or(|b| *b == delimiters.terminator) && {
            let rest = &bytes[at..];
            let len = memchr(delimiters.terminator, rest).unwrap_or(rest.len());
            tag_of(&rest[..len], delimiters) == Tag::of(b"ISA")
        }
    })
}

/// How many segments begin after a line break.
fn line_breaks(bytes: &[u8], delimiters: &Delimiters) -> u64 {
    let until = memrchr(delimiters.terminator, bytes).unwrap_or(0);
    let first = |at: &usize| {
        let before = at.checked_sub(1).and_then(|n| bytes.get(n));
        delimiters.is_blank(bytes[*at]) && before.is_none_or(|b| *b == delimiters.terminator)
    };
    memchr2_iter(b'\n', b'\r', &bytes[..until]).filter(first).count() as u64
}

/// Says of oddities, which are in the order of their segments, how many segments with anything in them there are up to each.
fn number(bytes: &[u8], delimiters: &Delimiters, found: &mut [Oddity]) {
    let (mut at, mut segment) = (0, 0);
    for oddity in found {
        while at <= oddity.start {
            let rest = bytes.get(at..).unwrap_or_default();
            let len = memchr(delimiters.terminator, rest).unwrap_or(rest.len());
            segment += u32::from(rest[..len].iter().any(|b| !delimiters.is_blank(*b)));
            at += len + 1;
        }
        oddity.segment = segment;
    }
}

/// Goes through all segments of a piece: one of lines of one length, with padding or several ISAs. `padding` is how many
/// blanks stand behind the last segment.
fn tidy_all(
    bytes: &mut [u8],
    delimiters: &Delimiters,
    first: First,
    breaks: FaultCode,
    padding: u64,
) -> Box<[Oddities]> {
    let (look, wrapped) = (Look::new(delimiters), breaks == FaultCode::WrappedLines);
    let mut sections = vec![Oddities::default()];
    let (mut at, mut segment) = (0, 0);
    while let Some(len) = memchr(delimiters.terminator, &bytes[at..]) {
        let text = &mut bytes[at..=at + len];
        let Some(mut odd) = sections.last_mut() else { break };
        let blanks = text[..len].iter().take_while(|b| delimiters.is_blank(**b)).count();
        odd.line_breaks += u64::from(!wrapped && matches!(text[..blanks].first(), Some(b'\r' | b'\n')));
        if blanks < len {
            segment += 1;
            let place = (at + blanks, segment);
            let tag = tag_of(&text[blanks..len], delimiters);
            if matches!(text[..blanks].last(), Some(b' ' | b'\t')) {
                odd.add(FaultCode::PaddedId, 1, place, ElementRef::segment(tag));
            }
            if place.0 > 0 && tag == Tag::of(b"ISA") {
                sections.push(Oddities::default());
                let Some(next) = sections.last_mut() else { break };
                odd = next;
            }
            let is_isa = first == First::Isa && at == 0;
            if is_isa || look.first_odd(&text[blanks..]).is_some() {
                one_segment(&mut text[blanks..], delimiters, is_isa, breaks, place, odd);
            }
        }
        at += len + 1;
    }
    if padding > 0
        && let Some(odd) = sections.last_mut()
    {
        odd.add(FaultCode::TrailingPadding, padding, (at, segment + 1), ElementRef::default());
    }
    sections.into_boxed_slice()
}

/// Tidies one segment; the terminator is the last of its bytes.
fn one_segment(
    text: &mut [u8],
    delimiters: &Delimiters,
    is_isa: bool,
    breaks: FaultCode,
    place: (usize, u32),
    odd: &mut Oddities,
) {
    let end = text.len() - 1;
    let tag = tag_of(&text[..end], delimiters);
    let is_pad = |b: u8| matches!(b, b' ' | b'\t') && delimiters.is_blank(b) && b != delimiters.component;
    // Where the next byte goes, where the part at hand begins, and whether blanks were taken off it.
    let (mut to, mut part, mut padded) = (0, 0, false);
    let mut here = ElementRef::segment(tag);
    let has_composites = COMPOSITES.contains(&tag);
    let mut broken = None;
    for from in 0..=end {
        let b = text[from];
        let ends_element = b == delimiters.element || from == end;
        if ends_element || (b == delimiters.component && has_composites) {
            while !is_isa && to > part && is_pad(text[to - 1]) {
                (to, padded) = (to - 1, true);
            }
            if padded {
                let code = if here.element == 0 { FaultCode::PaddedId } else { FaultCode::PaddedElement };
                odd.add(code, 1, place, here);
            }
            let last = to.checked_sub(1).map(|n| text[n]).filter(|_| part == to);
            let separates_nothing = (ends_element && last == Some(delimiters.component))
                || (from == end && last == Some(delimiters.element));
            // An element of nothing but blanks is padded; that is told already.
            if separates_nothing && !is_isa && !padded {
                odd.add(FaultCode::TrailingSeparators, 1, place, here);
            }
            text[to] = b;
            (to, padded) = (to + 1, false);
            part = to;
            here = if ends_element {
                ElementRef::element(tag, here.element.saturating_add(1))
            } else {
                ElementRef::component(tag, here.element, here.component.max(1).saturating_add(1))
            };
            continue;
        }
        if is_break(delimiters, b) {
            broken.get_or_insert(here);
            continue;
        }
        if !is_isa {
            if is_pad(b) && to == part && here.element > 0 {
                padded = true;
                continue;
            }
            match b {
                0..=0x1f | 0x7f => odd.add(FaultCode::ControlCharacters, 1, place, here),
                0x80.. => odd.add(FaultCode::NonAscii, 1, place, here),
                _ if delimiters.repetition == Some(b) => odd.add(FaultCode::RepeatedElement, 1, place, here),
                _ => {}
            }
        }
        text[to] = b;
        to += 1;
    }
    if let Some(at) = broken {
        odd.add(breaks, 1, place, at);
    }
    // What was taken out is made up for behind the terminator, with blanks of the kind that stands there anyway.
    let filler = [b'\n', b'\r', b' '].into_iter().find(|b| delimiters.is_blank(*b)).unwrap_or(b' ');
    text[to..].fill(filler);
}

/// Segments of the 837 guides with composite elements. In others, such as notes, the component separator is a
/// colon in a text.
const COMPOSITES: [Tag; 8] = [
    Tag::of(b"CLM"),
    Tag::of(b"HI"),
    Tag::of(b"ISA"),
    Tag::of(b"SV1"),
    Tag::of(b"SV2"),
    Tag::of(b"SV3"),
    Tag::of(b"SVD"),
    Tag::of(b"TOO"),
];

/// The id as the reader will take it: it passes over white space, and a line may end amid an id.
fn tag_of(text: &[u8], delimiters: &Delimiters) -> Tag {
    let mut id = [0u8; 4];
    let plain = text.iter().take_while(|b| **b != delimiters.element).filter(|b| !b.is_ascii_whitespace());
    let len = id.iter_mut().zip(plain).map(|(slot, b)| *slot = *b).count();
    Tag::of(&id[..len])
}

fn is_break(delimiters: &Delimiters, byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n') && delimiters.is_blank(byte) && byte != delimiters.component
}

#[cfg(test)]
mod tests;
