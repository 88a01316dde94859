//! Flags and settings resolved into what a run needs. Everything a user can get wrong is said here, before
//! the first claim is read.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use toml::Spanned;

use crate::error::{Error, ErrorKind, Result, display_path};
use crate::finding::Severity;
use crate::minutes::{FileKind, Minutes, Sidecar};
use crate::report::manifest::Options;
use crate::report::safe;
use crate::report::text::{Color, Style};
use crate::rules::CATALOGUE;
use crate::rules::plan::Plan;
use crate::scan::Setup;
use crate::scan::ledger::Resume;
use crate::scan::panics::Panics;
use crate::scan::split::{Envelopes, Limits};
use crate::scan::stop::Stoppable;
use crate::sidecar::{Fees, Plans, Spend};
use crate::source::Digests;
use crate::source::handle::OnDisk;
use crate::source::input::Input;
use crate::source::list::{Lister, Listing, Recursive, Unread};
use crate::source::twins::{self, OnDuplicate};
use crate::tables::Tables;
use crate::tables::file::{self, Source};
use crate::x12::envelope::expected::Expected;
use crate::x12::fault::FaultCode;

use super::args::Scan;
use super::baseline::Baseline;
use super::checks::{Sidecars, When};
use super::formats::{Format, Formats};
use super::names::Names;
use super::redact::{self, Key};
use super::settings::{self, Settings};
use super::waivers::{self, Ids, WaiverFile};
use super::{Host, apart, options};

/// What `scan` will do.
pub(crate) struct Config {
    pub setup: Setup,
    pub listing: Listing,
    pub on_duplicate: OnDuplicate,
    pub out: Option<PathBuf>,
    /// The directory of the ledger, and whether what is in it is taken in the place of inputs.
    pub state: Option<(PathBuf, Resume)>,
    pub formats: Formats,
    /// From which severity on a claim acknowledgement rejects a claim.
    pub reject_if: Severity,
    pub fail_on: Option<Severity>,
    pub style: Style,
    pub progress: bool,
    /// Rules switched off by flags or settings.
    pub switched_off: Vec<&'static str>,
    /// What the table file was made from.
    pub table_sources: Vec<Source>,
    /// Faults of sidecar files: their other rows are used.
    pub sidecar_errors: Vec<Error>,
    /// Bytes of rows to hold in memory before they are spilled, where there is a directory for that.
    pub memory: usize,
    /// Where, if not beside the outputs.
    pub spill_dir: Option<PathBuf>,
    /// Flags and settings as the manifest tells them.
    pub options: Options,
    /// All that changes results beside the inputs, as one number.
    pub settings_sha256: [u8; 32],
    /// What may be printed of names of inputs and sidecar files.
    pub names: Names,
    /// Makes tokens of claim ids, if they may not be printed.
    pub key: Option<Key>,
    /// Findings that somebody answers for.
    pub waivers: Option<WaiverFile>,
    /// Findings that are known and not reported.
    pub baseline: Option<Baseline>,
}

impl Config {
    /// What may be printed of an error about an input or a sidecar file.
    pub(crate) fn told(&self, error: &Error) -> String {
        match error.kind() {
            // A value in the wrong column may be a claim's id.
            ErrorKind::File { path, line, column, message } if self.key.is_some() => {
                let message = redact::without_value(message);
                self.names.error(&Error::file(path, *line, column, message))
            }
            _ => self.names.error(error),
        }
    }
}

const DEFAULT_SETTINGS: &str = "claimlint.toml";

/// Resolves the flags of `scan`.
pub(crate) fn resolve(args: &Scan, host: &Host) -> Result<Config> {
    let settings_file = args.checks.config.clone().or_else(|| nearest(DEFAULT_SETTINGS));
    let settings = match &settings_file {
        Some(path) => settings::read(path)?,
        None => Settings::default(),
    };
    if args.paths.iter().filter(|p| p.as_os_str() == "-").count() > 1 {
        return Err(Error::usage("standard input (`-`) can be read only once; name it once"));
    }
    let enabled = enabled_rules(args, &settings)?;
    let mut severities = settings.severities()?;
    severities.extend(fixed_severities(&args.checks.severity)?);
    let plan = Plan::new(|code| enabled.contains(&code), |code| severities.get(code).copied());
    let reads_standard_input = args.paths.iter().any(|p| p.as_os_str() == "-");
    let formats = Formats::of(&args.format, args.out.is_some(), reads_standard_input)?;
    let acknowledges = formats.has(Format::ClaimAcknowledgement);
    if args.reject_if.is_some() && !acknowledges {
        return Err(Error::usage(
            "--reject-if says what a claim acknowledgement rejects; give --format 277ca with it",
        ));
    }
    let reject_if = args.reject_if.unwrap_or(Severity::Critical);
    let digests = match formats.printed {
        Format::Summary => Digests::Sha256,
        _ if args.out.is_some() || args.state_dir.is_some() => Digests::Sha256,
        _ => Digests::Off,
    };
    let mut reading = args.checks.reading.reading(&settings.limits, digests);
    let files = Arc::new(OnDisk(host.disk.clone()));
    reading.open = Arc::new(Stoppable::new(files, host.signals.stop()));
    let recursive = if args.checks.recursive { Recursive::Yes } else { Recursive::No };
    let mut lister = Lister::new(recursive, args.checks.reading.settle());
    let mut listing = lister.list(&args.paths);
    let on_duplicate = args.checks.reading.on_duplicate();
    twins::take_out(&mut listing, on_duplicate, &*reading.open);
    // A file of the run is no past of its own.
    (lister.recursive, lister.settle) = (Recursive::Yes, None);
    let history = lister.list(&args.checks.history);
    // What cannot be read of the past is told with the rest.
    listing.unread.extend(history.unread.into_iter().map(|unread| Unread { earlier: true, ..unread }));
    let names = if args.checks.redact_filenames { Names::aliases() } else { Names::plain() };
    list_names(&names, args, &listing, &history.inputs);
    let waivers_file = args.checks.waivers.clone().or_else(|| nearest(waivers::NAME));
    let own = [settings_file.as_deref(), waivers_file.as_deref(), args.baseline.as_deref()];
    apart::check(args, own, &names)?;
    let key = args.redact.as_deref().map(Key::read).transpose()?;
    let ids = if key.is_some() { Ids::Hidden } else { Ids::Shown };
    let waivers = waivers_file.as_deref().map(|path| waivers::read(path, ids)).transpose()?;
    let baseline = match &args.baseline {
        Some(path) => Some(Baseline::read(&*host.disk, path, key.as_ref().map(Key::bits))?),
        None => None,
    };
    let plan = plan.waiving(waivers.as_ref().map(|file| file.waivers.clone()).unwrap_or_default());
    let (sidecar, mut sidecar_errors) = Sidecar::load(&args.checks.minutes, &args.checks.sidecars.visits);
    let (plans, errors) = Plans::load(&args.checks.sidecars.plans);
    sidecar_errors.extend(errors);
    let (spend, errors) = Spend::load(&args.checks.sidecars.spend);
    sidecar_errors.extend(errors);
    let (fees, errors) = Fees::load(&args.checks.sidecars.fees);
    sidecar_errors.extend(errors);
    let policies = settings.policies()?;
    let (tables, table_sources, table_file) = match &args.checks.tables {
        Some(path) => {
            let (tables, sources, digest) = file::open(path)?;
            (tables, sources, Some(digest))
        }
        None => (Tables::builtin(), Vec::new(), None),
    };
    let require_minutes = args.checks.require_minutes || settings.rules.require_minutes;
    let switched_off: Vec<_> =
        CATALOGUE.iter().map(|r| r.meta().code).filter(|c| !enabled.contains(c)).collect();
    let options = Options {
        rules_off: switched_off.iter().map(|code| (*code).to_owned()).collect(),
        severities: severities.iter().map(|(code, s)| (code.clone(), s.as_str().to_owned())).collect(),
        require_minutes,
        redact: key.as_ref().map(Key::id),
        waivers_sha256: waivers.as_ref().map(|file| safe::hex(&file.sha256)),
        baseline_sha256: baseline.as_ref().map(|file| safe::hex(&file.sha256)),
        reject_if: acknowledges.then(|| reject_if.as_str().to_owned()),
        ..options::of_flags(args)
    };
    let tallies = [
        sidecar.tally(FileKind::Minutes),
        sidecar.tally(FileKind::Visits),
        plans.tally(),
        spend.tally(),
        fees.tally(),
    ];
    let settings_sha256 = options::digest(&options, settings.text(), &tallies, table_file);
    let mut expected = settings.expected()?;
    if expected.iter().any(|e| e.refuses(FaultCode::DuplicateInterchange)) {
        // Files that have one interchange are told apart by what they hold.
        reading.digests = Digests::Sha256;
    }
    if let Some(usage) = args.checks.expect_usage {
        expected.iter_mut().for_each(|e| e.usage = Some(usage.letter()));
        if !expected.iter().any(|e| e.receivers.is_empty()) {
            expected.push(Expected { usage: Some(usage.letter()), ..Expected::default() });
        }
    }
    let limits = Limits {
        envelopes: if args.strict { Envelopes::Strict } else { Envelopes::Inferred },
        segment: settings.limits.segment(),
        ..Limits::default()
    };
    let window = args.checks.window.map_or(limits.window, |w| w as usize);
    let resume = if args.no_resume { Resume::No } else { Resume::Yes };
    Ok(Config {
        setup: Setup {
            plan,
            policies,
            minutes: Minutes::new(sidecar, settings.notes),
            plans,
            spend,
            fees,
            tables,
            require_minutes,
            threads: args.checks.threads.map_or_else(processors, usize::from),
            limits: Limits { window, ..limits },
            reading,
            // The directory is made later, if there is one to write to.
            spill: None,
            ledger: None,
            history: history.inputs,
            expected,
            as_of: args.checks.as_of,
            stop: host.signals.stop(),
            panics: Panics::Passed,
            #[cfg(debug_assertions)]
            panic_at: std::env::var("CLAIMLINT_TEST_PANIC").ok(),
        },
        listing,
        on_duplicate,
        out: args.out.clone(),
        state: args.state_dir.clone().map(|directory| (directory, resume)),
        formats,
        reject_if,
        fail_on: args.checks.fail_on.0,
        style: Style { width: width(), color: color(args.checks.color), worst: args.top },
        progress: !args.quiet && !host.log.is_json() && std::io::stderr().is_terminal(),
        switched_off,
        table_sources,
        sidecar_errors,
        spill_dir: args.spill_dir.clone(),
        memory: args.checks.memory_bytes.unwrap_or((args.checks.memory as usize) << 20),
        options,
        settings_sha256,
        names,
        key,
        waivers,
        baseline,
    })
}

/// Lists the names of files in the order they are told in.
fn list_names(names: &Names, args: &Scan, listing: &Listing, history: &[Input]) {
    listing.inputs.iter().for_each(|input| names.list("input", &input.name()));
    history.iter().for_each(|input| names.list("history", &input.name()));
    let Sidecars { visits, plans, spend, fees } = &args.checks.sidecars;
    for (kind, paths) in [
        ("minutes", &args.checks.minutes),
        ("visits", visits),
        ("plans", plans),
        ("spend", spend),
        ("fees", fees),
    ] {
        paths.iter().for_each(|path| names.list(kind, &display_path(path)));
    }
    listing.skipped.iter().for_each(|(path, _)| names.list("input", &display_path(path)));
    listing.unread.iter().for_each(|unread| names.list("input", &display_path(&unread.path)));
    listing.duplicates.iter().for_each(|twin| names.list("input", &display_path(&twin.path)));
}

/// The file of a name in this directory, else in the nearest one above that has one.
fn nearest(name: &str) -> Option<PathBuf> {
    let here = PathBuf::from(name);
    if here.is_file() {
        return Some(here);
    }
    let directory = std::env::current_dir().ok()?;
    directory.ancestors().skip(1).map(|above| above.join(name)).find(|path| path.is_file())
}

/// The codes of the rules to apply.
fn enabled_rules(args: &Scan, settings: &Settings) -> Result<Vec<&'static str>> {
    let select = codes(&args.checks.select, &settings.rules.select, settings)?;
    let ignore = codes(&args.checks.ignore, &settings.rules.ignore, settings)?;
    if let Some(both) =
        args.checks.select.iter().find(|s| args.checks.ignore.iter().any(|i| i.eq_ignore_ascii_case(s)))
    {
        return Err(Error::usage(format!("{both} is both selected and ignored; name it once")));
    }
    let enabled = CATALOGUE
        .iter()
        .map(|r| r.meta().code)
        .filter(|c| (select.is_empty() || select.contains(c)) && !ignore.contains(c))
        .collect();
    Ok(enabled)
}

/// The rules a flag names; without the flag, those the settings name.
fn codes(flag: &[String], set: &[Spanned<String>], settings: &Settings) -> Result<Vec<&'static str>> {
    let mut codes = Vec::new();
    for word in flag {
        codes.extend(meant(word)?);
    }
    for word in set.iter().filter(|_| flag.is_empty()) {
        codes.extend(meant(word.get_ref()).map_err(|error| settings.fault(word, &error))?);
    }
    Ok(codes)
}

/// The severities that flags fix, by rule code.
fn fixed_severities(words: &[String]) -> Result<BTreeMap<String, Severity>> {
    let mut fixed = BTreeMap::new();
    for word in words {
        let Some((code, level)) = word.split_once('=') else {
            return Err(Error::usage(format!("--severity {word:?}: give CODE=LEVEL, as MOD001=low")));
        };
        let code = code.trim().to_ascii_uppercase();
        if !CATALOGUE.iter().any(|r| r.meta().code == code) {
            let message =
                format!("--severity {word:?}: there is no rule {code:?}; `claimlint rules` lists them");
            return Err(Error::usage(message));
        }
        let Some(severity) = Severity::named(&level.trim().to_ascii_lowercase()) else {
            let levels = Severity::ALL.map(Severity::as_str).join(", ");
            let message = format!("--severity {word:?}: {level:?} is no severity; give one of {levels}");
            return Err(Error::usage(message));
        };
        match fixed.insert(code.clone(), severity) {
            Some(other) if other != severity => {
                let message = format!("--severity gives {code} both {other} and {severity}; name it once");
                return Err(Error::usage(message));
            }
            _ => {}
        }
    }
    Ok(fixed)
}

/// Fails where the settings select or ignore a rule that there is not.
pub(super) fn named_rules(settings: &Settings) -> Result<()> {
    for words in [&settings.rules.select, &settings.rules.ignore] {
        codes(&[], words, settings)?;
    }
    Ok(())
}

/// The codes a word means: a rule or the rules of a family.
fn meant(word: &str) -> Result<Vec<&'static str>> {
    let name = word.trim().to_ascii_uppercase();
    let metas = CATALOGUE.iter().map(|r| r.meta());
    let codes: Vec<_> = metas.filter(|m| m.code == name || m.family() == name).map(|m| m.code).collect();
    if codes.is_empty() && !name.is_empty() {
        let message = format!("there is no rule or family {word:?}; `claimlint rules` lists them");
        return Err(Error::usage(message));
    }
    Ok(codes)
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn color(when: When) -> Color {
    let terminal =
        std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    match when {
        When::Always => Color::Always,
        When::Auto if terminal => Color::Always,
        _ => Color::Never,
    }
}

/// Columns of the terminal: as the environment says, else 80 off a terminal and 100 on one.
fn width() -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|c| (20..=500).contains(c));
    let measured = || console::Term::stdout().size_checked().map_or(100, |(_, columns)| usize::from(columns));
    set.unwrap_or_else(|| if std::io::stdout().is_terminal() { measured() } else { 80 })
}
