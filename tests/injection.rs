//! Claim files whose senders choose every byte: control numbers, ids, payers, segment ids, codes, and the file's
//! name. Whatever they choose, no cell of a table is a formula, no row has another length, nothing steers a terminal.
//!
//! `src/report/hostile.rs` holds the same of each format by itself; here the values take the whole way through the
//! engine, so that a way around a format's own care would be seen.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

#[path = "support/desk.rs"]
mod desk;
mod support;

use desk::{Desk, batch, many};
use proptest::prelude::*;
use support::run_with;

/// Bytes rich in what hurts, without the delimiters that would end the element.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&str; 24] = [
        "<script>",
        "</script><!--",
        "=",
        "+",
        "-",
        "@",
        "＝",
        "＋",
        "－",
        "＠",
        " ",
        "\"",
        "'",
        ",",
        ";",
        "\t",
        "\n",
        "\u{1b}[31m",
        "\u{1b}]52;c;aGk=\u{7}",
        "\u{202e}",
        "\u{2028}",
        "\u{200b}",
        "HYPERLINK(",
        "1",
    ];
    let piece = prop_oneof![
        prop::sample::select(PIECES.to_vec()).prop_map(|s| s.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..3),
    ];
    prop::collection::vec(piece, 0..12)
        .prop_map(|pieces| pieces.concat().into_iter().filter(|b| !b"*~:^\0".contains(b)).collect())
}

/// The places a value is put, each as it stands in the batch, and what stands around the value.
const PLACES: [(&str, &str, &str); 11] = [
    ("*000000001*0*T", "*", "*0*T"),
    ("*0930*1*X*", "*0930*", "*X*"),
    ("ST*837*0001*", "ST*837*", "*"),
    ("CLM*A0*", "CLM*", "*"),
    ("CLM*A1*140*", "CLM*A1*", "*"),
    ("PR*2*EXAMPLE*", "PR*2*", "*"),
    ("*PI*EXMB1", "*PI*", ""),
    ("SV1*HC:97161*", "SV1*HC:", "*"),
    ("*UN*1*", "*UN*", "*"),
    ("*D8*20260302", "*D8*", ""),
    ("LX*1", "", "*1"),
];

/// A batch with those values in those places.
fn file(values: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = batch(&many("A", 2)).into_bytes();
    for ((from, before, after), value) in PLACES.iter().zip(values) {
        let Some(at) = bytes.windows(from.len()).position(|w| w == from.as_bytes()) else { continue };
        let new = [before.as_bytes(), value, after.as_bytes()].concat();
        bytes.splice(at..at + from.len(), new);
    }
    bytes
}

fn is_number(cell: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    unsigned.split_once('.').map_or_else(|| digits(unsigned), |(whole, part)| digits(whole) && digits(part))
}

/// Whether text holds what could steer a terminal or hide.
fn steers(text: &str) -> bool {
    text.chars().any(|c| {
        let n = u32::from(c);
        (n < 0x20 && c != '\n')
            || (0x7f..0xa0).contains(&n)
            || [0xad, 0x61c, 0x180e, 0x2028, 0x2029, 0xfeff].contains(&n)
            || (0x200b..=0x200f).contains(&n)
            || (0x202a..=0x202e).contains(&n)
            || (0x2060..=0x206f).contains(&n)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn no_byte_of_a_file_or_of_its_name_is_a_formula_or_an_escape(
        values in prop::collection::vec(hostile(), PLACES.len()),
        name in "[=+@\\-＝ \"',;\t\u{1b}\u{202e}A-Z]{1,12}",
    ) {
        // A name may not begin as a flag does.
        let name = format!("./{name}");
        let desk = Desk::new().with(&name, file(&values));
        let args = ["scan", &name, "missing\u{1b}[2J\n=1.edi", "--out", "out", "--log", "json"];
        let ran = run_with(desk.path(), &args, b"");
        prop_assert_eq!(ran.code, Some(2), "{}", ran.err);
        prop_assert!(!steers(&ran.out), "{:?}", ran.out);
        prop_assert!(!steers(&ran.err), "{:?}", ran.err);
        for line in ran.err.lines() {
            let event: Result<serde_json::Value, _> = serde_json::from_str(line);
            prop_assert!(event.is_ok_and(|e| e["event"].is_string()), "{}", line);
        }
        let mut tables = 0;
        for (name, bytes) in desk.files("out") {
            let text = String::from_utf8(bytes).unwrap();
            prop_assert!(!steers(&text), "{}: {:?}", name, text);
            if name.ends_with(".html") {
                prop_assert_eq!(text.matches("<script").count(), 2, "{}", text);
                prop_assert_eq!((text.matches("</script>").count(), text.matches("<!--").count()), (2, 0));
            }
            if !name.ends_with(".csv") {
                continue;
            }
            tables += 1;
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
            prop_assert!(rows.len() > 1 && rows.len() == text.lines().count(), "{}: {}", name, text);
            for row in &rows {
                prop_assert_eq!(row.len(), rows[0].len(), "{}: {:?}", &name, row);
                for cell in row {
                    let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
                    prop_assert!(!formula || is_number(cell), "{}: {:?}", &name, cell);
                }
            }
        }
        prop_assert_eq!(tables, 2);
        let again = desk.run("scan missing.edi --out out --format none");
        prop_assert!(!steers(&again.err) && again.out.is_empty(), "{:?}", again.err);
    }
}
