//! Lists that grow block by block: what is in them is never copied to make room, so that loading needs no more memory
//! than what is loaded, whatever the allocator makes of a list that doubles.

/// Items to a block, as a power of two.
const ITEMS: u32 = 16;
/// Bytes to a block, as a power of two; far more than the longest row takes.
const BYTES: u32 = 20;

/// A list of items.
pub(super) struct Items<T> {
    blocks: Vec<Vec<T>>,
}

impl<T> Default for Items<T> {
    fn default() -> Items<T> {
        Items { blocks: Vec::new() }
    }
}

impl<T> Items<T> {
    pub(super) fn len(&self) -> usize {
        self.blocks.last().map_or(0, |last| ((self.blocks.len() - 1) << ITEMS) + last.len())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    #[inline]
    pub(super) fn get(&self, at: u32) -> Option<&T> {
        self.blocks.get((at >> ITEMS) as usize)?.get(at as usize & ((1 << ITEMS) - 1))
    }

    pub(super) fn get_mut(&mut self, at: u32) -> Option<&mut T> {
        self.blocks.get_mut((at >> ITEMS) as usize)?.get_mut(at as usize & ((1 << ITEMS) - 1))
    }

    /// All of them, in order or backwards.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.blocks.iter().flatten()
    }

    pub(super) fn push(&mut self, item: T) {
        room(&mut self.blocks, 1, 1 << ITEMS).1.push(item);
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.blocks.truncate(len.div_ceil(1 << ITEMS));
        let before = self.blocks.len().saturating_sub(1) << ITEMS;
        if let Some(last) = self.blocks.last_mut() {
            last.truncate(len - before);
        }
    }

    /// Gives back what the last block has to spare.
    pub(super) fn shrink_to_fit(&mut self) {
        self.blocks.last_mut().map(Vec::shrink_to_fit);
        self.blocks.shrink_to_fit();
    }
}

/// Runs of bytes, each whole within a block.
#[derive(Default)]
pub(super) struct Bytes {
    blocks: Vec<Vec<u8>>,
}

impl Bytes {
    /// What stands from a place on: a run that was put there, and those put after it.
    #[inline]
    pub(super) fn from(&self, at: u32) -> &[u8] {
        let block = self.blocks.get((at >> BYTES) as usize);
        block.and_then(|block| block.get(at as usize & ((1 << BYTES) - 1)..)).unwrap_or_default()
    }

    /// Puts a run of bytes; where it stands, unless there are more bytes than can be numbered.
    pub(super) fn push(&mut self, run: &[u8]) -> Option<u32> {
        let (number, block) = room(&mut self.blocks, run.len(), 1 << BYTES);
        let at = u32::try_from((number << BYTES) + block.len()).ok()?;
        block.extend_from_slice(run);
        Some(at)
    }

    /// Takes away what stands from a place on.
    pub(super) fn truncate(&mut self, at: u32) {
        self.blocks.truncate((at >> BYTES) as usize + 1);
        if let Some(last) = self.blocks.last_mut() {
            last.truncate(at as usize & ((1 << BYTES) - 1));
        }
    }

    /// Gives back what the last block has to spare.
    pub(super) fn shrink_to_fit(&mut self) {
        self.blocks.last_mut().map(Vec::shrink_to_fit);
        self.blocks.shrink_to_fit();
    }
}

/// The last block, its number beside it, with room for so many more. The first grows as it is filled, for most files
/// are small; those after it are made whole.
fn room<T>(blocks: &mut Vec<Vec<T>>, more: usize, size: usize) -> (usize, &mut Vec<T>) {
    if blocks.last().is_none_or(|last| last.len() + more > size) {
        let capacity = if blocks.is_empty() { 0 } else { size };
        blocks.push(Vec::with_capacity(capacity));
    }
    let at = blocks.len() - 1;
    (at, &mut blocks[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_stand_where_they_were_put_whatever_the_block() {
        let mut items = Items::default();
        assert!(items.is_empty());
        for n in 0..150_000u32 {
            assert_eq!(items.len(), n as usize);
            items.push(n);
        }
        for n in [0, 1, 65_535, 65_536, 131_072, 149_999] {
            assert_eq!(items.get(n), Some(&n));
        }
        assert_eq!(items.get(150_000), None);
        for len in [131_073, 131_072, 65_537, 65_536, 65_535, 0] {
            items.truncate(len);
            assert_eq!(items.len(), len);
            assert!(items.iter().copied().eq(0..len as u32), "{len}");
        }
        items.push(7);
        assert_eq!((items.len(), items.get(0)), (1, Some(&7)));
    }

    #[test]
    fn no_run_is_cut_by_the_end_of_a_block() {
        let mut bytes = Bytes::default();
        let run = |n: u32| vec![n as u8; 1 + (n as usize * 37) % 3_000];
        let places: Vec<u32> = (0..2_000).map(|n| bytes.push(&run(n)).unwrap()).collect();
        assert!(bytes.blocks.len() > 2 && bytes.blocks.iter().all(|block| block.len() <= 1 << BYTES));
        for (n, at) in (0..).zip(&places) {
            assert!(bytes.from(*at).starts_with(&run(n)), "{n}");
        }
        bytes.truncate(places[1_000]);
        assert_eq!(bytes.push(b"x"), Some(places[1_000]));
        assert!(bytes.from(places[999]).starts_with(&run(999)));
        assert_eq!(bytes.from(places[1_999]), b"");
        bytes.truncate(0);
        assert_eq!(bytes.from(0), b"");
    }
}
