//! A disk on which one call, or every call from one on, fails.

use std::ffi::OsString;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use claimlint::disk::{Access, Disk, Facts, Handle, Locking, System};

/// Kinds of calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Call {
    Open,
    Facts,
    MountPoint,
    List,
    Create,
    Nameless,
    Lock,
    MakeDirectory,
    SyncDirectory,
    Rename,
    Exchange,
    RemoveFile,
    RemoveDirectory,
    Read,
    Write,
    Seek,
    Sync,
}

impl Call {
    pub(crate) const ALL: [Call; 17] = [
        Call::Open,
        Call::Facts,
        Call::MountPoint,
        Call::List,
        Call::Create,
        Call::Nameless,
        Call::Lock,
        Call::MakeDirectory,
        Call::SyncDirectory,
        Call::Rename,
        Call::Exchange,
        Call::RemoveFile,
        Call::RemoveDirectory,
        Call::Read,
        Call::Write,
        Call::Seek,
        Call::Sync,
    ];
}

/// What goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// The k-th call of a kind fails, as a number of the system says.
    Once(Call, u64, i32),
    /// That one and all later ones of its kind.
    ForGood(Call, u64, i32),
    /// From the k-th call of any kind on nothing happens any more: what a process is to the disk that was killed.
    Death(u64),
    /// The k-th write takes half of what it is given.
    Short(u64),
    /// All writes from the k-th on take one byte in four.
    AlwaysShort(u64),
    /// The k-th read gives a byte that is not in the file.
    #[allow(dead_code, reason = "not every test reads twice")]
    Changed(u64),
}

#[derive(Debug, Default)]
struct Counts {
    of_kind: [u64; Call::ALL.len()],
    all: u64,
    hit: bool,
}

/// The disk.
#[derive(Clone, Debug)]
pub(crate) struct Faulty {
    fault: Fault,
    /// Whether names can change places.
    exchanges: bool,
    counts: Arc<Mutex<Counts>>,
}

impl Faulty {
    pub(crate) fn new(fault: Fault, exchanges: bool) -> Faulty {
        Faulty { fault, exchanges, counts: Arc::default() }
    }

    /// Whether the fault has come to pass.
    pub(crate) fn was_hit(&self) -> bool {
        self.counts.lock().unwrap().hit
    }

    /// Counts a call; an error if it is to fail, and how much of a write is to be taken.
    fn count(&self, call: Call) -> io::Result<Option<usize>> {
        let mut counts = self.counts.lock().unwrap();
        let n = &mut counts.of_kind[call as usize];
        *n += 1;
        let n = *n;
        counts.all += 1;
        let (hit, result) = match self.fault {
            Fault::Once(kind, at, error) if kind == call && n == at => (true, Err(error)),
            Fault::ForGood(kind, at, error) if kind == call && n >= at => (true, Err(error)),
            Fault::Death(at) if counts.all >= at => (true, Err(rustix::io::Errno::IO.raw_os_error())),
            Fault::Short(at) if call == Call::Write && n == at => (true, Ok(Some(2))),
            Fault::AlwaysShort(at) if call == Call::Write && n >= at => (true, Ok(Some(4))),
            Fault::Changed(at) if call == Call::Read && n == at => (true, Ok(Some(1))),
            _ => (false, Ok(None)),
        };
        counts.hit |= hit;
        result.map_err(io::Error::from_raw_os_error)
    }

    /// A reading, which may fail or give a byte that is not in the file.
    fn reading(
        &self,
        buffer: &mut [u8],
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let changed = self.count(Call::Read)?.is_some();
        let n = read(buffer)?;
        if let Some(byte) = buffer.get_mut(n / 2).filter(|_| changed && n > 0) {
            *byte ^= 1;
        }
        Ok(n)
    }

    fn handle(&self, inner: Box<dyn Handle>) -> Box<dyn Handle> {
        Box::new(FaultyHandle { inner, disk: self.clone() })
    }
}

impl Disk for Faulty {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        self.count(Call::Open)?;
        Ok(self.handle(System.open(path)?))
    }

    fn facts(&self, path: &Path) -> io::Result<Facts> {
        self.count(Call::Facts)?;
        System.facts(path)
    }

    fn is_mount_point(&self, path: &Path) -> io::Result<bool> {
        self.count(Call::MountPoint)?;
        System.is_mount_point(path)
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<OsString>> {
        self.count(Call::List)?;
        System.list(directory)
    }

    fn create(&self, path: &Path, access: Access) -> io::Result<Box<dyn Handle>> {
        self.count(Call::Create)?;
        Ok(self.handle(System.create(path, access)?))
    }

    fn nameless(&self, directory: &Path) -> io::Result<Box<dyn Handle>> {
        self.count(Call::Nameless)?;
        Ok(self.handle(System.nameless(directory)?))
    }

    fn lock(&self, path: &Path) -> io::Result<Locking> {
        self.count(Call::Lock)?;
        System.lock(path)
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        self.count(Call::MakeDirectory)?;
        System.make_directory(path)
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.count(Call::SyncDirectory)?;
        System.sync_directory(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.count(Call::Rename)?;
        System.rename(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        self.count(Call::Exchange)?;
        if self.exchanges { System.exchange(one, other) } else { Err(io::ErrorKind::Unsupported.into()) }
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.count(Call::RemoveFile)?;
        System.remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        self.count(Call::RemoveDirectory)?;
        System.remove_directory(path)
    }
}

#[derive(Debug)]
struct FaultyHandle {
    inner: Box<dyn Handle>,
    disk: Faulty,
}

impl Handle for FaultyHandle {
    fn sync(&self) -> io::Result<()> {
        self.disk.count(Call::Sync)?;
        self.inner.sync()
    }

    fn facts(&self) -> io::Result<Facts> {
        self.disk.count(Call::Facts)?;
        self.inner.facts()
    }

    fn read_at(&self, buffer: &mut [u8], from: u64) -> io::Result<usize> {
        self.disk.reading(buffer, |buffer| self.inner.read_at(buffer, from))
    }
}

impl Read for FaultyHandle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.disk.reading(buffer, |buffer| self.inner.read(buffer))
    }
}

impl Write for FaultyHandle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = self.disk.count(Call::Write)?;
        let taken = part.map_or(bytes.len(), |part| bytes.len().div_ceil(part));
        self.inner.write(&bytes[..taken])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl Seek for FaultyHandle {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.disk.count(Call::Seek)?;
        self.inner.seek(to)
    }
}
