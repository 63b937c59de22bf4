//! Whether a dialogue with the client takes place, or a machine, an announcement or somebody else answers.
//!
//! Each phrase of `lexicons/kinds.txt` that is said adds its weight to its kind, once. A machine does not converse: every
//! change of speakers after the last such phrase speaks against it, so that a menu before a conversation, or a conversation
//! about messages, stays a dialogue. A beep that stands alone, as answering machines give it when the message may begin, is
//! a sign of one too. The sum is taken as the logarithm of the odds.

use crate::lexicon::{entries, occurrences, phrase, spoken};
use etalon_call::{CallKind, ConversationKind, KindCue, Span, Word, round3};
use etalon_text::ListedWord;
use std::sync::LazyLock;

/// Below this probability a call is a dialogue.
const KIND_MIN_PROBABILITY: f64 = 0.7;

/// What has to be overcome before a machine is believed in: of the calls that are answered most are dialogues.
const MACHINE_PRIOR: f64 = -3.0;

/// The same for somebody other than the client.
const THIRD_PERSON_PRIOR: f64 = -2.0;

/// What a beep weighs: less than has to be overcome, because some lines beep while they are recorded.
const BEEP_WEIGHT: f64 = 2.0;

/// The shortest and the longest tone that is a beep, seconds.
const BEEP_S: std::ops::RangeInclusive<f64> = 0.15..=2.0;

/// Busy tones, keys, and the tones of a line that is recorded come again within this time, seconds; a beep does not.
const BEEP_ALONE_S: f64 = 20.0;

/// What each change of speakers speaks against a machine.
const CHANGE_WEIGHT: f64 = 0.7;

struct Phrase {
    kind: ConversationKind,
    weight: f64,
    written: String,
    words: Vec<ListedWord>,
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| parse(include_str!("../lexicons/kinds.txt")));

fn parse(text: &str) -> Vec<Phrase> {
    let entry = |(name, rest): (&str, &str)| {
        let kind = ConversationKind::ALL.into_iter().find(|kind| kind.name() == name)?;
        let (weight, written) = rest.split_once(' ')?;
        Some(Phrase {
            kind,
            weight: weight.parse().ok()?,
            written: written.to_owned(),
            words: phrase(written),
        })
    };
    entries(text).filter_map(entry).collect()
}

/// What kind of conversation it is. `said` has the words of each speaker in order of time, `tones` the steady tones of all
/// channels in order of time; nothing is known without words.
pub fn kind_of_call(said: &[&[Word]], tones: &[Span]) -> Option<CallKind> {
    if said.iter().all(|words| words.is_empty()) {
        return None;
    }
    let mut cues = cues(said);
    cues.extend(beep(said, tones).map(|cue| (ConversationKind::Voicemail, cue)));
    cues.sort_by(|left, right| left.1.start_s.total_cmp(&right.1.start_s));
    let best = ConversationKind::ALL
        .into_iter()
        .filter(|kind| *kind != ConversationKind::Dialogue)
        .map(|kind| (kind, probability(kind, &cues, said)))
        .max_by(|left, right| left.1.total_cmp(&right.1).then(right.0.cmp(&left.0)));
    let (name, probability) = best.unwrap_or((ConversationKind::Dialogue, 0.0));
    let is_sure = probability >= KIND_MIN_PROBABILITY;
    let cues = cues.into_iter().filter(|(kind, _)| is_sure && *kind == name).map(|(_, cue)| cue).collect();
    Some(if is_sure {
        CallKind { name, probability: round3(probability), cues }
    } else {
        CallKind { name: ConversationKind::Dialogue, probability: round3(1.0 - probability), cues }
    })
}

fn cues(said: &[&[Word]]) -> Vec<(ConversationKind, KindCue)> {
    let spoken: Vec<Vec<(String, f64)>> = said.iter().map(|words| spoken(words)).collect();
    PHRASES
        .iter()
        .filter_map(|phrase| {
            let times = spoken.iter().flat_map(|spoken| {
                occurrences(&phrase.words, spoken).into_iter().map(|place| spoken[place].1)
            });
            let start_s = round3(times.reduce(f64::min)?);
            Some((phrase.kind, KindCue { cue: phrase.written.clone(), weight: phrase.weight, start_s }))
        })
        .collect()
}

/// A beep after somebody spoke. Ringing comes before; busy tones, and those of a line that is recorded, come again.
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
    Some(KindCue { cue: "beep".to_owned(), weight: BEEP_WEIGHT, start_s: round3(later[place].start_s) })
}

fn probability(kind: ConversationKind, cues: &[(ConversationKind, KindCue)], said: &[&[Word]]) -> f64 {
    let own = || cues.iter().filter(|(cue_kind, _)| *cue_kind == kind).map(|(_, cue)| cue);
    let weight: f64 = own().map(|cue| cue.weight).sum();
    let log_odds = if kind.is_dialogue() {
        weight + THIRD_PERSON_PRIOR
    } else {
        let last_s = own().map(|cue| cue.start_s).fold(0.0, f64::max);
        weight + MACHINE_PRIOR - CHANGE_WEIGHT * changes_after(last_s, said) as f64
    };
    1.0 / (1.0 + (-log_odds).exp())
}

/// How often the speaker changes after a time, seconds.
fn changes_after(time_s: f64, said: &[&[Word]]) -> usize {
    let mut words: Vec<(f64, usize)> = said
        .iter()
        .enumerate()
        .flat_map(|(speaker, words)| words.iter().map(move |word| (word.start_s, speaker)))
        .filter(|(start_s, _)| *start_s >= time_s)
        .collect();
    words.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    words.chunk_by(|left, right| left.1 == right.1).count().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ConversationKind::{Dialogue, Ivr, ThirdPerson, Unavailable, Voicemail};

    fn check(lines: &[(usize, &str)], expected: Option<ConversationKind>) {
        check_with_tones(lines, &[], expected);
    }

    /// Lines in the order in which they are said, each with its speaker; a word takes 0.4 s.
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
        let about = [(0, "Я вам звонил и просил оставить сообщение."), (1, "Да."), (0, "И?"), (1, "Нет.")];
        check(&about, Some(Dialogue));
        check(&[(0, "Добрый день."), (1, "Алло.")], Some(Dialogue));
        check(&[], None);
    }

    #[test]
    fn a_beep_helps_to_know_a_machine_and_makes_none() {
        let garbled =
            [(1, "Здравствуйте, не могу ответить на ваш звонок. Ставьте со общение."), (0, "Позвоните мне.")];
        check(&garbled, Some(Dialogue));
        check_with_tones(&garbled, &[[4.5, 5.0]], Some(Voicemail));
        check_with_tones(&garbled, &[[-3.0, -2.0], [4.5, 5.0]], Some(Voicemail));
        // Busy tones, a tone every fifteen seconds, a long whistle, a beep before anybody speaks.
        check_with_tones(&garbled, &[[4.5, 4.9], [19.5, 19.9]], Some(Dialogue));
        check_with_tones(&garbled, &[[4.0, 4.4], [4.8, 5.2]], Some(Dialogue));
        check_with_tones(&garbled, &[[4.5, 7.0]], Some(Dialogue));
        check_with_tones(&[(0, "Добрый день."), (1, "Алло.")], &[[-0.4, -0.1]], Some(Dialogue));
        let about = [
            (0, "Не могу ответить на ваш звонок, говорили вы."),
            (1, "Да."),
            (0, "И?"),
            (1, "Нет."),
            (0, "Ну."),
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
