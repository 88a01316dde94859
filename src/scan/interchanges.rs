//! Interchanges of this run and of earlier ones, to notice that two files have one with the same parties and number.
//!
//! Comes in: what each file says of its interchanges, in the order of the files. Goes out: those that another file had
//! before. A file is known by the digest of its content: it is no duplicate of itself, whatever it is called and however
//! often it is read. Deliberately absent: the text of any element; there are digests.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::x12::envelope::Standing;
use crate::x12::envelope::parties::Begun;

/// SHA-256 over ISA05 to ISA08 and ISA13.
pub(super) type Identity = [u8; 32];

/// An interchange of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Interchange {
    pub identity: Identity,
    /// Offset of its ISA in the file.
    pub byte: u64,
    /// The chunk it begins in, counted within the file.
    pub chunk: u32,
    pub standing: Standing,
    /// Whether something is said of its number already.
    pub repeats: bool,
    /// Whether its receiver refuses one that it has had before.
    pub refused: bool,
    /// For how many days its receiver remembers, if not forever.
    pub days: Option<u32>,
}

impl Interchange {
    /// One that has begun in a chunk; `None` if it does not say what tells it from others.
    pub(super) fn new(begun: &Begun, chunk: u32) -> Option<Interchange> {
        let mut digest = Sha256::new_with_prefix(b"claimlint interchange");
        for element in begun.identity()? {
            digest.update((element.len() as u64).to_le_bytes());
            digest.update(element);
        }
        let Begun { byte, standing, repeats, refused, days, .. } = *begun;
        let identity = digest.finalize().into();
        Some(Interchange { identity, byte, chunk, standing, repeats, refused, days })
    }
}

/// Where a file stands among those that have an interchange.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// How many were seen before it.
    before: usize,
    /// The day it was first seen, counted from 1970.
    day: u32,
}

/// Which files have had an interchange, in their order. Looked up and added to in the same time however many they are:
/// some senders give every interchange one number.
#[derive(Debug, Default)]
pub(super) struct Known {
    seen: HashMap<(Identity, [u8; 32]), Seen>,
    /// Of each interchange, the latest day that one of its first files was seen on: of the first one, the first two...
    latest: HashMap<Identity, Vec<u32>>,
}

impl Known {
    /// Whether a file is known to have an interchange.
    pub(super) fn has(&self, identity: &Identity, content: &[u8; 32]) -> bool {
        self.seen.contains_key(&(*identity, *content))
    }

    /// A file has an interchange.
    pub(super) fn add(&mut self, identity: Identity, content: [u8; 32], day: u32) {
        let latest = self.latest.entry(identity).or_default();
        if let Entry::Vacant(place) = self.seen.entry((identity, content)) {
            place.insert(Seen { before: latest.len(), day });
            latest.push(latest.last().map_or(day, |last| day.max(*last)));
        }
    }

    /// The latest day that one of the first files with an interchange was seen on; of all of them without a number.
    fn latest(&self, identity: &Identity, first: Option<usize>) -> Option<u32> {
        let days = self.latest.get(identity)?;
        days.get(first.unwrap_or(days.len()).checked_sub(1)?).copied()
    }
}

/// Whether another file had an interchange before this one, as far as its receiver remembers. `known` is what is known
/// of earlier runs and of this one, in that order; `today` is the day of this run. What is said of a file the first time
/// is said every time: days are counted to the one it was first seen on, and only files before it count.
pub(super) fn is_used(interchange: &Interchange, content: &[u8; 32], known: [&Known; 2], today: u32) -> bool {
    let identity = &interchange.identity;
    let (mut before, mut day) = (None, today);
    for known in known {
        let own = known.seen.get(&(*identity, *content));
        before = before.max(known.latest(identity, own.map(|own| own.before)));
        if let Some(own) = own {
            day = own.day;
            break;
        }
    }
    before.is_some_and(|before| interchange.days.is_none_or(|days| day.saturating_sub(before) <= days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_file_stays_whatever_comes_after_it() {
        let (mut before, mut now) = (Known::default(), Known::default());
        let [a, b, c] = [[1; 32], [2; 32], [3; 32]];
        let ever = Interchange {
            identity: [7; 32],
            byte: 0,
            chunk: 0,
            standing: Standing::default(),
            repeats: false,
            refused: false,
            days: None,
        };
        let within = Interchange { days: Some(30), ..ever };
        let other = Interchange { identity: [8; 32], ..ever };
        before.add(ever.identity, a, 100);
        let used =
            |known: [&Known; 2], i: &Interchange, content: &[u8; 32], day| is_used(i, content, known, day);
        assert!(!used([&before, &now], &other, &b, 130));
        for (content, day, month, always) in
            [(&a, 100, false, false), (&a, 500, false, false), (&b, 130, true, true), (&b, 131, false, true)]
        {
            let said = [within, ever].map(|i| used([&before, &now], &i, content, day));
            assert_eq!(said, [month, always], "{content:?} on {day}");
        }
        // Another one too late for the first and in time for the second.
        now.add(ever.identity, b, 131);
        assert!(used([&before, &now], &within, &c, 161));
        now.add(ever.identity, c, 161);
        for (content, said) in [(&a, false), (&b, false), (&c, true)] {
            assert_eq!(used([&before, &now], &within, content, 9_999), said, "{content:?}");
        }
        now.add(ever.identity, b, 900);
        assert_eq!(now.latest[&ever.identity], [131, 161], "each file once");
    }
}
