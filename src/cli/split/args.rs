//! The flags of `split` as the user writes them: those of `scan` that decide what is found, and what becomes of it.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::cli::args::{self, Level, Scan, Sidecars, Usage, When};
use crate::cli::formats::Format;
use crate::cli::reading::ReadingArgs;
use crate::finding::Severity;
use crate::x12::value::Date;

const EXAMPLES: &str = "\
DIR/clean and DIR/held hold X12: each claim of a file stands in exactly one of them, with its envelopes and the billing
provider, subscriber and patient above it. DIR/index.csv says which input became which file.

Examples:
  claimlint split batch.837 --hold-if high --out sorted
  claimlint split outbound --minutes minutes.csv --hold-if medium --out sorted --control-file isa13.txt
  claimlint split outbound --hold-if high --out sorted && upload sorted/clean     (in a job: held claims are no failure)

Exit codes:
  0    every input was split; nothing at or above --fail-on was found (its default is none)
  1    every input was split; findings at or above --fail-on
  2    something was not done: wrong usage, an input not split, an output not written; outweighs 1
  3    internal error: the account does not balance, or a part of the program failed; outweighs all others
  75   another run writes to the directory of --out or uses --control-file; nothing was read or written
  129, 130, 143  stopped by SIGHUP, SIGINT or SIGTERM: no file of --out was replaced";

#[derive(ClapArgs, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Split {
    /// Claim files, gzip or zip archives of them, or directories; each is read three times, so not standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Write clean/, held/, index.csv, findings.csv and manifest.json as this directory, which is replaced as a whole:
    /// it may hold nothing but an older split
    #[arg(short, long, required = true, value_name = "DIR")]
    pub out: PathBuf,

    /// Hold claims with findings of this severity or worse, and claims around which something is as bad
    #[arg(long, required = true, value_name = "LEVEL", value_parser = severity)]
    pub hold_if: Severity,

    /// Give ISA13 anew, counted from here, and ST02 from 0001 in each interchange [default: as in the file]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=super::control::MOST))]
    pub control_from: Option<u64>,

    /// As --control-from, with the next number in this file, which is made or counted up
    #[arg(long, value_name = "FILE", conflicts_with = "control_from")]
    pub control_file: Option<PathBuf>,

    /// Enter directories inside directories
    #[arg(short, long)]
    pub recursive: bool,

    /// Documented treatment minutes, as for `scan`
    #[arg(short, long, value_name = "FILE")]
    pub minutes: Vec<PathBuf>,

    #[command(flatten)]
    pub reading: ReadingArgs,

    #[command(flatten)]
    pub sidecars: Sidecars,

    /// Earlier claim files, as for `scan`; they are not split
    #[arg(long, value_name = "DIR")]
    pub history: Vec<PathBuf>,

    /// Find every claim whose timed lines lack documented minutes, as medium (TIM005)
    #[arg(long)]
    pub require_minutes: bool,

    /// Settings, as for `scan`
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Pairs and unit limits of CMS, as `claimlint tables import` writes them [default: those built in]
    #[arg(long, value_name = "FILE")]
    pub tables: Option<PathBuf>,

    /// Findings that somebody answers for until a day, as for `scan`; they hold no claim
    /// [default: claimlint.waivers.toml in the current directory, or in the nearest one above]
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,

    /// Replace names of input and sidecar files by aliases in all that is said of them
    #[arg(long)]
    pub redact_filenames: bool,

    /// Exit with 1 if there are findings of this severity or worse
    #[arg(long, value_name = "LEVEL", default_value = "none", value_parser = args::level)]
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

    /// Measure timely filing to this date, CCYY-MM-DD [default: the date each transaction set was made, BHT04]
    #[arg(long, value_name = "DATE", value_parser = args::date)]
    pub as_of: Option<Date>,

    /// Report interchanges whose usage indicator (ISA15) is another one: P production, T test
    #[arg(long, value_name = "P|T", value_enum, ignore_case = true)]
    pub expect_usage: Option<Usage>,

    /// Worker threads [default: one for each processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    /// Memory for the rows of claims that are compared with each other, in MiB, as for `scan`
    #[arg(long, value_name = "MIB", default_value_t = 48, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub memory: u32,

    /// Colours in the summary
    #[arg(long, value_enum, default_value_t = When::Auto)]
    pub color: When,

    /// No progress bar, and no summary on standard output
    #[arg(short, long)]
    pub quiet: bool,

    /// As --memory, in bytes; results do not depend on it
    #[arg(long, value_name = "BYTES", hide = true)]
    pub memory_bytes: Option<usize>,

    /// Bytes read at a time; results do not depend on it
    #[arg(long, value_name = "BYTES", hide = true, value_parser = clap::value_parser!(u32).range(1..=16_777_216))]
    pub window: Option<u32>,
}

impl Split {
    /// The scan that finds what is held.
    pub(crate) fn as_scan(&self) -> Scan {
        Scan {
            paths: self.paths.clone(),
            recursive: self.recursive,
            history: self.history.clone(),
            minutes: self.minutes.clone(),
            reading: self.reading.clone(),
            sidecars: self.sidecars.clone(),
            require_minutes: self.require_minutes,
            config: self.config.clone(),
            tables: self.tables.clone(),
            out: Some(self.out.clone()),
            waivers: self.waivers.clone(),
            baseline: None,
            state_dir: None,
            no_resume: false,
            format: vec![Format::None],
            redact: None,
            redact_filenames: self.redact_filenames,
            fail_on: self.fail_on,
            reject_if: None,
            severity: self.severity.clone(),
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            as_of: self.as_of,
            strict: false,
            expect_usage: self.expect_usage,
            top: 0,
            threads: self.threads,
            memory: self.memory,
            memory_bytes: self.memory_bytes,
            color: self.color,
            quiet: self.quiet,
            window: self.window,
        }
    }
}

/// Reads a severity.
pub(crate) fn severity(word: &str) -> Result<Severity, String> {
    Severity::named(word).ok_or_else(|| "give one of info, low, medium, high, critical".to_owned())
}
