//! Where something may be odd, at the speed of reading: a byte is held against the one before it, 64 at once. May name a byte
//! of a segment that is tidy, such as a colon at the end of a note; never passes over one that is not.

use super::super::bits::{WIDTH, Wanted, below, marks, unprintable};
use super::super::delimiters::Delimiters;

/// Looks for what may be odd in 64 bytes at once, by bitmaps: a byte is held against the one before it by a shift.
pub(super) struct Look {
    element: Wanted,
    component: Wanted,
    terminator: Wanted,
    blank: Wanted,
    /// A repetition separator that is one.
    repetition: Option<Wanted>,
}

impl Look {
    pub(super) fn new(delimiters: &Delimiters) -> Look {
        let Delimiters { element, component, terminator, repetition } = *delimiters;
        let repetition = repetition.filter(|byte| *byte != terminator).map(Wanted::new);
        let [element, component, terminator, blank] = [element, component, terminator, b' '].map(Wanted::new);
        Look { element, component, terminator, blank, repetition }
    }

    /// Where the first byte stands that may be odd, in bytes that begin a segment.
    #[inline]
    pub(super) fn first_odd(&self, bytes: &[u8]) -> Option<usize> {
        // The first byte of a window was looked at as the last one of the window before, and is there to be known by the next.
        let (mut at, mut looked_at) = (0, 0);
        while let Some(window) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            let odd = self.odd(window, at == 0) & !looked_at;
            if odd != 0 {
                return Some(at + odd.trailing_zeros() as usize);
            }
            (at, looked_at) = (at + WIDTH - 1, 1);
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let mut window = [0; WIDTH];
        window.get_mut(..rest.len())?.copy_from_slice(rest);
        let odd = self.odd(&window, at == 0) & below(rest.len()) & !looked_at;
        (odd != 0).then(|| at + odd.trailing_zeros() as usize)
    }

    /// A bitmap of the bytes of a window that may be odd, after the one before each; the first has none before it but the
    /// end of a segment, if one `begins` with it. A window of bytes behind the end may seem odd there.
    #[inline(always)]
    fn odd(&self, window: &[u8; WIDTH], begins: bool) -> u64 {
        let element = self.element.marks(window);
        let component = self.component.marks(window);
        let terminator = self.terminator.marks(window);
        let blank = self.blank.marks(window);
        let unprintable = unprintable(window);
        let line_end = if unprintable == 0 { 0 } else { marks(window, b'\n') | marks(window, b'\r') };
        let after_element = element << 1;
        let after_component = component << 1;
        let after_separator = after_element | after_component;
        let after_line_end = (line_end << 1) & !after_separator;
        let between = terminator << 1 | u64::from(begins) | after_line_end;
        let delimiter = element | component | terminator;
        // A control character, a byte beyond ASCII, or a line end anywhere but after a terminator or another one.
        let no_text = unprintable & !delimiter & !(line_end & between);
        // A blank next to a separator, or before a segment id.
        let padding = (blank & (after_separator | between)) | ((blank << 1) & delimiter);
        // A separator that nothing follows.
        let nothing = (after_element & terminator) | (after_component & delimiter);
        let repeated = self.repetition.map_or(0, |repetition| repetition.marks(window));
        no_text | padding | nothing | repeated
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 1 if a byte might be odd after the one before it, else 0: byte by byte what `Look` does by bitmaps.
    fn may_be_odd(delimiters: &Delimiters, before: u8, byte: u8) -> u8 {
        let Delimiters { element, component, terminator, repetition } = *delimiters;
        let is = |b: bool| u8::from(b);
        let line_end = |b: u8| is(b == b'\n') | is(b == b'\r');
        let separator = |b: u8| is(b == element) | is(b == component);
        let delimiter = separator(byte) | is(byte == terminator);
        let between = is(before == terminator) | (line_end(before) & (separator(before) ^ 1));
        // A control character, a byte beyond ASCII, or a line end anywhere but after a terminator or another one.
        let no_text =
            (is(byte < b' ') | is(byte > b'~')) & (delimiter ^ 1) & ((line_end(byte) & between) ^ 1);
        // A blank next to a separator, or before a segment id.
        let padding = (is(byte == b' ') & (separator(before) | between)) | (is(before == b' ') & delimiter);
        // A separator that nothing follows.
        let nothing =
            (is(before == element) & is(byte == terminator)) | (is(before == component) & delimiter);
        let repeated = is(byte == repetition.unwrap_or(terminator)) & (is(byte == terminator) ^ 1);
        no_text | padding | nothing | repeated
    }

    proptest! {
        #[test]
        fn many_bytes_at_once_are_looked_at_as_one_by_one(
            bytes in proptest::collection::vec(prop_oneof![1 => proptest::sample::select(b"AZ09*:~ \n\r^\t\x00|\xff\x7f".to_vec()), 2 => proptest::sample::select(b"~*:".to_vec()), 30 => Just(b'X')], 0..300),
            control in proptest::bool::ANY,
        ) {
            let mut delimiters = Delimiters::USUAL;
            if control {
                delimiters.terminator = b'\n';
            }
            for from in 0..bytes.len().min(70) {
                let bytes = &bytes[from..];
                let before = std::iter::once(&delimiters.terminator).chain(bytes);
                let odd = before.zip(bytes).fold(0, |odd, (before, byte)| odd | may_be_odd(&delimiters, *before, *byte));
                prop_assert_eq!(Look::new(&delimiters).first_odd(bytes).is_none(), odd == 0, "{:?}", bytes);
            }
        }
    }
}
