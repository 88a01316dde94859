//! The figures of a run as the page has them: words, and money with its sign.
//!
//! Deliberately absent: markup. Names from claim files are made safe to print here and escaped by the template.

use std::io;

use crate::finding::Severity;
use crate::report::aside::{self, WaiverTotal};
use crate::report::figures::{count, counted, dollars, share, size};
use crate::report::{InputStatus, RuleTotal, Rules, Summary, safe};

use super::bars;
use super::data::Data;
use super::rule_page;

/// Entries of a list whose length depends on the input.
const LIST: usize = 100;

/// What a reader has to know first.
pub(super) struct Notice {
    pub(super) title: String,
    pub(super) lines: Vec<String>,
    pub(super) more: Option<String>,
}

/// A figure that matters.
pub(super) struct Card {
    pub(super) class: &'static str,
    pub(super) label: &'static str,
    pub(super) figure: String,
    pub(super) words: Vec<String>,
}

/// Claims by their worst finding.
pub(super) struct Severities(pub(super) Vec<(&'static str, String)>);

/// Something that was not checked.
pub(super) struct Unchecked {
    pub(super) what: String,
    pub(super) count: String,
    pub(super) reason: String,
}

/// Inputs that were not read whole.
pub(super) struct Inputs {
    pub(super) summary: String,
    pub(super) rows: Vec<[String; 4]>,
    pub(super) more: Option<String>,
}

/// A rule that found something.
pub(super) struct RuleView {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) worst: &'static str,
    pub(super) figures: String,
    pub(super) explanation: String,
    pub(super) faults: Vec<FaultView>,
}

/// What a rule may say.
pub(super) struct FaultView {
    pub(super) text: String,
    pub(super) fix: String,
    pub(super) denial: Option<String>,
}

/// What keeps a reader from relying on the run.
pub(super) fn notices(s: &Summary) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut say = |title: String, lines: &[String]| {
        let more = lines.len().saturating_sub(LIST) as u64;
        notices.push(Notice {
            title,
            lines: lines.iter().take(LIST).map(|line| safe::line(line).into_owned()).collect(),
            more: (more > 0).then(|| format!("and {} more; summary.json lists them all", count(more))),
        });
    };
    if !s.imbalances.is_empty() {
        say("Do not rely on this run: its account does not balance".to_owned(), &s.imbalances);
    }
    if !s.problems.is_empty() {
        say(
            format!("Not everything was done: {}", counted(s.problems.len() as u64, "problems")),
            &s.problems,
        );
    }
    let mut aside: Vec<String> = aside::words(s);
    aside.extend(s.waivers.iter().flat_map(|waivers| &waivers.list).filter_map(WaiverTotal::remark));
    if !aside.is_empty() {
        say("Waived, or known before".to_owned(), &aside);
    }
    notices
}

/// What was read, in one sentence.
pub(super) fn read(s: &Summary) -> String {
    format!(
        "{} of {} read, {}, {}, {}.",
        count(s.files.processed),
        counted(s.files.listed, "files"),
        size(s.bytes.read),
        counted(s.claims.seen, "claims"),
        counted(s.lines.seen, "service lines"),
    )
}

/// How to treat the page.
pub(super) fn privacy(s: &Summary) -> String {
    let mut words = "This report is about patients: it has claim ids, dates of service, payers and billing providers. Keep and send \
                     it as you keep and send the claims."
        .to_owned();
    if let Some(redaction) = &s.redaction {
        if let Some(key) = &redaction.key_id {
            words.push_str(&format!(" Claim ids are replaced by tokens of the key {}.", safe::line(key)));
        }
        if redaction.file_names {
            words.push_str(" Names of files are replaced by aliases.");
        }
    }
    words
}

/// The four figures at the top.
pub(super) fn cards(s: &Summary) -> [Card; 4] {
    let money = &s.money;
    let at_risk = money.sure + money.possible;
    let of_charged =
        |cents| share(cents, money.charged).map_or_else(String::new, |share| format!("{share} of charged"));
    let left = s.claims.seen.saturating_sub(s.claims.evaluated);
    let mut scanned = vec![format!("{} service lines with a therapy code", count(s.lines.therapy))];
    if left > 0 {
        scanned.push(format!("{} more were not checked", counted(left, "claims")));
    }
    let with_findings = s.claims.evaluated.saturating_sub(s.claims.clean);
    [
        Card { class: "", label: "Claims scanned", figure: count(s.claims.evaluated), words: scanned },
        Card {
            class: "",
            label: "Money scanned",
            figure: dollars(money.charged),
            words: vec![format!("charged on {}", counted(s.claims.evaluated, "claims"))],
        },
        Card {
            class: "risk",
            label: "At risk",
            figure: dollars(at_risk),
            words: vec![format!("on {}", counted(s.claims.at_risk, "claims")), of_charged(at_risk)],
        },
        Card {
            class: "clean",
            label: "Clean claims",
            figure: count(s.claims.clean),
            words: vec![
                format!("without findings; {} with", counted(with_findings, "claims")),
                format!("{} of what is charged is not at risk", dollars(money.charged - at_risk)),
            ],
        },
    ]
}

/// Sure, possible and the rest as one bar.
pub(super) fn parts(s: &Summary) -> io::Result<String> {
    bars::parts(s.money.sure.0, s.money.possible.0, s.money.charged.0)
}

/// The same in words.
pub(super) fn parts_label(s: &Summary) -> String {
    let share = |cents| share(cents, s.money.charged).map_or_else(String::new, |share| format!(" ({share})"));
    let (sure, possible) = (s.money.sure, s.money.possible);
    format!(
        "{}{} sure, by critical and high findings; {}{} possible, by medium findings beyond that; {} charged",
        dollars(sure),
        share(sure),
        dollars(possible),
        share(possible),
        dollars(s.money.charged)
    )
}

/// Claims by their worst finding, the worst first.
pub(super) fn severities(s: &Summary) -> Severities {
    let of = |severity: Severity| (severity.as_str(), count(s.claims_by_worst[severity as usize]));
    Severities(Severity::ALL.into_iter().rev().map(of).collect())
}

/// What the table holds.
pub(super) fn shown(data: &Data) -> String {
    let loose =
        if data.loose == 0 { String::new() } else { format!(", and {} outside claims", count(data.loose)) };
    format!("{} with {}{loose}.", counted(data.claims, "claims"), counted(data.findings, "findings"))
}

/// What it does not hold.
pub(super) fn left(data: &Data) -> Option<String> {
    let left = data.left;
    (left.findings > 0).then(|| {
        format!(
            "The table holds the worst. {} and {} are left to claims.csv and findings.csv.",
            counted(left.claims, "claims"),
            counted(left.findings, "findings")
        )
    })
}

/// What was not checked.
pub(super) fn unchecked(s: &Summary) -> Vec<Unchecked> {
    s.not_checked
        .iter()
        .map(|n| Unchecked {
            what: safe::line(&n.what).into_owned(),
            count: counted(n.count, n.unit),
            reason: safe::line(&n.reason).into_owned(),
        })
        .collect()
}

/// Inputs that were not read, or not whole.
pub(super) fn inputs(s: &Summary) -> Inputs {
    let odd = || {
        s.inputs
            .iter()
            .filter(|i| !matches!(i.status, InputStatus::Read | InputStatus::Earlier) || i.reason.is_some())
    };
    let more = odd().count().saturating_sub(LIST) as u64;
    let rows = odd().take(LIST).map(|input| {
        let reason = input.reason.as_deref().unwrap_or_default();
        [
            safe::line(&input.file).into_owned(),
            input.status.as_str().to_owned(),
            input.code.unwrap_or_default().to_owned(),
            safe::line(reason).into_owned(),
        ]
    });
    Inputs {
        summary: format!(
            "{}: {} read, {} left out, {} unreadable.",
            counted(s.files.listed, "files"),
            count(s.files.processed),
            count(s.files.skipped),
            count(s.files.unreadable)
        ),
        rows: rows.collect(),
        more: (more > 0).then(|| format!("and {} more; summary.json lists them all", count(more))),
    }
}

/// The rules that found something, each with its page.
pub(super) fn rules(rules: Rules, s: &Summary) -> Vec<RuleView> {
    let view = |total: &RuleTotal| {
        let meta = rules.get(usize::from(total.rule.0))?;
        let faults = meta.faults.iter().map(|fault| FaultView {
            text: without_places(fault.text),
            fix: without_places(fault.fix),
            denial: fault.denial.map(|denial| {
                let remarks: Vec<&str> = denial.rarc.iter().map(|(code, _)| *code).collect();
                format!("{} {}", denial.carc_text(), remarks.join(" or ")).trim_end().to_owned()
            }),
        });
        Some(RuleView {
            code: meta.code,
            name: meta.name,
            summary: meta.summary,
            worst: total.worst.as_str(),
            figures: format!(
                "{} on {}, {} at risk",
                counted(total.findings, "findings"),
                counted(total.claims, "claims"),
                dollars(total.at_risk)
            ),
            explanation: rule_page::explanation(meta.explanation),
            faults: faults.collect(),
        })
    };
    s.rules.iter().filter_map(view).collect()
}

/// A message without the places of its figures: `{0} billed {1} units` becomes `… billed … units`.
fn without_places(template: &str) -> String {
    (0..4).fold(template.to_owned(), |text, n| text.replace(&format!("{{{n}}}"), "…"))
}
