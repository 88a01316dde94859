//! Ways to break a batch.

use proptest::sample::Index;

/// One break. An index stands for a segment, or for a byte where bytes are changed.
#[derive(Clone, Debug)]
pub enum Edit {
    /// A segment is gone.
    Delete(Index),
    /// A segment stands twice.
    Duplicate(Index),
    /// Two segments change places.
    Swap(Index, Index),
    /// A segment stands somewhere else.
    Move(Index, Index),
    /// The letters of a segment are small ones.
    LowerCase(Index),
    /// A byte is another one.
    Overwrite(Index, u8),
    /// A byte is there that was not.
    Insert(Index, u8),
    /// The rest is gone.
    Truncate(Index),
}

/// The bytes after all edits, in their order.
pub fn edited(bytes: &[u8], edits: &[Edit]) -> Vec<u8> {
    let terminator = bytes[105];
    let mut bytes = bytes.to_vec();
    for edit in edits {
        if bytes.is_empty() {
            break;
        }
        let len = bytes.len();
        match edit {
            Edit::Overwrite(at, byte) => bytes[at.index(len)] = *byte,
            Edit::Insert(at, byte) => bytes.insert(at.index(len), *byte),
            Edit::Truncate(at) => bytes.truncate(at.index(len)),
            _ => bytes = of_segments(&bytes, terminator, edit),
        }
    }
    bytes
}

fn of_segments(bytes: &[u8], terminator: u8, edit: &Edit) -> Vec<u8> {
    let mut segments: Vec<Vec<u8>> =
        bytes.split_inclusive(|b| *b == terminator).map(<[u8]>::to_vec).collect();
    let count = segments.len();
    match edit {
        Edit::Delete(at) => drop(segments.remove(at.index(count))),
        Edit::Duplicate(at) => segments.insert(at.index(count), segments[at.index(count)].clone()),
        Edit::Swap(a, b) => segments.swap(a.index(count), b.index(count)),
        Edit::Move(from, to) => {
            let segment = segments.remove(from.index(count));
            segments.insert(to.index(count), segment);
        }
        Edit::LowerCase(at) => segments[at.index(count)].make_ascii_lowercase(),
        Edit::Overwrite(..) | Edit::Insert(..) | Edit::Truncate(_) => {}
    }
    segments.concat()
}

/// Replaces every `n`-th occurrence of a text.
pub fn every(n: usize, bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = 0;
    for (count, at) in (1..).zip(memchr::memmem::find_iter(bytes, from)) {
        if count % n == 0 {
            out.extend_from_slice(&bytes[rest..at]);
            out.extend_from_slice(to.as_bytes());
            rest = at + from.len();
        }
    }
    out.extend_from_slice(&bytes[rest..]);
    out
}
