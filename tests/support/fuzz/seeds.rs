//! A few inputs a target begins with: small, synthetic, so that the fuzzer need not find the shape of a claim itself.

use crate::support::generate::{Count, Kind, Options, Random, Size, batch};

/// Seeds of a target, each with its name.
pub fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let named = |name: &str, bytes: Vec<u8>| (name.to_owned(), bytes);
    match target {
        "tokenize" => vec![
            named("usual", [b"\x00", &small(Kind::P, *b"*:^~", "")[..700]].concat()),
            named("lines", [b"\x00", &small(Kind::I, *b"*:^~", "\r\n")[..700]].concat()),
            named("control", [b"\x01", &small(Kind::P, *b"|>!\x1c", "")[..700]].concat()),
            named("odd", b"\x00HL*1~\r\n  lx*2~~ZZZZ*3~R\nEF*G1~ST *837~*~ ~IEA*4".to_vec()),
        ],
        "isa_detect" => vec![
            named("whole", [b"\x00", &small(Kind::P, *b"*:^~", "")[..300]].concat()),
            named("group", [b"\x00", &small(Kind::P, *b"*:^~", "\n")[107..300]].concat()),
            named("control", [b"\x00", &small(Kind::P, *b"\x1d\x1f\x1e\n", "")[..300]].concat()),
            named("edited", b"\x03\x01|>\x1c^\x00\x52\x00~".to_vec()),
        ],
        "chunk_independent" => {
            [(Kind::P, *b"*:^~", ""), (Kind::I, *b"*:^~", "\r\n"), (Kind::P, *b"|>!\x1c", "")]
                .into_iter()
                .enumerate()
                .map(|(n, (kind, delimiters, end))| {
                    named(&format!("batch-{n}"), [vec![n as u8], small(kind, delimiters, end)].concat())
                })
                .collect()
        }
        "config" => {
            let example = include_bytes!("../../../samples/claimlint.example.toml");
            let lines: Vec<u8> = (0..54).flat_map(|n| [1 | n, n]).collect();
            vec![
                named("example", [b"\x00", &example[..]].concat()),
                named("lines", [b"\x01", &lines[..]].concat()),
            ]
        }
        "config_waiver" => {
            let lines: Vec<u8> = [1, 35, 1, 0, 6, 14, 20, 22, 25, 29, 40].into();
            let all: Vec<u8> = std::iter::once(1).chain(0..34).collect();
            let text = "[[waiver]]\nrule = \"MOD\"\nscope = { claim = \"A\" }\nreason = \"r\"\napprover = \"a\"\n\
                        created = 2026-01-01\nexpires = \"2026-06-30\"\n";
            vec![
                named("whole", [b"\x00", text.as_bytes()].concat()),
                named("lines", lines),
                named("all", all),
            ]
        }
        "container" => (0..12)
            .map(|n| named(&format!("packed-{n}"), [&[2 + n / 6, n % 6][..], &choices(60)].concat()))
            .chain([
                named("bomb", [&[1][..], &choices(30)].concat()),
                named("raw", b"\x00\x1f\x8b\x08".to_vec()),
            ])
            .collect(),
        // Their bytes are choices; any will do.
        _ => [40, 120, 400, 1200].map(|len| named(&format!("choices-{len}"), choices(len))).into(),
    }
}

fn small(kind: Kind, delimiters: [u8; 4], line_end: &'static str) -> Vec<u8> {
    let (transactions, providers) = (Count::One, Count::One);
    let options = Options::new(kind, Size::Claims(2));
    batch(&Options { faulty: 50, delimiters, line_end, transactions, providers, ..options }).bytes
}

fn choices(len: usize) -> Vec<u8> {
    let mut random = Random(len as u64);
    (0..len).map(|_| random.next() as u8).collect()
}
