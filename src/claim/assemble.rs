//! Segments in, one claim at a time out, with what it inherits.
//!
//! [`Claims`] reads the pieces of one chunk. It lends each claim and takes it back to be filled again, so
//! that a claim costs no allocation. It never fails: what it cannot read it notes in its [`Record`].
//!
//! A claim ends where the next CLM, HL or envelope segment begins. Inside it, segments of loops 2310, 2320
//! and 2400 are told apart by state, not by position: a second SBR is another payer's (loop 2320), never a
//! new subscriber.

use crate::position::{ElementRef, Tag};
use crate::tables::therapy::TherapyCodes;
use crate::x12::delimiters::Delimiters;
use crate::x12::envelope::Mark;
use crate::x12::envelope::parties::Parties;
use crate::x12::fault::{Fault, FaultCode};
use crate::x12::odd::Oddities;
use crate::x12::segment::{Id, Segment};
use crate::x12::segments::Segments;
use crate::x12::text::Text;

use super::claim::{Claim, NotEvaluated, Place};
use super::context::{Context, Guide};
use super::kind::Kind;
use super::record::Record;

mod body;
mod ends;
mod outside;

const CLM: Tag = Tag::of(b"CLM");
const GE: Tag = Tag::of(b"GE");
const IEA: Tag = Tag::of(b"IEA");
const ISA: Tag = Tag::of(b"ISA");
const SE: Tag = Tag::of(b"SE");

/// Bytes of a segment that none that is meant to be read reaches.
pub const LONGEST_SEGMENT: usize = 1 << 20;

/// A run of bytes of one interchange that begins at a segment and is cut after a terminator.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Offset of the first byte in the file.
    pub offset: u64,
    /// Delimiters of the interchange.
    pub delimiters: Delimiters,
    /// Whether the interchange begins here.
    pub head: Head,
    /// How the piece ends.
    pub end: PieceEnd,
    /// What was odd about its bytes before they were tidied.
    pub odd: Option<&'a [Oddities]>,
}

/// How a piece begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Head {
    /// With an ISA.
    Isa,
    /// With an ISA whose terminator had to be found by what follows.
    RepairedIsa,
    /// With a GS or ST of an interchange without ISA.
    Missing,
    /// In the middle of an interchange.
    Continued,
}

impl Head {
    /// Whether the piece's first segment is an ISA.
    pub fn has_isa(self) -> bool {
        matches!(self, Head::Isa | Head::RepairedIsa)
    }
}

/// How a piece ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PieceEnd {
    /// Before an HL, CLM, SE or the like: no claim goes on in the next piece.
    AtBoundary,
    /// In the middle of a claim that is larger than a chunk can be.
    InClaim,
    /// With the interchange or the file.
    Final,
}

/// A claim as lent.
#[derive(Clone, Copy)]
pub struct Lent<'c, 'a> {
    /// The claim.
    pub claim: &'c Claim<'a>,
    /// What it inherits.
    pub context: &'c Context,
    /// Envelope events of the chunk before it.
    pub events: u32,
}

/// Whether a segment with this id ends any claim before it.
pub fn ends_claim(tag: Tag) -> bool {
    Kind::of(Id::of(tag)).ends_claim()
}

/// Whether the guides have a segment with this id. What they have not may be a piece of anything, a name too.
pub fn is_known(tag: Tag) -> bool {
    Kind::of(Id::of(tag)) != Kind::Unknown
}

/// The claims of a chunk, piece by piece.
pub struct Claims<'a> {
    codes: &'a TherapyCodes,
    segments: Segments<'a>,
    offset: u64,
    /// Segments of the chunk before the piece, less the piece's empty ones: what its segments count has to be
    /// added to.
    before: u32,
    /// Bytes of a segment beyond which it is passed over.
    longest: usize,
    end: PieceEnd,
    /// The segment that ended the claim lent last.
    pending: Option<(Kind, Segment<'a>)>,
    claim: Claim<'a>,
    context: Context,
    record: Record,
    /// What was odd about the bytes of the piece, and the segments of the chunk before it.
    tidied: Option<&'a [Oddities]>,
    opened: u32,
    /// How many of its interchanges are noted, where it has an ISA in its middle; and line breaks noted.
    sections: usize,
    said: u64,
    /// Whether the terminator in the ISA of the piece could not be right.
    repaired: bool,
    /// Whether a claim is being read.
    in_claim: bool,
    /// A CLM with too many elements, whose claim has not begun.
    long_clm: Option<(Place, ElementRef, [u64; 2])>,
    /// Empty segments, ids in lower case and service segments of the piece: how many, and the first.
    odd: [Option<Odd>; 3],
}

/// How often something was met in a piece, and where first.
#[derive(Clone, Copy)]
struct Odd {
    count: u64,
    place: Place,
    tag: Tag,
}

/// Places in [`Claims::odd`].
const EMPTY: usize = 0;
const LOWER_CASE: usize = 1;
const SERVICE: usize = 2;

impl<'a> Claims<'a> {
    /// A reader that begins in `context`, the end of the chunk before.
    pub fn new(codes: &'a TherapyCodes, context: Context) -> Claims<'a> {
        Claims {
            codes,
            segments: Segments::new(&[], Delimiters::USUAL),
            offset: 0,
            before: 0,
            longest: LONGEST_SEGMENT,
            end: PieceEnd::AtBoundary,
            pending: None,
            claim: Claim::empty(),
            context,
            record: Record::default(),
            tidied: None,
            opened: 0,
            sections: 0,
            said: 0,
            repaired: false,
            in_claim: false,
            long_clm: None,
            odd: [None; 3],
        }
    }

    /// Passes over segments of more bytes than these.
    pub fn limit_segments(mut self, bytes: usize) -> Claims<'a> {
        self.longest = bytes;
        self
    }

    /// Passes bytes that belong to no interchange: all counted, those that matter said.
    pub fn skip(&mut self, reason: FaultCode, byte: u64, len: u64) {
        let place = Place { byte, segment: self.record.segment };
        let tally = &mut self.record.counts.tally;
        let mark = match reason {
            FaultCode::ByteOrderMark => {
                tally.padding_bytes += len;
                Mark::Tolerated { code: reason, count: len, at: None }
            }
            FaultCode::LeadingSpace => {
                tally.blank_bytes += len;
                Mark::Tolerated { code: reason, count: len, at: None }
            }
            _ => {
                tally.skipped_bytes += len;
                Mark::Skipped { code: reason, bytes: len }
            }
        };
        self.record.event(place, mark);
    }

    /// Where the chunk ends, to begin the next one in, and what was noted.
    pub fn finish(self) -> (Context, Record) {
        (self.context, self.record)
    }

    /// Goes on with the next piece. The one before must have been read to its end.
    pub fn open(&mut self, piece: &Piece<'a>) {
        self.segments = Segments::new(piece.bytes, piece.delimiters);
        self.offset = piece.offset;
        self.end = piece.end;
        (self.tidied, self.opened) = (piece.odd, self.record.segment);
        self.repaired = piece.head == Head::RepairedIsa;
        self.pending = None;
        self.odd = [None; 3];
        (self.sections, self.said) = (0, 0);
        match piece.head {
            Head::Continued => {}
            // The ISA itself is read as the piece's first segment.
            Head::Isa | Head::RepairedIsa => self.context = Context::default(),
            Head::Missing => {
                self.context = Context::default();
                let place = Place { byte: piece.offset, segment: self.record.segment + 1 };
                let (control, parties) = (Text::EMPTY, Parties::default());
                self.record.event(place, Mark::Isa { control, parties, usage: 0 });
                self.record.loose(FaultCode::MissingIsa, place, ElementRef::segment(ISA), [0, 0]);
            }
        }
    }

    /// Lends the next claim of the piece; `None` at its end. `faults` gets what is wrong with its syntax.
    pub fn next_claim(&mut self, faults: &mut Vec<Fault>) -> Option<Lent<'_, 'a>> {
        faults.clear();
        if self.context.in_oversize_claim {
            self.pass_over_oversize();
        }
        let mut pending = self.pending.take();
        while let Some((kind, segment)) = pending.take().or_else(|| self.next_segment()) {
            let place = self.place(segment.start);
            match kind {
                Kind::Clm => {
                    if self.begin_claim(&segment, place) {
                        self.in_claim = true;
                        self.read_claim();
                        self.in_claim = false;
                        self.record.lent += 1;
                        self.record.lent_unevaluated += u64::from(self.claim.not_evaluated.is_some());
                        std::mem::swap(faults, &mut self.record.claim_faults);
                        let events = u32::try_from(self.record.events.len()).unwrap_or(u32::MAX);
                        return Some(Lent { claim: &self.claim, context: &self.context, events });
                    }
                }
                kind => self.context_segment(kind, &segment, place),
            }
        }
        self.close_piece();
        None
    }

    /// The next segment with anything in it, and what its id means.
    #[inline(always)]
    fn next_segment(&mut self) -> Option<(Kind, Segment<'a>)> {
        loop {
            let segment = self.segments.next()?;
            match Kind::and_most(segment.id()) {
                (Kind::Unknown, _) => match self.kind_of_odd(segment) {
                    Some(kind) => return Some((kind, segment)),
                    None => continue,
                },
                (kind, most) => {
                    if segment.len() > most {
                        self.too_many_elements(kind, &segment, most);
                    }
                    if segment.bytes().len() > self.longest && kind.may_be_passed_over() {
                        self.too_long(&segment);
                        // Counted as what it is; nothing is read of it.
                        return Some((Kind::Plain, segment));
                    }
                    return Some((kind, segment));
                }
            }
        }
    }

    #[cold]
    fn too_many_elements(&mut self, kind: Kind, segment: &Segment<'a>, most: usize) {
        // What stands in transaction sets that are not read is none of ours to judge.
        if matches!(self.context.guide, Guide::NotClaims | Guide::Other837) {
            return;
        }
        let at = ElementRef::element(segment.tag(), u8::try_from(most + 1).unwrap_or(u8::MAX));
        let figures = [segment.len() as u64, most as u64];
        let place = self.place(segment.start);
        match kind {
            // Noted when its claim begins.
            Kind::Clm => self.long_clm = Some((place, at, figures)),
            _ if self.in_claim && !kind.ends_claim() => {
                self.record.in_claim(FaultCode::TooManyElements, place, at, figures);
            }
            _ => self.record.loose(FaultCode::TooManyElements, place, at, figures),
        }
    }

    #[cold]
    fn too_long(&mut self, segment: &Segment<'a>) {
        if matches!(self.context.guide, Guide::NotClaims | Guide::Other837) {
            return;
        }
        let (place, at) = (self.place(segment.start), ElementRef::segment(segment.tag()));
        let figures = [segment.bytes().len() as u64, 0];
        if self.in_claim {
            self.record.in_claim(FaultCode::OversizeSegment, place, at, figures);
        } else {
            self.record.loose(FaultCode::OversizeSegment, place, at, figures);
        }
    }

    /// What a segment means whose id is in lower case, padded, or none the guides have, and counts it; `None`
    /// if it is empty.
    #[cold]
    fn kind_of_odd(&mut self, segment: Segment<'a>) -> Option<Kind> {
        if segment.is_empty() {
            self.record.counts.segments.empty += 1;
            self.record.empty += 1;
            self.before = self.before.wrapping_sub(1);
            self.note(EMPTY, &segment);
            return None;
        }
        let tag = segment.tag();
        if segment.has_lower_case_id() && tag != Tag::UNKNOWN && self.context.guide != Guide::NotClaims {
            self.note(LOWER_CASE, &segment);
        }
        Some(Kind::of(Id::of(tag)))
    }

    #[cold]
    fn note(&mut self, what: usize, segment: &Segment<'a>) {
        let first = Odd { count: 0, place: self.place(segment.start), tag: segment.tag() };
        self.odd[what].get_or_insert(first).count += 1;
    }

    /// The number of the segment read last, since the start of the chunk.
    #[inline(always)]
    fn number(&self) -> u32 {
        // `before` is below zero where a chunk begins with empty segments.
        self.before.wrapping_add(self.segments.passed() as u32)
    }

    /// Where the segment read last stands.
    #[inline(always)]
    fn place(&self, start: usize) -> Place {
        Place { byte: self.offset + start as u64, segment: self.number() }
    }

    /// The end of a piece: the tail, and what was tolerated.
    fn close_piece(&mut self) {
        self.close_tail(false);
        self.tolerated();
        let mut tally = self.segments.tally();
        if let Some(sections) = self.tidied {
            tally.line_breaks = sections.iter().map(|odd| odd.line_breaks).sum();
        }
        self.tidied = None;
        self.record.counts.tally.add(&tally);
        self.segments = Segments::new(&[], Delimiters::USUAL);
        self.before = self.record.segment;
    }

    /// Notes what was read through in the interchange so far: at the end of a piece, and before an ISA in the
    /// middle of one, so that where pieces are cut does not decide whose it is.
    fn tolerated(&mut self) {
        // Line ends that stood inside segments are no line breaks between them.
        let section = self.tidied.and_then(|sections| sections.get(self.sections));
        let line_breaks = match (self.tidied, section) {
            (Some(_), section) => section.map_or(0, |odd| odd.line_breaks),
            (None, _) => {
                let all = self.segments.tally().line_breaks;
                all - std::mem::replace(&mut self.said, all)
            }
        };
        self.sections += 1;
        if line_breaks > 0 {
            let place = Place { byte: self.offset, segment: self.record.segment };
            let mark = Mark::Tolerated { code: FaultCode::LineBreaks, count: line_breaks, at: None };
            self.record.event(place, mark);
        }
        for oddity in section.iter().flat_map(|odd| &odd.found) {
            let (code, count, at) = (oddity.code, oddity.count, Some(oddity.at));
            let (byte, segment) = (self.offset + oddity.start as u64, self.opened + oddity.segment);
            self.record.event(Place { byte, segment }, Mark::Tolerated { code, count, at });
        }
        let odd = std::mem::take(&mut self.odd);
        for (code, odd) in
            [FaultCode::EmptySegment, FaultCode::LowerCaseId, FaultCode::ServiceSegments].into_iter().zip(odd)
        {
            if let Some(Odd { count, place, tag }) = odd {
                let at = Some(ElementRef::segment(tag));
                self.record.event(place, Mark::Tolerated { code, count, at });
            }
        }
    }

    /// Judges what stands after the last terminator. Returns whether it cut a claim off.
    fn close_tail(&mut self, in_claim: bool) -> bool {
        self.record.segment = self.number();
        let Some(tail) = self.segments.tail() else { return false };
        let tag = tail.tag();
        let place = Place { byte: self.offset + tail.start as u64, segment: self.record.segment + 1 };
        let len = tail.bytes().len() as u64;
        if tail.bytes().iter().all(|b| matches!(b, 0 | 0x1a) || b.is_ascii_whitespace()) {
            self.segments.pad_tail();
            let (code, at) = (FaultCode::TrailingPadding, Some(ElementRef::default()));
            self.record.event(place, Mark::Tolerated { code, count: len, at });
            return false;
        }
        if matches!(tag, SE | GE | IEA) {
            // Only the very last terminator is missing: the trailer can be read, once the claim is done.
            if !in_claim {
                self.segments.accept_tail();
                self.record.segment += 1;
                self.record.loose(FaultCode::CutOffSegment, place, ElementRef::segment(tag), [len, 0]);
                self.context_segment(Kind::Envelope, &tail, place);
            }
        } else if in_claim && ends_claim(tag) {
            // What is cut off is not the claim's: it is judged once the claim is done.
            return false;
        } else if self.context.closed && !in_claim && tag != ISA {
            self.record.loose(FaultCode::StrayBytes, place, ElementRef::default(), [len, 0]);
            self.segments.skip_tail();
        } else {
            let code = if tag == ISA { FaultCode::IsaTruncated } else { FaultCode::CutOffSegment };
            self.record.loose(code, place, ElementRef::segment(tag), [len, 0]);
            self.segments.skip_tail();
            if tag == CLM {
                // Half a CLM is a claim all the same, and one that is lost.
                let reason = match self.context.guide {
                    Guide::Other837 => NotEvaluated::OutOfScope,
                    Guide::NotClaims => NotEvaluated::OtherSet,
                    _ => NotEvaluated::CutOff,
                };
                self.record.counts.claims_seen += 1;
                self.record.counts.claims_not_evaluated[reason as usize] += 1;
            }
            return in_claim;
        }
        false
    }
}
