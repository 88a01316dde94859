//! The course of a file: which envelope and level each segment stands in, and which half it goes into.
//!
//! A segment goes with the claim it belongs to; one above the claims, with its envelope or level, which is written into
//! a half when the first claim below it is. So a level that two halves need stands in both, and one that none needs
//! in neither. Refuses whatever is not clearly nested; what it is refused for is looked at anew here and not taken
//! from findings, for rules can be switched off.

use std::collections::VecDeque;
use std::io::{self, Write};

use crate::position::Tag;
use crate::x12::delimiters::Delimiters;
use crate::x12::segment::Segment;
use crate::x12::text::number;
use crate::x12::value::Cents;

use super::half::{Around, Half, Layer};
use super::verdict::Verdicts;
use super::{Plan, Refusal, Side};

const CLM: Tag = Tag::of(b"CLM");
const GE: Tag = Tag::of(b"GE");
const GS: Tag = Tag::of(b"GS");
const HL: Tag = Tag::of(b"HL");
const IEA: Tag = Tag::of(b"IEA");
const ISA: Tag = Tag::of(b"ISA");
const SE: Tag = Tag::of(b"SE");
const ST: Tag = Tag::of(b"ST");

/// Segments of the interchange itself.
const SERVICE: [Tag; 5] =
    [Tag::of(b"TA1"), Tag::of(b"ISB"), Tag::of(b"ISE"), Tag::of(b"TA3"), Tag::of(b"ISX")];

/// The most that is kept of an envelope or level until a claim below it is met (bytes).
const MOST: usize = 16 << 20;

/// Why the second reading of a file ended early, or the first.
#[derive(Debug)]
pub enum Ended {
    /// The file cannot be split.
    Refused(Refusal),
    /// A half could not be written.
    Unwritten(Side, io::Error),
}

impl From<Refusal> for Ended {
    fn from(refusal: Refusal) -> Ended {
        Ended::Refused(refusal)
    }
}

/// What the reader of claims says of the segments of a chunk.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Claims by the offset of their CLM: the charge, and whether they were evaluated.
    pub claims: VecDeque<(u64, Cents, bool)>,
    /// Transaction sets by the offset of their ST: whether claims are read from them.
    pub sets: VecDeque<(u64, bool)>,
}

/// A segment in two forms.
pub(super) struct Met<'a> {
    /// As the reader takes it.
    pub segment: Segment<'a>,
    /// As it stands in the file, with its terminator.
    pub raw: &'a [u8],
    /// Offset in the file.
    pub byte: u64,
    /// Whether it is the header that its interchange was found by.
    pub is_header: bool,
}

/// Where what follows a segment before the next one goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Last {
    Nowhere,
    Layer(usize),
    Halves([bool; 2]),
}

/// One reading of a file.
pub struct Course<'f> {
    verdicts: &'f Verdicts,
    /// What the first reading told, in the second.
    planned: Option<&'f Plan>,
    plan: Plan,
    /// Offsets of claims in the clean half, ascending, that are to be found in the file.
    sought: &'f [u64],
    halves: [Half<'f>; 2],
    layers: [Layer; Around::ALL.len()],
    /// How many of them are open.
    depth: usize,
    delimiters: Delimiters,
    /// Whether claims are read from the open transaction set.
    is_read: bool,
    /// Interchange, group and transaction set as counted in the file.
    ordinals: [u32; 3],
    /// Segments of the open transaction set, and empty ones beside them.
    segments: u64,
    empty: u64,
    /// The half of the claim that is open.
    claim: Option<Side>,
    last: Last,
}

impl<'f> Course<'f> {
    /// A first reading, or with the plan of one the second. `outs` take the halves; `next` is the first new ISA13 of
    /// each, if control numbers are given anew.
    pub fn new(
        verdicts: &'f Verdicts,
        planned: Option<&'f Plan>,
        outs: [&'f mut dyn Write; 2],
        next: Option<[u64; 2]>,
    ) -> Course<'f> {
        let [clean, held] = outs;
        let of = |side: Side| next.map(|next| next[side.index()]);
        Course {
            verdicts,
            planned,
            plan: Plan::default(),
            sought: &[],
            halves: [Half::new(clean, of(Side::Clean)), Half::new(held, of(Side::Held))],
            layers: Default::default(),
            depth: 0,
            delimiters: Delimiters::USUAL,
            is_read: false,
            ordinals: [0; 3],
            segments: 0,
            empty: 0,
            claim: None,
            last: Last::Nowhere,
        }
    }

    /// Looks for claims by their offsets in the clean half, which ascend.
    pub fn seek(mut self, sought: &'f [u64]) -> Course<'f> {
        self.sought = sought;
        self
    }

    /// What was read.
    pub fn into_plan(self) -> Plan {
        let totals = [self.halves[0].totals, self.halves[1].totals];
        Plan { totals, ..self.plan }
    }

    /// An interchange begins or goes on, with these delimiters.
    pub(super) fn delimited(&mut self, delimiters: Delimiters) {
        self.delimiters = delimiters;
    }

    /// The file ends.
    pub(super) fn end(&self, byte: u64) -> Result<(), Refusal> {
        if self.depth > 0 {
            return refuse(byte, "the file ends before its last trailer; get it again");
        }
        Ok(())
    }

    /// Bytes between segments: line ends and other blanks.
    pub(super) fn between(&mut self, raw: &[u8]) -> Result<(), Ended> {
        if raw.is_empty() {
            return Ok(());
        }
        match self.last {
            Last::Nowhere => Ok(()),
            Last::Layer(n) => {
                self.layers[n].rest.extend_from_slice(raw);
                Ok(())
            }
            Last::Halves(which) => self.write_in(which, |half| half.between(raw)),
        }
    }

    /// A segment without content: it goes where the one before it went.
    pub(super) fn empty(&mut self, raw: &[u8]) -> Result<(), Ended> {
        self.empty += 1;
        match self.last {
            Last::Layer(n) => self.layers[n].empty += 1,
            Last::Halves(which) => {
                for side in Side::ALL.into_iter().filter(|side| which[side.index()]) {
                    self.halves[side.index()].empty += 1;
                }
            }
            Last::Nowhere => {}
        }
        self.between(raw)
    }

    /// The next segment.
    pub(super) fn segment(&mut self, met: &Met<'_>, facts: &mut Facts) -> Result<(), Ended> {
        self.segments += 1;
        let byte = met.byte;
        match (met.segment.tag(), self.depth) {
            (ISA, 0) if met.is_header => {
                self.ordinals = [self.ordinals[0] + 1, 0, 0];
                self.push(met, 13);
            }
            (ISA, 0) => refuse(byte, "an interchange header that cannot be read; correct the ISA")?,
            (ISA, _) => refuse(byte, "an interchange begins before the one before it has its IEA")?,
            (GS, 1) => {
                self.ordinals = [self.ordinals[0], self.ordinals[1] + 1, 0];
                self.push(met, 6);
            }
            (ST, 2) => self.set(met, facts)?,
            (SE, 3..) => self.trailer(met, Around::Set)?,
            (GE, 2) => self.trailer(met, Around::Group)?,
            (IEA, 1) => self.trailer(met, Around::Interchange)?,
            (GS | ST | SE | GE | IEA, _) => {
                refuse(byte, "an envelope begins or ends out of its order; restore what is missing")?;
            }
            (tag, 1) if SERVICE.contains(&tag) && self.ordinals[1] == 0 => self.of_layer(met)?,
            (_, 0..=2) => refuse(byte, "a segment outside any transaction set; remove it")?,
            (CLM, _) => self.clm(met, facts)?,
            _ if !self.is_read => self.give(met, Side::Held)?,
            (HL, _) => self.hl(met)?,
            _ => match self.claim {
                Some(side) => self.give(met, side)?,
                None => self.of_layer(met)?,
            },
        }
        Ok(())
    }

    /// ST: one that is not read is held as it is.
    fn set(&mut self, met: &Met<'_>, facts: &mut Facts) -> Result<(), Ended> {
        self.ordinals[2] += 1;
        (self.segments, self.empty) = (1, 0);
        let known = facts.sets.front().copied().filter(|(byte, _)| *byte == met.byte);
        self.is_read = known.is_some_and(|(_, is_read)| is_read);
        facts.sets.drain(..usize::from(known.is_some()));
        self.push(met, 2);
        if !self.is_read {
            self.plan.unread_sets += 1;
            self.open_in(Side::Held)?;
        }
        Ok(())
    }

    /// HL: a level begins, and with it ends whatever stood at it or below.
    fn hl(&mut self, met: &Met<'_>) -> Result<(), Ended> {
        self.claim = None;
        let [id, parent, level, child] = met.segment.first();
        let around = match level {
            b"20" => Around::Billing,
            b"22" => Around::Subscriber,
            b"23" => Around::Patient,
            _ => return Ok(refuse(met.byte, "HL03 is not 20, 22 or 23; correct it")?),
        };
        let at = around as usize;
        if self.depth < at {
            refuse(met.byte, "a level without the one above it; restore the billing provider or subscriber")?;
        }
        let said = number(parent);
        let above = if around == Around::Billing { None } else { self.layers[at - 1].number };
        if said != above || (above.is_none() && !parent.trim_ascii().is_empty()) {
            refuse(met.byte, "HL02 names another level than the one it stands below; correct the hierarchy")?;
        }
        let Some(id) = number(id) else {
            return Ok(refuse(met.byte, "HL01 is no number; correct it")?);
        };
        self.leave(at);
        self.push(met, 0);
        let layer = &mut self.layers[at];
        (layer.number, layer.parent) = (Some(id), said);
        layer.child = match child.trim_ascii() {
            b"1" => Some(true),
            b"0" => Some(false),
            _ => None,
        };
        Ok(())
    }

    /// CLM: where its claim goes, all that stands above it goes first.
    fn clm(&mut self, met: &Met<'_>, facts: &mut Facts) -> Result<(), Ended> {
        let known = facts.claims.front().copied().filter(|(byte, ..)| *byte == met.byte);
        facts.claims.drain(..usize::from(known.is_some()));
        let (charge, evaluated) = match known {
            Some((_, charge, evaluated)) => (charge, evaluated),
            // Of a set that is not read, or not any more: it was not checked.
            None => (Cents::parse(met.segment.element(2)).unwrap_or_default(), false),
        };
        if self.is_read && self.depth <= Around::Subscriber as usize {
            refuse(met.byte, "a claim outside a subscriber or patient loop; restore its HL")?;
        }
        let found = self.verdicts.holds(met.byte);
        self.plan.found += u64::from(found);
        let held = !self.is_read || !evaluated || found || self.verdicts.holds_around(self.ordinals);
        let side = if held { Side::Held } else { Side::Clean };
        self.open_in(side)?;
        let half = &mut self.halves[side.index()];
        half.claim(charge);
        if side == Side::Clean && self.sought.binary_search(&half.written).is_ok() {
            self.plan.sought.push((half.written, met.byte));
        }
        self.claim = self.is_read.then_some(side);
        self.give(met, side)
    }

    /// SE, GE, IEA: written where what they close is.
    fn trailer(&mut self, met: &Met<'_>, around: Around) -> Result<(), Ended> {
        self.claim = None;
        let at = around as usize;
        self.leave(at + 1);
        let which = self.layers[at].open;
        let said = number(met.segment.element(1));
        let counts_empty = self.empty > 0 && said == Some(self.segments + self.empty);
        let delimiters = self.delimiters;
        self.write_in(which, |half| half.close(around, &met.segment, met.raw, &delimiters, counts_empty))?;
        self.leave(at);
        self.last = Last::Halves(which);
        Ok(())
    }

    /// Opens an envelope or level of the file; it is written when a half needs it. `control` is the element of its
    /// control number.
    fn push(&mut self, met: &Met<'_>, control: usize) {
        let layer = &mut self.layers[self.depth];
        layer.first.clear();
        layer.first.extend_from_slice(met.raw);
        layer.rest.clear();
        layer.control.clear();
        if control > 0 {
            layer.control.extend_from_slice(met.segment.element(control).trim_ascii());
        }
        (layer.byte, layer.segments, layer.empty) = (met.byte, 1, 0);
        (layer.open, layer.has_child) = ([false; 2], [false; 2]);
        self.last = Last::Layer(self.depth);
        self.depth += 1;
    }

    /// A segment of the envelope or level that is open.
    fn of_layer(&mut self, met: &Met<'_>) -> Result<(), Ended> {
        let at = self.depth - 1;
        let layer = &mut self.layers[at];
        if layer.rest.len() + met.raw.len() > MOST {
            refuse(
                met.byte,
                "more than 16 MiB of one loop above the claims; divide the file by other means",
            )?;
        }
        layer.rest.extend_from_slice(met.raw);
        layer.segments += 1;
        self.last = Last::Layer(at);
        Ok(())
    }

    /// A segment that one half gets.
    fn give(&mut self, met: &Met<'_>, side: Side) -> Result<(), Ended> {
        let which = Side::ALL.map(|s| s == side);
        self.last = Last::Halves(which);
        self.write_in(which, |half| half.segment(met.raw))
    }

    /// Writes all that is open into a half that has it not.
    fn open_in(&mut self, side: Side) -> Result<(), Ended> {
        let n = side.index();
        for at in 0..self.depth {
            let around = Around::ALL[at];
            if self.layers[at].open[n] {
                continue;
            }
            let child = self.has_child(around, side);
            let opened = self.halves[n].open(around, &self.layers[at], &self.delimiters, child);
            opened.map_err(|e| Ended::Unwritten(side, e))?;
            self.layers[at].open[n] = true;
            if around == Around::Patient {
                self.layers[at - 1].has_child[n] = true;
            }
        }
        Ok(())
    }

    /// Whether a level will have levels below it in a half. A subscriber may have claims of their own beside those of
    /// dependents; what becomes of these is known from the first reading.
    fn has_child(&self, around: Around, side: Side) -> bool {
        let layer = &self.layers[around as usize];
        match around {
            Around::Billing => true,
            Around::Subscriber => {
                let turned =
                    self.planned.is_some_and(|p| p.turned.binary_search(&(layer.byte, side)).is_ok());
                (layer.child == Some(true)) != turned
            }
            _ => false,
        }
    }

    /// Leaves what is open from a depth on.
    fn leave(&mut self, depth: usize) {
        for at in depth..self.depth {
            let layer = &self.layers[at];
            if layer.open == [false; 2] {
                self.plan.left_out += layer.segments;
            }
            if Around::ALL[at] == Around::Subscriber {
                let turned = Side::ALL.into_iter().filter(|side| {
                    let n = side.index();
                    layer.open[n] && layer.has_child[n] != (layer.child == Some(true))
                });
                self.plan.turned.extend(turned.map(|side| (layer.byte, side)));
            }
        }
        self.depth = self.depth.min(depth);
    }

    fn write_in(
        &mut self,
        which: [bool; 2],
        mut write: impl FnMut(&mut Half<'f>) -> io::Result<()>,
    ) -> Result<(), Ended> {
        for side in Side::ALL.into_iter().filter(|side| which[side.index()]) {
            write(&mut self.halves[side.index()]).map_err(|e| Ended::Unwritten(side, e))?;
        }
        Ok(())
    }
}

fn refuse<T>(byte: u64, why: &'static str) -> Result<T, Refusal> {
    Err(Refusal { byte, why })
}
