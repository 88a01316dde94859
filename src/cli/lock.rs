//! One run at a time in an output directory.
//!
//! The lock is the operating system's, on a file that stays in the directory: it goes with the process however
//! that ends, so no run is ever locked out by one that was killed. Refuses to wait, and to follow a link.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use crate::error::{Error, Result, display_path};

use super::output::private_file;

/// The file that is locked. Its name is hidden, so that a scan of the directory passes it over.
pub(crate) const NAME: &str = ".claimlint.lock";

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "held, not read")] File);

impl Lock {
    /// Locks a directory, or says that another run has it.
    pub(crate) fn take(directory: &Path) -> Result<Lock> {
        let path = directory.join(NAME);
        let file = open(&path).map_err(|e| Error::io("lock", &path, e))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => Err(Error::locked(format!(
                "another run writes to {}; wait for it or choose another --out",
                display_path(directory)
            ))),
            // Some network file systems know no locks; a run there is no worse off than without this one.
            Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => Ok(Lock(file)),
            Err(TryLockError::Error(e)) => Err(Error::io("lock", &path, e)),
        }
    }
}

/// Opens the lock file, made if it is not there, and never what a link in its place points to.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    private_file(&mut options);
    match options.open(path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made,
    }
    let there = fs::symlink_metadata(path)?;
    if !there.is_file() {
        return Err(io::Error::other("not a regular file; remove it or choose another --out"));
    }
    // Neither made nor written, so what a link planted since then points to comes to no harm.
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    if !is_same(&there, &file.metadata()?) {
        return Err(io::Error::other("replaced while it was opened; choose a directory of your own"));
    }
    Ok(file)
}

#[cfg(unix)]
fn is_same(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn is_same(_: &fs::Metadata, b: &fs::Metadata) -> bool {
    b.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn a_directory_has_one_lock_and_it_goes_with_its_holder() {
        let directory = tempfile::TempDir::new().unwrap();
        let held = Lock::take(directory.path()).unwrap();
        let refused = Lock::take(directory.path()).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Locked(_)), "{refused}");
        drop(held);
        Lock::take(directory.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_place_of_the_lock_is_not_followed() {
        let directory = tempfile::TempDir::new().unwrap();
        let target = directory.path().join("target");
        for there in [false, true] {
            if there {
                fs::write(&target, "mine").unwrap();
            }
            let _ = fs::remove_file(directory.path().join(NAME));
            std::os::unix::fs::symlink(&target, directory.path().join(NAME)).unwrap();
            let refused = Lock::take(directory.path()).unwrap_err();
            assert!(refused.to_string().contains("not a regular file"), "{refused}");
            assert_eq!(target.exists(), there);
        }
    }
}
