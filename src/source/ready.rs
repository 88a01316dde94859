//! Which files of a directory are claim files that are whole: by name, by age, by a mark beside them, and by how
//! they end. All of it is a guess; that a file did not change while it was read is looked at as well.

use std::ffi::OsStr;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::ebcdic;
use super::handle::{Open, System};
use super::sniff::{self, Kind};
use super::stat::Stat;

/// Waiting for uploads to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settle {
    /// The moment the run began, in seconds since 1970.
    pub now: i64,
    /// Seconds a file must have lain still.
    pub seconds: u64,
}

pub(super) const HIDDEN: &str = "hidden";

/// Why a file that is not whole yet is left to the next run.
pub(super) const YOUNG: &str = "younger than --settle; it is left to the next run";
pub(super) const UNENDED: &str = "young and without its end (IEA); it is left to the next run";

/// A file that only says that another is whole.
pub(super) const SENTINEL: &str = "says that the file beside it is whole";

/// Names of uploads that are not finished, and of files that lie beside data.
const UNFINISHED: [&str; 7] = ["part", "partial", "filepart", "tmp", "swp", "crdownload", "lock"];

/// Endings of the mark that says a file is whole.
const SENTINELS: [&str; 2] = ["done", "ok"];

/// Why a file of a directory is not read, by its name.
pub(super) fn left_out(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_string_lossy();
    if name.starts_with('.') {
        return Some(HIDDEN);
    }
    let extension = path.extension()?.to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "tsv" => Some("a table, not a claim file; sidecars are given by their own options"),
        "toml" => Some("settings, not a claim file"),
        "md" => Some("a text, not a claim file"),
        e if UNFINISHED.contains(&e) => Some("an unfinished upload by its name"),
        _ => None,
    }
}

/// The file that a mark speaks of.
pub(super) fn of_sentinel(name: &OsStr) -> Option<&OsStr> {
    let path = Path::new(name);
    let extension = path.extension()?.to_str()?;
    SENTINELS.contains(&extension).then(|| path.file_stem()).flatten()
}

/// The names of the marks for a file.
pub(super) fn sentinels(name: &OsStr) -> [std::ffi::OsString; 2] {
    SENTINELS.map(|ending| {
        let mut mark = name.to_owned();
        mark.push(".");
        mark.push(ending);
        mark
    })
}

impl Settle {
    /// Why a file that no mark speaks of is left to the next run.
    pub(super) fn defers(&self, path: &Path, stat: &Stat) -> Option<&'static str> {
        let age = stat.age(self.now);
        if age < self.seconds {
            return Some(YOUNG);
        }
        if age >= self.seconds.saturating_mul(10) {
            return None;
        }
        // A file that cannot be looked at is read, and what is wrong with it is said.
        (!is_ended(path, stat.size).unwrap_or(true)).then_some(UNENDED)
    }
}

/// Bytes of a file's end that are looked at.
const TAIL: u64 = 4096;

/// Whether the last segment is an IEA, as far as a look at the end can tell. Archives end as they like.
fn is_ended(path: &Path, size: u64) -> std::io::Result<bool> {
    let mut file = System.open(path)?;
    let head = sniff::peek(&mut file).head().to_vec();
    let kind = sniff::kind(&head);
    if matches!(kind, Kind::Gzip | Kind::Zip) {
        return Ok(true);
    }
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    if kind == Kind::Ebcdic {
        let page = ebcdic::CodePage::Cp037;
        let bytes = std::mem::take(&mut tail);
        ebcdic::Ebcdic::new(bytes.as_slice(), page).read_to_end(&mut tail)?;
    }
    Ok(ends_with_iea(&tail))
}

/// Whether bytes end with an IEA. Of UTF-16 the zeros are passed over.
fn ends_with_iea(tail: &[u8]) -> bool {
    let bytes: Vec<u8> = tail.iter().copied().filter(|b| !matches!(b, 0 | 0x1a)).collect();
    let bytes = bytes.trim_ascii_end();
    let Some(at) = bytes.windows(3).rposition(|w| w.eq_ignore_ascii_case(b"IEA")) else { return false };
    let Some((separator, rest)) = bytes.get(at + 3..).and_then(<[u8]>::split_first) else { return false };
    let mut elements = rest.split(|b| b == separator);
    let (Some(groups), Some(control), None) = (elements.next(), elements.next(), elements.next()) else {
        return false;
    };
    // The terminator may be missing: nothing can be lost behind it.
    let digits = control.iter().take_while(|b| b.is_ascii_digit()).count();
    let after = control.get(digits..).unwrap_or_default().trim_ascii();
    groups.iter().all(u8::is_ascii_digit) && digits > 0 && after.len() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_seen_and_nearly_an_end_is_none() {
        for (tail, want) in [
            (&b"GE*1*1~IEA*1*000000001~"[..], true),
            (b"~IEA*1*000000001~\r\n\x1a\0\0", true),
            (b"~IEA*1*000000001", true),
            (b"~IEA|1|000000001\n", true),
            (b"~\0I\0E\0A\0*\x001\0*\x001\0~\0", true),
            (b"~IEA*1*", false),
            (b"~IEA*1", false),
            (b"~IEA", false),
            (b"~IEA*1*000000001~ISA*00*", false),
            (b"~IEA*1*000000001~ST", false),
            (b"~SE*1*1~", false),
            (b"", false),
        ] {
            assert_eq!(ends_with_iea(tail), want, "{:?}", String::from_utf8_lossy(tail));
        }
    }

    #[test]
    fn a_mark_speaks_of_the_file_whose_name_it_extends() {
        for (name, want) in [
            ("a.837.done", Some("a.837")),
            ("a.ok", Some("a")),
            ("a.837", None),
            ("done", None),
            (".done", None),
            ("a.DONE", None),
        ] {
            assert_eq!(of_sentinel(OsStr::new(name)), want.map(OsStr::new), "{name}");
        }
        assert_eq!(sentinels(OsStr::new("a.837")), ["a.837.done", "a.837.ok"].map(std::ffi::OsString::from));
    }
}
