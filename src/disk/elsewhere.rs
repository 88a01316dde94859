//! What systems other than Unix do in their own way, Windows above all: rights come from the directory, names
//! cannot change places, and directories need not be brought to the disk.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use super::{Access, Facts, Kind};

/// A new file; never what stands there.
pub(super) fn create(path: &Path, _: Access) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).open(path)
}

/// The file of a lock, made or opened as it is.
pub(super) fn open_lock(path: &Path) -> io::Result<File> {
    match OpenOptions::new().read(true).write(true).create_new(true).open(path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made,
    }
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(not_a_lock());
    }
    OpenOptions::new().read(true).write(true).open(path)
}

/// What is said of something else in the place of a lock file.
pub(super) fn not_a_lock() -> io::Error {
    io::Error::other("not a regular file of its own; remove it or choose another --out")
}

#[cfg(windows)]
pub(super) fn read_at(file: &File, buffer: &mut [u8], from: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, from)
}

#[cfg(not(windows))]
pub(super) fn read_at(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

pub(super) fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

pub(super) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn is_mount_point(_: &Path) -> io::Result<bool> {
    // The system refuses the renaming, and that is said.
    Ok(false)
}

pub(super) fn facts(kind: Kind, metadata: &Metadata) -> Facts {
    let modified = metadata.modified().ok();
    let since_1970 = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    Facts {
        kind,
        len: metadata.len(),
        identity: None,
        links: 1,
        modified: since_1970.and_then(|since| i128::try_from(since.as_nanos()).ok()),
        changed: None,
    }
}
