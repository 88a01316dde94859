//! Reads the quarterly files of CMS: NCCI pair edits (PTP) and unit limits (MUE), as text, CSV or workbook, or in
//! an archive of these.
//!
//! Files come in; the contents of a table file go out, with an account of every row. Rows are read one by one.
//! A file with a row that cannot be read is refused as a whole, with file, line and column: half a table would
//! pass pairs over in silence. Deliberately absent: which codes are therapy, for a table file outlives the
//! list of them; and any text of a row in a message, for who knows what file was named by mistake.

mod delimited;
mod gather;
mod limits;
mod pairs;
mod record;
mod sheet;
mod source;
mod title;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

use super::Setting;
use super::file::{Contents, Source};
use super::quarter::Quarter;

use gather::{Full, Gathered};
use pairs::Wrong;
use record::{Record, Records};
use source::Found;
use title::{Kind, Title};

pub use gather::Merged;

/// What an import read.
#[derive(Debug)]
pub struct Imported {
    contents: Contents,
    /// Members of archives and sheets of workbooks that were not read.
    pub aside: Vec<PathBuf>,
    /// What was put together and what fell away.
    pub merged: Merged,
    /// What is likely to be missing, as sentences.
    pub missing: Vec<String>,
}

impl Imported {
    /// The sources in the order they were read.
    pub fn sources(&self) -> &[Source] {
        &self.contents.sources
    }

    /// Windows and limits the table file holds.
    pub fn rows(&self) -> (u64, u64) {
        let count = |lengths: &mut dyn Iterator<Item = usize>| lengths.map(|n| n as u64).sum();
        (
            count(&mut self.contents.windows.iter().map(Vec::len)),
            count(&mut self.contents.limits.iter().map(Vec::len)),
        )
    }

    /// The table file.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.contents.to_bytes()
    }
}

/// Reads files. `quarter` is that of files which do not say theirs.
pub fn read(files: &[PathBuf], quarter: Option<Quarter>) -> Result<Imported> {
    let mut run =
        Run { quarter, gathered: Gathered::default(), sources: Vec::new(), issues: BTreeMap::new() };
    let mut aside = Vec::new();
    for path in files {
        let from = run.sources.len();
        let opened = source::open(path, &mut |found, records| run.table(found, records))?;
        for source in run.sources.iter_mut().skip(from) {
            source.sha256.clone_from(&opened.sha256);
        }
        aside.extend(opened.aside);
    }
    let missing = run.missing();
    let (mut contents, merged) = run.gathered.finish().map_err(|(table, code)| {
        Error::usage(format!(
            "{} limits of {} give {code} two values: the files named are not of one issue; import one of them",
            table.setting.name(),
            table.quarter,
        ))
    })?;
    contents.sources = run.sources;
    Ok(Imported { contents, aside, merged, missing })
}

/// An import under way.
struct Run {
    quarter: Option<Quarter>,
    gathered: Gathered,
    sources: Vec<Source>,
    /// By kind, setting and quarter.
    issues: BTreeMap<(Kind, &'static str, Quarter), Issue>,
}

/// What is known of a table that may come in several files.
#[derive(Debug, Default)]
struct Issue {
    revision: Option<u8>,
    pieces: BTreeSet<u8>,
}

/// Which table a source is part of.
#[derive(Clone, Copy)]
struct Part {
    kind: Kind,
    setting: Setting,
    quarter: Quarter,
    /// Its number among the tables.
    table: u8,
}

impl Run {
    /// Reads one table.
    fn table(&mut self, found: &Found<'_>, records: &mut dyn Records) -> Result<()> {
        refuse_foreign(found.name, found.title)?;
        let mut record = Record::default();
        let (kind, title) = begin(found, records, &mut record)?;
        let part = self.part(kind, title).map_err(|message| Error::file(found.name, 0, "", message))?;
        let mut source = Source {
            file: found.label.clone(),
            sha256: String::new(),
            limits: kind == Kind::Limits,
            setting: part.setting.name().to_owned(),
            quarter: part.quarter.to_string(),
            rows: 0,
            never_in_force: 0,
        };
        let mut reasons = Reasons::default();
        loop {
            let was_in_force = self
                .row(part, &record)
                .map_err(|w| Error::file(found.name, record.line, w.column, w.message))?;
            source.rows += 1;
            source.never_in_force += u64::from(!was_in_force);
            if !reasons.is_whole(&record, kind) {
                return Err(Error::file(found.name, record.line, "", CUT));
            }
            if !records.next(&mut record)? {
                break;
            }
        }
        self.sources.push(source);
        Ok(())
    }

    /// Says which table the rows are part of, or what is not known about it.
    fn part(&mut self, kind: Kind, title: Title) -> std::result::Result<Part, String> {
        let setting = title.setting.ok_or(NO_SETTING)?;
        let quarter = match (title.quarter, self.quarter) {
            (Some(said), Some(given)) if said != given => {
                return Err(format!("it says that it is of {said}, and --quarter that it is of {given}"));
            }
            (said, given) => said.or(given).ok_or(NO_QUARTER)?,
        };
        let issue = self.issues.entry((kind, setting.name(), quarter)).or_default();
        if issue.revision.zip(title.revision).is_some_and(|(known, this)| known != this) {
            return Err(
                "another issue of this table was read before it; import the newer of the two".to_owned()
            );
        }
        issue.revision = issue.revision.or(title.revision);
        issue.pieces.extend(title.piece);
        let table = self.gathered.table(kind, setting, quarter).map_err(|Full(message)| message)?;
        Ok(Part { kind, setting, quarter, table })
    }

    /// Takes in a row. Whether what it tells was ever in force.
    fn row(&mut self, part: Part, record: &Record) -> std::result::Result<bool, Wrong> {
        let full = |Full(message)| Wrong { column: "", message };
        match part.kind {
            Kind::Pairs => {
                let Some(edit) = pairs::edit(record)? else { return Ok(false) };
                let (table, dates) = ((part.setting, part.table), (edit.begin, edit.last));
                self.gathered.window(table, edit.codes, dates, edit.bypass).map_err(full)?;
            }
            Kind::Limits => {
                let limit = limits::limit(record)?;
                self.gathered.limit(part.table, limit.code, limit.value, limit.mai).map_err(full)?;
            }
        }
        Ok(true)
    }

    /// Says which pieces of a table are not there. CMS splits the pairs of a setting into four files.
    fn missing(&self) -> Vec<String> {
        let split = self.issues.iter().filter(|(_, issue)| !issue.pieces.is_empty());
        let missing = split.filter_map(|((_, setting, quarter), issue)| {
            let absent: Vec<String> =
                (1..=4).filter(|n| !issue.pieces.contains(n)).map(|n| format!("f{n}")).collect();
            let absent = if absent.is_empty() { None } else { Some(absent.join(", ")) }?;
            Some(format!(
                "{setting} pairs of {quarter}: no {absent} among the files; if CMS issued them, their pairs \
                 are not known"
            ))
        });
        missing.collect()
    }
}

const NO_SETTING: &str =
    "neither its name nor its first lines say practitioner or hospital; give it the name CMS gave it";
const NO_QUARTER: &str =
    "neither its name nor its first lines say which quarter it is of; add --quarter, as --quarter 2026Q1";
const CUT: &str = "the file ends in the middle of this row; it is cut off, fetch it again";

/// Reads to the first row. Above it may stand titles; a row that is broken is no title.
fn begin(found: &Found<'_>, records: &mut dyn Records, record: &mut Record) -> Result<(Kind, Title)> {
    /// No table of CMS has so many lines above its rows.
    const MOST: u32 = 200;
    let name = records.name().to_owned();
    let mut lines = Vec::new();
    for _ in 0..MOST {
        if !records.next(record)? {
            break;
        }
        let shape = if pairs::begins(record) {
            Some(Kind::Pairs)
        } else if limits::begins(record) {
            Some(Kind::Limits)
        } else {
            None
        };
        if let Some(shape) = shape {
            let said = Title::of_lines(&lines);
            refuse_foreign(&name, said)?;
            refuse_contradiction(&name, found.title, said)?;
            let title = found.title.or(said);
            if title.kind.is_some_and(|kind| kind != shape) {
                return Err(Error::file(&name, record.line, "", NOT_AS_NAMED));
            }
            return Ok((shape, title));
        }
        if pairs::code(record.field(0)).is_some() {
            return Err(Error::file(&name, record.line, "", NO_FORM));
        }
        lines.extend_from_slice(record.bytes());
        lines.push(b'\n');
    }
    Err(Error::file(&name, 0, "", NO_ROWS))
}

const NOT_AS_NAMED: &str = "the rows are not those of the table that the name or the first lines announce";
const NO_FORM: &str = "a row with a code in column 1 that has neither an effective date of eight digits in column 4 (PTP) \
     nor a value and an indicator in columns 2 and 3 (MUE)";
const NO_ROWS: &str =
    "no row of a PTP or MUE table was found in it; see docs/tables.md for the files that are read";

fn refuse_foreign(name: &Path, title: Title) -> Result<()> {
    match title.foreign {
        Some(what) => Err(Error::file(name, 0, "", what)),
        None => Ok(()),
    }
}

fn refuse_contradiction(name: &Path, named: Title, said: Title) -> Result<()> {
    let other = |a: Option<String>, b: Option<String>| a.zip(b).filter(|(a, b)| a != b);
    let setting = |t: Title| t.setting.map(|s| s.name().to_owned());
    let quarter = |t: Title| t.quarter.map(|q| q.to_string());
    let differ = other(setting(named), setting(said)).or_else(|| other(quarter(named), quarter(said)));
    match differ {
        Some((a, b)) => {
            let message =
                format!("its name says {a} and its first lines say {b}; give it the name CMS gave it");
            Err(Error::file(name, 0, "", message))
        }
        None => Ok(()),
    }
}

/// The reasons rows give. They are few, so a last row that has no line end and gives a reason no other gives
/// was cut off in the middle of it.
#[derive(Default)]
struct Reasons {
    seen: HashSet<u64>,
    rows: u64,
}

impl Reasons {
    fn is_whole(&mut self, record: &Record, kind: Kind) -> bool {
        /// Beyond it nothing is learnt, and nothing is concluded.
        const MOST: usize = 4096;
        let mut hash = DefaultHasher::new();
        let column = match kind {
            Kind::Pairs => pairs::RATIONALE,
            Kind::Limits => limits::RATIONALE,
        };
        record.field(column).hash(&mut hash);
        let known = !self.seen.insert(hash.finish());
        self.rows += 1;
        known || !record.unfinished || self.rows == 1 || self.seen.len() > MOST
    }
}
