//! Writes the file of a shape, segment by segment.

use super::super::generate::npi;
use super::{Detail, Groups, MARK, Seed, Set, Shape, Whose};

pub struct Writer<'s> {
    shape: &'s Shape,
    /// Which shape it is: part of every id, so that no two files have one in common.
    number: usize,
    out: Seed,
    delimiters: [u8; 4],
    /// Segments of the open transaction set, and its HL segments.
    segments: usize,
    levels: usize,
    /// Made so far.
    words: usize,
    births: usize,
}

/// Ends the segment that is being written.
macro_rules! segment {
    ($to:expr, $($format:tt)*) => { $to.segment(&format!($($format)*)) };
}

impl<'s> Writer<'s> {
    pub fn new(shape: &'s Shape, number: usize) -> Writer<'s> {
        let out = Seed {
            name: shape.name,
            bytes: Vec::new(),
            claims: 0,
            canaries: Vec::new(),
            claim_ids: Vec::new(),
        };
        Writer { shape, number, out, delimiters: *b"*:^~", segments: 0, levels: 0, words: 0, births: 0 }
    }

    pub fn finish(mut self) -> Seed {
        let shape = self.shape;
        let mut sets = self.plan();
        let interchanges = shape.interchanges.len();
        let each = sets.len().div_ceil(interchanges);
        self.out.bytes.extend_from_slice(shape.around[0].as_bytes());
        for (n, delimiters) in (1..).zip(shape.interchanges) {
            if n > 1 {
                self.out.bytes.extend_from_slice(shape.around[1].as_bytes());
            }
            self.delimiters = *delimiters;
            let own: Vec<_> = sets.drain(..each.min(sets.len())).collect();
            self.interchange(n, &own);
        }
        self.out.bytes.extend_from_slice(shape.around[2].as_bytes());
        self.out
    }

    /// What the sets are, and how many claims each has.
    fn plan(&self) -> Vec<(Set, usize)> {
        let (mut left, mut sets) = (self.shape.claims, Vec::new());
        for kind in self.shape.sets.iter().cycle() {
            let claims = if *kind == Set::Remittance { 0 } else { self.shape.claims_a_set.min(left) };
            sets.push((*kind, claims));
            left -= claims;
            if left == 0 {
                break;
            }
        }
        sets
    }

    /// Appends a segment; the usual delimiters in its text stand for those of the interchange.
    fn segment(&mut self, text: &str) {
        let own = |b| b"*:^~".iter().position(|usual| *usual == b).map_or(b, |n| self.delimiters[n]);
        self.out.bytes.extend(text.bytes().map(own));
        self.out.bytes.push(self.delimiters[3]);
        self.out.bytes.extend_from_slice(self.shape.line_end.as_bytes());
        self.segments += 1;
    }

    fn interchange(&mut self, number: usize, sets: &[(Set, usize)]) {
        let (repetition, version) = if self.shape.old { ("U", "00401") } else { ("^", "00501") };
        let control = 100 * self.number + number;
        segment!(
            self,
            "ISA*00*          *00*          *ZZ*EXAMPLESENDER  *ZZ*EXAMPLERECEIVER*260701*0930*{repetition}*{version}*\
             {control:09}*0*T*:"
        );
        if self.shape.acknowledged {
            segment!(self, "TA1*{control:09}*260630*0930*A*000");
        }
        let size = match self.shape.groups {
            Groups::One => sets.len().max(1),
            Groups::Of(n) => n,
        };
        let mut groups = 0;
        for (n, sets) in (1..).zip(sets.chunks(size)) {
            groups = n;
            let kind = sets[0].0;
            let code = if kind == Set::Remittance { "HP" } else { "HC" };
            let guide = self.guide(kind);
            segment!(self, "GS*{code}*EXAMPLESENDER*EXAMPLERECEIVER*20260701*0930*{n}*X*{guide}");
            for (n, (kind, claims)) in (1..).zip(sets) {
                self.set(n, *kind, *claims);
            }
            segment!(self, "GE*{}*{n}", sets.len());
        }
        segment!(self, "IEA*{groups}*{control:09}");
    }

    fn guide(&self, kind: Set) -> &'static str {
        match (kind, self.shape.old) {
            (Set::P, false) => "005010X222A1",
            (Set::I, false) => "005010X223A2",
            (Set::D, false) => "005010X224A2",
            (Set::Remittance, false) => "005010X221A1",
            (Set::P, true) => "004010X098A1",
            (Set::I, true) => "004010X096A1",
            (Set::D, true) => "004010X097A1",
            (Set::Remittance, true) => "004010X091A1",
        }
    }

    fn set(&mut self, number: usize, kind: Set, claims: usize) {
        (self.segments, self.levels) = (0, 0);
        let guide = self.guide(kind);
        let (code, guide) = (if kind == Set::Remittance { 835 } else { 837 }, guide);
        if self.shape.old {
            segment!(self, "ST*{code}*{number:04}");
        } else {
            segment!(self, "ST*{code}*{number:04}*{guide}");
        }
        if kind == Set::Remittance {
            self.remittance();
        } else {
            segment!(self, "BHT*0019*00*EXAMPLE{number:04}*20260701*0930*CH");
            if self.shape.old {
                segment!(self, "REF*87*{guide}");
            }
            segment!(self, "NM1*41*2*EXAMPLE BILLING SERVICE*****46*EXAMPLE");
            let contact = self.word();
            segment!(self, "PER*IC*{contact}*TE*5550100");
            segment!(self, "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*EXAMPLE");
            self.claims(kind, claims);
        }
        segment!(self, "SE*{}*{number:04}", self.segments + 1);
    }

    fn remittance(&mut self) {
        segment!(self, "BPR*I*45*C*CHK************20260701");
        let trace = self.word();
        segment!(self, "TRN*1*{trace}*1000000000");
        segment!(self, "N1*PR*EXAMPLE PAYER");
        segment!(self, "N1*PE*EXAMPLE CLINIC*XX*{}", npi(1));
        segment!(self, "LX*1");
        let (claim, [last, first]) = (self.word(), self.two_words());
        segment!(self, "CLP*{claim}*1*45*45**MB*EXAMPLE1*11");
        segment!(self, "NM1*QC*1*{last}*{first}");
        segment!(self, "SVC*HC:97110*45*45**1");
    }

    fn claims(&mut self, kind: Set, claims: usize) {
        let (mut billing, mut patients, mut left) = (0, 0, claims);
        while left > 0 {
            if billing == 0 || patients == self.shape.patients_a_provider {
                (billing, patients) = (self.provider(), 0);
            }
            patients += 1;
            self.patient(kind, billing);
            for _ in 0..self.shape.claims_a_patient.min(left) {
                self.claim(kind);
            }
            left = left.saturating_sub(self.shape.claims_a_patient);
        }
    }

    fn level(&mut self, parent: Option<usize>, code: u8, children: u8) -> usize {
        self.levels += 1;
        let parent = parent.map_or(String::new(), |n| n.to_string());
        segment!(self, "HL*{}*{parent}*{code}*{children}", self.levels);
        self.levels
    }

    fn provider(&mut self) -> usize {
        let level = self.level(None, 20, 1);
        let name = self.person();
        segment!(self, "NM1*85*1*{name}**XX*{}", npi(11));
        self.address();
        let tax = self.word();
        segment!(self, "REF*SY*{tax}");
        level
    }

    fn patient(&mut self, kind: Set, billing: usize) {
        let dependent = match self.shape.whose {
            Whose::Subscriber => false,
            Whose::Dependent => true,
            Whose::Turns => self.levels.is_multiple_of(3),
        };
        let subscriber = self.level(Some(billing), 22, dependent.into());
        let (filing, group) = (if kind == Set::I { "MA" } else { "MB" }, self.word());
        let relation = if dependent { "" } else { "18" };
        segment!(self, "SBR*P*{relation}*{group}******{filing}");
        let (name, member) = (self.person(), self.word());
        segment!(self, "NM1*IL*1*{name}**MI*{member}");
        self.address();
        self.birth();
        segment!(self, "NM1*PR*2*EXAMPLE PAYER*****PI*EXPAYER");
        if dependent {
            self.level(Some(subscriber), 23, 0);
            segment!(self, "PAT*19");
            let name = self.person();
            segment!(self, "NM1*QC*1*{name}");
            self.address();
            self.birth();
        }
    }

    fn claim(&mut self, kind: Set) {
        self.out.claims += 1;
        let id = format!("EX{:02}N{:05}", self.number, self.out.claims);
        let total = 45 * self.shape.lines;
        match kind {
            Set::I => {
                segment!(self, "CLM*{id}*{total}***13:A:1**A*Y*Y");
                segment!(self, "DTP*434*D8*20260302");
                segment!(self, "CL1*3*1*01");
            }
            _ => segment!(self, "CLM*{id}*{total}***11:B:1*Y*A*Y*Y"),
        }
        self.out.claim_ids.push(id);
        if self.shape.detail != Detail::Lean {
            let [authorisation, record] = self.two_words();
            segment!(self, "REF*G1*{authorisation}");
            segment!(self, "REF*EA*{record}");
        }
        if self.shape.detail == Detail::Notes {
            let [attachment, note] = self.two_words();
            segment!(self, "PWK*OZ*EL***AC*{attachment}");
            segment!(self, "NTE*ADD*PATIENT {note} FELL AT HOME");
        }
        segment!(self, "HI*ABK:M5450");
        let renderer = self.person();
        let qualifier = if kind == Set::I { 71 } else { 82 };
        segment!(self, "NM1*{qualifier}*1*{renderer}**XX*{}", npi(12));
        if self.shape.detail != Detail::Lean {
            let referring = self.person();
            segment!(self, "NM1*DN*1*{referring}**XX*{}", npi(13));
        }
        for _ in 0..self.shape.payers {
            self.other_payer();
        }
        for line in 1..=self.shape.lines {
            self.line(kind, line);
        }
    }

    fn other_payer(&mut self) {
        let group = self.word();
        segment!(self, "SBR*S*18*{group}******CI");
        segment!(self, "OI***Y***Y");
        let (name, member) = (self.person(), self.word());
        segment!(self, "NM1*IL*1*{name}**MI*{member}");
        self.address();
        segment!(self, "NM1*PR*2*EXAMPLE SECOND PAYER*****PI*EXSECOND");
    }

    /// A line without the modifier of its plan of care: so there is something to be found in each claim.
    fn line(&mut self, kind: Set, number: usize) {
        segment!(self, "LX*{number}");
        match kind {
            Set::I => segment!(self, "SV2*0420*HC:97110*45*UN*1"),
            Set::D => segment!(self, "SV3*AD:D0120*45"),
            _ => segment!(self, "SV1*HC:97110*45*UN*1***1"),
        }
        segment!(self, "DTP*472*D8*202603{:02}", 2 + number % 20);
        if self.shape.detail == Detail::Notes {
            let [control, note] = self.two_words();
            segment!(self, "REF*6R*{control}");
            segment!(self, "NTE*ADD*{note} WALKED 20 METRES");
        }
    }

    fn address(&mut self) {
        let [street, house] = self.two_words();
        segment!(self, "N3*1 {street} STREET*{house}");
        let city = self.word();
        segment!(self, "N4*{city}*TX*00000");
    }

    fn birth(&mut self) {
        let n = self.births;
        self.births += 1;
        let date = format!("{}{:02}{:02}", 1860 + n / 336 % 40, 1 + n / 28 % 12, 1 + n % 28);
        segment!(self, "DMG*D8*{date}*F");
        self.out.canaries.push(date);
    }

    /// Last, first and middle name.
    fn person(&mut self) -> String {
        let [last, first] = self.two_words();
        format!("{last}*{first}*{}", self.word())
    }

    fn two_words(&mut self) -> [String; 2] {
        [self.word(), self.word()]
    }

    /// A text that stands nowhere else.
    fn word(&mut self) -> String {
        let mut rest = self.number * 1_000_000 + self.words;
        self.words += 1;
        let mut word = MARK.to_owned();
        for _ in 0..6 {
            word.push(char::from(b'A' + (rest % 26) as u8));
            rest /= 26;
        }
        self.out.canaries.push(word.clone());
        word
    }
}
