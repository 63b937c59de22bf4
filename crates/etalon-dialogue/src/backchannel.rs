use crate::lexicon::{ASSENT, BACKCHANNEL};
use crate::settings::DialogueSettings;
use crate::track::{SpeakerTrack, Utterance};

/// Whether an utterance is a backchannel («угу»), not a bid for the floor.
///
/// If its words are known, all of them are on the list and it is short. Otherwise it is very short.
pub(crate) fn is_backchannel(
    utterance: &Utterance,
    tracks: &[SpeakerTrack<'_>],
    settings: &DialogueSettings,
) -> bool {
    let words = tracks[utterance.track].words_in(utterance.span);
    if words.is_empty() {
        utterance.span.duration_s() <= settings.backchannel_max_s
    } else {
        utterance.span.duration_s() <= settings.backchannel_words_max_s && BACKCHANNEL.covers(&words)
    }
}

/// Whether an utterance is only agreement, praise or thanks («да-да, хорошо», “Perfect, thank
/// you”).
pub(crate) fn is_assent(
    utterance: &Utterance,
    tracks: &[SpeakerTrack<'_>],
    settings: &DialogueSettings,
) -> bool {
    let words = tracks[utterance.track].words_in(utterance.span);
    utterance.span.duration_s() <= settings.assent_max_s && ASSENT.covers(&words)
}
