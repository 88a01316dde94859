//! Lists of procedure codes for rules that name their own few; facts about codes stand in `tables`.

use crate::x12::code::Code;

/// A list of codes known when the program is written.
pub(super) const fn codes<const N: usize>(texts: [&str; N]) -> [Code; N] {
    let mut codes = [Code::NONE; N];
    let mut n = 0;
    while n < N {
        codes[n] = Code::of(texts[n]);
        n += 1;
    }
    codes
}
