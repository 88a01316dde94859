//! The directory at the end of a zip archive: which members it has and where they lie.
//!
//! Read here and not by a library, because a member may never be lost without a word: libraries keep one of two
//! members with the same name, and build their lists before anybody can count them.

use std::io;

use crate::x12::fault::FaultCode;

use super::caps::Caps;
use super::raw::Shared;
use super::trouble::Trouble;

/// A member as the directory has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    /// The name's bytes, as they are.
    pub(super) name: Vec<u8>,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    /// Bytes in the archive.
    pub(super) packed: u64,
    /// Bytes unpacked.
    pub(super) size: u64,
    /// Where its own header lies.
    pub(super) header: u64,
}

/// The record at the end: how many members, and where the list of them lies.
struct Last {
    members: u64,
    at: u64,
    bytes: u64,
}

/// A directory of ten thousand members has a few million bytes; this many is an attack.
const LARGEST: u64 = 64 << 20;

/// Bytes of the record at the end, of its comment at most, and of the mark that leads to the longer one.
const END: usize = 22;
const COMMENT: usize = 0xffff;
const LOCATOR: usize = 20;
/// Bytes of a member's own header, without its name.
pub(super) const HEADER: u64 = 30;

/// Reads the directory of an archive of `size` bytes.
pub(super) fn read(file: &Shared, size: u64, caps: &Caps) -> Result<Vec<Entry>, Trouble> {
    let last = last(file, size)?;
    if last.members > caps.members {
        let message = format!(
            "an archive that claims {} members, more than {}; unpack it by other means if it is trusted, or raise [limits] in the settings",
            last.members, caps.members
        );
        return Err(Trouble::new(FaultCode::ContainerLimit, message));
    }
    if last.bytes > LARGEST {
        let message = format!("an archive whose directory has {} bytes; it is not opened", last.bytes);
        return Err(Trouble::new(FaultCode::ContainerLimit, message));
    }
    if last.at.checked_add(last.bytes).is_none_or(|end| end > size) {
        return Err(damaged("its directory lies beyond its end"));
    }
    let bytes = file.bytes(last.at, last.bytes as usize).map_err(unread)?;
    let mut entries = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some(entry) = entry(&mut rest)?.filter(|_| entries.len() as u64 <= last.members) {
        entries.push(entry);
    }
    if entries.len() as u64 != last.members {
        return Err(damaged("its directory does not have as many members as it says"));
    }
    no_overlap(&entries, last.at)?;
    Ok(entries)
}

/// Where a member's bytes begin: behind its own header, whose length only that header tells.
pub(super) fn data_of(file: &Shared, entry: &Entry) -> Result<u64, Trouble> {
    let header = file.bytes(entry.header, HEADER as usize).map_err(unread)?;
    if !header.starts_with(b"PK\x03\x04") {
        return Err(damaged("a member is not where its directory says"));
    }
    let length = |at| u64::from(short(&header, at).unwrap_or(0));
    Ok(entry.header + HEADER + length(26) + length(28))
}

fn last(file: &Shared, size: u64) -> Result<Last, Trouble> {
    let wanted = size.min((END + COMMENT + LOCATOR) as u64);
    let start = size - wanted;
    let tail = file.bytes(start, wanted as usize).map_err(unread)?;
    let is_end = |at: &usize| {
        tail[*at..].starts_with(b"PK\x05\x06")
            && short(&tail, at + 20).is_some_and(|comment| at + END + usize::from(comment) == tail.len())
    };
    let Some(at) = (0..tail.len().saturating_sub(END - 1)).rev().find(is_end) else {
        return Err(damaged("its directory at the end is not there"));
    };
    let (members, bytes, list) = (short(&tail, at + 10), long(&tail, at + 12), long(&tail, at + 16));
    let (Some(members), Some(bytes), Some(list)) = (members, bytes, list) else {
        return Err(damaged("its directory cannot be read"));
    };
    let locator = at.checked_sub(LOCATOR).filter(|at| tail[*at..].starts_with(b"PK\x06\x07"));
    if let Some(locator) = locator {
        let at = longest(&tail, locator + 8).unwrap_or(u64::MAX);
        if at.checked_add(56).is_none_or(|end| end > size) {
            return Err(damaged("its directory cannot be read"));
        }
        let record = file.bytes(at, 56).map_err(unread)?;
        if let (true, Some(members), Some(bytes), Some(at)) = (
            record.starts_with(b"PK\x06\x06"),
            longest(&record, 32),
            longest(&record, 40),
            longest(&record, 48),
        ) {
            return Ok(Last { members, at, bytes });
        }
        return Err(damaged("its directory cannot be read"));
    }
    if short(&tail, at + 4) != Some(0) || short(&tail, at + 8) != Some(members) {
        return Err(damaged("it is one part of several"));
    }
    Ok(Last { members: members.into(), at: list.into(), bytes: bytes.into() })
}

/// The next entry of the list; `None` behind the last.
fn entry(rest: &mut &[u8]) -> Result<Option<Entry>, Trouble> {
    if rest.is_empty() {
        return Ok(None);
    }
    let broken = || damaged("its directory cannot be read");
    let bytes = *rest;
    if !bytes.starts_with(b"PK\x01\x02") {
        return Err(broken());
    }
    let lengths = [28, 30, 32].map(|at| short(bytes, at).map(usize::from));
    let [Some(name), Some(extra), Some(comment)] = lengths else { return Err(broken()) };
    let at = 46 + name;
    let (Some(name), Some(extra), Some(after)) =
        (bytes.get(46..at), bytes.get(at..at + extra), bytes.get(at + extra + comment..))
    else {
        return Err(broken());
    };
    let number = |at| long(bytes, at).unwrap_or(u32::MAX);
    // Sizes and places too large for their fields stand in an extra field, in this order.
    let mut wide = field(extra, 1).unwrap_or_default().chunks_exact(8);
    let mut full = |at: usize| {
        let small = number(at);
        if small < u32::MAX {
            return Ok(small.into());
        }
        wide.next().and_then(|eight| longest(eight, 0)).ok_or_else(broken)
    };
    let (size, packed, header) = (full(24)?, full(20)?, full(42)?);
    *rest = after;
    Ok(Some(Entry {
        name: name.to_vec(),
        flags: short(bytes, 8).unwrap_or(0),
        method: short(bytes, 10).unwrap_or(0),
        crc: number(16),
        packed,
        size,
        header,
    }))
}

/// The content of an extra field.
fn field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    loop {
        let len = usize::from(short(extra, 2)?);
        let content = extra.get(4..4 + len)?;
        if short(extra, 0) == Some(id) {
            return Some(content);
        }
        extra = extra.get(4 + len..)?;
    }
}

/// Members that share bytes make a small archive large, a trick no packer plays.
fn no_overlap(entries: &[Entry], directory: u64) -> Result<(), Trouble> {
    let mut spans: Vec<(u64, u64)> = entries
        .iter()
        .map(|e| (e.header, e.header.saturating_add(HEADER + e.name.len() as u64).saturating_add(e.packed)))
        .collect();
    spans.sort_unstable();
    if spans.windows(2).any(|pair| pair[0].1 > pair[1].0) {
        let message =
            "an archive whose members overlap, so that it unpacks to more than it holds; it is not opened";
        return Err(Trouble::new(FaultCode::ContainerLimit, message));
    }
    match spans.last() {
        Some((_, end)) if *end > directory => Err(damaged("a member lies beyond its directory")),
        _ => Ok(()),
    }
}

fn damaged(what: &str) -> Trouble {
    let message = format!("a zip archive that is damaged or cut off ({what}); get the archive again");
    Trouble::new(FaultCode::BrokenContainer, message)
}

fn unread(error: io::Error) -> Trouble {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return damaged("it is shorter than it was");
    }
    Trouble::of_io(error)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn longest(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
