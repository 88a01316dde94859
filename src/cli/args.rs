//! The flags as the user writes them. Refuses what contradicts itself; decides nothing.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::finding::Severity;
use crate::tables::quarter::Quarter;

use super::checks::{Checks, Level, Sidecars, When, level, severity};
use super::formats::Format;
use super::reading::{Page, ReadingArgs};
use super::split::args::Split;
use super::trend::Trend;

const EXAMPLES: &str = "\
Examples:
  claimlint scan batch.837                                    check a file and read the report
  claimlint scan outbound --minutes minutes.csv --out report  check a directory, keep the findings
  claimlint rule MOD001                                       what a rule checks, and why
  claimlint show batch.837 --claim A1001                      one claim's segments beside its findings
  claimlint split batch.837 --hold-if high --out sorted       clean claims to send, held ones to correct";

/// A linter for therapy claims: reads X12 837P and 837I batches and reports denial risk.
#[derive(Parser, Debug)]
#[command(version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub command: Command,

    /// Messages on standard error: text for people, or one JSON object a line for jobs
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value_t = LogFormat::Text)]
    pub log: LogFormat,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Check claim files and report what is at risk
    Scan(Box<Scan>),
    /// Divide claim files into claims that are clean and claims that are held, both as valid X12
    Split(Box<Split>),
    /// Check that a directory of `scan --out` or `split --out` is whole and as it was written
    Verify(Verify),
    /// Show what two runs differ in: findings fixed, new and remaining
    Diff(Diff),
    /// Show what several runs found side by side: by month of service, rule, payer and billing provider
    Trend(Trend),
    /// List the rules
    Rules(Rules),
    /// Explain one rule
    Rule(Rule),
    /// Print the raw segments of one claim, persons included, with its findings beside them
    Show(Show),
    /// Import the quarterly tables of CMS, or show what the tables know of a code
    Tables(Tables),
    /// Print shell completions
    Completions(Completions),
    /// Print the man page, or write one for each command
    Man(Man),
}

const SCAN_EXAMPLES: &str = "\
Examples:
  claimlint scan batch.837
  claimlint scan outbound --recursive --minutes minutes.csv --out report
  claimlint scan batch.837.gz claims.zip --format csv > findings.csv
  claimlint scan outbound --out report --format xlsx,277ca    (a workbook and an acknowledgement beside the usual files)
  claimlint scan outbound --fail-on high --format none --log json --out reports/nightly   (in a nightly job)
  claimlint scan outbound --waivers claimlint.waivers.toml --as-of 2026-03-31
  claimlint scan outbound --baseline report/findings.jsonl --out new      (only what the last run did not find)

Exit codes:
  0    everything was read; nothing at or above --fail-on was found (its default is none: findings are no failure)
  1    everything was read; findings at or above --fail-on
  2    something was not done: wrong usage, an input not read or read in part, an output not written; outweighs 1
  3    internal error: the account does not balance, or a part of the program failed; outweighs all others
  75   another run writes to the directory of --out or --state-dir; nothing was read or written, try again later
  129  stopped by SIGHUP: no file of --out was replaced; outweighs 0 to 2
  130  stopped by SIGINT (Ctrl-C), likewise
  143  stopped by SIGTERM, likewise";

#[derive(ClapArgs, Debug, Default)]
#[command(after_help = SCAN_EXAMPLES)]
pub(crate) struct Scan {
    /// Claim files, gzip or zip archives of them, directories, or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    #[command(flatten)]
    pub checks: Checks,

    /// Write report.html (open it in a browser), findings.csv, claims.csv, findings.jsonl, summary.json and
    /// manifest.json as this directory, which is replaced as a whole: it may hold nothing but an older set
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Keep what is found in each input in this directory, and take it from there in place of reading the same bytes
    /// again: a run that was killed goes on where it was. Results are the same
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,

    /// Read all inputs, whatever --state-dir knows of them, and keep what is found anew
    #[arg(long, requires = "state_dir")]
    pub no_resume: bool,

    /// Keep rows that --memory has no room for in this directory, in a file without a name that goes with the run: with it
    /// memory does not grow with the input [default: beside the directory of --out, else that of --state-dir]
    #[arg(long, value_name = "DIR")]
    pub spill_dir: Option<PathBuf>,

    /// What to print on standard output [default: text], and files to write beside those that --out always has;
    /// separated by commas, or given several times
    #[arg(short, long, value_enum, value_delimiter = ',')]
    pub format: Vec<Format>,

    /// Replace claim ids by tokens made with the key in this file (HMAC-SHA-256; 16 to 4096 bytes, readable by its
    /// owner only). What is left is still protected health information
    #[arg(long, value_name = "KEYFILE")]
    pub redact: Option<PathBuf>,

    /// The findings.jsonl of an earlier run: what stands in it is known, counted and not reported again
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// In the claim acknowledgement (--format 277ca), reject claims with findings of this severity or worse, and claims
    /// around which something is as bad [default: critical]
    #[arg(long, value_name = "LEVEL", value_parser = severity)]
    pub reject_if: Option<Severity>,

    /// Pass over data without a sound ISA, and say so, in place of inferring its delimiters
    #[arg(long)]
    pub strict: bool,

    /// Worst claims to show in the text report
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub top: usize,

    /// No progress bar
    #[arg(short, long)]
    pub quiet: bool,
}

const VERIFY_EXAMPLES: &str = "\
Each deviation is one line.

Examples:
  claimlint verify report
  claimlint verify report --inputs                            the claim files as well, where they lay
  claimlint scan outbound --out report && claimlint verify report && upload report

Exit codes:
  0  every file of the set is there and is what the manifest says
  2  it is not, or could not be read";

#[derive(ClapArgs, Debug)]
#[command(after_help = VERIFY_EXAMPLES)]
pub(crate) struct Verify {
    /// The directory that `scan --out` or `split --out` wrote
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,

    /// Check that the inputs have not changed since, too
    #[arg(long)]
    pub inputs: bool,
}

const DIFF_EXAMPLES: &str = "\
Findings are known again by their fingerprints, wherever they stand by now. A directory is checked against its manifest
first, as `verify` does. Money by rule counts each finding alone.

Examples:
  claimlint diff monday tuesday
  claimlint diff monday tuesday --fail-on high --format csv > changed.csv
  claimlint diff monday/findings.jsonl tuesday/findings.jsonl --format json

Exit codes:
  0  nothing new at or above --fail-on (its default is none)
  1  new findings at or above --fail-on
  2  a run could not be read, or is not what its manifest says";

#[derive(ClapArgs, Debug)]
#[command(after_help = DIFF_EXAMPLES)]
pub(crate) struct Diff {
    /// The earlier run: a directory that `scan --out` wrote, or a findings.jsonl
    #[arg(value_name = "OLD")]
    pub old: PathBuf,

    /// The later run, likewise
    #[arg(value_name = "NEW")]
    pub new: PathBuf,

    /// What to print
    #[arg(short, long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,

    /// Exit with 1 if there are new findings of this severity or worse
    #[arg(long, value_name = "LEVEL", default_value = "none", value_parser = level)]
    pub fail_on: Level,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(crate) enum DiffFormat {
    /// Tables for people, and the first new findings
    Text,
    /// All of it as one JSON document
    Json,
    /// A row a rule
    Csv,
}

const RULE_EXAMPLES: &str = "\
Example:
  claimlint rule MOD001";

#[derive(ClapArgs, Debug)]
#[command(after_help = RULE_EXAMPLES)]
pub(crate) struct Rule {
    /// The rule's code or name, as MOD001 or missing-plan-modifier
    #[arg(value_name = "RULE")]
    pub rule: String,
}

const SHOW_EXAMPLES: &str = "\
This is the one command that prints what stands in a claim file: names, member ids, birth dates, notes.
Treat its output as you treat the file.

Examples:
  claimlint show batch.837 --claim A1001
  claimlint show batch.837 --claim A1001 --nth 2 --minutes minutes.csv
  claimlint show batch.837 --at 51234                  (the claim around a byte: `offset` of a finding)
  zcat batch.837.gz | claimlint show - --claim A1001

Exit codes:
  0  the claim was shown
  2  there is no such claim in the file or at that byte, the file was not read or read in part, wrong usage
  3  internal error: the account does not balance";

#[derive(ClapArgs, Debug)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct Show {
    /// The claim file, or `-` for standard input; FILE!MEMBER for a member of a zip archive
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The claim's id (CLM01), exactly as in the file
    #[arg(long, value_name = "ID", allow_hyphen_values = true, required_unless_present = "at")]
    pub claim: Option<String>,

    /// In place of an id: any byte of the claim, counted from 0, as findings have it
    #[arg(long, value_name = "OFFSET", conflicts_with_all = ["claim", "nth"])]
    pub at: Option<u64>,

    /// Of several claims with this id only this one, counted from 1 [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub nth: Option<u64>,

    /// Documented treatment minutes, as for `scan`
    #[arg(short, long, value_name = "FILE")]
    pub minutes: Vec<PathBuf>,

    /// The code page of a file in EBCDIC
    #[arg(long, value_name = "PAGE", value_enum)]
    pub encoding: Option<Page>,

    #[command(flatten)]
    pub sidecars: Sidecars,

    /// Settings, as for `scan`
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// No progress bar
    #[arg(short, long)]
    pub quiet: bool,
}

impl Show {
    /// The scan that finds what is shown.
    pub(crate) fn as_scan(&self) -> Scan {
        let reading = ReadingArgs { encoding: self.encoding, ..ReadingArgs::default() };
        let checks = Checks {
            minutes: self.minutes.clone(),
            reading,
            sidecars: self.sidecars.clone(),
            config: self.config.clone(),
            color: When::Never,
            ..Checks::default()
        };
        let (paths, format) = (vec![self.file.clone()], vec![Format::None]);
        Scan { paths, checks, format, quiet: self.quiet, ..Scan::default() }
    }
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Tables {
    #[command(subcommand)]
    pub command: TablesCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum TablesCommand {
    /// Read quarterly files of CMS (NCCI PTP and MUE) into one table file for `scan --tables`
    Import(TablesImport),
    /// Print what the tables know of a code, or of a pair of codes, with the sources
    Show(TablesShow),
}

const IMPORT_EXAMPLES: &str = "\
Files are read as CMS publishes them: .txt, .csv, .xlsx, or a .zip of these. All files of one call make one table
file, which takes the place of the old one only when every file was read to its end.

Examples:
  claimlint tables import ccipra-v320r0-f*.zip ccioph-v320r0-f*.zip --out cms.tables
  claimlint tables import MCR_MUE_*_Eff_01-01-2026.csv pairs.txt --quarter 2026Q1 --out cms.tables
  claimlint scan outbound --tables cms.tables

Exit codes:
  0  the table file was written
  2  a file was refused or could not be read: nothing was written, the old table file is as before";

#[derive(ClapArgs, Debug)]
#[command(after_help = IMPORT_EXAMPLES)]
pub(crate) struct TablesImport {
    /// Files of CMS
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// The table file to write
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,

    /// The quarter of files that do not say theirs, as 2026Q1
    #[arg(long, value_name = "QUARTER", value_parser = quarter)]
    pub quarter: Option<Quarter>,
}

const TABLES_SHOW_EXAMPLES: &str = "\
Examples:
  claimlint tables show 97110                              one code
  claimlint tables show 97140 97530                        a pair of codes
  claimlint tables show 97140 97530 --tables cms.tables    as an imported table has it";

#[derive(ClapArgs, Debug)]
#[command(after_help = TABLES_SHOW_EXAMPLES)]
pub(crate) struct TablesShow {
    /// A procedure code, or two for the pair they form
    #[arg(required = true, num_args = 1..=2, value_name = "CODE")]
    pub codes: Vec<String>,

    /// A table file [default: the tables built in]
    #[arg(long, value_name = "FILE")]
    pub tables: Option<PathBuf>,
}

const RULES_EXAMPLES: &str = "\
Example:
  claimlint rules --format json";

#[derive(ClapArgs, Debug)]
#[command(after_help = RULES_EXAMPLES)]
pub(crate) struct Rules {
    /// How to print the list
    #[arg(short, long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
}

const COMPLETIONS_EXAMPLES: &str = "\
Example:
  claimlint completions bash > ~/.local/share/bash-completion/completions/claimlint";

#[derive(ClapArgs, Debug)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct Completions {
    /// The shell to complete in
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

const MAN_EXAMPLES: &str = "\
Examples:
  claimlint man | man -l -
  claimlint man --out ~/.local/share/man/man1";

#[derive(ClapArgs, Debug)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct Man {
    /// Write claimlint.1 and a page for each command into this directory, instead of printing the first
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(crate) enum ListFormat {
    /// A table
    Text,
    /// JSON
    Json,
}

/// How messages on standard error look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line of text for each message
    Text,
    /// A JSON object for each event, on a line of its own
    Json,
}

fn quarter(word: &str) -> Result<Quarter, String> {
    Quarter::parse(word).ok_or_else(|| "give year and quarter, as 2026Q1".to_owned())
}
