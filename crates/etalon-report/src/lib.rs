//! Result files, tables and the report.
