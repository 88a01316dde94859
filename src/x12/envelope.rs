//! The envelopes: ISA GS ST and SE GE IEA. Counts and control numbers.
//!
//! Workers read chunks of a file in any order and note the envelope segments they pass as [`Event`]s; the
//! [`Tracker`] is fed the events of each chunk in the order of the file and knows what is open, what is
//! missing and what does not add up.

mod event;
pub mod expected;
mod numbers;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::code::Code;
use super::fault::{Fault, FaultCode};
use super::text::Text;
use crate::position::{ElementRef, Tag};
use expected::Expected;
use numbers::Numbers;

pub use event::{Event, Mark, gs, st, trailer};

/// A control number: ISA13 (nine digits), GS06 (one to nine), ST02 (four to nine).
pub type Control = Text<16>;

/// Where a segment stands among the envelopes of its file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Interchange within the file, counted from 1; 0 before the first.
    pub interchange: u32,
    /// Functional group within the interchange, counted from 1; 0 outside.
    pub group: u32,
    /// Transaction set within the group, counted from 1; 0 outside.
    pub transaction: u32,
    /// ISA13.
    pub isa13: Control,
    /// GS06.
    pub gs06: Control,
    /// ST02.
    pub st02: Control,
    /// Add this to a number within the chunk to get the number within the transaction set.
    base: i64,
}

impl Standing {
    /// The number within the transaction set (ST is 1) of the segment with a number within the chunk; 0 outside.
    pub fn ordinal(&self, segment_of_chunk: u32) -> u32 {
        if self.transaction == 0 {
            return 0;
        }
        u32::try_from(i64::from(segment_of_chunk) + self.base).unwrap_or(0)
    }

    /// What [`Standing::from_parts`] needs beside the public fields.
    pub fn base(&self) -> i64 {
        self.base
    }

    /// Puts a standing together again: interchange, group, transaction set as counted; ISA13, GS06, ST02.
    pub fn from_parts(counted: [u32; 3], controls: [&[u8]; 3], base: i64) -> Standing {
        let [interchange, group, transaction] = counted;
        let [isa13, gs06, st02] = controls.map(Control::new);
        Standing { interchange, group, transaction, isa13, gs06, st02, base }
    }
}

/// A fault of the envelope, and the event that brought it to light.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    /// The fault; its segment number is within the transaction set already.
    pub fault: Fault,
    /// Where it stands.
    pub standing: Standing,
    /// Offset of the event that brought it to light; orders findings of the file.
    pub trigger: u64,
    /// Whether the receiver refuses what others tolerate.
    pub refused: bool,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    byte: u64,
    control: Control,
    children: u64,
}

/// What a chunk had beside its envelopes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Passed {
    /// Segments, without empty ones.
    pub segments: u32,
    /// Empty segments after its last ST or SE.
    pub empty: u64,
    /// Claims.
    pub claims: u64,
}

/// What closes an envelope: where it stands, and the claims of the chunk before it.
#[derive(Clone, Copy, Debug)]
struct Closed {
    byte: u64,
    claims: u64,
}

impl From<&Event> for Closed {
    fn from(event: &Event) -> Closed {
        Closed { byte: event.byte, claims: event.claims }
    }
}

/// How many envelopes of each kind a file had.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EnvelopeCounts {
    /// Interchanges.
    pub interchanges: u64,
    /// Functional groups.
    pub groups: u64,
    /// Transaction sets.
    pub transactions: u64,
    /// Transaction sets claims are read from.
    pub in_scope: u64,
    /// Other transaction sets by ST01.
    pub out_of_scope: Vec<(Code, u64)>,
    /// Segments longer than any can be, passed over.
    pub oversize: u64,
    /// Claims whose envelope is in doubt: their transaction set has no SE, or their interchange no ISA.
    pub suspect_claims: u64,
}

/// Something read through in the open interchange.
#[derive(Clone, Copy, Debug)]
struct Tolerated {
    code: FaultCode,
    count: u64,
    /// The first of them, where its place tells something.
    first: Option<(Fault, Standing)>,
}

/// Follows the envelopes of one file through its chunks.
#[derive(Debug, Default)]
pub struct Tracker<'e> {
    /// What receivers take; the first that speaks of a receiver holds.
    expected: &'e [Expected],
    /// What the receiver of the open interchange takes.
    here: Option<&'e Expected>,
    /// ISA15 of the file's first interchange.
    usage: Option<u8>,
    /// The second interchange of the file, if there is one.
    second: Option<(Fault, Standing, bool)>,
    /// Whether the group's GS01 names claims, or it was said that it does not.
    of_claims: bool,
    /// Where the open group begins.
    group_byte: u64,
    /// Claims of the open transaction set in the chunks before, less those of this chunk that stand before it.
    set_claims: i64,
    interchange: Option<Open>,
    group: Option<Open>,
    transaction: Option<Open>,
    standing: Standing,
    /// Functional groups of the open interchange, transaction sets of the open group.
    groups: u32,
    sets: u32,
    tolerated: Vec<Tolerated>,
    /// Empty segments of the open transaction set in the chunks before, and segments that were passed over.
    empty: u64,
    /// Where the ISA of the interchange read last stands, if it has one.
    header: Option<u64>,
    /// A run of bytes passed over that may go on in the next chunk: why, from where, how many.
    skipped: Option<(FaultCode, u64, u64)>,
    isa13s: HashSet<Control>,
    gs06s: HashSet<Control>,
    st02s: Numbers,
    counts: EnvelopeCounts,
}

impl<'e> Tracker<'e> {
    /// A new file, held to what receivers take.
    pub fn new(expected: &'e [Expected]) -> Tracker<'e> {
        Tracker { expected, ..Tracker::default() }
    }

    /// What has been counted so far.
    pub fn counts(&self) -> &EnvelopeCounts {
        &self.counts
    }

    /// Whether an envelope is open. At the end of a file that means the file may be cut off. An interchange
    /// without ISA has no trailer to wait for.
    pub fn is_open(&self) -> bool {
        let interchange = self.interchange.is_some_and(|i| !i.control.is_empty());
        self.transaction.is_some() || self.group.is_some() || interchange
    }

    /// Takes the events of the next chunk. `standings` gets one entry for the state the chunk began in and
    /// one after each event, so that entry `n` holds for everything after `n` events. `passed` says what the
    /// chunk had beside them.
    pub fn chunk(
        &mut self,
        events: &[Event],
        passed: Passed,
        standings: &mut Vec<Standing>,
        found: &mut Vec<Found>,
    ) {
        standings.push(self.standing);
        for (n, event) in events.iter().enumerate() {
            match event.mark {
                Mark::Tolerated { code, count, at } => {
                    let place = at.map(|at| {
                        // The first of them may stand in a transaction set that is closed by now.
                        let before = events[..n].iter().rposition(|e| e.is_before(event.byte));
                        (at, standings[before.map_or(0, |n| n + 1)])
                    });
                    self.tolerate(event, code, count, place);
                }
                _ => self.event(event, found),
            }
            standings.push(self.standing);
        }
        self.standing.base += i64::from(passed.segments);
        self.empty += passed.empty;
        self.set_claims += i64::try_from(passed.claims).unwrap_or(0);
    }

    fn tolerate(
        &mut self,
        event: &Event,
        code: FaultCode,
        count: u64,
        place: Option<(ElementRef, Standing)>,
    ) {
        debug_assert!(FaultCode::COUNTED.contains(&code), "{code:?} is counted and not listed as such");
        match self.tolerated.iter_mut().find(|t| t.code == code) {
            Some(tolerated) => tolerated.count += count,
            None => {
                let first = place.map(|(at, standing)| {
                    let segment = standing.ordinal(event.segment);
                    (Fault { code, byte: event.byte, at, segment, figures: [0, 0] }, standing)
                });
                self.tolerated.push(Tolerated { code, count, first });
            }
        }
    }

    /// The file ends.
    pub fn finish(&mut self, byte: u64, found: &mut Vec<Found>) {
        self.report_skipped(byte, found);
        self.close_interchange(Closed { byte, claims: 0 }, found);
        self.report_tolerated(byte, found);
        if let Some((mut fault, standing, refused)) = self.second {
            fault.figures[0] = self.counts.interchanges;
            found.push(Found { fault, standing, trigger: byte, refused });
        }
    }

    fn event(&mut self, event: &Event, found: &mut Vec<Found>) {
        if !matches!(event.mark, Mark::Skipped { .. }) {
            self.report_skipped(event.byte, found);
        }
        match event.mark {
            Mark::Skipped { code, bytes } => match &mut self.skipped {
                Some((same, from, run)) if *same == code && *from + *run == event.byte => *run += bytes,
                _ => {
                    self.report_skipped(event.byte, found);
                    self.skipped = Some((code, event.byte, bytes));
                }
            },
            Mark::Isa { control, receiver, usage } => {
                self.close_interchange(event.into(), found);
                self.report_tolerated(event.byte, found);
                self.counts.interchanges += 1;
                self.here = self.expected.iter().find(|e| e.is_for(receiver));
                self.gs06s.clear();
                self.groups = 0;
                self.interchange = Some(Open { byte: event.byte, control, children: 0 });
                self.header = (!control.is_empty()).then_some(event.byte);
                self.standing = Standing {
                    interchange: self.standing.interchange + 1,
                    isa13: control,
                    base: self.standing.base,
                    ..Standing::default()
                };
                if !self.isa13s.insert(control) {
                    self.report(event, FaultCode::DuplicateInterchange, isa(13), [0, 0], found);
                }
                if self.counts.interchanges == 2 {
                    let code = FaultCode::SeveralInterchanges;
                    let fault = Fault { code, byte: event.byte, at: isa(0), segment: 0, figures: [0, 0] };
                    self.second = Some((fault, self.standing, self.refuses(code)));
                }
                if !control.is_empty() {
                    let wanted = self.here.and_then(|e| e.usage);
                    let first = *self.usage.get_or_insert(usage);
                    if usage != wanted.unwrap_or(first) {
                        self.report(event, FaultCode::UsageIndicator, isa(15), [0, 0], found);
                        if let Some(last) = found.last_mut() {
                            last.refused = wanted.is_some();
                        }
                    }
                }
            }
            Mark::Iea { groups, control } => {
                self.close_group(event.into(), found);
                let Some(open) = self.interchange.take() else {
                    self.report(
                        event,
                        FaultCode::StrayTrailer,
                        ElementRef::segment(Tag::of(b"IEA")),
                        [0, 0],
                        found,
                    );
                    return;
                };
                self.check(event, FaultCode::GroupCount, b"IEA", groups, open.children, found);
                // An interchange without ISA is told already, and has no number that IEA02 could repeat.
                if !open.control.is_empty() {
                    let code = FaultCode::InterchangeControl;
                    self.check_control(event, code, b"IEA", control, open.control, found);
                }
            }
            Mark::Gs { functional, control } => {
                self.close_group(event.into(), found);
                self.of_claims = functional == Code::of("HC");
                self.group_byte = event.byte;
                self.counts.groups += 1;
                if let Some(open) = &mut self.interchange {
                    open.children += 1;
                }
                self.group = Some(Open { byte: event.byte, control, children: 0 });
                self.st02s = Numbers::default();
                self.groups += 1;
                self.sets = 0;
                (self.standing.group, self.standing.gs06) = (self.groups, control);
                if !self.gs06s.insert(control) {
                    let at = ElementRef::element(Tag::of(b"GS"), 6);
                    self.report(event, FaultCode::DuplicateGroup, at, [0, 0], found);
                }
            }
            Mark::Ge { sets, control } => {
                self.close_transaction(event.into(), found);
                let Some(open) = self.group.take() else {
                    self.report(
                        event,
                        FaultCode::StrayTrailer,
                        ElementRef::segment(Tag::of(b"GE")),
                        [0, 0],
                        found,
                    );
                    return;
                };
                self.check(event, FaultCode::TransactionCount, b"GE", sets, open.children, found);
                self.check_control(event, FaultCode::GroupControl, b"GE", control, open.control, found);
                self.leave_group();
            }
            Mark::St { set, control, in_scope } => {
                self.close_transaction(event.into(), found);
                self.counts.transactions += 1;
                if in_scope {
                    self.counts.in_scope += 1;
                } else {
                    match self.counts.out_of_scope.iter_mut().find(|(s, _)| *s == set) {
                        Some((_, n)) => *n += 1,
                        None => self.counts.out_of_scope.push((set, 1)),
                    }
                }
                self.sets += 1;
                self.empty = 0;
                (self.standing.transaction, self.standing.st02) = (self.sets, control);
                self.standing.base = 1 - i64::from(event.segment);
                self.transaction = Some(Open { byte: event.byte, control, children: 0 });
                self.set_claims = -i64::try_from(event.claims).unwrap_or(0);
                if in_scope && self.group.is_some() && !std::mem::replace(&mut self.of_claims, true) {
                    let at = ElementRef::element(Tag::of(b"GS"), 1);
                    let group = Event { byte: self.group_byte, segment: 0, ..*event };
                    let standing = Standing { transaction: 0, st02: Text::EMPTY, ..self.standing };
                    let fault = Fault {
                        code: FaultCode::GroupType,
                        byte: group.byte,
                        at,
                        segment: 0,
                        figures: [0, 0],
                    };
                    found.push(Found { fault, standing, trigger: event.byte, refused: false });
                }
                match &mut self.group {
                    Some(open) => open.children += 1,
                    None => self.report(
                        event,
                        FaultCode::MissingGs,
                        ElementRef::segment(Tag::of(b"ST")),
                        [0, 0],
                        found,
                    ),
                }
                if control.is_empty() || !self.st02s.insert(control) {
                    self.report(
                        event,
                        FaultCode::DuplicateTransaction,
                        ElementRef::element(Tag::of(b"ST"), 2),
                        [0, 0],
                        found,
                    );
                }
            }
            Mark::Se { segments, control, empty } => {
                let Some(open) = self.transaction.take() else {
                    self.report(
                        event,
                        FaultCode::StrayTrailer,
                        ElementRef::segment(Tag::of(b"SE")),
                        [0, 0],
                        found,
                    );
                    return;
                };
                let actual = u64::from(self.standing.ordinal(event.segment));
                let empty = std::mem::take(&mut self.empty) + empty;
                if segments != Some(actual + empty) {
                    self.check(event, FaultCode::SegmentCount, b"SE", segments, actual, found);
                }
                self.check_control(event, FaultCode::TransactionControl, b"SE", control, open.control, found);
                self.claims_of_set(open.byte, event.into(), false, found);
                self.leave_transaction();
            }
            // Taken apart in `chunk`, where it is known what stood before.
            Mark::Tolerated { .. } => {}
        }
    }

    fn leave_transaction(&mut self) {
        (self.standing.transaction, self.standing.st02) = (0, Text::EMPTY);
    }

    fn leave_group(&mut self) {
        (self.standing.group, self.standing.gs06) = (0, Text::EMPTY);
    }

    fn close_transaction(&mut self, by: Closed, found: &mut Vec<Found>) {
        if let Some(open) = self.transaction.take() {
            self.missing(FaultCode::MissingSe, b"ST", open.byte, by.byte, found);
            self.claims_of_set(open.byte, by, true, found);
            self.leave_transaction();
        }
    }

    fn close_group(&mut self, by: Closed, found: &mut Vec<Found>) {
        self.close_transaction(by, found);
        if let Some(open) = self.group.take() {
            self.missing(FaultCode::MissingGe, b"GS", open.byte, by.byte, found);
            self.leave_group();
        }
    }

    fn close_interchange(&mut self, by: Closed, found: &mut Vec<Found>) {
        self.close_group(by, found);
        if let Some(open) = self.interchange.take() {
            self.missing(FaultCode::MissingIea, b"ISA", open.byte, by.byte, found);
        }
    }

    /// A transaction set ends: holds the number of its claims to what the receiver takes.
    fn claims_of_set(&mut self, byte: u64, by: Closed, doubtful: bool, found: &mut Vec<Found>) {
        let claims = self.set_claims + i64::try_from(by.claims).unwrap_or(0);
        let claims = u64::try_from(claims).unwrap_or(0);
        let headless = self.interchange.is_some_and(|i| i.control.is_empty());
        if doubtful || headless {
            self.counts.suspect_claims += claims;
        }
        let most = self.here.and_then(|e| e.claims_per_transaction);
        if let Some(most) = most.filter(|most| claims > *most) {
            let at = ElementRef::segment(Tag::of(b"ST"));
            let fault =
                Fault { code: FaultCode::TooManyClaims, byte, at, segment: 1, figures: [claims, most] };
            found.push(Found { fault, standing: self.standing, trigger: by.byte, refused: false });
        }
    }

    fn refuses(&self, code: FaultCode) -> bool {
        self.here.is_some_and(|e| e.refuses(code))
    }

    /// Says of a run of bytes passed over where it stood and how long it was.
    fn report_skipped(&mut self, trigger: u64, found: &mut Vec<Found>) {
        if let Some((code, byte, bytes)) = self.skipped.take() {
            // A segment too long to be kept is one for who counted it, as an empty one may be.
            self.counts.oversize += u64::from(code == FaultCode::OversizeSegment);
            let of_set = self.transaction.is_some() && code == FaultCode::OversizeSegment;
            self.empty += u64::from(of_set);
            let fault = Fault { code, byte, at: ElementRef::default(), segment: 0, figures: [bytes, 0] };
            found.push(Found { fault, standing: self.standing, trigger, refused: false });
        }
    }

    /// Says once for the interchange that ends what was read through in it: at its ISA, or at the file's
    /// first byte where there is none.
    fn report_tolerated(&mut self, trigger: u64, found: &mut Vec<Found>) {
        self.tolerated.sort_unstable_by_key(|t| t.code);
        let (byte, at) = self.header.map_or((0, ElementRef::default()), |byte| (byte, isa(0)));
        for Tolerated { code, count, first } in std::mem::take(&mut self.tolerated) {
            let of_header = Fault { code, byte, at, segment: 0, figures: [0, 0] };
            let (mut fault, standing) = first.unwrap_or((of_header, self.standing));
            fault.figures[0] = count;
            found.push(Found { fault, standing, trigger, refused: self.refuses(code) });
        }
    }

    fn missing(&self, code: FaultCode, head: &[u8], byte: u64, trigger: u64, found: &mut Vec<Found>) {
        let at = ElementRef::segment(Tag::of(head));
        let segment = u32::from(code == FaultCode::MissingSe);
        found.push(Found {
            fault: Fault { code, byte, at, segment, figures: [0, 0] },
            standing: self.standing,
            trigger,
            refused: false,
        });
    }

    fn check(
        &self,
        event: &Event,
        code: FaultCode,
        tag: &[u8],
        said: Option<u64>,
        counted: u64,
        found: &mut Vec<Found>,
    ) {
        if said != Some(counted) {
            let figures = [said.unwrap_or(0), counted];
            self.report(event, code, ElementRef::element(Tag::of(tag), 1), figures, found);
        }
    }

    fn check_control(
        &self,
        event: &Event,
        code: FaultCode,
        tag: &[u8],
        said: Control,
        opened: Control,
        found: &mut Vec<Found>,
    ) {
        // `0001` and `1` are the same number to most translators, and to this check.
        let same = said == opened || (said.number().is_some() && said.number() == opened.number());
        if !same {
            self.report(event, code, ElementRef::element(Tag::of(tag), 2), [0, 0], found);
        }
    }

    fn report(
        &self,
        event: &Event,
        code: FaultCode,
        at: ElementRef,
        figures: [u64; 2],
        found: &mut Vec<Found>,
    ) {
        let segment = self.standing.ordinal(event.segment);
        let fault = Fault { code, byte: event.byte, at, segment, figures };
        found.push(Found { fault, standing: self.standing, trigger: event.byte, refused: false });
    }
}

fn isa(element: u8) -> ElementRef {
    ElementRef::element(Tag::of(b"ISA"), element)
}

#[cfg(test)]
mod tests;
