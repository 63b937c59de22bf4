//! Every kind of file, and what is wrong with some.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use etalon_call::Role;
use etalon_transcripts::{SpeakerNames, Transcript, limits, parse};
use std::fmt::Write as _;

/// One segment a line: `speaker start–end: word@start-end%confidence …`.
fn shown(transcript: &Transcript) -> String {
    let mut lines = transcript.format.name().to_owned();
    for segment in &transcript.segments {
        let speaker = segment.speaker.map_or("?", |speaker| transcript.speakers[speaker].as_str());
        write!(lines, "\n{speaker} {}–{}:", segment.span.start_s, segment.span.end_s).unwrap();
        for word in &segment.words {
            write!(lines, " {}", word.text.as_str()).unwrap();
            if let Some(span) = word.span {
                write!(lines, "@{}-{}", span.start_s, span.end_s).unwrap();
            }
            if let Some(confidence) = word.confidence {
                write!(lines, "%{confidence:.2}").unwrap();
            }
        }
    }
    lines
}

fn check(file: &str, text: &str, expected: &str) {
    let transcript = parse(file, text.as_bytes(), &SpeakerNames::default());
    assert_eq!(transcript.map(|transcript| shown(&transcript)), Ok(expected.to_owned()), "{text}");
}

#[test]
fn whisper() {
    check(
        "a.json",
        r#"{"text": " Да, вот.", "language": "ru", "segments": [
            {"id": 0, "seek": 0, "start": 0.5, "end": 2.0, "text": " Да, вот.", "avg_logprob": -0.2, "words": [
                {"word": " Да,", "start": 0.5, "end": 0.9, "probability": 0.75},
                {"word": " вот.", "start": 1.0, "end": 1.5, "probability": 0.5}]},
            {"id": 1, "start": 3.0, "end": 4.0, "text": " Без времён"}]}"#,
        "whisper\n? 0.5–2: Да,@0.5-0.9%0.75 вот.@1-1.5%0.50\n? 3–4: Без времён",
    );
    check("a.json", r#"{"segments": []}"#, "whisper");
}

#[test]
fn whisperx() {
    check(
        "a.json",
        r#"{"segments": [{"start": 0.5, "end": 3.0, "text": "Да, 12 нет", "speaker": "SPEAKER_00", "words": [
              {"word": "Да,", "start": 0.5, "end": 0.9, "score": 0.9, "speaker": "SPEAKER_00"},
              {"word": "12", "speaker": "SPEAKER_00"},
              {"word": "нет", "start": 2.0, "end": 2.5, "score": 0.8, "speaker": "SPEAKER_01"}]}],
            "word_segments": [{"word": "Да,"}], "language": "ru"}"#,
        "whisperx\nSPEAKER_00 0.5–3: Да,@0.5-0.9%0.90 12\nSPEAKER_01 2–3: нет@2-2.5%0.80",
    );
    // Impossible word times are as good as none, and so is an impossible score.
    check(
        "a.json",
        r#"{"segments": [{"start": 0, "end": 1, "speaker": "A", "words": [
            {"word": "а", "start": 0.9, "end": 0.1, "score": 7}, {"word": "б", "start": -1, "end": 0.5}]}]}"#,
        "whisperx\nA 0–1: а б",
    );
}

#[test]
fn whisper_cpp() {
    check(
        "a.wav.json",
        r#"{"systeminfo": "", "result": {"language": "ru"}, "transcription": [
            {"timestamps": {"from": "00:00:00,500", "to": "00:00:02,000"}, "offsets": {"from": 500, "to": 2000},
             "text": " Добрый день.", "speaker": "0", "tokens": [
                {"text": "[_BEG_]", "offsets": {"from": 500, "to": 500}, "p": 0.9},
                {"text": " До", "offsets": {"from": 500, "to": 700}, "p": 0.25},
                {"text": "брый", "offsets": {"from": 700, "to": 900}, "p": 1.0},
                {"text": " день", "offsets": {"from": 1000, "to": 1500}, "p": 0.5},
                {"text": ".", "offsets": {"from": 1500, "to": 1600}, "p": 0.5}]},
            {"offsets": {"from": 3000, "to": 4000}, "text": " Да", "speaker": "?"}]}"#,
        "whisper.cpp\n0 0.5–2: Добрый@0.5-0.9%0.50 день.@1-1.6%0.50\n? 3–4: Да",
    );
    // A token that ends inside a character makes the file invalid UTF-8; the segment's text is
    // still whole.
    let mut bytes =
        r#"{"transcription": [{"offsets": {"from": 0, "to": 100}, "text": " Ы", "tokens": [{"text": " "#
            .as_bytes()
            .to_vec();
    bytes.push(0xD0);
    bytes.extend(br#"", "offsets": {"from": 0, "to": 100}, "p": 0.5}]}]}"#);
    let transcript = parse("a.json", &bytes, &SpeakerNames::default()).unwrap();
    assert_eq!(shown(&transcript), "whisper.cpp\n? 0–0.1: Ы@0-0.1%0.50");
}

#[test]
fn own_turns() {
    check(
        "a.json",
        r#"{"schema": "etalon.truth/1", "turns": [
            {"speaker": "client", "start_s": 4, "end_s": 5, "text": "— Нет!", "speech": [[4, 5]]},
            {"speaker": "agent", "start_s": 1.5, "end_s": 2, "text": "Да", "language": "ru",
             "words": [{"text": "Да", "start_s": 1.5, "end_s": 2, "confidence": 0.9}]}]}"#,
        "turns\nagent 1.5–2: Да@1.5-2%0.90\nclient 4–5: Нет!",
    );
}

#[test]
fn subtitles() {
    check(
        "a.vtt",
        "\u{feff}WEBVTT - call\r\n\r\nNOTE made by hand\r\n\r\nSTYLE\r\n::cue {}\r\n\r\n1\r\n\
         00:00:01.000 --> 00:00:02.500 align:start\r\n<v Agent>Добрый день</v>\r\n<v Клиент>да &amp; нет\r\n\r\n\
         01:02.000 --> 01:03.000\r\n[SPEAKER_00]: ещё\r\n",
        "vtt\nAgent 1–2.5: Добрый день\nКлиент 1–2.5: да нет\nSPEAKER_00 62–63: ещё",
    );
    check("a.vtt", "WEBVTT\n", "vtt");
    check("a.srt", "", "srt");
    // The empty line between the cues is missing.
    check(
        "a.SRT",
        "1\n00:00:00,000 --> 00:00:01,000\nAGENT: раз\nдва 2\n2\n00:00:01,000 --> 00:00:02,000\nCLIENT: три\n",
        "srt\nAGENT 0–1: раз два 2\nCLIENT 1–2: три",
    );
}

#[test]
fn a_name_with_a_role_is_a_label() {
    let names = SpeakerNames::new([("Линия А".to_owned(), Role::Agent)]);
    let text = "1\n00:00:00,000 --> 00:00:01,000\nЛиния А: раз\n\n2\n00:00:01,000 --> 00:00:02,000\nдва\n";
    let transcript = parse("a.srt", text.as_bytes(), &names).unwrap();
    assert_eq!(shown(&transcript), "srt\nЛиния А 0–1: раз\n? 1–2: два");
}

/// What is wrong is named with its place, and nothing of the text is in the message.
fn check_error(file: &str, text: &str, part: &str) {
    let message = parse(file, text.as_bytes(), &SpeakerNames::default()).unwrap_err().to_string();
    assert!(message.contains(part) && message.starts_with(file), "{message}");
    assert!(!message.contains("тайна") && !message.contains("8701"), "{message}");
}

#[test]
fn mistakes_are_named_with_their_place() {
    check_error("a.json", "", "line 1, column 0: the JSON ends");
    check_error("a.json", "тайна", "this is not JSON");
    check_error("a.json", "{}", "is no transcript of a kind");
    check_error("a.json", "[1]", "line 1, column");
    check_error("a.json", "{\n\"segments\": [{\"start\": \"тайна\", \"end\": 1}]}", "line 2, column");
    check_error(
        "a.json",
        r#"{"segments": [{"start": 2, "end": 1, "text": "тайна"}]}"#,
        "segment 1: it ends before",
    );
    check_error(
        "a.json",
        r#"{"turns": [{"start_s": -2, "end_s": 1, "text": "тайна"}]}"#,
        "turn 1: its time is below",
    );
    check_error(
        "a.json",
        r#"{"transcription": [{"offsets": {"from": 0, "to": 9223372036854775807}}]}"#,
        "beyond ten days",
    );
    check_error("a.vtt", "WEBVTT\n\n00:01.000 --> тайна\n8701\n", "line 3: these are no times");
    check_error("a.srt", "тайна 8701", "is no transcript of a kind");
    check_error("a.srt", "1\n00:02,000 --> 00:01,000\nтайна\n", "line 2: it ends before");
    let mut speakers = String::new();
    for speaker in 0..=limits::MAX_SPEAKERS {
        write!(speakers, "00:01.000 --> 00:02.000\n<v тайна {speaker}>а\n\n").unwrap();
    }
    check_error("a.vtt", &format!("WEBVTT\n\n{speakers}"), "more than 64 speakers");
    let error = parse("a.srt", b"1\n\xff", &SpeakerNames::default()).unwrap_err();
    assert_eq!(error.to_string(), "a.srt: is not UTF-8 from byte 2 on; save it as UTF-8");
    let large = vec![b' '; limits::MAX_BYTES + 1];
    assert!(parse("a.json", &large, &SpeakerNames::default()).is_err());
}
