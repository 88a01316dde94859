//! Segments, elements and components against plain splitting.

use claimlint::position::Tag;
use claimlint::x12::delimiters::Delimiters;
use claimlint::x12::fault::FaultCode;
use claimlint::x12::odd::{First, Last, Oddities, tidy};
use claimlint::x12::segment::{Id, Segment};
use claimlint::x12::segments::{Segments, Tally, segment};
use claimlint::x12::value::digits_of_word;

use super::draw::Draw;
use super::reference::elements;

/// Element, component separator and terminator, as files have them.
const SETS: [[u8; 3]; 7] =
    [*b"*:~", *b"|>\x1c", *b"\t:\n", *b"\x1d\x1f\n", *b"*>\r", [0, b':', b'~'], [b'*', 0xff, 0x85]];

/// The bytes are cut by one of several sets of delimiters, and by plain splitting.
pub fn tokenize(data: &[u8]) {
    let mut draw = Draw::new(data);
    let [element, component, terminator] = match draw.below(SETS.len() + 1) {
        n if n < SETS.len() => SETS[n],
        _ => [draw.byte(), draw.byte(), draw.byte()],
    };
    let plain = |b: u8| !b.is_ascii_alphanumeric() && b != b' ';
    if element == component || element == terminator || component == terminator {
        return;
    }
    if ![element, component, terminator].into_iter().all(plain) {
        return;
    }
    let delimiters = Delimiters { element, component, repetition: None, terminator };
    let input = draw.rest();
    check(input, delimiters);
    tidied(input, delimiters);
}

/// Tidied, the bytes are as many, every segment begins where it did, and its elements are those of the reference; a
/// second time nothing is left to do.
fn tidied(input: &[u8], delimiters: Delimiters) {
    let set = [delimiters.element, delimiters.component, delimiters.terminator];
    let mut bytes = input.to_vec();
    let odd = tidy(&mut bytes, &delimiters, First::Other, FaultCode::BrokenElement, Last::GoesOn);
    assert_eq!(bytes.len(), input.len());
    let mut tidy_ones = Segments::new(&bytes, delimiters);
    for segment in Segments::new(input, delimiters) {
        let tidied = tidy_ones.next().unwrap();
        assert_eq!(tidied.start, segment.start);
        let parts: Vec<&[u8]> = tidied.bytes().split(|b| *b == delimiters.element).collect();
        assert_eq!(parts, elements(segment.bytes(), set), "{:?}", segment.bytes());
    }
    assert!(tidy_ones.next().is_none());
    let (before, after) = (Segments::new(input, delimiters), Segments::new(&bytes, delimiters));
    assert_eq!(before.count(), after.count());
    let once = bytes.clone();
    let again = tidy(&mut bytes, &delimiters, First::Other, FaultCode::BrokenElement, Last::GoesOn);
    assert_eq!(bytes, once, "tidied twice");
    let moved = |odd: &[Oddities]| {
        odd.iter()
            .flat_map(|part| &part.found)
            .any(|o| matches!(o.code, FaultCode::BrokenElement | FaultCode::PaddedElement))
    };
    assert!(!again.is_some_and(|odd| moved(&odd)));
    assert!(odd.is_some() || once == input, "what is changed is told");
    for oddity in odd.iter().flatten().flat_map(|part| &part.found) {
        assert!(oddity.count > 0 && oddity.start < input.len());
        let at = Segments::new(input, delimiters).find(|s| s.start == oddity.start).unwrap();
        let id = at.bytes().split(|b| *b == delimiters.element).next().unwrap_or_default();
        assert_eq!(oddity.at.tag, Tag::of(id.trim_ascii()));
    }
}

fn check(input: &[u8], delimiters: Delimiters) {
    let Delimiters { element, terminator, .. } = delimiters;
    let blank = |b: &&u8| b" \t\r\n".contains(b) && **b != terminator && **b != element;
    let mut pieces: Vec<&[u8]> = input.split(|b| *b == terminator).collect();
    let last = pieces.pop().unwrap_or_default();
    let (mut at, mut want) = (0, Tally::default());
    let mut segments = Segments::new(input, delimiters);
    let mut rest = input;
    for piece in &pieces {
        let blanks = piece.iter().take_while(blank).count();
        let bytes = &piece[blanks..];
        let found = segments.next().unwrap();
        assert_eq!((found.start, found.bytes()), (at + blanks, bytes), "segment at {at}");
        look_into(&found, delimiters);
        let (behind, alone) = segment(delimiters, rest).unwrap();
        assert_eq!((alone.start, alone.bytes()), (blanks, bytes), "segment at {at}, read by itself");
        rest = behind;
        at += piece.len() + 1;
        want.segments += 1;
        want.terminators += 1;
        want.segment_bytes += bytes.len() as u64;
        want.blank_bytes += blanks as u64;
        want.line_breaks += u64::from(blanks > 0 && b"\r\n".contains(&piece[0]));
    }
    assert!(segments.next().is_none() && segments.next().is_none(), "the end stays the end");
    assert_eq!(segments.passed(), pieces.len() as u64);
    let blanks = last.iter().take_while(blank).count();
    want.blank_bytes += blanks as u64;
    want.skipped_bytes = (last.len() - blanks) as u64;
    assert_eq!(segments.tally(), want);
    assert_eq!(want.bytes(), input.len() as u64);
    let tail = segments.tail();
    assert_eq!(tail.is_some(), blanks < last.len());
    assert!(segment(delimiters, rest).is_err());
    if let Some(tail) = tail {
        assert_eq!((tail.start, tail.bytes()), (at + blanks, &last[blanks..]));
        look_into(&tail, delimiters);
    }
    for end in [Segments::accept_tail, Segments::pad_tail, Segments::skip_tail] {
        let mut segments = segments.clone();
        end(&mut segments);
        assert_eq!(segments.tally().bytes(), input.len() as u64);
        assert!(segments.tail().is_none());
    }
}

/// The parts of a segment, taken in every way there is.
fn look_into(segment: &Segment<'_>, delimiters: Delimiters) {
    let parts: Vec<&[u8]> = segment.bytes().split(|b| *b == delimiters.element).collect();
    let part = |n: usize| parts.get(n).copied().unwrap_or_default();
    assert!(segment.elements().eq(parts.iter().skip(1).copied()), "{parts:?}");
    let first: [&[u8]; 5] = segment.first();
    assert_eq!(first, [1, 2, 3, 4, 5].map(part));
    for n in 1..parts.len().min(40) + 1 {
        assert_eq!(segment.element(n), part(n));
    }
    let composites = segment.composites();
    for element in segment.elements() {
        let components: Vec<&[u8]> = element.split(|b| *b == delimiters.component).collect();
        assert!(composites.of(element).eq(components.iter().copied()), "{element:?}");
        let first: [&[u8]; 3] = composites.first(element);
        assert_eq!(first, [0, 1, 2].map(|n| components.get(n).copied().unwrap_or_default()));
        let word =
            (1..=8).contains(&element.len()).then(|| element.iter().fold(0, |w, b| w << 8 | u64::from(*b)));
        assert_eq!(segment.word(element), word);
        let digits = word.is_some() && element.iter().all(u8::is_ascii_digit);
        let whole = digits.then(|| String::from_utf8_lossy(element).parse::<u32>().unwrap());
        assert_eq!(segment.whole(element), whole);
        assert_eq!(word.and_then(|w| digits_of_word(w, element.len())), whole);
    }
    let id: Vec<u8> = part(0).iter().filter(|b| !b.is_ascii_whitespace()).copied().collect();
    let tag = if id.len() < 4 { Tag::of(&id) } else { Tag::UNKNOWN };
    assert_eq!(segment.tag(), tag);
    let plain = parts.len() > 1
        && matches!(part(0).len(), 2 | 3)
        && part(0).iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    // An id is told by four bytes; what is cut off after three has none, and nobody asks.
    if segment.bytes().len() > 3 {
        assert_eq!(segment.is_odd(), !plain, "{:?}", segment.bytes());
    }
    if plain && segment.bytes().len() > 3 {
        assert_eq!(segment.id(), Id::of(tag));
    }
    assert_eq!(segment.is_empty(), segment.bytes().is_empty());
}
