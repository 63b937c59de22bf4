//! The bytes of a table as text, whatever program saved them.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The domain whose encodings are the likely ones.
const LIKELY_DOMAIN: &[u8] = b"ru";

/// The text of a table.
///
/// A byte order mark says what the encoding is. Without one, text with a zero in every other byte
/// is UTF-16. Every other line is UTF-8 where it can be: a single line of another encoding, as an
/// export pasted into another one has it, is read in its own.
pub fn decoded(bytes: &[u8]) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return if encoding == UTF_8 {
            by_line(&bytes[length..])
        } else {
            encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned()
        };
    }
    match utf_16_without_mark(bytes) {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None => by_line(bytes),
    }
}

/// Which UTF-16 the text is, told by the zeros of its line ends, delimiters and Latin letters.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let is_many = |count: usize| count * 8 >= bytes.len().max(8);
    match (is_many(even), is_many(odd)) {
        (false, true) if even == 0 => Some(UTF_16LE),
        (true, false) if odd == 0 => Some(UTF_16BE),
        _ => None,
    }
}

fn by_line(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let lines = || bytes.split_inclusive(|byte| *byte == b'\n');
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for line in lines().filter(|line| std::str::from_utf8(line).is_err()) {
        detector.feed(line, false);
    }
    detector.feed(&[], true);
    let other = detector.guess(Some(LIKELY_DOMAIN), Utf8Detection::Deny);
    lines()
        .map(|line| {
            std::str::from_utf8(line)
                .map_or_else(|_| other.decode_without_bom_handling(line).0.into_owned(), str::to_owned)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "файл;оператор;группа\r\nа.wav;Смирнова;жёсткая\r\n";

    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(decoded(bytes), expected);
    }

    #[test]
    fn every_encoding_of_a_spreadsheet_is_read() {
        let utf_16 =
            |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { TEXT.encode_utf16().flat_map(to_bytes).collect() };
        check(TEXT.as_bytes(), TEXT);
        check(&[b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), TEXT);
        check(&[&b"\xff\xfe"[..], &utf_16(u16::to_le_bytes)].concat(), TEXT);
        check(&[&b"\xfe\xff"[..], &utf_16(u16::to_be_bytes)].concat(), TEXT);
        check(&utf_16(u16::to_le_bytes), TEXT);
        check(&utf_16(u16::to_be_bytes), TEXT);
        check(&encoding_rs::WINDOWS_1251.encode(TEXT).0, TEXT);
        check(&encoding_rs::IBM866.encode(TEXT).0, TEXT);
        check(b"", "");
    }

    #[test]
    fn one_line_of_another_encoding_costs_no_other_line() {
        let line = "b.wav;Петрова;мягкая\r\n";
        let bytes = [TEXT.as_bytes(), &encoding_rs::WINDOWS_1251.encode(line).0].concat();
        check(&bytes, &format!("{TEXT}{line}"));
    }
}
