//! What the commands say that read the inputs again, for formats and halves that tell of every claim.

use crate::scan::commit::{FileResult, Status};

use super::Outcome;
use super::config::Config;

/// How it went to read the inputs again.
#[derive(Debug)]
pub(crate) struct Reread {
    /// What was not done, or went wrong inside.
    pub(crate) said: Vec<String>,
    /// What that makes of the run.
    pub(crate) outcome: Outcome,
}

impl Default for Reread {
    fn default() -> Reread {
        Reread { said: Vec::new(), outcome: Outcome::Done }
    }
}

impl Reread {
    /// Both of them.
    pub(crate) fn and(mut self, other: Reread) -> Reread {
        self.said.extend(other.said);
        Reread { outcome: self.outcome.max(other.outcome), ..self }
    }
}

/// Why nothing is made of a file that was not read whole; `None` of one that was.
pub(crate) fn unread(config: &Config, file: &FileResult) -> Option<String> {
    match &file.status {
        Status::Whole => None,
        Status::Partial(why) => {
            Some(format!("it was not read whole: {}", config.names.message(&why.message)))
        }
        Status::Unreadable(why) | Status::Failed(why) => Some(config.names.message(&why.message)),
    }
}
