//! `findings.jsonl`: the objects of an [`Entry`], name by name.
//!
//! A finding has the names of the first columns of `findings.csv`, all of them and in their order, whether it
//! stands in a claim's list or alone; what does not apply is null. What may follow behind them is left out
//! where it does not apply.
//!
//! Deliberately absent: serde. These lines are most of what a run writes, and types put together of others go through
//! its maps, name by name.

use crate::finding::Finding;
use crate::position::Tag;
use crate::report::mark::Mark;
use crate::report::rows::Rows;
use crate::report::said::{self, Said, Spaced};
use crate::report::{ClaimInfo, Entry, Location, Rules};

use super::SCHEMA_VERSION;
use super::write::{filled, id, money, name, number, optional, shown, text, word};

/// The lines of `findings.jsonl`.
pub struct EntryLines {
    rules: Rules,
    /// The place of the entry before, and what is written of it.
    place: Option<(Location, Vec<u8>)>,
}

impl EntryLines {
    /// With the catalogue that findings are of.
    pub fn new(rules: Rules) -> EntryLines {
        EntryLines { rules, place: None }
    }
}

impl Rows for EntryLines {
    fn entry(&mut self, entry: &Entry<'_>, out: &mut Vec<u8>) {
        if let Some(claim) = entry.claim {
            return self.claim(entry, claim, out);
        }
        for marked in entry.marked() {
            out.extend_from_slice(b"{\"kind\":\"finding\",");
            self.finding(entry, marked, out);
            ordinals(entry.location, out);
            out.extend_from_slice(b"}\n");
        }
    }
}

impl EntryLines {
    /// A claim with its findings in a list.
    fn claim(&mut self, entry: &Entry<'_>, claim: &ClaimInfo, out: &mut Vec<u8>) {
        out.push(b'{');
        version(out);
        word(out, name!("kind"), "claim");
        self.place(entry, out);
        values(entry, claim, out);
        ordinals(entry.location, out);
        out.extend_from_slice(name!("findings"));
        out.push(b'[');
        for (n, marked) in entry.marked().enumerate() {
            out.extend_from_slice(if n > 0 { b",{" } else { b"{" });
            self.finding(entry, marked, out);
            out.push(b'}');
        }
        out.extend_from_slice(b"]}\n");
    }

    /// Where a transaction set stands, and which claim it is. The same for a claim and each of its findings.
    fn place(&mut self, entry: &Entry<'_>, out: &mut Vec<u8>) {
        let at = entry.location;
        match self.place.as_ref().filter(|(known, _)| known == at) {
            Some((_, written)) => out.extend_from_slice(written),
            None => {
                let from = out.len();
                text(out, name!("file"), &at.file);
                id(out, [name!("interchange"), name!("interchange_hex")], &at.isa13);
                id(out, [name!("group"), name!("group_hex")], &at.gs06);
                id(out, [name!("transaction"), name!("transaction_hex")], &at.st02);
                self.place = Some((at.clone(), out[from..].to_vec()));
            }
        }
        id(out, [name!("claim_id"), name!("claim_id_hex")], entry.claim.map_or(b"", |claim| &claim.id));
    }

    fn finding(&mut self, entry: &Entry<'_>, (finding, mark): (&Finding, Mark<'_>), out: &mut Vec<u8>) {
        let claim = entry.claim;
        let said = Said::of(self.rules, claim.and_then(|claim| claim.date), finding);
        version(out);
        self.place(entry, out);
        optional(out, name!("line"), Some(finding.line).filter(|n| *n > 0), number);
        optional(out, name!("procedure"), Some(finding.procedure).filter(|code| !code.is_none()), shown);
        shown(out, name!("modifiers"), Spaced(finding.modifiers));
        // Exact without a float on the way: `4`, `1.5`.
        optional(out, name!("units"), finding.units, number);
        optional(out, name!("service_date"), said.date, shown);
        id(out, [name!("payer"), name!("payer_hex")], claim.map_or(b"", said::payer));
        word(out, name!("rule"), said.code);
        word(out, name!("name"), said.name);
        word(out, name!("severity"), finding.severity.as_str());
        filled(out, name!("message"), said.message);
        filled(out, name!("fix"), said.fix);
        optional(out, name!("denial_codes"), said.denial_codes(), shown);
        shown(out, name!("amount_at_risk"), finding.at_risk);
        number(out, name!("offset"), finding.position.byte);
        number(out, name!("amount_at_risk_cents"), finding.at_risk.0);
        word(out, name!("amount_basis"), finding.basis.as_str());
        if finding.position.segment > 0 {
            number(out, name!("segment"), finding.position.segment);
        }
        if finding.position.at.tag != Tag::UNKNOWN {
            shown(out, name!("element"), finding.position.at);
        }
        number(out, name!("whole_claim"), finding.whole_claim);
        if let Some(fingerprint) = mark.fingerprint {
            shown(out, name!("fingerprint"), fingerprint);
        }
        if let Some(waiver) = mark.waiver {
            text(out, name!("waiver"), waiver);
        }
    }
}

/// The first name of an object, or of what a line says of a finding.
fn version(out: &mut Vec<u8>) {
    let name = name!("schema_version");
    number(out, name.get(1..).unwrap_or(name), SCHEMA_VERSION);
}

fn values(entry: &Entry<'_>, claim: &ClaimInfo, out: &mut Vec<u8>) {
    let risk = entry.risk;
    word(out, name!("form"), claim.form);
    optional(out, name!("service_date"), claim.date, shown);
    id(out, [name!("payer"), name!("payer_hex")], said::payer(claim));
    id(out, [name!("payer_name"), name!("payer_name_hex")], &claim.payer_name);
    word(out, name!("payer_class"), claim.payer_class);
    text(out, name!("policy"), &claim.policy);
    text(out, name!("billing_npi"), &claim.billing_npi);
    number(out, name!("lines"), claim.lines);
    money(out, [name!("charge"), name!("charge_cents")], claim.charge);
    money(out, [name!("amount_at_risk"), name!("amount_at_risk_cents")], risk.total());
    money(out, [name!("sure"), name!("sure_cents")], risk.sure);
    money(out, [name!("possible"), name!("possible_cents")], risk.possible);
    number(out, name!("score"), risk.score);
    optional(out, name!("worst"), risk.worst.map(|severity| severity.as_str()), word);
    number(out, name!("offset"), claim.byte);
    number(out, name!("hierarchy_suspect"), claim.hierarchy_suspect);
}

/// The envelope's places, counted from 1, where control numbers do not tell two apart; 0 outside.
fn ordinals(at: &Location, out: &mut Vec<u8>) {
    number(out, name!("interchange_ordinal"), at.interchange);
    number(out, name!("group_ordinal"), at.group);
    number(out, name!("transaction_ordinal"), at.transaction);
}
