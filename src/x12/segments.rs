//! A slice of one interchange, cut into segments. Never fails: whatever the bytes, it yields segments and
//! a tally that accounts for every one of them.

use memchr::memchr;
use nom::error::{Error, ErrorKind};
use nom::{Err, IResult};
use serde::{Deserialize, Serialize};

use super::bits::{WIDTH, Wanted, below, end_of, marks, up_to_lowest};
use super::delimiters::Delimiters;
use super::segment::Segment;

/// A segment longer than this cannot be one; it is passed over and said (bytes).
pub const LONGEST_SEGMENT: usize = 1 << 20;

/// Reads one segment and its terminator from the start of `input`, blanks before it skipped.
///
/// Fails with [`ErrorKind::Eof`] if only blanks are left, with [`ErrorKind::Complete`] if the terminator
/// is missing.
pub fn segment(delimiters: Delimiters, input: &[u8]) -> IResult<&[u8], Segment<'_>> {
    let mut start = 0;
    while start < input.len() && input[start] <= b' ' && delimiters.is_blank(input[start]) {
        start += 1;
    }
    let text = &input[start..];
    let (len, ends) = match text.first_chunk::<WIDTH>() {
        Some(window) => {
            let terminators = marks(window, delimiters.terminator);
            let len = match terminators {
                0 => long(delimiters, text),
                _ => Ok(terminators.trailing_zeros() as usize),
            };
            (len, (marks(window, delimiters.element) | terminators) & up_to_lowest(terminators))
        }
        None => short(delimiters, text),
    };
    match len {
        Ok(len) => {
            let segment = Segment::new(text, start, len, ends, &delimiters);
            Ok((&text[len + 1..], segment))
        }
        Err(kind) => Err(Err::Error(Error::new(input, kind))),
    }
}

/// The length of a segment longer than one window.
#[cold]
fn long(delimiters: Delimiters, text: &[u8]) -> Result<usize, ErrorKind> {
    memchr(delimiters.terminator, &text[WIDTH..]).map(|n| WIDTH + n).ok_or(ErrorKind::Complete)
}

/// A segment near the end of the slice, where no whole window is left.
#[cold]
fn short(delimiters: Delimiters, text: &[u8]) -> (Result<usize, ErrorKind>, u64) {
    if text.is_empty() {
        return (Err(ErrorKind::Eof), 0);
    }
    let mut window = [0u8; WIDTH];
    window[..text.len()].copy_from_slice(text);
    // What is copied ends where the text does, so that a delimiter of NUL is not found beyond it.
    let whole = below(text.len());
    let terminators = marks(&window, delimiters.terminator) & whole;
    if terminators == 0 {
        return (Err(ErrorKind::Complete), 0);
    }
    let ends = (marks(&window, delimiters.element) | terminators) & up_to_lowest(terminators);
    (Ok(terminators.trailing_zeros() as usize), ends)
}

/// What a slice was made of, byte by byte and segment by segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Segments, empty ones too.
    pub segments: u64,
    /// Bytes of segments, without terminators.
    pub segment_bytes: u64,
    /// Terminators.
    pub terminators: u64,
    /// Blanks between segments.
    pub blank_bytes: u64,
    /// Segments that begin after a line break.
    pub line_breaks: u64,
    /// Padding after the last terminator.
    pub padding_bytes: u64,
    /// Bytes passed over because no segment can be that long or that cut off.
    pub skipped_bytes: u64,
}

impl Tally {
    /// Adds another slice's tally.
    pub fn add(&mut self, other: &Tally) {
        self.segments += other.segments;
        self.segment_bytes += other.segment_bytes;
        self.terminators += other.terminators;
        self.blank_bytes += other.blank_bytes;
        self.line_breaks += other.line_breaks;
        self.padding_bytes += other.padding_bytes;
        self.skipped_bytes += other.skipped_bytes;
    }

    /// All bytes accounted for.
    pub fn bytes(&self) -> u64 {
        self.segment_bytes + self.terminators + self.blank_bytes + self.padding_bytes + self.skipped_bytes
    }
}

/// The segments of a slice.
#[derive(Clone, Debug)]
pub struct Segments<'a> {
    input: &'a [u8],
    at: usize,
    delimiters: Delimiters,
    terminator: Wanted,
    separator: Wanted,
    /// The line feed, if one between segments is a blank and not a delimiter.
    line_feed: Option<u8>,
    /// Segments with a terminator.
    segments: u64,
    /// Segments after a single line feed and nothing else, the common form of a file with lines. It stands
    /// between the other two counts because the compiler would count both in one vector, and slower.
    plain_breaks: u64,
    /// Bytes of segments with a terminator.
    segment_bytes: u64,
    /// What is rarer.
    other: Tally,
    tail: Option<Segment<'a>>,
}

impl<'a> Segments<'a> {
    /// Cuts `input`, which begins at a segment's start, by the delimiters of its interchange.
    pub fn new(input: &'a [u8], delimiters: Delimiters) -> Segments<'a> {
        Segments {
            input,
            at: 0,
            delimiters,
            terminator: Wanted::new(delimiters.terminator),
            separator: Wanted::new(delimiters.element),
            line_feed: delimiters.is_blank(b'\n').then_some(b'\n'),
            segments: 0,
            plain_breaks: 0,
            segment_bytes: 0,
            other: Tally::default(),
            tail: None,
        }
    }

    /// The delimiters it is cut by.
    pub fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// Segments passed so far.
    #[inline(always)]
    pub fn passed(&self) -> u64 {
        self.segments
    }

    /// What has been passed so far. At the end, [`Tally::bytes`] is the length of the input.
    pub fn tally(&self) -> Tally {
        Tally {
            segments: self.segments + self.other.segments,
            segment_bytes: self.segment_bytes + self.other.segment_bytes,
            terminators: self.segments,
            blank_bytes: self.plain_breaks + self.other.blank_bytes,
            line_breaks: self.plain_breaks + self.other.line_breaks,
            ..self.other
        }
    }

    /// After the end: the last segment, if its terminator is missing. Its bytes count as skipped until
    /// [`Segments::accept_tail`] or [`Segments::pad_tail`].
    pub fn tail(&self) -> Option<Segment<'a>> {
        self.tail
    }

    /// Counts the unterminated last segment as a segment after all.
    pub fn accept_tail(&mut self) {
        if let Some(tail) = self.tail.take() {
            self.other.skipped_bytes -= tail.bytes().len() as u64;
            self.other.segment_bytes += tail.bytes().len() as u64;
            self.other.segments += 1;
        }
    }

    /// Counts the bytes after the last terminator as padding.
    pub fn pad_tail(&mut self) {
        if let Some(tail) = self.tail.take() {
            self.other.skipped_bytes -= tail.bytes().len() as u64;
            self.other.padding_bytes += tail.bytes().len() as u64;
        }
    }

    /// Leaves the bytes after the last terminator skipped.
    pub fn skip_tail(&mut self) {
        self.tail = None;
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Segment<'a>> {
        // The common segment begins at once or after one line feed. Which of the two is guessed right by a
        // branch; counted without one, the next segment would wait for this one's first byte.
        let mut start = self.at;
        let mut rest = self.input.get(start..)?;
        if let [first, behind @ ..] = rest
            && self.line_feed == Some(*first)
        {
            // No slice has so many bytes that a count of them wraps.
            self.plain_breaks = self.plain_breaks.wrapping_add(1);
            start += 1;
            rest = behind;
        }
        // What differs by the form of the segment is where it stands, how long it is and where its parts end;
        // the segment itself is made in one place, so that it can stay in registers.
        let (start, rest, len, ends) = match rest.first_chunk::<WIDTH>() {
            Some(window) if window[0] > b' ' => {
                let terminators = self.terminator.marks(window);
                let ends = (self.separator.marks(window) | terminators) & up_to_lowest(terminators);
                match terminators {
                    0 => (start, rest, self.long(start)?, ends),
                    _ => (start, rest, terminators.trailing_zeros() as usize, ends),
                }
            }
            _ => {
                let (start, len, ends) = self.of_any_form(start)?;
                (start, self.input.get(start..)?, len, ends)
            }
        };
        self.segment_bytes = self.segment_bytes.wrapping_add(len as u64);
        self.segments = self.segments.wrapping_add(1);
        self.at = start + (len + 1);
        Some(Segment::new(rest, start, len, ends, &self.delimiters))
    }
}

impl<'a> Segments<'a> {
    /// The length of a segment longer than one window; `None` if its terminator is missing.
    #[cold]
    fn long(&mut self, start: usize) -> Option<usize> {
        match long(self.delimiters, &self.input[start..]) {
            Ok(len) => Some(len),
            Err(_) => {
                self.finish(start);
                None
            }
        }
    }

    /// Where the next segment begins, how long it is and where its parts end, whatever stands before it and
    /// however near the end it is. A line feed before `start` is counted already.
    #[inline(never)]
    fn of_any_form(&mut self, start: usize) -> Option<(usize, usize, u64)> {
        let input = self.input.get(start..).unwrap_or_default();
        match segment(self.delimiters, input) {
            Ok((_, segment)) => {
                let blanks = segment.start;
                if blanks > 0 {
                    self.blanks(&input[..blanks], start > self.at);
                }
                Some((start + blanks, segment.bytes().len(), segment.ends()))
            }
            Err(_) => {
                self.finish(start);
                None
            }
        }
    }

    /// Counts the blanks before a segment.
    #[cold]
    fn blanks(&mut self, blanks: &[u8], after_line_feed: bool) {
        self.other.blank_bytes += blanks.len() as u64;
        let breaks = !after_line_feed && matches!(blanks.first(), Some(b'\r' | b'\n'));
        self.other.line_breaks += u64::from(breaks);
    }

    /// What stands from `start` on is no whole segment.
    #[cold]
    fn finish(&mut self, start: usize) {
        let rest = self.input.get(start..).unwrap_or_default();
        let blank = rest.iter().take_while(|b| self.delimiters.is_blank(**b)).count();
        self.other.blank_bytes += blank as u64;
        let tail = &rest[blank..];
        // A line feed with no segment after it breaks no line between segments.
        if start > self.at {
            self.plain_breaks -= 1;
            self.other.blank_bytes += 1;
        }
        if !tail.is_empty() {
            self.other.skipped_bytes += tail.len() as u64;
            self.tail = Some(unterminated(self.delimiters, start + blank, tail));
        }
        self.at = self.input.len();
    }
}

/// What stands after the last terminator, as a segment.
fn unterminated(delimiters: Delimiters, start: usize, tail: &[u8]) -> Segment<'_> {
    let mut window = [0u8; WIDTH];
    let len = tail.len().min(WIDTH);
    window[..len].copy_from_slice(&tail[..len]);
    let separators = marks(&window, delimiters.element) & below(len);
    Segment::new(tail, start, tail.len(), separators | end_of(tail), &delimiters)
}

#[cfg(test)]
mod tests {
    use super::super::segment::Id;
    use super::*;
    use crate::position::Tag;
    use proptest::prelude::*;

    fn cut(text: &str) -> (Vec<String>, Tally, Option<String>) {
        let mut segments = Segments::new(text.as_bytes(), Delimiters::USUAL);
        let ids = segments
            .by_ref()
            .map(|s| format!("{}:{}", s.tag(), String::from_utf8_lossy(s.element(1))))
            .collect();
        let tail = segments.tail().map(|s| s.tag().to_string());
        (ids, segments.tally(), tail)
    }

    #[test]
    fn segments_are_found_whatever_stands_between_them() {
        let (ids, tally, tail) = cut("HL*1~\r\n  lx*2~~ZZZZ*3~R\nEF*G1~ST *837~IEA*4");
        assert_eq!(ids, ["HL:1", "LX:2", "???:", "???:3", "REF:G1", "ST:837"]);
        assert_eq!(tail.as_deref(), Some("IEA"));
        assert_eq!((tally.segments, tally.terminators, tally.blank_bytes, tally.skipped_bytes), (6, 6, 4, 5));
    }

    #[test]
    fn an_id_is_plain_only_as_the_standard_writes_it() {
        let text = b"HL*1~HL**2~REF*G1~hl*1~HL~HL\0*1~\0HL*1~HLXX*1~ H*1~*1~";
        let odd: Vec<_> =
            Segments::new(text, Delimiters::USUAL).map(|s| (s.is_odd(), s.id() == Id::of(s.tag()))).collect();
        assert_eq!(odd[..3], [(false, true); 3]);
        assert!(odd[3..].iter().all(|(odd, _)| *odd), "{odd:?}");
        let known = [b"HL".as_slice(), b"REF"].map(|id| Id::of(Tag::of(id)));
        let found = Segments::new(text, Delimiters::USUAL).filter(|s| known.contains(&s.id())).count();
        assert_eq!(found, 3);
    }

    #[test]
    fn a_separator_or_terminator_may_be_any_byte() {
        let delimiters = Delimiters { element: b'\t', component: b':', repetition: None, terminator: b'\n' };
        let ids: Vec<_> = Segments::new(b"HL\t1\r\n LX\t2\n", delimiters)
            .map(|s| (s.tag().to_string(), s.element(1).to_vec()))
            .collect();
        assert_eq!(ids, [("HL".to_owned(), b"1\r".to_vec()), ("LX".to_owned(), b"2".to_vec())]);
    }

    #[test]
    fn elements_and_components_are_split_when_asked() {
        let mut segments = Segments::new(b"SV1*HC:97110::59*45***~", Delimiters::USUAL);
        let sv1 = segments.next().unwrap();
        let [procedure, charge, unit] = sv1.first();
        assert_eq!((charge, unit), (&b"45"[..], &b""[..]));
        assert_eq!(sv1.composites().first::<4>(procedure), [&b"HC"[..], b"97110", b"", b"59"]);
        assert_eq!(sv1.element(9), b"");
        assert_eq!(sv1.elements().count(), 5);
    }

    proptest! {
        /// Offsets rise, pieces re-join to the input, every byte is in the tally once.
        #[test]
        fn every_byte_is_accounted_for(
            input in proptest::collection::vec(prop_oneof![Just(b'~'), Just(b'*'), Just(b'\n'), Just(b' '), any::<u8>()], 0..400),
        ) {
            let mut segments = Segments::new(&input, Delimiters::USUAL);
            let mut end = 0;
            for segment in segments.by_ref() {
                prop_assert!(segment.start >= end);
                prop_assert!(input[end..segment.start].iter().all(|b| Delimiters::USUAL.is_blank(*b)));
                prop_assert_eq!(&input[segment.start..segment.start + segment.bytes().len()], segment.bytes());
                end = segment.start + segment.bytes().len() + 1;
                prop_assert_eq!(input[end - 1], b'~');
            }
            prop_assert_eq!(segments.tally().bytes(), input.len() as u64);
            let tally = segments.tally();
            segments.accept_tail();
            prop_assert_eq!(segments.tally().bytes(), tally.bytes());
        }
    }
}
