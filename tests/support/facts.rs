//! The data files of `src/tables`, read once more: what a code is, which codes are a pair on a date, how many
//! units a day may have. Shares the data with what is tested, and no code.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::generate::Kind;

const THERAPY: &str = include_str!("../../src/tables/therapy_codes.csv");
const PAIRS: &str = include_str!("../../src/tables/pairs.csv");
const MUE: &str = include_str!("../../src/tables/mue.csv");
const THRESHOLDS: &str = include_str!("../../src/tables/thresholds.csv");

/// A row of the therapy codes.
pub struct Code {
    pub code: &'static str,
    /// The minutes of a unit; 0 if time does not count.
    pub base: u64,
    /// Whether its minutes enter the pool.
    pub timed: bool,
    /// `always`, `sometimes` or `none`.
    pub therapy: &'static str,
    /// The only modifier it goes with, or nothing.
    pub only: &'static str,
    /// First and last date of service as numbers; 0 and all nines where there is no limit.
    pub life: (u32, u32),
    /// What it is added to.
    pub added_to: &'static str,
    pub medicare: &'static str,
}

impl Code {
    pub fn is_in_force(&self, date: u32) -> bool {
        (self.life.0..=self.life.1).contains(&date)
    }
}

/// All therapy codes, in the order of the file.
pub static CODES: LazyLock<Vec<Code>> = LazyLock::new(|| {
    let date = |text: &str, none| text.replace('-', "").parse().unwrap_or(none);
    let code = |f: Vec<&'static str>| Code {
        code: f[0],
        base: f[2].parse().unwrap(),
        timed: f[3] == "Y",
        therapy: f[4],
        only: f[5],
        life: (date(f[6], 0), date(f[7], 99_999_999)),
        added_to: f[8],
        medicare: f[9],
    };
    rows(THERAPY).map(code).collect()
});

static BY_CODE: LazyLock<HashMap<&str, &Code>> =
    LazyLock::new(|| CODES.iter().map(|c| (c.code, c)).collect());

/// What is known of a code.
pub fn code(code: &str) -> Option<&'static Code> {
    BY_CODE.get(code).copied()
}

pub fn is_timed(of: &str) -> bool {
    code(of).is_some_and(|c| c.timed)
}

/// A pair in force.
#[derive(Clone, Copy)]
pub struct Edit {
    pub first: &'static str,
    pub second: &'static str,
    pub bypass: bool,
}

struct Window {
    edit: Edit,
    last: u32,
}

/// The windows of a pair, for 837P and 837I.
type Windows = [Vec<Window>; 2];

/// By pair, the lesser code first.
static WINDOWS: LazyLock<HashMap<(&str, &str), Windows>> = LazyLock::new(|| {
    let mut all: HashMap<(&str, &str), Windows> = HashMap::new();
    for f in rows(PAIRS) {
        let of_pair = all.entry(key(f[0], f[1])).or_default();
        for (windows, field) in of_pair.iter_mut().zip(&f[2..]) {
            windows.extend(field.split(';').filter(|w| !w.is_empty()).map(|w| {
                let (last, indicator) = w.split_once(':').unwrap();
                let edit = Edit { first: f[0], second: f[1], bypass: indicator == "1" };
                Window { edit, last: last.replace('-', "").parse().unwrap() }
            }));
        }
    }
    all
});

fn key<'c>(a: &'c str, b: &'c str) -> (&'c str, &'c str) {
    (a.min(b), a.max(b))
}

/// The pair that two codes are on a date: the window that ends first on or after it.
pub fn pair(kind: Kind, a: &str, b: &str, date: u32) -> Option<Edit> {
    let windows = &WINDOWS.get(&key(a, b))?[kind as usize];
    windows.iter().filter(|w| w.last >= date).min_by_key(|w| w.last).map(|w| w.edit)
}

/// Whether two codes are a pair in any table at any time.
pub fn were_a_pair(a: &str, b: &str) -> bool {
    WINDOWS.contains_key(&key(a, b))
}

/// All pairs in force on a date, by code.
pub fn pairs(kind: Kind, date: u32) -> Vec<Edit> {
    let mut all: Vec<Edit> = WINDOWS.keys().filter_map(|(a, b)| pair(kind, a, b, date)).collect();
    all.sort_by_key(|e| (e.first, e.second));
    all
}

/// The most units of a code on a day; `None` where no limit is known.
pub fn mue(kind: Kind, code: &str) -> Option<u64> {
    static LIMITS: LazyLock<HashMap<&str, [Option<u64>; 2]>> =
        LazyLock::new(|| rows(MUE).map(|f| (f[0], [f[1].parse().ok(), f[3].parse().ok()])).collect());
    LIMITS.get(code)?[kind as usize]
}

/// What Medicare allows in a year before KX, in cents: PT with SLP, and OT.
pub fn threshold(year: u32, occupational: bool) -> u64 {
    let row = rows(THRESHOLDS).find(|f| f[0] == year.to_string()).unwrap();
    row[1 + usize::from(occupational)].replace('.', "").parse().unwrap()
}

/// The rows of a data file: no comments, no line of column names.
fn rows(data: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    data.lines().filter(|l| !l.starts_with('#')).skip(1).map(|l| l.split(',').collect())
}
