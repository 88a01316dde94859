//! `manifest.json`: what a set of outputs is made of, and of what, with digests; written last, so that a set
//! that has one is whole.
//!
//! Deliberately absent: the clock, the machine, the user. The same run over the same files gives the same bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::finding::Severity;

use super::{Rules, Summary, safe};

/// The file's name.
pub const NAME: &str = "manifest.json";
/// Version of what stands in it; raised when a name goes or changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;
/// What wrote it.
pub const TOOL: &str = "claimlint";

/// The file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Tool, rules, settings and inputs as one number: runs that have it in common had the same to do.
    pub run_id: String,
    /// Whether the run came to its end.
    pub complete: bool,
    /// What wrote the set.
    pub tool: Tool,
    /// SHA-256 over the catalogue: codes, severities and texts.
    pub rule_set_sha256: String,
    /// SHA-256 over all that changes results beside the inputs: settings, sidecar files, tables, flags.
    pub settings_sha256: String,
    /// The flags and settings that a reader should know.
    pub options: Options,
    /// Every input, read or not.
    pub inputs: Vec<Input>,
    /// Every other file of the set.
    pub outputs: Vec<Output>,
    /// Whether the account balances.
    pub accounting: Accounting,
    /// How many findings.
    pub findings: Findings,
    /// What the run exits with, as far as it hangs on its inputs and outputs.
    pub exit_code: u8,
}

/// What wrote a set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tool {
    /// [`TOOL`].
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Flags and settings as they took effect.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
// Versions add options; a set of an older one can still be verified.
#[serde(default)]
pub struct Options {
    /// Codes of rules that were switched off.
    pub rules_off: Vec<String>,
    /// Severities that were fixed, by rule code.
    pub severities: BTreeMap<String, String>,
    /// Whether every timed line had to have documented minutes.
    pub require_minutes: bool,
    /// The day timely filing was measured to, where one was given.
    pub as_of: Option<String>,
    /// Whether an envelope that is not as it should be was left unread (`--strict`).
    pub strict: bool,
    /// The usage indicator that every interchange had to have, where one was given.
    pub expect_usage: Option<String>,
    /// The code page of files in EBCDIC, where one was given.
    pub encoding: Option<String>,
    /// What was done with a file that has the same bytes as another.
    pub on_duplicate_file: String,
    /// Whether files of X12 without any 837 were taken as they are.
    pub allow_no_837: bool,
    /// Names the key that claim ids were made tokens with, where there was one.
    pub redact: Option<String>,
    /// Whether names of files were replaced by aliases.
    pub redact_filenames: bool,
    /// SHA-256 of the file of waivers, where there was one.
    #[serde(default)]
    pub waivers_sha256: Option<String>,
    /// SHA-256 of the findings that were known before and left out, where there were such.
    #[serde(default)]
    pub baseline_sha256: Option<String>,
    /// Files of directories younger than this were left to the next run.
    pub settle_seconds: Option<u64>,
    /// Whether directories inside directories were entered.
    pub recursive: bool,
    /// The severity from which findings are a failure, where one was given.
    pub fail_on: Option<String>,
    /// The severity from which a claim acknowledgement rejects a claim, where one was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject_if: Option<String>,
    /// Of a split: the severity from which claims are held. A set that has it is a split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_if: Option<String>,
    /// The first ISA13 that was given anew, if they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_from: Option<u64>,
}

/// An input.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Input {
    /// Its name, escaped where it could not be printed.
    pub file: String,
    /// Bytes read of it.
    pub bytes: u64,
    /// SHA-256 of its bytes, where they were read to the last.
    pub sha256: Option<String>,
    /// `read`, `history`, `partial`, `skipped`, `unreadable`, `failed`.
    pub status: String,
    /// Why it was left out, not read, or read in part.
    pub reason: Option<String>,
}

/// A file of the set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Output {
    /// Its name in the directory.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// The account.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Accounting {
    /// Whether all of its sums hold.
    pub balanced: bool,
    /// Those that do not.
    pub imbalances: Vec<String>,
}

/// Findings by severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Findings {
    /// All of them.
    pub total: u64,
    /// Critical ones.
    pub critical: u64,
    /// High ones.
    pub high: u64,
    /// Medium ones.
    pub medium: u64,
    /// Low ones.
    pub low: u64,
    /// For information.
    pub info: u64,
}

impl Manifest {
    /// The manifest of a run that came to its end, without `outputs`.
    pub fn new(
        rules: Rules,
        settings_sha256: [u8; 32],
        options: Options,
        summary: &Summary,
        exit_code: u8,
    ) -> Manifest {
        let count = |severity: Severity| summary.findings.get(severity as usize).copied().unwrap_or(0);
        let mut manifest = Manifest {
            schema_version: SCHEMA_VERSION,
            run_id: String::new(),
            complete: true,
            tool: Tool { name: TOOL.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            rule_set_sha256: safe::hex(&rule_set(rules)),
            settings_sha256: safe::hex(&settings_sha256),
            options,
            inputs: summary.inputs.iter().map(input).collect(),
            outputs: Vec::new(),
            accounting: Accounting {
                balanced: summary.imbalances.is_empty(),
                imbalances: summary.imbalances.iter().map(|text| safe::line(text).into_owned()).collect(),
            },
            findings: Findings {
                total: summary.findings.iter().sum(),
                critical: count(Severity::Critical),
                high: count(Severity::High),
                medium: count(Severity::Medium),
                low: count(Severity::Low),
                info: count(Severity::Info),
            },
            exit_code,
        };
        manifest.run_id = manifest.expected_run_id();
        manifest
    }

    /// What `run_id` must be.
    pub fn expected_run_id(&self) -> String {
        let mut parts = Parts::default();
        for text in [&self.tool.name, &self.tool.version, &self.rule_set_sha256, &self.settings_sha256] {
            parts.add(text.as_bytes());
        }
        for input in &self.inputs {
            for text in [&input.file, input.sha256.as_ref().unwrap_or(&String::new()), &input.status] {
                parts.add(text.as_bytes());
            }
        }
        // What it knew before changes what it writes; what it finds is the same, so it is no part of the settings.
        if let Some(baseline) = &self.options.baseline_sha256 {
            parts.add(b"baseline");
            parts.add(baseline.as_bytes());
        }
        // Likewise which of the claims an acknowledgement rejects.
        if let Some(level) = &self.options.reject_if {
            parts.add(b"reject");
            parts.add(level.as_bytes());
        }
        safe::hex(parts.digest().get(..16).unwrap_or_default())
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

fn input(input: &super::Input) -> Input {
    Input {
        file: safe::line(&input.file).into_owned(),
        bytes: input.bytes,
        sha256: input.sha256.map(|digest| safe::hex(&digest)),
        status: input.status.as_str().to_owned(),
        reason: input.reason.as_ref().map(|reason| safe::line(reason).into_owned()),
    }
}

/// All that results hang on beside the inputs, as one number: the program, its rules, and the settings. `build` tells
/// builds of one version apart.
pub fn context(rules: Rules, settings_sha256: &[u8; 32], build: &[u8]) -> [u8; 32] {
    let mut parts = Parts::default();
    let version = env!("CARGO_PKG_VERSION");
    for part in [TOOL.as_bytes(), version.as_bytes(), build, &rule_set(rules), settings_sha256] {
        parts.add(part);
    }
    parts.digest()
}

/// What the catalogue says, as one number.
fn rule_set(rules: Rules) -> [u8; 32] {
    let mut parts = Parts::default();
    for rule in rules {
        for text in [rule.code, rule.name, rule.severity.as_str(), rule.since, rule.summary, rule.explanation]
        {
            parts.add(text.as_bytes());
        }
        for fault in rule.faults {
            parts.add(fault.text.as_bytes());
            parts.add(fault.fix.as_bytes());
        }
    }
    parts.digest()
}

/// A digest over several byte strings, no two lists of which run together to the same.
#[derive(Clone, Default)]
pub struct Parts(Sha256);

impl Parts {
    /// Adds one.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// SHA-256 over all of them.
    pub fn digest(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn manifest(settings: [u8; 32], options: Options, exit_code: u8) -> Manifest {
        Manifest::new(sample::RULES, settings, options, &sample::summary(), exit_code)
    }

    #[test]
    fn it_reads_back_and_says_what_the_summary_says() {
        let mut written = manifest([7; 32], Options::default(), 2);
        written.outputs.push(Output { file: "claims.csv".to_owned(), bytes: 7, sha256: "00".repeat(32) });
        let bytes = written.to_bytes().unwrap();
        assert_eq!(serde_json::from_slice::<Manifest>(&bytes).unwrap(), written);
        let found = written.findings;
        assert_eq!(found.total, found.critical + found.high + found.medium + found.low + found.info);
        assert_eq!((found.critical, found.info), (1_234, 11));
        assert_eq!(written.inputs[1].file, "b\\u{1b}[2J.csv", "names are safe to print");
        assert!(
            bytes.starts_with(b"{\n  \"schema_version\": 1,\n  \"run_id\": \"") && bytes.ends_with(b"}\n")
        );
    }

    #[test]
    fn the_run_id_tells_runs_apart_by_what_they_had_to_do() {
        let one = manifest([7; 32], Options::default(), 0);
        let exits_otherwise = manifest([7; 32], Options { recursive: true, ..Options::default() }, 1);
        assert_eq!((one.run_id.len(), &one.run_id), (32, &exits_otherwise.run_id));
        assert_ne!(one.run_id, manifest([8; 32], Options::default(), 0).run_id, "other settings");
        let rejects = Options { reject_if: Some("high".to_owned()), ..Options::default() };
        assert_ne!(one.run_id, manifest([7; 32], rejects, 0).run_id, "another acknowledgement");
        let mut other = one.clone();
        other.inputs[0].sha256 = Some("0".repeat(64));
        assert_ne!(one.run_id, other.expected_run_id(), "other bytes");
        let [mut a, mut b] = [Parts::default(), Parts::default()];
        for (parts, texts) in [(&mut a, ["ab", "c"]), (&mut b, ["a", "bc"])] {
            texts.iter().for_each(|text| parts.add(text.as_bytes()));
        }
        assert_ne!(a.digest(), b.digest(), "parts do not run together");
    }
}
