//! KX thresholds: what Medicare allows a patient in a calendar year before therapy lines need modifier KX. Knows
//! the years of `thresholds.csv` and no other.

use crate::x12::value::Cents;

use super::lines::{is_mark, rows};

/// The thresholds of a year, as allowed amounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Threshold {
    /// Physical therapy and speech-language pathology together.
    pub pt_slp: Cents,
    /// Occupational therapy.
    pub ot: Cents,
}

/// The thresholds by calendar year of service.
#[derive(Debug)]
pub struct Thresholds(Vec<(u16, Threshold)>);

impl Thresholds {
    /// Where targeted medical review begins, for each of the two sums `[V2]`. Being over it denies nothing by
    /// itself.
    pub const REVIEW: Cents = Cents(300_000);

    /// The thresholds that ship with the program.
    pub fn builtin() -> Thresholds {
        Thresholds(rows(DATA).filter_map(parse).collect())
    }

    /// The thresholds of a calendar year; `None` for a year that is not known.
    pub fn of_year(&self, year: u16) -> Option<Threshold> {
        self.0.iter().find(|(known, _)| *known == year).map(|(_, threshold)| *threshold)
    }

    /// The latest year that is known, with its thresholds.
    pub fn latest(&self) -> Option<(u16, Threshold)> {
        self.0.iter().max_by_key(|(year, _)| *year).copied()
    }
}

const DATA: &str = include_str!("thresholds.csv");

fn parse(row: &str) -> Option<(u16, Threshold)> {
    let fields: Vec<&str> = row.split(',').collect();
    let &[year, pt_slp, ot, mark] = fields.as_slice() else { return None };
    is_mark(mark).then_some(())?;
    let money = |text: &str| Cents::parse(text.as_bytes());
    Some((year.parse().ok()?, Threshold { pt_slp: money(pt_slp)?, ot: money(ot)? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_years_2018_to_2026_are_known_and_no_other() {
        let thresholds = Thresholds::builtin();
        assert_eq!(rows(DATA).count(), 9);
        // rules.md B.5, in dollars.
        let known = [2010, 2040, 2080, 2110, 2150, 2230, 2330, 2410, 2480];
        for (year, dollars) in (2018..).zip(known) {
            let both = Cents(dollars * 100);
            assert_eq!(thresholds.of_year(year), Some(Threshold { pt_slp: both, ot: both }), "{year}");
            assert!(both < Thresholds::REVIEW);
        }
        for year in [0, 2017, 2027] {
            assert_eq!(thresholds.of_year(year), None);
        }
    }
}
