//! Follows the conditions of one pack through one call.

use crate::CallView;
use crate::condition::{
    AcrossCalls, Clock, Condition, DaySet, EventName, Events, Fact, Node, SameLanguage, Says, Speaks, Zone,
};
use crate::finding::{Finding, Place, Truth};
use crate::language::foreign_turns;
use crate::matcher::{Match, Matcher};
use crate::measures::metric_finding;
use crate::moments::window_in_call;
use crate::pack::StageDefinition;
use crate::phrase::Phrase;
use crate::transcript::{Transcript, TurnWords};
use crate::window::Window;
use chrono::{Datelike, FixedOffset, Timelike, Weekday};
use etalon_call::{Event, EventKind, Role};

/// Words around a phrase in which an excluding phrase makes it void.
const EXCLUSION_REACH: usize = 6;

/// Words of a stretch that was searched in vain, quoted as evidence.
const SEARCHED_WORDS: usize = 40;

/// Share of words by nobody known above which the roles of a call count as unknown.
const UNKNOWN_SHARE: f64 = 0.2;

/// Applies conditions to one call.
pub(crate) struct Listener<'a> {
    pub(crate) view: &'a CallView<'a>,
    pub(crate) transcript: &'a Transcript,
    pub(crate) matcher: Matcher<'a>,
    pub(crate) stages: &'a [StageDefinition],
}

impl Listener<'_> {
    /// What a condition finds; `found` is the place that an enclosing `each` or `some` has found.
    pub(crate) fn find(&self, node: &Node, found: Option<&Place>) -> Finding {
        let mut finding = match &node.condition {
            Condition::All(parts) => self.all(parts, found),
            Condition::Any(parts) => self.any(parts, found),
            Condition::FirstMeasured(parts) => self.first_measured(parts, found),
            Condition::Not(part) => self.not(part, found),
            Condition::Says(says) => self.says(says, found),
            Condition::Speaks(speaks) => self.speaks(speaks, found),
            Condition::Events(events) => self.events(events, found),
            Condition::Metric(band) => metric_finding(band, self.view),
            Condition::Each { of, must } => self.each(of, must, found),
            Condition::Some { of, has } => self.some(of, has, found),
            Condition::Earlier { earlier, later } => self.earlier(earlier, later, found),
            Condition::Clock(clock) => self.clock(*clock),
            Condition::Known(fact) => Finding::of(self.knows(*fact)),
            Condition::SameLanguage(language) => self.same_language(*language),
            Condition::Stages(order) => self.stages_in_order(order),
            Condition::AcrossCalls(AcrossCalls::CallbackKept) => {
                Finding::unmeasurable("это показывают только следующие звонки тому же клиенту")
            }
            Condition::AcrossCalls(AcrossCalls::ContactFrequency) => {
                Finding::unmeasurable("это показывают только все звонки тому же клиенту вместе")
            }
        };
        if finding.fails()
            && let Some(reason) = &node.otherwise
        {
            finding.reasons = vec![reason.clone()];
        }
        finding
    }

    fn all(&self, parts: &[Node], found: Option<&Place>) -> Finding {
        let findings: Vec<Finding> = parts.iter().map(|part| self.find(part, found)).collect();
        if findings.iter().any(Finding::fails) {
            return gather(Truth::Fails, findings.into_iter().filter(Finding::fails));
        }
        match findings.iter().position(|finding| !finding.holds()) {
            Some(unmeasured) => findings.into_iter().nth(unmeasured).unwrap_or_else(|| Finding::of(false)),
            None => gather(Truth::Holds, findings.into_iter()),
        }
    }

    fn any(&self, parts: &[Node], found: Option<&Place>) -> Finding {
        let findings: Vec<Finding> = parts.iter().map(|part| self.find(part, found)).collect();
        if findings.iter().any(Finding::holds) {
            return gather(Truth::Holds, findings.into_iter().filter(Finding::holds));
        }
        match findings.iter().position(|finding| !finding.fails()) {
            Some(unmeasured) => findings.into_iter().nth(unmeasured).unwrap_or_else(|| Finding::of(false)),
            None => gather(Truth::Fails, findings.into_iter()),
        }
    }

    fn first_measured(&self, parts: &[Node], found: Option<&Place>) -> Finding {
        let mut unmeasured = None;
        for part in parts {
            let finding = self.find(part, found);
            if finding.holds() || finding.fails() {
                return finding;
            }
            unmeasured = unmeasured.or(Some(finding));
        }
        unmeasured.unwrap_or_else(|| Finding::of(false))
    }

    fn not(&self, part: &Node, found: Option<&Place>) -> Finding {
        let mut finding = self.find(part, found);
        finding.truth = match finding.truth {
            Truth::Holds => Truth::Fails,
            Truth::Fails => Truth::Holds,
            unmeasurable @ Truth::Unmeasurable(_) => unmeasurable,
        };
        finding.reasons.clear();
        finding
    }

    fn each(&self, of: &Node, must: &Node, found: Option<&Place>) -> Finding {
        let triggers = self.find(of, found);
        if let Truth::Unmeasurable(_) = triggers.truth {
            return triggers;
        }
        let findings: Vec<Finding> = triggers
            .places
            .iter()
            .map(|place| self.around(place, must, |finding| !finding.holds()))
            .collect();
        if findings.iter().any(Finding::fails) {
            return gather(Truth::Fails, findings.into_iter().filter(Finding::fails));
        }
        match findings.iter().position(|finding| !finding.holds()) {
            Some(unmeasured) => findings.into_iter().nth(unmeasured).unwrap_or(triggers),
            None => gather(Truth::Holds, findings.into_iter()),
        }
    }

    fn some(&self, of: &Node, has: &Node, found: Option<&Place>) -> Finding {
        let triggers = self.find(of, found);
        if let Truth::Unmeasurable(_) = triggers.truth {
            return triggers;
        }
        let findings: Vec<Finding> =
            triggers.places.iter().map(|place| self.around(place, has, Finding::holds)).collect();
        if findings.iter().any(Finding::holds) {
            return gather(Truth::Holds, findings.into_iter().filter(Finding::holds));
        }
        match findings.iter().position(|finding| !finding.fails()) {
            Some(unmeasured) => findings.into_iter().nth(unmeasured).unwrap_or(triggers),
            None => gather(Truth::Fails, findings.into_iter()),
        }
    }

    /// What a condition finds around a place; the place itself is evidence where `shows_place` says so.
    fn around(&self, place: &Place, node: &Node, shows_place: fn(&Finding) -> bool) -> Finding {
        let mut finding = self.find(node, Some(place));
        if shows_place(&finding) {
            finding.places.push(place.clone());
        }
        finding
    }

    fn earlier(&self, earlier: &Node, later: &Node, found: Option<&Place>) -> Finding {
        let first = self.find(earlier, found);
        let second = self.find(later, found);
        for finding in [&first, &second] {
            if let Truth::Unmeasurable(_) = finding.truth {
                return finding.clone();
            }
        }
        let starts = |finding: &Finding| finding.places.iter().map(|place| place.start_s).reduce(f64::min);
        let holds = match (starts(&first), starts(&second)) {
            (Some(first_s), Some(second_s)) => first_s < second_s,
            (Some(_), None) => true,
            (None, _) => false,
        };
        gather(if holds { Truth::Holds } else { Truth::Fails }, [first, second].into_iter())
    }

    fn says(&self, says: &Says, found: Option<&Place>) -> Finding {
        if let Some(cause) = self.deaf_to(says.by) {
            return Finding::unmeasurable(cause);
        }
        let needs_company =
            !says.phrases.is_empty() && says.phrases.iter().all(|phrase| phrase.needs_company);
        if needs_company && self.view.call.company.is_empty() {
            return Finding::unmeasurable("название компании не задано ни в манифесте, ни в настройках");
        }
        let Some(window) = self.window(&says.window, found) else { return Finding::of(false) };
        let mut matches: Vec<Match> = Vec::new();
        let phrases: Vec<&Phrase> =
            says.phrases.iter().filter(|phrase| self.matcher.may_occur(phrase)).collect();
        if phrases.is_empty() && !says.phrases.is_empty() {
            return self.not_said(says, window);
        }
        let (parts, at_most): (Vec<&[&Phrase]>, usize) = if says.first_of_each && !phrases.is_empty() {
            (phrases.chunks(1).collect(), 1)
        } else {
            (vec![&phrases], usize::MAX)
        };
        for part in parts {
            let found = self.turns_of(says.by).flat_map(|turn| self.said_in_turn(says, part, turn, window));
            matches.extend(found.take(at_most));
        }
        matches.sort_unstable();
        let places: Vec<Place> = matches.iter().map(|found| self.place(found.first, found.end)).collect();
        if places.is_empty() {
            return self.not_said(says, window);
        }
        Finding::of(places.len() >= says.at_least).with_places(places)
    }

    /// Nothing was said of what was looked for; what was said instead is shown.
    fn not_said(&self, says: &Says, window: (f64, f64)) -> Finding {
        let mut finding = Finding::of(says.at_least == 0);
        if says.window != Window::CALL {
            finding.searched = self.spoken(says.by, window);
        }
        finding
    }

    fn said_in_turn(
        &self,
        says: &Says,
        phrases: &[&Phrase],
        turn: &TurnWords,
        window: (f64, f64),
    ) -> Vec<Match> {
        let (first, end) = self.words_between(turn, window);
        if phrases.is_empty() {
            let mut sentences = self.questions(turn, says.in_question);
            sentences.retain(|sentence| sentence.first >= first && sentence.end <= end);
            return sentences;
        }
        let mut matches: Vec<Match> = phrases
            .iter()
            .flat_map(|phrase| self.matcher.find(phrase, (first, end), turn.first, says.options))
            .collect();
        matches.sort_unstable();
        matches.dedup_by(|right, left| right.first < left.end);
        matches.retain(|found| {
            !self.is_excluded(says, turn, *found) && self.confidence(*found) >= says.confidence
        });
        if let Some(wanted) = says.in_question {
            let questions = self.questions(turn, Some(true));
            let is_asked = |found: &Match| {
                questions.iter().any(|question| found.first < question.end && found.end > question.first)
            };
            matches.retain(|found| is_asked(found) == wanted);
        }
        matches
    }

    /// Mean confidence of the words of a match.
    fn confidence(&self, found: Match) -> f64 {
        let words = &self.transcript.tokens[found.first..found.end];
        words.iter().map(|word| word.confidence).sum::<f64>() / words.len().max(1) as f64
    }

    fn is_excluded(&self, says: &Says, turn: &TurnWords, found: Match) -> bool {
        let first = found.first.saturating_sub(EXCLUSION_REACH).max(turn.first);
        let end = (found.end + EXCLUSION_REACH).min(turn.end);
        says.unless
            .iter()
            .filter(|phrase| self.matcher.may_occur(phrase))
            .any(|phrase| !self.matcher.find(phrase, (first, end), turn.first, says.options).is_empty())
    }

    fn questions(&self, turn: &TurnWords, wanted: Option<bool>) -> Vec<Match> {
        let wanted = wanted.unwrap_or(true);
        self.transcript
            .sentences(turn)
            .into_iter()
            .filter(|sentence| self.transcript.is_question(*sentence) == wanted)
            .map(|sentence| Match { first: sentence.first, end: sentence.end })
            .collect()
    }

    fn speaks(&self, speaks: &Speaks, found: Option<&Place>) -> Finding {
        if let Some(cause) = self.deaf_to(speaks.by) {
            return Finding::unmeasurable(cause);
        }
        let Some(window) = self.window(&speaks.window, found) else { return Finding::of(false) };
        let words: usize = self
            .turns_of(speaks.by)
            .map(|turn| self.words_between(turn, window))
            .map(|(first, end)| end.saturating_sub(first))
            .sum();
        Finding::of(words >= speaks.at_least_words).with_places(self.spoken(speaks.by, window))
    }

    fn events(&self, events: &Events, found: Option<&Place>) -> Finding {
        if let Some(cause) = self.blind_to(events) {
            return Finding::unmeasurable(cause);
        }
        let Some((from_s, until_s)) = self.window(&events.window, found) else { return Finding::of(false) };
        let places: Vec<Place> = self
            .view
            .events
            .iter()
            .filter(|event| is_wanted(event, events))
            .filter(|event| event.start_s < until_s && event.end_s > from_s)
            .map(|event| self.event_place(event))
            .collect();
        let is_enough = events.at_least.is_none_or(|least| places.len() >= least);
        let is_not_too_much = events.at_most.is_none_or(|most| places.len() <= most);
        let count = places.len() as f64;
        Finding::of(is_enough && is_not_too_much).with_places(places).with_value(count)
    }

    /// Why events of a kind cannot be told from this recording.
    fn blind_to(&self, events: &Events) -> Option<String> {
        let metrics = self.view.metrics;
        match events.kind {
            EventName::Overlap if metrics.interruptions.by_agent.is_none() => {
                Some(crate::measures::cause(self.view, "interruptions"))
            }
            EventName::Shouting => {
                let speaker = metrics.speakers.get(events.by.unwrap_or(Role::Agent).name());
                let is_measured = speaker.is_some_and(|speaker| speaker.loudness_lufs.is_some());
                (!is_measured).then(|| crate::measures::cause(self.view, "speakers"))
            }
            EventName::Farewell => self.deaf_to(events.by.unwrap_or(Role::Agent)),
            _ => None,
        }
    }

    fn clock(&self, clock: Clock) -> Finding {
        let Some(started_at) = self.view.call.started_at else {
            return Finding::unmeasurable("время начала звонка неизвестно");
        };
        let started_at = match (clock.zone, self.client_offset()) {
            (Zone::Agent, _) => started_at,
            (Zone::Client, Some(offset)) => started_at.with_timezone(&offset),
            (Zone::Client, None) => {
                return Finding::unmeasurable(
                    "часовой пояс клиента неизвестен, нет столбца client_utc_offset",
                );
            }
        };
        let minute = started_at.hour() * 60 + started_at.minute();
        let is_weekend = matches!(started_at.weekday(), Weekday::Sat | Weekday::Sun);
        let is_day = match clock.days {
            DaySet::Every => true,
            DaySet::Weekdays => !is_weekend,
            DaySet::Weekend => is_weekend,
        };
        let is_time = if clock.from_minute <= clock.until_minute {
            (clock.from_minute..clock.until_minute).contains(&minute)
        } else {
            minute >= clock.from_minute || minute < clock.until_minute
        };
        Finding::of(is_day && is_time)
    }

    /// The offset of the client's clock, from the tag `client_utc_offset`, for instance `+05:00`.
    fn client_offset(&self) -> Option<FixedOffset> {
        self.view.call.tags.get("client_utc_offset")?.trim().parse().ok()
    }

    fn knows(&self, fact: Fact) -> bool {
        let call = self.view.call;
        match fact {
            Fact::StartedAt => call.started_at.is_some(),
            Fact::Company => !call.company.is_empty(),
            Fact::AgentName => call.agent_name.is_some(),
            Fact::ClientRef => call.client_ref.is_some(),
            Fact::Transcript => self.view.transcribed,
            Fact::HungUpByAgent => call.hung_up_by == Some(Role::Agent),
            Fact::HungUpByClient => call.hung_up_by == Some(Role::Client),
        }
    }

    fn same_language(&self, language: SameLanguage) -> Finding {
        for role in [Role::Agent, Role::Client] {
            if let Some(cause) = self.deaf_to(role) {
                return Finding::unmeasurable(cause);
            }
        }
        let foreign = foreign_turns(self.transcript);
        let places = foreign.iter().map(|turn| self.place(turn.first, turn.end)).collect();
        Finding::of(foreign.len() <= language.at_most_turns).with_places(places)
    }

    fn stages_in_order(&self, order: &[String]) -> Finding {
        let mut previous_s = f64::NEG_INFINITY;
        let mut finding = Finding::of(true);
        for id in order {
            let Some(stage) = self.stages.iter().find(|stage| stage.id == *id) else { continue };
            let shown = self.find(&stage.shown_by, None);
            if let Truth::Unmeasurable(_) = shown.truth {
                return shown;
            }
            let starts: Vec<&Place> = shown.places.iter().filter(|_| shown.holds()).collect();
            // A stage may come again; it is in order when one of its places follows the stage before.
            let place = starts.iter().find(|place| place.start_s >= previous_s).or(starts.first());
            match place {
                None => {
                    finding.truth = Truth::Fails;
                    finding.reasons.push(format!("Нет этапа «{}».", stage.title));
                }
                Some(place) if place.start_s < previous_s => {
                    finding.truth = Truth::Fails;
                    finding.reasons.push(format!("Этап «{}» не на своём месте.", stage.title));
                    finding.places.push((*place).clone());
                }
                Some(place) => {
                    previous_s = place.start_s;
                    finding.places.push((*place).clone());
                }
            }
        }
        finding
    }

    /// Why nothing can be said about the words of one side.
    fn deaf_to(&self, role: Role) -> Option<String> {
        if !self.view.transcribed {
            return Some("звонок не расшифрован".to_owned());
        }
        let all = self.transcript.tokens.len();
        let words_of = |role: Role| -> usize { self.turns_of(role).map(|turn| turn.end - turn.first).sum() };
        if all == 0 {
            return Some("в записи не расслышано ни одного слова".to_owned());
        }
        if words_of(Role::Unknown) as f64 > UNKNOWN_SHARE * all as f64 {
            return Some("на записи не различить, кто оператор, а кто клиент".to_owned());
        }
        (role == Role::Agent && words_of(Role::Agent) == 0)
            .then(|| "на записи не слышно ни одного слова оператора".to_owned())
    }

    fn window(&self, window: &Window, found: Option<&Place>) -> Option<(f64, f64)> {
        window_in_call(window, self.transcript, self.view.audio.duration_s, found)
    }

    fn turns_of(&self, role: Role) -> impl Iterator<Item = &TurnWords> {
        self.transcript.turns.iter().filter(move |turn| turn.speaker == role)
    }

    /// The words of a turn whose middle lies in the window: words decide, not turns.
    fn words_between(&self, turn: &TurnWords, (from_s, until_s): (f64, f64)) -> (usize, usize) {
        let middle_s = |token: usize| {
            let token = &self.transcript.tokens[token];
            f64::midpoint(token.start_s, token.end_s)
        };
        let inside = |token: &usize| (from_s..=until_s).contains(&middle_s(*token));
        let first = (turn.first..turn.end).find(inside).unwrap_or(turn.end);
        let end = (first..turn.end).rfind(inside).map_or(first, |token| token + 1);
        (first, end)
    }

    fn place(&self, first: usize, end: usize) -> Place {
        let (first_word, last_word) = (&self.transcript.tokens[first], &self.transcript.tokens[end - 1]);
        Place {
            start_s: first_word.start_s,
            end_s: last_word.end_s.max(first_word.start_s),
            speaker: Some(self.transcript.speaker(first)),
            tokens: Some((first, end)),
            quote: self.transcript.quote(first, end),
        }
    }

    fn event_place(&self, event: &Event) -> Place {
        let speaker = match event.kind {
            EventKind::Overlap { interrupter, .. } => Some(interrupter),
            EventKind::Farewell { speaker } | EventKind::Shouting { speaker } => Some(speaker),
            EventKind::Silence { .. } | EventKind::Hold { .. } => None,
        };
        let said = speaker.map(|speaker| self.spoken(speaker, (event.start_s, event.end_s)));
        let quote = said.and_then(|places| places.into_iter().next()).map(|place| place.quote);
        Place {
            start_s: event.start_s,
            end_s: event.end_s,
            speaker,
            tokens: None,
            quote: quote.unwrap_or_default(),
        }
    }

    /// What one side says in a stretch of time, turn by turn, no more words than evidence needs.
    fn spoken(&self, role: Role, window: (f64, f64)) -> Vec<Place> {
        let mut left = SEARCHED_WORDS;
        let mut places = Vec::new();
        for turn in self.turns_of(role) {
            let (first, end) = self.words_between(turn, window);
            let end = end.min(first + left);
            if first < end {
                left -= end - first;
                places.push(self.place(first, end));
            }
        }
        places
    }
}

fn gather(truth: Truth, findings: impl Iterator<Item = Finding>) -> Finding {
    let mut gathered = Finding::new(truth);
    for finding in findings {
        gathered.absorb(finding);
    }
    gathered
}

fn is_wanted(event: &Event, wanted: &Events) -> bool {
    let (kind, by, class, in_hold) = match event.kind {
        EventKind::Overlap { class, interrupter, .. } => {
            (EventName::Overlap, Some(interrupter), Some(class), None)
        }
        EventKind::Silence { in_hold } => (EventName::Silence, None, None, Some(in_hold)),
        EventKind::Hold { .. } => (EventName::Hold, None, None, None),
        EventKind::Farewell { speaker } => (EventName::Farewell, Some(speaker), None, None),
        EventKind::Shouting { speaker } => (EventName::Shouting, Some(speaker), None, None),
    };
    kind == wanted.kind
        && (wanted.by.is_none() || wanted.by == by)
        && (wanted.class.is_none() || wanted.class == class)
        && (wanted.in_hold.is_none() || wanted.in_hold == in_hold)
        && event.duration_s() >= wanted.lasting_s
}
