//! UTF-16 as Latin-1: one byte a character, as long as every character has one.

use std::io::{self, Read};

use crate::x12::fault::FaultCode;

use super::trouble::Trouble;

/// Which byte of a unit comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Order::Little => "utf-16le",
            Order::Big => "utf-16be",
        }
    }
}

/// Units read at a time.
const UNITS: usize = 32 * 1024;

/// Reads UTF-16 as Latin-1. A character that has no byte there ends it.
pub(super) struct Utf16<R> {
    inner: R,
    order: Order,
    buffer: Vec<u8>,
    /// What stands in the buffer and was not handed out.
    from: usize,
    to: usize,
}

impl<R: Read> Utf16<R> {
    pub(super) fn new(inner: R, order: Order) -> Utf16<R> {
        Utf16 { inner, order, buffer: vec![0; 2 * UNITS], from: 0, to: 0 }
    }

    /// Reads until there is a unit, or the end.
    fn fill(&mut self) -> io::Result<()> {
        while self.to - self.from < 2 {
            // At most one byte, half a unit.
            if self.from < self.to {
                self.buffer[0] = self.buffer[self.from];
            }
            (self.to, self.from) = (self.to - self.from, 0);
            match self.inner.read(&mut self.buffer[self.to..])? {
                0 => return Ok(()),
                n => self.to += n,
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        self.fill()?;
        let units = self.buffer[self.from..self.to].chunks_exact(2);
        let lone = units.remainder();
        let mut n = 0;
        for (slot, unit) in out.iter_mut().zip(units) {
            let (low, high) = match self.order {
                Order::Little => (unit[0], unit[1]),
                Order::Big => (unit[1], unit[0]),
            };
            if high != 0 {
                break;
            }
            *slot = low;
            n += 1;
        }
        if n > 0 {
            self.from += 2 * n;
            return Ok(n);
        }
        match (self.to - self.from, lone) {
            (0, _) => Ok(0),
            // A line end that a tool for bytes put behind the text.
            (1, &[byte]) if byte.is_ascii() => {
                (out[0], self.from) = (byte, self.to);
                Ok(1)
            }
            (1, _) => Err(wide("ends inside a character of UTF-16").into_io()),
            _ => Err(wide("text in UTF-16 with characters beyond Latin-1").into_io()),
        }
    }
}

fn wide(what: &str) -> Trouble {
    let message = format!("{what}; save the file as plain text in ASCII");
    Trouble::new(FaultCode::WideCharacters, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives bytes a few at a time.
    struct Slow<'b>(&'b [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(out.len()).min(self.0.len());
            out[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[test]
    fn units_come_out_as_bytes_however_they_come_in() {
        let text = "ISA*é~\u{ff}".repeat(20_000);
        for (order, bytes) in [
            (Order::Little, text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
            (Order::Big, text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ] {
            let want: Vec<u8> = text.chars().map(|c| c as u8).collect();
            for step in [1, 3, 4096, 1 << 20] {
                let mut out = Vec::new();
                Utf16::new(Slow(&bytes, step), order).read_to_end(&mut out).unwrap();
                assert!(out == want, "{order:?}, {step} bytes at a time");
            }
        }
    }

    #[test]
    fn a_character_without_a_byte_ends_it_where_it_stands() {
        for (bytes, before, fails) in [
            (&b"a\0b\0\x14\x20c\0"[..], &b"ab"[..], true),
            (b"a\0b\0\n", b"ab\n", false),
            (b"a\0b\0\xff", b"ab", true),
            (b"a\0\xff\0", b"a\xff", false),
            (b"a\0\0\x01", b"a", true),
        ] {
            let mut out = Vec::new();
            let read = Utf16::new(bytes, Order::Little).read_to_end(&mut out);
            assert_eq!((out.as_slice(), read.is_err()), (before, fails), "{bytes:?}");
        }
    }
}
