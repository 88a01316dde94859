//! The bytes of a file as they lie on the disk: read once from end to end, or in pieces where an archive has
//! them; counted, digested, and compared with what the system said of the file before.

use std::fs;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::x12::fault::FaultCode;

use super::handle::{self, Handle, Links, Open};
use super::input::Input;
use super::stat::Stat;
use super::trouble::Trouble;
use super::{Digests, Reading};

/// A file that several readers stand in, one at a time.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Raw>>);

struct Raw {
    bytes: Bytes,
    /// Where the reader from end to end stands.
    at: u64,
    /// Where the handle stands.
    cursor: u64,
    /// What the system said before the first byte was read.
    before: Option<Stat>,
    path: Option<(PathBuf, Links)>,
    digest: Option<Sha256>,
    sha256: Option<[u8; 32]>,
    /// Bytes read in all.
    read: u64,
}

enum Bytes {
    File(Box<dyn Handle>),
    Stdin(Box<dyn Read + Send>),
    Memory(Cursor<&'static [u8]>),
}

impl Shared {
    /// Opens an input; says why if it cannot be read at all.
    pub(super) fn open(input: &Input, reading: &Reading) -> Result<Shared, Trouble> {
        let links = input.links();
        let (bytes, before, path) = match input {
            Input::Stdin => {
                let unread = |e: io::Error| Trouble::of_path("read", Path::new("standard input"), &e);
                (Bytes::Stdin(reading.open.standard_input().map_err(unread)?), None, None)
            }
            Input::Bytes(_, bytes) => (Bytes::Memory(Cursor::new(*bytes)), None, None),
            Input::Path(path) | Input::Entry(path) | Input::Member(path, _) => {
                let (file, stat) = open_file(path, links, &*reading.open)?;
                (Bytes::File(file), Some(stat), Some((path.clone(), links)))
            }
        };
        let digest = (reading.digests == Digests::Sha256).then(Sha256::new);
        let raw = Raw { bytes, at: 0, cursor: 0, before, path, digest, sha256: None, read: 0 };
        Ok(Shared(Arc::new(Mutex::new(raw))))
    }

    /// Bytes of the file, if that can be told before it is read.
    pub(super) fn size(&self) -> Option<u64> {
        self.lock().size()
    }

    /// Bytes read so far.
    pub(super) fn read(&self) -> u64 {
        self.lock().read
    }

    /// SHA-256 of all bytes, if they were read from end to end.
    pub(super) fn sha256(&self) -> Option<[u8; 32]> {
        self.lock().sha256
    }

    /// The bytes from end to end.
    pub(super) fn end_to_end(&self) -> Sequential {
        Sequential(self.clone())
    }

    /// A part of the bytes.
    pub(super) fn section(&self, at: u64, bytes: u64) -> Section {
        Section { file: self.clone(), at, left: bytes }
    }

    /// The bytes of a part, all at once. The part must be small.
    pub(super) fn bytes(&self, at: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        self.section(at, bytes as u64).read_to_end(&mut out)?;
        if out.len() < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(out) }
    }

    /// Whether the file is still what it was when it was opened.
    pub(super) fn changed(&self) -> Option<Trouble> {
        let raw = self.lock();
        let (Some(before), Bytes::File(file)) = (raw.before, &raw.bytes) else { return None };
        let what = match file.stat() {
            Ok(after) => before.difference(&after),
            Err(e) => Some(format!("it cannot be looked at again: {e}")),
        };
        let path = raw.path.as_ref();
        let what = what.or_else(|| match path.map(|(path, links)| handle::stat(path, *links)) {
            Some(Ok(metadata)) => before.difference(&Stat::of(&metadata)),
            Some(Err(e)) if e.kind() == io::ErrorKind::NotFound => Some("it is gone".to_owned()),
            Some(Err(e)) => Some(format!("it cannot be looked at again: {e}")),
            None => None,
        })?;
        let message = format!(
            "changed while it was read ({what}), its results are withheld; scan it again when nobody writes to it, --settle waits for uploads to end"
        );
        Some(Trouble::new(FaultCode::ChangedWhileRead, message))
    }

    fn lock(&self) -> MutexGuard<'_, Raw> {
        // Whoever panicked while reading has left a place in a file, which every read sets anew.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Raw {
    fn size(&self) -> Option<u64> {
        match &self.bytes {
            Bytes::File(_) => self.before.map(|stat| stat.size),
            Bytes::Memory(bytes) => Some(bytes.get_ref().len() as u64),
            Bytes::Stdin(_) => None,
        }
    }

    fn read_at(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.try_read(at, buffer).map_err(|error| {
            let rest = self.size().map_or("on".to_owned(), |size| size.max(at).to_string());
            let range =
                if rest == "on" { format!("from byte {at} on") } else { format!("bytes {at}..{rest}") };
            let message = format!("not read: {range}: {error}; scan the file again");
            Trouble::new(FaultCode::ReadError, message).into_io()
        })?;
        self.cursor = at + n as u64;
        self.read += n as u64;
        Ok(n)
    }

    fn try_read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if at != self.cursor {
            match &mut self.bytes {
                Bytes::File(file) => file.seek(SeekFrom::Start(at)),
                Bytes::Memory(bytes) => bytes.seek(SeekFrom::Start(at)),
                Bytes::Stdin(_) => Err(io::ErrorKind::Unsupported.into()),
            }?;
            self.cursor = at;
        }
        loop {
            let read = match &mut self.bytes {
                Bytes::File(file) => file.read(buffer),
                Bytes::Memory(bytes) => bytes.read(buffer),
                Bytes::Stdin(bytes) => bytes.read(buffer),
            };
            match read {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }
}

/// Reads a file from end to end and digests it.
pub(super) struct Sequential(Shared);

impl Read for Sequential {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut raw = self.0.lock();
        let at = raw.at;
        let n = raw.read_at(at, buffer)?;
        raw.at += n as u64;
        if n == 0 && !buffer.is_empty() {
            raw.sha256 = raw.digest.take().map(|digest| digest.finalize().into()).or(raw.sha256);
        } else if let Some(digest) = &mut raw.digest {
            digest.update(buffer.get(..n).unwrap_or_default());
        }
        Ok(n)
    }
}

/// Reads a part of a file.
pub(super) struct Section {
    file: Shared,
    at: u64,
    left: u64,
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let n = self.file.lock().read_at(self.at, buffer.get_mut(..most).unwrap_or_default())?;
        (self.at, self.left) = (self.at + n as u64, self.left - n as u64);
        Ok(n)
    }
}

/// Opens a regular file and nothing else: what may never end is not even opened.
pub(super) fn open_file(
    path: &Path,
    links: Links,
    open: &dyn Open,
) -> Result<(Box<dyn Handle>, Stat), Trouble> {
    let unread = |e: io::Error| Trouble::of_path("read", path, &e);
    let there = handle::stat(path, links).map_err(|e| unreachable_path(path, &e))?;
    if there.is_symlink() {
        let message = "a link took its place after the directory was listed; name it to have it read";
        return Err(Trouble::new(FaultCode::NotAFile, message));
    }
    if !there.is_file() {
        return Err(not_a_file());
    }
    let file = open.open(path).map_err(unread)?;
    let stat = file.stat().map_err(unread)?;
    if stat.id != Stat::of(&there).id {
        let message = "another file took its place while it was opened; scan it again";
        return Err(Trouble::new(FaultCode::ChangedWhileRead, message));
    }
    Ok((file, stat))
}

/// Why nothing can be learnt of a path.
pub(super) fn unreachable_path(path: &Path, error: &io::Error) -> Trouble {
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
        && error.kind() != io::ErrorKind::PermissionDenied
    {
        let message = "a link that leads nowhere; restore what it points to, or remove it";
        return Trouble::new(FaultCode::BrokenLink, message);
    }
    Trouble::of_path("read", path, error)
}

/// A device, a pipe or a socket.
pub(super) fn not_a_file() -> Trouble {
    let message = "not a regular file; give a file, a directory, or `-` for standard input";
    Trouble::new(FaultCode::NotAFile, message)
}
