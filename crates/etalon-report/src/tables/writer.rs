//! Rows of typed columns into one Parquet file, row group by row group.

use crate::error::Error;
use etalon_call::Call;
use etalon_store::{AtomicFile, Store};
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use std::path::PathBuf;
use std::sync::Arc;

/// Rows after which a row group is written out: some megabytes of text at most, and large enough to
/// be scanned fast.
const ROWS_PER_GROUP: usize = 16_384;

/// How one column reads its value from row `index` of a call, or of what else a table is about;
/// nothing becomes a null.
type Cell<S, T> = fn(subject: &S, index: usize) -> Option<T>;

/// One column: its name, its type, and where its values come from.
pub(super) struct Column<S = Call> {
    name: &'static str,
    values: Values<S>,
}

/// The values of the row group that is being gathered.
enum Values<S> {
    Text(Cell<S, String>, Vec<Option<String>>),
    Real(Cell<S, f64>, Vec<Option<f64>>),
    Integer(Cell<S, i64>, Vec<Option<i64>>),
    Boolean(Cell<S, bool>, Vec<Option<bool>>),
    /// Milliseconds since 1970 in UTC.
    Instant(Cell<S, i64>, Vec<Option<i64>>),
}

impl<S> Column<S> {
    pub(super) fn text(name: &'static str, cell: Cell<S, String>) -> Self {
        Self { name, values: Values::Text(cell, Vec::new()) }
    }

    pub(super) fn real(name: &'static str, cell: Cell<S, f64>) -> Self {
        Self { name, values: Values::Real(cell, Vec::new()) }
    }

    pub(super) fn integer(name: &'static str, cell: Cell<S, i64>) -> Self {
        Self { name, values: Values::Integer(cell, Vec::new()) }
    }

    pub(super) fn boolean(name: &'static str, cell: Cell<S, bool>) -> Self {
        Self { name, values: Values::Boolean(cell, Vec::new()) }
    }

    pub(super) fn instant(name: &'static str, cell: Cell<S, i64>) -> Self {
        Self { name, values: Values::Instant(cell, Vec::new()) }
    }

    fn append(&mut self, subject: &S, index: usize) {
        match &mut self.values {
            Values::Text(read, values) => values.push(read(subject, index)),
            Values::Real(read, values) => values.push(read(subject, index)),
            Values::Integer(read, values) | Values::Instant(read, values) => {
                values.push(read(subject, index));
            }
            Values::Boolean(read, values) => values.push(read(subject, index)),
        }
    }

    fn schema(&self) -> Result<Arc<Type>, ParquetError> {
        let (physical, logical) = match self.values {
            Values::Text(..) => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Real(..) => (PhysicalType::DOUBLE, None),
            Values::Integer(..) => (PhysicalType::INT64, None),
            Values::Boolean(..) => (PhysicalType::BOOLEAN, None),
            Values::Instant(..) => {
                (PhysicalType::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS)))
            }
        };
        Type::primitive_type_builder(self.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    }

    /// Moves the gathered values into the file. A null is a definition level of 0 without a value.
    fn write_into(&mut self, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        match &mut self.values {
            Values::Text(_, values) => {
                let (levels, present) = split(values);
                let present: Vec<ByteArray> =
                    present.into_iter().map(|text| ByteArray::from(text.into_bytes())).collect();
                writer.typed::<ByteArrayType>().write_batch(&present, Some(&levels), None)?;
            }
            Values::Real(_, values) => {
                let (levels, present) = split(values);
                writer.typed::<DoubleType>().write_batch(&present, Some(&levels), None)?;
            }
            Values::Integer(_, values) | Values::Instant(_, values) => {
                let (levels, present) = split(values);
                writer.typed::<Int64Type>().write_batch(&present, Some(&levels), None)?;
            }
            Values::Boolean(_, values) => {
                let (levels, present) = split(values);
                writer.typed::<BoolType>().write_batch(&present, Some(&levels), None)?;
            }
        }
        Ok(())
    }
}

fn split<T>(values: &mut Vec<Option<T>>) -> (Vec<i16>, Vec<T>) {
    let levels = values.iter().map(|value| i16::from(value.is_some())).collect();
    (levels, std::mem::take(values).into_iter().flatten().collect())
}

/// One table while it is being written.
pub(super) struct TableWriter<S = Call> {
    path: PathBuf,
    columns: Vec<Column<S>>,
    rows: usize,
    file: SerializedFileWriter<AtomicFile>,
}

impl<S> TableWriter<S> {
    pub(super) fn create(store: &Store, name: &str, columns: Vec<Column<S>>) -> Result<Self, Error> {
        let file = store.create_file(&format!("tables/{name}.parquet"))?;
        let path = file.path().to_owned();
        let file = open(name, &columns, file)
            .map_err(|error| Error::Table { path: path.clone(), detail: error.to_string() })?;
        Ok(Self { path, columns, rows: 0, file })
    }

    /// Appends the first `rows` rows that the columns see in a call, or in what else the table is
    /// about.
    pub(super) fn append(&mut self, subject: &S, rows: usize) -> Result<(), Error> {
        for index in 0..rows {
            for column in &mut self.columns {
                column.append(subject, index);
            }
            self.rows += 1;
            if self.rows == ROWS_PER_GROUP {
                self.write_group()?;
            }
        }
        Ok(())
    }

    pub(super) fn commit(mut self) -> Result<(), Error> {
        if self.rows > 0 {
            self.write_group()?;
        }
        let Self { path, file, .. } = self;
        let file = file.into_inner().map_err(|error| Error::Table { path, detail: error.to_string() })?;
        Ok(file.commit()?)
    }

    fn write_group(&mut self) -> Result<(), Error> {
        self.rows = 0;
        write_columns(&mut self.file, &mut self.columns)
            .map_err(|error| Error::Table { path: self.path.clone(), detail: error.to_string() })
    }
}

fn open<S>(
    name: &str,
    columns: &[Column<S>],
    file: AtomicFile,
) -> Result<SerializedFileWriter<AtomicFile>, ParquetError> {
    let fields = columns.iter().map(Column::schema).collect::<Result<Vec<_>, _>>()?;
    let schema = Type::group_type_builder(name).with_fields(fields).build()?;
    // The default names the version of the library, which would change the bytes with every update
    // of it.
    let properties = WriterProperties::builder()
        .set_created_by("etalon".to_owned())
        .set_compression(Compression::SNAPPY)
        .build();
    SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))
}

fn write_columns<S>(
    file: &mut SerializedFileWriter<AtomicFile>,
    columns: &mut [Column<S>],
) -> Result<(), ParquetError> {
    let mut group = file.next_row_group()?;
    for column in columns {
        // The schema was made of the same columns in the same order.
        if let Some(mut writer) = group.next_column()? {
            column.write_into(&mut writer)?;
            writer.close()?;
        }
    }
    group.close()?;
    Ok(())
}
