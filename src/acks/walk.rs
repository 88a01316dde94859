//! A file that was checked, read once more for what an acknowledgement says of it.
//!
//! Claims, envelopes and faults are those of the reader (`claim::assemble`, `x12::envelope`), so that nothing is accepted
//! here that it does not know. What it does not keep is taken from the segments beside: who sent the batch, and the names
//! of organisations. Of persons nothing is kept but that they are persons.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::iter::Peekable;
use std::vec;

use crate::claim::assemble::ends_claim;
use crate::claim::context::Context;
use crate::position::Tag;
use crate::scan::Setup;
use crate::scan::split::{Chunk, Splitter};
use crate::source::trouble::Trouble;
use crate::x12::envelope::{Event, Mark, Standing, Tracker};
use crate::x12::segment::{Id, Segment};
use crate::x12::segments::Segments;
use crate::x12::value::Date;

use super::envelope::{self, Interchange};
use super::note::{self, Facts, Noted, place};
use super::party::{organisation, provider, unknown, unknown_header};
use super::text::{UNKNOWN, clean, clean_or, digits, time};
use super::{Acknowledge, Claim, Counted, Group, Header, Set, SyntaxFault};

const BHT: Tag = Tag::of(b"BHT");
const CLM: Tag = Tag::of(b"CLM");
const GS: Tag = Tag::of(b"GS");
const HL: Tag = Tag::of(b"HL");
const ISA: Tag = Tag::of(b"ISA");
const NM1: Tag = Tag::of(b"NM1");
const REF: Tag = Tag::of(b"REF");
const ST: Tag = Tag::of(b"ST");

/// Segments that say nothing an acknowledgement tells, the most frequent.
const PASSED: [Id; 8] = [
    Id::of(Tag::of(b"LX")),
    Id::of(Tag::of(b"SV1")),
    Id::of(Tag::of(b"SV2")),
    Id::of(Tag::of(b"DTP")),
    Id::of(Tag::of(b"HI")),
    Id::of(Tag::of(b"N3")),
    Id::of(Tag::of(b"N4")),
    Id::of(Tag::of(b"DMG")),
];

/// Characters of a reference (data element 127).
const REFERENCE: usize = 50;

/// Makes a token of a claim's id.
pub type Token<'t> = dyn Fn(&[u8]) -> Vec<u8> + 't;

/// What is said in place of a claim's id, if not the id.
#[derive(Clone, Copy, Default)]
pub struct Ids<'i> {
    /// Makes it.
    pub token: Option<&'i Token<'i>>,
}

/// What was met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Met {
    /// CLM segments.
    pub claims: u64,
    /// Those of sets that are not read.
    pub unread: u64,
}

/// Why a file was not read to its end.
#[derive(Debug)]
pub enum Stopped {
    /// It could not be read.
    Unread(Trouble),
    /// An acknowledgement could not be drafted.
    Unwritten(io::Error),
    /// The run is to stop.
    Told,
}

impl From<io::Error> for Stopped {
    fn from(e: io::Error) -> Stopped {
        Stopped::Unwritten(e)
    }
}

/// Reads a file from end to end and tells what is in it.
pub fn walk(
    input: impl Read,
    setup: &Setup,
    ids: Ids<'_>,
    to: &mut [&mut dyn Acknowledge],
) -> Result<Met, Stopped> {
    let mut splitter = Splitter::new(input, setup.limits);
    let mut context = Context::default();
    let mut tracker = Tracker::new(&setup.expected);
    let mut walk = Walk::of(to, ids);
    let mut buffer = Vec::new();
    while let Some(mut chunk) = splitter.next_chunk(buffer) {
        if setup.stop.is_set() {
            return Err(Stopped::Told);
        }
        chunk.tidy();
        let mut noted = note::note(setup, &chunk, &mut context, &mut tracker, &mut walk.met);
        if chunk.last {
            let mut found = Vec::new();
            tracker.finish(splitter.offset(), &mut found);
            noted.faults.extend(found.iter().filter_map(|found| note::of_envelope(setup, found)));
        }
        walk.chunk(&chunk, noted)?;
        buffer = chunk.bytes;
    }
    if let Some(error) = splitter.failure() {
        return Err(Stopped::Unread(Trouble::of_io(error)));
    }
    walk.close_interchange()?;
    Ok(walk.met)
}

/// Segments that say what the reader does not keep, until their envelope begins.
#[derive(Default)]
struct Headers {
    interchange: Option<Interchange>,
    group: Option<Group>,
    /// ST03.
    guide: String,
}

/// Where a file stands.
struct Walk<'w, 'a> {
    to: &'w mut [&'a mut dyn Acknowledge],
    ids: Ids<'w>,
    headers: Headers,
    header: Header,
    place: Counted,
    /// What is open: an interchange, a group, a set.
    open: [bool; 3],
    /// The claim that is read, once it is known to be one.
    claim: Option<Claim>,
    in_claim: bool,
    met: Met,
}

impl<'w, 'a> Walk<'w, 'a> {
    fn of(to: &'w mut [&'a mut dyn Acknowledge], ids: Ids<'w>) -> Walk<'w, 'a> {
        Walk {
            to,
            ids,
            headers: Headers::default(),
            header: Header::default(),
            place: [0; 3],
            open: [false; 3],
            claim: None,
            in_claim: false,
            met: Met::default(),
        }
    }

    fn chunk(&mut self, chunk: &Chunk, noted: Noted<'_>) -> io::Result<()> {
        let mut events = noted.events.into_iter().peekable();
        let mut faults = VecDeque::from(noted.faults);
        let mut claims = noted.claims.into_iter().peekable();
        for item in &chunk.items {
            let Some(piece) = chunk.piece(item) else { continue };
            for segment in Segments::new(piece.bytes, piece.delimiters) {
                if segment.is_empty() {
                    continue;
                }
                // Most are of no account here, and most of these are known by their first look.
                if PASSED.contains(&segment.id()) {
                    continue;
                }
                let (byte, tag) = (piece.offset + segment.start as u64, segment.tag());
                if ends_claim(tag) {
                    self.close_claim()?;
                    self.in_claim = tag == CLM;
                    self.keep(tag, &segment);
                    self.up_to(byte, &mut events, &mut faults)?;
                }
                if tag == CLM {
                    self.begin_claim(byte, &mut claims)?;
                } else {
                    self.segment(tag, &segment);
                }
            }
        }
        self.up_to(u64::MAX, &mut events, &mut faults)?;
        self.begin_claim(u64::MAX, &mut claims)?;
        self.close_claim()
    }

    /// Tells what stands or came to light at an offset or before it: first what belongs to what is open, then what begins or
    /// ends, then what belongs to that.
    fn up_to(
        &mut self,
        byte: u64,
        events: &mut Peekable<vec::IntoIter<(Event, Standing)>>,
        faults: &mut VecDeque<(u64, SyntaxFault)>,
    ) -> io::Result<()> {
        loop {
            let next = events.peek().map(|(event, _)| event.byte).filter(|at| *at <= byte);
            let until = next.unwrap_or(byte);
            let [interchange, group, set] = self.place;
            let is_here = |fault: &SyntaxFault| {
                let [i, g, s] = fault.place;
                (i, g) == (interchange, group) && (s == 0 || s == set)
            };
            let is_due = |(at, fault): &(u64, SyntaxFault)| *at < until || next.is_none() || is_here(fault);
            while let Some(n) = faults.iter().take_while(|(at, _)| *at <= until).position(is_due) {
                if let Some((_, fault)) = faults.remove(n) {
                    self.to.iter_mut().try_for_each(|to| to.fault(&fault))?;
                }
            }
            match next.and_then(|_| events.next()) {
                Some((event, standing)) => self.event(&event, &standing)?,
                None => return Ok(()),
            }
        }
    }

    fn event(&mut self, event: &Event, standing: &Standing) -> io::Result<()> {
        match event.mark {
            Mark::Isa { .. } => {
                self.close_interchange()?;
                self.open[0] = true;
                let interchange = self.headers.interchange.take().unwrap_or_else(Interchange::unknown);
                self.place = place(standing);
                self.to.iter_mut().try_for_each(|to| to.interchange(&interchange))?;
            }
            Mark::Gs { functional, control } => {
                self.close_group(None)?;
                self.open[1] = true;
                let unknown =
                    || Group { sender: UNKNOWN.to_owned(), receiver: UNKNOWN.to_owned(), ..Group::default() };
                let mut group = self.headers.group.take().unwrap_or_else(unknown);
                (group.place, group.functional) = (place(standing), functional);
                group.control = digits(control.as_bytes(), 9).unwrap_or_default();
                self.to.iter_mut().try_for_each(|to| to.group(&group))?;
            }
            Mark::St { set, control, in_scope } => {
                self.close_set()?;
                self.open[2] = true;
                let guide = std::mem::take(&mut self.headers.guide);
                let control = clean(control.as_bytes(), 9);
                let set = Set { place: place(standing), id: set, control, guide, is_read: in_scope };
                self.to.iter_mut().try_for_each(|to| to.set(&set))?;
                self.header = Header { providers: self.header.providers + 1, ..unknown_header() };
            }
            Mark::Se { .. } => self.close_set()?,
            Mark::Ge { sets, .. } => self.close_group(sets)?,
            Mark::Iea { .. } => self.close_interchange()?,
            Mark::Skipped { .. } | Mark::Tolerated { .. } => {}
        }
        self.place = place(standing);
        Ok(())
    }

    fn close_set(&mut self) -> io::Result<()> {
        self.close_claim()?;
        if std::mem::take(&mut self.open[2]) {
            self.to.iter_mut().try_for_each(|to| to.set_ends())?;
        }
        Ok(())
    }

    fn close_group(&mut self, sets: Option<u64>) -> io::Result<()> {
        self.close_set()?;
        if std::mem::take(&mut self.open[1]) {
            self.to.iter_mut().try_for_each(|to| to.group_ends(sets))?;
        }
        Ok(())
    }

    fn close_interchange(&mut self) -> io::Result<()> {
        self.close_group(None)?;
        if std::mem::take(&mut self.open[0]) {
            self.to.iter_mut().try_for_each(|to| to.interchange_ends())?;
        }
        Ok(())
    }

    /// Begins the claim at an offset; those before it that no segment was seen of are told as they are.
    fn begin_claim(&mut self, byte: u64, claims: &mut Peekable<vec::IntoIter<Facts<'_>>>) -> io::Result<()> {
        while let Some(facts) = claims.next_if(|facts| facts.byte <= byte) {
            self.close_claim()?;
            let id = match self.ids.token {
                Some(token) => clean(&token(facts.id), REFERENCE),
                None => clean(facts.id, REFERENCE),
            };
            self.claim = Some(Claim {
                byte: facts.byte,
                place: self.place,
                // The guide's word for a number that there is not.
                id: if id.is_empty() { "0".to_owned() } else { id },
                charge: facts.charge,
                dates: facts.dates,
                bill: facts.bill.map_or(String::new(), |bill| clean(bill.as_bytes(), REFERENCE)),
                trace: String::new(),
                not_evaluated: facts.not_evaluated,
            });
        }
        Ok(())
    }

    fn close_claim(&mut self) -> io::Result<()> {
        let Some(claim) = self.claim.take() else { return Ok(()) };
        self.to.iter_mut().try_for_each(|to| to.claim(&claim, &self.header))
    }

    /// Keeps what an envelope segment says, until it is known to be one.
    fn keep(&mut self, tag: Tag, segment: &Segment<'_>) {
        match tag {
            ISA => self.headers.interchange = Some(Interchange::of(segment)),
            GS => self.headers.group = Some(envelope::group(segment)),
            ST => self.headers.guide = clean(segment.element(3), 35),
            _ => {}
        }
    }

    fn segment(&mut self, tag: Tag, segment: &Segment<'_>) {
        match tag {
            BHT => {
                let [_, _, reference, day, at] = segment.first();
                let header = &mut self.header;
                header.reference = clean_or(reference, REFERENCE, UNKNOWN);
                (header.day, header.time) = (Date::parse(day), time(at));
            }
            HL if segment.element(3).trim_ascii() == b"20" => {
                self.header.providers += 1;
                self.header.provider = unknown();
            }
            NM1 if !self.in_claim => match segment.element(1) {
                b"41" => self.header.submitter = organisation(segment),
                b"40" => self.header.receiver = organisation(segment),
                b"85" => self.header.provider = provider(segment),
                _ => {}
            },
            REF if self.in_claim && segment.element(1) == b"D9" => {
                // With tokens for ids, what else tells claims apart is not said either.
                if let (Some(claim), None) = (&mut self.claim, self.ids.token) {
                    claim.trace = clean(segment.element(2), REFERENCE);
                }
            }
            _ => {}
        }
    }
}
