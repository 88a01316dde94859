//! What is read: files, directories, standard input, or bytes in memory. Opens inputs, never writes them.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result, display_path};

/// One input of a run.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file.
    Path(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes in memory, with a name to report them by.
    Bytes(String, &'static [u8]),
}

impl Input {
    /// The input's name, safe to print.
    pub fn name(&self) -> String {
        match self {
            Input::Path(path) => display_path(path),
            Input::Stdin => "(standard input)".to_owned(),
            Input::Bytes(name, _) => display_path(Path::new(name)),
        }
    }

    /// Opens it for reading from the first byte.
    pub fn open(&self) -> Result<Box<dyn Read + Send>> {
        match self {
            Input::Path(path) => {
                let metadata = fs::metadata(path).map_err(|e| Error::io("read", path, e))?;
                if !metadata.is_file() {
                    let message = "not a regular file; give a file, a directory, or `-` for standard input";
                    return Err(Error::file(path, 0, "", message));
                }
                Ok(Box::new(File::open(path).map_err(|e| Error::io("read", path, e))?))
            }
            Input::Stdin => Ok(Box::new(io::stdin())),
            Input::Bytes(_, bytes) => Ok(Box::new(*bytes)),
        }
    }

    /// Bytes to be read, where they are known before.
    pub fn len(&self) -> Option<u64> {
        match self {
            Input::Path(path) => fs::metadata(path).ok().map(|m| m.len()),
            Input::Stdin => None,
            Input::Bytes(_, bytes) => Some(bytes.len() as u64),
        }
    }

    /// Whether it is known to hold nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}

/// What a list of paths comes to.
#[derive(Debug, Default)]
pub struct Listing {
    /// Inputs in the order they are read: as named, directories sorted by name.
    pub inputs: Vec<Input>,
    /// Entries of directories that were left out, with the reason.
    pub skipped: Vec<(PathBuf, &'static str)>,
    /// Paths that could not be listed.
    pub errors: Vec<Error>,
}

/// Lists the inputs that paths name. `-` is standard input; directories are entered one level deep, or
/// wholly with `recursive`. Hidden files, links and unfinished uploads inside directories are left out, and
/// a file is read once however often it is named: twice, its claims would be their own duplicates.
pub fn list(paths: &[PathBuf], recursive: Recursive) -> Listing {
    let mut listing = Listing::default();
    for path in paths {
        if path.as_os_str() == "-" {
            listing.inputs.push(Input::Stdin);
            continue;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                let before = listing.inputs.len();
                walk(path, recursive, &mut listing);
                if listing.inputs.len() == before {
                    let hint = match recursive {
                        Recursive::No => "no files to read here; `--recursive` also enters its directories",
                        Recursive::Yes => "no files to read here or below",
                    };
                    listing.errors.push(Error::file(path, 0, "", hint));
                }
            }
            Ok(_) => listing.inputs.push(Input::Path(path.clone())),
            Err(e) => listing.errors.push(Error::io("read", path, e)),
        }
    }
    once(&mut listing);
    listing
}

/// Leaves out files that were listed before.
fn once(listing: &mut Listing) {
    let mut seen = HashSet::new();
    let Listing { inputs, skipped, .. } = listing;
    inputs.retain(|input| match input {
        Input::Path(path) if !seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) => {
            skipped.push((path.clone(), "named twice, read once"));
            false
        }
        _ => true,
    });
}

/// Whether directories inside directories are entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recursive {
    /// Only the files of a directory itself.
    No,
    /// The whole tree.
    Yes,
}

/// Names of uploads that are not finished, and of files that lie beside data.
const UNFINISHED: [&str; 8] = ["part", "partial", "filepart", "tmp", "swp", "crdownload", "lock", "toml"];

fn walk(top: &Path, recursive: Recursive, listing: &mut Listing) {
    // A stack of our own: directories may be nested deeper than the thread's.
    let mut stack = vec![top.to_owned()];
    while let Some(directory) = stack.pop() {
        let entries = fs::read_dir(&directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(e) => {
                listing.errors.push(Error::io("list", &directory, e));
                continue;
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        let mut below = Vec::new();
        for entry in entries {
            let path = entry.path();
            let kind = match entry.file_type() {
                Ok(kind) => kind,
                Err(e) => {
                    listing.errors.push(Error::io("read", &path, e));
                    continue;
                }
            };
            let reason = left_out(&path);
            match reason {
                Some(reason) => listing.skipped.push((path, reason)),
                None if kind.is_symlink() => listing.skipped.push((path, "a link; name it to have it read")),
                None if kind.is_dir() && recursive == Recursive::Yes => below.push(path),
                None if kind.is_dir() => listing.skipped.push((path, "a directory; `--recursive` enters it")),
                None if kind.is_file() => listing.inputs.push(Input::Path(path)),
                None => listing.skipped.push((path, "not a regular file")),
            }
        }
        // Popped in the order of names.
        stack.extend(below.into_iter().rev());
    }
}

/// Why a file of a directory is not read, by its name.
fn left_out(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_string_lossy();
    if name.starts_with('.') {
        return Some("hidden");
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
