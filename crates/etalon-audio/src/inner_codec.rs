//! The codec inside a container, where it is one that is not decoded here.
//!
//! 3GPP, MP4 and Matroska are read, and what a telephone stored in them may still be AMR. People are
//! told the codec by its name, because the container's name says nothing of it.

use crate::{mp4, source::Source};
use std::io;

/// Codecs of MP4 and its relatives by the four letters of their sample entries
/// (<https://mp4ra.org/registered-types/sampleentries>).
const OF_MP4: &[(&[u8; 4], &str)] = &[
    (b"samr", "AMR-NB"),
    (b"sawb", "AMR-WB"),
    (b"sawp", "AMR-WB+"),
    (b"sevc", "EVRC"),
    (b"sqcp", "QCELP"),
    (b"Qclp", "QCELP"),
    (b"ac-3", "AC-3"),
    (b"ec-3", "E-AC-3"),
    (b"ac-4", "AC-4"),
    (b"alac", "Apple Lossless"),
    (b"dtsc", "DTS"),
    (b"dtsh", "DTS"),
    (b"dtsl", "DTS"),
    (b"agsm", "GSM"),
    (b"spex", "Speex"),
    (b"wma ", "Windows Media Audio"),
    (b"mha1", "MPEG-H"),
    (b"mhm1", "MPEG-H"),
    (b"enca", "encrypted sound"),
];

/// Codecs of Matroska by the beginning of their names
/// (<https://www.matroska.org/technical/codec_specs.html>).
const OF_MATROSKA: &[(&str, &str)] = &[
    ("A_AC3", "AC-3"),
    ("A_EAC3", "E-AC-3"),
    ("A_DTS", "DTS"),
    ("A_TRUEHD", "TrueHD"),
    ("A_ALAC", "Apple Lossless"),
    ("A_WAVPACK4", "WavPack"),
    ("A_TTA1", "TTA"),
    ("A_REAL", "RealAudio"),
    ("A_AMR", "AMR"),
    ("A_MPEG/L2", "MPEG audio layer II"),
    ("A_MPEG/L1", "MPEG audio layer I"),
    ("A_MS/ACM", "a codec of Windows (ACM)"),
    ("A_QUICKTIME", "a codec of QuickTime"),
];

/// The element of Matroska that names a track's codec.
const CODEC_ID_ELEMENT: u8 = 0x86;

/// The tracks of a Matroska file are described in its first bytes.
const DESCRIPTION_BYTES: usize = 1 << 16;

/// The codec of the first track of sound, where it is known and not decoded here.
pub(crate) fn undecoded(source: &mut Source<'_>) -> io::Result<Option<&'static str>> {
    if let Some(entry) = mp4::sample_entry(source)? {
        return Ok(OF_MP4.iter().find(|(name, _)| **name == entry).map(|(_, codec)| *codec));
    }
    let mut head = vec![0; DESCRIPTION_BYTES];
    let count = source.read_at(0, &mut head)?;
    let head = &head[..count];
    if !head.starts_with(b"\x1a\x45\xdf\xa3") {
        return Ok(None);
    }
    let Some(id) = matroska_codec_id(head) else { return Ok(None) };
    Ok(OF_MATROSKA.iter().find(|(name, _)| id.starts_with(name)).map(|(_, codec)| *codec))
}

/// The name of the first codec of sound.
fn matroska_codec_id(head: &[u8]) -> Option<&str> {
    let place = head
        .windows(4)
        .position(|bytes| bytes[0] == CODEC_ID_ELEMENT && bytes[1] & 0x80 != 0 && &bytes[2..] == b"A_")?;
    let length = usize::from(head[place + 1] & 0x7f);
    std::str::from_utf8(head.get(place + 2..place + 2 + length)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn check(bytes: Vec<u8>, expected: Option<&str>) {
        let mut source = Source::new(Cursor::new(bytes)).unwrap();
        assert_eq!(undecoded(&mut source).unwrap(), expected);
    }

    fn mp4_box(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap();
        [&length.to_be_bytes(), &kind[..], content].concat()
    }

    /// A file of one track whose sound is stored in this way.
    fn mp4_of(entry: [u8; 4], handler: [u8; 4]) -> Vec<u8> {
        let table = [&[0; 7][..], &[1], &mp4_box(entry, &[0; 28])].concat();
        let mut content = mp4_box(*b"stsd", &table);
        for kind in [*b"stbl", *b"minf"] {
            content = mp4_box(kind, &content);
        }
        let handler = mp4_box(*b"hdlr", &[&[0; 8][..], &handler, &[0; 12]].concat());
        let track = mp4_box(*b"trak", &mp4_box(*b"mdia", &[handler, content].concat()));
        [mp4_box(*b"ftyp", b"3gp4\0\0\0\0"), mp4_box(*b"moov", &track), vec![0; 64]].concat()
    }

    fn matroska_of(id: &[u8]) -> Vec<u8> {
        let length = 0x80 | u8::try_from(id.len()).unwrap();
        [b"\x1a\x45\xdf\xa3\x80\x86\x85V_VP8", &[CODEC_ID_ELEMENT, length][..], id, &[0; 40]].concat()
    }

    #[test]
    fn the_codec_inside_a_container_is_known_by_name() {
        check(mp4_of(*b"samr", *b"soun"), Some("AMR-NB"));
        check(mp4_of(*b"sawb", *b"soun"), Some("AMR-WB"));
        check(mp4_of(*b"mp4a", *b"soun"), None);
        check(mp4_of(*b"samr", *b"vide"), None);
        check(matroska_of(b"A_AC3"), Some("AC-3"));
        check(matroska_of(b"A_REAL/COOK"), Some("RealAudio"));
        check(matroska_of(b"A_OPUS"), None);
        check(b"RIFF\0\0\0\0WAVE".to_vec(), None);
        // Cut anywhere, it is no codec and no panic.
        let whole = mp4_of(*b"samr", *b"soun");
        for length in 0..whole.len() {
            let mut source = Source::new(Cursor::new(whole[..length].to_vec())).unwrap();
            assert!(undecoded(&mut source).is_ok());
        }
    }
}
