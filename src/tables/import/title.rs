//! What a source is, by its name and by the lines above its rows: which table, for whom, of which quarter.
//! Guesses nothing: what neither says is asked for.

use crate::tables::Setting;
use crate::tables::quarter::Quarter;
use crate::x12::value::Date;

/// Which table a source holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    /// Procedure-to-procedure edits.
    Pairs,
    /// Medically unlikely edits.
    Limits,
}

/// What a name or a title says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Title {
    pub(super) kind: Option<Kind>,
    pub(super) setting: Option<Setting>,
    pub(super) quarter: Option<Quarter>,
    /// Which of the files a table is split into.
    pub(super) piece: Option<u8>,
    /// Which issue of the quarter's table.
    pub(super) revision: Option<u8>,
    /// What it is if it is a table of CMS that is of no use here.
    pub(super) foreign: Option<&'static str>,
}

impl Title {
    /// Reads a file name: `ccipra-v320r0-f1.txt`, `MCR_MUE_PractitionerServices_Eff_01-01-2026.csv`.
    pub(super) fn of_name(name: &str) -> Title {
        let name = name.to_ascii_lowercase();
        let version = version(&name);
        let limits = name.contains("mue");
        let (kind, setting) = if name.starts_with("ccipra") {
            (Some(Kind::Pairs), Some(Setting::Practitioner))
        } else if name.starts_with("ccioph") {
            (Some(Kind::Pairs), Some(Setting::Hospital))
        } else {
            (limits.then_some(Kind::Limits), setting(&name))
        };
        let foreign = if name.starts_with("mcd") || name.contains("medicaid") {
            Some("a table of Medicaid, which has its own; only those of Medicare are read")
        } else if name.starts_with("aoc_") {
            Some("the list of add-on codes; only pairs (PTP) and unit limits (MUE) are read")
        } else if limits && (name.contains("dme") || name.contains("supplier")) {
            Some("the list for suppliers of equipment; therapy is in those of practitioners and hospitals")
        } else {
            None
        };
        Title {
            kind,
            setting,
            quarter: version.map(|v| v.quarter).or_else(|| effective(&name)),
            piece: number_after(&name, "-f").or_else(|| number_after(&name, "_f")),
            revision: version.and_then(|v| v.revision),
            foreign,
        }
    }

    /// Reads the lines above the rows.
    pub(super) fn of_lines(lines: &[u8]) -> Title {
        let text: String = lines.iter().map(|b| char::from(b.to_ascii_lowercase())).collect();
        let has = |word| text.contains(word);
        let kind = match (has("medically unlikely") || has("mue"), has("column 1") || has("column1")) {
            (true, false) => Some(Kind::Limits),
            (false, true) => Some(Kind::Pairs),
            _ => None,
        };
        let foreign = has("medicaid")
            .then_some("a table of Medicaid, which has its own; only those of Medicare are read");
        Title {
            kind,
            setting: setting(&text),
            quarter: version(&text).map(|v| v.quarter).or_else(|| effective(&text)),
            foreign,
            ..Title::default()
        }
    }

    /// What this one does not say, as the other says it.
    pub(super) fn or(self, other: Title) -> Title {
        Title {
            kind: self.kind.or(other.kind),
            setting: self.setting.or(other.setting),
            quarter: self.quarter.or(other.quarter),
            piece: self.piece.or(other.piece),
            revision: self.revision.or(other.revision),
            foreign: self.foreign.or(other.foreign),
        }
    }
}

/// The setting a text names, unless it names both.
fn setting(text: &str) -> Option<Setting> {
    match (text.contains("practitioner"), text.contains("hospital")) {
        (true, false) => Some(Setting::Practitioner),
        (false, true) => Some(Setting::Hospital),
        _ => None,
    }
}

/// A version number of CMS and what it says.
#[derive(Clone, Copy)]
struct Version {
    quarter: Quarter,
    revision: Option<u8>,
}

/// Reads `v310`, `v310r0` or `v31.0`: the tables of 2025Q1. Tens are years from 1994 on, ones are quarters from 0.
fn version(text: &str) -> Option<Version> {
    starts(text, "v").find_map(|rest| {
        let bytes = rest.as_bytes();
        let digit = |at: usize| bytes.get(at).filter(|b| b.is_ascii_digit()).map(|b| u16::from(b - b'0'));
        let (tens, point) = (digit(0)? * 10 + digit(1)?, usize::from(bytes.get(2) == Some(&b'.')));
        let (ones, end) = (digit(2 + point)?, 3 + point);
        if digit(end).is_some() || tens < 10 {
            return None;
        }
        let quarter = Quarter::new(1994 + tens, u8::try_from(ones + 1).ok()?)?;
        let revision = rest.get(end..).and_then(|after| number_after(after, "r"));
        Some(Version { quarter, revision })
    })
}

/// Reads the date behind `effective` or `eff`: `01-01-2026`, `1/1/2026`, `20260101`, `January 1, 2026`.
fn effective(text: &str) -> Option<Quarter> {
    let dates = starts(text, "eff").find_map(|rest| {
        let rest = rest.strip_prefix("ective").unwrap_or(rest);
        let mut words = rest.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
        let words: [&str; 4] = std::array::from_fn(|_| words.next().unwrap_or_default());
        // "effective date: January 1, 2026", "effective for January 1, 2026".
        let [first, second, third, fourth] = words;
        date([first, second, third]).or_else(|| date([second, third, fourth]))
    });
    dates.map(Quarter::of)
}

fn date([first, second, third]: [&str; 3]) -> Option<Date> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let number = |text: &str| text.parse().ok();
    if first.len() == 8 {
        return Date::parse(first.as_bytes());
    }
    let named = (1u32..).zip(MONTHS).find(|(_, name)| first.starts_with(name)).map(|(n, _)| n);
    match first.len() {
        4 if named.is_none() => Date::new(number(first)?, number(second)?, number(third)?),
        _ => Date::new(number(third)?, named.or_else(|| number(first))?, number(second)?),
    }
}

/// What follows each place where `word` begins a word.
fn starts<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(word).filter_map(move |(at, _)| {
        let before = text[..at].bytes().next_back();
        before.is_none_or(|b| !b.is_ascii_alphanumeric()).then(|| &text[at + word.len()..])
    })
}

/// The number of one or two digits behind the first `word` that has one.
fn number_after(text: &str, word: &str) -> Option<u8> {
    text.match_indices(word).find_map(|(at, _)| {
        let rest = &text[at + word.len()..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 2 { None } else { rest[..digits].parse().ok() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `pairs practitioner 2025Q1 f1 r0`, a dash for what is not said.
    fn said(title: Title) -> String {
        let kind = title.kind.map_or("-", |k| if k == Kind::Pairs { "pairs" } else { "limits" });
        let setting = title.setting.map_or("-", Setting::name);
        let quarter = title.quarter.map_or("-".to_owned(), |q| q.to_string());
        let piece = title.piece.map_or(String::new(), |n| format!(" f{n}"));
        let revision = title.revision.map_or(String::new(), |n| format!(" r{n}"));
        let foreign = if title.foreign.is_some() { " foreign" } else { "" };
        format!("{kind} {setting} {quarter}{piece}{revision}{foreign}")
    }

    #[test]
    fn a_name_says_what_a_file_is() {
        for (name, want) in [
            ("ccipra-v310r0-f1.TXT", "pairs practitioner 2025Q1 f1 r0"),
            ("ccipra-v313r0-f4.xlsx", "pairs practitioner 2025Q4 f4 r0"),
            ("CCIOPH-V320R1-F2.txt", "pairs hospital 2026Q1 f2 r1"),
            ("ccioph-v323r0-f3.zip", "pairs hospital 2026Q4 f3 r0"),
            ("ccipra-v302r0-f1.txt", "pairs practitioner 2024Q3 f1 r0"),
            ("MCR_MUE_PractitionerServices_Eff_01-01-2026.csv", "limits practitioner 2026Q1"),
            ("MCR_MUE_OutpatientHospitalServices_Eff_10-01-2025.csv", "limits hospital 2025Q4"),
            ("MCR_MUE_DMESupplierServices_Eff_10-01-2025.csv", "limits - 2025Q4 foreign"),
            ("MCD-PRA-v310.txt", "- - 2025Q1 foreign"),
            ("AOC_V2026Q1-F-MCR.txt", "- - - foreign"),
            ("ccipra-v314r0-f1.txt", "pairs practitioner - f1"),
            ("edits.txt", "- - -"),
        ] {
            assert_eq!(said(Title::of_name(name)), want, "{name}");
        }
    }

    #[test]
    fn lines_above_the_rows_say_it_too() {
        for (lines, want) in [
            ("CPT copyright 2025. Column 1/Column 2 Edits, Practitioner, v31.0", "pairs practitioner 2025Q1"),
            ("Hospital PTP edits Effective January 1, 2026\nColumn 1\tColumn 2", "pairs hospital 2026Q1"),
            ("Column1 Column2 Effective Date\nDeletion Date *=no data", "pairs - -"),
            ("Outpatient Hospital Services MUE Values effective 10/01/2025", "limits hospital 2025Q4"),
            ("Practitioner Services MUE Values, Effective Date: 20250401", "limits practitioner 2025Q2"),
            ("practitioner and hospital", "- - -"),
            ("Medicaid NCCI", "- - - foreign"),
            ("effective 2026-07-01", "- - 2026Q3"),
            ("", "- - -"),
        ] {
            assert_eq!(said(Title::of_lines(lines.as_bytes())), want, "{lines}");
        }
    }
}
