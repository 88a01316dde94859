//! Fourteen ways to damage a file, each the same for the same numbers.
//!
//! A damaged file is kept as parts of the whole ones it came from, so that a test knows what nobody touched.

use std::ops::Range;

use super::generate::Random;
use super::oracle::{self, Layout, Start};

/// How a file is damaged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Flip,
    Delete,
    Insert,
    Truncate,
    DuplicateChunk,
    DeleteChunk,
    Segments,
    SwapDelimiters,
    Wrap,
    Encode,
    Splice,
    ChangeNumber,
    FlipCase,
    Inflate,
}

impl Way {
    pub const ALL: [Way; 14] = [
        Way::Flip,
        Way::Delete,
        Way::Insert,
        Way::Truncate,
        Way::DuplicateChunk,
        Way::DeleteChunk,
        Way::Segments,
        Way::SwapDelimiters,
        Way::Wrap,
        Way::Encode,
        Way::Splice,
        Way::ChangeNumber,
        Way::FlipCase,
        Way::Inflate,
    ];
}

/// A whole file, and what it is made of.
pub struct Whole {
    pub bytes: Vec<u8>,
    pub layout: Layout,
    /// Segments by their ids, so that rare ones are hit as often as common ones.
    by_id: Vec<Vec<usize>>,
}

impl Whole {
    pub fn new(bytes: Vec<u8>) -> Whole {
        let layout = Layout::of(&bytes);
        let mut ids: Vec<(Vec<u8>, Vec<usize>)> = Vec::new();
        for (n, range) in layout.segments.iter().enumerate() {
            let id = oracle::id(&bytes[range.clone()]);
            match ids.iter_mut().find(|(known, _)| *known == id) {
                Some((_, all)) => all.push(n),
                None => ids.push((id, vec![n])),
            }
        }
        Whole { bytes, layout, by_id: ids.into_iter().map(|(_, all)| all).collect() }
    }

    /// Any segment: half of the time any at all, else one of any id.
    fn segment(&self, random: &mut Random) -> Range<usize> {
        let segments = &self.layout.segments;
        if segments.is_empty() {
            return 0..self.bytes.len();
        }
        let at = if random.percent(50) {
            random.below(segments.len() as u64) as usize
        } else {
            let all = random.pick(&self.by_id);
            *random.pick(all)
        };
        segments[at].clone()
    }

    /// Any byte of any segment.
    fn place(&self, random: &mut Random) -> usize {
        let segment = self.segment(random);
        segment.start + random.below(segment.len().max(1) as u64) as usize
    }

    /// What delimits at a place.
    pub fn delimiters(&self, at: usize) -> Start {
        let before = self.layout.starts.iter().rev().find(|start| start.at <= at);
        *before.or(self.layout.starts.first()).unwrap_or(&Start { at: 0, element: b'*', terminator: b'~' })
    }
}

/// A piece of a damaged file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// As it stood in the file itself (0) or in another one (1).
    Of(usize, Range<usize>),
    /// Written by whoever did the damage.
    New(Vec<u8>),
}

impl Part {
    fn len(&self) -> usize {
        match self {
            Part::Of(_, range) => range.len(),
            Part::New(bytes) => bytes.len(),
        }
    }
}

/// How a file is written, where it is not as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coding {
    Plain,
    Utf16Le,
    Utf16Be,
    Ebcdic,
}

/// A damaged file.
pub struct Mutant {
    pub way: Way,
    pub parts: Vec<Part>,
    pub coding: Coding,
}

impl Mutant {
    /// Number `number` of the mutants of a file; `other` is what it may be spliced with.
    pub fn new(files: [&Whole; 2], seed: u64, number: u64) -> Mutant {
        let way = Way::ALL[(number % 14) as usize];
        let mut random = Random(seed.wrapping_mul(0x1000_0001) ^ number);
        let whole = Part::Of(0, 0..files[0].bytes.len());
        let mut mutant = Mutant { way, parts: vec![whole], coding: Coding::Plain };
        mutant.damage(files, &mut random);
        mutant
    }

    /// The text of the damaged file.
    pub fn text(&self, files: [&Whole; 2]) -> Vec<u8> {
        let bytes = |part: &Part| match part {
            Part::Of(file, range) => files[*file].bytes[range.clone()].to_vec(),
            Part::New(bytes) => bytes.clone(),
        };
        self.parts.iter().flat_map(bytes).collect()
    }

    /// The file as it lies on the disk.
    pub fn file(&self, text: &[u8]) -> Vec<u8> {
        match self.coding {
            Coding::Plain => text.to_vec(),
            Coding::Utf16Le => [0xff, 0xfe].into_iter().chain(text.iter().flat_map(|b| [*b, 0])).collect(),
            Coding::Utf16Be => [0xfe, 0xff].into_iter().chain(text.iter().flat_map(|b| [0, *b])).collect(),
            Coding::Ebcdic => text.iter().map(|b| ebcdic(*b)).collect(),
        }
    }

    /// Where whatever stands in a range of a whole file stands now, as often as it does, if nobody touched it.
    pub fn untouched(&self, file: usize, range: &Range<usize>) -> Vec<usize> {
        let mut at = 0;
        let mut found = Vec::new();
        for part in &self.parts {
            if let Part::Of(own, own_range) = part
                && *own == file
                && own_range.start <= range.start
                && range.end <= own_range.end
            {
                found.push(at + range.start - own_range.start);
            }
            at += part.len();
        }
        found
    }

    /// Where delimiters come into force: where an interchange begins, however damaged its header is, and at the
    /// first byte. A run of another interchange that stands in this one without its header is nobody's to read.
    pub fn starts(&self, files: [&Whole; 2]) -> Vec<Start> {
        let mut at = 0;
        let mut starts: Vec<Start> = Vec::new();
        for part in &self.parts {
            if let Part::Of(file, range) = part {
                let all = &files[*file].layout.starts;
                let ends = all.iter().skip(1).map(|s| s.at).chain([files[*file].bytes.len()]);
                for (start, end) in all.iter().zip(ends) {
                    let from = start.at.max(range.start);
                    if from < end.min(range.end) {
                        let next = Start { at: at + from - range.start, ..*start };
                        if from == start.at || (starts.is_empty() && *file == 0) {
                            starts.push(next);
                        }
                    }
                }
            }
            at += part.len();
        }
        starts
    }

    /// Whether parts stand twice in it, or parts of two files.
    pub fn is_copied(&self) -> bool {
        matches!(self.way, Way::DuplicateChunk | Way::Segments | Way::Splice)
    }

    fn damage(&mut self, files: [&Whole; 2], random: &mut Random) {
        let file = files[0];
        let len = file.bytes.len();
        // From the end on, so that places before are not moved.
        let mut places: Vec<usize> =
            (0..random.one(&[1, 1, 1, 2, 4, 8])).map(|_| file.place(random)).collect();
        places.sort_unstable_by(|a, b| b.cmp(a));
        places.dedup();
        match self.way {
            Way::Flip => {
                for at in places {
                    let old = file.bytes[at];
                    let new =
                        if random.percent(50) { old ^ 1 << random.below(8) } else { random.next() as u8 };
                    self.replace(at..at + 1, vec![Part::New(vec![new])]);
                }
            }
            Way::Delete => places.into_iter().for_each(|at| {
                let count = random.one(&[1, 1, 1, 2, 3]);
                self.replace(at..(at + count).min(len), Vec::new());
            }),
            Way::Insert => {
                for at in places {
                    let Start { element, terminator, .. } = file.delimiters(at);
                    let text: Vec<u8> = match random.below(8) {
                        0 => vec![terminator],
                        1 => vec![element],
                        2 => vec![terminator, terminator],
                        3 => vec![random.one(b"\0\x01\t\r\n\x0b\x1a\x7f\x85\xff")],
                        4 => b"\r\n".to_vec(),
                        5 => vec![random.one(b":^>|'~*")],
                        6 => random.one(&[&b"ISA"[..], b"CLM", b"SE", b"ABOUT ~5 VISITS", b" "]).to_vec(),
                        _ => (0..random.range(1, 9)).map(|_| random.one(b"ABCXYZ059 ")).collect(),
                    };
                    self.replace(at..at, vec![Part::New(text)]);
                }
            }
            Way::Truncate => self.replace(file.place(random)..len, Vec::new()),
            Way::DuplicateChunk => {
                let chunk = chunk(file, random);
                let to = if random.percent(50) { chunk.end } else { file.place(random) };
                self.replace(to..to, vec![Part::Of(0, chunk)]);
            }
            Way::DeleteChunk => self.replace(chunk(file, random), Vec::new()),
            Way::Segments => {
                let (a, b) = (file.segment(random), file.segment(random));
                let part = Part::Of(0, a.clone());
                match random.below(4) {
                    0 => self.replace(a, Vec::new()),
                    1 => self.replace(a.end..a.end, vec![part]),
                    2 => self.replace(b.end..b.end, vec![part]),
                    _ if a.end <= b.start || b.end <= a.start => {
                        let (first, second) = if a.start < b.start { (a, b) } else { (b, a) };
                        self.replace(second.clone(), vec![Part::Of(0, first.clone())]);
                        self.replace(first, vec![Part::Of(0, second)]);
                    }
                    _ => self.replace(a, Vec::new()),
                }
            }
            Way::SwapDelimiters => {
                let segment = file.segment(random);
                let Start { element, terminator, .. } = file.delimiters(segment.start);
                let (from, to) = match random.below(4) {
                    0 => (element, terminator),
                    1 => (terminator, element),
                    2 => (element, b':'),
                    _ => (element, random.one(b"|^>~\t")),
                };
                let text = file.bytes[segment.clone()].iter().map(|b| if *b == from { to } else { *b });
                self.replace(segment.clone(), vec![Part::New(text.collect())]);
            }
            Way::Wrap => {
                let width = random.one(&[80, 80, 80, 72, 128]);
                let end = random.one(&[&b"\r\n"[..], b"\n"]);
                let from = if random.percent(80) { 0 } else { file.place(random) };
                let lines = (from..len).step_by(width).skip(1).collect::<Vec<_>>();
                let mut parts = vec![Part::Of(0, 0..lines.first().copied().unwrap_or(len))];
                for (n, at) in lines.iter().enumerate() {
                    parts.push(Part::New(end.to_vec()));
                    parts.push(Part::Of(0, *at..lines.get(n + 1).copied().unwrap_or(len)));
                }
                self.parts = parts;
            }
            Way::Encode => match random.below(4) {
                0 => self.replace(0..0, vec![Part::New(b"\xef\xbb\xbf".to_vec())]),
                1 => self.coding = Coding::Utf16Le,
                2 => self.coding = Coding::Utf16Be,
                _ => self.coding = Coding::Ebcdic,
            },
            Way::Splice => {
                let (to, from) = (file.place(random), files[1].place(random));
                self.replace(to..len, vec![Part::Of(1, from..files[1].bytes.len())]);
            }
            Way::ChangeNumber => {
                const COUNTED: [&[u8]; 10] =
                    [b"ISA", b"IEA", b"GS", b"GE", b"ST", b"SE", b"HL", b"LX", b"CLM", b"SV1"];
                let all: Vec<_> = file.layout.segments.iter().collect();
                let some: Vec<_> = (0..64).map(|_| random.below(all.len().max(1) as u64) as usize).collect();
                let counted =
                    |at: &&Range<usize>| COUNTED.contains(&&oracle::id(&file.bytes[(**at).clone()])[..]);
                let wanted = random.one(&COUNTED);
                let any = some.iter().filter_map(|n| all.get(*n).copied()).find(counted);
                let one = all.iter().copied().filter(|at| oracle::id(&file.bytes[(**at).clone()]) == wanted);
                let one: Vec<_> = one.take(50).collect();
                let segment = if one.is_empty() { any } else { Some(random.one(&one)) };
                if let Some(segment) = segment.cloned() {
                    self.change_number(file, segment, random);
                }
            }
            Way::FlipCase => {
                for _ in 0..random.one(&[1, 1, 2, 4]) {
                    let segment = file.segment(random);
                    let text = file.bytes[segment.clone()].iter().map(|b| match b {
                        b'a'..=b'z' => b.to_ascii_uppercase(),
                        _ => b.to_ascii_lowercase(),
                    });
                    // Lengths stay, so places do.
                    self.replace(segment.clone(), vec![Part::New(text.collect())]);
                }
            }
            Way::Inflate => {
                let at = file.place(random);
                let long = random.one(&[300, 5_000, 70_000, 70_000, 1_200_000]);
                let text = random.one(&[b"X", b"9", b" ", b"\xc3"]).repeat(long);
                self.replace(at..at, vec![Part::New(text)]);
            }
        }
    }

    /// Another number in the place of one of a segment.
    fn change_number(&mut self, file: &Whole, segment: Range<usize>, random: &mut Random) {
        let text = &file.bytes[segment.clone()];
        let numbers: Vec<Range<usize>> = (0..text.len())
            .filter(|n| text[*n].is_ascii_digit() && (*n == 0 || !text[n - 1].is_ascii_alphanumeric()))
            .map(|n| n..n + text[n..].iter().take_while(|b| b.is_ascii_digit()).count())
            .collect();
        if numbers.is_empty() {
            return;
        }
        let number = random.pick(&numbers);
        let old = &text[number.clone()];
        let new: Vec<u8> = match random.below(4) {
            0 => b"0".repeat(old.len()),
            1 => [b"9", old].concat(),
            2 => Vec::new(),
            _ => old.iter().map(|_| random.one(b"0123456789")).collect(),
        };
        let place = segment.start + number.start..segment.start + number.end;
        self.replace(place, vec![Part::New(new)]);
    }

    /// Puts parts in the place of a range of the damaged file.
    fn replace(&mut self, range: Range<usize>, with: Vec<Part>) {
        let mut parts = Vec::with_capacity(self.parts.len() + 2);
        let (mut at, mut with) = (0, Some(with));
        for part in self.parts.drain(..) {
            let len = part.len();
            let (from, to) = (range.start.clamp(at, at + len) - at, range.end.clamp(at, at + len) - at);
            if range.start < at + len || (range.start == at && len == 0) {
                parts.push(cut(&part, 0..from));
                parts.extend(with.take().unwrap_or_default());
                parts.push(cut(&part, to..len));
            } else {
                parts.push(part);
            }
            at += len;
        }
        parts.extend(with.unwrap_or_default());
        parts.retain(|part| part.len() > 0);
        self.parts = parts;
    }
}

fn cut(part: &Part, range: Range<usize>) -> Part {
    match part {
        Part::Of(file, own) => Part::Of(*file, own.start + range.start..own.start + range.end),
        Part::New(bytes) => Part::New(bytes[range].to_vec()),
    }
}

/// A run of bytes, of any length from one to nearly all.
fn chunk(file: &Whole, random: &mut Random) -> Range<usize> {
    let from = file.place(random);
    let left = (file.bytes.len() - from) as u64;
    let longest = random.one(&[10, 200, 2_000, u64::MAX]).min(left);
    from..from + random.range(1, longest.max(1)) as usize
}

/// A byte of ASCII in code page 037.
fn ebcdic(byte: u8) -> u8 {
    match byte {
        b'A'..=b'I' => byte - b'A' + 0xc1,
        b'J'..=b'R' => byte - b'J' + 0xd1,
        b'S'..=b'Z' => byte - b'S' + 0xe2,
        b'a'..=b'i' => byte - b'a' + 0x81,
        b'j'..=b'r' => byte - b'j' + 0x91,
        b's'..=b'z' => byte - b's' + 0xa2,
        b'0'..=b'9' => byte - b'0' + 0xf0,
        b' ' => 0x40,
        b'.' => 0x4b,
        b'<' => 0x4c,
        b'+' => 0x4e,
        b'|' => 0x4f,
        b'&' => 0x50,
        b'!' => 0x5a,
        b'*' => 0x5c,
        b'-' => 0x60,
        b',' => 0x6b,
        b'>' => 0x6e,
        b':' => 0x7a,
        b'#' => 0x7b,
        b'\'' => 0x7d,
        b'~' => 0xa1,
        b'^' => 0xb0,
        b'\n' => 0x25,
        other => other,
    }
}
