//! What a file is by its content: its name is only asked where the content says nothing.
//!
//! People are told the format by its own name, because a converter is asked for by that name.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// So many first bytes tell every format that is known here.
pub const FIRST_BYTES: usize = 4096;

/// The command that makes a recording of anything that ffmpeg reads.
pub(crate) const CONVERSION: &str = "ffmpeg -i FILE FILE.wav";

/// A file format by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileFormat {
    english: &'static str,
    russian: &'static str,
    use_of_it: UseOfFormat,
}

/// What can be done with a file of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseOfFormat {
    /// It is decoded here.
    Decoded,
    /// It holds sound that is not decoded here, and a converter reads it as it is.
    Convertible,
    /// It holds sound without a header; a converter must be told the format, which stands here by
    /// the name that ffmpeg has for it.
    ConvertibleAs(&'static str),
    /// It is no recording.
    NoRecording,
}

use UseOfFormat::{Convertible, ConvertibleAs, Decoded, NoRecording};

const fn format(english: &'static str, russian: &'static str, use_of_it: UseOfFormat) -> FileFormat {
    FileFormat { english, russian, use_of_it }
}

/// A format whose name is the same in both languages.
const fn named(name: &'static str, use_of_it: UseOfFormat) -> FileFormat {
    format(name, name, use_of_it)
}

/// What stands at a place of every file of a format.
struct Signature {
    place: usize,
    bytes: &'static [u8],
    format: FileFormat,
}

const fn at(place: usize, bytes: &'static [u8], format: FileFormat) -> Signature {
    Signature { place, bytes, format }
}

impl Signature {
    fn fits(&self, head: &[u8]) -> bool {
        head.get(self.place..self.place + self.bytes.len()) == Some(self.bytes)
    }
}

/// The first that fits decides.
const SIGNATURES: &[Signature] = &[
    at(8, b"WAVE", named("WAVE", Decoded)),
    at(0, b"riff\x2e\x91\xcf\x11", named("Wave64", Decoded)),
    at(0, b"fLaC", named("FLAC", Decoded)),
    at(28, b"OpusHead", named("Ogg Opus", Decoded)),
    at(28, b"\x01vorbis", named("Ogg Vorbis", Decoded)),
    at(28, b"\x7fFLAC", named("Ogg FLAC", Decoded)),
    at(28, b"Speex   ", format("Speex in Ogg", "Speex в Ogg", Convertible)),
    at(28, b"\x80theora", format("Theora video in Ogg", "видео Theora в Ogg", Convertible)),
    at(0, b"OggS", named("Ogg", Decoded)),
    at(0, b".snd", named("Sun AU", Decoded)),
    at(8, b"AIFF", named("AIFF", Decoded)),
    at(8, b"AIFC", named("AIFF-C", Decoded)),
    at(8, b"AVI ", format("AVI video", "видео AVI", Convertible)),
    at(8, b"RMID", named("MIDI", NoRecording)),
    at(0, b"#!AMR-WB_MC1.0\n", format("AMR-WB of several channels", "многоканальный AMR-WB", Convertible)),
    at(0, b"#!AMR_MC1.0\n", format("AMR-NB of several channels", "многоканальный AMR-NB", Convertible)),
    at(0, b"#!AMR-WB\n", named("AMR-WB", Convertible)),
    at(0, b"#!AMR\n", named("AMR-NB", Convertible)),
    at(0, b"#!SILK_V3", named("SILK", Convertible)),
    at(1, b"#!SILK_V3", named("SILK", Convertible)),
    at(0, b"#!iLBC", named("iLBC", Convertible)),
    at(0, b"#!rtpplay", format("a dump of RTP packets", "дамп пакетов RTP", NoRecording)),
    at(0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", named("Windows Media (ASF, WMA)", Convertible)),
    at(0, b"caff", named("Apple CAF", Convertible)),
    at(0, b".RMF", named("RealMedia", Convertible)),
    at(0, b"Creative Voice File\x1a", named("Creative VOC", Convertible)),
    at(0, b"MThd", named("MIDI", NoRecording)),
    at(0, b"MAC ", named("Monkey's Audio", Convertible)),
    at(0, b"wvpk", named("WavPack", Convertible)),
    at(0, b"TTA1", named("TTA", Convertible)),
    at(0, b"NIST_1A", named("NIST SPHERE", Convertible)),
    at(0, b"FLV\x01", format("Flash video", "видео Flash", Convertible)),
    at(0, b"\x00\x00\x01\xba", format("MPEG video", "видео MPEG", Convertible)),
    at(0, b"ADIF", named("AAC (ADIF)", Convertible)),
    at(0, b"\xd4\xc3\xb2\xa1", format("a capture of network packets", "запись сетевых пакетов", NoRecording)),
    at(0, b"\xa1\xb2\xc3\xd4", format("a capture of network packets", "запись сетевых пакетов", NoRecording)),
    at(0, b"\x0a\x0d\x0d\x0a", format("a capture of network packets", "запись сетевых пакетов", NoRecording)),
    at(
        0,
        b"PK\x03\x04",
        format("a ZIP archive or an Office document", "архив ZIP или документ Office", NoRecording),
    ),
    at(0, b"\x1f\x8b", format("a gzip archive", "архив gzip", NoRecording)),
    at(0, b"7z\xbc\xaf\x27\x1c", format("a 7z archive", "архив 7z", NoRecording)),
    at(0, b"Rar!\x1a", format("a RAR archive", "архив RAR", NoRecording)),
    at(0, b"BZh", format("a bzip2 archive", "архив bzip2", NoRecording)),
    at(0, b"\xfd7zXZ\x00", format("an xz archive", "архив xz", NoRecording)),
    at(257, b"ustar", format("a tar archive", "архив tar", NoRecording)),
    at(0, b"%PDF", format("a PDF document", "документ PDF", NoRecording)),
    at(0, b"\xd0\xcf\x11\xe0", format("an old Office document", "старый документ Office", NoRecording)),
    at(0, b"\x89PNG", format("a picture (PNG)", "картинка PNG", NoRecording)),
    at(0, b"\xff\xd8\xff", format("a picture (JPEG)", "картинка JPEG", NoRecording)),
    at(0, b"GIF8", format("a picture (GIF)", "картинка GIF", NoRecording)),
    at(0, b"SQLite format 3", format("an SQLite database", "база данных SQLite", NoRecording)),
    at(0, b"Salted__", format("an encrypted file", "зашифрованный файл", NoRecording)),
    at(0, b"age-encryption.org", format("an encrypted file", "зашифрованный файл", NoRecording)),
    at(0, b"-----BEGIN PGP", format("an encrypted file", "зашифрованный файл", NoRecording)),
];

/// Formats without a header, by the extensions that stand for them.
const WITHOUT_HEADER: &[(&[&str], FileFormat)] = &[
    (&["g722"], named("G.722", Decoded)),
    (&["g729"], named("G.729", Decoded)),
    (&["g726"], named("G.726", ConvertibleAs("g726"))),
    (&["g723", "g723_1"], named("G.723.1", ConvertibleAs("g723_1"))),
    (&["vox"], named("Dialogic ADPCM (VOX)", Decoded)),
    (&["ilbc"], named("iLBC", ConvertibleAs("ilbc"))),
    (&["siren7", "siren14"], named("Siren", NoRecording)),
    (
        &["raw", "pcm", "lin", "l16"],
        format("samples without a header", "отсчёты без заголовка", ConvertibleAs("s16le -ar 8000 -ac 1")),
    ),
];

impl FileFormat {
    /// The format that begins with these bytes, at best [`FIRST_BYTES`] of them; none where they
    /// fit no known one.
    pub fn of_bytes(head: &[u8]) -> Option<Self> {
        let short = || SIGNATURES.iter().find(|signature| signature.fits(head)).map(|found| found.format);
        Self::of_signature(head).or_else(short).or_else(|| streams(head)).or_else(|| text(head))
    }

    /// The format that these bytes leave no doubt about: samples without a header do not begin so
    /// by chance.
    pub(crate) fn of_signature(head: &[u8]) -> Option<Self> {
        let fits = |signature: &&Signature| signature.bytes.len() >= 4 && signature.fits(head);
        let found = SIGNATURES.iter().find(fits).map(|signature| signature.format);
        found.or_else(|| matroska(head)).or_else(|| iso_media(head))
    }

    /// The format without a header that a file name stands for.
    pub fn of_name(path: &Path) -> Option<Self> {
        Self::of_extension(&path.extension()?.to_str()?.to_ascii_lowercase())
    }

    /// The format without a header that an extension in lower case stands for.
    pub(crate) fn of_extension(extension: &str) -> Option<Self> {
        let fits = |(extensions, _): &&(&[&str], Self)| extensions.contains(&extension);
        WITHOUT_HEADER.iter().find(fits).map(|(_, format)| *format)
    }

    /// The format of a file: by its first bytes, and where they say nothing by its name.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn of_file(path: &Path) -> io::Result<Option<Self>> {
        let mut head = Vec::with_capacity(FIRST_BYTES);
        File::open(path)?.take(FIRST_BYTES as u64).read_to_end(&mut head)?;
        Ok(Self::of_bytes(&head).or_else(|| Self::of_name(path)))
    }

    /// The format's English name.
    pub fn english(&self) -> &'static str {
        self.english
    }

    /// The format's Russian name.
    pub fn russian(&self) -> &'static str {
        self.russian
    }

    /// What can be done with it.
    pub fn use_of_it(&self) -> UseOfFormat {
        self.use_of_it
    }

    /// Whether it is decoded here.
    pub fn is_decoded(&self) -> bool {
        self.use_of_it == Decoded
    }

    /// What to do with a file that is not decoded here, in English; none for one that is.
    pub fn remedy(&self) -> Option<String> {
        match self.use_of_it {
            Decoded => None,
            Convertible => Some(format!("convert it with `{CONVERSION}`")),
            ConvertibleAs(format) => Some(format!("convert it with `ffmpeg -f {format} -i FILE FILE.wav`")),
            NoRecording => Some("check where the file comes from".to_owned()),
        }
    }
}

/// Matroska and `WebM`, its profile for browsers.
fn matroska(head: &[u8]) -> Option<FileFormat> {
    let content = head.strip_prefix(b"\x1a\x45\xdf\xa3")?;
    let is_webm = content[..content.len().min(64)].windows(4).any(|name| name == b"webm");
    Some(if is_webm { named("WebM", Decoded) } else { named("Matroska", Decoded) })
}

/// The family of MP4, told apart by the brand that it names.
fn iso_media(head: &[u8]) -> Option<FileFormat> {
    if head.get(4..8)? != b"ftyp" {
        return None;
    }
    Some(match head.get(8..12)? {
        [b'3', b'g', ..] => named("3GPP", Decoded),
        b"M4A " | b"M4B " => named("M4A", Decoded),
        b"heic" | b"mif1" | b"avif" => format("a picture (HEIF)", "картинка HEIF", NoRecording),
        _ => named("MP4", Decoded),
    })
}

/// Streams of frames without a header of their own.
fn streams(head: &[u8]) -> Option<FileFormat> {
    if head.starts_with(b"ID3") {
        return Some(named("MP3", Decoded));
    }
    if let &[0xff, second, third, ..] = head {
        if second & 0xf6 == 0xf0 {
            return Some(named("AAC (ADTS)", Decoded));
        }
        let is_frame =
            second & 0xe0 == 0xe0 && second & 0x18 != 0x08 && third & 0xf0 != 0xf0 && third & 0x0c != 0x0c;
        match (is_frame, second & 0x06) {
            (true, 0x02) => return Some(named("MP3", Decoded)),
            (true, 0x04) => return Some(named("MPEG audio layer II", Convertible)),
            (true, 0x06) => return Some(named("MPEG audio layer I", Convertible)),
            _ => {}
        }
    }
    let is_transport = head.len() > 376 && [0, 188, 376].iter().all(|&place| head[place] == 0x47);
    is_transport.then_some(format("an MPEG transport stream", "транспортный поток MPEG", Convertible))
}

/// Text of some kind, most often an answer of a server that was stored in place of a recording.
fn text(head: &[u8]) -> Option<FileFormat> {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Some(format("text (UTF-16)", "текст (UTF-16)", NoRecording));
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last character may be cut.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_control = |letter: char| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\x0c');
    if whole.is_empty() || whole.contains(is_control) {
        return None;
    }
    let start = whole.trim_start().get(..15).unwrap_or(whole.trim_start()).to_ascii_lowercase();
    Some(if start.starts_with("<!doctype html") || start.starts_with("<html") {
        format("a web page", "веб-страница", NoRecording)
    } else if start.starts_with("<?xml") {
        format("an XML document", "документ XML", NoRecording)
    } else if start.starts_with(['{', '[']) {
        format("a JSON document", "документ JSON", NoRecording)
    } else {
        format("text", "текст", NoRecording)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], english: Option<&str>) {
        assert_eq!(FileFormat::of_bytes(head).map(|format| format.english()), english, "{head:02x?}");
    }

    #[test]
    fn formats_are_told_by_content() {
        check(b"RIFF\0\0\0\0WAVEfmt ", Some("WAVE"));
        check(b"#!AMR\n\x3c", Some("AMR-NB"));
        check(b"#!AMR-WB\n\x3c", Some("AMR-WB"));
        check(b".snd\0\0\0\x18", Some("Sun AU"));
        check(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", Some("WebM"));
        check(b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", Some("Matroska"));
        check(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", Some("Windows Media (ASF, WMA)"));
        let ogg = |content: &[u8]| [&b"OggS\0\x02"[..], &[0; 22], content].concat();
        check(&ogg(b"Speex   1.2"), Some("Speex in Ogg"));
        check(&ogg(b"OpusHead"), Some("Ogg Opus"));
        check(&ogg(b"something else"), Some("Ogg"));
        check(b"\0\0\0\x18ftyp3gp4", Some("3GPP"));
        check(b"\0\0\0\x18ftypM4A ", Some("M4A"));
        check(b"\xff\xfb\x90\x44", Some("MP3"));
        check(b"\xff\xfd\x90\x44", Some("MPEG audio layer II"));
        check(b"\xff\xf1\x50\x80", Some("AAC (ADTS)"));
        check(b"  <!DOCTYPE html><html>", Some("a web page"));
        check(b"{\"error\": 404}", Some("a JSON document"));
        check("call not found, номер".as_bytes(), Some("text"));
        // A cut character at the end is no sign of sound.
        check("звонок не найде".as_bytes().split_last().unwrap().1, Some("text"));
        check(b"PK\x03\x04", Some("a ZIP archive or an Office document"));
        check(b"", None);
        check(&[0; 64], None);
        check(&[0xd5; 64], None);
    }

    #[test]
    fn signatures_name_each_format_once_and_say_what_to_do() {
        for Signature { place, bytes, format } in SIGNATURES {
            let head = [&vec![0; *place][..], bytes].concat();
            assert_eq!(FileFormat::of_bytes(&head), Some(*format), "{}", format.english);
            assert_eq!(format.remedy().is_none(), format.is_decoded(), "{}", format.english);
        }
    }

    #[test]
    fn a_name_decides_only_where_the_content_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes, expected) in [
            ("a.g722", &[0xd5; 40][..], Some("G.722")),
            ("b.VOX", &[0x08; 40][..], Some("Dialogic ADPCM (VOX)")),
            ("c.g722", b"#!AMR\n<<<<", Some("AMR-NB")),
            ("d.bin", &[0xd5; 40][..], None),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let format = FileFormat::of_file(&path).unwrap();
            assert_eq!(format.map(|format| format.english()), expected, "{name}");
        }
        assert!(FileFormat::of_file(&folder.path().join("none")).is_err());
    }
}
