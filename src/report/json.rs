//! JSON: findings as JSON Lines, and the summary of a run as one document.
//!
//! The lossless form. Data types of its own, so that a change inside the program is not a change of the
//! format; each object names the version of its schema. Deliberately absent: the time, the machine and the order of
//! threads: the same input gives the same bytes.
//!
//! An id from a claim file stands as it is if it is UTF-8 that prints as itself; else the field is null and
//! one named `…_hex` has its bytes. Money is a decimal string, with whole cents beside it; units are a
//! number. What does not apply is null.

mod aside;
mod entry;
mod summary;
mod write;

use std::io;

use super::rows::Written;
use super::sums::Sums;
use super::{Entry, Report, Rules, Summary};

pub use entry::EntryLines;

/// Version of the schema of every object written: raised when a name goes or changes its meaning, not when
/// one is added.
pub const SCHEMA_VERSION: u32 = 1;

/// `findings.jsonl`: one object a line. Of kind `claim`: a claim with its findings in a list. Of kind
/// `finding`: one finding that belongs to no claim.
pub type Lines<W> = Written<W, EntryLines>;

impl<W: io::Write> Lines<W> {
    /// Writes to `out`, which need not be buffered.
    pub fn new(out: W, rules: Rules) -> Lines<W> {
        Written::of(out, EntryLines::new(rules))
    }
}

/// `summary.json`: the figures of a run, indented so that people can read it too.
pub struct Totals<W: io::Write> {
    out: W,
    rules: Rules,
    sums: Sums,
}

impl<W: io::Write> Totals<W> {
    /// Writes to `out` once, at the end.
    pub fn new(out: W, rules: Rules) -> Totals<W> {
        Totals { out, rules, sums: Sums::default() }
    }
}

impl<W: io::Write> Report for Totals<W> {
    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        self.sums.add(entry);
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let mut bytes =
            serde_json::to_vec_pretty(&summary::SummaryDto::new(self.rules, summary, &self.sums))?;
        bytes.push(b'\n');
        self.out.write_all(&bytes)?;
        self.out.flush()
    }

    fn shows_marks(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::report::sample::{self, RULES};
    use crate::report::{csv, safe};
    use crate::x12::value::Quantity;

    fn lines() -> Vec<Value> {
        let mut bytes = Vec::new();
        sample::batch().run(&mut Lines::new(&mut bytes, RULES));
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.ends_with('\n') && text.chars().all(|c| c == '\n' || crate::error::is_plain(c)));
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn totals(summary: &Summary) -> String {
        let mut bytes = Vec::new();
        Totals::new(&mut bytes, RULES).finish(summary).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn one_object_a_claim_and_one_a_loose_finding() {
        let lines = lines();
        assert_eq!(lines.len(), 1 + sample::HOSTILE.len() + 2 + 1);
        let mut first = lines[0].clone();
        let findings = first.as_object_mut().unwrap().remove("findings").unwrap();
        assert_eq!(
            first,
            json!({
                "schema_version": 1, "kind": "claim", "file": "samples/faulty.837", "interchange": "000000001",
                "group": "1", "transaction": "0002", "claim_id": "CLM-0001", "form": "837P",
                "service_date": "2025-03-01", "payer": "60054", "payer_name": "EXAMPLE HEALTH",
                "payer_class": "commercial", "policy": "commercial-default", "billing_npi": "1234567893",
                "lines": 3, "charge": "1234.56", "charge_cents": 123_456, "amount_at_risk": "120.00",
                "amount_at_risk_cents": 12_000, "sure": "90.00", "sure_cents": 9000, "possible": "30.00",
                "possible_cents": 3000, "score": 98, "worst": "critical", "offset": 512,
                "hierarchy_suspect": false, "interchange_ordinal": 1, "group_ordinal": 1, "transaction_ordinal": 2,
            })
        );
        assert_eq!(findings.as_array().unwrap().len(), 3);
        assert_eq!(
            findings[1],
            json!({
                "schema_version": 1, "file": "samples/faulty.837", "interchange": "000000001", "group": "1",
                "transaction": "0002", "claim_id": "CLM-0001", "line": 2, "procedure": "97110",
                "modifiers": "GP 59", "units": 4, "service_date": "2025-03-01", "payer": "60054",
                "rule": "TIM001", "name": "units-exceed-minutes", "severity": "high",
                "message": "38 minutes support less than 40.00 charged", "fix": "bill what 38 minutes support",
                "denial_codes": "CO-151", "amount_at_risk": "40.00", "amount_at_risk_cents": 4000, "amount_basis": "charge",
                "offset": 1002,
                "segment": 22, "element": "SV101-3", "whole_claim": false,
            })
        );
        assert_eq!(findings[0]["fingerprint"], "0f".repeat(16));
        assert_eq!(
            lines[1 + sample::HOSTILE.len()],
            json!({
                "schema_version": 1, "kind": "finding", "file": "samples/faulty.837",
                "interchange": "000000001", "group": "1", "transaction": "0002", "claim_id": null, "line": null,
                "procedure": null, "modifiers": "", "units": null, "service_date": null, "payer": null,
                "rule": "X12-T002", "name": "segment-count", "severity": "low",
                "message": "SE01 says 97110, 38 segments stand there", "fix": "correct SE01",
                "denial_codes": null, "amount_at_risk": "0.00", "amount_at_risk_cents": 0, "amount_basis": "charge", "offset": 1000,
                "segment": 20, "element": "SE01", "whole_claim": false, "fingerprint": "0f".repeat(16),
                "interchange_ordinal": 1, "group_ordinal": 1, "transaction_ordinal": 2,
            })
        );
    }

    #[test]
    fn every_finding_has_the_columns_of_the_table() {
        let lines = lines();
        let nested = lines.iter().filter_map(|line| line["findings"].as_array()).flatten();
        for finding in nested.chain(lines.iter().filter(|line| line["kind"] == "finding")) {
            for column in &csv::FINDINGS[..19] {
                assert!(finding.get(column).is_some(), "{column}: {finding}");
            }
            assert_eq!(finding["schema_version"], 1);
        }
    }

    #[test]
    fn units_are_numbers_and_exact() {
        for (thousandths, want) in
            [(4000, "4"), (1500, "1.5"), (-250, "-0.25"), (9_007_199_254_740_993, "9007199254740.993")]
        {
            let mut batch = sample::batch();
            batch.rows.truncate(1);
            batch.rows[0].2[0].units = Some(Quantity(thousandths));
            let mut bytes = Vec::new();
            batch.run(&mut Lines::new(&mut bytes, RULES));
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(&format!("\"units\":{want},")), "{want}: {text}");
        }
    }

    #[test]
    fn every_id_is_there_whole() {
        for (line, id) in lines()[1..].iter().zip(sample::HOSTILE) {
            for field in ["interchange", "group", "transaction", "claim_id", "payer", "payer_name"] {
                let hex = &line[format!("{field}_hex")];
                match &line[field] {
                    Value::String(text) => assert_eq!((text.as_bytes(), hex), (id, &Value::Null)),
                    _ => assert_eq!(hex.as_str().unwrap(), safe::hex(id)),
                }
            }
        }
        let text = lines()[1..=sample::HOSTILE.len()]
            .iter()
            .map(|line| line["claim_id"].is_string())
            .collect::<Vec<_>>();
        assert_eq!(text, [true, false, false, true, false, false, false, true]);
    }

    #[test]
    fn what_the_catalogue_does_not_have_is_shown_as_such() {
        let last = lines().pop().unwrap();
        assert_eq!(last["findings"][0]["rule"], "???");
        assert_eq!(last["findings"][1]["rule"], "MOD001");
        assert_eq!(last["findings"][1]["message"], "a fault this catalogue does not describe");
    }

    #[test]
    fn the_summary_has_every_figure_in_its_place() {
        let text = totals(&sample::summary());
        let mut value: Value = serde_json::from_str(&text).unwrap();
        let nothing =
            json!({"groups": [], "others": {"groups": 0, "claims": 0, "amount": "0.00", "amount_cents": 0}});
        assert_eq!(
            value.as_object_mut().unwrap().remove("at_risk_by"),
            Some(json!({"month": nothing, "payer": nothing, "provider": nothing}))
        );
        assert_eq!(
            value,
            json!({
                "schema_version": 1,
                "files": {"listed": 6, "processed": 3, "skipped": 1, "unreadable": 2},
                "bytes": {"read": 75_312_345, "segments": 70_000_000, "terminators": 5_312_000, "blanks": 200,
                    "padding": 25, "skipped": 120},
                "segments": {"read": 1_234_567, "envelope": 58, "service": 2, "context": 200_000, "claim": 300_000,
                    "line": 700_000, "unrecognised": 7, "empty": 3, "out_of_scope": 34_497},
                "interchanges": {"seen": 4},
                "groups": {"seen": 5},
                "transactions": {"seen": 12, "claims": 10, "out_of_scope": {"835": 2}},
                "claims": {"seen": 12_345, "evaluated": 12_000, "hierarchy_suspect": 3, "envelope_suspect": 0,
                    "not_evaluated": {"guide not covered": 300, "too large": 45},
                    "clean": 11_900, "set_aside": 17, "at_risk": 80,
                    "by_worst": {"critical": 90, "high": 4, "medium": 3, "low": 2, "info": 1}},
                "lines": {"seen": 40_000, "therapy": 30_000, "other": 9_000, "not_evaluated": 1_000, "timed": 20_000,
                    "documented": 1_500},
                "findings": {"total": 1_284,
                    "by_severity": {"critical": 1_234, "high": 14, "medium": 13, "low": 12, "info": 11},
                    "by_rule": {"MOD001": 1_234, "X12-T002": 50, "???": 1}},
                "money": {"charged": "1234567.89", "charged_cents": 123_456_789, "lines": "1234567.00",
                    "lines_cents": 123_456_700, "amount_at_risk": "60000.50", "amount_at_risk_cents": 6_000_050,
                    "sure": "50000.00", "sure_cents": 5_000_000, "possible": "10000.50",
                    "possible_cents": 1_000_050},
                "rules": [
                    {"rule": "MOD001", "name": "missing-plan-modifier", "worst": "critical", "findings": 1_234,
                        "claims": 1_000, "amount_at_risk": "50000.00", "amount_at_risk_cents": 5_000_000},
                    {"rule": "X12-T002", "name": "segment-count", "worst": "medium", "findings": 50, "claims": 0,
                        "amount_at_risk": "0.00", "amount_at_risk_cents": 0},
                    {"rule": "???", "name": "unknown-rule", "worst": "low", "findings": 1, "claims": 1,
                        "amount_at_risk": "-0.07", "amount_at_risk_cents": -7},
                ],
                "not_checked": [{"what": "TIM001", "count": 18_500, "unit": "lines",
                    "reason": "no documented minutes for the line, so units cannot be held against time"}],
                "minutes": {"rows": 1_600, "matched": 1_500, "unmatched": 99, "ambiguous": 1},
                "sidecars": [
                    {"kind": "minutes", "files": 2, "rows": 1_600, "faulty_rows": 8},
                    {"kind": "plans", "files": 1, "rows": 700, "faulty_rows": 0},
                    {"kind": "fees", "files": 3, "rows": 0, "faulty_rows": 9},
                ],
                "tables": [
                    {"name": "pairs", "setting": "practitioner", "table": "2024-07-01", "files": []},
                    {"name": "mue", "setting": "hospital", "table": "2024-07-01",
                     "files": ["a\\u{1b}[2J.csv"]},
                ],
                "inputs": [
                    {"file": "samples/faulty.837", "bytes": 75_312_345, "file_bytes": 7_000_000,
                        "container": ["gzip", "utf-16le"], "offsets": "2 + 2 * offset, in the unpacked content",
                        "link": "b\\u{1b}[2J.837", "sha256": "a5".repeat(32), "status": "read"},
                    {"file": "b\\u{1b}[2J.csv", "bytes": 0, "sha256": null, "status": "skipped",
                        "code": "X12-W010", "reason": "a table; give it elsewhere"},
                ],
                "problems": ["cannot read a\\u{1b}[2J.837: permission denied"],
                "accounting": {
                    "balanced": true,
                    "equations": [{"name": "claims", "total": 12_345, "holds": true,
                        "parts": {"evaluated": 12_000, "out-of-scope": 300, "too-large": 45}}],
                    "held": {"transactions": 12, "groups": 5, "interchanges": 4, "files": 3},
                    "imbalances": []
                },
                "redaction": {"key_id": "0badcafe", "file_names": true},
                "waivers": {"sha256": "b6".repeat(32), "findings": 21, "amount": "21.00", "amount_cents": 2_100,
                    "waivers": [{"id": "w1", "line": 8, "rule": "MOD001", "scope": ["payer", "procedure"],
                        "created": "2026-01-01", "expires": "2026-03-31", "status": "expired", "waived": 21,
                        "expired": 4, "undated": 5, "amount": "21.00", "amount_cents": 2_100,
                        "remark": "waiver w1 (line 8): expired on 2026-03-31, so that 4 findings it fits counted; \
                            renew or remove it"}]},
                "baseline": {"sha256": "c7".repeat(32), "findings": 70, "known": 61, "gone": 9,
                    "known_amount": "61.00", "known_amount_cents": 6_100},
            })
        );
        assert!(text.starts_with("{\n  \"schema_version\"") && text.ends_with("}\n"));
        assert_eq!(text, totals(&sample::summary()));
    }

    #[test]
    fn the_summary_has_what_is_at_risk_by_month_payer_and_provider() {
        let mut bytes = Vec::new();
        sample::batch().run(&mut Totals::new(&mut bytes, RULES));
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let by = &value["at_risk_by"];
        let first = |key: &str, id: &str, name: &str| {
            let want =
                json!({"id": id, "name": name, "claims": 1, "amount": "120.00", "amount_cents": 12_000});
            by[key]["groups"][0] == want
        };
        assert!(first("payer", "60054", "EXAMPLE HEALTH"), "{by}");
        assert!(first("provider", "1234567893", ""), "{by}");
        assert!(first("month", "2025-03", ""), "{by}");
        assert!(bytes.iter().all(|b| *b == b'\n' || !b.is_ascii_control()), "{by}");
    }

    #[test]
    fn an_account_out_of_balance_says_so() {
        let summary =
            Summary { imbalances: vec!["claims: 3 seen, 2 accounted for".to_owned()], ..sample::summary() };
        let value: Value = serde_json::from_str(&totals(&summary)).unwrap();
        assert_eq!(value["accounting"]["balanced"], false);
        assert_eq!(value["accounting"]["imbalances"][0], "claims: 3 seen, 2 accounted for");
    }
}
