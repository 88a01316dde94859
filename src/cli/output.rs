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

use super::place::{Place, clear};

/// The files of one run before they are in place.
#[derive(Debug)]
pub(crate) struct OutputSet {
    disk: Shared,
    place: Place,
    temporary: PathBuf,
    files: Vec<(&'static str, Arc<Mutex<Written>>)>,
    /// Nobody else writes here meanwhile.
    _lock: Box<dyn Handle>,
}

impl OutputSet {
    /// Locks the place and makes the directory beside it; whatever keeps a set from being put there is said now.
    pub(crate) fn new(disk: &Shared, directory: &Path) -> Result<OutputSet> {
        let place = Place::of(directory)?;
        place.prepare(&**disk)?;
        let lock = place.lock(&**disk)?;
        place.clean(&**disk)?;
        let temporary = place.make_temporary(&**disk)?;
        Ok(OutputSet { disk: disk.clone(), place, temporary, files: Vec::new(), _lock: lock })
    }

    /// The directory that will be replaced, for messages.
    pub(crate) fn directory(&self) -> &Path {
        &self.place.directory
    }

    /// The directory that is written to meanwhile; it goes, with all that is in it, or gets the other's name.
    pub(crate) fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// A new file of the set.
    pub(crate) fn create(&mut self, name: &'static str) -> Result<BufWriter<OutFile>> {
        let created = self.disk.create(&self.temporary.join(name), Access::Private);
        let handle = created.map_err(|e| Error::io("create", self.directory().join(name), e))?;
        let written = Written { handle, bytes: 0, digest: Sha256::new(), failed: false };
        let written = Arc::new(Mutex::new(written));
        self.files.push((name, written.clone()));
        Ok(BufWriter::with_capacity(256 * 1024, OutFile(written)))
    }

    /// The file that could not be written, if there is one.
    pub(crate) fn failed(&self) -> Option<PathBuf> {
        let failed = self.files.iter().find(|(_, written)| lock(written).failed);
        failed.map(|(name, _)| self.directory().join(name))
    }

    /// Has all files on the disk, and says what they are.
    pub(crate) fn seal(&mut self) -> Result<Vec<Output>> {
        let mut outputs = Vec::new();
        for (name, written) in &self.files {
            let written = lock(written);
            let synced = if written.failed {
                Err(io::Error::other("a part of it could not be written"))
            } else {
                written.handle.sync()
            };
            synced.map_err(|e| Error::io("write", self.directory().join(name), e))?;
            outputs.push(Output {
                file: (*name).to_owned(),
                bytes: written.bytes,
                sha256: safe::hex(&written.digest.clone().finalize()),
            });
        }
        // Closed: some systems rename no directory with an open file in it.
        self.files.clear();
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
        let synced = self.disk.sync_directory(&self.temporary);
        synced.map_err(|e| Error::io("write", self.directory(), e))?;
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
