//! `findings.jsonl`: its data types, filled from an [`Entry`].
//!
//! A finding has the names of the first columns of `findings.csv`, all of them and in their order, whether it
//! stands in a claim's list or alone; what does not apply is null. What may follow behind them is left out
//! where it does not apply.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::finding::Finding;
use crate::position::{ElementRef, Tag};
use crate::report::mark::{Fingerprint, Mark};
use crate::report::said::{self, DenialCodes, Said, Spaced};
use crate::report::{ClaimInfo, Entry, Location, Rules, safe};
use crate::x12::code::Code;
use crate::x12::value::{Cents, Date, Quantity};

use super::SCHEMA_VERSION;

/// Where a transaction set stands. The same for a claim and each of its findings.
#[derive(Serialize, Clone)]
pub(super) struct PlaceDto<'a> {
    file: Cow<'a, str>,
    interchange: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interchange_hex: Option<String>,
    group: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_hex: Option<String>,
    transaction: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_hex: Option<String>,
    claim_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id_hex: Option<String>,
}

impl<'a> PlaceDto<'a> {
    pub(super) fn new(entry: &Entry<'a>) -> PlaceDto<'a> {
        let at: &'a Location = entry.location;
        let (interchange, interchange_hex) = id(&at.isa13);
        let (group, group_hex) = id(&at.gs06);
        let (transaction, transaction_hex) = id(&at.st02);
        let (claim_id, claim_id_hex) = id(entry.claim.map_or(b"", |claim| &claim.id));
        PlaceDto {
            file: safe::line(&at.file),
            interchange,
            interchange_hex,
            group,
            group_hex,
            transaction,
            transaction_hex,
            claim_id,
            claim_id_hex,
        }
    }
}

/// The envelope's places, counted from 1, where control numbers do not tell two apart; 0 outside.
#[derive(Serialize)]
pub(super) struct OrdinalsDto {
    interchange_ordinal: u32,
    group_ordinal: u32,
    transaction_ordinal: u32,
}

impl OrdinalsDto {
    pub(super) fn new(at: &Location) -> OrdinalsDto {
        OrdinalsDto {
            interchange_ordinal: at.interchange,
            group_ordinal: at.group,
            transaction_ordinal: at.transaction,
        }
    }
}

#[derive(Serialize)]
pub(super) struct ClaimDto<'a> {
    form: &'static str,
    service_date: Option<Shown<Date>>,
    payer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payer_hex: Option<String>,
    payer_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payer_name_hex: Option<String>,
    payer_class: &'static str,
    policy: Cow<'a, str>,
    billing_npi: Cow<'a, str>,
    lines: u32,
    charge: Shown<Cents>,
    charge_cents: i64,
    amount_at_risk: Shown<Cents>,
    amount_at_risk_cents: i64,
    sure: Shown<Cents>,
    sure_cents: i64,
    possible: Shown<Cents>,
    possible_cents: i64,
    score: u8,
    worst: Option<&'static str>,
    offset: u64,
    hierarchy_suspect: bool,
}

impl<'a> ClaimDto<'a> {
    pub(super) fn new(claim: &'a ClaimInfo, entry: &Entry<'_>) -> ClaimDto<'a> {
        let risk = entry.risk;
        let (payer, payer_hex) = id(said::payer(claim));
        let (payer_name, payer_name_hex) = id(&claim.payer_name);
        ClaimDto {
            form: claim.form,
            service_date: claim.date.map(Shown),
            payer,
            payer_hex,
            payer_name,
            payer_name_hex,
            payer_class: claim.payer_class,
            policy: safe::line(&claim.policy),
            billing_npi: safe::line(&claim.billing_npi),
            lines: claim.lines,
            charge: Shown(claim.charge),
            charge_cents: claim.charge.0,
            amount_at_risk: Shown(risk.total()),
            amount_at_risk_cents: risk.total().0,
            sure: Shown(risk.sure),
            sure_cents: risk.sure.0,
            possible: Shown(risk.possible),
            possible_cents: risk.possible.0,
            score: risk.score,
            worst: risk.worst.map(|severity| severity.as_str()),
            offset: claim.byte,
            hierarchy_suspect: claim.hierarchy_suspect,
        }
    }
}

#[derive(Serialize)]
pub(super) struct FindingDto<'a> {
    schema_version: u32,
    #[serde(flatten)]
    place: PlaceDto<'a>,
    line: Option<u32>,
    procedure: Option<Shown<Code>>,
    modifiers: Shown<Spaced>,
    units: Option<Units>,
    service_date: Option<Shown<Date>>,
    payer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payer_hex: Option<String>,
    rule: &'static str,
    name: &'static str,
    severity: &'static str,
    message: Cow<'static, str>,
    fix: Cow<'static, str>,
    denial_codes: Option<Shown<DenialCodes>>,
    amount_at_risk: Shown<Cents>,
    offset: u64,
    amount_at_risk_cents: i64,
    amount_basis: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    segment: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    element: Option<Shown<ElementRef>>,
    whole_claim: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<Shown<Fingerprint>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<Cow<'a, str>>,
}

impl<'a> FindingDto<'a> {
    pub(super) fn new(
        rules: Rules,
        entry: &Entry<'a>,
        place: PlaceDto<'a>,
        finding: &Finding,
        mark: Mark<'a>,
    ) -> FindingDto<'a> {
        let claim: Option<&'a ClaimInfo> = entry.claim;
        let said = Said::of(rules, claim.and_then(|claim| claim.date), finding);
        let (payer, payer_hex) = id(claim.map_or(b"", said::payer));
        FindingDto {
            schema_version: SCHEMA_VERSION,
            place,
            line: Some(finding.line).filter(|n| *n > 0),
            procedure: Some(finding.procedure).filter(|code| !code.is_none()).map(Shown),
            modifiers: Shown(Spaced(finding.modifiers)),
            units: finding.units.map(Units),
            service_date: said.date.map(Shown),
            payer,
            payer_hex,
            rule: said.code,
            name: said.name,
            severity: finding.severity.as_str(),
            denial_codes: said.denial_codes().map(Shown),
            amount_at_risk: Shown(finding.at_risk),
            offset: finding.position.byte,
            amount_at_risk_cents: finding.at_risk.0,
            amount_basis: finding.basis.as_str(),
            segment: Some(finding.position.segment).filter(|n| *n > 0),
            element: Some(finding.position.at).filter(|at| at.tag != Tag::UNKNOWN).map(Shown),
            whole_claim: finding.whole_claim,
            fingerprint: mark.fingerprint.map(Shown),
            waiver: mark.waiver.map(safe::line),
            message: said.message,
            fix: said.fix,
        }
    }
}

/// A value written as it prints.
#[derive(Clone, Copy)]
pub(super) struct Shown<T>(pub(super) T);

impl<T: std::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Units as a number, exact without a float on the way: `4`, `1.5`.
struct Units(Quantity);

impl Serialize for Units {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_whole() {
            Some(whole) => serializer.serialize_u32(whole),
            // What a quantity prints is a number of JSON, so that this cannot fail.
            None => RawValue::from_string(self.0.to_string())
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
        }
    }
}

/// An id as text, or else as hexadecimal; neither where there is none.
fn id(bytes: &[u8]) -> (Option<&str>, Option<String>) {
    match safe::plain(bytes) {
        Some("") => (None, None),
        Some(text) => (Some(text), None),
        None => (None, Some(safe::hex(bytes))),
    }
}
