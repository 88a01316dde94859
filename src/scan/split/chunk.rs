//! Bytes of a file and what they are, as a worker takes them.

use std::ops::Range;

use crate::claim::assemble::{Claims, Head, Lent, Piece, PieceEnd};
use crate::claim::context::Context;
use crate::claim::record::Record;
use crate::tables::therapy::TherapyCodes;
use crate::x12::delimiters::{self, Delimiters};
use crate::x12::fault::{Fault, FaultCode};
use crate::x12::odd::{self, First, Last, Oddities};

/// Part of a chunk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item {
    /// Bytes of an interchange.
    Piece {
        /// Where in the chunk's bytes.
        range: Range<usize>,
        /// Its delimiters.
        delimiters: Delimiters,
        /// How it begins.
        head: Head,
        /// How it ends.
        end: PieceEnd,
        /// Whether the interchange is broken into lines of one length.
        wrapped: bool,
        /// What was odd about its bytes, once they are tidied.
        odd: Option<Box<[Oddities]>>,
    },
    /// Bytes of no interchange.
    Skip {
        /// Where in the chunk's bytes.
        range: Range<usize>,
        /// Why.
        reason: FaultCode,
    },
}

/// Bytes of a file and what they are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chunk {
    /// The bytes; the chunk is `bytes[..len]`, what follows is the next one's.
    pub bytes: Vec<u8>,
    /// How many of them the chunk has.
    pub len: usize,
    /// Offset of the first byte in the file.
    pub offset: u64,
    /// The parts, in order and without gaps.
    pub items: Vec<Item>,
    /// Whether a chunk of the same input stands before this one.
    pub continued: bool,
    /// Whether the input ends here, or is given up because it holds no X12.
    pub last: bool,
    /// Whether its pieces are tidied.
    pub(super) tidied: bool,
}

impl Chunk {
    /// The last of an input that cannot be cut any further.
    pub(in crate::scan) fn nothing_more() -> Chunk {
        Chunk { last: true, ..Chunk::default() }
    }

    /// Puts line ends and blanks that stand inside segments behind them, and notes what else is odd. To be
    /// done before the pieces are read; a second time does nothing.
    pub fn tidy(&mut self) {
        if std::mem::replace(&mut self.tidied, true) {
            return;
        }
        let Chunk { bytes, items, .. } = self;
        for item in items {
            let Item::Piece { range, delimiters, head, end, wrapped, odd } = item else { continue };
            let first = if head.has_isa() { First::Isa } else { First::Other };
            let last = if *end == PieceEnd::Final { Last::Ends } else { Last::GoesOn };
            let breaks = if *wrapped { FaultCode::WrappedLines } else { FaultCode::BrokenElement };
            if let Some(bytes) = bytes.get_mut(range.clone()) {
                if *head == Head::RepairedIsa {
                    delimiters::end_header(bytes, delimiters);
                }
                *odd = odd::tidy(bytes, delimiters, first, breaks, last);
            }
        }
    }

    /// Whether lines of one length break it, so that nothing can be read of it before it is tidied.
    pub fn is_wrapped(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Piece { wrapped: true, .. }))
    }

    /// Reads the claims of a tidied chunk and hands each on: the number of its item, the claim, and what is wrong with its
    /// syntax. `context` is where the chunk before it ended, and then where this one does; segments of more bytes than
    /// `longest` are passed over.
    pub fn read<'c>(
        &'c self,
        codes: &'c TherapyCodes,
        longest: usize,
        context: &mut Context,
        mut with: impl FnMut(usize, &Lent<'_, 'c>, &[Fault]),
    ) -> Record {
        if !self.continued {
            *context = Context::default();
        }
        let mut claims = Claims::new(codes, std::mem::take(context)).limit_segments(longest);
        let mut faults = Vec::new();
        for (n, item) in self.items.iter().enumerate() {
            if let Item::Skip { range, reason } = item {
                claims.skip(*reason, self.offset + range.start as u64, range.len() as u64);
            }
            let Some(piece) = self.piece(item) else { continue };
            claims.open(&piece);
            while let Some(lent) = claims.next_claim(&mut faults) {
                with(n, &lent, &faults);
            }
        }
        let (end, record) = claims.finish();
        *context = end;
        record
    }

    /// An item as the reader of claims takes it.
    pub fn piece<'c>(&'c self, item: &'c Item) -> Option<Piece<'c>> {
        match item {
            Item::Piece { range, delimiters, head, end, odd, .. } => Some(Piece {
                bytes: &self.bytes[range.clone()],
                offset: self.offset + range.start as u64,
                delimiters: *delimiters,
                head: *head,
                end: *end,
                odd: odd.as_deref(),
            }),
            Item::Skip { .. } => None,
        }
    }
}
