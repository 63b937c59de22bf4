//! Which role each speaker of a call has, and how that is known.

use crate::speech::SpeakerSpeech;
use crate::words::{CallWords, DeclaredNames, SpeakerWords, call_context};
use etalon_asr::SpeakerTranscript;
use etalon_call::{
    CallFacts, CallKind, Defect, Layout, LayoutSource, Role, RoleCue, RoleEvidence, RoleHypothesis, Span,
    TranscriptionCounts, Turn, Word, round3,
};
use etalon_dialogue::SpeakerTrack;
use etalon_roles::{AgentGuess, guess_agent, kind_of_call};

/// A result shows so many cues at most, the weightiest.
const CUES_AT_MOST: usize = 12;

/// What was declared of the roles is contradicted when the other hypothesis is this probable.
const CONTRADICTION_PROBABILITY: f64 = 0.99;

/// Voices that give less than this share of the speech to the same speakers as a transcript's names
/// do contradict it.
const AGREEMENT_MIN: f64 = 0.6;

/// A transcript's names give a channel a role when they agree for at least this share of its words.
const DECLARED_MIN_SHARE: f64 = 0.7;

/// The speakers of a call, and how their roles are known.
pub(crate) struct Speakers {
    all: Vec<SpeakerWords>,
    /// The language of the call, where it is known.
    pub(crate) language: Option<String>,
    /// How much was transcribed.
    pub(crate) counts: TranscriptionCounts,
    pub(crate) layout: Layout,
    pub(crate) layout_source: LayoutSource,
    pub(crate) evidence: Option<RoleEvidence>,
    /// Where the roles were declared, if they were.
    declared_by: Option<LayoutSource>,
    /// What is wrong with what was declared.
    pub(crate) defects: Vec<Defect>,
}

impl Speakers {
    /// Finds out who is who: by what was declared, otherwise by what they say.
    pub(crate) fn attribute(words: CallWords, facts: &CallFacts) -> Self {
        let layout = words.layout;
        let is_declared = layout.channels.iter().any(|(_, role)| *role != Role::Unknown);
        let mut speakers = Self {
            all: words.speakers,
            language: words.language,
            counts: words.counts,
            layout: layout.layout,
            layout_source: layout.source,
            evidence: None,
            declared_by: is_declared.then_some(layout.source),
            defects: layout.defects.into_iter().chain(words.defects).collect(),
        };
        match words.declared {
            DeclaredNames::None => {}
            DeclaredNames::OfSpeakers { agreement } => speakers.compare_with_voices(agreement),
            DeclaredNames::OfChannels(roles) => speakers.take_names(&roles),
        }
        speakers.name_roles(facts);
        speakers
    }

    /// Reports names of a transcript that contradict the voices.
    fn compare_with_voices(&mut self, agreement: Option<f64>) {
        self.declared_by = Some(LayoutSource::Transcript);
        if let Some(agreement) = agreement.filter(|agreement| *agreement < AGREEMENT_MIN) {
            let detail = format!(
                "the voices that are heard agree with the speakers of the transcript for {:.0} % of the speech; the transcript was followed",
                100.0 * agreement
            );
            self.defects.push(Defect::new("transcript_speakers_doubtful", detail));
        }
    }

    /// Takes the roles that a transcript gives to two channels of which nothing else was declared.
    fn take_names(&mut self, declared_roles: &[Vec<Role>]) {
        let roles: Vec<Role> = declared_roles.iter().map(|roles| role_of_most(roles)).collect();
        let layout = match roles.as_slice() {
            [Role::Agent, Role::Client | Role::Unknown] | [Role::Unknown, Role::Client] => Layout::AgentLeft,
            [Role::Client, Role::Agent | Role::Unknown] | [Role::Unknown, Role::Agent] => Layout::AgentRight,
            _ => return,
        };
        if let ([left, right], None) = (self.all.as_mut_slice(), self.declared_by) {
            (left.role, right.role) = match layout {
                Layout::AgentLeft => (Role::Agent, Role::Client),
                _ => (Role::Client, Role::Agent),
            };
            (self.layout, self.layout_source) = (layout, LayoutSource::Transcript);
            self.declared_by = Some(LayoutSource::Transcript);
        }
    }

    /// The speakers as the dialogue's measures want them.
    pub(crate) fn tracks<'a>(&'a self, language: &'a str) -> Vec<SpeakerTrack<'a>> {
        let track = |speaker: &'a SpeakerWords| SpeakerTrack {
            role: speaker.role,
            name: &speaker.speech.name,
            channel: speaker.speech.channel,
            analysis: &speaker.speech.analysis,
            words: speaker.words(),
            language,
        };
        self.all.iter().map(track).collect()
    }

    /// The number of the speaker of a turn.
    pub(crate) fn speaker_of(&self, turn: &Turn) -> Option<usize> {
        self.all.iter().position(|speaker| {
            speaker.role == turn.speaker
                && turn.unknown_speaker.as_ref().is_none_or(|name| *name == speaker.speech.name)
        })
    }

    /// Whether the call is transcribed.
    pub(crate) fn are_transcribed(&self) -> bool {
        self.all.iter().any(|speaker| speaker.transcript.is_some())
    }

    /// What was said by each speaker; empty where the call is not transcribed.
    pub(crate) fn transcripts(&self) -> Vec<&SpeakerTranscript> {
        self.all.iter().filter_map(|speaker| speaker.transcript.as_ref()).collect()
    }

    /// What kind of conversation they have; none where nothing was transcribed.
    pub(crate) fn kind(&self) -> Option<CallKind> {
        let said: Vec<&[Word]> = self.all.iter().filter_map(SpeakerWords::words).collect();
        let mut tones: Vec<Span> =
            self.all.iter().flat_map(|speaker| speaker.speech.analysis.tones.iter().copied()).collect();
        tones.sort_by(|left, right| left.start_s.total_cmp(&right.start_s));
        // Voices that share a channel have its tones in common.
        tones.dedup();
        kind_of_call(&said, &tones)
    }

    /// Names the roles that were not declared, and checks those that were.
    fn name_roles(&mut self, facts: &CallFacts) {
        let said: Vec<&[Word]> = self.all.iter().filter_map(SpeakerWords::words).collect();
        if said.len() < self.all.len() || said.is_empty() {
            return;
        }
        let guess = guess_agent(&said, &call_context(facts));
        if self.declared_by.is_some() {
            self.check(&guess);
        } else {
            self.take(&guess);
        }
        self.evidence = Some(self.evidence(guess));
    }

    /// Takes the roles that are probable enough. A third voice has no role: nobody knows whose side
    /// it is on.
    fn take(&mut self, guess: &AgentGuess) {
        if let [only] = self.all.as_mut_slice() {
            only.role = match guess.agent() {
                Some(_) => Role::Agent,
                None if guess.is_not_agent(0) => Role::Client,
                None => Role::Unknown,
            };
            return;
        }
        let Some(agent) = guess.agent() else { return };
        self.all[agent].role = Role::Agent;
        let others = (0..self.all.len()).filter(|&speaker| speaker != agent);
        let talk_s = |speaker: &usize| self.all[*speaker].speech.talk_s();
        if let Some(client) = others.max_by(|left, right| talk_s(left).total_cmp(&talk_s(right))) {
            self.all[client].role = Role::Client;
        }
        if self.layout == Layout::Unknown {
            self.layout = if agent == 0 { Layout::AgentLeft } else { Layout::AgentRight };
            self.layout_source = LayoutSource::Text;
        }
    }

    /// Reports roles that what is said contradicts; what was declared stays.
    fn check(&mut self, guess: &AgentGuess) {
        let (kind, what) = match self.layout {
            Layout::AgentLeft | Layout::AgentRight => ("channels_swapped", "layout"),
            _ => ("roles_swapped", "roles"),
        };
        let declared = self.all.iter().position(|speaker| speaker.role == Role::Agent);
        let heard =
            guess.probabilities.iter().position(|&probability| probability >= CONTRADICTION_PROBABILITY);
        if let (Some(declared), Some(heard)) = (declared, heard)
            && declared != heard
        {
            let detail = format!(
                "{} was told to be the agent's, but {} speaks as one (probability {:.3}); the told {what} was kept",
                self.all[declared].speech.written(),
                self.all[heard].speech.written(),
                guess.probabilities[heard]
            );
            self.defects.push(Defect::new(kind, detail));
        }
        self.check_lone_client(guess);
    }

    /// Reports a client who is heard alone and speaks as the agent does.
    fn check_lone_client(&mut self, guess: &AgentGuess) {
        let ([only], [probability]) = (self.all.as_slice(), guess.probabilities.as_slice()) else { return };
        if only.role == Role::Client && *probability >= CONTRADICTION_PROBABILITY {
            let detail = format!(
                "{} was told to be the client's, but speaks as the agent (probability {probability:.3}); the told layout was kept",
                only.speech.written()
            );
            self.defects.push(Defect::new("channels_swapped", detail));
        }
    }

    fn evidence(&self, guess: AgentGuess) -> RoleEvidence {
        let name = |speaker: usize| self.all[speaker].speech.name.clone();
        let of_speaker = |(speaker, probability): (usize, &f64)| RoleHypothesis {
            speaker: name(speaker),
            role: self.all[speaker].role,
            agent_probability: round3(*probability),
        };
        let hypotheses = guess.probabilities.iter().enumerate().map(of_speaker).collect();
        let mut cues = guess.cues;
        cues.sort_by(|left, right| right.weight.abs().total_cmp(&left.weight.abs()));
        cues.truncate(CUES_AT_MOST);
        cues.sort_by(|left, right| left.start_s.total_cmp(&right.start_s));
        let cue = |cue: etalon_roles::RoleCue| RoleCue {
            speaker: name(cue.speaker),
            cue: cue.cue,
            weight: round3(cue.weight),
            start_s: round3(cue.start_s),
        };
        RoleEvidence { hypotheses, told_by: self.declared_by, cues: cues.into_iter().map(cue).collect() }
    }
}

impl SpeakerWords {
    /// The words in order of time; none where the call is not transcribed.
    fn words(&self) -> Option<&[Word]> {
        self.transcript.as_ref().map(|transcript| transcript.words.as_slice())
    }
}

impl SpeakerSpeech {
    /// The name as people write it.
    fn written(&self) -> String {
        self.name.replace('_', " ")
    }

    fn talk_s(&self) -> f64 {
        self.analysis.regions.iter().map(Span::duration_s).sum()
    }
}

/// The role that a transcript gives to most words of a channel.
fn role_of_most(roles: &[Role]) -> Role {
    let of_most = |role: &Role| {
        let own = roles.iter().filter(|other| *other == role).count();
        own as f64 >= DECLARED_MIN_SHARE * roles.len().max(1) as f64
    };
    [Role::Agent, Role::Client].into_iter().find(of_most).unwrap_or(Role::Unknown)
}
