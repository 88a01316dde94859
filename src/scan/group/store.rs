//! Bytes of rows, in memory up to a budget and beyond it in a file without a name of a directory that a user
//! named: beside the outputs, or for this alone.
//!
//! Refuses to spill anywhere else: without a directory everything stays in memory. The file has no name, so
//! that nothing is left behind however the run ends.

use std::io::{self, SeekFrom};
use std::path::PathBuf;

use crate::disk::{Handle, Shared};

/// Where rows may go that are too many for memory.
#[derive(Clone, Debug)]
pub struct Spill {
    /// The disk it is on.
    pub disk: Shared,
    /// The directory.
    pub directory: PathBuf,
    /// Bytes of rows to hold in memory before.
    pub budget: usize,
}

impl Spill {
    /// Bytes of rows held in memory where nothing else is said.
    pub const BUDGET: usize = 48 << 20;
}

/// Grows at its end, a part at a time; any bytes of one part can be read back.
#[derive(Debug)]
pub(crate) struct Store {
    spill: Option<Spill>,
    file: Option<Box<dyn Handle>>,
    /// Bytes in the file; they come before those in memory.
    spilled: u64,
    /// The parts in memory, some to a block, each block with where it begins.
    blocks: Vec<(u64, Vec<u8>)>,
    /// Blocks to be used again: vectors of many lengths that come and go leave holes in memory that nothing fits.
    spare: Vec<Vec<u8>>,
    len: u64,
}

/// Bytes of a block, unless a part is larger.
const BLOCK: usize = 1 << 20;

impl Store {
    pub(crate) fn new(spill: Option<Spill>) -> Store {
        Store { spill, file: None, spilled: 0, blocks: Vec::new(), spare: Vec::new(), len: 0 }
    }

    /// How many bytes it holds: where the next part will begin.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn append(&mut self, part: &[u8]) -> io::Result<()> {
        if self.blocks.last().is_none_or(|(_, block)| block.capacity() - block.len() < part.len()) {
            let mut block = self.spare.pop().unwrap_or_default();
            block.reserve_exact(part.len().max(BLOCK));
            self.blocks.push((self.len, block));
        }
        if let Some((_, block)) = self.blocks.last_mut() {
            block.extend_from_slice(part);
        }
        self.len += part.len() as u64;
        match &self.spill {
            Some(spill) if self.len - self.spilled > spill.budget as u64 => self.flush(),
            _ => Ok(()),
        }
    }

    /// Appends a part that the caller has no more use for: what stays in memory need not be copied.
    pub(crate) fn take(&mut self, mut part: Vec<u8>) -> io::Result<()> {
        if self.spill.is_some() || part.len() < BLOCK / 16 {
            return self.append(&part);
        }
        part.shrink_to_fit();
        let start = self.len;
        self.len += part.len() as u64;
        self.blocks.push((start, part));
        Ok(())
    }

    /// Gives back what is kept for more to be appended.
    pub(crate) fn close(&mut self) {
        self.spare = Vec::new();
    }

    /// Writes the first blocks to the file, a few at a time: whoever puts chunks together does it, and others wait for that.
    fn flush(&mut self) -> io::Result<()> {
        let Some(spill) = &self.spill else { return Ok(()) };
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(spill.disk.nameless(&spill.directory)?),
        };
        let most = spill.budget as u64 / 8 * 7;
        let end = |(start, block): &(u64, Vec<u8>)| start + block.len() as u64;
        let count = self.blocks.iter().take_while(|block| self.len - end(block) > most).count() + 1;
        file.seek(SeekFrom::Start(self.spilled))?;
        for (_, mut block) in self.blocks.drain(..count.min(self.blocks.len())) {
            file.write_all(&block)?;
            self.spilled += block.len() as u64;
            block.clear();
            self.spare.push(block);
        }
        Ok(())
    }

    /// Bytes of one part, from `from` on; `None` if they are on disk.
    pub(crate) fn in_memory(&self, from: u64, len: usize) -> Option<&[u8]> {
        if from < self.spilled {
            return None;
        }
        let at = self.blocks.partition_point(|(start, _)| *start <= from);
        let Some((start, block)) = at.checked_sub(1).and_then(|n| self.blocks.get(n)) else {
            return Some(&[]);
        };
        let start = usize::try_from(from - start).unwrap_or(usize::MAX);
        Some(block.get(start..start.saturating_add(len)).unwrap_or_default())
    }

    /// Bytes of one part, from `from` on: those in memory as they are, those on disk read back into `room`.
    pub(crate) fn view<'a>(&'a self, from: u64, len: usize, room: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        if let Some(bytes) = self.in_memory(from, len) {
            return Ok(bytes);
        }
        room.clear();
        if let Some(file) = &self.file {
            room.resize(len, 0);
            read_exact_at(&**file, room, from)?;
        }
        Ok(room)
    }
}

/// Fills a buffer with the bytes from a place on.
fn read_exact_at(file: &dyn Handle, mut buffer: &mut [u8], mut from: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        let read = file.read_at(buffer, from)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        from += read as u64;
        buffer = buffer.get_mut(read..).unwrap_or_default();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::System;

    fn spill(directory: impl Into<PathBuf>, budget: usize) -> Option<Spill> {
        Some(Spill { disk: std::sync::Arc::new(System), directory: directory.into(), budget })
    }

    #[test]
    fn what_is_appended_is_read_back_from_memory_or_from_disk() {
        let directory = tempfile::tempdir().unwrap();
        for budget in [0, 5, 64, 1 << 20] {
            for spill in [None, spill(directory.path(), budget)] {
                let mut store = Store::new(spill);
                let parts: Vec<Vec<u8>> = (0..40u8).map(|n| vec![n; 4_000 * usize::from(n)]).collect();
                let mut at = Vec::new();
                for part in &parts {
                    at.push(store.len());
                    // The same to whoever reads it.
                    if at.len() % 3 == 0 { store.append(part) } else { store.take(part.clone()) }.unwrap();
                }
                let mut room = Vec::new();
                for (part, from) in parts.iter().zip(at).rev() {
                    assert_eq!(store.view(from, part.len(), &mut room).unwrap(), *part, "budget {budget}");
                }
            }
        }
        let left = std::fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(left, 0, "no file is left behind");
    }

    #[test]
    fn a_directory_that_is_not_there_is_an_error() {
        assert!(Store::new(spill("no/such/directory", 0)).append(b"a").is_err());
    }
}
