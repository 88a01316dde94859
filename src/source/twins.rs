//! Files with the same bytes: the second is not read again, for its claims would be duplicates of themselves.
//!
//! Only files as they lie on the disk are compared, not what archives hold.

use std::collections::HashMap;
use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use super::handle::Open;
use super::input::Input;
use super::list::{Duplicate, Listing};
use super::raw::open_file;

/// What becomes of a file with the same bytes as another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnDuplicate {
    /// It is not read.
    Skip,
    /// It is read like any other.
    Read,
    /// It is not read, and the run has not done all it was asked to.
    Fail,
}

/// Takes the second and further of files with the same bytes out of a listing.
pub fn take_out(listing: &mut Listing, on_duplicate: OnDuplicate, open: &dyn Open) {
    if on_duplicate == OnDuplicate::Read {
        return;
    }
    let mut by_size: HashMap<u64, Vec<usize>> = HashMap::new();
    for (n, (input, size)) in listing.inputs.iter().zip(&listing.sizes).enumerate() {
        if let (Input::Path(_) | Input::Entry(_), Some(size @ 1..)) = (input, size) {
            by_size.entry(*size).or_default().push(n);
        }
    }
    let mut twins: HashMap<usize, (usize, [u8; 32])> = HashMap::new();
    for (size, same) in by_size.into_iter().filter(|(_, same)| same.len() > 1) {
        // Few files of one size begin alike; only those are read to the end.
        let begin = alike(listing, &same, HEAD.min(size), open);
        for (_, same) in begin.into_iter().filter(|(_, same)| same.len() > 1) {
            for (digest, same) in alike(listing, &same, size, open) {
                let first = same.iter().copied().min().unwrap_or(0);
                twins.extend(same.into_iter().filter(|n| *n != first).map(|n| (n, (first, digest))));
            }
        }
    }
    if twins.is_empty() {
        return;
    }
    let inputs = std::mem::take(&mut listing.inputs);
    let sizes = std::mem::take(&mut listing.sizes);
    let names: Vec<String> = inputs.iter().map(Input::name).collect();
    for (n, (input, size)) in inputs.into_iter().zip(sizes).enumerate() {
        match (twins.get(&n), input.path()) {
            (Some((first, sha256)), Some(path)) => {
                let of = names.get(*first).cloned().unwrap_or_default();
                listing.duplicates.push(Duplicate { path: path.to_owned(), of, sha256: *sha256 });
            }
            _ => {
                listing.inputs.push(input);
                listing.sizes.push(size);
            }
        }
    }
}

/// Bytes at the beginning that tell most files apart.
const HEAD: u64 = 64 * 1024;

/// Files by the digest of their first bytes. One that cannot be read is like no other; that it cannot is said
/// when its turn comes.
fn alike(listing: &Listing, files: &[usize], bytes: u64, open: &dyn Open) -> HashMap<[u8; 32], Vec<usize>> {
    let mut found: HashMap<[u8; 32], Vec<usize>> = HashMap::new();
    for n in files {
        let Some(input) = listing.inputs.get(*n) else { continue };
        if let Some(digest) = digest(input, bytes, open) {
            found.entry(digest).or_default().push(*n);
        }
    }
    found
}

fn digest(input: &Input, bytes: u64, open: &dyn Open) -> Option<[u8; 32]> {
    let (file, _) = open_file(input.path()?, input.links(), open).ok()?;
    let mut file = file.take(bytes);
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Some(hash.finalize().into()),
            Ok(n) => hash.update(buffer.get(..n).unwrap_or_default()),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}
