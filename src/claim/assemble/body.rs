//! The segments of one claim: loops 2300 to 2430.

use crate::position::{ElementRef, Tag};
use crate::x12::code::{Code, Taxonomy};
use crate::x12::fault::FaultCode;
use crate::x12::segment::Segment;
use crate::x12::text::number;
use crate::x12::value::{Date, Npi};

use super::super::claim::{NotEvaluated, Note, Place, Provider};
use super::super::context::{Guide, Level};
use super::super::kind::Kind;
use super::super::line::ServiceLine;
use super::super::{institutional, professional};
use super::ends::MOST_LINES;
use super::{CLM, Claims};

const DTP: Tag = Tag::of(b"DTP");
const LX: Tag = Tag::of(b"LX");
const NM1: Tag = Tag::of(b"NM1");
const SV1: Tag = Tag::of(b"SV1");
const SV2: Tag = Tag::of(b"SV2");

/// Which loop of the claim the reader stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
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

impl<'a> Claims<'a> {
    /// Begins a claim at CLM; `false` if its transaction set is not read.
    pub(super) fn begin_claim(&mut self, segment: &Segment<'a>, place: Place) -> bool {
        if matches!(self.context.guide, Guide::NotClaims | Guide::Other837) {
            self.record.counts.segments.out_of_scope += 1;
            self.record.counts.claims_seen += 1;
            // Of an 837 it is told once, at its ST; no other set has a place for claims.
            let reason = if self.context.guide == Guide::Other837 {
                NotEvaluated::OutOfScope
            } else {
                self.record.loose(FaultCode::ClaimInOtherSet, place, ElementRef::segment(CLM), [0, 0]);
                NotEvaluated::OtherSet
            };
            self.record.counts.claims_not_evaluated[reason as usize] += 1;
            return false;
        }
        self.record.counts.claims_seen += 1;
        self.record.claim_faults.clear();
        if let Some((place, at, figures)) = self.long_clm.take() {
            self.record.in_claim(FaultCode::TooManyElements, place, at, figures);
        }
        self.claim.clear();
        let [id, charge, _, _, facility] = segment.first();
        let [code, qualifier, frequency] = segment.composites().first(facility);
        let claim = &mut self.claim;
        claim.id = id;
        claim.place = place;
        claim.charge = professional::read_charge(segment, charge);
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
    pub(super) fn read_claim(&mut self) {
        let (mut at, mut named) = (Loop::Claim, Named::Nobody);
        // Segments counted when CLM was reached, and when the first line was.
        let (before, mut before_lines) = (self.recognised() - 1, None);
        let boundary = loop {
            let Some((kind, segment)) = self.next_segment() else { break false };
            match kind {
                Kind::Envelope | Kind::Hl | Kind::Clm => {
                    self.pending = Some((kind, segment));
                    break true;
                }
                Kind::Lx if self.claim.lines.len() == MOST_LINES => {
                    break self.pass_over_lines((kind, segment));
                }
                Kind::Lx => {
                    (at, named) = (Loop::Line, Named::Nobody);
                    before_lines.get_or_insert(self.recognised() - 1);
                    self.lx(segment);
                }
                Kind::Sv1 | Kind::Sv2 | Kind::OtherService if self.has_most_lines() => {
                    break self.pass_over_lines((kind, segment));
                }
                Kind::Sv1 | Kind::Sv2 | Kind::OtherService => {
                    // Without an LX before it the line begins here all the same.
                    at = Loop::Line;
                    before_lines.get_or_insert(self.recognised() - 1);
                    self.service(kind, &segment);
                }
                Kind::Plain | Kind::Dmg => {}
                Kind::Unknown | Kind::Service => self.unknown_in_claim(segment),
                // Another payer of the claim (loop 2320); what it says of itself is passed over.
                Kind::Sbr if at != Loop::Line => (at, named) = (Loop::OtherPayer, Named::Nobody),
                // Other payers' adjudication of the line ends the providers of the line.
                Kind::Svd | Kind::Sbr => named = Named::Nobody,
                Kind::Dtp => match at {
                    Loop::Line => {
                        if self.claim.lines.last().is_some_and(|l| l.service == Tag::UNKNOWN) {
                            self.out_of_order(&segment);
                        }
                        self.line_date(segment);
                    }
                    Loop::Claim => self.claim_date(segment),
                    Loop::OtherPayer => {}
                },
                Kind::Ref => match at {
                    Loop::Line => self.line_reference(segment),
                    Loop::Claim => self.claim_reference(segment),
                    Loop::OtherPayer => {}
                },
                Kind::Nte | Kind::K3 => {
                    let line = if at == Loop::Line { self.claim.lines.len() as u32 } else { 0 };
                    let text = segment.element(if kind == Kind::Nte { 2 } else { 1 });
                    self.claim.notes.push(Note { line, text });
                }
                Kind::Nm1 if at != Loop::OtherPayer => named = self.named_provider(segment, at),
                Kind::Prv if named != Named::Nobody => {
                    let taxonomy = Taxonomy::parse(segment.element(3));
                    if let Some(slot) = self.slot_of(named) {
                        slot.taxonomy = taxonomy;
                    }
                }
                Kind::Hi => {
                    if at != Loop::Claim {
                        self.out_of_order(&segment);
                    }
                    self.health_codes(segment);
                }
                Kind::Nm1 | Kind::Prv => {}
            }
        };
        let end = self.recognised() - u64::from(boundary);
        let before_lines = before_lines.unwrap_or(end);
        self.record.counts.segments.claim += before_lines - before;
        self.record.counts.segments.line += end - before_lines;
        if !boundary {
            self.end_of_piece_in_claim();
        }
        self.finish_claim();
    }

    /// Segments of the chunk read so far, without those that no guide has.
    fn recognised(&self) -> u64 {
        u64::from(self.number()) - self.record.counts.segments.unrecognised
    }

    fn lx(&mut self, segment: Segment<'a>) {
        self.line_without_service();
        let place = self.place(segment.start);
        let order = self.claim.lines.len() as u32 + 1;
        let written = segment.element(1);
        let written = segment.whole(written).or_else(|| number(written).and_then(|n| u32::try_from(n).ok()));
        if written != Some(order) {
            let at = ElementRef::element(LX, 1);
            self.record.in_claim(
                FaultCode::LineNumber,
                place,
                at,
                [written.unwrap_or(0).into(), order.into()],
            );
        }
        // Made where it will stand: what is pushed is made elsewhere and copied.
        let line = || ServiceLine::new(order, written.unwrap_or(order), place);
        self.claim.lines.extend(std::iter::once_with(line));
    }

    /// Says of the last line, if it never got a service segment, that it did not.
    pub(super) fn line_without_service(&mut self) {
        if let Some(line) = self.claim.lines.last()
            && line.service == Tag::UNKNOWN
        {
            self.record.in_claim(FaultCode::LineWithoutService, line.place, ElementRef::segment(LX), [0, 0]);
        }
    }

    /// A service segment: SV1, SV2, or another form's.
    fn service(&mut self, kind: Kind, segment: &Segment<'a>) {
        self.record.counts.lines_seen += 1;
        let place = self.place(segment.start);
        if self.claim.lines.last().is_none_or(|l| l.service != Tag::UNKNOWN) {
            self.record.in_claim(
                FaultCode::ServiceWithoutLine,
                place,
                ElementRef::segment(segment.tag()),
                [0, 0],
            );
            let order = self.claim.lines.len() as u32 + 1;
            self.claim.lines.push(ServiceLine::new(order, order, place));
        }
        let Some(line) = self.claim.lines.last_mut() else { return };
        line.place = place;
        match kind {
            Kind::Sv1 => {
                line.service = SV1;
                professional::sv1(segment, place, line, &mut self.record);
            }
            Kind::Sv2 => {
                line.service = SV2;
                institutional::sv2(segment, place, line, &mut self.record);
            }
            _ => line.service = segment.tag(),
        }
    }

    /// DTP of a line: the date of service.
    fn line_date(&mut self, segment: Segment<'a>) {
        let [qualifier, format, period] = segment.first();
        if qualifier != b"472" {
            return;
        }
        let Some(line) = self.claim.lines.last_mut() else { return };
        match dates(format, period) {
            Some((from, to)) => {
                (line.date, line.date_to) = (Some(from), Some(to));
                self.served_until(to, &segment);
            }
            None => self.date_fault(FaultCode::NotADate, &segment),
        }
    }

    /// No service is given after the transaction set was made.
    fn served_until(&mut self, date: Date, segment: &Segment<'a>) {
        if self.context.created.is_some_and(|created| date > created) {
            self.date_fault(FaultCode::FutureDate, segment);
        }
    }

    #[cold]
    fn date_fault(&mut self, code: FaultCode, segment: &Segment<'a>) {
        let place = self.place(segment.start);
        self.record.in_claim(code, place, ElementRef::element(DTP, 3), [0, 0]);
    }

    /// REF of a line.
    fn line_reference(&mut self, segment: Segment<'a>) {
        let mut elements = segment.elements();
        let qualifier = elements.next();
        let mut value = || elements.next().unwrap_or_default();
        match qualifier {
            Some(b"6R") => {
                if let Some(line) = self.claim.lines.last_mut() {
                    line.control = value();
                }
            }
            Some(b"G1") if self.claim.authorisation.is_empty() => self.claim.authorisation = value(),
            Some(b"9F") if self.claim.referral.is_empty() => self.claim.referral = value(),
            _ => {}
        }
    }

    /// REF of a claim.
    fn claim_reference(&mut self, segment: Segment<'a>) {
        let mut elements = segment.elements();
        let slot = match elements.next() {
            Some(b"G1") => &mut self.claim.authorisation,
            Some(b"9F") => &mut self.claim.referral,
            Some(b"F8") => &mut self.claim.original,
            _ => return,
        };
        *slot = elements.next().unwrap_or_default();
    }

    /// HI: diagnoses and occurrence codes.
    fn health_codes(&mut self, segment: Segment<'a>) {
        let composites = segment.composites();
        for element in segment.elements() {
            let [qualifier, code] = composites.first(element);
            match qualifier {
                b"ABK" | b"ABF" | b"BK" | b"BF" => self.claim.diagnoses.push(Code::parse(code)),
                b"BH" => {
                    self.claim.occurrences.push(institutional::occurrence(composites.first(element)));
                }
                _ => {}
            }
        }
    }

    /// NM1 of a claim or a line: who it names, if it matters here.
    fn named_provider(&mut self, segment: Segment<'a>, at: Loop) -> Named {
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
        let [id_kind, id] = elements.next_parts();
        let npi = if id_kind == b"XX" { Npi::parse(id) } else { None };
        if npi.is_none() && id_kind == b"XX" {
            let place = self.place(segment.start);
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

    fn claim_date(&mut self, segment: Segment<'a>) {
        let [qualifier, format, period] = segment.first();
        if !matches!(qualifier, b"431" | b"434" | b"454" | b"472") {
            return;
        }
        match (dates(format, period), qualifier) {
            (Some(period), b"434" | b"472") => {
                self.claim.statement = Some(period);
                self.served_until(period.1, &segment);
            }
            (Some((from, _)), b"431") => self.claim.onset = Some(from),
            (Some((from, _)), _) => self.claim.initial_treatment = Some(from),
            (None, _) => self.date_fault(FaultCode::NotADate, &segment),
        }
    }

    #[cold]
    fn out_of_order(&mut self, segment: &Segment<'a>) {
        let place = self.place(segment.start);
        self.record.in_claim(FaultCode::SegmentOrder, place, ElementRef::segment(segment.tag()), [0, 0]);
    }

    fn unknown_in_claim(&mut self, segment: Segment<'a>) {
        let place = self.place(segment.start);
        self.record.counts.segments.unrecognised += 1;
        self.record.in_claim(FaultCode::UnknownSegment, place, ElementRef::segment(segment.tag()), [0, 0]);
    }
}

/// A date (D8) or a period (RD8) whose end is not before its start.
#[inline(always)]
fn dates(format: &[u8], period: &[u8]) -> Option<(Date, Date)> {
    match format {
        b"D8" => Date::parse(period).map(|d| (d, d)),
        _ => dates_of_range(format, period),
    }
}

/// A period, or a date in a rarer format.
fn dates_of_range(format: &[u8], period: &[u8]) -> Option<(Date, Date)> {
    match format {
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
