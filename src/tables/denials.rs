//! Denial codes that rules name: claim adjustment reason codes (CARC) and remittance advice remark codes
//! (RARC), with the first date of service they are used for. Knows that a code exists and what it is about;
//! which code answers which fault is for the rules to say.

use crate::x12::value::Date;

use super::lines::{date, is_mark, rows};

/// Which of the two lists a code is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DenialKind {
    /// Claim adjustment reason code.
    Carc,
    /// Remittance advice remark code.
    Rarc,
}

/// A denial code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DenialCode {
    /// Its list.
    pub kind: DenialKind,
    /// `4`, `B7`, `N822`.
    pub code: &'static str,
    /// First date of service it is used for; `None` if it is not limited.
    pub since: Option<Date>,
    /// Our own short label.
    pub label: &'static str,
}

/// What is known of a denial code; `None` if no rule may name it. The two lists have no code in common here.
pub fn known(code: &str) -> Option<DenialCode> {
    all().find(|denial| denial.code == code)
}

/// All denial codes, in the order of the data file.
pub fn all() -> impl Iterator<Item = DenialCode> {
    rows(DATA).filter_map(parse)
}

const DATA: &str = include_str!("denials.csv");

/// One row; `None` if it is not of the form the head describes (a test holds that there is no such row).
fn parse(row: &'static str) -> Option<DenialCode> {
    let fields: Vec<&'static str> = row.split(',').collect();
    let &[kind, code, since, label, mark] = fields.as_slice() else { return None };
    is_mark(mark).then_some(())?;
    let kind = match kind {
        "CARC" => DenialKind::Carc,
        "RARC" => DenialKind::Rarc,
        _ => return None,
    };
    Some(DenialCode { kind, code, since: date(since)?, label })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_is_read_and_every_code_stands_once() {
        assert_eq!(all().count(), rows(DATA).count());
        let codes: BTreeSet<_> = all().map(|d| d.code).collect();
        assert_eq!(codes.len(), all().count());
        assert!(all().all(|d| !d.label.is_empty() && known(d.code) == Some(d)));
    }

    #[test]
    fn codes_that_came_later_say_since_when() {
        for (code, kind, since) in [
            ("4", DenialKind::Carc, None),
            ("B7", DenialKind::Carc, None),
            ("N822", DenialKind::Rarc, Date::new(2019, 7, 1)),
            ("N823", DenialKind::Rarc, Date::new(2019, 7, 1)),
            ("N851", DenialKind::Rarc, Date::new(2021, 7, 1)),
            ("M80", DenialKind::Rarc, None),
        ] {
            let denial = known(code).unwrap();
            assert_eq!((denial.kind, denial.since), (kind, since), "{code}");
        }
        assert_eq!(known("CO-4"), None);
        assert_eq!(known(""), None);
    }
}
