//! Files of a run, written beside their names and renamed when whole: what was there before stays until the
//! new one is complete, and a run that fails leaves nothing half-written.

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::error::{Error, Result, display_path};

/// The files of one run before they are in place.
pub(crate) struct OutputSet {
    directory: PathBuf,
    /// Temporary and final name of each file.
    files: Vec<(PathBuf, PathBuf)>,
    done: bool,
}

impl OutputSet {
    /// Makes the directory, if it is not there, readable by its owner only.
    pub(crate) fn new(directory: &Path) -> Result<OutputSet> {
        if directory.is_file() {
            let name = display_path(directory);
            return Err(Error::usage(format!("the output directory {name} is a file; name a directory")));
        }
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        private_directory(&mut builder);
        builder.create(directory).map_err(|e| Error::io("create the output directory", directory, e))?;
        Ok(OutputSet { directory: directory.to_owned(), files: Vec::new(), done: false })
    }

    /// A new file of the set.
    pub(crate) fn create(&mut self, name: &str) -> Result<BufWriter<File>> {
        let target = self.directory.join(name);
        let temporary = self.directory.join(format!(".{name}.{}.tmp", std::process::id()));
        let mut options = OpenOptions::new();
        // Never an existing file, so never one that somebody planted.
        options.write(true).create_new(true);
        private_file(&mut options);
        let file = options.open(&temporary).map_err(|e| Error::io("create", &temporary, e))?;
        self.files.push((temporary, target));
        Ok(BufWriter::with_capacity(256 * 1024, file))
    }

    /// Puts all files in place.
    pub(crate) fn commit(mut self) -> Result<()> {
        for (temporary, target) in &self.files {
            let synced = File::open(temporary).and_then(|f| f.sync_all());
            synced.map_err(|e| Error::io("write", temporary, e))?;
            fs::rename(temporary, target).map_err(|e| Error::io("rename into place", target, e))?;
        }
        self.done = true;
        Ok(())
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

#[cfg(unix)]
fn private_directory(builder: &mut fs::DirBuilder) {
    use std::os::unix::fs::DirBuilderExt as _;
    builder.mode(0o700);
}

#[cfg(unix)]
fn private_file(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private_directory(_: &mut fs::DirBuilder) {}

#[cfg(not(unix))]
fn private_file(_: &mut OpenOptions) {}

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
