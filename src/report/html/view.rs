//! The figures of a run as the page has them: words, money with its sign, charts with the table behind each.
//!
//! Deliberately absent: markup. Names from claim files are made safe to print here and escaped by the template.

use std::io;

use crate::finding::Severity;
use crate::report::aside::{self, WaiverTotal};
use crate::report::figures::{count, counted, dollars, share, size};
use crate::report::said;
use crate::report::{InputStatus, RuleTotal, Rules, Summary, safe};
use crate::x12::value::Cents;

use super::bars::{self, Bar};
use super::data::Data;
use super::rule_page;
use crate::report::sums::{Groups, Most, Sums};

/// Entries of a list whose length depends on the input.
const LIST: usize = 100;
/// Bars of a chart.
const BARS: usize = 10;
/// Weeks of a chart: two years.
const WEEKS: i32 = 104;

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

/// A chart, what it shows in words, and the table behind it.
pub(super) struct Figure {
    pub(super) id: &'static str,
    pub(super) wide: bool,
    pub(super) title: &'static str,
    pub(super) caption: String,
    pub(super) legend: &'static [(&'static str, &'static str)],
    /// The chart; nothing where there is nothing to show, which the caption says.
    pub(super) svg: Option<String>,
    pub(super) headings: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

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

/// All charts.
pub(super) fn figures(rules: Rules, s: &Summary, sums: &Sums) -> io::Result<Vec<Figure>> {
    Ok(vec![
        by_rule(rules, s)?,
        by_payer(&sums.payers)?,
        by_provider(&sums.providers)?,
        units(s)?,
        by_week(sums)?,
    ])
}

fn by_rule(rules: Rules, s: &Summary) -> io::Result<Figure> {
    let mut totals: Vec<&RuleTotal> = s.rules.iter().filter(|total| total.at_risk > Cents::ZERO).collect();
    totals.sort_by_key(|total| std::cmp::Reverse((total.at_risk, total.findings)));
    let bars: Vec<Bar> = totals
        .iter()
        .take(BARS)
        .map(|total| {
            let (code, name) = said::rule(rules, total.rule);
            money_bar(format!("{code} {name}"), total.at_risk)
        })
        .collect();
    let row = |total: &&RuleTotal| {
        let (code, name) = said::rule(rules, total.rule);
        let claims = count(total.claims);
        vec![format!("{code} {name}"), count(total.findings), claims, dollars(total.at_risk)]
    };
    Ok(Figure {
        id: "by-rule",
        wide: false,
        title: "Money at risk by rule",
        caption: match totals.as_slice() {
            [] => "No rule put money at risk.".to_owned(),
            _ => format!(
                "{} put money at risk. Each is counted alone: do not add the bars up.",
                counted(totals.len() as u64, "rules")
            ),
        },
        legend: &[],
        svg: chart(&bars)?,
        headings: vec!["Rule", "Findings", "Claims", "At risk"],
        rows: totals.iter().map(row).collect(),
    })
}

fn by_payer(payers: &Groups) -> io::Result<Figure> {
    by_group(
        payers,
        Group { id: "by-payer", title: "Money at risk by payer", heading: "Payer", plural: "payers" },
    )
}

fn by_provider(providers: &Groups) -> io::Result<Figure> {
    let group = Group {
        id: "by-provider",
        title: "Money at risk by billing provider",
        heading: "Billing provider (NPI)",
        plural: "billing providers",
    };
    by_group(providers, group)
}

struct Group {
    id: &'static str,
    title: &'static str,
    heading: &'static str,
    plural: &'static str,
}

fn by_group(groups: &Groups, words: Group) -> io::Result<Figure> {
    let Most { groups: most, others, sum_of_others } = groups.most(BARS);
    let name = |id: &str, name: &str| match (id, name) {
        ("", "") => "not named".to_owned(),
        (id, "") => id.to_owned(),
        (id, name) => format!("{name} ({id})"),
    };
    // In the chart the name says more than the id and has the room for one.
    let mut bars: Vec<Bar> = most
        .iter()
        .map(|g| money_bar(if g.name.is_empty() { name(&g.id, "") } else { g.name.clone() }, g.sum.at_risk))
        .collect();
    let mut rows: Vec<Vec<String>> = most
        .iter()
        .map(|g| vec![name(&g.id, &g.name), count(g.sum.claims), dollars(g.sum.at_risk)])
        .collect();
    if sum_of_others.claims > 0 {
        let label =
            format!("{}{} others", if groups.overflowed() { "more than " } else { "" }, count(others));
        bars.push(money_bar(label.clone(), sum_of_others.at_risk));
        rows.push(vec![label, count(sum_of_others.claims), dollars(sum_of_others.at_risk)]);
    }
    let caption = match most.as_slice() {
        [] => "No claim has money at risk.".to_owned(),
        [first, ..] => format!(
            "{} with money at risk; most of it, {}, at {}. No dollar is counted twice.",
            counted(most.len() as u64 + others, words.plural),
            dollars(first.sum.at_risk),
            name(&first.id, &first.name)
        ),
    };
    Ok(Figure {
        id: words.id,
        wide: false,
        title: words.title,
        caption,
        legend: &[],
        svg: chart(&bars)?,
        headings: vec![words.heading, "Claims", "At risk"],
        rows,
    })
}

fn units(s: &Summary) -> io::Result<Figure> {
    let mut totals = s.units.clone();
    totals.sort_by_key(|t| std::cmp::Reverse(t.billed - t.supported.min(t.billed)));
    let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let bars: Vec<Bar> = totals
        .iter()
        .take(BARS)
        .map(|t| Bar {
            name: t.procedure.to_string(),
            value: whole(t.billed),
            shown: count(t.billed),
            other: Some((whole(t.supported), count(t.supported))),
        })
        .collect();
    let documented = format!(
        "Minutes are documented for {} of {}.",
        count(s.lines.documented),
        counted(s.lines.timed, "timed lines")
    );
    let caption = match totals.as_slice() {
        [] if s.lines.documented == 0 => {
            format!("{documented} Units cannot be held against minutes without them.")
        }
        [] => format!("{documented} No line has more units than they support."),
        totals => {
            let sum = |of: fn(&crate::report::UnitsTotal) -> u64| {
                totals.iter().map(of).fold(0, u64::saturating_add)
            };
            format!(
                "{documented} {} are billed for more units than the minutes support: {} billed, {} supported.",
                counted(sum(|t| t.lines), "lines"),
                counted(sum(|t| t.billed), "units"),
                count(sum(|t| t.supported))
            )
        }
    };
    Ok(Figure {
        id: "units",
        wide: false,
        title: "Units billed and units the minutes support",
        caption,
        legend: if totals.is_empty() { &[] } else { &[("bar", "billed"), ("other", "supported by minutes")] },
        svg: chart(&bars)?,
        headings: vec!["Procedure", "Lines", "Units billed", "Units supported"],
        rows: totals
            .iter()
            .map(|t| vec![t.procedure.to_string(), count(t.lines), count(t.billed), count(t.supported)])
            .collect(),
    })
}

fn by_week(sums: &Sums) -> io::Result<Figure> {
    let span = sums.weeks.span(WEEKS);
    let bars: Vec<Bar> =
        span.weeks.iter().map(|(monday, sum)| money_bar(monday.to_string(), sum.at_risk)).collect();
    let mut caption = match span.weeks.as_slice() {
        [] => "No claim with money at risk has a date of service.".to_owned(),
        [only] => format!("All of it in the week of {}.", only.0),
        [first, .., last] => format!("Weeks from Monday to Sunday, from {} to {}.", first.0, last.0),
    };
    for (sum, what) in
        [(span.outside, "in weeks before or after these"), (sums.weeks.undated, "without a date of service")]
    {
        if sum.claims > 0 {
            let (money, claims) = (dollars(sum.at_risk), counted(sum.claims, "claims"));
            caption.push_str(&format!(" {money} on {claims} {what} are not shown."));
        }
    }
    let svg =
        if bars.is_empty() { None } else { Some(bars::standing(&bars, &|cents| whole_dollars(*cents))?) };
    let dated = span.weeks.iter().filter(|(_, sum)| sum.claims > 0);
    Ok(Figure {
        id: "by-week",
        wide: true,
        title: "Money at risk by week of service",
        caption,
        legend: &[],
        svg,
        headings: vec!["Week of", "Claims", "At risk"],
        rows: dated
            .map(|(day, sum)| vec![day.to_string(), count(sum.claims), dollars(sum.at_risk)])
            .collect(),
    })
}

fn money_bar(name: String, cents: Cents) -> Bar {
    Bar { name, value: cents.0, shown: dollars(cents), other: None }
}

fn chart(bars: &[Bar]) -> io::Result<Option<String>> {
    if bars.is_empty() { Ok(None) } else { bars::lying(bars).map(Some) }
}

/// Money on an axis: cents only where there is no more than a few dollars.
pub(super) fn whole_dollars(cents: i64) -> String {
    let text = dollars(Cents(cents));
    text.strip_suffix(".00").map_or_else(|| text.clone(), str::to_owned)
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
