//! Segments in, one claim at a time out, with what it inherits.
//!
//! [`Claims`] reads the pieces of one chunk. It lends each claim and takes it back to be filled again, so
//! that a claim costs no allocation. It never fails: what it cannot read it notes in its [`Record`].
//!
//! A claim ends where the next CLM, HL or envelope segment begins. Inside it, segments of loops 2310, 2320
//! and 2400 are told apart by state, not by position: a second SBR is another payer's (loop 2320), never a
//! new subscriber.

use crate::position::{ElementRef, Tag};
use crate::tables::therapy::{Discipline, TherapyCodes, TherapyStatus};
use crate::x12::code::{Code, Taxonomy};
use crate::x12::delimiters::{Delimiters, isa};
use crate::x12::envelope::{self, Mark};
use crate::x12::fault::{Fault, FaultCode};
use crate::x12::segment::Segment;
use crate::x12::segments::Segments;
use crate::x12::text::{Text, number};
use crate::x12::value::{Cents, Date, Npi, digits_of_word};

use super::claim::{Claim, Form, NotEvaluated, Note, Place, Provider};
use super::context::{Context, Guide, Level, digest};
use super::kind::{Kind, kind};
use super::line::ServiceLine;
use super::record::Record;
use super::{institutional, professional};

const CLM: Tag = Tag::of(b"CLM");
const DTP: Tag = Tag::of(b"DTP");
const GE: Tag = Tag::of(b"GE");
const GS: Tag = Tag::of(b"GS");
const HL: Tag = Tag::of(b"HL");
const IEA: Tag = Tag::of(b"IEA");
const ISA: Tag = Tag::of(b"ISA");
const LX: Tag = Tag::of(b"LX");
const NM1: Tag = Tag::of(b"NM1");
const SE: Tag = Tag::of(b"SE");
const ST: Tag = Tag::of(b"ST");
const SV1: Tag = Tag::of(b"SV1");
const SV2: Tag = Tag::of(b"SV2");

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
}

/// How a piece begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Head {
    /// With an ISA.
    Isa,
    /// With a GS or ST of an interchange without ISA.
    Missing,
    /// In the middle of an interchange.
    Continued,
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

/// Which loop of the claim the reader stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Loop {
    /// 2300 and 2310.
    Claim,
    /// 2320 and 2330: another payer.
    OtherPayer,
    /// 2400 and below.
    Line,
}

/// The provider that a PRV or REF after NM1 belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Nobody,
    Referring,
    Rendering,
    Attending,
    LineRendering,
    LineReferring,
}

/// Whether a segment with this id ends any claim before it.
pub fn ends_claim(tag: Tag) -> bool {
    matches!(kind(tag), Kind::Envelope | Kind::Hl | Kind::Clm)
}

/// The claims of a chunk, piece by piece.
pub struct Claims<'a> {
    codes: &'a TherapyCodes,
    segments: Segments<'a>,
    offset: u64,
    end: PieceEnd,
    pending: Option<Segment<'a>>,
    claim: Claim<'a>,
    context: Context,
    record: Record,
    odd: [u64; 2],
    /// The date of service read last, with its eight bytes.
    last_date: (u64, Option<Date>),
}

impl<'a> Claims<'a> {
    /// A reader that begins in `context`, the end of the chunk before.
    pub fn new(codes: &'a TherapyCodes, context: Context) -> Claims<'a> {
        Claims {
            codes,
            segments: Segments::new(&[], Delimiters::USUAL),
            offset: 0,
            end: PieceEnd::AtBoundary,
            pending: None,
            claim: Claim::empty(),
            context,
            record: Record::default(),
            odd: [0; 2],
            last_date: (0, None),
        }
    }

    /// What has been noted so far.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Passes bytes that belong to no interchange: all counted, those that matter said.
    pub fn skip(&mut self, reason: FaultCode, byte: u64, len: u64) {
        let place = Place { byte, segment: self.record.segment };
        let tally = &mut self.record.counts.tally;
        let mark = match reason {
            FaultCode::ByteOrderMark => {
                tally.padding_bytes += len;
                Mark::Tolerated { code: reason, count: len }
            }
            FaultCode::LeadingSpace => {
                tally.blank_bytes += len;
                Mark::Tolerated { code: reason, count: len }
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
        self.pending = None;
        self.odd = [0; 2];
        match piece.head {
            Head::Continued => {}
            // The ISA itself is read as the piece's first segment.
            Head::Isa => self.context = Context::default(),
            Head::Missing => {
                self.context = Context::default();
                let place = Place { byte: piece.offset, segment: self.record.segment + 1 };
                self.record.event(place, Mark::Isa { control: Text::EMPTY });
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
        while let Some(segment) = pending.take().or_else(|| self.next_segment()) {
            let place = self.place(&segment);
            match kind(segment.tag) {
                Kind::Clm => {
                    if self.begin_claim(&segment, place) {
                        self.read_claim();
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

    /// The next segment with anything in it.
    #[inline(always)]
    fn next_segment(&mut self) -> Option<Segment<'a>> {
        loop {
            let segment = self.segments.next()?;
            // By value, so that the segment itself can stay in registers.
            if segment.odd && self.is_passed_over(segment.is_empty(), segment.tag) {
                continue;
            }
            self.record.segment += 1;
            return Some(segment);
        }
    }

    /// Counts a segment whose id is in lower case, padded, none the guides have, or that is empty; whether
    /// it is empty.
    #[cold]
    fn is_passed_over(&mut self, is_empty: bool, tag: Tag) -> bool {
        if is_empty {
            self.record.counts.segments.empty += 1;
            self.context.empty_segments += 1;
            self.odd[0] += 1;
        } else if tag != Tag::UNKNOWN && self.context.guide != Guide::NotClaims {
            self.odd[1] += 1;
        }
        is_empty
    }

    #[inline]
    fn place(&self, segment: &Segment<'a>) -> Place {
        Place { byte: self.offset + segment.start as u64, segment: self.record.segment }
    }

    /// The end of a piece: the tail, and what was tolerated.
    fn close_piece(&mut self) {
        self.close_tail(false);
        let tally = self.segments.tally();
        let place = Place { byte: self.offset, segment: self.record.segment };
        for (code, count) in [
            (FaultCode::LineBreaks, tally.line_breaks),
            (FaultCode::PaddedId, tally.indented),
            (FaultCode::EmptySegment, self.odd[0]),
            (FaultCode::LowerCaseId, self.odd[1]),
        ] {
            if count > 0 {
                self.record.event(place, Mark::Tolerated { code, count });
            }
        }
        self.odd = [0; 2];
        self.record.counts.tally.add(&tally);
        self.segments = Segments::new(&[], Delimiters::USUAL);
    }

    /// Judges what stands after the last terminator. Returns whether it cut a claim off.
    fn close_tail(&mut self, in_claim: bool) -> bool {
        let Some(tail) = self.segments.tail() else { return false };
        let place = Place { byte: self.offset + tail.start as u64, segment: self.record.segment + 1 };
        let len = tail.bytes().len() as u64;
        if tail.bytes().iter().all(|b| matches!(b, 0 | 0x1a) || b.is_ascii_whitespace()) {
            self.segments.pad_tail();
            self.record.event(place, Mark::Tolerated { code: FaultCode::TrailingPadding, count: len });
            return false;
        }
        if matches!(tail.tag, SE | GE | IEA) {
            // Only the very last terminator is missing: the trailer can be read, once the claim is done.
            if !in_claim {
                self.segments.accept_tail();
                self.record.segment += 1;
                self.record.loose(FaultCode::CutOffSegment, place, ElementRef::segment(tail.tag), [len, 0]);
                self.context_segment(Kind::Envelope, &tail, place);
            }
        } else if self.context.closed && !in_claim {
            self.record.loose(FaultCode::StrayBytes, place, ElementRef::default(), [len, 0]);
            self.segments.skip_tail();
        } else {
            self.record.loose(FaultCode::CutOffSegment, place, ElementRef::segment(tail.tag), [len, 0]);
            self.segments.skip_tail();
            return in_claim;
        }
        false
    }

    /// Segments outside claims.
    fn context_segment(&mut self, kind: Kind, segment: &Segment<'a>, place: Place) {
        let counts = &mut self.record.counts.segments;
        match (kind, self.context.guide) {
            (Kind::Envelope, _) => {
                counts.envelope += 1;
                self.envelope_segment(segment, place);
            }
            (Kind::Service, _) if self.context.level == Level::Outside => counts.envelope += 1,
            (_, Guide::NotClaims) => counts.out_of_scope += 1,
            (_, Guide::Other837) => {
                counts.out_of_scope += 1;
                if kind == Kind::ServiceLine {
                    self.record.counts.lines_seen += 1;
                    self.record.counts.lines_not_evaluated += 1;
                }
            }
            (Kind::Hl, _) => {
                counts.context += 1;
                self.hl(segment, place);
            }
            _ if self.context.level == Level::Outside => {
                counts.unrecognised += 1;
                self.record.loose(
                    FaultCode::OutsideTransaction,
                    place,
                    ElementRef::segment(segment.tag),
                    [0, 0],
                );
            }
            (Kind::Unknown, _) => {
                counts.unrecognised += 1;
                self.record.loose(FaultCode::UnknownSegment, place, ElementRef::segment(segment.tag), [0, 0]);
            }
            _ => {
                counts.context += 1;
                self.inherited(kind, segment);
            }
        }
    }

    /// What header, billing provider, subscriber and patient loops hold.
    fn inherited(&mut self, kind: Kind, segment: &Segment<'a>) {
        let context = &mut self.context;
        match (kind, context.level) {
            (Kind::Nm1, level) => name(context, segment, level),
            (Kind::Prv, Level::Billing) => {
                let [role, _, taxonomy] = segment.first();
                if role == b"BI" || role == b"PT" {
                    context.billing.taxonomy = Taxonomy::parse(taxonomy);
                }
            }
            (Kind::Sbr, Level::Subscriber) => {
                let [sequence, _, _, _, _, _, _, _, filing] = segment.first();
                context.payer.sequence = sequence.trim_ascii().first().map_or(0, u8::to_ascii_uppercase);
                context.payer.filing = Code::parse(filing);
            }
            (Kind::Dmg, Level::Subscriber) => {
                context.subscriber = digest(context.subscriber, segment.element(2));
                context.patient = context.subscriber;
            }
            (Kind::Dmg, Level::Patient) => context.patient = digest(context.patient, segment.element(2)),
            (Kind::Ref, Level::Billing) => {
                let [qualifier, value] = segment.first();
                if qualifier == b"EI" || qualifier == b"SY" {
                    context.billing_tax_id = Text::new(value);
                }
            }
            (Kind::Ref, Level::Header) if context.guide == Guide::Unnamed => {
                let [qualifier, guide] = segment.first();
                if qualifier == b"87" {
                    context.guide = Guide::named(guide);
                }
            }
            _ => {}
        }
    }

    /// ISA, GS, ST and their trailers.
    fn envelope_segment(&mut self, segment: &Segment<'a>, place: Place) {
        match segment.tag {
            ISA => {
                self.context = Context::default();
                // The window may end right after the ISA, so the terminator is put back for the parser.
                let mut bytes = [0u8; crate::x12::delimiters::ISA_LONGEST];
                let len = segment.bytes().len().min(bytes.len() - 1);
                bytes[..len].copy_from_slice(&segment.bytes()[..len]);
                bytes[len] = segment.delimiters.terminator;
                match isa(&bytes[..=len]) {
                    Ok((_, isa)) => {
                        self.record.event(place, Mark::Isa { control: Text::new(isa.control) });
                        if let Some((element, width)) = isa.width_fault {
                            let at = ElementRef::element(ISA, element);
                            self.record.loose(
                                FaultCode::IsaWidth,
                                place,
                                at,
                                [u64::from(element), width as u64],
                            );
                        }
                    }
                    Err(_) => {
                        self.record.event(place, Mark::Isa { control: Text::EMPTY });
                        self.record.loose(FaultCode::BadDelimiters, place, ElementRef::segment(ISA), [0, 0]);
                    }
                }
            }
            GS => {
                self.context.close_transaction();
                let (mark, version) = envelope::gs(segment);
                self.context.group_guide = Guide::named(version);
                self.record.event(place, mark);
            }
            ST => {
                let (set, control, guide) = envelope::st(segment);
                self.context.close_transaction();
                self.context.level = Level::Header;
                self.context.guide = if set != Code::of("837") {
                    Guide::NotClaims
                } else {
                    match Guide::named(guide) {
                        Guide::Unnamed => self.context.group_guide,
                        named => named,
                    }
                };
                if self.context.guide == Guide::None {
                    self.context.guide = Guide::Unnamed;
                }
                let in_scope = !matches!(self.context.guide, Guide::NotClaims | Guide::Other837);
                self.record.event(place, Mark::St { set, control, in_scope });
            }
            SE => {
                let (segments, control) = envelope::trailer(segment);
                let empty = self.context.empty_segments;
                self.context.close_transaction();
                self.record.event(place, Mark::Se { segments, control, empty });
            }
            GE => {
                let (sets, control) = envelope::trailer(segment);
                self.context.close_transaction();
                self.context.group_guide = Guide::None;
                self.record.event(place, Mark::Ge { sets, control });
            }
            _ => {
                let (groups, control) = envelope::trailer(segment);
                self.context.close_transaction();
                self.context.group_guide = Guide::None;
                self.context.closed = true;
                self.record.event(place, Mark::Iea { groups, control });
            }
        }
    }

    /// HL: opens a level and checks HL01 and HL02.
    fn hl(&mut self, segment: &Segment<'a>, place: Place) {
        let [id, parent, level] = segment.first();
        let (id, parent) = (number(id).unwrap_or(0), number(parent).unwrap_or(0));
        let hierarchy = &mut self.context.hierarchy;
        let expected = hierarchy.last + 1;
        hierarchy.last = id;
        let wanted = match level {
            b"20" => {
                (hierarchy.billing, hierarchy.subscriber) = (id, 0);
                self.context.level = Level::Billing;
                (self.context.billing, self.context.billing_tax_id) = (Provider::default(), Text::EMPTY);
                0
            }
            b"22" => {
                hierarchy.subscriber = id;
                let wanted = hierarchy.billing;
                self.context.open_subscriber();
                wanted
            }
            b"23" => {
                let wanted = hierarchy.subscriber;
                self.context.open_patient();
                wanted
            }
            _ => {
                self.context.level = Level::Unknown;
                self.record.loose(FaultCode::HlLevel, place, ElementRef::element(HL, 3), [0, 0]);
                parent
            }
        };
        if id != expected {
            self.record.loose(FaultCode::HlNumber, place, ElementRef::element(HL, 1), [id, expected]);
        }
        let orphan = wanted == 0 && matches!(level, b"22" | b"23");
        if parent != wanted || orphan {
            self.record.loose(FaultCode::HlParent, place, ElementRef::element(HL, 2), [parent, wanted]);
        }
    }

    /// Begins a claim at CLM; `false` if its transaction set is not read.
    fn begin_claim(&mut self, segment: &Segment<'a>, place: Place) -> bool {
        if matches!(self.context.guide, Guide::NotClaims | Guide::Other837) {
            self.record.counts.segments.out_of_scope += 1;
            if self.context.guide == Guide::Other837 {
                self.record.counts.claims_seen += 1;
                self.record.counts.claims_not_evaluated[NotEvaluated::OutOfScope as usize] += 1;
            }
            return false;
        }
        self.record.counts.claims_seen += 1;
        self.record.claim_faults.clear();
        self.claim.clear();
        let [id, charge, _, _, facility] = segment.first();
        let [code, qualifier, frequency] = segment.first_components(facility);
        let claim = &mut self.claim;
        claim.id = id;
        claim.place = place;
        claim.charge = Cents::parse(charge);
        claim.facility = Code::parse(code);
        claim.facility_qualifier = Code::parse(qualifier);
        claim.frequency = match number(frequency) {
            Some(n @ 1..=9) => n as u8,
            _ => 0,
        };
        if claim.charge.is_none() {
            self.record.in_claim(FaultCode::NotANumber, place, ElementRef::element(CLM, 2), [0, 0]);
        }
        if !matches!(self.context.level, Level::Subscriber | Level::Patient) {
            self.record.in_claim(FaultCode::ClaimOutsideHl, place, ElementRef::segment(CLM), [0, 0]);
        }
        true
    }

    /// Reads the claim's segments up to the next boundary.
    fn read_claim(&mut self) {
        let (mut at, mut named) = (Loop::Claim, Named::Nobody);
        // Segments of the claim, of other payers and of lines; CLM itself is the first.
        let mut segments = [1u64, 0, 0];
        let boundary = loop {
            let Some(segment) = self.next_segment() else { break false };
            let kind = kind(segment.tag);
            match kind {
                Kind::Envelope | Kind::Hl | Kind::Clm => {
                    self.pending = Some(segment);
                    break true;
                }
                Kind::Lx => {
                    (at, named) = (Loop::Line, Named::Nobody);
                    self.lx(&segment);
                }
                Kind::ServiceLine => {
                    // Without an LX before it the line begins here all the same.
                    at = Loop::Line;
                    self.service(&segment);
                }
                Kind::Plain | Kind::Service | Kind::Dmg => {}
                Kind::Unknown => {
                    self.unknown_in_claim(&segment);
                    continue;
                }
                // Another payer of the claim (loop 2320); what it says of itself is passed over.
                Kind::Sbr if at != Loop::Line => (at, named) = (Loop::OtherPayer, Named::Nobody),
                // Other payers' adjudication of the line ends the providers of the line.
                Kind::Svd | Kind::Sbr => named = Named::Nobody,
                Kind::Dtp => match at {
                    Loop::Line => self.line_date(&segment),
                    Loop::Claim => self.claim_date(&segment),
                    Loop::OtherPayer => {}
                },
                Kind::Ref => match at {
                    Loop::Line => self.line_reference(&segment),
                    Loop::Claim => self.claim_reference(&segment),
                    Loop::OtherPayer => {}
                },
                Kind::Nte | Kind::K3 => {
                    let line = if at == Loop::Line { self.claim.lines.len() as u32 } else { 0 };
                    let text = segment.element(if kind == Kind::Nte { 2 } else { 1 });
                    self.claim.notes.push(Note { line, text });
                }
                Kind::Nm1 if at != Loop::OtherPayer => named = self.named_provider(&segment, at),
                Kind::Prv if named != Named::Nobody => {
                    let taxonomy = Taxonomy::parse(segment.element(3));
                    if let Some(slot) = self.slot_of(named) {
                        slot.taxonomy = taxonomy;
                    }
                }
                Kind::Hi if at == Loop::Claim => self.health_codes(&segment),
                Kind::Nm1 | Kind::Prv | Kind::Hi => {}
            }
            segments[at as usize] += 1;
        };
        let [of_claim, of_others, of_lines] = segments;
        self.record.counts.segments.claim += of_claim + of_others;
        self.record.counts.segments.line += of_lines;
        if !boundary {
            self.end_of_piece_in_claim();
        }
        self.finish_claim();
    }

    /// The piece ends inside the claim.
    fn end_of_piece_in_claim(&mut self) {
        match self.end {
            PieceEnd::AtBoundary => {}
            PieceEnd::InClaim => {
                self.context.in_oversize_claim = true;
                self.claim.not_evaluated = Some(NotEvaluated::TooLarge);
                self.record.in_claim(
                    FaultCode::ClaimTooLarge,
                    self.claim.place,
                    ElementRef::segment(CLM),
                    [0, 0],
                );
            }
            PieceEnd::Final => {
                if self.close_tail(true) {
                    self.claim.not_evaluated = Some(NotEvaluated::CutOff);
                }
            }
        }
    }

    /// The rest of a claim that was too large: counted, not read.
    fn pass_over_oversize(&mut self) {
        while let Some(segment) = self.next_segment() {
            match kind(segment.tag) {
                Kind::Envelope | Kind::Hl | Kind::Clm => {
                    self.pending = Some(segment);
                    self.context.in_oversize_claim = false;
                    return;
                }
                kind => {
                    self.record.counts.segments.line += 1;
                    if kind == Kind::ServiceLine {
                        self.record.counts.lines_seen += 1;
                        self.record.counts.lines_not_evaluated += 1;
                    }
                }
            }
        }
    }

    fn lx(&mut self, segment: &Segment<'a>) {
        self.line_without_service();
        let place = self.place(segment);
        let order = self.claim.lines.len() as u32 + 1;
        let written = segment.element(1);
        let written = match segment.word(written).and_then(|word| digits_of_word(word, written.len())) {
            Some(number) => Some(number),
            None => number(written).and_then(|n| u32::try_from(n).ok()),
        };
        if written != Some(order) {
            let at = ElementRef::element(LX, 1);
            self.record.in_claim(
                FaultCode::LineNumber,
                place,
                at,
                [written.unwrap_or(0).into(), order.into()],
            );
        }
        self.claim.lines.push(ServiceLine::new(order, written.unwrap_or(order), place));
    }

    /// Says of the last line, if it never got a service segment, that it did not.
    fn line_without_service(&mut self) {
        if let Some(line) = self.claim.lines.last()
            && line.service == Tag::UNKNOWN
        {
            self.record.in_claim(FaultCode::LineWithoutService, line.place, ElementRef::segment(LX), [0, 0]);
        }
    }

    /// A service segment: SV1, SV2, or another form's.
    fn service(&mut self, segment: &Segment<'a>) {
        self.record.counts.lines_seen += 1;
        let place = self.place(segment);
        if self.claim.lines.last().is_none_or(|l| l.service != Tag::UNKNOWN) {
            self.record.in_claim(
                FaultCode::ServiceWithoutLine,
                place,
                ElementRef::segment(segment.tag),
                [0, 0],
            );
            let order = self.claim.lines.len() as u32 + 1;
            self.claim.lines.push(ServiceLine::new(order, order, place));
        }
        let Some(line) = self.claim.lines.last_mut() else { return };
        line.service = segment.tag;
        line.place = place;
        match segment.tag {
            SV1 => professional::sv1(segment, place, line, &mut self.record),
            SV2 => institutional::sv2(segment, place, line, &mut self.record),
            _ => {}
        }
    }

    /// DTP of a line: the date of service.
    fn line_date(&mut self, segment: &Segment<'a>) {
        let [qualifier, format, period] = segment.first();
        let place = self.place(segment);
        if qualifier != b"472" {
            return;
        }
        // The lines of a claim are mostly of one date: read it once.
        let word = if format == b"D8" { segment.word(period) } else { None };
        let read = match word {
            Some(word) if word == self.last_date.0 => self.last_date.1.map(|date| (date, date)),
            _ => dates(format, period),
        };
        if let (Some(word), Some((date, _))) = (word, read) {
            self.last_date = (word, Some(date));
        }
        let Some(line) = self.claim.lines.last_mut() else { return };
        match read {
            Some((from, to)) => (line.date, line.date_to) = (Some(from), Some(to)),
            None => self.record.in_claim(FaultCode::NotADate, place, ElementRef::element(DTP, 3), [0, 0]),
        }
    }

    /// REF of a line.
    fn line_reference(&mut self, segment: &Segment<'a>) {
        let [qualifier, value] = segment.first();
        let Some(line) = self.claim.lines.last_mut() else { return };
        match qualifier {
            b"6R" => line.control = value,
            b"G1" if self.claim.authorisation.is_empty() => self.claim.authorisation = value,
            b"9F" if self.claim.referral.is_empty() => self.claim.referral = value,
            _ => {}
        }
    }

    /// REF of a claim.
    fn claim_reference(&mut self, segment: &Segment<'a>) {
        let [qualifier, value] = segment.first();
        match qualifier {
            b"G1" => self.claim.authorisation = value,
            b"9F" => self.claim.referral = value,
            b"F8" => self.claim.original = value,
            _ => {}
        }
    }

    /// HI: diagnoses and occurrence codes.
    fn health_codes(&mut self, segment: &Segment<'a>) {
        for element in segment.elements() {
            let [qualifier, code] = segment.first_components(element);
            match qualifier {
                b"ABK" | b"ABF" | b"BK" | b"BF" => self.claim.diagnoses.push(Code::parse(code)),
                b"BH" => self.claim.occurrences.push(institutional::occurrence(segment, element)),
                _ => {}
            }
        }
    }

    /// NM1 of a claim or a line: who it names, if it matters here.
    fn named_provider(&mut self, segment: &Segment<'a>, at: Loop) -> Named {
        let mut elements = segment.elements();
        let named = match (elements.next().unwrap_or_default(), at) {
            (b"DN", Loop::Line) => Named::LineReferring,
            (b"82", Loop::Line) => Named::LineRendering,
            (b"DN", _) => Named::Referring,
            (b"82", _) => Named::Rendering,
            (b"71", Loop::Claim) => Named::Attending,
            _ => return Named::Nobody,
        };
        elements.pass(6);
        let id_kind = elements.next().unwrap_or_default();
        let id = elements.next().unwrap_or_default();
        let npi = if id_kind == b"XX" { Npi::parse(id) } else { None };
        if npi.is_none() && id_kind == b"XX" {
            let place = self.place(segment);
            self.record.in_claim(FaultCode::BadNpi, place, ElementRef::element(NM1, 9), [0, 0]);
        }
        if let Some(slot) = self.slot_of(named) {
            *slot = Provider { named: true, npi, taxonomy: Taxonomy::NONE };
        }
        named
    }

    fn slot_of(&mut self, named: Named) -> Option<&mut Provider> {
        match named {
            Named::Nobody => None,
            Named::Referring => Some(&mut self.claim.referring),
            Named::Rendering => Some(&mut self.claim.rendering),
            Named::Attending => Some(&mut self.claim.attending),
            Named::LineRendering => self.claim.lines.last_mut().map(|l| &mut l.rendering),
            Named::LineReferring => self.claim.lines.last_mut().map(|l| &mut l.referring),
        }
    }

    fn claim_date(&mut self, segment: &Segment<'a>) {
        let [qualifier, format, period] = segment.first();
        if !matches!(qualifier, b"431" | b"434" | b"454" | b"472") {
            return;
        }
        match (dates(format, period), qualifier) {
            (Some(period), b"434" | b"472") => self.claim.statement = Some(period),
            (Some((from, _)), b"431") => self.claim.onset = Some(from),
            (Some((from, _)), _) => self.claim.initial_treatment = Some(from),
            (None, _) => {
                let place = self.place(segment);
                self.record.in_claim(FaultCode::NotADate, place, ElementRef::element(DTP, 3), [0, 0]);
            }
        }
    }

    fn unknown_in_claim(&mut self, segment: &Segment<'a>) {
        let place = self.place(segment);
        self.record.counts.segments.unrecognised += 1;
        self.record.in_claim(FaultCode::UnknownSegment, place, ElementRef::segment(segment.tag), [0, 0]);
    }

    /// What can only be known when the whole claim has been read.
    fn finish_claim(&mut self) {
        self.line_without_service();
        let claim = &mut self.claim;
        claim.form = self.context.guide.form().unwrap_or_else(|| {
            let institutional = claim.lines.iter().any(|l| l.service == SV2);
            if institutional { Form::Institutional } else { Form::Professional }
        });
        let (limit, lines) =
            (if claim.form == Form::Professional { 50 } else { 999 }, claim.lines.len() as u64);
        if lines > limit {
            self.record.in_claim(
                FaultCode::TooManyLines,
                claim.place,
                ElementRef::segment(CLM),
                [lines, limit],
            );
        }
        if lines == 0 && claim.not_evaluated.is_none() {
            self.record.in_claim(FaultCode::ClaimWithoutLines, claim.place, ElementRef::segment(CLM), [0, 0]);
        }
        // A line without a date is of the claim's day, if the claim has just one.
        let claim_date = claim.statement.and_then(|(from, to)| (from == to).then_some(from));
        let (rendering, billing) = (claim.rendering, self.context.billing);
        for line in &mut claim.lines {
            line.facts = self.codes.get(line.procedure);
            if line.date.is_none() {
                (line.date, line.date_to) = (claim_date, claim_date);
            }
            let Some(facts) = line.facts else { continue };
            let taxonomy = if line.rendering.named { line.rendering.taxonomy } else { rendering.taxonomy };
            line.discipline = discipline(line, facts.only, facts.status, taxonomy, billing.taxonomy);
        }
        if let Some(reason) = claim.not_evaluated {
            self.record.counts.claims_not_evaluated[reason as usize] += 1;
            self.record.counts.lines_not_evaluated +=
                claim.lines.iter().filter(|l| l.service != Tag::UNKNOWN).count() as u64;
        }
    }
}

/// The discipline of a therapy line: its modifier, else the only one its code allows, else its revenue code,
/// else the taxonomy of who renders or bills it.
fn discipline(
    line: &ServiceLine<'_>,
    only: Option<Discipline>,
    status: TherapyStatus,
    rendering: Taxonomy,
    billing: Taxonomy,
) -> Option<Discipline> {
    if status == TherapyStatus::Never {
        return None;
    }
    if let Some(one) = Discipline::of_modifiers(&line.modifiers) {
        return Some(one);
    }
    only.or_else(|| Discipline::of_revenue(line.revenue))
        .or_else(|| Discipline::of_taxonomy(rendering))
        .or_else(|| if rendering.is_none() { Discipline::of_taxonomy(billing) } else { None })
}

/// NM1 outside claims: billing provider, subscriber, patient, payer.
fn name(context: &mut Context, segment: &Segment<'_>, level: Level) {
    let [qualifier, _, last, first, _, _, _, id_kind, id] = segment.first();
    match (qualifier, level) {
        (b"85", Level::Billing) => {
            let npi = if id_kind == b"XX" { Npi::parse(id) } else { None };
            context.billing = Provider { named: true, npi, taxonomy: context.billing.taxonomy };
        }
        (b"IL", Level::Subscriber) => {
            context.member_id = Text::new(id);
            // Without a member id the name has to tell persons apart.
            context.subscriber =
                if id.trim_ascii().is_empty() { digest(digest(0, last), first) } else { digest(0, id) };
            context.patient = context.subscriber;
        }
        (b"QC", Level::Patient) => context.patient = digest(digest(context.patient, last), first),
        (b"PR", Level::Subscriber) => {
            context.payer.id = Text::new(id);
            context.payer.name = Text::new(last);
        }
        _ => {}
    }
}

/// A date (D8) or a period (RD8) whose end is not before its start.
#[inline]
fn dates(format: &[u8], period: &[u8]) -> Option<(Date, Date)> {
    match format {
        b"D8" => Date::parse(period).map(|d| (d, d)),
        b"RD8" => {
            let period = period.trim_ascii();
            let (from, to) = (Date::parse(period.get(..8)?)?, Date::parse(period.get(9..)?)?);
            (period[8] == b'-' && from <= to).then_some((from, to))
        }
        // Date and time (837I admission): the date is what matters here.
        b"DT" => Date::parse(period.get(..8)?).map(|d| (d, d)),
        _ => None,
    }
}
