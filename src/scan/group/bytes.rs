//! Integers and short texts as bytes, for rows that may be spilled to disk: small numbers take few bytes.
//!
//! What is read back was written by this very run. Still nothing here trusts it: a row cut short reads as
//! zeros, never as a panic.

/// Collects a row's bytes on the stack and hands them over many at a time: a vector asks for room at each.
pub(super) struct Writer<'v> {
    out: &'v mut Vec<u8>,
    bytes: [u8; SIZE],
    len: usize,
}

/// A power of two, so that a place needs no check.
const SIZE: usize = 512;

/// What an integer takes at most, and the bytes that are written to at once.
const LONGEST: usize = 9;

impl<'v> Writer<'v> {
    /// Writes to the end of `out`; what is written is there after `flush`.
    pub(super) fn new(out: &'v mut Vec<u8>) -> Writer<'v> {
        Writer { out, bytes: [0; SIZE], len: 0 }
    }

    pub(super) fn flush(&mut self) {
        self.out.extend_from_slice(&self.bytes[..self.len]);
        self.len = 0;
    }

    /// Writes an integer of up to 56 bits in a byte for each seven of them: above the zeros its first byte ends with, whose
    /// number is that of the bytes that follow. A larger one stands behind a byte of zeros. No byte is looked at by
    /// itself.
    #[inline]
    pub(super) fn put(&mut self, n: u64) {
        if self.len + LONGEST > SIZE {
            self.flush();
        }
        let bits = 64 - (n | 1).leading_zeros();
        let len = bits.div_ceil(7);
        let (at, word, len) = if len <= 8 {
            (self.len, n << len | 1 << (len - 1), len as usize)
        } else {
            self.bytes[self.len % SIZE] = 0;
            (self.len + 1, n, LONGEST)
        };
        if let Some(place) = self.bytes.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            *place = word.to_le_bytes();
        }
        self.len += len;
    }

    /// Writes an integer that may be below zero.
    #[inline]
    pub(super) fn put_signed(&mut self, n: i64) {
        self.put((n << 1 ^ n >> 63) as u64);
    }

    /// Writes an integer that may be missing.
    #[inline]
    pub(super) fn put_option(&mut self, n: Option<u64>) {
        self.put(n.map_or(0, |n| n.saturating_add(1)));
    }

    /// Writes a text with its length.
    pub(super) fn put_text(&mut self, text: &[u8]) {
        self.put(text.len() as u64);
        self.flush();
        self.out.extend_from_slice(text);
    }
}

/// Reads what was written, in the same order.
#[derive(Clone, Copy)]
pub(super) struct Reader<'b>(pub(super) &'b [u8]);

impl<'b> Reader<'b> {
    #[inline]
    pub(super) fn get(&mut self) -> u64 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        if *first == 0 {
            self.0 = rest.get(8..).unwrap_or_default();
            return rest.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        }
        let len = first.trailing_zeros() as usize + 1;
        let mut bytes = [0; 8];
        match self.0.first_chunk() {
            Some(all) => bytes = *all,
            None => bytes[..self.0.len()].copy_from_slice(self.0),
        }
        let Some(rest) = self.0.get(len..) else {
            self.0 = &[];
            return 0;
        };
        self.0 = rest;
        (u64::from_le_bytes(bytes) << (64 - 8 * len)) >> (64 - 8 * len + len)
    }

    pub(super) fn get_u32(&mut self) -> u32 {
        u32::try_from(self.get()).unwrap_or(u32::MAX)
    }

    pub(super) fn get_signed(&mut self) -> i64 {
        let n = self.get();
        (n >> 1) as i64 ^ -((n & 1) as i64)
    }

    pub(super) fn get_option(&mut self) -> Option<u64> {
        self.get().checked_sub(1)
    }

    pub(super) fn get_text(&mut self) -> &'b [u8] {
        let len = usize::try_from(self.get()).unwrap_or(usize::MAX).min(self.0.len());
        let (text, rest) = self.0.split_at(len);
        self.0 = rest;
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut out = Vec::new();
        let edges = (0..64).flat_map(|n| [(1u64 << n) - 1, 1 << n, u64::MAX >> n]);
        let numbers: Vec<u64> = edges.chain([300, u64::from(u32::MAX)]).collect();
        let signed = [0, -1, 1, i64::MIN, i64::MAX, -12_345];
        let mut writer = Writer::new(&mut out);
        // More than the stack holds at once.
        (0..200).for_each(|_| writer.put(u64::MAX));
        numbers.iter().for_each(|n| writer.put(*n));
        signed.iter().for_each(|n| writer.put_signed(*n));
        writer.put_option(None);
        writer.put_option(Some(0));
        writer.put_text(b"A1");
        writer.put_text(b"");
        writer.flush();
        let mut reader = Reader(&out);
        assert!((0..200).all(|_| reader.get() == u64::MAX));
        numbers.iter().for_each(|n| assert_eq!(reader.get(), *n));
        assert_eq!(signed.map(|_| reader.get_signed()), signed);
        assert_eq!((reader.get_option(), reader.get_option()), (None, Some(0)));
        assert_eq!((reader.get_text(), reader.get_text()), (&b"A1"[..], &b""[..]));
        assert_eq!((reader.get(), reader.get_text()), (0, &b""[..]), "past the end");
        for n in [200, 1 << 40, u64::MAX] {
            let mut out = Vec::new();
            let mut writer = Writer::new(&mut out);
            writer.put(n);
            writer.flush();
            for len in 0..out.len() {
                let mut reader = Reader(&out[..len]);
                assert_eq!((reader.get(), reader.0), (0, &[][..]), "{n} cut to {len} bytes");
            }
        }
    }
}
