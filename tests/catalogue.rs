//! The catalogue as a whole: what every rule has, and where its code and name stand beside the source.
//!
//! `BLESS=1 cargo test` adds new codes to `codes.txt` and writes the rule table of the README. It never
//! takes a code away.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use claimlint::finding::Severity;
use claimlint::rules::CATALOGUE;
use claimlint::rules::rule::{Interest, RuleMeta};
use claimlint::tables::denials::{self, DenialKind};

const HEADINGS: [&str; 5] =
    ["## What it checks", "## Why payers deny it", "## Example", "## How to fix", "## Sources"];
/// How sure a source is: verified, seen on a secondary page, recalled, inferred.
const MARKS: [&str; 4] = ["`[V]`", "`[V2]`", "`[R]`", "`[I]`"];

fn metas() -> impl Iterator<Item = &'static RuleMeta> {
    CATALOGUE.iter().map(|rule| rule.meta())
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn bless() -> bool {
    std::env::var_os("BLESS").is_some()
}

#[test]
fn codes_are_well_formed_unique_and_ascending() {
    for meta in metas() {
        let digits = |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
        let well_formed = match meta.code.strip_prefix("X12-") {
            Some(rest) => rest.starts_with(|c: char| c.is_ascii_uppercase()) && digits(&rest[1..]),
            None => {
                meta.code.len() == 6
                    && meta.code[..3].bytes().all(|b| b.is_ascii_uppercase())
                    && digits(&meta.code[3..])
            }
        };
        assert!(well_formed, "{}", meta.code);
        assert_eq!(meta.family() == "X12", meta.interest == Interest::Syntax, "{}", meta.code);
    }
    let codes: Vec<_> = metas().map(|m| m.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "not ascending, or twice: {codes:?}");
    let names: BTreeSet<_> = metas().map(|m| m.name).collect();
    assert_eq!(names.len(), CATALOGUE.len(), "a name is used twice");
}

#[test]
fn each_rule_of_the_source_is_registered_once_and_named_after_its_file() {
    let mut sources = Vec::new();
    rust_files(&root("src/rules"), &mut sources);
    let mut written: BTreeMap<String, usize> = BTreeMap::new();
    for path in sources {
        let text = fs::read_to_string(&path).unwrap();
        let rules: Vec<&str> = text.split("\nrule! {").skip(1).collect();
        assert!(rules.len() <= 1, "{}: a rule is one file", path.display());
        let entries = rules.into_iter().map(|r| (r, true));
        for (entry, own_file) in entries.chain(text.split("\nfault_rule! {").skip(1).map(|r| (r, false))) {
            let (code, name) = (field(entry, "code"), field(entry, "name"));
            *written.entry(code.to_owned()).or_default() += 1;
            let meta = metas().find(|m| m.code == code).map(|m| m.name);
            assert_eq!(meta, Some(name), "{code} of {} is not in the catalogue", path.display());
            let stem = path.file_stem().unwrap().to_str().unwrap().replace('_', "-");
            assert!(!own_file || name == stem, "{code} is named {name} in {}", path.display());
        }
    }
    let registered: BTreeMap<String, usize> = metas().map(|m| (m.code.to_owned(), 1)).collect();
    assert_eq!(written, registered, "rules of the source against the catalogue");
}

#[test]
fn every_page_has_the_fixed_headings_and_says_how_sure_its_sources_are() {
    for meta in metas() {
        let page: Vec<&str> = meta.explanation.lines().map(str::trim).collect();
        let headings: Vec<&str> = page.iter().copied().filter(|l| l.starts_with('#')).collect();
        assert_eq!(headings, HEADINGS, "{}", meta.code);
        let sections: Vec<&[&str]> = page.split(|l| l.starts_with('#')).skip(1).collect();
        for (heading, section) in HEADINGS.iter().zip(&sections) {
            assert!(section.iter().any(|l| !l.is_empty()), "{}: nothing under {heading}", meta.code);
        }
        let sources = sections[4].join(" ");
        let listed: Vec<&str> = sources.split(" - ").map(str::trim).filter(|s| !s.is_empty()).collect();
        for source in listed {
            let source = source.trim_start_matches("- ");
            assert!(MARKS.iter().any(|m| source.starts_with(m)), "{}: no mark on {source:?}", meta.code);
        }
    }
}

#[test]
fn messages_state_evidence_and_promise_nothing() {
    for meta in metas() {
        assert!(
            meta.summary.ends_with('.') && !meta.summary.contains('\n'),
            "{}: {}",
            meta.code,
            meta.summary
        );
        assert!(!meta.faults.is_empty(), "{}", meta.code);
        for text in meta.faults.iter().flat_map(|f| [f.text, f.fix]) {
            // A message may begin with a figure or with a code such as CLM02, otherwise in lower case.
            let first = text.split(' ').next().unwrap();
            let code = first.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            let lower = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '{');
            assert!(lower || code, "{}: {text:?} begins in upper case", meta.code);
            assert!(!text.ends_with(['.', ' ']) && !text.contains("  "), "{}: {text:?}", meta.code);
            for rest in text.split('{').skip(1) {
                let figure = matches!(rest.as_bytes(), [b'0'..=b'3', b'}', ..]);
                assert!(figure, "{}: {text:?} has a placeholder without a figure", meta.code);
            }
        }
        let said = meta.faults.iter().flat_map(|f| [f.text, f.fix]).chain([meta.summary, meta.explanation]);
        for text in said {
            assert!(!text.to_lowercase().contains("will be denied"), "{}: it is a risk", meta.code);
        }
        let version: Vec<_> = meta.since.split('.').map(str::parse::<u32>).collect();
        assert!(
            version.len() == 3 && version.iter().all(Result::is_ok),
            "{}: since {}",
            meta.code,
            meta.since
        );
    }
}

#[test]
fn denials_are_group_reason_and_dated_remarks() {
    for (meta, denial) in metas().flat_map(|m| m.faults.iter().filter_map(move |f| f.denial.map(|d| (m, d))))
    {
        assert!(["CO", "PR", "OA"].contains(&denial.group), "{}: group {}", meta.code, denial.group);
        let reason = !denial.carc.is_empty() && denial.carc.bytes().all(|b| b.is_ascii_alphanumeric());
        assert!(reason, "{}: CARC {}", meta.code, denial.carc);
        assert!(denial.carc != "16" || !denial.rarc.is_empty(), "{}: CARC 16 has a remark code", meta.code);
        for (remark, since) in denial.rarc {
            let known = remark.starts_with(['M', 'N']) && (2..=5).contains(&remark.len());
            assert!(known, "{}: RARC {remark}", meta.code);
            assert!(
                *since == 0 || (20_000_101..20_991_231).contains(since),
                "{}: {remark} {since}",
                meta.code
            );
        }
    }
}

/// A code stays what it is: `codes.txt` names all there ever were, with the name it had.
#[test]
fn codes_are_never_reused() {
    let path = root("tests/codes.txt");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let mut known: BTreeMap<&str, &str> = text.lines().filter_map(|l| l.split_once(' ')).collect();
    assert_eq!(known.len(), text.lines().count(), "a line of codes.txt is a code and a name");
    for meta in metas() {
        match known.get(meta.code) {
            Some(name) => assert_eq!(*name, meta.name, "{} is the code of another rule", meta.code),
            None if bless() => {
                known.insert(meta.code, meta.name);
            }
            None => panic!("{} is new: BLESS=1 adds it to codes.txt", meta.code),
        }
    }
    let listed: String = known.iter().map(|(code, name)| format!("{code} {name}\n")).collect();
    if bless() {
        fs::write(&path, listed).unwrap();
    } else {
        assert_eq!(listed, text, "codes.txt is sorted");
    }
}

#[test]
fn the_readme_lists_the_catalogue() {
    const BEGIN: &str = "<!-- rules -->\n";
    const END: &str = "<!-- /rules -->";
    let path = root("README.md");
    // The README is written once there is something to show; until then there is nothing to hold it to.
    let Ok(text) = fs::read_to_string(&path) else { return };
    let mut table = String::from("| Code | Rule | Severity | What it finds |\n|---|---|---|---|\n");
    for meta in metas() {
        let severity: Severity = meta.severity;
        table += &format!("| {} | {} | {severity} | {} |\n", meta.code, meta.name, meta.summary);
    }
    let (head, rest) = text.split_once(BEGIN).expect("README.md has the marker <!-- rules -->");
    let (listed, tail) = rest.split_once(END).expect("README.md has the marker <!-- /rules -->");
    if bless() {
        fs::write(&path, format!("{head}{BEGIN}{table}{END}{tail}")).unwrap();
    } else {
        assert_eq!(listed, table, "the rule table of README.md; BLESS=1 writes it");
    }
}

/// A rule names no denial code that the table does not have, nor another date it is used from.
#[test]
fn denials_are_codes_of_the_table() {
    for meta in metas() {
        for denial in meta.faults.iter().filter_map(|fault| fault.denial) {
            let carc = denials::known(denial.carc).map(|d| (d.kind, d.since));
            assert_eq!(carc, Some((DenialKind::Carc, None)), "{}: CARC {}", meta.code, denial.carc);
            for (code, since) in denial.rarc {
                let known = denials::known(code).map(|d| (d.kind, d.since.map_or(0, |date| date.number())));
                assert_eq!(known, Some((DenialKind::Rarc, *since)), "{}: RARC {code}", meta.code);
            }
        }
    }
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// The text of `field: "text"` in a rule's definition.
fn field<'t>(entry: &'t str, name: &str) -> &'t str {
    let at = entry.find(&format!(" {name}: \"")).expect("every rule names its code and itself");
    let text = &entry[at + name.len() + 4..];
    text.split('"').next().unwrap()
}
