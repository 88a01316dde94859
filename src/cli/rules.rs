//! `claimlint rules` and `claimlint rule CODE`: the catalogue for people.

use std::io::{self, Write};

use serde::Serialize;

use crate::error::{Error, Result};
use crate::rules::CATALOGUE;
use crate::rules::rule::RuleMeta;

use super::Outcome;
use super::args::{ListFormat, Rule, Rules};

/// Lists all rules.
pub(crate) fn list(args: &Rules) -> Result<Outcome> {
    let mut out = io::stdout().lock();
    let written = match args.format {
        ListFormat::Text => CATALOGUE
            .iter()
            .map(|r| r.meta())
            .try_for_each(|m| writeln!(out, "{:8}  {:8}  {:34}  {}", m.code, m.severity, m.name, m.summary)),
        ListFormat::Json => {
            let rules: Vec<RuleJson> = CATALOGUE.iter().map(|r| RuleJson::of(r.meta())).collect();
            serde_json::to_writer_pretty(&mut out, &rules)
                .map_err(io::Error::from)
                .and_then(|()| writeln!(out))
        }
    };
    written.map(|()| Outcome::Done).map_err(|e| Error::io("write", "standard output", e))
}

/// Prints a rule's page.
pub(crate) fn explain(args: &Rule) -> Result<Outcome> {
    let wanted = args.rule.trim();
    let meta = CATALOGUE
        .iter()
        .map(|r| r.meta())
        .find(|m| m.code.eq_ignore_ascii_case(wanted) || m.name.eq_ignore_ascii_case(wanted));
    let Some(meta) = meta else {
        return Err(Error::usage(format!("there is no rule {wanted:?}; `claimlint rules` lists them")));
    };
    page(meta, &mut io::stdout().lock())
        .map(|()| Outcome::Done)
        .map_err(|e| Error::io("write", "standard output", e))
}

fn page(meta: &RuleMeta, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {} {}\n\n{}\n", meta.code, meta.name, meta.summary)?;
    writeln!(out, "Severity: {} (the payer may change it). Since {}.\n", meta.severity, meta.since)?;
    for line in meta.explanation.lines() {
        // Doc comments keep the space after their slashes.
        writeln!(out, "{}", line.strip_prefix(' ').unwrap_or(line))?;
    }
    writeln!(out, "\n## What it says\n")?;
    for fault in meta.faults {
        writeln!(out, "- {}\n  Fix: {}", fault.text, fault.fix)?;
        if let Some(denial) = fault.denial {
            let rarc: Vec<&str> = denial.rarc.iter().map(|(code, _)| *code).collect();
            writeln!(out, "  Likely denial: {} {}", denial.carc_text(), rarc.join(" or "))?;
        }
    }
    Ok(())
}

/// A rule as JSON; the schema is stable.
#[derive(Serialize)]
struct RuleJson {
    code: &'static str,
    name: &'static str,
    family: &'static str,
    severity: &'static str,
    since: &'static str,
    summary: &'static str,
    faults: Vec<FaultJson>,
}

#[derive(Serialize)]
struct FaultJson {
    text: &'static str,
    fix: &'static str,
    carc: Option<String>,
    rarc: Vec<&'static str>,
}

impl RuleJson {
    fn of(meta: &'static RuleMeta) -> RuleJson {
        let fault = |f: &crate::rules::rule::Fault| FaultJson {
            text: f.text,
            fix: f.fix,
            carc: f.denial.map(|d| d.carc_text()),
            rarc: f.denial.map_or_else(Vec::new, |d| d.rarc.iter().map(|(code, _)| *code).collect()),
        };
        RuleJson {
            code: meta.code,
            name: meta.name,
            family: meta.family(),
            severity: meta.severity.as_str(),
            since: meta.since,
            summary: meta.summary,
            faults: meta.faults.iter().map(fault).collect(),
        }
    }
}
