//! `claimlint tables show`: what the tables know of a code or of a pair, in words, with the sources. Knows the
//! codes of the therapy table and no other.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use crate::error::{Error, Result, display_path};
use crate::tables::file::{self, Source};
use crate::tables::pairs::{Begin, Window};
use crate::tables::quarter::Quarter;
use crate::tables::therapy::{CodeFacts, Discipline, MedicareStatus, TherapyStatus};
use crate::tables::thresholds::Thresholds;
use crate::tables::{Setting, Tables};
use crate::x12::code::Code;

use super::Outcome;
use super::args::TablesShow;

/// Runs `tables show`.
pub(crate) fn run(args: &TablesShow) -> Result<Outcome> {
    let (tables, sources) = match &args.tables {
        Some(path) => {
            let (tables, sources, _) = file::open(path)?;
            (tables, sources)
        }
        None => (Tables::builtin(), Vec::new()),
    };
    let codes = args.codes.iter().map(|word| find(&tables, word)).collect::<Result<Vec<_>>>()?;
    let mut page = String::new();
    match codes.as_slice() {
        [a, b] if a == b => return Err(Error::usage(format!("{} forms no pair with itself", a.code))),
        [a, b] => pair(&tables, a, b, &mut page),
        _ => codes.iter().for_each(|facts| code(&tables, facts, &mut page)),
    }
    origins(&sources, &mut page);
    let printed = io::stdout().lock().write_all(page.as_bytes());
    printed.map(|()| Outcome::Done).map_err(|e| Error::io("write", "standard output", e))
}

fn find<'t>(tables: &'t Tables, word: &str) -> Result<&'t CodeFacts> {
    tables.therapy.get(Code::parse(word.as_bytes())).ok_or_else(|| {
        let message = format!("{word:?} is not in the therapy table; only its codes can be shown, as 97110");
        Error::usage(message)
    })
}

/// One line of the page. Writing to a text cannot fail.
fn say(page: &mut String, name: &str, what: &str) {
    let _ = writeln!(page, "  {name:10}  {what}");
}

fn code(tables: &Tables, facts: &CodeFacts, page: &mut String) {
    let _ = writeln!(page, "{} {}", facts.code, facts.label);
    say(page, "Time", &time(facts));
    say(page, "Therapy", therapy(facts));
    if let Some(only) = facts.only {
        say(page, "Discipline", &format!("{} only, modifier {}", only.short(), only.modifier()));
    }
    say(page, "In force", &in_force(facts));
    if !facts.addon_base.is_none() {
        say(page, "Added to", &format!("{}; not billed without it", facts.addon_base));
    }
    say(page, "Medicare", medicare(facts));
    if facts.mppr {
        say(page, "", "of several such units of a day all but one lose half of their practice expense");
    }
    kx(tables, facts, page);
    for setting in Setting::ALL {
        let mut limits = tables.mues.limits(setting, facts).peekable();
        if limits.peek().is_none() {
            say(page, "Units", &format!("{}: no limit is known, which is not \"no limit\"", setting.name()));
        }
        for (table, value, mai) in limits {
            let what = format!("{}: {} (list of {})", setting.name(), limit(value, mai), Quarter::of(table));
            say(page, "Units", &what);
        }
    }
    let partners = tables.pairs.partners(facts);
    let codes: Vec<String> =
        tables.therapy.iter().filter(|f| partners.contains(f.index)).map(|f| f.code.to_string()).collect();
    say(
        page,
        "Pairs",
        &match codes.len() {
            0 => "with no code of the therapy table".to_owned(),
            n => format!("with {n} codes of the therapy table, now or once"),
        },
    );
    for some in codes.chunks(12) {
        say(page, "", &some.join(" "));
    }
    page.push('\n');
}

fn time(facts: &CodeFacts) -> String {
    match (facts.minutes, facts.pool) {
        (0, _) => "not timed".to_owned(),
        (minutes, true) => format!("{minutes} minutes a unit, in the day's pool of timed codes"),
        (minutes, false) => format!("{minutes} minutes a unit, outside the pool of timed codes"),
    }
}

fn therapy(facts: &CodeFacts) -> &'static str {
    match facts.status {
        TherapyStatus::Always => "always: every line needs one of GP, GO, GN",
        TherapyStatus::Sometimes => "sometimes: needs one of GP, GO, GN under a therapy plan of care",
        TherapyStatus::Never => "no; known for the pairs it forms",
    }
}

fn in_force(facts: &CodeFacts) -> String {
    match (facts.valid_from, facts.valid_to) {
        (None, None) => "no first or last date of service is known".to_owned(),
        (Some(from), None) => format!("dates of service from {from}"),
        (None, Some(to)) => format!("dates of service to {to}"),
        (Some(from), Some(to)) => format!("dates of service from {from} to {to}"),
    }
}

fn medicare(facts: &CodeFacts) -> &'static str {
    match facts.medicare {
        MedicareStatus::Unknown => "its status was not read",
        MedicareStatus::Active => "paid (status A)",
        MedicareStatus::Bundled => "never paid by itself (status B)",
        MedicareStatus::ContractorPriced => "unlisted, priced by the contractor (status C)",
        MedicareStatus::Invalid => "not valid, another code is used (status I)",
        MedicareStatus::NonCovered => "not covered (status N)",
        MedicareStatus::Restricted => "restricted coverage (status R)",
        MedicareStatus::Excluded => "excluded by law (status X)",
    }
}

fn kx(tables: &Tables, facts: &CodeFacts, page: &mut String) {
    let sum = match facts.only {
        _ if !facts.is_therapy() => return say(page, "KX", "counts towards no threshold"),
        Some(Discipline::Ot) => "counts towards the threshold of OT",
        Some(Discipline::Pt | Discipline::Slp) => "counts towards the threshold of PT and SLP together",
        None => "counts by its modifier: with GP or GN towards the threshold of PT and SLP, with GO of OT",
    };
    say(page, "KX", sum);
    if let Some((year, known)) = tables.thresholds.latest() {
        let (pt_slp, ot, review) = (known.pt_slp, known.ot, Thresholds::REVIEW);
        say(page, "", &format!("{year}: PT and SLP {pt_slp}, OT {ot}; targeted review from {review}"));
    }
}

fn limit(value: u32, mai: u8) -> String {
    match (value, mai) {
        (0, _) => "not payable, the limit is 0".to_owned(),
        (n, 1) => format!("{n} on a line (MAI 1)"),
        (n, 2) => format!("{n} a day, whatever the records say (MAI 2)"),
        (n, _) => format!("{n} a day, records may change it (MAI {mai})"),
    }
}

fn pair(tables: &Tables, a: &CodeFacts, b: &CodeFacts, page: &mut String) {
    let _ = writeln!(page, "{} {} with {} {}", a.code, a.label, b.code, b.label);
    for setting in Setting::ALL {
        let mut windows = tables.pairs.windows(setting, a, b).peekable();
        if windows.peek().is_none() {
            let _ = writeln!(page, "  {}: no edit, now or once", setting.name());
        } else {
            let _ = writeln!(page, "  {}", setting.name());
        }
        for window in windows {
            let _ = writeln!(page, "    {}", in_words(&window));
        }
    }
    page.push('\n');
}

fn in_words(window: &Window) -> String {
    let Window { column1, column2, begin, last, bypass, table } = window;
    let from = match begin {
        Begin::Unknown => "first day not known".to_owned(),
        Begin::Before1996 => "since before 1996".to_owned(),
        Begin::On(date) => format!("from {date}"),
    };
    let to = last.map_or("active".to_owned(), |date| format!("to {date}"));
    let bypass =
        if *bypass { "a modifier such as 59 may bypass it (MI 1)" } else { "no modifier bypasses it (MI 0)" };
    let quarter = Quarter::of(*table);
    format!("{from}, {to}: {column1} is paid and {column2} is not; {bypass}; table of {quarter}")
}

/// Where the facts come from.
fn origins(sources: &[Source], page: &mut String) {
    page.push_str("Sources\n");
    for source in sources {
        let what = if source.limits { "unit limits" } else { "pairs" };
        let name = display_path(Path::new(&source.file));
        let digest = source.sha256.get(..16).unwrap_or(&source.sha256);
        let _ = writeln!(
            page,
            "  CMS {} {what} of {}: {name}, SHA-256 {digest}...",
            source.setting, source.quarter
        );
    }
    let read = |limits: bool, setting: Setting| {
        sources.iter().any(|s| s.limits == limits && s.setting == setting.name())
    };
    for setting in Setting::ALL.into_iter().filter(|s| !read(false, *s)) {
        let what = "built in, CMS tables of 2024Q3 without first dates";
        let _ = writeln!(page, "  {} pairs: {what}", setting.name());
    }
    let _ = writeln!(page, "  unit limits of 2024Q3, codes, thresholds: built in, see docs/tables.md");
}

#[cfg(test)]
mod tests {
    use crate::x12::value::Date;

    use super::*;

    #[test]
    fn a_window_is_told_in_words() {
        let window = |begin, last: &str, bypass| Window {
            column1: Code::of("97140"),
            column2: Code::of("97530"),
            begin,
            last: Date::parse_iso(last),
            bypass,
            table: Date::new(2024, 7, 1).unwrap(),
        };
        for (window, want) in [
            (
                window(Begin::Unknown, "2019-12-31", true),
                "first day not known, to 2019-12-31: 97140 is paid and 97530 is not; \
                 a modifier such as 59 may bypass it (MI 1); table of 2024Q3",
            ),
            (
                window(Begin::On(Date::new(2020, 1, 1).unwrap()), "", false),
                "from 2020-01-01, active: 97140 is paid and 97530 is not; \
                 no modifier bypasses it (MI 0); table of 2024Q3",
            ),
            (
                window(Begin::Before1996, "2019-12-31", false),
                "since before 1996, to 2019-12-31: 97140 is paid and 97530 is not; \
                 no modifier bypasses it (MI 0); table of 2024Q3",
            ),
        ] {
            assert_eq!(in_words(&window), want);
        }
    }
}
