//! A disk whose calls are repeated when a signal interrupted them: nothing was done, and nothing is wrong.

use std::ffi::OsString;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::{Access, Disk, Facts, Handle, Locking, Shared};

/// The disk below, without interruptions.
#[derive(Clone, Debug)]
pub struct Steady(pub Shared);

fn again<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn steady(handle: Box<dyn Handle>) -> Box<dyn Handle> {
    Box::new(SteadyHandle(handle))
}

impl Disk for Steady {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        again(|| self.0.open(path)).map(steady)
    }

    fn facts(&self, path: &Path) -> io::Result<Facts> {
        again(|| self.0.facts(path))
    }

    fn is_mount_point(&self, path: &Path) -> io::Result<bool> {
        again(|| self.0.is_mount_point(path))
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<OsString>> {
        again(|| self.0.list(directory))
    }

    fn create(&self, path: &Path, access: Access) -> io::Result<Box<dyn Handle>> {
        again(|| self.0.create(path, access)).map(steady)
    }

    fn nameless(&self, directory: &Path) -> io::Result<Box<dyn Handle>> {
        again(|| self.0.nameless(directory)).map(steady)
    }

    fn lock(&self, path: &Path) -> io::Result<Locking> {
        again(|| self.0.lock(path))
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        again(|| self.0.make_directory(path))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        again(|| self.0.sync_directory(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        again(|| self.0.rename(from, to))
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        again(|| self.0.exchange(one, other))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        again(|| self.0.remove_file(path))
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        again(|| self.0.remove_directory(path))
    }
}

#[derive(Debug)]
struct SteadyHandle(Box<dyn Handle>);

impl Handle for SteadyHandle {
    fn sync(&self) -> io::Result<()> {
        again(|| self.0.sync())
    }

    fn facts(&self) -> io::Result<Facts> {
        again(|| self.0.facts())
    }

    fn read_at(&self, buffer: &mut [u8], from: u64) -> io::Result<usize> {
        again(|| self.0.read_at(buffer, from))
    }
}

impl Read for SteadyHandle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        again(|| self.0.read(buffer))
    }
}

impl Write for SteadyHandle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        again(|| self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        again(|| self.0.flush())
    }
}

impl Seek for SteadyHandle {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        again(|| self.0.seek(to))
    }
}
