//! Files of a run, written in a directory beside their own and put in its place when all are whole: what was there
//! before stays until then, and a run that fails leaves nothing half-written. One run at a time has the place.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::disk::{Access, Handle, Shared};
use crate::error::{Error, Result};
use crate::report::manifest::{self, Output};
use crate::report::safe;

use super::place::{Layout, Place, clear};

/// The files of one run before they are in place.
#[derive(Debug)]
pub(crate) struct OutputSet {
    disk: Shared,
    place: Place,
    temporary: PathBuf,
    layout: Layout,
    files: Vec<(String, Arc<Mutex<Written>>)>,
    /// Files that are whole and on the disk.
    sealed: Vec<Output>,
    /// Where what is too much for memory lies meanwhile, in files without a name, if not beside the set.
    aside: Option<PathBuf>,
    /// Nobody else writes here meanwhile.
    _lock: Box<dyn Handle>,
}

impl OutputSet {
    /// Locks the place and makes the directory beside it; whatever keeps a set from being put there is said now.
    pub(crate) fn new(disk: &Shared, directory: &Path, layout: Layout) -> Result<OutputSet> {
        let place = Place::of(directory, layout)?;
        place.prepare(&**disk)?;
        let lock = place.lock(&**disk)?;
        place.clean(&**disk)?;
        let temporary = place.make_temporary(&**disk)?;
        let (files, sealed, aside) = (Vec::new(), Vec::new(), None);
        let set =
            OutputSet { disk: disk.clone(), place, temporary, layout, files, sealed, aside, _lock: lock };
        for name in layout.directories() {
            let made = disk.make_directory(&set.temporary.join(name));
            made.map_err(|e| Error::io("make a directory in", set.directory(), e))?;
        }
        Ok(set)
    }

    /// The directory that will be replaced, for messages.
    pub(crate) fn directory(&self) -> &Path {
        &self.place.directory
    }

    /// The directory that is written to meanwhile; it goes, with all that is in it, or gets the other's name.
    pub(crate) fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// Has what is too much for memory lie in another directory.
    pub(crate) fn keep_aside(&mut self, directory: PathBuf) {
        self.aside = Some(directory);
    }

    /// Where what is too much for memory lies.
    pub(crate) fn kept_in(&self) -> &Path {
        self.aside.as_deref().unwrap_or(&self.temporary)
    }

    /// The same for messages.
    pub(crate) fn kept_in_or_for(&self) -> &Path {
        self.aside.as_deref().unwrap_or(self.directory())
    }

    /// A new file of the set.
    pub(crate) fn create(&mut self, name: &str) -> Result<BufWriter<OutFile>> {
        let created = self.disk.create(&self.temporary.join(name), Access::Private);
        let handle = created.map_err(|e| Error::io("create", self.directory().join(name), e))?;
        let written = Written { handle, bytes: 0, digest: Sha256::new(), failed: false };
        let written = Arc::new(Mutex::new(written));
        self.files.push((name.to_owned(), written.clone()));
        Ok(BufWriter::with_capacity(256 * 1024, OutFile(written)))
    }

    /// What went wrong while what was found went into the set.
    pub(crate) fn failed(&self, e: io::Error) -> Error {
        let failed = self.files.iter().find(|(_, written)| lock(written).failed);
        match failed {
            Some((name, _)) => Error::io("write", self.directory().join(name), e),
            None => Error::io("keep what was found in", self.kept_in_or_for(), e),
        }
    }

    /// Has a file on the disk and closes it: a set may have more files than a process may hold open.
    pub(crate) fn close(&mut self, name: &str) -> Result<()> {
        let open = self.files.iter().position(|(open, _)| open == name);
        let Some((name, written)) = open.map(|n| self.files.remove(n)) else { return Ok(()) };
        let written = lock(&written);
        let synced = if written.failed {
            Err(io::Error::other("a part of it could not be written"))
        } else {
            written.handle.sync()
        };
        synced.map_err(|e| Error::io("write", self.directory().join(&name), e))?;
        let sha256 = safe::hex(&written.digest.clone().finalize());
        self.sealed.push(Output { file: name, bytes: written.bytes, sha256 });
        Ok(())
    }

    /// Removes a file from the set, as if it had never been of it; one that is not there is gone already.
    pub(crate) fn discard(&mut self, name: &str) -> Result<()> {
        let before = self.files.len() + self.sealed.len();
        self.files.retain(|(open, _)| open != name);
        self.sealed.retain(|output| output.file != name);
        if before == self.files.len() + self.sealed.len() {
            return Ok(());
        }
        let removed = self.disk.remove_file(&self.temporary.join(name));
        removed.map_err(|e| Error::io("remove", self.directory().join(name), e))
    }

    /// Has all files on the disk, and says what they are.
    pub(crate) fn seal(&mut self) -> Result<Vec<Output>> {
        // Some systems rename no directory with an open file in it.
        while let Some(name) = self.files.first().map(|(name, _)| name.clone()) {
            self.close(&name)?;
        }
        let mut outputs = std::mem::take(&mut self.sealed);
        outputs.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(outputs)
    }

    /// Adds the manifest, which makes the set whole, and puts the set in place.
    pub(crate) fn commit(&mut self, manifest: &[u8]) -> Result<()> {
        let mut file = self.create(manifest::NAME)?;
        let written = file.write_all(manifest).and_then(|()| file.flush());
        written.map_err(|e| Error::io("write", self.directory().join(manifest::NAME), e))?;
        drop(file);
        self.seal()?;
        let inside = self.layout.directories().iter().map(|name| self.temporary.join(name));
        for directory in inside.chain([self.temporary.clone()]) {
            let synced = self.disk.sync_directory(&directory);
            synced.map_err(|e| Error::io("write", self.directory(), e))?;
        }
        self.place.put(&*self.disk, &self.temporary)
    }
}

impl Drop for OutputSet {
    /// Removes what stands beside the place: the set of a run that failed, or the one that was replaced.
    fn drop(&mut self) {
        self.files.clear();
        clear(&*self.disk, &self.temporary);
    }
}

/// A file of a set as it is written.
#[derive(Debug)]
struct Written {
    handle: Box<dyn Handle>,
    bytes: u64,
    digest: Sha256,
    failed: bool,
}

/// Writes a file of a set, and counts and digests it for the manifest.
#[derive(Debug)]
pub(crate) struct OutFile(Arc<Mutex<Written>>);

impl Write for OutFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = lock(&self.0);
        match written.handle.write(bytes) {
            Ok(n) => {
                written.bytes += n as u64;
                written.digest.update(bytes.get(..n).unwrap_or_default());
                Ok(n)
            }
            Err(e) => {
                written.failed |= e.kind() != io::ErrorKind::Interrupted;
                Err(e)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        lock(&self.0).handle.flush()
    }
}

/// A writer that panicked is not asked for more; what it wrote is refused by the account.
fn lock(written: &Mutex<Written>) -> MutexGuard<'_, Written> {
    written.lock().unwrap_or_else(PoisonError::into_inner)
}
