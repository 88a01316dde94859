//! The ledger: what was found in inputs of earlier runs, so that a run need not read them again.
//!
//! A directory of files, one a run, only ever added to. For each input that was read to its end there is a record
//! of all that the engine needs to go on as if it had read it: so a run that takes records in the place of inputs
//! gives the same bytes as one that reads. A record is found by the SHA-256 of the input and of all else that
//! results hang on, its context: the build of the program, the rules, the settings, the sidecar files. One that
//! is torn, damaged, or of another version or context is passed over; it is never an error.
//!
//! Beside the records it remembers which interchanges each input had, as digests, with the day of the run that saw
//! them first: that day comes from the one who opens it.
//!
//! Deliberately absent: the clock, names of inputs, and records of inputs that were read in part, changed while
//! they were read, or are members of archives.

mod frames;
mod record;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::disk::{Handle, Kind as FileKind, Shared};
use crate::source::Reading;
use crate::source::digest;
use crate::source::input::Input;
use crate::source::stream::Facts;

use super::interchanges::Known as Interchanges;

use frames::{Frames, Kind};
use record::{End, Had};

pub(super) use record::{ChunkOf, Record, Recorder};

/// How the names of its files end.
const EXTENSION: &str = ".ledger";

/// What a run does with what is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resume {
    /// It is taken in the place of inputs.
    Yes,
    /// All inputs are read, and recorded anew.
    No,
}

/// What an input had to do with earlier runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Past {
    /// Nothing, as far as anybody looked.
    #[default]
    None,
    /// The same bytes were read by an earlier run, but with another version, other rules or other settings, or its
    /// record was not to be used.
    Seen,
    /// What an earlier run found in the same bytes was taken in its place.
    Reused,
}

/// What is known of earlier runs.
pub struct Ledger {
    disk: Shared,
    directory: PathBuf,
    context: [u8; 32],
    resume: Resume,
    /// Inputs by their digest, with the newest record of this context.
    known: HashMap<[u8; 32], Option<At>>,
    /// Their sizes: an input of another size is none of them.
    sizes: HashSet<u64>,
    /// Interchanges of inputs, also of those there is no record of.
    interchanges: Interchanges,
    /// The day of this run, counted from 1970.
    today: u32,
    /// The number of the file that this run writes.
    number: u64,
    /// Nobody else uses the directory meanwhile.
    _lock: Box<dyn Handle>,
}

/// Where the end of a record stands.
#[derive(Clone, Copy, Debug)]
struct At {
    file: u64,
    end: u64,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("resume", &self.resume).field("known", &self.known.len()).finish()
    }
}

impl Ledger {
    /// Reads what is known. The directory is there, and `lock` keeps others out of it. `today` is the day of the run,
    /// counted from 1970.
    pub fn open(
        (disk, directory): (Shared, PathBuf),
        context: [u8; 32],
        resume: Resume,
        today: u32,
        lock: Box<dyn Handle>,
    ) -> io::Result<Ledger> {
        let mut ledger = Ledger {
            disk,
            directory,
            context,
            resume,
            known: HashMap::new(),
            sizes: HashSet::new(),
            interchanges: Interchanges::default(),
            today,
            number: 1,
            _lock: lock,
        };
        let names = ledger.disk.list(&ledger.directory)?;
        let mut numbers: Vec<u64> = names.iter().filter_map(|name| number(name.to_str()?)).collect();
        numbers.sort_unstable();
        for number in numbers {
            ledger.number = number.saturating_add(1);
            ledger.read(number)?;
        }
        Ok(ledger)
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Which inputs of earlier runs had which interchanges.
    pub(super) fn interchanges(&self) -> &Interchanges {
        &self.interchanges
    }

    /// The day of this run, counted from 1970.
    pub(super) fn today(&self) -> u32 {
        self.today
    }

    fn path(&self, number: u64) -> PathBuf {
        self.directory.join(format!("{number:08}{EXTENSION}"))
    }

    fn frames(&self, number: u64) -> io::Result<Option<Frames>> {
        let path = self.path(number);
        // A link or a pipe somebody put there is none of ours.
        if self.disk.facts(&path)?.kind != FileKind::File {
            return Ok(None);
        }
        Frames::open(self.disk.open(&path)?)
    }

    /// Notes which inputs a file has records of.
    fn read(&mut self, number: u64) -> io::Result<()> {
        let Some(mut frames) = self.frames(number)? else { return Ok(()) };
        while let Some(frame) = frames.head()? {
            match frame.kind {
                Kind::Chunk => {
                    frames.pass(&frame)?;
                    continue;
                }
                Kind::Interchanges => {
                    if let Some(had) = frames.content(&frame)?.and_then(Had::read) {
                        had.identities.iter().for_each(|i| self.interchanges.add(*i, had.sha256, had.day));
                    }
                    continue;
                }
                Kind::End => {}
            }
            let Some(end) = frames.content(&frame)?.and_then(End::read) else { continue };
            for interchange in &end.interchanges {
                self.interchanges.add(interchange.identity, end.sha256, end.day);
            }
            self.sizes.insert(end.size);
            let known = self.known.entry(end.sha256).or_default();
            if end.context == self.context {
                *known = Some(At { file: number, end: frame.at });
            }
        }
        Ok(())
    }

    /// Whether an earlier run read these bytes.
    pub(super) fn has_seen(&self, sha256: &[u8; 32]) -> bool {
        self.known.contains_key(sha256)
    }

    /// The record of an input, if there is one that fits and is whole.
    pub(super) fn record(&self, input: &Input, reading: &Reading) -> Option<(Facts, Record)> {
        if self.resume == Resume::No || self.known.is_empty() {
            return None;
        }
        let (facts, sha256) = digest::sha256(input, reading, |size| self.sizes.contains(&size))?;
        let at = (*self.known.get(&sha256)?)?;
        // A record that cannot be read is as good as none.
        let frames = self.frames(at.file).ok()??;
        let record = Record::open(frames, at.end).ok()??;
        let is_it = (record.end.context, record.end.sha256) == (self.context, sha256);
        (is_it && facts.file_bytes == Some(record.end.size)).then_some((facts, record))
    }
}

/// The number of a file of the ledger, by its name.
fn number(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(EXTENSION)?;
    let is_number = digits.len() >= 8 && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}
