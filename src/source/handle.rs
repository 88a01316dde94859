//! How files are opened and read: the system's way, or that of a test which lets calls fail.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::disk::{self, Shared};

use super::stat::Stat;

/// Opens files for reading.
pub trait Open: Send + Sync {
    /// Opens a file.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Handle>>;

    /// Standard input from where it stands.
    fn standard_input(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(io::stdin()))
    }
}

/// An open file.
pub trait Handle: Read + Seek + Send {
    /// Size, times and identity of what is open.
    fn stat(&self) -> io::Result<Stat>;
}

impl Handle for File {
    fn stat(&self) -> io::Result<Stat> {
        self.metadata().map(|metadata| Stat::of(&metadata))
    }
}

/// The system's way.
#[derive(Clone, Copy, Debug)]
pub struct System;

impl Open for System {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        Ok(Box::new(File::open(path)?))
    }
}

/// Files of a disk, which a test may have fail.
#[derive(Debug)]
pub struct OnDisk(pub Shared);

impl Open for OnDisk {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        Ok(Box::new(FileOnDisk(self.0.open(path)?)))
    }
}

struct FileOnDisk(Box<dyn disk::Handle>);

impl Read for FileOnDisk {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Seek for FileOnDisk {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl Handle for FileOnDisk {
    fn stat(&self) -> io::Result<Stat> {
        self.0.facts().map(|facts| Stat::of_disk(&facts))
    }
}

/// What a path leads to now. With [`Links::Refused`] a link is told as itself.
pub(super) fn stat(path: &Path, links: Links) -> io::Result<fs::Metadata> {
    match links {
        Links::Followed => fs::metadata(path),
        Links::Refused => fs::symlink_metadata(path),
    }
}

/// Whether links are followed: those a person names are, those found in a directory anybody may have put there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Links {
    /// As the system does.
    Followed,
    /// A link is not opened.
    Refused,
}
