//! A table file opened: checked as a whole, then read only where the codes of the therapy table stand. Trusts
//! nothing but the check sum, and not even that: numbers that lead nowhere are a damaged file.

use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::error::{self, Error};
use crate::tables::mue::Extent;
use crate::tables::pairs::{self, Begin, Pairs};
use crate::tables::quarter::Quarter;
use crate::tables::therapy::TherapyCodes;
use crate::tables::{Setting, Tables};
use crate::x12::code::Code;
use crate::x12::value::Date;

use super::{ACTIVE, BEFORE_1996, CHECKED_FROM, FORMAT, HEAD, MAGIC, SECTIONS, Source, TableId};

/// The built-in tables with those of a file: its pairs take the place of the built-in ones of their setting, its
/// limits stand beside the built-in ones, by quarter. Beside them the SHA-256 of the file.
pub fn open(path: &Path) -> error::Result<(Tables, Vec<Source>, [u8; 32])> {
    let bytes = fs::read(path).map_err(|e| Error::io("read", path, e))?;
    let (tables, sources) = from_bytes(&bytes).map_err(|message| Error::file(path, 0, "", message))?;
    Ok((tables, sources, Sha256::digest(&bytes).into()))
}

/// Why a file is refused.
type Refusal = &'static str;

const NOT_OURS: Refusal = "no table file; make one with `claimlint tables import`";
const CUT: Refusal = "the table file is cut off or has grown; import the CMS files again";
const ALTERED: Refusal = "the table file is damaged: its check sum is not right; import the CMS files again";
const OTHER_FORMAT: Refusal =
    "the table file is of another version of claimlint; import the CMS files again with this one";
const CONTRADICTS: Refusal = "the table file contradicts itself; import the CMS files again";

/// Reads a file's bytes.
pub(super) fn from_bytes(bytes: &[u8]) -> Result<(Tables, Vec<Source>), Refusal> {
    let sections = sections(bytes)?;
    let sources = serde_json::from_slice(sections[0]).map_err(|_| CONTRADICTS)?;
    let mut tables = Tables::builtin();
    let file = File {
        tables: chunks::<6>(sections[1])?.map(table).collect::<Option<_>>().ok_or(CONTRADICTS)?,
        codes: chunks::<5>(sections[2])?.map(|code| index_of(&tables.therapy, code)).collect(),
        dates: chunks::<4>(sections[3])?.map(date).collect::<Option<_>>().ok_or(CONTRADICTS)?,
    };
    let read = |n: usize| file.windows(sections[n], sections[n + 1]);
    let windows = [read(4)?, read(6)?];
    let of_file = |setting| file.tables.iter().any(|t| !t.limits && t.setting == setting);
    tables.pairs = Pairs::imported(&tables.therapy, windows, of_file);
    let mut rest = sections[8];
    for table in file.tables.iter().filter(|t| t.limits) {
        let first = table.quarter.first().ok_or(CONTRADICTS)?;
        // A list without any of our codes is still the list of its quarter.
        let list = tables.mues.list(table.setting, first, Extent::Whole);
        let (count, limits) = rest.split_first_chunk().ok_or(CONTRADICTS)?;
        let length = (u32::from_le_bytes(*count) as usize).checked_mul(7).ok_or(CONTRADICTS)?;
        let (limits, behind) = limits.split_at_checked(length).ok_or(CONTRADICTS)?;
        rest = behind;
        for [a, b, c, d, e, f, mai] in chunks::<7>(limits)? {
            let code = file.codes.get(usize::from(u16::from_le_bytes([*a, *b]))).ok_or(CONTRADICTS)?;
            if let Some(index) = code {
                list.set(*index, u32::from_le_bytes([*c, *d, *e, *f]), *mai);
            }
        }
    }
    if rest.is_empty() { Ok((tables, sources)) } else { Err(CONTRADICTS) }
}

/// What rows name by number.
struct File {
    tables: Vec<TableId>,
    /// Index in the therapy table, for codes that are there.
    codes: Vec<Option<u8>>,
    dates: Vec<Date>,
}

impl File {
    /// The windows of a setting with both codes in the therapy table.
    fn windows(&self, index: &[u8], rows: &[u8]) -> Result<Vec<pairs::Row>, Refusal> {
        let starts: Vec<usize> = chunks::<4>(index)?.map(|n| u32::from_le_bytes(*n) as usize).collect();
        let all = chunks::<7>(rows)?.len();
        let whole = starts.len() == self.codes.len() + 1 && starts.last() == Some(&all);
        if !whole || !starts.is_sorted() {
            return Err(CONTRADICTS);
        }
        let mut windows = Vec::new();
        for (column1, range) in self.codes.iter().zip(starts.windows(2)) {
            let Some(column1) = *column1 else { continue };
            let rows = rows.get(range[0] * 7..range[1] * 7).ok_or(CONTRADICTS)?;
            for row in chunks::<7>(rows)? {
                let number = |at: usize| u16::from_le_bytes([row[at], row[at + 1]]);
                let column2 = *self.codes.get(usize::from(number(0))).ok_or(CONTRADICTS)?;
                if let Some(column2) = column2 {
                    windows.push(self.window(column1, column2, (number(2), number(4)), row[6])?);
                }
            }
        }
        Ok(windows)
    }

    fn window(
        &self,
        column1: u8,
        column2: u8,
        (begin, last): (u16, u16),
        tail: u8,
    ) -> Result<pairs::Row, Refusal> {
        let date = |n: u16| {
            let at = usize::from(n).checked_sub(1);
            at.and_then(|at| self.dates.get(at)).copied().ok_or(CONTRADICTS)
        };
        let begin = if begin == BEFORE_1996 { Begin::Before1996 } else { Begin::On(date(begin)?) };
        let last = if last == ACTIVE { None } else { Some(date(last)?) };
        let table = self.tables.get(usize::from(tail & 127)).ok_or(CONTRADICTS)?;
        let table = table.quarter.first().ok_or(CONTRADICTS)?;
        Ok(pairs::Row { column1, column2, begin, last, bypass: tail & 128 != 0, table })
    }
}

/// The sections of a file that is whole and unaltered.
fn sections(bytes: &[u8]) -> Result<[&[u8]; SECTIONS], Refusal> {
    if !bytes.starts_with(&MAGIC) {
        return Err(if bytes.len() < MAGIC.len() && MAGIC.starts_with(bytes) { CUT } else { NOT_OURS });
    }
    let u32_at = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    let u64_at = |at: usize| Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    if u32_at(8).ok_or(CUT)? != FORMAT {
        return Err(OTHER_FORMAT);
    }
    if bytes.len() < HEAD || u64_at(16) != Some(bytes.len() as u64) {
        return Err(CUT);
    }
    if u32_at(12) != Some(crc32fast::hash(&bytes[CHECKED_FROM..])) {
        return Err(ALTERED);
    }
    let mut sections = [&[][..]; SECTIONS];
    let mut rest = &bytes[HEAD..];
    for (n, section) in sections.iter_mut().enumerate() {
        let length = u64_at(24 + 8 * n).and_then(|n| usize::try_from(n).ok()).ok_or(CONTRADICTS)?;
        (*section, rest) = rest.split_at_checked(length).ok_or(CONTRADICTS)?;
    }
    if rest.is_empty() { Ok(sections) } else { Err(CONTRADICTS) }
}

/// A section as items of one length.
fn chunks<const N: usize>(section: &[u8]) -> Result<std::slice::Iter<'_, [u8; N]>, Refusal> {
    let (items, rest) = section.as_chunks();
    if rest.is_empty() { Ok(items.iter()) } else { Err(CONTRADICTS) }
}

fn table([limits, setting, low, high, number, _]: &[u8; 6]) -> Option<TableId> {
    let setting = match setting {
        0 => Setting::Practitioner,
        1 => Setting::Hospital,
        _ => return None,
    };
    let quarter = Quarter::new(u16::from_le_bytes([*low, *high]), *number)?;
    (*limits <= 1).then_some(TableId { limits: *limits == 1, setting, quarter })
}

fn index_of(codes: &TherapyCodes, code: &[u8; 5]) -> Option<u8> {
    codes.get(Code::parse(code)).map(|facts| facts.index)
}

fn date(number: &[u8; 4]) -> Option<Date> {
    let n = u32::from_le_bytes(*number);
    Date::new(n / 10_000, n / 100 % 100, n % 100)
}
