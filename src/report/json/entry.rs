//! `findings.jsonl`: its data types, filled from an [`Entry`].

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::finding::Finding;
use crate::position::{ElementRef, Tag};
use crate::report::said::Said;
use crate::report::{ClaimInfo, Entry, Location, Rules, safe};
use crate::x12::value::{Cents, Date};

#[derive(Serialize)]
pub(super) struct PlaceDto<'a> {
    file: Cow<'a, str>,
    interchange: u32,
    group: u32,
    transaction: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    isa13: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    isa13_hex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gs06: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gs06_hex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    st02: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    st02_hex: Option<String>,
}

impl<'a> PlaceDto<'a> {
    pub(super) fn new(at: &'a Location) -> PlaceDto<'a> {
        let (isa13, isa13_hex) = id(&at.isa13);
        let (gs06, gs06_hex) = id(&at.gs06);
        let (st02, st02_hex) = id(&at.st02);
        PlaceDto {
            file: safe::line(&at.file),
            interchange: at.interchange,
            group: at.group,
            transaction: at.transaction,
            isa13,
            isa13_hex,
            gs06,
            gs06_hex,
            st02,
            st02_hex,
        }
    }
}

#[derive(Serialize)]
pub(super) struct ClaimDto<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id_hex: Option<String>,
    form: &'static str,
    byte_offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_date: Option<Shown<Date>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payer_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payer_id_hex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payer_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payer_name_hex: Option<String>,
    payer_class: &'static str,
    policy: Cow<'a, str>,
    billing_npi: Cow<'a, str>,
    lines: u32,
    charge: Shown<Cents>,
    charge_cents: i64,
    score: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    worst: Option<&'static str>,
    sure: Shown<Cents>,
    sure_cents: i64,
    possible: Shown<Cents>,
    possible_cents: i64,
}

impl<'a> ClaimDto<'a> {
    pub(super) fn new(claim: &'a ClaimInfo, entry: &Entry<'_>) -> ClaimDto<'a> {
        let risk = entry.risk;
        let (claim_id, claim_id_hex) = id(&claim.id);
        let (payer_id, payer_id_hex) = id(&claim.payer_id);
        let (payer_name, payer_name_hex) = id(&claim.payer_name);
        ClaimDto {
            claim_id,
            claim_id_hex,
            form: claim.form,
            byte_offset: claim.byte,
            service_date: claim.date.map(Shown),
            payer_id,
            payer_id_hex,
            payer_name,
            payer_name_hex,
            payer_class: claim.payer_class,
            policy: safe::line(&claim.policy),
            billing_npi: safe::line(&claim.billing_npi),
            lines: claim.lines,
            charge: Shown(claim.charge),
            charge_cents: claim.charge.0,
            score: risk.score,
            worst: risk.worst.map(|severity| severity.as_str()),
            sure: Shown(risk.sure),
            sure_cents: risk.sure.0,
            possible: Shown(risk.possible),
            possible_cents: risk.possible.0,
        }
    }
}

#[derive(Serialize)]
pub(super) struct FindingDto {
    rule: &'static str,
    name: &'static str,
    severity: &'static str,
    message: Cow<'static, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    fix: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    segment: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    element: Option<Shown<ElementRef>>,
    byte_offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_date: Option<Shown<Date>>,
    whole_claim: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    carc: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    rarc: &'static str,
    at_risk: Shown<Cents>,
    at_risk_cents: i64,
}

impl FindingDto {
    pub(super) fn new(rules: Rules, entry: &Entry<'_>, finding: &Finding) -> FindingDto {
        let said = Said::of(rules, entry.claim.and_then(|claim| claim.date), finding);
        FindingDto {
            rule: said.code,
            name: said.name,
            severity: finding.severity.as_str(),
            line: Some(finding.line).filter(|n| *n > 0),
            segment: Some(finding.position.segment).filter(|n| *n > 0),
            element: Some(finding.position.at).filter(|at| at.tag != Tag::UNKNOWN).map(Shown),
            byte_offset: finding.position.byte,
            service_date: said.date.map(Shown),
            whole_claim: finding.whole_claim,
            carc: said.denial.map(|denial| denial.carc_text()),
            rarc: said.rarc(),
            at_risk: Shown(finding.at_risk),
            at_risk_cents: finding.at_risk.0,
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

/// An id as text, or else as hexadecimal.
fn id(bytes: &[u8]) -> (Option<&str>, Option<String>) {
    match safe::plain(bytes) {
        Some(text) => (Some(text), None),
        None => (None, Some(safe::hex(bytes))),
    }
}
