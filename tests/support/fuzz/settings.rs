//! `claimlint.toml`: whatever the text, a reading or a fault with its line; never a key passed over.

use std::path::Path;

use claimlint::cli::check_settings;

use super::draw::Draw;

/// Lines of settings that are right, and some that are not.
const LINES: [&str; 58] = [
    "[rules]",
    "select = [\"MOD\", \"TIM001\"]",
    "ignore = [\"X12\"]",
    "ignore = [\"NONE\"]",
    "require_minutes = true",
    "require_minutes = 1",
    "[rules.severity]",
    "MOD001 = \"low\"",
    "mod001 = \"high\"",
    "MOD001 = \"worst\"",
    "[notes]",
    "[[payer]]",
    "name = \"EXAMPLE\"",
    "ids = [\"60054\"]",
    "ids = [\"87726\", \" x \"]",
    "names = [\"EXAMPLE HEALTH\"]",
    "filings = [\"CI\"]",
    "class = \"commercial\"",
    "class = \"medicare\"",
    "unit_method = \"ama\"",
    "plan_modifier = \"advised\"",
    "pair_59 = \"off\"",
    "ncci = \"required\"",
    "assistant_modifier = \"off\"",
    "kx = \"required\"",
    "referring = \"off\"",
    "pairs_59 = [[\"97110\", \"97112\"], [\"97530\", \"97116\"]]",
    "pairs_59 = [[\"9711\", \"97112\"]]",
    "same_day_refused = [[\"97161\", \"97140\"]]",
    "daily_cap = { units = 4, codes = [\"97\"], severity = \"high\" }",
    "daily_cap = { units = 0 }",
    "frequency = { visits = 3, days = 7 }",
    "frequency = { visits = 0, days = 7 }",
    "authorisation = { codes = [\"97110\"], places = [\"11\"], since = \"2026-01-01\" }",
    "authorisation = { codes = [], since = \"2026-02-30\" }",
    "timely_days = 90",
    "timely_days = 4294967296",
    "source = \"a contract\"",
    "[limits]",
    "unpack_ratio = 100",
    "unpack_bytes = 0",
    "segment_bytes = 32768",
    "segment_bytes = 10",
    "[[submission]]",
    "receivers = [\"EXAMPLE\"]",
    "receivers = [\"A RECEIVER TOO LONG\"]",
    "claims_per_transaction = 5000",
    "claims_per_transaction = 0",
    "interchanges = \"one\"",
    "line_breaks = \"refused\"",
    "non_ascii = \"accepted\"",
    "trailing_separators = \"refused\"",
    "usage = \"P\"",
    "usage = \"X\"",
    "\u{feff}",
    "name = \"\u{1b}[2J\u{202e}\"",
    // Behind the others: seeds choose lines by their place.
    "duplicate_interchange = \"refused\"",
    "duplicate_days = 30",
];

/// The bytes as text, or as a choice of lines.
pub fn config(data: &[u8]) {
    let mut draw = Draw::new(data);
    if draw.once_in(2) {
        let mut text = String::new();
        while !draw.is_empty() {
            match draw.below(LINES.len() + 2) {
                n if n < LINES.len() => text.push_str(LINES[n]),
                _ => text.push_str(&String::from_utf8_lossy(draw.bytes(20))),
            }
            text.push('\n');
        }
        check(&text);
    } else if let Ok(text) = std::str::from_utf8(draw.rest()) {
        check(text);
    }
}

fn check(text: &str) {
    let path = Path::new("claimlint.toml");
    let said = check_settings(path, text).map_err(|e| e.to_string());
    assert_eq!(said, check_settings(path, text).map_err(|e| e.to_string()), "once more");
    match &said {
        Err(message) => {
            let rest = message.strip_prefix("claimlint.toml:").unwrap_or_else(|| unplaced(message));
            let line: usize = rest.split([':', ',']).next().unwrap().parse().unwrap();
            assert!((1..=text.split('\n').count()).contains(&line), "{message}");
            assert!(message.chars().all(claimlint::error::is_plain), "{message:?}");
        }
        Ok(()) => {
            let with = |at: usize| [&text[..at], "no_such_key_ = 1\n", &text[at..]].concat();
            let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
            assert!(check_settings(path, &with(start)).is_err(), "a key that there is not, above all");
            if text.contains("\"\"\"") || text.contains("'''") {
                return;
            }
            // Behind every header of a table; what looks like one inside an array is no table, and no key either.
            for (at, _) in text.match_indices('\n') {
                let line = text[..at].rsplit('\n').next().unwrap_or_default();
                if line.trim_start().starts_with('[') {
                    assert!(check_settings(path, &with(at + 1)).is_err(), "behind {line:?}");
                }
            }
        }
    }
}

fn unplaced(message: &str) -> &str {
    assert!(message.is_empty(), "a fault without its place: {message:?}");
    message
}
