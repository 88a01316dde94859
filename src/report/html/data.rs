//! What the table shows, as JSON inside the page: rows of figures, and each text once.
//!
//! Every `<`, `>` and `&` is written as an escape of JSON, so that no text ends the element the JSON stands in, or begins
//! a comment there. Deliberately absent: names for the columns of a row. The script has them, in the order below; the two
//! belong to one version and stand in one file.

use std::collections::HashMap;
use std::hash::Hash;
use std::io;
use std::rc::Rc;

use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;

use crate::finding::{Basis, Finding, RuleId};
use crate::position::Tag;
use crate::report::Rules;
use crate::report::said::{self, Said, Spaced};
use crate::x12::value::Cents;

use super::worst::{Kept, Left, Parties, Place};

/// The JSON, and what it holds.
#[derive(Debug, Default)]
pub(super) struct Data {
    pub(super) json: String,
    pub(super) claims: u64,
    /// Entries that belong to no claim.
    pub(super) loose: u64,
    pub(super) findings: u64,
    pub(super) left: Left,
}

impl Data {
    /// Writes down the entries, the worst first, until `bytes` are full. `left` is what was left out before.
    pub(super) fn of(
        rules: Rules,
        entries: impl Iterator<Item = Kept>,
        mut left: Left,
        bytes: usize,
    ) -> io::Result<Data> {
        let mut data = Data::default();
        let mut tables = Tables::new(rules)?;
        let mut rows = List::default();
        let mut full = false;
        for kept in entries {
            let (is_claim, found) = (kept.claim.is_some(), kept.findings.len() as u64);
            if !full {
                let (rows_before, before) = (rows.mark(), tables.mark());
                let row = tables.row(&kept)?;
                rows.push(&row)?;
                full = rows.json.len() + tables.len() > bytes;
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

/// An index into a table of texts, or of what texts make up.
type Index = u32;

/// A claim, or findings that belong to none. Kept short: a page may hold a hundred thousand.
#[derive(Serialize)]
struct Row(Values, Vec<FindingRow>);

/// Place; claim id, parties, form, lines, charge, date, byte, doubt; sure, possible, score, worst severity; how many
/// findings are left out.
type Values = (Index, Option<ClaimRow>, Money, Money, u8, u8, u64);

type ClaimRow = (Index, Index, Index, u32, Money, Index, u64, u8);

/// Rule, severity, line, procedure, modifiers, units, date; element, byte, segment; message, fix, denial codes; money at
/// risk, and 1 where it is allowed money, 2 where the whole claim is at risk, or both.
type FindingRow =
    ((Index, u8, u32, Index, Index, Index, Index), (Index, u64, u32), (Index, Index, Index), (Money, u8));

/// Cents as a number, where a script keeps them exact, else as text.
struct Money(Cents);

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const EXACT: u64 = 1 << 53;
        match self.0.0 {
            cents if cents.unsigned_abs() <= EXACT => serializer.serialize_i64(cents),
            cents => serializer.collect_str(&cents),
        }
    }
}

/// Tables that rows point into.
struct Tables {
    catalogue: Rules,
    texts: Table<Box<str>>,
    parties: Table<[Index; 5]>,
    places: Table<[Index; 5]>,
    rules: Table<RuleId>,
    /// Those of the row before, which are likely those of the next.
    last_parties: Option<(Rc<Parties>, Index)>,
    last_place: Option<(Rc<Place>, Index)>,
}

impl Tables {
    fn new(catalogue: Rules) -> io::Result<Tables> {
        let mut texts = Table::default();
        // The first text is the empty one, so that 0 is what is not there.
        texts.add(Box::from(""), &"")?;
        let (parties, places, rules) = (Table::default(), Table::default(), Table::default());
        Ok(Tables { catalogue, texts, parties, places, rules, last_parties: None, last_place: None })
    }

    fn len(&self) -> usize {
        self.texts.list.json.len()
            + self.parties.list.json.len()
            + self.places.list.json.len()
            + self.rules.list.json.len()
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

    fn text(&mut self, text: &str) -> io::Result<Index> {
        match self.texts.by_key.get(text) {
            Some(index) => Ok(*index),
            None => self.texts.add(Box::from(text), &text),
        }
    }

    fn shown(&mut self, value: Option<impl std::fmt::Display>) -> io::Result<Index> {
        value.map_or(Ok(0), |value| self.text(&value.to_string()))
    }

    fn rule(&mut self, id: RuleId) -> io::Result<Index> {
        if let Some(index) = self.rules.by_key.get(&id) {
            return Ok(*index);
        }
        let (code, name) = said::rule(self.catalogue, id);
        let row = (self.text(code)?, self.text(name)?);
        self.rules.add(id, &row)
    }

    fn parties(&mut self, of: &Rc<Parties>) -> io::Result<Index> {
        if let Some((_, index)) = self.last_parties.as_ref().filter(|(last, _)| Rc::ptr_eq(last, of)) {
            return Ok(*index);
        }
        let texts = [&of.payer_id, &of.payer_name, of.class, &of.policy, &of.npi];
        let row = self.texts_of(texts)?;
        let index = self.parties.add(row, &row)?;
        self.last_parties = Some((of.clone(), index));
        Ok(index)
    }

    fn place(&mut self, at: &Rc<Place>) -> io::Result<Index> {
        if let Some((_, index)) = self.last_place.as_ref().filter(|(last, _)| Rc::ptr_eq(last, at)) {
            return Ok(*index);
        }
        let interchange = if at.interchange == 0 { String::new() } else { at.interchange.to_string() };
        let row = self.texts_of([&at.file, &interchange, &at.isa13, &at.gs06, &at.st02])?;
        let index = self.places.add(row, &row)?;
        self.last_place = Some((at.clone(), index));
        Ok(index)
    }

    fn texts_of(&mut self, texts: [&str; 5]) -> io::Result<[Index; 5]> {
        let mut row = [0; 5];
        for (slot, text) in row.iter_mut().zip(texts) {
            *slot = self.text(text)?;
        }
        Ok(row)
    }

    fn row(&mut self, kept: &Kept) -> io::Result<Row> {
        let date = kept.claim.as_ref().and_then(|claim| claim.date);
        let claim = match &kept.claim {
            Some(claim) => Some((
                self.text(&claim.id)?,
                self.parties(&claim.parties)?,
                self.text(claim.form)?,
                claim.lines,
                Money(claim.charge),
                self.shown(claim.date)?,
                claim.byte,
                u8::from(claim.suspect),
            )),
            None => None,
        };
        let risk = kept.risk;
        let values = (
            self.place(&kept.place)?,
            claim,
            Money(risk.sure),
            Money(risk.possible),
            risk.score,
            kept.worst.map_or(0, |severity| severity as u8),
            kept.more,
        );
        let findings = kept.findings.iter().map(|finding| {
            let said = Said::of(self.catalogue, date, finding);
            self.finding(finding, &said)
        });
        Ok(Row(values, findings.collect::<io::Result<_>>()?))
    }

    fn finding(&mut self, finding: &Finding, said: &Said) -> io::Result<FindingRow> {
        let modifiers = Spaced(finding.modifiers).to_string();
        let at = Some(finding.position.at).filter(|at| at.tag != Tag::UNKNOWN);
        let procedure = Some(finding.procedure).filter(|code| !code.is_none());
        let basis = u8::from(finding.basis == Basis::Allowed) + 2 * u8::from(finding.whole_claim);
        Ok((
            (
                self.rule(finding.rule)?,
                finding.severity as u8,
                finding.line,
                self.shown(procedure)?,
                self.text(&modifiers)?,
                self.shown(finding.units)?,
                self.shown(said.date)?,
            ),
            (self.shown(at)?, finding.position.byte, finding.position.segment),
            (self.text(&said.message)?, self.text(&said.fix)?, self.shown(said.denial_codes())?),
            (Money(finding.at_risk), basis),
        ))
    }

    fn into_json(self, rows: List) -> io::Result<String> {
        let mut json = String::with_capacity(self.len() + rows.json.len() + 100);
        let lists = [
            ("{\"texts\":[", self.texts.list),
            ("],\"parties\":[", self.parties.list),
            ("],\"places\":[", self.places.list),
            ("],\"rules\":[", self.rules.list),
            ("],\"rows\":[", rows),
        ];
        for (before, list) in lists {
            json.push_str(before);
            json.push_str(std::str::from_utf8(&list.json).map_err(io::Error::other)?);
        }
        json.push_str("]}");
        Ok(json)
    }
}

/// Values that are written once, each with its index.
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
    /// The index of a value; it is written if it is new.
    fn add(&mut self, key: K, value: &impl Serialize) -> io::Result<Index> {
        if let Some(index) = self.by_key.get(&key) {
            return Ok(*index);
        }
        let index = self.list.push(value)?;
        self.by_key.insert(key, index);
        Ok(index)
    }
}

/// The inside of a JSON array.
#[derive(Default)]
struct List {
    json: Vec<u8>,
    count: Index,
}

/// How far a list had come.
#[derive(Clone, Copy)]
struct Mark {
    bytes: usize,
    count: Index,
}

impl List {
    fn push(&mut self, value: &impl Serialize) -> io::Result<Index> {
        if self.count > 0 {
            self.json.push(b',');
        }
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut self.json, InPage))?;
        self.count += 1;
        Ok(self.count - 1)
    }

    fn mark(&self) -> Mark {
        Mark { bytes: self.json.len(), count: self.count }
    }

    fn back_to(&mut self, mark: Mark) {
        self.json.truncate(mark.bytes);
        self.count = mark.count;
    }
}

/// JSON in which no text can be taken for markup.
struct InPage;

impl Formatter for InPage {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(['<', '>', '&']) {
            let (plain, marked) = rest.split_at(at);
            let (mark, behind) = marked.split_at(1);
            out.write_all(plain.as_bytes())?;
            out.write_all(match mark {
                "<" => b"\\u003c",
                ">" => b"\\u003e",
                _ => b"\\u0026",
            })?;
            rest = behind;
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup_and_every_text_comes_back() {
        for text in ["</script", "<!--", "]]>", "a&lt;b", "<script>alert(1)</script>", "é\"\\", ""] {
            let mut list = List::default();
            list.push(&text).unwrap();
            list.push(&"x").unwrap();
            let json = String::from_utf8(list.json).unwrap();
            assert!(!json.contains(['<', '>', '&']), "{json}");
            let back: Vec<String> = serde_json::from_str(&format!("[{json}]")).unwrap();
            assert_eq!(back, [text, "x"]);
        }
    }

    #[test]
    fn money_that_a_script_would_round_is_text() {
        for (cents, want) in
            [(-5, "-5"), (1 << 53, "9007199254740992"), (i64::MIN, "\"-9223372036854775808\"")]
        {
            assert_eq!(serde_json::to_string(&Money(Cents(cents))).unwrap(), want);
        }
    }
}
