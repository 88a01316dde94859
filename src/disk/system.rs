//! The disk of the operating system.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::{Access, Disk, Facts, Handle, Kind, Locking, platform};

/// The files of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Disk for System {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        Ok(Box::new(File::open(path)?))
    }

    fn facts(&self, path: &Path) -> io::Result<Facts> {
        Ok(of_metadata(&fs::symlink_metadata(path)?))
    }

    fn is_mount_point(&self, path: &Path) -> io::Result<bool> {
        platform::is_mount_point(path)
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<OsString>> {
        let mut names =
            fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
        names.sort_unstable();
        Ok(names)
    }

    fn create(&self, path: &Path, access: Access) -> io::Result<Box<dyn Handle>> {
        Ok(Box::new(platform::create(path, access)?))
    }

    fn nameless(&self, directory: &Path) -> io::Result<Box<dyn Handle>> {
        Ok(Box::new(tempfile::tempfile_in(directory)?))
    }

    fn lock(&self, path: &Path) -> io::Result<Locking> {
        let mut file = platform::open_lock(path)?;
        let facts = of_metadata(&file.metadata()?);
        // Another name of somebody's file would have the number of this process written into it.
        if facts.kind != Kind::File || facts.links > 1 {
            return Err(platform::not_a_lock());
        }
        match file.try_lock() {
            Ok(()) => {
                say_holder(&mut file);
                Ok(Locking::Held(Box::new(file)))
            }
            Err(TryLockError::WouldBlock) => Ok(Locking::Busy(holder(&mut file))),
            // Some network file systems know no locks; a run there is no worse off than without this one.
            Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => {
                Ok(Locking::Held(Box::new(file)))
            }
            Err(TryLockError::Error(e)) => Err(e),
        }
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        platform::make_directory(path)
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        platform::sync_directory(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        platform::exchange(one, other)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }
}

impl Handle for File {
    fn sync(&self) -> io::Result<()> {
        self.sync_all()
    }

    fn facts(&self) -> io::Result<Facts> {
        Ok(of_metadata(&self.metadata()?))
    }

    fn read_at(&self, buffer: &mut [u8], from: u64) -> io::Result<usize> {
        platform::read_at(self, buffer, from)
    }
}

fn of_metadata(metadata: &fs::Metadata) -> Facts {
    let kind = metadata.file_type();
    let kind = match (kind.is_symlink(), kind.is_dir(), kind.is_file()) {
        (true, ..) => Kind::Link,
        (_, true, _) => Kind::Directory,
        (.., true) => Kind::File,
        _ => Kind::Other,
    };
    platform::facts(kind, metadata)
}

/// Writes into a lock file who has it, for the message of those who come too late. The lock itself is the
/// system's, so a number that could not be written or is of a run long ended harms nobody.
fn say_holder(file: &mut File) {
    let number = format!("{}\n", std::process::id());
    let _ = file
        .set_len(0)
        .and_then(|()| file.seek(SeekFrom::Start(0)))
        .and_then(|_| file.write_all(number.as_bytes()));
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim_end().parse().ok()
}
