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

impl Error {
    /// The file or directory it is about, if it is about one.
    pub fn path(&self) -> Option<&Path> {
        match self.kind() {
            ErrorKind::Io { path, .. } | ErrorKind::File { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The message, with another name for the file or directory it is about.
    pub fn told_of(&self, name: &str) -> String {
        Told { error: self, name: Some(name) }.to_string()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Told { error: self, name: None }.fmt(f)
    }
}

/// An error's message, with a name in place of its path if there is one.
struct Told<'e> {
    error: &'e Error,
    name: Option<&'e str>,
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |path: &Path| self.name.map_or_else(|| display_path(path), str::to_owned);
        match self.error.kind() {
            ErrorKind::Io { action, path, source } => {
                write!(f, "cannot {action} {}: {source}", name(path))
            }
            ErrorKind::File { path, line, column, message } => {
                f.write_str(&name(path))?;
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
/// separator, no direction override, no zero-width mark, nothing that has no look of its own.
pub fn is_plain(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    !(c.is_control()
        // Formats (Cf), blanks without a width, and the separators of lines and paragraphs.
        || matches!(c, '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
        || matches!(c, '\u{0600}'..='\u{0605}' | '\u{06dd}' | '\u{070f}' | '\u{0890}' | '\u{0891}' | '\u{08e2}')
        || matches!(c, '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}')
        || matches!(c, '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_look_of_its_own_is_not_plain() {
        for c in [
            '\0',
            '\t',
            '\n',
            '\r',
            '\u{1b}',
            '\u{7f}',
            '\u{80}',
            '\u{85}',
            '\u{9b}',
            '\u{ad}',
            '\u{34f}',
            '\u{600}',
            '\u{61c}',
            '\u{6dd}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{206f}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{fff9}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e0100}',
        ] {
            assert!(!is_plain(c), "{c:?}");
        }
        for c in ['\u{20}', 'A', '~', 'é', 'ß', '…', '\u{fffd}', '漢', '＝', '\u{a0}', '\u{3000}'] {
            assert!(is_plain(c), "{c:?}");
        }
    }

    #[test]
    fn a_message_says_where_and_a_path_cannot_steer_the_terminal() {
        let e = Error::file("a\u{1b}[2J\n.csv", 7, "minutes", "`x` is not a whole number");
        assert_eq!(e.to_string(), "a\\u{1b}[2J\\n.csv:7, column minutes: `x` is not a whole number");
    }
}
