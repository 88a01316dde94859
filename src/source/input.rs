//! One input of a run.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::display_path;

use super::handle::Links;

/// One input of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// A file that was named; a link is followed.
    Path(PathBuf),
    /// A file found in a directory; a link that took its place is not followed.
    Entry(PathBuf),
    /// One member of an archive.
    Member(PathBuf, String),
    /// Standard input.
    Stdin,
    /// Bytes in memory, with a name to report them by.
    Bytes(String, &'static [u8]),
}

impl Input {
    /// The input's name, safe to print.
    pub fn name(&self) -> String {
        match self {
            Input::Path(path) | Input::Entry(path) => display_path(path),
            Input::Member(path, member) => member_name(&display_path(path), member.as_bytes()),
            Input::Stdin => "(standard input)".to_owned(),
            Input::Bytes(name, _) => display_path(Path::new(name)),
        }
    }

    /// The file it is, or is in.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Input::Path(path) | Input::Entry(path) | Input::Member(path, _) => Some(path),
            Input::Stdin | Input::Bytes(..) => None,
        }
    }

    /// Bytes to be read, where they are known before.
    pub fn len(&self) -> Option<u64> {
        match self {
            Input::Stdin => None,
            Input::Bytes(_, bytes) => Some(bytes.len() as u64),
            Input::Path(path) | Input::Entry(path) | Input::Member(path, _) => {
                fs::metadata(path).ok().map(|m| m.len())
            }
        }
    }

    /// Whether it is known to hold nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    pub(super) fn links(&self) -> Links {
        match self {
            Input::Entry(_) => Links::Refused,
            _ => Links::Followed,
        }
    }
}

/// The name of an archive's member, safe to print; as text it is only a name, wherever it seems to lead.
pub(super) fn member_name(archive: &str, member: &[u8]) -> String {
    format!("{archive}!{}", display_path(Path::new(&*String::from_utf8_lossy(member))))
}
