//! The signals that ask a run to end: SIGHUP, SIGINT, SIGTERM.
//!
//! The first one sets the engine's stop flag and is remembered; a second ends the process at once. A signal that
//! was ignored when the process began stays ignored, as `nohup` and shells without job control expect.
//! Deliberately absent: what stopping means.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::scan::stop::Stop;

/// A signal that asks for the end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Signal {
    /// SIGHUP: the terminal or connection is gone.
    Hangup,
    /// SIGINT: Ctrl-C.
    Interrupt,
    /// SIGTERM: the service manager, or `kill`.
    Terminate,
}

impl Signal {
    const ALL: [Signal; 3] = [Signal::Hangup, Signal::Interrupt, Signal::Terminate];

    /// Its number, the same on all systems that have it.
    pub const fn number(self) -> u8 {
        match self {
            Signal::Hangup => 1,
            Signal::Interrupt => 2,
            Signal::Terminate => 15,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Signal::Hangup => "SIGHUP",
            Signal::Interrupt => "SIGINT",
            Signal::Terminate => "SIGTERM",
        }
    }
}

/// What of them has come.
#[derive(Clone, Default, Debug)]
pub(crate) struct Signals {
    stop: Stop,
    first: Arc<AtomicUsize>,
}

impl Signals {
    /// Listens from now on.
    pub(crate) fn watch() -> Signals {
        let signals = Signals::default();
        let ignored = ignored();
        for signal in Signal::ALL {
            let number = signal.number();
            if (cfg!(unix) || signal != Signal::Hangup) && ignored >> (number - 1) & 1 == 0 {
                // A signal that cannot be listened for ends the process by itself, which is no worse.
                let _ = signals.listen(number);
            }
        }
        signals
    }

    fn listen(&self, number: u8) -> std::io::Result<()> {
        let (signal, code) = (i32::from(number), 128 + i32::from(number));
        // In this order: the flag is up when the second comes, and the number is known when the flag is up.
        signal_hook::flag::register_conditional_shutdown(signal, code, self.stop.flag())?;
        signal_hook::flag::register_usize(signal, self.first.clone(), usize::from(number))?;
        signal_hook::flag::register(signal, self.stop.flag())?;
        Ok(())
    }

    /// The flag for the engine.
    pub(crate) fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// The signal that has come, if one has.
    pub(crate) fn caught(&self) -> Option<Signal> {
        let first = self.stop.is_set().then(|| self.first.load(Ordering::Relaxed))?;
        // The number is stored before the flag is set; if another thread sees them the other way round, it is
        // the signal of a service manager as likely as any.
        let known = Signal::ALL.into_iter().find(|s| usize::from(s.number()) == first);
        Some(known.unwrap_or(Signal::Terminate))
    }
}

/// The signals this process was started to ignore, the first in the lowest bit.
#[cfg(target_os = "linux")]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Elsewhere there is no way to ask without `unsafe`.
#[cfg(not(target_os = "linux"))]
fn ignored() -> u64 {
    0
}
