//! Who said it, and when exactly: a transcript against the speech activity of the call.
//!
//! A speaker of the transcript whose name stands for a role (see [`SpeakerNames`]) is the speaker
//! of the call with that role, unless another one is active while it speaks: then the words go
//! where they are heard, and that is reported. Any other is the one who is active while it speaks,
//! summed over all that it says; and where a segment has no speaker at all, word by word or segment
//! by segment the one who is active then. Where the call has one speaker only, which is how both
//! sides on one channel look, everything is said by that one. What the names say of the roles goes
//! with the words, so that sides whose roles are not known otherwise, and those that share a
//! channel, have them from there.
//!
//! A word with a time goes into the region of activity that it shares most with, or into the
//! nearest one if that is close. Words without a time are spread over the activity of their segment
//! in proportion to their letters. What finds no activity is dropped and counted. Words that nobody
//! said are given to the same speakers, apart from the others.

use crate::active_time::ActiveTime;
use crate::speakers::SpeakerNames;
use crate::transcript::{SaidWord, Segment, Transcript};
use etalon_call::{RemovedWords, Role, Span, Utterance, Word, round3};
use std::borrow::Cow;

/// The shortest time a word is given, seconds.
const WORD_MIN_S: f64 = 0.04;

/// No word is spoken for longer than this, seconds; a transcript that says so means the pause
/// behind the word.
const WORD_MAX_S: f64 = 3.0;

/// The probability that a word carries whose transcript gives none. Such words are counted.
const CONFIDENCE_NOT_GIVEN: f64 = 1.0;

/// A name is contradicted when the speaker of its role is active for no more than this share of the
/// time of another one …
const CONTRADICTED_SHARE: f64 = 0.5;

/// … who is active for at least this long while it speaks, seconds.
const CONTRADICTED_MIN_S: f64 = 4.0;

/// One speaker of the call: who it is and when the signal holds its speech.
#[derive(Debug, Clone, Copy)]
pub struct SpeakerActivity<'a> {
    /// Which side it is.
    pub role: Role,
    /// Its speech regions, sorted and disjoint, seconds.
    pub regions: &'a [Span],
}

/// A transcript whose words have their speakers and their places.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlacedTranscript {
    /// The words of each speaker in the order in which the speakers were given: sorted by time,
    /// inside activity.
    pub words: Vec<Vec<Word>>,
    /// For each of these words the role of whoever the transcript says has said it; unknown where
    /// it does not say.
    pub declared_roles: Vec<Vec<Role>>,
    /// Speakers of the transcript whose names stand for a role, but who speak while somebody else
    /// is active: their words went there.
    pub contradicted_names: u32,
    /// For each speaker the words that were dropped because nobody spoke where they were said to
    /// be.
    pub words_outside_activity: Vec<u32>,
    /// For each speaker the words that nobody said, where the transcript has them, in order of
    /// time.
    pub removed: Vec<Vec<RemovedWords>>,
    /// Words that are kept and whose times are estimated, because the transcript gives none.
    pub words_time_estimated: u32,
    /// Words that are kept and whose transcript gives no probability; they carry 1.
    pub words_without_confidence: u32,
}

/// Gives the words of a transcript to the speakers of a call and puts them inside their activity.
///
/// A word that falls between two regions is moved to the nearer one if it is at most `shift_max_s`
/// seconds away. Without speakers there are no words.
pub fn place(
    transcript: &Transcript,
    speakers: &[SpeakerActivity<'_>],
    names: &SpeakerNames,
    shift_max_s: f64,
) -> PlacedTranscript {
    let mut speakers_words: Vec<SpeakerWords<'_>> =
        speakers.iter().map(|speaker| SpeakerWords::new(ActiveTime::new(speaker.regions))).collect();
    let mut who = Attribution::new(transcript, speakers, &speakers_words, names);
    let roles = declared_roles(transcript, names);
    for segment in &transcript.segments {
        let role = segment.speaker.and_then(|speaker| roles.get(speaker).copied()).unwrap_or(Role::Unknown);
        for (speaker, run) in who.runs(segment, &speakers_words) {
            if let Some(speaker) = speakers_words.get_mut(speaker) {
                speaker.declared_role = role;
                speaker.removed.extend(removed_words(run, segment));
                speaker.put(&said_words(run), segment.span, shift_max_s);
            }
        }
    }
    let mut placed =
        PlacedTranscript { contradicted_names: who.contradicted_names, ..PlacedTranscript::default() };
    for speaker in speakers_words {
        placed.words_time_estimated += speaker.time_estimated;
        placed.words_without_confidence += speaker.without_confidence;
        placed.words_outside_activity.push(speaker.outside_activity);
        placed.removed.push(speaker.removed);
        let (words, roles) = in_order(speaker.words);
        placed.words.push(words);
        placed.declared_roles.push(roles);
    }
    placed
}

/// The words that somebody said.
fn said_words(words: &[SaidWord]) -> Cow<'_, [SaidWord]> {
    if words.iter().all(|word| word.removed.is_none()) {
        return Cow::Borrowed(words);
    }
    words.iter().filter(|word| word.removed.is_none()).cloned().collect()
}

/// The words that nobody said, each row of them with its place: that of its words, or its share of
/// the segment.
fn removed_words(words: &[SaidWord], segment: &Segment) -> Vec<RemovedWords> {
    let in_all: usize = segment.words.iter().map(letters).sum();
    let share = |before: usize| {
        segment.span.start_s + segment.span.duration_s() * before as f64 / in_all.max(1) as f64
    };
    let mut before = 0;
    let mut removed = Vec::new();
    for row in words.chunk_by(|left, right| left.removed == right.removed) {
        let behind = before + row.iter().map(letters).sum::<usize>();
        if let Some(reason) = row[0].removed {
            let first_s = row[0].span.map(|span| span.start_s);
            let last_s = row[row.len() - 1].span.map(|span| span.end_s);
            removed.push(RemovedWords {
                reason,
                words: u32::try_from(row.len()).unwrap_or(u32::MAX),
                start_s: round3(first_s.unwrap_or_else(|| share(before))),
                end_s: round3(last_s.unwrap_or_else(|| share(behind))),
            });
        }
        before = behind;
    }
    removed
}

/// The role of each speaker of the transcript. Of two speakers the one without a role is on the
/// other side.
fn declared_roles(transcript: &Transcript, names: &SpeakerNames) -> Vec<Role> {
    let role = |name: &Utterance| names.role_of(name.as_str());
    let roles: Vec<Option<Role>> = transcript.speakers.iter().map(role).collect();
    let roles = match roles.as_slice() {
        [Some(one), None] => vec![Some(*one), other_side(*one)],
        [None, Some(other)] => vec![other_side(*other), Some(*other)],
        _ => roles,
    };
    roles.into_iter().map(|role| role.unwrap_or(Role::Unknown)).collect()
}

fn other_side(role: Role) -> Option<Role> {
    match role {
        Role::Agent => Some(Role::Client),
        Role::Client => Some(Role::Agent),
        Role::Unknown => None,
    }
}

/// Which speaker of the call each speaker of the transcript is.
struct Attribution {
    /// By the number of the transcript's speaker; none where nothing tells.
    by_speaker: Vec<Option<usize>>,
    /// Who said the word before, for one that nothing tells of.
    latest: usize,
    /// How many names stand for a role whose speaker is not the one that is active.
    contradicted_names: u32,
}

impl Attribution {
    fn new(
        transcript: &Transcript,
        speakers: &[SpeakerActivity<'_>],
        speakers_words: &[SpeakerWords<'_>],
        names: &SpeakerNames,
    ) -> Self {
        if speakers_words.len() == 1 {
            let by_speaker = vec![Some(0); transcript.speakers.len()];
            return Self { by_speaker, latest: 0, contradicted_names: 0 };
        }
        if names_nobody(transcript, names) {
            let by_speaker = vec![None; transcript.speakers.len()];
            return Self { by_speaker, latest: 0, contradicted_names: 0 };
        }
        let mut shared_s = vec![vec![0.0; speakers_words.len()]; transcript.speakers.len()];
        for segment in transcript.segments.iter().filter(|segment| segment.is_said()) {
            let Some(shared_s) = segment.speaker.and_then(|speaker| shared_s.get_mut(speaker)) else {
                continue;
            };
            for (shared_s, speaker) in shared_s.iter_mut().zip(speakers_words) {
                *shared_s += spans_of(segment).map(|span| speaker.activity.inside(span)).sum::<f64>();
            }
        }
        let by_name = transcript.speakers.iter().map(|name| of_role(names.role_of(name.as_str()), speakers));
        let found: Vec<(Option<usize>, Option<usize>, bool)> = by_name
            .zip(&shared_s)
            .map(|(named, shared_s)| {
                let active = most(shared_s);
                let contradicted =
                    named.zip(active).is_some_and(|(named, active)| contradicts(shared_s, named, active));
                (named, active, contradicted)
            })
            .collect();
        // Who took one side's name for the other's has done so with all.
        let is_doubtful = found.iter().any(|(.., contradicted)| *contradicted);
        let by_speaker = found
            .iter()
            .map(|(named, active, _)| if is_doubtful { active.or(*named) } else { named.or(*active) })
            .collect();
        let contradicted_names = found.iter().filter(|(.., contradicted)| *contradicted).count() as u32;
        Self { by_speaker, latest: 0, contradicted_names }
    }

    /// The segment's words in runs of one speaker of the call.
    fn runs<'s>(
        &mut self,
        segment: &'s Segment,
        speakers_words: &[SpeakerWords<'_>],
    ) -> Vec<(usize, &'s [SaidWord])> {
        let declared = segment.speaker.and_then(|speaker| self.by_speaker.get(speaker).copied().flatten());
        if let Some(speaker) = declared.or((speakers_words.len() == 1).then_some(0)) {
            self.latest = speaker;
            return vec![(speaker, &segment.words)];
        }
        let active_in = |span: Span| {
            most(&speakers_words.iter().map(|speaker| speaker.activity.inside(span)).collect::<Vec<_>>())
        };
        let for_all = active_in(segment.span);
        let speakers: Vec<usize> = segment
            .words
            .iter()
            .map(|word| {
                let active = word.span.map_or(for_all, active_in);
                self.latest = active.unwrap_or(self.latest);
                self.latest
            })
            .collect();
        let mut words = segment.words.as_slice();
        speakers
            .chunk_by(|left, right| left == right)
            .map(|run| {
                let (these, others) = words.split_at(run.len());
                words = others;
                (run[0], these)
            })
            .collect()
    }
}

/// Whether the transcript has one speaker only, whose name stands for no role: the channel of a
/// recording that was mixed down for it, so that nothing tells who spoke.
fn names_nobody(transcript: &Transcript, names: &SpeakerNames) -> bool {
    matches!(transcript.speakers.as_slice(), [only] if names.role_of(only.as_str()).is_none())
}

/// When a segment's words are said to be spoken: word by word where that is known of all, else all
/// of it.
fn spans_of(segment: &Segment) -> impl Iterator<Item = Span> + '_ {
    let timed = segment.is_timed();
    let words = segment.words.iter().filter_map(move |word| word.span.filter(|_| timed));
    words.chain((!timed).then_some(segment.span))
}

/// The one speaker of the call that has this role.
fn of_role(role: Option<Role>, speakers: &[SpeakerActivity<'_>]) -> Option<usize> {
    let role = role.filter(|role| *role != Role::Unknown)?;
    let mut same = speakers.iter().enumerate().filter(|(_, speaker)| speaker.role == role);
    same.next().filter(|_| same.next().is_none()).map(|(index, _)| index)
}

/// Whether somebody other than the named speaker is active while it speaks. `shared_s` has the time
/// of each.
fn contradicts(shared_s: &[f64], named: usize, active: usize) -> bool {
    shared_s[active] >= CONTRADICTED_MIN_S && shared_s[named] <= CONTRADICTED_SHARE * shared_s[active]
}

/// The index of the greatest value; none where two are equally great or there is nothing.
fn most(values: &[f64]) -> Option<usize> {
    let greatest = values.iter().copied().fold(0.0, f64::max);
    let mut indices = values.iter().enumerate().filter(|(_, value)| **value >= greatest);
    let (index, _) = indices.next()?;
    (greatest > 0.0 && indices.next().is_none()).then_some(index)
}

/// Where the words of one speaker of the call are put together.
struct SpeakerWords<'a> {
    activity: ActiveTime<'a>,
    /// The role of whoever is said to say what is put here next.
    declared_role: Role,
    words: Vec<(Word, Role)>,
    /// Where the latest word without a time ended, in active time: what follows it was said later.
    spread_until_s: f64,
    removed: Vec<RemovedWords>,
    outside_activity: u32,
    time_estimated: u32,
    without_confidence: u32,
}

impl<'a> SpeakerWords<'a> {
    fn new(activity: ActiveTime<'a>) -> Self {
        Self {
            activity,
            declared_role: Role::Unknown,
            words: Vec::new(),
            spread_until_s: 0.0,
            removed: Vec::new(),
            outside_activity: 0,
            time_estimated: 0,
            without_confidence: 0,
        }
    }

    /// Puts words that were said one after the other into the activity; `span` holds those of which
    /// no more is known.
    fn put(&mut self, words: &[SaidWord], span: Span, shift_max_s: f64) {
        let mut from_s = span.start_s;
        let mut rest = words;
        while let Some(first) = rest.first() {
            if let Some(said) = first.span {
                self.put_timed(first, said, shift_max_s);
                from_s = said.end_s;
                rest = &rest[1..];
                continue;
            }
            let untimed = rest.iter().take_while(|word| word.span.is_none()).count();
            let to_s = rest.get(untimed).and_then(|word| word.span).map_or(span.end_s, |next| next.start_s);
            self.spread(&rest[..untimed], Span { start_s: from_s, end_s: to_s.max(from_s) }, shift_max_s);
            rest = &rest[untimed..];
        }
    }

    fn put_timed(&mut self, word: &SaidWord, said: Span, shift_max_s: f64) {
        let said = Span { end_s: said.end_s.min(said.start_s + WORD_MAX_S), ..said };
        let Some(region) = self.activity.region_for(said, shift_max_s) else {
            self.outside_activity += 1;
            return;
        };
        let shortest_s = WORD_MIN_S.min(region.duration_s());
        let start_s = said.start_s.clamp(region.start_s, region.end_s - shortest_s);
        let end_s = said.end_s.clamp(start_s + shortest_s, region.end_s.max(start_s + shortest_s));
        self.keep(word, Span { start_s, end_s });
    }

    /// Spreads words over the activity inside `span` in proportion to their letters.
    fn spread(&mut self, words: &[SaidWord], span: Span, shift_max_s: f64) {
        let near = Span { start_s: span.start_s - shift_max_s, end_s: span.end_s + shift_max_s };
        let exact_s = self.activity.inside(span);
        let (span, active_s) =
            if exact_s > 0.0 { (span, exact_s) } else { (near, self.activity.inside(near)) };
        if active_s <= 0.0 {
            self.outside_activity += words.len() as u32;
            return;
        }
        // Segments of one speaker that overlap were said one after the other, as far as there is
        // time for that.
        let until_s = self.activity.until(span.end_s);
        let mut at_s = self.activity.until(span.start_s);
        if until_s - self.spread_until_s > active_s / 2.0 {
            at_s = at_s.max(self.spread_until_s);
        }
        let in_all: usize = words.iter().map(letters).sum();
        let each_s = (until_s - at_s) / in_all.max(1) as f64;
        for word in words {
            let end_s = at_s + each_s * letters(word) as f64;
            if let Some(place) = self.activity.stretch(at_s, end_s) {
                self.keep(word, place);
                self.time_estimated += 1;
            }
            at_s = end_s;
        }
        self.spread_until_s = self.spread_until_s.max(until_s);
    }

    fn keep(&mut self, word: &SaidWord, place: Span) {
        self.without_confidence += u32::from(word.confidence.is_none());
        let confidence = word.confidence.unwrap_or(CONFIDENCE_NOT_GIVEN);
        let word = Word::new(word.text.clone(), place.start_s, place.end_s, confidence);
        self.words.push((word, self.declared_role));
    }
}

fn letters(word: &SaidWord) -> usize {
    word.text.as_str().chars().filter(|character| character.is_alphanumeric()).count()
}

/// The words in order of time, none ending after the next one has begun.
fn in_order(mut words: Vec<(Word, Role)>) -> (Vec<Word>, Vec<Role>) {
    words.sort_by(|left, right| left.0.start_s.total_cmp(&right.0.start_s));
    let mut next_start_s = f64::INFINITY;
    for (word, _) in words.iter_mut().rev() {
        word.end_s = word.end_s.min(next_start_s);
        next_start_s = word.start_s;
    }
    words.into_iter().unzip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Certainty, Format};
    use etalon_call::RemovalReason;

    const AGENT: &[[f64; 2]] = &[[1.0, 3.0], [10.0, 12.0]];
    const CLIENT: &[[f64; 2]] = &[[4.0, 6.0], [13.0, 14.0]];

    /// `said` are segments: a speaker's name or nothing, start, end, words; `a@1.5` is a word with
    /// its start, 0.3 s long.
    fn transcript(said: &[(&str, f64, f64, &str)]) -> Transcript {
        let mut speakers: Vec<&str> =
            said.iter().map(|(name, ..)| *name).filter(|name| !name.is_empty()).collect();
        speakers.dedup();
        let word = |word: &str| {
            let (text, time) = word.split_once('@').unwrap_or((word, ""));
            let span = time.parse().ok().map(|start_s: f64| Span { start_s, end_s: start_s + 0.3 });
            SaidWord { text: text.into(), span, confidence: span.map(|_| 0.5), removed: None }
        };
        let segments = said
            .iter()
            .map(|(name, start_s, end_s, words)| Segment {
                speaker: speakers.iter().position(|speaker| speaker == name),
                span: Span { start_s: *start_s, end_s: *end_s },
                words: words.split_whitespace().map(word).collect(),
                certainty: Certainty::default(),
            })
            .collect();
        Transcript {
            format: Format::Turns,
            speakers: speakers.into_iter().map(Utterance::from).collect(),
            segments,
            segments_unreadable: 0,
        }
    }

    fn spans(regions: &[[f64; 2]]) -> Vec<Span> {
        regions.iter().copied().map(Span::from).collect()
    }

    fn placed(said: &[(&str, f64, f64, &str)], roles: [Role; 2]) -> PlacedTranscript {
        let (agent, client) = (spans(AGENT), spans(CLIENT));
        let speakers = [
            SpeakerActivity { role: roles[0], regions: &agent },
            SpeakerActivity { role: roles[1], regions: &client },
        ];
        place(&transcript(said), &speakers, &SpeakerNames::default(), 0.5)
    }

    fn texts(words: &[Word]) -> Vec<&str> {
        words.iter().map(|word| word.text.as_str()).collect()
    }

    /// Checks what each of two speakers said.
    fn check(said: &[(&str, f64, f64, &str)], agent: &[&str], client: &[&str], outside: [u32; 2]) {
        let placed = placed(said, [Role::Agent, Role::Client]);
        assert_eq!(texts(&placed.words[0]), agent, "{said:?}");
        assert_eq!(texts(&placed.words[1]), client, "{said:?}");
        assert_eq!(placed.words_outside_activity, outside, "{said:?}");
    }

    #[test]
    fn words_go_to_who_said_them() {
        // By the role that the name stands for, though the other speaks at that time: then nobody
        // said it.
        check(&[("agent", 1.0, 3.0, "а б"), ("клиент", 4.0, 6.0, "в")], &["а", "б"], &["в"], [0, 0]);
        check(&[("клиент", 1.0, 3.0, "а б")], &[], &[], [0, 2]);
        // By activity, over all that the speaker says, if there are others.
        let numbered = [("S1", 4.0, 6.5, "а"), ("S0", 1.0, 3.5, "б"), ("S1", 12.5, 14.0, "в")];
        check(&[numbered[1], numbered[0]], &["б"], &["а"], [0, 0]);
        check(&[numbered[0], numbered[2]], &[], &["а", "в"], [0, 0]);
        // One speaker of unknown role is everybody.
        check(&[("S1", 1.0, 3.0, "а"), ("S1", 4.0, 6.0, "б")], &["а"], &["б"], [0, 0]);
        // Without a speaker by segment, or by word where words have times.
        check(&[("", 0.5, 3.2, "а б"), ("", 4.0, 5.0, "в")], &["а", "б"], &["в"], [0, 0]);
        check(&[("", 1.0, 6.0, "а@1.5 б@2.5 в@4.5 г@5.0")], &["а", "б"], &["в", "г"], [0, 0]);
        check(&[("", 20.0, 21.0, "а б")], &[], &[], [2, 0]);
        check(&[], &[], &[], [0, 0]);
    }

    #[test]
    fn unknown_sides_are_told_apart_by_activity() {
        let placed =
            placed(&[("agent", 4.0, 6.0, "а"), ("client", 1.0, 3.0, "б")], [Role::Unknown, Role::Unknown]);
        assert_eq!((texts(&placed.words[0]), texts(&placed.words[1])), (vec!["б"], vec!["а"]));
    }

    #[test]
    fn one_speaker_of_the_call_says_everything() {
        let regions = spans(&[[1.0, 6.0]]);
        let both = [SpeakerActivity { role: Role::Unknown, regions: &regions }];
        let said = transcript(&[("agent", 1.0, 3.0, "а"), ("client", 3.0, 4.0, "б"), ("", 4.0, 5.0, "в")]);
        let placed = place(&said, &both, &SpeakerNames::default(), 0.5);
        assert_eq!(texts(&placed.words[0]), ["а", "б", "в"]);
        assert_eq!(placed.declared_roles, [[Role::Agent, Role::Client, Role::Unknown]]);
        let nobody = place(&said, &[], &SpeakerNames::default(), 0.5);
        assert_eq!(nobody, PlacedTranscript::default());
    }

    #[test]
    fn the_other_of_two_speakers_is_on_the_other_side() {
        use Role::{Agent, Client, Unknown};
        let roles =
            |said: &[(&str, f64, f64, &str)]| declared_roles(&transcript(said), &SpeakerNames::default());
        assert_eq!(roles(&[("оператор", 1.0, 2.0, "а"), ("S1", 3.0, 4.0, "б")]), [Agent, Client]);
        assert_eq!(roles(&[("S0", 1.0, 2.0, "а"), ("Customer", 3.0, 4.0, "б")]), [Agent, Client]);
        assert_eq!(roles(&[("S0", 1.0, 2.0, "а"), ("S1", 3.0, 4.0, "б")]), [Unknown, Unknown]);
        let three = [("agent", 1.0, 2.0, "а"), ("S1", 3.0, 4.0, "б"), ("S2", 4.0, 5.0, "в")];
        assert_eq!(roles(&three), [Agent, Unknown, Unknown]);
    }

    #[test]
    fn words_of_a_name_that_the_signal_contradicts_are_said_where_they_are_heard() {
        let said = [
            ("client", 1.0, 3.0, "а б"),
            ("agent", 4.0, 6.0, "в"),
            ("client", 10.0, 12.0, "г"),
            ("agent", 13.0, 14.0, "д"),
        ];
        // The three seconds of the agent alone would not be enough.
        let swapped = placed(&said, [Role::Agent, Role::Client]);
        assert_eq!(
            (texts(&swapped.words[0]), texts(&swapped.words[1])),
            (vec!["а", "б", "г"], vec!["в", "д"])
        );
        assert_eq!(swapped.contradicted_names, 1);
        assert_eq!(swapped.declared_roles[0], [Role::Client; 3]);
        assert_eq!(placed(&said, [Role::Client, Role::Agent]).contradicted_names, 0);
        // Where the sides are not known there is nothing to contradict.
        assert_eq!(placed(&said, [Role::Unknown; 2]).contradicted_names, 0);
    }

    #[test]
    fn words_without_times_are_spread_by_letters_and_counted() {
        let placed = placed(&[("agent", 0.0, 10.5, "а бвгд еж")], [Role::Agent, Role::Client]);
        // 2.5 s of activity over seven letters; the last word lies mostly behind the pause.
        let times: Vec<[f64; 2]> = placed.words[0].iter().map(|word| [word.start_s, word.end_s]).collect();
        assert_eq!(times, [[1.0, 1.357], [1.357, 2.786], [10.0, 10.5]]);
        assert_eq!((placed.words_time_estimated, placed.words_without_confidence), (3, 3));
    }

    #[test]
    fn words_that_nobody_said_are_given_to_the_same_speaker() {
        let mut transcript = transcript(&[("", 1.0, 3.0, "а бб вв г"), ("", 4.0, 6.0, "д@4.5 е@5.0")]);
        for (segment, word) in [(0, 1), (0, 2), (1, 1)] {
            transcript.segments[segment].words[word].removed = Some(RemovalReason::Repeated);
        }
        let (agent, client) = (spans(AGENT), spans(CLIENT));
        let speakers = [
            SpeakerActivity { role: Role::Agent, regions: &agent },
            SpeakerActivity { role: Role::Client, regions: &client },
        ];
        let placed = place(&transcript, &speakers, &SpeakerNames::default(), 0.5);
        assert_eq!((texts(&placed.words[0]), texts(&placed.words[1])), (vec!["а", "г"], vec!["д"]));
        let removed = |words, start_s, end_s| {
            vec![RemovedWords { reason: RemovalReason::Repeated, words, start_s, end_s }]
        };
        assert_eq!(placed.removed, [removed(2, 1.333, 2.667), removed(1, 5.0, 5.3)]);
    }

    #[test]
    fn words_with_times_keep_them_inside_activity() {
        let said = [("agent", 1.0, 12.0, "а@0.8 б@1.2 12 в@2.9 г@3.3 д@8.0")];
        let placed = placed(&said, [Role::Agent, Role::Client]);
        let times: Vec<[f64; 2]> = placed.words[0].iter().map(|word| [word.start_s, word.end_s]).collect();
        // «12» has no time of its own and lies between its neighbours; «д» is far from all speech.
        assert_eq!(times, [[1.0, 1.1], [1.2, 1.5], [1.5, 2.9], [2.9, 2.96], [2.96, 3.0]]);
        assert_eq!((placed.words_outside_activity[0], placed.words_time_estimated), (1, 1));
        assert_eq!(placed.words_without_confidence, 1);
    }
}
