//! Outputs and inputs lie apart: what a run writes is none of the files it reads, lies in none of the directories
//! it reads, and puts none of them away.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result, display_path};

use super::args::Scan;
use super::names::Names;

/// Refuses an output or state directory that anything a run reads is, holds or lies in.
pub(crate) fn check(args: &Scan, own: [Option<&Path>; 3], names: &Names) -> Result<()> {
    let sidecars = &args.checks.sidecars;
    let read = [
        &args.paths,
        &args.checks.history,
        &args.checks.minutes,
        &sidecars.visits,
        &sidecars.plans,
        &sidecars.spend,
        &sidecars.fees,
    ];
    let read: Vec<&Path> =
        read.into_iter().flatten().filter(|path| path.as_os_str() != "-").map(PathBuf::as_path).collect();
    // The site's own, whose names are no secret.
    let own: Vec<&Path> = args
        .checks
        .tables
        .as_deref()
        .into_iter()
        .chain(args.redact.as_deref())
        .chain(own.iter().copied().flatten())
        .collect();
    for (kind, written) in [("output", &args.out), ("state", &args.state_dir)] {
        if let Some(written) = written {
            refuse_as(kind, written, read.iter().copied(), &|path| names.path(path))?;
            refuse_as(kind, written, own.iter().copied(), &display_path)?;
        }
    }
    match (&args.out, &args.state_dir) {
        // The one is replaced as a whole.
        (Some(out), Some(state)) => refuse(out, [state.as_path()], &display_path),
        _ => Ok(()),
    }
}

/// Refuses an output directory that one of these files or directories is, holds or lies in.
pub(crate) fn refuse<'p>(
    out: &Path,
    read: impl IntoIterator<Item = &'p Path>,
    shown: &dyn Fn(&Path) -> String,
) -> Result<()> {
    refuse_as("output", out, read, shown)
}

fn refuse_as<'p>(
    kind: &str,
    written: &Path,
    read: impl IntoIterator<Item = &'p Path>,
    shown: &dyn Fn(&Path) -> String,
) -> Result<()> {
    let whole = resolved(written);
    for path in read {
        let input = resolved(path);
        let problem = if whole.starts_with(&input) {
            "is or lies inside"
        } else if input.starts_with(&whole) {
            "holds"
        } else {
            continue;
        };
        return Err(Error::usage(format!(
            "the {kind} directory {} {problem} {}, which is read; choose one outside the inputs",
            display_path(written),
            shown(path),
        )));
    }
    Ok(())
}

/// Where a path leads, of which the last parts may not be there yet.
fn resolved(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for above in whole.ancestors() {
        if let (Ok(there), Ok(rest)) = (above.canonicalize(), whole.strip_prefix(above)) {
            // An empty rest would add a separator.
            return if rest.as_os_str().is_empty() { there } else { there.join(rest) };
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_and_what_is_written_may_not_meet() {
        let desk = tempfile::tempdir().unwrap();
        let at = |name: &str| desk.path().join(name);
        for directory in ["in/below", "out", "in2"] {
            std::fs::create_dir_all(at(directory)).unwrap();
        }
        std::fs::write(at("in/a.837"), "").unwrap();
        for (out, input) in [
            ("in", "in"),
            ("in/new", "in"),
            ("in/new/deeper", "in"),
            ("in/below/../new", "in"),
            ("in", "in/a.837"),
            ("in/a.837", "in/a.837"),
            ("new", "new/not-there-yet.837"),
        ] {
            assert!(refuse(&at(out), [at(input).as_path()], &display_path).is_err(), "{out} {input}");
        }
        for (out, input) in
            [("out", "in"), ("in2", "in"), ("in-new", "in"), ("in/new", "in/below"), ("new", "in/a.837")]
        {
            assert!(refuse(&at(out), [at(input).as_path()], &display_path).is_ok(), "{out} {input}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(at("in"), at("link")).unwrap();
            assert!(refuse(&at("link/new"), [at("in").as_path()], &display_path).is_err(), "through a link");
            assert!(refuse(&at("in/new"), [at("link").as_path()], &display_path).is_err(), "through a link");
        }
    }
}
