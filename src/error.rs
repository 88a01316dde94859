//! What stops a run, or one input of it.
//!
//! Comes in: operating-system errors and settings nobody can use. Goes out: one message that says where
//! and what to do. Deliberately absent: faults in claim data. Those are findings with a position, never
//! an `Err`.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// One thing that could not be done.
#[derive(Debug)]
pub struct Error(Box<ErrorKind>);

/// The kinds of [`Error`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or directory could not be opened, read or written.
    Io {
        /// What was being done: `read`, `create`, `rename`.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A settings or sidecar file has a fault at a line and, where known, a column.
    File {
        /// The file.
        path: PathBuf,
        /// Line, counted from 1; 0 where the fault is of the whole file.
        line: u64,
        /// The column's name, empty where the fault is of the whole line.
        column: String,
        /// What is wrong and what to do, lower-case, without a full stop.
        message: String,
    },
    /// The command line asks for something that cannot be done.
    Usage(String),
    /// Another run has what this one needs; trying again later may do.
    Locked(String),
    /// The program contradicts itself, such as an account that does not balance.
    Internal(String),
}

impl Error {
    /// The kind of error.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// An operating-system error on a path.
    pub fn io(action: &'static str, path: impl AsRef<Path>, source: io::Error) -> Error {
        Error(Box::new(ErrorKind::Io { action, path: path.as_ref().to_owned(), source }))
    }

    /// A fault in a settings or sidecar file.
    pub fn file(path: impl AsRef<Path>, line: u64, column: &str, message: impl Into<String>) -> Error {
        Error(Box::new(ErrorKind::File {
            path: path.as_ref().to_owned(),
            line,
            column: column.to_owned(),
            message: message.into(),
        }))
    }

    /// A command line that cannot be carried out.
    pub fn usage(message: impl Into<String>) -> Error {
        Error(Box::new(ErrorKind::Usage(message.into())))
    }

    /// Something that another run holds.
    pub fn locked(message: impl Into<String>) -> Error {
        Error(Box::new(ErrorKind::Locked(message.into())))
    }

    /// A contradiction inside the program.
    pub fn internal(message: impl Into<String>) -> Error {
        Error(Box::new(ErrorKind::Internal(message.into())))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ErrorKind::Io { action, path, source } => {
                write!(f, "cannot {action} {}: {source}", display_path(path))
            }
            ErrorKind::File { path, line, column, message } => {
                write!(f, "{}", display_path(path))?;
                if *line > 0 {
                    write!(f, ":{line}")?;
                }
                if !column.is_empty() {
                    write!(f, ", column {column}")?;
                }
                write!(f, ": {message}")
            }
            ErrorKind::Usage(message) | ErrorKind::Locked(message) => f.write_str(message),
            ErrorKind::Internal(message) => {
                write!(
                    f,
                    "internal error: {message}; the results of this run cannot be relied on, please report it"
                )
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// A path as text in which nothing can steer a terminal or start a new line of a log.
pub fn display_path(path: &Path) -> String {
    let mut out = String::new();
    for c in path.to_string_lossy().chars() {
        if is_plain(c) { out.push(c) } else { out.extend(c.escape_default()) }
    }
    out
}

/// Whether a character prints as itself and does nothing else: no control, no line or paragraph
/// separator, no direction override, no zero-width mark.
pub fn is_plain(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_where_and_a_path_cannot_steer_the_terminal() {
        let e = Error::file("a\u{1b}[2J\n.csv", 7, "minutes", "`x` is not a whole number");
        assert_eq!(e.to_string(), "a\\u{1b}[2J\\n.csv:7, column minutes: `x` is not a whole number");
    }
}
