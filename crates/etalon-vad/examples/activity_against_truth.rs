//! Measures speech activity against labelled calls.
//!
//!     cargo run --release -p etalon-vad --example activity_against_truth -- FOLDER [SETTINGS.toml]
//!
//! FOLDER holds `<name>.wav` beside `<name>.truth.json`. Stereo calls count channel by channel; a
//! mono call is shown against the union of both roles and left out of the sum. 100 frames a second.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod support;

use etalon_call::Span;
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};
use std::time::Instant;
use support::{LabelledCall, labelled_calls};

#[derive(Default, Clone, Copy)]
struct Counts {
    hits: usize,
    false_alarms: usize,
    misses: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.hits += other.hits;
        self.false_alarms += other.false_alarms;
        self.misses += other.misses;
    }

    fn scores(self) -> (f64, f64, f64) {
        let share = |of: usize| if of == 0 { 1.0 } else { self.hits as f64 / of as f64 };
        let (precision, recall) = (share(self.hits + self.false_alarms), share(self.hits + self.misses));
        (precision, recall, 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE))
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().expect("a folder of labelled calls");
    let settings: ActivitySettings = arguments.get(1).map_or_else(ActivitySettings::default, |path| {
        toml::from_str(&std::fs::read_to_string(path).unwrap()).expect("the settings are valid")
    });
    let calls = labelled_calls(folder.as_ref());
    let mut sum = Counts::default();
    let mut boundaries_s = Vec::new();
    let (mut audio_s, mut spent_s) = (0.0, 0.0);
    for call in &calls {
        let channels: Vec<_> = call.channels.iter().map(|samples| ChannelSamples::I16(samples)).collect();
        let started_s = work_s();
        let analyses = analyse(&channels, call.rate_hz, &settings);
        spent_s += work_s() - started_s;
        audio_s += analyses.iter().map(|analysis| analysis.duration_s).sum::<f64>();
        for (index, analysis) in analyses.iter().enumerate() {
            let (label, truth) = truth_of(call, index);
            let counts = compare(&truth, &analysis.regions, (analysis.duration_s * 100.0).ceil() as usize);
            let (precision, recall, f1) = counts.scores();
            println!(
                "{:<8} {label:<7} P {precision:.4} R {recall:.4} F1 {f1:.4}  false alarms {:.2} s, misses {:.2} s, music {:.1} s",
                call.name,
                counts.false_alarms as f64 / 100.0,
                counts.misses as f64 / 100.0,
                analysis.music.iter().map(Span::duration_s).sum::<f64>()
            );
            if std::env::var_os("SHOW_ERRORS").is_some() {
                show_errors(&truth, &analysis.regions, (analysis.duration_s * 100.0).ceil() as usize);
            }
            if analyses.len() > 1 {
                sum.add(counts);
                boundaries_s.extend(boundary_errors(&truth, &analysis.regions));
            }
        }
    }
    let (precision, recall, f1) = sum.scores();
    println!("stereo   P {precision:.4} R {recall:.4} F1 {f1:.4}");
    boundaries_s.sort_by(f64::total_cmp);
    if !boundaries_s.is_empty() {
        let at = |share: f64| boundaries_s[((boundaries_s.len() - 1) as f64 * share) as usize];
        println!("boundary error: median {:.3} s, 90 % {:.3} s, n {}", at(0.5), at(0.9), boundaries_s.len());
    }
    println!("{:.0} x real time per channel", audio_s / spent_s);
}

/// Seconds that this thread has worked, where the system tells (Linux); elsewhere seconds that have
/// passed.
fn work_s() -> f64 {
    static STARTED: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let nanoseconds = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = nanoseconds.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    let passed_s = STARTED.get_or_init(Instant::now).elapsed().as_secs_f64();
    nanoseconds.map_or(passed_s, |nanoseconds| nanoseconds / 1e9)
}

fn truth_of(call: &LabelledCall, channel: usize) -> (&'static str, Vec<Span>) {
    let (agent, client) = (true_speech(call, "agent"), true_speech(call, "client"));
    if call.channels.len() == 1 {
        return ("both", [agent, client].concat());
    }
    let agent_channel = usize::from(call.truth["layout"] == "agent_right");
    if channel == agent_channel { ("agent", agent) } else { ("client", client) }
}

/// The true speech of one role.
fn true_speech(call: &LabelledCall, role: &str) -> Vec<Span> {
    let turns = call.truth["turns"].as_array().cloned().unwrap_or_default();
    turns
        .iter()
        .filter(|turn| turn["speaker"] == role)
        .flat_map(|turn| serde_json::from_value::<Vec<Span>>(turn["speech"].clone()).unwrap_or_default())
        .collect()
}

fn marks(spans: &[Span], frames: usize) -> Vec<bool> {
    let mut marks = vec![false; frames];
    for span in spans {
        for (frame, mark) in marks.iter_mut().enumerate() {
            let time_s = (frame as f64 + 0.5) / 100.0;
            *mark |= span.start_s <= time_s && time_s < span.end_s;
        }
    }
    marks
}

fn compare(truth: &[Span], found: &[Span], frames: usize) -> Counts {
    let mut counts = Counts::default();
    for (truth, found) in marks(truth, frames).into_iter().zip(marks(found, frames)) {
        counts.hits += usize::from(truth && found);
        counts.false_alarms += usize::from(!truth && found);
        counts.misses += usize::from(truth && !found);
    }
    counts
}

/// Distances between the starts and ends of true regions and the nearest found ones, within half a
/// second.
fn boundary_errors(truth: &[Span], found: &[Span]) -> Vec<f64> {
    let nearest = |time_s: f64, times: &dyn Fn(&Span) -> f64| {
        found.iter().map(|span| (times(span) - time_s).abs()).fold(f64::INFINITY, f64::min)
    };
    truth
        .iter()
        .flat_map(|span| {
            [nearest(span.start_s, &|found| found.start_s), nearest(span.end_s, &|found| found.end_s)]
        })
        .filter(|&distance_s| distance_s <= 0.5)
        .collect()
}

fn show_errors(truth: &[Span], found: &[Span], frames: usize) {
    let (truth, found) = (marks(truth, frames), marks(found, frames));
    let mut start = 0;
    for frame in 1..=frames {
        let same = frame < frames && truth[frame] == truth[start] && found[frame] == found[start];
        if !same {
            if truth[start] != found[start] && frame - start >= 10 {
                let kind = if found[start] { "false alarm" } else { "miss" };
                println!("    {kind} {:.2}-{:.2}", start as f64 / 100.0, frame as f64 / 100.0);
            }
            start = frame;
        }
    }
}
