//! What is known of a call, its score, and what is wrong with its recording.

use super::FinalScore;
use crate::cause::translated_reason;
use crate::site::Site;
use etalon_call::{Call, CallFacts, Defect, LayoutSource, Unmeasurable, Verdict, clock};
use maud::{Markup, html};

/// The title of the page: when, and who.
pub(super) fn title(site: &Site<'_>, call: &Call) -> String {
    let facts = &call.call;
    let moment = facts.started_at.map(|moment| site.interface.moment(moment));
    let parts: Vec<String> = moment.into_iter().chain(agent(facts)).collect();
    if parts.is_empty() { file_name(&facts.source).to_owned() } else { parts.join(" · ") }
}

fn agent(facts: &CallFacts) -> Option<String> {
    match (&facts.agent_name, &facts.agent_id) {
        (Some(name), Some(id)) => Some(format!("{name} ({id})")),
        (name, id) => name.clone().or_else(|| id.clone()),
    }
}

fn file_name(source: &str) -> &str {
    source.rsplit(['/', '\\']).next().unwrap_or(source)
}

/// The head of the page.
pub(super) fn heading(site: &Site<'_>, call: &Call, final_score: Option<FinalScore>) -> Markup {
    let (interface, evaluation) = (site.interface, &call.evaluation);
    html! {
        header.call-heading {
            (score(site, call, final_score))
            div {
                h1 { (title(site, call)) }
                p.quiet {
                    span.path { (call.call.source) } " · " (clock(call.audio.duration_s))
                    @if let Some(direction) = call.call.direction { " · " (interface.text(&format!("direction-{}", direction.name()))) }
                    @if let Some(client) = &call.call.client_ref {
                        " · " (interface.text("fact-client")) " " (client)
                    }
                }
                p.chips {
                    @if evaluation.critical { span.chip.critical { (interface.text("chip-critical")) } }
                    @if let Some(call_type) = &evaluation.call_type {
                        span.chip { (site.rule_book.category_title(call_type)) }
                    }
                    @for topic in evaluation.topics.iter().flatten() {
                        span.chip { (site.rule_book.category_title(topic)) }
                    }
                }
                @if let Some(reason) = &evaluation.score_unmeasurable { p.notice { (translated_reason(site.interface, reason).as_deref().unwrap_or(reason)) } }
            }
        }
    }
}

/// The score with what it rests on.
fn score(site: &Site<'_>, call: &Call, final_score: Option<FinalScore>) -> Markup {
    let (interface, evaluation) = (site.interface, &call.evaluation);
    let shown = |score: Option<f64>| {
        score.map_or_else(|| interface.text("score-none"), |score| interface.decimal(score))
    };
    html! {
        div.score-card.critical[evaluation.critical].none[evaluation.score.is_none()] {
            @match final_score {
                Some(FinalScore(score)) => {
                    span.score { (shown(score)) }
                    span.coverage { (interface.text("score-final")) }
                    span.coverage { (interface.text("score-of-machine")) ": " (shown(evaluation.score)) }
                },
                None => span.score { (shown(evaluation.score)) },
            }
            @if let Some(coverage) = evaluation.score_coverage {
                span.coverage title=(interface.text("coverage-explained")) {
                    (interface.filled("coverage", &[("share", &interface.percent(coverage))]))
                }
            }
        }
    }
}

/// What else is known: facts, measures, defects, and what made the result.
pub(super) fn about(site: &Site<'_>, call: &Call) -> Markup {
    html! {
        section.about {
            h2 { (site.interface.text("about-heading")) }
            div.about-columns {
                (measures(site, call))
                (recording(site, call))
                (origin(site, call))
            }
        }
    }
}

fn measures(site: &Site<'_>, call: &Call) -> Markup {
    let (interface, metrics) = (site.interface, &call.metrics);
    let whole = |value: Option<u32>| value.map_or_else(|| "—".to_owned(), |value| value.to_string());
    let decimal = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |value| interface.decimal(value));
    let speakers = ["agent", "client"].map(|role| metrics.speakers.get(role).cloned().unwrap_or_default());
    let of_both = |measure: &dyn Fn(&etalon_call::SpeakerMetrics) -> String| speakers.each_ref().map(measure);
    let rows: Vec<(&str, [String; 2])> = vec![
        ("measure-talk", of_both(&|speaker| interface.percent(speaker.talk_ratio))),
        ("measure-tempo", of_both(&|speaker| decimal(speaker.words_per_min))),
        ("measure-longest-turn", of_both(&|speaker| interface.seconds(speaker.longest_turn_s))),
        ("measure-latency", of_both(&|speaker| decimal(speaker.response_latency_s.p50))),
        (
            "measure-interruptions",
            [whole(metrics.interruptions.by_agent), whole(metrics.interruptions.by_client)],
        ),
        ("measure-attempts", [whole(metrics.attempts.by_agent), whole(metrics.attempts.by_client)]),
    ];
    html! {
        div.scroll tabindex="0" { table.measures {
            caption { (interface.text("measures-heading")) }
            thead { tr {
                td {}
                th scope="col" { (interface.text("role-agent")) }
                th scope="col" { (interface.text("role-client")) }
            } }
            tbody {
                @for (key, values) in &rows {
                    tr title=(interface.text(&format!("{key}-explained"))) {
                        th scope="row" { (interface.text(key)) }
                        @for value in values { td.number { (value) } }
                    }
                }
                tr title=(interface.text("measure-silence-explained")) {
                    th scope="row" { (interface.text("measure-silence")) }
                    td.number colspan="2" {
                        (interface.seconds(metrics.silence.total_s)) " (" (interface.percent(metrics.silence.ratio)) ")"
                    }
                }
                tr title=(interface.text("measure-hold-explained")) {
                    th scope="row" { (interface.text("measure-hold")) }
                    td.number colspan="2" { (interface.seconds(metrics.hold.total_s)) " (" (metrics.hold.count) ")" }
                }
            }
        } }
        (not_measured(site, &metrics.unmeasurable))
    }
}

/// Why measures lack, each reason once with the measures that lack for it.
fn not_measured(site: &Site<'_>, unmeasurable: &[Unmeasurable]) -> Markup {
    let mut metrics_by_reason: Vec<(&str, Vec<&str>)> = Vec::new();
    for Unmeasurable { metric, reason } in unmeasurable {
        match metrics_by_reason.iter_mut().find(|(known, _)| known == reason) {
            Some((_, metrics)) => metrics.push(metric),
            None => metrics_by_reason.push((reason, vec![metric])),
        }
    }
    html! {
        @for (reason, metrics) in metrics_by_reason {
            p.quiet title=(metrics.join(", ")) {
                (translated_reason(site.interface, reason).as_deref().unwrap_or(reason))
            }
        }
    }
}

fn recording(site: &Site<'_>, call: &Call) -> Markup {
    let (interface, audio) = (site.interface, &call.audio);
    let transcription = &call.pipeline.transcription;
    html! {
        div {
            h3 { (interface.text("recording-heading")) }
            p { (audio.codec) ", " (audio.rate_hz) " Hz, " (interface.count("channels-count", audio.channels.into())) }
            p { (interface.text(layout_source_key(audio.layout_source))) }
            @if audio.defects.is_empty() {
                p.quiet { (interface.text("no-defects")) }
            } @else {
                h3 { (interface.count("defects-count", audio.defects.len())) }
                ul.defects { @for defect in &audio.defects { li { (told(site, defect)) } } }
            }
            @if transcription.words_dropped() > 0 {
                p { (interface.count("words-dropped", transcription.words_dropped() as usize)) }
            }
        }
    }
}

/// A defect in the language of the page, with its particulars in small print.
fn told(site: &Site<'_>, defect: &Defect) -> Markup {
    let key = format!("defect-{}", defect.kind);
    html! {
        @if site.interface.has(&key) { (site.interface.text(&key)) } @else { code { (defect.kind) } }
        " " span.quiet lang="en" title=(defect.kind) { (defect.detail) }
    }
}

fn origin(site: &Site<'_>, call: &Call) -> Markup {
    let (interface, pipeline) = (site.interface, &call.pipeline);
    let unmeasurable =
        call.evaluation.rules.iter().filter(|rule| rule.verdict == Verdict::Unmeasurable).count();
    html! {
        div {
            h3 { (interface.text("origin-heading")) }
            p { "etalon " (pipeline.version) " · " (pipeline.model.as_deref().unwrap_or("—")) " · " (pipeline.language) }
            @for pack in &pipeline.packs { p { (pack.id) " " (pack.version) } }
            @if unmeasurable > 0 { p { (interface.count("rules-unmeasurable", unmeasurable)) } }
            p.quiet { code { (call.call.id) } }
            @if !call.call.also_found_as.is_empty() {
                p.quiet { (interface.text("also-found-as")) }
                ul { @for place in &call.call.also_found_as { li.path { (place) } } }
            }
            @if !call.call.tags.is_empty() {
                dl.tags { @for (name, value) in &call.call.tags { dt { (name) } dd { (value) } } }
            }
        }
    }
}

fn layout_source_key(source: LayoutSource) -> &'static str {
    match source {
        LayoutSource::Config | LayoutSource::Manifest => "sides-told",
        LayoutSource::Signal => "sides-from-signal",
        LayoutSource::Transcript | LayoutSource::Text => "sides-from-text",
        LayoutSource::Voice => "sides-from-voice",
        LayoutSource::Unknown => "sides-unknown",
    }
}
