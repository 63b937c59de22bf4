//! The table of hostile files.

use crate::wave::{
    FRAMES, Format, chunk, chunk_of_length, companded, linear, riff, riff_of_length, samples, sound,
};
use crate::{Case, Expected};
use etalon_audio::ErrorKind;

pub(crate) fn all() -> Vec<Case> {
    [
        lengths(),
        chunks(),
        garbage(),
        format_fields(),
        encodings(),
        blocks(),
        containers(),
        floats(),
        headerless(),
        not_recordings(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn case(name: &'static str, bytes: Vec<u8>, expected: Expected) -> Case {
    Case { name, bytes, extension: "wav", expected }
}

/// All samples of the sound file, with these defects.
fn whole(defects: &'static [&'static str]) -> Expected {
    Expected::Linear { samples: samples(), channels: 1, defects }
}

fn first(frames: usize, defects: &'static [&'static str]) -> Expected {
    Expected::Linear { samples: samples()[..frames].to_vec(), channels: 1, defects }
}

fn frames(codec: &'static str, frames: usize, channels: usize, defects: &'static [&'static str]) -> Expected {
    Expected::Frames { codec, frames, channels, defects }
}

fn fails(kind: ErrorKind, message: &'static str) -> Expected {
    Expected::Fails { kind, message }
}

/// The sound file with other lengths in its two headers.
fn with_lengths(container: u32, data: u32) -> Vec<u8> {
    let mut bytes = sound();
    bytes[4..8].copy_from_slice(&container.to_le_bytes());
    bytes[40..44].copy_from_slice(&data.to_le_bytes());
    bytes
}

fn cut(bytes: &[u8], length: usize) -> Vec<u8> {
    bytes[..length].to_vec()
}

fn lengths() -> Vec<Case> {
    let right = 2 * FRAMES as u32;
    vec![
        case("sound", sound(), whole(&[])),
        case(
            "all lengths 0: a call that is still recorded",
            with_lengths(0, 0),
            whole(&["data_length_zero"]),
        ),
        case("data length 0", with_lengths(right + 36, 0), whole(&["data_length_zero"])),
        case("lengths of a pipe", with_lengths(u32::MAX, u32::MAX), whole(&["data_length_unknown"])),
        case("lengths 0x7fffffff", with_lengths(0x7fff_ffff, 0x7fff_ffff), whole(&["data_length_unknown"])),
        case("lengths 0x80000000", with_lengths(0x8000_0024, 0x8000_0000), whole(&["data_length_unknown"])),
        case(
            "lengths of sox to a pipe",
            with_lengths(0x7fff_f024, 0x7fff_f000),
            whole(&["data_length_unknown"]),
        ),
        case("container length 0", with_lengths(0, right), whole(&["container_length_wrong"])),
        case(
            "container length too large",
            with_lengths(right + 9_999, right),
            whole(&["container_length_wrong"]),
        ),
        case(
            "container length a placeholder",
            with_lengths(u32::MAX, right),
            whole(&["container_length_wrong"]),
        ),
        case(
            "data length one second too long",
            with_lengths(right + 16_036, right + 16_000),
            whole(&["data_truncated"]),
        ),
        case("cut in half", cut(&sound(), 8_044), first(4_000, &["data_truncated"])),
        case(
            "cut inside a sample",
            cut(&sound(), 8_045),
            first(4_000, &["data_truncated", "frame_incomplete"]),
        ),
        case("cut to one sample", cut(&sound(), 46), first(1, &["data_truncated"])),
        case(
            "data length stale while the recording went on",
            with_lengths(8_036, 8_000),
            whole(&["data_longer_than_declared"]),
        ),
        case(
            "stale data length and a chunk at the end",
            riff(&[
                Format::new(1, 1, 16).chunk(),
                chunk_of_length(b"data", 8_000, &linear()),
                chunk(b"LIST", b"INFOICRD\x0b\0\0\x002024-01-01\0\0"),
            ]),
            whole(&["data_longer_than_declared"]),
        ),
        case(
            "odd data length",
            riff(&[Format::new(1, 1, 16).chunk(), chunk(b"data", &linear()[..15_999])]),
            first(7_999, &["frame_incomplete"]),
        ),
    ]
}

fn chunks() -> Vec<Case> {
    let format = Format::new(1, 1, 16).chunk();
    let data = chunk(b"data", &linear());
    let list = chunk(b"LIST", b"INFOISFT\x0e\0\0\0Lavf59.27.100\0");
    let odd = chunk(b"note", b"abc");
    let odd_unpadded = chunk_of_length(b"note", 3, b"abc");
    vec![
        case(
            "chunk between format and data",
            riff(&[format.clone(), list.clone(), data.clone()]),
            whole(&[]),
        ),
        case("chunk before the format", riff(&[list.clone(), format.clone(), data.clone()]), whole(&[])),
        case("chunk after the data", riff(&[format.clone(), data.clone(), list.clone()]), whole(&[])),
        case("odd chunk with its pad byte", riff(&[format.clone(), odd.clone(), data.clone()]), whole(&[])),
        case(
            "odd chunk without pad byte",
            riff(&[format.clone(), odd_unpadded.clone(), data.clone()]),
            whole(&["chunk_not_padded"]),
        ),
        case(
            "odd chunk without pad byte before the format",
            riff(&[odd_unpadded, format.clone(), data.clone()]),
            whole(&["chunk_not_padded"]),
        ),
        case("data before the format", riff(&[data.clone(), format.clone()]), whole(&[])),
        case(
            "audio in two data chunks",
            riff(&[
                format.clone(),
                chunk(b"data", &linear()[..6_000]),
                list,
                chunk(b"data", &linear()[6_000..]),
            ]),
            whole(&["data_chunks_joined"]),
        ),
        case(
            "format twice",
            riff(&[format.clone(), Format::new(7, 2, 8).chunk(), data.clone()]),
            whole(&["format_repeated"]),
        ),
        case(
            "unknown chunk that claims 4 GiB",
            riff(&[format.clone(), chunk_of_length(b"junk", u32::MAX, b"1234"), data.clone()]),
            whole(&["chunk_length_wrong"]),
        ),
        case(
            "format chunk that claims 4 GiB",
            riff(&[chunk_of_length(b"fmt ", u32::MAX, &Format::new(1, 1, 16).body()), data.clone()]),
            whole(&["chunk_length_wrong"]),
        ),
        case(
            "a hundred empty chunks",
            riff(&[chunk(b"JUNK", b"").repeat(100), format.clone(), data.clone()]),
            whole(&[]),
        ),
        case(
            "the format chunk is missing",
            riff(std::slice::from_ref(&data)),
            fails(ErrorKind::Corrupt, "no format chunk"),
        ),
        case(
            "the format chunk has 13 bytes",
            riff(&[chunk(b"fmt ", &[1; 13]), data]),
            fails(ErrorKind::Corrupt, "13 of at least 14 bytes"),
        ),
        case(
            "the data chunk is missing",
            riff(std::slice::from_ref(&format)),
            fails(ErrorKind::Empty, "no sample"),
        ),
        case(
            "the data chunk is empty",
            riff(&[format.clone(), chunk(b"data", b"")]),
            fails(ErrorKind::Empty, "no sample"),
        ),
        case(
            "the data chunk is empty and a chunk follows",
            riff(&[format, chunk(b"data", b""), odd]),
            fails(ErrorKind::Empty, "no sample"),
        ),
    ]
}

fn garbage() -> Vec<Case> {
    let format = Format::new(1, 1, 16).chunk();
    let data = chunk(b"data", &linear());
    let noise = [0x01, 0xff, 0x80, 0x02, 0x9c].repeat(3);
    let tag = [b"TAG".to_vec(), vec![b'x'; 125]].concat();
    vec![
        case(
            "garbage between chunks",
            riff(&[format.clone(), noise.clone(), data.clone()]),
            whole(&["garbage_between_chunks"]),
        ),
        case(
            "two bytes too many after the format",
            riff(&[format.clone(), vec![0, 0], data.clone()]),
            whole(&["garbage_between_chunks"]),
        ),
        case(
            "garbage before the header",
            [noise.clone(), sound()].concat(),
            whole(&["garbage_before_header"]),
        ),
        case(
            "garbage after the audio",
            [sound(), noise].concat(),
            whole(&["garbage_between_chunks", "container_length_wrong"]),
        ),
        case(
            "ID3 tag after the audio",
            [sound(), tag].concat(),
            whole(&["tag_after_data", "container_length_wrong"]),
        ),
        case(
            "a disk block of zeros after the audio",
            [sound(), vec![0; 4_096]].concat(),
            whole(&["garbage_between_chunks", "container_length_wrong"]),
        ),
        case(
            "zeros between format and data",
            riff(&[format, vec![0; 100_000], data]),
            whole(&["garbage_between_chunks"]),
        ),
    ]
}

fn format_fields() -> Vec<Case> {
    let plain = Format::new(1, 1, 16);
    let with = |name, format: Format, expected| {
        case(name, riff(&[format.chunk(), chunk(b"data", &linear())]), expected)
    };
    vec![
        with("byte rate 0", Format { byte_rate: 0, ..plain }, whole(&["byte_rate_wrong"])),
        with("byte rate wrong", Format { byte_rate: 1, ..plain }, whole(&["byte_rate_wrong"])),
        with("frame size 0", Format { block_bytes: 0, ..plain }, whole(&["block_size_wrong"])),
        with("frame size wrong", Format { block_bytes: 9, ..plain }, whole(&["block_size_wrong"])),
        with("rate 0, byte rate right", Format { rate_hz: 0, ..plain }, whole(&["rate_zero"])),
        with(
            "rate and byte rate 0",
            Format { rate_hz: 0, byte_rate: 0, ..plain },
            whole(&["rate_zero", "byte_rate_wrong"]),
        ),
        with("0 bits per sample", Format { bits: 0, ..plain }, whole(&["bits_zero"])),
        with("12 bits per sample", Format { bits: 12, ..plain }, whole(&[])),
        with("0 channels", Format { channels: 0, ..plain }, whole(&["channels_zero"])),
        with("9 channels", Format::new(1, 9, 16), fails(ErrorKind::Limit, "9 channels")),
        with(
            "65,535 channels",
            Format { channels: u16::MAX, ..plain },
            fails(ErrorKind::Limit, "65535 channels"),
        ),
        with("rate 1 Hz", Format { rate_hz: 1, ..plain }, fails(ErrorKind::Limit, "1 Hz")),
        with("rate 4 GHz", Format { rate_hz: u32::MAX, ..plain }, fails(ErrorKind::Limit, "4294967295 Hz")),
        with("65,535 bits", Format { bits: u16::MAX, ..plain }, fails(ErrorKind::Corrupt, "65535 bits")),
        with("format tag 0", Format { tag: 0, ..plain }, fails(ErrorKind::Unsupported, "0x0000")),
        with("G.723", Format { tag: 0x14, ..plain }, fails(ErrorKind::Unsupported, "G.723")),
        with("G.729", Format { tag: 0x83, ..plain }, frames("g729", 128_000, 1, &[])),
        with("G.723", Format { tag: 0x14, ..plain }, fails(ErrorKind::Unsupported, "G.723")),
        with("G.729", Format { tag: 0x83, ..plain }, frames("g729", 128_000, 1, &[])),
        with("G.722", Format { tag: 0x28f, ..plain }, frames("g722", 4 * FRAMES, 1, &[])),
        with("OKI ADPCM", Format { tag: 0x10, ..plain }, frames("oki_adpcm", 4 * FRAMES, 1, &[])),
        case(
            "format of 14 bytes without bits",
            riff(&[chunk(b"fmt ", &plain.body()[..14]), chunk(b"data", &linear())]),
            whole(&["bits_zero"]),
        ),
        case(
            "format of 18 bytes",
            riff(&[chunk(b"fmt ", &[plain.body(), vec![0, 0]].concat()), chunk(b"data", &linear())]),
            whole(&[]),
        ),
        case("extensible", riff(&[plain.extensible(), chunk(b"data", &linear())]), whole(&[])),
        case(
            "extensible cut to 16 bytes",
            riff(&[Format { tag: 0xfffe, ..plain }.chunk(), chunk(b"data", &linear())]),
            whole(&["sub_format_unknown"]),
        ),
    ]
}

fn encodings() -> Vec<Case> {
    let bytes = companded();
    let of =
        |name, format: Vec<u8>, expected| case(name, riff(&[format, chunk(b"data", &companded())]), expected);
    vec![
        of("A-law", Format::new(6, 1, 8).chunk(), frames("alaw", FRAMES, 1, &[])),
        of("µ-law", Format::new(7, 1, 8).chunk(), frames("mulaw", FRAMES, 1, &[])),
        of("A-law of IBM", Format::new(0x102, 1, 8).chunk(), frames("alaw", FRAMES, 1, &[])),
        of("A-law in stereo", Format::new(6, 2, 8).chunk(), frames("alaw", FRAMES / 2, 2, &[])),
        of("A-law extensible", Format::new(6, 1, 8).extensible(), frames("alaw", FRAMES, 1, &[])),
        of("µ-law extensible", Format::new(7, 2, 8).extensible(), frames("mulaw", FRAMES / 2, 2, &[])),
        of(
            "µ-law that claims 16 bits",
            Format { bits: 16, ..Format::new(7, 1, 8) }.chunk(),
            frames("mulaw", FRAMES, 1, &[]),
        ),
        of("8 bits", Format::new(1, 1, 8).chunk(), frames("pcm8", FRAMES, 1, &[])),
        of(
            "24 bits",
            Format::new(1, 1, 24).chunk(),
            frames("pcm24", bytes.len() / 3, 1, &["frame_incomplete"]),
        ),
        of("32 bits in 4 channels", Format::new(1, 4, 32).chunk(), frames("pcm32", FRAMES / 16, 4, &[])),
        of("64 bits", Format::new(1, 1, 64).chunk(), frames("pcm64", FRAMES / 8, 1, &[])),
    ]
}

fn blocks() -> Vec<Case> {
    let of = |name, format: Format, extra: &[u8], length: usize, expected| {
        let body = [format.body(), extra.to_vec()].concat();
        case(name, riff(&[chunk(b"fmt ", &body), chunk(b"data", &companded()[..length])]), expected)
    };
    let ima = Format { block_bytes: 256, byte_rate: 4_055, ..Format::new(0x11, 1, 4) };
    let microsoft = Format { block_bytes: 256, byte_rate: 4_096, ..Format::new(2, 1, 4) };
    let gsm = Format { block_bytes: 65, byte_rate: 1_625, ..Format::new(0x31, 1, 0) };
    vec![
        of("IMA ADPCM", ima, &[2, 0, 0xf9, 1], 512, frames("ima_adpcm", 2 * 505, 1, &[])),
        of("IMA ADPCM cut inside a block", ima, &[2, 0, 0xf9, 1], 300, frames("ima_adpcm", 505 + 81, 1, &[])),
        of(
            "IMA ADPCM cut inside a block's state",
            ima,
            &[2, 0, 0xf9, 1],
            258,
            frames("ima_adpcm", 505, 1, &["block_incomplete"]),
        ),
        of(
            "IMA ADPCM, stereo, no block size",
            Format { channels: 2, block_bytes: 0, ..ima },
            &[],
            1_024,
            frames("ima_adpcm", 2 * 505, 2, &["block_size_wrong", "blocks_damaged"]),
        ),
        of(
            "IMA ADPCM of 3 bits",
            Format { bits: 3, ..ima },
            &[],
            512,
            fails(ErrorKind::Unsupported, "3 bits"),
        ),
        of(
            "Microsoft ADPCM without predictors",
            microsoft,
            &[],
            512,
            frames("ms_adpcm", 2 * 500, 1, &["blocks_damaged"]),
        ),
        of(
            "Microsoft ADPCM cut inside a block",
            microsoft,
            &[],
            300,
            frames("ms_adpcm", 500 + 76, 1, &["blocks_damaged"]),
        ),
        of("GSM", gsm, &[2, 0, 64, 1], 650, frames("gsm", 3_200, 1, &[])),
        of("GSM cut inside a block", gsm, &[2, 0, 64, 1], 650 + 40, frames("gsm", 3_360, 1, &[])),
        of(
            "GSM cut inside a frame",
            gsm,
            &[2, 0, 64, 1],
            650 + 20,
            frames("gsm", 3_200, 1, &["block_incomplete"]),
        ),
        of(
            "GSM in stereo",
            Format { channels: 2, ..gsm },
            &[],
            650,
            frames("gsm", 3_200, 1, &["channels_wrong"]),
        ),
        of(
            "GSM without rate",
            Format { rate_hz: 0, ..gsm },
            &[],
            650,
            frames("gsm", 3_200, 1, &["rate_zero"]),
        ),
    ]
}

fn containers() -> Vec<Case> {
    let long = |data_length: u64| {
        let lengths = [0_u64.to_le_bytes(), data_length.to_le_bytes(), 0_u64.to_le_bytes()].concat();
        let ds64 = chunk(b"ds64", &[lengths, vec![0; 4]].concat());
        let data = chunk_of_length(b"data", u32::MAX, &linear());
        let mut bytes = riff_of_length(u32::MAX, &[ds64, Format::new(1, 1, 16).chunk(), data].concat());
        bytes[..4].copy_from_slice(b"RF64");
        bytes
    };
    let mut waveless = sound();
    waveless[8..12].copy_from_slice(b"XXXX");
    let mut video = sound();
    video[8..12].copy_from_slice(b"AVI ");
    vec![
        case("RF64", long(2 * FRAMES as u64), whole(&[])),
        case("RF64 that was never closed", long(0), whole(&["data_length_unknown"])),
        case("RF64 that claims 16 EiB", long(u64::MAX), whole(&["data_length_unknown"])),
        case("RIFX", big_endian(), whole(&[])),
        case("Wave64", wave64(), whole(&[])),
        case("Wave64 cut in half", cut(&wave64(), 8_104), first(4_000, &["data_truncated"])),
        case("RIFF of another kind", waveless, fails(ErrorKind::NotARecording, "not that of a WAVE file")),
        case("a video of RIFF", video, fails(ErrorKind::Unsupported, "it is AVI video")),
        case("AU", sun(u32::MAX, 3, 2 * FRAMES), whole(&[])),
        case("AU cut in half", sun(2 * FRAMES as u32, 3, 8_000), first(4_000, &["data_truncated"])),
        case("AU longer than its header", sun(8_000, 3, 2 * FRAMES), whole(&["data_longer_than_declared"])),
        case("AU in µ-law", sun(u32::MAX, 1, 2 * FRAMES), frames("mulaw", 2 * FRAMES, 1, &[])),
        case("AU in G.721", sun(u32::MAX, 23, 2 * FRAMES), fails(ErrorKind::Unsupported, "G.721")),
    ]
}

fn big_endian() -> Vec<u8> {
    let body: Vec<u8> = samples().iter().flat_map(|sample| sample.to_be_bytes()).collect();
    let mut bytes = b"RIFX".to_vec();
    bytes.extend((36 + body.len() as u32).to_be_bytes());
    bytes.extend(b"WAVEfmt \0\0\0\x10\0\x01\0\x01\0\0\x1f\x40\0\0\x3e\x80\0\x02\0\x10data");
    bytes.extend((body.len() as u32).to_be_bytes());
    bytes.extend(body);
    bytes
}

/// Sun's AU with a length, an encoding and so many bytes of linear samples.
fn sun(length: u32, encoding: u32, bytes: usize) -> Vec<u8> {
    let fields = [24, length, encoding, 8_000, 1].map(u32::to_be_bytes).concat();
    let body: Vec<u8> = samples().iter().flat_map(|sample| sample.to_be_bytes()).take(bytes).collect();
    [b".snd".to_vec(), fields, body].concat()
}

fn wave64() -> Vec<u8> {
    let tail = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];
    let body = linear();
    let mut bytes = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0".to_vec();
    bytes.extend((104 + body.len() as u64).to_le_bytes());
    bytes.extend([b"wave".as_slice(), &tail].concat());
    bytes.extend([b"fmt ".as_slice(), &tail].concat());
    bytes.extend(40_u64.to_le_bytes());
    bytes.extend(Format::new(1, 1, 16).body());
    bytes.extend([b"data".as_slice(), &tail].concat());
    bytes.extend((24 + body.len() as u64).to_le_bytes());
    bytes.extend(body);
    bytes
}

fn floats() -> Vec<Case> {
    let of = |name, format: Format, values: Vec<u8>, expected| {
        case(name, riff(&[format.chunk(), chunk(b"data", &values)]), expected)
    };
    let singles = |values: &[f32]| values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let doubles = |values: &[f64]| values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let (single, double) = (Format::new(3, 1, 32), Format::new(3, 1, 64));
    vec![
        of("floats", single, singles(&[0.5, -0.5, 1.0, -1.0]), frames("float32", 4, 1, &[])),
        of(
            "floats that are none",
            single,
            singles(&[0.5, f32::NAN, f32::INFINITY, f32::NEG_INFINITY]),
            frames("float32", 4, 1, &["samples_not_finite"]),
        ),
        of(
            "floats scaled as integers",
            single,
            singles(&[0.5, 20_000.0, -7.0]),
            frames("float32", 3, 1, &["samples_out_of_range"]),
        ),
        of(
            "doubles beyond single precision",
            double,
            doubles(&[0.5, 1e300, f64::NAN]),
            frames("float64", 3, 1, &["samples_not_finite"]),
        ),
    ]
}

fn headerless() -> Vec<Case> {
    let of = |name, extension, bytes, expected| Case { name, bytes, extension, expected };
    vec![
        of("raw µ-law", "ulaw", companded(), frames("mulaw", FRAMES, 1, &[])),
        of("raw A-law, in capitals", "ALAW", companded(), frames("alaw", FRAMES, 1, &[])),
        of("raw linear", "sln", linear(), whole(&[])),
        of(
            "raw linear with half a sample",
            "sln",
            linear()[..15_999].to_vec(),
            first(7_999, &["frame_incomplete"]),
        ),
        of(
            "raw silence in µ-law, which looks like MPEG",
            "ulaw",
            vec![0xff; 800],
            frames("mulaw", 800, 1, &[]),
        ),
        of(
            "raw GSM with wrong signatures",
            "gsm",
            companded()[..330].to_vec(),
            frames("gsm", 1_600, 1, &["blocks_damaged"]),
        ),
        of("WAVE under a raw name", "ulaw", sound(), whole(&[])),
        of("an empty raw file", "sln", Vec::new(), fails(ErrorKind::Empty, "0 bytes")),
        of("one byte of raw linear", "sln", vec![7], fails(ErrorKind::Empty, "no sample")),
    ]
}

fn not_recordings() -> Vec<Case> {
    let of =
        |name, extension, bytes: &[u8], expected| Case { name, bytes: bytes.to_vec(), extension, expected };
    vec![
        of("no bytes", "wav", b"", fails(ErrorKind::Empty, "0 bytes")),
        of("four bytes", "wav", b"RIFF", fails(ErrorKind::NotARecording, "stops inside the RIFF header")),
        of(
            "only a container",
            "wav",
            b"RIFF\x04\0\0\0WAVE",
            fails(ErrorKind::Empty, "cut off before any audio"),
        ),
        of(
            "a RIFF header that stops at its format",
            "wav",
            b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0",
            fails(ErrorKind::Empty, "stops inside its header"),
        ),
        of(
            "text",
            "wav",
            b"Not Found: the recording has expired.\n",
            fails(ErrorKind::NotARecording, "text"),
        ),
        of("Cyrillic text", "wav", "Запись удалена".as_bytes(), fails(ErrorKind::NotARecording, "text")),
        of("zeros", "wav", &[0; 5_000], fails(ErrorKind::NotARecording, "no known audio format")),
        of(
            "an executable",
            "wav",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
            fails(ErrorKind::NotARecording, "no known audio format"),
        ),
        of(
            "AMR under the name of a raw format",
            "ulaw",
            b"#!AMR\n\x3c\x08\x7a",
            fails(ErrorKind::Unsupported, "it is AMR-NB, which has no decoder here; convert it with `ffmpeg"),
        ),
        of(
            "Speex",
            "spx",
            b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x50Speex   1.2",
            fails(ErrorKind::Unsupported, "Speex in Ogg"),
        ),
        of("iLBC", "ilbc", &[0xa5; 100], fails(ErrorKind::Unsupported, "`ffmpeg -f ilbc -i FILE FILE.wav`")),
        of("an archive", "wav", b"PK\x03\x04\x14\0", fails(ErrorKind::NotARecording, "a ZIP archive")),
        of("text as MP3", "mp3", b"<html>404</html>", fails(ErrorKind::NotARecording, "")),
        of("an empty Ogg page", "ogg", b"OggS\0\x02\0\0\0\0\0\0\0\0", fails(ErrorKind::Corrupt, "cut off")),
        of("FLAC without frames", "flac", b"fLaC", fails(ErrorKind::Corrupt, "")),
        of(
            "MP4 without a track",
            "m4a",
            b"\0\0\0\x10ftypM4A \0\0\0\0",
            fails(ErrorKind::Corrupt, "M4A without its index"),
        ),
    ]
}
