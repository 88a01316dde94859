//! Segments outside claims: envelopes, the hierarchy, and what claims inherit from the loops above them.

use crate::position::{ElementRef, Tag};
use crate::x12::code::{Code, Taxonomy};
use crate::x12::delimiters::{ISA_LONGEST, Isa, control_of_unread, isa};
use crate::x12::envelope::parties::Parties;
use crate::x12::envelope::{self, Mark};
use crate::x12::fault::FaultCode;
use crate::x12::segment::Segment;
use crate::x12::text::{Text, number};
use crate::x12::value::{Date, Npi};

use super::super::claim::{Place, Provider};
use super::super::context::{Context, Guide, Level, digest};
use super::super::kind::Kind;
use super::{Claims, GE, ISA, SE, SERVICE};

const BHT: Tag = Tag::of(b"BHT");
const GS: Tag = Tag::of(b"GS");
const HL: Tag = Tag::of(b"HL");
const ST: Tag = Tag::of(b"ST");

/// Transaction sets of health care beside the 837: whatever guide one of them names, it holds no claims.
const OTHER_SETS: [Code; 13] = {
    let mut sets = [Code::NONE; 13];
    let ids = ["270", "271", "274", "275", "276", "277", "278", "820", "824", "834", "835", "997", "999"];
    let mut n = 0;
    while n < ids.len() {
        sets[n] = Code::of(ids[n]);
        n += 1;
    }
    sets
};

impl<'a> Claims<'a> {
    /// Segments outside claims.
    pub(super) fn context_segment(&mut self, kind: Kind, segment: &Segment<'a>, place: Place) {
        let counts = &mut self.record.counts.segments;
        match (kind, self.context.guide) {
            (Kind::Envelope, _) => {
                counts.envelope += 1;
                // A trailer without a terminator is counted already and not yet passed.
                let passed = self.number().max(self.record.segment);
                self.record.balance(place.byte, passed);
                self.envelope_segment(segment, place);
            }
            (Kind::Service, _) if self.context.level == Level::Outside => {
                counts.service += 1;
                self.note(SERVICE, segment);
            }
            (_, Guide::NotClaims | Guide::Other837) => {
                counts.out_of_scope += 1;
                if kind.is_service_line() {
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
                    ElementRef::segment(segment.tag()),
                    [0, 0],
                );
            }
            // What belongs to the interchange has no place in a transaction set either.
            (Kind::Unknown | Kind::Service, _) => {
                counts.unrecognised += 1;
                self.record.loose(
                    FaultCode::UnknownSegment,
                    place,
                    ElementRef::segment(segment.tag()),
                    [0, 0],
                );
            }
            _ => {
                counts.context += 1;
                let before = self.context.guide;
                self.inherited(kind, segment);
                // Only the reference names the guide, and it is none that is read.
                if self.context.guide == Guide::Other837 && before != Guide::Other837 {
                    let at = ElementRef::element(segment.tag(), 2);
                    self.record.loose(FaultCode::GuideNotCovered, place, at, [0, 0]);
                }
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
            (Kind::Plain, Level::Header) if segment.tag() == BHT => {
                context.created = Date::parse(segment.element(4));
            }
            _ => {}
        }
    }

    /// ISA, GS, ST and their trailers.
    fn envelope_segment(&mut self, segment: &Segment<'a>, place: Place) {
        match segment.tag() {
            ISA => {
                // What stands before an ISA in the middle of a piece is of the interchange before.
                if segment.start > 0 {
                    self.tolerated();
                }
                self.context = Context::default();
                // The window may end right after the ISA, so the terminator is put back for the parser.
                let mut bytes = [0u8; ISA_LONGEST];
                let len = segment.bytes().len().min(bytes.len() - 1);
                bytes[..len].copy_from_slice(&segment.bytes()[..len]);
                bytes[len] = self.segments.delimiters().terminator;
                match isa(&bytes[..=len]) {
                    Ok((_, isa)) => {
                        let Isa { control, qualifiers, sender, receiver, usage, delimiters, .. } = isa;
                        let parties = Parties { qualifiers, sender, receiver };
                        self.record.event(place, Mark::Isa { control, parties, usage });
                        if segment.bytes().get(3) == Some(&b' ') {
                            let (code, at) = (FaultCode::PaddedId, Some(ElementRef::segment(ISA)));
                            self.record.event(place, Mark::Tolerated { code, count: 1, at });
                        }
                        if std::mem::take(&mut self.repaired) {
                            let at = ElementRef::segment(ISA);
                            self.record.loose(FaultCode::BadDelimiters, place, at, [0, 0]);
                        }
                        if delimiters.is_unusual() {
                            let at = ElementRef::segment(ISA);
                            self.record.loose(FaultCode::UnusualDelimiters, place, at, [0, 0]);
                        }
                        if isa.no_repetition {
                            let at = ElementRef::element(ISA, 11);
                            self.record.loose(FaultCode::RepetitionSeparator, place, at, [0, 0]);
                        }
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
                        let control = control_of_unread(segment.bytes());
                        self.record
                            .event(place, Mark::Isa { control, parties: Parties::default(), usage: 0 });
                        self.record.loose(FaultCode::BadDelimiters, place, ElementRef::segment(ISA), [0, 0]);
                    }
                }
            }
            GS => {
                self.context.close_transaction();
                let (mark, version) = envelope::gs(segment);
                self.context.group_guide = Guide::named(version);
                self.context.group_unknown = Guide::is_unknown(version);
                self.record.event(place, mark);
            }
            ST => {
                let (set, control, guide) = envelope::st(segment);
                self.record.empty = 0;
                self.context.close_transaction();
                self.context.level = Level::Header;
                let mut conflict = false;
                self.context.guide = match (Guide::named(guide), self.context.group_guide) {
                    (Guide::Unnamed, of_group) => of_group,
                    (named, of_group) => {
                        conflict = named != of_group && of_group.is_named();
                        named
                    }
                };
                let is_claims = set == Code::of("837");
                // An id that no set has is a damaged one, as long as there is something else to tell the set by.
                let damaged = !is_claims && !OTHER_SETS.contains(&set) && self.context.guide.is_named();
                if !is_claims && !damaged {
                    (self.context.guide, conflict) = (Guide::NotClaims, false);
                }
                if self.context.guide == Guide::None {
                    self.context.guide = Guide::Unnamed;
                }
                let in_scope = !matches!(self.context.guide, Guide::NotClaims | Guide::Other837);
                self.record.event(place, Mark::St { set, control, in_scope });
                if damaged {
                    self.record.loose(FaultCode::SetIdentifier, place, ElementRef::element(ST, 1), [0, 0]);
                }
                let unknown = self.context.group_unknown || !guide.trim_ascii().is_empty();
                if self.context.guide == Guide::Unnamed && unknown {
                    self.record.loose(FaultCode::UnknownGuide, place, ElementRef::element(ST, 3), [0, 0]);
                }
                if conflict {
                    self.record.loose(FaultCode::GuideConflict, place, ElementRef::element(ST, 3), [0, 0]);
                }
                if self.context.guide == Guide::Other837 {
                    self.record.loose(FaultCode::GuideNotCovered, place, ElementRef::element(ST, 3), [0, 0]);
                }
            }
            SE => {
                let (segments, control) = envelope::trailer(segment);
                let empty = std::mem::take(&mut self.record.empty);
                if self.context.hierarchy.child == Some(true) && self.context.level.depth().is_some() {
                    self.record.loose(FaultCode::HlChild, place, ElementRef::segment(SE), [1, 0]);
                }
                self.context.close_transaction();
                self.record.event(place, Mark::Se { segments, control, empty });
            }
            GE => {
                let (sets, control) = envelope::trailer(segment);
                self.context.close_transaction();
                (self.context.group_guide, self.context.group_unknown) = (Guide::None, false);
                self.record.event(place, Mark::Ge { sets, control });
            }
            _ => {
                let (groups, control) = envelope::trailer(segment);
                self.context.close_transaction();
                (self.context.group_guide, self.context.group_unknown) = (Guide::None, false);
                self.context.closed = true;
                self.record.event(place, Mark::Iea { groups, control });
            }
        }
    }

    /// HL: opens a level and checks HL01 and HL02.
    fn hl(&mut self, segment: &Segment<'a>, place: Place) {
        let [id, parent, level, child] = segment.first();
        let (id, parent) = (number(id).unwrap_or(0), number(parent).unwrap_or(0));
        let before = self.context.level.depth();
        let hierarchy = &mut self.context.hierarchy;
        let promised = std::mem::replace(
            &mut hierarchy.child,
            match child.trim_ascii() {
                b"1" => Some(true),
                b"0" => Some(false),
                _ => None,
            },
        );
        let expected = hierarchy.last + 1;
        hierarchy.last = id;
        let above = match level {
            b"23" => self.context.suspect[1],
            b"22" => self.context.suspect[0],
            _ => false,
        };
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
        let suspect = above || id != expected || parent != wanted || orphan;
        match self.context.level {
            Level::Billing => self.context.suspect = [suspect; 3],
            Level::Subscriber => self.context.suspect[1..].fill(suspect),
            Level::Patient => self.context.suspect[2] = suspect,
            _ => self.context.suspect[2] = true,
        }
        if let (Some(promised), Some(before), Some(now)) = (promised, before, self.context.level.depth())
            && promised != (now > before)
            // Of a level that stands below the wrong one that is told.
            && parent == wanted
        {
            let at = ElementRef::element(HL, 3);
            self.record.loose(FaultCode::HlChild, place, at, [u64::from(promised), 0]);
        }
        if parent != wanted || orphan {
            self.record.loose(FaultCode::HlParent, place, ElementRef::element(HL, 2), [parent, wanted]);
        }
    }
}

/// NM1 outside claims: billing provider, subscriber, patient, payer.
fn name(context: &mut Context, segment: &Segment<'_>, level: Level) {
    let mut elements = segment.elements();
    let qualifier = elements.next().unwrap_or_default();
    match (qualifier, level) {
        (b"85", Level::Billing) => {
            elements.pass(6);
            let [id_kind, id] = elements.next_parts();
            let npi = if id_kind == b"XX" { Npi::parse(id) } else { None };
            context.billing = Provider { named: true, npi, taxonomy: context.billing.taxonomy };
        }
        (b"IL", Level::Subscriber) => {
            let id = segment.element(9);
            context.member_id = Text::new(id);
            context.subscriber = if id.trim_ascii().is_empty() {
                // Without a member id the name has to tell persons apart.
                let [_, last, first] = elements.next_parts();
                digest(digest(0, last), first)
            } else {
                digest(0, id)
            };
            context.patient = context.subscriber;
        }
        (b"QC", Level::Patient) => {
            let [_, last, first] = elements.next_parts();
            context.patient = digest(digest(context.patient, last), first);
        }
        (b"PR", Level::Subscriber) => {
            context.payer.id = Text::new(segment.element(9));
            context.payer.name = Text::new(segment.element(3));
        }
        _ => {}
    }
}
