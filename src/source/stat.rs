//! What the system says of a file: size, times, identity. The one place of this room that differs by platform.

use std::fs::Metadata;

/// Size, times and identity of a file. Two that are equal are of one file that nobody changed in between.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// Seconds and nanoseconds of the last change of content, since 1970.
    pub modified: (i64, i64),
    /// Of the last change of anything, likewise.
    pub changed: (i64, i64),
    /// Device and inode, where the platform tells.
    pub id: Option<(u64, u64)>,
}

impl Stat {
    /// From what the system tells.
    #[cfg(unix)]
    pub fn of(metadata: &Metadata) -> Stat {
        use std::os::unix::fs::MetadataExt as _;
        Stat {
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            id: Some((metadata.dev(), metadata.ino())),
        }
    }

    /// From what the system tells.
    #[cfg(not(unix))]
    pub fn of(metadata: &Metadata) -> Stat {
        let since = |time: Option<std::time::Duration>| -> (i64, i64) {
            time.map_or((0, 0), |age| (age.as_secs() as i64, age.subsec_nanos().into()))
        };
        let begin = std::time::UNIX_EPOCH;
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(begin).ok());
        let created = metadata.created().ok().and_then(|time| time.duration_since(begin).ok());
        Stat { size: metadata.len(), modified: since(modified), changed: since(created), id: None }
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
        now.abs_diff(self.modified.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_seen_and_named() {
        let before = Stat { size: 10, modified: (5, 0), changed: (5, 1), id: Some((1, 2)) };
        assert_eq!(before.difference(&before), None);
        for (after, said) in [
            (Stat { size: 11, ..before }, "from 10 to 11 bytes"),
            (Stat { modified: (5, 1), ..before }, "its times differ"),
            (Stat { changed: (6, 1), ..before }, "its times differ"),
            (Stat { id: Some((1, 3)), size: 11, ..before }, "another file took its place"),
        ] {
            assert_eq!(before.difference(&after).as_deref(), Some(said));
        }
        assert_eq!((before.age(35), before.age(0)), (30, 5));
    }
}
