//! A stream of plain bytes on its way to the reader of X12, and what is known of where it comes from.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::x12::fault::FaultCode;

use super::raw::Shared;
use super::trouble::Trouble;

/// What is known of an input before it is read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// Its name, safe to print.
    pub name: String,
    /// What was taken off its bytes, from the outside in: `gzip`, `zip`, `utf-16le`, `cp037`.
    pub container: Vec<&'static str>,
    /// How an offset in the bytes handed out relates to the file, where it is not the file's own.
    pub offsets: Option<String>,
    /// Deviations that were read through.
    pub notes: Vec<FaultCode>,
    /// What it leads to, if it is a link, safe to print.
    pub link: Option<String>,
    /// Bytes on the disk, if that can be told before they are read.
    pub file_bytes: Option<u64>,
}

/// Plain bytes. An error it gives is a [`Trouble`] that says how many bytes came before.
pub struct Stream {
    reader: Box<dyn Read + Send>,
    given: u64,
    ended: Arc<AtomicBool>,
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(buffer) {
            Ok(n) => {
                self.given += n as u64;
                if n == 0 && !buffer.is_empty() {
                    self.ended.store(true, Ordering::Relaxed);
                }
                Ok(n)
            }
            Err(error) => Err(Trouble { byte: self.given, ..Trouble::of_io(error) }.into_io()),
        }
    }
}

/// Held by whoever reads a stream, to learn of its file when it is done.
pub struct Ticket {
    file: Shared,
    ended: Arc<AtomicBool>,
    of_member: bool,
}

/// What is known of a file when it has been read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct End {
    /// Set if the file changed meanwhile.
    pub changed: Option<Trouble>,
    /// SHA-256 of the file's bytes, if they were read to the last; of a member the reader has to digest them.
    pub sha256: Option<[u8; 32]>,
    /// Bytes read of the file.
    pub read: u64,
    /// Whether the stream was read to its end.
    pub whole: bool,
}

impl Ticket {
    /// Bytes read of the file so far, as they lie on the disk.
    pub fn read(&self) -> u64 {
        self.file.read()
    }

    /// Whether the stream is a part of a file, so that the digest of the file is not its own.
    pub fn is_of_member(&self) -> bool {
        self.of_member
    }

    /// Looks at the file again.
    pub fn end(&self) -> End {
        End {
            changed: self.file.changed(),
            sha256: self.file.sha256().filter(|_| !self.of_member),
            read: self.file.read(),
            whole: self.ended.load(Ordering::Relaxed),
        }
    }
}

/// A stream and its ticket.
pub(super) fn new(reader: Box<dyn Read + Send>, file: &Shared, of_member: bool) -> (Stream, Ticket) {
    let ended = Arc::new(AtomicBool::new(false));
    let stream = Stream { reader, given: 0, ended: ended.clone() };
    (stream, Ticket { file: file.clone(), ended, of_member })
}
