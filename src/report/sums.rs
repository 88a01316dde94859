//! Money at risk by payer, by billing provider, and by week and month of service, added up as the claims pass.
//!
//! Over all claims, also those a page does not hold. Money is that of the claim, so that no dollar counts twice and
//! parts add up to the whole. Deliberately absent: tables that grow without end; keys beyond a number are one.

use std::collections::{BTreeMap, HashMap};

use crate::report::{Entry, safe, said};
use crate::x12::value::{Cents, Date};

/// Payers, and billing providers, that are told apart.
const KEYS: usize = 10_000;

/// Bytes of a payer's id or name by which it is told from others.
const KEY: usize = 200;

/// Groups that are looked for before all others.
const LAST: usize = 32;

/// What claims come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Sum {
    pub(super) claims: u64,
    pub(super) at_risk: Cents,
}

impl Sum {
    fn add(&mut self, at_risk: Cents) {
        self.claims += 1;
        self.at_risk += at_risk;
    }
}

/// The sums.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) payers: Groups,
    pub(super) providers: Groups,
    pub(super) weeks: Weeks,
    /// By `CCYY-MM`; empty for claims without a date.
    pub(super) months: Groups,
}

impl Sums {
    /// Adds a claim, if it has money at risk.
    pub(super) fn add(&mut self, entry: &Entry<'_>) {
        let at_risk = entry.risk.total();
        let Some(claim) = entry.claim.filter(|_| at_risk > Cents::ZERO) else { return };
        self.payers.add(said::payer(claim), &claim.payer_name, at_risk);
        self.providers.add(claim.billing_npi.as_bytes(), b"", at_risk);
        self.weeks.add(claim.date, at_risk);
        let month = claim.date.map(month);
        self.months.add(month.as_ref().map_or(b"", |month| month), b"", at_risk);
    }
}

/// The month of a date, as `2026-03`.
fn month(date: Date) -> [u8; 7] {
    let digit = |tens: u32| b'0' + (date.number() / tens % 10) as u8;
    let [a, b, c, d, e, f] = [10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100].map(digit);
    [a, b, c, d, b'-', e, f]
}

/// Sums by an id of the claim file.
#[derive(Debug, Default)]
pub(super) struct Groups {
    by_key: HashMap<Box<[u8]>, usize>,
    /// Key, name and sum of each, in the order they came.
    all: Vec<(Box<[u8]>, Box<str>, Sum)>,
    /// Those that came last, each at a place that its key gives: most claims are of one of a few payers, providers and months.
    last: [usize; LAST],
    /// Those of keys that came too late.
    others: Sum,
}

/// A group by its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Group {
    /// Safe to print; empty where the claim has none.
    pub(super) id: String,
    /// A name beside the id, or nothing.
    pub(super) name: String,
    pub(super) sum: Sum,
}

/// The groups with most, and what the others come to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Most {
    pub(super) groups: Vec<Group>,
    /// How many others, where they could be told apart.
    pub(super) others: u64,
    pub(super) sum_of_others: Sum,
}

impl Groups {
    fn add(&mut self, key: &[u8], name: &[u8], at_risk: Cents) {
        let key = key.get(..KEY).unwrap_or(key);
        let place = key.iter().fold(key.len(), |sum, b| sum.wrapping_mul(5) + usize::from(*b)) % LAST;
        if let Some((_, _, sum)) = self.all.get_mut(self.last[place]).filter(|(last, ..)| **last == *key) {
            return sum.add(at_risk);
        }
        let at = match self.by_key.get(key) {
            Some(at) => *at,
            None if self.all.len() == KEYS => return self.others.add(at_risk),
            None => {
                self.by_key.insert(key.into(), self.all.len());
                self.all.push((key.into(), safe::text(name).into(), Sum::default()));
                self.all.len() - 1
            }
        };
        self.last[place] = at;
        if let Some((_, _, sum)) = self.all.get_mut(at) {
            sum.add(at_risk);
        }
    }

    /// The `count` groups with most money, of equals by their id.
    pub(super) fn most(&self, count: usize) -> Most {
        let mut all: Vec<(&[u8], &str, Sum)> =
            self.all.iter().map(|(key, name, sum)| (&**key, &**name, *sum)).collect();
        all.sort_by(|(a, _, x), (b, _, y)| y.at_risk.cmp(&x.at_risk).then_with(|| a.cmp(b)));
        let rest = all.split_off(count.min(all.len()));
        let group = |(key, name, sum): (&[u8], &str, Sum)| {
            let id = safe::text(key).into_owned();
            let name = if *name == *id { String::new() } else { name.to_owned() };
            Group { id, name, sum }
        };
        let mut sum_of_others = self.others;
        for (_, _, sum) in &rest {
            sum_of_others.claims += sum.claims;
            sum_of_others.at_risk += sum.at_risk;
        }
        Most { groups: all.into_iter().map(group).collect(), others: rest.len() as u64, sum_of_others }
    }

    /// Whether there were more than could be told apart.
    pub(super) fn overflowed(&self) -> bool {
        self.others.claims > 0
    }
}

/// Sums by the week of the first date of service, Monday to Sunday.
#[derive(Debug, Default)]
pub(super) struct Weeks {
    /// By the Monday, in days since 1 January 1970.
    by_monday: BTreeMap<i32, Sum>,
    pub(super) undated: Sum,
}

/// Weeks that follow each other, and what lies outside.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Span {
    /// Each with its Monday; those without money too.
    pub(super) weeks: Vec<(Date, Sum)>,
    pub(super) outside: Sum,
}

impl Weeks {
    fn add(&mut self, date: Option<Date>, at_risk: Cents) {
        match date.map(Date::days) {
            Some(days) => {
                // 1 January 1970 was a Thursday.
                let monday = days - (days + 3).rem_euclid(7);
                self.by_monday.entry(monday).or_default().add(at_risk);
            }
            None => self.undated.add(at_risk),
        }
    }

    /// The `most` weeks in a row that have most money, less those without money at their ends; of equals the latest. A
    /// mistyped year does not stretch a chart over decades.
    pub(super) fn span(&self, most: i32) -> Span {
        let all: Vec<(i32, Sum)> = self.by_monday.iter().map(|(monday, sum)| (*monday, *sum)).collect();
        let (mut from, mut best, mut money) = (0, (0, 0), None);
        let mut running: i128 = 0;
        for (to, (monday, sum)) in all.iter().enumerate() {
            running += i128::from(sum.at_risk.0);
            while all.get(from).is_some_and(|(first, _)| monday - first >= most * 7) {
                running -= i128::from(all[from].1.at_risk.0);
                from += 1;
            }
            if money.is_none_or(|money| running >= money) {
                (best, money) = ((from, to + 1), Some(running));
            }
        }
        let inside = all.get(best.0..best.1).unwrap_or_default();
        let mut span = Span::default();
        for (_, sum) in all.iter().take(best.0).chain(all.iter().skip(best.1)) {
            span.outside.claims += sum.claims;
            span.outside.at_risk += sum.at_risk;
        }
        if let (Some((first, _)), Some((last, _))) = (inside.first(), inside.last()) {
            // Of the first week that dates know the Monday may be none of them.
            let week = |monday: i32| {
                Some((
                    Date::of_days(monday).or(Date::of_days(monday + 6))?,
                    self.by_monday.get(&monday).copied().unwrap_or_default(),
                ))
            };
            span.weeks = (*first..=*last).step_by(7).filter_map(week).collect();
        }
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<Date> {
        Date::parse_iso(text)
    }

    #[test]
    fn groups_are_told_apart_up_to_a_number_and_nothing_is_lost() {
        let mut groups = Groups::default();
        for n in 0..KEYS + 5 {
            groups.add(format!("P{n:05}").as_bytes(), b"NAME", Cents(100));
        }
        groups.add(b"P00007", b"OTHER NAME", Cents(900));
        groups.add(b"P00003", b"P00003", Cents(900));
        let most = groups.most(3);
        let shown: Vec<_> =
            most.groups.iter().map(|g| (g.id.as_str(), g.name.as_str(), g.sum.at_risk.0)).collect();
        assert_eq!(shown, [("P00003", "NAME", 1000), ("P00007", "NAME", 1000), ("P00000", "NAME", 100)]);
        assert!(groups.overflowed() && most.others == KEYS as u64 - 3);
        assert_eq!(
            most.sum_of_others,
            Sum { claims: KEYS as u64 + 2, at_risk: Cents(KEYS as i64 * 100 + 200) }
        );
    }

    #[test]
    fn a_week_begins_on_monday_and_weeks_without_money_stand_between() {
        let mut weeks = Weeks::default();
        for day in ["2026-03-02", "2026-03-08", "2026-03-23", "1969-12-29", "1970-01-04"] {
            weeks.add(date(day), Cents(100));
        }
        weeks.add(None, Cents(5));
        assert_eq!(weeks.undated.at_risk, Cents(5));
        let span = weeks.span(104);
        let shown: Vec<_> = span.weeks.iter().map(|(d, s)| (d.to_string(), s.at_risk.0)).collect();
        let want = [("2026-03-02", 200), ("2026-03-09", 0), ("2026-03-16", 0), ("2026-03-23", 100)];
        assert_eq!(shown, want.map(|(d, c)| (d.to_owned(), c)));
        assert_eq!(span.outside, Sum { claims: 2, at_risk: Cents(200) }, "a week in 1969 is far away");
        assert_eq!(Weeks::default().span(104), Span::default());
        // Of two spans with the same money the later one is shown; a longer one takes both.
        let mut weeks = Weeks::default();
        weeks.add(date("2024-01-01"), Cents(100));
        weeks.add(date("2026-01-05"), Cents(100));
        assert_eq!(weeks.span(104).weeks.len(), 1);
        assert_eq!(weeks.span(104).weeks[0].0, date("2026-01-05").unwrap());
        assert_eq!(weeks.span(106).weeks.len(), 106);
    }
}
