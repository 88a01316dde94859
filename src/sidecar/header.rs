//! The columns of a sidecar file: their names, and where they stand in one file.
//!
//! Refuses unknown and doubled columns. Whether the columns there are suffice is asked of the kind of file.
//! Deliberately absent: values.

use std::borrow::Cow;

use csv::StringRecord;

/// The columns of some kind of file, as an enum; `columns!` makes one.
pub(crate) trait Column: Copy + 'static {
    /// All of them.
    const ALL: &'static [Self];
    /// The column's name, as it stands in a header.
    fn name(self) -> &'static str;
    /// The column's place in [`Column::ALL`].
    fn place(self) -> usize;
}

/// Makes an enum of columns, each with its name beside it.
macro_rules! columns {
    ($(#[$doc:meta])* $visible:vis enum $name:ident { $($column:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        $visible enum $name { $($column),+ }

        impl $crate::sidecar::header::Column for $name {
            const ALL: &'static [Self] = &[$($name::$column),+];

            fn name(self) -> &'static str {
                match self { $($name::$column => $text),+ }
            }

            fn place(self) -> usize {
                self as usize
            }
        }
    };
}
pub(crate) use columns;

/// What is wrong with a header or a row.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The column's name, or its number where the name is not known; empty where the fault is of the whole row.
    pub(crate) column: Cow<'static, str>,
    /// What is wrong and what to do, without any value that could be about a person.
    pub(crate) message: Cow<'static, str>,
    /// Whether none of the file can be used, not just not this row.
    pub(crate) of_file: bool,
}

/// A value, or what is wrong with it; in a box, for every value of every row is handed on as one of these.
pub(crate) type Result<T> = std::result::Result<T, Box<Fault>>;

/// Where each column stands in the records of one file.
pub(crate) struct Header<C: 'static> {
    columns: &'static [C],
    /// By the column's place; the columns a file of its kind may not have stay empty.
    at: Vec<Option<usize>>,
    /// The number of columns of the file.
    pub(super) width: usize,
}

impl<C: Column> Header<C> {
    /// Reads the header record of a file that may have these columns; says what stands where, or what is wrong.
    pub(super) fn read(record: &StringRecord, columns: &'static [C]) -> Result<Header<C>> {
        let mut header = Header { columns, at: vec![None; C::ALL.len()], width: record.len() };
        if !record.iter().any(|name| header.known(name).is_some()) {
            // Without a header these are somebody's values: none of them is named.
            let message =
                format!("the first line names no known column; write a header of {}", header.list());
            return Err(fault("", message));
        }
        for (i, name) in record.iter().enumerate() {
            let Some(column) = header.known(name) else {
                // By its number: what stands there may be somebody's name.
                let message = format!("unknown column; the known ones are {}", header.list());
                let column = (i + 1).to_string().into();
                return Err(Box::new(Fault { column, message: message.into(), of_file: true }));
            };
            match header.at.get_mut(column.place()) {
                Some(free @ None) => *free = Some(i),
                _ => return Err(fault(column.name(), "the column stands twice; take one away")),
            }
        }
        Ok(header)
    }

    /// The value of a column, trimmed; empty where the column is absent.
    #[inline]
    pub(crate) fn value<'r>(&self, record: &'r StringRecord, column: C) -> &'r str {
        match self.at.get(column.place()) {
            Some(Some(at)) => record.get(*at).map_or("", str::trim_ascii),
            _ => "",
        }
    }

    pub(crate) fn has(&self, column: C) -> bool {
        self.at.get(column.place()).copied().flatten().is_some()
    }

    /// Refuses a header that lacks one of these columns.
    pub(crate) fn must_have(&self, columns: &[C]) -> Result<()> {
        match columns.iter().find(|column| !self.has(**column)) {
            Some(absent) => Err(fault(absent.name(), "the header lacks this column; add it")),
            None => Ok(()),
        }
    }

    fn known(&self, name: &str) -> Option<C> {
        self.columns.iter().copied().find(|c| name.trim().eq_ignore_ascii_case(c.name()))
    }

    fn list(&self) -> String {
        self.columns.iter().map(|c| c.name()).collect::<Vec<_>>().join(", ")
    }
}

/// A fault of a column, or with an empty name of the whole row.
#[cold]
pub(crate) fn fault(column: &'static str, message: impl Into<Cow<'static, str>>) -> Box<Fault> {
    Box::new(Fault { column: column.into(), message: message.into(), of_file: false })
}
