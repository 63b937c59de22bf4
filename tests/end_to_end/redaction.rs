//! Personal data is in no file of a redacted folder, and is not heard in its sound.

use crate::harness::{
    Ended, Workspace, ended, etalon, files_below, json, json_lines, sample_run, samples, succeeded,
};
use crate::spoken::holds;
use etalon_audio::{Limits, Samples};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const SAMPLE: &str = "02-rude-collector";

/// What must not get out, in words and in the names of files.
const PERSONAL: [&str; 6] =
    ["4111111111111111", "Зверобоев", "Козлова", "79005554433", "900 555", "Лесопилкин"];

/// What the client says in the last turn but one: a card's number amid other words.
const WORDS: [&str; 8] = ["Не", "кричите,", "моя", "карта", "4111111111111111", "Сколько", "я", "должен?"];

/// A recording with its words: the client's third turn has times of words, the other turns have
/// none.
fn call(workspace: &Workspace, has_times: bool) {
    workspace.copy_sample(SAMPLE, "in/79005554433_call.wav");
    workspace.write(
        "in/manifest.csv",
        "path,client_ref,agent_name,manager,started_at,debtor\n79005554433_call.wav,+79005554433,\
         Глеб Лесопилкин,Пётр Лесопилкин,2026-11-20T10:00:00+05:00,Мария Козлова\n",
    );
    let truth = json(&samples().join(format!("{SAMPLE}.truth.json")));
    let mut turns: Vec<Value> = truth["turns"].as_array().unwrap().clone();
    let said = turns.iter_mut().filter(|turn| turn["speaker"] == "client").nth(2).unwrap();
    said["text"] = json!(WORDS.join(" "));
    let (start_s, end_s) = (said["start_s"].as_f64().unwrap(), said["end_s"].as_f64().unwrap());
    let word_s = (end_s - start_s) / WORDS.len() as f64;
    let timed: Vec<Value> = WORDS
        .iter()
        .enumerate()
        .map(|(place, word)| {
            let start_s = start_s + place as f64 * word_s;
            json!({ "text": word, "start_s": start_s, "end_s": start_s + word_s })
        })
        .collect();
    if has_times {
        turns = vec![json!({
            "speaker": "client", "start_s": start_s, "end_s": end_s, "text": WORDS.join(" "), "words": timed
        })];
    } else {
        let first = turns.iter_mut().find(|turn| turn["speaker"] == "client").unwrap();
        first["text"] = json!("Понимаете, это Пантелеймон Зверобоев, мой номер +7 900 555-44-33");
    }
    workspace.write("words/79005554433_call.json", json!({ "turns": turns }).to_string());
}

fn run(workspace: &Workspace) -> crate::harness::Run {
    workspace.run("in").without_asr().option("--transcripts", workspace.path("words"))
}

/// A run over the call with times of words, its results, and the folder of a copy to hand on.
fn run_to_hand_on() -> (Workspace, PathBuf, PathBuf) {
    let workspace = Workspace::new();
    call(&workspace, true);
    run(&workspace).succeeded();
    let (out, copy) = (workspace.out(), workspace.path("copy"));
    (workspace, out, copy)
}

fn redact(from: &Path, to: &Path, arguments: &[&str]) -> Ended {
    ended(etalon().arg("redact").arg(from).arg("--out").arg(to).args(arguments))
}

fn files_with<'a>(folder: &Path, texts: impl IntoIterator<Item = &'a str>) -> Vec<(PathBuf, &'a str)> {
    let files = files_below(folder);
    let found = texts.into_iter().flat_map(|text| {
        files
            .iter()
            .filter(move |path| holds(path, text) || path.to_string_lossy().contains(text))
            .map(move |path| (path.clone(), text))
    });
    found.collect()
}

/// The sounds beside the pages of a folder.
fn sounds(folder: &Path) -> Vec<PathBuf> {
    let audio = folder.join("report/audio");
    if audio.exists() { files_below(&audio) } else { Vec::new() }
}

/// The only stored call of a folder.
fn call_of(folder: &Path) -> Value {
    json(&files_below(&folder.join("calls"))[0])
}

/// The highest sample of all channels between two times.
fn peak(sound: &Path, from_s: f64, to_s: f64) -> f32 {
    let recording = etalon_audio::read(sound, &Limits::default()).unwrap().recording;
    let rate = f64::from(recording.rate_hz);
    let range = (from_s * rate) as usize..((to_s * rate) as usize).min(recording.frames());
    let channels = recording.channels.iter().map(Samples::to_f32);
    let loudest = channels
        .map(|samples| samples[range.clone()].iter().fold(0.0, |peak, sample| f32::max(peak, sample.abs())));
    loudest.fold(0.0, f32::max)
}

/// That nothing is heard in what a call says is muted, and that the rest of the speech is there.
fn check_silent(sound: &Path, call: &Value) {
    let muted = call["redaction"]["muted"].as_array().unwrap();
    assert!(!muted.is_empty());
    for range in muted {
        let (start_s, end_s) = (range["start_s"].as_f64().unwrap(), range["end_s"].as_f64().unwrap());
        // Opus smears a sound over a few milliseconds.
        let heard = peak(sound, start_s + 0.05, end_s - 0.05);
        assert!(heard < 0.003, "{heard} is heard from {start_s} to {end_s}");
    }
    let (first_s, last_s) =
        (muted[0]["start_s"].as_f64().unwrap(), muted.last().unwrap()["end_s"].as_f64().unwrap());
    assert!(peak(sound, 0.0, first_s) > 0.05 && peak(sound, last_s, 1e6) > 0.05, "nothing is heard at all");
}

#[test]
fn a_redacted_run_stores_no_personal_data_and_plays_none() {
    let workspace = Workspace::new();
    call(&workspace, false);
    let out = workspace.out();
    run(&workspace).succeeded();
    let said = ["4111111111111111", "Зверобоев", "900 555"];
    let searched = succeeded(etalon().arg("search").arg(&out).arg("пантелеймон"));
    assert!(searched.stdout.contains("call.wav"), "{}", searched.stdout);
    assert!(files_with(&out, said).len() >= 6, "what is looked for is nowhere");
    succeeded(etalon().arg("report").arg(&out).args(["--audio", "copy"]));
    let unmuted = sounds(&out);
    assert_eq!(unmuted.len(), 1);

    run(&workspace).with("--redact").succeeded();
    assert_eq!(files_with(&out, said), []);
    let call = call_of(&out);
    let found = call["redaction"]["found"].clone();
    assert_eq!(found, json!({ "card": 1, "surname": 1, "telephone": 1 }));
    let text = |turn: usize| call["turns"][turn]["text"].as_str().unwrap().to_owned();
    let texts: Vec<String> = (0..call["turns"].as_array().unwrap().len()).map(text).collect();
    assert!(texts.iter().any(|text| text.contains("карта [card] Сколько")), "{texts:?}");
    // The transcript has no times of words: whole turns are muted.
    let muted = call["redaction"]["muted"].as_array().unwrap();
    assert!(muted.iter().all(|range| range["whole_turn"] == true), "{muted:?}");
    let sounds = sounds(&out);
    assert!(sounds.len() == 1 && sounds != unmuted && sounds[0].to_string_lossy().contains(".muted-"));
    check_silent(&sounds[0], &call);
    let page = std::fs::read_to_string(&files_below(&out.join("report/calls"))[0]).unwrap();
    assert!(page.contains(".muted-") && !page.contains(".wav\""), "the page plays the recording");
    assert!(page.contains("номер карты"), "the page does not say what is muted");

    // The results of before come back only by listening again.
    run(&workspace).succeeded();
    assert_eq!(json(&out.join("run.json"))["processed"], 1);
    assert!(call_of(&out)["redaction"].is_null());
}

#[test]
fn a_sound_is_muted_anew_where_more_has_to_be_muted() {
    let workspace = Workspace::new();
    call(&workspace, false);
    let transcript = workspace.path("words/79005554433_call.json");
    let whole = std::fs::read_to_string(&transcript).unwrap();
    std::fs::write(&transcript, whole.replace(WORDS[4], "другая")).unwrap();
    let out = workspace.out();
    run(&workspace).with("--redact").succeeded();
    let before = sounds(&out);
    assert_eq!((before.len(), &call_of(&out)["redaction"]["found"]["card"]), (1, &Value::Null));

    // What is played is right after a run, and where the recording itself has gone.
    std::fs::write(&transcript, whole).unwrap();
    run(&workspace).with("--redact").succeeded();
    std::fs::remove_file(workspace.path("in/79005554433_call.wav")).unwrap();
    for _ in 0..2 {
        let (call, sounds) = (call_of(&out), sounds(&out));
        assert_eq!(call["redaction"]["found"]["card"], 1);
        assert!(sounds.len() == 1 && sounds != before, "{sounds:?}");
        check_silent(&sounds[0], &call);
        let page = std::fs::read_to_string(&files_below(&out.join("report/calls"))[0]).unwrap();
        assert!(page.contains(sounds[0].file_name().unwrap().to_str().unwrap()), "the page plays another");
        succeeded(etalon().arg("report").arg(&out));
    }
}

#[test]
fn a_recording_that_fails_keeps_no_personal_data_of_an_earlier_run() {
    let said = ["4111111111111111", "Зверобоев", "900 555"];
    let (recording, transcript) = ("in/79005554433_call.wav", "words/79005554433_call.json");
    // What is broken: the recording is too long, its transcript is damaged, its bytes are others.
    let breaks: [(&str, &[u8], &[&str]); 3] = [
        ("unused", b"", &["--max-seconds", "5"]),
        (transcript, b"{", &[]),
        (recording, b"RIFF\0\0\0\0WAVEfmt bad", &[]),
    ];
    let verdicts = |call: &Value| -> Vec<Value> {
        let rules = call["evaluation"]["rules"].as_array().unwrap();
        rules.iter().map(|rule| json!([rule["id"], rule["verdict"]])).collect()
    };
    for (file, broken, arguments) in breaks {
        let workspace = Workspace::new();
        call(&workspace, false);
        let out = workspace.out();
        run(&workspace).succeeded();
        succeeded(etalon().arg("search").arg(&out).arg("пантелеймон"));
        succeeded(etalon().arg("report").arg(&out).args(["--audio", "copy"]));
        assert!(files_with(&out, said).len() >= 6, "what is looked for is nowhere");
        let before = verdicts(&call_of(&out));

        let whole = std::fs::read(workspace.path(file)).unwrap_or_default();
        workspace.write(file, broken);
        let redacting = || arguments.iter().fold(run(&workspace).with("--redact"), crate::harness::Run::with);
        let failed = redacting().ended_with(3);
        assert!(failed.stderr.contains("1 calls of earlier runs were redacted"), "{}", failed.stderr);
        assert_eq!(files_with(&out, said), [], "{file}");
        let redacted = call_of(&out);
        let found = &redacted["redaction"]["found"];
        assert_eq!(*found, json!({ "card": 1, "surname": 1, "telephone": 1 }), "{file}");
        assert_eq!(verdicts(&redacted), before, "{file}");
        for sound in sounds(&out) {
            check_silent(&sound, &redacted);
        }
        assert_eq!(sounds(&out).len(), usize::from(file != recording));

        // Again, it is as it was, and judged as it was.
        let again = redacting().ended_with(3);
        assert!(!again.stderr.contains("were redacted"), "{}", again.stderr);
        let scored = succeeded(etalon().arg("score").arg(&out));
        assert!(scored.stdout.contains("no verdict flipped"), "{}", scored.stdout);
        assert_eq!(call_of(&out), redacted);
        // Whoever can hear the recording makes the call anew.
        workspace.write(file, whole);
        run(&workspace).succeeded();
        assert_eq!(json(&out.join("run.json"))["processed"], 1);
        assert!(call_of(&out)["redaction"].is_null());
    }
}

/// What a reviewer types, and what must not be stored of it.
const TYPED: &str = "карта 5555 5555 5555 4444, телефон +7 701 222-33-44";
const TYPED_NUMBERS: [&str; 2] = ["5555 5555", "222-33-44"];

/// Brings an answer of a reviewer with a comment into a folder.
fn review(workspace: &Workspace, reviewer: &str) -> Ended {
    let table = workspace.write(
        "verdicts.csv",
        format!(
            "call;reviewer;rule;verdict;comment\n79005554433_call;{reviewer};manual.phone_silent;pass;{TYPED}\n"
        ),
    );
    let mut command = etalon();
    command.args(["reviews", "import"]).arg(workspace.out()).arg(table).args(["--as", "Мария"]);
    succeeded(&mut command)
}

#[test]
fn what_people_type_of_a_redacted_call_is_in_no_file() {
    let workspace = Workspace::new();
    call(&workspace, false);
    let out = workspace.out();
    run(&workspace).succeeded();
    review(&workspace, "Анна");
    assert!(files_with(&out, TYPED_NUMBERS).len() >= 2, "what is looked for is nowhere");

    // What was typed before goes when its call is redacted.
    let run = run(&workspace).with("--redact").succeeded();
    assert!(run.stderr.contains("taken out of 1 entries of reviews"), "{}", run.stderr);
    assert_eq!(files_with(&out, TYPED_NUMBERS), []);
    // What is typed from now on is not stored.
    let first = review(&workspace, "Вера").stderr;
    assert!(first.contains("answers: 1, sheets: 1, there already: 0"), "{first}");
    let again = review(&workspace, "Вера").stderr;
    assert!(again.contains("answers: 0, sheets: 0, there already: 1"), "{again}");
    let exported = workspace.path("reviews.csv");
    succeeded(etalon().args(["reviews", "export"]).arg(&out).arg(&exported));
    succeeded(etalon().arg("report").arg(&out));
    let exported = std::fs::read_to_string(exported).unwrap();
    assert_eq!(exported.matches("карта [card] телефон [telephone]").count(), 2, "{exported}");
    assert!(TYPED_NUMBERS.iter().all(|number| !exported.contains(number)), "{exported}");
    assert_eq!(files_with(&out, TYPED_NUMBERS), []);
}

#[test]
fn the_copy_to_hand_on_has_no_personal_data_in_words_names_and_sound() {
    let (workspace, out, copy) = run_to_hand_on();
    assert!(files_with(&out, ["4111111111111111", "79005554433", "Лесопилкин"]).len() >= 6);
    let redacted = redact(&out, &copy, &["--json"]);
    assert_eq!(redacted.code, 0, "{}", redacted.stderr);
    let summary: Value = serde_json::from_str(&redacted.stdout).unwrap();
    assert_eq!((&summary["calls"], &summary["found"]["card"]), (&json!(1), &json!(1)));
    assert_eq!(files_with(&copy, PERSONAL), []);
    let folder = workspace.path("").canonicalize().unwrap();
    let names_the_machine = |path: &PathBuf| holds(path, folder.to_str().unwrap());
    assert!(!files_below(&copy).iter().any(names_the_machine), "a path of this machine");

    let call = call_of(&copy);
    let card = &call["redaction"]["muted"][0];
    assert!(card["whole_turn"].is_null(), "{card}");
    // A quarter of a second to each side, and the words that it would cut.
    let said = call_of(&out);
    let words: Vec<&Value> =
        said["turns"].as_array().unwrap().iter().flat_map(|turn| turn["words"].as_array().unwrap()).collect();
    let place = words.iter().position(|word| word["text"] == WORDS[4]).unwrap();
    let time = |word: usize, edge: &str| words[word][edge].as_f64().unwrap();
    let (start_s, end_s) = (card["start_s"].as_f64().unwrap(), card["end_s"].as_f64().unwrap());
    assert!(
        start_s <= time(place, "start_s") - 0.249 && end_s >= time(place, "end_s") + 0.249,
        "{card} {said}"
    );
    assert!(start_s >= time(place - 2, "start_s") && end_s <= time(place + 2, "end_s"), "{card} {said}");
    let sounds = sounds(&copy);
    assert_eq!(sounds.len(), 1);
    check_silent(&sounds[0], &call);
    assert!(call["call"]["client_ref"].as_str().unwrap().starts_with("client-"));
    // The copy is a result folder like any other, and keeps its sound.
    succeeded(etalon().arg("report").arg(&copy));
    succeeded(etalon().arg("score").arg(&copy));
    assert_eq!(files_with(&copy, PERSONAL), []);
    let page = std::fs::read_to_string(&files_below(&copy.join("report/calls"))[0]).unwrap();
    assert!(page.contains(".muted-"), "the page of the copy has no sound");
}

#[test]
fn a_pack_with_words_of_calls_brings_none_of_them_into_results() {
    let (workspace, out, copy) = run_to_hand_on();
    let rule = succeeded(etalon().arg("search").arg(&out).args(["карта", "--as-rule", "manual.card"])).stdout;
    assert!(rule.contains("[[rules.examples]]") && rule.contains(WORDS[4]), "{rule}");
    let pack = workspace.write("my.toml", rule);
    run(&workspace).option("--add-packs", &pack).succeeded();
    assert_eq!(files_with(&out.join("packs"), PERSONAL), []);
    assert_eq!(redact(&out, &copy, &[]).code, 0);
    assert_eq!(files_with(&copy, PERSONAL), []);
    let judged_by = call_of(&copy)["pipeline"]["packs"].as_array().unwrap().clone();
    assert_eq!(judged_by.last().unwrap()["id"], "search");
    succeeded(etalon().arg("score").arg(&copy));
    assert_eq!(call_of(&copy)["pipeline"]["packs"].as_array(), Some(&judged_by));
}

#[test]
fn a_copy_has_no_sound_where_the_recording_is_gone() {
    let (workspace, out, copy) = run_to_hand_on();
    std::fs::remove_file(workspace.path("in/79005554433_call.wav")).unwrap();
    let redacted = redact(&out, &copy, &[]);
    assert_eq!(redacted.code, 3, "{}", redacted.stderr);
    assert!(redacted.stderr.contains("1 calls have no sound"), "{}", redacted.stderr);
    assert_eq!(sounds(&copy), Vec::<PathBuf>::new());
    assert_eq!(files_with(&copy, PERSONAL), []);
    for (from, to, why) in [
        (&out, &out, "the folder itself"),
        (&out, &copy, "holds calls already"),
        (&workspace.path("in/manifest.csv"), &workspace.path("other"), ""),
    ] {
        let refused = redact(from, to, &[]);
        assert!([1, 2].contains(&refused.code) && refused.stderr.contains(why), "{}", refused.stderr);
    }
}

/// One call of the run over the samples, as a file of a folder.
fn call_file(name: &str) -> PathBuf {
    let id = sample_run().call(name)["call"]["id"].as_str().unwrap().to_owned();
    sample_run().out().join(format!("calls/{}/{id}.json", &id[..2]))
}

#[test]
fn muted_sound_is_listened_to_again() {
    let workspace = Workspace::new();
    let name = "01-proper-hold";
    let verified = |file: &Path, copy: &str| -> Value {
        let ended = redact(file, &workspace.path(copy), &["--verify", "--json"]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        serde_json::from_str::<Value>(&ended.stdout).unwrap()["verified"].clone()
    };
    // The agent says his surname.
    let kept = verified(&call_file(name), "copy");
    assert!(kept["entities"].as_u64().unwrap() >= 1, "{kept}");
    assert_eq!((&kept["leaks"], &kept["leaks_per_1000"]), (&json!(0), &json!(0.0)), "{kept}");

    // Where something else is muted than the surname, it is heard again.
    let wrong = workspace.path("wrong");
    for path in files_below(&sample_run().out()) {
        let target = wrong.join(path.strip_prefix(sample_run().out()).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(path, target).unwrap();
    }
    let file = wrong.join(call_file(name).strip_prefix(sample_run().out()).unwrap());
    let mut call = json(&file);
    call.as_object_mut().unwrap().remove("checksum");
    for turn in call["turns"].as_array_mut().unwrap() {
        let start_s = turn["start_s"].as_f64().unwrap();
        for word in turn["words"].as_array_mut().unwrap() {
            (word["start_s"], word["end_s"]) = (json!(start_s), json!(start_s + 0.01));
        }
    }
    call["activity"] = json!({ "agent": [], "client": [] });
    std::fs::write(&file, call.to_string()).unwrap();
    let leaked = verified(&file, "leaking");
    assert!(
        leaked["leaks"].as_u64().unwrap() >= 1 && leaked["leaks_per_1000"].as_f64().unwrap() > 0.0,
        "{leaked}"
    );
    assert!(leaked["heard"]["surname"].as_u64().unwrap() >= 1, "{leaked}");
    assert!(!json_lines(&workspace.path("leaking/calls.jsonl")).is_empty());
}
