//! Batches of claims made of the bytes of a fuzzer: envelopes and hierarchy as they should be, values of a taste.

use super::draw::Draw;

/// What values look like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taste {
    /// Of therapy claims, so that the rules have something to say.
    Real,
    /// Now and then not what their element calls for.
    Odd,
    /// Made to hurt whoever prints them; personal elements hold [`CANARY`] too.
    Hostile,
}

/// Stands in every element about a person, and nowhere else: no drawn byte is a `Q`.
pub const CANARY: &[u8] = b"QUERCUSQ";

/// Element, component, repetition separator, terminator.
const SETS: [[u8; 4]; 5] = [*b"*:^~", *b"|>!\x1c", *b"\x1d\x1f\x1e\n", *b"*:^'", *b"*>^\r"];
const CODES: [&[u8]; 22] = [
    b"97110", b"97112", b"97116", b"97140", b"97530", b"97535", b"97161", b"97164", b"97150", b"97035",
    b"97012", b"G0283", b"97113", b"97124", b"92507", b"92526", b"97129", b"97130", b"98940", b"99213",
    b"95992", b"97750",
];
const MODIFIERS: [&[u8]; 14] =
    [b"GP", b"GO", b"GN", b"59", b"KX", b"CQ", b"CO", b"XS", b"XU", b"25", b"52", b"76", b"22", b""];
const AMOUNTS: [&[u8]; 8] = [b"45", b"90.00", b"120.5", b"0", b"35.75", b"180", b"1079", b"44"];
const UNITS: [&[u8]; 8] = [b"1", b"2", b"4", b"1.5", b"3", b"8", b"0", b"20"];
const DATES: [&[u8]; 6] = [b"20260105", b"20260106", b"20260107", b"20250630", b"20260201", b"20190301"];
const DIAGNOSES: [&[u8]; 6] = [b"M5450", b"M6281", b"R2689", b"I639", b"S83511A", b"Z4789"];
const ODD_NUMBERS: [&[u8]; 16] = [
    b"",
    b".",
    b"-",
    b".5",
    b"5.",
    b"-1",
    b"007",
    b" 12 ",
    b"1E5",
    b"+1",
    b"1,000.00",
    b"4.0001",
    b"4.0000",
    b"99999999",
    b"123456789012345678901",
    b"999999999999999",
];
const ODD_DATES: [&[u8]; 8] =
    [b"", b"00000000", b"20260230", b"20240229", b"2026010", b" 20260105", b"17991231", b"29991231"];
const NOTES: [&[u8]; 5] =
    [b"MANUAL THERAPY 25 MIN", b"TIME IN 09:00 OUT 09:38", b"NO CHANGE", b"15 MINUTES 97110", b""];
const NPIS: [&[u8]; 4] = [b"1234567893", b"1000000012", b"1679576722", b"1234567890"];
const HOSTILE: [&[u8]; 14] = [
    b"=cmd|'/c calc'!A0",
    b"+1",
    b"-1+1",
    b"@x",
    b"\x1b[2J",
    b"\r\n1,2",
    b"\"",
    b"<script>",
    b"\xff\xfe",
    b"'",
    b";=1",
    b"\xe2\x80\xae",
    b"\x00",
    b"..\\..\\etc",
];

/// Writes interchanges until the bytes are used up; one at least.
pub fn batch(draw: &mut Draw<'_>, taste: Taste) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let [element, component, repetition, terminator] = draw.pick(&SETS);
        let line_end =
            if element == b'*' && terminator == b'~' { draw.pick(&["", "\n", "\r\n", "  "]) } else { "" };
        let mut writer = Writer {
            draw,
            taste,
            out,
            element,
            component,
            repetition,
            terminator,
            line_end,
            segments: 0,
            claims: 0,
        };
        writer.interchange();
        out = writer.out;
        if draw.is_empty() || out.len() > 100_000 {
            return out;
        }
    }
}

struct Writer<'d, 'a> {
    draw: &'d mut Draw<'a>,
    taste: Taste,
    out: Vec<u8>,
    element: u8,
    component: u8,
    repetition: u8,
    terminator: u8,
    line_end: &'static str,
    /// Segments of the transaction set.
    segments: usize,
    claims: usize,
}

impl Writer<'_, '_> {
    /// A segment; delimiters in what it is made of become `x`.
    fn seg(&mut self, parts: &[&[u8]]) {
        self.composed(&parts.iter().map(|part| vec![*part]).collect::<Vec<_>>());
    }

    /// A segment of elements with components.
    fn composed(&mut self, elements: &[Vec<&[u8]>]) {
        let Writer { element, component, repetition, terminator, .. } = *self;
        let clean = |b: &u8| if [element, component, repetition, terminator].contains(b) { b'x' } else { *b };
        for (n, components) in elements.iter().enumerate() {
            self.out.extend((n > 0).then_some(element));
            for (n, part) in components.iter().enumerate() {
                self.out.extend((n > 0).then_some(component));
                self.out.extend(part.iter().map(clean));
            }
        }
        self.out.push(terminator);
        self.out.extend(self.line_end.bytes());
        self.segments += 1;
    }

    /// Bytes as they come, without the first letter of the canary.
    fn raw(&mut self, most: usize) -> Vec<u8> {
        self.draw.bytes(most).iter().map(|b| if *b == b'Q' { b'q' } else { *b }).collect()
    }

    /// A value of the list, or one that does not belong there.
    fn value(&mut self, usual: &[&[u8]], odd: &[&[u8]]) -> Vec<u8> {
        match (self.taste, self.draw.byte()) {
            (Taste::Odd, 224..) => self.raw(13),
            (Taste::Odd, n @ 160..) if !odd.is_empty() => odd[usize::from(n) % odd.len()].to_vec(),
            (Taste::Hostile, 192..) => self.raw(20),
            (Taste::Hostile, n @ 96..) => HOSTILE[usize::from(n) % HOSTILE.len()].to_vec(),
            (_, n) => usual[usize::from(n) % usual.len()].to_vec(),
        }
    }

    /// An element about a person.
    fn person(&mut self) -> Vec<u8> {
        match self.taste {
            Taste::Hostile => [CANARY, &self.raw(8)].concat(),
            _ => self.value(&[b"SPECIMEN", b"ALPHA", b"BETA"], &[b"", b"ISAAC", b" "]),
        }
    }

    fn control(&mut self, number: usize) -> Vec<u8> {
        match self.taste {
            Taste::Hostile => self.value(&[b"0001", b"1"], &[]),
            _ => format!("{number:04}").into_bytes(),
        }
    }

    fn interchange(&mut self) {
        let control = match self.taste {
            Taste::Hostile => [self.raw(9), vec![b'0'; 9]].concat()[..9].to_vec(),
            _ => b"000000001".to_vec(),
        };
        let Writer { component, repetition, .. } = *self;
        self.seg(&[
            b"ISA",
            b"00",
            b"          ",
            b"00",
            b"          ",
            b"ZZ",
            b"SENDER         ",
            b"ZZ",
            b"RECEIVER       ",
            b"260101",
            b"1200",
            b"^",
            b"00501",
            &control,
            b"0",
            b"P",
            b":",
        ]);
        // The two that `seg` has just taken for data.
        let end = self.out.len() - 1 - self.line_end.len();
        self.out[end - 1] = component;
        self.out[end - 23] = repetition;
        let mut groups = 0;
        while groups == 0 || (groups < 3 && !self.draw.is_empty() && self.draw.once_in(4)) {
            groups += 1;
            self.group(groups);
        }
        self.seg(&[b"IEA", groups.to_string().as_bytes(), &control]);
    }

    fn group(&mut self, number: usize) {
        let (institutional, control) = (self.draw.once_in(3), self.control(number));
        let version: &[u8] = match (institutional, self.draw.below(8)) {
            (_, 7) => b"005010",
            (false, _) => b"005010X222A1",
            (true, _) => b"005010X223A2",
        };
        self.seg(&[b"GS", b"HC", b"SENDER", b"RECEIVER", b"20260301", b"1200", &control, b"X", version]);
        let mut sets = 0;
        while sets == 0 || (sets < 4 && !self.draw.is_empty() && self.draw.once_in(3)) {
            sets += 1;
            self.transaction(sets, institutional, version);
        }
        self.seg(&[b"GE", sets.to_string().as_bytes(), &control]);
    }

    fn transaction(&mut self, number: usize, institutional: bool, version: &[u8]) {
        self.segments = 0;
        let control = self.control(number);
        match self.draw.once_in(3) {
            true => self.seg(&[b"ST", b"837", &control]),
            false => self.seg(&[b"ST", b"837", &control, version]),
        }
        self.seg(&[b"BHT", b"0019", b"00", b"REF", b"20260301", b"1200", b"CH"]);
        let person = self.person();
        self.seg(&[b"NM1", b"41", b"2", &person, b"", b"", b"", b"", b"46", &person]);
        self.seg(&[b"PER", b"IC", &person, b"TE", &person]);
        let mut hl = 0;
        while hl == 0 || (hl < 60 && !self.draw.is_empty() && self.draw.once_in(3)) {
            self.billing(&mut hl, institutional);
        }
        let count = (self.segments + 1).to_string();
        self.seg(&[b"SE", count.as_bytes(), &control]);
    }

    fn billing(&mut self, hl: &mut usize, institutional: bool) {
        *hl += 1;
        let (billing, person) = (hl.to_string(), self.person());
        self.seg(&[b"HL", billing.as_bytes(), b"", b"20", b"1"]);
        if self.draw.once_in(2) {
            let taxonomy =
                self.value(&[b"225100000X", b"225X00000X", b"235Z00000X", b"207Q00000X"], &[b"", b"22510"]);
            self.seg(&[b"PRV", b"BI", b"PXC", &taxonomy]);
        }
        let npi = self.value(&NPIS, &[b"", b"123"]);
        self.seg(&[b"NM1", b"85", b"2", &person, b"", b"", b"", b"", b"XX", &npi]);
        self.seg(&[b"N3", &person]);
        self.seg(&[b"REF", b"EI", &person]);
        let mut subscribers = 0;
        while subscribers == 0 || (subscribers < 8 && !self.draw.is_empty() && self.draw.once_in(2)) {
            subscribers += 1;
            self.subscriber(hl, &billing, institutional);
        }
    }

    fn subscriber(&mut self, hl: &mut usize, billing: &str, institutional: bool) {
        *hl += 1;
        let subscriber = hl.to_string();
        let dependent = self.draw.once_in(3);
        let person = self.person();
        let filing = self.draw.pick(&[&b"MB"[..], b"CI", b"16", b"MC", b"BL", b"WC"]);
        self.seg(&[
            b"HL",
            subscriber.as_bytes(),
            billing.as_bytes(),
            b"22",
            if dependent { b"1" } else { b"0" },
        ]);
        self.seg(&[b"SBR", b"P", b"18", b"", b"", b"", b"", b"", b"", filing]);
        self.seg(&[b"NM1", b"IL", b"1", &person, &person, b"", b"", b"", b"MI", &person]);
        self.seg(&[b"N3", &person]);
        self.seg(&[b"DMG", b"D8", if self.taste == Taste::Hostile { &person } else { b"19410101" }, b"F"]);
        let payer = self.value(&[b"60054", b"EXMB1", b"87726"], &[b"", b" X1 "]);
        let name = self.value(&[b"EXAMPLE HEALTH", b"MEDICARE"], &[b""]);
        self.seg(&[b"NM1", b"PR", b"2", &name, b"", b"", b"", b"", b"PI", &payer]);
        if dependent {
            *hl += 1;
            let (patient, person) = (hl.to_string(), self.person());
            self.seg(&[b"HL", patient.as_bytes(), subscriber.as_bytes(), b"23", b"0"]);
            self.seg(&[b"PAT", b"19"]);
            self.seg(&[b"NM1", b"QC", b"1", &person, &person]);
        }
        let mut claims = 0;
        while claims == 0 || (claims < 20 && !self.draw.is_empty() && self.draw.once_in(2)) {
            claims += 1;
            self.claim(institutional);
        }
    }

    fn claim(&mut self, institutional: bool) {
        self.claims += 1;
        let own = format!("A{}", self.claims);
        let id = self.value(&[own.as_bytes()], &[b"", b" "]);
        let charge = self.value(&AMOUNTS, &ODD_NUMBERS);
        let (place, kind): (_, &[u8]) = if institutional {
            (self.value(&[b"13", b"85"], &[b"1"]), b"A")
        } else {
            (self.value(&[b"11", b"12"], &[b""]), b"B")
        };
        let frequency = self.value(&[b"1", b"1", b"1", b"7", b"8"], &[b"", b" 7", b"00", b"10", b"x"]);
        self.composed(&[
            vec![b"CLM"],
            vec![&id],
            vec![&charge],
            vec![],
            vec![],
            vec![&place, kind, &frequency],
            vec![b"Y"],
            vec![b"A"],
        ]);
        self.claim_segments(institutional);
        let mut lines = 0;
        while lines < 60 && !self.draw.is_empty() && !self.draw.once_in(4) {
            lines += 1;
            self.line(lines, institutional);
        }
    }

    /// Some of the segments of loops 2300 to 2330.
    fn claim_segments(&mut self, institutional: bool) {
        for _ in 0..self.draw.below(8) {
            let person = self.person();
            match self.draw.below(9) {
                0 => self.date(if institutional { b"434" } else { b"431" }),
                1 => {
                    let codes = [(); 3].map(|()| self.value(&DIAGNOSES, &[b"", b"m54.50", b"M545000000"]));
                    let qualifier = self.draw.pick(&[&b"ABK"[..], b"BK", b"BH", b"BE"]);
                    let date = self.value(&DATES, &ODD_DATES);
                    let [a, b, c] = &codes;
                    self.composed(&[
                        vec![b"HI"],
                        vec![qualifier, a, b"D8", &date],
                        vec![b"ABF", b],
                        vec![b"ABF", c],
                    ]);
                }
                2 => {
                    let qualifier = self.draw.pick(&[&b"G1"[..], b"9F", b"F8", b"EA"]);
                    self.seg(&[b"REF", qualifier, &person]);
                }
                3 => self.note(),
                4 => {
                    let who = self.draw.pick(&[&b"DN"[..], b"82", b"71", b"77"]);
                    self.provider(who);
                }
                5 => {
                    self.seg(&[b"SBR", b"S", b"18", b"", b"", b"", b"", b"", b"", b"CI"]);
                    self.date(b"573");
                    self.seg(&[b"NM1", b"IL", b"1", &person, &person]);
                }
                6 => self.date(b"454"),
                7 => self.date(b"472"),
                _ => self.seg(&[b"K3", &person]),
            }
        }
    }

    fn line(&mut self, number: usize, institutional: bool) {
        let written = number.to_string();
        let lx = self.value(&[written.as_bytes()], &[b"", b"1", b" 2", b"99999999999", b"x"]);
        self.seg(&[b"LX", &lx]);
        let code = self.value(&CODES, &[b"", b"97110 ", b"g0283", b"9711", b"971100000"]);
        let charge = self.value(&AMOUNTS, &ODD_NUMBERS);
        let units = self.value(&UNITS, &ODD_NUMBERS);
        let modifiers: Vec<Vec<u8>> = (0..self.draw.below(5))
            .map(|_| self.value(&MODIFIERS, &[b"gp", b" G", b"5", b"KX ", b"GPX"]))
            .collect();
        let qualifier = self.value(&[b"HC"], &[b"", b"ER", b"hc"]);
        let mut procedure: Vec<&[u8]> = vec![&qualifier, &code];
        procedure.extend(modifiers.iter().map(Vec::as_slice));
        let basis = self.value(&[b"UN"], &[b"MJ", b""]);
        if institutional != self.draw.once_in(16) {
            let revenue = self.value(&[b"0420", b"0430", b"0440", b"0424"], &[b"", b"042"]);
            self.composed(&[
                vec![b"SV2"],
                vec![&revenue],
                procedure,
                vec![&charge],
                vec![&basis],
                vec![&units],
            ]);
        } else {
            let place = self.value(&[b"", b"11"], &[b"1"]);
            const POINTERS: [&[&[u8]]; 3] = [&[b"1"], &[b"1", b"2"], &[b"", b"12", b"x", b"4", b"5"]];
            let pointers = self.draw.pick(&POINTERS);
            self.composed(&[
                vec![b"SV1"],
                procedure,
                vec![&charge],
                vec![&basis],
                vec![&units],
                vec![&place],
                vec![],
                pointers.to_vec(),
            ]);
        }
        self.date(b"472");
        for _ in 0..self.draw.below(4) {
            match self.draw.below(6) {
                0 => {
                    let own = format!("L{number}");
                    let control = self.value(&[own.as_bytes()], &[b""]);
                    self.seg(&[b"REF", b"6R", &control]);
                }
                1 => self.note(),
                2 => self.provider(b"82"),
                3 => self.provider(b"DN"),
                4 => self.seg(&[b"SVD", b"X", b"1"]),
                _ => self.seg(&[b"REF", b"G1", b"AUTH"]),
            }
        }
    }

    fn date(&mut self, qualifier: &[u8]) {
        let (from, to) = (self.value(&DATES, &ODD_DATES), self.value(&DATES, &ODD_DATES));
        match self.draw.below(6) {
            4 => self.seg(&[b"DTP", qualifier, b"RD8", &[&from[..], b"-", &to].concat()]),
            5 => self.seg(&[b"DTP", qualifier, b"DT", &[&from[..], b"1200"].concat()]),
            _ => self.seg(&[b"DTP", qualifier, b"D8", &from]),
        }
    }

    fn note(&mut self) {
        let text = match self.taste {
            Taste::Hostile => self.person(),
            _ => self.value(&NOTES, &[]),
        };
        self.seg(&[b"NTE", b"ADD", &text]);
    }

    fn provider(&mut self, who: &[u8]) {
        let (person, npi) = (self.person(), self.value(&NPIS, &[b"", b"0234567893", b" 1234567893"]));
        self.seg(&[b"NM1", who, b"1", &person, &person, b"", b"", b"", b"XX", &npi]);
        if self.draw.once_in(3) {
            let taxonomy = self.draw.pick(&[&b"225100000X"[..], b"225X00000X", b"207Q00000X"]);
            self.seg(&[b"PRV", b"PE", b"PXC", taxonomy]);
        }
    }
}
