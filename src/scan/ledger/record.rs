//! The record of one input: its chunks, each as `commit` leaves it, and how the input ended.

use std::io::{self, Seek as _, SeekFrom, Write as _};

use serde::{Deserialize, Serialize};

use crate::disk::{Access, Handle};
use crate::finding::Finding;
use crate::minutes::RowId;
use crate::scan::commit::{FileResult, Status, Totals};
use crate::scan::group::rows::Section;
use crate::scan::interchanges::{Identity, Interchange};
use crate::scan::kept::Kept;
use crate::source::stream::Facts;
use crate::source::trouble::Trouble;

use super::frames::{self, Frames, Kind};
use super::{Ledger, Past};

/// Bytes of inputs that are recorded before the records are brought to the disk: a power cut costs no more.
const SYNC: u64 = 64 << 20;

/// What containers may be called; results speak of them by these words.
const CONTAINERS: [&str; 5] = ["gzip", "utf-16le", "utf-16be", "cp037", "cp1047"];

/// What is recorded of a chunk.
#[derive(Debug, Default)]
pub(in crate::scan) struct ChunkOf {
    /// With the number of the chunk within its input.
    pub kept: Kept,
    /// Rows for the grouping stage, if there are any.
    pub section: Option<Section>,
    /// Rows of sidecar files that were used.
    pub matched: Vec<RowId>,
    /// Rows that fit several lines.
    pub ambiguous: Vec<RowId>,
}

impl ChunkOf {
    fn is_empty(&self) -> bool {
        let Kept { claims, loose, .. } = &self.kept;
        let rows = self.matched.is_empty() && self.ambiguous.is_empty() && self.section.is_none();
        rows && claims.is_empty() && loose.is_empty()
    }

    fn write(&self, to: Vec<u8>) -> io::Result<Vec<u8>> {
        let what = (&self.kept, &self.section, &self.matched, &self.ambiguous);
        let mut to = postcard::to_extend(&what, to).map_err(io::Error::other)?;
        // By far the most of it, so it is not looked at byte by byte.
        to.extend_from_slice(self.section.as_ref().map_or(&[], |section| &section.part));
        Ok(to)
    }

    fn read(content: &[u8]) -> Option<ChunkOf> {
        let (what, part) = postcard::take_from_bytes(content).ok()?;
        let (kept, mut section, matched, ambiguous): (_, Option<Section>, _, _) = what;
        match &mut section {
            Some(section) => section.part = part.to_vec(),
            None if part.is_empty() => {}
            None => return None,
        }
        Some(ChunkOf { kept, section, matched, ambiguous })
    }
}

/// The end of a record: of what input it is, where it begins, and what is to be said of the input as a whole.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct End {
    pub context: [u8; 32],
    pub sha256: [u8; 32],
    /// Bytes on the disk.
    pub size: u64,
    start: u64,
    /// Frames from the start to this one.
    frames: u32,
    /// Chunks of the input, also those there was nothing to say of.
    chunks: u32,
    totals: Totals,
    /// The day of the run that read it, counted from 1970.
    pub day: u32,
    pub interchanges: Vec<Interchange>,
    container: Vec<String>,
    offsets: Option<String>,
    remark: Option<Trouble>,
    notes: Vec<Finding>,
}

impl End {
    pub(super) fn read(content: &[u8]) -> Option<End> {
        postcard::from_bytes(content).ok()
    }
}

/// What is remembered of an input that there is no record of.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Had {
    pub sha256: [u8; 32],
    /// The day of the run that read it, counted from 1970.
    pub day: u32,
    pub identities: Vec<Identity>,
}

impl Had {
    pub(super) fn read(content: &[u8]) -> Option<Had> {
        postcard::from_bytes(content).ok()
    }
}

/// A record that was found whole.
pub(in crate::scan) struct Record {
    pub(super) end: End,
    frames: Frames,
}

impl Record {
    /// Opens the record whose end stands at a place, and looks whether all of it is as it was written: once it is
    /// begun to be used there is no way back.
    pub(super) fn open(mut frames: Frames, at: u64) -> io::Result<Option<Record>> {
        frames.go_to(at)?;
        let Some(frame) = frames.head()?.filter(|frame| frame.kind == Kind::End) else { return Ok(None) };
        let Some(end) = frames.content(&frame)?.and_then(End::read) else { return Ok(None) };
        let strange = |word: &String| !CONTAINERS.contains(&word.as_str());
        if end.container.iter().any(strange) || end.interchanges.iter().any(|i| i.chunk >= end.chunks) {
            return Ok(None);
        }
        let mut record = Record { end, frames };
        let is_whole = record.each(&mut |_| Ok(()))? && record.frames.at() == at;
        Ok(is_whole.then_some(record))
    }

    /// Hands out the chunks; `false` if one is not as it was written.
    fn each(&mut self, with: &mut dyn FnMut(ChunkOf) -> io::Result<()>) -> io::Result<bool> {
        let Record { end, frames } = self;
        frames.go_to(end.start)?;
        for _ in 0..end.frames {
            let Some(frame) = frames.head()?.filter(|frame| frame.kind == Kind::Chunk) else {
                return Ok(false);
            };
            match frames.content(&frame)?.and_then(ChunkOf::read) {
                Some(chunk) if chunk.kept.number < end.chunks => with(chunk)?,
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// How many chunks the input has.
    pub(in crate::scan) fn chunks(&self) -> u32 {
        self.end.chunks
    }

    /// The digest of the input.
    pub(in crate::scan) fn sha256(&self) -> &[u8; 32] {
        &self.end.sha256
    }

    /// Its interchanges.
    pub(in crate::scan) fn interchanges(&self) -> &[Interchange] {
        &self.end.interchanges
    }

    /// Sums over the input.
    pub(in crate::scan) fn totals(&self) -> &Totals {
        &self.end.totals
    }

    /// Hands out the chunks that there is something to say of.
    pub(in crate::scan) fn take(
        &mut self,
        with: &mut dyn FnMut(ChunkOf) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.each(with)? { Ok(()) } else { Err(io::Error::other("it was changed while it was read")) }
    }

    /// What is said of the input as a whole, under the name it has now.
    pub(in crate::scan) fn into_result(self, facts: Facts) -> FileResult {
        let End { sha256, size, totals, container, offsets, remark, notes, .. } = self.end;
        let known = |word: &String| CONTAINERS.into_iter().find(|known| known == word);
        FileResult {
            name: facts.name,
            status: Status::Whole,
            earlier: false,
            bytes: totals.bytes,
            file_bytes: size,
            container: container.iter().filter_map(known).collect(),
            offsets,
            link: facts.link,
            claims: totals.counts.claims_seen,
            in_scope: totals.in_scope,
            sha256: Some(sha256),
            done: true,
            remark,
            notes,
            past: Past::Reused,
        }
    }
}

/// Writes the records of a run, one after the other, chunk by chunk: none of it stays in memory.
#[derive(Debug)]
pub(in crate::scan) struct Recorder<'l> {
    ledger: &'l Ledger,
    file: Option<Box<dyn Handle>>,
    /// Where the file ends.
    at: u64,
    /// Where the record at hand begins.
    start: u64,
    frames: u32,
    /// Bytes of inputs whose records may not be on the disk yet.
    unsynced: u64,
    failure: Option<io::Error>,
}

impl<'l> Recorder<'l> {
    pub(in crate::scan) fn new(ledger: &'l Ledger) -> Recorder<'l> {
        Recorder { ledger, file: None, at: 0, start: 0, frames: 0, unsynced: 0, failure: None }
    }

    /// Takes a chunk of the input at hand.
    pub(in crate::scan) fn chunk(&mut self, chunk: &ChunkOf) {
        if !chunk.is_empty() {
            self.frames += 1;
            self.try_to(|this| this.write(frames::frame(Kind::Chunk, |to| chunk.write(to))?));
        }
    }

    /// The input at hand has ended, and all of its chunks were taken.
    pub(in crate::scan) fn end(
        &mut self,
        result: &FileResult,
        totals: &Totals,
        chunks: u32,
        interchanges: Vec<Interchange>,
    ) {
        let Some(sha256) = result.sha256 else { return self.forget() };
        self.try_to(|this| {
            this.begin()?;
            let end = End {
                context: this.ledger.context,
                sha256,
                size: result.file_bytes,
                start: this.start,
                frames: this.frames,
                chunks,
                totals: totals.clone(),
                day: this.ledger.today(),
                interchanges,
                container: result.container.iter().map(|word| (*word).to_owned()).collect(),
                offsets: result.offsets.clone(),
                remark: result.remark.clone(),
                notes: result.notes.clone(),
            };
            let write = |to| postcard::to_extend(&end, to).map_err(io::Error::other);
            this.write(frames::frame(Kind::End, write)?)?;
            this.frames = 0;
            this.stands(result.file_bytes)
        });
    }

    /// An input that is not recorded had interchanges that nobody knew it to have.
    pub(in crate::scan) fn remember(&mut self, sha256: Option<[u8; 32]>, identities: Vec<Identity>) {
        let Some(sha256) = sha256.filter(|_| !identities.is_empty()) else { return };
        self.try_to(|this| {
            let had = Had { sha256, day: this.ledger.today(), identities };
            let write = |to| postcard::to_extend(&had, to).map_err(io::Error::other);
            this.write(frames::frame(Kind::Interchanges, write)?)?;
            this.stands(0)
        });
    }

    /// The input at hand is not recorded: what was written of it is written over.
    pub(in crate::scan) fn forget(&mut self) {
        self.frames = 0;
        self.at = self.start;
        let at = self.at;
        self.try_to(|this| {
            this.file.as_mut().map_or(Ok(()), |file| file.seek(SeekFrom::Start(at)).map(drop))
        });
    }

    /// Has all records on the disk. Returns why some are not, if that is so.
    pub(in crate::scan) fn finish(mut self) -> Option<io::Error> {
        self.try_to(|this| if this.unsynced > 0 { this.sync() } else { Ok(()) });
        self.failure
    }

    /// Does it, unless something failed before: behind a gap nothing can be recorded.
    fn try_to(&mut self, what: impl FnOnce(&mut Self) -> io::Result<()>) {
        if self.failure.is_none() {
            self.failure = what(self).err();
        }
    }

    /// Makes the file, if there is none yet: a run that has nothing to record leaves none.
    fn begin(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            let Ledger { disk, number, .. } = self.ledger;
            let mut file = disk.create(&self.ledger.path(*number), Access::Private)?;
            self.at = frames::begin(&mut *file)?;
            self.start = self.at;
            self.file = Some(file);
        }
        Ok(())
    }

    fn write(&mut self, frame: Vec<u8>) -> io::Result<()> {
        self.begin()?;
        if let Some(file) = &mut self.file {
            file.write_all(&frame)?;
            self.at += frame.len() as u64;
        }
        Ok(())
    }

    /// What was written is of an input that is done, of so many bytes.
    fn stands(&mut self, bytes: u64) -> io::Result<()> {
        self.start = self.at;
        self.unsynced += bytes.max(1);
        if self.unsynced < SYNC { Ok(()) } else { self.sync() }
    }

    fn sync(&mut self) -> io::Result<()> {
        if let Some(file) = &self.file {
            file.sync()?;
            self.ledger.disk.sync_directory(&self.ledger.directory)?;
        }
        self.unsynced = 0;
        Ok(())
    }
}
