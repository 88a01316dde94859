//! What an archive may come to before it is taken for an attack on memory and time.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::x12::fault::FaultCode;

use super::trouble::Trouble;

/// The limits. They hold for a file, and for an archive over all of its members.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caps {
    /// Bytes that come out for one that goes in. Claim files shrink to a tenth, hardly ever to a fiftieth.
    pub ratio: u64,
    /// Bytes that come out.
    pub bytes: u64,
    /// Members of an archive.
    pub members: u64,
}

impl Default for Caps {
    fn default() -> Caps {
        Caps { ratio: 500, bytes: 64 << 30, members: 10_000 }
    }
}

/// Bytes that may come out whatever the ratio: blanks and zeros shrink without limit, and this much harms nobody.
const FREE: u64 = 16 << 20;

impl Caps {
    /// Whether `output` bytes out of `input` are too many.
    pub(super) fn check(&self, input: u64, output: u64) -> Result<(), Trouble> {
        let too_many = |what: String| {
            let message = format!(
                "{what}; unpack it by other means if it is trusted, or raise [limits] in the settings"
            );
            Err(Trouble::new(FaultCode::ContainerLimit, message))
        };
        if output > self.bytes {
            return too_many(format!("unpacks to more than {} bytes", self.bytes));
        }
        if output > FREE && output / self.ratio.max(1) > input {
            return too_many(format!("unpacks to more than {} times its size", self.ratio));
        }
        Ok(())
    }
}

/// How many bytes went by; shared with whoever holds them against the limits.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter(Arc<AtomicU64>);

impl Meter {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) -> u64 {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64
    }
}

/// Counts what is read through it.
pub(super) struct Metered<R> {
    pub(super) inner: R,
    pub(super) meter: Meter,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.meter.add(n);
        Ok(n)
    }
}

/// What comes out of an unpacker, held against the limits.
pub(super) struct Capped<R> {
    pub(super) inner: R,
    pub(super) caps: Caps,
    /// Bytes that went in.
    pub(super) input: Meter,
    pub(super) output: Meter,
    /// The size of the archive and what came out of all of its members, if it has members.
    pub(super) archive: Option<(u64, Meter)>,
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let output = self.output.add(n);
        self.caps.check(self.input.get(), output).map_err(Trouble::into_io)?;
        if let Some((size, all)) = &self.archive {
            let output = all.add(n);
            self.caps.check(*size, output).map_err(Trouble::into_io)?;
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_met_one_byte_beyond_it() {
        let caps = Caps { ratio: 500, bytes: FREE * 1000, members: 1 };
        for (input, output, fits) in [
            (1, FREE, true),
            (1, FREE + 1, false),
            (FREE, FREE * 500, true),
            (FREE / 500, FREE + 500, false),
            (FREE * 1000, FREE * 1000, true),
            (FREE * 1000, FREE * 1000 + 1, false),
        ] {
            assert_eq!(caps.check(input, output).is_ok(), fits, "{output} of {input}");
        }
    }
}
