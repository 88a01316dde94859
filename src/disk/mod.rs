//! THE DISK. Paths in, open files and names out: every call on files that a run's outputs, its lock, its spilled
//! rows and its inputs need, behind one trait, so that tests can make each of them fail.
//!
//! What differs by platform stands here and nowhere else: file modes, locks, links that are not followed, names
//! that change places, directories brought to the disk. Knows nothing of claims or reports; decides nothing.

mod steady;
mod system;

#[cfg(unix)]
#[path = "unix.rs"]
mod platform;

#[cfg(not(unix))]
#[path = "elsewhere.rs"]
mod platform;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::sync::Arc;

pub use steady::Steady;
pub use system::System;

/// A disk that several hands hold.
pub type Shared = Arc<dyn Disk>;

/// Calls on files by their names.
///
/// Names are the caller's, never a claim file's: nothing that stands in an input becomes a path. A call may fail
/// with [`io::ErrorKind::Interrupted`]; [`Steady`] repeats those.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Opens a file to read from its first byte.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Handle>>;

    /// What stands under a name: the link itself where it is one.
    fn facts(&self, path: &Path) -> io::Result<Facts>;

    /// Whether a directory is where another file system, or a part of one, is mounted, as far as the system says.
    fn is_mount_point(&self, path: &Path) -> io::Result<bool>;

    /// The names in a directory, sorted.
    fn list(&self, directory: &Path) -> io::Result<Vec<OsString>>;

    /// Makes a file that was not there. A name that is taken fails, be it by a link that leads nowhere.
    fn create(&self, path: &Path, access: Access) -> io::Result<Box<dyn Handle>>;

    /// A file of this directory without a name: it goes when it is closed, however that comes about.
    fn nameless(&self, directory: &Path) -> io::Result<Box<dyn Handle>>;

    /// Locks a file, made if it is not there, for as long as the handle lives. Never waits, never follows a link.
    fn lock(&self, path: &Path) -> io::Result<Locking>;

    /// Makes a directory that was not there, for its owner only.
    fn make_directory(&self, path: &Path) -> io::Result<()>;

    /// Has the names in a directory on the disk, and not only the files they name.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;

    /// Gives a file or directory another name. A file in its place is replaced.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Has two names change places in one step; [`io::ErrorKind::Unsupported`] where the system cannot.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()>;

    /// Removes a file, or a link but not what it leads to.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty directory.
    fn remove_directory(&self, path: &Path) -> io::Result<()>;
}

/// An open file.
pub trait Handle: Read + Write + Seek + fmt::Debug + Send + Sync {
    /// Has what was written on the disk.
    fn sync(&self) -> io::Result<()>;

    /// What is open, whatever its name means by now.
    fn facts(&self) -> io::Result<Facts>;

    /// Reads bytes from a place on, as many as there are at once; 0 at the end. Several threads may read.
    fn read_at(&self, buffer: &mut [u8], from: u64) -> io::Result<usize>;
}

/// Who may read a new file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Its owner only.
    Private,
    /// Whom the system's settings let: there is nothing about a person in it.
    Open,
}

/// What came of [`Disk::lock`].
#[derive(Debug)]
pub enum Locking {
    /// The lock is held until this is dropped.
    Held(Box<dyn Handle>),
    /// A process has it; its number, where the file tells.
    Busy(Option<u32>),
}

/// What a name or an open file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// What kind of thing.
    pub kind: Kind,
    /// Its length in bytes.
    pub len: u64,
    /// Device and number: the same for two names of one file. Not every platform tells.
    pub identity: Option<(u64, u64)>,
    /// Names it has.
    pub links: u64,
    /// When its bytes changed last, in nanoseconds since 1970.
    pub modified: Option<i128>,
    /// When it changed last in any way, likewise.
    pub changed: Option<i128>,
}

/// Kinds of things that have names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A pipe, a socket, a device.
    Other,
}
