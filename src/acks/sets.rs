//! The implementation acknowledgement: 999, 005010X231A1.
//!
//! One for each functional group of claims (GS01 `HC`), with each of its transaction sets: accepted, accepted with errors
//! noted, or rejected. A set that claims are not read from is rejected as not supported, for nobody looked at it. Data that
//! is in error is never copied (IK404), and neither is an id that the guides do not have: it may be a piece of a name.

use std::collections::BTreeSet;
use std::io;

use crate::finding::Severity;
use crate::position::{ElementRef, Tag};
use crate::scan::group::store::Spill;
use crate::x12::code::Code;
use crate::x12::value::Date;

use super::draft::Draft;
use super::envelope::{Kind, Writer};
use super::errors::{Error, error_of};
use super::text::UNKNOWN;
use super::{Acknowledge, Counted, Group, Interchange, Set, SyntaxFault};

const KIND: Kind = Kind { functional: "FA", set: "999", version: "005010X231A1" };

/// Transaction sets that AK201 may name.
const SETS: [&str; 9] = ["270", "271", "276", "277", "278", "820", "834", "835", "837"];

/// From here on a fault is no mere note.
const REJECTS: Severity = Severity::High;

/// Most codes of IK5 and AK9.
const CODES: usize = 5;

/// Codes of one envelope, and what they come to.
#[derive(Clone, Debug, Default)]
struct Codes {
    codes: BTreeSet<&'static str>,
    /// The worst fault.
    worst: Option<Severity>,
}

impl Codes {
    fn add(&mut self, code: &'static str, severity: Severity) {
        self.codes.insert(code);
        self.worst = self.worst.max(Some(severity));
    }

    fn answer(&self) -> &'static str {
        match self.worst {
            None => "A",
            Some(severity) if severity < REJECTS => "E",
            Some(_) => "R",
        }
    }

    /// A segment that ends with the codes.
    fn put(&self, out: &mut Writer, elements: &[&str]) -> io::Result<()> {
        let mut all = elements.to_vec();
        all.extend(self.codes.iter().take(CODES));
        out.put(&all)
    }
}

/// The group that is open.
#[derive(Debug)]
struct OpenGroup {
    place: Counted,
    codes: Codes,
    /// Sets: received, accepted, accepted with errors.
    received: u64,
    accepted: u64,
    with_errors: u64,
}

/// The set that is open.
#[derive(Debug)]
struct OpenSet {
    place: Counted,
    codes: Codes,
    is_institutional: bool,
    /// The segment that IK3 spoke of last, if that was of its elements.
    noted: Option<(u32, Tag)>,
}

/// Writes it.
#[derive(Debug)]
pub struct SetAcknowledgement {
    out: Writer,
    interchange: Interchange,
    group: Option<OpenGroup>,
    set: Option<OpenSet>,
}

impl SetAcknowledgement {
    /// Dates what it writes to a day, if there is one.
    pub fn new(as_of: Option<Date>) -> SetAcknowledgement {
        let out = Writer::new(KIND, as_of);
        SetAcknowledgement { out, interchange: Interchange::unknown(), group: None, set: None }
    }

    /// Begins with a file.
    pub fn begin(&mut self, spill: Option<&Spill>) {
        self.out.begin(spill);
        (self.group, self.set) = (None, None);
    }

    /// What is to be written of the file.
    pub fn take(&mut self) -> Draft {
        self.out.take()
    }

    fn of_set(&mut self, fault: &SyntaxFault, error: Error) -> io::Result<()> {
        let Some(set) = &mut self.set else { return Ok(()) };
        let (tag, code) = match error {
            Error::Group(_) => return Ok(()),
            // One that is not there is no other's.
            Error::Set("23") if set.codes.codes.contains("7") => return Ok(()),
            Error::Set(code) => {
                set.codes.add(code, fault.severity);
                return Ok(());
            }
            Error::Missing(tag, code) if tag == Tag::of(b"SV1") && set.is_institutional => {
                (Tag::of(b"SV2"), code)
            }
            Error::Missing(tag, code) => (tag, code),
            Error::Segment(code) => (fault.at.tag, code),
            Error::Element(_) => (fault.at.tag, "8"),
        };
        // One or more segments are in error.
        set.codes.add("5", fault.severity);
        let number = fault.segment.max(1).to_string();
        let of_element = matches!(error, Error::Element(_));
        let same = (fault.segment, tag);
        if !(of_element && set.noted == Some(same)) {
            let id = if tag == Tag::UNKNOWN { "ZZZ".to_owned() } else { tag.as_string() };
            self.out.put(&["IK3", &id, &number, "", code])?;
            set.noted = of_element.then_some(same);
        }
        let Error::Element(code) = error else { return Ok(()) };
        let ElementRef { element, component, .. } = fault.at;
        let place = if component == 0 { element.to_string() } else { format!("{element}:{component}") };
        self.out.put(&["IK4", &place, "", code])
    }
}

impl Acknowledge for SetAcknowledgement {
    fn interchange(&mut self, interchange: &Interchange) -> io::Result<()> {
        self.interchange = interchange.clone();
        Ok(())
    }

    fn group(&mut self, group: &Group) -> io::Result<()> {
        if group.functional != Code::of("HC") {
            return Ok(());
        }
        self.out.begin_set(&self.interchange, group)?;
        let mut codes = Codes::default();
        let control = if group.control.is_empty() {
            codes.add("6", REJECTS);
            "0"
        } else {
            &group.control
        };
        let version = if group.version.is_empty() { UNKNOWN } else { &group.version };
        self.out.put(&["AK1", "HC", control, version])?;
        self.group = Some(OpenGroup { place: group.place, codes, received: 0, accepted: 0, with_errors: 0 });
        Ok(())
    }

    fn set(&mut self, set: &Set) -> io::Result<()> {
        let Some(group) = &mut self.group else { return Ok(()) };
        group.received += 1;
        let mut codes = Codes::default();
        let id = set.id.to_string();
        let id = if SETS.contains(&id.as_str()) {
            id.as_str()
        } else {
            codes.add("6", REJECTS);
            "837"
        };
        if !set.is_read {
            codes.add(if id == "837" { "I6" } else { "1" }, REJECTS);
        }
        let control = if set.control.is_empty() {
            codes.add("7", REJECTS);
            "0000".to_owned()
        } else {
            format!("{:0>4}", set.control)
        };
        self.out.put(&["AK2", id, &control, &set.guide])?;
        let is_institutional = ["X223", "X096", "X292", "X299"].iter().any(|guide| set.guide.contains(guide));
        self.set = Some(OpenSet { place: set.place, codes, is_institutional, noted: None });
        Ok(())
    }

    fn fault(&mut self, fault: &SyntaxFault) -> io::Result<()> {
        let Some(error) = error_of(fault.code, fault.at) else { return Ok(()) };
        match (error, &mut self.group) {
            (Error::Group(code), Some(group)) if group.place[..2] == fault.place[..2] => {
                group.codes.add(code, fault.severity);
                Ok(())
            }
            _ if self.set.as_ref().is_some_and(|set| set.place == fault.place) => self.of_set(fault, error),
            _ => Ok(()),
        }
    }

    fn set_ends(&mut self) -> io::Result<()> {
        let Some(set) = self.set.take() else { return Ok(()) };
        let answer = set.codes.answer();
        if let Some(group) = &mut self.group {
            group.accepted += u64::from(answer != "R");
            group.with_errors += u64::from(answer == "E");
        }
        set.codes.put(&mut self.out, &["IK5", answer])
    }

    fn group_ends(&mut self, sets: Option<u64>) -> io::Result<()> {
        let Some(group) = self.group.take() else { return Ok(()) };
        let OpenGroup { received, accepted, with_errors, codes, .. } = group;
        let rejected = received - accepted;
        let answer = match codes.answer() {
            "R" => "R",
            _ if received > 0 && rejected == received => "R",
            _ if rejected > 0 => "P",
            "A" if with_errors == 0 => "A",
            _ => "E",
        };
        // A count that no element can have is told by its code.
        let said = sets.filter(|n| *n <= 999_999).unwrap_or(received);
        let counts = [said, received, accepted].map(|n| n.to_string());
        let [said, received, accepted] = counts.each_ref().map(String::as_str);
        codes.put(&mut self.out, &["AK9", answer, said, received, accepted])?;
        self.out.end_set()?;
        self.out.end_group()
    }

    fn interchange_ends(&mut self) -> io::Result<()> {
        self.out.end_interchange()
    }
}
