//! `claimlint.waivers.toml`: whatever the text, a reading or a fault with its line; never a key passed over.

use std::path::Path;

use claimlint::cli::check_waivers;

use super::draw::Draw;

/// Lines of waivers that are right, and some that are not.
const LINES: [&str; 34] = [
    "[[waiver]]",
    "id = \"exm-1\"",
    "id = \"exm-2\"",
    "id = \"\"",
    "id = \"a b\"",
    "id = \"\u{1b}[2J\u{202e}\"",
    "rule = \"MOD001\"",
    "rule = \"mod\"",
    "rule = \"X12\"",
    "rule = \"NONE\"",
    "rule = 1",
    "scope = \"all\"",
    "scope = \"some\"",
    "scope = {}",
    "scope = { payer = \"60054\" }",
    "scope = { provider = \"1234567893\" }",
    "scope = { provider = \"1234567890\" }",
    "scope = { claim = \"A1\", procedure = \"97110\" }",
    "scope = { procedure = \"9711\" }",
    "scope = { patient = \"DOE\" }",
    "reason = \"a contract\"",
    "reason = \"\"",
    "approver = \"billing\"",
    "approver = 7",
    "created = \"2026-01-01\"",
    "created = 2026-01-01",
    "created = \"2026-02-30\"",
    "created = 2026-01-01T00:00:00Z",
    "expires = \"2026-12-31\"",
    "expires = 2026-12-31",
    "expires = \"2025-12-31\"",
    "expires = \"2036-12-31\"",
    "expires = \"soon\"",
    "\u{feff}",
];

/// A waiver that is right, but for what the bytes add.
const WHOLE: [usize; 7] = [0, 6, 11, 20, 22, 24, 28];

/// The bytes as text, or as a choice of lines.
pub fn config_waiver(data: &[u8]) {
    let mut draw = Draw::new(data);
    if !draw.once_in(2) {
        if let Ok(text) = std::str::from_utf8(draw.rest()) {
            check(text);
        }
        return;
    }
    let mut text = String::new();
    while !draw.is_empty() {
        match draw.below(LINES.len() + 6) {
            n if n < LINES.len() => text.push_str(LINES[n]),
            n if n < LINES.len() + 4 => {
                let all: Vec<&str> = WHOLE.iter().map(|n| LINES[*n]).collect();
                text.push_str(&all.join("\n"));
            }
            _ => text.push_str(&String::from_utf8_lossy(draw.bytes(20))),
        }
        text.push('\n');
    }
    check(&text);
}

fn check(text: &str) {
    let path = Path::new("claimlint.waivers.toml");
    let said = check_waivers(path, text).map_err(|e| e.to_string());
    assert_eq!(said, check_waivers(path, text).map_err(|e| e.to_string()), "once more");
    if let Err(message) = said {
        let rest = message.strip_prefix("claimlint.waivers.toml:").unwrap_or_else(|| panic!("{message}"));
        let line: usize = rest.split([':', ',']).next().unwrap().parse().unwrap();
        assert!((1..=text.split('\n').count()).contains(&line), "{message}");
        assert!(message.chars().all(claimlint::error::is_plain), "{message:?}");
        return;
    }
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let with = |extra: &str| [&text[..start], extra, &text[start..]].concat();
    assert!(check_waivers(path, &with("no_such_key_ = 1\n")).is_err(), "a key that there is not, above all");
    let strange = text.replacen("[[waiver]]", "[[waiver]]\nno_such_key_ = 1", 1);
    if strange != text && !text.contains("\"\"\"") && !text.contains("'''") && !text.contains("#") {
        assert!(check_waivers(path, &strange).is_err(), "a key that there is not, in a waiver");
    }
    // One waiver more, which is right, changes nothing for the others; another of its id is refused.
    let one: Vec<&str> = WHOLE.iter().map(|n| LINES[*n]).collect();
    let named = format!("\n{}\nid = \"fuzz-own\"\n", one.join("\n"));
    let more = format!("{text}{named}");
    if let Ok(()) = check_waivers(path, &more).map(drop) {
        assert!(check_waivers(path, &format!("{more}{named}")).is_err(), "an id given twice");
    }
}
