//! The lines of one claim, found by what rows name them by: sorted once a claim and key, so that a claim of
//! thousands of lines and rows takes no longer for each of them than a small one.

use std::ops::Range;

use crate::x12::code::{Code, Modifier};
use crate::x12::value::Date;

use super::JoinLine;

/// The index; it keeps its buffers from claim to claim.
#[derive(Debug, Default)]
pub(super) struct LineIndex {
    by_control: Order,
    by_number: Order,
    by_service: Order,
}

/// Numbers of lines, sorted by a key; filled when it is first asked for.
#[derive(Debug, Default)]
struct Order {
    lines: Vec<u32>,
    is_filled: bool,
}

impl LineIndex {
    /// Forgets the claim before.
    pub(super) fn begin(&mut self) {
        for order in [&mut self.by_control, &mut self.by_number, &mut self.by_service] {
            order.is_filled = false;
        }
    }

    /// The lines with a control number, ascending.
    pub(super) fn of_control(&mut self, lines: &[JoinLine<'_>], control: &[u8]) -> &[u32] {
        self.by_control.fill(lines, |line| line.control.trim_ascii());
        self.by_control.equal(lines, |line| line.control.trim_ascii().cmp(control))
    }

    /// The lines with a number (LX01), ascending.
    pub(super) fn of_number(&mut self, lines: &[JoinLine<'_>], number: u32) -> &[u32] {
        self.by_number.fill(lines, |line| line.number);
        self.by_number.equal(lines, |line| line.number.cmp(&number))
    }

    /// The lines of a date and code, and of a set of modifiers if one is given.
    pub(super) fn of_service(
        &mut self,
        lines: &[JoinLine<'_>],
        date: Option<Date>,
        code: Code,
        modifiers: Option<[Modifier; 4]>,
    ) -> &[u32] {
        self.by_service.fill(lines, service);
        self.by_service.equal(lines, |line| {
            let dated = (line.date, line.code).cmp(&(date, code));
            dated.then_with(|| modifiers.map_or(dated, |wanted| line.modifiers.sorted().cmp(&wanted)))
        })
    }

    /// Where the lines of a date stand in [`LineIndex::by_date`].
    pub(super) fn day(&mut self, lines: &[JoinLine<'_>], date: Date) -> Range<usize> {
        self.by_service.fill(lines, service);
        self.by_service.range(lines, |line| line.date.cmp(&Some(date)))
    }

    /// All lines, those of one date together.
    pub(super) fn by_date(&mut self, lines: &[JoinLine<'_>]) -> &[u32] {
        self.by_service.fill(lines, service);
        &self.by_service.lines
    }
}

fn service(line: &JoinLine<'_>) -> (Option<Date>, Code, [Modifier; 4]) {
    (line.date, line.code, line.modifiers.sorted())
}

impl Order {
    fn fill<'l, K: Ord>(&mut self, lines: &'l [JoinLine<'_>], key: impl Fn(&'l JoinLine<'_>) -> K) {
        if self.is_filled {
            return;
        }
        self.is_filled = true;
        self.lines.clear();
        self.lines.extend(0..u32::try_from(lines.len()).unwrap_or(u32::MAX));
        // Equal keys in the order of the lines.
        self.lines.sort_unstable_by_key(|n| (lines.get(*n as usize).map(&key), *n));
    }

    /// The run of lines that compare equal; those before it compare less, those after it greater.
    fn range(
        &self,
        lines: &[JoinLine<'_>],
        compare: impl Fn(&JoinLine<'_>) -> std::cmp::Ordering,
    ) -> Range<usize> {
        let is = |n: &u32, wanted: fn(std::cmp::Ordering) -> bool| {
            lines.get(*n as usize).is_some_and(|line| wanted(compare(line)))
        };
        let from = self.lines.partition_point(|n| is(n, std::cmp::Ordering::is_lt));
        let rest = self.lines.get(from..).unwrap_or_default();
        from..from + rest.partition_point(|n| is(n, std::cmp::Ordering::is_le))
    }

    fn equal(&self, lines: &[JoinLine<'_>], compare: impl Fn(&JoinLine<'_>) -> std::cmp::Ordering) -> &[u32] {
        self.lines.get(self.range(lines, compare)).unwrap_or_default()
    }
}
