//! A reader of X12 for tests of the splitter: plain, slow and made of nothing of the program's, so that it cannot share
//! a mistake with it. It knows files whose ISA has its fixed width.

#![allow(dead_code, unreachable_pub, reason = "each test uses its own part of this")]

/// A claim, and all that stands above it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Claim {
    /// ISA without ISA13, GS, ST without ST02, and the levels without HL01, HL02 and HL04, each with what belongs to
    /// it.
    pub above: Vec<u8>,
    /// Its segments, with terminators and line ends.
    pub bytes: Vec<u8>,
    /// Offset of CLM.
    pub offset: u64,
    /// CLM02.
    pub cents: i64,
}

/// What a file holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct File {
    pub claims: Vec<Claim>,
    /// Transaction sets that are not 837P or 837I: what stands between ST and SE.
    pub others: Vec<Vec<u8>>,
    /// Control numbers of interchanges, and of transaction sets within each.
    pub interchanges: Vec<String>,
    pub sets: Vec<Vec<String>>,
    /// Counts and numbers that are wrong.
    pub faults: Vec<String>,
}

impl File {
    pub fn cents(&self) -> i64 {
        self.claims.iter().map(|claim| claim.cents).sum()
    }
}

/// What has begun: its bytes, and what its trailer or its children must say.
#[derive(Clone, Default)]
struct Open {
    above: Vec<u8>,
    control: String,
    children: u64,
    number: String,
    /// HL04, and whether a level below it has come.
    child: Option<(String, bool)>,
}

#[derive(Default)]
struct Reader {
    file: File,
    /// Interchange, group, set, and levels 20, 22, 23.
    open: Vec<Open>,
    levels: u64,
    segments: u64,
    is_other: bool,
    in_claim: bool,
    guide: String,
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> File {
    let mut reader = Reader::default();
    let mut at = bytes.windows(3).position(|w| w == b"ISA").unwrap_or(bytes.len());
    let (mut element, mut terminator) = (b'*', b'~');
    while at < bytes.len() {
        if bytes[at..].starts_with(b"ISA") && reader.open.is_empty() {
            let (Some(first), Some(last)) = (bytes.get(at + 3), bytes.get(at + 105)) else {
                reader.fault("a short ISA".into());
                break;
            };
            (element, terminator) = (*first, *last);
        }
        let Some(len) = bytes[at..].iter().position(|b| *b == terminator) else {
            reader.fault("a tail".into());
            break;
        };
        let is_between = |b: &u8| {
            matches!(b, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x1a) && *b != terminator && *b != element
        };
        let end = at + len + 1;
        let next = end + bytes[end..].iter().take_while(|b| is_between(b)).count();
        let elements: Vec<String> = bytes[at..end - 1]
            .split(|b| *b == element)
            .map(|e| e.iter().map(|b| char::from(*b)).collect())
            .collect();
        reader.segment(&elements, &bytes[at..next], at as u64);
        at = next;
    }
    if !reader.open.is_empty() {
        reader.fault("it ends inside an envelope".into());
    }
    reader.file
}

impl Reader {
    fn fault(&mut self, what: String) {
        self.file.faults.push(what);
    }

    fn segment(&mut self, elements: &[String], bytes: &[u8], offset: u64) {
        self.segments += 1;
        let text = |n: usize| elements.get(n).map_or("", |e| e.trim());
        // The segment with some elements blanked out, and what follows it.
        let without = |which: &[usize]| {
            let kept = elements.iter().enumerate().map(|(n, e)| if which.contains(&n) { "" } else { e });
            let mut out = kept.collect::<Vec<_>>().join("*").into_bytes();
            out.extend(bytes.iter().rev().take_while(|b| b.is_ascii_whitespace()));
            out
        };
        match text(0) {
            "ISA" => {
                self.begin(0, without(&[13]), text(13));
                self.file.interchanges.push(text(13).to_owned());
                self.file.sets.push(Vec::new());
            }
            "GS" => {
                self.guide = text(8).to_owned();
                self.begin(1, bytes.to_vec(), text(6));
            }
            "ST" => {
                let guide = if text(3).is_empty() { self.guide.clone() } else { text(3).to_owned() };
                let is_read = ["X222", "X223", "X098", "X096"].iter().any(|g| guide.contains(g));
                self.is_other = text(1) != "837" || !is_read;
                self.begin(2, without(&[2]), text(2));
                (self.segments, self.levels) = (1, 0);
                if let Some(sets) = self.file.sets.last_mut() {
                    sets.push(text(2).to_owned());
                }
                if self.is_other {
                    self.file.others.push(Vec::new());
                }
            }
            "SE" => self.end(2, self.segments, text(1), text(2)),
            "GE" => self.end(1, self.open.get(1).map_or(0, |o| o.children), text(1), text(2)),
            "IEA" => self.end(0, self.open.first().map_or(0, |o| o.children), text(1), text(2)),
            _ if self.is_other => {
                if let Some(other) = self.file.others.last_mut() {
                    other.extend_from_slice(bytes);
                }
            }
            "HL" => {
                let depth = match text(3) {
                    "20" => 3,
                    "22" => 4,
                    _ => 5,
                };
                self.levels += 1;
                self.leave(depth);
                let parent = if depth > 3 { self.open.get(depth - 1).map_or("?", |o| &o.number) } else { "" };
                if text(1) != self.levels.to_string() || text(2) != parent {
                    let (levels, said) = (self.levels, elements.join("*"));
                    self.fault(format!("{said} is level {levels}"));
                }
                if let Some(above) = self.open.get_mut(depth - 1)
                    && let Some((_, has_child)) = &mut above.child
                {
                    *has_child = true;
                }
                let number = text(1).to_owned();
                let child = text(4).to_owned();
                self.begin(depth, without(&[1, 2, 4]), "");
                if let Some(level) = self.open.last_mut() {
                    (level.number, level.child) = (number, Some((child, false)));
                }
            }
            "CLM" => {
                let above: Vec<Vec<u8>> = self.open.iter().map(|o| o.above.clone()).collect();
                let (whole, part) = text(2).split_once('.').unwrap_or((text(2), ""));
                let cents = format!("{whole}{part:0<2}").parse().unwrap_or(0);
                let claim = Claim { above: above.join(&b"|"[..]), bytes: bytes.to_vec(), offset, cents };
                self.file.claims.push(claim);
                self.in_claim = true;
            }
            _ if self.in_claim => {
                if let Some(claim) = self.file.claims.last_mut() {
                    claim.bytes.extend_from_slice(bytes);
                }
            }
            _ => {
                if let Some(open) = self.open.last_mut() {
                    open.above.extend_from_slice(bytes);
                }
            }
        }
    }

    fn begin(&mut self, depth: usize, above: Vec<u8>, control: &str) {
        self.in_claim = false;
        if self.open.len() != depth {
            self.fault(format!("{} begins at depth {}", String::from_utf8_lossy(&above), self.open.len()));
        }
        if let Some(outer) = self.open.last_mut() {
            outer.children += 1;
        }
        self.open.push(Open { above, control: control.to_owned(), ..Open::default() });
    }

    fn end(&mut self, depth: usize, count: u64, said: &str, control: &str) {
        self.leave(depth + 1);
        let Some(open) = self.open.pop() else { return self.fault("a trailer of nothing".into()) };
        if self.open.len() != depth || said != count.to_string() || control != open.control {
            self.fault(format!("trailer {depth} says {said} of {count}, {control} for {}", open.control));
        }
    }

    fn leave(&mut self, depth: usize) {
        self.in_claim = false;
        while self.open.len() > depth {
            let Some(level) = self.open.pop() else { return };
            if let Some((said, has_child)) = level.child
                && said != if has_child { "1" } else { "0" }
            {
                self.fault(format!("HL04 is {said:?} and a level below it {has_child}"));
            }
        }
    }
}
