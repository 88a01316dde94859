//! Standard output that is given up when the run is to stop: who reads no further, yet does not hang up, would
//! hold a run in the middle of its report.

use std::io::{self, Write};

use crate::scan::stop::Stop;

/// Standard output of a run that may be stopped.
#[cfg(unix)]
pub(super) fn standard_output(stop: &Stop) -> Box<dyn Write> {
    use std::os::fd::AsFd as _;
    match io::stdout().as_fd().try_clone_to_owned() {
        Ok(output) => {
            let output = std::fs::File::from(output);
            // A file takes whatever it is given.
            let is_file = output.metadata().is_ok_and(|metadata| metadata.is_file());
            let at_once = if is_file { usize::MAX } else { AT_ONCE };
            Box::new(Pipe { output, at_once, stop: stop.clone() })
        }
        // No descriptor is to be had; then writing will say what is wrong.
        Err(_) => Box::new(io::stdout()),
    }
}

/// As for Unix, but a write that waits is not woken.
#[cfg(not(unix))]
pub(super) fn standard_output(_: &Stop) -> Box<dyn Write> {
    Box::new(io::stdout())
}

/// As many bytes as a pipe surely takes when it says that it takes some: POSIX's least PIPE_BUF is 512, and no
/// system in use has less than a page.
#[cfg(unix)]
const AT_ONCE: usize = 4096;

#[cfg(unix)]
struct Pipe {
    output: std::fs::File,
    at_once: usize,
    stop: Stop,
}

#[cfg(unix)]
impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        // A signal wakes the wait as well; the time is for one that comes just before it.
        let a_while = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
        loop {
            self.stop.check()?;
            match poll(&mut [PollFd::new(&self.output, PollFlags::OUT)], Some(&a_while)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                // What cannot be waited for can be written to, and says itself what is wrong.
                Ok(_) | Err(_) => return self.output.write(&bytes[..bytes.len().min(self.at_once)]),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
