//! The flags and settings of a run as its manifest tells them, and the digest of all that changes its results beside
//! the inputs. Names no file: sidecar files, settings and tables are in the digest by their bytes.

use clap::ValueEnum;

use crate::report::manifest::{Options, Parts};
use crate::sidecar::Tally;

use super::args::Scan;

/// What flags alone decide.
pub(crate) fn of_flags(args: &Scan) -> Options {
    let reading = &args.checks.reading;
    Options {
        as_of: args.checks.as_of.map(|date| date.to_string()),
        strict: args.strict,
        expect_usage: args.checks.expect_usage.map(|usage| char::from(usage.letter()).to_string()),
        encoding: reading.encoding.map(word),
        on_duplicate_file: word(reading.on_duplicate_file),
        allow_no_837: reading.allow_no_837,
        redact_filenames: args.checks.redact_filenames,
        recursive: args.checks.recursive,
        settle_seconds: reading.settle,
        fail_on: args.checks.fail_on.0.map(|level| level.as_str().to_owned()),
        ..Options::default()
    }
}

/// A value of a flag as it is typed.
fn word(value: impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |word| word.get_name().to_owned())
}

/// All that changes results beside the inputs, as one number. Which inputs there are is told by the inputs, and what
/// the run exits with by its exit code, so flags that decide these are no part of it.
///
/// The baseline is no part of it either: it takes from what was found, and what is kept in `--state-dir` is all of that.
pub(crate) fn digest(
    options: &Options,
    settings: &str,
    sidecars: &[Tally],
    tables: Option<[u8; 32]>,
) -> [u8; 32] {
    let mut parts = Parts::default();
    parts.add(&(options.rules_off.len() as u64).to_le_bytes());
    options.rules_off.iter().for_each(|code| parts.add(code.as_bytes()));
    parts.add(&(options.severities.len() as u64).to_le_bytes());
    for (code, severity) in &options.severities {
        parts.add(code.as_bytes());
        parts.add(severity.as_bytes());
    }
    let switches = [options.require_minutes, options.strict, options.allow_no_837, options.redact_filenames];
    parts.add(&switches.map(u8::from));
    for option in [&options.as_of, &options.expect_usage, &options.encoding, &options.redact] {
        parts.add(option.as_deref().unwrap_or("").as_bytes());
    }
    parts.add(options.on_duplicate_file.as_bytes());
    parts.add(settings.as_bytes());
    // What a run without them comes to is the same as before there were any.
    if let Some(waivers) = &options.waivers_sha256 {
        parts.add(b"waivers");
        parts.add(waivers.as_bytes());
    }
    for tally in sidecars {
        parts.add(&tally.files.to_le_bytes());
        parts.add(&tally.digest);
    }
    parts.add(tables.as_ref().map_or(&[][..], |digest| digest));
    parts.digest()
}
