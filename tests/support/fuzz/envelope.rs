//! Envelopes and hierarchies in any order: every claim is in one place, and none is lost without a word.

use claimlint::scan::commit::Status;

use super::draw::Draw;
use super::engine::{SETUPS, findings, scanned, well_placed};

const ISA: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*^*00501*000000001*0*P*:";

/// Segments and other runs of bytes, each as likely as the next.
const PIECES: [&str; 56] = [
    "GS*HC*S*R*20260101*1200*1*X*005010X222A1",
    "GS*HC*S*R*20260101*1200*2*X*005010X223A2",
    "GS*HP*S*R*20260101*1200*3*X*005010X221A1",
    "GS*HC*S*R*20260101*1200*1*X*005010",
    "ST*837*0001",
    "ST*837*0002*005010X222A1",
    "ST*837*0003*005010X223A2",
    "ST*837*0004*005010X224A2",
    "ST*835*0001",
    "ST",
    "SE*10*0001",
    "SE",
    "GE*1*1",
    "IEA*1*000000001",
    "TA1*000000001*260101*1200*A*000",
    "BHT*0019*00*REF*20260101*1200*CH",
    "REF*87*004010X098A1",
    "HL*1**20*1",
    "HL*2*1*22*0",
    "HL*2*1*22*1",
    "HL*3*2*23*0",
    "HL*3*2*24*0",
    "HL",
    "HL*1*1*22",
    "HL*99999999999999999999**20",
    "NM1*85*2*CLINIC*****XX*1234567893",
    "NM1*IL*1*SPECIMEN*ALPHA****MI*M1",
    "NM1*PR*2*PAYER*****PI*P1",
    "SBR*P*18*******CI",
    "DMG*D8*19410101*F",
    "CLM*A1*90***11:B:1*Y*A*Y*Y",
    "CLM*A2*45***11:B:7*Y*A*Y*Y",
    "CLM*A3",
    "CLM",
    "clm*A4*10***11:B:1",
    " CLM *A5*10***11:B:1",
    "CLMX*A6",
    "C\nLM*A7*10***11:B:1",
    "HI*ABK:M5450",
    "LX*1",
    "LX*2",
    "lx*1",
    "SV1*HC:97110:GP*45*UN*1***1",
    "SV1*HC:97140:GP*45*UN*3***1",
    "SV2*0420*HC:97110:GP*45*UN*1",
    "SV3*AD:D0120*45",
    "DTP*472*D8*20260105",
    "DTP*472*D8*2026O105",
    "NTE*ADD*TIME 25 MIN",
    "SVD*P1*10*HC:97110",
    "ZZZ*1",
    "",
    "\r\n",
    "ISAAC",
    "AK1*HC*1",
    "N1*PR*PAYER",
];

/// Grammar of a batch whose order is whatever the bytes say.
pub fn envelope_hl(data: &[u8]) {
    check(&built(data));
}

/// The bytes as choices of pieces.
pub fn built(data: &[u8]) -> Vec<u8> {
    let mut draw = Draw::new(data);
    let mut bytes = Vec::new();
    let plain = draw.once_in(4);
    while !draw.is_empty() && bytes.len() < 20_000 {
        match draw.below(64) {
            n if n < PIECES.len() => bytes.extend(PIECES[n].bytes()),
            56 | 57 => bytes.extend(ISA.bytes()),
            58 => bytes.extend("\0".repeat(draw.below(200)).bytes()),
            59 => bytes.extend(ISA[..draw.below(ISA.len())].bytes()),
            60 => bytes.extend("SV1*HC:97112:GP*45*UN*1***1~".repeat(draw.below(80)).bytes()),
            61 => bytes.extend(draw.bytes(12)),
            62 => bytes.extend("X".repeat(draw.below(256) * 8).bytes()),
            _ => continue,
        }
        // Now and then without a terminator.
        if plain || !draw.once_in(64) {
            bytes.push(b'~');
        }
    }
    bytes
}

fn check(bytes: &[u8]) {
    let results = scanned(&SETUPS[0], bytes);
    let counts = results.totals.counts;
    let [file] = &results.files[..] else { return };
    if let Status::Partial(trouble) | Status::Unreadable(trouble) = &file.status {
        assert!(!trouble.message.is_empty() && trouble.byte <= bytes.len() as u64);
    }
    if matches!(file.status, Status::Unreadable(_)) || !file.container.is_empty() {
        return;
    }
    assert_eq!(file.bytes, bytes.len() as u64);
    well_placed(&findings(&results), bytes);
    // A header cuts off what stands before it, terminator or not.
    let mut cut = Vec::new();
    for (n, byte) in bytes.iter().enumerate() {
        cut.extend(bytes[n..].starts_with(b"ISA*").then_some(b'~'));
        cut.push(*byte);
    }
    let segments: Vec<&[u8]> = cut.split(|b| *b == b'~').collect();
    let id = |segment: &[u8]| -> Vec<u8> {
        let id = segment.split(|b| *b == b'*').next().unwrap_or_default();
        id.iter().filter(|b| !b.is_ascii_whitespace()).map(u8::to_ascii_uppercase).collect()
    };
    let of = |wanted: &[&[u8]]| segments.iter().filter(|s| wanted.contains(&&id(s)[..])).count() as u64;
    // With other delimiters in what stands for a header, what is counted here says nothing.
    let header = |at: &usize| bytes[*at..].get(..3).is_some_and(|id| id.eq_ignore_ascii_case(b"ISA"));
    let usual = (0..bytes.len()).filter(header).all(|at| match bytes.get(at + 3) {
        Some(b'*') => bytes.get(at + 105) == Some(&b'~'),
        separator => separator.is_none_or(u8::is_ascii_alphanumeric),
    });
    if !usual {
        return;
    }
    let skipped = counts.tally.skipped_bytes;
    let said = skipped + counts.segments.out_of_scope + counts.segments.unrecognised;
    let (claims, lines) = (of(&[b"CLM"]), of(&[b"SV1", b"SV2", b"SV3"]));
    assert!(counts.claims_seen <= claims, "{} claims of {claims}", counts.claims_seen);
    assert!(counts.lines_seen <= lines, "{} lines of {lines}", counts.lines_seen);
    assert!(claims <= counts.claims_seen + said, "{claims} claims, {} seen, {said} said", counts.claims_seen);
    if skipped == 0 && results.totals.in_scope == results.totals.transactions {
        assert_eq!(counts.claims_seen, claims, "nothing was passed over, nothing is of another kind");
    }
    let kept: u64 = counts.claims_not_evaluated.iter().sum();
    assert_eq!(results.totals.stats.evaluated + kept, counts.claims_seen);
}
