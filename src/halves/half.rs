//! One half as it is written: what is open in it, what its trailers will have to count, and the numbers of its levels.

use std::io::{self, Write};

use crate::x12::delimiters::Delimiters;
use crate::x12::segment::Segment;
use crate::x12::text::Text;
use crate::x12::value::Cents;

use super::Totals;
use super::edit::Changes;

/// The envelopes and levels around a claim, from the outside in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Around {
    Interchange,
    Group,
    Set,
    Billing,
    Subscriber,
    Patient,
}

impl Around {
    pub(super) const ALL: [Around; 6] = [
        Around::Interchange,
        Around::Group,
        Around::Set,
        Around::Billing,
        Around::Subscriber,
        Around::Patient,
    ];
}

/// An envelope or level of the file that is open: its own segments, for the halves that will need them.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    /// Offset of its first segment.
    pub byte: u64,
    /// The first segment, with its terminator.
    pub first: Vec<u8>,
    /// What follows it.
    pub rest: Vec<u8>,
    /// Segments of both, and empty ones beside them.
    pub segments: u64,
    pub empty: u64,
    /// ISA13, GS06 or ST02.
    pub control: Vec<u8>,
    /// HL01 and HL02, where they are numbers, and whether HL04 says that there are levels below.
    pub number: Option<u64>,
    pub parent: Option<u64>,
    pub child: Option<bool>,
    /// The halves it is written in.
    pub open: [bool; 2],
    /// The halves that a level below it is written in.
    pub has_child: [bool; 2],
}

/// A half.
pub(super) struct Half<'o> {
    out: &'o mut dyn Write,
    /// The next ISA13; with it the transaction sets of an interchange are numbered from 1. Without it control numbers
    /// stay.
    next: Option<u64>,
    pub totals: Totals,
    /// Bytes so far.
    pub written: u64,
    /// Of the open interchange, group and transaction set: what is written of it.
    groups: u64,
    sets: u64,
    sets_of_interchange: u64,
    pub segments: u64,
    pub empty: u64,
    levels: u64,
    /// The control numbers of what is open, and the numbers of its levels.
    controls: [Vec<u8>; 3],
    numbers: [u64; Around::ALL.len()],
}

impl<'o> Half<'o> {
    pub(super) fn new(out: &'o mut dyn Write, next: Option<u64>) -> Half<'o> {
        Half {
            out,
            next,
            totals: Totals::default(),
            written: 0,
            groups: 0,
            sets: 0,
            sets_of_interchange: 0,
            segments: 0,
            empty: 0,
            levels: 0,
            controls: Default::default(),
            numbers: Default::default(),
        }
    }

    /// Writes an envelope or a level with what belongs to it. `child` is what HL04 is to say.
    pub(super) fn open(
        &mut self,
        around: Around,
        layer: &Layer,
        delimiters: &Delimiters,
        child: bool,
    ) -> io::Result<()> {
        let mut changes = Changes::none();
        match around {
            Around::Interchange => {
                (self.groups, self.sets_of_interchange) = (0, 0);
                self.totals.interchanges += 1;
                let control = self.control(layer, self.next.map(|n| format!("{n:09}")), 13, &mut changes);
                self.next = self.next.map(|n| n + 1);
                let text = Text::new(&control);
                let first = self.totals.isa13.map_or(text, |(first, _)| first);
                self.totals.isa13 = Some((first, text));
                self.controls[0] = control;
            }
            Around::Group => {
                (self.groups, self.sets) = (self.groups + 1, 0);
                self.totals.groups += 1;
                self.controls[1].clone_from(&layer.control);
            }
            Around::Set => {
                (self.sets, self.sets_of_interchange) = (self.sets + 1, self.sets_of_interchange + 1);
                (self.segments, self.empty, self.levels) = (0, 0, 0);
                self.totals.transactions += 1;
                let number = self.next.map(|_| format!("{:04}", self.sets_of_interchange));
                self.controls[2] = self.control(layer, number, 2, &mut changes);
            }
            Around::Billing | Around::Subscriber | Around::Patient => {
                self.levels += 1;
                let at = around as usize;
                self.numbers[at] = self.levels;
                changes.number(layer.number, 1, self.levels);
                if around != Around::Billing {
                    changes.number(layer.parent, 2, self.numbers[at - 1]);
                }
                if layer.child != Some(child) {
                    changes.put(4, if child { b"1" } else { b"0" });
                }
            }
        }
        self.segments += layer.segments;
        self.empty += layer.empty;
        self.changed(&layer.first, delimiters, &changes)?;
        self.between(&layer.rest)
    }

    /// The control number to write: a new one, or that of the file.
    fn control(&self, layer: &Layer, new: Option<String>, element: usize, changes: &mut Changes) -> Vec<u8> {
        let Some(new) = new.map(String::into_bytes).filter(|new| *new != layer.control) else {
            return layer.control.clone();
        };
        changes.put(element, &new);
        new
    }

    /// Writes a trailer. `counts_empty` says that the file's SE01 counts empty segments too.
    pub(super) fn close(
        &mut self,
        around: Around,
        segment: &Segment<'_>,
        raw: &[u8],
        delimiters: &Delimiters,
        counts_empty: bool,
    ) -> io::Result<()> {
        let (count, control) = match around {
            Around::Interchange => (self.groups, &self.controls[0]),
            Around::Group => (self.sets, &self.controls[1]),
            _ => (self.segments + 1 + if counts_empty { self.empty } else { 0 }, &self.controls[2]),
        };
        let changes = Changes::of_trailer(segment, count, control);
        self.changed(raw, delimiters, &changes)
    }

    /// Writes a segment as it stands in the file.
    pub(super) fn segment(&mut self, raw: &[u8]) -> io::Result<()> {
        self.segments += 1;
        self.between(raw)
    }

    /// Writes bytes that are counted already, or are none of a segment.
    pub(super) fn between(&mut self, raw: &[u8]) -> io::Result<()> {
        self.written += raw.len() as u64;
        self.out.write_all(raw)
    }

    /// A claim begins in it.
    pub(super) fn claim(&mut self, charge: Cents) {
        self.totals.claims += 1;
        self.totals.charge += charge;
    }

    fn changed(&mut self, raw: &[u8], delimiters: &Delimiters, changes: &Changes) -> io::Result<()> {
        if *changes == Changes::none() {
            return self.between(raw);
        }
        self.between(&changes.apply(raw, delimiters))
    }
}
