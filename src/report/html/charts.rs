//! The charts of the page: where the money is, and units against minutes, each with its words and the table behind it.
//!
//! `bars` draws them. Deliberately absent: markup.

use std::io;

use crate::report::figures::{count, counted, dollars};
use crate::report::said;
use crate::report::sums::{Groups, Most, Sums};
use crate::report::{RuleTotal, Rules, Summary};
use crate::x12::value::Cents;

use super::bars::{self, Bar};

/// Bars of a chart.
const BARS: usize = 10;
/// Weeks of a chart: two years.
const WEEKS: i32 = 104;

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
