//! `summary.json`: what is waived or known before, filled from its totals.

use std::borrow::Cow;

use serde::Serialize;

use crate::report::aside::{BaselineTotal, WaiverTotal, WaiversTotal};
use crate::report::safe;
use crate::x12::value::Cents;

use super::write::Shown;

/// What is waived. No figure above counts it.
#[derive(Serialize)]
pub(super) struct Waivers<'a> {
    sha256: String,
    findings: u64,
    amount: Shown<Cents>,
    amount_cents: i64,
    waivers: Vec<Waiver<'a>>,
}

#[derive(Serialize)]
struct Waiver<'a> {
    id: Cow<'a, str>,
    line: u64,
    rule: Cow<'a, str>,
    scope: &'a [&'static str],
    created: Cow<'a, str>,
    expires: Cow<'a, str>,
    /// `used`, `unused`, `expired`, `undated`, `malformed`.
    status: &'static str,
    waived: u64,
    expired: u64,
    undated: u64,
    amount: Shown<Cents>,
    amount_cents: i64,
    /// What is to be said of it, as on standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
}

/// What was known before and is not reported. No figure above counts it.
#[derive(Serialize)]
pub(super) struct Baseline {
    sha256: String,
    findings: u64,
    known: u64,
    gone: u64,
    known_amount: Shown<Cents>,
    known_amount_cents: i64,
}

impl<'a> Waivers<'a> {
    pub(super) fn new(total: &'a WaiversTotal) -> Waivers<'a> {
        let each = |w: &'a WaiverTotal| Waiver {
            id: safe::line(&w.id),
            line: w.line,
            rule: safe::line(&w.rule),
            scope: &w.scope,
            created: safe::line(&w.created),
            expires: safe::line(&w.expires),
            status: w.status.as_str(),
            waived: w.waived,
            expired: w.expired,
            undated: w.undated,
            amount: Shown(w.amount),
            amount_cents: w.amount.0,
            remark: w.remark().map(|remark| safe::line(&remark).into_owned()),
        };
        Waivers {
            sha256: safe::hex(&total.sha256),
            findings: total.findings,
            amount: Shown(total.amount),
            amount_cents: total.amount.0,
            waivers: total.list.iter().map(each).collect(),
        }
    }
}

impl Baseline {
    pub(super) fn new(total: &BaselineTotal) -> Baseline {
        Baseline {
            sha256: safe::hex(&total.sha256),
            findings: total.findings,
            known: total.known,
            gone: total.gone,
            known_amount: Shown(total.amount),
            known_amount_cents: total.amount.0,
        }
    }
}
