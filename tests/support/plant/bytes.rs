//! Faults of family X12: of the bytes, the envelope, the hierarchy. Planted in a clean batch of one transaction set
//! and one billing provider, one to a file.

use super::super::generate::{Batch, Kind, Random};

/// Damage to a file: what it is reported as, and what makes it.
pub type Damage = (&'static str, fn(&mut File));

/// Bytes of a claim beyond which it is not checked, in runs over damaged files.
pub const LIMIT: usize = 1 << 17;

/// A file as segments, without their terminators.
pub struct File {
    pub segments: Vec<String>,
    pub kind: Kind,
    pub random: Random,
    /// Another clean file, whose numbers are others.
    pub other: Vec<String>,
    /// What comes before and after the segments.
    pub before: Vec<u8>,
    pub after: Vec<u8>,
    /// Whether the last terminator is missing.
    pub unfinished: bool,
    /// The segment terminator.
    pub terminator: u8,
    /// The length of lines the file is broken into.
    pub wrapped: Option<usize>,
    /// What is found beside the damage, because there is no damage of that kind without it.
    pub also: &'static [&'static str],
}

impl File {
    pub fn new(kind: Kind, seed: u64, batch: &Batch, other: &Batch) -> File {
        let segments = |batch: &Batch| -> Vec<String> {
            let text = String::from_utf8(batch.bytes.clone()).unwrap();
            text.split_terminator('~').map(str::to_owned).collect()
        };
        File {
            segments: segments(batch),
            kind,
            random: Random(seed),
            other: segments(other),
            before: Vec::new(),
            after: Vec::new(),
            unfinished: false,
            terminator: b'~',
            wrapped: None,
            also: &[],
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.before.clone();
        bytes.extend_from_slice(self.segments.join("~").as_bytes());
        if !self.unfinished {
            bytes.push(b'~');
        }
        bytes.iter_mut().filter(|b| **b == b'~').for_each(|b| *b = self.terminator);
        bytes.extend_from_slice(&self.after);
        match self.wrapped {
            Some(width) => bytes.chunks(width).collect::<Vec<_>>().join(&b"\r\n"[..]),
            None => bytes,
        }
    }

    /// Where segments of an id stand.
    fn all(&self, id: &str) -> Vec<usize> {
        let begins =
            |s: &str| s.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('*'));
        (0..self.segments.len()).filter(|n| begins(&self.segments[*n])).collect()
    }

    fn any(&mut self, id: &str) -> usize {
        let all = self.all(id);
        self.random.one(&all)
    }

    fn last(&self, id: &str) -> usize {
        *self.all(id).last().unwrap()
    }

    fn element(&self, at: usize, element: usize) -> &str {
        self.segments[at].split('*').nth(element).unwrap()
    }

    fn set(&mut self, at: usize, element: usize, value: &str) {
        let mut elements: Vec<&str> = self.segments[at].split('*').collect();
        elements[element] = value;
        self.segments[at] = elements.join("*");
    }

    /// Puts segments before the one at a place, and counts those of the set again.
    fn insert(&mut self, at: usize, segments: impl IntoIterator<Item = String>) {
        self.segments.splice(at..at, segments);
        self.recount();
    }

    fn recount(&mut self) {
        let (from, to) = (self.all("ST")[0], self.all("SE")[0]);
        let count = (to - from + 1).to_string();
        self.set(to, 1, &count);
    }

    /// A claim that nothing is wrong with, of one evaluation.
    fn claim(&self) -> Vec<String> {
        let mut claim = self.bare_claim(140);
        claim.push("LX*1".to_owned());
        claim.push(match self.kind {
            Kind::P => "SV1*HC:97161:GP*140*UN*1***1".to_owned(),
            Kind::I => "SV2*0424*HC:97161:GP*140*UN*1".to_owned(),
        });
        claim.push("DTP*472*D8*20260302".to_owned());
        claim
    }

    fn bare_claim(&self, total: u64) -> Vec<String> {
        let place = if self.kind == Kind::P { "11:B:1*Y" } else { "13:A:1*" };
        vec![format!("CLM*ADDED*{total}***{place}*A*Y*Y"), "HI*ABK:M6281".to_owned()]
    }

    /// A service that is no therapy and charges nothing.
    fn service(&self, charge: &str) -> String {
        match self.kind {
            Kind::P => format!("SV1*HC:99499*{charge}*UN*1***1"),
            Kind::I => format!("SV2*0510*HC:99499*{charge}*UN*1"),
        }
    }

    /// The billing provider's name.
    fn name(&mut self) -> (usize, String) {
        let all: Vec<_> = self.all("NM1").into_iter().filter(|n| self.element(*n, 1) == "85").collect();
        let at = self.random.one(&all);
        (at, self.element(at, 3).to_owned())
    }

    /// Puts something into the billing provider's name.
    fn spoil_name(&mut self, what: &str) {
        let (at, name) = self.name();
        let (head, tail) = name.split_at(3);
        self.set(at, 3, &format!("{head}{what}{tail}"));
    }

    /// Appends the other file's interchange.
    fn append_other(&mut self) {
        self.also = &["X12-W014"];
        let other = std::mem::take(&mut self.other);
        self.segments.extend(other);
    }

    /// Further lines of the last claim of the set, and the number of the first of them.
    fn more_lines(&self) -> (usize, usize) {
        let number: usize = self.element(self.last("LX"), 1).parse().unwrap();
        (self.last("SE"), number + 1)
    }
}

/// Every fault of the family that one file can have.
pub const ALL: &[Damage] = &[
    ("X12-C001", |f| {
        let at = f.last("SE");
        let note = format!("NTE*ADD*{}", "X".repeat(70));
        f.insert(at, vec![note; LIMIT / 70]);
    }),
    ("X12-G001", |f| drop(f.segments.remove(f.last("GE")))),
    ("X12-G002", |f| {
        let at = f.last("GE");
        f.set(at, 1, "7");
    }),
    ("X12-G003", |f| {
        let at = f.last("GE");
        f.set(at, 2, "2");
    }),
    ("X12-G004", |f| {
        let number = f.element(f.last("GS"), 6).to_owned();
        let other = std::mem::take(&mut f.other);
        let from = other.iter().position(|s| s.starts_with("GS*")).unwrap();
        let to = other.iter().position(|s| s.starts_with("GE*")).unwrap();
        let at = f.last("IEA");
        f.segments.splice(at..at, other[from..=to].iter().cloned());
        let (gs, ge, iea) = (f.last("GS"), f.last("GE"), f.last("IEA"));
        f.set(gs, 6, &number);
        f.set(ge, 2, &number);
        f.set(iea, 1, "2");
    }),
    ("X12-G006", |f| {
        let (at, other) = (f.last("GS"), f.random.one(&["HP", "FA", ""]));
        f.set(at, 1, other);
    }),
    ("X12-G005", |f| {
        for id in ["GS", "GE"] {
            f.segments.remove(f.last(id));
        }
        let at = f.last("IEA");
        f.set(at, 1, "0");
    }),
    ("X12-H001", |f| {
        let at = f.last("HL");
        f.set(at, 1, "777");
    }),
    ("X12-H002", |f| {
        let subscribers: Vec<usize> =
            f.all("HL").into_iter().filter(|at| f.element(*at, 3) == "22").collect();
        let at = f.random.one(&subscribers);
        f.set(at, 2, "99");
    }),
    ("X12-H003", |f| {
        let (at, number) = (f.last("SE"), f.all("HL").len() + 1);
        f.insert(at, [format!("HL*{number}*1*21*0")]);
    }),
    ("X12-H004", |f| {
        let at = f.all("HL")[1];
        f.insert(at, f.claim());
    }),
    ("X12-H005", |f| {
        // A subscriber's: that of the provider may have no other HL behind it.
        let subscribers: Vec<usize> =
            f.all("HL").into_iter().filter(|at| f.element(*at, 3) == "22").collect();
        let at = f.random.one(&subscribers);
        let other = if f.element(at, 4) == "0" { "1" } else { "0" };
        f.set(at, 4, other);
    }),
    ("X12-I001", |f| drop(f.segments.remove(0))),
    ("X12-I002", |f| {
        let element = if f.random.percent(50) { 6 } else { 8 };
        let shorter = f.element(0, element)[..14].to_owned();
        f.set(0, element, &shorter);
    }),
    ("X12-I003", |f| f.after = b"ISA*00*          *00*".to_vec()),
    ("X12-I004", |f| {
        let wrong = f.random.one(&["*", "A", " "]);
        f.segments[0].replace_range(104.., wrong);
    }),
    ("X12-I010", |f| f.after = b"sent by the night job\n".to_vec()),
    ("X12-I011", |f| drop(f.segments.pop())),
    ("X12-I012", |f| {
        let at = f.last("IEA");
        f.set(at, 1, "2");
    }),
    ("X12-I013", |f| {
        let at = f.last("IEA");
        f.set(at, 2, "987654321");
    }),
    ("X12-I014", |f| {
        let at = f.last("IEA");
        f.segments.insert(at, "GE*1*1".to_owned());
    }),
    ("X12-I015", |f| {
        let number = f.element(0, 13).to_owned();
        let mut other = std::mem::take(&mut f.other);
        std::mem::swap(&mut f.segments, &mut other);
        f.set(0, 13, &number);
        let last = f.last("IEA");
        f.set(last, 2, &number);
        std::mem::swap(&mut f.segments, &mut other);
        f.other = other;
        f.append_other();
    }),
    ("X12-I016", |f| {
        let (element, value) = f.random.one(&[(11, "U"), (11, ":"), (12, "XXXXX")]);
        f.set(0, element, value);
    }),
    ("X12-L001", |f| {
        let at = f.any("LX");
        f.set(at, 1, "77");
    }),
    ("X12-L002", |f| {
        let (at, number) = f.more_lines();
        f.insert(at, [format!("LX*{number}")]);
    }),
    ("X12-L003", |f| {
        let (at, _) = f.more_lines();
        f.insert(at, [f.service("0")]);
    }),
    ("X12-L004", |f| {
        let (at, number) = f.more_lines();
        let most = if f.kind == Kind::P { 50 } else { 999 };
        let more = (number..=most + 1).flat_map(|n| [format!("LX*{n}"), f.service("0")]);
        f.insert(at, more.collect::<Vec<_>>());
    }),
    ("X12-L005", |f| {
        let at = f.last("SE");
        f.insert(at, f.bare_claim(0));
    }),
    ("X12-N001", |f| {
        let (at, number) = f.more_lines();
        f.insert(at, [format!("LX*{number}"), f.service("1O")]);
    }),
    ("X12-N002", |f| {
        let (at, number) = f.more_lines();
        let day = f.random.one(&["20260230", "2026-03-02", "20261301", ""]);
        if day.is_empty() {
            f.also = &["X12-S005"];
        }
        f.insert(at, [format!("LX*{number}"), f.service("0"), format!("DTP*472*D8*{day}")]);
    }),
    ("X12-N003", |f| {
        let (at, number) = f.more_lines();
        let renderer = "NM1*82*1*EXAMPLE*ALPHA****XX*1234567890".to_owned();
        f.insert(at, [format!("LX*{number}"), f.service("0"), renderer]);
    }),
    ("X12-N004", |f| {
        let (at, number) = f.more_lines();
        let day = f.random.one(&["20990102", "20981231"]);
        f.insert(at, [format!("LX*{number}"), f.service("0"), format!("DTP*472*D8*{day}")]);
    }),
    ("X12-S001", |f| {
        let at = f.any("LX");
        f.segments.insert(at, String::new());
    }),
    ("X12-S002", |f| {
        let at = f.any("LX");
        f.insert(at, ["ZZZZ*1".to_owned()]);
    }),
    ("X12-S003", |f| {
        let at = f.any("LX");
        f.segments[at] = f.segments[at].to_lowercase();
    }),
    ("X12-S004", |f| {
        let at = f.any("LX");
        f.segments[at].insert_str(0, "  ");
    }),
    ("X12-S005", |f| {
        let at = f.any("CLM");
        f.segments[at].push_str("**");
    }),
    ("X12-S006", |f| {
        let control = f.random.one(&["\0", "\u{1}", "\u{7f}", "\t"]);
        f.spoil_name(control);
    }),
    ("X12-S007", |f| f.spoil_name("\u{e9}")),
    ("X12-S008", |f| {
        let at = f.any("LX");
        f.segments[at].push_str("*EXAMPLE");
    }),
    ("X12-S009", |f| {
        let end = f.random.one(&["\n", "\r\n", "\r"]);
        f.spoil_name(end);
    }),
    ("X12-S011", |f| f.spoil_name("^")),
    ("X12-S013", |f| {
        let (at, name) = f.name();
        let padded = if f.random.percent(50) { format!("{name}  ") } else { format!(" {name}") };
        f.set(at, 3, &padded);
    }),
    ("X12-S020", |f| {
        let at = f.any("LX");
        assert!(f.segments[at + 2].starts_with("DTP*472"));
        f.segments.swap(at + 1, at + 2);
    }),
    ("X12-S010", |f| {
        let at = f.all("HL")[0];
        f.insert(at, [format!("NTE*ADD*{}", "X".repeat(2 * LIMIT))]);
    }),
    ("X12-S012", |f| f.unfinished = true),
    ("X12-T001", |f| drop(f.segments.remove(f.last("SE")))),
    ("X12-T002", |f| {
        let at = f.last("SE");
        let count = f.element(at, 1).to_owned();
        f.set(at, 1, &format!("9{count}"));
    }),
    ("X12-T003", |f| {
        let at = f.last("SE");
        f.set(at, 2, "0099");
    }),
    ("X12-T004", |f| {
        let other = std::mem::take(&mut f.other);
        let from = other.iter().position(|s| s.starts_with("ST*")).unwrap();
        let to = other.iter().position(|s| s.starts_with("SE*")).unwrap();
        let at = f.last("GE");
        f.segments.splice(at..at, other[from..=to].iter().cloned());
        let at = f.last("GE");
        f.set(at, 1, "2");
    }),
    ("X12-T005", |f| {
        let at = f.last("GE");
        f.segments.insert(at, "NTE*ADD*EXAMPLE".to_owned());
    }),
    ("X12-T010", |f| {
        for (id, element) in [("GS", 8), ("ST", 3)] {
            let at = f.last(id);
            f.set(at, element, "005010X224A2");
        }
    }),
    ("X12-T011", |f| {
        let other = if f.kind == Kind::P { "005010X223A2" } else { "005010X222A1" };
        let at = f.last("GS");
        f.set(at, 8, other);
    }),
    ("X12-T012", |f| {
        let (at, claim) = (f.last("GE"), f.bare_claim(140).swap_remove(0));
        let other = ["ST*835*0099".to_owned(), claim, "SE*3*0099".to_owned()];
        f.segments.splice(at..at, other);
        f.set(at + 3, 1, "2");
    }),
    ("X12-T013", |f| {
        let (at, wrong) = (f.last("ST"), f.random.one(&["87", "8E7", "8377", ""]));
        f.set(at, 1, wrong);
    }),
    ("X12-T014", |f| {
        let (st, gs, guide) = (f.last("ST"), f.last("GS"), f.random.one(&["005010X999", "006020X323"]));
        f.set(st, 3, guide);
        f.set(gs, 8, guide);
    }),
    ("X12-W004", |f| f.before = b"sent by the night job\n".to_vec()),
    ("X12-W006", |f| f.wrapped = Some(f.random.one(&[80, 128, 72, 33]))),
    ("X12-W012", |f| {
        let other = if f.element(0, 15) == "P" { "T" } else { "P" };
        let mut header: Vec<&str> = f.other[0].split('*').collect();
        header[15] = other;
        f.other[0] = header.join("*");
        f.append_other();
    }),
    ("X12-W013", |f| f.terminator = f.random.one(&[0x1c, 0x85, 0x07])),
    ("X12-W014", |f| {
        f.append_other();
        f.also = &[];
    }),
    ("X12-W015", |f| f.segments.insert(1, "TA1*000000001*260101*1200*A*000".to_owned())),
    ("X12-W020", |f| f.set(0, 8, "ATMOSTTHREE    ")),
    ("X12-W001", |f| f.before = b"\xef\xbb\xbf".to_vec()),
    ("X12-W003", |f| f.before = b"\r\n \r\n".to_vec()),
    ("X12-W005", |f| f.after = vec![f.random.one(b"\0\x1a"); 40]),
    ("X12-W011", |f| f.segments.iter_mut().skip(1).for_each(|s| s.insert(0, '\n'))),
];
