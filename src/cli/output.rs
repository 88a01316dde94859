//! Files of a run, written beside their names and renamed when whole: what was there before stays until the
//! new one is complete, and a run that fails leaves nothing half-written. One run at a time has the directory;
//! what a killed one left behind under a temporary name is removed by the next.

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::error::{Error, Result, display_path};

use super::lock::Lock;

/// The files of one run before they are in place.
pub(crate) struct OutputSet {
    directory: PathBuf,
    /// Temporary and final name of each file.
    files: Vec<(PathBuf, PathBuf)>,
    done: bool,
    /// Nobody else writes here meanwhile.
    _lock: Lock,
}

impl OutputSet {
    /// Makes the directory, if it is not there, readable by its owner only, and locks it until the set is done.
    pub(crate) fn new(directory: &Path) -> Result<OutputSet> {
        if directory.is_file() {
            let name = display_path(directory);
            return Err(Error::usage(format!("the output directory {name} is a file; name a directory")));
        }
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        private_directory(&mut builder);
        builder.create(directory).map_err(|e| Error::io("create the output directory", directory, e))?;
        let lock = Lock::take(directory)?;
        Ok(OutputSet { directory: directory.to_owned(), files: Vec::new(), done: false, _lock: lock })
    }

    /// A new file of the set.
    pub(crate) fn create(&mut self, name: &str) -> Result<BufWriter<File>> {
        let target = self.directory.join(name);
        self.remove_leftovers(name);
        let temporary = self.directory.join(format!(".{name}.{}.tmp", std::process::id()));
        let mut options = OpenOptions::new();
        // Never an existing file, so never one that somebody planted.
        options.write(true).create_new(true);
        private_file(&mut options);
        let file = options.open(&temporary).map_err(|e| Error::io("create", &temporary, e))?;
        self.files.push((temporary, target));
        Ok(BufWriter::with_capacity(256 * 1024, file))
    }

    /// Removes what killed runs left under the temporary names of a file. The lock is held, so none of them
    /// is anybody's; what cannot be removed harms nobody.
    fn remove_leftovers(&self, name: &str) {
        for entry in fs::read_dir(&self.directory).into_iter().flatten().flatten() {
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && entry.file_name().to_str().is_some_and(|file| is_temporary(file, name)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Puts all files in place.
    pub(crate) fn commit(mut self) -> Result<()> {
        // All are on the disk before the first gets its name: a run stopped here has replaced none.
        for (temporary, _) in &self.files {
            let synced = File::open(temporary).and_then(|f| f.sync_all());
            synced.map_err(|e| Error::io("write", temporary, e))?;
        }
        for (temporary, target) in &self.files {
            fs::rename(temporary, target).map_err(|e| Error::io("rename into place", target, e))?;
        }
        self.done = true;
        sync_directory(&self.directory).map_err(|e| Error::io("write", &self.directory, e))
    }

    /// The directory, for messages.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }
}

impl Drop for OutputSet {
    fn drop(&mut self) {
        if !self.done {
            for (temporary, _) in &self.files {
                // Already renamed, or never written: nothing more can be done about it here.
                let _ = fs::remove_file(temporary);
            }
        }
    }
}

/// Whether `file` is `.NAME.PID.tmp`, as [`OutputSet::create`] makes them.
fn is_temporary(file: &str, name: &str) -> bool {
    let pid = file.strip_prefix('.').and_then(|rest| rest.strip_prefix(name)).and_then(|rest| {
        let pid = rest.strip_prefix('.')?;
        pid.strip_suffix(".tmp")
    });
    pid.is_some_and(|pid| (1..=10).contains(&pid.len()) && pid.bytes().all(|b| b.is_ascii_digit()))
}

/// Has the new names on the disk too, and not only the files.
#[cfg(unix)]
pub(super) fn sync_directory(directory: &Path) -> io::Result<()> {
    match File::open(directory)?.sync_all() {
        // Some file systems cannot; there the names are on the disk when the system puts them there.
        Err(e) if matches!(e.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        done => done,
    }
}

#[cfg(not(unix))]
pub(super) fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn private_directory(builder: &mut fs::DirBuilder) {
    use std::os::unix::fs::DirBuilderExt as _;
    builder.mode(0o700);
}

#[cfg(unix)]
pub(super) fn private_file(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private_directory(_: &mut fs::DirBuilder) {}

#[cfg(not(unix))]
pub(super) fn private_file(_: &mut OpenOptions) {}

/// A writer that remembers the first error, so that the message can name the file it was for.
pub(crate) struct Named<W> {
    inner: W,
    path: PathBuf,
    error: Rc<RefCell<Option<PathBuf>>>,
}

impl<W> Named<W> {
    /// Remembers in `error` which file failed first.
    pub(crate) fn new(inner: W, path: &Path, error: &Rc<RefCell<Option<PathBuf>>>) -> Named<W> {
        Named { inner, path: path.to_owned(), error: error.clone() }
    }

    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let Err(e) = &result
            && e.kind() != io::ErrorKind::Interrupted
        {
            self.error.borrow_mut().get_or_insert_with(|| self.path.clone());
        }
        result
    }
}

impl<W: Write> Write for Named<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let result = self.inner.write(buf);
        self.note(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.inner.flush();
        self.note(result)
    }
}

/// Standard output that goes on without a reader: its first error is kept and the rest is dropped, so that
/// neither the files of a run nor its exit code hang on who reads along.
pub(crate) struct Patient<W> {
    inner: W,
    error: Rc<RefCell<Option<io::Error>>>,
}

impl<W> Patient<W> {
    /// Keeps in `error` why writing stopped.
    pub(crate) fn new(inner: W, error: &Rc<RefCell<Option<io::Error>>>) -> Patient<W> {
        Patient { inner, error: error.clone() }
    }

    fn pass<T>(&mut self, whole: T, call: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.error.borrow().is_some() {
            return Ok(whole);
        }
        match call(&mut self.inner) {
            Err(e) if e.kind() != io::ErrorKind::Interrupted => {
                *self.error.borrow_mut() = Some(e);
                Ok(whole)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Patient<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.pass(buf.len(), |inner| inner.write(buf))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass((), Write::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_name_is_one_of_ours_and_nothing_like_it() {
        for file in [".claims.csv.1.tmp", ".claims.csv.4194304.tmp"] {
            assert!(is_temporary(file, "claims.csv"), "{file}");
        }
        for file in [
            "claims.csv",
            "claims.csv.1.tmp",
            ".claims.csv.tmp",
            ".claims.csv..tmp",
            ".claims.csv.1.tmp.bak",
            ".claims.csv.x1.tmp",
            ".claims.csv.1",
            ".other.csv.1.tmp",
            ".claims.csv.12345678901.tmp",
        ] {
            assert!(!is_temporary(file, "claims.csv"), "{file}");
        }
    }
}
