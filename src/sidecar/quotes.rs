//! A reader that refuses bad quoting on its way to the CSV parser.
//!
//! The parser forgives: an open quote swallows the rows after it as one value. In a file of minutes that
//! is a silent loss, so it is refused here, with the line on which the quoted value began. A last line
//! without a line feed is given one, so that the parser's line count means the same for every row.
//! Deliberately absent: splitting and unquoting, which are the parser's.

use std::fmt;
use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

/// Passes bytes through until a quote stands where none may; always ends with a line feed.
pub(super) struct Quotes<R> {
    inner: R,
    delimiter: u8,
    state: State,
    line: u64,
    opened: u64,
    last: u8,
}

/// Quoting that is not CSV; carried inside an [`io::Error`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct QuoteFault {
    /// Line, counted from 1, on which the value with the fault began.
    pub(super) line: u64,
    /// What is wrong and what to do.
    pub(super) message: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// A value may begin here.
    Start,
    /// Inside a value that is not quoted.
    Plain,
    /// Inside a quoted value.
    Quoted,
    /// After a quote within a quoted value: its end, or the first half of a doubled quote.
    Closing,
}

const STRAY: &str = "a quote stands inside a value; quote the whole value and double the quotes within it";
const AFTER: &str = "text follows a closing quote; double the quotes within a quoted value";
const OPEN: &str = "a quoted value is never closed; close it or take the quote away";

impl<R> Quotes<R> {
    pub(super) fn new(inner: R, delimiter: u8) -> Quotes<R> {
        Quotes { inner, delimiter, state: State::Start, line: 1, opened: 1, last: b'\n' }
    }

    fn check(&mut self, bytes: &[u8]) -> Result<(), QuoteFault> {
        let unquoted = matches!(self.state, State::Start | State::Plain);
        if unquoted && memchr(b'"', bytes).is_none() {
            // The usual block: only the lines count, and whether a value may begin after it.
            self.line += memchr_iter(b'\n', bytes).count() as u64;
            if let Some(&last) = bytes.last() {
                self.state = self.after(last);
            }
            return Ok(());
        }
        for &byte in bytes {
            self.step(byte)?;
        }
        Ok(())
    }

    fn step(&mut self, byte: u8) -> Result<(), QuoteFault> {
        self.state = match (self.state, byte) {
            (State::Start, b'"') => {
                self.opened = self.line;
                State::Quoted
            }
            (State::Plain, b'"') => return Err(QuoteFault { line: self.line, message: STRAY }),
            (State::Start | State::Plain, _) => self.after(byte),
            (State::Quoted, b'"') => State::Closing,
            (State::Quoted, _) => State::Quoted,
            (State::Closing, b'"') => State::Quoted,
            (State::Closing, _) => match self.after(byte) {
                State::Start => State::Start,
                _ => return Err(QuoteFault { line: self.opened, message: AFTER }),
            },
        };
        self.line += u64::from(byte == b'\n');
        Ok(())
    }

    fn after(&self, byte: u8) -> State {
        let ends = byte == self.delimiter || matches!(byte, b'\n' | b'\r');
        if ends { State::Start } else { State::Plain }
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let read = buffer.get(..n).unwrap_or_default();
        self.check(read).map_err(io::Error::other)?;
        if let Some(&last) = read.last() {
            self.last = last;
            return Ok(n);
        }
        if self.state == State::Quoted && !buffer.is_empty() {
            return Err(io::Error::other(QuoteFault { line: self.opened, message: OPEN }));
        }
        match buffer.first_mut() {
            Some(first) if self.last != b'\n' => {
                *first = b'\n';
                self.last = b'\n';
                Ok(1)
            }
            _ => Ok(0),
        }
    }
}

impl fmt::Display for QuoteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for QuoteFault {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, block: usize) -> Option<QuoteFault> {
        let mut quotes = Quotes::new(text.as_bytes(), b',');
        let mut buffer = vec![0; block];
        loop {
            match quotes.read(&mut buffer) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(e) => return e.get_ref().and_then(|e| e.downcast_ref::<QuoteFault>()).copied(),
            }
        }
    }

    #[test]
    fn quotes_stand_around_whole_values_only() {
        for (text, want) in [
            ("a,b\n1,2\n", None),
            ("\"a\",\"b\"\r\n\"1\",\"2\"", None),
            ("\"say \"\"hi\"\"\",2\n\"\",\"\"\"\"\n", None),
            ("\"two\nlines\",2\n", None),
            ("a,b\n1,2\"\n", Some((2, STRAY))),
            ("a,b\n1, \"2\"\n", Some((2, STRAY))),
            ("a,b\n\"1\"x,2\n", Some((2, AFTER))),
            ("a\n\"1\n2\n\"3\"\n", Some((2, AFTER))),
            ("a\n\"1\n2\n3\n", Some((2, OPEN))),
        ] {
            for block in [1, 2, 3, 7, 64] {
                let got = check(text, block).map(|f| (f.line, f.message));
                assert_eq!(got, want, "{text:?} in blocks of {block}");
            }
        }
    }
}
