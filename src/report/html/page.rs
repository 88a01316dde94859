//! The page: a typed template, and the policy that lets a browser run nothing but what this program put into it.

use std::io;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::report::{Rules, Summary};

use super::charts::{self, Figure};
use super::data::Data;
use super::view::{self, Card, Inputs, Notice, RuleView, Severities, Unchecked};
use crate::report::sums::Sums;

/// The style sheet, and the script of the table.
pub(super) const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// `report.html`. What is marked `safe` in the template is made by this program: its style and script, charts and rule
/// pages by the crates that make them, and JSON without a `<`. All other values are escaped by the template.
#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct Page<'a> {
    version: &'static str,
    policy: String,
    style: &'static str,
    script: &'static str,
    notices: Vec<Notice>,
    read: String,
    privacy: String,
    cards: [Card; 4],
    parts: String,
    parts_label: String,
    severities: Severities,
    figures: Vec<Figure>,
    shown: String,
    left: Option<String>,
    unchecked: Vec<Unchecked>,
    inputs: Inputs,
    rules: Vec<RuleView>,
    data: &'a [String],
}

impl<'a> Page<'a> {
    /// The page of a run.
    pub(super) fn new(rules: Rules, summary: &Summary, sums: &Sums, data: &'a Data) -> io::Result<Page<'a>> {
        Ok(Page {
            version: env!("CARGO_PKG_VERSION"),
            policy: policy(),
            style: STYLE,
            script: SCRIPT,
            notices: view::notices(summary),
            read: view::read(summary),
            privacy: view::privacy(summary),
            cards: view::cards(summary),
            parts: view::parts(summary)?,
            parts_label: view::parts_label(summary),
            severities: view::severities(summary),
            figures: charts::figures(rules, summary, sums)?,
            shown: view::shown(data),
            left: view::left(data),
            unchecked: view::unchecked(summary),
            inputs: view::inputs(summary),
            rules: view::rules(rules, summary),
            data: &data.json,
        })
    }
}

/// Nothing is loaded, sent, framed or run but the style and the script with these digests.
fn policy() -> String {
    let digest = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
}

/// As [`policy`], for a page that runs nothing at all.
pub(super) fn policy_without_script() -> String {
    let digest = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Their digests are those of the text between the tags, so nothing in it may end the element or be read another way.
    #[test]
    fn style_and_script_stand_in_the_page_as_they_are() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--") && !text.contains(['\r', '\t', '\0']));
        }
        for forbidden in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
            "import(",
        ] {
            assert!(!SCRIPT.contains(forbidden), "{forbidden}");
        }
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !SCRIPT.contains("fetch("));
    }

    #[test]
    fn the_policy_has_digests_as_browsers_make_them() {
        // printf '' | openssl dgst -sha256 -binary | base64
        let empty = STANDARD.encode(Sha256::digest(b""));
        assert_eq!(empty, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(policy().matches("'sha256-").count(), 2);
    }
}
