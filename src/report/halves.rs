//! `index.csv` of a split: which input became which files, with claims and money of each half.
//!
//! A row a half that was written or could have been, or one row for an input that was not split. Deliberately absent:
//! anything of a claim but sums; ISA13 is all that is told of what stands in the files.

use std::io;

use csv::WriterBuilder;

use crate::x12::value::Cents;

use super::safe;

/// Columns of `index.csv`. A column is only ever added at the end.
pub const INDEX: [&str; 13] = [
    "file",
    "status",
    "reason",
    "half",
    "output",
    "interchanges",
    "groups",
    "transaction_sets",
    "claims",
    "charge",
    "isa13_first",
    "isa13_last",
    "left_out",
];

/// An input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its name, as it may be printed.
    pub file: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of an input.
#[expect(clippy::large_enum_variant, reason = "one value an input")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Its claims stand in the halves, clean and held.
    Split {
        /// The two.
        parts: [Part; 2],
        /// Segments that are in neither: envelopes and levels without a claim.
        left_out: u64,
        /// Transaction sets that are not 837P or 837I, held as they are.
        unread_sets: u64,
    },
    /// Nothing of it was written; the message says why.
    NotSplit(String),
}

/// One half of an input.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Part {
    /// Its file in the directory; none if nothing stands in it.
    pub output: Option<String>,
    /// Interchanges.
    pub interchanges: u64,
    /// Functional groups.
    pub groups: u64,
    /// Transaction sets.
    pub transactions: u64,
    /// Claims.
    pub claims: u64,
    /// Their CLM02.
    pub charge: Cents,
    /// ISA13 of its first interchange and of its last.
    pub isa13: Option<[Vec<u8>; 2]>,
}

/// The words for the two halves.
pub const HALVES: [&str; 2] = ["clean", "held"];

/// Writes the index.
pub fn index(out: impl io::Write, entries: &[Entry]) -> io::Result<()> {
    let mut writer = WriterBuilder::new().from_writer(out);
    writer.write_record(INDEX)?;
    for entry in entries {
        let mut file = String::new();
        safe::push_csv_cell(&mut file, entry.file.as_bytes(), usize::MAX);
        match &entry.fate {
            Fate::NotSplit(why) => {
                let mut reason = String::new();
                safe::push_own_cell(&mut reason, why);
                let blank = [""; INDEX.len() - 3];
                writer.write_record([file.as_str(), "not-split", &reason].iter().chain(&blank))?;
            }
            Fate::Split { parts, left_out, .. } => {
                for (half, part) in HALVES.iter().zip(parts) {
                    let [first, last] = part.isa13.as_ref().map_or([const { String::new() }; 2], |both| {
                        [safe::csv_cell(&both[0]), safe::csv_cell(&both[1])]
                    });
                    let counts = [part.interchanges, part.groups, part.transactions, part.claims];
                    let [interchanges, groups, sets, claims] = counts.map(|n| n.to_string());
                    writer.write_record([
                        file.as_str(),
                        "split",
                        "",
                        half,
                        part.output.as_deref().unwrap_or(""),
                        &interchanges,
                        &groups,
                        &sets,
                        &claims,
                        &part.charge.to_string(),
                        &first,
                        &last,
                        &left_out.to_string(),
                    ])?;
                }
            }
        }
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_a_half_and_nothing_in_it_is_a_formula() {
        let control = || b"=1+1".to_vec();
        let clean = Part {
            output: Some("clean/0001.837".to_owned()),
            interchanges: 1,
            groups: 2,
            transactions: 3,
            claims: 4,
            charge: Cents(12_345),
            isa13: Some([control(), control()]),
        };
        let split = Fate::Split { parts: [clean, Part::default()], left_out: 7, unread_sets: 0 };
        let entries = [
            Entry { file: "=a\n.837".to_owned(), fate: split },
            Entry { file: "b.837".to_owned(), fate: Fate::NotSplit("at byte 7: no, not so".to_owned()) },
        ];
        let mut out = Vec::new();
        index(&mut out, &entries).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                &INDEX.join(","),
                "'=a\\u{a}.837,split,,clean,clean/0001.837,1,2,3,4,123.45,'=1+1,'=1+1,7",
                "'=a\\u{a}.837,split,,held,,0,0,0,0,0.00,,,7",
                "b.837,not-split,\"at byte 7: no, not so\",,,,,,,,,,",
            ]
        );
    }
}
