//! The command line. Flags are parsed (`args`), resolved with the settings file into a configuration
//! (`config`), and carried out, one file a command. Nothing below this room sees a flag or a stream.

mod args;
mod config;
mod emit;
mod harden;
mod interrupted;
mod lock;
mod log;
mod manual;
mod names;
mod output;
mod pipe;
mod progress;
mod reading;
mod redact;
mod rules;
mod scan;
mod settings;
mod show;
mod signals;
mod summary;
mod tables_import;
mod tables_show;

use std::ffi::OsString;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;

use crate::error::{Error, ErrorKind, Result};

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
    /// Where messages go.
    pub(crate) log: Arc<Log>,
    /// Whether the run is to stop.
    pub(crate) signals: Signals,
}

/// The process: carries out a command line with core dumps off, panics that say where and no more, and signals
/// listened for.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    harden::no_dumps();
    with_host(args, |args, log| {
        harden::only_where(log.clone());
        let stoppable = matches!(args.command, Command::Scan(_) | Command::Show(_) | Command::Tables(_));
        // Other commands are done before a signal could be heard; by default it ends them.
        Host { log, signals: if stoppable { Signals::watch() } else { Signals::default() } }
    })
}

/// Carries out a command line and leaves the process as it is.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    with_host(args, |_, log| Host { log, signals: Signals::default() })
}

fn with_host(
    args: impl IntoIterator<Item = OsString>,
    host: impl FnOnce(&Args, Arc<Log>) -> Host,
) -> ExitCode {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // `--help` and `--version` come this way too; they are no failure.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { Outcome::NotDone.code() } else { 0 });
        }
    };
    let host = host(&args, Arc::new(Log::standard_error(args.log)));
    host.log.started(command(&args.command));
    // What unwinds to here has taken its temporary files along.
    let caught = catch_unwind(AssertUnwindSafe(|| carry_out(&args, &host)));
    let outcome = caught.unwrap_or_else(|_| {
        host.log.error(&Error::internal("the command came to grief").to_string());
        Outcome::Internal
    });
    host.log.finished(outcome);
    ExitCode::from(outcome.code())
}

fn carry_out(args: &Args, host: &Host) -> Outcome {
    let result = match &args.command {
        Command::Scan(scan) => scan::run(scan, host),
        Command::Rules(list) => rules::list(list),
        Command::Rule(one) => rules::explain(one),
        Command::Show(one) => show::run(one, host),
        Command::Tables(tables) => match &tables.command {
            TablesCommand::Import(import) => tables_import::run(import, host),
            TablesCommand::Show(codes) => tables_show::run(codes),
        },
        Command::Completions(shell) => manual::completions(shell),
        Command::Man(pages) => manual::man(pages),
    };
    match result {
        Ok(outcome) => outcome,
        Err(error) if is_closed_pipe(&error) => Outcome::Done,
        Err(error) => {
            host.log.error(&error.to_string());
            match error.kind() {
                ErrorKind::Internal(_) => Outcome::Internal,
                ErrorKind::Locked(_) => Outcome::Locked,
                _ => Outcome::NotDone,
            }
        }
    }
}

/// How a command is called.
fn command(command: &Command) -> &'static str {
    match command {
        Command::Scan(_) => "scan",
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

/// Whether the reader of our output went away, as `head` does; that is its right and no error.
fn is_closed_pipe(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
}
