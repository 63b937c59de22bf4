//! One segment or one word of any of the programs: the names that its fields have there.
//!
//! The programs agree on what a segment is and on no name. A field is therefore looked for by all
//! of its names; no name means two things.

use serde_json::Value;

/// How much deeper a segment may lie in wrappers such as `{"result": {"final": …}}`.
const WRAPPERS_MAX: usize = 3;

const MILLISECOND_S: f64 = 1e-3;

/// A tick of Azure.
const TICK_S: f64 = 1e-7;

/// Names of a start, and their units in seconds.
const STARTS: [(&str, f64); 13] = [
    ("start", 1.0),
    ("start_s", 1.0),
    ("start_time", 1.0),
    ("startTime", 1.0),
    ("startOffset", 1.0),
    ("start_offset", 1.0),
    ("startTimeMs", MILLISECOND_S),
    ("start_time_ms", MILLISECOND_S),
    ("BeginOffsetMillis", MILLISECOND_S),
    ("offsetMilliseconds", MILLISECOND_S),
    ("offsetInTicks", TICK_S),
    ("Offset", TICK_S),
    ("offset", 1.0),
];

/// Names of an end, and their units in seconds.
const ENDS: [(&str, f64); 13] = [
    ("end", 1.0),
    ("end_s", 1.0),
    ("end_time", 1.0),
    ("endTime", 1.0),
    ("endOffset", 1.0),
    ("end_offset", 1.0),
    ("endTimeMs", MILLISECOND_S),
    ("end_time_ms", MILLISECOND_S),
    ("EndOffsetMillis", MILLISECOND_S),
    ("resultEndTime", 1.0),
    ("result_end_time", 1.0),
    ("resultEndOffset", 1.0),
    ("result_end_offset", 1.0),
];

/// Names of a length, and their units in seconds.
const LENGTHS: [(&str, f64); 4] = [
    ("durationMilliseconds", MILLISECOND_S),
    ("durationInTicks", TICK_S),
    ("Duration", TICK_S),
    ("duration", 1.0),
];

/// Names of a list with start and end.
const BOUNDARIES: [&str; 2] = ["boundaries", "timestamp"];

/// Names of the text, the one with punctuation first.
const TEXTS: [&str; 12] = [
    "text",
    "normalized_text",
    "transcription",
    "transcript",
    "display",
    "Display",
    "Content",
    "word",
    "Word",
    "content",
    "lexical",
    "Lexical",
];

/// Names of the list of words, the one with punctuation first.
const WORDS: [&str; 7] =
    ["displayWords", "DisplayWords", "words", "Words", "Items", "word_alignments", "result"];

/// Names of a probability.
const PROBABILITIES: [&str; 6] = ["confidence", "Confidence", "probability", "score", "conf", "p"];

/// Names of who speaks.
const SPEAKERS: [&str; 7] =
    ["speaker", "speaker_label", "speakerLabel", "speaker_id", "speakerId", "ParticipantRole", "speakerTag"];

/// Names of the channel.
const CHANNELS: [&str; 4] = ["channelTag", "channel_tag", "channel", "channel_label"];

/// Names of the list of hypotheses, the best of which comes first.
const ALTERNATIVES: [&str; 4] = ["alternatives", "nBest", "NBest", "results"];

/// Names of an object that holds a segment.
const WRAPPERS: [&str; 2] = ["result", "final"];

/// A segment or a word as it stands in the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Element {
    pub(super) start_s: Option<f64>,
    pub(super) end_s: Option<f64>,
    pub(super) text: String,
    pub(super) speaker: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) probability: Option<f64>,
    pub(super) no_speech_probability: Option<f64>,
    pub(super) mean_log_probability: Option<f64>,
    pub(super) words: Vec<Element>,
}

impl Element {
    /// Reads a segment; none where it is no segment at all, such as a message of a stream that says
    /// how far the service has come.
    pub(super) fn segment(value: &Value) -> Option<Self> {
        let value = unwrapped(value, WRAPPERS_MAX);
        let best = ALTERNATIVES.iter().find_map(|name| value.get(*name)?.as_array()?.first());
        let outer = Self::own(value);
        let mut segment = best.map_or_else(|| outer.clone(), Self::own);
        segment.start_s = segment.start_s.or(outer.start_s);
        segment.end_s = segment.end_s.or(outer.end_s);
        segment.speaker = segment.speaker.or(outer.speaker);
        segment.channel = segment.channel.or(outer.channel);
        segment.take_times_of_words();
        let is_segment = best.is_some() || !segment.text.is_empty() || !segment.words.is_empty();
        (is_segment || value.get("start").is_some()).then_some(segment)
    }

    /// The fields of an object, without those of its alternatives.
    fn own(value: &Value) -> Self {
        let words = WORDS.iter().find_map(|name| value.get(*name)?.as_array());
        let boundary =
            |place: usize| BOUNDARIES.iter().find_map(|name| seconds(value.get(*name)?.get(place)?));
        let start_s = time(value, &STARTS).or_else(|| boundary(0));
        let length_s = time(value, &LENGTHS);
        let end_s = time(value, &ENDS).or_else(|| boundary(1));
        Self {
            start_s,
            end_s: end_s.or_else(|| Some(without_rounding_error(start_s? + length_s?))),
            text: TEXTS.iter().find_map(|name| value.get(*name)?.as_str()).unwrap_or_default().to_owned(),
            speaker: name_by(value, &SPEAKERS),
            channel: name_by(value, &CHANNELS),
            probability: PROBABILITIES.iter().find_map(|name| seconds(value.get(*name)?)),
            no_speech_probability: value.get("no_speech_prob").and_then(Value::as_f64),
            mean_log_probability: value.get("avg_logprob").and_then(Value::as_f64),
            words: words.into_iter().flatten().map(Self::own).filter(|word| !word.text.is_empty()).collect(),
        }
    }

    /// Gives a segment without times those of its first and last word. A start of 0 is left out by
    /// services whose messages come from protobuf.
    fn take_times_of_words(&mut self) {
        if let Some(first) = self.words.first_mut()
            && first.start_s.is_none()
            && self.start_s.is_none()
            && first.end_s.is_some()
        {
            first.start_s = Some(0.0);
        }
        self.start_s = self.start_s.or_else(|| self.words.iter().find_map(|word| word.start_s));
        self.end_s = self.end_s.or_else(|| self.words.iter().rev().find_map(|word| word.end_s));
    }

    /// The name of who speaks: the speaker's, else the channel's.
    pub(super) fn name(&self) -> Option<String> {
        match (&self.channel, &self.speaker) {
            (Some(channel), Some(speaker)) => Some(format!("channel {channel} speaker {speaker}")),
            (Some(channel), None) => Some(format!("channel {channel}")),
            (None, speaker) => speaker.clone(),
        }
    }
}

/// What lies in wrappers.
fn unwrapped(value: &Value, deeper: usize) -> &Value {
    let inner = WRAPPERS.iter().find_map(|name| value.get(*name).filter(|inner| inner.is_object()));
    match inner {
        Some(inner) if deeper > 0 => unwrapped(inner, deeper - 1),
        _ => value,
    }
}

/// The time without what multiplication leaves behind a microsecond.
fn without_rounding_error(time_s: f64) -> f64 {
    (time_s * 1e6).round() / 1e6
}

fn time(value: &Value, names: &[(&str, f64)]) -> Option<f64> {
    let time_s = names.iter().find_map(|(name, unit_s)| Some(seconds(value.get(*name)?)? * unit_s))?;
    Some(without_rounding_error(time_s))
}

/// A number, or what stands for one: `"1.5"`, `"1.5s"`, `"PT1M2.5S"`, `{"seconds": 1, "nanos": 5}`.
pub(super) fn seconds(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => seconds_in(text.trim()),
        Value::Object(parts) => {
            let part = |name: &str| parts.get(name).map_or(Some(0.0), seconds);
            let is_duration = parts.contains_key("seconds") || parts.contains_key("nanos");
            is_duration.then(|| Some(part("seconds")? + part("nanos")? * 1e-9)).flatten()
        }
        _ => None,
    }
}

fn seconds_in(text: &str) -> Option<f64> {
    let Some(parts) = text.strip_prefix("PT") else {
        let number: f64 = text.strip_suffix('s').unwrap_or(text).parse().ok()?;
        return number.is_finite().then_some(number);
    };
    // ISO 8601: hours, minutes and seconds, each with its letter.
    let mut total_s = 0.0;
    let mut rest = parts;
    while let Some(at) = rest.find(['H', 'M', 'S']) {
        let unit_s = match rest.as_bytes()[at] {
            b'H' => 3600.0,
            b'M' => 60.0,
            _ => 1.0,
        };
        total_s += unit_s * rest[..at].parse::<f64>().ok().filter(|part| part.is_finite())?;
        rest = &rest[at + 1..];
    }
    rest.is_empty().then_some(total_s)
}

/// A name, which may be a number; -1 and 0 for a speaker's tag stand for nobody where they are tags.
fn name_by(value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match value.get(*name)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) if *name == "speakerTag" && number.as_i64() == Some(0) => None,
        Value::Number(number) if number.as_i64().is_some_and(|number| number < 0) => None,
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_spelling() {
        for (json, expected) in [
            ("1.5", Some(1.5)),
            ("\"1.5\"", Some(1.5)),
            ("\"1.500s\"", Some(1.5)),
            ("\"PT1.5S\"", Some(1.5)),
            ("\"PT1H2M3S\"", Some(3723.0)),
            ("{\"seconds\": \"1\", \"nanos\": 500000000}", Some(1.5)),
            ("{\"nanos\": 500000000}", Some(0.5)),
            ("\"PT1X\"", None),
            ("\"NaN\"", None),
            ("\"soon\"", None),
            ("{}", None),
            ("null", None),
            ("[1]", None),
        ] {
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(seconds(&value), expected, "{json}");
        }
    }
}
