//! What a file is, told by its bytes alone: for who may know it already and need not read it.
//!
//! Refuses to tell of standard input, whose bytes come once, and of members of archives.

use std::io;

use super::input::Input;
use super::part;
use super::raw::Shared;
use super::stream::Facts;
use super::{Digests, Reading};

/// The digest of an input whose size is `wanted`, and what is known of it. `None` if its bytes are not to be had
/// whole: what is wrong with it is said when it is read.
pub fn sha256(
    input: &Input,
    reading: &Reading,
    wanted: impl FnOnce(u64) -> bool,
) -> Option<(Facts, [u8; 32])> {
    if matches!(input, Input::Stdin | Input::Member(..)) {
        return None;
    }
    let facts = part::facts(input);
    let file = Shared::open(input, &Reading { digests: Digests::Sha256, ..reading.clone() }).ok()?;
    let size = file.size().filter(|size| wanted(*size))?;
    let mut bytes = io::BufReader::with_capacity(BUFFER, file.end_to_end());
    let read = io::copy(&mut bytes, &mut io::sink()).ok()?;
    let digest = file.sha256().filter(|_| read == size && file.changed().is_none())?;
    Some((Facts { file_bytes: Some(size), ..facts }, digest))
}

/// Bytes that are read at a time.
const BUFFER: usize = 256 * 1024;
