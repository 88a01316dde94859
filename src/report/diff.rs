//! What changed between two runs: fixed, new and remaining findings, by rule and by money.
//!
//! Figures come in, text, JSON or CSV goes out. Texts in it are of files that may be anybody's: all are made safe here.

use std::borrow::Cow;
use std::io;

use csv::WriterBuilder;
use serde::Serialize;

use crate::rules::rule::RuleMeta;
use crate::x12::value::Cents;

use super::columns::table;
use super::json::SCHEMA_VERSION;
use super::mark::Fingerprint;
use super::safe;

/// New findings that are listed one by one: of all formats, and of the text.
pub const LISTED: usize = 10_000;
const IN_TEXT: usize = 20;

/// Findings and their money, each counted as if it were alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// How many.
    pub findings: u64,
    /// Their money.
    pub amount: Cents,
}

impl Count {
    /// Counts one more.
    pub fn add(&mut self, amount: Cents) {
        self.findings += 1;
        self.amount += amount;
    }

    fn join(&mut self, other: Count) {
        self.findings += other.findings;
        self.amount += other.amount;
    }
}

/// What became of findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// In the old run and not in the new one.
    pub fixed: Count,
    /// In the new run, and in the old one not or waived.
    pub new: Count,
    /// In both.
    pub remaining: Count,
    /// In the new run, and waived there.
    pub waived: Count,
}

impl Counts {
    fn all(&self) -> [(&'static str, Count); 4] {
        let Counts { fixed, new, remaining, waived } = *self;
        [("fixed", fixed), ("new", new), ("remaining", remaining), ("waived", waived)]
    }
}

/// A finding that is new.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewFinding {
    /// What it is known by.
    pub fingerprint: Fingerprint,
    /// The rule's code.
    pub rule: String,
    /// How bad it is.
    pub severity: &'static str,
    /// The claim's id as the file has it.
    pub claim: Option<String>,
    /// LX01.
    pub line: Option<u32>,
    /// What it says.
    pub message: String,
    /// Its money.
    pub amount: Cents,
}

/// What changed between two runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Difference {
    /// What the runs were called.
    pub names: [String; 2],
    /// By rule, in the order of their codes.
    pub rules: Vec<(String, Counts)>,
    /// New findings, at most [`LISTED`] of them, in the order of the new run.
    pub new: Vec<NewFinding>,
}

impl Difference {
    /// Over all rules.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for (_, counts) in &self.rules {
            total.fixed.join(counts.fixed);
            total.new.join(counts.new);
            total.remaining.join(counts.remaining);
            total.waived.join(counts.waived);
        }
        total
    }

    /// New findings that are not among those listed.
    fn unlisted(&self, listed: usize) -> u64 {
        self.total().new.findings.saturating_sub(listed as u64)
    }
}

fn name(rules: &[&RuleMeta], code: &str) -> &'static str {
    rules.iter().find(|meta| meta.code == code).map_or("", |meta| meta.name)
}

/// For people.
pub fn text(difference: &Difference, rules: &[&RuleMeta], out: &mut dyn io::Write) -> io::Result<()> {
    let [old, new] = difference.names.each_ref().map(|name| safe::line(name));
    writeln!(out, "From {old} to {new}:\n")?;
    let head = ["", "findings", "at risk"].map(str::to_owned).to_vec();
    let total = difference.total();
    let row = |(word, count): (&str, Count)| {
        vec![word.to_owned(), count.findings.to_string(), count.amount.to_string()]
    };
    let some = |(word, count): &(&str, Count)| *word != "waived" || count.findings > 0;
    let counts = total.all().into_iter().filter(some).map(row);
    table(out, &std::iter::once(head).chain(counts).collect::<Vec<_>>(), 1)?;
    if !difference.rules.is_empty() {
        writeln!(out)?;
        let head = [
            "rule",
            "name",
            "fixed",
            "new",
            "remaining",
            "fixed at risk",
            "new at risk",
            "remaining at risk",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for (code, Counts { fixed, new, remaining, .. }) in &difference.rules {
            let n = [fixed, new, remaining].map(|count| count.findings.to_string());
            let [a, b, c] = [fixed, new, remaining].map(|count| count.amount.to_string());
            let [x, y, z] = n;
            rows.push(vec![safe::line(code).into_owned(), name(rules, code).to_owned(), x, y, z, a, b, c]);
        }
        table(out, &rows, 2)?;
    }
    if difference.new.is_empty() {
        return out.flush();
    }
    writeln!(out, "\nNew:")?;
    for finding in difference.new.iter().take(IN_TEXT) {
        let NewFinding { rule, severity, claim, line, message, amount, .. } = finding;
        let claim = claim.as_ref().map_or_else(|| "outside claims".into(), |id| safe::text(id.as_bytes()));
        let line = line.map_or_else(String::new, |line| format!(" line {line}"));
        let (rule, message) = (safe::line(rule), safe::line(message));
        writeln!(out, "  {severity:<8}  {rule} {claim}{line}: {message} ({amount} at risk)")?;
    }
    match difference.unlisted(difference.new.len().min(IN_TEXT)) {
        0 => {}
        more => writeln!(out, "  and {more} more; --format json lists them")?,
    }
    out.flush()
}

/// Columns of the CSV: a row a rule.
pub const COLUMNS: [&str; 10] = [
    "rule",
    "name",
    "fixed",
    "new",
    "remaining",
    "waived",
    "fixed_amount",
    "new_amount",
    "remaining_amount",
    "waived_amount",
];

/// A row a rule. The columns can be added up.
pub fn csv(difference: &Difference, rules: &[&RuleMeta], out: &mut dyn io::Write) -> io::Result<()> {
    let mut table = WriterBuilder::new().from_writer(out);
    table.write_record(COLUMNS)?;
    for (code, counts) in &difference.rules {
        let all = counts.all().map(|(_, count)| count);
        let findings = all.iter().map(|count| count.findings.to_string());
        let amounts = all.iter().map(|count| count.amount.to_string());
        let code = safe::csv_cell(code.as_bytes());
        let head = [code.clone(), name(rules, &code).to_owned()];
        table.write_record(head.into_iter().chain(findings).chain(amounts))?;
    }
    table.flush()
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    old: Cow<'a, str>,
    new: Cow<'a, str>,
    totals: CountsDto,
    rules: Vec<RuleDto<'a>>,
    new_findings: Vec<NewDto<'a>>,
    /// New findings that are not in the list.
    new_findings_left_out: u64,
}

#[derive(Serialize)]
struct RuleDto<'a> {
    rule: Cow<'a, str>,
    name: &'static str,
    #[serde(flatten)]
    counts: CountsDto,
}

#[derive(Serialize)]
struct CountsDto {
    fixed: CountDto,
    new: CountDto,
    remaining: CountDto,
    waived: CountDto,
}

#[derive(Serialize)]
struct CountDto {
    findings: u64,
    amount_at_risk: String,
    amount_at_risk_cents: i64,
}

#[derive(Serialize)]
struct NewDto<'a> {
    fingerprint: String,
    rule: Cow<'a, str>,
    severity: &'static str,
    claim_id: Option<Cow<'a, str>>,
    line: Option<u32>,
    message: Cow<'a, str>,
    amount_at_risk: String,
    amount_at_risk_cents: i64,
}

impl From<Count> for CountDto {
    fn from(count: Count) -> CountDto {
        let Count { findings, amount } = count;
        CountDto { findings, amount_at_risk: amount.to_string(), amount_at_risk_cents: amount.0 }
    }
}

impl From<Counts> for CountsDto {
    fn from(counts: Counts) -> CountsDto {
        let Counts { fixed, new, remaining, waived } = counts;
        CountsDto { fixed: fixed.into(), new: new.into(), remaining: remaining.into(), waived: waived.into() }
    }
}

/// For programs.
pub fn json(difference: &Difference, rules: &[&RuleMeta], out: &mut dyn io::Write) -> io::Result<()> {
    let [old, new] = difference.names.each_ref().map(|name| safe::line(name));
    let each = |f: &'_ NewFinding| NewDto {
        fingerprint: f.fingerprint.to_string(),
        rule: safe::line(&f.rule).into_owned().into(),
        severity: f.severity,
        claim_id: f.claim.as_ref().map(|id| safe::line(id).into_owned().into()),
        line: f.line,
        message: safe::line(&f.message).into_owned().into(),
        amount_at_risk: f.amount.to_string(),
        amount_at_risk_cents: f.amount.0,
    };
    let document = Document {
        schema_version: SCHEMA_VERSION,
        old,
        new,
        totals: difference.total().into(),
        rules: difference
            .rules
            .iter()
            .map(|(code, counts)| RuleDto {
                rule: safe::line(code),
                name: name(rules, code),
                counts: (*counts).into(),
            })
            .collect(),
        new_findings: difference.new.iter().map(each).collect(),
        new_findings_left_out: difference.unlisted(difference.new.len()),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample::{RULES, hostile};

    fn difference(text: &str) -> Difference {
        let of = |findings, cents| Count { findings, amount: Cents(cents) };
        let counts = Counts { fixed: of(1, 100), new: of(25, 2), remaining: of(3, 300), waived: of(4, 400) };
        let new = NewFinding {
            fingerprint: Fingerprint { key: None, bits: [1; 16] },
            rule: text.to_owned(),
            severity: "high",
            claim: Some(text.to_owned()),
            line: Some(2),
            message: text.to_owned(),
            amount: Cents(5),
        };
        Difference {
            names: [text.to_owned(), "new".to_owned()],
            rules: vec![("MOD001".to_owned(), counts), (text.to_owned(), Counts::default())],
            new: vec![new; 22],
        }
    }

    type Format = fn(&Difference, &[&RuleMeta], &mut dyn io::Write) -> io::Result<()>;

    fn printed(format: Format, difference: &Difference) -> String {
        let mut bytes = Vec::new();
        format(difference, RULES, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn figures_stand_in_their_places() {
        let difference = difference("A1");
        assert_eq!(
            printed(csv, &difference).lines().nth(1),
            Some("MOD001,missing-plan-modifier,1,25,3,4,1.00,0.02,3.00,4.00")
        );
        let value: serde_json::Value = serde_json::from_str(&printed(json, &difference)).unwrap();
        assert_eq!(value["totals"]["waived"]["amount_at_risk_cents"], 400);
        assert_eq!(value["rules"][0]["remaining"]["findings"], 3);
        assert_eq!(
            (&value["new_findings_left_out"], value["new_findings"].as_array().unwrap().len()),
            (&3.into(), 22)
        );
        let text = printed(text, &difference);
        assert!(text.contains("  MOD001  missing-plan-modifier      1   25          3"), "{text}");
        assert!(text.contains("  and 5 more; --format json lists them\n"), "{text}");
    }

    proptest! {
        #[test]
        fn nothing_steers_whoever_reads_it(bytes in hostile()) {
            let difference = difference(&String::from_utf8_lossy(&bytes));
            for format in [text as Format, json, csv] {
                let printed = printed(format, &difference);
                prop_assert!(printed.chars().all(|c| c == '\n' || crate::error::is_plain(c)), "{:?}", printed);
            }
            let table = printed(csv, &difference);
            let mut reader = ::csv::Reader::from_reader(table.as_bytes());
            for row in reader.records() {
                let cell = row.unwrap()[0].trim_start().to_owned();
                prop_assert!(!cell.starts_with(['=', '+', '@', '-']) || cell.parse::<i64>().is_ok() || cell.contains('.'), "{:?}", cell);
            }
        }
    }
}
