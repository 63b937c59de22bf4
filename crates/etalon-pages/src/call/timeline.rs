//! The picture of the call: both sides of the signal on one clock, and lanes of what happened.
//!
//! Everything is drawn in shares of the call's length, so the picture fits any width. Each mark is
//! a link to its second with a name that a screen reader reads.

use super::{CallContent, data_name, role_class, role_name};
use crate::format::script_seconds;
use crate::site::Site;
use etalon_call::{
    Call, Event, EventKind, MutedRange, OverlapClass, Peak, Role, Severity, Span, Verdict, Waveform, clock,
};
use maud::{Markup, PreEscaped, html};
use std::fmt::Write as _;

/// Distances between the times on the ruler that people count in, seconds.
const RULER_STEPS_S: [f64; 10] = [5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0];

/// Columns of a waveform: enough for the width of a screen, and 20 kB.
const WAVE_COLUMNS: usize = 1000;

/// Times on the ruler, at most.
const RULER_MARKS: f64 = 12.0;

pub(super) fn timeline(site: &Site<'_>, content: &CallContent<'_>) -> Markup {
    let call = content.call;
    let scale = Scale { duration_s: call.audio.duration_s.max(0.001) };
    let lanes = [
        ("lane-overlap", lane(site, call, scale, is_overlap)),
        (
            "lane-silence",
            lane(site, call, scale, |event| matches!(event.kind, EventKind::Silence { in_hold: false })),
        ),
        ("lane-hold", lane(site, call, scale, |event| matches!(event.kind, EventKind::Hold { .. }))),
        ("lane-other", lane(site, call, scale, is_other)),
        ("lane-muted", muted(site, call, scale)),
        ("lane-stages", stages(site, call, scale)),
    ];
    html! {
        section.timeline aria-label=(site.interface.text("timeline-label")) {
            div.lane-names aria-hidden="true" {
                span.ruler {}
                span.findings { (site.interface.text("lane-findings")) }
                span.wave {
                    span { (site.interface.text("role-agent")) }
                    span { (site.interface.text("role-client")) }
                }
                @for (key, lane) in &lanes { @if let Some(_) = lane { span.lane { (site.interface.text(key)) } } }
            }
            div.track-scroll tabindex="0" role="group" aria-label=(site.interface.text("timeline-label")) {
                div #track.track {
                    (ruler(scale))
                    (findings(site, call, scale))
                    (wave(site, content.waveform, call, scale))
                    @for (_, lane) in lanes.iter() { @if let Some(lane) = lane { (lane) } }
                    svg.playhead aria-hidden="true" { line #playhead x1="0" x2="0" y1="0" y2="100%" {} }
                }
            }
        }
    }
}

/// Seconds into shares of the call's length.
#[derive(Clone, Copy)]
struct Scale {
    duration_s: f64,
}

impl Scale {
    /// A place as a percentage with two decimals.
    fn place(self, time_s: f64) -> String {
        format!("{:.2}%", (100.0 * time_s / self.duration_s).clamp(0.0, 100.0))
    }

    fn width(self, span: Span) -> String {
        let start_s = span.start_s.clamp(0.0, self.duration_s);
        let end_s = span.end_s.clamp(start_s, self.duration_s);
        format!("{:.2}%", 100.0 * (end_s - start_s) / self.duration_s)
    }
}

fn ruler(scale: Scale) -> Markup {
    let step_s = RULER_STEPS_S.into_iter().find(|step_s| scale.duration_s / step_s <= RULER_MARKS);
    let step_s = step_s.unwrap_or(scale.duration_s / RULER_MARKS);
    let marks = (0..).map(|index| f64::from(index) * step_s).take_while(|time_s| *time_s < scale.duration_s);
    html! {
        svg.ruler aria-hidden="true" { @for time_s in marks {
            line x1=(scale.place(time_s)) x2=(scale.place(time_s)) y1="60%" y2="100%" {}
            text x=(scale.place(time_s)) dx="3" y="75%" { (clock(time_s)) }
        } }
    }
}

/// A mark for each place that shows a failure.
fn findings(site: &Site<'_>, call: &Call, scale: Scale) -> Markup {
    let failed = call.evaluation.rules.iter().filter(|rule| rule.verdict == Verdict::Fail);
    html! {
        svg.findings role="group" { @for rule in failed { @for place in &rule.evidence {
            @let name = format!("{}, {}", site.rule_book.rule_title(&rule.id), clock(place.start_s));
            a.finding.critical[rule.severity == Severity::Critical] href={ "#t=" (script_seconds(place.start_s)) }
                data-t=(script_seconds(place.start_s)) data-lead="2" data-rule={ (rule.pack) "." (rule.id) }
                aria-label=(name) {
                title { (name) }
                rect x=(scale.place(place.start_s)) y="3" width="8" height="12" rx="2" {}
            }
        } } }
    }
}

/// Both sides of the signal, one above the other, with the speech of each side behind.
fn wave(site: &Site<'_>, waveform: Option<&Waveform>, call: &Call, scale: Scale) -> Markup {
    let sides = waveform.map(|waveform| waveform.sides(call.audio.layout)).unwrap_or_default();
    let rows = sides.len().max(if call.activity.client.is_empty() { 1 } else { 2 });
    let height = format!("{:.2}%", 100.0 / rows as f64);
    let row = |index: usize| format!("{:.2}%", 100.0 * index as f64 / rows as f64);
    let row_of = |role: Role| match sides.iter().position(|(side, _)| *side == role) {
        Some(index) => row(index),
        None => row(usize::from(role == Role::Client && rows > 1)),
    };
    let speech = |role: Role| {
        html! { @for span in call.activity.of(role) {
            rect class={ "speech " (role_class(role)) } x=(scale.place(span.start_s)) width=(scale.width(*span))
                y=(row_of(role)) height=(height) {}
        } }
    };
    html! {
        svg #wave.wave role="img" aria-label=(site.interface.text("wave-label")) {
            @for role in [Role::Agent, Role::Client, Role::Unknown] { (speech(role)) }
            @if let Some(waveform) = waveform { @for (index, (role, channel)) in sides.iter().enumerate() {
                (side(&waveform.columns(*channel, scale.duration_s, WAVE_COLUMNS), *role, &row(index), &height))
            } }
            @for range in muted_ranges(call) {
                rect.muted x=(scale.place(range.start_s)) width=(scale.width(range.span())) y="0" height="100%" {}
            }
        }
    }
}

fn side(columns: &[Peak], role: Role, y: &str, height: &str) -> Markup {
    html! {
        svg x="0" y=(y) width="100%" height=(height) preserveAspectRatio="none"
            viewBox={ "0 0 " (WAVE_COLUMNS) " 256" } {
            path class=(role_class(role)) d=(PreEscaped(wave_path(columns))) {}
        }
    }
}

/// One upright stroke a column, as a single path.
fn wave_path(columns: &[Peak]) -> String {
    let mut path = String::with_capacity(columns.len() * 10);
    for (index, peak) in columns.iter().enumerate() {
        let (top, length) = (128 - i32::from(peak.max), i32::from(peak.max) - i32::from(peak.min));
        if length > 1 {
            // Writing into a string cannot fail.
            let _ = write!(path, "M{index} {top}v{length}");
        }
    }
    path
}

fn lane(site: &Site<'_>, call: &Call, scale: Scale, belongs: impl Fn(&Event) -> bool) -> Option<Markup> {
    let events: Vec<&Event> = call.events.iter().filter(|event| belongs(event)).collect();
    (!events.is_empty()).then(|| {
        html! {
            svg.lane role="group" { @for event in events {
                @let name = event_name(site, event);
                a class={ "mark " (event_class(event)) } href={ "#t=" (script_seconds(event.start_s)) }
                    data-t=(script_seconds(event.start_s)) data-lead="2" aria-label=(name) {
                    title { (name) }
                    rect x=(scale.place(event.start_s)) width=(scale.width(event.span())) y="2" height="12" {}
                }
            } }
        }
    })
}

/// What is silent in the recording because personal data is said there.
fn muted(site: &Site<'_>, call: &Call, scale: Scale) -> Option<Markup> {
    let ranges = muted_ranges(call);
    (!ranges.is_empty()).then(|| {
        html! {
            svg.lane role="group" { @for range in ranges {
                @let kinds = range.kinds.iter().map(|kind| data_name(site, *kind)).collect::<Vec<_>>().join(", ");
                @let what = site.interface.filled("muted", &[("what", &kinds)]);
                @let name = format!("{what}, {}, {}", clock(range.start_s), site.interface.seconds(range.span().duration_s()));
                a.mark.muted href={ "#t=" (script_seconds(range.start_s)) } data-t=(script_seconds(range.start_s))
                    data-lead="2" aria-label=(name) {
                    title { (name) }
                    rect x=(scale.place(range.start_s)) width=(scale.width(range.span())) y="2" height="12" {}
                }
            } }
        }
    })
}

fn muted_ranges(call: &Call) -> &[MutedRange] {
    call.redaction.as_ref().map(|redaction| redaction.muted.as_slice()).unwrap_or_default()
}

fn stages(site: &Site<'_>, call: &Call, scale: Scale) -> Option<Markup> {
    let stages = call.evaluation.stages.as_deref().filter(|stages| !stages.is_empty())?;
    Some(html! {
        svg.lane.stages role="group" { @for stage in stages {
            @let title = site.rule_book.category_title(&stage.id);
            @let name = format!("{title}, {}", clock(stage.start_s));
            @let span = Span { start_s: stage.start_s, end_s: stage.end_s };
            a.mark.stage href={ "#t=" (script_seconds(stage.start_s)) } data-t=(script_seconds(stage.start_s))
                aria-label=(name) {
                title { (name) }
                rect x=(scale.place(stage.start_s)) width=(scale.width(span)) y="2" height="12" {}
            }
        } }
    })
}

fn is_overlap(event: &Event) -> bool {
    matches!(event.kind, EventKind::Overlap { .. })
}

fn is_other(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::Farewell { .. } | EventKind::Shouting { .. } | EventKind::Unrecognized { .. }
    )
}

fn event_class(event: &Event) -> &'static str {
    match event.kind {
        EventKind::Overlap { class, .. } => class.name(),
        EventKind::Silence { .. } => "silence",
        EventKind::Hold { music: true, .. } => "hold music",
        EventKind::Hold { .. } => "hold",
        EventKind::Farewell { .. } => "farewell",
        EventKind::Shouting { .. } => "shouting",
        EventKind::Unrecognized { .. } => "unrecognized",
    }
}

/// What happened, who did it, when and for how long, in words.
fn event_name(site: &Site<'_>, event: &Event) -> String {
    let interface = site.interface;
    let what = match event.kind {
        EventKind::Overlap { class, interrupter, .. } => {
            let key = match class {
                OverlapClass::Backchannel => "event-backchannel",
                OverlapClass::Terminal => "event-terminal",
                OverlapClass::Collaborative => "event-collaborative",
                OverlapClass::Attempt => "event-attempt",
                OverlapClass::FloorTaken => "event-floor-taken",
            };
            interface.filled(key, &[("side", &role_name(site, interrupter))])
        }
        EventKind::Silence { .. } => interface.text("event-silence"),
        EventKind::Hold { music, .. } => {
            interface.text(if music { "event-hold-music" } else { "event-hold" })
        }
        EventKind::Farewell { speaker } => {
            interface.filled("event-farewell", &[("side", &role_name(site, speaker))])
        }
        EventKind::Shouting { speaker } => {
            interface.filled("event-shouting", &[("side", &role_name(site, speaker))])
        }
        EventKind::Unrecognized { speaker } => {
            interface.filled("event-unrecognized", &[("side", &role_name(site, speaker))])
        }
    };
    format!("{what}, {}, {}", clock(event.start_s), interface.seconds(event.duration_s()))
}
