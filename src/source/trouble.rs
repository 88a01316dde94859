//! Why an input was not read, or not to its end: a code of the catalogue, a place, and words that say what to
//! do. Never holds bytes of the input.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::display_path;
use crate::x12::fault::FaultCode;

/// What keeps an input from being read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Trouble {
    /// The fault.
    pub code: FaultCode,
    /// Where in the bytes that were handed out: how many there were before it.
    pub byte: u64,
    /// What it is and what to do, without the input's name unless the system's own message needs it.
    pub message: String,
}

impl Trouble {
    /// Of the input as a whole.
    pub fn new(code: FaultCode, message: impl Into<String>) -> Trouble {
        Trouble { code, byte: 0, message: message.into() }
    }

    /// Of a file or directory that could not be opened or listed.
    pub fn of_path(action: &str, path: &Path, error: &io::Error) -> Trouble {
        let message = format!("cannot {action} {}: {error}", display_path(path));
        Trouble::new(code_of(error), message)
    }

    /// The whole message about an input: with its name, unless the message has it already.
    pub fn of(&self, name: &str) -> String {
        let has_it = self.message.starts_with("cannot ") && self.message.contains(&format!("{name}: "));
        if has_it { self.message.clone() } else { format!("{name}: {}", self.message) }
    }

    /// On its way through a reader.
    pub(super) fn into_io(self) -> io::Error {
        io::Error::other(self)
    }

    /// What an error of a reader of this room says; any other is an error of reading.
    pub fn of_io(error: io::Error) -> Trouble {
        let kind = code_of(&error);
        match error.downcast::<Trouble>() {
            Ok(trouble) => trouble,
            Err(error) => Trouble::new(kind, format!("reading failed: {error}; scan the file again")),
        }
    }

    /// Whether an error of a reader is one of this room's own.
    pub(super) fn is_in(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Trouble>())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Trouble {}

/// The code for an error of the system.
pub(super) fn code_of(error: &io::Error) -> FaultCode {
    match error.kind() {
        io::ErrorKind::NotFound => FaultCode::FileVanished,
        io::ErrorKind::PermissionDenied => FaultCode::PermissionDenied,
        _ => FaultCode::ReadError,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_keeps_its_code_through_a_reader_and_a_foreign_one_gets_the_right_one() {
        let own = Trouble::new(FaultCode::BrokenContainer, "cut off");
        assert_eq!(Trouble::of_io(own.clone().into_io()), own);
        for (kind, code) in [
            (io::ErrorKind::NotFound, FaultCode::FileVanished),
            (io::ErrorKind::PermissionDenied, FaultCode::PermissionDenied),
            (io::ErrorKind::Other, FaultCode::ReadError),
            (io::ErrorKind::UnexpectedEof, FaultCode::ReadError),
        ] {
            assert_eq!(Trouble::of_io(kind.into()).code, code, "{kind:?}");
            assert_eq!(Trouble::of_path("read", Path::new("a"), &kind.into()).code, code, "{kind:?}");
        }
    }
}
