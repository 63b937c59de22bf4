//! Who the speakers of a call are: each channel's, or each voice of a channel that holds both sides, with their roles.

use etalon_asr::CallTranscript;
use etalon_call::{
    CallFacts, CallKind, Defect, Layout, LayoutSource, Role, RoleCue, RoleEvidence, RoleHypothesis, Span,
    Turn, Word, round3,
};
use etalon_dialogue::SpeakerTrack;
use etalon_diarize::{
    AgentGuess, CallContext, RoleAssignment, ToldSpeakers, VoiceSettings, Voices, guess_agent, kind_of_call,
    settle, speakers_as_told,
};
use etalon_vad::{ChannelAnalysis, SyllableNucleus};

/// A result shows so many cues at most, the weightiest.
const CUES_AT_MOST: usize = 12;

/// What is told of the roles is contradicted when the other hypothesis is this probable.
const CONTRADICTION_PROBABILITY: f64 = 0.99;

/// Voices that give less than this share of the speech to the same speakers as a transcript's names do contradict it.
const AGREEMENT_MIN: f64 = 0.6;

/// A transcript's names give a channel a role when they agree for at least this share of its words.
const TOLD_MIN_SHARE: f64 = 0.7;

/// One speaker of a call.
pub(crate) struct Speaker {
    role: Role,
    /// `channel_1`, `voice_2`: what the speaker is called whatever the role.
    name: String,
    /// The place of the speaker's channel among those that carry a side.
    channel: usize,
    analysis: ChannelAnalysis,
    /// None when the call was not transcribed.
    words: Option<Vec<Word>>,
}

/// The speakers of a call, and how their roles are known.
pub(crate) struct Speakers {
    all: Vec<Speaker>,
    pub(crate) layout: Layout,
    pub(crate) layout_source: LayoutSource,
    pub(crate) evidence: Option<RoleEvidence>,
    /// Who told the roles, if anybody did.
    told_by: Option<LayoutSource>,
    /// What is wrong with what was told.
    pub(crate) defects: Vec<Defect>,
}

impl Speakers {
    /// Finds out who is who. `voices` are those of the one channel that carries a side, where it was listened to;
    /// `told_roles` has for each word of each channel the role that a transcript from elsewhere gives to whoever said it.
    pub(crate) fn find(
        roles: &RoleAssignment,
        analyses: Vec<ChannelAnalysis>,
        transcript: Option<&CallTranscript>,
        told_roles: &[Vec<Role>],
        voices: Option<Voices>,
        facts: &CallFacts,
        settings: &VoiceSettings,
    ) -> Self {
        let words = |channel: usize| {
            transcript.map(|transcript| {
                transcript.channels.get(channel).map(|heard| heard.words.clone()).unwrap_or_default()
            })
        };
        let shared_words = words(0).unwrap_or_default();
        let told = match (analyses.as_slice(), told_roles) {
            ([shared], [roles]) => speakers_as_told(&shared.regions, &shared_words, roles, voices.as_ref()),
            _ => None,
        };
        let voices = match &told {
            Some(told) => Some(told.voices.clone()),
            None => voices.map(|voices| settle(voices, &shared_words, &call_context(facts), settings)),
        };
        let channels = analyses.into_iter().zip(&roles.channels).enumerate();
        let all: Vec<Speaker> = channels
            .flat_map(|(channel, (analysis, &(_, role)))| {
                let name = format!("channel_{}", channel + 1);
                let speaker = Speaker { role, name, channel, analysis, words: words(channel) };
                match voices.as_ref().filter(|voices| voices.speakers > 1) {
                    Some(voices) => by_voice(&speaker, voices),
                    None => vec![speaker],
                }
            })
            .collect();
        let were_told = roles.channels.iter().any(|(_, role)| *role != Role::Unknown);
        let mut speakers = Self {
            all,
            layout: roles.layout,
            layout_source: roles.source,
            evidence: None,
            told_by: were_told.then_some(roles.source),
            defects: Vec::new(),
        };
        match told {
            Some(told) => speakers.take_told(&told),
            None => speakers.take_names(told_roles),
        }
        speakers.name_roles(facts);
        speakers
    }

    /// Takes the roles that a transcript gives to those who share a channel.
    fn take_told(&mut self, told: &ToldSpeakers) {
        for (speaker, role) in self.all.iter_mut().zip(&told.roles) {
            speaker.role = *role;
        }
        self.told_by = Some(LayoutSource::Transcript);
        if let Some(agreement) = told.agreement.filter(|agreement| *agreement < AGREEMENT_MIN) {
            let detail = format!(
                "the voices that are heard agree with the speakers of the transcript for {:.0} % of the speech; the transcript was followed",
                100.0 * agreement
            );
            self.defects.push(Defect::new("transcript_speakers_doubtful", detail));
        }
    }

    /// Takes the roles that a transcript gives to two channels of which nothing else was told.
    fn take_names(&mut self, told_roles: &[Vec<Role>]) {
        let roles: Vec<Role> = told_roles.iter().map(|roles| role_of_most(roles)).collect();
        let layout = match roles.as_slice() {
            [Role::Agent, Role::Client | Role::Unknown] | [Role::Unknown, Role::Client] => Layout::AgentLeft,
            [Role::Client, Role::Agent | Role::Unknown] | [Role::Unknown, Role::Agent] => Layout::AgentRight,
            _ => return,
        };
        if let ([left, right], None) = (self.all.as_mut_slice(), self.told_by) {
            (left.role, right.role) = match layout {
                Layout::AgentLeft => (Role::Agent, Role::Client),
                _ => (Role::Client, Role::Agent),
            };
            (self.layout, self.layout_source) = (layout, LayoutSource::Transcript);
            self.told_by = Some(LayoutSource::Transcript);
        }
    }

    /// The speakers as the dialogue's measures want them.
    pub(crate) fn tracks<'a>(&'a self, language: &'a str) -> Vec<SpeakerTrack<'a>> {
        let track = |speaker: &'a Speaker| SpeakerTrack {
            role: speaker.role,
            name: &speaker.name,
            channel: speaker.channel,
            analysis: &speaker.analysis,
            words: speaker.words.as_deref(),
            language,
        };
        self.all.iter().map(track).collect()
    }

    /// The place of the channel on which a turn was spoken, among those that carry a side.
    pub(crate) fn channel_of(&self, turn: &Turn) -> Option<usize> {
        let has_spoken = |speaker: &&Speaker| {
            speaker.role == turn.speaker
                && turn.unknown_speaker.as_ref().is_none_or(|name| *name == speaker.name)
        };
        self.all.iter().find(has_spoken).map(|speaker| speaker.channel)
    }

    /// What kind of conversation they have; none where nothing was transcribed.
    pub(crate) fn kind(&self) -> Option<CallKind> {
        let said: Vec<&[Word]> = self.all.iter().filter_map(|speaker| speaker.words.as_deref()).collect();
        let mut tones: Vec<Span> =
            self.all.iter().flat_map(|speaker| speaker.analysis.tones.iter().copied()).collect();
        tones.sort_by(|left, right| left.start_s.total_cmp(&right.start_s));
        // Voices that share a channel have its tones in common.
        tones.dedup();
        kind_of_call(&said, &tones)
    }

    /// Names the roles that were not told, and checks those that were.
    fn name_roles(&mut self, facts: &CallFacts) {
        let said: Vec<&[Word]> = self.all.iter().filter_map(|speaker| speaker.words.as_deref()).collect();
        if said.len() < self.all.len() || said.is_empty() {
            return;
        }
        let guess = guess_agent(&said, &call_context(facts));
        if self.told_by.is_some() {
            self.check(&guess);
        } else {
            self.take(&guess);
        }
        self.evidence = Some(self.evidence(guess));
    }

    /// Takes the roles that are probable enough. A third voice has no role: nobody knows whose side it is on.
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
        let talk_s = |speaker: &usize| self.all[*speaker].talk_s();
        if let Some(client) = others.max_by(|left, right| talk_s(left).total_cmp(&talk_s(right))) {
            self.all[client].role = Role::Client;
        }
        if self.layout == Layout::Unknown {
            self.layout = if agent == 0 { Layout::AgentLeft } else { Layout::AgentRight };
            self.layout_source = LayoutSource::Text;
        }
    }

    /// Reports roles that what is said contradicts; what was told stays.
    fn check(&mut self, guess: &AgentGuess) {
        let (kind, what) = match self.layout {
            Layout::AgentLeft | Layout::AgentRight => ("channels_swapped", "layout"),
            _ => ("roles_swapped", "roles"),
        };
        let told = self.all.iter().position(|speaker| speaker.role == Role::Agent);
        let heard =
            guess.probabilities.iter().position(|&probability| probability >= CONTRADICTION_PROBABILITY);
        if let (Some(told), Some(heard)) = (told, heard)
            && told != heard
        {
            let detail = format!(
                "{} was told to be the agent's, but {} speaks as one (probability {:.3}); the told {what} was kept",
                self.all[told].written(),
                self.all[heard].written(),
                guess.probabilities[heard]
            );
            self.defects.push(Defect::new(kind, detail));
        }
    }

    fn evidence(&self, guess: AgentGuess) -> RoleEvidence {
        let name = |speaker: usize| self.all[speaker].name.clone();
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
        let cue = |cue: etalon_diarize::RoleCue| RoleCue {
            speaker: name(cue.speaker),
            cue: cue.cue,
            weight: round3(cue.weight),
            start_s: round3(cue.start_s),
        };
        RoleEvidence { hypotheses, told_by: self.told_by, cues: cues.into_iter().map(cue).collect() }
    }
}

impl Speaker {
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
        own as f64 >= TOLD_MIN_SHARE * roles.len().max(1) as f64
    };
    [Role::Agent, Role::Client].into_iter().find(of_most).unwrap_or(Role::Unknown)
}

/// One speaker for each voice of a channel.
fn by_voice(channel: &Speaker, voices: &Voices) -> Vec<Speaker> {
    (0..voices.speakers)
        .map(|voice| {
            let words = channel.words.as_ref().map(|words| voices.words_of(voice, words));
            let mut analysis = channel.analysis.clone();
            let is_said = |nucleus: &SyllableNucleus| voices.speaker_at(nucleus.time_s) == Some(voice);
            analysis.syllable_nuclei.retain(is_said);
            (analysis.regions, _) = voices.speech_of(voice);
            let name = format!("voice_{}", voice + 1);
            Speaker { role: channel.role, name, channel: channel.channel, analysis, words }
        })
        .collect()
}

/// What is known of a call that helps to tell its sides apart.
fn call_context(facts: &CallFacts) -> CallContext<'_> {
    CallContext {
        direction: facts.direction,
        company: &facts.company,
        agent_name: facts.agent_name.as_deref(),
    }
}
