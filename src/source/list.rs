//! Which files the paths of a command line come to, in an order that is the same in every run.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::display_path;
use crate::x12::fault::FaultCode;

use super::input::Input;
use super::raw::{not_a_file, unreachable_path};
use super::ready::{self, Settle};
use super::stat::Stat;
use super::trouble::Trouble;

/// What a list of paths comes to.
#[derive(Debug, Default)]
pub struct Listing {
    /// Inputs in the order they are read: as named, directories sorted by name.
    pub inputs: Vec<Input>,
    /// Entries of directories that were left out, with the reason.
    pub skipped: Vec<(PathBuf, String)>,
    /// Files with the same bytes as another, see [`super::twins`].
    pub duplicates: Vec<Duplicate>,
    /// Paths that cannot be read.
    pub unread: Vec<Unread>,
    /// Sizes of the inputs that are files.
    pub(super) sizes: Vec<Option<u64>>,
}

/// A path that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unread {
    /// The path.
    pub path: PathBuf,
    /// Its fault in the catalogue; none for a directory that holds nothing to read.
    pub code: Option<FaultCode>,
    /// What it is and what to do.
    pub message: String,
    /// Whether it was to be read for comparison only.
    pub earlier: bool,
}

/// A file with the same bytes as another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duplicate {
    /// The file, which is not read.
    pub path: PathBuf,
    /// The one that is read in its place, safe to print.
    pub of: String,
    /// SHA-256 of both.
    pub sha256: [u8; 32],
}

/// Whether directories inside directories are entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recursive {
    /// Only the files of a directory itself.
    No,
    /// The whole tree.
    Yes,
}

/// Lists inputs. A file is read once however often it is named, by whatever names: twice, its claims would be
/// their own duplicates.
#[derive(Debug)]
pub struct Lister {
    /// Whether directories inside directories are entered.
    pub recursive: Recursive,
    /// Which files of directories are left to the next run, if any.
    pub settle: Option<Settle>,
    /// Files seen, by identity.
    seen: HashMap<Identity, PathBuf>,
}

/// What tells a file from another: device and inode, else the path.
#[derive(PartialEq, Eq, Hash, Debug)]
enum Identity {
    Inode(u64, u64),
    Path(PathBuf),
}

impl Lister {
    /// Has seen nothing yet.
    pub fn new(recursive: Recursive, settle: Option<Settle>) -> Lister {
        Lister { recursive, settle, seen: HashMap::new() }
    }

    /// Lists what paths come to. `-` is standard input; `FILE!MEMBER` is one member of an archive; directories
    /// are entered one level deep, or wholly. What is left out of directories stands in the listing, and so does
    /// what cannot be read.
    pub fn list(&mut self, paths: &[PathBuf]) -> Listing {
        let mut listing = Listing::default();
        for path in paths {
            if path.as_os_str() == "-" {
                listing.push(Input::Stdin, None);
                continue;
            }
            match fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => self.directory(path, &mut listing),
                Ok(metadata) if metadata.is_file() => {
                    self.file(Input::Path(path.clone()), Stat::of(&metadata), &mut listing);
                }
                Ok(_) => listing.refuse(path, not_a_file()),
                Err(error) => match member(path) {
                    Some(input) => listing.push(input, None),
                    None => listing.refuse(path, unreachable_path(path, &error)),
                },
            }
        }
        listing
    }

    /// Takes a file, unless it was taken before.
    fn file(&mut self, input: Input, stat: Stat, listing: &mut Listing) {
        let Some(path) = input.path() else { return };
        let identity = match stat.id {
            Some((device, inode)) => Identity::Inode(device, inode),
            None => Identity::Path(path.canonicalize().unwrap_or_else(|_| path.to_owned())),
        };
        if let Some(first) = self.seen.get(&identity) {
            let reason = format!("named twice, read once; it is {}", display_path(first));
            listing.skipped.push((path.to_owned(), reason));
            return;
        }
        self.seen.insert(identity, path.to_owned());
        listing.push(input, Some(stat.size));
    }

    fn directory(&mut self, path: &Path, listing: &mut Listing) {
        let before = (listing.inputs.len(), listing.unread.len());
        let deferred = self.walk(path, listing);
        if (listing.inputs.len(), listing.unread.len()) == before && deferred == 0 {
            let message = match self.recursive {
                Recursive::No => "no files to read here; `--recursive` also enters its directories",
                Recursive::Yes => "no files to read here or below",
            };
            let message = format!("{}: {message}", display_path(path));
            listing.unread.push(Unread { path: path.to_owned(), code: None, message, earlier: false });
        }
    }

    /// Lists a directory. Returns how many files were left to the next run, or are read by another name.
    fn walk(&mut self, top: &Path, listing: &mut Listing) -> usize {
        let mut deferred = 0;
        // A stack of our own: directories may be nested deeper than the thread's.
        let mut stack = vec![top.to_owned()];
        while let Some(directory) = stack.pop() {
            let entries = fs::read_dir(&directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            let mut entries = match entries {
                Ok(entries) => entries,
                Err(error) => {
                    listing.refuse(&directory, Trouble::of_path("list", &directory, &error));
                    continue;
                }
            };
            entries.sort_by_key(fs::DirEntry::file_name);
            let has = |name: &std::ffi::OsStr| {
                entries.binary_search_by(|entry| entry.file_name().as_os_str().cmp(name)).is_ok()
            };
            let mut below = Vec::new();
            for entry in &entries {
                let (path, name) = (entry.path(), entry.file_name());
                let mut skip = |reason: &str| listing.skipped.push((path.clone(), reason.to_owned()));
                if let Some(reason) = ready::left_out(&path) {
                    skip(reason);
                    continue;
                }
                // Not what a link leads to: whoever may write into a directory must not choose what is read.
                let metadata = match entry.metadata() {
                    Ok(metadata) => metadata,
                    Err(error) => {
                        listing.refuse(&path, Trouble::of_path("read", &path, &error));
                        continue;
                    }
                };
                if metadata.is_symlink() {
                    match fs::metadata(&path) {
                        Ok(_) => skip("a link; name it to have it read"),
                        Err(error) => listing.refuse(&path, unreachable_path(&path, &error)),
                    }
                } else if metadata.is_dir() {
                    match self.recursive {
                        Recursive::Yes => below.push(path),
                        Recursive::No => skip("a directory; `--recursive` enters it"),
                    }
                } else if !metadata.is_file() {
                    listing.refuse(&path, not_a_file());
                } else if ready::of_sentinel(&name).is_some_and(has) {
                    skip(ready::SENTINEL);
                } else {
                    let stat = Stat::of(&metadata);
                    let is_marked = || ready::sentinels(&name).iter().any(|mark| has(mark));
                    let waits = self.settle.filter(|_| !is_marked()).and_then(|s| s.defers(&path, &stat));
                    if let Some(reason) = waits {
                        skip(reason);
                        deferred += 1;
                        continue;
                    }
                    let before = listing.inputs.len();
                    self.file(Input::Entry(path), stat, listing);
                    deferred += usize::from(listing.inputs.len() == before);
                }
            }
            // Popped in the order of names.
            stack.extend(below.into_iter().rev());
        }
        deferred
    }
}

impl Listing {
    fn push(&mut self, input: Input, size: Option<u64>) {
        self.inputs.push(input);
        self.sizes.push(size);
    }

    fn refuse(&mut self, path: &Path, trouble: Trouble) {
        let message = trouble.of(&display_path(path));
        self.unread.push(Unread { path: path.to_owned(), code: Some(trouble.code), message, earlier: false });
    }
}

/// The member of an archive that a name means, where no file has the whole name.
fn member(path: &Path) -> Option<Input> {
    let name = path.to_str()?;
    let at = name.match_indices('!').map(|(at, _)| at).find(|at| Path::new(&name[..*at]).is_file())?;
    Some(Input::Member(name[..at].into(), name[at + 1..].to_owned()))
}
