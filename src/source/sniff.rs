//! What bytes are by how they begin, never by their file's name.

use std::io::{self, Read};

use super::ebcdic;
use super::utf16::Order;

/// Bytes looked at: enough for the mark of a tape archive.
const LOOK: usize = 512;

/// What the reader of a file has to take off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Nothing.
    Plain,
    Gzip,
    Zip,
    /// UTF-16, and how many bytes its byte order mark has.
    Utf16(Order, usize),
    Ebcdic,
}

/// What bytes are that begin so.
pub(super) fn kind(head: &[u8]) -> Kind {
    match head {
        [0x1f, 0x8b, ..] => Kind::Gzip,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..] => Kind::Zip,
        // UTF-32 begins like UTF-16.
        [0xff, 0xfe, 0, 0, ..] => Kind::Plain,
        [0xff, 0xfe, ..] => Kind::Utf16(Order::Little, 2),
        [0xfe, 0xff, ..] => Kind::Utf16(Order::Big, 2),
        [b'I', 0, b'S', 0, b'A', 0, ..] => Kind::Utf16(Order::Little, 0),
        [0, b'I', 0, b'S', 0, b'A', ..] => Kind::Utf16(Order::Big, 0),
        _ if head.starts_with(&ebcdic::ISA) => Kind::Ebcdic,
        _ => Kind::Plain,
    }
}

/// Reads the first bytes ahead.
pub(super) fn peek<R: Read>(mut inner: R) -> Peeked<R> {
    let mut head = vec![0; LOOK];
    let (mut len, mut error) = (0, None);
    while len < head.len() {
        match inner.read(&mut head[len..]) {
            Ok(0) => break,
            Ok(n) => len += n,
            Err(e) => {
                error = Some(e);
                break;
            }
        }
    }
    head.truncate(len);
    Peeked { head, at: 0, error, inner }
}

/// A reader whose first bytes have been looked at; it gives them again.
pub(super) struct Peeked<R> {
    head: Vec<u8>,
    at: usize,
    /// What came after the first bytes, if it was an error.
    error: Option<io::Error>,
    inner: R,
}

impl<R> Peeked<R> {
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Passes over bytes of the head.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.head.len());
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.head.get(self.at..).unwrap_or_default();
        if !rest.is_empty() {
            let n = rest.len().min(buffer.len());
            buffer[..n].copy_from_slice(&rest[..n]);
            self.at += n;
            return Ok(n);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.inner.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_by_its_bytes_and_nearly_the_same_is_not_it() {
        for (head, want) in [
            (&b"\x1f\x8b\x08"[..], Kind::Gzip),
            (b"\x1f", Kind::Plain),
            (b"\x1f\x8a", Kind::Plain),
            (b"PK\x03\x04", Kind::Zip),
            (b"PK\x05\x06", Kind::Zip),
            (b"PK\x03\x05", Kind::Plain),
            (b"\xff\xfeI\0", Kind::Utf16(Order::Little, 2)),
            (b"\xff\xfe\0\0", Kind::Plain),
            (b"\xfe\xff\0I", Kind::Utf16(Order::Big, 2)),
            (b"I\0S\0A\0*\0", Kind::Utf16(Order::Little, 0)),
            (b"\0I\0S\0A", Kind::Utf16(Order::Big, 0)),
            (b"I\0S\0B\0", Kind::Plain),
            (b"\xc9\xe2\xc1\x5c", Kind::Ebcdic),
            (b"\xc9\xe2", Kind::Plain),
            (b"\xef\xbb\xbfISA", Kind::Plain),
            (b"ISA*", Kind::Plain),
            (b"", Kind::Plain),
        ] {
            assert_eq!(kind(head), want, "{head:?}");
        }
    }

    #[test]
    fn what_was_looked_at_is_given_again_before_an_error() {
        struct Fails(usize);
        impl Read for Fails {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if self.0 == 0 {
                    return Err(io::Error::other("x"));
                }
                self.0 -= 1;
                buffer[0] = b'a';
                Ok(1)
            }
        }
        for bytes in [0, 1, 511, 512, 600] {
            let mut peeked = peek(Fails(bytes));
            let mut out = Vec::new();
            assert!(peeked.read_to_end(&mut out).is_err());
            assert_eq!(out.len(), bytes);
        }
    }
}
