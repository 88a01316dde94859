use super::*;
use proptest::prelude::*;

const ISA: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*^*00501*000000001*0*P*:~";

/// Hands out at most a few bytes a read.
struct Drip<'a>(&'a [u8], usize);
impl Read for Drip<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.1.min(buf.len()).min(self.0.len());
        buf[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn chunks(input: &[u8], limits: Limits, drip: usize) -> Vec<Chunk> {
    let mut splitter = Splitter::new(Drip(input, drip), limits);
    let mut out = Vec::new();
    while let Some(chunk) = splitter.next_chunk(Vec::new()) {
        assert!(out.len() <= input.len(), "the splitter does not advance");
        out.push(chunk);
    }
    out
}

/// Items of all chunks as text, continued pieces put together again.
fn items(chunks: &[Chunk]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for chunk in chunks {
        for item in &chunk.items {
            match item {
                Item::Piece { range, head, .. } => {
                    let text = String::from_utf8_lossy(&chunk.bytes[range.clone()]).replace(ISA, "ISA~");
                    match out.last_mut() {
                        Some(last) if *head == Head::Continued => last.push_str(&text),
                        _ => out.push(format!("{head:?}:{text}")),
                    }
                }
                Item::Skip { range, reason } => {
                    out.push(format!("{reason:?}:{}", String::from_utf8_lossy(&chunk.bytes[range.clone()])));
                }
            }
        }
    }
    out
}

#[test]
fn interchanges_are_found_whatever_stands_around_them() {
    for (input, want) in [
        (format!("{ISA}GS*HC~"), vec!["Isa:ISA~GS*HC~"]),
        (format!("\u{feff}\r\n{ISA}"), vec!["ByteOrderMark:\u{feff}", "LeadingSpace:\r\n", "Isa:ISA~"]),
        (format!("From: ISABEL\n{ISA}"), vec!["LeadingJunk:From: ISABEL\n", "Isa:ISA~"]),
        (format!("{ISA}NM1*85*1*ISAAC~ISABEL*1~{ISA}"), vec!["Isa:ISA~NM1*85*1*ISAAC~ISABEL*1~", "Isa:ISA~"]),
        (format!("{ISA}HL*1~NM1*cut off{ISA}"), vec!["Isa:ISA~HL*1~NM1*cut off", "Isa:ISA~"]),
        ("ST*837*1~BHT*0019~".to_owned(), vec!["Missing:ST*837*1~BHT*0019~"]),
        (
            format!("IXA*00*broken~GS*HC*1~ST*837*1~CLM*1~{ISA}GS*HC~"),
            vec!["LeadingJunk:IXA*00*broken~", "Missing:GS*HC*1~ST*837*1~CLM*1~", "Isa:ISA~GS*HC~"],
        ),
        (
            "ISA*00*cut off~NM1*41~SE*9*1~ST*837*2~BHT*0019~CLM*1~".to_owned(),
            vec!["LeadingJunk:ISA*00*cut off~NM1*41~SE*9*1~", "Missing:ST*837*2~BHT*0019~CLM*1~"],
        ),
        (
            format!("ISA*00*{}~GS*HC~ST*837*1~CLM*1~", "X".repeat(3 * LEAD)),
            vec![&*format!("LeadingJunk:ISA*00*{}~", "X".repeat(3 * LEAD)), "Missing:GS*HC~ST*837*1~CLM*1~"],
        ),
        (
            "isa*00*~gs*HC~st*837*1~clm*1~".to_owned(),
            vec!["LeadingJunk:isa*00*~", "Missing:gs*HC~st*837*1~clm*1~"],
        ),
        (format!("SETTINGS*HC~ST*1~ {ISA}"), vec!["LeadingJunk:SETTINGS*HC~ST*1~ ", "Isa:ISA~"]),
        ("no claims here".to_owned(), vec!["LeadingJunk:no claims here"]),
    ] {
        for drip in [1, 7, 100_000] {
            let got = chunks(input.as_bytes(), Limits::default(), drip);
            assert_eq!(items(&got), want);
            assert!(got.last().is_some_and(|c| c.last), "{input}");
        }
    }
}

/// Whether there is an interchange does not hang on how many bytes are read at a time.
#[test]
fn the_first_interchange_begins_within_the_lead_or_there_is_none() {
    for (before, found) in [(LEAD - 1, true), (LEAD, false), (2 * LEAD, false)] {
        let input = format!("{}{ISA}GS*HC~", " ".repeat(before));
        for window in [1, 1000, LEAD, 3 * LEAD] {
            let got = chunks(input.as_bytes(), Limits { window, ..Limits::default() }, 100_000);
            assert_eq!(items(&got).iter().any(|i| i.starts_with("Isa:")), found, "{before} {window}");
            let read: usize = got.iter().map(|c| c.len).sum();
            assert_eq!(read, if found { input.len() } else { LEAD }, "{before} {window}");
        }
    }
}

#[test]
fn chunks_end_before_a_boundary_and_a_huge_claim_is_cut_inside() {
    let claim = |n: usize| format!("CLM*{n}~{}", "LX*1~SV1*HC:97110~".repeat(100));
    let text =
        format!("{ISA}{}{}{}{}", claim(1), claim(2), "CLM*3~".to_owned() + &"LX*1~".repeat(4000), claim(4));
    let got = chunks(text.as_bytes(), Limits { window: 2048, claim: 8192, ..Limits::default() }, 999);
    assert_eq!(items(&got).len(), 1);
    let ends: Vec<_> = got
        .iter()
        .flat_map(|c| &c.items)
        .map(|i| if let Item::Piece { end, .. } = i { *end } else { panic!("{i:?}") })
        .collect();
    assert_eq!(ends.iter().filter(|e| **e == PieceEnd::InClaim).count(), 2, "{ends:?}");
    assert_eq!(ends.last(), Some(&PieceEnd::Final));
}

#[test]
fn a_segment_without_end_is_passed_over_in_small_memory() {
    let text = format!("{ISA}CLM*1~NTE*ADD*{}~CLM*2~", "x".repeat(100_000));
    let got = chunks(text.as_bytes(), Limits { window: 2048, claim: 8192, ..Limits::default() }, 4096);
    let skipped: usize = got
        .iter()
        .flat_map(|c| &c.items)
        .map(|i| match i {
            Item::Skip { range, reason: FaultCode::OversizeSegment } => range.len(),
            _ => 0,
        })
        .sum();
    assert_eq!(skipped, 100_009);
    assert!(got.iter().all(|c| c.bytes.len() <= 8192));
}

proptest! {
    /// No byte is lost or read twice, whatever the input, the window and the size of reads.
    #[test]
    fn every_byte_is_in_one_item(
        parts in proptest::collection::vec(prop_oneof![
            Just(ISA.to_owned()), Just("CLM*1~".to_owned()), Just("HL*1**20~".to_owned()), Just("ISA".to_owned()),
            Just("~".to_owned()), Just("\r\n".to_owned()), "[A-Z*~]{0,40}", Just("LX*1~".repeat(300)),
        ], 0..30),
        window in 1usize..5000, drip in 1usize..3000,
    ) {
        let text = parts.concat();
        let got = chunks(text.as_bytes(), Limits { window, claim: 4096, ..Limits::default() }, drip);
        let mut joined = Vec::new();
        for chunk in &got {
            prop_assert_eq!(chunk.offset, joined.len() as u64);
            let mut at = 0;
            for item in &chunk.items {
                let (Item::Piece { range, .. } | Item::Skip { range, .. }) = item;
                prop_assert_eq!(range.start, at);
                at = range.end;
            }
            prop_assert_eq!(at, chunk.len);
            joined.extend_from_slice(&chunk.bytes[..chunk.len]);
        }
        prop_assert_eq!(joined, text.as_bytes());
    }
}
