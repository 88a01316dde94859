//! Flags and settings resolved into what a run needs. Everything a user can get wrong is said here, before
//! the first claim is read.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::minutes::{Minutes, Sidecar};
use crate::report::text::{Color, Style};
use crate::rules::CATALOGUE;
use crate::rules::plan::Plan;
use crate::scan::Setup;
use crate::scan::input::{self, Listing, Recursive};
use crate::scan::split::Limits;
use crate::tables::Tables;

use super::args::{Format, Scan, When};
use super::settings::{self, Settings};

/// What `scan` will do.
pub(crate) struct Config {
    pub setup: Setup,
    pub listing: Listing,
    pub out: Option<PathBuf>,
    pub format: Format,
    pub fail_on: Option<Severity>,
    pub style: Style,
    pub progress: bool,
    /// Rules switched off by flags or settings.
    pub switched_off: Vec<&'static str>,
    /// Faults of sidecar files: their other rows are used.
    pub sidecar_errors: Vec<Error>,
}

const DEFAULT_SETTINGS: &str = "claimlint.toml";

/// Resolves the flags of `scan`.
pub(crate) fn resolve(args: &Scan) -> Result<Config> {
    let (settings, path) = match &args.config {
        Some(path) => (settings::read(path)?, path.as_path()),
        None if Path::new(DEFAULT_SETTINGS).is_file() => {
            (settings::read(Path::new(DEFAULT_SETTINGS))?, Path::new(DEFAULT_SETTINGS))
        }
        None => (Settings::default(), Path::new(DEFAULT_SETTINGS)),
    };
    if args.paths.iter().filter(|p| p.as_os_str() == "-").count() > 1 {
        return Err(Error::usage("standard input (`-`) can be read only once; name it once"));
    }
    let enabled = enabled_rules(args, &settings)?;
    let severities = settings.severities(path)?;
    for code in severities.keys() {
        known_rule(code)?;
    }
    let plan = Plan::new(|code| enabled.contains(&code), |code| severities.get(code).copied());
    let listing = input::list(&args.paths, if args.recursive { Recursive::Yes } else { Recursive::No });
    if let Some(out) = &args.out {
        refuse_output_in_input(out, &args.paths)?;
    }
    let (sidecar, sidecar_errors) = Sidecar::load(&args.minutes);
    let policies = settings.policies(path)?;
    let limits = Limits::default();
    let window = args.window.map_or(limits.window, |w| w as usize);
    Ok(Config {
        setup: Setup {
            plan,
            policies,
            minutes: Minutes::new(sidecar, settings.notes),
            tables: Tables::builtin(),
            threads: args.threads.map_or_else(processors, usize::from),
            limits: Limits { window, ..limits },
        },
        listing,
        out: args.out.clone(),
        format: args.format,
        fail_on: args.fail_on.0,
        style: Style { width: width(), color: color(args.color), worst: args.top },
        progress: !args.quiet && std::io::stderr().is_terminal(),
        switched_off: CATALOGUE.iter().map(|r| r.meta().code).filter(|c| !enabled.contains(c)).collect(),
        sidecar_errors,
    })
}

/// The codes of the rules to apply.
fn enabled_rules(args: &Scan, settings: &Settings) -> Result<Vec<&'static str>> {
    // A flag replaces the list of the same name in the settings.
    let pick = |flag: &[String], set: &[String]| if flag.is_empty() { set.to_vec() } else { flag.to_vec() };
    let select = expand(&pick(&args.select, &settings.rules.select))?;
    let ignore = expand(&pick(&args.ignore, &settings.rules.ignore))?;
    if !args.select.is_empty()
        && let Some(both) = args.select.iter().find(|s| args.ignore.iter().any(|i| i.eq_ignore_ascii_case(s)))
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

/// Codes and families as codes.
fn expand(words: &[String]) -> Result<Vec<&'static str>> {
    let mut codes = Vec::new();
    for word in words.iter().map(|w| w.trim().to_ascii_uppercase()).filter(|w| !w.is_empty()) {
        let before = codes.len();
        codes.extend(
            CATALOGUE
                .iter()
                .map(|r| r.meta())
                .filter(|m| m.code == word || m.family() == word)
                .map(|m| m.code),
        );
        if codes.len() == before {
            return Err(known_rule(&word).err().unwrap_or_else(|| Error::usage(word)));
        }
    }
    Ok(codes)
}

fn known_rule(code: &str) -> Result<()> {
    if CATALOGUE.iter().any(|r| r.meta().code.eq_ignore_ascii_case(code)) {
        return Ok(());
    }
    Err(Error::usage(format!("there is no rule or family {code:?}; `claimlint rules` lists them")))
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
