//! The envelopes of an acknowledgement: those of what is acknowledged, turned round.
//!
//! An interchange is acknowledged by one with its ISA13 and from its receiver to its sender. Numbers of groups and sets are
//! counted. An ISA13 that is no number, or was used before, is replaced by the next that is free.

use std::collections::HashSet;
use std::io;

use crate::scan::group::store::Spill;
use crate::x12::segment::Segment;
use crate::x12::value::Date;

use super::draft::Draft;
use super::text::{UNKNOWN, clean, clean_or, day, digits, time};
use super::{Group, Header};

/// Kinds of ids of ISA05 and ISA07 (HIPAA implementation guides, appendix on control segments).
const QUALIFIERS: [&str; 9] = ["01", "14", "20", "27", "28", "29", "30", "33", "ZZ"];

/// Where neither the run nor the file says which day it is.
const FIRST: &str = "20000101";

/// An interchange that is acknowledged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interchange {
    /// ISA05 and ISA06.
    sender: (String, String),
    /// ISA07 and ISA08.
    receiver: (String, String),
    /// ISA09.
    day: Option<Date>,
    /// ISA10.
    time: Option<String>,
    /// ISA13.
    control: Option<u32>,
    /// ISA15.
    usage: &'static str,
}

impl Interchange {
    /// One whose ISA is missing.
    pub(super) fn unknown() -> Interchange {
        let nobody = || ("ZZ".to_owned(), UNKNOWN.to_owned());
        Interchange { sender: nobody(), receiver: nobody(), day: None, time: None, control: None, usage: "P" }
    }

    /// Reads an ISA.
    pub(super) fn of(isa: &Segment<'_>) -> Interchange {
        let e: [&[u8]; 16] = isa.first();
        let party = |qualifier: &[u8], id: &[u8]| {
            let qualifier =
                QUALIFIERS.iter().find(|q| q.as_bytes() == qualifier.trim_ascii()).unwrap_or(&"ZZ");
            ((*qualifier).to_owned(), clean_or(id, 15, UNKNOWN))
        };
        let short = digits(e[8], 6).filter(|d| d.len() == 6);
        Interchange {
            sender: party(e[4], e[5]),
            receiver: party(e[6], e[7]),
            day: short.and_then(|short| Date::parse(format!("20{short}").as_bytes())),
            time: time(e[9]),
            control: digits(e[12], 9).and_then(|d| d.parse().ok()).filter(|n| *n > 0),
            usage: if e[14].trim_ascii() == b"T" { "T" } else { "P" },
        }
    }
}

/// When an acknowledgement is made, as far as that is said without a clock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct When {
    /// CCYYMMDD.
    pub day: String,
    /// HHMM.
    pub time: String,
}

impl When {
    /// The run's day; else that on which the set was made; else the interchange's.
    pub(super) fn of(as_of: Option<Date>, header: Option<&Header>, interchange: &Interchange) -> When {
        let midnight = || "0000".to_owned();
        if let Some(date) = as_of {
            return When { day: day(date), time: midnight() };
        }
        if let Some((date, header)) = header.and_then(|h| Some((h.day?, h))) {
            let time = header.time.clone().unwrap_or_else(midnight);
            return When { day: day(date), time };
        }
        When {
            day: interchange.day.map_or_else(|| FIRST.to_owned(), day),
            time: interchange.time.clone().unwrap_or_else(midnight),
        }
    }
}

/// Which acknowledgement is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// GS01.
    pub functional: &'static str,
    /// ST01.
    pub set: &'static str,
    /// GS08 and ST03.
    pub version: &'static str,
}

/// Writes segments and counts them.
#[derive(Debug)]
pub(super) struct Writer {
    kind: Kind,
    as_of: Option<Date>,
    draft: Draft,
    line: Vec<u8>,
    /// ISA13 that stand in the file.
    used: HashSet<u32>,
    /// Interchanges of it.
    interchanges: u32,
    /// ISA13 of the open interchange.
    control: Option<u32>,
    /// Groups of the open interchange, and whether one is open.
    groups: u32,
    in_group: bool,
    /// Sets of the open group, and segments of the open one.
    sets: u32,
    segments: u64,
}

impl Writer {
    pub(super) fn new(kind: Kind, as_of: Option<Date>) -> Writer {
        Writer {
            kind,
            as_of,
            draft: Draft::new(None),
            line: Vec::new(),
            used: HashSet::new(),
            interchanges: 0,
            control: None,
            groups: 0,
            in_group: false,
            sets: 0,
            segments: 0,
        }
    }

    /// Begins a draft; what was not closed of the last one is given up.
    pub(super) fn begin(&mut self, spill: Option<&Spill>) {
        self.draft = Draft::new(spill);
        (self.control, self.in_group) = (None, false);
    }

    /// What was written since.
    pub(super) fn take(&mut self) -> Draft {
        std::mem::replace(&mut self.draft, Draft::new(None))
    }

    /// The run's day, if it has one.
    pub(super) fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    /// ISA13 of the open interchange.
    pub(super) fn control(&self) -> u32 {
        self.control.unwrap_or_default()
    }

    /// Segments of the open set so far; those filled in later are to be added.
    pub(super) fn add_segments(&mut self, more: u64) {
        self.segments += more;
    }

    /// Opens the interchange and the group if they are not open, and a set in it. Returns its ST02.
    pub(super) fn begin_set(&mut self, interchange: &Interchange, group: &Group) -> io::Result<String> {
        let when = When::of(self.as_of, None, interchange);
        if self.control.is_none() {
            self.interchange(interchange, &when)?;
        }
        if !self.in_group {
            self.groups += 1;
            (self.in_group, self.sets) = (true, 0);
            let number = self.groups.to_string();
            let Kind { functional, version, .. } = self.kind;
            let (from, to) = (&group.receiver, &group.sender);
            self.put(&["GS", functional, from, to, &when.day, &when.time, &number, "X", version])?;
        }
        self.sets += 1;
        self.segments = 0;
        let number = format!("{:04}", self.sets);
        self.put(&["ST", self.kind.set, &number, self.kind.version])?;
        Ok(number)
    }

    fn interchange(&mut self, of: &Interchange, when: &When) -> io::Result<()> {
        self.interchanges += 1;
        let mut control = of.control.unwrap_or(self.interchanges);
        while !self.used.insert(control) {
            control = control % 999_999_999 + 1;
        }
        (self.control, self.groups) = (Some(control), 0);
        let (from, to) = (&of.receiver, &of.sender);
        let nothing = " ".repeat(10);
        let short = when.day.get(2..).unwrap_or_default();
        self.put(&[
            "ISA",
            "00",
            &nothing,
            "00",
            &nothing,
            &from.0,
            &format!("{:15}", from.1),
            &to.0,
            &format!("{:15}", to.1),
            short,
            &when.time,
            "^",
            "00501",
            &format!("{control:09}"),
            "0",
            of.usage,
            ":",
        ])
    }

    /// Closes the set.
    pub(super) fn end_set(&mut self) -> io::Result<()> {
        let (count, number) = ((self.segments + 1).to_string(), format!("{:04}", self.sets));
        self.put(&["SE", &count, &number])
    }

    /// Closes the group, if one is open.
    pub(super) fn end_group(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.in_group) {
            return Ok(());
        }
        let (sets, number) = (self.sets.to_string(), self.groups.to_string());
        self.put(&["GE", &sets, &number])
    }

    /// Closes the interchange, if one is open.
    pub(super) fn end_interchange(&mut self) -> io::Result<()> {
        self.end_group()?;
        let Some(control) = self.control.take() else { return Ok(()) };
        let groups = self.groups.to_string();
        self.put(&["IEA", &groups, &format!("{control:09}")])
    }

    /// A segment. Elements are harmless by now; empty ones at its end are left out.
    pub(super) fn put(&mut self, elements: &[&str]) -> io::Result<()> {
        self.line.clear();
        push_segment(&mut self.line, elements);
        self.segments += 1;
        self.draft.push(&self.line)
    }

    /// Leaves a place open for segments that are known later.
    pub(super) fn later(&mut self) -> io::Result<usize> {
        self.draft.later()
    }

    /// Fills it; the segments are counted with [`Writer::add_segments`].
    pub(super) fn fill(&mut self, place: usize, segments: &[u8]) {
        self.draft.fill(place, segments);
    }
}

/// Appends a segment.
pub(super) fn push_segment(to: &mut Vec<u8>, elements: &[&str]) {
    let is_header = elements.first() == Some(&"ISA");
    let full = if is_header {
        elements.len()
    } else {
        elements.iter().rposition(|e| !e.is_empty()).map_or(0, |last| last + 1)
    };
    for (n, element) in elements.iter().take(full).enumerate() {
        if n > 0 {
            to.push(b'*');
        }
        to.extend_from_slice(element.as_bytes());
    }
    to.extend_from_slice(b"~\n");
}

/// Reads a GS.
pub(super) fn group(gs: &Segment<'_>) -> Group {
    let e: [&[u8]; 8] = gs.first();
    Group {
        sender: clean_or(e[1], 15, UNKNOWN),
        receiver: clean_or(e[2], 15, UNKNOWN),
        version: clean(e[7], 12),
        ..Group::default()
    }
}
