//! Sets of outputs as a reader finds them, and what a run may have left beside them.

#![allow(dead_code, unreachable_pub, reason = "each test uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The files of a directory, by name; those of a directory in it as `directory/name`, and itself as `directory/`.
pub type Set = BTreeMap<String, Vec<u8>>;

/// The files that are there; none if there is no directory.
pub fn read(directory: &Path) -> Option<Set> {
    if !directory.exists() {
        return None;
    }
    let mut set = Set::new();
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            set.insert(format!("{name}/"), Vec::new());
            let inside = read(&entry.path()).unwrap();
            set.extend(inside.into_iter().map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            set.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    Some(set)
}

/// Makes a directory hold these files and nothing else, or not be there.
pub fn put(directory: &Path, set: Option<&Set>) {
    if directory.exists() {
        fs::remove_dir_all(directory).unwrap();
    }
    if let Some(set) = set {
        fs::create_dir(directory).unwrap();
        for (name, bytes) in set {
            match name.strip_suffix('/') {
                // A directory comes before what is in it.
                Some(inside) => fs::create_dir(directory.join(inside)).unwrap(),
                None => fs::write(directory.join(name), bytes).unwrap(),
            }
        }
    }
}

/// Names beside an output directory that only a run gives and that none should leave.
pub fn temporaries(beside: &Path) -> Vec<String> {
    let names = fs::read_dir(beside).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.') && !name.ends_with(".claimlint.lock")).collect()
}

/// Removes what a test left beside an output directory.
pub fn sweep(beside: &Path) {
    for name in temporaries(beside) {
        let path = beside.join(name);
        fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path)).unwrap();
    }
}

/// What a set is called in a message: which of several it is.
pub fn named(found: Option<&Set>, known: &[(&'static str, Option<&Set>)]) -> &'static str {
    known.iter().find(|(_, set)| *set == found).map_or("TORN", |(name, _)| name)
}
