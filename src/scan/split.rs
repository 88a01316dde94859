//! Bytes of one input in, chunks out: runs of whole segments that a worker can read on its own.
//!
//! The splitter finds where interchanges begin and cuts their bytes before an HL, a CLM or an envelope
//! segment. It reads nothing else: a chunk costs a search for `ISA`, and a few segments looked at from its
//! end. Bytes that belong to no interchange become [`Item::Skip`]; none is dropped.

mod chunk;
mod places;

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

use crate::claim::assemble::{Head, LONGEST_SEGMENT, PieceEnd};
use crate::x12::delimiters::{self, Delimiters, ISA_LONGEST, Isa};
use crate::x12::fault::FaultCode;

use places::{LINES, begins_with_isa, is_wrapped, last_boundary};

pub use chunk::{Chunk, Item};

/// How far into an input the first interchange is looked for (bytes).
const LEAD: usize = 64 * 1024;

/// What limits a chunk.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a chunk as long as claims are smaller.
    pub window: usize,
    /// Bytes of a claim. A larger one is not evaluated, and said to be too large.
    pub claim: usize,
    /// Bytes of a segment. What a longer one holds is passed over, unless it begins a claim, a level or an envelope.
    pub segment: usize,
    /// What becomes of data without a usable ISA.
    pub envelopes: Envelopes,
}

/// What becomes of data that begins without an ISA, or with one whose delimiters cannot be right.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Envelopes {
    /// Delimiters are inferred from what follows, and the claims read.
    #[default]
    Inferred,
    /// It is passed over, and counted as bytes that belong to no interchange.
    Strict,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { window: 1 << 20, claim: 16 << 20, segment: LONGEST_SEGMENT, envelopes: Envelopes::Inferred }
    }
}

/// Where the splitter stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Before the first interchange.
    Lead,
    /// In an interchange; whether it is broken into lines of one length.
    Inside(Delimiters, bool),
    /// In a segment longer than any can be: nothing counts until its terminator.
    Oversize(Delimiters, bool),
}

/// Cuts one input.
pub struct Splitter<R> {
    input: R,
    limits: Limits,
    /// Bytes read and not yet handed out.
    rest: Vec<u8>,
    /// Offset of the first of them in the file.
    offset: u64,
    state: State,
    ended: bool,
    finished: bool,
    /// Whether any interchange has begun.
    found: bool,
    /// Whether the input begins with an ISA, if only with a damaged one: then there is more of it to be found.
    headed: bool,
    /// Whether bytes other than white space have been met since the last one.
    junk: bool,
    /// The last byte handed out.
    before: Option<u8>,
    /// Why reading stopped before the end of the input.
    failure: Option<io::Error>,
}

impl<R: Read> Splitter<R> {
    /// Cuts an input from its first byte.
    pub fn new(input: R, limits: Limits) -> Splitter<R> {
        Splitter {
            input,
            limits,
            rest: Vec::new(),
            offset: 0,
            state: State::Lead,
            ended: false,
            finished: false,
            found: false,
            headed: false,
            junk: false,
            before: None,
            failure: None,
        }
    }

    /// The next chunk; `None` after the last. `buffer` is used for its bytes.
    ///
    /// An error of the input ends it: what was read before is handed out as if the input ended there, and
    /// [`Splitter::failure`] tells.
    pub fn next_chunk(&mut self, mut buffer: Vec<u8>) -> Option<Chunk> {
        if self.finished {
            return None;
        }
        // The buffer keeps its length, so that it is cleared once and not at every chunk.
        let mut filled = self.rest.len();
        let mut want = self.limits.window.max(ISA_LONGEST * 2);
        let most = self.most();
        if buffer.len() < want.max(filled) {
            buffer.resize(want.max(filled), 0);
        }
        buffer[..filled].copy_from_slice(&self.rest);
        self.rest.clear();
        loop {
            filled = self.fill(&mut buffer, filled, want);
            if let Some(mut chunk) = self.cut(&buffer[..filled]) {
                chunk.bytes = buffer;
                return Some(chunk);
            }
            want = (want * 2).min(most);
        }
    }

    /// The most bytes a chunk may have.
    fn most(&self) -> usize {
        self.limits.claim.max(self.limits.window).max(ISA_LONGEST * 2)
    }

    /// Reads until the buffer holds `want` bytes or the input ends. Returns how many it holds.
    fn fill(&mut self, buffer: &mut Vec<u8>, filled: usize, want: usize) -> usize {
        let mut len = filled;
        if buffer.len() < want {
            buffer.resize(want, 0);
        }
        while len < want && !self.ended {
            match self.input.read(&mut buffer[len..want]) {
                Ok(0) => self.ended = true,
                Ok(n) => len += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => (self.ended, self.failure) = (true, Some(e)),
            }
        }
        len
    }

    /// Bytes handed out so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether an error has ended the input early.
    pub fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// The error that ended the input early, if one did.
    pub fn failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Cuts what is in the buffer. `None` asks for more bytes.
    fn cut(&mut self, buffer: &[u8]) -> Option<Chunk> {
        let mut items = Vec::new();
        let continued = self.offset > 0;
        self.headed |= !continued && begins_with_isa(buffer);
        let mut at = 0;
        let len = loop {
            match self.state {
                State::Lead => match self.lead(buffer, at) {
                    Lead::Found { start, head, delimiters } => {
                        // Whether lines are of one length must not hang on how many of them happen to be here.
                        if buffer.len() - start < LINES.min(self.most()) && !self.ended {
                            if start == 0 {
                                return None;
                            }
                            self.skip(&mut items, buffer, at..start);
                            break start;
                        }
                        let wrapped = is_wrapped(&buffer[start..], delimiters);
                        self.skip(&mut items, buffer, at..start);
                        (self.found, self.junk) = (true, false);
                        self.state = State::Inside(delimiters, wrapped);
                        match self.interchange(buffer, start, head, (delimiters, wrapped), &mut items) {
                            Next::At(next) => at = next,
                            Next::Cut(len) => break len,
                            // Only an interchange that begins the buffer can be too large for it.
                            Next::More if items.is_empty() => {
                                self.state = State::Lead;
                                return None;
                            }
                            Next::More => {
                                self.state = State::Lead;
                                break start;
                            }
                        }
                    }
                    Lead::More { clear } if items.is_empty() && clear == 0 && buffer.len() < self.most() => {
                        return None;
                    }
                    Lead::More { clear } => {
                        self.skip(&mut items, buffer, at..clear);
                        break clear;
                    }
                    Lead::None => {
                        let until = self.lead_ends(buffer);
                        self.skip(&mut items, buffer, at..until);
                        break until;
                    }
                },
                State::Inside(delimiters, wrapped) => {
                    match self.interchange(buffer, at, Head::Continued, (delimiters, wrapped), &mut items) {
                        Next::At(next) => at = next,
                        Next::Cut(len) => break len,
                        Next::More if items.is_empty() => return None,
                        Next::More => break at,
                    }
                }
                State::Oversize(delimiters, wrapped) => match memchr(delimiters.terminator, &buffer[at..]) {
                    Some(n) => {
                        items.push(Item::Skip { range: at..at + n + 1, reason: FaultCode::OversizeSegment });
                        self.state = State::Inside(delimiters, wrapped);
                        at += n + 1;
                    }
                    None => {
                        items
                            .push(Item::Skip { range: at..buffer.len(), reason: FaultCode::OversizeSegment });
                        break buffer.len();
                    }
                },
            }
            if at == buffer.len() && self.ended {
                break at;
            }
        };
        let given_up = !self.found && !self.headed && self.offset + len as u64 >= LEAD as u64;
        if !given_up {
            self.rest.extend_from_slice(&buffer[len..]);
        }
        self.ended |= given_up;
        let last = self.ended && self.rest.is_empty();
        self.finished = last;
        let chunk =
            Chunk { bytes: Vec::new(), len, offset: self.offset, items, continued, last, tidied: false };
        self.offset += len as u64;
        self.before = len.checked_sub(1).map(|n| buffer[n]).or(self.before);
        Some(chunk)
    }

    /// How far an interchange is looked for: the first one begins within [`LEAD`] bytes, however many are read at a
    /// time, unless the input begins with what is left of an ISA.
    fn lead_ends(&self, buffer: &[u8]) -> usize {
        let left = (LEAD as u64).saturating_sub(self.offset);
        if self.found || self.headed {
            buffer.len()
        } else {
            buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX))
        }
    }

    /// Looks for the beginning of an interchange from `at`: an ISA, a GS that an ST follows, or an ST that the first
    /// segment of a transaction set follows, whichever comes first. So a damaged header costs its own bytes and not
    /// the claims behind it.
    fn lead(&self, buffer: &[u8], at: usize) -> Lead {
        let short = |start: usize| buffer.len() - start < ISA_LONGEST && !self.ended;
        let infers = self.limits.envelopes == Envelopes::Inferred;
        let until = self.lead_ends(buffer);
        let begins =
            |id: &[u8], rest: &[u8]| rest.get(..id.len()).is_some_and(|r| r.eq_ignore_ascii_case(id));
        for start in at..until {
            if !matches!(buffer[start], b'I' | b'G' | b'S' | b'i' | b'g' | b's') {
                continue;
            }
            let rest = &buffer[start..];
            let is_isa = begins(b"ISA", rest);
            let is_header = (begins(b"GS", rest) || begins(b"ST", rest))
                && start
                    .checked_sub(1)
                    .map_or(self.before, |b| Some(buffer[b]))
                    .is_none_or(|b| !b.is_ascii_alphanumeric());
            if !is_isa && !is_header && rest.len() > 2 {
                continue;
            }
            if short(start) {
                return Lead::More { clear: start };
            }
            if is_isa
                && let Ok((_, isa)) = delimiters::isa(rest)
                && (infers || !isa.repaired)
            {
                let head = if isa.repaired { Head::RepairedIsa } else { Head::Isa };
                return Lead::Found { start, head, delimiters: isa.delimiters };
            }
            if infers
                && is_header
                && let Some(delimiters) = delimiters::without_isa(rest)
            {
                return Lead::Found { start, head: Head::Missing, delimiters };
            }
        }
        Lead::None
    }

    /// The bytes before an interchange, by what they are: white space up to the first byte that is none, and junk
    /// from there on, wherever chunks are cut.
    fn skip(&mut self, items: &mut Vec<Item>, buffer: &[u8], mut range: Range<usize>) {
        if range.start == 0 && self.offset == 0 && buffer[range.clone()].starts_with(b"\xef\xbb\xbf") {
            items.push(Item::Skip { range: 0..3, reason: FaultCode::ByteOrderMark });
            range.start = 3;
        }
        if !self.junk {
            let bytes = &buffer[range.clone()];
            let text = bytes.iter().position(|b| !b.is_ascii_whitespace());
            let until = range.start + text.unwrap_or(bytes.len());
            if until > range.start {
                items.push(Item::Skip { range: range.start..until, reason: FaultCode::LeadingSpace });
            }
            (range.start, self.junk) = (until, text.is_some());
        }
        if !range.is_empty() {
            // Whether there was an interchange before tells stray bytes from those of the lead.
            let reason = if self.found { FaultCode::StrayBytes } else { FaultCode::LeadingJunk };
            items.push(Item::Skip { range, reason });
        }
    }

    /// Cuts an interchange that begins or goes on at `start`.
    fn interchange(
        &mut self,
        buffer: &[u8],
        start: usize,
        head: Head,
        (delimiters, wrapped): (Delimiters, bool),
        items: &mut Vec<Item>,
    ) -> Next {
        let piece = |range, end| Item::Piece { range, delimiters, head, end, wrapped, odd: None };
        let from = if head.has_isa() { start + 3 } else { start };
        let (next, clear) = self.next_isa(buffer, from, delimiters);
        if let Some(next) = next {
            items.push(piece(start..next, PieceEnd::Final));
            self.state = State::Lead;
            return Next::At(next);
        }
        if self.ended {
            items.push(piece(start..buffer.len(), PieceEnd::Final));
            return Next::Cut(buffer.len());
        }
        // `clear` is how far the bytes are known to hold no further ISA.
        if let Some(cut) = last_boundary(&buffer[start..clear], delimiters) {
            let cut = start + cut;
            items.push(piece(start..cut, PieceEnd::AtBoundary));
            return Next::Cut(cut);
        }
        if start > 0 || buffer.len() < self.most() {
            return Next::More;
        }
        match memrchr(delimiters.terminator, &buffer[..clear]) {
            Some(cut) => {
                items.push(piece(start..cut + 1, PieceEnd::InClaim));
                Next::Cut(cut + 1)
            }
            None => {
                items.push(Item::Skip { range: start..clear, reason: FaultCode::OversizeSegment });
                self.state = State::Oversize(delimiters, wrapped);
                Next::Cut(clear)
            }
        }
    }

    /// The next ISA after `from`, and how far there is certainly none.
    ///
    /// An ISA is one whose separators all stand where they must, wherever it is; or one that can be read
    /// and begins a segment. So a surname that begins with `ISA` is none.
    fn next_isa(&self, buffer: &[u8], from: usize, delimiters: Delimiters) -> (Option<usize>, usize) {
        for n in memmem::find_iter(&buffer[from..], b"ISA") {
            let at = from + n;
            if buffer.len() - at < ISA_LONGEST && !self.ended {
                return (None, at);
            }
            let rest = &buffer[at..];
            let begins_segment = || {
                let before = buffer[..at].iter().rev().find(|b| !delimiters.is_blank(**b));
                before.is_none_or(|b| *b == delimiters.terminator || matches!(b, 0 | 0x1a))
            };
            // One that is damaged reaches no further than a segment can.
            let ends_first = |isa: &Isa| !rest[..isa.len].contains(&delimiters.terminator);
            let is_isa = delimiters::is_whole_isa(rest)
                || (begins_segment() && delimiters::isa(rest).is_ok_and(|(_, isa)| ends_first(&isa)))
                || delimiters::is_broken_isa(rest);
            if is_isa {
                return (Some(at), at);
            }
        }
        // The first bytes of `ISA` may be the buffer's last.
        (None, if self.ended { buffer.len() } else { buffer.len().saturating_sub(2).max(from) })
    }
}

enum Lead {
    Found {
        start: usize,
        head: Head,
        delimiters: Delimiters,
    },
    /// Nothing more in these bytes.
    None,
    /// Nothing before `clear`; what follows needs more bytes.
    More {
        clear: usize,
    },
}

enum Next {
    At(usize),
    Cut(usize),
    More,
}

#[cfg(test)]
mod tests;
