//! A score rests on what was measured: how much that is, why there is none, and what is shown.

use etalon_call::{
    Activity, AudioFacts, CallFacts, Evaluation, Event, EventKind, Metrics, Role, Span, Turn, Utterance,
    Verdict, Word,
};
use etalon_rules::{CallView, Pack, SCORE_COVERAGE_MIN, evaluate};

const AGENT: Role = Role::Agent;
const CLIENT: Role = Role::Client;

/// A call that a test makes up.
struct Call {
    audio: AudioFacts,
    turns: Vec<Turn>,
    activity: Activity,
    metrics: Metrics,
    events: Vec<Event>,
    transcribed: bool,
}

impl Call {
    /// These turns in a language one after another, half a second a word.
    fn of(language: &str, lines: &[(Role, &str)]) -> Self {
        let (mut now_s, mut turns, mut activity) = (0.0, Vec::new(), Activity::default());
        for (speaker, text) in lines {
            let word = |(index, word)| {
                let start_s = now_s + 0.5 * index as f64;
                Word::new(word, start_s, start_s + 0.4, 0.9)
            };
            let words: Vec<Word> = text.split_whitespace().enumerate().map(word).collect();
            let end_s = now_s + 0.5 * words.len() as f64;
            activity.of_mut(*speaker).push(Span::new(now_s, end_s));
            turns.push(Turn::new(*speaker, now_s, end_s, Utterance::from(*text), language.to_owned(), words));
            now_s = end_s + 0.5;
        }
        Self {
            audio: AudioFacts::declared_stereo(now_s),
            turns,
            activity,
            metrics: Metrics::default(),
            events: vec![],
            transcribed: true,
        }
    }

    fn untranscribed(mut self) -> Self {
        for turn in &mut self.turns {
            *turn = Turn::new(turn.speaker, turn.start_s, turn.end_s, "".into(), "und".to_owned(), vec![]);
        }
        self.transcribed = false;
        self
    }

    fn with(mut self, definition: &str, value: f64) -> Self {
        self.metrics.definitions.insert(definition.to_owned(), value);
        self
    }

    fn with_event(mut self, kind: EventKind, start_s: f64, end_s: f64) -> Self {
        self.events.push(Event::new(kind, start_s, end_s));
        self.audio.duration_s = self.audio.duration_s.max(end_s);
        self
    }

    /// What rules with these conditions say, of one point each.
    fn judged(&self, conditions: &[&str]) -> Evaluation {
        self.judged_in("", conditions)
    }

    fn judged_in(&self, head: &str, conditions: &[&str]) -> Evaluation {
        let rule = |(number, condition): (usize, &&str)| {
            format!(
                "[[rules]]\nid = \"r{number}\"\ntitle = \"t\"\ntext = \"x\"\nsource = {{ document = \"d\" }}\n\
                 severity = \"critical\"\npoints = 1\ncondition = {condition}\n\
                 reasons = {{ pass = \"p\", fail = \"f\" }}\n"
            )
        };
        let rules: Vec<String> = conditions.iter().enumerate().map(rule).collect();
        let rules = rules.concat();
        let source = format!("id = \"p\"\nversion = \"1\"\ntitle = \"t\"\n{head}{rules}");
        let pack = Pack::parse(&source, "test").unwrap_or_else(|error| panic!("{error}"));
        let view = CallView {
            call: &CallFacts::default(),
            audio: &self.audio,
            turns: &self.turns,
            activity: &self.activity,
            metrics: &self.metrics,
            events: &self.events,
            transcribed: self.transcribed,
        };
        evaluate(&[pack], &view)
    }
}

const GREETS: &str = r#"{ says = "agent", phrases = ["добрый день"] }"#;
const OFFERS: &str = r#"{ says = "agent", phrases = ["предлагаю"] }"#;
const CALM: &str = r#"{ event = "shouting", at_most = 0 }"#;
const NO_LONG_SILENCE: &str = r#"{ event = "silence", lasting_s = 60, at_most = 0 }"#;

fn talk() -> Call {
    Call::of("ru", &[(AGENT, "Добрый день, слушаю вас."), (CLIENT, "Здравствуйте, где мой перевод?")])
}

#[test]
fn a_score_needs_enough_of_the_standard() {
    let check = |call: Call, conditions: &[&str], expected: (Option<f64>, Option<f64>)| {
        let found = call.judged(conditions);
        assert_eq!((found.score, found.score_coverage), expected, "{:?}", found.score_unmeasurable);
        assert_eq!(found.score.is_none(), found.score_unmeasurable.is_some());
    };
    check(talk(), &[GREETS, NO_LONG_SILENCE], (Some(100.0), Some(1.0)));
    check(talk(), &[GREETS, OFFERS], (Some(0.0), Some(1.0)));
    // A measure of the signal alone says nothing of what was said.
    check(talk(), &[GREETS, CALM], (Some(100.0), Some(0.5)));
    check(talk().untranscribed(), &[GREETS, OFFERS, NO_LONG_SILENCE], (None, Some(0.333)));
    check(
        talk().untranscribed().with(SCORE_COVERAGE_MIN, 0.3),
        &[GREETS, OFFERS, NO_LONG_SILENCE],
        (Some(100.0), Some(0.333)),
    );
    check(talk().untranscribed().with(SCORE_COVERAGE_MIN, 0.0), &[GREETS], (None, Some(0.0)));
    check(talk(), &[], (None, None));
}

#[test]
fn a_critical_failure_makes_no_score_of_what_was_hardly_measured() {
    let silent = talk().untranscribed().with_event(EventKind::Silence { in_hold: false }, 5.0, 95.0);
    let found = silent.judged(&[GREETS, OFFERS, NO_LONG_SILENCE]);
    assert_eq!((found.score, found.critical), (None, true));
}

#[test]
fn what_is_no_conversation_is_not_judged() {
    for (call, answered) in [
        (Call::of("ru", &[]), false),
        (Call::of("ru", &[(AGENT, "Алло. Алло. Не берут трубку.")]), false),
        (Call::of("ru", &[(AGENT, "Алло. Алло. Не берут трубку.")]).untranscribed(), false),
        (Call::of("ru", &[(CLIENT, "Алло. Кто это говорит?")]), true),
    ] {
        let found = call.judged(&[GREETS, NO_LONG_SILENCE]);
        assert!(found.rules.iter().all(|rule| rule.verdict == Verdict::Na), "{found:?}");
        assert_eq!((found.score, found.score_coverage, found.answered), (None, None, Some(answered)));
        assert!(found.score_unmeasurable.is_some());
        assert_eq!((found.topics, found.stages, found.agreements.promised_to_pay), (None, None, None));
    }
}

#[test]
fn nobody_waits_where_nobody_is_known_to_be() {
    let mut music = Call::of("ru", &[(Role::Unknown, "а"), (Role::Unknown, "а")]).untranscribed();
    music = music.with_event(EventKind::Silence { in_hold: false }, 5.0, 3000.0);
    assert_eq!(music.judged(&[NO_LONG_SILENCE]).rules[0].verdict, Verdict::Unmeasurable);
    let waiting = talk().with_event(EventKind::Silence { in_hold: false }, 5.0, 300.0);
    assert_eq!(waiting.judged(&[NO_LONG_SILENCE]).rules[0].verdict, Verdict::Fail);
}

#[test]
fn words_are_held_against_the_seconds_of_speech() {
    let check = |speech_s: f64, words: &str, expected: Verdict| {
        let mut call = Call::of("ru", &[(AGENT, words), (CLIENT, "Здравствуйте, слушаю.")])
            .with("sparse_speech_min_s", 8.0)
            .with("sparse_words_per_min", 24.0);
        call.activity.agent = vec![Span::new(0.0, speech_s)];
        for condition in [GREETS.to_owned(), format!("{{ not = {OFFERS} }}")] {
            let result = call.judged(&[&condition]).rules.remove(0);
            assert_eq!(result.verdict, expected, "{condition}: {words} in {speech_s} s: {}", result.reason);
        }
    };
    check(20.0, "Алло.", Verdict::Unmeasurable);
    check(20.0, "Добрый день.", Verdict::Unmeasurable);
    check(3.0, "Добрый день.", Verdict::Pass);
    check(20.0, "Добрый день, меня зовут Анна, я звоню по вашему обращению.", Verdict::Pass);
}

#[test]
fn words_of_another_language_are_not_judged_by_phrases_of_this_one() {
    let english = [
        (AGENT, "Good afternoon, how can I help you today?"),
        (CLIENT, "Hello, where is my transfer?"),
        (AGENT, "Let me check that for you."),
    ];
    let kazakh = [
        (AGENT, "Қайырлы күн, сізге қалай көмектесе аламын?"),
        (CLIENT, "Сәлеметсіз бе, менің аударымым қайда?"),
        (AGENT, "Қазір тексеріп көрейін, күте тұрыңыз."),
    ];
    let never = format!("{{ not = {OFFERS} }}");
    let early =
        r#"{ says = "agent", phrases = ["добрый день"], in = { from = "agent_first_word", until_s = 5 } }"#;
    for (language, lines) in [("en", &english[..]), ("ru", &english), ("kk", &kazakh), ("ru", &kazakh)] {
        let found = Call::of(language, lines).judged(&[GREETS, &never, early]);
        for rule in &found.rules {
            assert_eq!(rule.verdict, Verdict::Unmeasurable, "{language}: {}", rule.id);
        }
        assert_eq!((found.score, found.score_coverage), (None, Some(0.0)));
    }
    // The other side's language is no matter, and neither is that of a word or two.
    let mixed = [(AGENT, "Добрый день, слушаю вас."), (CLIENT, "Good afternoon, where is my transfer?")];
    assert_eq!(Call::of("ru", &mixed).judged(&[GREETS]).rules[0].verdict, Verdict::Pass);
    // A pack may speak several languages, and names of one are found in another.
    let both = Call::of("en", &english);
    assert_eq!(both.judged_in("language = [\"ru\", \"en\"]\n", &[GREETS]).rules[0].verdict, Verdict::Fail);
    let help = r#"{ says = "agent", phrases = ["help"] }"#;
    assert_eq!(both.judged(&[help]).rules[0].verdict, Verdict::Pass);
    // Told to be English, and Russian to read.
    let told_wrongly = Call::of("en", &[(AGENT, "Добрый день, слушаю вас."), (CLIENT, "Здравствуйте.")]);
    assert_eq!(told_wrongly.judged(&[OFFERS]).rules[0].verdict, Verdict::Fail);
}

#[test]
fn what_was_not_judged_has_no_points() {
    let found = talk().judged(&[GREETS, OFFERS, CALM]);
    let points: Vec<Option<f64>> = found.rules.iter().map(|rule| rule.points).collect();
    assert_eq!(points, [Some(1.0), Some(0.0), None]);
}

#[test]
fn evidence_is_a_whole_sentence_once_or_says_what_is_there() {
    let said = Call::of(
        "ru",
        &[(AGENT, "Слушаю вас. Добрый день, я рада, что вы позвонили, добрый день. Итак."), (CLIENT, "Да.")],
    );
    let said = said.with_event(EventKind::Hold { music: false, announced: None }, 10.0, 27.9);
    let hold = r#"{ event = "hold", at_most = 0 }"#;
    let late =
        r#"{ says = "agent", phrases = ["перезвоню"], in = { from = "agent_first_word", until_s = 1 } }"#;
    let nothing = r#"{ says = "agent", phrases = ["перезвоню"], in = { from = "call_start", from_s = 12, until_s = 20 } }"#;
    let found = said.judged(&[GREETS, hold, OFFERS, late, nothing]);
    let shown: Vec<Vec<(&str, Option<&str>)>> = found
        .rules
        .iter()
        .map(|rule| {
            rule.evidence.iter().map(|place| (place.quote.as_str(), place.label.as_deref())).collect()
        })
        .collect();
    assert_eq!(
        shown,
        [
            vec![("Добрый день, я рада, что вы позвонили, добрый день.", None)],
            vec![("", Some("ожидание, 17 с"))],
            vec![("", Some("весь разговор"))],
            vec![("Слушаю вас.", None)],
            vec![("", Some("здесь ничего не сказано"))],
        ]
    );
}

#[test]
fn what_one_side_settles_needs_no_word_of_the_other() {
    let check = |agent: &str, condition: &str, expected: Verdict| {
        let lines = [
            (AGENT, agent),
            (CLIENT, "Good afternoon, my husband is away and I cannot tell when he comes back."),
        ];
        let result = Call::of("ru", &lines).judged(&[condition]).rules.remove(0);
        assert_eq!(result.verdict, expected, "{condition}: {agent}: {}", result.reason);
    };
    let (silent, told) = ("Добрый день, я позвоню вечером.", "Добрый день, за вашим мужем долг.");
    let wife = r#"{ says = "client", phrases = ["я жена"] }"#;
    let debt = r#"{ says = "agent", phrases = ["=долг"] }"#;
    let told_to_others = format!("{{ not = {{ some = {wife}, has = {debt} }} }}");
    check(silent, &told_to_others, Verdict::Pass);
    check(told, &told_to_others, Verdict::Unmeasurable);
    let with_more = format!("{{ not = {{ some = {wife}, has = {{ all = [{debt}, {wife}] }} }} }}");
    check(silent, &with_more, Verdict::Pass);
    let either = format!("{{ not = {{ some = {wife}, has = {{ any = [{debt}, {wife}] }} }} }}");
    check(silent, &either, Verdict::Unmeasurable);
    let debt_first = format!("{{ earlier = {debt}, later = {wife} }}");
    check(silent, &debt_first, Verdict::Fail);
    check(told, &debt_first, Verdict::Unmeasurable);
    let wife_first = format!("{{ earlier = {wife}, later = {debt} }}");
    check(silent, &wife_first, Verdict::Unmeasurable);
    check(silent, &format!("{{ all = [{debt}, {wife}] }}"), Verdict::Fail);
    check(told, &format!("{{ any = [{debt}, {wife}] }}"), Verdict::Pass);
}

#[test]
fn a_list_written_for_a_language_judges_it() {
    let check = |client: &str, phrases: &str, expected: Verdict| {
        let lines = [(AGENT, "До свидания, всего доброго вам."), (CLIENT, client)];
        let mut call = Call::of("ru", &lines);
        let turn = call.turns.remove(1);
        call.turns.push(Turn::new(
            turn.speaker,
            turn.start_s,
            turn.end_s,
            turn.text,
            "kk".to_owned(),
            turn.words,
        ));
        let condition = format!(r#"{{ says = "client", phrases = [{phrases}] }}"#);
        let result = call.judged(&[&condition]).rules.remove(0);
        assert_eq!(result.verdict, expected, "{client}: {phrases}: {}", result.reason);
    };
    // A model writes Kazakh in Russian letters; the phrase tells what language it is.
    let farewell = r#""до свидания|прощайте|счастливо", "сау болыңыз|болыныз""#;
    check("Жарайды, сау болыныз енди.", farewell, Verdict::Pass);
    check("Жарайды, мен тыңдап тұрмын енді.", farewell, Verdict::Fail);
    check("Жарайды, мен тыңдап тұрмын енді.", r#""до свидания""#, Verdict::Unmeasurable);
    // A few words of it in a long list are too few; so many are a list of its own.
    let russian: Vec<String> = (0..120).map(|number| format!("слово{number}")).collect();
    let long = |kazakh: &str| format!("\"{}\", \"{kazakh}\"", russian.join("|"));
    check("Жарайды, мен тыңдап тұрмын енді.", &long("қош|сәлем"), Verdict::Unmeasurable);
    let many = long("қош|сәлем|күн|түн|жақсы|көрші|қайда|қашан");
    check("Жарайды, мен тыңдап тұрмын енді.", &many, Verdict::Fail);
}
