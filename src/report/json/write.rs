//! Names and values of a JSON object, appended one behind the other.
//!
//! Deliberately absent: the brackets of an object, and the order and choice of names: whoever writes a line has them.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::report::put::{self, Put};
use crate::report::safe;
use crate::report::said::Filled;
use crate::x12::value::Cents;

/// Of the signs that print, those that a string has as escapes.
const ESCAPED: [u8; 2] = *b"\"\\";

/// The bytes of a name behind a comma: `,"file":`.
macro_rules! name {
    ($name:literal) => {
        concat!(",\"", $name, "\":").as_bytes()
    };
}
pub(super) use name;

/// A value written by serde as it prints.
#[derive(Clone, Copy)]
pub(super) struct Shown<T>(pub(super) T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A value that is a number of JSON, or true or false, as it prints.
pub(super) fn number(out: &mut Vec<u8>, name: &[u8], value: impl Put) {
    out.extend_from_slice(name);
    value.put(out);
}

/// A value that prints nothing a string of JSON writes as an escape.
pub(super) fn shown(out: &mut Vec<u8>, name: &[u8], value: impl Put) {
    out.extend_from_slice(name);
    out.push(b'"');
    value.put(out);
    out.push(b'"');
}

/// Money as it prints, and as cents behind it.
pub(super) fn money(out: &mut Vec<u8>, [name, cents]: [&[u8]; 2], amount: Cents) {
    shown(out, name, amount);
    number(out, cents, amount.0);
}

/// A word of the catalogue or of this program, which has letters, digits and dashes.
pub(super) fn word(out: &mut Vec<u8>, name: &[u8], word: &'static str) {
    out.extend_from_slice(name);
    out.push(b'"');
    out.extend_from_slice(word.as_bytes());
    out.push(b'"');
}

/// Text of our own that settings or names of files have a part in.
pub(super) fn text(out: &mut Vec<u8>, name: &[u8], text: &str) {
    out.extend_from_slice(name);
    if !plain(out, text.as_bytes()) {
        string(out, |out| out.extend_from_slice(safe::line(text).as_bytes()));
    }
}

/// Text of our own that figures have a part in.
pub(super) fn filled(out: &mut Vec<u8>, name: &[u8], text: Filled<'_>) {
    out.extend_from_slice(name);
    string(out, |out| text.put(out));
}

/// What may not be there, or null.
pub(super) fn optional<T>(
    out: &mut Vec<u8>,
    name: &[u8],
    value: Option<T>,
    write: impl FnOnce(&mut Vec<u8>, &[u8], T),
) {
    match value {
        Some(value) => write(out, name, value),
        None => null(out, name),
    }
}

/// An id as text, or else as hexadecimal under the second name; neither where there is none.
pub(super) fn id(out: &mut Vec<u8>, [name, in_hex]: [&[u8]; 2], bytes: &[u8]) {
    if bytes.is_empty() {
        return null(out, name);
    }
    out.extend_from_slice(name);
    if plain(out, bytes) {
        return;
    }
    if safe::plain(bytes).is_some() {
        return string(out, |out| out.extend_from_slice(bytes));
    }
    out.extend_from_slice(b"null");
    out.extend_from_slice(in_hex);
    string(out, |out| bytes.iter().for_each(|byte| out.extend_from_slice(&put::hex(*byte))));
}

/// Appends what is a string as it stands; if it is not, nothing, and says so.
fn plain(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    let is_plain = safe::is_printable_without(bytes, ESCAPED);
    if is_plain {
        out.push(b'"');
        out.extend_from_slice(bytes);
        out.push(b'"');
    }
    is_plain
}

fn null(out: &mut Vec<u8>, name: &[u8]) {
    out.extend_from_slice(name);
    out.extend_from_slice(b"null");
}

/// A string of what is put, which seldom has anything that is written as an escape.
fn string(out: &mut Vec<u8>, put: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    let from = out.len();
    put(out);
    if !safe::is_printable_without(&out[from..], ESCAPED) {
        let text = out.split_off(from);
        text.iter().for_each(|byte| escape(*byte, out));
    }
    out.push(b'"');
}

#[cold]
fn escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        8 => b'b',
        12 => b'f',
        0..b' ' => {
            out.extend_from_slice(b"\\u00");
            return out.extend_from_slice(&put::hex(byte));
        }
        _ => return out.push(byte),
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_string_is_written_as_serde_writes_it(text in "(.|[\\x00-\\x1f\"\\\\é\u{7f}\u{1f600}]){0,40}") {
            let mut out = b"x".to_vec();
            string(&mut out, |out| out.extend_from_slice(text.as_bytes()));
            let want = format!("x{}", serde_json::to_string(&text).unwrap());
            prop_assert_eq!(String::from_utf8(out).unwrap(), want);
        }
    }
}
