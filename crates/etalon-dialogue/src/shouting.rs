//! Detects shouting: speech with a high level on the line, far above the speaker's own, and with
//! vocal effort.
//!
//! Level alone depends on the distance of the microphone and on crosstalk. A raised voice also has
//! a higher pitch and a larger share of energy above 1 kHz (Liénard and Di Benedetto 1999;
//! Traunmüller and Eriksson 2000). Both are measured in the vowels and do not depend on the level
//! of the line.

use crate::settings::DialogueSettings;
use crate::spoken::is_spoken;
use crate::track::{SpeakerTrack, are_mixed, share_a_channel};
use etalon_call::{Event, EventKind, Span};
use etalon_vad::SyllableNucleus;

/// Least syllables from which a speaker's usual effort is measured.
const SYLLABLES_MIN: usize = 12;
/// Semitones in an octave.
const SEMITONES: f32 = 12.0;

/// The vocal effort of a stretch of speech: medians over its syllable nuclei.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VocalEffort {
    /// Level in the telephone band, dB relative to full scale.
    pub level_dbfs: f32,
    /// Level above 1 kHz minus level below, dB.
    pub tilt_db: f32,
    /// Fundamental frequency, Hz; 0 if none was found.
    pub pitch_hz: f32,
}

impl VocalEffort {
    /// The effort of some syllables; none without syllables.
    pub fn of<'a>(nuclei: impl Iterator<Item = &'a SyllableNucleus> + Clone) -> Option<Self> {
        let voiced = nuclei.clone().map(|nucleus| nucleus.pitch_hz).filter(|&pitch_hz| pitch_hz > 0.0);
        Some(Self {
            level_dbfs: median(nuclei.clone().map(|nucleus| nucleus.level_dbfs))?,
            tilt_db: median(nuclei.map(|nucleus| nucleus.tilt_db))?,
            pitch_hz: median(voiced).unwrap_or(0.0),
        })
    }

    /// How many semitones higher than another this voice is; 0 if either has no pitch.
    pub fn semitones_above(&self, other: &Self) -> f32 {
        if self.pitch_hz > 0.0 && other.pitch_hz > 0.0 {
            SEMITONES * (self.pitch_hz / other.pitch_hz).log2()
        } else {
            0.0
        }
    }

    /// Whether the level is high, both on the line and relative to the speaker's usual effort.
    fn is_loud(&self, usual: &Self, settings: &DialogueSettings) -> bool {
        f64::from(self.level_dbfs) >= settings.shouting_min_dbfs
            && f64::from(self.level_dbfs - usual.level_dbfs) >= settings.shouting_rise_db
    }

    /// Whether the voice is raised. At a higher level, chance and the distance of the microphone
    /// explain less of the rise, so that less tilt and pitch is required.
    fn is_raised(&self, usual: &Self, settings: &DialogueSettings) -> bool {
        let rise_db = f64::from(self.level_dbfs - usual.level_dbfs);
        let tilt_rise_db = f64::from(self.tilt_db - usual.tilt_db);
        let pitch_rise = f64::from(self.semitones_above(usual));
        let is_far = rise_db >= settings.shouting_far_rise_db;
        tilt_rise_db >= settings.shouting_tilt_rise_db
            || pitch_rise >= settings.shouting_pitch_rise_semitones
            || (is_far && tilt_rise_db >= settings.shouting_far_tilt_rise_db)
            || (is_far && pitch_rise >= settings.shouting_far_pitch_rise_semitones)
    }
}

/// The shouting of each speaker. None if both sides are in one track: the other side's line may be
/// louder.
pub(crate) fn shouting_events(tracks: &[SpeakerTrack<'_>], settings: &DialogueSettings) -> Vec<Event> {
    if are_mixed(tracks) {
        return Vec::new();
    }
    let syllables_min = if share_a_channel(tracks) {
        settings.shouting_shared_min_syllables
    } else {
        settings.shouting_min_syllables
    };
    tracks.iter().flat_map(|track| shouted_by(track, syllables_min, settings)).collect()
}

/// The shouting of one speaker, in order: loud regions closer than the turn gap, with vocal effort.
fn shouted_by(track: &SpeakerTrack<'_>, syllables_min: f64, settings: &DialogueSettings) -> Vec<Event> {
    let nuclei = &track.analysis.syllable_nuclei;
    if nuclei.len() < SYLLABLES_MIN {
        return Vec::new();
    }
    let Some(usual) = VocalEffort::of(nuclei.iter()) else { return Vec::new() };
    let is_loud = |region: &Span| {
        VocalEffort::of(nuclei_in(nuclei, *region).iter())
            .is_some_and(|effort| effort.is_loud(&usual, settings))
    };
    // Laughter is loud, high and bright too.
    let is_spoken = |region: &Span| is_spoken(track, *region, settings);
    let mut passages: Vec<Vec<Span>> = Vec::new();
    for region in track.analysis.regions.iter().filter(|region| is_loud(region) && is_spoken(region)) {
        match passages.last_mut() {
            Some(passage) if region.start_s - end_s(passage) < settings.turn_gap_s => passage.push(*region),
            _ => passages.push(vec![*region]),
        }
    }
    // Effort varies within a passage, so one stretch with effort is enough.
    let is_raised = |stretch: &[Span]| {
        let said = stretch.iter().flat_map(|region| nuclei_in(nuclei, *region));
        said.clone().count() as f64 >= syllables_min
            && VocalEffort::of(said).is_some_and(|effort| effort.is_raised(&usual, settings))
    };
    let is_shouted = |passage: &[Span]| {
        end_s(passage) - passage[0].start_s >= settings.shouting_min_s
            && (is_raised(passage) || passage.chunks(1).any(is_raised))
    };
    passages
        .iter()
        .filter(|passage| is_shouted(passage))
        .map(|passage| {
            Event::new(EventKind::Shouting { speaker: track.role }, passage[0].start_s, end_s(passage))
        })
        .collect()
}

/// The end of the last region, seconds.
fn end_s(passage: &[Span]) -> f64 {
    passage.last().map_or(0.0, |region| region.end_s)
}

/// The syllable nuclei inside a span; `nuclei` are sorted.
pub fn nuclei_in(nuclei: &[SyllableNucleus], span: Span) -> &[SyllableNucleus] {
    let from = nuclei.partition_point(|nucleus| nucleus.time_s < span.start_s);
    let until = nuclei.partition_point(|nucleus| nucleus.time_s < span.end_s);
    &nuclei[from..until.max(from)]
}

fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut sorted: Vec<f32> = values.collect();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}
