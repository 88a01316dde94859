//! `claimlint completions SHELL` and `claimlint man`: what shells and `man` know of the command line, made from
//! the flags themselves so that it cannot be out of date. Says nothing of its own.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use clap::{Command, CommandFactory as _};

use crate::disk::{Access, Disk};
use crate::error::{Error, Result};

use super::Outcome;
use super::args::{Args, Completions, Man};
use super::replace::replace;

const NAME: &str = "claimlint";

/// Prints the completions of a shell.
pub(crate) fn completions(args: &Completions) -> Result<Outcome> {
    // Into memory first: the generator takes a failed write for a bug of its own and panics.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), NAME, &mut script);
    print(&script)
}

/// Prints the page of the whole command, or writes that and one for each subcommand.
pub(crate) fn man(disk: &dyn Disk, args: &Man) -> Result<Outcome> {
    let mut command = Args::command().disable_help_subcommand(true);
    // Makes the names of subcommands whole: `claimlint-scan`.
    command.build();
    let Some(directory) = &args.out else { return print(&page(&command)?) };
    fs::create_dir_all(directory).map_err(|e| Error::io("create the directory", directory, e))?;
    write_all(disk, directory, &command)?;
    Ok(Outcome::Done)
}

fn page(command: &Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    let source = concat!("claimlint ", env!("CARGO_PKG_VERSION"));
    let rendered = clap_mangen::Man::new(command.clone()).source(source).render(&mut page);
    rendered.map_err(|e| Error::io("write", "a man page", e))?;
    Ok(title_first(page))
}

/// Puts the title before the lines that say how an apostrophe is drawn: a page begins with its title.
fn title_first(page: Vec<u8>) -> Vec<u8> {
    let lines: Vec<&[u8]> = page.split_inclusive(|b| *b == b'\n').collect();
    match lines.iter().position(|line| line.starts_with(b".TH ")) {
        Some(at) => [&lines[at..=at], &lines[..at], &lines[at + 1..]].concat().concat(),
        None => page,
    }
}

/// Writes the page of a command and those of its subcommands.
fn write_all(disk: &dyn Disk, directory: &Path, command: &Command) -> Result<()> {
    write(disk, directory, command)?;
    command.get_subcommands().try_for_each(|subcommand| write_all(disk, directory, subcommand))
}

fn write(disk: &dyn Disk, directory: &Path, command: &Command) -> Result<()> {
    let path = directory.join(format!("{}.1", command.get_display_name().unwrap_or(command.get_name())));
    replace(disk, &path, &page(command)?, Access::Open)
}

fn print(bytes: &[u8]) -> Result<Outcome> {
    let mut out = io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    written.map(|()| Outcome::Done).map_err(|e| Error::io("write", "standard output", e))
}
