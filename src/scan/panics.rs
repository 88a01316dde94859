//! What a panic over one input comes to. Whoever uses the library gets it passed on, so that no fuzzer and no test
//! misses one; the command has it caught, and the results of that input withheld.
//!
//! Deliberately absent: what the panic says. It may hold a piece of a claim.

use crate::source::trouble::Trouble;
use crate::x12::fault::FaultCode;

/// Does a piece of work; of one that panics, says where in the program that was.
pub type Catch = fn(&mut dyn FnMut()) -> Result<(), String>;

/// What becomes of a panic.
#[derive(Clone, Copy, Debug, Default)]
pub enum Panics {
    /// It is passed on when the other workers have stopped.
    #[default]
    Passed,
    /// It costs the results of the input at hand; the others are finished.
    Contained(Catch),
}

impl Panics {
    /// Does a piece of work on one input.
    pub(super) fn guard<T>(self, work: impl FnOnce() -> T) -> Result<T, Trouble> {
        let Panics::Contained(catch) = self else { return Ok(work()) };
        let (mut work, mut done) = (Some(work), None);
        match catch(&mut || done = work.take().map(|work| work())) {
            Ok(()) => done.ok_or_else(|| trouble("an unknown place")),
            Err(place) => Err(trouble(&place)),
        }
    }
}

fn trouble(place: &str) -> Trouble {
    let message = format!(
        "internal error at {place}, so nothing found in this file is reported; please report it, and check the file by \
         other means until it is mended"
    );
    Trouble::new(FaultCode::InternalError, message)
}
