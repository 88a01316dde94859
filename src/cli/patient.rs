//! Standard output that outlives its reader.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

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
