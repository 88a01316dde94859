//! `--redact`: claim ids as tokens that only the holder of a key can make.
//!
//! HMAC-SHA-256 and not a plain hash, because ids are few enough to be tried out. A token is the same wherever
//! the id and the key are, so that a claim can be followed through reports. Deliberately absent: a way back, and
//! any promise: reports with tokens are still about patients.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::{Error, Result};
use crate::report::safe;

/// Bytes of a key.
const LEAST: u64 = 16;
const MOST: u64 = 4096;

/// What is signed to name the key, and what stands before an id. So no token is ever a key's name.
const NAME_OF_KEY: &[u8] = b"claimlint key id";
const CLAIM: &[u8] = b"claimlint claim id:";
const FINDING: &[u8] = b"claimlint finding:";

/// Bytes of a token: 96 bits.
const TOKEN: usize = 12;

/// A key, ready to be used.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    /// Reads a key file: its bytes are the key, all of them. Refuses what others can read, for then it is no key.
    pub(crate) fn read(path: &Path) -> Result<Key> {
        let refuse = |why: &str| Err(Error::file(path, 0, "", why));
        let reading = |e| Error::io("read the key file", path, e);
        // Before it is opened, for opening a pipe waits for who writes to it.
        if !std::fs::metadata(path).map_err(reading)?.is_file() {
            return refuse("the key is not a regular file; give a file of 16 to 4096 random bytes");
        }
        let file = File::open(path).map_err(reading)?;
        let metadata = file.metadata().map_err(reading)?;
        if is_open_to_others(&metadata) {
            return refuse(
                "the key can be read or written by others than its owner; take that away with chmod 600",
            );
        }
        let mut bytes = Vec::new();
        file.take(MOST + 1).read_to_end(&mut bytes).map_err(reading)?;
        if !(LEAST..=MOST).contains(&(bytes.len() as u64)) {
            return refuse("the key does not have 16 to 4096 bytes; make one with openssl rand -out FILE 32");
        }
        Key::new(&bytes).ok_or_else(|| Error::internal("a key of a length that HMAC does not take"))
    }

    fn new(bytes: &[u8]) -> Option<Key> {
        Hmac::new_from_slice(bytes).ok().map(Key)
    }

    /// Names the key without giving anything of it away: eight hexadecimal digits.
    pub(crate) fn id(&self) -> String {
        safe::hex(&self.bits())
    }

    /// The same name as bytes.
    pub(crate) fn bits(&self) -> [u8; 4] {
        let [a, b, c, d, ..] = self.sign(&[NAME_OF_KEY]);
        [a, b, c, d]
    }

    /// The bits of a finding's fingerprint, where those made without the key are `bits`.
    pub(crate) fn fingerprint(&self, bits: &[u8; 32]) -> [u8; 32] {
        self.sign(&[FINDING, bits])
    }

    /// Puts the token of a claim id into `token`, as `c-` and 24 hexadecimal digits. No id has none.
    pub(crate) fn token(&self, id: &[u8], token: &mut Vec<u8>) {
        token.clear();
        if !id.is_empty() {
            token.extend_from_slice(b"c-");
            token.extend_from_slice(safe::hex(&self.sign(&[CLAIM, id])[..TOKEN]).as_bytes());
        }
    }

    fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    }
}

/// A message about a value without the value, which sidecar messages begin with: "`12` is not a date".
pub(crate) fn without_value(message: &str) -> String {
    let value = message.strip_prefix('`').and_then(|rest| rest.split_once('`'));
    value.map_or_else(|| message.to_owned(), |(_, rest)| format!("the value{rest}"))
}

#[cfg(unix)]
fn is_open_to_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 != 0
}

/// Windows has no such bits; the file's access list is its owner's business.
#[cfg(not(unix))]
fn is_open_to_others(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use sha2::Digest as _;

    use super::*;

    fn token(key: &Key, id: &[u8]) -> String {
        let mut token = vec![b'x'];
        key.token(id, &mut token);
        String::from_utf8(token).unwrap()
    }

    #[test]
    fn a_token_is_that_of_its_id_and_key_and_no_plain_hash() {
        let [one, other] = [b"0123456789abcdef", b"0123456789abcdeg"].map(|key| Key::new(key).unwrap());
        let a = token(&one, b"A1");
        assert!(a.len() == 26 && a.starts_with("c-") && a[2..].bytes().all(|b| b.is_ascii_hexdigit()), "{a}");
        assert_eq!(a, token(&one, b"A1"));
        assert!(a != token(&other, b"A1") && a != token(&one, b"A2") && a != token(&one, b"a1"));
        assert!(one.id() != other.id() && one.id().len() == 8 && !a.contains(&one.id()));
        assert!(!a.contains(&safe::hex(&Sha256::digest(b"A1"))[..12]));
        assert_eq!(token(&one, b""), "", "what has no id has no token");
    }

    #[test]
    fn a_value_is_taken_out_of_a_message() {
        assert_eq!(without_value("`4711` is not whole minutes"), "the value is not whole minutes");
        assert_eq!(without_value("not a date; see `--help`"), "not a date; see `--help`");
    }

    /// So that a site can make the token of an id it looks for, with `openssl dgst -sha256 -hmac`.
    #[test]
    fn a_token_can_be_made_by_others() {
        // printf 'claimlint claim id:A1' | openssl dgst -sha256 -hmac 0123456789abcdef
        assert_eq!(token(&Key::new(b"0123456789abcdef").unwrap(), b"A1"), OPENSSL);
    }
    const OPENSSL: &str = "c-f8c2552536966c994ffe4d45";

    #[cfg(unix)]
    #[test]
    fn a_key_that_is_none_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("key");
        for (len, mode, said) in [
            (15, 0o600, Some("16 to 4096 bytes")),
            (16, 0o600, None),
            (4096, 0o400, None),
            (4097, 0o600, Some("16 to 4096 bytes")),
            (32, 0o640, Some("chmod 600")),
            (32, 0o604, Some("chmod 600")),
            (32, 0o620, Some("chmod 600")),
        ] {
            let _ = std::fs::remove_file(&path);
            std::fs::write(&path, vec![7; len]).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let refused = Key::read(&path).err().map(|e| e.to_string());
            match said {
                Some(said) => assert!(refused.as_deref().is_some_and(|e| e.contains(said)), "{refused:?}"),
                None => assert_eq!(refused, None, "{len} bytes, {mode:o}"),
            }
        }
        for (path, said) in
            [(directory.path(), "not a regular file"), (&directory.path().join("none"), "cannot read")]
        {
            assert!(Key::read(path).err().unwrap().to_string().contains(said), "{said}");
        }
    }
}
