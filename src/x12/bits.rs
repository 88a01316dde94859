//! Where a byte stands within the next 64, as a bitmap.
//!
//! X12 has no quoting, so a delimiter is a delimiter wherever it stands, and 64 bytes can be compared at
//! once. Elements are short (five bytes on average): finding their ends one byte at a time costs a branch
//! the processor guesses wrong at each; a bitmap has all ends at once and no branch.

use wide::u8x16;

/// Bytes one bitmap covers.
pub(super) const WIDTH: usize = 64;

/// A byte to look for, spread over a vector once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted(u8x16);

impl Wanted {
    /// Looks for `byte`.
    #[inline(always)]
    pub(super) fn new(byte: u8) -> Wanted {
        Wanted(u8x16::splat(byte))
    }

    /// A bitmap with bit `n` set where `window[n]` is the byte.
    #[inline(always)]
    pub(super) fn marks(self, window: &[u8; WIDTH]) -> u64 {
        let (lanes, _) = window.as_chunks::<16>();
        let mut bitmap = 0u64;
        for (n, lane) in lanes.iter().enumerate() {
            bitmap |= u64::from(u8x16::new(*lane).simd_eq(self.0).to_bitmask()) << (16 * n);
        }
        bitmap
    }
}

/// A bitmap with bit `n` set where `window[n]` is a control character or beyond ASCII: not from a blank to a tilde.
#[inline(always)]
pub(super) fn unprintable(window: &[u8; WIDTH]) -> u64 {
    let (blank, most) = (u8x16::splat(b' '), u8x16::splat(b'~' - b' '));
    let (lanes, _) = window.as_chunks::<16>();
    let mut bitmap = 0u64;
    for (n, lane) in lanes.iter().enumerate() {
        // Below a blank it wraps to what is more than the most.
        let above = u8x16::new(*lane) - blank;
        bitmap |= u64::from(above.min(most).simd_eq(above).to_bitmask()) << (16 * n);
    }
    !bitmap
}

/// A bitmap with bit `n` set where `window[n]` is `byte`.
#[inline(always)]
pub(super) fn marks(window: &[u8; WIDTH], byte: u8) -> u64 {
    Wanted::new(byte).marks(window)
}

/// The bits up to the lowest one of `bitmap`, that one included; all of them if there is none.
#[inline(always)]
pub(super) fn up_to_lowest(bitmap: u64) -> u64 {
    bitmap ^ bitmap.wrapping_sub(1)
}

/// The bits below `n`; all of them from 64 on.
#[inline(always)]
pub(super) fn below(n: usize) -> u64 {
    if n >= WIDTH { u64::MAX } else { (1 << n) - 1 }
}

/// The bit right after the bytes of a slice; none if it is longer than a bitmap can tell.
#[inline(always)]
pub(super) fn end_of(bytes: &[u8]) -> u64 {
    if bytes.len() < WIDTH { 1 << bytes.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_print_is_marked() {
        for first in [0u8, 64, 128, 192] {
            let window: [u8; WIDTH] = std::array::from_fn(|n| first + n as u8);
            let marks = unprintable(&window);
            for (n, byte) in window.iter().enumerate() {
                assert_eq!(marks >> n & 1 == 1, !(b' '..=b'~').contains(byte), "{byte}");
            }
        }
    }
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_bitmap_says_what_a_loop_says(bytes in proptest::array::uniform32(0u8..4), more in proptest::array::uniform32(any::<u8>()), byte in any::<u8>()) {
            let mut window = [0u8; WIDTH];
            window[..32].copy_from_slice(&bytes);
            window[32..].copy_from_slice(&more);
            for wanted in [byte, 1, 255] {
                let slow = (0..WIDTH).filter(|n| window[*n] == wanted).fold(0u64, |m, n| m | 1 << n);
                prop_assert_eq!(marks(&window, wanted), slow);
            }
        }
    }

    #[test]
    fn bits_below() {
        assert_eq!(
            (below(0), below(1), below(63), below(64), below(99)),
            (0, 1, u64::MAX >> 1, u64::MAX, u64::MAX)
        );
        assert_eq!(
            (up_to_lowest(0b0110), up_to_lowest(1 << 63), up_to_lowest(0)),
            (0b11, u64::MAX, u64::MAX)
        );
    }
}
