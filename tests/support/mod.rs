//! Runs the built command as a user would, in a directory of its own, and says what came of it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run came to.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The command with nothing of this machine's in it: no colours, 80 columns.
pub(crate) fn command(directory: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claimlint"));
    command
        .current_dir(directory)
        .args(args)
        .env("COLUMNS", "80")
        .env_remove("NO_COLOR")
        .stdin(Stdio::null());
    command
}

/// Runs it, with bytes on standard input.
pub(crate) fn run_with(directory: &Path, args: &[&str], input: &[u8]) -> Ran {
    let mut command = command(directory, args);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // A command that refuses its arguments never reads; that is no fault here.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("everything printed is UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}
