//! Integers and short texts as bytes, for rows that may be spilled to disk: small numbers take few bytes.
//!
//! What is read back was written by this very run. Still nothing here trusts it: a row cut short reads as
//! zeros, never as a panic.

/// Writes an integer, seven bits a byte.
#[inline]
pub(super) fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Writes an integer that may be below zero.
pub(super) fn put_signed(out: &mut Vec<u8>, n: i64) {
    put(out, (n << 1 ^ n >> 63) as u64);
}

/// Writes an integer that may be missing.
pub(super) fn put_option(out: &mut Vec<u8>, n: Option<u64>) {
    put(out, n.map_or(0, |n| n.saturating_add(1)));
}

/// Writes a text with its length.
pub(super) fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    put(out, text.len() as u64);
    out.extend_from_slice(text);
}

/// Reads what was written, in the same order.
#[derive(Clone, Copy)]
pub(super) struct Reader<'b>(pub(super) &'b [u8]);

impl<'b> Reader<'b> {
    pub(super) fn get(&mut self) -> u64 {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let Some((byte, rest)) = self.0.split_first() else { return 0 };
            self.0 = rest;
            n |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        n
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
        let numbers = [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX];
        let signed = [0, -1, 1, i64::MIN, i64::MAX, -12_345];
        numbers.iter().for_each(|n| put(&mut out, *n));
        signed.iter().for_each(|n| put_signed(&mut out, *n));
        put_option(&mut out, None);
        put_option(&mut out, Some(0));
        put_text(&mut out, b"A1");
        put_text(&mut out, b"");
        let mut reader = Reader(&out);
        assert_eq!(numbers.map(|_| reader.get()), numbers);
        assert_eq!(signed.map(|_| reader.get_signed()), signed);
        assert_eq!((reader.get_option(), reader.get_option()), (None, Some(0)));
        assert_eq!((reader.get_text(), reader.get_text()), (&b"A1"[..], &b""[..]));
        assert_eq!((reader.get(), reader.get_text()), (0, &b""[..]), "past the end");
    }
}
