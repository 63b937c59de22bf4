//! The language of rules: what counts as said, by whom, where, and how mistakes in a pack are told.

use etalon_call::{
    Act, Activity, AudioFacts, CallFacts, Event, EventKind, Metrics, Role, Span, Turn, TurnAct, Utterance,
    Verdict, Word,
};
use etalon_rules::{CallView, Pack, PackError, PackErrorKind, evaluate, explain};
use proptest::prelude::*;

const HEAD: &str = "id = \"p\"\nversion = \"1\"\ntitle = \"t\"\n";

/// A pack of one rule with this condition.
fn pack_with(condition: &str) -> String {
    format!(
        "{HEAD}[lists]\nbye = [\"до свидания\", \"всего доброго\"]\n[[rules]]\nid = \"r\"\ntitle = \"t\"\ntext = \"x\"\n\
         source = {{ document = \"d\" }}\nseverity = \"minor\"\npoints = 2\ncondition = {condition}\n\
         reasons = {{ pass = \"p\", fail = \"f\" }}\n"
    )
}

struct Call {
    facts: CallFacts,
    audio: AudioFacts,
    turns: Vec<Turn>,
    events: Vec<Event>,
    metrics: Metrics,
    activity: Activity,
    transcribed: bool,
}

impl Call {
    /// A call in which these are said one after another, half a second a word. A side that says
    /// nothing ends it with a word: a call of one side is judged by no rule.
    fn of(lines: &[(Role, &str)]) -> Self {
        let silent = [Role::Agent, Role::Client]
            .into_iter()
            .find(|role| lines.iter().all(|(speaker, _)| *speaker == role.other()));
        let last = silent.map(|role| (role, "Ясно."));
        Self::heard(&lines.iter().copied().chain(last).collect::<Vec<_>>())
    }

    /// A call in which only these are said.
    fn heard(lines: &[(Role, &str)]) -> Self {
        let mut now_s = 0.0;
        let turns: Vec<Turn> = lines
            .iter()
            .map(|(speaker, text)| {
                let start_s = now_s;
                let end_s = start_s + 0.5 * text.split_whitespace().count() as f64;
                now_s = end_s + 0.5;
                Turn::new(*speaker, start_s, end_s, Utterance::from(*text), "ru".to_owned(), vec![])
            })
            .collect();
        let audio = AudioFacts::declared_stereo(now_s);
        Self {
            facts: CallFacts::default(),
            audio,
            turns,
            events: vec![],
            metrics: Metrics::default(),
            activity: Activity::default(),
            transcribed: true,
        }
    }

    /// The same call with word times and one confidence for all words of each turn; the least that is asked is 0.5.
    fn with_confidences(mut self, confidences: &[f64]) -> Self {
        self.turns = self
            .turns
            .into_iter()
            .zip(confidences)
            .map(|(turn, &confidence)| {
                let words: Vec<Word> = turn
                    .text
                    .as_str()
                    .split_whitespace()
                    .enumerate()
                    .map(|(index, word)| {
                        let start_s = turn.start_s + 0.5 * index as f64;
                        Word::new(word, start_s, start_s + 0.5, confidence)
                    })
                    .collect();
                Turn::new(turn.speaker, turn.start_s, turn.end_s, turn.text, turn.language, words)
            })
            .collect();
        self.metrics.definitions.insert("confidence_min".to_owned(), 0.5);
        self
    }

    /// The call with a minute of speech of each side, and with stretches of it in which no word was recognised.
    fn with_lost(mut self, lost: &[(Role, f64, f64)]) -> Self {
        self.audio.duration_s = 60.0;
        self.activity.agent = vec![Span::new(0.0, 60.0)];
        self.activity.client = vec![Span::new(0.0, 60.0)];
        let events = lost.iter().map(|&(speaker, start_s, end_s)| {
            Event::new(EventKind::Unrecognized { speaker }, start_s, end_s)
        });
        self.events.extend(events);
        self
    }

    fn view(&self) -> CallView<'_> {
        CallView {
            call: &self.facts,
            audio: &self.audio,
            turns: &self.turns,
            activity: &self.activity,
            metrics: &self.metrics,
            events: &self.events,
            transcribed: self.transcribed,
        }
    }
}

fn verdict(condition: &str, call: &Call) -> Verdict {
    let pack = Pack::parse(&pack_with(condition), "test").unwrap_or_else(|error| panic!("{error}"));
    evaluate(&[pack], &call.view()).rules[0].verdict
}

fn check(condition: &str, lines: &[(Role, &str)], expected: Verdict) {
    assert_eq!(verdict(condition, &Call::of(lines)), expected, "{condition} on {lines:?}");
}

#[test]
fn only_the_words_of_the_named_side_count() {
    let says = r#"{ says = "agent", phrases = ["перезвоните нам"] }"#;
    check(says, &[(Role::Agent, "Перезвоните нам завтра.")], Verdict::Pass);
    check(says, &[(Role::Agent, "Слушаю."), (Role::Client, "Перезвоните нам завтра.")], Verdict::Fail);
}

#[test]
fn nothing_is_concluded_from_words_that_were_hardly_recognised() {
    let check = |condition: &str, lines: &[(Role, &str)], confidences: &[f64], expected: Verdict| {
        let call = Call::of(lines).with_confidences(confidences);
        assert_eq!(verdict(condition, &call), expected, "{condition} on {lines:?} {confidences:?}");
    };
    let lines = [
        (Role::Agent, "Добрый день, агентство Опора."),
        (Role::Client, "Здравствуйте, слушаю вас внимательно."),
        (Role::Agent, "У меня к вам один вопрос, и больше ничего, спасибо."),
    ];
    let greets = r#"{ says = "agent", phrases = ["агентство"] }"#;
    let early = r#"{ says = "agent", phrases = ["имя"], in = { from = "agent_first_word", until_s = 3 } }"#;
    let never = r#"{ not = { says = "agent", phrases = ["имя"] } }"#;
    check(greets, &lines, &[0.9, 0.9, 0.9], Verdict::Pass);
    check(early, &lines, &[0.9, 0.9, 0.9], Verdict::Fail);
    check(never, &lines, &[0.9, 0.9, 0.9], Verdict::Pass);
    // The client's words say nothing about what the agent said.
    check(greets, &lines, &[0.9, 0.1, 0.9], Verdict::Pass);
    check(early, &lines, &[0.9, 0.1, 0.9], Verdict::Fail);
    // All of the agent's words are doubtful.
    for condition in [greets, early, never] {
        check(condition, &lines, &[0.2, 0.9, 0.2], Verdict::Unmeasurable);
    }
    // Only those in which the phrase was found, or was looked for in vain.
    check(greets, &lines, &[0.2, 0.9, 0.9], Verdict::Unmeasurable);
    check(early, &lines, &[0.2, 0.9, 0.9], Verdict::Unmeasurable);
    check(early, &lines, &[0.9, 0.9, 0.2], Verdict::Unmeasurable);
    check(never, &lines, &[0.2, 0.9, 0.9], Verdict::Pass);
}

#[test]
fn nothing_is_concluded_from_speech_that_was_lost() {
    let check = |condition: &str, lost: &[(Role, f64, f64)], expected: Verdict| {
        let lines = [
            (Role::Agent, "Добрый день, агентство Опора."),
            (Role::Client, "Здравствуйте, слушаю вас."),
            (Role::Agent, "У меня к вам один вопрос."),
        ];
        let call = Call::of(&lines).with_lost(lost);
        assert_eq!(verdict(condition, &call), expected, "{condition} without {lost:?}");
    };
    let greets = r#"{ says = "agent", phrases = ["агентство"] }"#;
    let early = r#"{ says = "agent", phrases = ["имя"], in = { from = "agent_first_word", until_s = 3 } }"#;
    let never = r#"{ not = { says = "agent", phrases = ["имя"] } }"#;
    let speaks = r#"{ speaks = "agent", at_least_words = 40 }"#;
    for (condition, expected) in
        [(greets, Verdict::Pass), (early, Verdict::Fail), (never, Verdict::Pass), (speaks, Verdict::Fail)]
    {
        check(condition, &[], expected);
        // What the other side said there tells nothing about this one.
        check(condition, &[(Role::Client, 0.0, 20.0)], expected);
        // Most of what the side said is lost.
        check(condition, &[(Role::Agent, 1.0, 20.0), (Role::Agent, 25.0, 50.0)], Verdict::Unmeasurable);
    }
    // What was found stands; what was not found may lie in what was lost.
    let some = [(Role::Agent, 1.5, 4.5)];
    check(greets, &some, Verdict::Pass);
    check(early, &some, Verdict::Unmeasurable);
    check(never, &some, Verdict::Unmeasurable);
    check(speaks, &some, Verdict::Unmeasurable);
    // Outside of the window it matters little, and a twentieth of a call is little of it.
    check(early, &[(Role::Agent, 30.0, 40.0)], Verdict::Fail);
    check(never, &[(Role::Agent, 30.0, 32.5)], Verdict::Pass);
}

#[test]
fn denied_and_reported_words_do_not_count() {
    let says = r#"{ says = "agent", phrases = ["перезвоните нам"] }"#;
    check(says, &[(Role::Agent, "Не перезвоните нам, и ладно.")], Verdict::Fail);
    check(says, &[(Role::Agent, "Вам сказали, перезвоните нам завтра, это ошибка.")], Verdict::Fail);
    check(says, &[(Role::Agent, "Нет, перезвоните нам завтра.")], Verdict::Pass);
    check(says, &[(Role::Agent, "Никто не просит: перезвоните нам.")], Verdict::Pass);
    check(says, &[(Role::Agent, "Не думайте, что вы перезвоните нам завтра.")], Verdict::Fail);
    check(says, &[(Role::Agent, "Я не говорю перезвоните нам.")], Verdict::Fail);
    check(says, &[(Role::Agent, "Я вам говорю, перезвоните нам завтра.")], Verdict::Pass);
    check(says, &[(Role::Agent, "Она вам говорила, перезвоните нам завтра.")], Verdict::Fail);
    let counted = r#"{ says = "agent", phrases = ["перезвоните нам"], negated_counts = true }"#;
    check(counted, &[(Role::Agent, "Не перезвоните нам, и ладно.")], Verdict::Pass);
}

/// A call in another language than the pack, whose second turn may perform an act.
fn foreign_call(language: &str, acts: Option<Vec<TurnAct>>) -> Call {
    let mut call = Call::of(&[
        (Role::Agent, "Добрый день, слушаю вас."),
        (Role::Client, "I would like to know when my parcel will arrive"),
    ]);
    language.clone_into(&mut call.turns[1].language);
    call.turns[1].acts = acts;
    call.turns[0].acts = Some(vec![]);
    call
}

#[test]
fn acts_are_known_where_phrases_are_written_for_another_language() {
    let phrases = r#"{ says = "client", phrases = ["посылка"] }"#;
    let acts = r#"{ says = "client", acts = ["asks_question"], at_least = 0.5 }"#;
    let both = format!("{{ any = [{phrases}, {acts}] }}");
    let of_agent =
        format!(r#"{{ any = [{phrases}, {{ says = "agent", acts = ["greets"], at_least = 0.5 }}] }}"#);
    let never = format!("{{ not = {acts} }}");
    let asks = TurnAct { act: Act::AsksQuestion, probability: 0.9, from_word: 0, to_word: 10 };
    for (condition, language, acts, expected) in [
        (phrases, "en", Some(vec![]), Verdict::Unmeasurable),
        // Nobody is accused of what was not found there, and what was found counts.
        (acts, "en", Some(vec![]), Verdict::Unmeasurable),
        (acts, "en", Some(vec![asks.clone()]), Verdict::Pass),
        (&never, "en", Some(vec![]), Verdict::Pass),
        (&never, "en", Some(vec![asks.clone()]), Verdict::Fail),
        // The model of acts does not know the language.
        (acts, "de", None, Verdict::Unmeasurable),
        (&both, "en", Some(vec![]), Verdict::Unmeasurable),
        (&both, "en", Some(vec![asks]), Verdict::Pass),
        (&both, "de", None, Verdict::Unmeasurable),
        // What the agent's acts show says nothing of what the client said.
        (&of_agent, "en", Some(vec![]), Verdict::Unmeasurable),
    ] {
        let call = foreign_call(language, acts.clone());
        assert_eq!(verdict(condition, &call), expected, "{condition} in {language} with {acts:?}");
    }
}

#[test]
fn a_suspicion_is_told_before_words_of_another_language() {
    let phrases = r#"{ says = "client", phrases = ["посылка"] }"#;
    let acts = r#"{ says = "client", acts = ["asks_question"], at_least = 0.9, doubtful_from = 0.4 }"#;
    let call = foreign_call("en", Some(vec![TurnAct::new(Act::AsksQuestion, 0.7, 0, 10)]));
    for condition in [
        format!("{{ any = [{phrases}, {acts}] }}"),
        format!("{{ all = [{{ not = {phrases} }}, {{ not = {acts} }}] }}"),
    ] {
        let pack = Pack::parse(&pack_with(&condition), "test").unwrap_or_else(|error| panic!("{error}"));
        let result = evaluate(&[pack], &call.view()).rules.remove(0);
        assert_eq!((result.verdict, result.evidence.len()), (Verdict::Unmeasurable, 1), "{condition}");
        assert!(result.reason.contains("похоже на это: вопрос"), "{}", result.reason);
    }
}

#[test]
fn what_is_only_suspected_is_shown_to_whoever_has_to_check_it() {
    let condition =
        r#"{ not = { says = "agent", acts = ["threatens"], at_least = 0.9, doubtful_from = 0.5 } }"#;
    let mut call = Call::of(&[(Role::Agent, "Добрый день. Смотрите, пожалеете."), (Role::Client, "Ясно.")]);
    call.turns[1].acts = Some(vec![]);
    for (probability, expected, evidence) in
        [(0.95, Verdict::Fail, 1), (0.7, Verdict::Unmeasurable, 1), (0.3, Verdict::Pass, 0)]
    {
        call.turns[0].acts = Some(vec![TurnAct::new(Act::Threatens, probability, 2, 4)]);
        let pack = Pack::parse(&pack_with(condition), "test").unwrap_or_else(|error| panic!("{error}"));
        let result = evaluate(&[pack], &call.view()).rules.remove(0);
        assert_eq!((result.verdict, result.evidence.len()), (expected, evidence), "{probability}");
        assert!(result.evidence.iter().all(|evidence| evidence.act == Some(Act::Threatens)));
    }
}

/// Asks to call again in words that no phrase has.
const INTENT: &str = "[intents.asks_to_call]\nthreshold = 0.3\nexamples = [\"Перезвоните нам позже\", \"Позвоните нам \
                      завтра сами\", \"Наберите нас после обеда\"]\nunlike = [\"Я вам перезвоню завтра\"]\n";

fn intended(condition: &str, lines: &[(Role, &str)]) -> etalon_call::RuleResult {
    let source = pack_with(condition).replace("[lists]", &format!("{INTENT}[lists]"));
    let pack = Pack::parse(&source, "test").unwrap_or_else(|error| panic!("{error}"));
    evaluate(&[pack], &Call::of(lines).view()).rules.remove(0)
}

#[test]
fn an_intent_is_heard_in_other_words_unless_denied_or_reported_or_said_by_the_other_side() {
    let says = r#"{ says = "agent", intents = ["asks_to_call"] }"#;
    let agent = Role::Agent;
    for (lines, expected) in [
        (vec![(agent, "Позвоните нам завтра попозже.")], Verdict::Pass),
        (vec![(agent, "ну тогда позвоните нам завтра после обеда сами ладно")], Verdict::Pass),
        (vec![(agent, "Не звоните нам завтра.")], Verdict::Fail),
        (vec![(agent, "Не надо нам больше звонить, перезвоните нам позже.")], Verdict::Pass),
        (vec![(agent, "Вам сказали, позвоните нам завтра попозже.")], Verdict::Fail),
        (vec![(agent, "Я вам завтра перезвоню.")], Verdict::Fail),
        (vec![(agent, "Слушаю."), (Role::Client, "Позвоните нам завтра попозже.")], Verdict::Fail),
    ] {
        assert_eq!(intended(says, &lines).verdict, expected, "{lines:?}");
    }
    let windowed =
        r#"{ says = "agent", intents = ["asks_to_call"], in = { from = "call_start", from_s = 60 } }"#;
    assert_eq!(intended(windowed, &[(agent, "Позвоните нам завтра попозже.")]).verdict, Verdict::Fail);
}

#[test]
fn the_evidence_of_an_intent_shows_its_likeness_and_a_phrase_comes_first() {
    let said = [(Role::Agent, "Ваш вопрос сложный. Позвоните нам завтра попозже.")];
    let meant = intended(r#"{ says = "agent", intents = ["asks_to_call"] }"#, &said);
    let likeness = meant.evidence[0].likeness.expect("a likeness");
    assert!((0.3..=1.0).contains(&likeness));
    assert_eq!(meant.evidence[0].quote.as_str(), "Позвоните нам завтра попозже.");
    let phrase = r#"{ says = "agent", phrases = ["позвоните"], intents = ["asks_to_call"] }"#;
    assert_eq!(intended(phrase, &said).evidence[0].likeness, None);
}

#[test]
fn mistakes_in_intents_are_told() {
    for (condition, intents, kind) in [
        (r#"{ says = "agent", intents = ["other"] }"#, INTENT.to_owned(), PackErrorKind::UnknownName),
        (
            r#"{ says = "agent", intents = ["asks_to_call"] }"#,
            INTENT.replace("threshold = 0.3", "threshold = 3"),
            PackErrorKind::InvalidValue,
        ),
        (
            r#"{ says = "agent", intents = ["asks_to_call"] }"#,
            INTENT.replace("threshold = 0.3\n", ""),
            PackErrorKind::MissingKey,
        ),
        (
            r#"{ says = "agent", intents = ["asks_to_call"] }"#,
            INTENT.replace("unlike", "unlikely"),
            PackErrorKind::UnknownKey,
        ),
        (
            r#"{ says = "agent", intents = ["asks_to_call"] }"#,
            INTENT.replace("threshold", "akin = [\"other\"]\nthreshold"),
            PackErrorKind::UnknownName,
        ),
    ] {
        let source = pack_with(condition).replace("[lists]", &format!("{intents}[lists]"));
        assert_eq!(
            Pack::parse(&source, "test").map(|_| ()).map_err(|errors| errors.first().kind()),
            Err(kind),
            "{intents}"
        );
    }
}

#[test]
fn forms_alternatives_gaps_and_lists_are_matched() {
    for (phrase, text, expected) in [
        ("ожидание", "спасибо за ожидания ваши", Verdict::Pass),
        ("ещё раз", "еще раз", Verdict::Pass),
        ("=жду", "ждём", Verdict::Fail),
        ("добр* (утро|день)", "добрый день", Verdict::Pass),
        ("добр* (утро|день)", "добрый вечер", Verdict::Fail),
        ("всё .. ясно", "всё вам теперь ясно", Verdict::Pass),
        ("всё ..1 ясно", "всё вам теперь окончательно ясно", Verdict::Fail),
        ("всё ясно", "всё не ясно", Verdict::Fail),
        ("@bye", "всего вам доброго", Verdict::Pass),
        ("вы? поняли", "поняли", Verdict::Pass),
        ("#number тысяч", "внесите пять тысяч", Verdict::Pass),
        ("*свидани*", "сосвидания", Verdict::Pass),
        ("задолженность", "за должность", Verdict::Fail),
    ] {
        check(&format!(r#"{{ says = "agent", phrases = ["{phrase}"] }}"#), &[(Role::Agent, text)], expected);
    }
}

#[test]
fn free_order_needs_all_words_near_each_other() {
    let free = r#"{ says = "agent", phrases = ["договор номер"], order = "free", distance = 4 }"#;
    check(free, &[(Role::Agent, "назовите номер вашего договора")], Verdict::Pass);
    check(free, &[(Role::Agent, "номер назовите мне сейчас пожалуйста договора")], Verdict::Fail);
}

#[test]
fn a_window_is_tested_on_words_and_not_on_turns() {
    let says =
        r#"{ says = "agent", phrases = ["агентство"], in = { from = "agent_first_word", until_s = 3 } }"#;
    check(says, &[(Role::Agent, "Добрый день, агентство Опора.")], Verdict::Pass);
    // The turn begins inside the window, the word is said after its end.
    check(says, &[(Role::Agent, "Ну что же, вот мы и дозвонились до вас, агентство Опора.")], Verdict::Fail);
}

#[test]
fn each_place_needs_its_answer() {
    let each = r#"{ each = { says = "client", question = true },
        must = { speaks = "agent", at_least_words = 2, in = { from = "found_end", until_s = 3 } } }"#;
    let (agent, client) = (Role::Agent, Role::Client);
    check(each, &[(client, "Сколько я должен?"), (agent, "Пять тысяч рублей.")], Verdict::Pass);
    check(each, &[(agent, "Алло."), (client, "Сколько я должен?")], Verdict::Fail);
    check(
        each,
        &[(client, "Сколько я должен?"), (agent, "Пять тысяч."), (client, "А за что?")],
        Verdict::Fail,
    );
}

#[test]
fn order_is_decided_by_who_is_first() {
    let earlier = r#"{ earlier = { says = "client", phrases = ["@bye"] }, later = { says = "agent", phrases = ["@bye"] } }"#;
    let (agent, client) = (Role::Agent, Role::Client);
    check(earlier, &[(client, "До свидания."), (agent, "До свидания.")], Verdict::Pass);
    check(earlier, &[(agent, "До свидания."), (client, "До свидания.")], Verdict::Fail);
}

#[test]
fn what_a_recording_cannot_show_is_not_judged() {
    let says = r#"{ says = "agent", phrases = ["добрый день"] }"#;
    let mut untranscribed = Call::of(&[(Role::Agent, "добрый день")]);
    untranscribed.transcribed = false;
    assert_eq!(verdict(says, &untranscribed), Verdict::Unmeasurable);
    check(says, &[(Role::Unknown, "добрый день")], Verdict::Unmeasurable);
    assert_eq!(verdict(says, &Call::heard(&[(Role::Client, "добрый день")])), Verdict::Na);
    assert_eq!(verdict(says, &Call::heard(&[(Role::Agent, "добрый день")])), Verdict::Na);
    let interruptions = r#"{ event = "overlap", class = "floor_taken", at_most = 0 }"#;
    check(interruptions, &[(Role::Agent, "добрый день")], Verdict::Unmeasurable);
    let tempo = r#"{ metric = "speakers.agent.words_per_min", at_most = 200 }"#;
    check(tempo, &[(Role::Agent, "добрый день")], Verdict::Unmeasurable);
}

#[test]
fn an_event_is_counted_by_kind_and_length() {
    let mut call = Call::of(&[(Role::Agent, "минуту"), (Role::Agent, "спасибо")]);
    call.events.push(Event::new(EventKind::Hold { music: false, announced: None }, 1.0, 41.0));
    for (condition, expected) in [
        (r#"{ event = "hold" }"#, Verdict::Pass),
        (r#"{ event = "hold", lasting_s = 60 }"#, Verdict::Fail),
        (r#"{ event = "hold", lasting_s = 30, at_most = 0 }"#, Verdict::Fail),
        (r#"{ event = "silence", at_most = 0 }"#, Verdict::Pass),
    ] {
        assert_eq!(verdict(condition, &call), expected, "{condition}");
    }
}

#[test]
fn the_score_leaves_out_what_does_not_apply() {
    let rule = |id: &str, severity: &str, when: &str, phrase: &str| {
        format!(
            "[[rules]]\nid = \"{id}\"\ntitle = \"t\"\ntext = \"x\"\nsource = {{ document = \"d\" }}\n\
             severity = \"{severity}\"\npoints = 5\n{when}\
             condition = {{ says = \"agent\", phrases = [\"{phrase}\"] }}\nreasons = {{ pass = \"p\", fail = \"f\" }}\n"
        )
    };
    let score = |rules: &[String]| {
        let pack = Pack::parse(&format!("{HEAD}{}", rules.concat()), "test")
            .unwrap_or_else(|error| panic!("{error}"));
        let evaluation = evaluate(&[pack], &Call::of(&[(Role::Agent, "добрый день")]).view());
        (evaluation.score, evaluation.critical)
    };
    let kept = rule("a", "minor", "", "добрый день");
    let broken = rule("b", "major", "", "до свидания");
    let inapplicable = rule("c", "critical", "when = { event = \"hold\" }\n", "до свидания");
    let critical = rule("d", "critical", "", "до свидания");
    assert_eq!(score(&[kept.clone(), broken.clone(), inapplicable.clone()]), (Some(50.0), false));
    assert_eq!(score(&[kept, broken, critical]), (Some(0.0), true));
    assert_eq!(score(&[inapplicable]), (None, false));
}

#[test]
fn a_reason_is_told_only_where_it_is_the_whole_reason() {
    let morning = r#"{ all = [{ says = "agent", phrases = ["утро"] }, { says = "agent", phrases = ["рано"], otherwise = "поздно" }] }"#;
    let both = r#"{ all = [{ says = "agent", phrases = ["утро"], otherwise = "не утро" }, { says = "agent", phrases = ["рано"], otherwise = "поздно" }] }"#;
    let either = format!(r#"{{ any = [{morning}, {{ says = "agent", phrases = ["вечер"] }}] }}"#);
    for (condition, said, expected) in [
        (morning, "утро", "поздно"),
        (morning, "рано", "f"),
        (morning, "день", "f"),
        (both, "день", "не утро поздно"),
        (either.as_str(), "утро", "поздно"),
        (either.as_str(), "день", "f"),
    ] {
        let pack = Pack::parse(&pack_with(condition), "test").unwrap_or_else(|error| panic!("{error}"));
        let evaluation = evaluate(&[pack], &Call::of(&[(Role::Agent, said)]).view());
        assert_eq!(evaluation.rules[0].reason, expected, "{condition}: {said}");
    }
}

#[test]
fn a_reason_counts_occasions_and_not_what_was_found_on_each() {
    let morning = r#"{ says = "agent", phrases = ["утро"] }"#;
    let answered = r#"{ each = { says = "client", question = true }, must = { says = "agent", phrases = ["утро"], in = { from = "found_end", until = "call_end" } } }"#;
    let one_answered = answered.replace("each =", "some =").replace("must =", "has =");
    let (agent, client) = ("утро доброе. доброе утро.", "кто там?");
    for (condition, said, verdict, count) in [
        (morning, vec![agent], Verdict::Pass, "2"),
        (answered, vec![client, agent], Verdict::Pass, "1"),
        (answered, vec![client, client, agent], Verdict::Pass, "2"),
        (answered, vec![client, agent, client, client], Verdict::Fail, "2"),
        (one_answered.as_str(), vec![client, client, agent, client], Verdict::Pass, "2"),
        (one_answered.as_str(), vec![client, client, client], Verdict::Fail, "3"),
    ] {
        let reasons = r#"{ pass = "{count}", fail = "{count}" }"#;
        let pack = pack_with(condition).replace(r#"{ pass = "p", fail = "f" }"#, reasons);
        let pack = Pack::parse(&pack, "test").unwrap_or_else(|error| panic!("{error}"));
        let side = |said: &&'static str| if *said == agent { Role::Agent } else { Role::Client };
        let lines: Vec<(Role, &str)> = said.iter().map(|said| (side(said), *said)).collect();
        let result = evaluate(&[pack], &Call::of(&lines).view()).rules.remove(0);
        assert_eq!((result.verdict, result.reason.as_str()), (verdict, count), "{condition}: {said:?}");
    }
}

#[test]
fn mistakes_are_told_with_their_line_and_remedy() {
    for (condition, kind, said) in [
        (r#"{ says = "agent", phrase = ["а"] }"#, PackErrorKind::MissingKey, "phrases"),
        (r#"{ says = "agent", phrases = ["а"], sice = 1 }"#, PackErrorKind::UnknownKey, "sice"),
        (r#"{ says = "boss", phrases = ["а"] }"#, PackErrorKind::InvalidValue, "agent, client"),
        (r#"{ says = "agent", phrases = ["@nobody"] }"#, PackErrorKind::UnknownName, "nobody"),
        (r#"{ says = "agent", phrases = ["(а"] }"#, PackErrorKind::InvalidValue, "bracket"),
        (r#"{ says = "agent", phrases = ["а"], in = "nowhere" }"#, PackErrorKind::UnknownName, "nowhere"),
        (
            r#"{ says = "agent", phrases = ["а"], in = { from = "call_start", from_s = 9, until_s = 3 } }"#,
            PackErrorKind::InvalidValue,
            "ends before it begins",
        ),
        (
            r#"{ says = "agent", phrases = ["а"], in = { from = "found_end", until_s = 3 } }"#,
            PackErrorKind::InvalidValue,
            "must",
        ),
        (r#"{ metric = "speakers.agent.beauty", at_most = 1 }"#, PackErrorKind::InvalidValue, "beauty"),
        (r#"{ metric = "silence.ratio" }"#, PackErrorKind::InvalidValue, "at_least"),
        (r#"{ use = "itself" }"#, PackErrorKind::UnknownName, "itself"),
        (r#"{ says = "agent", phrase = ["а"] }"#, PackErrorKind::MissingKey, "did you mean `phrases`?"),
        (r#"{ event = "hold", lastng_s = 3 }"#, PackErrorKind::UnknownKey, "did you mean `lasting_s`?"),
        (r#"{ event = "holds" }"#, PackErrorKind::InvalidValue, "did you mean `hold`?"),
        (r#"{ says = "clent", phrases = ["а"] }"#, PackErrorKind::InvalidValue, "did you mean `client`?"),
        (
            r#"{ says = "agent", phrases = ["а"], in = { from = "agent_frist_word" } }"#,
            PackErrorKind::InvalidValue,
            "did you mean `agent_first_word`?",
        ),
        (
            r#"{ metric = "speakers.agent.words_per_minute", at_most = 1 }"#,
            PackErrorKind::InvalidValue,
            "did you mean `speakers.agent.words_per_min`?",
        ),
        (
            r#"{ says = "agent", phrases = ["а"], in = { from = "last_word", until = "first_word" } }"#,
            PackErrorKind::InvalidValue,
            "ends before it begins",
        ),
        (r#"{ event = "hold", at_least = 3, at_most = 2 }"#, PackErrorKind::InvalidValue, "both"),
        (r#"{ metric = "silence.ratio", at_least = 3, at_most = 2 }"#, PackErrorKind::InvalidValue, "both"),
        (r#"{ clock = { from = "08:00", until = "08:00" } }"#, PackErrorKind::InvalidValue, "begins"),
        ("{ }", PackErrorKind::MissingKey, "all, any"),
        ("{ all = [] }", PackErrorKind::InvalidValue, "empty"),
        ("{ all = [ }", PackErrorKind::Syntax, "TOML"),
    ] {
        let errors = Pack::parse(&pack_with(condition), "our.toml").expect_err(condition);
        let told = errors.to_string();
        assert_eq!((errors.first().kind(), errors.iter().count()), (kind, 1), "{told}");
        assert!(told.starts_with("our.toml:13:"), "{told}");
        assert!(told.contains('^') && told.contains(said), "{told}");
    }
}

#[test]
fn what_nothing_uses_is_checked_all_the_same() {
    for (unused, line) in [
        ("[windows.late]\nfrom = \"call_start\"\nuntill_s = 3\n", "untill_s"),
        ("[conditions.late]\nsays = \"agent\"\nphrases = [\"@nobody\"]\n", "nobody"),
        ("[conditions.late]\nuse = \"late\"\n", "contains itself"),
    ] {
        let pack = format!("{}{unused}", pack_with("{ known = \"company\" }"));
        let error = Pack::parse(&pack, "x").expect_err(unused).to_string();
        assert!(error.contains(line), "{error}");
    }
}

#[test]
fn lists_and_conditions_that_contain_themselves_are_refused() {
    let lists = format!(
        "{HEAD}[lists]\na = [\"@d\"]\nb = [\"@c\"]\nc = [\"слово\", \"@d\"]\nd = [\"@b\"]\n[[rules]]\n"
    );
    let errors = Pack::parse(&lists, "x").expect_err("a cycle");
    let error = errors.iter().find(|error| error.kind() == PackErrorKind::Cycle).expect("a cycle");
    assert!(error.message().ends_with("b → c → d → b"), "{errors}");
    let conditions = format!("{}[conditions.a]\nnot = {{ use = \"a\" }}\n", pack_with("{ use = \"a\" }"));
    assert_eq!(Pack::parse(&conditions, "x").expect_err("a cycle").first().kind(), PackErrorKind::Cycle);
}

#[test]
fn phrases_that_can_never_be_said_are_refused() {
    let brackets = format!("{}слово{}", "(".repeat(40), ")".repeat(40));
    for (phrase, told) in [
        ("дол[гж]", "no word has a `[`"),
        ("долг\\\\w+", "no word has a `"),
        ("^долг$", "no word has a `^`"),
        ("сло*во", "no word has a `*`"),
        ("дoлг", "Latin and Cyrillic"),
        ("..", "holds no word"),
        ("", "holds no word"),
        ("   ", "holds no word"),
        ("…", "no letter and no digit"),
        ("да - нет", "no letter and no digit"),
        ("алло!", "leave it out"),
        ("долг.*", "a full stop stands for itself"),
        (".* долг", "a full stop stands for itself"),
        ("{company}", "did you mean `#company`?"),
        ("{имя}", "what a call fills in is written #number"),
        ("это #compny", "did you mean `company`?"),
        ("@by", "did you mean `bye`?"),
        (brackets.as_str(), "too many brackets"),
    ] {
        let pack = pack_with(&format!(r#"{{ says = "agent", phrases = ["{phrase}"] }}"#));
        let error = Pack::parse(&pack, "x").expect_err(phrase).to_string();
        assert!(error.contains(told), "{phrase}: {error}");
    }
}

#[test]
fn lists_without_phrases_and_phrases_that_stand_twice_are_refused() {
    for (phrases, told) in [
        ("[]", "`phrases` holds no phrase"),
        (r#"["до связи", "всего", "До  связи"]"#, "stands in line 13 already"),
        (r#"["ещё (раз|два)", "еще (раз | два)"]"#, "stands in line 13 already"),
    ] {
        let pack = pack_with(&format!(r#"{{ says = "agent", phrases = {phrases} }}"#));
        let error = Pack::parse(&pack, "x").expect_err(phrases).to_string();
        assert!(error.contains(told), "{phrases}: {error}");
    }
    let forms = pack_with(r#"{ says = "agent", phrases = ["слово", "=слово", "слов*", "словом"] }"#);
    assert!(Pack::parse(&forms, "x").is_ok(), "other notations are other phrases");
}

/// A pack in which this is wrong at many places.
const WRONG_EVERYWHERE: &str = r#"
id = "ours"
version = 2
title = "Наш стандарт"
langauge = "ru"

[lists]
bye = ["до свидания", "дoлг", "@by"]
empty = []

[conditions.named]
says = "agnt"
phrases = ["^привет$", "ладно"]
in = "openning"

[[rules]]
id = "greeting"
title = "Приветствие"
text = "Оператор здоровается."
source = { document = "Стандарт", page = 3 }
severity = "bad"
points = -1
condition = { all = [{ use = "named" }, { use = "name" }, { event = "holds" }] }
reasons = { pass = "Да на {att}.", fail = "Нет." }

[[rules.examples]]
kind = "positive"
expect = "passed"
call = """
О: Добрый день.
[пауза 5]
К: Да.
Клиент молчит.
"""

[[rules]]
id = "greeting"
title = "Ещё раз"
text = "Оператор здоровается."
source = { document = "Стандарт" }
severity = "minor"
points = 1
condition = { says = "agent", phrases = ["@empty", "@bye", "алло"] }
"#;

#[test]
fn all_mistakes_are_told_at_once_each_where_it_stands() {
    let errors = Pack::parse(WRONG_EVERYWHERE, "ours.toml").expect_err("a wrong pack");
    insta::assert_snapshot!("all_mistakes", errors.to_string());
    assert_eq!(errors.left_out(), 0);
    let many = (0..150).map(|number| format!("unknown_{number} = 1\n")).collect::<Vec<_>>().concat();
    let many = Pack::parse(&format!("{many}{}", pack_with("{ known = \"company\" }")), "x");
    let many = many.expect_err("unknown keys");
    assert_eq!((many.iter().count(), many.left_out()), (100, 50));
    assert!(many.to_string().ends_with("50 more errors are not shown; mend these first"));
}

#[test]
fn points_of_which_no_sum_can_be_made_are_refused() {
    let pack =
        |points: &str| pack_with(r#"{ says = "agent", phrases = ["@bye"] }"#).replace("points = 2", points);
    for points in ["points = 0", "points = 2.5", "points = 1000000"] {
        assert!(Pack::parse(&pack(points), "x").is_ok(), "{points}");
    }
    for points in ["points = 1e308", "points = 1000001", "points = inf"] {
        let errors = Pack::parse(&pack(points), "x").expect_err(points);
        let kinds: Vec<PackErrorKind> = errors.iter().map(PackError::kind).collect();
        assert_eq!(kinds, [PackErrorKind::InvalidValue], "{points}: {errors}");
    }
}

#[test]
fn mistakes_in_the_syntax_are_told_once_each() {
    let pack = format!("note = \"a\nlanguage = \"ru\"\n\n\n{}", pack_with("{ all = [ }"));
    let errors = Pack::parse(&pack, "x").expect_err("no TOML");
    let lines: Vec<usize> = errors.iter().map(PackError::line).collect();
    assert_eq!(lines, [1, 17], "{errors}");
}

#[test]
fn a_rule_without_examples_is_warned_of() {
    let warnings = |pack: &str| -> Vec<String> {
        let pack = Pack::parse(pack, "x").unwrap_or_else(|errors| panic!("{errors}"));
        pack.warnings().iter().map(ToString::to_string).collect()
    };
    let pack = pack_with("{ known = \"company\" }");
    let told = warnings(&pack);
    assert!(told.len() == 1 && told[0].starts_with("x:7:6: the rule `r` has no examples"), "{told:?}");
    let example = "[[rules.examples]]\nkind = \"negative\"\nexpect = \"fail\"\ncall = \"О: Да.\"\n";
    assert!(warnings(&format!("{pack}{example}")).is_empty());
    assert!(warnings(&format!("{pack}enabled = false\n")).is_empty());
}

#[test]
fn a_failing_example_is_told_with_its_line() {
    let example =
        "[[rules.examples]]\nkind = \"negative\"\nexpect = \"pass\"\ncall = \"\"\"\nО: Да.\nК: Да.\"\"\"\n";
    let pack = format!("{}{example}", pack_with("{ known = \"company\" }"));
    let pack = Pack::parse(&pack, "ours.toml").unwrap_or_else(|errors| panic!("{errors}"));
    let failures = etalon_rules::test_examples(&pack);
    let places: Vec<(&str, usize, usize)> = failures
        .iter()
        .map(|failure| (failure.place.origin(), failure.place.line(), failure.place.column()))
        .collect();
    assert_eq!(places, [("ours.toml", 17, 10)]);
}

#[test]
fn a_named_condition_is_shared_and_judged_alike_wherever_it_is_used() {
    let named = "[conditions.thanks]\nsays = \"agent\"\nphrases = [\"спасибо\"]\n";
    for (condition, expected) in [
        (r#"{ all = [{ use = "thanks" }, { use = "thanks" }] }"#, Verdict::Pass),
        (r#"{ not = { use = "thanks" } }"#, Verdict::Fail),
        (r#"{ any = [{ not = { use = "thanks" } }, { use = "thanks" }] }"#, Verdict::Pass),
    ] {
        let pack = format!("{}{named}", pack_with(condition));
        let pack = Pack::parse(&pack, "x").unwrap_or_else(|errors| panic!("{errors}"));
        let call = Call::of(&[(Role::Agent, "Спасибо вам.")]);
        assert_eq!(evaluate(&[pack], &call.view()).rules[0].verdict, expected, "{condition}");
    }
}

#[test]
fn a_list_of_hundreds_of_thousands_of_phrases_is_read_in_seconds() {
    let phrase = |number: u32| format!("\"слово{number} и ещё {}\",", number / 7);
    let phrases = (0..330_000).map(phrase).collect::<Vec<_>>().concat();
    let pack = pack_with(r#"{ says = "agent", phrases = ["@many", "@more"] }"#)
        .replace("[lists]", &format!("[lists]\nmany = [{phrases}]\nmore = [\"@many да\"]\n"));
    let started = std::time::Instant::now();
    let pack = Pack::parse(&pack, "x").unwrap_or_else(|errors| panic!("{errors}"));
    let read_s = started.elapsed().as_secs_f64();
    let call = Call::of(&[(Role::Agent, "Тут слово77 и ещё 11 и другие слова подряд.")]);
    let evaluation = evaluate(&[pack], &call.view());
    let judged_s = started.elapsed().as_secs_f64() - read_s;
    println!("a list of 330,000 phrases: read in {read_s:.1} s, a call judged in {judged_s:.1} s");
    assert_eq!(evaluation.rules[0].verdict, Verdict::Pass);
    assert!(read_s < 300.0 && judged_s < 300.0, "{read_s} {judged_s}");
}

#[test]
fn packs_that_grow_without_end_are_refused() {
    let list = |number: usize| format!("l{number} = [\"@l{0}\", \"@l{0} да\"]\n", number - 1);
    let lists: String = (1..40).map(list).collect();
    let lists = pack_with(r#"{ says = "agent", phrases = ["@l39"] }"#)
        .replace("[lists]\n", &format!("[lists]\nl0 = [\"слово\"]\n{lists}"));
    let chain = |number: usize| format!("[conditions.c{number}]\nnot = {{ use = \"c{}\" }}\n", number + 1);
    let chain: String = (0..60).map(chain).collect();
    let chain = format!("{}{chain}[conditions.c60]\nknown = \"company\"\n", pack_with("{ use = \"c0\" }"));
    let tenfold = |number: usize| {
        let uses = vec![format!("{{ use = \"c{}\" }}", number + 1); 10].join(", ");
        format!("[conditions.c{number}]\nall = [{uses}]\n")
    };
    let tenfold: String = (0..9).map(tenfold).collect();
    let tenfold = format!("{}{tenfold}[conditions.c9]\nknown = \"company\"\n", pack_with("{ use = \"c0\" }"));
    for (pack, told) in
        [(lists, "has more than"), (chain, "use each other in a row"), (tenfold, "each `use` written out")]
    {
        let error = Pack::parse(&pack, "x").expect_err(told).to_string();
        assert!(error.contains(told), "{told}: {error}");
    }
}

#[test]
fn reasons_name_nothing_that_is_not_filled_in() {
    let pack = pack_with(r#"{ known = "company", otherwise = "Нет {name} на {at}." }"#);
    let error = Pack::parse(&pack, "x").expect_err("a placeholder").to_string();
    assert!(error.contains("`{name}`"), "{error}");
}

#[test]
fn an_explanation_shows_every_part_and_where_it_was_seen() {
    let condition = r#"{ all = [{ says = "agent", phrases = ["добрый день"] }, { not = { says = "agent", phrases = ["@bye"] } }] }"#;
    let pack = Pack::parse(&pack_with(condition), "test").unwrap_or_else(|error| panic!("{error}"));
    let call = Call::of(&[(Role::Agent, "Добрый день. До свидания.")]);
    let explanation = explain(&pack, "r", &call.view()).expect("the rule");
    let whole = explanation.condition.expect("a condition");
    assert_eq!((whole.holds, whole.line, whole.parts.len()), (Some(false), 13, 2));
    assert_eq!(whole.parts[0].places[0].quote.as_str(), "Добрый день.");
    assert_eq!(whole.parts[1].parts[0].holds, Some(true));
    assert!(explain(&pack, "no such rule", &call.view()).is_none());
}

fn any_line() -> impl Strategy<Value = (Role, String)> {
    let word = prop_oneof![
        Just("до"),
        Just("свидания"),
        Just("добрый"),
        Just("день,"),
        Just("не"),
        Just("меня"),
        Just("зовут"),
        Just("Инна"),
        Just("сайте?"),
        Just("—"),
        Just("12"),
        Just("тысяч"),
        Just("қазақша"),
        Just("hello"),
        Just("перезвоните"),
        Just("подождите"),
        Just("долг."),
        Just("a\u{301}"),
        Just("🙂"),
    ];
    let role = prop_oneof![Just(Role::Agent), Just(Role::Client), Just(Role::Unknown)];
    (role, proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" ")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_call_gets_one_finite_result_a_rule_and_the_same_again(
        lines in proptest::collection::vec(any_line(), 0..12),
        transcribed: bool,
        hold in proptest::option::of((0.0..20.0_f64, 0.0..200.0_f64)),
    ) {
        let lines: Vec<(Role, &str)> = lines.iter().map(|(role, text)| (*role, text.as_str())).collect();
        let mut call = Call::of(&lines);
        call.transcribed = transcribed;
        call.facts.company = vec!["агентство Опора".to_owned()];
        call.events.extend(hold.map(|(start_s, length_s)| {
            Event::new(EventKind::Hold { music: false, announced: None }, start_s, start_s + length_s)
        }));
        let packs: Vec<Pack> = etalon_rules::built_in_ids()
            .iter()
            .map(|id| Pack::parse(etalon_rules::built_in(id).expect("a source"), id).expect("a pack"))
            .collect();
        let first = evaluate(&packs, &call.view());
        let enabled = packs.iter().flat_map(Pack::rules).filter(|rule| rule.is_enabled()).count();
        prop_assert_eq!(first.rules.len(), enabled);
        prop_assert!(first.score.is_none_or(|score| (0.0..=100.0).contains(&score)));
        for result in &first.rules {
            prop_assert!(!result.reason.is_empty());
            prop_assert!(result.evidence.iter().all(|evidence| evidence.start_s <= evidence.end_s));
        }
        prop_assert_eq!(first, evaluate(&packs, &call.view()));
    }

    #[test]
    fn no_pack_text_makes_the_parser_panic(text in "\\PC{0,80}") {
        let _ = Pack::parse(&text, "x");
        let condition = format!("{{ says = \"agent\", phrases = ['''{text}'''] }}");
        let _ = Pack::parse(&pack_with(&condition), "x");
    }
}
