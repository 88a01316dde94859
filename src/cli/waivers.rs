//! `claimlint.waivers.toml`: findings that somebody answers for, until a day. Unknown keys and words are refused with file
//! and line; a date that is none makes its waiver one that has ended, which is said.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use sha2::{Digest as _, Sha256};
use toml::Spanned;

use crate::error::{Error, Result};
use crate::finding::{Finding, RuleId, Waived};
use crate::report::aside::{WaiverStatus, WaiverTotal, WaiversTotal};
use crate::rules::CATALOGUE;
use crate::rules::waiver::{Waiver, Waivers, can_be_waived};
use crate::x12::code::Code;
use crate::x12::value::{Cents, Date, Npi};

use super::settings::Source;

/// The name it is looked for by.
pub(crate) const NAME: &str = "claimlint.waivers.toml";

/// Bytes of the file, and days a waiver may last.
const MOST_BYTES: u64 = 1 << 20;
const MOST_DAYS: i32 = 366;
/// Characters of an id.
const MOST_ID: usize = 64;

/// The file as written.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, rename = "waiver")]
    waivers: Vec<Spanned<Entry>>,
}

/// `[[waiver]]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Option<Spanned<String>>,
    rule: Spanned<String>,
    scope: Spanned<Scope>,
    reason: Spanned<String>,
    approver: Spanned<String>,
    created: Spanned<toml::Value>,
    expires: Spanned<toml::Value>,
}

#[derive(Debug)]
enum Scope {
    All,
    Of(Box<Parts>),
}

/// `scope = { .. }`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Parts {
    payer: Option<Spanned<String>>,
    provider: Option<Spanned<String>>,
    claim: Option<Spanned<String>>,
    procedure: Option<Spanned<String>>,
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Scope, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Scope;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"all\", or a table of payer, provider, claim, procedure")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> std::result::Result<Scope, E> {
                if word == "all" { Ok(Scope::All) } else { Err(E::custom(ONE_AT_LEAST)) }
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> std::result::Result<Scope, M::Error> {
                Parts::deserialize(MapAccessDeserializer::new(map)).map(|parts| Scope::Of(Box::new(parts)))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

const ONE_AT_LEAST: &str = "a scope names at least one of payer, provider, claim, procedure; scope = \"all\" waives the rule everywhere";

/// The waivers of a run, with what is said of each in outputs.
#[derive(Debug, Default)]
pub(crate) struct WaiverFile {
    /// What the engine asks.
    pub waivers: Waivers,
    /// SHA-256 of the file's bytes.
    pub sha256: [u8; 32],
    /// In the order of the file.
    told: Vec<Told>,
}

/// A waiver as outputs name it.
#[derive(Debug)]
struct Told {
    name: String,
    line: u64,
    rule: String,
    scope: Vec<&'static str>,
    created: String,
    expires: String,
    last: Option<Date>,
    /// What is wrong with its dates.
    fault: Option<String>,
}

/// Whether ids of waivers may be printed. They are free text of people, who may have put a claim's id in one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ids {
    /// As they are.
    Shown,
    /// Waivers go by their number.
    Hidden,
}

/// Reads a file of waivers.
pub(crate) fn read(path: &Path, ids: Ids) -> Result<WaiverFile> {
    let reading = |e| Error::io("read", path, e);
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes)).map_err(reading)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Error::file(path, 0, "", "larger than 1 MiB; that is no file of waivers"));
    }
    let sha256 = Sha256::digest(&bytes).into();
    match String::from_utf8(bytes) {
        Ok(text) => Ok(WaiverFile { sha256, ..parse(path, text, ids)? }),
        Err(_) => Err(Error::file(path, 0, "", "not UTF-8; save it as UTF-8 text")),
    }
}

/// Reads the text of a file of waivers; `path` is named in faults.
pub(crate) fn parse(path: &Path, text: String, ids: Ids) -> Result<WaiverFile> {
    let source = Source::new(path, text);
    let written: Written = source.parse()?;
    let (mut list, mut told) = (Vec::new(), Vec::<Told>::new());
    for (n, entry) in (1usize..).zip(&written.waivers) {
        if n > usize::from(u16::MAX) {
            return Err(source.fault(entry.span(), "more than 65,535 waivers; waive a family, or by payer"));
        }
        let (waiver, mut said) = one(&source, entry)?;
        let id = id(&source, entry.get_ref())?;
        if let Some((id, at)) = &id
            && told.iter().any(|other| other.name == *id)
        {
            return Err(
                source.fault(at.clone(), format!("the id {id:?} is used twice; give each waiver its own"))
            );
        }
        said.name = id.map_or_else(|| format!("#{n}"), |(id, _)| id);
        list.push(waiver);
        told.push(said);
    }
    if ids == Ids::Hidden {
        (1usize..).zip(&mut told).for_each(|(n, told)| told.name = format!("#{n}"));
    }
    Ok(WaiverFile { waivers: Waivers::new(list), sha256: [0; 32], told })
}

/// The id of a waiver, if it has one, and where it stands.
fn id(source: &Source, entry: &Entry) -> Result<Option<(String, std::ops::Range<usize>)>> {
    let Some(id) = &entry.id else { return Ok(None) };
    let text = id.get_ref();
    let usual = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let sound = (1..=MOST_ID).contains(&text.len()) && text.bytes().all(usual);
    // What begins with a dash a spreadsheet may take for a formula.
    if !sound || !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        let message =
            "an id is 1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit";
        return Err(source.fault(id.span(), message));
    }
    Ok(Some((text.clone(), id.span())))
}

fn one(source: &Source, entry: &Spanned<Entry>) -> Result<(Waiver, Told)> {
    let Entry { rule, scope, reason, approver, created, expires, .. } = entry.get_ref();
    for (word, name) in [(reason, "reason"), (approver, "approver")] {
        if word.get_ref().trim().is_empty() {
            return Err(source.fault(
                word.span(),
                format!("the {name} is empty; a waiver says who answers for it, and why"),
            ));
        }
    }
    let mut waiver = Waiver { rules: rules(source, rule)?, ..Waiver::default() };
    let mut parts = Vec::new();
    match scope.get_ref() {
        Scope::All => parts.push("all"),
        Scope::Of(of) => {
            let Parts { payer, provider, claim, procedure } = &**of;
            if let Some(payer) = payer {
                parts.push("payer");
                waiver.payer = Some(filled(source, payer)?.into());
            }
            if let Some(provider) = provider {
                parts.push("provider");
                let npi = Npi::parse(provider.get_ref().trim().as_bytes());
                let none = || source.fault(provider.span(), "no NPI: ten digits with a right check digit");
                waiver.provider = Some(npi.ok_or_else(none)?);
            }
            if let Some(claim) = claim {
                parts.push("claim");
                waiver.claim = Some(filled(source, claim)?.into());
            }
            if let Some(procedure) = procedure {
                parts.push("procedure");
                let code = Code::parse(filled(source, procedure)?.to_ascii_uppercase().as_bytes());
                let is_code = code.to_string().bytes().all(|b| b.is_ascii_alphanumeric());
                if !is_code || filled(source, procedure)?.len() != 5 {
                    return Err(source.fault(procedure.span(), "no procedure code; give one such as 97110"));
                }
                waiver.procedure = Some(code);
            }
            if parts.is_empty() {
                return Err(source.fault(scope.span(), ONE_AT_LEAST));
            }
        }
    }
    let dates = [created, expires].map(|value| (written(value.get_ref()), day(value.get_ref())));
    let [(created, from), (expires, to)] = dates;
    let (last, fault) = lasts(from, to);
    waiver.last = last;
    let line = source.line(&entry.span());
    let rule = rule.get_ref().trim().to_ascii_uppercase();
    Ok((waiver, Told { name: String::new(), line, rule, scope: parts, created, expires, last, fault }))
}

/// The last day a waiver holds on, and what is wrong with its dates.
fn lasts(from: Option<Date>, to: Option<Date>) -> (Option<Date>, Option<String>) {
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) => (from, to),
        (None, _) => {
            return (None, Some("created is not a day as 2026-03-31, so it holds on none".to_owned()));
        }
        (_, None) => {
            return (None, Some("expires is not a day as 2026-03-31, so it holds on none".to_owned()));
        }
    };
    if to < from {
        return (None, Some(format!("expires {to} is before created {from}, so it holds on no day")));
    }
    if to.days() - from.days() <= MOST_DAYS {
        return (Some(to), None);
    }
    let last = (from.year()..=from.year() + 2)
        .flat_map(|year| {
            (1..=12).flat_map(move |month| (1..=31).filter_map(move |day| Date::new(year, month, day)))
        })
        .find(|date| date.days() - from.days() == MOST_DAYS);
    let until = last.map_or_else(String::new, |last| format!("; it holds through {last}"));
    (last, Some(format!("expires {to} is more than {MOST_DAYS} days after created {from}{until}")))
}

/// A date as it was written, for messages: of other values nothing is told.
fn written(value: &toml::Value) -> String {
    day(value).map_or_else(|| "?".to_owned(), |date| date.to_string())
}

fn day(value: &toml::Value) -> Option<Date> {
    match value {
        toml::Value::String(text) => Date::parse_iso(text.trim()),
        toml::Value::Datetime(time) if time.time.is_none() && time.offset.is_none() => {
            Date::parse_iso(&time.to_string())
        }
        _ => None,
    }
}

/// A word that is not empty.
fn filled<'w>(source: &Source, word: &'w Spanned<String>) -> Result<&'w str> {
    let text = word.get_ref().trim();
    if text.is_empty() {
        Err(source.fault(word.span(), "empty; leave it out if it is not meant"))
    } else {
        Ok(text)
    }
}

/// The rules a word means: one code, or a family without what cannot be waived.
fn rules(source: &Source, word: &Spanned<String>) -> Result<Vec<RuleId>> {
    let name = word.get_ref().trim().to_ascii_uppercase();
    let named: Vec<_> = (0u16..)
        .zip(CATALOGUE)
        .map(|(n, rule)| (RuleId(n), rule.meta()))
        .filter(|(_, meta)| meta.code == name || meta.family() == name)
        .collect();
    if named.is_empty() {
        let message =
            format!("there is no rule or family {:?}; `claimlint rules` lists them", word.get_ref());
        return Err(source.fault(word.span(), message));
    }
    let waivable: Vec<RuleId> =
        named.iter().filter(|(_, m)| can_be_waived(m.code)).map(|(id, _)| *id).collect();
    if waivable.is_empty() {
        let message = format!("{name} says that something was not evaluated; that cannot be waived");
        return Err(source.fault(word.span(), message));
    }
    Ok(waivable)
}

impl WaiverFile {
    /// The name of the waiver that takes a finding out of the count.
    pub(crate) fn name_of(&self, finding: &Finding) -> Option<&str> {
        match finding.waived {
            Waived::By(n) => self.told.get(usize::from(n)).map(|told| told.name.as_str()),
            _ => None,
        }
    }

    /// What it came to.
    pub(crate) fn total(&self, uses: &Uses, as_of: Option<Date>) -> WaiversTotal {
        let each = self.told.iter().enumerate().map(|(n, told)| {
            let used = uses.0.get(n).copied().unwrap_or_default();
            let over = as_of.is_some_and(|day| told.last.is_none_or(|last| day > last));
            let status = match used {
                _ if told.last.is_none() => WaiverStatus::Malformed,
                Use { ended: 1.., .. } => WaiverStatus::Expired,
                _ if over => WaiverStatus::Expired,
                Use { undated: 1.., .. } => WaiverStatus::Undated,
                Use { waived: 0, .. } => WaiverStatus::Unused,
                _ => WaiverStatus::Used,
            };
            WaiverTotal {
                id: told.name.clone(),
                line: told.line,
                rule: told.rule.clone(),
                scope: told.scope.clone(),
                created: told.created.clone(),
                expires: told.expires.clone(),
                status,
                fault: told.fault.clone(),
                waived: used.waived,
                expired: used.ended,
                undated: used.undated,
                amount: used.amount,
            }
        });
        let list: Vec<WaiverTotal> = each.collect();
        WaiversTotal {
            sha256: self.sha256,
            findings: list.iter().map(|w| w.waived).sum(),
            amount: list.iter().fold(Cents::ZERO, |sum, w| sum + w.amount),
            list,
        }
    }
}

/// How often each waiver of a file fit a finding.
#[derive(Debug, Default)]
pub(crate) struct Uses(Vec<Use>);

#[derive(Clone, Copy, Debug, Default)]
struct Use {
    waived: u64,
    ended: u64,
    undated: u64,
    amount: Cents,
}

impl Uses {
    /// Counts a finding.
    pub(crate) fn add(&mut self, finding: &Finding) {
        let (Waived::By(n) | Waived::Ended(n) | Waived::Undated(n)) = finding.waived else { return };
        let n = usize::from(n);
        if self.0.len() <= n {
            self.0.resize(n + 1, Use::default());
        }
        let used = &mut self.0[n];
        match finding.waived {
            Waived::Ended(_) => used.ended += 1,
            Waived::Undated(_) => used.undated += 1,
            _ => {
                used.waived += 1;
                used.amount += finding.money();
            }
        }
    }
}

#[cfg(test)]
mod tests;
