//! What several runs found, side by side: claims and money at risk by month of service, rule, payer and billing provider.
//!
//! Figures of summaries come in; text, CSV or a page goes out. A run stands under the name it was given by, for no run
//! knows when it was made. Money by rule counts each finding alone, all other money no dollar twice. Texts of summaries
//! may be anybody's: all are made safe here.

use std::collections::BTreeMap;
use std::io;

use csv::WriterBuilder;

use crate::x12::value::Cents;

use super::columns::table;
use super::figures::{count, counted, dollars, share};
use super::safe;

/// Runs that the text has columns for: the first, and the last of the others.
const SHOWN: usize = 4;

/// Lines of a table of the text.
const LINES: usize = 12;

/// What is at risk is told by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// Month of service.
    Month,
    /// Rule.
    Rule,
    /// Payer, by its id, else its name.
    Payer,
    /// Billing provider, by NPI.
    Provider,
}

impl By {
    /// All of them, in the order they are shown.
    pub const ALL: [By; 4] = [By::Month, By::Rule, By::Payer, By::Provider];

    /// As a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            By::Month => "month",
            By::Rule => "rule",
            By::Payer => "payer",
            By::Provider => "provider",
        }
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            By::Month => "Money at risk by month of service",
            By::Rule => "Money at risk by rule, each finding alone",
            By::Payer => "Money at risk by payer",
            By::Provider => "Money at risk by billing provider",
        }
    }
}

/// Claims at risk under one key.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Group {
    /// Month, code, id; empty for claims that have none. Nothing for all that the summary does not list.
    pub key: Option<String>,
    /// A name beside it, or nothing.
    pub name: String,
    /// Claims at risk; of a rule, those with a finding of it.
    pub claims: u64,
    /// Money at risk.
    pub amount: Cents,
}

/// One run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Run {
    /// What it was named.
    pub name: String,
    /// Claims evaluated, and those of them with money at risk.
    pub claims: u64,
    /// Claims with money at risk.
    pub at_risk: u64,
    /// Sum of CLM02 of evaluated claims.
    pub charged: Cents,
    /// Money at risk.
    pub amount: Cents,
    /// By each of [`By::ALL`], in its order.
    pub by: [Vec<Group>; 4],
}

/// Runs in the order they were given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trend {
    /// The runs.
    pub runs: Vec<Run>,
}

/// A key, and what each run has under it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Line<'t> {
    key: Option<&'t str>,
    name: &'t str,
    pub(super) groups: Vec<Option<&'t Group>>,
}

impl Line<'_> {
    /// The key as it is shown.
    pub(super) fn label(&self) -> String {
        match self.key {
            None => "all others".to_owned(),
            Some("") => "none given".to_owned(),
            Some(key) => safe::line(key).into_owned(),
        }
    }

    pub(super) fn name(&self) -> String {
        safe::line(self.name).into_owned()
    }

    /// The money of one run; none where it has none of it.
    pub(super) fn amount(&self, run: usize) -> Cents {
        self.groups.get(run).copied().flatten().map_or(Cents::ZERO, |group| group.amount)
    }
}

impl Trend {
    /// The lines of a table: months in their order, else those with most in the last run first, then in the one before.
    pub(super) fn lines(&self, by: By) -> Vec<Line<'_>> {
        let mut lines: BTreeMap<Option<&str>, Line<'_>> = BTreeMap::new();
        for (n, run) in self.runs.iter().enumerate() {
            for group in run.by.get(by as usize).into_iter().flatten() {
                let key = group.key.as_deref();
                let none = || Line { key, name: "", groups: vec![None; self.runs.len()] };
                let line = lines.entry(key).or_insert_with(none);
                if line.name.is_empty() {
                    line.name = &group.name;
                }
                if let Some(slot) = line.groups.get_mut(n) {
                    *slot = Some(group);
                }
            }
        }
        // `None` sorts first; all others come last.
        let others = lines.remove(&None);
        let mut lines: Vec<Line<'_>> = lines.into_values().collect();
        if by != By::Month {
            let amounts = |line: &Line<'_>| -> Vec<Cents> {
                (0..self.runs.len()).rev().map(|run| line.amount(run)).collect()
            };
            lines.sort_by_cached_key(|line| std::cmp::Reverse(amounts(line)));
        }
        lines.extend(others);
        lines
    }

    /// The lines in which there is money.
    pub(super) fn lines_of_money(&self, by: By) -> Vec<Line<'_>> {
        let mut lines = self.lines(by);
        lines.retain(|line| line.groups.iter().flatten().any(|group| group.amount != Cents::ZERO));
        lines
    }

    /// The runs the text has columns for.
    fn shown(&self) -> Vec<usize> {
        let all = self.runs.len();
        let first = usize::from(all > 0);
        (0..first).chain(first.max(all.saturating_sub(SHOWN - 1))..all).collect()
    }
}

/// What changed from the first run to the last, with its sign.
pub(super) fn change(first: Cents, last: Cents) -> String {
    let change = last - first;
    let sign = if change > Cents::ZERO { "+" } else { "" };
    format!("{sign}{}", dollars(change))
}

/// For people.
pub fn text(trend: &Trend, out: &mut dyn io::Write) -> io::Result<()> {
    let head = ["run", "claims", "of them at risk", "charged", "money at risk", "of charged"]
        .map(str::to_owned)
        .to_vec();
    let row = |run: &Run| {
        vec![
            safe::line(&run.name).into_owned(),
            count(run.claims),
            count(run.at_risk),
            dollars(run.charged),
            dollars(run.amount),
            share(run.amount, run.charged).unwrap_or_default(),
        ]
    };
    writeln!(out, "Runs, in the order given\n")?;
    table(out, &std::iter::once(head).chain(trend.runs.iter().map(row)).collect::<Vec<_>>(), 1)?;
    let shown = trend.shown();
    if shown.len() < trend.runs.len() {
        let between = counted((trend.runs.len() - shown.len()) as u64, "runs");
        writeln!(
            out,
            "\nBelow are the first run and the last {}; {between} between are in --format csv.",
            SHOWN - 1
        )?;
    }
    for by in By::ALL {
        let lines = trend.lines_of_money(by);
        if lines.is_empty() {
            continue;
        }
        writeln!(out, "\n{}\n", by.title())?;
        let mut head = vec![by.as_str().to_owned(), String::new()];
        let name = |run: &usize| {
            trend.runs.get(*run).map_or_else(String::new, |run| safe::line(&run.name).into_owned())
        };
        head.extend(shown.iter().map(name));
        head.push("change".to_owned());
        let mut rows = vec![head];
        for line in lines.iter().take(LINES) {
            let mut row = vec![line.label(), line.name()];
            row.extend(shown.iter().map(|run| dollars(line.amount(*run))));
            row.push(change(line.amount(0), line.amount(trend.runs.len().saturating_sub(1))));
            rows.push(row);
        }
        table(out, &rows, 2)?;
        if lines.len() > LINES {
            writeln!(out, "  and {} more, in --format csv", count((lines.len() - LINES) as u64))?;
        }
    }
    out.flush()
}

/// Columns of the CSV: a row a run and key.
pub const COLUMNS: [&str; 6] = ["by", "key", "name", "run", "claims", "amount_at_risk"];

/// A row a run and key, the runs as wholes under `by` `run`. `key` is empty where claims have none, and `*` for all that a
/// summary does not list one by one.
pub fn csv(trend: &Trend, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rows = WriterBuilder::new().from_writer(out);
    rows.write_record(COLUMNS)?;
    let cell = |text: &str| safe::csv_cell(text.as_bytes());
    for run in &trend.runs {
        let name = cell(&run.name);
        rows.write_record(["run", "", "", &name, &run.at_risk.to_string(), &run.amount.to_string()])?;
    }
    for by in By::ALL {
        for line in trend.lines(by) {
            for (run, group) in trend.runs.iter().zip(&line.groups) {
                let Some(group) = group else { continue };
                let key = line.key.map_or_else(|| "*".to_owned(), cell);
                let (claims, amount) = (group.claims.to_string(), group.amount.to_string());
                rows.write_record([by.as_str(), &key, &cell(line.name), &cell(&run.name), &claims, &amount])?;
            }
        }
    }
    rows.flush()
}

/// A few runs for tests, with a text in every place that a file may fill.
#[cfg(test)]
pub(super) fn sample(text: &str) -> Trend {
    let group = |key: &str, claims, cents| Group {
        key: Some(key.to_owned()),
        name: String::new(),
        claims,
        amount: Cents(cents),
    };
    let run = |name: &str, n: i64| Run {
        name: name.to_owned(),
        claims: 1_000,
        at_risk: 10 * n as u64,
        charged: Cents(1_000_000),
        amount: Cents(1_000 * n),
        by: [
            vec![group("2026-02", 1, 100 * n), group("2026-01", 1, 900 * n)],
            vec![group("MOD001", 7, 700 * n), group("TIM001", 3, 900)],
            vec![
                Group { name: text.to_owned(), ..group(text, 1, 5) },
                Group { key: None, ..group("", 9, 9 * n) },
            ],
            vec![group("", 4, 40), group("1234567893", 1, 41 * n)],
        ],
    };
    Trend { runs: vec![run("jan", 1), run(text, 2), run("mar", 3)] }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample::hostile;

    type Format = fn(&Trend, &mut dyn io::Write) -> io::Result<()>;

    fn printed(format: Format, trend: &Trend) -> String {
        let mut bytes = Vec::new();
        format(trend, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn runs_stand_side_by_side() {
        let trend = sample("feb");
        let text = printed(text, &trend);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "jan 1,000 10 $10,000.00 $10.00 0.1%",
            "month jan feb mar change 2026-01 $9.00 $18.00 $27.00 +$18.00 2026-02 $1.00",
            // What is most in the last run stands first.
            "rule jan feb mar change MOD001 $7.00 $14.00 $21.00 +$14.00 TIM001 $9.00 $9.00 $9.00 $0.00",
            "all others $0.09 $0.18 $0.27 +$0.18",
            "provider jan feb mar change 1234567893 $0.41 $0.82 $1.23 +$0.82 none given $0.40",
        ] {
            assert!(words.contains(part), "{part}\n{text}");
        }
        let rows = printed(csv, &trend);
        for row in [
            "by,key,name,run,claims,amount_at_risk",
            "run,,,mar,30,30.00",
            "month,2026-01,,jan,1,9.00",
            "payer,*,,feb,9,0.18",
            "provider,,,mar,4,0.40",
        ] {
            assert!(rows.lines().any(|line| line == row), "{row}\n{rows}");
        }
    }

    #[test]
    fn a_key_that_comes_or_goes_has_its_line_and_many_runs_fit() {
        let mut trend = sample("feb");
        trend.runs[0].by[1].pop();
        trend.runs[2].by[1].remove(0);
        let lines = trend.lines(By::Rule);
        let amounts: Vec<(String, Vec<i64>)> =
            lines.iter().map(|l| (l.label(), (0..3).map(|run| l.amount(run).0).collect())).collect();
        assert_eq!(amounts[0], ("TIM001".to_owned(), vec![0, 900, 900]));
        assert_eq!(amounts[1], ("MOD001".to_owned(), vec![700, 1400, 0]));
        for (runs, want) in [(0, vec![]), (1, vec![0]), (4, vec![0, 1, 2, 3]), (9, vec![0, 6, 7, 8])] {
            let trend = Trend { runs: vec![trend.runs[0].clone(); runs] };
            assert_eq!(trend.shown(), want);
            assert_eq!(printed(text, &trend).contains("between are in --format csv"), runs > SHOWN);
        }
    }

    proptest! {
        #[test]
        fn nothing_steers_whoever_reads_it(bytes in hostile()) {
            let trend = sample(&String::from_utf8_lossy(&bytes));
            for format in [text as Format, csv] {
                let printed = printed(format, &trend);
                prop_assert!(printed.chars().all(|c| c == '\n' || crate::error::is_plain(c)), "{:?}", printed);
            }
            let rows = printed(csv, &trend);
            let mut reader = ::csv::Reader::from_reader(rows.as_bytes());
            for row in reader.records() {
                let row = row.unwrap();
                for cell in row.iter().take(4) {
                    let cell = cell.trim_start();
                    let formula = cell.starts_with(['=', '+', '@', '-']) && cell.parse::<f64>().is_err();
                    prop_assert!(!formula, "{:?}", cell);
                }
            }
        }
    }
}
