//! A set of codes of the therapy table, one bit a row: what a claim holds and what a code pairs with are
//! compared in four instructions. Holds no code that has no row.

/// A set of codes by [`CodeFacts::index`](super::therapy::CodeFacts::index).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CodeSet(pub [u64; 4]);

impl CodeSet {
    /// No codes.
    pub const EMPTY: CodeSet = CodeSet([0; 4]);

    /// Adds a code.
    #[inline]
    pub fn insert(&mut self, index: u8) {
        self.0[usize::from(index >> 6)] |= 1 << (index & 63);
    }

    /// Whether the code is in the set.
    #[inline]
    pub fn contains(&self, index: u8) -> bool {
        self.0[usize::from(index >> 6)] >> (index & 63) & 1 == 1
    }

    /// Whether the sets have a code in common.
    #[inline]
    pub fn intersects(&self, other: &CodeSet) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| a & b != 0)
    }

    /// How many codes are in the set.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there is no code in the set.
    pub fn is_empty(&self) -> bool {
        *self == CodeSet::EMPTY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_is_its_own_bit() {
        for index in 0..=u8::MAX {
            let mut set = CodeSet::EMPTY;
            set.insert(index);
            assert!((0..=u8::MAX).all(|other| set.contains(other) == (other == index)), "{index}");
            assert!(set.intersects(&set) && set.len() == 1 && !set.is_empty());
            assert!(!set.intersects(&CodeSet::EMPTY));
        }
    }
}
