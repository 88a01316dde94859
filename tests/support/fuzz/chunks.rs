//! The same bytes read in pieces of every size, by one thread and two: one result.

use std::io::{self, Read};

use claimlint::scan::split::{Chunk, Item, Limits, Splitter};

use super::draw::Draw;
use super::engine::{SETUPS, scanned};
use crate::support::run::written;

/// The first byte chooses a claim limit and how the bytes are handed out; the rest is a file.
pub fn chunk_independent(data: &[u8]) {
    let mut draw = Draw::new(data);
    let choice = draw.byte();
    let bytes = draw.rest();
    let setups = &SETUPS[if choice & 1 == 0 { 0..6 } else { 6..12 }];
    let first = written(&setups[0], &scanned(&setups[0], bytes));
    for setup in &setups[1..] {
        let again = written(setup, &scanned(setup, bytes));
        let differ = first.lines().zip(again.lines()).find(|(a, b)| a != b);
        assert!(first == again, "{} threads, {:?}: {differ:?}", setup.threads, setup.limits);
    }
    let limits = setups[usize::from(choice >> 1) % setups.len()].limits;
    let whole = chunks(bytes, limits);
    gapless(&whole, bytes);
    for step in [1, 7, usize::from(choice) + 2] {
        let again = chunks(Trickle { rest: bytes, step, calls: 0 }, limits);
        assert!(whole == again, "{step} bytes at a time");
    }
}

/// A reader that gives few bytes at a time and is interrupted now and then.
struct Trickle<'a> {
    rest: &'a [u8],
    step: usize,
    calls: u32,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = self.step.min(buffer.len()).min(self.rest.len());
        let (given, rest) = self.rest.split_at(len);
        buffer[..len].copy_from_slice(given);
        self.rest = rest;
        Ok(len)
    }
}

/// All chunks, without the bytes behind each that are the next one's.
fn chunks(input: impl Read, limits: Limits) -> Vec<Chunk> {
    let mut splitter = Splitter::new(input, limits);
    let mut all = Vec::new();
    while let Some(mut chunk) = splitter.next_chunk(Vec::new()) {
        chunk.bytes.truncate(chunk.len);
        all.push(chunk);
    }
    assert!(splitter.failure().is_none());
    all
}

/// Chunks and their items stand end to end and are the file.
fn gapless(chunks: &[Chunk], bytes: &[u8]) {
    let mut at = 0;
    for (n, chunk) in chunks.iter().enumerate() {
        assert_eq!((chunk.offset, chunk.continued), (at as u64, at > 0));
        assert_eq!(chunk.last, n + 1 == chunks.len());
        assert_eq!(chunk.bytes, bytes[at..at + chunk.len]);
        let mut end = 0;
        for item in &chunk.items {
            let (Item::Piece { range, .. } | Item::Skip { range, .. }) = item;
            assert_eq!(range.start, end);
            end = range.end;
        }
        assert_eq!(end, chunk.len);
        at += chunk.len;
    }
    assert_eq!(at, bytes.len());
}
