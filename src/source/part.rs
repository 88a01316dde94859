//! An input opened: what it holds, one stream after the other. Most hold one; an archive holds its members.

use std::fs;
use std::io::Read;

use crate::error::display_path;
use crate::x12::fault::FaultCode;

use super::Reading;
use super::caps::{Capped, Meter, Metered};
use super::ebcdic::Ebcdic;
use super::foreign;
use super::gzip::Gzip;
use super::input::Input;
use super::raw::Shared;
use super::sniff::{self, Kind};
use super::stream::{self, Facts, Stream, Ticket};
use super::trouble::Trouble;
use super::utf16::Utf16;
use super::zip::Members;

/// One thing an input holds.
pub enum Part {
    /// To be read.
    Stream(Facts, Stream, Ticket),
    /// Cannot be read.
    Unread(Facts, Trouble),
    /// A member of an archive that is left out: its name, safe to print, and why.
    Skipped(String, &'static str),
}

/// What an input holds and has not handed out yet.
pub struct Parts(State);

enum State {
    Closed(Input),
    Archive(Members),
    Done,
}

impl Parts {
    /// The parts of an input, which is opened when the first of them is asked for.
    pub fn of(input: &Input) -> Parts {
        Parts(State::Closed(input.clone()))
    }

    /// Those of an input of which nothing more can be read.
    pub fn none() -> Parts {
        Parts(State::Done)
    }

    /// The next part. What was handed out before must have been read, or be read no more.
    pub fn next(&mut self, reading: &Reading) -> Option<Part> {
        match std::mem::replace(&mut self.0, State::Done) {
            State::Closed(input) => self.open(&input, reading),
            State::Archive(mut members) => {
                let part = members.next(reading)?;
                self.0 = State::Archive(members);
                Some(part)
            }
            State::Done => None,
        }
    }

    fn open(&mut self, input: &Input, reading: &Reading) -> Option<Part> {
        let mut facts = facts(input);
        let (file, peeked) = match Shared::open(input, reading) {
            Ok(file) => {
                let peeked = sniff::peek(file.end_to_end());
                (file, peeked)
            }
            Err(trouble) => return Some(Part::Unread(facts, trouble)),
        };
        facts.file_bytes = file.size();
        let only = match input {
            Input::Member(_, member) => Some(member.as_str()),
            _ => None,
        };
        if sniff::kind(peeked.head()) == Kind::Zip {
            if let Input::Member(path, _) = input {
                // The member's own name is put behind it.
                facts.name = display_path(path);
            }
            let members = match file.size() {
                Some(size) => Members::open(&file, size, &facts, only, reading),
                None => Err(Trouble::new(
                    FaultCode::ForeignFormat,
                    "a zip archive on standard input, where it cannot be read; give it as a file",
                )),
            };
            return match members {
                Ok(mut members) => {
                    let part = members.next(reading);
                    self.0 = State::Archive(members);
                    part
                }
                Err(trouble) => Some(Part::Unread(Facts { name: input.name(), ..facts }, trouble)),
            };
        }
        if only.is_some() {
            let trouble = Trouble::new(FaultCode::FileVanished, "no zip archive, so it has no members");
            return Some(Part::Unread(facts, trouble));
        }
        match decode_peeked(peeked, reading, &mut facts) {
            Ok(reader) => {
                let (stream, ticket) = stream::new(reader, &file, false);
                Some(Part::Stream(facts, stream, ticket))
            }
            Err(trouble) => Some(Part::Unread(facts, trouble)),
        }
    }
}

/// Takes archives and encodings off bytes.
pub(super) fn decode(
    reader: Box<dyn Read + Send>,
    reading: &Reading,
    facts: &mut Facts,
) -> Result<Box<dyn Read + Send>, Trouble> {
    decode_peeked(sniff::peek(reader), reading, facts)
}

fn decode_peeked<R: Read + Send + 'static>(
    mut peeked: sniff::Peeked<R>,
    reading: &Reading,
    facts: &mut Facts,
) -> Result<Box<dyn Read + Send>, Trouble> {
    let kind = sniff::kind(peeked.head());
    match kind {
        Kind::Gzip | Kind::Zip if !facts.container.is_empty() => {
            let message = "an archive inside an archive; unpack the outer one first";
            Err(Trouble::new(FaultCode::ContainerLimit, message))
        }
        // Reached from outside an archive by gzip only.
        Kind::Gzip | Kind::Zip => {
            facts.container.push("gzip");
            facts.offsets = Some("in the unpacked content".to_owned());
            let input = Meter::default();
            let inner = Gzip::new(Metered { inner: peeked, meter: input.clone() });
            let output = Meter::default();
            decode(
                Box::new(Capped { inner, caps: reading.caps, input, output, archive: None }),
                reading,
                facts,
            )
        }
        Kind::Utf16(order, mark) => {
            peeked.skip(mark);
            let formula = if mark == 0 { "2 * offset" } else { "2 + 2 * offset" };
            facts.offsets = Some(match facts.offsets.take() {
                Some(outer) => format!("{formula}, {outer}"),
                None => formula.to_owned(),
            });
            facts.container.push(order.as_str());
            facts.notes.push(FaultCode::Utf16Text);
            Ok(Box::new(Utf16::new(peeked, order)))
        }
        Kind::Ebcdic => {
            let Some(page) = reading.encoding else {
                let message = "text in EBCDIC; convert it to ASCII, or give --encoding cp037 or cp1047";
                return Err(Trouble::new(FaultCode::Ebcdic, message));
            };
            facts.container.push(page.as_str());
            facts.notes.push(FaultCode::EbcdicText);
            Ok(Box::new(Ebcdic::new(peeked, page)))
        }
        Kind::Plain => match foreign::at_once(peeked.head()) {
            Some(trouble) => Err(trouble),
            None => Ok(Box::new(peeked)),
        },
    }
}

/// What is known of an input that is not opened.
pub(super) fn facts(input: &Input) -> Facts {
    Facts { name: input.name(), link: link(input), ..Facts::default() }
}

/// What a link that was named leads to.
fn link(input: &Input) -> Option<String> {
    let (Input::Path(path) | Input::Member(path, _)) = input else { return None };
    fs::read_link(path).ok().map(|target| display_path(&target))
}
