//! Bytes that have no place where they stand: line ends and blanks inside segments, control characters, bytes
//! beyond ASCII, separators that separate nothing.
//!
//! Comes in: the bytes of a piece, to be changed in place. Goes out: the same number of bytes, in which line ends
//! and blanks that do not belong inside a segment stand behind its terminator, and a note of what was found. No
//! segment begins elsewhere than before, so every offset stays that of the file. Refuses to guess: nothing but
//! blanks and line ends is moved, nothing is joined or dropped.

use memchr::{memchr, memchr2_iter, memrchr};

use super::bits::{WIDTH, Wanted, below, marks, unprintable};
use super::delimiters::Delimiters;
use super::fault::FaultCode;
use crate::position::{ElementRef, Tag};

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
        let rest = &bytes[at..];
        let len = memchr(delimiters.terminator, rest).unwrap_or(rest.len());
        before.is_none_or(|b| *b == delimiters.terminator)
            && tag_of(&rest[..len], delimiters) == Tag::of(b"ISA")
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
    let wrapped = breaks == FaultCode::WrappedLines;
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
            if is_isa || !seems_tidy(&text[blanks..], delimiters) {
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

/// Whether nothing in bytes that begin a segment could be odd. It may say no of a segment that is tidy.
fn seems_tidy(bytes: &[u8], delimiters: &Delimiters) -> bool {
    Look::new(delimiters).first_odd(bytes).is_none()
}

/// Looks for what may be odd in 64 bytes at once, by bitmaps: a byte is held against the one before it by a shift.
struct Look {
    element: Wanted,
    component: Wanted,
    terminator: Wanted,
    blank: Wanted,
    /// A repetition separator that is one.
    repetition: Option<Wanted>,
}

impl Look {
    fn new(delimiters: &Delimiters) -> Look {
        let Delimiters { element, component, terminator, repetition } = *delimiters;
        let repetition = repetition.filter(|byte| *byte != terminator).map(Wanted::new);
        let [element, component, terminator, blank] = [element, component, terminator, b' '].map(Wanted::new);
        Look { element, component, terminator, blank, repetition }
    }

    /// Where the first byte stands that may be odd, in bytes that begin a segment.
    #[inline]
    fn first_odd(&self, bytes: &[u8]) -> Option<usize> {
        // The first byte of a window was looked at as the last one of the window before, and is there to be known by the next.
        let (mut at, mut looked_at) = (0, 0);
        while let Some(window) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            let odd = self.odd(window, at == 0) & !looked_at;
            if odd != 0 {
                return Some(at + odd.trailing_zeros() as usize);
            }
            (at, looked_at) = (at + WIDTH - 1, 1);
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let mut window = [0; WIDTH];
        window.get_mut(..rest.len())?.copy_from_slice(rest);
        let odd = self.odd(&window, at == 0) & below(rest.len()) & !looked_at;
        (odd != 0).then(|| at + odd.trailing_zeros() as usize)
    }

    /// A bitmap of the bytes of a window that may be odd, after the one before each; the first has none before it but the
    /// end of a segment, if one `begins` with it. A window of bytes behind the end may seem odd there.
    #[inline(always)]
    fn odd(&self, window: &[u8; WIDTH], begins: bool) -> u64 {
        let element = self.element.marks(window);
        let component = self.component.marks(window);
        let terminator = self.terminator.marks(window);
        let blank = self.blank.marks(window);
        let unprintable = unprintable(window);
        let line_end = if unprintable == 0 { 0 } else { marks(window, b'\n') | marks(window, b'\r') };
        let after_element = element << 1;
        let after_component = component << 1;
        let after_separator = after_element | after_component;
        let after_line_end = (line_end << 1) & !after_separator;
        let between = terminator << 1 | u64::from(begins) | after_line_end;
        let delimiter = element | component | terminator;
        // A control character, a byte beyond ASCII, or a line end anywhere but after a terminator or another one.
        let no_text = unprintable & !delimiter & !(line_end & between);
        // A blank next to a separator, or before a segment id.
        let padding = (blank & (after_separator | between)) | ((blank << 1) & delimiter);
        // A separator that nothing follows.
        let nothing = (after_element & terminator) | (after_component & delimiter);
        let repeated = self.repetition.map_or(0, |repetition| repetition.marks(window));
        no_text | padding | nothing | repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::segments::Segments;
    use proptest::prelude::*;

    /// 1 if a byte might be odd after the one before it, else 0: byte by byte what `Look` does by bitmaps.
    fn may_be_odd(delimiters: &Delimiters, before: u8, byte: u8) -> u8 {
        let Delimiters { element, component, terminator, repetition } = *delimiters;
        let is = |b: bool| u8::from(b);
        let line_end = |b: u8| is(b == b'\n') | is(b == b'\r');
        let separator = |b: u8| is(b == element) | is(b == component);
        let delimiter = separator(byte) | is(byte == terminator);
        let between = is(before == terminator) | (line_end(before) & (separator(before) ^ 1));
        // A control character, a byte beyond ASCII, or a line end anywhere but after a terminator or another one.
        let no_text =
            (is(byte < b' ') | is(byte > b'~')) & (delimiter ^ 1) & ((line_end(byte) & between) ^ 1);
        // A blank next to a separator, or before a segment id.
        let padding = (is(byte == b' ') & (separator(before) | between)) | (is(before == b' ') & delimiter);
        // A separator that nothing follows.
        let nothing =
            (is(before == element) & is(byte == terminator)) | (is(before == component) & delimiter);
        let repeated = is(byte == repetition.unwrap_or(terminator)) & (is(byte == terminator) ^ 1);
        no_text | padding | nothing | repeated
    }

    proptest! {
        #[test]
        fn many_bytes_at_once_are_looked_at_as_one_by_one(
            bytes in proptest::collection::vec(prop_oneof![1 => proptest::sample::select(b"AZ09*:~ \n\r^\t\x00|\xff\x7f".to_vec()), 2 => proptest::sample::select(b"~*:".to_vec()), 30 => Just(b'X')], 0..300),
            control in proptest::bool::ANY,
        ) {
            let mut delimiters = Delimiters::USUAL;
            if control {
                delimiters.terminator = b'\n';
            }
            for from in 0..bytes.len().min(70) {
                let bytes = &bytes[from..];
                let before = std::iter::once(&delimiters.terminator).chain(bytes);
                let odd = before.zip(bytes).fold(0, |odd, (before, byte)| odd | may_be_odd(&delimiters, *before, *byte));
                prop_assert_eq!(seems_tidy(bytes, &delimiters), odd == 0, "{:?}", bytes);
            }
        }
    }

    fn tidied(text: &[u8], delimiters: &Delimiters, first: First) -> (Vec<u8>, Vec<String>, u64) {
        let mut bytes = text.to_vec();
        let sections =
            tidy(&mut bytes, delimiters, first, FaultCode::BrokenElement, Last::Ends).unwrap_or_default();
        let said = |o: &Oddity| format!("{:?} {} {}@{}/{}", o.code, o.count, o.at, o.start, o.segment);
        let found = sections.iter().flat_map(|odd| &odd.found).map(said).collect();
        (bytes, found, sections.iter().map(|odd| odd.line_breaks).sum())
    }

    #[test]
    fn an_isa_amid_a_piece_begins_what_is_told_of_another_interchange() {
        let mut bytes = b"N3*a \x01~\nISA*X~\nN3*b\x01~".to_vec();
        let sections =
            tidy(&mut bytes, &Delimiters::USUAL, First::Other, FaultCode::BrokenElement, Last::GoesOn)
                .unwrap();
        let codes: Vec<Vec<_>> = sections.iter().map(|s| s.found.iter().map(|o| o.code).collect()).collect();
        assert_eq!(codes, [[FaultCode::ControlCharacters], [FaultCode::ControlCharacters]]);
        assert_eq!([sections[0].line_breaks, sections[1].line_breaks], [1, 1]);
    }

    #[test]
    fn what_does_not_belong_inside_a_segment_stands_behind_it() {
        for (text, want, found) in [
            ("HL*1~LX*2~", "HL*1~LX*2~", &[][..]),
            ("HL*1~\r\nLX*2~\n\nSE*1~", "HL*1~\r\nLX*2~\n\nSE*1~", &[]),
            ("SV1*HC:971\r\n10*45~LX*1~", "SV1*HC:97110*45~\n\nLX*1~", &["BrokenElement 1 SV101-2@0/1"]),
            ("CLM*A1 * 50~", "CLM*A1*50~\n\n", &["PaddedElement 2 CLM01@0/1"]),
            ("SV1*HC: 97110 :GP*5~", "SV1*HC:97110:GP*5~\n\n", &["PaddedElement 1 SV101-2@0/1"]),
            (
                "SV\n1*HC: 97110*5~",
                "SV1*HC:97110*5~\n\n",
                &["PaddedElement 1 SV101-2@0/1", "BrokenElement 1 SV1@0/1"],
            ),
            ("HL*1~ST *837~", "HL*1~ST*837~\n", &["PaddedId 1 ST@5/2"]),
            ("HL*1~\n  lx*2~", "HL*1~\n  lx*2~", &["PaddedId 1 LX@8/2"]),
            ("~~N3*1 A ST~", "~~N3*1 A ST~", &[]),
            ("IEA*1~\r\n", "IEA*1~\r\n", &[]),
            ("IEA*1~\n\n", "IEA*1~\n\n", &["TrailingPadding 2 ???@6/2"]),
            ("IEA*1~  ", "IEA*1~  ", &["TrailingPadding 2 ???@6/2"]),
            ("IEA*1 ~\n", "IEA*1~\n\n", &["PaddedElement 1 IEA01@0/1"]),
            ("N3*\u{1}\u{2}~N3*\u{7f}~", "N3*\u{1}\u{2}~N3*\u{7f}~", &["ControlCharacters 3 N301@0/1"]),
            ("NM1*IL*1*M\u{fc}LLER~", "NM1*IL*1*M\u{fc}LLER~", &["NonAscii 2 NM103@0/1"]),
            ("REF*G1*5**~N3*1~", "REF*G1*5**~N3*1~", &["TrailingSeparators 1 REF04@0/1"]),
            ("SV1*HC:97110:*5~", "SV1*HC:97110:*5~", &["TrailingSeparators 1 SV101-3@0/1"]),
            ("SV1*HC:97110^97112*5~", "SV1*HC:97110^97112*5~", &["RepeatedElement 1 SV101-2@0/1"]),
            ("N3*cut\noff", "N3*cut\noff", &[]),
            ("NTE*ADD*PLAN: GO ON :~", "NTE*ADD*PLAN: GO ON :~", &[]),
        ] {
            let (bytes, said, _) = tidied(text.as_bytes(), &Delimiters::USUAL, First::Other);
            assert_eq!(String::from_utf8_lossy(&bytes), want, "{text:?}");
            assert_eq!(said, found, "{text:?}");
        }
    }

    #[test]
    fn the_isa_keeps_its_padding_and_loses_its_line_ends() {
        let text = b"ISA*00*   \n       *^*:~GS*HC*~";
        let (bytes, said, _) = tidied(text, &Delimiters::USUAL, First::Isa);
        assert_eq!(bytes, b"ISA*00*          *^*:~\nGS*HC*~");
        assert_eq!(said, ["BrokenElement 1 ISA02@0/1", "TrailingSeparators 1 GS02@23/2"]);
    }

    #[test]
    fn delimiters_are_no_oddities_whatever_bytes_they_are() {
        let delimiters =
            Delimiters { element: b'\t', component: 0x1f, repetition: Some(0x1d), terminator: b'\n' };
        let text = b"SV1\tHC\x1f97110\t45\nLX\t1\n\rHL\t2\n";
        assert_eq!(tidied(text, &delimiters, First::Other), (text.to_vec(), vec![], 0));
        let broken = b"SV1\tHC\x1f97\r110\t45\nLX\t1\n";
        let (bytes, said, _) = tidied(broken, &delimiters, First::Other);
        assert_eq!(bytes, b"SV1\tHC\x1f97110\t45\n\rLX\t1\n");
        assert_eq!(said, ["BrokenElement 1 SV101-2@0/1"]);
    }

    proptest! {
        /// No segment moves, none is lost, bytes other than blanks and line ends stay, a second time changes nothing.
        #[test]
        fn tidying_moves_no_segment(
            parts in proptest::collection::vec(prop_oneof![
                30 => proptest::sample::select(vec!["~", "*", ":", "\n", "\r", " ", "\t", "A", "\x0c", "^"])
                    .prop_map(|part| part.as_bytes().to_vec()),
                5 => any::<u8>().prop_map(|byte| vec![byte]),
                1 => proptest::sample::select(vec!["~ISA*", "~\n isa", "~I\nSA*", "~NTE*A: *B:~", "~SV1*HC:"])
                    .prop_map(|part| part.as_bytes().to_vec()),
            ], 0..300),
            control in proptest::bool::ANY,
        ) {
            let input = parts.concat();
            let mut delimiters = Delimiters::USUAL;
            if control {
                delimiters.terminator = b'\n';
            }
            let (bytes, _, breaks) = tidied(&input, &delimiters, First::Other);
            prop_assert_eq!(bytes.len(), input.len());
            let cut = |bytes: &[u8]| -> Vec<(usize, Vec<u8>)> {
                let solid = |s: &[u8]| s.iter().copied().filter(|b| !b" \t\r\n".contains(b)).collect();
                Segments::new(bytes, delimiters).filter(|s| !s.is_empty()).map(|s| (s.start, solid(s.bytes()))).collect()
            };
            prop_assert_eq!(cut(&bytes), cut(&input));
            let mut plain = Segments::new(&input, delimiters);
            plain.by_ref().for_each(drop);
            if tidy(&mut input.clone(), &delimiters, First::Other, FaultCode::BrokenElement, Last::Ends).is_some() {
                prop_assert_eq!(breaks, plain.tally().line_breaks);
            }
            // What is passed over is what is tidy, and what is not passed over comes to the same.
            let (mut all, mut some) = (input.clone(), input.clone());
            let of_all = tidy_all(&mut all, &delimiters, First::Other, FaultCode::BrokenElement, 0);
            let of_some = tidy(&mut some, &delimiters, First::Other, FaultCode::BrokenElement, Last::GoesOn);
            let of_all = Some(of_all).filter(|sections| sections.iter().any(|odd| !odd.found.is_empty()));
            prop_assert_eq!((some, of_some), (all, of_all));
            let (again, said, _) = tidied(&bytes, &delimiters, First::Other);
            prop_assert_eq!(again, bytes);
            prop_assert!(!said.iter().any(|s| s.starts_with("BrokenElement") || s.starts_with("PaddedElement")));
        }
    }
}
