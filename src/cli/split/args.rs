//! The flags of `split` as the user writes them: those of `scan` that decide what is found, and what becomes of it.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::cli::args::Scan;
use crate::cli::checks::{Checks, severity};
use crate::cli::formats::Format;
use crate::finding::Severity;

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

    #[command(flatten)]
    pub checks: Checks,

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

    /// No progress bar, and no summary on standard output
    #[arg(short, long)]
    pub quiet: bool,
}

impl Split {
    /// The scan that finds what is held.
    pub(crate) fn as_scan(&self) -> Scan {
        let (paths, out, format) = (self.paths.clone(), Some(self.out.clone()), vec![Format::None]);
        Scan { paths, out, format, checks: self.checks.clone(), quiet: self.quiet, ..Scan::default() }
    }
}
