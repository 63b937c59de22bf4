//! What is heard on a channel that is no voice, as defects of the recording.
//!
//! None of it is speech, so it is no part of activity, and nobody interrupts by it. Which keys were
//! pressed is never said: people press the numbers of their cards.

use crate::speech::CallSpeech;
use etalon_call::{Defect, Span, round3};
use etalon_vad::{Disturbances, EchoPath};

/// Comfort noise is told if it comes so often …
const LEAST_COMFORT_NOISES: usize = 3;
/// … and lasts so long in all, seconds: less might be a breath.
const LEAST_COMFORT_NOISE_S: f64 = 3.0;
/// A fax or a modem is told if it is heard for so long, seconds.
const LEAST_DATA_S: f64 = 0.8;
/// Somebody types if this share of the clicks follow each other within [`TYPING_S`] seconds.
const TYPING_SHARE: f64 = 0.6;
const TYPING_S: f64 = 0.5;
/// Less than this is crosstalk of the line, which the diagnostics measure, seconds.
const LEAST_ECHO_DELAY_S: f64 = 0.06;

/// The disturbances of the channels that carry a side.
pub(crate) fn defects(speech: &CallSpeech) -> Vec<Defect> {
    let numbers = speech.layout.channels.iter().map(|(channel, _)| channel + 1);
    numbers
        .zip(&speech.channels)
        .flat_map(|(number, analysis)| of_channel(number, &analysis.disturbances))
        .collect()
}

fn of_channel(number: usize, found: &Disturbances) -> Vec<Defect> {
    let defect = |kind: &str, what: String| Defect::new(kind, format!("channel {number}: {what}"));
    let heard = |spans: &[Span]| format!("{} s, first at {} s", round3(total_s(spans)), first_s(spans));
    let mut defects = Vec::new();
    if !found.keys.is_empty() {
        let what = format!("{} keys of a telephone are pressed, {}", found.keys.len(), heard(&found.keys));
        defects.push(defect("dtmf", what));
    }
    let is_data = total_s(&found.data) >= LEAST_DATA_S;
    if is_data {
        defects.push(defect("fax_or_modem", format!("a fax or a modem is heard for {}", heard(&found.data))));
    }
    if !found.clicks.is_empty() {
        let kind = if is_typing(&found.clicks) { "keyboard" } else { "clicks" };
        defects.push(defect(kind, format!("{} clicks, {}", found.clicks.len(), heard(&found.clicks))));
    }
    if found.comfort_noise.len() >= LEAST_COMFORT_NOISES
        && total_s(&found.comfort_noise) >= LEAST_COMFORT_NOISE_S
    {
        let what = format!(
            "noise comes and goes {} times, {}",
            found.comfort_noise.len(),
            heard(&found.comfort_noise)
        );
        defects.push(defect("comfort_noise", what));
    }
    if let Some(EchoPath { delay_s, loss_db }) = found.echo
        && delay_s >= LEAST_ECHO_DELAY_S
        // What a machine sends hides an echo.
        && !is_data
    {
        let what = format!(
            "the other side comes back after {} s, {:.1} dB weaker",
            round3(delay_s),
            f64::from(loss_db)
        );
        defects.push(defect("echo", what));
    }
    defects
}

fn total_s(spans: &[Span]) -> f64 {
    spans.iter().map(Span::duration_s).sum()
}

fn first_s(spans: &[Span]) -> f64 {
    spans.first().map_or(0.0, |span| round3(span.start_s))
}

fn is_typing(clicks: &[Span]) -> bool {
    let close = clicks.windows(2).filter(|pair| pair[1].start_s - pair[0].end_s <= TYPING_S).count();
    close as f64 >= TYPING_SHARE * clicks.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(step_s: f64, count: usize, length_s: f64) -> Vec<Span> {
        (0..count)
            .map(|number| number as f64 * step_s)
            .map(|start_s| Span::new(start_s, start_s + length_s))
            .collect()
    }

    #[test]
    fn each_disturbance_is_told_with_its_number() {
        let check = |found: Disturbances, kind: &str, detail: &str| {
            let defects = of_channel(2, &found);
            let told: Vec<_> =
                defects.iter().map(|told| (told.kind.as_str(), told.detail.as_str())).collect();
            assert_eq!(told, [(kind, detail)]);
        };
        let none = Disturbances::default;
        check(
            Disturbances { keys: every(1.0, 4, 0.1), ..none() },
            "dtmf",
            "channel 2: 4 keys of a telephone are pressed, 0.4 s, first at 0 s",
        );
        check(
            Disturbances { data: every(4.0, 2, 3.0), ..none() },
            "fax_or_modem",
            "channel 2: a fax or a modem is heard for 6 s, first at 0 s",
        );
        check(
            Disturbances { clicks: every(0.25, 20, 0.05), ..none() },
            "keyboard",
            "channel 2: 20 clicks, 1 s, first at 0 s",
        );
        check(
            Disturbances { clicks: every(3.0, 20, 0.05), ..none() },
            "clicks",
            "channel 2: 20 clicks, 1 s, first at 0 s",
        );
        check(
            Disturbances { comfort_noise: every(2.0, 5, 1.0), ..none() },
            "comfort_noise",
            "channel 2: noise comes and goes 5 times, 5 s, first at 0 s",
        );
        check(
            Disturbances { echo: Some(EchoPath { delay_s: 0.25, loss_db: 21.04 }), ..none() },
            "echo",
            "channel 2: the other side comes back after 0.25 s, 21.0 dB weaker",
        );
    }

    #[test]
    fn what_is_rare_or_short_is_not_told() {
        let found = Disturbances {
            comfort_noise: every(2.0, 2, 5.0),
            data: every(1.0, 1, 0.5),
            echo: Some(EchoPath { delay_s: 0.01, loss_db: 30.0 }),
            ..Disturbances::default()
        };
        assert!(of_channel(1, &found).is_empty());
    }
}
