//! What the process gives up before it reads a claim: core dumps, and panic messages that quote values. And how a
//! panic over one input is kept from ending the run.
//!
//! A core dump is a copy of claims that nobody asked for, and the message of a panic may hold a piece of one.
//! Deliberately absent: a network to give up; there is no code for one.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Arc;

use super::log::Log;

/// No core dumps, and on Linux no look into the memory by others of the same user. Where a system refuses,
/// the run is as safe as it was.
#[cfg(unix)]
pub(super) fn no_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Windows writes no dump unless its administrator asks for one.
#[cfg(not(unix))]
pub(super) fn no_dumps() {}

thread_local! {
    /// The work of this thread whose panic is somebody else's to tell, if it is at such.
    static WORK: RefCell<Work> = const { RefCell::new(Work::Other) };
}

/// What a thread is at.
enum Work {
    /// A panic is told at once.
    Other,
    /// A panic is told with the input it was over.
    Contained,
    /// It has come.
    Panicked(String),
}

/// A panic says where in the program it was, and nothing else.
pub(super) fn only_where(log: Arc<Log>) {
    panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        let place = info.location().map_or_else(
            || "an unknown place".to_owned(),
            |at| format!("{}:{}:{}", at.file(), at.line(), at.column()),
        );
        // A second one, on the way out of the first, ends the process: nobody comes to tell it.
        let is_first = WORK.try_with(|work| match work.try_borrow_mut() {
            Ok(mut work) if matches!(*work, Work::Contained) => {
                *work = Work::Panicked(place.clone());
                true
            }
            _ => false,
        });
        if !is_first.unwrap_or(false) {
            log.panicked(&place);
        }
    }));
}

/// Does a piece of work; of one that panics, says where that was. Without [`only_where`] nobody knows the place.
pub(super) fn contained(work: &mut dyn FnMut()) -> Result<(), String> {
    WORK.replace(Work::Contained);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    let work = WORK.replace(Work::Other);
    match (done, work) {
        (Ok(()), _) => Ok(()),
        (Err(_), Work::Panicked(place)) => Err(place),
        (Err(_), _) => Err("an unknown place".to_owned()),
    }
}
