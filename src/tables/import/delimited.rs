//! Rows of text files: fields between tabs, or between commas with quotes. Bytes are taken as they are, for
//! what counts is ASCII in every encoding CMS has used. Refuses lines nobody writes, UTF-16, and quotes that
//! are never closed, with the line.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};
use std::path::{Path, PathBuf};

use memchr::memchr;

use crate::error::{Error, Result};

use super::record::{Record, Records};

/// No row of a CMS file comes near it; a longer one is something else.
const LONGEST: usize = 64 * 1024;

/// Rows of a text file.
pub(super) struct Delimited<R> {
    inner: BufReader<Chain<Cursor<Vec<u8>>, R>>,
    name: PathBuf,
    delimiter: u8,
    line: u64,
    raw: Vec<u8>,
}

impl<R: Read> Delimited<R> {
    /// Looks at the first bytes: what separates fields, and whether the text is of bytes at all.
    pub(super) fn open(mut inner: R, name: &Path) -> Result<Delimited<R>> {
        let mut first = Vec::new();
        let read = inner.by_ref().take(LONGEST as u64).read_to_end(&mut first);
        read.map_err(|e| damaged(name, 0, &e))?;
        if first.starts_with(&[0xff, 0xfe]) || first.starts_with(&[0xfe, 0xff]) {
            let message = "the text is UTF-16; save it as CSV or as text with tabs";
            return Err(Error::file(name, 0, "", message));
        }
        if first.starts_with(b"\xef\xbb\xbf") {
            first.drain(..3);
        }
        let is_csv = name.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        let delimiter = if !is_csv && memchr(b'\t', &first).is_some() { b'\t' } else { b',' };
        let inner = BufReader::with_capacity(256 * 1024, Cursor::new(first).chain(inner));
        Ok(Delimited { inner, name: name.to_owned(), delimiter, line: 0, raw: Vec::new() })
    }

    fn fault(&self, line: u64, message: &str) -> Error {
        Error::file(&self.name, line, "", message)
    }

    /// Reads a line after those in `raw`, without its end; `None` at the end of the file.
    fn read_line(&mut self, from: u64) -> Result<Option<Ended>> {
        let mut read = false;
        loop {
            let bytes = match self.inner.fill_buf() {
                Ok(bytes) => bytes,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(damaged(&self.name, self.line + 1, &e)),
            };
            if bytes.is_empty() {
                self.line += u64::from(read);
                return Ok(read.then_some(Ended::ByTheFile));
            }
            read = true;
            let end = memchr(b'\n', bytes);
            let taken = end.unwrap_or(bytes.len());
            if self.raw.len() + taken > LONGEST {
                return Err(self.fault(from, "a row of more than 65536 bytes; this is no table of CMS"));
            }
            self.raw.extend_from_slice(&bytes[..taken]);
            self.inner.consume(taken + usize::from(end.is_some()));
            if end.is_some() {
                self.line += 1;
                if self.raw.last() == Some(&b'\r') {
                    self.raw.pop();
                }
                return Ok(Some(Ended::ByItself));
            }
        }
    }
}

/// How a line ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    ByItself,
    ByTheFile,
}

impl<R: Read> Records for Delimited<R> {
    fn next(&mut self, record: &mut Record) -> Result<bool> {
        loop {
            self.raw.clear();
            let from = self.line + 1;
            record.clear(from);
            let Some(mut ended) = self.read_line(from)? else { return Ok(false) };
            if self.delimiter == b'\t' {
                split(&self.raw, record);
            } else {
                while !split_quoted(&self.raw, record) {
                    self.raw.push(b'\n');
                    record.clear(from);
                    match self.read_line(from)? {
                        Some(how) => ended = how,
                        None => return Err(self.fault(from, OPEN)),
                    }
                }
            }
            record.unfinished = ended == Ended::ByTheFile;
            if !record.is_blank() {
                return Ok(true);
            }
        }
    }

    fn name(&self) -> &Path {
        &self.name
    }
}

const OPEN: &str = "a quoted value is never closed; the file is cut off or damaged, fetch it again";

/// A read error of a source: a damaged archive shows itself that way, too.
pub(super) fn damaged(name: &Path, line: u64, e: &io::Error) -> Error {
    Error::file(name, line, "", format!("cannot be read: {e}; the file is damaged, fetch it again"))
}

/// Fields between tabs. A quote has no meaning between tabs, but some programs put them around values.
fn split(line: &[u8], record: &mut Record) {
    for field in line.split(|b| *b == b'\t') {
        let field = field.trim_ascii();
        let bare = field.strip_prefix(b"\"").and_then(|f| f.strip_suffix(b"\"")).unwrap_or(field);
        record.extend(bare);
        record.end_field();
    }
}

/// Fields between commas; `false` if a quoted one goes on behind the line.
fn split_quoted(line: &[u8], record: &mut Record) -> bool {
    if memchr(b'"', line).is_none() {
        for field in line.split(|b| *b == b',') {
            record.extend(field);
            record.end_field();
        }
        return true;
    }
    let mut rest = line;
    loop {
        if let Some(mut quoted) = rest.strip_prefix(b"\"") {
            loop {
                let Some(quote) = memchr(b'"', quoted) else { return false };
                record.extend(&quoted[..quote]);
                quoted = &quoted[quote + 1..];
                match quoted.strip_prefix(b"\"") {
                    Some(more) => {
                        record.extend(b"\"");
                        quoted = more;
                    }
                    None => break,
                }
            }
            rest = quoted;
        }
        let end = memchr(b',', rest);
        record.extend(&rest[..end.unwrap_or(rest.len())]);
        record.end_field();
        match end {
            Some(comma) => rest = &rest[comma + 1..],
            None => return true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as `line: field|field`, or the error.
    fn rows(name: &str, text: &[u8]) -> Vec<String> {
        let mut records = match Delimited::open(text, Path::new(name)) {
            Ok(records) => records,
            Err(e) => return vec![e.to_string()],
        };
        let (mut record, mut rows) = (Record::default(), Vec::new());
        loop {
            match records.next(&mut record) {
                Ok(true) => {
                    let fields: Vec<_> =
                        (0..record.len()).map(|n| String::from_utf8_lossy(record.field(n))).collect();
                    let cut = if record.unfinished { " unfinished" } else { "" };
                    rows.push(format!("{}: {}{cut}", record.line, fields.join("|")));
                }
                Ok(false) => return rows,
                Err(e) => {
                    rows.push(e.to_string());
                    return rows;
                }
            }
        }
    }

    #[test]
    fn rows_are_fields_with_their_lines() {
        for (name, text, want) in [
            ("a.txt", &b"x\ty\r\n\r\n\t\t\r\n1\t 2 \t\r\n"[..], &["1: x|y", "4: 1|2|"][..]),
            ("a.txt", b"a \"b\tc\n\"1\"\t2", &["1: a \"b|c", "2: 1|2 unfinished"]),
            ("a.csv", b"\xef\xbb\xbf1,2\n", &["1: 1|2"]),
            ("a.csv", b"\"a, b\nc\",d\n\"x \"\"y\"\"\",\n", &["1: a, b\nc|d", "3: x \"y\"|"]),
            ("a.csv", b"1,2\n3,\"4\n5,6\n", &["1: 1|2", "a.csv:2: a quoted value is never closed"]),
            ("a.txt", b"\xff\xfe1\x002\x00", &["a.txt: the text is UTF-16"]),
            ("a.txt", b"no tab, so commas\n", &["1: no tab|so commas"]),
            ("a.txt", b"", &[]),
        ] {
            let found = rows(name, text);
            let same = found.iter().zip(want).all(|(f, w)| f.starts_with(w));
            assert!(same && found.len() == want.len(), "{found:?}, not {want:?}");
        }
        let long = [b"1\t2\n".as_slice(), &[b'x'; LONGEST + 1]].concat();
        assert!(rows("a.txt", &long)[1].starts_with("a.txt:2: a row of more than"));
    }
}
