//! `[[payer]]` of `claimlint.toml`: how a payer is recognised and what it wants. Refuses a payer that two
//! tables mean.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::error::Result;
use crate::finding::Severity;
use crate::rules::policy::{
    Authorisation, DailyCap, Demand, Frequency, Matcher, PayerClass, Policies, Policy, UnitMethod,
};
use crate::x12::code::Code;
use crate::x12::value::Date;

use super::Source;

/// A payer as written.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct PayerSettings {
    name: String,
    #[serde(default)]
    ids: Vec<Spanned<String>>,
    #[serde(default)]
    names: Vec<Spanned<String>>,
    #[serde(default)]
    filings: Vec<Spanned<String>>,
    class: Option<Spanned<String>>,
    unit_method: Option<Spanned<String>>,
    plan_modifier: Option<Spanned<String>>,
    pair_59: Option<Spanned<String>>,
    manual_with_activities: Option<Spanned<String>>,
    ncci: Option<Spanned<String>>,
    assistant_modifier: Option<Spanned<String>>,
    kx: Option<Spanned<String>>,
    referring: Option<Spanned<String>>,
    #[serde(default)]
    pairs_59: Vec<[Spanned<String>; 2]>,
    #[serde(default)]
    same_day_refused: Vec<[Spanned<String>; 2]>,
    daily_cap: Option<CapSettings>,
    frequency: Option<FrequencySettings>,
    authorisation: Option<AuthorisationSettings>,
    timely_days: Option<Spanned<u32>>,
    source: Option<String>,
}

/// `daily_cap`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct CapSettings {
    /// 0 for no cap.
    units: Spanned<u32>,
    #[serde(default)]
    codes: Vec<Spanned<String>>,
    severity: Option<Spanned<String>>,
}

/// `frequency`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct FrequencySettings {
    visits: Spanned<u32>,
    days: Spanned<u32>,
}

/// `authorisation`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct AuthorisationSettings {
    codes: Vec<Spanned<String>>,
    #[serde(default)]
    places: Vec<Spanned<String>>,
    since: Option<Spanned<String>>,
}

/// The payers of the settings, then the built-in ones.
pub(super) fn policies(payers: &[Spanned<PayerSettings>], source: &Source) -> Result<Policies> {
    refuse_doubles(payers, source)?;
    let policies = payers.iter().map(|p| p.get_ref().policy(source, p.span()));
    Ok(Policies::new(policies.collect::<Result<Vec<_>>>()?))
}

/// Of two tables that mean one payer the second would never be used.
fn refuse_doubles(payers: &[Spanned<PayerSettings>], source: &Source) -> Result<()> {
    let mut seen: Vec<(&str, String, &str, u64)> = Vec::new();
    for payer in payers {
        let PayerSettings { name, ids, names, filings, .. } = payer.get_ref();
        for (kind, words) in [("id", ids), ("name", names), ("filing", filings)] {
            for word in words {
                let meant = word.get_ref().trim().to_ascii_uppercase();
                if let Some((.., other, line)) = seen.iter().find(|(k, w, ..)| *k == kind && *w == meant) {
                    let message = format!(
                        "payer {name:?} is known by the {kind} {:?}, as payer {other:?} at line {line} is; \
                         name it once",
                        word.get_ref()
                    );
                    return Err(source.fault(word.span(), message));
                }
                seen.push((kind, meant, name, source.line(&word.span())));
            }
        }
    }
    Ok(())
}

impl PayerSettings {
    fn policy(&self, source: &Source, at: Range<usize>) -> Result<(Matcher, Policy)> {
        if self.ids.is_empty() && self.names.is_empty() && self.filings.is_empty() {
            let message = format!("payer {:?} says no payer: give ids, names or filings", self.name);
            return Err(source.fault(at, message));
        }
        let classes = PayerClass::ALL.map(|class| (class.as_str(), class));
        let class = self.class.as_ref().map(|word| source.known(word, &classes)).transpose()?;
        // A payer without a class is commercial, as those that need settings mostly are.
        let mut policy = Policies::builtin().of_class(class.unwrap_or(PayerClass::Commercial)).clone();
        policy.name.clone_from(&self.name);
        if let Some(word) = &self.unit_method {
            let methods = [
                ("cms", UnitMethod::Cms),
                ("ama", UnitMethod::Ama),
                ("strict", UnitMethod::Strict),
                ("unknown", UnitMethod::Unknown),
            ];
            policy.unit_method = source.known(word, &methods)?;
        }
        self.lists(source, &mut policy)?;
        for (word, slot) in [
            (&self.plan_modifier, &mut policy.plan_modifier),
            (&self.pair_59, &mut policy.pair_59),
            (&self.manual_with_activities, &mut policy.manual_with_activities),
            (&self.ncci, &mut policy.ncci),
            (&self.assistant_modifier, &mut policy.assistant_modifier),
            (&self.kx, &mut policy.kx),
            (&self.referring, &mut policy.referring),
        ] {
            if let Some(word) = word {
                let demands =
                    [("required", Demand::Required), ("advised", Demand::Advised), ("off", Demand::Off)];
                *slot = source.known(word, &demands)?;
            }
        }
        policy.source = self.source.clone().unwrap_or_else(|| "the settings file".to_owned());
        let texts = |words: &[Spanned<String>]| words.iter().map(|w| w.get_ref().clone()).collect();
        let matcher = Matcher {
            ids: texts(&self.ids),
            names: texts(&self.names),
            filings: texts(&self.filings),
            classes: Vec::new(),
        };
        Ok((matcher, policy))
    }

    /// What is more than a word.
    fn lists(&self, source: &Source, policy: &mut Policy) -> Result<()> {
        for pair in pairs(source, &self.pairs_59)? {
            // Two pairs have rules of their own.
            match [pair.0, pair.1].map(|c| c.to_string()).each_ref().map(String::as_str) {
                ["97110", "97112"] | ["97112", "97110"] => policy.pair_59 = Demand::Required,
                ["97140", "97530"] | ["97530", "97140"] => policy.manual_with_activities = Demand::Advised,
                _ => policy.pairs_59.push(pair),
            }
        }
        policy.same_day_refused = pairs(source, &self.same_day_refused)?;
        if let Some(cap) = &self.daily_cap {
            let severities = Severity::ALL.map(|s| (s.as_str(), s));
            let severity = cap.severity.as_ref().map(|word| source.known(word, &severities)).transpose()?;
            let (units, codes) = (*cap.units.get_ref(), codes(source, &cap.codes)?);
            let severity = severity.unwrap_or(Severity::Medium);
            // No units are no cap: a way to take a default away.
            policy.daily_cap =
                (units > 0).then_some(DailyCap { units, codes, severity, usual: false, since: None });
        }
        if let Some(frequency) = &self.frequency {
            let (visits, days) = (positive(source, &frequency.visits)?, positive(source, &frequency.days)?);
            policy.frequency = Some(Frequency { visits, days });
        }
        if let Some(wanted) = &self.authorisation {
            let since = wanted.since.as_ref().map(|word| date(source, word)).transpose()?;
            let (codes, places) = (codes(source, &wanted.codes)?, codes(source, &wanted.places)?);
            policy.authorisation = Some(Authorisation { codes, places, since });
        }
        if let Some(days) = &self.timely_days {
            policy.timely_days = Some(positive(source, days)?);
        }
        Ok(())
    }
}

fn pairs(source: &Source, pairs: &[[Spanned<String>; 2]]) -> Result<Vec<(Code, Code)>> {
    pairs.iter().map(|[a, b]| Ok((procedure(source, a)?, procedure(source, b)?))).collect()
}

fn procedure(source: &Source, word: &Spanned<String>) -> Result<Code> {
    let code = Code::of(word.get_ref());
    if code == Code::MALFORMED || code.to_string().len() != 5 {
        let message = format!("{:?} is no procedure code; give five characters, as 97110", word.get_ref());
        return Err(source.fault(word.span(), message));
    }
    Ok(code)
}

/// Codes, or the beginnings of some.
fn codes(source: &Source, words: &[Spanned<String>]) -> Result<Vec<Code>> {
    let code = |word: &Spanned<String>| match Code::of(word.get_ref()) {
        Code::NONE | Code::MALFORMED => {
            Err(source.fault(word.span(), format!("{:?} is no code", word.get_ref())))
        }
        code => Ok(code),
    };
    words.iter().map(code).collect()
}

fn positive(source: &Source, number: &Spanned<u32>) -> Result<u32> {
    match number.get_ref() {
        0 => Err(source.fault(number.span(), "give a number of at least 1, or leave the key out")),
        n => Ok(*n),
    }
}

fn date(source: &Source, word: &Spanned<String>) -> Result<Date> {
    Date::parse_iso(word.get_ref()).ok_or_else(|| {
        source.fault(word.span(), format!("{:?} is no date; write it as CCYY-MM-DD", word.get_ref()))
    })
}
