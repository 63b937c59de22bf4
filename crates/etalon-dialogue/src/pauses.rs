//! Pauses: times when nobody speaks.

use crate::track::time_inside_s;
use etalon_call::{Event, EventKind, Span};

/// The gaps of at least `shortest_s` between sorted spans.
pub(crate) fn gaps(spans: &[Span], shortest_s: f64) -> Vec<Span> {
    spans
        .windows(2)
        .map(|pair| Span { start_s: pair[0].end_s, end_s: pair[1].start_s })
        .filter(|gap| gap.duration_s() >= shortest_s - 1e-6)
        .collect()
}

/// The silences between the first and the last speech as events; each says whether it lies in a
/// hold.
pub(crate) fn silence_events(silences: &[Span], holds: &[Event]) -> Vec<Event> {
    let hold_spans: Vec<Span> = holds.iter().map(Event::span).collect();
    silences
        .iter()
        .map(|silence| {
            let in_hold = 2.0 * time_inside_s(&hold_spans, *silence) >= silence.duration_s();
            Event::new(EventKind::Silence { in_hold }, silence.start_s, silence.end_s)
        })
        .collect()
}
