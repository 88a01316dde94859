//! What Unix systems do in their own way.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::{Mode, OFlags};

use super::{Access, Facts, Kind};

/// A new file; never what stands there, never what a link leads to.
pub(super) fn create(path: &Path, access: Access) -> io::Result<File> {
    let mode = match access {
        Access::Private => 0o600,
        Access::Open => 0o666,
    };
    OpenOptions::new().read(true).write(true).create_new(true).mode(mode).open(path)
}

/// The file of a lock: made for its owner only, or opened as it is.
pub(super) fn open_lock(path: &Path) -> io::Result<File> {
    // A pipe in its place would keep us waiting, were it not for NONBLOCK.
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    match rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR) {
        Ok(file) => Ok(File::from(file)),
        Err(rustix::io::Errno::LOOP | rustix::io::Errno::ISDIR | rustix::io::Errno::NXIO) => {
            Err(not_a_lock())
        }
        Err(e) => Err(e.into()),
    }
}

/// What is said of something else in the place of a lock file.
pub(super) fn not_a_lock() -> io::Error {
    io::Error::other("not a regular file of its own; remove it or choose another --out")
}

pub(super) fn read_at(file: &File, buffer: &mut [u8], from: u64) -> io::Result<usize> {
    file.read_at(buffer, from)
}

pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    match File::open(path)?.sync_all() {
        // Some file systems cannot; there the names are on the disk when the system puts them there.
        Err(e) if matches!(e.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        done => done,
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        // The kernel or the file system does not know how.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Err(io::ErrorKind::Unsupported.into()),
        done => Ok(done?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether something is mounted there. Linux says so itself, of a part of the same file system too; elsewhere a
/// directory on another device than the one above is where one begins.
pub(super) fn is_mount_point(path: &Path) -> io::Result<bool> {
    if let Some(told) = told_mount_point(path) {
        return Ok(told);
    }
    let above = path.join("..");
    Ok(std::fs::symlink_metadata(path)?.dev() != std::fs::metadata(above)?.dev())
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn told_mount_point(path: &Path) -> Option<bool> {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    let told = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty()).ok()?;
    let known = told.stx_attributes_mask.contains(StatxAttributes::MOUNT_ROOT);
    known.then(|| told.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn told_mount_point(_: &Path) -> Option<bool> {
    None
}

pub(super) fn facts(kind: Kind, metadata: &Metadata) -> Facts {
    let nanoseconds = |seconds: i64, more: i64| Some(i128::from(seconds) * 1_000_000_000 + i128::from(more));
    Facts {
        kind,
        len: metadata.len(),
        identity: Some((metadata.dev(), metadata.ino())),
        links: metadata.nlink(),
        modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
    }
}
