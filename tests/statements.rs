//! The statements of the articles the catalogue started from: each one that can be checked has its rule.
//!
//! The README has the table; `../shared/rules.md` has the statements themselves, where it lies beside the
//! project.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use claimlint::rules::CATALOGUE;

#[test]
fn every_rule_named_beside_a_statement_is_in_the_catalogue() {
    let table = table();
    assert!(table.len() > 60, "the table has been found: {}", table.len());
    for (statement, rules) in &table {
        assert!(!rules.is_empty(), "{statement} has no rule");
        for rule in rules {
            let known = CATALOGUE.iter().any(|r| r.meta().code == rule);
            assert!(known, "{statement}: there is no rule {rule}");
        }
    }
}

#[test]
fn every_statement_that_can_be_checked_has_a_rule() {
    let path = root("../shared/rules.md");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let table = table();
    let mut checkable = 0;
    for row in text.lines().map(cells).filter(|row| row.len() == 5 && is_number(&row[0])) {
        // C: from a claim alone; S: with documentation beside it.
        let marks = row[2].split(|c: char| !c.is_ascii_alphabetic());
        if marks.into_iter().any(|word| matches!(word, "C" | "S")) {
            checkable += 1;
            assert!(table.contains_key(&row[0]), "{} {:?} has no row in the README", row[0], row[1]);
        }
    }
    assert!(checkable > 60, "the statements have been found: {checkable}");
}

/// The table of the README: statement, rules.
fn table() -> BTreeMap<String, Vec<String>> {
    let readme = fs::read_to_string(root("README.md")).unwrap();
    readme
        .lines()
        .map(cells)
        .filter(|row| row.len() == 3 && is_number(&row[0]))
        .map(|row| (row[0].clone(), row[2].split(", ").map(str::to_owned).collect()))
        .collect()
}

/// The cells of a row of a table.
fn cells(line: &str) -> Vec<String> {
    let Some(inner) = line.trim().strip_prefix('|').and_then(|l| l.strip_suffix('|')) else {
        return Vec::new();
    };
    inner.split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// `0.12`: article and number.
fn is_number(cell: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    cell.split_once('.').is_some_and(|(article, number)| digits(article) && digits(number))
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
