//! Compares the verdicts of the built-in packs with labelled calls.
//!
//! `cargo run -p etalon-rules --example against_truth -- FOLDER [PACK.toml ...] [WORDS.json]`
//!
//! Reads every `*.truth.json` of the folder, takes the words from the truth's transcript (spread evenly over each
//! turn's speech), and prints for every rule how often the verdict is the truth's, and where it is not. With
//! `WORDS.json`, `{call: [{"words": [{"text", "start_s", "end_s", "confidence"}]}, ...one a channel]}`, the words
//! are a recogniser's, put into the truth's turns by their times; a `WORDS.json` that is a list of stored calls
//! (`jq -s . OUT/calls/*/*.json`) is judged as it is.
//!
//! `against_truth explain FOLDER CALL RULE` shows what each part of a rule saw; `against_truth examples PACK.toml`
//! shows the examples of a pack that fail; `against_truth speed` measures the time that a rule takes.

use chrono::DateTime;
use etalon_call::{
    Activity, AudioFacts, Call, CallFacts, Evaluation, Event, EventKind, HoldMetrics, InterruptionMetrics,
    Layout, LayoutSource, Metrics, OverlapClass, Role, SilenceMetrics, Span, SpeakerMetrics, Turn, Utterance,
    Word,
};
use etalon_dialogue::{DialogueSettings, is_hold_announced};
use etalon_rules::{
    CallView, Example, ExplainedPart, History, Pack, Rule, built_in, built_in_ids, evaluate,
    evaluate_with_history, explain, test_examples,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name the folder with the truth files")?;
    if arguments.len() == 3 && folder == "explain" {
        return explain_one(&arguments.collect::<Vec<_>>());
    }
    let (words, packs_named): (Vec<String>, Vec<String>) =
        arguments.partition(|argument| Path::new(argument).extension().is_some_and(|kind| kind == "json"));
    let words: Value = match words.first() {
        Some(path) => serde_json::from_str(&std::fs::read_to_string(path)?)?,
        None => Value::Null,
    };
    let packs = packs(&packs_named)?;
    if folder == "examples" {
        return run_examples(&packs);
    }
    if folder == "speed" {
        return measure_speed(&packs);
    }
    let mut tally: BTreeMap<String, Tally> = BTreeMap::new();
    let paths = truth_files(Path::new(&folder))?;
    let history = history(&paths)?;
    for path in paths {
        compare(&path, (&packs, &history), &words, &mut tally)?;
    }
    print(&tally)?;
    Ok(())
}

/// `examples PACK.toml ...`: runs the examples inside the packs and shows those that failed with their words.
fn run_examples(packs: &[Pack]) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for pack in packs {
        for failure in test_examples(pack) {
            let rule = pack.rules().iter().find(|rule| rule.id() == failure.rule);
            let example = rule.and_then(|rule| rule.examples().get(failure.number - 1));
            let turns = example.map(|example| example.view().turns).unwrap_or_default();
            let said: Vec<&str> = turns.iter().map(|turn| turn.text.as_str()).collect();
            writeln!(out, "{}: {:?} for {:?}: {said:?}", failure.rule, failure.found, failure.expected)?;
        }
    }
    Ok(())
}

/// `speed`: applies the packs' own examples again and again and tells how long a rule on a call takes.
fn measure_speed(packs: &[Pack]) -> Result<(), Box<dyn Error>> {
    const ROUNDS: usize = 30;
    let examples = || packs.iter().flat_map(Pack::rules).flat_map(Rule::examples);
    let rules: usize = packs.iter().map(|pack| pack.rules().len()).sum();
    // Short scripts are joined to calls of the usual length: the cost grows with the words.
    let calls: Vec<Vec<Turn>> = examples().collect::<Vec<_>>().chunks(20).map(one_after_another).collect();
    let words: usize = calls.iter().flatten().map(|turn| turn.words.len()).sum();
    let started = Instant::now();
    for _ in 0..ROUNDS {
        for (turns, example) in calls.iter().zip(examples()) {
            let view = CallView { turns, ..example.view() };
            std::hint::black_box(evaluate(packs, &view));
        }
    }
    let calls_done = ROUNDS * calls.len();
    let per_call_ms = started.elapsed().as_secs_f64() * 1000.0 / calls_done as f64;
    writeln!(
        std::io::stdout().lock(),
        "{rules} rules, {calls_done} calls of {} words: {per_call_ms:.2} ms a call, {:.1} us a rule",
        words / calls.len().max(1),
        per_call_ms * 1000.0 / rules as f64
    )?;
    Ok(())
}

fn one_after_another(examples: &[&Example]) -> Vec<Turn> {
    let mut joined: Vec<Turn> = Vec::new();
    for example in examples {
        let offset_s = joined.last().map_or(0.0, |turn| turn.end_s);
        joined.extend(example.view().turns.iter().map(|turn| turn.later(offset_s)));
    }
    joined
}

/// `explain FOLDER CALL RULE`: every part of the rule's condition and what it saw.
fn explain_one(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [folder, name, rule] = arguments else { return Err("explain FOLDER CALL RULE".into()) };
    let path = Path::new(folder).join(format!("{name}.truth.json"));
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let call = LabelledCall::new(&truth);
    let mut out = std::io::stdout().lock();
    for pack in packs(&[])? {
        if let Some(explanation) = explain(&pack, rule, &call.view()) {
            writeln!(out, "{:?}: {}", explanation.result.verdict, explanation.result.reason)?;
            for part in explanation.when.iter().chain(&explanation.condition) {
                print_part(&mut out, part, 0)?;
            }
        }
    }
    Ok(())
}

fn print_part(out: &mut impl Write, part: &ExplainedPart, depth: usize) -> std::io::Result<()> {
    let indent = "  ".repeat(depth);
    let notation: String = part.notation.chars().take(90).collect();
    let holds = part.holds.map_or("?", |holds| if holds { "+" } else { "-" });
    writeln!(out, "{indent}{holds} {notation}")?;
    for place in &part.places {
        writeln!(out, "{indent}    {:.1}-{:.1} {}", place.start_s, place.end_s, place.quote.as_str())?;
    }
    part.parts.iter().try_for_each(|part| print_part(out, part, depth + 1))
}

fn packs(paths: &[String]) -> Result<Vec<Pack>, Box<dyn Error>> {
    if paths.is_empty() {
        return built_in_ids()
            .iter()
            .filter_map(|id| built_in(id).map(|source| Ok(Pack::parse(source, id)?)))
            .collect();
    }
    paths.iter().map(|path| Ok(Pack::parse(&std::fs::read_to_string(path)?, path)?)).collect()
}

fn truth_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder)?.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".truth.json"));
    paths.sort();
    Ok(paths)
}

/// When each client was called, by the truth's facts.
fn history(paths: &[PathBuf]) -> Result<History, Box<dyn Error>> {
    let mut history = History::default();
    for path in paths {
        let truth: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        let facts = facts(&truth["call"]);
        if let (Some(client_ref), Some(started_at)) = (&facts.client_ref, facts.started_at) {
            history.record(client_ref, started_at);
        }
    }
    Ok(history)
}

#[derive(Default)]
struct Tally {
    calls: usize,
    right: usize,
    fails: usize,
    fails_found: usize,
    fails_claimed: usize,
    unmeasurable: usize,
    wrong: Vec<String>,
}

fn compare(
    path: &Path,
    (packs, history): (&[Pack], &History),
    words: &Value,
    tally: &mut BTreeMap<String, Tally>,
) -> Result<(), Box<dyn Error>> {
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let name =
        path.file_name().map(|name| name.to_string_lossy().replace(".truth.json", "")).unwrap_or_default();
    let mut call = LabelledCall::new(&truth);
    if words[&name].is_array() {
        call.take_words(&words[&name]);
    }
    let evaluation = match stored(words, &name) {
        Some(stored) => evaluate_with_history(packs, &CallView::from(&stored), history),
        None => evaluate_with_history(packs, &call.view(), history),
    };
    tally.entry("agreements".to_owned()).or_default().compare_agreements(&name, &truth, &evaluation);
    for result in evaluation.rules {
        let Some(expected) = truth["rules"][&result.id].as_str() else { continue };
        let found = result.verdict.name();
        let tally = tally.entry(result.id.clone()).or_default();
        tally.calls += 1;
        tally.right += usize::from(expected == found);
        tally.fails += usize::from(expected == "fail");
        tally.fails_claimed += usize::from(found == "fail");
        tally.fails_found += usize::from(expected == "fail" && found == "fail");
        tally.unmeasurable += usize::from(found == "unmeasurable");
        if expected != found {
            let quotes: Vec<&str> =
                result.evidence.iter().map(|evidence| evidence.quote.as_str()).take(3).collect();
            tally.wrong.push(format!("{name}: {found} for {expected}: {} {quotes:?}", result.reason));
        }
    }
    Ok(())
}

/// The call of a name among stored calls (`calls.jsonl` gives their sources, `calls/` the calls with words).
fn stored(calls: &Value, name: &str) -> Option<Call> {
    let found = items(calls).find(|call| {
        let source = call["call"]["source"].as_str().unwrap_or_default();
        Path::new(source).file_stem().is_some_and(|stem| stem.to_string_lossy() == name)
    })?;
    serde_json::from_value(found.clone()).ok()
}

fn print(tally: &BTreeMap<String, Tally>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let ratio = |part: usize, whole: usize| match whole {
        0 => "   —".to_owned(),
        _ => format!("{:.2}", part as f64 / whole as f64),
    };
    writeln!(out, "{:<32} {:>3} {:>5} {:>5} {:>5} {:>5}", "rule", "n", "acc", "prec", "rec", "unm")?;
    for (rule, tally) in tally {
        writeln!(
            out,
            "{rule:<32} {:>3} {:>5} {:>5} {:>5} {:>5}",
            tally.calls,
            ratio(tally.right, tally.calls),
            ratio(tally.fails_found, tally.fails_claimed),
            ratio(tally.fails_found, tally.fails),
            tally.unmeasurable
        )?;
        for wrong in &tally.wrong {
            writeln!(out, "    {wrong}")?;
        }
    }
    let sum = |count: fn(&Tally) -> usize| tally.values().map(count).sum::<usize>();
    let (calls, right) = (sum(|tally| tally.calls), sum(|tally| tally.right));
    writeln!(
        out,
        "all: {calls} verdicts, accuracy {}, without the unmeasurable {}; fail: precision {}, recall {}",
        ratio(right, calls),
        ratio(right, calls - sum(|tally| tally.unmeasurable)),
        ratio(sum(|tally| tally.fails_found), sum(|tally| tally.fails_claimed)),
        ratio(sum(|tally| tally.fails_found), sum(|tally| tally.fails)),
    )
}

impl Tally {
    /// Counts a call as right when the sum, the date and the time that were agreed are the truth's.
    fn compare_agreements(&mut self, name: &str, truth: &Value, evaluation: &Evaluation) {
        let Some(expected) = truth.get("agreements") else { return };
        let (promise, callback) = (&expected["promise_to_pay"], &expected["callback"]);
        let expected = (
            promise["amount"].as_f64(),
            promise["date"].as_str().map(str::to_owned),
            callback["at"].as_str().and_then(|at| DateTime::parse_from_rfc3339(at).ok()),
        );
        let promise = evaluation.agreements.promise_to_pay.as_ref();
        let callback = evaluation.agreements.callback.as_ref();
        let found = (
            promise.and_then(|promise| promise.amount),
            promise.and_then(|promise| promise.date.clone()),
            callback.and_then(|callback| callback.at),
        );
        self.calls += 1;
        self.right += usize::from(found == expected);
        if found != expected {
            self.wrong.push(format!("{name}: {found:?} for {expected:?}"));
        }
    }
}

/// A call as its truth describes it.
struct LabelledCall {
    facts: CallFacts,
    audio: AudioFacts,
    turns: Vec<Turn>,
    activity: Activity,
    metrics: Metrics,
    events: Vec<Event>,
}

impl LabelledCall {
    fn new(truth: &Value) -> Self {
        let turns: Vec<Turn> = items(&truth["turns"]).map(turn).collect();
        let events: Vec<Event> = items(&truth["events"]).filter_map(event).collect();
        let mut activity = Activity::default();
        for labelled in items(&truth["turns"]) {
            activity.of_mut(role(&labelled["speaker"])).extend(speech(labelled));
        }
        let metrics = metrics(&turns, &activity, &events);
        let mut call =
            Self { facts: facts(&truth["call"]), audio: audio(truth), turns, activity, metrics, events };
        call.hear_announcements();
        call
    }

    /// Whether a hold was announced is decided from the words, as in a call that was listened to.
    fn hear_announcements(&mut self) {
        let agent = self.turns.iter().filter(|turn| turn.speaker == Role::Agent);
        let words: Vec<Word> = agent.flat_map(|turn| turn.words.iter().cloned()).collect();
        let window_s = DialogueSettings::default().hold_announcement_window_s;
        for event in &mut self.events {
            if let EventKind::Hold { announced, .. } = &mut event.kind {
                *announced = Some(is_hold_announced(&words, event.start_s, window_s));
            }
        }
    }

    /// Replaces the words by a recogniser's; on one channel they go to whoever speaks at the time.
    fn take_words(&mut self, channels: &Value) {
        for turn in &mut self.turns {
            let channel = usize::from(turn.speaker == Role::Client).min(items(channels).count().max(1) - 1);
            let is_in_turn = |word: &&Value| {
                let middle_s = f64::midpoint(number(&word["start_s"]), number(&word["end_s"]));
                (turn.start_s - 0.3..=turn.end_s + 0.3).contains(&middle_s)
            };
            turn.words = items(&channels[channel]["words"]).filter(is_in_turn).map(recognised).collect();
            "ru".clone_into(&mut turn.language);
        }
        self.metrics = metrics(&self.turns, &self.activity, &self.events);
        self.hear_announcements();
    }

    fn view(&self) -> CallView<'_> {
        CallView {
            call: &self.facts,
            audio: &self.audio,
            turns: &self.turns,
            activity: &self.activity,
            metrics: &self.metrics,
            events: &self.events,
            transcribed: true,
        }
    }
}

fn recognised(word: &Value) -> Word {
    let text = word["text"].as_str().unwrap_or_default();
    Word::new(text, number(&word["start_s"]), number(&word["end_s"]), number(&word["confidence"]))
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

fn role(value: &Value) -> Role {
    match value.as_str() {
        Some("agent") => Role::Agent,
        Some("client") => Role::Client,
        _ => Role::Unknown,
    }
}

fn facts(call: &Value) -> CallFacts {
    let text = |key: &str| call[key].as_str().map(str::to_owned);
    CallFacts {
        started_at: text("started_at").and_then(|time| DateTime::parse_from_rfc3339(&time).ok()),
        agent_id: text("agent_id"),
        agent_name: text("agent_name"),
        client_ref: text("client_ref"),
        hung_up_by: call.get("hung_up_by").map(role),
        company: text("company")
            .map(|names| names.split(';').map(|name| name.trim().to_owned()).collect())
            .unwrap_or_default(),
        ..CallFacts::default()
    }
}

fn audio(truth: &Value) -> AudioFacts {
    let audio = &truth["audio"];
    AudioFacts {
        duration_s: number(&audio["duration_s"]),
        rate_hz: number(&audio["rate_hz"]) as u32,
        channels: number(&audio["channels"]) as u16,
        codec: "pcm16".to_owned(),
        layout: if truth["layout"] == "mono" { Layout::Mono } else { Layout::AgentLeft },
        layout_source: LayoutSource::Manifest,
        defects: vec![],
        roles: None,
    }
}

fn speech(turn: &Value) -> Vec<Span> {
    items(&turn["speech"]).map(|span| Span::new(number(&span[0]), number(&span[1]))).collect()
}

/// The words of a turn, each as long as its share of the letters, laid end to end over the turn's speech.
fn turn(labelled: &Value) -> Turn {
    let text = labelled["text"].as_str().unwrap_or_default();
    let spans = speech(labelled);
    let total_s: f64 = spans.iter().map(Span::duration_s).sum();
    let letters: usize = text.split_whitespace().map(|word| word.chars().count()).sum();
    let mut spoken_s = 0.0;
    let words: Vec<Word> = text
        .split_whitespace()
        .map(|word| {
            let start_s = spoken_s;
            spoken_s += total_s * word.chars().count() as f64 / letters.max(1) as f64;
            Word::new(word, in_speech(&spans, start_s), in_speech(&spans, spoken_s), 0.95)
        })
        .collect();
    Turn::new(
        role(&labelled["speaker"]),
        number(&labelled["start_s"]),
        number(&labelled["end_s"]),
        Utterance::from(text),
        labelled["language"].as_str().unwrap_or("ru").to_owned(),
        words,
    )
}

/// The moment of the call at which so much of the turn's speech is over.
fn in_speech(spans: &[Span], spoken_s: f64) -> f64 {
    let mut left_s = spoken_s;
    for span in spans {
        if left_s <= span.duration_s() {
            return span.start_s + left_s;
        }
        left_s -= span.duration_s();
    }
    spans.last().map_or(spoken_s, |span| span.end_s)
}

fn event(labelled: &Value) -> Option<Event> {
    let kind = match labelled["kind"].as_str()? {
        "overlap" => EventKind::Overlap {
            class: match labelled["class"].as_str()? {
                "backchannel" => OverlapClass::Backchannel,
                "terminal" => OverlapClass::Terminal,
                "collaborative" => OverlapClass::Collaborative,
                "attempt" => OverlapClass::Attempt,
                _ => OverlapClass::FloorTaken,
            },
            interrupter: role(&labelled["interrupter"]),
            interrupted: role(&labelled["interrupted"]),
        },
        "silence" => EventKind::Silence { in_hold: labelled["in_hold"].as_bool().unwrap_or(false) },
        "hold" => EventKind::Hold {
            music: labelled["music"].as_bool().unwrap_or(false),
            announced: labelled["announced"].as_bool(),
        },
        "farewell" => EventKind::Farewell { speaker: role(&labelled["speaker"]) },
        _ => return None,
    };
    Some(Event::new(kind, number(&labelled["start_s"]), number(&labelled["end_s"])))
}

fn metrics(turns: &[Turn], activity: &Activity, events: &[Event]) -> Metrics {
    let mut metrics = Metrics::default();
    for role in [Role::Agent, Role::Client] {
        let talk_s: f64 = activity.of(role).iter().map(Span::duration_s).sum();
        let own: Vec<&Turn> = turns.iter().filter(|turn| turn.speaker == role).collect();
        let words: usize = own.iter().map(|turn| turn.words.len()).sum();
        let speaker = SpeakerMetrics {
            talk_s,
            turns: own.len() as u32,
            words: Some(words as u32),
            words_per_min: (talk_s > 0.0).then(|| words as f64 / talk_s * 60.0),
            ..SpeakerMetrics::default()
        };
        metrics.speakers.insert(role.name().to_owned(), speaker);
    }
    let lengths = |wanted: fn(&EventKind) -> bool| -> Vec<f64> {
        events.iter().filter(|event| wanted(&event.kind)).map(Event::duration_s).collect()
    };
    let longest = |lengths: &[f64]| lengths.iter().copied().fold(0.0, f64::max);
    let silences = lengths(|kind| matches!(kind, EventKind::Silence { in_hold: false }));
    let holds = lengths(|kind| matches!(kind, EventKind::Hold { .. }));
    metrics.silence = SilenceMetrics {
        total_s: silences.iter().sum(),
        longest_s: longest(&silences),
        count: silences.len() as u32,
        ratio: 0.0,
    };
    metrics.hold =
        HoldMetrics { total_s: holds.iter().sum(), longest_s: longest(&holds), count: holds.len() as u32 };
    metrics.interruptions = InterruptionMetrics {
        by_agent: Some(interruptions(events, Role::Agent)),
        by_client: Some(interruptions(events, Role::Client)),
    };
    metrics
}

fn interruptions(events: &[Event], by: Role) -> u32 {
    events
        .iter()
        .filter(|event| {
            matches!(event.kind, EventKind::Overlap { class: OverlapClass::FloorTaken, interrupter, .. }
                if interrupter == by)
        })
        .count() as u32
}
