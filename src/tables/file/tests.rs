//! A table file is read as it was written, and refused when it is not.

use proptest::prelude::{any, prop, proptest};

use super::read::from_bytes;
use super::*;
use crate::tables::pairs::Begin;
use crate::tables::therapy::CodeFacts;
use crate::tables::{Coverage, Tables};

fn date(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

/// Two windows among therapy codes, one with a code that is none, and a list of limits.
fn contents() -> Contents {
    let quarter = Quarter::parse("2026Q1").unwrap();
    let window =
        |column1, column2, begin, last, bypass| Window { column1, column2, begin, last, table: 0, bypass };
    Contents {
        sources: vec![Source {
            file: "ccipra-v320r0-f1.txt".to_owned(),
            sha256: "00".repeat(32),
            limits: false,
            setting: "practitioner".to_owned(),
            quarter: quarter.to_string(),
            rows: 3,
            never_in_force: 0,
        }],
        tables: vec![
            TableId { limits: false, setting: Setting::Practitioner, quarter },
            TableId { limits: true, setting: Setting::Hospital, quarter },
        ],
        codes: ["97110", "97112", "97150", "99213"].map(Code::of).to_vec(),
        dates: ["2015-01-01", "2019-12-31"].map(date).to_vec(),
        windows: [
            vec![
                window(2, 0, BEFORE_1996, 2, true),
                window(2, 1, 1, ACTIVE, false),
                window(2, 3, 1, ACTIVE, false),
            ],
            vec![],
        ],
        limits: vec![vec![], vec![Limit { code: 0, value: 9, mai: 2 }, Limit { code: 3, value: 1, mai: 1 }]],
    }
}

fn facts<'t>(tables: &'t Tables, code: &str) -> &'t CodeFacts {
    tables.therapy.get(Code::of(code)).unwrap()
}

#[test]
fn what_is_written_is_read() {
    let written = contents();
    let (tables, sources) = from_bytes(&written.to_bytes().unwrap()).unwrap();
    assert_eq!(sources, written.sources);
    let windows = |setting, a, b| {
        let found = tables.pairs.windows(setting, facts(&tables, a), facts(&tables, b));
        found.map(|w| (w.begin, w.last, w.bypass)).collect::<Vec<_>>()
    };
    let prac = Setting::Practitioner;
    let last = Some(date("2019-12-31"));
    assert_eq!(windows(prac, "97110", "97150"), [(Begin::Before1996, last, true)]);
    assert_eq!(windows(prac, "97150", "97112"), [(Begin::On(date("2015-01-01")), None, false)]);
    // The setting has a table, so the built-in pairs of it are gone; the other one's stay.
    assert_eq!(windows(prac, "97150", "97140"), []);
    assert_eq!(windows(Setting::Hospital, "97150", "97140").len(), 1);
    let limit = |code, on: &str| {
        let mue = tables.mues.find(Setting::Hospital, facts(&tables, code), date(on));
        mue.map(|m| (m.value, m.mai, m.covered))
    };
    assert_eq!(limit("97110", "2026-02-01"), Some((9, 2, Coverage::Covered)));
    assert_eq!(limit("97110", "2024-08-01"), Some((8, 3, Coverage::Covered)), "the built-in list stays");
    assert_eq!(limit("97112", "2026-02-01"), None, "the list of the time has no limit for it");
}

#[test]
fn a_file_cut_off_or_altered_anywhere_is_refused() {
    let whole = contents().to_bytes().unwrap();
    for length in 0..whole.len() {
        let cut = from_bytes(&whole[..length]).unwrap_err();
        assert!(cut.contains("cut off"), "{length}: {cut}");
    }
    let grown = [whole.as_slice(), b"\n"].concat();
    assert!(from_bytes(&grown).unwrap_err().contains("cut off"));
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut altered = whole.clone();
            altered[at] ^= 1 << bit;
            let refusal = from_bytes(&altered).unwrap_err();
            let want = match at {
                0..8 => "no table file",
                8..12 => "another version",
                12..16 | 24.. => "damaged",
                _ => "cut off",
            };
            assert!(refusal.contains(want), "byte {at}: {refusal}");
        }
    }
    assert!(from_bytes(b"column1,column2\n").unwrap_err().contains("tables import"));
}

proptest! {
    /// Whatever the sections hold, reading them ends without a panic, even where the check sum is right.
    #[test]
    fn no_numbers_lead_anywhere(
        at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)
    ) {
        let mut bytes = contents().to_bytes().unwrap();
        for (index, byte) in at {
            let at = 24 + index.index(bytes.len() - 24);
            bytes[at] = byte;
        }
        let sum = crc32fast::hash(&bytes[CHECKED_FROM..]);
        bytes[12..16].copy_from_slice(&sum.to_le_bytes());
        if let Err(refusal) = from_bytes(&bytes) {
            assert!(refusal.contains("contradicts itself"), "{refusal}");
        }
    }
}
