//! FILES. Paths come in, named streams of plain bytes go out.
//!
//! `list` says what is read and what is left out; `part` opens an input and takes archives and encodings off
//! it, so that whoever reads sees bytes of X12 and nothing else. What cannot be read is a [`trouble::Trouble`]
//! with its code and what to do, never an error that stops a run. Deliberately absent: X12 beyond the list of
//! faults, the clock, and any call that writes, moves or touches a file.

pub mod caps;
pub mod digest;
mod directory;
pub mod ebcdic;
pub mod foreign;
mod gzip;
pub mod handle;
pub mod input;
pub mod list;
pub mod part;
mod raw;
pub mod ready;
mod sniff;
pub mod stat;
pub mod stream;
pub mod trouble;
pub mod twins;
mod utf16;
mod zip;

use std::fmt;
use std::sync::Arc;

use caps::Caps;
use ebcdic::CodePage;
use handle::{Open, System};

/// How inputs are read.
#[derive(Clone)]
pub struct Reading {
    /// How files are opened.
    pub open: Arc<dyn Open>,
    /// What an archive may come to.
    pub caps: Caps,
    /// The code page of files in EBCDIC; without it they are not read.
    pub encoding: Option<CodePage>,
    /// Whether the bytes of inputs are digested.
    pub digests: Digests,
    /// What becomes of X12 that holds no claims.
    pub no_837: No837,
}

impl Default for Reading {
    fn default() -> Reading {
        Reading {
            open: Arc::new(System),
            caps: Caps::default(),
            encoding: None,
            digests: Digests::Off,
            no_837: No837::Refused,
        }
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("caps", &self.caps).field("encoding", &self.encoding).finish()
    }
}

/// Whether the bytes of inputs are digested; costs half a second a gigabyte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Digests {
    /// No digests.
    Off,
    /// SHA-256 of each input.
    Sha256,
}

/// What becomes of a file of X12 in which no transaction set is an 837.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum No837 {
    /// It is a fault: claims were expected.
    Refused,
    /// It is passed over without a word.
    Allowed,
}
