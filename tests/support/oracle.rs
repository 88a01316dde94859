//! A reader of X12 that shares nothing with the one under test: it splits at terminators, as anybody would by hand.
//!
//! It says which claims are to be expected in a file, and what the transaction sets of a whole one are. It knows no
//! recovery: what it expects and the reader does not give must have been said by the reader.

use std::collections::BTreeSet;
use std::ops::Range;

/// Widths of ISA01 to ISA16.
const WIDTHS: [usize; 16] = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1];

/// Where delimiters come into force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Start {
    pub at: usize,
    pub element: u8,
    pub terminator: u8,
}

/// A transaction set of a whole file, from its ST to the terminator of its SE.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Set {
    pub range: Range<usize>,
    /// From the terminator before it, without which ST begins no segment.
    pub with_lead: Range<usize>,
    /// The ISA and the GS it stands under.
    pub isa: Range<usize>,
    pub gs: Range<usize>,
    /// Its own header.
    pub st: Range<usize>,
}

/// What a whole file is made of.
pub struct Layout {
    pub starts: Vec<Start>,
    /// With their terminators.
    pub segments: Vec<Range<usize>>,
    pub sets: Vec<Set>,
    /// Claims, from CLM to the last terminator before the next CLM, HL or SE; each with the terminator before it.
    pub claims: Vec<(usize, Range<usize>)>,
}

impl Layout {
    /// The ISA, the GS and the ST above a place.
    pub fn headers(&self, at: usize) -> [Range<usize>; 3] {
        let set = self.sets.get(self.sets.partition_point(|set| set.range.end <= at));
        set.map_or([0..0, 0..0, 0..0], |set| [set.isa.clone(), set.gs.clone(), set.st.clone()])
    }

    pub fn of(bytes: &[u8]) -> Layout {
        let starts = interchanges(bytes);
        let (mut all, mut sets, mut claims) = (Vec::new(), Vec::new(), Vec::new());
        let (mut isa, mut gs, mut st, mut claim) = (0..0, 0..0, None, None);
        let mut lead = 0;
        for segment in segments(bytes, &starts) {
            let id = id(&bytes[segment.clone()]);
            if matches!(&id[..], b"CLM" | b"HL" | b"SE")
                && let Some((from, lead)) = claim.take()
            {
                claims.push((from, lead..segment.start));
            }
            match &id[..] {
                b"ISA" => isa = segment.clone(),
                b"GS" => gs = segment.clone(),
                b"ST" => st = Some((segment.clone(), lead)),
                b"CLM" => claim = Some((segment.start, lead)),
                b"SE" => {
                    let (st, lead) = st.take().unwrap_or((segment.clone(), segment.start));
                    let (range, with_lead) = (st.start..segment.end, lead..segment.end);
                    sets.push(Set { range, with_lead, isa: isa.clone(), gs: gs.clone(), st });
                }
                _ => {}
            }
            lead = segment.end - 1;
            all.push(segment);
        }
        Layout { starts, segments: all, sets, claims }
    }
}

/// The interchanges of a file: each `ISA` whose separators stand where they must, line ends passed over where it
/// cannot be read with them.
pub fn interchanges(bytes: &[u8]) -> Vec<Start> {
    let read = |at: usize| {
        let rest = &bytes[at..bytes.len().min(at + 200)];
        let found = header(rest).or_else(|| {
            let unbroken: Vec<u8> = rest.iter().filter(|b| !is_line_end(**b)).copied().collect();
            header(&unbroken)
        });
        found.map(|(element, terminator)| Start { at, element, terminator })
    };
    memchr::memmem::find_iter(bytes, b"ISA").filter_map(read).collect()
}

/// Element separator and terminator of a header.
fn header(isa: &[u8]) -> Option<(u8, u8)> {
    let (element, terminator) = (*isa.get(3)?, *isa.get(105)?);
    let mut at = 3;
    for width in &WIDTHS[..15] {
        at += width + 1;
        if isa[at] != element {
            return None;
        }
    }
    // What ends a segment cannot be what stands inside it, nor be a letter.
    let is_usable = terminator != element && terminator != isa[104] && !terminator.is_ascii_alphanumeric();
    is_usable.then_some((element, terminator))
}

/// Segments with their terminators, blanks before them left out; the last one's terminator may be missing. Empty ones
/// are left out.
pub fn segments<'a>(bytes: &'a [u8], starts: &'a [Start]) -> impl Iterator<Item = Range<usize>> + 'a {
    let ends = starts.iter().skip(1).map(|start| start.at).chain([bytes.len()]);
    starts.iter().zip(ends).flat_map(move |(start, end)| {
        let mut at = start.at;
        std::iter::from_fn(move || {
            while at < end {
                let from = at;
                let len = memchr::memchr(start.terminator, &bytes[at..end]).map_or(end - at, |n| n + 1);
                at += len;
                let blanks = bytes[from..at].iter().take_while(|b| is_blank(**b, start)).count();
                if blanks < len && bytes[from + blanks] != start.terminator {
                    return Some(from + blanks..at);
                }
            }
            None
        })
    })
}

/// The id of a segment, line ends passed over, in capital letters; three bytes of it at most.
pub fn id(segment: &[u8]) -> Vec<u8> {
    let whole = segment.iter().filter(|b| !is_line_end(**b));
    let id = whole.take_while(|b| b.is_ascii_alphanumeric()).take(3);
    id.map(u8::to_ascii_uppercase).collect()
}

/// Where claims are to be expected: where a split gives a segment that begins with CLM. `starts` is where delimiters
/// come into force by whatever is known of the file besides its bytes.
pub fn claims(bytes: &[u8], starts: &[Start]) -> BTreeSet<usize> {
    let declared = interchanges(bytes);
    [starts, &declared]
        .into_iter()
        .flat_map(|starts| segments(bytes, starts).filter(|range| id(&bytes[range.clone()]) == b"CLM"))
        .map(|range| range.start)
        .collect()
}

fn is_blank(byte: u8, start: &Start) -> bool {
    byte.is_ascii_whitespace() && byte != start.terminator && byte != start.element
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
