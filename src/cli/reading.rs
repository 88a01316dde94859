//! The flags that say how inputs are read, and what they come to. The one place where what is read depends on the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args as ClapArgs, ValueEnum};

use crate::source::ebcdic::CodePage;
use crate::source::ready::Settle;
use crate::source::twins::OnDuplicate;
use crate::source::{Digests, No837, Reading};

use super::settings::LimitSettings;

/// How inputs are read.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(crate) struct ReadingArgs {
    /// In directories, leave files to the next run that changed less than this ago, as 30s or 2m; a file ten times
    /// as old as that is read whatever its end looks like. NAME.done or NAME.ok beside NAME says it is whole
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    pub settle: Option<u64>,

    /// What to do with a file that has the same bytes as another: leave it out, read it too, or leave it out and
    /// exit with 2
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = Duplicates::Skip)]
    pub on_duplicate_file: Duplicates,

    /// The code page of files in EBCDIC
    #[arg(long, value_name = "PAGE", value_enum)]
    pub encoding: Option<Page>,

    /// Take files of X12 without any 837 as they are, such as acknowledgements
    #[arg(long)]
    pub allow_no_837: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug, Default)]
pub(crate) enum Duplicates {
    /// Leave it out
    #[default]
    Skip,
    /// Read it like any other
    Read,
    /// Leave it out and exit with 2
    Fail,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(crate) enum Page {
    /// United States and Canada
    Cp037,
    /// z/OS Unix
    Cp1047,
}

impl ReadingArgs {
    /// How streams are made of inputs.
    pub(crate) fn reading(&self, limits: &LimitSettings, digests: Digests) -> Reading {
        let encoding = self.encoding.map(|page| match page {
            Page::Cp037 => CodePage::Cp037,
            Page::Cp1047 => CodePage::Cp1047,
        });
        let no_837 = if self.allow_no_837 { No837::Allowed } else { No837::Refused };
        Reading { caps: limits.caps(), encoding, digests, no_837, ..Reading::default() }
    }

    /// Which files are left to the next run.
    pub(crate) fn settle(&self) -> Option<Settle> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let now = i64::try_from(since).unwrap_or(i64::MAX);
        self.settle.map(|seconds| Settle { now, seconds })
    }

    pub(crate) fn on_duplicate(&self) -> OnDuplicate {
        match self.on_duplicate_file {
            Duplicates::Skip => OnDuplicate::Skip,
            Duplicates::Read => OnDuplicate::Read,
            Duplicates::Fail => OnDuplicate::Fail,
        }
    }
}

/// A duration in seconds, minutes or hours.
fn seconds(word: &str) -> Result<u64, String> {
    let wrong = || "give a number with its unit, as 30s, 2m or 1h".to_owned();
    let (number, unit) = word.split_at(word.len() - word.chars().next_back().map_or(0, char::len_utf8));
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(wrong()),
    };
    number.checked_mul(unit).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_unit() {
        for (word, want) in [
            ("30s", Some(30)),
            ("2m", Some(120)),
            ("1h", Some(3600)),
            ("0s", Some(0)),
            ("30", None),
            ("s", None),
            ("", None),
            ("-1s", None),
            ("2é", None),
            ("99999999999999999999h", None),
            ("9999999999999999999h", None),
        ] {
            assert_eq!(seconds(word).ok(), want, "{word}");
        }
    }
}
