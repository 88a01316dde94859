//! The bytes of a file as segments, each as the reader takes it and as it stands in the file.
//!
//! The reader tidies a chunk in place: line ends and blanks inside segments move behind them. No segment begins
//! elsewhere for it, and no terminator is lost, so the segments of the tidied bytes and those of the file are the same,
//! one for one, and what is written are the bytes of the file.

use std::borrow::Cow;
use std::io::Read;

use memchr::memchr;

use crate::claim::assemble::{Head, Piece};
use crate::claim::context::Context;
use crate::position::Tag;
use crate::scan::Setup;
use crate::scan::split::{Chunk, Item, Splitter};
use crate::source::trouble::Trouble;
use crate::x12::delimiters::Delimiters;
use crate::x12::envelope::Mark;
use crate::x12::fault::FaultCode;
use crate::x12::segments::Segments;

use super::Refusal;
use super::course::{Course, Ended, Facts, Met};

const IEA: Tag = Tag::of(b"IEA");

/// Why a file was not walked through to its end.
#[derive(Debug)]
pub enum Stopped {
    /// It cannot be split, or a half could not be written.
    Ended(Ended),
    /// It could not be read.
    Unread(Trouble),
    /// The run is to stop.
    Told,
}

impl<E: Into<Ended>> From<E> for Stopped {
    fn from(ended: E) -> Stopped {
        Stopped::Ended(ended.into())
    }
}

/// Reads a file from end to end and sends its segments on their course.
pub fn walk(input: impl Read, setup: &Setup, course: &mut Course<'_>) -> Result<(), Stopped> {
    let mut splitter = Splitter::new(input, setup.limits);
    let walked = all_of(&mut splitter, setup, course);
    // Where reading failed the file seems to end, and what is said of its last segments is beside the point.
    match (splitter.failure(), walked) {
        (Some(error), Ok(()) | Err(Stopped::Ended(Ended::Refused(_)))) => {
            Err(Stopped::Unread(Trouble::of_io(error)))
        }
        (_, walked) => walked,
    }
}

fn all_of(splitter: &mut Splitter<impl Read>, setup: &Setup, course: &mut Course<'_>) -> Result<(), Stopped> {
    let mut context = Context::default();
    let (mut buffer, mut raw) = (Vec::new(), Vec::new());
    while let Some(mut chunk) = splitter.next_chunk(buffer) {
        if setup.stop.is_set() {
            return Err(Stopped::Told);
        }
        raw.clear();
        raw.extend_from_slice(&chunk.bytes[..chunk.len]);
        chunk.tidy();
        let mut facts = facts(setup, &chunk, &mut context);
        for item in &chunk.items {
            match (item, chunk.piece(item)) {
                (Item::Piece { range, wrapped, .. }, Some(piece)) => {
                    let raw = raw.get(range.clone()).unwrap_or_default();
                    through(&piece, raw, *wrapped, course, &mut facts)?;
                }
                (Item::Skip { range, reason }, _) => passed_over(chunk.offset + range.start as u64, *reason)?,
                (Item::Piece { .. }, None) => {}
            }
        }
        buffer = chunk.bytes;
    }
    Ok(course.end(splitter.offset())?)
}

/// Bytes of no interchange: blanks before the first one are not written, all else is refused.
fn passed_over(byte: u64, reason: FaultCode) -> Result<(), Refusal> {
    match reason {
        FaultCode::ByteOrderMark | FaultCode::LeadingSpace => Ok(()),
        FaultCode::OversizeSegment => {
            Err(Refusal { byte, why: "a segment larger than 16 MiB; look for a terminator that is missing" })
        }
        _ => Err(Refusal { byte, why: "bytes that belong to no interchange; remove them" }),
    }
}

/// What the reader of claims makes of a chunk.
fn facts(setup: &Setup, chunk: &Chunk, context: &mut Context) -> Facts {
    let mut facts = Facts::default();
    let (codes, longest) = (&setup.tables.therapy, setup.limits.segment);
    let record = chunk.read(codes, longest, context, |_, lent, _| {
        let claim = lent.claim;
        let evaluated = claim.not_evaluated.is_none();
        facts.claims.push_back((claim.place.byte, claim.charge.unwrap_or_default(), evaluated));
    });
    facts.sets.extend(record.events.iter().filter_map(|event| match event.mark {
        Mark::St { in_scope, .. } => Some((event.byte, in_scope)),
        _ => None,
    }));
    facts
}

/// Sends the segments of a piece on their course. `raw` is the piece as it stands in the file.
fn through(
    piece: &Piece<'_>,
    raw: &[u8],
    wrapped: bool,
    course: &mut Course<'_>,
    facts: &mut Facts,
) -> Result<(), Stopped> {
    if !matches!(piece.head, Head::Isa | Head::Continued) {
        let why = "an interchange without an ISA that can be read; restore it";
        return Err(Refusal { byte: piece.offset, why }.into());
    }
    let delimiters = piece.delimiters;
    course.delimited(delimiters);
    let bytes = |from: usize, to: usize| {
        let bytes = raw.get(from..to).unwrap_or_default();
        if wrapped { Cow::Owned(joined(bytes, &delimiters)) } else { Cow::Borrowed(bytes) }
    };
    let mut is_header = piece.head == Head::Isa;
    let mut end = 0;
    let mut segments = Segments::new(piece.bytes, delimiters);
    for segment in segments.by_ref() {
        let start = segment.start;
        course.between(&bytes(end, start))?;
        let terminator = raw.get(start..).and_then(|rest| memchr(delimiters.terminator, rest));
        end = terminator.map_or(raw.len(), |n| start + n + 1);
        let own = bytes(start, end);
        if segment.is_empty() {
            course.empty(&own)?;
            continue;
        }
        let byte = piece.offset + start as u64;
        course.segment(&Met { segment, raw: &own, byte, is_header }, facts)?;
        is_header = false;
    }
    let rest = raw.get(end..).unwrap_or_default();
    let blanks = rest.iter().take_while(|b| delimiters.is_blank(**b)).count();
    course.between(&bytes(end, end + blanks))?;
    let Some(tail) = segments.tail() else { return Ok(()) };
    let byte = piece.offset + tail.start as u64;
    let is_padding = |b: &u8| matches!(b, 0 | 0x1a) || b.is_ascii_whitespace();
    let padding = tail.bytes().iter().rev().take_while(|b| is_padding(b)).count();
    let text = tail.bytes().len() - padding;
    match tail.tag() {
        _ if text == 0 => Ok(()),
        // The one terminator that is missing is put there; what fills the block behind it is left out.
        IEA => {
            let mut own = bytes(tail.start, tail.start + text).into_owned();
            own.push(delimiters.terminator);
            Ok(course.segment(&Met { segment: tail, raw: &own, byte, is_header: false }, facts)?)
        }
        _ => Err(Refusal { byte, why: "a segment without its terminator; get the file again" }.into()),
    }
}

/// Bytes without the line ends that break an interchange into lines of one length: they are none of its own, and
/// would stand at odd places once segments are taken out.
fn joined(bytes: &[u8], delimiters: &Delimiters) -> Vec<u8> {
    let is_break = |b: u8| matches!(b, b'\r' | b'\n') && delimiters.is_blank(b) && b != delimiters.component;
    bytes.iter().copied().filter(|b| !is_break(*b)).collect()
}
