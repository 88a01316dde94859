use super::parties::Parties;
use super::*;
use crate::x12::delimiters::{Delimiters, Isa, isa as read_isa};
use crate::x12::segments::Segments;

/// Claims among the segments of a chunk before one.
fn claims_before(part: &[crate::x12::segment::Segment<'_>], number: u32) -> u64 {
    let before = part.iter().zip(1u32..).filter(|(s, n)| *n < number && s.bytes().starts_with(b"CLM"));
    before.count() as u64
}

/// Feeds a text in chunks of a number of segments; returns fault codes with their segment numbers.
fn track(text: &str, chunk: usize, expected: &[Expected]) -> Vec<String> {
    let text = text.replace("ISA1", &isa_text("000000001")).replace("ISA2", &isa_text("000000002"));
    let segments: Vec<_> = Segments::new(text.as_bytes(), Delimiters::USUAL).collect();
    let (mut tracker, mut found) = (Tracker::new(expected), Vec::new());
    for part in segments.chunks(chunk) {
        let mut events = Vec::new();
        for (n, s) in (1u32..).zip(part) {
            let (count, control) = trailer(s);
            let mark = match s.bytes().get(..2) {
                Some(b"IS") => {
                    let bytes = [s.bytes(), b"~"].concat();
                    let (_, isa) = read_isa(&bytes).unwrap();
                    {
                        let Isa { control, qualifiers, sender, receiver, usage, .. } = isa;
                        Mark::Isa { control, parties: Parties { qualifiers, sender, receiver }, usage }
                    }
                }
                Some(b"IE") => Mark::Iea { groups: count, control },
                Some(b"GS") => gs(s).0,
                Some(b"GE") => Mark::Ge { sets: count, control },
                Some(b"ST") => Mark::St { set: st(s).0, control: st(s).1, in_scope: true },
                Some(b"SE") => Mark::Se { segments: count, control, empty: 0 },
                _ => continue,
            };
            events.push(Event { byte: s.start as u64, segment: n, claims: claims_before(part, n), mark });
        }
        let claims = claims_before(part, u32::MAX);
        let passed = Passed { segments: part.len() as u32, empty: 0, claims };
        tracker.chunk(&events, passed, &mut Vec::new(), &mut found);
    }
    tracker.finish(text.len() as u64, &mut found);
    found.iter().map(|f| format!("{:?} {} {:?}", f.fault.code, f.fault.segment, f.fault.figures)).collect()
}

fn isa_text(control: &str) -> String {
    format!(
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*^*00501*{control}*0*P*:"
    )
}

#[test]
fn counts_and_control_numbers_are_checked_whatever_the_chunks() {
    const GS: &str = "GS*HC*A*B*20260101*1200*7*X*005010X222A1~";
    for (name, text, want) in [
        ("sound", format!("ISA1~{GS}ST*837*0001~BHT~SE*3*0001~GE*1*7~IEA*1*000000001~"), vec![]),
        ("numbers compare as numbers", format!("ISA1~{GS}ST*837*0001~SE*2*1~GE*1*07~IEA*1*1~"), vec![]),
        (
            "segment count",
            format!("ISA1~{GS}ST*837*0001~BHT~SE*9*0001~GE*1*7~IEA*1*000000001~"),
            vec!["SegmentCount 3 [9, 3]"],
        ),
        (
            "controls",
            format!("ISA1~{GS}ST*837*0001~SE*2*0002~GE*1*8~IEA*1*000000009~"),
            vec!["TransactionControl 2 [0, 0]", "GroupControl 0 [0, 0]", "InterchangeControl 0 [0, 0]"],
        ),
        (
            "counts",
            format!("ISA1~{GS}ST*837*0001~SE*2*0001~GE*2*7~IEA**000000001~"),
            vec!["TransactionCount 0 [2, 1]", "GroupCount 0 [0, 1]"],
        ),
        (
            "no trailers",
            format!("ISA1~{GS}ST*837*0001~BHT~"),
            vec!["MissingSe 1 [0, 0]", "MissingGe 0 [0, 0]", "MissingIea 0 [0, 0]"],
        ),
        (
            "no SE between",
            format!("ISA1~{GS}ST*837*0001~BHT~ST*837*0002~SE*2*0002~GE*2*7~IEA*1*000000001~"),
            vec!["MissingSe 1 [0, 0]"],
        ),
        (
            "ST02 twice",
            format!("ISA1~{GS}ST*837*0001~SE*2*0001~ST*837*1~SE*2*1~GE*2*7~IEA*1*000000001~"),
            vec!["DuplicateTransaction 1 [0, 0]"],
        ),
        (
            "ISA13 twice",
            "ISA1~IEA*0*000000001~ISA1~IEA*0*000000001~".to_owned(),
            vec!["DuplicateInterchange 0 [0, 0]", "SeveralInterchanges 0 [2, 0]"],
        ),
        (
            "two interchanges",
            "ISA1~IEA*0*000000001~ISA2~IEA*0*000000002~".to_owned(),
            vec!["SeveralInterchanges 0 [2, 0]"],
        ),
        (
            "GS06 twice",
            format!("ISA1~{GS}GE*0*7~{GS}GE*0*7~IEA*2*000000001~"),
            vec!["DuplicateGroup 0 [0, 0]"],
        ),
        (
            "a group of remittances",
            format!("ISA1~{GS}ST*837*0001~SE*2*0001~ST*837*0002~SE*2*0002~GE*2*7~IEA*1*000000001~")
                .replace("HC", "HP"),
            vec!["GroupType 0 [0, 0]"],
        ),
        ("stray", "SE*1*1~GE*1*1~IEA*1*1~".to_owned(), vec!["StrayTrailer 0 [0, 0]"; 3]),
        ("no group", "ISA1~ST*837*0001~SE*2*0001~IEA*0*000000001~".to_owned(), vec!["MissingGs 1 [0, 0]"]),
    ] {
        for chunk in [1, 2, 3, 100] {
            assert_eq!(track(&text, chunk, &[]), want, "{name} by {chunk}");
        }
    }
}

#[test]
fn an_interchange_is_held_to_what_its_receiver_takes() {
    let set = |claims: usize| format!("ST*837*0001~{}SE*{}*0001~", "CLM*A~".repeat(claims), claims + 2);
    let text = |claims| {
        format!("ISA1~GS*HC*A*B*20260101*1200*7*X*005010X222A1~{}GE*1*7~IEA*1*000000001~", set(claims))
    };
    let here = Expected { claims_per_transaction: Some(3), usage: Some(b'T'), ..Expected::default() };
    let there = Expected { receivers: vec![Text::new(b"ELSEWHERE")], ..here.clone() };
    for chunk in [1, 2, 100] {
        let wrong = ["UsageIndicator 0 [0, 0]"];
        assert_eq!(track(&text(3), chunk, std::slice::from_ref(&here)), wrong);
        let wrong = ["UsageIndicator 0 [0, 0]", "TooManyClaims 1 [4, 3]"];
        assert_eq!(track(&text(4), chunk, &[there.clone(), here.clone()]), wrong);
        assert_eq!(track(&text(4), chunk, std::slice::from_ref(&there)), [""; 0]);
    }
    let mixed = "ISA1~IEA*0*000000001~ISA2~IEA*0*000000002~";
    let refuses = Expected { refused: vec![FaultCode::SeveralInterchanges], ..Expected::default() };
    let mut found = Vec::new();
    let mut tracker = Tracker::new(std::slice::from_ref(&refuses));
    for (n, usage) in [(1, b'P'), (2, b'T')] {
        let control = Text::new(&[b'0' + n]);
        let mark = Mark::Isa { control, parties: Parties::default(), usage };
        let event = Event { byte: u64::from(n) * 20, segment: 0, claims: 0, mark };
        tracker.chunk(&[event], Passed::default(), &mut Vec::new(), &mut found);
    }
    tracker.finish(mixed.len() as u64, &mut found);
    let said = |code| found.iter().filter(|f| f.fault.code == code).map(|f| f.refused).collect::<Vec<_>>();
    assert_eq!(said(FaultCode::UsageIndicator), [false], "the file mixes test and production");
    assert_eq!(said(FaultCode::SeveralInterchanges), [true]);
}

#[test]
fn a_million_control_numbers_that_count_up_take_one_range() {
    let mut numbers = Numbers::default();
    for n in (0..2000u32).chain(4000..5000).chain(2000..4000) {
        assert!(numbers.insert(Text::new(format!("{n:04}").as_bytes())));
    }
    assert_eq!(numbers.ranges, [(0, 4999)]);
    assert!(!numbers.insert(Text::new(b"17")));
    assert!(numbers.insert(Text::new(b"A17")) && !numbers.insert(Text::new(b"A17")));
}
