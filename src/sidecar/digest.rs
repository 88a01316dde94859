//! The SHA-256 of a file taken while it is read: a pipe can be read but once.

use std::io::{self, BufRead, Read};

use sha2::{Digest as _, Sha256};

/// A reader that digests what is taken from it.
pub(super) struct Digested<R> {
    inner: R,
    digest: Sha256,
}

impl<R> Digested<R> {
    pub(super) fn new(inner: R) -> Digested<R> {
        Digested { inner, digest: Sha256::new() }
    }

    /// The digest of files read before, with that of this one added.
    pub(super) fn added_to(self, before: [u8; 32]) -> [u8; 32] {
        Sha256::new().chain_update(before).chain_update(self.digest.finalize()).finalize().into()
    }
}

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.digest.update(buffer.get(..n).unwrap_or_default());
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Digested<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        // What is consumed is buffered, so this reads nothing and cannot fail.
        if let Ok(buffered) = self.inner.fill_buf() {
            self.digest.update(buffered.get(..n).unwrap_or_default());
        }
        self.inner.consume(n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_digested_once_however_it_is_read() {
        let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let whole = Sha256::new().chain_update([0; 32]).chain_update(Sha256::digest(&bytes)).finalize();
        for capacity in [1, 7, 1 << 16, 1 << 20] {
            let mut reader = Digested::new(io::BufReader::with_capacity(capacity, bytes.as_slice()));
            let mut line = Vec::new();
            reader.read_until(9, &mut line).unwrap();
            reader.read_until(200, &mut line).unwrap();
            io::copy(&mut reader, &mut line).unwrap();
            assert_eq!(reader.added_to([0; 32]).as_slice(), whole.as_slice(), "{capacity}");
        }
    }
}
