//! The files named for an import, and what is in them: a text, a workbook, or an archive of either. Each table
//! found is handed on as rows. What in an archive is no table is told, not passed over.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{Error, Result};

use super::delimited::{Delimited, damaged};
use super::record::Records;
use super::sheet;
use super::title::Title;

/// A workbook inside an archive is unpacked into memory; one of CMS takes 20 million bytes.
const LARGEST_WORKBOOK: u64 = 256 * 1024 * 1024;

/// A table as it is found.
pub(super) struct Found<'f> {
    /// Path of the file, and the member's behind it.
    pub(super) name: &'f Path,
    /// Name of the file, and the member's behind it.
    pub(super) label: String,
    /// What the names say.
    pub(super) title: Title,
}

/// What is done with each table.
pub(super) type Visit<'v> = dyn FnMut(&Found<'_>, &mut dyn Records) -> Result<()> + 'v;

/// What a file held beside its tables.
pub(super) struct Opened {
    /// SHA-256 of the file, in hexadecimal.
    pub(super) sha256: String,
    /// Members of the archive, and sheets of workbooks, that were not read.
    pub(super) aside: Vec<PathBuf>,
}

/// Opens a file and hands every table in it to `visit`.
pub(super) fn open(path: &Path, visit: &mut Visit<'_>) -> Result<Opened> {
    let unread = |e| Error::io("read", path, e);
    let mut file = File::open(path).map_err(unread)?;
    let sha256 = digest(&mut file).map_err(unread)?;
    file.seek(SeekFrom::Start(0)).map_err(unread)?;
    let mut first = [0; 4];
    let some = read_some(&mut file, &mut first).map_err(unread)?;
    file.seek(SeekFrom::Start(0)).map_err(unread)?;
    let mut aside = Vec::new();
    let label = file_name(path);
    let title = Title::of_name(&label);
    match first.get(..some).unwrap_or_default() {
        b"PK\x03\x04" | b"PK\x05\x06" => {
            let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| no_archive(path, &e))?;
            if sheet::worksheets(&archive).is_empty() {
                members(&mut archive, path, title, visit, &mut aside)?;
            } else {
                workbook(&mut archive, &Found { name: path, label, title }, visit, &mut aside)?;
            }
        }
        // The form workbooks had before 2007.
        [0xd0, 0xcf, 0x11, 0xe0] => {
            return Err(Error::file(path, 0, "", "an .xls workbook; save it as .xlsx or .csv"));
        }
        _ => visit(&Found { name: path, label, title }, &mut Delimited::open(file, path)?)?,
    }
    Ok(Opened { sha256, aside })
}

/// The tables of an archive.
fn members<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    path: &Path,
    title: Title,
    visit: &mut Visit<'_>,
    aside: &mut Vec<PathBuf>,
) -> Result<()> {
    let broken = |e| no_archive(path, &e);
    let mut all = Vec::new();
    for at in 0..archive.len() {
        let name = archive.name_for_index(at).and_then(std::result::Result::ok).map(|n| n.into_owned());
        let name = name.ok_or_else(|| no_archive(path, &ZipError::FileNotFound))?;
        if !name.ends_with('/') {
            all.push((at, name));
        }
    }
    let tables = tables(&all);
    aside.extend(all.iter().filter(|(at, _)| !tables.contains(at)).map(|(_, name)| path.join(name)));
    if tables.is_empty() {
        return Err(Error::file(path, 0, "", "the archive holds no .txt, .csv or .xlsx file"));
    }
    for (at, name) in all.iter().filter(|(at, _)| tables.contains(at)) {
        let whole = path.join(name);
        // What a member's name does not say the archive's may.
        let title = Title::of_name(&file_name(Path::new(name))).or(title);
        let label = format!("{}/{name}", file_name(path));
        let found = Found { name: &whole, label, title };
        let entry = archive.by_index(*at).map_err(broken)?;
        if extension(name) == "xlsx" {
            let mut bytes = Vec::new();
            let read = entry.take(LARGEST_WORKBOOK + 1).read_to_end(&mut bytes);
            read.map_err(|e| damaged(&whole, 0, &e))?;
            if bytes.len() as u64 > LARGEST_WORKBOOK {
                return Err(Error::file(
                    &whole,
                    0,
                    "",
                    "the workbook is too large; unpack the archive first",
                ));
            }
            let mut inner = ZipArchive::new(Cursor::new(bytes)).map_err(|e| no_archive(&whole, &e))?;
            workbook(&mut inner, &found, visit, aside)?;
        } else {
            visit(&found, &mut Delimited::open(entry, &whole)?)?;
        }
    }
    Ok(())
}

/// Which members are tables: those CMS names as such, else every one that could be. CMS packs a table twice, as
/// text and as workbook; the text is enough.
fn tables(all: &[(usize, String)]) -> Vec<usize> {
    const READ: [&str; 3] = ["txt", "csv", "xlsx"];
    let rank = |name: &str| READ.iter().position(|e| *e == extension(name));
    let could: Vec<&(usize, String)> = all.iter().filter(|(_, name)| rank(name).is_some()).collect();
    let named = |name: &str| Title::of_name(&file_name(Path::new(name))).kind.is_some();
    let only_named = could.iter().any(|(_, name)| named(name));
    let stem = |name: &str| Path::new(name).with_extension("").to_string_lossy().to_ascii_lowercase();
    let is_best =
        |name: &str| could.iter().all(|(_, other)| stem(other) != stem(name) || rank(name) <= rank(other));
    let best = could.iter().filter(|(_, name)| (!only_named || named(name)) && is_best(name));
    best.map(|(at, _)| *at).collect()
}

/// The first worksheet of a workbook.
fn workbook<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    found: &Found<'_>,
    visit: &mut Visit<'_>,
    aside: &mut Vec<PathBuf>,
) -> Result<()> {
    let sheets = sheet::worksheets(archive);
    let Some((first, others)) = sheets.split_first() else {
        return Err(Error::file(found.name, 0, "", "the workbook has no worksheet"));
    };
    aside.extend(others.iter().map(|part| found.name.join(part)));
    sheet::read(archive, first, found.name, &mut |records| visit(found, records))
}

fn no_archive(path: &Path, e: &ZipError) -> Error {
    let message = format!("cannot be read as an archive: {e}; it is damaged or cut off, fetch it again");
    Error::file(path, 0, "", message)
}

/// The last part of a path, as text.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn extension(name: &str) -> String {
    Path::new(name).extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

fn digest(file: &mut File) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match read_some(file, &mut buffer)? {
            0 => return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
            n => hash.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}

/// Fills the buffer as far as the file goes.
fn read_some(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_once_and_what_is_none_is_left_aside() {
        let chosen = |names: &[&str]| {
            let all: Vec<(usize, String)> = names.iter().map(|n| (*n).to_owned()).enumerate().collect();
            tables(&all).into_iter().map(|at| names[at].to_owned()).collect::<Vec<_>>()
        };
        for (names, want) in [
            (
                &["ccipra-v310r0-f1.xlsx", "ccipra-v310r0-f1.TXT", "notice.txt"][..],
                &["ccipra-v310r0-f1.TXT"][..],
            ),
            (&["a/b.csv", "a/b.xlsx", "c.pdf"], &["a/b.csv"]),
            (&["b.txt", "c.txt"], &["b.txt", "c.txt"]),
            (&["readme.pdf"], &[]),
        ] {
            assert_eq!(chosen(names), want, "{names:?}");
        }
    }
}
