//! How a run is told to stop before its end.
//!
//! A flag that whoever runs the engine may set from anywhere, a signal handler included. The engine looks at it
//! where work begins, so what was begun is finished and nothing is torn. Deliberately absent: signals, and any
//! way to go on again.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::source::handle::{Handle, Open};

/// The flag. Clones are the same flag.
#[derive(Clone, Default, Debug)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// The flag itself, for a signal handler to set.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }

    /// Whether the run is to stop.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// An error if the run is to stop.
    pub fn check(&self) -> io::Result<()> {
        // Not `Interrupted`: that is the kind of error readers and writers try again after.
        if self.is_set() { Err(io::Error::other("the run was interrupted")) } else { Ok(()) }
    }
}

/// Opens files as somebody else does, and standard input so that waiting for it ends when the run is to stop.
pub struct Stoppable {
    files: Arc<dyn Open>,
    stop: Stop,
}

impl Stoppable {
    /// Files as `files` opens them.
    pub fn new(files: Arc<dyn Open>, stop: Stop) -> Stoppable {
        Stoppable { files, stop }
    }
}

impl Open for Stoppable {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        self.files.open(path)
    }

    fn standard_input(&self) -> io::Result<Box<dyn Read + Send>> {
        standard_input(&self.stop)
    }
}

/// Standard input, given up when the run is to stop: a pipe nobody writes to would hold it forever.
#[cfg(unix)]
fn standard_input(stop: &Stop) -> io::Result<Box<dyn Read + Send>> {
    use std::os::fd::AsFd as _;
    // Not through the buffer of `Stdin`: bytes in it would not count when the descriptor is waited for.
    let input = std::fs::File::from(io::stdin().as_fd().try_clone_to_owned()?);
    Ok(Box::new(Patient { input, stop: stop.clone() }))
}

/// As for Unix, but a read that waits is not woken.
#[cfg(not(unix))]
fn standard_input(_: &Stop) -> io::Result<Box<dyn Read + Send>> {
    Ok(Box::new(io::stdin()))
}

#[cfg(unix)]
struct Patient {
    input: std::fs::File,
    stop: Stop,
}

#[cfg(unix)]
impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        // A signal wakes the wait as well; the time is for one that comes just before it.
        let a_while = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
        loop {
            self.stop.check()?;
            match poll(&mut [PollFd::new(&self.input, PollFlags::IN)], Some(&a_while)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                // What cannot be waited for can be read, and says itself what is wrong.
                Ok(_) | Err(_) => return self.input.read(buffer),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_stays_set_for_all_who_hold_it() {
        let stop = Stop::default();
        let other = stop.clone();
        assert!(other.check().is_ok());
        stop.flag().store(true, Ordering::Relaxed);
        let error = other.check().unwrap_err();
        assert!(error.kind() != io::ErrorKind::Interrupted, "a reader would try again: {error}");
        let mut input = standard_input(&other).unwrap();
        assert!(cfg!(not(unix)) || input.read(&mut [0]).is_err(), "nothing is waited for any more");
    }
}
