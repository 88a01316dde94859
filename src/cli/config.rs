//! Flags and settings resolved into what a run needs. Everything a user can get wrong is said here, before
//! the first claim is read.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use toml::Spanned;

use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::minutes::{Minutes, Sidecar};
use crate::report::text::{Color, Style};
use crate::rules::CATALOGUE;
use crate::rules::plan::Plan;
use crate::scan::Setup;
use crate::scan::group::store::Spill;
use crate::scan::split::{Envelopes, Limits};
use crate::sidecar::{Fees, Plans, Spend};
use crate::source::Digests;
use crate::source::list::{Lister, Listing, Recursive, Unread};
use crate::source::twins::{self, OnDuplicate};
use crate::tables::Tables;
use crate::tables::file::{self, Source};
use crate::x12::envelope::expected::Expected;

use super::args::{Format, Scan, When};
use super::settings::{self, Settings};

/// What `scan` will do.
pub(crate) struct Config {
    pub setup: Setup,
    pub listing: Listing,
    pub on_duplicate: OnDuplicate,
    pub out: Option<PathBuf>,
    pub format: Format,
    pub fail_on: Option<Severity>,
    pub style: Style,
    pub progress: bool,
    /// Rules switched off by flags or settings.
    pub switched_off: Vec<&'static str>,
    /// What the table file was made from.
    pub table_sources: Vec<Source>,
    /// Faults of sidecar files: their other rows are used.
    pub sidecar_errors: Vec<Error>,
}

const DEFAULT_SETTINGS: &str = "claimlint.toml";

/// Resolves the flags of `scan`.
pub(crate) fn resolve(args: &Scan) -> Result<Config> {
    let settings = match args.config.clone().or_else(default_settings) {
        Some(path) => settings::read(&path)?,
        None => Settings::default(),
    };
    if args.paths.iter().filter(|p| p.as_os_str() == "-").count() > 1 {
        return Err(Error::usage("standard input (`-`) can be read only once; name it once"));
    }
    let enabled = enabled_rules(args, &settings)?;
    let mut severities = settings.severities()?;
    severities.extend(fixed_severities(&args.severity)?);
    let plan = Plan::new(|code| enabled.contains(&code), |code| severities.get(code).copied());
    if let Some(out) = &args.out {
        refuse_output_in_input(out, &args.paths)?;
        refuse_output_in_input(out, &args.history)?;
    }
    let digests = match args.format {
        Format::Summary => Digests::Sha256,
        _ if args.out.is_some() => Digests::Sha256,
        _ => Digests::Off,
    };
    let reading = args.reading.reading(&settings.limits, digests);
    let recursive = if args.recursive { Recursive::Yes } else { Recursive::No };
    let mut lister = Lister::new(recursive, args.reading.settle());
    let mut listing = lister.list(&args.paths);
    let on_duplicate = args.reading.on_duplicate();
    twins::take_out(&mut listing, on_duplicate, &*reading.open);
    // A file of the run is no past of its own.
    (lister.recursive, lister.settle) = (Recursive::Yes, None);
    let history = lister.list(&args.history);
    // What cannot be read of the past is told with the rest.
    listing.unread.extend(history.unread.into_iter().map(|unread| Unread { earlier: true, ..unread }));
    let (sidecar, mut sidecar_errors) = Sidecar::load(&args.minutes, &args.sidecars.visits);
    let (plans, errors) = Plans::load(&args.sidecars.plans);
    sidecar_errors.extend(errors);
    let (spend, errors) = Spend::load(&args.sidecars.spend);
    sidecar_errors.extend(errors);
    let (fees, errors) = Fees::load(&args.sidecars.fees);
    sidecar_errors.extend(errors);
    let policies = settings.policies()?;
    let (tables, table_sources) = match &args.tables {
        Some(path) => file::open(path)?,
        None => (Tables::builtin(), Vec::new()),
    };
    let mut expected = settings.expected()?;
    if let Some(usage) = args.expect_usage {
        expected.iter_mut().for_each(|e| e.usage = Some(usage.letter()));
        if !expected.iter().any(|e| e.receivers.is_empty()) {
            expected.push(Expected { usage: Some(usage.letter()), ..Expected::default() });
        }
    }
    let limits = Limits {
        envelopes: if args.strict { Envelopes::Strict } else { Envelopes::Inferred },
        ..Limits::default()
    };
    let window = args.window.map_or(limits.window, |w| w as usize);
    Ok(Config {
        setup: Setup {
            plan,
            policies,
            minutes: Minutes::new(sidecar, settings.notes),
            plans,
            spend,
            fees,
            tables,
            require_minutes: args.require_minutes || settings.rules.require_minutes,
            threads: args.threads.map_or_else(processors, usize::from),
            limits: Limits { window, ..limits },
            reading,
            spill: args
                .out
                .clone()
                .map(|directory| Spill { directory, budget: (args.memory as usize) << 20 }),
            history: history.inputs,
            expected,
            as_of: args.as_of,
        },
        listing,
        on_duplicate,
        out: args.out.clone(),
        format: args.format,
        fail_on: args.fail_on.0,
        style: Style { width: width(), color: color(args.color), worst: args.top },
        progress: !args.quiet && std::io::stderr().is_terminal(),
        switched_off: CATALOGUE.iter().map(|r| r.meta().code).filter(|c| !enabled.contains(c)).collect(),
        table_sources,
        sidecar_errors,
    })
}

/// The settings of this directory, else of the nearest one above that has some.
fn default_settings() -> Option<PathBuf> {
    let here = PathBuf::from(DEFAULT_SETTINGS);
    if here.is_file() {
        return Some(here);
    }
    let directory = std::env::current_dir().ok()?;
    directory.ancestors().skip(1).map(|above| above.join(DEFAULT_SETTINGS)).find(|path| path.is_file())
}

/// The codes of the rules to apply.
fn enabled_rules(args: &Scan, settings: &Settings) -> Result<Vec<&'static str>> {
    let select = codes(&args.select, &settings.rules.select, settings)?;
    let ignore = codes(&args.ignore, &settings.rules.ignore, settings)?;
    if let Some(both) = args.select.iter().find(|s| args.ignore.iter().any(|i| i.eq_ignore_ascii_case(s))) {
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

/// An output directory that is an input, or lies inside one, would be read by the next run.
fn refuse_output_in_input(out: &Path, inputs: &[PathBuf]) -> Result<()> {
    let absolute =
        |p: &Path| p.canonicalize().or_else(|_| std::path::absolute(p)).unwrap_or_else(|_| p.to_owned());
    let out = absolute(out);
    for input in inputs.iter().filter(|p| p.as_os_str() != "-") {
        if out.starts_with(absolute(input)) {
            return Err(Error::usage(format!(
                "the output directory {} is {} or lies inside it; choose one outside the inputs",
                crate::error::display_path(&out),
                crate::error::display_path(input),
            )));
        }
    }
    Ok(())
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
