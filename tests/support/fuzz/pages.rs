//! The page of a report over hostile claims, read back by a tokenizer that is not ours: the same rows, and no text of a
//! claim that became markup.

use claimlint::error::is_plain;
use claimlint::report::Summary;
use claimlint::report::html::Html;
use serde_json::Value;

use super::draw::Draw;
use super::engine::{SETUPS, scanned};
use super::reports::{entries, run};
use super::writer::{CANARY, Taste, batch};
use crate::support::page::Parsed;
use crate::support::run::{RULES, report as write};

/// Elements that the page has; the last ones stand in charts and in the pages of rules.
const ELEMENTS: [&str; 60] = [
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "a",
    "header",
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "nav",
    "main",
    "section",
    "ul",
    "ol",
    "li",
    "div",
    "figure",
    "figcaption",
    "span",
    "details",
    "summary",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "strong",
    "noscript",
    "form",
    "label",
    "input",
    "select",
    "option",
    "button",
    "dialog",
    "br",
    "dl",
    "dt",
    "dd",
    "footer",
    "script",
    "em",
    "code",
    "pre",
    "blockquote",
    "svg",
    "rect",
    "text",
    "line",
    "polyline",
    "path",
    "circle",
    "polygon",
    "g",
    "hr",
];

/// The page.
pub fn html_out(data: &[u8]) {
    let mut draw = Draw::new(data);
    if draw.once_in(4) {
        // Of a run, in which no person may be found.
        let bytes = batch(&mut draw, Taste::Hostile);
        let results = scanned(&SETUPS[0], &bytes);
        let mut files = [const { Vec::new() }; 5];
        write(&SETUPS[0], &results, files.each_mut()).unwrap();
        let page = &files[4];
        assert!(memchr::memmem::find(page, CANARY).is_none(), "an element about a person");
        let claims = memchr::memchr_iter(b'\n', &files[1]).count() - 1;
        let rows = harmless(page);
        let listed = rows["rows"].as_array().unwrap().iter().filter(|row| !row[0][1].is_null()).count();
        assert_eq!(listed, claims, "a row of claims.csv is one of the page");
        return;
    }
    let entries = entries(&mut draw);
    let text = |draw: &mut Draw<'_>| String::from_utf8_lossy(draw.bytes(40)).into_owned();
    let summary =
        Summary { problems: vec![text(&mut draw)], imbalances: vec![text(&mut draw)], ..Summary::default() };
    let mut page = Vec::new();
    run(&mut Html::new(&mut page, &RULES), &entries, &summary);
    let data = harmless(&page);
    let rows = data["rows"].as_array().unwrap();
    let told: Vec<_> = entries.iter().filter(|entry| !entry.findings.is_empty()).collect();
    assert_eq!(rows.len(), told.len());
    let findings = rows.iter().map(|row| row[1].as_array().unwrap().len()).sum::<usize>();
    assert_eq!(findings, told.iter().map(|entry| entry.findings.len()).sum::<usize>());
    let mut bytes: Vec<u64> = rows.iter().filter_map(|row| row[0][1][6].as_u64()).collect();
    let mut want: Vec<u64> = told.iter().filter_map(|entry| Some(entry.claim.as_ref()?.byte)).collect();
    bytes.sort_unstable();
    want.sort_unstable();
    assert_eq!(bytes, want, "each claim has its row");
}

/// Holds a page to what every page is; returns the data of its table.
fn harmless(page: &[u8]) -> Value {
    let text = std::str::from_utf8(page).unwrap();
    assert!(text.chars().all(|c| c == '\n' || is_plain(c)), "a character that steers");
    let parsed = Parsed::of(page);
    assert!(parsed.errors.is_empty() && parsed.comments == 0, "{:?}", parsed.errors);
    assert_eq!(parsed.elements.iter().filter(|name| *name == "script").count(), 2);
    for name in &parsed.elements {
        assert!(ELEMENTS.contains(&name.as_str()), "<{name}>");
    }
    for (name, value) in &parsed.attributes {
        assert!(!name.starts_with("on"), "{name}");
        assert!(
            !matches!(&**name, "href" | "src" | "action" | "srcdoc") || value.starts_with('#'),
            "{name}={value:?}"
        );
        assert!(name != "style", "{value:?}");
    }
    parsed.data()
}
