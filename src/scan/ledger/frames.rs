//! Frames: pieces of a file that say how long they are and whether they are as they were written.
//!
//! A frame is its kind, the length of its content, a CRC-32 over both and the content, and the content. Whatever
//! else stands in a file ends the reading of it, and is never an error: a run that was killed left it.

use std::io::{self, BufReader, Read, Seek as _, SeekFrom};

use crate::disk::Handle;

/// What a file of frames begins with; another number is another way of writing, which nobody here reads.
const BEGINS_WITH: &[u8; 16] = b"claimlint led 6\n";

const HEAD: usize = 9;

/// Little, for most frames are passed over; content comes past it.
const BUFFER: usize = 2048;

/// What a frame is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A chunk of an input.
    Chunk = b'c' as isize,
    /// The end of an input: without it, the chunks before it are of none.
    End = b'e' as isize,
    /// Interchanges of an input that there is no record of.
    Interchanges = b'i' as isize,
}

impl Kind {
    fn of(byte: u8) -> Option<Kind> {
        [Kind::Chunk, Kind::End, Kind::Interchanges].into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// Begins a file; returns where its first frame stands.
pub(super) fn begin(file: &mut dyn Handle) -> io::Result<u64> {
    file.write_all(BEGINS_WITH)?;
    Ok(BEGINS_WITH.len() as u64)
}

/// Makes a frame of what `write` writes.
pub(super) fn frame(kind: Kind, write: impl FnOnce(Vec<u8>) -> io::Result<Vec<u8>>) -> io::Result<Vec<u8>> {
    let mut frame = write(vec![0; HEAD])?;
    let len = frame.len() - HEAD;
    let len = u32::try_from(len).map_err(|_| io::Error::other("a record longer than 4 GiB"))?;
    let (head, content) = frame.split_at_mut(HEAD);
    head[0] = kind as u8;
    head[1..5].copy_from_slice(&len.to_le_bytes());
    let sum = checksum(&head[..5], content);
    head[5..].copy_from_slice(&sum.to_le_bytes());
    Ok(frame)
}

fn checksum(head: &[u8], content: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(head);
    sum.update(content);
    sum.finalize()
}

/// A file of frames, read from one to the next.
pub(super) struct Frames {
    file: BufReader<Box<dyn Handle>>,
    at: u64,
    len: u64,
    content: Vec<u8>,
}

/// Where a frame stands and what it is.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub kind: Kind,
    pub at: u64,
    head: [u8; HEAD],
    len: u64,
}

impl Frames {
    /// A file of frames; `None` if it is none, or of another version.
    pub(super) fn open(file: Box<dyn Handle>) -> io::Result<Option<Frames>> {
        let len = file.facts()?.len;
        let mut file = BufReader::with_capacity(BUFFER, file);
        let mut begin = [0; BEGINS_WITH.len()];
        let at = begin.len() as u64;
        if len < at {
            return Ok(None);
        }
        file.read_exact(&mut begin)?;
        Ok((begin == *BEGINS_WITH).then_some(Frames { file, at, len, content: Vec::new() }))
    }

    /// Where the next frame stands.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Goes to a frame.
    pub(super) fn go_to(&mut self, at: u64) -> io::Result<()> {
        self.at = self.file.seek(SeekFrom::Start(at))?;
        Ok(())
    }

    /// The head of the next frame; `None` where there is none.
    pub(super) fn head(&mut self) -> io::Result<Option<Frame>> {
        let rest = self.len.saturating_sub(self.at);
        if rest < HEAD as u64 {
            return Ok(None);
        }
        let mut head = [0; HEAD];
        self.file.read_exact(&mut head)?;
        let at = self.at;
        self.at += HEAD as u64;
        let [first, a, b, c, d, ..] = head;
        let len = u64::from(u32::from_le_bytes([a, b, c, d]));
        let kind = Kind::of(first).filter(|_| len <= rest - HEAD as u64);
        Ok(kind.map(|kind| Frame { kind, at, head, len }))
    }

    /// Passes the content of a frame over.
    pub(super) fn pass(&mut self, frame: &Frame) -> io::Result<()> {
        // Within the buffer nothing is read anew. The length was held against that of the file.
        self.file.seek_relative(i64::try_from(frame.len).unwrap_or(i64::MAX))?;
        self.at += frame.len;
        Ok(())
    }

    /// The content of a frame; `None` if it is not as it was written.
    pub(super) fn content(&mut self, frame: &Frame) -> io::Result<Option<&[u8]>> {
        self.content.resize(usize::try_from(frame.len).unwrap_or(usize::MAX), 0);
        self.file.read_exact(&mut self.content)?;
        self.at += frame.len;
        let [head @ .., a, b, c, d] = &frame.head;
        let is_right = checksum(head, &self.content) == u32::from_le_bytes([*a, *b, *c, *d]);
        Ok(is_right.then_some(&self.content))
    }
}
