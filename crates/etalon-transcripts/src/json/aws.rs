//! AWS Transcribe's JSON: words and signs one by one, and who spoke when.

use super::element::seconds;
use crate::builder::{Builder, ReadSegment, ReadWord};
use crate::error::TranscriptError;
use crate::transcript::{Certainty, Format, Transcript};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// A pause after which a new segment begins, seconds.
const PAUSE_S: f64 = 1.0;

#[derive(Deserialize)]
struct Results<'a> {
    #[serde(borrow)]
    items: Option<Vec<&'a RawValue>>,
    speaker_labels: Option<SpeakerLabels>,
    #[serde(borrow)]
    channel_labels: Option<ChannelLabels<'a>>,
}

#[derive(Deserialize)]
struct SpeakerLabels {
    #[serde(default)]
    segments: Vec<SpeakerSegment>,
}

#[derive(Deserialize)]
struct SpeakerSegment {
    #[serde(default)]
    items: Vec<SpeakerItem>,
}

#[derive(Deserialize)]
struct SpeakerItem {
    start_time: Option<String>,
    speaker_label: Option<String>,
}

#[derive(Deserialize)]
struct ChannelLabels<'a> {
    #[serde(borrow, default)]
    channels: Vec<Channel<'a>>,
}

#[derive(Deserialize)]
struct Channel<'a> {
    channel_label: Option<String>,
    #[serde(borrow, default)]
    items: Vec<&'a RawValue>,
}

/// A word with the signs behind it.
struct Spoken {
    number: usize,
    text: String,
    start_s: f64,
    end_s: f64,
    confidence: Option<f64>,
    speaker: Option<String>,
}

/// Reads `results`; none where it is no object with items.
pub(super) fn read(file: &str, results: &RawValue) -> Option<Result<Transcript, TranscriptError>> {
    let results: Results<'_> = serde_json::from_str(results.get()).ok()?;
    if results.items.is_none() && results.channel_labels.is_none() {
        return None;
    }
    let mut builder = Builder::new(Format::AwsTranscribe, file, "item");
    Some(push_all(&mut builder, &results).and_then(|()| builder.finish()))
}

fn push_all(builder: &mut Builder<'_>, results: &Results<'_>) -> Result<(), TranscriptError> {
    let channels =
        results.channel_labels.as_ref().map(|labels| labels.channels.as_slice()).unwrap_or_default();
    if channels.is_empty() {
        let items = results.items.as_deref().unwrap_or_default();
        return push_items(builder, items, &speakers_by_time(results), None);
    }
    channels.iter().try_for_each(|channel| {
        push_items(builder, &channel.items, &HashMap::new(), channel.channel_label.as_deref())
    })
}

/// The speakers by the start of each item, as the file spells it.
fn speakers_by_time(results: &Results<'_>) -> HashMap<String, String> {
    let segments = results.speaker_labels.iter().flat_map(|labels| &labels.segments);
    let items = segments.flat_map(|segment| &segment.items);
    items.filter_map(|item| Some((item.start_time.clone()?, item.speaker_label.clone()?))).collect()
}

fn push_items(
    builder: &mut Builder<'_>,
    items: &[&RawValue],
    speakers: &HashMap<String, String>,
    channel: Option<&str>,
) -> Result<(), TranscriptError> {
    let mut spoken: Vec<Spoken> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let item: Value = serde_json::from_str(item.get()).unwrap_or_default();
        let best = item.get("alternatives").and_then(|alternatives| alternatives.get(0));
        let content = best.and_then(|best| best.get("content")).and_then(Value::as_str).unwrap_or_default();
        if item.get("type").and_then(Value::as_str) == Some("punctuation") {
            if let Some(before) = spoken.last_mut() {
                before.text.push_str(content);
            }
            continue;
        }
        let time = |name: &str| item.get(name).and_then(seconds);
        let (Some(start_s), Some(end_s)) = (time("start_time"), time("end_time")) else {
            builder.leave_out(index + 1, super::NO_TIME)?;
            continue;
        };
        let by_time = || speakers.get(item.get("start_time")?.as_str()?).map(String::as_str);
        let labelled = item.get("speaker_label").and_then(Value::as_str);
        let speaker = channel.or(labelled).or_else(by_time).map(str::to_owned);
        let confidence = best.and_then(|best| best.get("confidence")).and_then(seconds);
        spoken.push(Spoken {
            number: index + 1,
            text: content.to_owned(),
            start_s,
            end_s,
            confidence,
            speaker,
        });
    }
    let is_together =
        |left: &Spoken, right: &Spoken| left.speaker == right.speaker && right.start_s - left.end_s < PAUSE_S;
    spoken.chunk_by(is_together).try_for_each(|run| push(builder, run))
}

fn push(builder: &mut Builder<'_>, run: &[Spoken]) -> Result<(), TranscriptError> {
    let words = run.iter().map(|word| ReadWord {
        text: &word.text,
        start_s: Some(word.start_s),
        end_s: Some(word.end_s),
        confidence: word.confidence,
    });
    builder.push(&ReadSegment {
        number: run[0].number,
        speaker: run[0].speaker.as_deref(),
        start_s: run[0].start_s,
        end_s: run[run.len() - 1].end_s,
        words: words.collect(),
        certainty: Certainty::default(),
    })
}
