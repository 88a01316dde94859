//! The files of a run read once more: the same bytes, or it is said that they are not.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use crate::source::input::Input;
use crate::source::part::{Part, Parts};
use crate::source::stream::{Stream, Ticket};

use super::Setup;
use super::commit::FileResult;

/// A file that is read again.
pub struct Again {
    stream: Stream,
    ticket: Ticket,
    /// Of a member of an archive; a file is digested as it lies on the disk.
    digest: Option<Sha256>,
}

impl Read for Again {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.stream.read(buffer)?;
        if let Some(digest) = &mut self.digest {
            digest.update(buffer.get(..n).unwrap_or_default());
        }
        Ok(n)
    }
}

impl Again {
    /// Whether it was read to its end and the bytes were those that `file` had.
    pub fn was(self, file: &FileResult) -> bool {
        let end = self.ticket.end();
        let sha256 = self.digest.map_or(end.sha256, |digest| Some(digest.finalize().into()));
        end.whole && end.changed.is_none() && sha256.is_some() && sha256 == file.sha256
    }
}

/// Reads the files of a run again, in their order, those that are wanted. A file that is not handed out is not there
/// any more, or another.
pub fn each<E>(
    setup: &Setup,
    inputs: &[Input],
    files: &[FileResult],
    mut with: impl FnMut(usize, &FileResult, Again) -> Result<(), E>,
    wanted: impl Fn(usize) -> bool,
) -> Result<(), E> {
    let mut at = 0;
    for input in inputs {
        let mut parts = Parts::of(input);
        while let Some(part) = parts.next(&setup.reading) {
            let (facts, opened) = match part {
                Part::Stream(facts, stream, ticket) => (facts, Some((stream, ticket))),
                Part::Unread(facts, _) => (facts, None),
                Part::Skipped(..) => continue,
            };
            // An archive may have lost or got members: from there on names tell which file it is.
            let Some(n) = (at..files.len()).find(|n| files[*n].name == facts.name) else { continue };
            at = n + 1;
            if let Some((stream, ticket)) = opened.filter(|_| wanted(n)) {
                let digest = ticket.is_of_member().then(Sha256::new);
                with(n, &files[n], Again { stream, ticket, digest })?;
            }
        }
    }
    Ok(())
}
