//! The command line. Flags are parsed (`args`), resolved with the settings file into a configuration
//! (`config`), and carried out, one file a command. Nothing below this room sees a flag or a stream.

mod acks;
mod apart;
mod args;
mod baseline;
mod checks;
mod config;
mod diff;
mod emit;
mod findings_file;
mod fingerprint;
mod formats;
mod harden;
mod interrupted;
#[cfg(feature = "parquet")]
mod lines;
mod log;
mod manual;
mod names;
mod options;
mod output;
mod patient;
mod pipe;
mod place;
mod progress;
mod reading;
mod redact;
mod replace;
mod reread;
mod rules;
mod scan;
mod settings;
mod show;
mod signals;
mod split;
mod state;
mod summary;
mod tables_import;
mod tables_show;
mod trend;
mod verify;
mod waivers;

use std::ffi::OsString;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;

use crate::disk::{Shared, Steady, System};
use crate::error::{Error, ErrorKind, Result};
use crate::scan::panics::Panics;

use args::{Args, Command, TablesCommand};
use log::Log;
use signals::{Signal, Signals};

/// What a run came to, as the exit code tells it.
///
/// The worst thing that happened wins: 3 before a signal before 2 before 1 before 0. 75 comes only before anything
/// is read, so it never hides what was found. The README and `scan --help` have the same table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Outcome {
    /// Everything was done; nothing at or above `--fail-on` was found.
    Done,
    /// Everything was done; findings at or above `--fail-on`.
    Findings,
    /// Something was not done: wrong usage, an input not read or read in part, an output not written.
    NotDone,
    /// Another run holds the lock; nothing was read or written. The code is `EX_TEMPFAIL` of sysexits.h: try
    /// again later.
    Locked,
    /// Stopped by a signal; no file of `--out` was replaced. The code is 128 and the signal's number, as shells
    /// report it.
    Stopped(Signal),
    /// The program contradicts itself, or a part of it failed.
    Internal,
}

impl Outcome {
    /// The exit code.
    pub const fn code(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::Findings => 1,
            Outcome::NotDone => 2,
            Outcome::Locked => 75,
            Outcome::Stopped(signal) => 128 + signal.number(),
            Outcome::Internal => 3,
        }
    }

    /// A word for it, for those who read logs.
    const fn name(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Findings => "findings",
            Outcome::NotDone => "not-done",
            Outcome::Locked => "locked",
            Outcome::Stopped(_) => "stopped",
            Outcome::Internal => "internal-error",
        }
    }
}

/// What a command is given beside its arguments.
pub(crate) struct Host {
    /// Where outputs are written.
    pub(crate) disk: Shared,
    /// Where messages go.
    pub(crate) log: Arc<Log>,
    /// Whether the run is to stop.
    pub(crate) signals: Signals,
    /// What a panic over one input comes to.
    pub(crate) panics: Panics,
}

/// The process: carries out a command line with core dumps off, panics that say where and no more, and signals
/// listened for.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    harden::no_dumps();
    with_host(args, |args, log| {
        harden::only_where(log.clone());
        let stoppable = matches!(
            args.command,
            Command::Scan(_) | Command::Split(_) | Command::Show(_) | Command::Tables(_)
        );
        // Other commands are done before a signal could be heard; by default it ends them.
        let signals = if stoppable { Signals::watch() } else { Signals::default() };
        Host { signals, panics: Panics::Contained(harden::contained), ..Host::new(log) }
    })
}

/// Carries out a command line and leaves the process as it is.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    with_host(args, |_, log| Host::new(log))
}

/// Carries out a command line with its outputs on a disk, which a test may have fail. What went wrong is returned
/// and not said.
pub fn run_on(disk: Shared, args: impl IntoIterator<Item = OsString>) -> Result<Outcome> {
    let args = match parse(args) {
        Ok(args) => args,
        Err(outcome) => return Ok(outcome),
    };
    let log = Arc::new(Log::standard_error(args.log));
    carry_out(&args, &Host { disk: Arc::new(Steady(disk)), ..Host::new(log) })
}

impl Host {
    /// The files of this machine, no signals listened for, and no panic kept from whoever called.
    fn new(log: Arc<Log>) -> Host {
        let disk = Arc::new(Steady(Arc::new(System)));
        Host { disk, log, signals: Signals::default(), panics: Panics::Passed }
    }
}

fn parse(args: impl IntoIterator<Item = OsString>) -> std::result::Result<Args, Outcome> {
    Args::try_parse_from(args).map_err(|error| {
        // `--help` and `--version` come this way too; they are no failure.
        let _ = error.print();
        if error.use_stderr() { Outcome::NotDone } else { Outcome::Done }
    })
}

fn with_host(
    args: impl IntoIterator<Item = OsString>,
    host: impl FnOnce(&Args, Arc<Log>) -> Host,
) -> ExitCode {
    let args = match parse(args) {
        Ok(args) => args,
        Err(outcome) => return ExitCode::from(outcome.code()),
    };
    let host = host(&args, Arc::new(Log::standard_error(args.log)));
    host.log.started(command(&args.command));
    // What unwinds to here has taken its temporary files along.
    let caught = catch_unwind(AssertUnwindSafe(|| carry_out(&args, &host)));
    let result = caught.unwrap_or_else(|_| Err(Error::internal("the command came to grief")));
    let outcome = result.unwrap_or_else(|error| {
        host.log.error(&error.to_string());
        match error.kind() {
            ErrorKind::Internal(_) => Outcome::Internal,
            ErrorKind::Locked(_) => Outcome::Locked,
            _ => Outcome::NotDone,
        }
    });
    host.log.finished(outcome);
    ExitCode::from(outcome.code())
}

fn carry_out(args: &Args, host: &Host) -> Result<Outcome> {
    let result = match &args.command {
        Command::Scan(scan) => scan::run(scan, host),
        Command::Split(split) => split::run(split, host),
        Command::Diff(runs) => diff::run(runs, host),
        Command::Trend(runs) => trend::run(runs, host),
        Command::Verify(set) => verify::run(&*host.disk, set),
        Command::Rules(list) => rules::list(list),
        Command::Rule(one) => rules::explain(one),
        Command::Show(one) => show::run(one, host),
        Command::Tables(tables) => match &tables.command {
            TablesCommand::Import(import) => tables_import::run(import, host),
            TablesCommand::Show(codes) => tables_show::run(codes),
        },
        Command::Completions(shell) => manual::completions(shell),
        Command::Man(pages) => manual::man(&*host.disk, pages),
    };
    match result {
        Err(error) if is_closed_pipe(&error) => Ok(Outcome::Done),
        other => other,
    }
}

/// How a command is called.
fn command(command: &Command) -> &'static str {
    match command {
        Command::Scan(_) => "scan",
        Command::Split(_) => "split",
        Command::Diff(_) => "diff",
        Command::Trend(_) => "trend",
        Command::Verify(_) => "verify",
        Command::Rules(_) => "rules",
        Command::Rule(_) => "rule",
        Command::Show(_) => "show",
        Command::Tables(tables) => match tables.command {
            TablesCommand::Import(_) => "tables import",
            TablesCommand::Show(_) => "tables show",
        },
        Command::Completions(_) => "completions",
        Command::Man(_) => "man",
    }
}

/// Whether a run would take a text as its `claimlint.toml`; the error says where the first fault stands. `path` is
/// the name it says it with.
pub fn check_settings(path: &Path, text: &str) -> Result<()> {
    let settings = settings::parse(path, text.to_owned())?;
    config::named_rules(&settings)?;
    settings.severities()?;
    settings.policies()?;
    settings.expected()?;
    Ok(())
}

/// Whether a run would take a text as its `claimlint.waivers.toml`; else as [`check_settings`].
pub fn check_waivers(path: &Path, text: &str) -> Result<()> {
    waivers::parse(path, text.to_owned(), waivers::Ids::Shown).map(drop)
}

/// Whether the reader of our output went away, as `head` does; that is its right and no error.
fn is_closed_pipe(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
}
