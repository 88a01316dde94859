//! Where an output directory stands: what may be in its place, what lies beside it, and how a new one gets there.
//!
//! A set of outputs is written in a directory beside its place and changes places with the old one as a whole.
//! Beside `report` stand, hidden, `.report.claimlint.lock`, which stays; `.report.RANDOM.tmp`, a set being
//! written or an old one being removed; and, where names cannot change places in one step, for a moment
//! `.report.RANDOM.old`, the old set. Refuses to take the place of anything that is not an older set of ours.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::disk::{Disk, Facts, Handle, Kind, Locking};
use crate::error::{Error, Result, display_path};
use crate::report::halves::HALVES;
use crate::report::manifest;

use super::interrupted;

/// What versions before the lock stood beside the directory left in it.
const OLD_LOCK: &str = ".claimlint.lock";

/// What a set is made of. One kind never takes the place of the other: claims to be sent are not put away for a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Layout {
    /// The reports of `scan`.
    Reports,
    /// The two directories of `split`, and what says what is in them.
    Halves,
}

impl Layout {
    /// The files it may have beside its directories.
    const fn files(self) -> &'static [&'static str] {
        match self {
            Layout::Reports => &[
                "277ca.x12",
                "999.x12",
                "claims.csv",
                "findings.csv",
                "findings.jsonl",
                "findings.parquet",
                "findings.xlsx",
                "lines.parquet",
                "report.html",
                "summary.json",
                manifest::NAME,
                OLD_LOCK,
            ],
            Layout::Halves => &["findings.csv", "index.csv", manifest::NAME],
        }
    }

    /// Its directories.
    pub(crate) const fn directories(self) -> &'static [&'static str] {
        match self {
            Layout::Reports => &[],
            Layout::Halves => &HALVES,
        }
    }

    fn is_of(names: &[&str], name: &OsStr) -> bool {
        names.iter().any(|known| name == *known)
    }
}

/// The place of an output directory.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// As it was named.
    pub directory: PathBuf,
    parent: PathBuf,
    name: OsString,
    layout: Layout,
}

impl Place {
    /// The place that a path names, for a set of a kind.
    pub(crate) fn of(directory: &Path, layout: Layout) -> Result<Place> {
        let Some(name) = directory.file_name() else {
            return Err(Error::usage(format!(
                "--out {}: a set of outputs is put in place as a whole directory; name one that claimlint may make \
                 and replace, such as report",
                display_path(directory)
            )));
        };
        let parent = parent_of(directory);
        Ok(Place { directory: directory.to_owned(), parent, name: name.to_owned(), layout })
    }

    /// Makes what is missing above the place, and says early what can never be replaced.
    pub(crate) fn prepare(&self, disk: &dyn Disk) -> Result<()> {
        if self.standing(disk)?.is_some() {
            self.refuse_mount_point(disk)?;
        }
        make_all(disk, &self.parent).map_err(|e| Error::io("create the output directory", &self.directory, e))
    }

    /// Keeps others out for as long as what is returned lives.
    pub(crate) fn lock(&self, disk: &dyn Disk) -> Result<Box<dyn Handle>> {
        let path = self.beside(OsStr::new(".claimlint.lock"));
        match disk.lock(&path).map_err(|e| Error::io("lock", &path, self.hinted(e)))? {
            Locking::Held(lock) => Ok(lock),
            Locking::Busy(holder) => {
                let who = holder.map_or(String::new(), |pid| format!(" (process {pid})"));
                Err(Error::locked(format!(
                    "another run{who} writes to {}; wait for it or choose another --out",
                    display_path(&self.directory)
                )))
            }
        }
    }

    /// Puts things right that a killed run left, and refuses a directory that holds anything but a set of ours.
    /// The lock is held, so nothing of it is anybody's.
    pub(crate) fn clean(&self, disk: &dyn Disk) -> Result<()> {
        let left = disk.list(&self.parent).unwrap_or_default();
        if self.standing(disk)?.is_none()
            && let Some(old) = left.iter().find(|name| self.is_beside(name, "", ".old"))
        {
            // The run was killed between taking the old set away and putting the new one in its place.
            let old = self.parent.join(old);
            let put_back =
                disk.rename(&old, &self.directory).and_then(|()| disk.sync_directory(&self.parent));
            put_back.map_err(|e| Error::io("put back", &self.directory, e))?;
        }
        self.check(disk)?;
        for name in &left {
            let path = self.parent.join(name);
            if self.is_beside(name, "", ".tmp") || self.is_beside(name, "", ".old") {
                clear(disk, &path);
            } else if self.is_beside(name, interrupted::RECORD, ".tmp") {
                // A file, so nothing but what its name says. What cannot be removed harms nobody.
                let _ = disk.remove_file(&path);
            }
        }
        Ok(())
    }

    /// Refuses a place that holds anything but an older set of ours: the whole directory will be replaced, and
    /// nobody's other files may vanish with it. Whether there is one.
    pub(crate) fn check(&self, disk: &dyn Disk) -> Result<bool> {
        if self.standing(disk)?.is_none() {
            return Ok(false);
        }
        self.refuse_mount_point(disk)?;
        let name = display_path(&self.directory);
        let names = disk.list(&self.directory).map_err(|e| Error::io("list", &self.directory, e))?;
        for file in &names {
            let path = self.directory.join(file);
            let foreign = match disk.facts(&path).map_err(|e| Error::io("read", &path, e))?.kind {
                Kind::File if Layout::is_of(self.layout.files(), file) => None,
                Kind::Directory if Layout::is_of(self.layout.directories(), file) => {
                    let inside = disk.list(&path).map_err(|e| Error::io("list", &path, e))?;
                    inside.into_iter().find(|name| !is_half(name)).map(|name| Path::new(file).join(name))
                }
                _ => Some(PathBuf::from(file)),
            };
            if let Some(foreign) = foreign {
                let of = match self.layout {
                    Layout::Reports if Layout::is_of(Layout::Halves.directories(), file) => "a report",
                    Layout::Reports => "claimlint",
                    Layout::Halves => "claimlint split",
                };
                return Err(Error::usage(format!(
                    "the output directory {name} holds {}, which is no file of {of}; the directory is replaced \
                     as a whole, so move that away or choose another --out",
                    display_path(&foreign)
                )));
            }
            if file == manifest::NAME && !is_ours(disk, &path)? {
                return Err(Error::usage(format!(
                    "{} was not written by claimlint; the directory is replaced as a whole, so move that away or \
                     choose another --out",
                    display_path(&path)
                )));
            }
        }
        Ok(true)
    }

    fn refuse_mount_point(&self, disk: &dyn Disk) -> Result<()> {
        match disk.is_mount_point(&self.directory) {
            Ok(false) => Ok(()),
            Ok(true) => {
                let name = display_path(&self.directory);
                Err(Error::usage(format!(
                    "the output directory {name} is a mount point and cannot be replaced as a whole; name a directory \
                     inside it, as {name}/report"
                )))
            }
            Err(e) => Err(Error::io("read", &self.directory, e)),
        }
    }

    /// A new directory beside the place, for its owner only.
    pub(crate) fn make_temporary(&self, disk: &dyn Disk) -> Result<PathBuf> {
        loop {
            let path =
                self.beside(&random(".tmp").map_err(|e| Error::io("name a directory in", &self.parent, e))?);
            match disk.make_directory(&path) {
                Ok(()) => return Ok(path),
                // Somebody's guess, or a chance of one in 2^64.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(Error::io("make a directory in", &self.parent, self.hinted(e))),
            }
        }
    }

    /// Puts a directory in the place. What was there before lies where the new one was. It is done as a whole and
    /// on the disk, or it is not done.
    pub(crate) fn put(&self, disk: &dyn Disk, temporary: &Path) -> Result<()> {
        let fail = |e| Error::io("rename into place", &self.directory, self.hinted(e));
        let there = self.check(disk)?;
        self.swap(disk, temporary, there).map_err(fail)?;
        let Err(error) = disk.sync_directory(&self.parent) else { return Ok(()) };
        // Nobody can say what a power cut would leave, so the old set it is.
        let undone =
            if there { self.swap(disk, temporary, true) } else { disk.rename(&self.directory, temporary) };
        // The new set is whole, so that if it stays there is nothing half-done either.
        let _ = undone;
        Err(Error::io("write", &self.parent, error))
    }

    fn swap(&self, disk: &dyn Disk, temporary: &Path, there: bool) -> io::Result<()> {
        if !there {
            return disk.rename(temporary, &self.directory);
        }
        match disk.exchange(temporary, &self.directory) {
            Err(e) if e.kind() == io::ErrorKind::Unsupported => {}
            done => return done,
        }
        let aside = temporary.with_extension("old");
        disk.rename(&self.directory, &aside)?;
        if let Err(e) = disk.rename(temporary, &self.directory) {
            // Where even this fails the next run does it.
            let _ = disk.rename(&aside, &self.directory);
            return Err(e);
        }
        // From here on it is nothing but a leftover.
        if disk.rename(&aside, temporary).is_err() {
            clear(disk, &aside);
        }
        Ok(())
    }

    /// What stands in the place: nothing or a directory; all else is refused.
    fn standing(&self, disk: &dyn Disk) -> Result<Option<Facts>> {
        let facts = match disk.facts(&self.directory) {
            Ok(facts) => facts,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(Error::io("create the output directory", &self.directory, e)),
        };
        let (what, instead) = match facts.kind {
            Kind::Directory => return Ok(Some(facts)),
            Kind::Link => ("a link", "name the directory itself"),
            Kind::File => ("a file", "name a directory"),
            Kind::Other => ("no directory", "name a directory"),
        };
        let name = display_path(&self.directory);
        Err(Error::usage(format!("the output directory {name} is {what}; {instead}")))
    }

    /// `.NAME` and what is added, beside the place.
    fn beside(&self, more: &OsStr) -> PathBuf {
        self.parent.join(hidden(&self.name, more))
    }

    /// Whether a name is one that this place's runs give: `.NAME`, what is added, `.RANDOM` and an extension.
    fn is_beside(&self, name: &OsStr, added: &str, extension: &str) -> bool {
        let rest = name.as_encoded_bytes().strip_prefix(b".");
        let rest = rest.and_then(|n| n.strip_prefix(self.name.as_encoded_bytes()));
        let rest = rest.and_then(|n| n.strip_prefix(added.as_bytes())).and_then(|n| n.strip_prefix(b"."));
        let random = rest.and_then(|n| n.strip_suffix(extension.as_bytes()));
        random.is_some_and(|r| r.len() == RANDOM && r.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
    }

    /// An error with what there is to do about it, where that is not what one would think.
    fn hinted(&self, error: io::Error) -> io::Error {
        use io::ErrorKind::{CrossesDevices, PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
        if !matches!(error.kind(), CrossesDevices | PermissionDenied | ReadOnlyFilesystem | ResourceBusy) {
            return error;
        }
        let message = format!(
            "{error}; --out is written beside its place and renamed into it, so it needs to write in the directory \
             that holds {}",
            display_path(&self.directory)
        );
        io::Error::new(error.kind(), message)
    }
}

/// The directory a path's name stands in.
pub(super) fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// `.NAME` and what is added.
pub(super) fn hidden(name: &OsStr, more: &OsStr) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(more);
    hidden
}

/// Digits of a random name.
const RANDOM: usize = 16;

/// `.RANDOM` and an extension. Nobody can know it before, and so put anything in its place.
pub(super) fn random(extension: &str) -> io::Result<OsString> {
    let mut bytes = [0; RANDOM / 2];
    getrandom::fill(&mut bytes).map_err(io::Error::from)?;
    Ok(format!(".{:016x}{extension}", u64::from_le_bytes(bytes)).into())
}

/// Makes the directories of a path that are missing, each for its owner only.
pub(super) fn make_all(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let mut missing = Vec::new();
    for above in path.ancestors().filter(|above| !above.as_os_str().is_empty()) {
        match disk.facts(above) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => missing.push(above),
            Err(e) => return Err(e),
            Ok(_) => break,
        }
    }
    for directory in missing.into_iter().rev() {
        match disk.make_directory(directory) {
            // Another run was faster.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            made => made?,
        }
        disk.sync_directory(&parent_of(directory))?;
    }
    Ok(())
}

/// Removes a directory of ours, and nothing in it that is not: it stays then. What cannot be removed harms nobody
/// and is tried again by the next run.
pub(crate) fn clear(disk: &dyn Disk, directory: &Path) {
    if !disk.facts(directory).is_ok_and(|facts| facts.kind == Kind::Directory) {
        return;
    }
    for name in disk.list(directory).unwrap_or_default() {
        let path = directory.join(&name);
        if [Layout::Reports, Layout::Halves].iter().any(|layout| Layout::is_of(layout.files(), &name))
            || is_spill(&name)
        {
            let _ = disk.remove_file(&path);
        } else if Layout::is_of(Layout::Halves.directories(), &name)
            && disk.facts(&path).is_ok_and(|facts| facts.kind == Kind::Directory)
        {
            for half in disk.list(&path).unwrap_or_default().iter().filter(|name| is_half(name)) {
                let _ = disk.remove_file(&path.join(half));
            }
            let _ = disk.remove_directory(&path);
        }
    }
    let _ = disk.remove_directory(directory);
}

/// The name of the half of an input, by the input's place in the list.
pub(crate) fn half_name(number: usize) -> String {
    format!("{number:04}.837")
}

/// Whether a name is one that [`half_name`] gives.
fn is_half(name: &OsStr) -> bool {
    let number = name.as_encoded_bytes().strip_suffix(b".837").unwrap_or_default();
    number.len() >= 4 && number.iter().all(u8::is_ascii_digit)
}

/// Whether a name is that of a file for rows, which has one for an instant where the system cannot do without.
fn is_spill(name: &OsStr) -> bool {
    name.as_encoded_bytes()
        .strip_prefix(b".tmp")
        .is_some_and(|r| r.len() == 6 && r.iter().all(u8::is_ascii_alphanumeric))
}

/// Whether a manifest says that this program wrote it.
fn is_ours(disk: &dyn Disk, path: &Path) -> Result<bool> {
    #[derive(Deserialize)]
    struct Head {
        tool: manifest::Tool,
    }
    let file = disk.open(path).map_err(|e| Error::io("read", path, e))?;
    match serde_json::from_reader::<_, Head>(io::BufReader::new(file)) {
        Ok(head) => Ok(head.tool.name == manifest::TOOL),
        Err(e) if e.is_io() => Err(Error::io("read", path, e.into())),
        Err(_) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_beside_is_one_of_ours_and_nothing_like_it() {
        let place = Place::of(Path::new("a/out"), Layout::Reports).unwrap();
        for name in [".out.0123456789abcdef.tmp", ".out.0000000000000000.tmp"] {
            assert!(place.is_beside(OsStr::new(name), "", ".tmp"), "{name}");
        }
        for name in [
            "out",
            ".out.tmp",
            ".out..tmp",
            ".out.0123456789abcde.tmp",
            ".out.0123456789abcdef0.tmp",
            ".out.0123456789ABCDEF.tmp",
            ".out.0123456789abcdef.old",
            ".out.0123456789abcdef.tmp.bak",
            "out.0123456789abcdef.tmp",
            ".other.0123456789abcdef.tmp",
            ".out.claimlint.lock",
        ] {
            assert!(!place.is_beside(OsStr::new(name), "", ".tmp"), "{name}");
        }
        let temporary = place.beside(&random(".tmp").unwrap());
        assert!(place.is_beside(temporary.file_name().unwrap(), "", ".tmp"), "{temporary:?}");
        assert!(place.is_beside(temporary.with_extension("old").file_name().unwrap(), "", ".old"));
        assert_ne!(temporary, place.beside(&random(".tmp").unwrap()));
    }

    #[test]
    fn a_half_has_a_number_for_a_name() {
        for number in [1, 42, 9_999, 10_000, 1_000_000] {
            assert!(is_half(OsStr::new(&half_name(number))), "{number}");
        }
        for name in ["1.837", "0001", "0001.edi", "000a.837", ".837", "../0001.837", "0001.837.bak"] {
            assert!(!is_half(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn what_has_no_name_to_be_replaced_is_refused() {
        for path in [".", "..", "/", "a/..", ""] {
            assert!(Place::of(Path::new(path), Layout::Reports).is_err(), "{path}");
        }
        for path in ["out", "./out", "out/", "out/.", "/out", "a/../out"] {
            assert_eq!(Place::of(Path::new(path), Layout::Reports).unwrap().name, "out", "{path}");
        }
    }
}
