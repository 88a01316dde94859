//! gzip, all members of a file one after the other, held against their check sums.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use crate::x12::fault::FaultCode;

use super::trouble::Trouble;

/// Bytes of the file read at a time.
const BUFFER: usize = 128 * 1024;

/// Unpacks while it reads.
pub(super) struct Gzip<R> {
    /// The member at hand; none after the last.
    member: Option<GzDecoder<BufReader<R>>>,
}

impl<R: Read> Gzip<R> {
    pub(super) fn new(inner: R) -> Gzip<R> {
        Gzip { member: Some(GzDecoder::new(BufReader::with_capacity(BUFFER, inner))) }
    }
}

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = self.member.as_mut().filter(|_| !buffer.is_empty()) {
            match member.read(buffer) {
                Ok(0) => {}
                Ok(n) => return Ok(n),
                Err(error) => return Err(broken("a gzip archive", error)),
            }
            let Some(member) = self.member.take() else { break };
            let mut rest = member.into_inner();
            self.member = match next_member(&mut rest)? {
                true => Some(GzDecoder::new(rest)),
                false => None,
            };
        }
        Ok(0)
    }
}

/// Whether another member follows. Tapes and block devices fill files up with zeros, which are passed over.
fn next_member<R: BufRead>(rest: &mut R) -> io::Result<bool> {
    loop {
        let bytes = rest.fill_buf()?;
        let zeros = bytes.iter().take_while(|b| **b == 0).count();
        match bytes.get(zeros) {
            Some(0x1f) if zeros == 0 => return Ok(true),
            Some(_) => {
                let message = "a gzip archive with bytes behind its last member; get the archive again";
                return Err(Trouble::new(FaultCode::BrokenContainer, message).into_io());
            }
            None if bytes.is_empty() => return Ok(false),
            None => rest.consume(zeros),
        }
    }
}

/// What an error of the unpacker means.
pub(super) fn broken(what: &str, error: io::Error) -> io::Error {
    if Trouble::is_in(&error) {
        return error;
    }
    let how = match error.kind() {
        io::ErrorKind::UnexpectedEof => "cut off",
        _ => "damaged",
    };
    let message = format!("{what} that is {how}; get the archive again");
    Trouble::new(FaultCode::BrokenContainer, message).into_io()
}
