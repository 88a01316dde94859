//! Rows in, row groups out: the columns of a Parquet file while they are filled.

use std::fmt::Write as _;
use std::io;

use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::Type;

use crate::report::cells::Cells;
use crate::report::put::Put;
use crate::report::safe::{self, LIMIT};
use crate::x12::value::{Cents, Date, Quantity};

/// Rows of a row group.
const ROWS: usize = 65_536;

/// Bytes of text beyond which a row group ends, however few rows it has.
const BYTES: usize = 64 << 20;

/// Amounts of more than 18 digits have no place in a DECIMAL(18, _); none that a claim file may say is that large.
const MOST: u64 = 999_999_999_999_999_999;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// INT64.
    Count,
    /// DECIMAL(18, 2).
    Money,
    /// DECIMAL(18, 3).
    Units,
    /// DATE.
    Date,
}

impl Kind {
    /// The column in the file: it may be null.
    fn column(self, name: &str) -> Result<Type, ParquetError> {
        let decimal = |scale| (Physical::INT64, Some(LogicalType::decimal(scale, 18)), 18, scale);
        let (physical, logical, precision, scale) = match self {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String), -1, -1),
            Kind::Count => (Physical::INT64, None, -1, -1),
            Kind::Money => decimal(2),
            Kind::Units => decimal(3),
            Kind::Date => (Physical::INT32, Some(LogicalType::Date), -1, -1),
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .with_precision(precision)
            .with_scale(scale)
            .build()
    }
}

/// Values of a column that is not null in some rows.
#[derive(Debug)]
struct Column {
    /// 1 for a row that has a value, 0 for one that has none.
    has: Vec<i16>,
    values: Values,
}

#[derive(Debug)]
enum Values {
    /// Texts end to end, and where each ends.
    Text(String, Vec<usize>),
    Long(Vec<i64>),
    Day(Vec<i32>),
}

/// A file and its row group at hand.
pub(super) struct Table<W: io::Write + Send> {
    /// Until it is finished.
    file: Option<SerializedFileWriter<W>>,
    columns: Vec<Column>,
    /// Which column the next cell goes to.
    next: usize,
    rows: usize,
    most: usize,
}

impl<W: io::Write + Send> Table<W> {
    pub(super) fn new(out: W, columns: impl Iterator<Item = (&'static str, Kind)>) -> io::Result<Table<W>> {
        Table::limited(out, columns, ROWS)
    }

    /// As [`Table::new`], with row groups of a size of their own.
    pub(super) fn limited(
        out: W,
        columns: impl Iterator<Item = (&'static str, Kind)>,
        most: usize,
    ) -> io::Result<Table<W>> {
        let columns: Vec<_> = columns.collect();
        let fields: Result<Vec<_>, _> =
            columns.iter().map(|(name, kind)| kind.column(name).map(Into::into)).collect();
        let schema =
            fields.and_then(|fields| Type::group_type_builder("claimlint").with_fields(fields).build());
        let level = ZstdLevel::try_new(3).map_err(told)?;
        let properties = WriterProperties::builder()
            .set_created_by(format!("claimlint {}", env!("CARGO_PKG_VERSION")))
            .set_compression(Compression::ZSTD(level))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            // An index of pages would grow with the file.
            .set_offset_index_disabled(true)
            .build();
        let file = SerializedFileWriter::new(out, schema.map_err(told)?.into(), properties.into());
        let values = |kind| match kind {
            Kind::Text => Values::Text(String::new(), Vec::new()),
            Kind::Count | Kind::Money | Kind::Units => Values::Long(Vec::new()),
            Kind::Date => Values::Day(Vec::new()),
        };
        let columns =
            columns.into_iter().map(|(_, kind)| Column { has: Vec::new(), values: values(kind) }).collect();
        Ok(Table { file: Some(file.map_err(told)?), columns, next: 0, rows: 0, most })
    }

    /// The row has all its cells.
    pub(super) fn end_row(&mut self) -> io::Result<()> {
        self.next = 0;
        self.rows += 1;
        let texts = self.columns.iter().map(|column| match &column.values {
            Values::Text(text, _) => text.len(),
            _ => 0,
        });
        if self.rows >= self.most || texts.sum::<usize>() >= BYTES { self.write() } else { Ok(()) }
    }

    /// Writes what is left, and the end of the file.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.write()?;
        }
        let file = self.file.take().ok_or_else(finished)?;
        file.close().map(drop).map_err(told)
    }

    /// Writes the row group at hand.
    fn write(&mut self) -> io::Result<()> {
        let file = self.file.as_mut().ok_or_else(finished)?;
        write(file, &mut self.columns).map_err(told)?;
        self.rows = 0;
        Ok(())
    }

    fn column(&mut self, has: bool) -> Option<&mut Values> {
        let column = self.columns.get_mut(self.next)?;
        self.next += 1;
        column.has.push(has.into());
        has.then_some(&mut column.values)
    }

    /// Text that is pushed by `with`; an empty one is null.
    fn text(&mut self, with: impl FnOnce(&mut String)) {
        let Some(column) = self.columns.get_mut(self.next) else { return };
        self.next += 1;
        let Values::Text(text, ends) = &mut column.values else { return column.has.push(0) };
        let before = text.len();
        with(text);
        column.has.push((text.len() > before).into());
        if text.len() > before {
            ends.push(text.len());
        }
    }

    fn long(&mut self, value: Option<i64>) {
        let value = value.filter(|value| value.unsigned_abs() <= MOST);
        if let Some(Values::Long(values)) = self.column(value.is_some()) {
            values.extend(value);
        }
    }
}

impl<W: io::Write + Send> Cells for Table<W> {
    fn file(&mut self, name: &str) {
        self.text(|text| safe::push_text(text, name.as_bytes(), usize::MAX));
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.text(|text| safe::push_text(text, bytes, LIMIT));
    }

    fn own(&mut self, own: &str) {
        self.text(|text| safe::push_text(text, own.as_bytes(), usize::MAX));
    }

    fn code(&mut self, code: Option<&dyn Put>) {
        self.text(|text| {
            if let Some(code) = code {
                // Writing to a String cannot fail.
                let _ = write!(text, "{code}");
            }
        });
    }

    fn count(&mut self, count: Option<u64>) {
        self.long(count.and_then(|count| i64::try_from(count).ok()));
    }

    fn money(&mut self, amount: Option<Cents>) {
        self.long(amount.map(|Cents(cents)| cents));
    }

    fn units(&mut self, units: Option<Quantity>) {
        self.long(units.map(|Quantity(thousandths)| thousandths));
    }

    fn date(&mut self, date: Option<Date>) {
        if let Some(Values::Day(days)) = self.column(date.is_some()) {
            days.extend(date.map(Date::days));
        }
    }

    fn flag(&mut self, flag: bool) {
        self.own(if flag { "true" } else { "false" });
    }
}

/// Writes columns as a row group and empties them.
fn write<W: io::Write + Send>(
    file: &mut SerializedFileWriter<W>,
    columns: &mut [Column],
) -> Result<(), ParquetError> {
    let mut group = file.next_row_group()?;
    for Column { has, values } in columns {
        let Some(mut column) = group.next_column()? else { continue };
        match (column.untyped(), values) {
            (ColumnWriter::ByteArrayColumnWriter(writer), Values::Text(text, ends)) => {
                // One piece of memory that all values share.
                let all = ByteArray::from(std::mem::take(text).into_bytes());
                let mut from = 0;
                let values: Vec<ByteArray> = ends
                    .drain(..)
                    .map(|end| {
                        let value = all.slice(from, end - from);
                        from = end;
                        value
                    })
                    .collect();
                writer.write_batch(&values, Some(has), None)?;
            }
            (ColumnWriter::Int64ColumnWriter(writer), Values::Long(values)) => {
                writer.write_batch(values, Some(has), None)?;
                values.clear();
            }
            (ColumnWriter::Int32ColumnWriter(writer), Values::Day(values)) => {
                writer.write_batch(values, Some(has), None)?;
                values.clear();
            }
            _ => return Err(ParquetError::General("a column of another type than its values".to_owned())),
        }
        column.close()?;
        has.clear();
    }
    group.close().map(drop)
}

fn finished() -> io::Error {
    io::Error::other("the file is finished already")
}

/// What went wrong: where it is the disk, its own error.
fn told(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
