//! What a file says was said.

use etalon_call::{RemovalReason, Span, Utterance};

/// What wrote a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// whisper.cpp's JSON.
    WhisperCpp,
    /// `OpenAI` whisper's JSON.
    Whisper,
    /// `WhisperX`'s JSON.
    WhisperX,
    /// `WebVTT`.
    Vtt,
    /// `SubRip`.
    Srt,
    /// etalon's own turns.
    Turns,
    /// A list of segments in JSON, as many programs write it.
    Segments,
    /// `GigaAM`'s long-form result.
    GigaAm,
    /// T-one's phrases.
    TOne,
    /// Yandex `SpeechKit`, version 2 or 3.
    SpeechKit,
    /// AWS Transcribe, Call Analytics included.
    AwsTranscribe,
    /// Azure Speech: batch, fast or detailed.
    AzureSpeech,
    /// Google Speech-to-Text, version 1 or 2.
    GoogleSpeech,
}

impl Format {
    /// The name used in results, for instance `whisper.cpp`, `vtt` or `speechkit`.
    pub fn name(self) -> &'static str {
        match self {
            Self::WhisperCpp => "whisper.cpp",
            Self::Whisper => "whisper",
            Self::WhisperX => "whisperx",
            Self::Vtt => "vtt",
            Self::Srt => "srt",
            Self::Turns => "turns",
            Self::Segments => "segments",
            Self::GigaAm => "gigaam",
            Self::TOne => "t-one",
            Self::SpeechKit => "speechkit",
            Self::AwsTranscribe => "aws_transcribe",
            Self::AzureSpeech => "azure_speech",
            Self::GoogleSpeech => "google_speech",
        }
    }
}

/// What a file says was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// What wrote it.
    pub format: Format,
    /// The speakers as the file names them, in order of appearance. Like what was said, a name must
    /// not be logged.
    pub speakers: Vec<Utterance>,
    /// The segments in order of start time; none is without words.
    pub segments: Vec<Segment>,
    /// Segments that were left out because they have no time or an impossible one.
    pub segments_unreadable: u32,
}

/// A stretch of speech of one speaker.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Who spoke, by number in [`Transcript::speakers`]; none where the file does not say.
    pub speaker: Option<usize>,
    /// When, seconds from the start of the recording.
    pub span: Span,
    /// What was said, in order.
    pub words: Vec<SaidWord>,
    /// How sure whoever heard it was.
    pub certainty: Certainty,
}

/// How sure a recognizer was of a segment; none where the file does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Certainty {
    /// The probability that there is no speech, 0 to 1.
    pub no_speech_probability: Option<f64>,
    /// The mean natural logarithm of the tokens' probabilities.
    pub mean_log_probability: Option<f64>,
}

/// One word of a transcript.
#[derive(Debug, Clone, PartialEq)]
pub struct SaidWord {
    /// The word with the punctuation attached to it.
    pub text: Utterance,
    /// When it was said; none where the file does not say.
    pub span: Option<Span>,
    /// The probability that whoever heard it gave it, 0 to 1; none where the file does not say.
    pub confidence: Option<f64>,
    /// Why nobody can have said it; none for what was said.
    pub removed: Option<RemovalReason>,
}

impl Segment {
    /// Whether somebody said any of its words.
    pub fn is_said(&self) -> bool {
        self.words.iter().any(|word| word.removed.is_none())
    }

    /// When each word was said: the file's time where it gives those of all, else each word's share,
    /// by its letters, of the seconds of speech that the segment holds.
    pub fn word_times(&self, speech_s: f64) -> Vec<Span> {
        let length_of = |word: &SaidWord| word.text.as_str().chars().count();
        let in_all: usize = self.words.iter().map(length_of).sum();
        let letter_s = speech_s / in_all.max(1) as f64;
        let mut at_s = self.span.start_s;
        let shares = self.words.iter().map(|word| {
            let share = Span { start_s: at_s, end_s: at_s + letter_s * length_of(word) as f64 };
            at_s = share.end_s;
            share
        });
        let shares: Vec<Span> = shares.collect();
        self.words.iter().map(|word| word.span).collect::<Option<Vec<Span>>>().unwrap_or(shares)
    }

    /// Whether the file gives the time of every word.
    pub fn is_timed(&self) -> bool {
        self.words.iter().all(|word| word.span.is_some())
    }
}
