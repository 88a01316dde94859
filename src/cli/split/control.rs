//! Where new control numbers come from: a number given, or a file that has the next one.
//!
//! The file is counted up before anything with its numbers is in place. So a run that fails in between skips
//! numbers, and none is ever given twice. One run at a time has the file.

use std::ffi::OsStr;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::cli::place::{hidden, parent_of};
use crate::cli::replace::replace;
use crate::disk::{Access, Disk, Handle, Kind, Locking};
use crate::error::{Error, Result, display_path};

/// The largest ISA13: nine digits.
pub(crate) const MOST: u64 = 999_999_999;

/// New control numbers.
#[derive(Debug)]
pub(crate) struct Control {
    /// The next number to be given.
    next: u64,
    file: Option<CounterFile>,
}

#[derive(Debug)]
struct CounterFile {
    path: PathBuf,
    /// Nobody else takes numbers from it meanwhile.
    _lock: Box<dyn Handle>,
}

impl Control {
    /// Counts from a number.
    pub(crate) fn from(next: u64) -> Control {
        Control { next, file: None }
    }

    /// Counts on from what a file says; one that is not there says 1.
    pub(crate) fn of_file(disk: &dyn Disk, path: &Path) -> Result<Control> {
        let Some(name) = path.file_name() else {
            let shown = display_path(path);
            return Err(Error::usage(format!("--control-file {shown}: name a file")));
        };
        let beside = parent_of(path).join(hidden(name, OsStr::new(".claimlint.lock")));
        let lock = match disk.lock(&beside).map_err(|e| Error::io("lock", &beside, e))? {
            Locking::Held(lock) => lock,
            Locking::Busy(holder) => {
                let who = holder.map_or(String::new(), |pid| format!(" (process {pid})"));
                let shown = display_path(path);
                return Err(Error::locked(format!(
                    "another run{who} takes control numbers from {shown}; wait for it or choose another --control-file"
                )));
            }
        };
        let next = read(disk, path)?;
        Ok(Control { next, file: Some(CounterFile { path: path.to_owned(), _lock: lock }) })
    }

    /// The first number to be given.
    pub(crate) fn first(&self) -> u64 {
        self.next
    }

    /// The first of so many numbers, which nobody else will be given.
    pub(crate) fn take(&mut self, count: u64) -> Result<u64> {
        let first = self.next;
        let next = first.checked_add(count).filter(|next| *next <= MOST + 1);
        self.next = next.ok_or_else(|| {
            Error::usage(format!(
                "{count} control numbers from {first} on go beyond {MOST}, the largest ISA13; begin with a lower one"
            ))
        })?;
        Ok(first)
    }

    /// Has the file say which number is the next.
    pub(crate) fn keep(&self, disk: &dyn Disk) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        replace(disk, &file.path, format!("{}\n", self.next).as_bytes(), Access::Private)
    }
}

/// The number in a file.
fn read(disk: &dyn Disk, path: &Path) -> Result<u64> {
    let refuse = |what: &str| Err(Error::usage(format!("the control file {} {what}", display_path(path))));
    match disk.facts(path).map(|facts| facts.kind) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(1),
        Err(e) => return Err(Error::io("read", path, e)),
        Ok(Kind::File) => {}
        Ok(_) => return refuse("is not a regular file; name one"),
    }
    let mut bytes = Vec::new();
    let read = disk.open(path).and_then(|file| file.take(64).read_to_end(&mut bytes));
    read.map_err(|e| Error::io("read", path, e))?;
    let number = std::str::from_utf8(&bytes).ok().map(str::trim).and_then(|text| text.parse().ok());
    match number.filter(|n| (1..=MOST).contains(n)) {
        Some(next) => Ok(next),
        None => refuse("holds no number from 1 to 999999999; write the next ISA13 into it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::System;

    #[test]
    fn a_file_counts_on_and_no_number_is_given_twice() {
        let desk = tempfile::tempdir().unwrap();
        let path = desk.path().join("isa13.txt");
        for (first, count) in [(1, 3), (4, 0), (4, 1), (5, 2)] {
            let mut control = Control::of_file(&System, &path).unwrap();
            assert_eq!(control.take(count).unwrap(), first);
            control.keep(&System).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "7\n");
        let held = Control::of_file(&System, &path).unwrap();
        assert!(matches!(Control::of_file(&System, &path), Err(e) if e.to_string().contains("another run")));
        drop(held);
        for bad in ["", "0", "-1", "1000000000", "x", "1 2", "ISA*00*"] {
            std::fs::write(&path, bad).unwrap();
            assert!(Control::of_file(&System, &path).is_err(), "{bad}");
            assert_eq!(
                std::fs::read_to_string(&path).unwrap(),
                bad,
                "nothing is written over what is no counter"
            );
        }
        assert!(Control::from(MOST).take(2).is_err());
        assert_eq!(Control::from(MOST).take(1).unwrap(), MOST);
    }
}
