//! What `--format` asks for: one format for standard output, and files beside those that every set has.

use clap::ValueEnum;

use crate::error::{Error, Result};

/// A word of `--format`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Debug)]
pub(crate) enum Format {
    /// A report for people
    Text,
    /// One row a finding
    Csv,
    /// One JSON object a claim (JSON Lines)
    Json,
    /// Counts and sums as JSON
    Summary,
    /// Nothing; the exit code tells
    None,
    /// findings.xlsx in --out: a workbook with summary, claims, findings and what was not checked
    Xlsx,
    /// findings.parquet and lines.parquet in --out: a row a finding, a row a service line (where built with --features
    /// parquet)
    Parquet,
    /// 277ca.x12 in --out: a claim acknowledgement (005010X214), accepted or rejected for each claim
    #[value(name = "277ca")]
    ClaimAcknowledgement,
    /// 999.x12 in --out: an implementation acknowledgement (005010X231A1) for what is wrong with syntax and envelopes
    #[value(name = "999")]
    ImplementationAcknowledgement,
}

impl Format {
    /// Whether it goes to standard output, or is a file of the set.
    const fn is_printed(self) -> bool {
        matches!(self, Format::Text | Format::Csv | Format::Json | Format::Summary | Format::None)
    }

    /// Whether it tells of every claim, so that the inputs are read again for it.
    const fn reads_again(self) -> bool {
        matches!(self, Format::Parquet | Format::ClaimAcknowledgement | Format::ImplementationAcknowledgement)
    }

    /// The word as it is typed.
    pub(crate) fn word(self) -> String {
        self.to_possible_value().map_or_else(String::new, |word| word.get_name().to_owned())
    }
}

/// What a run writes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Formats {
    /// To standard output.
    pub(crate) printed: Format,
    /// As files of the set, beside the usual ones; each once, in order.
    pub(crate) beside: Vec<Format>,
}

impl Formats {
    /// Sorts out what was asked for. An error says what contradicts itself.
    pub(crate) fn of(asked: &[Format], has_out: bool, reads_standard_input: bool) -> Result<Formats> {
        let mut printed: Vec<Format> = asked.iter().copied().filter(|f| f.is_printed()).collect();
        printed.sort_unstable();
        printed.dedup();
        let mut beside: Vec<Format> = asked.iter().copied().filter(|f| !f.is_printed()).collect();
        beside.sort_unstable();
        beside.dedup();
        if let [first, second, ..] = printed.as_slice() {
            return Err(Error::usage(format!(
                "--format {} and {} would both go to standard output; choose one, --out DIR has all of them",
                first.word(),
                second.word()
            )));
        }
        if cfg!(not(feature = "parquet")) && beside.contains(&Format::Parquet) {
            return Err(Error::usage(
                "--format parquet is not in this build of claimlint; build it with `cargo build --release --features parquet`",
            ));
        }
        if let Some(format) = beside.first().filter(|_| !has_out) {
            return Err(Error::usage(format!(
                "--format {} is written as a file; give --out DIR for it",
                format.word()
            )));
        }
        if let Some(format) = beside.iter().find(|f| f.reads_again()).filter(|_| reads_standard_input) {
            return Err(Error::usage(format!(
                "--format {} reads the inputs again, which standard input does not allow; give a file",
                format.word()
            )));
        }
        Ok(Formats { printed: printed.first().copied().unwrap_or(Format::Text), beside })
    }

    /// Whether a file is asked for.
    pub(crate) fn has(&self, format: Format) -> bool {
        self.beside.contains(&format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_format_is_printed_and_files_need_a_directory() {
        use Format::{ClaimAcknowledgement as Ack, Csv, Json, None, Text, Xlsx};
        for (asked, want) in [
            (&[][..], (Text, vec![])),
            (&[Csv], (Csv, vec![])),
            (&[Xlsx], (Text, vec![Xlsx])),
            (&[Ack, None, Xlsx, Ack, None], (None, vec![Xlsx, Ack])),
        ] {
            let formats = Formats::of(asked, true, false).unwrap();
            assert_eq!((formats.printed, formats.beside), want, "{asked:?}");
        }
        for (asked, out, stdin, said) in [
            (&[Csv, Json][..], true, false, "--format csv and json would both go to standard output"),
            (&[Xlsx], false, false, "--format xlsx is written as a file; give --out DIR"),
            (&[Xlsx, Ack], true, true, "--format 277ca reads the inputs again"),
        ] {
            let error = Formats::of(asked, out, stdin).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        let parquet = Formats::of(&[Format::Parquet], true, false);
        if cfg!(feature = "parquet") {
            assert_eq!(parquet.unwrap().beside, [Format::Parquet]);
        } else {
            let error = parquet.unwrap_err().to_string();
            assert!(
                error.contains("--format parquet is not in this build")
                    && error.contains("--features parquet"),
                "{error}"
            );
        }
        assert!(Formats::of(&[Xlsx], true, true).is_ok(), "what was found is enough for a workbook");
    }
}
