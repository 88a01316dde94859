//! CSV: one row a finding, or one row a claim with findings, for spreadsheets and databases.
//!
//! The headers below are stable: a column is only ever added at the end. Lines end in LF, fields are quoted
//! where they need it, money is plain decimal, dates are CCYY-MM-DD, what does not apply is empty.
//! Deliberately absent: a cell that a spreadsheet could take for a formula (see [`safe`]), and therefore
//! exactness: odd ids are escaped and cut here, JSON has them whole.

use std::io;

use crate::x12::value::{Cents, Date, Quantity};

use super::cells::{self, Cells};
use super::put::Put;
use super::rows::{Rows, Written};
use super::safe::{self, LIMIT};
use super::said::Filled;
use super::{Entry, Location, Rules};

/// Columns of `findings.csv`.
///
/// `interchange`, `group` and `transaction` are control numbers as in the file (ISA13, GS06, ST02), `payer` is
/// the payer's id, else its name; `service_date` is the finding's, else the claim's; `offset` counts bytes of
/// the file, `segment` segments of the transaction set; `interchange_ordinal` tells interchanges of a file
/// apart that share a control number. `amount_at_risk` is the money of this finding alone, so that the column
/// must not be added up (`claims.csv` can be); `amount_basis` says whether it is `charge` or `allowed`. A finding has
/// the same `fingerprint` in every run; with a `waiver` it counts nowhere.
pub const FINDINGS: [&str; 31] = [
    "file",
    "interchange",
    "group",
    "transaction",
    "claim_id",
    "line",
    "procedure",
    "modifiers",
    "units",
    "service_date",
    "payer",
    "rule",
    "name",
    "severity",
    "message",
    "fix",
    "denial_codes",
    "amount_at_risk",
    "offset",
    "segment",
    "element",
    "form",
    "interchange_ordinal",
    "payer_class",
    "policy",
    "billing_npi",
    "claim_charge",
    "claim_score",
    "amount_basis",
    "fingerprint",
    "waiver",
];

/// Columns of `claims.csv`.
///
/// What `findings.csv` has too goes by the same names. `lines` and `findings` are numbers, `rules` the codes
/// found, each once, with spaces between; `amount_at_risk` is `sure` and `possible` together. They count no
/// dollar twice and can be added up. Waived findings are counted in `waived` and nowhere else. `hierarchy_suspect` is `true` where the number or the parent of an HL above
/// the claim is wrong.
pub const CLAIMS: [&str; 24] = [
    "file",
    "interchange",
    "group",
    "transaction",
    "claim_id",
    "form",
    "service_date",
    "payer",
    "payer_name",
    "payer_class",
    "policy",
    "billing_npi",
    "lines",
    "charge",
    "findings",
    "rules",
    "amount_at_risk",
    "sure",
    "possible",
    "score",
    "worst",
    "offset",
    "hierarchy_suspect",
    "waived",
];

/// `findings.csv`: one row a finding.
pub type Findings<W> = Written<W, FindingRows>;

impl<W: io::Write> Findings<W> {
    /// Writes to `out`, which need not be buffered.
    pub fn new(out: W, rules: Rules) -> Findings<W> {
        Written::of(out, FindingRows::new(rules))
    }
}

/// `claims.csv`: one row a claim with findings.
pub type Claims<W> = Written<W, ClaimRows>;

impl<W: io::Write> Claims<W> {
    /// Writes to `out`, which need not be buffered.
    pub fn new(out: W, rules: Rules) -> Claims<W> {
        Written::of(out, ClaimRows::new(rules))
    }
}

/// The rows of `findings.csv`.
pub struct FindingRows {
    rules: Rules,
    aside: Aside,
}

impl FindingRows {
    /// With the catalogue that findings are of.
    pub fn new(rules: Rules) -> FindingRows {
        FindingRows { rules, aside: Aside::default() }
    }
}

impl Rows for FindingRows {
    fn head(&self, out: &mut Vec<u8>) {
        head(&FINDINGS, out);
    }

    fn entry(&mut self, entry: &Entry<'_>, out: &mut Vec<u8>) {
        for marked in entry.marked() {
            let mut row = Row { out, aside: &mut self.aside };
            cells::finding(&mut row, self.rules, entry, marked);
            end(out);
        }
    }
}

/// The rows of `claims.csv`.
pub struct ClaimRows {
    rules: Rules,
    aside: Aside,
}

impl ClaimRows {
    /// With the catalogue that findings are of.
    pub fn new(rules: Rules) -> ClaimRows {
        ClaimRows { rules, aside: Aside::default() }
    }
}

impl Rows for ClaimRows {
    fn head(&self, out: &mut Vec<u8>) {
        head(&CLAIMS, out);
    }

    fn entry(&mut self, entry: &Entry<'_>, out: &mut Vec<u8>) {
        if cells::claim(&mut Row { out, aside: &mut self.aside }, self.rules, entry) {
            end(out);
        }
    }
}

/// The names of columns as a row; none needs quotes.
fn head(columns: &[&str], out: &mut Vec<u8>) {
    for column in columns {
        out.extend_from_slice(column.as_bytes());
        out.push(b',');
    }
    end(out);
}

/// Ends a row, with a line end where its last cell has a comma.
fn end(out: &mut [u8]) {
    if let Some(last) = out.last_mut() {
        *last = b'\n';
    }
}

/// What rows need beside their bytes, used again from row to row.
#[derive(Default)]
struct Aside {
    cell: String,
    /// The place of the row before, and its cells.
    place: Option<(Location, Vec<u8>)>,
}

/// A row in the making. Each cell has a comma behind it.
struct Row<'r> {
    out: &'r mut Vec<u8>,
    aside: &'r mut Aside,
}

impl Row<'_> {
    /// Bytes that anybody may have chosen, cut to `limit` characters.
    fn untrusted(&mut self, bytes: &[u8], limit: usize) {
        // Behind a semicolon may begin what some take for a cell.
        if starts_plain(bytes)
            && bytes.len() <= limit
            && safe::is_printable_without(bytes, [b',', b'"', b';'])
        {
            self.out.extend_from_slice(bytes);
            return self.out.push(b',');
        }
        self.aside.cell.clear();
        safe::push_csv_cell(&mut self.aside.cell, bytes, limit);
        let from = self.out.len();
        self.out.extend_from_slice(self.aside.cell.as_bytes());
        self.quoted(from);
    }

    /// Text of our own, put where it is to stand: most of it can stay as it is.
    fn harmless(&mut self, put: impl FnOnce(&mut Vec<u8>)) {
        let from = self.out.len();
        put(self.out);
        let cell = &self.out[from..];
        if starts_plain(cell) && safe::is_printable_without(cell, [b',', b'"']) {
            return self.out.push(b',');
        }
        if !starts_plain(cell) || !safe::is_printable(cell) {
            let cell = String::from_utf8_lossy(cell).into_owned();
            self.out.truncate(from);
            self.aside.cell.clear();
            safe::push_own_cell(&mut self.aside.cell, &cell);
            self.out.extend_from_slice(self.aside.cell.as_bytes());
        }
        self.quoted(from);
    }

    /// Puts what stands from a place on between quotes, if it needs them, and ends the cell.
    fn quoted(&mut self, from: usize) {
        // Line ends are escapes by now.
        if memchr::memchr2(b',', b'"', &self.out[from..]).is_some() {
            // A quote within is written twice.
            let mut at = from;
            while let Some(next) = memchr::memchr(b'"', &self.out[at..]) {
                self.out.insert(at + next, b'"');
                at += next + 2;
            }
            self.out.insert(from, b'"');
            self.out.push(b'"');
        }
        self.out.push(b',');
    }

    /// What prints letters, digits, blanks, dots and dashes only; nothing is an empty cell.
    fn shown(&mut self, value: Option<impl Put>) {
        if let Some(value) = value {
            value.put(self.out);
        }
        self.out.push(b',');
    }
}

impl Cells for Row<'_> {
    fn file(&mut self, name: &str) {
        self.untrusted(name.as_bytes(), usize::MAX);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.untrusted(bytes, LIMIT);
    }

    fn own(&mut self, text: &str) {
        self.harmless(|out| out.extend_from_slice(text.as_bytes()));
    }

    fn word(&mut self, word: &'static str) {
        self.out.extend_from_slice(word.as_bytes());
        self.out.push(b',');
    }

    fn filled(&mut self, text: &Filled<'_>) {
        self.harmless(|out| text.put(out));
    }

    fn code(&mut self, code: Option<&dyn Put>) {
        self.shown(code);
    }

    fn count(&mut self, count: Option<u64>) {
        self.shown(count);
    }

    fn money(&mut self, amount: Option<Cents>) {
        self.shown(amount);
    }

    fn units(&mut self, units: Option<Quantity>) {
        self.shown(units);
    }

    fn date(&mut self, date: Option<Date>) {
        self.shown(date);
    }

    fn flag(&mut self, flag: bool) {
        self.shown(Some(flag));
    }

    fn place(&mut self, at: &Location) {
        if let Some((_, cells)) = self.aside.place.as_ref().filter(|(known, _)| known == at) {
            return self.out.extend_from_slice(cells);
        }
        let from = self.out.len();
        self.file(&at.file);
        for control in [&at.isa13, &at.gs06, &at.st02] {
            self.bytes(control);
        }
        self.aside.place = Some((at.clone(), self.out[from..].to_vec()));
    }
}

/// Whether a cell begins with nothing that a spreadsheet could take for something else.
fn starts_plain(cell: &[u8]) -> bool {
    cell.first().is_none_or(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;
    use crate::report::sample::{self, Batch, RULES};

    /// The table a report writes, read back by an independent reader: header and rows.
    fn table(
        batch: &Batch,
        make: impl for<'w> Fn(&'w mut Vec<u8>) -> Box<dyn Report + 'w>,
    ) -> Vec<Vec<String>> {
        let mut bytes = Vec::new();
        batch.run(make(&mut bytes).as_mut());
        // Not `flexible`: a row of another length is an error.
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    fn findings() -> Vec<Vec<String>> {
        findings_of(&sample::batch())
    }

    fn claims() -> Vec<Vec<String>> {
        claims_of(&sample::batch())
    }

    fn findings_of(batch: &Batch) -> Vec<Vec<String>> {
        table(batch, |out| Box::new(Findings::new(out, RULES)))
    }

    fn claims_of(batch: &Batch) -> Vec<Vec<String>> {
        table(batch, |out| Box::new(Claims::new(out, RULES)))
    }

    #[test]
    fn one_row_a_finding() {
        let rows = findings();
        assert_eq!(rows[0], FINDINGS);
        assert_eq!(rows.len(), 1 + 3 + sample::HOSTILE.len() + 2 + 2);
        assert_eq!(
            rows[1].join("|"),
            "samples/faulty.837|000000001|1|0002|CLM-0001|1|97110|GP 59|4|2025-03-01|60054|MOD001|\
             missing-plan-modifier|critical|97110 carries none of GP, GO, GN|add the modifier of the plan of care|\
             CO-4 N822|50.00|1001|21|SV101-3|837P|1|commercial|commercial-default|1234567893|1234.56|98|charge|\
             0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f|"
        );
        let loose = &rows[1 + 3 + sample::HOSTILE.len()];
        assert_eq!(
            loose.join("|"),
            "samples/faulty.837|000000001|1|0002||||||||X12-T002|segment-count|low|\
             SE01 says 97110, 38 segments stand there|correct SE01||0.00|1000|20|SE01||1||||||charge|0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f|"
        );
    }

    #[test]
    fn one_row_a_claim_with_findings() {
        let rows = claims();
        assert_eq!(rows[0], CLAIMS);
        assert_eq!(rows.len(), 1 + 1 + sample::HOSTILE.len() + 1, "a loose finding is no claim");
        assert_eq!(
            rows[1].join("|"),
            "samples/faulty.837|000000001|1|0002|CLM-0001|837P|2025-03-01|60054|EXAMPLE HEALTH|commercial|\
             commercial-default|1234567893|3|1234.56|3|MOD001 TIM001|120.00|90.00|30.00|98|critical|512|false|0"
        );
        assert_eq!(rows[rows.len() - 1][14..16], ["2", "MOD001 ???"]);
    }

    #[test]
    fn a_payer_without_an_id_goes_by_its_name() {
        let mut batch = sample::batch();
        batch.rows.truncate(1);
        if let Some(claim) = &mut batch.rows[0].1 {
            claim.payer_id.clear();
        }
        for (column, table) in [(10, findings_of(&batch)), (7, claims_of(&batch))] {
            assert_eq!((table[0][column].as_str(), table[1][column].as_str()), ("payer", "EXAMPLE HEALTH"));
        }
    }

    #[test]
    fn nothing_from_a_claim_file_is_a_formula_or_a_new_line() {
        for row in findings().iter().chain(&claims()).skip(1) {
            for cell in row {
                assert!(cell.chars().all(crate::error::is_plain), "{cell:?}");
                let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
                assert!(!formula || cell == "-5.00", "{cell:?}");
            }
        }
        let ids: Vec<String> = claims().into_iter().skip(2).map(|row| row[4].clone()).collect();
        assert_eq!(ids[0], "'=cmd|'/c calc'!A0");
        assert_eq!(ids[2], "A\\u{d}\\u{a}1,2,3");
        assert_eq!(ids[3], "<script>alert(1)</script>");
        assert_eq!(ids[4], "\u{fffd}\u{fffd}\"A\",'=1");
        assert_eq!(ids[7].chars().count(), LIMIT);
    }

    #[test]
    fn a_claim_without_findings_has_no_row() {
        let mut bytes = Vec::new();
        let mut batch = sample::batch();
        for row in &mut batch.rows {
            row.2.clear();
        }
        batch.run(&mut Claims::new(&mut bytes, RULES));
        assert_eq!(String::from_utf8(bytes).unwrap(), format!("{}\n", CLAIMS.join(",")));
    }
}
