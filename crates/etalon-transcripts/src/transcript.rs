use etalon_call::{Span, Utterance};

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
}

impl Format {
    /// The name used in results: `whisper.cpp`, `whisper`, `whisperx`, `vtt`, `srt` or `turns`.
    pub fn name(self) -> &'static str {
        match self {
            Self::WhisperCpp => "whisper.cpp",
            Self::Whisper => "whisper",
            Self::WhisperX => "whisperx",
            Self::Vtt => "vtt",
            Self::Srt => "srt",
            Self::Turns => "turns",
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
}
