//! A zip archive: its members one after the other, in the order of its directory, each an input of its own.
//! Nothing is ever unpacked to the disk, and a member's name is only a name.

use std::io::{self, BufReader, Read};
use std::path::Path;
use std::vec;

use flate2::bufread::DeflateDecoder;

use crate::x12::fault::FaultCode;

use super::Reading;
use super::caps::{Capped, Meter, Metered};
use super::directory::{self, Entry};
use super::gzip::broken;
use super::input::member_name;
use super::part::{Part, decode};
use super::raw::Shared;
use super::ready;
use super::stream::{self, Facts};
use super::trouble::Trouble;

/// The members of an archive that were not handed out yet.
pub(super) struct Members {
    file: Shared,
    archive: String,
    size: u64,
    entries: vec::IntoIter<Entry>,
    /// What came out of all members so far.
    output: Meter,
    link: Option<String>,
}

impl Members {
    /// Opens an archive of `size` bytes, or the one member of it that is wanted.
    pub(super) fn open(
        file: &Shared,
        size: u64,
        facts: &Facts,
        only: Option<&str>,
        reading: &Reading,
    ) -> Result<Members, Trouble> {
        let mut entries = directory::read(file, size, &reading.caps)?;
        let has = |name: &[u8]| entries.iter().any(|e| e.name == name);
        if has(b"[Content_Types].xml") || has(b"mimetype") {
            let message = "an Office document; export the claims as an 837 file";
            return Err(Trouble::new(FaultCode::ForeignFormat, message));
        }
        if entries.is_empty() {
            return Err(Trouble::new(FaultCode::EmptyFile, "an archive without members"));
        }
        if let Some(only) = only {
            // As it is, or as reports print it.
            let printed = member_name(&facts.name, only.as_bytes());
            entries.retain(|e| member_name(&facts.name, &e.name) == printed || e.name == only.as_bytes());
            if entries.is_empty() {
                let message = "no such member in the archive; scan the archive to see which it has";
                return Err(Trouble::new(FaultCode::FileVanished, message));
            }
        }
        Ok(Members {
            file: file.clone(),
            archive: facts.name.clone(),
            size,
            entries: entries.into_iter(),
            output: Meter::default(),
            link: facts.link.clone(),
        })
    }

    /// The next member.
    pub(super) fn next(&mut self, reading: &Reading) -> Option<Part> {
        let entry = self.entries.next()?;
        let name = member_name(&self.archive, &entry.name);
        if let Some(reason) = left_out(&entry.name) {
            return Some(Part::Skipped(name, reason));
        }
        let mut facts = Facts {
            name,
            container: vec!["zip"],
            offsets: Some("in the unpacked content".to_owned()),
            link: self.link.clone(),
            file_bytes: Some(entry.packed),
            ..Facts::default()
        };
        match self.unpack(&entry, &mut facts, reading) {
            Ok(reader) => {
                let (stream, ticket) = stream::new(reader, &self.file, true);
                Some(Part::Stream(facts, stream, ticket))
            }
            Err(trouble) => Some(Part::Unread(facts, trouble)),
        }
    }

    fn unpack(
        &self,
        entry: &Entry,
        facts: &mut Facts,
        reading: &Reading,
    ) -> Result<Box<dyn Read + Send>, Trouble> {
        reading.caps.check(self.size, self.output.get())?;
        // A flag for the old way; the new one has a method of its own.
        if entry.flags & 1 != 0 || entry.method == 99 {
            let message = "an encrypted member of an archive; decrypt it first";
            return Err(Trouble::new(FaultCode::Encrypted, message));
        }
        let at = directory::data_of(&self.file, entry)?;
        let input = Meter::default();
        let packed = Metered { inner: self.file.section(at, entry.packed), meter: input.clone() };
        let content: Box<dyn Read + Send> = match entry.method {
            0 => Box::new(packed),
            8 => Box::new(DeflateDecoder::new(BufReader::with_capacity(64 * 1024, packed))),
            other => {
                let message =
                    format!("packed by a method that is not read ({other}); unpack the archive first");
                return Err(Trouble::new(FaultCode::ForeignFormat, message));
            }
        };
        let checked =
            Checked { inner: content, hash: crc32fast::Hasher::new(), size: 0, entry: entry.clone() };
        let capped = Capped {
            inner: checked,
            caps: reading.caps,
            input,
            output: Meter::default(),
            archive: Some((self.size, self.output.clone())),
        };
        decode(Box::new(capped), reading, facts)
    }
}

/// Why a member is not read, by its name.
fn left_out(name: &[u8]) -> Option<&'static str> {
    let name = String::from_utf8_lossy(name);
    if name.ends_with(['/', '\\']) {
        return Some("a directory of an archive");
    }
    let mut parts = name.split(['/', '\\']);
    if parts.any(|part| part.starts_with('.') && !matches!(part, "." | "..")) {
        return Some(ready::HIDDEN);
    }
    ready::left_out(Path::new(name.rsplit(['/', '\\']).next().unwrap_or_default()))
}

const MEMBER: &str = "a member of a zip archive";

/// Holds what comes out against the size and check sum of the directory.
struct Checked {
    inner: Box<dyn Read + Send>,
    hash: crc32fast::Hasher,
    size: u64,
    entry: Entry,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer).map_err(|e| broken(MEMBER, e))?;
        self.hash.update(buffer.get(..n).unwrap_or_default());
        self.size += n as u64;
        let is_end = n == 0 && !buffer.is_empty();
        if is_end && (self.size, self.hash.clone().finalize()) != (self.entry.size, self.entry.crc) {
            return Err(broken(MEMBER, io::ErrorKind::InvalidData.into()));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_left_out_as_files_are_and_parents_are_not_hidden() {
        for (name, out) in [
            ("a/", true),
            ("a/b.837", false),
            ("../../etc/claims", false),
            ("/absolute", false),
            ("__MACOSX/._b.837", true),
            (".git/x", true),
            ("a/upload.part", true),
            ("list.csv", true),
            ("C:\\out\\b.837", false),
            ("c\\d\\", true),
        ] {
            assert_eq!(left_out(name.as_bytes()).is_some(), out, "{name}");
        }
    }
}
