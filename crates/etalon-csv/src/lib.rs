//! Tables as spreadsheets save them.
//!
//! [`records`] over [`decoded`] bytes reads what any of them saved: every encoding, every delimiter.
//! [`table`] writes what all of them open, also where Windows is Russian, and in which no value can
//! be taken for a formula.

#![forbid(unsafe_code)]

mod encoding;
mod formula;
mod records;

pub use encoding::decoded;
pub use formula::{defused, restored};
pub use records::{Record, records};

use csv::{QuoteStyle, Terminator, WriterBuilder};

/// By this mark Excel knows that a file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The bytes of a table: UTF-8 with its mark, semicolons between the columns, as a Russian Excel
/// opens it with a double click. Values are [`defused`].
///
/// [`records`] gives the values back, [`restored`], but for spaces around them and line ends other
/// than `\n`. Rows of another length than the first one are cut or filled up.
pub fn table<R: AsRef<[V]>, V: AsRef<str>>(rows: impl IntoIterator<Item = R>) -> Vec<u8> {
    let mut writer = WriterBuilder::new()
        .delimiter(b';')
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Necessary)
        .flexible(true)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let mut columns = None;
    for row in rows {
        let row = row.as_ref();
        let columns = *columns.get_or_insert(row.len());
        let values = row.iter().map(AsRef::as_ref).chain(std::iter::repeat("")).take(columns);
        // Writing into memory does not fail.
        let _ = writer.write_record(values.map(|value| defused(value).into_owned()));
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Vec<String>> {
        let records = records(&decoded(bytes)).into_iter();
        records.map(|record| record.fields.iter().map(|field| restored(field).to_owned()).collect()).collect()
    }

    #[test]
    fn a_table_is_what_excel_opens() {
        let bytes = table([["call", "comment"], ["c1", "=1+1; \"да\""]]);
        let text = "\u{feff}call;comment\r\nc1;\"'=1+1; \"\"да\"\"\"\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), text);
    }

    /// A value without spaces around it and without control characters but for line ends.
    fn value() -> impl Strategy<Value = String> {
        let letters = prop::sample::select("aя=+-@'\"; ,|\t\n;\u{202e}сеp".chars().collect::<Vec<_>>());
        let text =
            prop::collection::vec(letters, 0..12).prop_map(|letters| letters.into_iter().collect::<String>());
        text.prop_map(|text| text.trim().to_owned())
    }

    proptest! {
        #[test]
        fn values_come_back(rows in prop::collection::vec([value(), value(), value()], 0..6)) {
            let header = ["call", "reviewer", "comment"].map(str::to_owned);
            let rows: Vec<[String; 3]> =
                rows.into_iter().filter(|row| row.iter().any(|value| !value.is_empty())).collect();
            let all: Vec<[String; 3]> = std::iter::once(header).chain(rows).collect();
            prop_assert_eq!(read(&table(&all)), all);
        }
    }
}
