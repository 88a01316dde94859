//! `claimlint tables import`: files of CMS read into one table file, which is put in place only when it is whole.
//! Says of every file what was read, and of what is likely to be missing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result, display_path};
use crate::tables::import::{self, Imported};

use super::args::TablesImport;
use super::{Host, Outcome, output};

/// Runs `tables import`.
pub(crate) fn run(args: &TablesImport, host: &Host) -> Result<Outcome> {
    for file in &args.files {
        if same_file(file, &args.out) {
            let name = display_path(&args.out);
            return Err(Error::usage(format!("--out {name} is one of the files to import; name another")));
        }
    }
    let imported = import::read(&args.files, args.quarter)?;
    let bytes = imported.to_bytes()?;
    if let Some(signal) = host.signals.caught() {
        return Ok(Outcome::Stopped(signal));
    }
    replace(&args.out, &bytes)?;
    let mut page = Vec::new();
    let written = account(&imported, &args.out, bytes.len(), &mut page);
    let printed = written.and_then(|()| io::stdout().lock().write_all(&page));
    printed.map(|()| Outcome::Done).map_err(|e| Error::io("write", "standard output", e))
}

/// What was read, one line a table, and what became of it.
fn account(imported: &Imported, out: &Path, bytes: usize, page: &mut Vec<u8>) -> io::Result<()> {
    writeln!(page, "Read")?;
    for source in imported.sources() {
        let what = if source.limits { "unit limits (MUE)" } else { "pairs (PTP)" };
        let name = display_path(Path::new(&source.file));
        write!(page, "  {} {what} of {}: {} rows", source.setting, source.quarter, source.rows)?;
        if source.never_in_force > 0 {
            write!(page, ", {} of them never in force", source.never_in_force)?;
        }
        writeln!(page, "  {name}")?;
    }
    for name in &imported.aside {
        writeln!(page, "Not read: {}", display_path(name))?;
    }
    let merged = imported.merged;
    for (count, what) in [
        (merged.repeated, "rows stand twice in tables of one quarter and are kept once"),
        (merged.superseded, "windows of older tables give way to those of a newer one that has the pair"),
        (
            merged.overlapping,
            "windows begin before the one before has ended; the one that ends first is used",
        ),
    ] {
        if count > 0 {
            writeln!(page, "{count} {what}")?;
        }
    }
    for sentence in &imported.missing {
        writeln!(page, "Missing: {sentence}")?;
    }
    let (windows, limits) = imported.rows();
    writeln!(page, "Written to {}: {windows} windows, {limits} limits, {bytes} bytes", display_path(out))
}

/// Whether two paths lead to one file that is there.
fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Puts a file in the place of another. What was there before stays until the new one is on the disk.
fn replace(target: &Path, bytes: &[u8]) -> Result<()> {
    let Some(name) = target.file_name().filter(|_| !target.is_dir()) else {
        let name = display_path(target);
        return Err(Error::usage(format!("--out {name} is a directory; name a file")));
    };
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut temporary_name = std::ffi::OsString::from(".");
    temporary_name.push(name);
    temporary_name.push(format!(".{}.tmp", std::process::id()));
    let mut temporary = Temporary::create(directory.join(temporary_name))?;
    temporary.write(bytes)?;
    fs::rename(&temporary.path, target).map_err(|e| Error::io("rename into place", target, e))?;
    temporary.gone = true;
    output::sync_directory(directory).map_err(|e| Error::io("write", directory, e))
}

/// A file that is removed again unless it got its name.
struct Temporary {
    path: PathBuf,
    file: File,
    gone: bool,
}

impl Temporary {
    fn create(path: PathBuf) -> Result<Temporary> {
        // Never an existing file, so never one that somebody planted.
        let opened = OpenOptions::new().write(true).create_new(true).open(&path);
        let file = opened.map_err(|e| Error::io("create", &path, e))?;
        Ok(Temporary { path, file, gone: false })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_all());
        written.map_err(|e| Error::io("write", &self.path, e))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.gone {
            // Nothing more can be done about it here.
            let _ = fs::remove_file(&self.path);
        }
    }
}
