//! A guess at what the next chunk inherits, so that its worker need not wait for this chunk to be read.
//!
//! The guess looks only at the last envelope and HL segments of the chunk, found by a plain search. It is
//! never relied on: when chunks are put together in order, a wrong guess is noticed and the chunk is read
//! again (see `commit`).

use std::ops::Range;

use memchr::memmem;

use crate::claim::assemble::{Claims, Head, Piece, PieceEnd};
use crate::claim::context::Context;
use crate::position::Tag;
use crate::tables::therapy::TherapyCodes;
use crate::x12::segments::Segments;
use crate::x12::text;

use super::split::{Chunk, Item};

/// The context in which the chunk after this one probably begins.
pub(super) fn context_after(chunk: &Chunk, start: &Context, codes: &TherapyCodes) -> Context {
    let mut context = start.clone();
    for item in &chunk.items {
        if let Some(piece) = chunk.piece(item) {
            // Only the chunk's last piece goes on; what an earlier one left behind is void.
            if piece.head == Head::Continued || is_last(chunk, item) {
                context = after_piece(&piece, context, codes);
            }
        }
    }
    context
}

fn is_last(chunk: &Chunk, item: &Item) -> bool {
    chunk.items.last() == Some(item)
}

fn after_piece(piece: &Piece<'_>, start: Context, codes: &TherapyCodes) -> Context {
    let mut context = start;
    let Latest { trailer, group, last, .. } = Latest::of(piece, &context);
    if piece.head != Head::Continued {
        context = replay(piece, 0, context, piece.head, codes);
    }
    // A new transaction set replaces everything but the guide of its group.
    for at in [group, trailer].into_iter().flatten() {
        context = replay(piece, at, context, Head::Continued, codes);
    }
    let above = context.suspect;
    for at in last.into_iter().flatten() {
        context = replay(piece, at, context, Head::Continued, codes);
    }
    // The HLs between are not replayed, so their numbers seem wrong; taken to be right, as most are.
    context.suspect = match last {
        [Some(_), ..] => [false; 3],
        [None, Some(_), _] => [above[0]; 3],
        [None, None, Some(_)] => [above[0], above[1], above[1]],
        [None, None, None] => above,
    };
    context
}

/// Reads the segments from `at` up to the first claim, or to the next HL after the first segment.
fn replay(piece: &Piece<'_>, at: usize, context: Context, head: Head, codes: &TherapyCodes) -> Context {
    const STOPS: [Tag; 2] = [Tag::of(b"CLM"), Tag::of(b"HL")];
    let rest = &piece.bytes[at..];
    let stop = Segments::new(rest, piece.delimiters).skip(1).find(|s| STOPS.contains(&s.tag()));
    let slice = Piece {
        bytes: &rest[..stop.map_or(rest.len(), |s| s.start)],
        offset: piece.offset + at as u64,
        delimiters: piece.delimiters,
        head,
        end: PieceEnd::AtBoundary,
        odd: None,
    };
    let mut claims = Claims::new(codes, context);
    claims.open(&slice);
    while claims.next_claim(&mut Vec::new()).is_some() {}
    claims.finish().0
}

/// Where a piece has the last of what the next one inherits from.
#[derive(Default)]
struct Latest {
    /// SE, and GS before it.
    trailer: Option<usize>,
    group: Option<usize>,
    /// Of each level the last HL behind the trailer, if it stands below the one above.
    last: [Option<usize>; 3],
    /// Bytes looked through for HLs, how many there were, HL01 of the last of them, and HL02 of the last subscriber.
    looked_through: usize,
    levels: u64,
    number: u64,
    above_subscriber: Option<u64>,
}

/// Bytes that are searched before those in front of them: few enough that the second search finds them in the cache.
const BLOCK: usize = 64 << 10;

impl Latest {
    /// Searched from the end on, and no further than it takes: to the last trailer, or to where the numbers of levels show
    /// that the set and the billing provider are those the piece began in. That a group begins before the block that the
    /// last trailer stands in is not seen: few files have more groups than one.
    fn of(piece: &Piece<'_>, start: &Context) -> Latest {
        let mut latest = Latest::default();
        let len = piece.bytes.len();
        let (mut end, mut same_set, mut same_billing) = (len, false, false);
        while end > 0 && latest.trailer.is_none() && !(same_set && (same_billing || latest.last[0].is_some()))
        {
            let from = end.saturating_sub(BLOCK);
            if !same_set {
                latest.trailer = segments_named(piece, b"SE", from..end).last().copied();
            }
            if let Some(trailer) = latest.trailer {
                latest.group = segments_named(piece, b"GS", from..trailer).last().copied();
            }
            // What stands before a billing provider is of another one.
            if latest.last[0].is_none() {
                latest.put_before(piece, latest.trailer.unwrap_or(from)..end);
            }
            if piece.head == Head::Continued {
                // A set that began in the piece could not have counted so many levels, at several times their density.
                let most = latest.levels.saturating_mul(8 * len as u64) / latest.looked_through.max(1) as u64;
                same_set = latest.number > most;
                same_billing = latest.above_subscriber == Some(start.hierarchy.billing);
            }
            end = from;
        }
        latest
    }

    /// Takes the HLs of bytes that stand before those looked at so far.
    fn put_before(&mut self, piece: &Piece<'_>, range: Range<usize>) {
        let mut last: [Option<usize>; 3] = [None; 3];
        let (mut number, mut above) = (0, None);
        self.looked_through += range.len();
        for at in segments_named(piece, b"HL", range) {
            let mut elements = piece.bytes[at..].split(|b| *b == piece.delimiters.element).skip(1);
            let mut next = || elements.next().unwrap_or_default();
            let (own, parent, level) = (text::number(next()), text::number(next()), next());
            number = own.unwrap_or(0);
            match level.get(..2) {
                Some(b"20") => (last, above) = ([Some(at), None, None], None),
                Some(b"22") => (last, above) = ([last[0], Some(at), None], parent),
                _ => last[2] = Some(at),
            }
            self.levels += 1;
        }
        if self.last == [None; 3] {
            self.number = number;
        }
        if self.last[1].is_none() {
            self.above_subscriber = above;
        }
        // Those behind them hold: a subscriber makes the patient before it void.
        self.last = match self.last {
            [_, None, None] => last,
            [_, None, patient] => [last[0], last[1], patient],
            [_, subscriber, patient] => [last[0], subscriber, patient],
        };
    }
}

/// Offsets within a range at which segments with an id begin, found by searching for the id and its separator.
fn segments_named(piece: &Piece<'_>, id: &[u8], range: Range<usize>) -> Vec<usize> {
    let (bytes, delimiters) = (piece.bytes, piece.delimiters);
    let needle = [id, &[delimiters.element]].concat();
    let begins_segment = move |at: &usize| {
        let before = bytes[..*at].iter().rev().find(|b| !delimiters.is_blank(**b));
        before.is_none_or(|b| *b == delimiters.terminator)
    };
    // One may begin at the last byte.
    let until = bytes.len().min(range.end + needle.len() - 1);
    let found = memmem::find_iter(&bytes[range.start..until], &needle).map(move |at| range.start + at);
    found.filter(begins_segment).collect()
}
