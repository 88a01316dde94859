//! What the rows of all sources come to: codes and dates by number, windows and limits as small rows. Ten bytes
//! a window, so that the tables of a year stay far below a gigabyte.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::tables::Setting;
use crate::tables::file::{ACTIVE, BEFORE_1996, Contents, Limit, TableId, Window};
use crate::tables::pairs::Begin;
use crate::tables::quarter::Quarter;
use crate::x12::code::Code;
use crate::x12::value::Date;

use super::title::Kind;

/// The rows of all sources.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    codes: Numbers<Code>,
    dates: Numbers<Date>,
    tables: Vec<TableId>,
    windows: [Vec<Window>; 2],
    /// By table.
    limits: Vec<Vec<Limit>>,
}

/// What was put together and what fell away.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Merged {
    /// Rows that stood twice in tables of one quarter.
    pub repeated: u64,
    /// Windows of pairs that a newer table tells.
    pub superseded: u64,
    /// Windows that begin before the one before them has ended; the one that ends first is used.
    pub overlapping: u64,
}

/// There are more than fit: a file of something else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Full(pub(super) &'static str);

/// Values by number, in the order they came.
#[derive(Debug)]
struct Numbers<T> {
    values: Vec<T>,
    known: HashMap<T, u16>,
    /// Rows that follow each other mostly have the same.
    last: Option<(T, u16)>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Numbers { values: Vec::new(), known: HashMap::new(), last: None }
    }
}

impl<T: Copy + Eq + std::hash::Hash + Ord> Numbers<T> {
    /// The number of a value; `None` if there are too many values.
    fn of(&mut self, value: T) -> Option<u16> {
        if let Some((last, number)) = self.last
            && last == value
        {
            return Some(number);
        }
        let number = match self.known.get(&value) {
            Some(number) => *number,
            None => {
                // Numbers at either end stand for no date.
                let number = u16::try_from(self.values.len()).ok().filter(|n| *n < u16::MAX - 2)?;
                self.values.push(value);
                self.known.insert(value, number);
                number
            }
        };
        self.last = Some((value, number));
        Some(number)
    }

    /// The values in their order, and the new number of each old one.
    fn sorted(self) -> (Vec<T>, Vec<u16>) {
        let mut order: Vec<u16> = (0..self.values.len() as u16).collect();
        order.sort_by_key(|n| self.values[usize::from(*n)]);
        let mut renumbered = vec![0; order.len()];
        for (new, old) in (0u16..).zip(&order) {
            renumbered[usize::from(*old)] = new;
        }
        (order.iter().map(|n| self.values[usize::from(*n)]).collect(), renumbered)
    }
}

impl Gathered {
    /// The number of a table: all sources of a kind, setting and quarter make one.
    pub(super) fn table(&mut self, kind: Kind, setting: Setting, quarter: Quarter) -> Result<u8, Full> {
        let limits = kind == Kind::Limits;
        let id = TableId { limits, setting, quarter };
        let at = match self.tables.iter().position(|known| *known == id) {
            Some(at) => at,
            None => {
                self.tables.push(id);
                self.limits.push(Vec::new());
                self.tables.len() - 1
            }
        };
        u8::try_from(at).ok().filter(|n| *n < 128).ok_or(Full("more than 128 tables; import fewer quarters"))
    }

    /// Adds a window of a pair.
    pub(super) fn window(
        &mut self,
        (setting, table): (Setting, u8),
        (column1, column2): (Code, Code),
        (begin, last): (Begin, Option<Date>),
        bypass: bool,
    ) -> Result<(), Full> {
        const CODES: Full = Full("more than 65,000 different codes; this is no table of CMS");
        const DATES: Full = Full("more than 65,000 different dates; this is no table of CMS");
        let column1 = self.codes.of(column1).ok_or(CODES)?;
        let column2 = self.codes.of(column2).ok_or(CODES)?;
        let begin = match begin {
            Begin::On(date) => self.dates.of(date).ok_or(DATES)? + 1,
            Begin::Before1996 | Begin::Unknown => BEFORE_1996,
        };
        let last = match last {
            Some(date) => self.dates.of(date).ok_or(DATES)? + 1,
            None => ACTIVE,
        };
        self.windows[setting as usize].push(Window { column1, column2, begin, last, table, bypass });
        Ok(())
    }

    /// Adds the limit of a code.
    pub(super) fn limit(&mut self, table: u8, code: Code, value: u32, mai: u8) -> Result<(), Full> {
        let code = self.codes.of(code).ok_or(Full("more than 65,000 different codes"))?;
        self.limits[usize::from(table)].push(Limit { code, value, mai });
        Ok(())
    }

    /// Puts everything in order and takes out what says nothing new. The error names a code that has two limits
    /// in tables of one quarter.
    pub(super) fn finish(self) -> Result<(Contents, Merged), (TableId, Code)> {
        let mut merged = Merged::default();
        let (codes, code_numbers) = self.codes.sorted();
        let (dates, date_numbers) = self.dates.sorted();
        let renumber_date = |n: u16| match n {
            BEFORE_1996 | ACTIVE => n,
            n => date_numbers[usize::from(n - 1)] + 1,
        };
        let tables = self.tables;
        let windows = self.windows.map(|mut windows| {
            for w in &mut windows {
                w.column1 = code_numbers[usize::from(w.column1)];
                w.column2 = code_numbers[usize::from(w.column2)];
                (w.begin, w.last) = (renumber_date(w.begin), renumber_date(w.last));
            }
            in_order(windows, &tables, &mut merged)
        });
        let mut limits = Vec::with_capacity(self.limits.len());
        for (table, mut list) in tables.iter().zip(self.limits) {
            for limit in &mut list {
                limit.code = code_numbers[usize::from(limit.code)];
            }
            list.sort_unstable_by_key(|l| (l.code, l.value, l.mai));
            let all = list.len();
            list.dedup();
            merged.repeated += (all - list.len()) as u64;
            if let Some(two) = list.windows(2).find(|two| two[0].code == two[1].code) {
                return Err((*table, codes[usize::from(two[0].code)]));
            }
            limits.push(list);
        }
        Ok((Contents { sources: Vec::new(), tables, codes, dates, windows, limits }, merged))
    }
}

/// Sorts windows by pair and begin; of tables of several quarters the newest that knows a pair tells its
/// windows.
fn in_order(mut windows: Vec<Window>, tables: &[TableId], merged: &mut Merged) -> Vec<Window> {
    let quarter = |w: &Window| tables[usize::from(w.table)].quarter;
    windows.sort_unstable_by_key(|w| {
        (w.column1, w.column2, Reverse(quarter(w)), w.begin, w.last, w.bypass, w.table)
    });
    let all = windows.len();
    windows.dedup();
    merged.repeated += (all - windows.len()) as u64;
    let mut newest: Option<Window> = None;
    windows.retain(|w| {
        let same_pair = |n: &Window| (n.column1, n.column2) == (w.column1, w.column2);
        match newest {
            Some(before) if same_pair(&before) => {
                let keep = quarter(&before) == quarter(w);
                merged.superseded += u64::from(!keep);
                merged.overlapping += u64::from(keep && w.begin <= before.last);
                if keep {
                    newest = Some(Window { last: before.last.max(w.last), ..*w });
                }
                keep
            }
            _ => {
                newest = Some(*w);
                true
            }
        }
    });
    windows
}
