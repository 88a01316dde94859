//! The flags that say what claims are checked with, for all commands that check claims: what is read beside them, which
//! rules hold and how bad what they find is, and what a run may take.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use crate::finding::Severity;
use crate::x12::value::Date;

use super::reading::ReadingArgs;

/// How claims are checked.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(crate) struct Checks {
    /// Enter directories inside directories
    #[arg(short, long)]
    pub recursive: bool,

    /// Documented treatment minutes: a CSV file with a header row (may be given several times)
    #[arg(short, long, value_name = "FILE")]
    pub minutes: Vec<PathBuf>,

    #[command(flatten)]
    pub reading: ReadingArgs,

    #[command(flatten)]
    pub sidecars: Sidecars,

    /// Earlier claim files, or a directory of them: read to tell duplicates and how often a treatment was given,
    /// never reported (may be given several times)
    #[arg(long, value_name = "DIR")]
    pub history: Vec<PathBuf>,

    /// Report every claim whose timed lines lack documented minutes, as medium (TIM005)
    #[arg(long)]
    pub require_minutes: bool,

    /// Settings [default: claimlint.toml in the current directory, or in the nearest one above]
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Pairs and unit limits of CMS, as `claimlint tables import` writes them [default: those built in]
    #[arg(long, value_name = "FILE")]
    pub tables: Option<PathBuf>,

    /// Replace names of input and sidecar files by aliases: input-1, minutes-1
    #[arg(long)]
    pub redact_filenames: bool,

    /// Findings that somebody answers for until a day; they stay in the files and count nowhere
    /// [default: claimlint.waivers.toml in the current directory, or in the nearest one above]
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,

    /// Exit with 1 if there are findings of this severity or worse that are neither waived nor known
    #[arg(long, value_name = "LEVEL", default_value = "none", value_parser = level)]
    pub fail_on: Level,

    /// Only these rules: codes (MOD001) or families (MOD), separated by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Not these rules: codes or families, separated by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// Fix a rule's severity, as MOD001=low; separated by commas, or given several times
    #[arg(long, value_name = "CODE=LEVEL", value_delimiter = ',')]
    pub severity: Vec<String>,

    /// Measure timely filing and waivers to this date, CCYY-MM-DD [default: the date each transaction set was made,
    /// BHT04]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<Date>,

    /// Report interchanges whose usage indicator (ISA15) is another one: P production, T test
    #[arg(long, value_name = "P|T", value_enum, ignore_case = true)]
    pub expect_usage: Option<Usage>,

    /// Worker threads [default: one for each processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    /// Memory for the rows of claims that are compared with each other, in MiB. What is more goes to a file without
    /// a name, if there is a directory for it: beside that of --out, else that of --state-dir
    #[arg(long, value_name = "MIB", default_value_t = 48, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub memory: u32,

    /// As --memory, in bytes; results do not depend on it
    #[arg(long, value_name = "BYTES", hide = true)]
    pub memory_bytes: Option<usize>,

    /// Colours in what is printed for people
    #[arg(long, value_enum, default_value_t = When::Auto)]
    pub color: When,

    /// Bytes read at a time; results do not depend on it
    #[arg(long, value_name = "BYTES", hide = true, value_parser = clap::value_parser!(u32).range(1..=16_777_216))]
    pub window: Option<u32>,
}

/// What a site knows beside its claims and their minutes, as tables; each may be given several times.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(crate) struct Sidecars {
    /// Total minutes and clock times of visits: a CSV file with a header row (may be given several times)
    #[arg(long, value_name = "FILE")]
    pub visits: Vec<PathBuf>,

    /// Plans of care, likewise
    #[arg(long, value_name = "FILE")]
    pub plans: Vec<PathBuf>,

    /// Amounts allowed for patients in the year to date, likewise
    #[arg(long, value_name = "FILE")]
    pub spend: Vec<PathBuf>,

    /// What payers allow for a unit of a code, likewise
    #[arg(long, value_name = "FILE")]
    pub fees: Vec<PathBuf>,
}

/// ISA15.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
#[value(rename_all = "UPPER")]
pub(crate) enum Usage {
    /// Production
    P,
    /// Test
    T,
}

impl Usage {
    /// The letter in ISA15.
    pub(crate) const fn letter(self) -> u8 {
        match self {
            Usage::P => b'P',
            Usage::T => b'T',
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug, Default)]
pub(crate) enum When {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// A threshold; `None` is never reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Level(pub Option<Severity>);

pub(super) fn level(word: &str) -> Result<Level, String> {
    if word == "none" {
        return Ok(Level(None));
    }
    match Severity::named(word) {
        Some(severity) => Ok(Level(Some(severity))),
        None => Err("give one of none, info, low, medium, high, critical".to_owned()),
    }
}

pub(super) fn date(word: &str) -> Result<Date, String> {
    Date::parse_iso(word)
        .ok_or_else(|| "give a day of the calendar as CCYY-MM-DD, for example 2026-03-31".to_owned())
}

/// Reads a severity.
pub(crate) fn severity(word: &str) -> Result<Severity, String> {
    Severity::named(word).ok_or_else(|| "give one of info, low, medium, high, critical".to_owned())
}
