//! A claim kept for the report, as plain data; its texts stand in a store beside it.

use serde::{Deserialize, Serialize};

use crate::claim::claim::Form;
use crate::rules::policy::PolicyId;
use crate::x12::value::{Cents, Date, Npi};

use super::group::record::Head;

/// A run of bytes in the text store of a chunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Slice {
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Slice {
    /// The same run in a store it stands further on in.
    pub(super) fn after(self, bytes: u32) -> Slice {
        Slice { from: self.from + bytes, to: self.to + bytes }
    }

    /// The bytes.
    pub fn of(self, texts: &[u8]) -> &[u8] {
        texts.get(self.from as usize..self.to as usize).unwrap_or_default()
    }
}

/// A claim kept for the report: one with findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClaimRow {
    /// Claim within the chunk, counted from 0.
    pub claim: u32,
    /// CLM01, in the chunk's texts.
    pub id: Slice,
    /// NM109 of NM1*PR.
    pub payer_id: Slice,
    /// NM103 of NM1*PR.
    pub payer_name: Slice,
    /// Envelope events of the chunk before the claim; after `commit` an index into its standings.
    pub standing: u32,
    /// Offset of CLM in the file.
    pub byte: u64,
    /// Form.
    pub form: Form,
    /// CLM02.
    pub charge: Cents,
    /// Service lines.
    pub lines: u32,
    /// What the payer allows for the lines whose fee is known, and the charge of the others; `None` without a
    /// fee file.
    pub worth: Option<Cents>,
    /// First date of service.
    pub date: Option<Date>,
    /// The payer's policy.
    pub policy: PolicyId,
    /// Billing provider.
    pub billing: Option<Npi>,
    /// Whether the number or the parent of an HL above it is wrong.
    pub hierarchy_suspect: bool,
    /// Its findings: where they begin among the chunk's, and how many.
    pub findings: (u32, u32),
}

impl ClaimRow {
    /// Of a claim that only the grouping stage found fault with; its texts stand end to end, by themselves.
    pub(super) fn late(head: &Head<'_>) -> ClaimRow {
        let mut at = 0;
        let mut next = |text: &[u8]| {
            let from = at;
            at += text.len() as u32;
            Slice { from, to: at }
        };
        ClaimRow {
            claim: head.claim.claim,
            id: next(head.id),
            payer_id: next(head.payer_id),
            payer_name: next(head.payer_name),
            standing: 0,
            byte: head.byte,
            form: head.form,
            charge: head.charge,
            lines: head.lines,
            worth: head.worth,
            date: head.date,
            policy: head.policy,
            billing: head.billing,
            hierarchy_suspect: head.suspect,
            findings: (0, 0),
        }
    }
}
