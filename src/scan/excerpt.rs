//! The raw segments of the claims with one id, or of the claim at one place: chunks of an input come in as they are read, excerpts go out.
//!
//! An [`Excerpts`] looks on while the engine scans, so standard input need not be read twice and both see the
//! same bytes. What it keeps is bounded, whatever the file. It holds persons, names and notes, unlike all
//! other results: deliberately absent is anything that prints, or that lets them into a finding.

use crate::claim::assemble::{Head, Piece, PieceEnd, ends_claim};
use crate::claim::claim::{Form, NotEvaluated};
use crate::claim::context::{Context, Payer};
use crate::claim::guide::Loop;
use crate::position::Tag;
use crate::tables::therapy::TherapyCodes;
use crate::x12::delimiters::Delimiters;
use crate::x12::envelope::{Standing, Tracker};
use crate::x12::segment::Segment;
use crate::x12::segments::Segments;

use super::split::Chunk;

/// The most that is kept of all excerpts together (bytes). One claim of the largest size read fits.
const MOST: usize = 32 << 20;

/// What a segment costs beside its bytes.
const OVERHEAD: usize = std::mem::size_of::<Raw>();

const TRAILERS: [Tag; 3] = [Tag::of(b"SE"), Tag::of(b"GE"), Tag::of(b"IEA")];

/// A segment as it stands in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Raw {
    /// Offset of the first byte in the file.
    pub byte: u64,
    /// Where in the claim.
    pub at: Loop,
    /// The bytes, without the terminator. Untrusted, and about a person.
    pub bytes: Box<[u8]>,
}

/// One claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Excerpt {
    /// Which of the claims with this id, counted from 1.
    pub number: u64,
    /// The envelope.
    pub standing: Standing,
    /// Offset of CLM in the file.
    pub byte: u64,
    /// Offset of the first byte that is not the claim's.
    pub end: u64,
    /// Form.
    pub form: Form,
    /// What separates elements and components.
    pub delimiters: Delimiters,
    /// The payer it goes to.
    pub payer: Payer,
    /// Why it was not evaluated, if it was not.
    pub not_evaluated: Option<NotEvaluated>,
    /// Its segments from CLM to the next CLM, HL or envelope segment; empty ones are left out.
    pub segments: Vec<Raw>,
    /// Segments that were too much to keep.
    pub left_out: u64,
}

/// Which claims are looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sought {
    /// Those with this CLM01, blanks at both ends trimmed: all of them, or only the one of that number, counted from 1.
    Id(Vec<u8>, Option<u64>),
    /// The one whose bytes are around this offset.
    At(u64),
}

/// Looks for claims.
pub struct Excerpts<'s> {
    codes: &'s TherapyCodes,
    /// Bytes of a segment beyond which it is passed over, as by the scan.
    longest: usize,
    sought: Sought,
    context: Context,
    tracker: Tracker<'static>,
    found: Vec<Excerpt>,
    seen: u64,
    /// Bytes that may still be kept.
    room: usize,
    /// Whether the claim read last goes on in the next piece, and if it is kept.
    open: bool,
}

impl<'s> Excerpts<'s> {
    /// Looks for these claims.
    pub fn new(codes: &'s TherapyCodes, longest: usize, sought: Sought) -> Excerpts<'s> {
        Excerpts {
            codes,
            longest,
            sought,
            context: Context::default(),
            tracker: Tracker::new(&[]),
            found: Vec::new(),
            seen: 0,
            room: MOST,
            open: false,
        }
    }

    /// Looks at the next chunk of the input.
    pub fn chunk(&mut self, chunk: &Chunk) {
        if !chunk.continued {
            (self.tracker, self.open) = (Tracker::new(&[]), false);
        }
        let mut hits = Vec::new();
        let Excerpts { codes, longest, sought, context, .. } = self;
        let record = chunk.read(codes, *longest, context, |n, lent, _| {
            let is_sought = match sought {
                Sought::Id(id, _) => lent.claim.id.trim_ascii() == id.trim_ascii(),
                // The last that begins before the place; whether it reaches there is seen once it is read.
                Sought::At(byte) => {
                    let before = lent.claim.place.byte <= *byte;
                    if before {
                        hits.clear();
                    }
                    before
                }
            };
            if is_sought {
                let excerpt = Excerpt {
                    number: 0,
                    standing: Standing::default(),
                    byte: lent.claim.place.byte,
                    end: lent.claim.place.byte,
                    form: lent.claim.form,
                    delimiters: Delimiters::USUAL,
                    payer: lent.context.payer,
                    not_evaluated: lent.claim.not_evaluated,
                    segments: Vec::new(),
                    left_out: 0,
                };
                hits.push((n, lent.events, excerpt));
            }
        });
        let mut standings = Vec::with_capacity(record.events.len() + 1);
        self.tracker.chunk(&record.events, record.passed(), &mut standings, &mut Vec::new());
        let mut hits = hits.into_iter().peekable();
        for (n, item) in chunk.items.iter().enumerate() {
            let Some(piece) = chunk.piece(item) else { continue };
            // The claim read last may go on: it was larger than a chunk.
            self.open &= piece.head == Head::Continued;
            if self.open {
                self.read(&piece, 0);
            }
            while let Some((_, events, excerpt)) = hits.next_if(|(at, ..)| *at == n) {
                if matches!(self.sought, Sought::At(_)) {
                    (self.seen, self.room) = (0, MOST);
                    self.found.clear();
                }
                self.seen += 1;
                let standing = standings.get(events as usize).copied().unwrap_or_default();
                let from = usize::try_from(excerpt.byte - piece.offset).unwrap_or(usize::MAX);
                let is_one = match self.sought {
                    Sought::Id(_, Some(only)) => only == self.seen,
                    Sought::Id(_, None) | Sought::At(_) => true,
                };
                if is_one && self.room > 0 {
                    let delimiters = piece.delimiters;
                    self.found.push(Excerpt { number: self.seen, standing, delimiters, ..excerpt });
                    self.read(&piece, from);
                }
            }
        }
    }

    /// What was found, in the order of the input, and how many claims are those that were looked for.
    pub fn finish(mut self) -> (Vec<Excerpt>, u64) {
        if let Sought::At(byte) = self.sought {
            self.found.retain(|excerpt| (excerpt.byte..excerpt.end).contains(&byte));
            self.seen = self.found.len() as u64;
        }
        (self.found, self.seen)
    }

    /// Reads the claim found last from a place of a piece on.
    fn read(&mut self, piece: &Piece<'_>, from: usize) {
        let Some(excerpt) = self.found.last_mut() else { return };
        let bytes = piece.bytes.get(from..).unwrap_or_default();
        let offset = piece.offset + from as u64;
        let mut segments = Segments::new(bytes, piece.delimiters);
        let mut first = excerpt.segments.is_empty() && excerpt.left_out == 0;
        for segment in segments.by_ref() {
            if !std::mem::take(&mut first) && ends_claim(segment.tag()) {
                excerpt.end = offset + segment.start as u64;
                self.open = false;
                return;
            }
            keep(excerpt, &segment, offset, &mut self.room);
        }
        // What stands after the last terminator is the claim's, unless it is a trailer or padding.
        if let Some(tail) = segments.tail()
            && !TRAILERS.contains(&tail.tag())
            && !tail.bytes().iter().all(|b| matches!(b, 0 | 0x1a) || b.is_ascii_whitespace())
        {
            keep(excerpt, &tail, offset, &mut self.room);
        }
        excerpt.end = piece.offset + piece.bytes.len() as u64;
        self.open = piece.end == PieceEnd::InClaim;
    }
}

/// Keeps a segment as long as there is room.
fn keep(excerpt: &mut Excerpt, segment: &Segment<'_>, offset: u64, room: &mut usize) {
    if segment.is_empty() {
        return;
    }
    let at = excerpt.segments.last().map_or(Loop::CLAIM, |last| last.at).enter(excerpt.form, segment);
    match room.checked_sub(segment.bytes().len() + OVERHEAD) {
        Some(left) if excerpt.left_out == 0 => {
            *room = left;
            let byte = offset + segment.start as u64;
            excerpt.segments.push(Raw { byte, at, bytes: segment.bytes().into() });
        }
        // A claim is kept to a place, not with holes.
        _ => (*room, excerpt.left_out) = (0, excerpt.left_out + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::split::{Limits, Splitter};

    const ISA: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*^*00501*000000001*0*P*:~";

    fn head(st: &str) -> String {
        format!("ST*837*{st}*005010X222A1~HL*1**20*1~HL*2*1*22*0~SBR*P*18*******MB~NM1*PR*2*X*****PI*P1~")
    }

    fn excerpts(text: &str, window: usize, id: &str, only: Option<u64>) -> (Vec<Excerpt>, u64) {
        sought(text, window, Sought::Id(id.as_bytes().to_vec(), only))
    }

    fn sought(text: &str, window: usize, sought: Sought) -> (Vec<Excerpt>, u64) {
        let codes = TherapyCodes::builtin();
        let limits = Limits { window, claim: 4096, ..Limits::default() };
        let mut splitter = Splitter::new(text.as_bytes(), limits);
        let mut excerpts = Excerpts::new(&codes, limits.segment, sought);
        while let Some(chunk) = splitter.next_chunk(Vec::new()) {
            excerpts.chunk(&chunk);
        }
        excerpts.finish()
    }

    /// An excerpt as text; each segment must stand in the file where it says.
    fn said(text: &str, excerpt: &Excerpt) -> String {
        let mut out = Vec::new();
        for raw in &excerpt.segments {
            let there = &text.as_bytes()[raw.byte as usize..][..raw.bytes.len()];
            assert_eq!(there, &*raw.bytes);
            out.push(format!("{}:{}", raw.at.number, String::from_utf8_lossy(&raw.bytes)));
        }
        out.join(" ")
    }

    #[test]
    fn a_claim_is_found_with_its_place_whatever_the_window() {
        let text = format!(
            "{ISA}GS*HC*A*B*20260101*1200*7*X*005010X222A1~{}CLM*A*1~LX*1~SV1*HC:97110*1~\r\nCLM* B *1~HI*ABK:M545~\
             SBR*S*18~NM1*IL*1*LAST~~LX*1~SV1*HC:97110*1~SBR*T~HL*3*1*22*0~CLM*b*1~SE*9*0001~{}CLM*B*2~NTE*ADD*x~\
             SE*9*0002~GE*2*7~IEA*1*000000001~",
            head("0001"),
            head("0002")
        );
        for window in [1, 300, 5000] {
            let (found, seen) = excerpts(&text, window, " B ", None);
            assert_eq!((found.len(), seen), (2, 2), "upper and lower case are different ids");
            assert_eq!(
                said(&text, &found[0]),
                "2300:CLM* B *1 2300:HI*ABK:M545 2320:SBR*S*18 2330A:NM1*IL*1*LAST 2400:LX*1 \
                 2400:SV1*HC:97110*1 2400:SBR*T"
            );
            assert_eq!(said(&text, &found[1]), "2300:CLM*B*2 2300:NTE*ADD*x");
            let places: Vec<_> =
                found.iter().map(|e| (e.number, e.standing.transaction, e.standing.st02.number())).collect();
            assert_eq!(places, [(1, 1, Some(1)), (2, 2, Some(2))]);
            assert!(text[found[0].end as usize..].starts_with("HL*3"));
            assert_eq!(found[1].payer.id.as_bytes(), b"P1");
            let (second, seen) = excerpts(&text, window, "B", Some(2));
            assert_eq!((&second[..], seen), (&found[1..], 2));
        }
    }

    #[test]
    fn a_claim_that_is_cut_off_or_larger_than_a_chunk_is_shown_as_far_as_it_goes() {
        let cut = format!("{ISA}{}CLM*A*1~LX*1~SV1*HC:97", head("1"));
        let (found, _) = excerpts(&cut, 5000, "A", None);
        assert_eq!(said(&cut, &found[0]), "2300:CLM*A*1 2400:LX*1 2400:SV1*HC:97");
        assert_eq!((found[0].not_evaluated, found[0].end), (Some(NotEvaluated::CutOff), cut.len() as u64));

        let large = format!("{ISA}{}CLM*A*1~{}CLM*B*1~SE*1*1~\0\0", head("1"), "NTE*ADD*x~".repeat(2000));
        for window in [1, 1000] {
            let (found, _) = excerpts(&large, window, "A", None);
            assert_eq!(
                (found[0].segments.len(), found[0].not_evaluated),
                (2001, Some(NotEvaluated::TooLarge))
            );
            said(&large, &found[0]);
            assert!(large[found[0].end as usize..].starts_with("CLM*B"));
            let (found, _) = excerpts(&large, window, "B", None);
            assert_eq!(said(&large, &found[0]), "2300:CLM*B*1", "neither trailer nor padding is the claim's");
        }
    }

    #[test]
    fn the_claim_around_a_byte_is_found_whatever_the_window() {
        let text = format!(
            "{ISA}{}CLM*A*1~LX*1~SV1*HC:97110*1~{}HL*3*1*22*0~CLM*B*1~{}SE*9*1~GE*1*7~IEA*1*000000001~",
            head("1"),
            "NTE*ADD*x~".repeat(300),
            "K3*y~".repeat(200),
        );
        let at = |part: &str| text.find(part).unwrap() as u64;
        let (a, hl, b, se) = (at("CLM*A"), at("HL*3"), at("CLM*B"), at("SE*9"));
        for window in [1, 300, 1 << 16] {
            for (byte, want) in [
                (a - 1, None),
                (a, Some(a)),
                (a + 40, Some(a)),
                (hl - 1, Some(a)),
                (hl, None),
                (b - 1, None),
                (b, Some(b)),
                (se - 1, Some(b)),
                (se, None),
                (u64::MAX, None),
            ] {
                let (found, seen) = sought(&text, window, Sought::At(byte));
                let got: Vec<u64> = found.iter().map(|e| e.byte).collect();
                assert_eq!(
                    (got, seen),
                    (Vec::from_iter(want), u64::from(want.is_some())),
                    "{byte}, {window}"
                );
            }
        }
    }

    /// As in a scan: the class of a payer that is not read is that of no payer.
    #[test]
    fn a_segment_beyond_the_limit_is_not_read() {
        let long = format!("NM1*PR*2*{}*", "X".repeat(100));
        let text = format!("{ISA}{}CLM*A*1~SE*9*1~", head("1").replace("NM1*PR*2*X*", &long));
        let codes = TherapyCodes::builtin();
        for (segment, want) in [(200, &b"P1"[..]), (60, b"")] {
            let mut splitter = Splitter::new(text.as_bytes(), Limits { segment, ..Limits::default() });
            let mut excerpts = Excerpts::new(&codes, segment, Sought::Id(b"A".to_vec(), None));
            while let Some(chunk) = splitter.next_chunk(Vec::new()) {
                excerpts.chunk(&chunk);
            }
            assert_eq!(excerpts.finish().0[0].payer.id.as_bytes(), want, "{segment}");
        }
    }

    #[test]
    fn what_is_kept_is_bounded_and_what_is_left_out_is_counted() {
        let claim = format!("CLM*A*1~NTE*ADD*{}~K3*y~", "x".repeat(3000));
        let many = format!("{ISA}{}{}SE*1*1~", head("1"), claim.repeat(12_000));
        let (found, seen) = excerpts(&many, 1 << 16, "A", None);
        let kept: usize = found.iter().flat_map(|e| &e.segments).map(|raw| raw.bytes.len()).sum();
        assert!(kept < MOST && kept > MOST / 2, "{kept}");
        assert_eq!(seen, 12_000);
        assert!(found.len() < 12_000 && found.last().is_some_and(|last| last.left_out > 0));
        assert!(found.iter().rev().skip(1).all(|e| e.left_out == 0 && e.segments.len() == 3));
        let (last, _) = excerpts(&many, 1 << 16, "A", Some(12_000));
        assert_eq!((last.len(), last[0].segments.len()), (1, 3), "each of them can be had alone");
    }
}
