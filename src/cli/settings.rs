//! `claimlint.toml`: rules, payers, note words. Unknown keys and words are refused with file and line.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::minutes::NoteWords;
use crate::rules::policy::{Demand, Matcher, PayerClass, Policies, Policy, UnitMethod};

/// The file as written.
#[derive(Deserialize, Debug, Default)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub rules: RuleSettings,
    pub notes: NoteWords,
    #[serde(rename = "payer")]
    payers: Vec<PayerSettings>,
}

/// `[rules]`
#[derive(Deserialize, Debug, Default)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RuleSettings {
    pub select: Vec<String>,
    pub ignore: Vec<String>,
    severity: BTreeMap<String, String>,
}

/// `[[payer]]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct PayerSettings {
    name: String,
    #[serde(default)]
    ids: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    filings: Vec<String>,
    class: Option<String>,
    unit_method: Option<String>,
    plan_modifier: Option<String>,
    pair_59: Option<String>,
    source: Option<String>,
}

/// Reads a settings file.
pub(crate) fn read(path: &Path) -> Result<Settings> {
    let text = fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
    toml::from_str(&text).map_err(|error| {
        let before = error.span().map_or("", |s| text.get(..s.start).unwrap_or(""));
        let line = 1 + before.bytes().filter(|b| *b == b'\n').count() as u64;
        Error::file(path, line, "", error.message().trim().replace('\n', "; "))
    })
}

impl Settings {
    /// The severities the settings fix, by rule code.
    pub(crate) fn severities(&self, path: &Path) -> Result<BTreeMap<String, Severity>> {
        let read = |(code, word): (&String, &String)| match Severity::named(word) {
            Some(severity) => Ok((code.to_ascii_uppercase(), severity)),
            None => Err(unknown(path, &format!("rules.severity.{code}"), word, &SEVERITIES)),
        };
        self.rules.severity.iter().map(read).collect()
    }

    /// The payers of the settings, then the built-in ones.
    pub(crate) fn policies(&self, path: &Path) -> Result<Policies> {
        let payers = self.payers.iter().map(|p| p.policy(path)).collect::<Result<Vec<_>>>()?;
        Ok(Policies::new(payers))
    }
}

const SEVERITIES: [&str; 5] = ["info", "low", "medium", "high", "critical"];

impl PayerSettings {
    fn policy(&self, path: &Path) -> Result<(Matcher, Policy)> {
        let key = |key: &str| format!("payer {:?}, {key}", self.name);
        if self.ids.is_empty() && self.names.is_empty() && self.filings.is_empty() {
            return Err(Error::file(path, 0, &key("ids"), "says no payer: give ids, names or filings"));
        }
        let class = match &self.class {
            None => None,
            Some(word) => Some(PayerClass::named(word).ok_or_else(|| {
                unknown(path, &key("class"), word, &PayerClass::ALL.map(PayerClass::as_str))
            })?),
        };
        // A payer without a class is commercial, as those that need settings mostly are.
        let mut policy = Policies::builtin().of_class(class.unwrap_or(PayerClass::Commercial)).clone();
        policy.name.clone_from(&self.name);
        if let Some(word) = &self.unit_method {
            policy.unit_method = match word.as_str() {
                "cms" => UnitMethod::Cms,
                "ama" => UnitMethod::Ama,
                "unknown" => UnitMethod::Unknown,
                _ => return Err(unknown(path, &key("unit_method"), word, &["cms", "ama", "unknown"])),
            };
        }
        for (name, word, slot) in [
            ("plan_modifier", &self.plan_modifier, &mut policy.plan_modifier),
            ("pair_59", &self.pair_59, &mut policy.pair_59),
        ] {
            if let Some(word) = word {
                *slot = match word.as_str() {
                    "required" => Demand::Required,
                    "advised" => Demand::Advised,
                    "off" => Demand::Off,
                    _ => return Err(unknown(path, &key(name), word, &["required", "advised", "off"])),
                };
            }
        }
        policy.source = self.source.clone().unwrap_or_else(|| "the settings file".to_owned());
        let matcher = Matcher {
            ids: self.ids.clone(),
            names: self.names.clone(),
            filings: self.filings.clone(),
            classes: Vec::new(),
        };
        Ok((matcher, policy))
    }
}

fn unknown(path: &Path, key: &str, word: &str, known: &[&str]) -> Error {
    Error::file(path, 0, key, format!("{word:?} is not known here; give one of {}", known.join(", ")))
}
