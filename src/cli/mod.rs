//! The command line. Flags are parsed (`args`), resolved with the settings file into a configuration
//! (`config`), and carried out, one file a command. Nothing below this room sees a flag or a stream.

mod args;
mod config;
mod emit;
mod lock;
mod manual;
mod output;
mod progress;
mod reading;
mod rules;
mod scan;
mod settings;
mod show;
mod summary;
mod tables_import;
mod tables_show;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser as _;

use crate::error::{Error, ErrorKind};

use args::{Args, Command, TablesCommand};

/// What a run came to, as the exit code tells it. The worst thing that happened wins: 3 before 75 before 2
/// before 1. A run that meets a lock has read nothing, so 75 never hides what was found.
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
    /// The program contradicts itself.
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
            Outcome::Internal => 3,
        }
    }
}

/// Carries out a command line.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // `--help` and `--version` come this way too; they are no failure.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { Outcome::NotDone.code() } else { 0 });
        }
    };
    let result = match args.command {
        Command::Scan(scan) => scan::run(&scan),
        Command::Rules(list) => rules::list(&list),
        Command::Rule(one) => rules::explain(&one),
        Command::Show(one) => show::run(&one),
        Command::Tables(tables) => match tables.command {
            TablesCommand::Import(import) => tables_import::run(&import),
            TablesCommand::Show(codes) => tables_show::run(&codes),
        },
        Command::Completions(shell) => manual::completions(&shell),
        Command::Man(pages) => manual::man(&pages),
    };
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(error) if is_closed_pipe(&error) => Outcome::Done,
        Err(error) => {
            complain(&error.to_string());
            match error.kind() {
                ErrorKind::Internal(_) => Outcome::Internal,
                ErrorKind::Locked(_) => Outcome::Locked,
                _ => Outcome::NotDone,
            }
        }
    };
    ExitCode::from(outcome.code())
}

/// Says on standard error what went wrong. If even that fails there is nobody left to tell.
pub(crate) fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "claimlint: {message}");
}

/// Whether the reader of our output went away, as `head` does; that is its right and no error.
fn is_closed_pipe(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
}
