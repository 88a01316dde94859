//! Seeded batches of synthetic 837P and 837I claims, for tests and benches.
//!
//! One seed gives one batch, byte for byte. A claim is clean under every rule unless a fault is planted in it,
//! and every finding a planted fault must lead to is listed. Nobody in a batch exists: people are called
//! things like SPECIMEN ALPHA. It uses nothing but the standard library, so that it cannot share a mistake
//! with what it tests.

use std::fmt::Write as _;

use super::plant::{self, Fault, Line};
use super::words::{
    CITIES, DIAGNOSES, DISCIPLINES, Discipline, FIRST, LAST, NOTES, PART_A, PAYERS, STREETS, Service,
};

/// Professional (837P) or institutional (837I) claims.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    P,
    I,
}

/// When a batch is large enough; the patient at hand is always finished.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    Bytes(usize),
    Claims(u64),
}

/// How many transaction sets, and how many billing providers in each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    One,
    Many,
}

/// Where documented minutes are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Minutes {
    /// Nowhere.
    None,
    /// In [`Batch::minutes`], one row a timed line.
    Sidecar,
    /// In a note of each timed line.
    Notes,
}

/// What kind of batch.
#[derive(Clone, Debug)]
pub struct Options {
    pub seed: u64,
    pub kind: Kind,
    pub size: Size,
    /// Claims with a planted fault, in percent.
    pub faulty: u64,
    pub transactions: Count,
    pub providers: Count,
    pub minutes: Minutes,
    /// What stands after each segment terminator.
    pub line_end: &'static str,
    /// Element, component and repetition separator, segment terminator.
    pub delimiters: [u8; 4],
    /// Number of the first claim, so that batches of one run share no claim id.
    pub first_claim: u64,
}

impl Options {
    /// Clean claims of a kind: many transaction sets and providers, no minutes, no line breaks.
    pub fn new(kind: Kind, size: Size) -> Options {
        Options {
            seed: 7,
            kind,
            size,
            faulty: 0,
            transactions: Count::Many,
            providers: Count::Many,
            minutes: Minutes::None,
            line_end: "",
            delimiters: *b"*:^~",
            first_claim: 1,
        }
    }
}

/// A finding that a planted fault must lead to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Planted {
    /// CLM01; empty for a row of the minutes file that fits no claim.
    pub claim: String,
    /// LX01; 0 if the finding is about no single line.
    pub line: u32,
    pub rule: &'static str,
}

/// What was generated.
#[derive(Default)]
pub struct Batch {
    pub bytes: Vec<u8>,
    /// The minutes file with its header; empty without [`Minutes::Sidecar`].
    pub minutes: String,
    /// In the order of claims.
    pub planted: Vec<Planted>,
    pub claims: u64,
    pub lines: u64,
}

/// Generates a batch.
pub fn batch(options: &Options) -> Batch {
    let mut generator = Generator::new(options);
    generator.interchange();
    generator.finish()
}

/// SplitMix64: small, fast, the same on every machine.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// A number from `low` to `high`, both included.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len() as u64) as usize]
    }
}

/// Claims of a transaction set, where there are many.
const CLAIMS_OF_A_SET: u64 = 500;

struct Generator<'o> {
    options: &'o Options,
    random: Random,
    out: Batch,
    npis: Vec<String>,
    days: Vec<String>,
    /// Segments of the open transaction set.
    segments: u64,
    next_claim: u64,
    next_member: u64,
    next_line: u64,
}

/// Ends the segment that is being written.
macro_rules! segment {
    ($to:expr, $($format:tt)*) => {{
        Text(&mut $to.out.bytes).write_fmt(format_args!($($format)*)).unwrap();
        $to.out.bytes.push(b'~');
        $to.out.bytes.extend_from_slice($to.options.line_end.as_bytes());
        $to.segments += 1;
    }};
}

/// Bytes to be written as text.
struct Text<'b>(&'b mut Vec<u8>);

impl std::fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

impl<'o> Generator<'o> {
    fn new(options: &'o Options) -> Generator<'o> {
        let mut random = Random(options.seed);
        let npis = (0..500).map(|_| npi(random.below(100_000_000))).collect();
        let minutes = if options.minutes == Minutes::Sidecar {
            "claim_id,line_control,line_no,dos,code,minutes\n".to_owned()
        } else {
            String::new()
        };
        Generator {
            options,
            random,
            out: Batch { minutes, ..Batch::default() },
            npis,
            days: days(),
            segments: 0,
            next_claim: options.first_claim,
            next_member: options.first_claim * 10,
            next_line: options.first_claim * 10,
        }
    }

    fn is_full(&self) -> bool {
        match self.options.size {
            Size::Bytes(n) => self.out.bytes.len() >= n,
            Size::Claims(n) => self.out.claims >= n,
        }
    }

    fn interchange(&mut self) {
        let guide = if self.options.kind == Kind::P { "005010X222A1" } else { "005010X223A2" };
        segment!(
            self,
            "ISA*00*          *00*          *ZZ*SUBMITTER01    *ZZ*RECEIVER01     *260701*1230*^*00501*{:09}*0*T*:",
            self.options.first_claim
        );
        segment!(self, "GS*HC*SUBMITTER01*RECEIVER01*20260701*1230*1*X*{guide}");
        let mut sets = 0;
        while !self.is_full() || sets == 0 {
            sets += 1;
            self.transaction(sets, guide);
        }
        segment!(self, "GE*{sets}*1");
        segment!(self, "IEA*1*{:09}", self.options.first_claim);
    }

    fn transaction(&mut self, number: u64, guide: &str) {
        self.segments = 0;
        segment!(self, "ST*837*{number:04}*{guide}");
        segment!(self, "BHT*0019*00*BATCH{number:06}*20260701*1230*CH");
        segment!(self, "NM1*41*2*EXAMPLE THERAPY BILLING*****46*SUB12345");
        segment!(self, "PER*IC*EDI SUPPORT*TE*5555551234*EM*EDI@EXAMPLE.COM");
        segment!(self, "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*RCV54321");
        let before = self.out.claims;
        let (mut hl, mut billing, mut patients_left) = (0, 0, 0);
        loop {
            if billing == 0 || (patients_left == 0 && self.options.providers == Count::Many) {
                hl += 1;
                (billing, patients_left) = (hl, self.random.range(20, 60));
                self.provider(billing);
            }
            self.patient(&mut hl, billing);
            patients_left = patients_left.saturating_sub(1);
            let whole_set =
                self.options.transactions == Count::Many && self.out.claims - before >= CLAIMS_OF_A_SET - 4;
            if whole_set || self.is_full() {
                break;
            }
        }
        segment!(self, "SE*{}*{number:04}", self.segments + 1);
    }

    fn provider(&mut self, hl: u64) {
        let taxonomy = if self.options.kind == Kind::P { "261QR0400X" } else { "283X00000X" };
        segment!(self, "HL*{hl}**20*1");
        segment!(self, "PRV*BI*PXC*{taxonomy}");
        let (number, npi) = (self.random.range(1, 900), self.npi());
        segment!(self, "NM1*85*2*SPECIMEN REHAB GROUP {number}*****XX*{}", self.npis[npi]);
        self.address();
        segment!(self, "REF*EI*{:09}", self.random.range(100_000_000, 999_999_999));
    }

    /// Loops 2000B and 2000C with one to three claims, on days of their own.
    fn patient(&mut self, hl: &mut u64, billing: u64) {
        *hl += 1;
        let (subscriber, dependent) = (*hl, self.random.percent(20));
        let mut payer = *self.random.pick(&PAYERS);
        if self.options.kind == Kind::I && payer == PAYERS[0] {
            payer = PART_A;
        }
        let (relation, children) = if dependent { ("", 1) } else { ("18", 0) };
        segment!(self, "HL*{subscriber}*{billing}*22*{children}");
        match payer.1 {
            "MB" | "MA" => segment!(self, "SBR*P*{relation}*******{}", payer.1),
            _ => segment!(self, "SBR*P*{relation}*GRP{:05}******{}", self.random.below(100_000), payer.1),
        }
        self.next_member += 1;
        segment!(self, "NM1*IL*1*{}***MI*X{:09}", person(&mut self.random), self.next_member);
        self.address();
        self.birth_date();
        segment!(self, "NM1*PR*2*{}*****PI*{}", payer.0, payer.2);
        if dependent {
            *hl += 1;
            segment!(self, "HL*{hl}*{subscriber}*23*0");
            segment!(self, "PAT*19");
            segment!(self, "NM1*QC*1*{}", person(&mut self.random));
            self.address();
            self.birth_date();
        }
        let first_day = self.random.below(140) as usize;
        let faults =
            if self.options.minutes == Minutes::None { &Fault::WITHOUT_MINUTES[..] } else { &Fault::ALL };
        for n in 0..*self.random.pick(&[1, 1, 1, 2, 2, 3]) {
            let day = first_day + 7 * n;
            let fault =
                if self.random.percent(self.options.faulty) { Some(*self.random.pick(faults)) } else { None };
            match fault {
                // Two claims of one patient and day, each well by itself.
                Some(Fault::TooManyUnitsOverClaims) if !matches!(payer.1, "CI" | "BL") => {
                    let [one, other] = plant::over_claims(day);
                    self.claim(&DISCIPLINES[0], one, None);
                    self.claim(&DISCIPLINES[0], other, None);
                }
                _ => {
                    let discipline = plant::discipline(&mut self.random, fault);
                    let lines = plant::lines(&mut self.random, discipline, day, fault, self.options.minutes);
                    self.claim(discipline, lines, fault);
                }
            }
        }
    }

    /// Loop 2300 with its lines.
    fn claim(&mut self, discipline: &Discipline, lines: Vec<Line>, fault: Option<Fault>) {
        let id = format!("PT{:09}", self.next_claim);
        self.next_claim += 1;
        self.out.claims += 1;
        let mut total: u64 = lines.iter().map(|l| l.charge).sum();
        if fault == Some(Fault::Unbalanced) || (fault.is_some() && self.random.percent(20)) {
            total += self.random.range(1, 50);
            self.out.planted.push(Planted { claim: id.clone(), line: 0, rule: "CLM011" });
        }
        let first = lines.iter().map(|l| l.day).min().unwrap_or(0);
        let mut diagnoses = DIAGNOSES;
        let count = self.random.range(1, 4) as usize;
        for n in 0..count {
            let with = self.random.range(n as u64, DIAGNOSES.len() as u64 - 1) as usize;
            diagnoses.swap(n, with);
        }
        // Re-education has a diagnosis it is for.
        if lines.iter().any(|l| l.service.code == "97112")
            && let Some(n) = diagnoses.iter().position(|d| *d == "R2689")
        {
            diagnoses.swap(0, n);
        }
        let diagnoses = &diagnoses[..count];
        match self.options.kind {
            Kind::P => self.professional(&id, total, first, diagnoses, discipline),
            Kind::I => self.institutional(&id, total, first, diagnoses, discipline),
        }
        if self.random.percent(55) {
            self.other_payer();
        }
        for (number, line) in (1..).zip(&lines) {
            self.line(&id, number, line, diagnoses.len(), discipline);
        }
    }

    fn professional(&mut self, id: &str, total: u64, day: usize, diagnoses: &[&str], of: &Discipline) {
        segment!(
            self,
            "CLM*{id}*{total}***{}:B:1*Y*A*Y*Y",
            self.random.pick(&["11", "11", "11", "12", "62"])
        );
        segment!(self, "DTP*431*D8*{}", self.days[day.saturating_sub(20)]);
        segment!(self, "DTP*454*D8*{}", self.days[day.saturating_sub(10)]);
        self.references();
        segment!(self, "HI*ABK:{}", diagnoses.join("*ABF:"));
        self.named("DN");
        self.named("82");
        segment!(self, "PRV*PE*PXC*{}", of.taxonomy);
        if self.random.percent(70) {
            self.facility("EXAMPLE REHAB CLINIC");
        }
    }

    fn institutional(&mut self, id: &str, total: u64, day: usize, diagnoses: &[&str], of: &Discipline) {
        let bill = *self.random.pick(&["13", "22", "23", "34", "74", "75"]);
        segment!(
            self,
            "CLM*{id}*{total}***{bill}:A:{}**A*Y*Y",
            self.random.pick(&["1", "1", "1", "1", "2", "3", "4"])
        );
        segment!(self, "DTP*434*RD8*{}-{}", self.days[day], self.days[day + 10]);
        segment!(self, "CL1*3*1*01");
        self.references();
        segment!(self, "HI*ABK:{}", diagnoses[0]);
        if diagnoses.len() > 1 {
            segment!(self, "HI*ABF:{}", diagnoses[1..].join("*ABF:"));
        }
        let (onset, plan) = (day.saturating_sub(20), day.saturating_sub(9));
        let (onset, plan) = (&self.days[onset], &self.days[plan]);
        segment!(self, "HI*BH:11:D8:{onset}*BH:{}:D8:{plan}*BH:{}:D8:{plan}", of.began, of.planned);
        segment!(self, "HI*BE:{}:::{}", of.value, self.random.range(1, 30));
        self.named("71");
        segment!(self, "PRV*AT*PXC*208100000X");
        if self.random.percent(40) {
            self.named("72");
        }
        if self.random.percent(80) {
            self.facility("EXAMPLE OUTPATIENT REHAB");
        }
    }

    fn references(&mut self) {
        if self.random.percent(45) {
            segment!(self, "REF*G1*AUTH{:08}", self.random.below(100_000_000));
        }
        segment!(self, "REF*D9*CH{:014}", self.random.below(100_000_000_000_000));
        segment!(self, "REF*EA*MRN{:07}", self.random.below(10_000_000));
        if self.random.percent(75) {
            segment!(self, "NTE*ADD*{}", self.random.pick(&NOTES));
        }
    }

    /// Loops 2320 and 2330: whose insurance also pays.
    fn other_payer(&mut self) {
        let payer = *self.random.pick(&PAYERS[1..5]);
        segment!(self, "SBR*S*18*GRP{:05}******{}", self.random.below(100_000), payer.1);
        segment!(self, "OI***Y***Y");
        let member = self.random.below(1_000_000_000);
        segment!(self, "NM1*IL*1*{}***MI*Y{member:09}", person(&mut self.random));
        self.address();
        segment!(self, "NM1*PR*2*{}*****PI*{}", payer.0, payer.2);
    }

    /// Loop 2400, and the row of the minutes file that goes with it.
    fn line(&mut self, id: &str, number: u32, line: &Line, diagnoses: usize, of: &Discipline) {
        self.out.lines += 1;
        self.next_line += 1;
        let control = format!("LINE{:014}", self.next_line);
        let Service { code, revenue, .. } = line.service;
        let mut procedure = format!("HC:{code}");
        for modifier in &line.modifiers {
            procedure.push(':');
            procedure.push_str(modifier);
        }
        segment!(self, "LX*{number}");
        match self.options.kind {
            Kind::P => {
                let pointers = &"1:2:3"[..2 * self.random.range(1, diagnoses.min(3) as u64) as usize - 1];
                segment!(self, "SV1*{procedure}*{}*UN*{}***{pointers}", line.charge, line.units);
            }
            Kind::I => segment!(self, "SV2*{revenue}*{procedure}*{}*UN*{}", line.charge, line.units),
        }
        segment!(self, "DTP*472*D8*{}", self.days[line.day]);
        segment!(self, "REF*6R*{control}");
        match (self.options.minutes, line.documented) {
            (Minutes::Sidecar, Some(minutes)) => self.row(id, number, line, &control, minutes),
            (Minutes::Notes, Some(minutes)) => segment!(self, "NTE*ADD*{code}={minutes}"),
            _ if self.options.kind == Kind::P && line.noted.is_none() && self.random.percent(12) => {
                segment!(self, "NTE*ADD*{}", self.random.pick(&NOTES));
            }
            _ => {}
        }
        if let Some(minutes) = line.noted {
            segment!(self, "NTE*ADD*{minutes} MIN");
        }
        if self.random.percent(22) {
            self.named("82");
            if self.options.kind == Kind::P {
                segment!(self, "PRV*PE*PXC*{}", of.taxonomy);
            }
        }
        for rule in &line.planted {
            let line = if *rule == "TIM005" { 0 } else { number };
            self.out.planted.push(Planted { claim: id.to_owned(), line, rule });
            // Where the code is of no one discipline, the revenue code contradicts the wrong modifier by itself.
            if *rule == "MOD003" && self.options.kind == Kind::I && !plant::is_bound(code) {
                self.out.planted.push(Planted { claim: id.to_owned(), line, rule: "CLM001" });
            }
        }
    }

    /// A row by line control number, by line number, or by claim, date and code; by a wrong number if that is
    /// the fault.
    fn row(&mut self, id: &str, number: u32, line: &Line, control: &str, minutes: u64) {
        let (day, code) = (&self.days[line.day], line.service.code);
        let to = &mut self.out.minutes;
        match (line.stray, self.random.below(3)) {
            (true, _) => {
                writeln!(to, "{id},NO SUCH LINE,,,,{minutes}").unwrap();
                self.out.planted.push(Planted { claim: String::new(), line: 0, rule: "TIM005" });
            }
            (_, 0) => writeln!(to, "{id},{control},,{day},,{minutes}").unwrap(),
            (_, 1) => writeln!(to, "{id},,{number},,{code},{minutes}").unwrap(),
            _ => writeln!(to, "{id},,,{day},{code},{minutes}").unwrap(),
        }
    }

    fn named(&mut self, qualifier: &str) {
        let npi = self.npi();
        segment!(self, "NM1*{qualifier}*1*{}***XX*{}", person(&mut self.random), self.npis[npi]);
    }

    fn facility(&mut self, name: &str) {
        let (number, npi) = (self.random.range(1, 400), self.npi());
        segment!(self, "NM1*77*2*{name} {number}*****XX*{}", self.npis[npi]);
        self.address();
    }

    fn address(&mut self) {
        let (number, street) = (self.random.range(1, 9999), self.random.pick(&STREETS));
        segment!(self, "N3*{number} {street}*SUITE {}", self.random.range(1, 999));
        let (city, state, zip) = self.random.pick(&CITIES);
        segment!(self, "N4*{city}*{state}*{zip}");
    }

    fn birth_date(&mut self) {
        let r = &mut self.random;
        let (year, month, day) = (r.range(1935, 2011), r.range(1, 12), r.range(1, 28));
        segment!(self, "DMG*D8*{year}{month:02}{day:02}*{}", self.random.pick(&["F", "M"]));
    }

    fn npi(&mut self) -> usize {
        self.random.below(self.npis.len() as u64) as usize
    }

    /// The batch in its own delimiters: no element of it holds a byte that delimits.
    fn finish(self) -> Batch {
        let mut out = self.out;
        if self.options.delimiters != *b"*:^~" {
            for byte in &mut out.bytes {
                if let Some(n) = b"*:^~".iter().position(|usual| usual == byte) {
                    *byte = self.options.delimiters[n];
                }
            }
        }
        out
    }
}

fn person(random: &mut Random) -> String {
    format!("{}*{}*{}", random.pick(&LAST), random.pick(&FIRST), random.pick(&["A", "E", "J", "M", "T"]))
}

/// A national provider identifier with its check digit.
fn npi(number: u64) -> String {
    let base = format!("1{number:08}");
    // 24 stands for the prefix 80840.
    let sum = base.bytes().rev().enumerate().fold(24, |sum, (n, digit)| {
        let digit = u64::from(digit - b'0') * (2 - n as u64 % 2);
        sum + digit / 10 + digit % 10
    });
    format!("{base}{}", (10 - sum % 10) % 10)
}

/// The days of 2026 as CCYYMMDD.
fn days() -> Vec<String> {
    let months = (1..).zip([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
    months.flat_map(|(month, last)| (1..=last).map(move |day| format!("2026{month:02}{day:02}"))).collect()
}
