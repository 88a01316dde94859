//! What the system says of a file: size, times, identity. The one place of this room that differs by platform.

use std::fs::Metadata;

use crate::disk::Facts;

const SECOND: i128 = 1_000_000_000;

/// Size, times and identity of a file. Two that are equal are of one file that nobody changed in between.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// When its bytes changed last, in nanoseconds since 1970.
    pub modified: Option<i128>,
    /// When anything of it changed last, likewise, where the platform tells.
    pub changed: Option<i128>,
    /// Device and inode, where the platform tells.
    pub id: Option<(u64, u64)>,
}

impl Stat {
    /// From what the system tells.
    #[cfg(unix)]
    pub fn of(metadata: &Metadata) -> Stat {
        use std::os::unix::fs::MetadataExt as _;
        let moment = |seconds: i64, more: i64| Some(i128::from(seconds) * SECOND + i128::from(more));
        Stat {
            size: metadata.len(),
            modified: moment(metadata.mtime(), metadata.mtime_nsec()),
            changed: moment(metadata.ctime(), metadata.ctime_nsec()),
            id: Some((metadata.dev(), metadata.ino())),
        }
    }

    /// From what the system tells.
    #[cfg(not(unix))]
    pub fn of(metadata: &Metadata) -> Stat {
        let since = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let modified = since.and_then(|since| i128::try_from(since.as_nanos()).ok());
        Stat { size: metadata.len(), modified, changed: None, id: None }
    }

    /// From what a disk tells.
    pub(super) fn of_disk(facts: &Facts) -> Stat {
        let Facts { len, modified, changed, identity, .. } = *facts;
        Stat { size: len, modified, changed, id: identity }
    }

    /// What differs between a file before and after, in words; `None` if nothing does.
    pub fn difference(&self, after: &Stat) -> Option<String> {
        if self.id != after.id {
            return Some("another file took its place".to_owned());
        }
        if self.size != after.size {
            return Some(format!("from {} to {} bytes", self.size, after.size));
        }
        (self != after).then(|| "its times differ".to_owned())
    }

    /// Seconds between its last change and a moment: a clock that is ahead makes no file old or young by much.
    pub fn age(&self, now: i64) -> u64 {
        let modified = self.modified.map_or(0, |moment| moment.div_euclid(SECOND));
        now.abs_diff(i64::try_from(modified).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_seen_and_named() {
        let moment = |seconds: i128, more: i128| Some(seconds * SECOND + more);
        let before = Stat { size: 10, modified: moment(5, 0), changed: moment(5, 1), id: Some((1, 2)) };
        assert_eq!(before.difference(&before), None);
        for (after, said) in [
            (Stat { size: 11, ..before }, "from 10 to 11 bytes"),
            (Stat { modified: moment(5, 1), ..before }, "its times differ"),
            (Stat { changed: moment(6, 1), ..before }, "its times differ"),
            (Stat { id: Some((1, 3)), size: 11, ..before }, "another file took its place"),
        ] {
            assert_eq!(before.difference(&after).as_deref(), Some(said));
        }
        assert_eq!((before.age(35), before.age(0)), (30, 5));
    }
}
