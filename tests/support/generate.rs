//! Seeded batches of synthetic 837P and 837I claims, for tests and benches.
//!
//! One seed gives one batch, byte for byte. A claim is clean under every rule unless a fault is planted in it,
//! and every finding a planted fault must lead to is listed. Nobody in a batch exists: people are called
//! things like SPECIMEN ALPHA. It uses nothing but the standard library, so that it cannot share a mistake
//! with what it tests.

use std::fmt::Write as _;

use super::facts::CODES;
use super::plant::{self, files, traps};
use super::visit::{Calendar, Claim, Line, Maker, Patient, Row};
use super::words::{CITIES, FIRST, LAST, PAYERS, Payer, STREETS, is_evaluation, is_reevaluation};

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

/// What a run has beside its claims.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Beside {
    /// Minutes at most.
    Nothing,
    /// Plans of care, money spent, fees.
    Files,
    /// Those, and an earlier file of claims.
    FilesAndHistory,
}

/// What kind of batch.
#[derive(Clone, Debug)]
pub struct Options {
    pub seed: u64,
    pub kind: Kind,
    pub size: Size,
    /// Patients with a planted fault, in percent.
    pub faulty: u64,
    /// Patients with what looks like a fault and is none, in percent.
    pub traps: u64,
    /// Years of service; the transaction sets take turns.
    pub years: &'static [u32],
    pub transactions: Count,
    pub providers: Count,
    pub minutes: Minutes,
    pub beside: Beside,
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
            traps: 0,
            years: &[2026],
            transactions: Count::Many,
            providers: Count::Many,
            minutes: Minutes::None,
            beside: Beside::Nothing,
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
    /// The earlier file; empty without [`Beside::FilesAndHistory`].
    pub history: Vec<u8>,
    /// The minutes file with its header; empty without [`Minutes::Sidecar`].
    pub minutes: String,
    /// Files of plans of care, of money spent, of fees; empty without [`Beside::Files`].
    pub plans: String,
    pub spend: String,
    pub fees: String,
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

    pub fn one<T: Copy>(&mut self, from: &[T]) -> T {
        *self.pick(from)
    }
}

/// Claims of a transaction set, where there are many.
const CLAIMS_OF_A_SET: u64 = 500;

/// Patients that one clinic's therapists have.
const PATIENTS_OF_A_CLINIC: u64 = 30;

const MINUTES: &str = "claim_id,line_control,line_no,dos,code,minutes,start_time,end_time,assistant_minutes,group,\
    body_region,therapist_id,total_timed_minutes\n";

struct Generator<'o> {
    options: &'o Options,
    maker: Maker,
    /// Words and numbers that no rule looks at.
    random: Random,
    out: Batch,
    /// Bytes of the file being written: the batch or the earlier one.
    file: Vec<u8>,
    npis: Vec<String>,
    /// Segments of the open transaction set.
    segments: u64,
    patients: u64,
    next_claim: u64,
    next_member: u64,
    next_line: u64,
}

/// Ends the segment that is being written.
macro_rules! segment {
    ($to:expr, $($format:tt)*) => {{
        Text(&mut $to.file).write_fmt(format_args!($($format)*)).unwrap();
        $to.file.push(b'~');
        $to.file.extend_from_slice($to.options.line_end.as_bytes());
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

/// Who a patient is, as the segments before the claims say it.
struct Person {
    member: String,
    dependent: bool,
    segments: [String; 2],
}

impl<'o> Generator<'o> {
    fn new(options: &'o Options) -> Generator<'o> {
        let mut random = Random(options.seed);
        let npis = (0..500).map(|_| npi(random.below(100_000_000))).collect();
        let mut maker = Maker::new(random.next(), options.kind, options.minutes, options.years[0]);
        (maker.files, maker.history) =
            (options.beside != Beside::Nothing, options.beside == Beside::FilesAndHistory);
        let mut out = Batch::default();
        if options.minutes == Minutes::Sidecar {
            out.minutes = MINUTES.to_owned();
        }
        if options.beside != Beside::Nothing {
            out.plans =
                "patient_id,discipline,start,certified_date,expires,physician_npi,last_progress_note\n"
                    .into();
            out.spend = "patient_id,year,bucket,allowed_to_date\n".into();
            out.fees = "payer,code,allowed\n".into();
            for code in CODES.iter().map(|c| c.code) {
                let cents = files::fee(code);
                writeln!(out.fees, "*,{code},{}.{:02}", cents / 100, cents % 100).unwrap();
            }
        }
        Generator {
            options,
            maker,
            random,
            out,
            file: Vec::new(),
            npis,
            segments: 0,
            patients: 0,
            next_claim: options.first_claim,
            next_member: options.first_claim * 10,
            next_line: options.first_claim * 10,
        }
    }

    fn is_full(&self) -> bool {
        match self.options.size {
            Size::Bytes(n) => self.file.len() >= n,
            Size::Claims(n) => self.out.claims >= n,
        }
    }

    fn interchange(&mut self) {
        self.open_file();
        let mut sets = 0;
        let mut earlier = Vec::new();
        while !self.is_full() || sets == 0 {
            let year = self.options.years[sets as usize % self.options.years.len()];
            self.set_year(year);
            sets += 1;
            self.transaction(sets, &mut earlier);
        }
        self.close_file(sets);
        self.out.bytes = std::mem::take(&mut self.file);
        if self.options.beside == Beside::FilesAndHistory {
            self.open_file();
            self.open_set(1);
            let mut hl = 0;
            for (year, provider, person, patient) in earlier {
                self.set_year(year);
                hl += 1;
                let billing = hl;
                self.provider(billing, &provider);
                self.person(&mut hl, billing, patient.payer, &person);
                for claim in &patient.earlier {
                    self.claim(claim, None);
                }
            }
            segment!(self, "SE*{}*0001", self.segments + 1);
            self.close_file(1);
            self.out.history = std::mem::take(&mut self.file);
        }
    }

    fn set_year(&mut self, year: u32) {
        if year != self.maker.calendar.year {
            self.maker.calendar = Calendar::new(year);
        }
    }

    fn open_file(&mut self) {
        segment!(
            self,
            "ISA*00*          *00*          *ZZ*SUBMITTER01    *ZZ*RECEIVER01     *260701*1230*^*00501*{:09}*0*T*:",
            self.options.first_claim
        );
        let guide = guide(self.options.kind);
        segment!(self, "GS*HC*SUBMITTER01*RECEIVER01*20260701*1230*1*X*{guide}");
    }

    fn close_file(&mut self, sets: u64) {
        segment!(self, "GE*{sets}*1");
        segment!(self, "IEA*1*{:09}", self.options.first_claim);
    }

    /// A set is made when its year is nearly over, so that none of the year's services is a year old.
    fn open_set(&mut self, number: u64) {
        self.segments = 0;
        segment!(self, "ST*837*{number:04}*{}", guide(self.options.kind));
        segment!(self, "BHT*0019*00*BATCH{number:06}*{}1228*1230*CH", self.maker.calendar.year);
        segment!(self, "NM1*41*2*EXAMPLE THERAPY BILLING*****46*SUB12345");
        segment!(self, "PER*IC*EDI SUPPORT*TE*5555551234*EM*EDI@EXAMPLE.COM");
        segment!(self, "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*RCV54321");
    }

    fn transaction(&mut self, number: u64, earlier: &mut Vec<(u32, String, Person, Patient)>) {
        self.open_set(number);
        let before = self.out.claims;
        let (mut hl, mut billing, mut patients_left) = (0, 0, 0);
        let mut provider = String::new();
        let faults = plant::faults(&self.maker);
        loop {
            // What goes together is written together.
            let patients = if self.random.percent(self.options.faulty) {
                (self.random.pick(&faults).make)(&mut self.maker)
            } else if self.random.percent(self.options.traps) {
                traps::trap(&mut self.maker)
            } else {
                vec![self.maker.patient()]
            };
            for mut patient in patients {
                if billing == 0 || (patients_left == 0 && self.options.providers == Count::Many) {
                    hl += 1;
                    (billing, patients_left) = (hl, self.random.range(20, 60));
                    provider = self.some_npi();
                    self.provider(billing, &provider);
                }
                self.patients += 1;
                patients_left = u64::saturating_sub(patients_left, 1);
                if self.patients.is_multiple_of(PATIENTS_OF_A_CLINIC) {
                    self.maker.open_clinic();
                }
                files::hold_to_threshold(&self.maker, &mut patient);
                let person = self.somebody(&patient);
                self.person(&mut hl, billing, patient.payer, &person);
                self.claims(&patient);
                if !patient.earlier.is_empty() {
                    earlier.push((self.maker.calendar.year, provider.clone(), person, patient));
                }
            }
            let whole_set =
                self.options.transactions == Count::Many && self.out.claims - before >= CLAIMS_OF_A_SET - 4;
            if whole_set || self.is_full() {
                break;
            }
        }
        segment!(self, "SE*{}*{number:04}", self.segments + 1);
    }

    fn provider(&mut self, hl: u64, npi: &str) {
        let taxonomy = if self.options.kind == Kind::P { "261QR0400X" } else { "283X00000X" };
        segment!(self, "HL*{hl}**20*1");
        segment!(self, "PRV*BI*PXC*{taxonomy}");
        let number = self.random.range(1, 900);
        segment!(self, "NM1*85*2*SPECIMEN REHAB GROUP {number}*****XX*{npi}");
        self.address();
        segment!(self, "REF*EI*{:09}", self.random.range(100_000_000, 999_999_999));
    }

    /// A new patient, with rows of what is on file.
    fn somebody(&mut self, patient: &Patient) -> Person {
        self.next_member += 1;
        let member = format!("X{:09}", self.next_member);
        for row in &patient.plans {
            writeln!(self.out.plans, "{member},{row}").unwrap();
        }
        for (bucket, spent) in ["PTSLP", "OT"].into_iter().zip(patient.spent) {
            let Some(cents) = spent else { continue };
            let year = self.maker.calendar.year;
            writeln!(self.out.spend, "{member},{year},{bucket},{}.{:02}", cents / 100, cents % 100).unwrap();
        }
        let r = &mut self.random;
        let segments = [(); 2].map(|()| {
            let (year, month, day) = (r.range(1935, 2011), r.range(1, 12), r.range(1, 28));
            let sex = *r.pick(&["F", "M"]);
            format!("{}|DMG*D8*{year}{month:02}{day:02}*{sex}", person(r))
        });
        Person { member, dependent: self.random.percent(20), segments }
    }

    /// Loops 2000B and 2000C up to their claims.
    fn person(&mut self, hl: &mut u64, billing: u64, payer: &Payer, person: &Person) {
        *hl += 1;
        let subscriber = *hl;
        let (relation, children) = if person.dependent { ("", 1) } else { ("18", 0) };
        segment!(self, "HL*{subscriber}*{billing}*22*{children}");
        if payer.is_medicare() {
            segment!(self, "SBR*P*{relation}*******{}", payer.filing);
        } else {
            segment!(self, "SBR*P*{relation}*GRP{:05}******{}", self.random.below(100_000), payer.filing);
        }
        let [(name, born), (other_name, other_born)] =
            [0, 1].map(|n| person.segments[n].split_once('|').unwrap());
        segment!(self, "NM1*IL*1*{name}***MI*{}", person.member);
        self.address();
        segment!(self, "{born}");
        segment!(self, "NM1*PR*2*{}*****PI*{}", payer.name, payer.id);
        if person.dependent {
            *hl += 1;
            segment!(self, "HL*{hl}*{subscriber}*23*0");
            segment!(self, "PAT*19");
            segment!(self, "NM1*QC*1*{other_name}");
            self.address();
            segment!(self, "{other_born}");
        }
    }

    /// The claims of a patient, and what must be found of them.
    fn claims(&mut self, patient: &Patient) {
        let first = self.next_claim;
        for claim in &patient.claims {
            let id = format!("PT{:09}", claim.of.map_or(self.next_claim, |n| first + n as u64));
            self.claim(claim, Some(&id));
            let of_claim = claim.planted.iter().map(|rule| (0, *rule));
            let numbered = (1..).zip(&claim.lines);
            let of_lines = numbered.flat_map(|(n, line)| line.planted.iter().map(move |rule| (n, *rule)));
            for (line, rule) in of_claim.chain(of_lines) {
                self.out.planted.push(Planted { claim: id.clone(), line, rule });
            }
        }
    }

    /// Loop 2300 with its lines. Without an id it is a claim of the earlier file: of that nothing is told.
    fn claim(&mut self, claim: &Claim, id: Option<&str>) {
        let own = format!("PT{:09}", self.next_claim);
        self.next_claim += 1;
        if id.is_some() {
            self.out.claims += 1;
        }
        let total = claim.lines.iter().map(|l| l.charge).sum::<u64>() + claim.off;
        let first = claim.lines.iter().map(|l| l.day).min().unwrap();
        match self.options.kind {
            Kind::P => self.professional(id.unwrap_or(&own), total, first, claim),
            Kind::I => self.institutional(id.unwrap_or(&own), total, first, claim),
        }
        if self.random.percent(55) {
            self.other_payer();
        }
        for (number, line) in (1..).zip(&claim.lines) {
            self.line(id, number, line, claim);
        }
    }

    fn professional(&mut self, id: &str, total: u64, first: usize, claim: &Claim) {
        segment!(self, "CLM*{id}*{total}***{}:B:{}*Y*A*Y*Y", claim.place, claim.frequency);
        segment!(self, "DTP*431*D8*{}", self.maker.calendar.day(first - 20));
        segment!(self, "DTP*454*D8*{}", self.maker.calendar.day(first - 10));
        self.references(claim);
        segment!(self, "HI*ABK:{}", claim.diagnoses.join("*ABF:"));
        if claim.referred {
            self.named("DN");
        }
        self.rendering(&claim.renderer);
        if self.random.percent(70) {
            self.facility("EXAMPLE REHAB CLINIC");
        }
    }

    fn institutional(&mut self, id: &str, total: u64, first: usize, claim: &Claim) {
        segment!(self, "CLM*{id}*{total}***{}:A:{}**A*Y*Y", claim.place, claim.frequency);
        let [onset, plan, from, to] =
            [first - 20, first - 9, first, first + 10].map(|d| self.maker.calendar.day(d).to_owned());
        segment!(self, "DTP*434*RD8*{from}-{to}");
        segment!(self, "CL1*3*1*01");
        self.references(claim);
        segment!(self, "HI*ABK:{}", claim.diagnoses[0]);
        if claim.diagnoses.len() > 1 {
            segment!(self, "HI*ABF:{}", claim.diagnoses[1..].join("*ABF:"));
        }
        let dated = |code: &&str| format!("BH:{code}:D8:{}", if *code == "11" { &onset } else { &plan });
        let occurrences: Vec<String> = claim.occurrences.iter().map(dated).collect();
        if !occurrences.is_empty() {
            segment!(self, "HI*{}", occurrences.join("*"));
        }
        segment!(self, "HI*BE:{}:::{}", claim.discipline.value, self.random.range(1, 30));
        self.named("71");
        segment!(self, "PRV*AT*PXC*208100000X");
        if self.random.percent(40) {
            self.named("72");
        }
        if self.random.percent(80) {
            self.facility("EXAMPLE OUTPATIENT REHAB");
        }
        if claim.named {
            self.rendering(&claim.renderer);
        }
    }

    fn references(&mut self, claim: &Claim) {
        if claim.authorised {
            segment!(self, "REF*G1*AUTH{:08}", self.random.below(100_000_000));
        }
        segment!(self, "REF*D9*CH{:014}", self.random.below(100_000_000_000_000));
        segment!(self, "REF*EA*MRN{:07}", self.random.below(10_000_000));
        if let Some(note) = claim.note {
            segment!(self, "NTE*ADD*{note}");
        }
    }

    /// Loops 2320 and 2330: whose insurance also pays.
    fn other_payer(&mut self) {
        let payer = self.random.pick(&PAYERS[1..5]);
        segment!(self, "SBR*S*18*GRP{:05}******{}", self.random.below(100_000), payer.filing);
        segment!(self, "OI***Y***Y");
        let member = self.random.below(1_000_000_000);
        segment!(self, "NM1*IL*1*{}***MI*Y{member:09}", person(&mut self.random));
        self.address();
        segment!(self, "NM1*PR*2*{}*****PI*{}", payer.name, payer.id);
    }

    /// Loop 2400, and the row of the minutes file that goes with it.
    fn line(&mut self, id: Option<&str>, number: u32, line: &Line, claim: &Claim) {
        self.next_line += 1;
        self.out.lines += u64::from(id.is_some());
        let control = format!("LINE{:014}", self.next_line);
        let Line { code, basis, charge, .. } = line;
        let mut procedure = if code.is_empty() { String::new() } else { format!("HC:{code}") };
        for modifier in &line.modifiers {
            procedure.push(':');
            procedure.push_str(modifier);
        }
        let units = line.written.map_or(line.units.to_string(), str::to_owned);
        segment!(self, "LX*{number}");
        match self.options.kind {
            Kind::P => {
                let most = claim.diagnoses.len().min(3) as u64;
                let pointers = &"1:2:3"[..2 * self.random.range(1, most) as usize - 1];
                segment!(self, "SV1*{procedure}*{charge}*{basis}*{units}***{pointers}");
            }
            Kind::I => {
                let last = if is_evaluation(code) || is_reevaluation(code) { "4" } else { "0" };
                let own = format!("{}{last}", claim.discipline.revenue);
                let revenue = line.revenue.unwrap_or(&own);
                segment!(self, "SV2*{revenue}*{procedure}*{charge}*{basis}*{units}");
            }
        }
        let day = self.maker.calendar.day(line.day).to_owned();
        match line.to {
            Some(to) => segment!(self, "DTP*472*RD8*{day}-{}", self.maker.calendar.day(to)),
            None if line.dated => segment!(self, "DTP*472*D8*{day}"),
            None => {}
        }
        segment!(self, "REF*6R*{control}");
        if let (Some(id), Some(minutes)) = (id, line.documented) {
            match self.options.minutes {
                Minutes::Sidecar => self.row(id, number, line, &control, &day, minutes),
                Minutes::Notes => segment!(self, "NTE*ADD*{code}={minutes}"),
                Minutes::None => {}
            }
        }
        if let Some(text) = line.text {
            segment!(self, "NTE*ADD*{text}");
        }
        if let Some(minutes) = line.noted {
            segment!(self, "NTE*ADD*{minutes} MIN");
        }
        if let Some(renderer) = &line.renderer {
            self.rendering(renderer);
        }
    }

    /// A row by line control number, by line number, or by claim, date and code; by a wrong number if that is
    /// the fault.
    fn row(&mut self, id: &str, number: u32, line: &Line, control: &str, day: &str, minutes: u64) {
        let Line { code, .. } = line;
        let Row { clock, therapist, assistant, group, region, total, by_control, stray } = &line.row;
        let to = &mut self.out.minutes;
        let way = if *by_control { 0 } else { self.random.below(3) };
        match (*stray, way) {
            (true, _) => {
                write!(to, "{id},NO SUCH LINE,,,,").unwrap();
                self.out.planted.push(Planted { claim: String::new(), line: 0, rule: "TIM005" });
            }
            (_, 0) => write!(to, "{id},{control},,{day},,").unwrap(),
            (_, 1) => write!(to, "{id},,{number},,{code},").unwrap(),
            _ => write!(to, "{id},,,{day},{code},").unwrap(),
        }
        let number = |n: &Option<u64>| n.map_or(String::new(), |n| n.to_string());
        let time = |m: u64| format!("{:02}:{:02}", m / 60, m % 60);
        let [start, end] = clock.map_or([String::new(), String::new()], |(a, b)| [time(a), time(b)]);
        let group = if *group { "Y" } else { "" };
        let therapist = therapist.as_deref().unwrap_or_default();
        let (assistant, total) = (number(assistant), number(total));
        writeln!(to, "{minutes},{start},{end},{assistant},{group},{region},{therapist},{total}").unwrap();
    }

    fn rendering(&mut self, (npi, taxonomy): &(String, &str)) {
        segment!(self, "NM1*82*1*{}***XX*{npi}", person(&mut self.random));
        if self.options.kind == Kind::P {
            segment!(self, "PRV*PE*PXC*{taxonomy}");
        }
    }

    fn named(&mut self, qualifier: &str) {
        let npi = self.some_npi();
        segment!(self, "NM1*{qualifier}*1*{}***XX*{npi}", person(&mut self.random));
    }

    fn facility(&mut self, name: &str) {
        let (number, npi) = (self.random.range(1, 400), self.some_npi());
        segment!(self, "NM1*77*2*{name} {number}*****XX*{npi}");
        self.address();
    }

    fn address(&mut self) {
        let (number, street) = (self.random.range(1, 9999), self.random.pick(&STREETS));
        segment!(self, "N3*{number} {street}*SUITE {}", self.random.range(1, 999));
        let (city, state, zip) = self.random.pick(&CITIES);
        segment!(self, "N4*{city}*{state}*{zip}");
    }

    fn some_npi(&mut self) -> String {
        self.random.pick(&self.npis).clone()
    }

    /// The batch in its own delimiters: no element of it holds a byte that delimits.
    fn finish(self) -> Batch {
        let mut out = self.out;
        if self.options.delimiters != *b"*:^~" {
            for byte in out.bytes.iter_mut().chain(&mut out.history) {
                if let Some(n) = b"*:^~".iter().position(|usual| usual == byte) {
                    *byte = self.options.delimiters[n];
                }
            }
        }
        out
    }
}

fn guide(kind: Kind) -> &'static str {
    if kind == Kind::P { "005010X222A1" } else { "005010X223A2" }
}

fn person(random: &mut Random) -> String {
    format!("{}*{}*{}", random.pick(&LAST), random.pick(&FIRST), random.pick(&["A", "E", "J", "M", "T"]))
}

/// A national provider identifier with its check digit.
pub fn npi(number: u64) -> String {
    let base = format!("1{number:08}");
    // 24 stands for the prefix 80840.
    let sum = base.bytes().rev().enumerate().fold(24, |sum, (n, digit)| {
        let digit = u64::from(digit - b'0') * (2 - n as u64 % 2);
        sum + digit / 10 + digit % 10
    });
    format!("{base}{}", (10 - sum % 10) % 10)
}
