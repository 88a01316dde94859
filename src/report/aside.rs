//! What counts nowhere: findings that are waived, and those that were known before.
//!
//! Figures, and how each waiver stands. Deliberately absent: who approved a waiver and why, and the values of its scope: they
//! are the site's, and may name a claim.

use super::Summary;
use super::figures::{count, counted, dollars};
use crate::x12::value::Cents;

/// What a file of waivers came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaiversTotal {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Findings that are waived.
    pub findings: u64,
    /// Their money, each counted as if it were alone.
    pub amount: Cents,
    /// Each waiver, in the order of the file.
    pub list: Vec<WaiverTotal>,
}

/// What one waiver came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaiverTotal {
    /// Its id, or `#` and its number.
    pub id: String,
    /// Its line in the file.
    pub line: u64,
    /// The rule or family it names.
    pub rule: String,
    /// What it is limited to: words of `payer`, `provider`, `claim`, `procedure`, or `all`. Never the values.
    pub scope: Vec<&'static str>,
    /// Its first date, `?` if it is none.
    pub created: String,
    /// Its last day, `?` if it is none.
    pub expires: String,
    /// How it stands.
    pub status: WaiverStatus,
    /// What is wrong with its dates.
    pub fault: Option<String>,
    /// Findings it takes out of the count.
    pub waived: u64,
    /// Findings that count because it has ended.
    pub expired: u64,
    /// Findings that count because nobody knows the day.
    pub undated: u64,
    /// Money of the findings it takes out of the count.
    pub amount: Cents,
}

impl WaiverTotal {
    /// What is to be said of it, if it is not in use as it should be.
    pub fn remark(&self) -> Option<String> {
        let WaiverTotal { id, line, expires, expired, undated, .. } = self;
        let counted = |n: u64| if n == 1 { "1 finding".to_owned() } else { format!("{n} findings") };
        let what = match (self.status, &self.fault) {
            (_, Some(fault)) => fault.clone(),
            (WaiverStatus::Expired, None) if *expired > 0 => {
                format!(
                    "expired on {expires}, so that {} it fits counted; renew or remove it",
                    counted(*expired)
                )
            }
            (WaiverStatus::Expired, None) => format!("expired on {expires}; remove it"),
            (WaiverStatus::Undated, None) => {
                format!(
                    "not known to hold for {}, which have no day (BHT04); give --as-of",
                    counted(*undated)
                )
            }
            (WaiverStatus::Unused, None) => "unused: it waives no finding of this run".to_owned(),
            _ => return None,
        };
        Some(format!("waiver {id} (line {line}): {what}"))
    }
}

/// How a waiver stands after a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WaiverStatus {
    /// It waives findings.
    Used,
    /// It waives none, and none it fits has it ended for.
    Unused,
    /// It has ended, for the day of the run or for findings of it.
    Expired,
    /// Findings it fits have no day to hold it to.
    Undated,
    /// Its dates are none, so it holds on no day.
    Malformed,
}

impl WaiverStatus {
    /// The status as a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            WaiverStatus::Used => "used",
            WaiverStatus::Unused => "unused",
            WaiverStatus::Expired => "expired",
            WaiverStatus::Undated => "undated",
            WaiverStatus::Malformed => "malformed",
        }
    }
}

/// What a baseline came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BaselineTotal {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Findings of the baseline, without those that were waived in it.
    pub findings: u64,
    /// Of these, found again; they are not reported.
    pub known: u64,
    /// Of these, found no more.
    pub gone: u64,
    /// Money of those found again, each counted as if it were alone.
    pub amount: Cents,
}

/// What counts nowhere in the figures of a run, because somebody answers for it or because it was known before: a
/// sentence each, without a full stop.
pub(super) fn words(s: &Summary) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(waivers) = s.waivers.as_ref().filter(|waivers| waivers.findings > 0) {
        let (findings, amount) = (counted(waivers.findings, "findings"), dollars(waivers.amount));
        words.push(format!("waived, and not counted here: {findings}, {amount} at risk by themselves"));
    }
    if let Some(BaselineTotal { findings, known, gone, amount, .. }) = &s.baseline {
        let (known, findings, amount) = (counted(*known, "findings"), count(*findings), dollars(*amount));
        let gone = count(*gone);
        words.push(format!(
            "known from the baseline, and not counted here: {known} of its {findings}, {amount} at risk by \
             themselves; {gone} of it found no more"
        ));
    }
    if s.claims.set_aside > 0 {
        let claims = counted(s.claims.set_aside, "evaluated claims");
        words.push(format!("with no other findings than these: {claims}"));
    }
    words
}
