//! Looks for what must not get out, in the forms in which it could: as it is, in small letters, backwards, in
//! hexadecimal, in base64, and as a plain digest that anybody can find by trying.

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};

/// What is looked for.
#[derive(Default)]
pub struct Watch {
    /// Texts, in small letters.
    folded: Vec<Vec<u8>>,
    /// Texts in which the case of letters tells.
    exact: Vec<Vec<u8>>,
    /// Dates, eight digits each.
    dates: HashSet<Vec<u8>>,
    /// The first sixteen characters of digests, in hexadecimal and in base64.
    digests: HashSet<Vec<u8>>,
}

impl Watch {
    /// Looks for anything that begins with a text.
    pub fn beginning(mut self, text: &str) -> Watch {
        let text = text.as_bytes();
        let small = text.to_ascii_lowercase();
        self.folded.push(small.iter().rev().copied().collect());
        self.folded.push(hex(text).into_bytes());
        self.folded.push(hex(&small).into_bytes());
        self.folded.push(small);
        // Wherever the text stands among the three bytes that make four characters; those at its ends depend on what
        // stands beside it.
        for shift in 0..3 {
            let coded = base64(&[&b"\0\0"[..shift], text].concat());
            let (from, to) = ([0, 2, 3][shift], (shift + text.len()) * 8 / 6);
            self.exact.push(coded.as_bytes()[from..to].to_vec());
        }
        self
    }

    /// Looks for the digests of values, and for those that are dates.
    pub fn values<'v>(mut self, values: impl IntoIterator<Item = &'v String>) -> Watch {
        for value in values {
            let digest = Sha256::digest(value.as_bytes());
            self.digests.insert(hex(&digest).into_bytes()[..16].to_vec());
            self.digests.insert(base64(&digest).into_bytes()[..16].to_vec());
            if value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit()) {
                self.dates.insert(value.as_bytes().to_vec());
            }
        }
        self
    }

    /// What was found of it in an output; `None` is what should be.
    pub fn finds(&self, output: &[u8]) -> Option<String> {
        let small = output.to_ascii_lowercase();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let is_in = |needle: &[u8], hay: &[u8]| memchr::memmem::find(hay, needle).is_some();
        if let Some(needle) = self.folded.iter().find(|needle| is_in(needle, &small)) {
            return Some(text(needle));
        }
        if let Some(needle) = self.exact.iter().find(|needle| is_in(needle, output)) {
            return Some(format!("{} (base64)", text(needle)));
        }
        let is_date_part = |b: &u8| b.is_ascii_digit() || *b == b'-';
        for run in runs(&without_digests(output), is_date_part).filter(|run| run.len() <= 10) {
            let digits: Vec<u8> = run.iter().filter(|b| **b != b'-').copied().collect();
            let backwards: Vec<u8> = digits.iter().rev().copied().collect();
            if self.dates.contains(&digits) || self.dates.contains(&backwards) {
                return Some(format!("{} (date of birth)", text(run)));
            }
        }
        let is_coded = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
        for run in runs(output, is_coded).filter(|run| run.len() >= 16) {
            let whole = runs(run, u8::is_ascii_hexdigit).filter(|run| run.len() >= 16);
            let mut windows = whole.flat_map(|run| run.windows(16)).map(<[u8]>::to_ascii_lowercase);
            if let Some(digest) = windows.find(|window| self.digests.contains(window)) {
                return Some(format!("{} (digest)", text(&digest)));
            }
            let mut windows = run.windows(16).filter(|_| run.len() >= 43);
            if let Some(digest) = windows.find(|window| self.digests.contains(*window)) {
                return Some(format!("{} (digest)", text(digest)));
            }
        }
        None
    }
}

/// An output in which digests are blanked out, which may have any eight digits in them: words of at least 32 hexadecimal
/// digits, such as fingerprints.
pub fn without_digests(output: &[u8]) -> Vec<u8> {
    let mut out = output.to_vec();
    for word in out.split_mut(|b| !b.is_ascii_alphanumeric()) {
        if word.len() >= 32 && word.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            word.fill(b'x');
        }
    }
    out
}

/// Runs of bytes of a kind.
fn runs(bytes: &[u8], fits: impl Fn(&u8) -> bool + Copy) -> impl Iterator<Item = &[u8]> {
    bytes.split(move |b| !fits(b)).filter(|run| !run.is_empty())
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = bytes.iter().flat_map(|b| (0..8).rev().map(move |n| b >> n & 1)).collect::<Vec<u8>>();
    let letters = bits.chunks(6).map(|six| {
        let value = (0..6).fold(0, |sum, n| sum << 1 | six.get(n).copied().unwrap_or(0));
        char::from(LETTERS[usize::from(value)])
    });
    letters.collect()
}
