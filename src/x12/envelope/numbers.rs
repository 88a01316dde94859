//! Control numbers seen, to notice one used twice.

use std::collections::HashSet;

use super::Control;

/// The ST02s of a group, kept as ranges: they usually count up, and a group may have a million.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// Ascending, with gaps between them.
    pub(super) ranges: Vec<(u64, u64)>,
    others: HashSet<Control>,
}

impl Numbers {
    /// Whether the control number is new.
    pub(super) fn insert(&mut self, control: Control) -> bool {
        let Some(n) = control.number() else { return self.others.insert(control) };
        let at = self.ranges.partition_point(|(_, last)| *last < n);
        if self.ranges.get(at).is_some_and(|(first, _)| *first <= n) {
            return false;
        }
        let joins_left = at > 0 && self.ranges[at - 1].1 + 1 == n;
        let joins_right = self.ranges.get(at).is_some_and(|(first, _)| *first == n + 1);
        match (joins_left, joins_right) {
            (true, true) => {
                self.ranges[at - 1].1 = self.ranges[at].1;
                self.ranges.remove(at);
            }
            (true, false) => self.ranges[at - 1].1 = n,
            (false, true) => self.ranges[at].0 = n,
            (false, false) => self.ranges.insert(at, (n, n)),
        }
        true
    }
}
