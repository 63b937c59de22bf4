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
fn numbers_that_json_does_not_have_are_none() {
    check(
        "a.json",
        r#"{"segments": [{"start": 0.5, "end": 1.0, "text": "да", "avg_logprob": NaN, "words": [
            {"word": "да", "start": 0.5, "end": Infinity, "probability": -Infinity}]}]}"#,
        "whisper\n? 0.5–1: да",
    );
}

#[test]
fn lists_of_segments() {
    let list =
        r#"[{"start": 0.5, "end": 1.5, "text": "Да"}, {"start": 2, "end": 3, "text": "нет", "speaker": 1}]"#;
    check("a.json", list, "segments\n? 0.5–1.5: Да\n1 2–3: нет");
    check("a.json", "[]", "segments");
    // One message a line.
    let lines = list.trim_matches(['[', ']']).replace("}, {", "}\n{");
    check("a.json", &lines, "segments\n? 0.5–1.5: Да\n1 2–3: нет");
    check(
        "a.json",
        r#"{"text": "да нет", "chunks": [{"timestamp": [0.5, 1.5], "text": " да"}, {"timestamp": [2, 3], "text": " нет"}]}"#,
        "segments\n? 0.5–1.5: да\n? 2–3: нет",
    );
}

#[test]
fn gigaam_and_t_one() {
    check(
        "a.json",
        r#"[{"transcription": "добрый день", "boundaries": [0.5, 1.5]}, {"transcription": "да", "boundaries": [2, 3]}]"#,
        "gigaam\n? 0.5–1.5: добрый день\n? 2–3: да",
    );
    check(
        "a.json",
        r#"[{"text": "добрый день", "start_time": 0.5, "end_time": 1.5}]"#,
        "t-one\n? 0.5–1.5: добрый день",
    );
}

#[test]
fn yandex_speechkit() {
    // Version 2: the answer of a finished operation.
    check(
        "a.json",
        r#"{"done": true, "response": {"@type": "x", "chunks": [
            {"alternatives": [{"words": [
                {"startTime": "0.500s", "endTime": "0.900s", "word": "добрый", "confidence": 1},
                {"startTime": "1s", "endTime": "1.500s", "word": "день", "confidence": 0.5}],
              "text": "Добрый день", "confidence": 1}], "channelTag": "1"},
            {"alternatives": [{"words": [{"startTime": "2s", "endTime": "2.5s", "word": "да"}],
              "text": "Да"}], "channelTag": "2"}]}}"#,
        "speechkit\nchannel 1 0.5–1.5: добрый@0.5-0.9%1.00 день@1-1.5%0.50\nchannel 2 2–2.5: да@2-2.5",
    );
    // Version 3: a message a line; a start of 0 is left out, and other messages say nothing.
    check(
        "a.json",
        r#"{"result": {"sessionUuid": {"uuid": "u"}, "partial": {"alternatives": []}, "channelTag": "0"}}
           {"result": {"final": {"alternatives": [{"words": [
                {"text": "добрый", "endTimeMs": "900"}, {"text": "день", "startTimeMs": "1000", "endTimeMs": "1500"}],
              "text": "добрый день", "endTimeMs": "1500"}], "channelTag": "0"}}}
           {"result": {"finalRefinement": {"finalIndex": "0", "normalizedText": {"alternatives": [{"text": "Добрый день"}]}}}}
           {"result": {"eouUpdate": {"timeMs": "1500"}}}"#,
        "speechkit\nchannel 0 0–1.5: добрый@0-0.9 день@1-1.5",
    );
}

#[test]
fn aws_transcribe() {
    let item = |start: &str, end: &str, word: &str| {
        format!(
            r#"{{"start_time": "{start}", "end_time": "{end}", "type": "pronunciation",
                "alternatives": [{{"confidence": "0.9", "content": "{word}"}}]}}"#
        )
    };
    let sign = r#"{"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": "."}]}"#;
    let items =
        [item("0.5", "0.9", "Добрый"), item("1.0", "1.5", "день"), sign.to_owned(), item("1.6", "1.9", "да")];
    let items = items.join(", ");
    check(
        "a.json",
        &format!(
            r#"{{"jobName": "j", "results": {{"transcripts": [{{"transcript": "Добрый день. да"}}], "items": [{items}],
                "speaker_labels": {{"speakers": 2, "segments": [
                  {{"speaker_label": "spk_0", "items": [{{"start_time": "0.5", "speaker_label": "spk_0"}},
                     {{"start_time": "1.0", "speaker_label": "spk_0"}}]}},
                  {{"speaker_label": "spk_1", "items": [{{"start_time": "1.6", "speaker_label": "spk_1"}}]}}]}}}}}}"#
        ),
        "aws_transcribe\nspk_0 0.5–1.5: Добрый@0.5-0.9%0.90 день.@1-1.5%0.90\nspk_1 1.6–1.9: да@1.6-1.9%0.90",
    );
    check(
        "a.json",
        &format!(
            r#"{{"results": {{"items": [{items}], "channel_labels": {{"number_of_channels": 2, "channels": [
                {{"channel_label": "ch_0", "items": [{}]}}, {{"channel_label": "ch_1", "items": [{}]}}]}}}}}}"#,
            item("0.5", "0.9", "Добрый"),
            item("3.0", "3.5", "да"),
        ),
        "aws_transcribe\nch_0 0.5–0.9: Добрый@0.5-0.9%0.90\nch_1 3–3.5: да@3-3.5%0.90",
    );
    // Call Analytics.
    check(
        "a.json",
        r#"{"Channel": "VOICE", "Transcript": [{"Id": "1", "Content": "Добрый день", "ParticipantRole": "AGENT",
             "BeginOffsetMillis": 500, "EndOffsetMillis": 1500, "Items": [
               {"Type": "pronunciation", "Confidence": "0.9", "Content": "Добрый", "BeginOffsetMillis": 500, "EndOffsetMillis": 900},
               {"Type": "pronunciation", "Confidence": "0.8", "Content": "день", "BeginOffsetMillis": 1000, "EndOffsetMillis": 1500}]}]}"#,
        "aws_transcribe\nAGENT 0.5–1.5: Добрый@0.5-0.9%0.90 день@1-1.5%0.80",
    );
}

#[test]
fn azure_speech() {
    check(
        "a.json",
        r#"{"source": "u", "durationInTicks": 30000000, "combinedRecognizedPhrases": [{"channel": 0, "display": "Да."}],
            "recognizedPhrases": [{"recognitionStatus": "Success", "channel": 0, "offset": "PT0.5S", "duration": "PT1S",
              "offsetInTicks": 5000000.0, "durationInTicks": 10000000.0, "nBest": [{"confidence": 0.9, "lexical": "да вот",
                "display": "Да, вот.", "words": [
                  {"word": "да", "offsetInTicks": 5000000.0, "durationInTicks": 4000000.0, "confidence": 0.9},
                  {"word": "вот", "offset": "PT1S", "duration": "PT0.5S", "confidence": 0.8}]}]}]}"#,
        "azure_speech\nchannel 0 0.5–1.5: да@0.5-0.9%0.90 вот@1-1.5%0.80",
    );
    // The fast transcription.
    check(
        "a.json",
        r#"{"durationMilliseconds": 3000, "combinedPhrases": [{"text": "Да, вот."}], "phrases": [
            {"speaker": 1, "offsetMilliseconds": 500, "durationMilliseconds": 1000, "text": "Да, вот.", "confidence": 0.9, "words": [
              {"text": "Да,", "offsetMilliseconds": 500, "durationMilliseconds": 400},
              {"text": "вот.", "offsetMilliseconds": 1000, "durationMilliseconds": 500}]}]}"#,
        "azure_speech\n1 0.5–1.5: Да,@0.5-0.9 вот.@1-1.5",
    );
    // Detailed results, one after the other.
    check(
        "a.json",
        r#"[{"RecognitionStatus": "Success", "Offset": 5000000, "Duration": 10000000, "NBest": [
             {"Confidence": 0.9, "Lexical": "да вот", "Display": "Да, вот."}]}]"#,
        "azure_speech\n? 0.5–1.5: Да,%0.90 вот.%0.90",
    );
}

#[test]
fn google_speech() {
    check(
        "a.json",
        r#"{"results": [{"alternatives": [{"transcript": "Да, вот.", "confidence": 0.9, "words": [
             {"startTime": "0.500s", "endTime": "0.900s", "word": "Да,"},
             {"startTime": "1s", "endTime": "1.500s", "word": "вот."}]}], "languageCode": "ru-ru", "resultEndTime": "1.6s"}]}"#,
        "google_speech\n? 0.5–1.6: Да,@0.5-0.9 вот.@1-1.5",
    );
    // Without word times a result lasts from the end of the one before it. With speakers the last
    // result has all words once more.
    check(
        "a.json",
        r#"{"response": {"results": [{"alternatives": [{"transcript": "Да"}], "channelTag": 1, "resultEndTime": "1.500s"},
             {"alternatives": [{"transcript": "нет"}], "channelTag": 1, "resultEndTime": {"seconds": 3}}]}}"#,
        "google_speech\nchannel 1 0–1.5: Да\nchannel 1 1.5–3: нет",
    );
    check(
        "a.json",
        r#"{"results": [{"alternatives": [{"words": [{"startTime": "0.5s", "endTime": "0.9s", "word": "да"}]}]},
             {"alternatives": [{"words": [{"startTime": "0.5s", "endTime": "0.9s", "word": "да", "speakerTag": 1},
               {"startOffset": "2s", "endOffset": "2.5s", "word": "нет", "speakerLabel": "2"}]}]}]}"#,
        "google_speech\n1 0.5–2.5: да@0.5-0.9\n2 2–2.5: нет@2-2.5",
    );
}

#[test]
fn a_broken_segment_costs_itself() {
    let unreadable = |file: &str, text: &str| {
        let transcript = parse(file, text.as_bytes(), &SpeakerNames::default()).unwrap();
        (shown(&transcript), transcript.segments_unreadable)
    };
    let good = r#"{"start": 1, "end": 2, "text": "да"}"#;
    for broken in [
        r#"{"start": 5, "end": 4, "text": "а"}"#,
        r#"{"start": -5, "end": 4, "text": "а"}"#,
        r#"{"start": null, "end": 4, "text": "а"}"#,
        r#"{"start": NaN, "end": 4, "text": "а"}"#,
        r#"{"start": "скоро", "end": 4, "text": "а"}"#,
        r#"{"text": "а"}"#,
        "7",
        "[]",
    ] {
        let json = format!(r#"{{"segments": [{broken}, {good}]}}"#);
        assert_eq!(unreadable("a.json", &json), ("whisper\n? 1–2: да".to_owned(), 1), "{broken}");
    }
    for times in
        ["00:05,000 --> 00:04,000", "00:aa,000 --> 00:04,000", "--> 00:04,000", "-1:00,000 --> 00:01,000"]
    {
        let srt = format!("1\n{times}\nа\n\n2\n00:00:01,000 --> 00:00:02,000\nда\n");
        assert_eq!(unreadable("a.srt", &srt), ("srt\n? 1–2: да".to_owned(), 1), "{times}");
    }
    let whisper_cpp =
        r#"{"transcription": [{"text": "а"}, {"offsets": {"from": 1000, "to": 2000}, "text": "да"}]}"#;
    assert_eq!(unreadable("a.json", whisper_cpp), ("whisper.cpp\n? 1–2: да".to_owned(), 1));
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
    check_error("a.json", "[1]", "is no transcript of a kind");
    check_error("a.json", "{\"segments\": [\n{\"start\": 1 тайна}]}", "line 2, column");
    check_error(
        "a.json",
        "{\"segments\": [{\"start\": \"тайна\", \"end\": 1, \"text\": \"а\"}]}",
        "segment 1: it has",
    );
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
        "impossibly late",
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
