use crate::settings::DialogueSettings;
use crate::track::SpeakerTrack;
use etalon_call::{Event, EventKind, Span};

/// Passages in which a speaker is far louder than usual, in order.
///
/// The level of a region is the mean power of its frames in dB; the speaker's usual level is the median of the
/// regions' levels, weighted by their length. Loud regions less than the turn gap apart are one passage.
pub(crate) fn shouting_events(track: &SpeakerTrack<'_>, settings: &DialogueSettings) -> Vec<Event> {
    let analysis = track.analysis;
    let levels: Vec<(Span, f64)> = analysis
        .regions
        .iter()
        .zip(&analysis.region_features)
        .map(|(&region, features)| (region, 10.0 * features.power.max(1e-12).log10()))
        .collect();
    let Some(usual_dbfs) = weighted_median(&levels) else { return Vec::new() };
    let mut passages: Vec<Span> = Vec::new();
    for (region, level_dbfs) in levels {
        if level_dbfs < usual_dbfs + settings.shouting_rise_db {
            continue;
        }
        match passages.last_mut() {
            Some(last) if region.start_s - last.end_s < settings.turn_gap_s => last.end_s = region.end_s,
            _ => passages.push(region),
        }
    }
    passages
        .into_iter()
        .filter(|passage| passage.duration_s() >= settings.shouting_min_s)
        .map(|passage| {
            Event::new(EventKind::Shouting { speaker: track.role }, passage.start_s, passage.end_s)
        })
        .collect()
}

fn weighted_median(levels: &[(Span, f64)]) -> Option<f64> {
    let mut sorted: Vec<(f64, f64)> =
        levels.iter().map(|(region, level)| (*level, region.duration_s())).collect();
    sorted.sort_by(|left, right| left.0.total_cmp(&right.0));
    let half_s: f64 = sorted.iter().map(|(_, duration_s)| duration_s).sum::<f64>() / 2.0;
    let mut sum_s = 0.0;
    sorted
        .into_iter()
        .find(|(_, duration_s)| {
            sum_s += duration_s;
            sum_s >= half_s
        })
        .map(|(level, _)| level)
}
