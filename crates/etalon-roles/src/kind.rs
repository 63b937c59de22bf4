//! Classifies a call: a dialogue with the client, a machine, an announcement, or a third person.
//!
//! The evidence has three parts. Each phrase of `lexicons/kinds.txt` that is said adds its weight
//! to its kind, once. Each sentence is classified by models trained on the texts of machines
//! (`corpus/kinds.txt`, `examples/learn_kinds.rs`, `lexicons/kinds.weights`). The third part is the
//! timeline of the call. Machines do not converse, so each change of speakers between sentences
//! that are no machine's is evidence against a machine, as is each such sentence. A repeated text
//! is evidence for one, and so is a single beep, with which answering machines start their
//! recording. The sums are log odds against a dialogue, from which all kinds get probabilities. If
//! none is high enough, the kind is unknown.

use crate::lexicon::{entries, occurrences, spoken};
use crate::sentence_model::{SentenceModel, log_odds};
use crate::sentences::{Sentence, named_sentences, sentences};
use crate::sides::CONVERSATIONS;
use etalon_call::{CallKind, ConversationKind, KindCue, Span, Word, round3};
use etalon_sentence::Encoder;
use etalon_text::{ListedPhrase, tokens};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Least probability of a machine or a third person.
const KIND_MIN_PROBABILITY: f64 = 0.7;

/// Least probability of a dialogue: a word or two may be anybody's.
const DIALOGUE_MIN_PROBABILITY: f64 = 0.85;

/// Prior log odds of a machine: most answered calls are dialogues.
const MACHINE_PRIOR: f64 = -3.0;

/// Prior log odds of a third person.
const THIRD_PERSON_PRIOR: f64 = -3.0;

/// Weight of a beep, below the prior: some lines beep while they are recorded.
const BEEP_WEIGHT: f64 = 2.5;

/// Duration of a beep, seconds.
const BEEP_S: std::ops::RangeInclusive<f64> = 0.15..=2.0;

/// Busy tones, keys, and the tones of a recorded line repeat within this time, seconds; a beep does
/// not.
const BEEP_ALONE_S: f64 = 20.0;

/// Weight of each change of speakers against a machine.
const CHANGE_WEIGHT: f64 = 1.0;

/// Least log odds of a machine's sentence: one of a hundred sentences of held-out dialogues reaches
/// this, and three of four of machines do.
const MACHINE_SENTENCE_MIN: f64 = 0.3;

/// Weight of such a sentence beside its log odds, as it is much rarer in a dialogue …
const MACHINE_SENTENCE_WEIGHT: f64 = 2.5;

/// … and the largest sum of both.
const SENTENCE_TELLS_AT_MOST: f64 = 4.5;

/// Phrases and sentences mostly carry the same evidence: this share of the smaller sum counts.
const SAME_EVIDENCE_SHARE: f64 = 0.25;

/// Largest weight of the words for a kind: a long menu is one menu.
const SAID_TELLS_AT_MOST: f64 = 7.0;

/// Weight of a sentence between people against a machine.
const CONVERSATION_WEIGHT: f64 = 0.3;

/// Weight for a machine if only one speaker has words.
const ALONE_WEIGHT: f64 = 1.0;

/// The shortest repeated text that counts as a machine's, words.
const REPEATED_WORDS_MIN: usize = 5;

/// Weight of such a text beside other evidence.
const REPEATED_WEIGHT: f64 = 1.5;

/// The cues that are not phrases of the list: all sentences together, a repeated text, a beep.
const WORDING: &str = "meaning";
const REPEATED: &str = "repeated";
const BEEP: &str = "beep";

/// The kinds with a model, in the order of `lexicons/kinds.weights`.
const MACHINES: [ConversationKind; 3] =
    [ConversationKind::Voicemail, ConversationKind::Unavailable, ConversationKind::Ivr];

struct Phrase {
    kind: ConversationKind,
    weight: f64,
    written: String,
    words: ListedPhrase,
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| parse(include_str!("../lexicons/kinds.txt")));

static MODELS: LazyLock<Option<[SentenceModel; 3]>> = LazyLock::new(|| {
    let parts: Vec<&str> = include_str!("../lexicons/kinds.weights").split("\n\n").collect();
    let models: Option<Vec<SentenceModel>> = parts.into_iter().map(SentenceModel::parse).collect();
    models?.try_into().ok()
});

/// Trains the model of each kind of machine, in the order of `lexicons/kinds.weights`.
pub fn learn_kinds(encoder: &Encoder) -> [SentenceModel; 3] {
    MACHINES.map(|kind| learn_kind(kind, encoder))
}

/// Trains a model to separate a kind of machine from people and other machines.
pub fn learn_kind(kind: ConversationKind, encoder: &Encoder) -> SentenceModel {
    let people = CONVERSATIONS.into_iter().flat_map(named_sentences).map(|(_, sentence)| (false, sentence));
    let of_machines = named_sentences(include_str!("../corpus/kinds.txt"));
    let of_machines = of_machines.map(|(name, sentence)| (name == kind.name(), sentence));
    let said: BTreeSet<(bool, String)> = people.chain(of_machines).collect();
    SentenceModel::learn(&said, encoder)
}

/// The models as text, separated by empty lines.
pub fn learned_kinds_as_text(models: &[SentenceModel]) -> String {
    models.iter().map(SentenceModel::as_text).collect::<Vec<_>>().join("\n")
}

fn parse(text: &str) -> Vec<Phrase> {
    let entry = |(name, rest): (&str, &str)| {
        let kind = ConversationKind::ALL.into_iter().find(|kind| kind.name() == name)?;
        let (weight, written) = rest.split_once(' ')?;
        Some(Phrase {
            kind,
            weight: weight.parse().ok()?,
            written: written.to_owned(),
            words: ListedPhrase::parse(written),
        })
    };
    entries(text).filter_map(entry).collect()
}

/// Classifies a call. `said` has the words of each speaker, `tones` the steady tones of all
/// channels, both in order of time. None without words, or if the evidence is too weak.
pub fn kind_of_call(said: &[&[Word]], tones: &[Span]) -> Option<CallKind> {
    if said.iter().all(|words| words.is_empty()) {
        return None;
    }
    let sentences = Judged::all(said);
    let mut cues = phrases(said);
    cues.extend(wordings(&sentences));
    cues.extend(repeated(&sentences, &cues));
    cues.extend(beep(said, tones).map(|cue| (ConversationKind::Voicemail, cue)));
    cues.sort_by(|left, right| left.1.start_s.total_cmp(&right.1.start_s));
    let alone = said.iter().filter(|words| !words.is_empty()).count() == 1;
    let against = against_machines(&sentences, &cues) - if alone { ALONE_WEIGHT } else { 0.0 };
    let odds = |kind: ConversationKind| {
        let weight = weight_of(&cues, kind);
        match kind {
            ConversationKind::Dialogue => 1.0,
            ConversationKind::ThirdPerson => (weight + THIRD_PERSON_PRIOR).exp(),
            _ => (weight + MACHINE_PRIOR - against).exp(),
        }
    };
    let sum: f64 = ConversationKind::ALL.into_iter().map(odds).sum();
    let (name, probability) = ConversationKind::ALL
        .into_iter()
        .map(|kind| (kind, odds(kind) / sum))
        .max_by(|left, right| left.1.total_cmp(&right.1).then(right.0.cmp(&left.0)))?;
    let is_dialogue = name == ConversationKind::Dialogue;
    let least = if is_dialogue { DIALOGUE_MIN_PROBABILITY } else { KIND_MIN_PROBABILITY };
    let cues = if is_dialogue { Vec::new() } else { of_kind(&cues, name).cloned().collect() };
    (probability >= least).then(|| CallKind { name, probability: round3(probability), cues })
}

type Cue = (ConversationKind, KindCue);

fn of_kind(cues: &[Cue], kind: ConversationKind) -> impl Iterator<Item = &KindCue> {
    cues.iter().filter(move |(cue_kind, _)| *cue_kind == kind).map(|(_, cue)| cue)
}

/// The total weight of the evidence for a kind.
fn weight_of(cues: &[Cue], kind: ConversationKind) -> f64 {
    let sum = |is_kind: &dyn Fn(&str) -> bool| -> f64 {
        of_kind(cues, kind).filter(|cue| is_kind(&cue.cue)).map(|cue| cue.weight).sum()
    };
    let by_wording = sum(&|cue| cue == WORDING);
    let by_course = sum(&|cue| cue == BEEP || cue == REPEATED);
    let by_phrases = sum(&|_| true) - by_wording - by_course;
    let by_all = by_phrases.max(by_wording) + SAME_EVIDENCE_SHARE * by_phrases.min(by_wording);
    by_all.min(SAID_TELLS_AT_MOST) + by_course
}

/// A sentence with its speaker and the log odds of each model.
struct Judged {
    speaker: usize,
    sentence: Sentence,
    log_odds: [f64; 3],
}

impl Judged {
    /// The sentences of all speakers in order of time.
    fn all(said: &[&[Word]]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (speaker, words) in said.iter().enumerate() {
            let sentences = sentences(words);
            let judged = match MODELS.as_ref() {
                Some([voicemail, unavailable, ivr]) => log_odds(&sentences, [voicemail, unavailable, ivr]),
                None => vec![[0.0; 3]; sentences.len()],
            };
            let with_odds = sentences.into_iter().zip(judged);
            all.extend(with_odds.map(|(sentence, log_odds)| Self { speaker, sentence, log_odds }));
        }
        all.sort_by(|left, right| left.sentence.start_s.total_cmp(&right.sentence.start_s));
        all
    }

    /// The most likely kind of machine and the weight of the sentence, if its log odds are high
    /// enough.
    fn machine(&self) -> Option<(ConversationKind, f64)> {
        let of_kinds = MACHINES.into_iter().zip(self.log_odds);
        let (kind, log_odds) = of_kinds.max_by(|left, right| left.1.total_cmp(&right.1))?;
        let tells =
            (log_odds + MACHINE_SENTENCE_WEIGHT).min(SENTENCE_TELLS_AT_MOST) * self.sentence.confidence;
        (log_odds >= MACHINE_SENTENCE_MIN).then_some((kind, tells))
    }
}

/// The listed phrases that are said.
fn phrases(said: &[&[Word]]) -> Vec<Cue> {
    let spoken: Vec<Vec<(String, f64)>> = said.iter().map(|words| spoken(words)).collect();
    PHRASES
        .iter()
        .filter_map(|phrase| {
            let times = spoken.iter().flat_map(|spoken| {
                occurrences(&phrase.words, spoken).into_iter().map(|place| spoken[place.start].1)
            });
            let start_s = round3(times.reduce(f64::min)?);
            Some((phrase.kind, KindCue { cue: phrase.written.clone(), weight: phrase.weight, start_s }))
        })
        .collect()
}

/// The joint evidence of all sentences of each kind.
fn wordings(sentences: &[Judged]) -> Vec<Cue> {
    let of_kind = |kind: ConversationKind| {
        let own: Vec<(f64, f64)> = sentences
            .iter()
            .filter_map(|judged| {
                Some((judged.sentence.start_s, judged.machine().filter(|(other, _)| *other == kind)?.1))
            })
            .collect();
        let (start_s, weight) = (own.first()?.0, own.iter().map(|(_, weight)| weight).sum());
        Some((kind, KindCue { cue: WORDING.to_owned(), weight: round3(weight), start_s: round3(start_s) }))
    };
    MACHINES.into_iter().filter_map(of_kind).collect()
}

/// A repeated text, for the kinds that have other evidence.
fn repeated(sentences: &[Judged], cues: &[Cue]) -> Vec<Cue> {
    let mut read: BTreeSet<(usize, Vec<String>)> = BTreeSet::new();
    let again = sentences.iter().find(|judged| {
        let words = tokens(&judged.sentence.text);
        words.len() >= REPEATED_WORDS_MIN && !read.insert((judged.speaker, words))
    });
    let Some(again) = again else { return Vec::new() };
    let start_s = round3(again.sentence.start_s);
    let cue = || KindCue { cue: REPEATED.to_owned(), weight: REPEATED_WEIGHT, start_s };
    let is_spoken_for = |kind: &ConversationKind| of_kind(cues, *kind).next().is_some();
    MACHINES.into_iter().filter(is_spoken_for).map(|kind| (kind, cue())).collect()
}

/// Evidence against a machine: people who take turns, and their sentences. Sentences of the same
/// speaker right before and after a machine's sentence count as the machine's, badly recognized.
fn against_machines(sentences: &[Judged], cues: &[Cue]) -> f64 {
    let is_cue = |judged: &Judged| {
        judged.machine().is_some() || cues.iter().any(|(_, cue)| judged.sentence.holds(cue.start_s))
    };
    let of_machine: Vec<bool> = sentences.iter().map(is_cue).collect();
    let is_beside = |place: usize, other: usize| {
        of_machine.get(other) == Some(&true) && sentences[place].speaker == sentences[other].speaker
    };
    let is_people = |place: &usize| {
        !of_machine[*place] && !is_beside(*place, place.wrapping_sub(1)) && !is_beside(*place, place + 1)
    };
    let people: Vec<&Judged> =
        (0..sentences.len()).filter(is_people).map(|place| &sentences[place]).collect();
    let changes = people.chunk_by(|left, right| left.speaker == right.speaker).count().saturating_sub(1);
    let said = people.iter().filter(|judged| !judged.sentence.text.is_empty()).count();
    CHANGE_WEIGHT * changes as f64 + CONVERSATION_WEIGHT * said as f64
}

/// A beep after the first word. Ringing comes before it; busy tones and those of a recorded line
/// repeat.
fn beep(said: &[&[Word]], tones: &[Span]) -> Option<KindCue> {
    let begun = said.iter().filter_map(|words| words.first());
    let first_word_s = begun.map(|word| word.start_s).reduce(f64::min)?;
    let later = &tones[tones.partition_point(|tone| tone.start_s <= first_word_s)..];
    let follows_closely = |place: usize| {
        place > 0 && later.get(place).is_some_and(|tone| tone.start_s - later[place - 1].end_s < BEEP_ALONE_S)
    };
    let is_beep = |place: &usize| {
        BEEP_S.contains(&later[*place].duration_s())
            && !follows_closely(*place)
            && !follows_closely(place + 1)
    };
    let place = (0..later.len()).find(is_beep)?;
    Some(KindCue { cue: BEEP.to_owned(), weight: BEEP_WEIGHT, start_s: round3(later[place].start_s) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ConversationKind::{Dialogue, Ivr, ThirdPerson, Unavailable, Voicemail};

    fn check(lines: &[(usize, &str)], expected: Option<ConversationKind>) {
        check_with_tones(lines, &[], expected);
    }

    /// Lines in order, each with its speaker; a word takes 0.4 s.
    fn check_with_tones(lines: &[(usize, &str)], tones: &[[f64; 2]], expected: Option<ConversationKind>) {
        let tones: Vec<Span> = tones.iter().copied().map(Span::from).collect();
        let mut said: [Vec<Word>; 2] = Default::default();
        let mut start_s = 0.0;
        for (speaker, line) in lines {
            for word in line.split_whitespace() {
                said[*speaker].push(Word::new(word, start_s, start_s + 0.3, 1.0));
                start_s += 0.4;
            }
        }
        let kind = kind_of_call(&said.each_ref().map(Vec::as_slice), &tones);
        assert_eq!(kind.as_ref().map(|kind| kind.name), expected, "{lines:?}: {kind:?}");
        assert_eq!(kind.is_some_and(|kind| kind.cues.is_empty()), expected == Some(Dialogue), "{lines:?}");
    }

    #[test]
    fn machines_and_third_persons_are_known_by_what_they_say() {
        check(
            &[(1, "Здравствуйте, я не могу подойти к телефону. Оставьте сообщение после сигнала.")],
            Some(Voicemail),
        );
        check(
            &[
                (1, "Оставьте ваше сообщение после звукового сигнала"),
                (0, "Добрый день, перезвоните нам, пожалуйста"),
            ],
            Some(Voicemail),
        );
        check(&[(0, "Аппарат абонента выключен или находится вне зоны действия сети.")], Some(Unavailable));
        check(&[(0, "Ваш звонок очень важен для нас. Дождитесь ответа оператора.")], Some(Ivr));
        check(&[(1, "If you know your party's number press 1, for billing press 2")], Some(Ivr));
        check(
            &[(0, "Позовите Ивана, пожалуйста."), (1, "А его нет дома, что ему передать?")],
            Some(ThirdPerson),
        );
        check(&[(1, "Сигналдан кейін хабарлама қалдырыңыз")], Some(Voicemail));
    }

    #[test]
    fn a_conversation_is_a_dialogue_whatever_it_is_about() {
        check(
            &[
                (0, "Ваш звонок очень важен для нас. Нажмите один."),
                (0, "Анна, добрый день."),
                (1, "Добрый день, у меня карта не работает."),
                (0, "Назовите ваше имя."),
                (1, "Иван."),
                (0, "Спасибо."),
                (1, "Что дальше?"),
                (0, "Проверяю."),
            ],
            Some(Dialogue),
        );
        let about = [
            (0, "Я вам звонил и просил оставить сообщение."),
            (1, "Да."),
            (0, "И?"),
            (1, "Нет, я его не слушала."),
            (0, "Тогда скажу сейчас."),
            (1, "Говорите."),
        ];
        check(&about, Some(Dialogue));
        check(&about[..3], None);
        check(&[(0, "Добрый день."), (1, "Алло.")], Some(Dialogue));
        check(&[], None);
    }

    #[test]
    fn a_beep_helps_to_know_a_machine_and_makes_none() {
        let garbled =
            [(1, "Здравствуйте, не могу ответить на ваш звонок. Ставьте со общение."), (0, "Позвоните мне.")];
        check(&garbled, None);
        check_with_tones(&garbled, &[[4.5, 5.0]], Some(Voicemail));
        check_with_tones(&garbled, &[[-3.0, -2.0], [4.5, 5.0]], Some(Voicemail));
        // Busy tones, a tone every fifteen seconds, a long whistle, a beep before anybody speaks.
        check_with_tones(&garbled, &[[4.5, 4.9], [19.5, 19.9]], None);
        check_with_tones(&garbled, &[[4.0, 4.4], [4.8, 5.2]], None);
        check_with_tones(&garbled, &[[4.5, 7.0]], None);
        check_with_tones(&[(0, "Добрый день."), (1, "Алло.")], &[[-0.4, -0.1]], Some(Dialogue));
        let about = [
            (0, "Не могу ответить на ваш звонок, говорили вы."),
            (1, "Да."),
            (0, "И?"),
            (1, "Нет."),
            (0, "Скажу сейчас."),
            (1, "Говорите."),
            (0, "Вы должны за март."),
        ];
        check_with_tones(&about, &[[1.0, 1.3]], Some(Dialogue));
    }

    #[test]
    fn every_line_of_the_list_is_a_phrase() {
        let lines = include_str!("../lexicons/kinds.txt").lines();
        assert_eq!(PHRASES.len(), lines.filter(|line| !line.is_empty() && !line.starts_with('#')).count());
        assert!(PHRASES.iter().all(|phrase| phrase.weight > 0.0 && !phrase.words.is_empty()));
    }
}
