//! `claimlint tables import`: files of CMS read into one table file, which is put in place only when it is whole.
//! Says of every file what was read, and of what is likely to be missing.

use std::io::{self, Write};
use std::path::Path;

use crate::disk::Access;
use crate::error::{Error, Result, display_path};
use crate::tables::import::{self, Imported};

use super::args::TablesImport;
use super::replace::replace;
use super::{Host, Outcome};

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
    replace(&*host.disk, &args.out, &bytes, Access::Open)?;
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
