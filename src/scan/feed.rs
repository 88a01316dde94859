//! The inputs of a run, chunk by chunk in their order: opened one at a time, cut, and numbered.

use sha2::{Digest as _, Sha256};

use crate::claim::context::Context;
use crate::source::Digests;
use crate::source::input::Input;
use crate::source::part::{Part, Parts};
use crate::source::stream::{Facts, Stream, Ticket};
use crate::source::trouble::Trouble;
use crate::tables::therapy::TherapyCodes;

use super::commit::{Job, LastOfFile, Reused};
use super::split::{Chunk, Splitter};
use super::{Setup, predict};

/// Somebody who is shown each chunk.
pub(super) type Watch<'w> = Box<dyn FnMut(&Chunk) + Send + 'w>;

/// A stream being read.
struct Open {
    splitter: Splitter<Stream>,
    /// Where the next chunk is taken to begin.
    context: Context,
    /// What is known of it, handed over with its last chunk.
    facts: Facts,
    ticket: Ticket,
    /// Bytes of the file that were read when the last chunk was cut.
    read: u64,
    /// Of a member of an archive; a file is digested as it lies on the disk.
    digest: Option<Sha256>,
}

impl Open {
    fn new(facts: Facts, stream: Stream, ticket: Ticket, setup: &Setup) -> Open {
        let digested = ticket.is_of_member() && setup.reading.digests == Digests::Sha256;
        Open {
            splitter: Splitter::new(stream, setup.limits),
            context: Context::default(),
            facts,
            ticket,
            read: 0,
            digest: digested.then(Sha256::new),
        }
    }

    /// What is to be known of a stream whose last chunk was cut.
    fn close(mut self) -> LastOfFile {
        let trouble = self.splitter.failure().map(Trouble::of_io);
        let end = self.ticket.end();
        let of_member = self.digest.map(|digest| digest.finalize().into());
        let sha256 = if end.whole && trouble.is_none() { of_member.or(end.sha256) } else { None };
        let is_input = !self.ticket.is_of_member();
        LastOfFile { facts: self.facts, trouble, changed: end.changed, sha256, read: end.read, is_input }
    }

    /// The next chunk, and the context it is taken to begin in.
    fn cut(
        &mut self,
        buffer: Vec<u8>,
        tidied: bool,
        guess: Option<&TherapyCodes>,
    ) -> Option<(Chunk, Context)> {
        let mut chunk = self.splitter.next_chunk(buffer)?;
        let assumed = self.context.clone();
        if let Some(digest) = &mut self.digest {
            digest.update(&chunk.bytes[..chunk.len]);
        }
        if tidied || chunk.is_wrapped() {
            chunk.tidy();
        }
        if let Some(codes) = guess.filter(|_| !chunk.last) {
            self.context = predict::context_after(&chunk, &assumed, codes);
        }
        Some((chunk, assumed))
    }
}

/// The inputs as they are read.
pub(super) struct Feed<'i> {
    inputs: &'i [&'i Input],
    /// How many of them are not read for comparison only.
    batch: usize,
    watch: Option<Watch<'i>>,
    at: usize,
    /// What the input at hand still holds.
    parts: Option<Parts>,
    open: Option<Open>,
    /// Number of the file at hand: of an archive each member is one.
    file: u32,
    /// Members of archives that were left out, with the reason.
    skipped: Vec<(String, &'static str)>,
    number: u32,
    /// Whether the context of the next chunk is guessed; a single worker knows it.
    guess: bool,
}

impl<'i> Feed<'i> {
    /// All inputs; those after the first `batch` are read for comparison only.
    pub(super) fn new(
        inputs: &'i [&'i Input],
        batch: usize,
        watch: Option<Watch<'i>>,
        setup: &Setup,
    ) -> Feed<'i> {
        Feed {
            inputs,
            batch,
            watch,
            at: 0,
            parts: None,
            open: None,
            file: 0,
            skipped: Vec::new(),
            number: 0,
            guess: setup.threads > 1,
        }
    }

    /// Members of archives that were left out, with the reason.
    pub(super) fn into_skipped(self) -> Vec<(String, &'static str)> {
        self.skipped
    }

    /// The next chunk of the run, or an input that cannot be read. One file is open at a time, however many there
    /// are.
    pub(super) fn next(&mut self, setup: &Setup, buffer: Vec<u8>) -> Next {
        if setup.stop.is_set() {
            return Next::Nothing;
        }
        while self.open.is_none() {
            let Some(input) = self.inputs.get(self.at) else { return Next::Nothing };
            let earlier = self.at >= self.batch;
            if self.parts.is_none() && !earlier {
                match self.known(setup, input) {
                    Some(reused) => return Next::Reused(reused, buffer),
                    None if setup.stop.is_set() => return Next::Nothing,
                    None => {}
                }
            }
            let parts = self.parts.get_or_insert_with(|| Parts::of(input));
            let part = setup.panics.guard(|| parts.next(&setup.reading)).unwrap_or_else(|why| {
                // Of an archive nobody knows how it goes on.
                *parts = Parts::none();
                Some(Part::Unread(Facts { name: input.name(), ..Facts::default() }, why))
            });
            match part {
                None => (self.parts, self.at) = (None, self.at + 1),
                Some(Part::Stream(facts, stream, ticket)) => {
                    self.open = Some(Open::new(facts, stream, ticket, setup));
                }
                Some(Part::Unread(facts, trouble)) => {
                    self.file += 1;
                    return Next::Unread(Unread { file: self.file - 1, earlier, facts, trouble }, buffer);
                }
                Some(Part::Skipped(..)) if earlier => {}
                Some(Part::Skipped(name, reason)) => self.skipped.push((name, reason)),
            }
        }
        self.chunk(setup, buffer)
    }

    /// What a ledger has of the next input, if that is all that is to be known of it.
    fn known(&mut self, setup: &Setup, input: &Input) -> Option<Reused> {
        // Who is shown chunks wants to see all of them.
        let ledger = setup.ledger.as_ref().filter(|_| self.watch.is_none())?;
        let (facts, record) = ledger.record(input, &setup.reading)?;
        let reused = Reused { number: self.number, file: self.file, facts, record };
        self.number += reused.record.chunks();
        self.file += 1;
        self.at += 1;
        Some(reused)
    }

    /// The next chunk of the stream at hand.
    fn chunk(&mut self, setup: &Setup, buffer: Vec<u8>) -> Next {
        let Some(open) = &mut self.open else { return Next::Again(buffer) };
        let guess = self.guess.then_some(&setup.tables.therapy);
        let (watched, read_before) = (self.watch.is_some(), open.read);
        let cut = setup.panics.guard(|| open.cut(buffer, watched, guess));
        if setup.stop.is_set() && open.splitter.has_failed() {
            // Reading was given up, which is no fault of the input.
            return Next::Nothing;
        }
        open.read = open.ticket.read();
        let disk_bytes = open.read - read_before;
        let (chunk, assumed, failed) = match cut {
            Ok(Some((chunk, assumed))) => (chunk, assumed, None),
            Ok(None) => {
                // A splitter marks its last chunk, so the stream was closed with that one.
                self.open = None;
                return Next::Again(Vec::new());
            }
            // Nobody knows where the next chunk begins, so that this one is the last.
            Err(why) => (Chunk::nothing_more(), Context::default(), Some(why)),
        };
        if let Some(watch) = &mut self.watch {
            watch(&chunk);
        }
        let (number, file, earlier) = (self.number, self.file, self.at >= self.batch);
        self.number += 1;
        let mut end = if chunk.last { self.open.take().map(|open| Box::new(open.close())) } else { None };
        if let Some(end) = end.as_mut().filter(|_| failed.is_some()) {
            // Of a member it is not over all bytes.
            end.sha256 = None;
        }
        self.file += u32::from(chunk.last);
        Next::Job(Job { number, file, earlier, chunk, assumed, disk_bytes, end, failed })
    }
}

#[expect(clippy::large_enum_variant, reason = "one value a chunk, moved once")]
pub(super) enum Next {
    Job(Job),
    Unread(Unread, Vec<u8>),
    Reused(Reused, Vec<u8>),
    Again(Vec<u8>),
    Nothing,
}

/// An input, or a member of one, that cannot be read.
pub(super) struct Unread {
    pub file: u32,
    pub earlier: bool,
    pub facts: Facts,
    pub trouble: Trouble,
}
