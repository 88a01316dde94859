//! What the table shows, as JSON inside the page: rows of figures, and each text once.
//!
//! Every `<`, `>` and `&` is written as an escape of JSON, so that no text ends the element the JSON stands in, or begins
//! a comment there. Deliberately absent: names for the columns of a row. The script has them, in the order below; the two
//! belong to one version and stand in one file.

use std::collections::HashMap;
use std::hash::Hash;
use std::io;

use crate::finding::{Basis, Finding, RuleId};
use crate::position::Tag;
use crate::report::Rules;
use crate::report::put::Put;
use crate::report::said::{self, Said, Spaced};
use crate::x12::code::Code;
use crate::x12::value::{Cents, Date};

use super::texts::{Index, Kind, List, Mark, Texts};
use super::worst::{Kept, Left, Parties, Place};

/// The JSON, and what it holds.
#[derive(Debug, Default)]
pub(super) struct Data {
    /// In pieces, one behind the other.
    pub(super) json: Vec<String>,
    pub(super) claims: u64,
    /// Entries that belong to no claim.
    pub(super) loose: u64,
    pub(super) findings: u64,
    pub(super) left: Left,
}

impl Data {
    /// Writes down the entries, the worst first, until `bytes` are full, with room for some `texts`. `left` is what was left
    /// out before.
    pub(super) fn of<'w>(
        rules: Rules,
        entries: impl Iterator<Item = Kept<'w>>,
        texts: usize,
        mut left: Left,
        bytes: usize,
    ) -> io::Result<Data> {
        let mut data = Data::default();
        let mut tables = Tables::new(rules, texts)?;
        let mut rows = List::default();
        let mut full = false;
        for kept in entries {
            let (is_claim, found) = (kept.claim.is_some(), kept.findings.len() as u64);
            if !full {
                let (rows_before, before) = (rows.mark(), tables.mark());
                rows.push(|json| tables.row(&kept, json))?;
                full = rows.len() + tables.len() > bytes;
                if full {
                    rows.back_to(rows_before);
                    tables.back_to(before);
                }
            }
            if full {
                left.add(is_claim, found + kept.more);
                continue;
            }
            data.claims += u64::from(is_claim);
            data.loose += u64::from(!is_claim);
            data.findings += found;
            left.add(false, kept.more);
        }
        data.left = left;
        data.json = tables.into_json(rows)?;
        Ok(data)
    }
}

/// Appends a list and a comma. Each of its values has a comma behind it.
fn list(json: &mut Vec<u8>, values: impl FnOnce(&mut Vec<u8>)) {
    json.push(b'[');
    values(json);
    json.pop_if(|last| *last == b',');
    json.extend_from_slice(b"],");
}

/// Appends a number and a comma.
fn number(json: &mut Vec<u8>, number: impl Put) {
    number.put(json);
    json.push(b',');
}

/// Appends cents and a comma: a number, where a script keeps them exact, else text.
fn money(json: &mut Vec<u8>, Cents(cents): Cents) {
    const EXACT: u64 = 1 << 53;
    if cents.unsigned_abs() <= EXACT {
        return number(json, cents);
    }
    json.push(b'"');
    cents.put(json);
    json.extend_from_slice(b"\",");
}

/// Tables that rows point into.
struct Tables {
    catalogue: Rules,
    texts: Texts,
    parties: Table<[Index; 5]>,
    places: Table<[Index; 5]>,
    rules: Table<RuleId>,
    /// Those of the catalogue that are in the table, by their number.
    rule_indexes: Vec<Option<Index>>,
}

impl Tables {
    /// With room for that many texts, so that the tables need not grow.
    fn new(catalogue: Rules, texts: usize) -> io::Result<Tables> {
        let mut texts = Texts::with_room_for(texts);
        // The first text is the empty one, so that 0 is what is not there.
        texts.index("")?;
        let (parties, places, rules) = (Table::default(), Table::default(), Table::default());
        Ok(Tables { catalogue, texts, parties, places, rules, rule_indexes: vec![None; catalogue.len()] })
    }

    fn len(&self) -> usize {
        self.texts.list.len() + self.parties.list.len() + self.places.list.len() + self.rules.list.len()
    }

    fn mark(&self) -> [Mark; 4] {
        [self.texts.list.mark(), self.parties.list.mark(), self.places.list.mark(), self.rules.list.mark()]
    }

    /// Takes back what was added since. Texts stay known, so nothing may be added afterwards.
    fn back_to(&mut self, [texts, parties, places, rules]: [Mark; 4]) {
        self.texts.list.back_to(texts);
        self.parties.list.back_to(parties);
        self.places.list.back_to(places);
        self.rules.list.back_to(rules);
    }

    fn rule(&mut self, id: RuleId) -> io::Result<Index> {
        let known = self.rule_indexes.get(usize::from(id.0)).copied().flatten();
        if let Some(index) = known.or_else(|| self.rules.index_of(&id)) {
            return Ok(index);
        }
        let (code, name) = said::rule(self.catalogue, id);
        let row = [self.texts.index(code)?, self.texts.index(name)?];
        let index = self.rules.add(id, row)?;
        if let Some(slot) = self.rule_indexes.get_mut(usize::from(id.0)) {
            *slot = Some(index);
        }
        Ok(index)
    }

    fn parties(&mut self, of: &Parties) -> io::Result<Index> {
        if let Some(index) = of.index.get() {
            return Ok(index);
        }
        let texts = [&of.payer_id, &of.payer_name, of.class, &of.policy, &of.npi];
        let row = self.texts_of(texts)?;
        let index = self.parties.add(row, row)?;
        of.index.set(Some(index));
        Ok(index)
    }

    fn place(&mut self, at: &Place) -> io::Result<Index> {
        if let Some(index) = at.index.get() {
            return Ok(index);
        }
        let interchange = if at.interchange == 0 { String::new() } else { at.interchange.to_string() };
        let row = self.texts_of([&at.file, &interchange, &at.isa13, &at.gs06, &at.st02])?;
        let index = self.places.add(row, row)?;
        at.index.set(Some(index));
        Ok(index)
    }

    fn texts_of(&mut self, texts: [&str; 5]) -> io::Result<[Index; 5]> {
        let mut row = [0; 5];
        for (slot, text) in row.iter_mut().zip(texts) {
            *slot = self.texts.index(text)?;
        }
        Ok(row)
    }

    fn date(&mut self, date: Option<Date>) -> io::Result<Index> {
        date.map_or(Ok(0), |date| self.texts.of(Kind::Date, date.number().into(), &date))
    }

    /// Appends a claim, or findings that belong to none, as `[values, findings]`. Kept short: a page may hold a hundred
    /// thousand.
    ///
    /// The values: place; claim id, parties, form, lines, charge, date, byte, doubt; sure, possible, score, worst severity;
    /// how many findings are left out.
    fn row(&mut self, kept: &Kept<'_>, json: &mut Vec<u8>) -> io::Result<()> {
        let date = kept.claim.and_then(|(claim, _)| claim.date);
        let claim = match kept.claim {
            Some((claim, id)) => {
                let id = self.texts.index(id)?;
                let parties = self.parties(&claim.parties)?;
                let form = Code::of(claim.form);
                let form = self.texts.of(Kind::Form, form.packed(), &form)?;
                Some((claim, [id, parties, form], self.date(date)?))
            }
            None => None,
        };
        let place = self.place(kept.place)?;
        json.push(b'[');
        list(json, |json| {
            number(json, place);
            match claim {
                Some((claim, texts, date)) => list(json, |json| {
                    texts.into_iter().for_each(|text| number(json, text));
                    number(json, claim.lines);
                    money(json, claim.charge);
                    number(json, date);
                    number(json, claim.byte);
                    number(json, u8::from(claim.suspect));
                }),
                None => json.extend_from_slice(b"null,"),
            }
            money(json, kept.risk.sure);
            money(json, kept.risk.possible);
            number(json, kept.risk.score);
            number(json, kept.worst.map_or(0, |severity| severity as u8));
            number(json, kept.more);
        });
        json.push(b'[');
        for finding in kept.findings {
            self.finding(finding, &Said::of(self.catalogue, date, finding), json)?;
        }
        json.pop_if(|last| *last == b',');
        json.extend_from_slice(b"]]");
        Ok(())
    }

    /// Appends a finding: rule, severity, line, procedure, modifiers, units, date; element, byte, segment; message, fix, denial
    /// codes; money at risk, and 1 where it is allowed money, 2 where the whole claim is at risk, or both.
    fn finding(&mut self, finding: &Finding, said: &Said<'_>, json: &mut Vec<u8>) -> io::Result<()> {
        let rule = self.rule(finding.rule)?;
        let Finding { procedure, modifiers, units, position, .. } = finding;
        let texts = &mut self.texts;
        let about = [
            texts.of(Kind::Procedure, procedure.packed(), procedure)?,
            texts.of(Kind::Modifiers, modifiers.packed(), &Spaced(*modifiers))?,
            units.map_or(Ok(0), |units| texts.of(Kind::Units, units.0 as u64, &units))?,
            said.date.map_or(Ok(0), |date| texts.of(Kind::Date, date.number().into(), &date))?,
        ];
        let at = position.at;
        let element = if at.tag == Tag::UNKNOWN { 0 } else { texts.of(Kind::Element, at.packed(), &at)? };
        let fault = u64::from(finding.rule.0) << 8 | u64::from(finding.fault);
        let words = [
            texts.filled(Kind::Message, fault, said.message)?,
            texts.filled(Kind::Fix, fault, said.fix)?,
            said.denial_codes()
                .map_or(Ok(0), |codes| texts.of(Kind::Denial, fault << 8 | codes.nth(), &codes))?,
        ];
        list(json, |json| {
            list(json, |json| {
                number(json, rule);
                number(json, finding.severity as u8);
                number(json, finding.line);
                about.into_iter().for_each(|text| number(json, text));
            });
            list(json, |json| {
                number(json, element);
                number(json, position.byte);
                number(json, position.segment);
            });
            list(json, |json| words.into_iter().for_each(|text| number(json, text)));
            list(json, |json| {
                money(json, finding.at_risk);
                number(json, u8::from(finding.basis == Basis::Allowed) + 2 * u8::from(finding.whole_claim));
            });
        });
        Ok(())
    }

    fn into_json(self, rows: List) -> io::Result<Vec<String>> {
        let lists = [
            ("{\"texts\":[", self.texts.list),
            ("],\"parties\":[", self.parties.list),
            ("],\"places\":[", self.places.list),
            ("],\"rules\":[", self.rules.list),
            ("],\"rows\":[", rows),
        ];
        let mut json = Vec::new();
        for (before, list) in lists {
            json.push(before.to_owned());
            for piece in list.into_pieces() {
                json.push(String::from_utf8(piece).map_err(io::Error::other)?);
            }
        }
        json.push("]}".to_owned());
        Ok(json)
    }
}

/// Rows of indexes that are written once, each with its own index.
struct Table<K> {
    by_key: HashMap<K, Index>,
    list: List,
}

impl<K> Default for Table<K> {
    fn default() -> Table<K> {
        Table { by_key: HashMap::new(), list: List::default() }
    }
}

impl<K: Hash + Eq> Table<K> {
    fn index_of(&self, key: &K) -> Option<Index> {
        self.by_key.get(key).copied()
    }

    /// The index of a row; it is written if it is new.
    fn add<const N: usize>(&mut self, key: K, row: [Index; N]) -> io::Result<Index> {
        if let Some(index) = self.index_of(&key) {
            return Ok(index);
        }
        let index = self.list.push(|json| {
            list(json, |json| row.into_iter().for_each(|text| number(json, text)));
            json.pop();
            Ok(())
        })?;
        self.by_key.insert(key, index);
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_that_a_script_would_round_is_text() {
        for (cents, want) in
            [(-5, "-5,"), (1 << 53, "9007199254740992,"), (i64::MIN, "\"-9223372036854775808\",")]
        {
            let mut json = Vec::new();
            money(&mut json, Cents(cents));
            assert_eq!(String::from_utf8(json).unwrap(), want);
        }
    }
}
