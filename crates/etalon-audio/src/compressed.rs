//! Everything that symphonia takes apart: FLAC, Ogg, M4A, AAC, Matroska.
//!
//! Foreign decoders see hostile bytes here, so every call into them is shielded: a panic inside
//! ends this recording and nothing else.

use crate::mp4::Edit;
use crate::mpeg;
use crate::opus::Opus;
use crate::source::Data;
use crate::trim::Trim;
use crate::{AudioError, Codec, FileFormat, Samples};
use etalon_call::Defect;
use std::collections::VecDeque;
use std::fmt;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_FLAC, CODEC_ID_MP3, CODEC_ID_OPUS, CODEC_ID_PCM_ALAW, CODEC_ID_PCM_F32BE,
    CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64BE, CODEC_ID_PCM_F64LE, CODEC_ID_PCM_MULAW, CODEC_ID_PCM_S8,
    CODEC_ID_PCM_S16BE, CODEC_ID_PCM_S16LE, CODEC_ID_PCM_S24BE, CODEC_ID_PCM_S24LE, CODEC_ID_PCM_S32BE,
    CODEC_ID_PCM_S32LE, CODEC_ID_PCM_U8, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;

/// Packets in a row that may be damaged before the rest of the recording is given up.
const MAX_DAMAGED_RUN: u32 = 500;
/// What stands in for a damaged packet is at most this long, seconds.
const LONGEST_GAP_S: f64 = 1.0;
/// Packets that are missing show by the time of the next one. Less than this is rounding, and more
/// is a clock that was set, seconds.
const SHORTEST_HOLE_S: f64 = 0.03;
const LONGEST_HOLE_S: f64 = 600.0;
/// No encoder delays the sound by more, seconds.
const LONGEST_DELAY_S: f64 = 1.0;
/// Samples before the sound of AAC where the file tells none: what every decoder needs to begin
/// with.
pub(crate) const AAC_DELAY: usize = 1_024;

impl MediaSource for Data<'_> {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len())
    }
}

enum Engine {
    Symphonia(Box<dyn AudioDecoder>),
    Opus(Opus),
}

/// The packets of a compressed recording.
pub(crate) struct Compressed<'s> {
    format: Box<dyn FormatReader + 's>,
    track: u32,
    engine: Engine,
    codec: Codec,
    rate_hz: u32,
    channels: usize,
    frames_promised: Option<u64>,
    trim: Trim,
    tells_encoder_delay: bool,
    clock: PacketClock,
    /// Samples that were given out.
    given: u64,
    /// Packets that were looked at before the first block was asked for.
    waiting: VecDeque<Planes>,
    damaged: u64,
    damaged_run: u32,
    ended: Option<String>,
    defects: Vec<Defect>,
}

/// When packets should come, in ticks of the track's clock.
#[derive(Debug, Clone, Copy, Default)]
struct PacketClock {
    /// None where the container has no clock: a tick is a sample then.
    ticks_per_s: Option<f64>,
    /// When the first packet began.
    first: Option<i64>,
    /// When the last packet began.
    last: Option<i64>,
    /// When the next packet should begin; none before the first sound.
    next: Option<f64>,
    /// How long the last packet of sound was.
    usual_ticks: f64,
}

/// The samples of one packet, channel by channel.
type Planes = Vec<Samples>;

/// What came of asking for a packet.
enum Next {
    Packet(Packet),
    Skip,
    End,
}

impl fmt::Debug for Compressed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Compressed").field("codec", &self.codec).finish_non_exhaustive()
    }
}

impl<'s> Compressed<'s> {
    /// Opens a recording. `extension` is only a hint.
    pub(crate) fn open(
        data: Data<'s>,
        edit: Option<Edit>,
        extension: Option<&str>,
    ) -> Result<Self, AudioError> {
        let format = probe(data, extension)?;
        let Some(track) = format.default_track(TrackType::Audio) else {
            return Err(AudioError::Empty("it has no audio track".into()));
        };
        let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
        let Some(parameters) = parameters else {
            return Err(AudioError::Unsupported(
                "its audio track names no known codec; convert the recording to PCM first".into(),
            ));
        };
        let codec = codec_of(parameters)?;
        let mut engine = engine(parameters)?;
        if let (Engine::Opus(opus), Some(_)) = (&mut engine, &edit) {
            // The list of edits tells the same once more.
            opus.keep_start();
        }
        let mut compressed = Self {
            track: track.id,
            frames_promised: track.num_frames,
            trim: Trim::default(),
            tells_encoder_delay: true,
            clock: PacketClock::of(track),
            given: 0,
            engine,
            codec,
            rate_hz: 0,
            channels: 0,
            waiting: VecDeque::new(),
            damaged: 0,
            damaged_run: 0,
            ended: None,
            defects: Vec::new(),
            format,
        };
        compressed.learn_shape()?;
        compressed.learn_trim(edit);
        Ok(compressed)
    }

    pub(crate) fn codec(&self) -> Codec {
        self.codec
    }

    pub(crate) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    /// Whether the file tells the delay of its encoder.
    pub(crate) fn tells_encoder_delay(&self) -> bool {
        self.tells_encoder_delay
    }

    pub(crate) fn frames_promised(&self) -> Option<u64> {
        // The clock of Opus is not the rate that is decoded to.
        self.frames_promised.filter(|_| self.codec != Codec::Opus)
    }

    /// Headers of compressed streams often leave rate and channels to the first packet, and
    /// sometimes lie about them.
    fn learn_shape(&mut self) -> Result<(), AudioError> {
        if let Engine::Opus(opus) = &self.engine {
            self.rate_hz = opus.rate_hz();
        }
        while self.channels == 0 {
            if !self.decode_next()? {
                return Err(match self.ended.take() {
                    Some(reason) => AudioError::Corrupt(format!(
                        "no audio could be decoded ({reason}); check where the file comes from"
                    )),
                    None => AudioError::Empty("it has a header and no audio; nothing was recorded".into()),
                });
            }
        }
        Ok(())
    }

    /// Decides what of the samples is sound. The clocks of the codecs that are not named here begin
    /// with it.
    fn learn_trim(&mut self, edit: Option<Edit>) {
        let rate_hz = f64::from(self.rate_hz);
        let samples = |seconds: f64| (seconds * rate_hz).round() as u64;
        // Matroska lets the clock run from before zero.
        let told_s = self.clock.before_zero_s();
        let (to_skip, sound_left, is_told) = match (edit, self.codec) {
            (Some(edit), _) => (samples(edit.start_s) as usize, edit.length_s.map(samples), true),
            (None, Codec::Aac | Codec::Mp3) if told_s > 0.0 => (samples(told_s) as usize, None, true),
            (None, Codec::Aac) => (AAC_DELAY, None, false),
            (None, Codec::Mp3) => (mpeg::USUAL_DELAY, None, false),
            (None, _) => (0, None, true),
        };
        self.trim = Trim { to_skip, sound_left };
        self.tells_encoder_delay = is_told;
    }

    /// Appends the next packet; false at the end.
    pub(crate) fn append(&mut self, channels: &mut [Samples]) -> Result<bool, AudioError> {
        if self.waiting.is_empty() && !self.decode_next()? {
            return Ok(false);
        }
        while let Some(mut packet) = self.waiting.pop_front() {
            self.trim.take(&mut packet);
            self.given += packet.first().map_or(0, Samples::len) as u64;
            for (channel, samples) in channels.iter_mut().zip(&packet) {
                channel.append(samples);
            }
        }
        Ok(true)
    }

    /// Decodes one packet into `waiting`; false at the end.
    fn decode_next(&mut self) -> Result<bool, AudioError> {
        let packet = match self.next_packet()? {
            Next::Packet(packet) => packet,
            Next::Skip => return Ok(true),
            Next::End => return Ok(false),
        };
        if packet.track_id != self.track {
            return Ok(true);
        }
        self.fill_hole(self.clock.hole_s(&packet));
        let sound_s = if let Some(samples) = self.decode(&packet)? {
            self.damaged_run = 0;
            let frames = self.frames_of(&samples);
            self.waiting.push_back(samples);
            frames as f64 / f64::from(self.rate_hz.max(1))
        } else {
            self.fill_gap(&packet);
            0.0
        };
        self.clock.advance(&packet, sound_s);
        Ok(true)
    }

    fn next_packet(&mut self) -> Result<Next, AudioError> {
        if self.ended.is_some() || self.damaged_run > MAX_DAMAGED_RUN {
            return Ok(Next::End);
        }
        match shielded(|| self.format.next_packet()) {
            Ok(Ok(Some(packet))) => Ok(Next::Packet(packet)),
            Ok(Ok(None)) => Ok(Next::End),
            Ok(Err(Error::IoError(error))) if error.kind() != ErrorKind::UnexpectedEof => Err(error.into()),
            Ok(Err(Error::IoError(_))) => Ok(self.end("the stream stops in the middle of a packet".into())),
            Ok(Err(Error::DecodeError(_))) => {
                self.damaged_run += 1;
                self.damaged += 1;
                Ok(Next::Skip)
            }
            Ok(Err(Error::ResetRequired)) => Ok(self.next_stream()),
            Ok(Err(error)) => Ok(self.end(error.to_string())),
            Err(Panicked) => Ok(self.end("the decoder gave up".into())),
        }
    }

    fn end(&mut self, reason: String) -> Next {
        self.ended = Some(reason);
        Next::End
    }

    /// A chained stream begins anew; it is gone on with where it has the codec of the first.
    fn next_stream(&mut self) -> Next {
        let next = self.format.default_track(TrackType::Audio).and_then(|track| {
            let parameters = track.codec_params.as_ref()?.audio()?;
            let same_codec = codec_of(parameters).is_ok_and(|codec| codec == self.codec);
            Some((track.id, engine(parameters).ok().filter(|_| same_codec)?))
        });
        match next {
            Some((track, engine)) => {
                self.track = track;
                self.engine = engine;
                Next::Skip
            }
            None => self.end("another stream with another codec follows".into()),
        }
    }

    /// The samples of a packet; none when it is damaged.
    fn decode(&mut self, packet: &Packet) -> Result<Option<Planes>, AudioError> {
        let planes = match &mut self.engine {
            Engine::Opus(opus) => shielded(|| opus.decode(packet))
                .ok()
                .and_then(Result::ok)
                .map(|planes| planes.into_iter().map(Samples::F32).collect::<Planes>())
                .filter(|planes| self.channels == 0 || planes.len() == self.channels)
                .inspect(|planes| self.channels = planes.len()),
            Engine::Symphonia(decoder) => {
                match shielded(|| decoder.decode(packet).map(|buffer| Shaped::of(self.codec, &buffer))) {
                    Ok(Ok(shaped)) => {
                        if self.channels == 0 && !shaped.planes.is_empty() {
                            (self.rate_hz, self.channels) = (shaped.rate_hz, shaped.planes.len());
                        }
                        let fits = shaped.rate_hz == self.rate_hz && shaped.planes.len() == self.channels;
                        fits.then_some(shaped.planes)
                    }
                    Ok(Err(Error::IoError(error))) if error.kind() != ErrorKind::UnexpectedEof => {
                        return Err(error.into());
                    }
                    Ok(Err(_)) | Err(Panicked) => None,
                }
            }
        };
        Ok(planes)
    }

    /// Samples per channel of the packet that became these, with those that are no sound.
    fn frames_of(&self, samples: &Planes) -> usize {
        match &self.engine {
            Engine::Opus(opus) => opus.last_frames(),
            Engine::Symphonia(_) => samples.first().map_or(0, Samples::len),
        }
    }

    /// Silence for packets that are missing, so that what follows keeps its time.
    fn fill_hole(&mut self, hole_s: f64) {
        if hole_s < SHORTEST_HOLE_S || self.channels == 0 {
            return;
        }
        let at_s = self.time_s();
        if hole_s > LONGEST_HOLE_S {
            let detail = format!("the stream's clock jumps by {hole_s:.3} s at {at_s:.3} s; not followed");
            self.defects.push(Defect::new("clock_jumps", detail));
            return;
        }
        let detail = format!("{hole_s:.3} s are missing at {at_s:.3} s; silence stands in for them");
        self.defects.push(Defect::new("packets_missing", detail));
        let mut silence = Samples::empty_like(self.codec);
        silence.append_silence((hole_s * f64::from(self.rate_hz)).round() as usize);
        self.waiting.push_back(vec![silence; self.channels]);
    }

    /// Where in the recording the next packet will be heard, seconds.
    fn time_s(&self) -> f64 {
        let waiting: usize = self.waiting.iter().filter_map(|planes| planes.first()).map(Samples::len).sum();
        (self.given + waiting as u64) as f64 / f64::from(self.rate_hz.max(1))
    }

    /// Silence for as long as the damaged packet would have lasted, so that what follows keeps its
    /// time.
    fn fill_gap(&mut self, packet: &Packet) {
        if self.damaged == 0 {
            let detail = format!("the first at {:.3} s", self.time_s());
            self.defects.push(Defect::new("packets_damaged", detail));
        }
        self.damaged += 1;
        self.damaged_run += 1;
        let gap_s = self.clock.length_s(packet, self.rate_hz).min(LONGEST_GAP_S);
        let mut silence = Samples::empty_like(self.codec);
        silence.append_silence((gap_s * f64::from(self.rate_hz)).round() as usize);
        self.waiting.push_back(vec![silence; self.channels]);
    }

    pub(crate) fn report(&self, defects: &mut Vec<Defect>) {
        for defect in &self.defects {
            let mut defect = defect.clone();
            if defect.kind == "packets_damaged" {
                defect.detail = format!(
                    "{} packets could not be decoded, {}; silence stands in for them",
                    self.damaged, defect.detail
                );
            }
            defects.push(defect);
        }
        if let Some(reason) = &self.ended {
            defects.push(Defect::new("stream_truncated", format!("{reason}; decoded up to there")));
        } else if self.damaged_run > MAX_DAMAGED_RUN {
            let detail =
                format!("more than {MAX_DAMAGED_RUN} damaged packets in a row; the rest is given up");
            defects.push(Defect::new("stream_truncated", detail));
        }
    }
}

impl PacketClock {
    fn of(track: &Track) -> Self {
        let ticks_per_s =
            track.time_base.map(|base| f64::from(base.denom.get()) / f64::from(base.numer.get()));
        Self { ticks_per_s, ..Self::default() }
    }

    /// How much later a packet comes than it should, seconds.
    fn hole_s(&self, packet: &Packet) -> f64 {
        let (Some(ticks_per_s), Some(next)) = (self.ticks_per_s, self.next) else { return 0.0 };
        (packet.pts.get() as f64 - next) / ticks_per_s
    }

    /// Takes a packet that became so many seconds of sound; none where it was damaged.
    ///
    /// The packets of Matroska mostly do not tell how long they are, and then their sound does.
    fn advance(&mut self, packet: &Packet, sound_s: f64) {
        let begin = packet.pts.get();
        let told = told_ticks(packet);
        let mut ticks = told as f64;
        if told == 0 {
            ticks = if sound_s > 0.0 { sound_s * self.ticks_per_s.unwrap_or(0.0) } else { self.usual_ticks };
        }
        // Packets that share a block of Matroska may share its time as well.
        let is_of_same_block = told == 0 && self.last == Some(begin);
        let start = self.next.filter(|_| is_of_same_block).unwrap_or(begin as f64);
        // The first packet of some codecs only fills the decoder's memory.
        if self.next.is_some() || ticks > 0.0 {
            self.next = Some(start + ticks);
        }
        if sound_s > 0.0 {
            self.usual_ticks = ticks;
        }
        self.first = self.first.or(Some(begin));
        self.last = Some(begin);
    }

    /// How long a packet is that could not be decoded, seconds.
    fn length_s(&self, packet: &Packet, rate_hz: u32) -> f64 {
        let ticks_per_s = self.ticks_per_s.unwrap_or(f64::from(rate_hz)).max(1e-9);
        let ticks = match packet.dur.get() {
            0 => self.usual_ticks,
            ticks => ticks as f64,
        };
        ticks / ticks_per_s
    }

    /// How long before zero the clock began, seconds.
    fn before_zero_s(&self) -> f64 {
        let (Some(ticks_per_s), Some(first)) = (self.ticks_per_s, self.first) else { return 0.0 };
        (-(first as f64) / ticks_per_s).clamp(0.0, LONGEST_DELAY_S)
    }
}

/// How long the container says a packet is, with what of it is no sound; 0 where it does not say.
fn told_ticks(packet: &Packet) -> u64 {
    packet.dur.get().saturating_add(packet.trim_start.get()).saturating_add(packet.trim_end.get())
}

/// A foreign decoder panicked.
pub(crate) struct Panicked;

pub(crate) fn shielded<T>(call: impl FnOnce() -> T) -> Result<T, Panicked> {
    // A decoder that panicked is never asked again for more than the next packet, and its samples
    // are thrown away.
    catch_unwind(AssertUnwindSafe(call)).map_err(|_| Panicked)
}

/// Opens a container. A file that was cut off names places that are not there any more: where it
/// can't be opened, it is tried once more as bytes that are only read forwards, in which nobody
/// looks for those places.
fn probe<'s>(data: Data<'s>, extension: Option<&str>) -> Result<Box<dyn FormatReader + 's>, AudioError> {
    let mut head = [0; 64];
    let count = data.clone().read(&mut head)?;
    let name = FileFormat::of_signature(&head[..count]).map(|format| format.english());
    match probe_in(Box::new(data.clone()), extension, name) {
        Err(AudioError::Io(error)) => Err(error.into()),
        Err(error) => probe_in(Box::new(ReadOnlySource::new(data)), extension, name).map_err(|_| error),
        found => found,
    }
}

fn probe_in<'s>(
    bytes: Box<dyn MediaSource + 's>,
    extension: Option<&str>,
    name: Option<&str>,
) -> Result<Box<dyn FormatReader + 's>, AudioError> {
    let stream = MediaSourceStream::new(bytes, MediaSourceStreamOptions::default());
    let mut hint = Hint::new();
    if let Some(extension) = extension {
        hint.with_extension(extension);
    }
    let probed = shielded(|| {
        symphonia::default::get_probe().probe(
            &hint,
            stream,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
    });
    match probed {
        Ok(Ok(format)) => Ok(format),
        Ok(Err(Error::IoError(error))) if error.kind() != ErrorKind::UnexpectedEof => Err(error.into()),
        Ok(Err(Error::IoError(_))) => {
            Err(AudioError::Corrupt("its header is cut off; fetch the file again".into()))
        }
        Ok(Err(Error::Unsupported(_))) => Err(match name {
            Some(name) => AudioError::Corrupt(format!(
                "it begins as {name}, and its header is damaged or cut off; fetch the file again"
            )),
            None => AudioError::NotARecording(
                "no known audio format begins there; check where the file comes from".into(),
            ),
        }),
        Ok(Err(error)) => Err(AudioError::Corrupt(format!("{error}; fetch the file again"))),
        Err(Panicked) => {
            Err(AudioError::Corrupt("the header made the decoder give up; fetch the file again".into()))
        }
    }
}

fn codec_of(parameters: &AudioCodecParameters) -> Result<Codec, AudioError> {
    match parameters.codec {
        CODEC_ID_MP3 => Ok(Codec::Mp3),
        CODEC_ID_FLAC if parameters.bits_per_sample.is_some_and(|bits| bits <= 16) => Ok(Codec::Flac),
        CODEC_ID_FLAC => Ok(Codec::Flac24),
        CODEC_ID_VORBIS => Ok(Codec::Vorbis),
        CODEC_ID_OPUS => Ok(Codec::Opus),
        CODEC_ID_AAC => Ok(Codec::Aac),
        CODEC_ID_PCM_S8 | CODEC_ID_PCM_U8 => Ok(Codec::Pcm8),
        CODEC_ID_PCM_S16BE | CODEC_ID_PCM_S16LE => Ok(Codec::Pcm16),
        CODEC_ID_PCM_S24BE | CODEC_ID_PCM_S24LE => Ok(Codec::Pcm24),
        CODEC_ID_PCM_S32BE | CODEC_ID_PCM_S32LE => Ok(Codec::Pcm32),
        CODEC_ID_PCM_F32BE | CODEC_ID_PCM_F32LE => Ok(Codec::Float32),
        CODEC_ID_PCM_F64BE | CODEC_ID_PCM_F64LE => Ok(Codec::Float64),
        CODEC_ID_PCM_ALAW => Ok(Codec::Alaw),
        CODEC_ID_PCM_MULAW => Ok(Codec::Mulaw),
        other => Err(AudioError::Unsupported(format!(
            "codec {other} has no decoder here; convert the recording to PCM first"
        ))),
    }
}

fn engine(parameters: &AudioCodecParameters) -> Result<Engine, AudioError> {
    if parameters.codec == CODEC_ID_OPUS {
        return Opus::new(parameters).map(Engine::Opus).map_err(|error| {
            AudioError::Corrupt(format!("{error}; fetch the file again or convert it to PCM"))
        });
    }
    let made = shielded(|| {
        symphonia::default::get_codecs().make_audio_decoder(parameters, &AudioDecoderOptions::default())
    });
    match made {
        Ok(Ok(decoder)) => Ok(Engine::Symphonia(decoder)),
        Ok(Err(error)) => {
            Err(AudioError::Unsupported(format!("{error}; convert the recording to PCM first")))
        }
        Err(Panicked) => {
            Err(AudioError::Corrupt("its header made the decoder give up; fetch the file again".into()))
        }
    }
}

/// What a foreign decoder made of one packet.
pub(crate) struct Shaped {
    rate_hz: u32,
    pub(crate) planes: Planes,
}

impl Shaped {
    pub(crate) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    pub(crate) fn of(codec: Codec, buffer: &GenericAudioBufferRef<'_>) -> Self {
        let planes = if codec.is_at_most_16_bits() {
            let mut planes = Vec::new();
            buffer.copy_to_vecs_planar::<i16>(&mut planes);
            planes.into_iter().map(Samples::I16).collect()
        } else {
            let mut planes = Vec::new();
            buffer.copy_to_vecs_planar::<f32>(&mut planes);
            planes.into_iter().map(Samples::F32).collect()
        };
        Self { rate_hz: buffer.spec().rate(), planes }
    }
}
