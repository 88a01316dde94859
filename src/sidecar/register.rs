//! A store of rows found by the id they are about: a patient, a payer.
//!
//! Rows of one id stand together, sorted. Refuses to choose between two rows that speak of the same thing: both
//! go, and the second is told with the place of the first.

use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, display_path};

use super::header::{Column, Result};
use super::table::{self, Record, Shape, TOLD};
use super::{RowPlace, Tally, path_of};

/// What one row says.
pub(super) trait Entry: Sized {
    /// The columns of its files.
    type Column: Column;
    /// What tells the rows of one id apart; they are sorted by it.
    type Key: Ord;
    /// Its files.
    const SHAPE: Shape<Self::Column>;
    /// What two rows of equal id and key have in common: `the patient, year and bucket`.
    const SAME: &'static str;

    /// Reads one row: the id it is about, and what it says.
    fn read(record: &Record<'_, Self::Column>, row: RowPlace) -> Result<(Box<[u8]>, Self)>;
    /// Its key.
    fn key(&self) -> Self::Key;
    /// Where it stands.
    fn row(&self) -> RowPlace;
}

/// The rows of all files of one kind. The default holds none.
pub(super) struct Register<E> {
    files: Vec<PathBuf>,
    tally: Tally,
    /// By id: the first of its rows, and one past the last. Hashes are keyed by the run, so no file can be
    /// made to collide.
    runs: HashMap<Box<[u8]>, (u32, u32)>,
    entries: Vec<E>,
}

impl<E: Entry> Register<E> {
    /// Reads files, in order. What is wrong comes beside what could be used.
    pub(super) fn load<P: AsRef<Path>>(paths: &[P]) -> (Register<E>, Vec<Error>) {
        let mut loader = Loader::new();
        for path in paths {
            let path = path.as_ref();
            match table::open(path) {
                Ok(file) => loader.file(path, file),
                Err(error) => loader.unopened(path, error),
            }
        }
        loader.finish()
    }

    /// Reads one file from memory or a stream; `name` stands for it in errors and places.
    pub(super) fn from_reader(name: &Path, reader: impl Read) -> (Register<E>, Vec<Error>) {
        let mut loader = Loader::new();
        loader.file(name, BufReader::new(reader));
        loader.finish()
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn path(&self, row: RowPlace) -> &Path {
        path_of(&self.files, row)
    }

    /// The rows of an id, sorted by key; none for an id no row is about. Allocates nothing.
    pub(super) fn of(&self, id: &[u8]) -> &[E] {
        if self.runs.is_empty() {
            return &[];
        }
        let run = self.runs.get(id).and_then(|&(from, to)| self.entries.get(from as usize..to as usize));
        run.unwrap_or_default()
    }

    pub(super) fn debug(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name).field("files", &self.files.len()).field("rows", &self.entries.len()).finish()
    }
}

impl<E> Default for Register<E> {
    fn default() -> Register<E> {
        Register { files: Vec::new(), tally: Tally::default(), runs: HashMap::new(), entries: Vec::new() }
    }
}

/// Rows as they are read.
struct Loader<E> {
    files: Vec<PathBuf>,
    tally: Tally,
    rows: Vec<(Box<[u8]>, E)>,
    errors: Vec<Error>,
}

impl<E: Entry> Loader<E> {
    fn new() -> Loader<E> {
        Loader { files: Vec::new(), tally: Tally::default(), rows: Vec::new(), errors: Vec::new() }
    }

    fn unopened(&mut self, path: &Path, error: Error) {
        self.files.push(path.to_owned());
        self.tally.files += 1;
        self.errors.push(error);
    }

    /// Reads one file, whole or not at all.
    fn file(&mut self, path: &Path, reader: impl BufRead) {
        let (first, file) = (self.rows.len(), self.files.len() as u32);
        self.files.push(path.to_owned());
        self.tally.files += 1;
        let rows = &mut self.rows;
        let used = table::read(path, reader, &E::SHAPE, &mut self.tally, &mut self.errors, |record| {
            // The store numbers its rows in 32 bits.
            if rows.len() >= u32::MAX as usize {
                return Err(table::too_many());
            }
            rows.push(E::read(record, RowPlace { file, line: record.line })?);
            Ok(())
        });
        if !used {
            self.rows.truncate(first);
        }
    }

    fn finish(mut self) -> (Register<E>, Vec<Error>) {
        self.rows.sort_by(|(a, x), (b, y)| (a, x.key(), x.row()).cmp(&(b, y.key(), y.row())));
        self.refuse_doubles();
        let mut runs = HashMap::new();
        let mut entries = Vec::with_capacity(self.rows.len());
        for (n, (id, entry)) in (0u32..).zip(self.rows) {
            runs.entry(id).or_insert((n, n)).1 = n + 1;
            entries.push(entry);
        }
        (Register { files: self.files, tally: self.tally, runs, entries }, self.errors)
    }

    /// Takes out all rows that share id and key with another.
    fn refuse_doubles(&mut self) {
        let alike = |(a, x): &(Box<[u8]>, E), (b, y): &(Box<[u8]>, E)| a == b && x.key() == y.key();
        let mut doubled = vec![false; self.rows.len()];
        let mut told: Vec<(RowPlace, RowPlace)> = Vec::new();
        let mut at = 0;
        for group in self.rows.chunk_by(alike) {
            if let [(_, first), others @ ..] = group
                && !others.is_empty()
            {
                told.extend(others.iter().map(|(_, other)| (other.row(), first.row())));
                doubled.iter_mut().skip(at).take(group.len()).for_each(|d| *d = true);
            }
            at += group.len();
        }
        if told.is_empty() {
            return;
        }
        let mut doubled = doubled.into_iter();
        let before = self.rows.len();
        self.rows.retain(|_| !doubled.next().unwrap_or(false));
        let lost = (before - self.rows.len()) as u64;
        self.tally.rows -= lost;
        self.tally.faulty += lost;
        // In the order of the files, however the rows were sorted.
        told.sort_unstable();
        for of_file in told.chunk_by(|a, b| a.0.file == b.0.file) {
            self.tell_doubles(of_file);
        }
    }

    /// Tells the doubled rows of one file, each with the row it repeats.
    fn tell_doubles(&mut self, doubles: &[(RowPlace, RowPlace)]) {
        for (n, (row, first)) in (0u64..).zip(doubles) {
            let path = path_of(&self.files, *row);
            if n == TOLD {
                self.errors.push(table::more_faults(path, doubles.len() as u64 - TOLD));
                return;
            }
            let other = if first.file == row.file {
                String::new()
            } else {
                format!(" of {}", display_path(path_of(&self.files, *first)))
            };
            let message = format!(
                "{} are those of line {}{other}; keep one of the two, neither is used",
                E::SAME,
                first.line
            );
            self.errors.push(Error::file(path, u64::from(row.line), "", message));
        }
    }
}
