//! Several runs side by side, as one page without a script.

use std::io;

use askama::Template;

use crate::report::figures::{count, counted, dollars, share};
use crate::report::safe;
use crate::report::trend::{By, Trend, change};

use super::bars::{self, Bar};
use super::charts::whole_dollars;
use super::page::{STYLE, policy_without_script};

/// Bars of a chart, and rows of a table.
const BARS: usize = 12;
const ROWS: usize = 200;

#[derive(Template)]
#[template(path = "trend.html")]
struct Page {
    version: &'static str,
    policy: String,
    style: &'static str,
    read: String,
    runs: Vec<[String; 6]>,
    runs_chart: Option<String>,
    legend: Vec<(&'static str, String)>,
    parts: Vec<Part>,
}

/// One table with its chart.
struct Part {
    by: &'static str,
    title: &'static str,
    caption: String,
    svg: Option<String>,
    rows: Vec<Vec<String>>,
    more: Option<String>,
}

/// Writes the page.
pub fn html(trend: &Trend, out: &mut dyn io::Write) -> io::Result<()> {
    let name =
        |run: usize| trend.runs.get(run).map_or_else(String::new, |run| safe::line(&run.name).into_owned());
    let last = trend.runs.len().saturating_sub(1);
    let runs = trend.runs.iter().map(|run| {
        [
            safe::line(&run.name).into_owned(),
            count(run.claims),
            count(run.at_risk),
            dollars(run.charged),
            dollars(run.amount),
            share(run.amount, run.charged).unwrap_or_default(),
        ]
    });
    let bars: Vec<Bar> = trend
        .runs
        .iter()
        .enumerate()
        .map(|(n, run)| Bar { name: name(n), value: run.amount.0, shown: dollars(run.amount), other: None })
        .collect();
    let runs_chart =
        if bars.is_empty() { None } else { Some(bars::standing(&bars, &|cents| whole_dollars(*cents))?) };
    let mut parts = Vec::new();
    for by in By::ALL {
        let part = part(trend, by, last)?;
        parts.extend(part);
    }
    let legend =
        if last > 0 { vec![("bar", name(last)), ("other", name(0))] } else { vec![("bar", name(last))] };
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        policy: policy_without_script(),
        style: STYLE,
        read: format!("{} side by side.", counted(trend.runs.len() as u64, "runs")),
        runs: runs.collect(),
        runs_chart,
        legend,
        parts,
    };
    page.write_into(&mut &mut *out)?;
    out.flush()
}

fn part(trend: &Trend, by: By, last: usize) -> io::Result<Option<Part>> {
    let lines = trend.lines_of_money(by);
    if lines.is_empty() {
        return Ok(None);
    }
    // Of many months the latest.
    let skipped = if by == By::Month { lines.len().saturating_sub(BARS) } else { 0 };
    let bars: Vec<Bar> = lines
        .iter()
        .skip(skipped)
        .take(BARS)
        .map(|line| {
            let (label, name) = (line.label(), line.name());
            let name = if name.is_empty() { label } else { format!("{label} {name}") };
            let (first, last_amount) = (line.amount(0), line.amount(last));
            let other = (last > 0).then(|| (first.0, dollars(first)));
            Bar { name, value: last_amount.0, shown: dollars(last_amount), other }
        })
        .collect();
    let rows = lines.iter().take(ROWS).map(|line| {
        let (label, name) = (line.label(), line.name());
        let mut row = vec![if name.is_empty() { label } else { format!("{label} {name}") }];
        row.extend((0..trend.runs.len()).map(|run| dollars(line.amount(run))));
        row.push(change(line.amount(0), line.amount(last)));
        row
    });
    let more = lines.len().saturating_sub(ROWS) as u64;
    Ok(Some(Part {
        by: by.as_str(),
        title: by.title(),
        caption: format!("{}: the last run held against the first; the table has all runs.", by.title()),
        svg: Some(bars::lying(&bars)?),
        rows: rows.collect(),
        more: (more > 0).then(|| format!("and {} more, in --format csv", count(more))),
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::html::parsed::Parsed;
    use crate::report::{sample, trend};

    fn page(trend: &Trend) -> Parsed {
        let mut bytes = Vec::new();
        html(trend, &mut bytes).unwrap();
        Parsed::of(&bytes)
    }

    #[test]
    fn the_page_has_runs_and_tables() {
        let parsed = page(&trend::sample("feb"));
        assert_eq!((parsed.errors.as_slice(), parsed.comments), (&[][..], 0));
        let words = parsed.words();
        for part in
            ["3 runs side by side.", "2026-01", "+$18.00", "MOD001", "1234567893", "none given", "all others"]
        {
            assert!(words.contains(part), "{part}\n{words}");
        }
        assert!(page(&Trend::default()).words().contains("0 runs side by side."));
    }

    proptest! {
        #[test]
        fn no_name_is_markup(bytes in sample::hostile()) {
            let plain = page(&trend::sample("feb"));
            let parsed = page(&trend::sample(&String::from_utf8_lossy(&bytes)));
            prop_assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
            prop_assert_eq!(parsed.comments, 0);
            prop_assert_eq!(parsed.elements, plain.elements);
        }
    }
}
