//! Reports as rows of a table, in Parquet: for DuckDB, Spark, pandas and whatever else reads columns.
//!
//! A row is a domain. What is asked for most has columns of its own; the whole report stands beside them, as the JSON of
//! `check --format ndjson`. `docs/formats/parquet.md` is about this.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::lint::{Report, Severity};
use crate::output::json;

/// The columns. A column is never renamed, removed or given another meaning; new ones may come.
const SCHEMA: &str = "message mailvouch {
    required binary domain (STRING);
    required binary verdict (STRING);
    required int32 errors;
    required int32 warnings;
    required int32 infos;
    optional int32 spf_lookups;
    optional int32 spf_voids;
    required group findings (LIST) {
        repeated group list {
            required group element {
                required binary rule (STRING);
                required binary severity (STRING);
                required binary message (STRING);
            }
        }
    }
    required binary report (STRING);
}";

/// Rows that are written together: readers take as many at a time.
const GROUP: usize = 5_000;

/// A domain as a row.
#[derive(Clone, Debug)]
pub struct Row {
    domain: String,
    verdict: &'static str,
    counts: [i32; 3],
    spf: Option<[i32; 2]>,
    findings: Vec<[String; 3]>,
    report: String,
}

impl Row {
    /// The row of a report.
    pub fn of(report: &Report) -> Self {
        let small = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let counts = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| small(report.count(severity)));
        let finding = |found: &crate::lint::Diagnostic| {
            [found.rule.to_owned(), found.severity.name().to_owned(), found.message.clone()]
        };
        let spf = &report.facts.spf;
        Self {
            domain: report.facts.domain.to_string(),
            verdict: report.verdict().name(),
            counts,
            spf: spf.one().map(|_| [spf.cost.lookups, spf.cost.voids].map(small)),
            findings: report.diagnostics.iter().map(finding).collect(),
            report: json::line(report),
        }
    }
}

/// A table that is written as rows come.
pub struct Table<W: Write + Send> {
    to: SerializedFileWriter<W>,
    waiting: Vec<Row>,
}

impl<W: Write + Send> Table<W> {
    /// Begins one.
    pub fn new(to: W) -> Result<Self, ParquetError> {
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let to = SerializedFileWriter::new(to, schema, Arc::new(properties))?;
        Ok(Self { to, waiting: Vec::new() })
    }

    /// One row more.
    pub fn add(&mut self, row: Row) -> Result<(), ParquetError> {
        self.waiting.push(row);
        if self.waiting.len() < GROUP { Ok(()) } else { self.write() }
    }

    /// All rows are there: what is behind the last, and the output that it went to.
    pub fn finish(mut self) -> Result<W, ParquetError> {
        if !self.waiting.is_empty() {
            self.write()?;
        }
        self.to.into_inner()
    }

    fn write(&mut self) -> Result<(), ParquetError> {
        let rows = std::mem::take(&mut self.waiting);
        let mut group = self.to.next_row_group()?;
        texts(&mut group, rows.iter().map(|row| row.domain.as_str()))?;
        texts(&mut group, rows.iter().map(|row| row.verdict))?;
        for which in 0..3 {
            let counts: Vec<i32> = rows.iter().map(|row| row.counts[which]).collect();
            numbers(&mut group, &counts, None)?;
        }
        for which in 0..2 {
            let known: Vec<i32> = rows.iter().filter_map(|row| Some(row.spf?[which])).collect();
            let levels: Vec<i16> = rows.iter().map(|row| i16::from(row.spf.is_some())).collect();
            numbers(&mut group, &known, Some(&levels))?;
        }
        for which in 0..3 {
            findings(&mut group, &rows, which)?;
        }
        texts(&mut group, rows.iter().map(|row| row.report.as_str()))?;
        group.close()?;
        Ok(())
    }
}

/// Writes the next column of a group.
fn column<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    write: impl FnOnce(&mut ColumnWriter<'_>) -> Result<usize, ParquetError>,
) -> Result<(), ParquetError> {
    let none = || ParquetError::General("more columns are written than there are".to_owned());
    let mut column = group.next_column()?.ok_or_else(none)?;
    write(column.untyped())?;
    column.close()
}

fn texts<'a, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = &'a str>,
) -> Result<(), ParquetError> {
    let values: Vec<ByteArray> = values.map(ByteArray::from).collect();
    column(group, |column| octets(column, &values, None, None))
}

fn numbers<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[i32],
    defined: Option<&[i16]>,
) -> Result<(), ParquetError> {
    column(group, |column| match column {
        ColumnWriter::Int32ColumnWriter(column) => column.write_batch(values, defined, None),
        _ => Err(ParquetError::General("the schema has another type here".to_owned())),
    })
}

/// One part of all findings. A row without any is there with nothing in it (Dremel's levels: 0 defines an empty list, 1 an element;
/// 0 repeats begin a row, 1 goes on with it).
fn findings<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &[Row],
    which: usize,
) -> Result<(), ParquetError> {
    let (mut values, mut defined, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        if row.findings.is_empty() {
            defined.push(0);
            repeats.push(0);
        }
        for (index, finding) in row.findings.iter().enumerate() {
            values.push(ByteArray::from(finding[which].as_str()));
            defined.push(1);
            repeats.push(i16::from(index > 0));
        }
    }
    column(group, |column| octets(column, &values, Some(&defined), Some(&repeats)))
}

fn octets(
    column: &mut ColumnWriter<'_>,
    values: &[ByteArray],
    defined: Option<&[i16]>,
    repeats: Option<&[i16]>,
) -> Result<usize, ParquetError> {
    match column {
        ColumnWriter::ByteArrayColumnWriter(column) => column.write_batch(values, defined, repeats),
        _ => Err(ParquetError::General("the schema has another type here".to_owned())),
    }
}
