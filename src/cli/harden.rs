//! What the process gives up before it reads a claim: core dumps, and panic messages that quote values.
//!
//! A core dump is a copy of claims that nobody asked for, and the message of a panic may hold a piece of one.
//! Deliberately absent: a network to give up; there is no code for one.

use std::panic::{self, PanicHookInfo};
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

/// A panic says where in the program it was, and nothing else.
pub(super) fn only_where(log: Arc<Log>) {
    panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        let place = info.location().map_or_else(
            || "an unknown place".to_owned(),
            |at| format!("{}:{}:{}", at.file(), at.line(), at.column()),
        );
        log.panicked(&place);
    }));
}
