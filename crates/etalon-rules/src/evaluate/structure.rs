//! What kind of conversation it was: its stages and their order, its topics, its type, and a
//! survey's answer.

use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::evaluator::stages::StageStatus;
use crate::evaluate::finding::{Place, Truth};
use crate::language::pack::{Category, Pack, Survey};
use crate::lexicon::{COUNTED, GRADES, SCALE_WORDS};
use etalon_call::{ConversationStage, Evaluation, Role, round3};
use etalon_text::{SpokenNumber, numbers_in};

/// Adds what a pack tells of the conversation to what other packs told before.
pub(crate) fn add_structure(pack: &Pack, evaluator: &Evaluator<'_>, evaluation: &mut Evaluation) {
    let stages: Vec<&Category> = pack.stages.iter().collect();
    let statuses = evaluator.statuses_of_stages(&stages);
    if statuses.iter().any(|(_, status)| !matches!(status, StageStatus::Unmeasurable(_))) {
        let with_times = stages_with_times(&statuses, evaluator.view.audio.duration_s);
        let ids = |wanted: fn(&StageStatus) -> bool| {
            let such = statuses.iter().filter(move |(_, status)| wanted(status));
            such.map(|(stage, _)| stage.id.clone())
        };
        evaluation.stages.get_or_insert_default().extend(with_times);
        let missing = ids(|status| matches!(status, StageStatus::Missing));
        evaluation.stages_missing.get_or_insert_default().extend(missing);
        let misordered = ids(|status| matches!(status, StageStatus::Misordered(_)));
        evaluation.stages_misordered.get_or_insert_default().extend(misordered);
    }
    if let Some(topics) = heard(evaluator, &pack.topics) {
        evaluation.topics.get_or_insert_default().extend(topics);
    }
    let call_type = || heard(evaluator, &pack.call_types)?.into_iter().next();
    evaluation.call_type = evaluation.call_type.take().or_else(call_type);
    evaluation.nps = evaluation.nps.or_else(|| answer(evaluator, pack.survey.as_ref()?));
}

/// The stages that were found; each lasts until the next one begins.
fn stages_with_times(statuses: &[(&Category, StageStatus)], duration_s: f64) -> Vec<ConversationStage> {
    let mut found: Vec<(&str, f64)> = statuses
        .iter()
        .filter_map(|(stage, status)| match status {
            StageStatus::InOrder(place) | StageStatus::Misordered(place) => {
                Some((stage.id.as_str(), place.start_s))
            }
            StageStatus::Missing | StageStatus::Unmeasurable(_) => None,
        })
        .collect();
    found.sort_by(|left, right| left.1.total_cmp(&right.1));
    let end_of = |index: usize| found.get(index + 1).map_or(duration_s, |next| next.1);
    found
        .iter()
        .enumerate()
        .map(|(index, &(id, start_s))| ConversationStage {
            id: id.to_owned(),
            start_s: round3(start_s),
            end_s: round3(end_of(index).max(start_s)),
        })
        .collect()
}

/// The ids of the categories that are heard, in the order of the pack; nothing where none could be
/// listened for.
fn heard(evaluator: &Evaluator<'_>, categories: &[Category]) -> Option<Vec<String>> {
    let truths: Vec<(&Category, Truth)> = categories
        .iter()
        .map(|category| (category, evaluator.find(&category.shown_by, None).truth))
        .collect();
    let is_known = truths.iter().any(|(_, truth)| !matches!(truth, Truth::Unmeasurable(_)));
    let heard = truths.iter().filter(|(_, truth)| *truth == Truth::Holds);
    is_known.then(|| heard.map(|(category, _)| category.id.clone()).collect())
}

/// The first whole number from 0 to 10 that the client says after the question; of several
/// questions, the last one that was answered counts.
fn answer(evaluator: &Evaluator<'_>, survey: &Survey) -> Option<u8> {
    let question = evaluator.find(&survey.question, None);
    let mut asked: Vec<&Place> = question.places.iter().filter(|_| question.holds()).collect();
    asked.sort_by(|left, right| right.end_s.total_cmp(&left.end_s));
    asked.into_iter().find_map(|place| answer_after(evaluator, place.end_s, survey.answer_within_s))
}

fn answer_after(evaluator: &Evaluator<'_>, asked_s: f64, within_s: f64) -> Option<u8> {
    let transcript = evaluator.transcript;
    let answers = |token: &usize| {
        let start_s = transcript.tokens[*token].start_s;
        transcript.speaker(*token) == Role::Client && (asked_s..asked_s + within_s).contains(&start_s)
    };
    let tokens: Vec<usize> = (0..transcript.tokens.len()).filter(answers).collect();
    let words: Vec<&str> = tokens.iter().map(|&token| transcript.letters(token)).collect();
    let is_grade = |number: &SpokenNumber| {
        let ends_clause =
            transcript.tokens[tokens[number.words.end - 1]].written.ends_with([',', '.', '!', '?']);
        is_on_scale(&words, number) && (ends_clause || !counts_something(&words, number))
    };
    let in_numbers = numbers_in(&words).into_iter().filter(is_grade).map(|number| number.value);
    let in_words = words.iter().filter_map(|word| GRADES.value_of(word).copied());
    in_numbers.chain(in_words).next().map(|grade| grade as u8)
}

/// Whether a number is on the scale, and not the scale itself repeated.
fn is_on_scale(words: &[&str], number: &SpokenNumber) -> bool {
    let before = number.words.start.checked_sub(1).and_then(|position| words.get(position));
    let is_repeated = before.is_some_and(|before| SCALE_WORDS.contains(before));
    (0.0..=10.0).contains(&number.value) && number.value.fract() == 0.0 && !number.is_ordinal && !is_repeated
}

/// Whether it is the number of something: «один момент», «два раза».
fn counts_something(words: &[&str], number: &SpokenNumber) -> bool {
    words.get(number.words.end).is_some_and(|after| COUNTED.contains(after))
}
