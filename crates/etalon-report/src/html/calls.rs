//! The calls one by one, the worst first, each with its findings and where to listen.

use super::{listed_note, rule_name, score_of_call};
use crate::RuleTitles;
use crate::format::plural;
use crate::roll_up::{ListedCall, RollUp, agent_label};
use etalon_call::{Evidence, Role, RuleResult, Severity, Verdict, clock};
use maud::{Markup, html};
use std::cmp::Reverse;

pub(super) fn section(roll_up: &RollUp, titles: &RuleTitles) -> Markup {
    html! {
        section.calls {
            h2 { "Разговоры, начиная с худших" }
            (listed_note(roll_up))
            @for call in roll_up.listed() { (listed(call, titles)) }
        }
    }
}

fn listed(call: &ListedCall, titles: &RuleTitles) -> Markup {
    let failed = with_verdict(call, Verdict::Fail);
    let unmeasurable = with_verdict(call, Verdict::Unmeasurable);
    html! {
        details.call.critical[call.critical] {
            summary {
                span.score.none[call.score.is_none()] { (score_of_call(call.score)) }
                span.what {
                    span.path { (call.facts.source) }
                    span.facts {
                        @if let Some(started_at) = call.facts.started_at {
                            (started_at.format("%d.%m.%Y %H:%M")) " · "
                        }
                        (clock(call.duration_s)) " · " (agent_label(&call.facts))
                        @if call.critical { " · " strong { "критическое нарушение" } }
                    }
                    span.failed {
                        @for rule in &failed { span.chip.critical[rule.severity == Severity::Critical] {
                            (rule_name(&rule.id, titles))
                        } }
                    }
                }
            }
            @if let Some(cause) = &call.score_unmeasurable { p.quiet { "Не оценён. " (cause) } }
            @if call.words_dropped > 0 {
                p.quiet {
                    "Из распознанного отброшено как не сказанное: " (call.words_dropped) " "
                    (plural(call.words_dropped as usize, ["слово", "слова", "слов"])) "."
                }
            }
            (named("Вид разговора", call.call_type.as_slice(), titles))
            (named("Темы", &call.topics, titles))
            (named("Не найдены этапы", &call.stages_missing, titles))
            (named("Не на своём месте", &call.stages_misordered, titles))
            @if failed.is_empty() && unmeasurable.is_empty() && call.score.is_some() { p.quiet { "Нарушений нет." } }
            @for rule in &failed { (finding(rule, titles)) }
            @if !unmeasurable.is_empty() {
                h3 { "По этой записи не измерить" }
                @for rule in &unmeasurable { (finding(rule, titles)) }
            }
        }
    }
}

/// A line of names; nothing where there are none.
fn named(what: &str, ids: &[String], titles: &RuleTitles) -> Markup {
    html! {
        @if !ids.is_empty() {
            p.quiet { (what) ": " @for (index, id) in ids.iter().enumerate() {
                @if index > 0 { ", " }
                (rule_name(id, titles))
            } }
        }
    }
}

/// The gravest first, otherwise in the order of the packs.
fn with_verdict(call: &ListedCall, verdict: Verdict) -> Vec<&RuleResult> {
    let mut rules: Vec<&RuleResult> = call.findings.iter().filter(|rule| rule.verdict == verdict).collect();
    rules.sort_by_key(|rule| Reverse(rule.severity));
    rules
}

fn finding(rule: &RuleResult, titles: &RuleTitles) -> Markup {
    html! {
        div.finding.critical[rule.severity == Severity::Critical && rule.verdict == Verdict::Fail] {
            p { strong { (rule_name(&rule.id, titles)) } " " span.quiet { (severity(rule.severity)) } }
            p { (rule.reason) }
            @if !rule.evidence.is_empty() {
                ul { @for place in &rule.evidence { (evidence(place)) } }
            }
        }
    }
}

fn evidence(place: &Evidence) -> Markup {
    html! {
        li {
            span.time { (time_range(place)) }
            @if let Some(speaker) = place.speaker { " " span.quiet { (side(speaker)) } }
            @if !place.quote.is_empty() { " " q { (place.quote.as_str()) } }
            @if let Some(label) = &place.label { " " span.quiet { (label) } }
        }
    }
}

fn time_range(place: &Evidence) -> String {
    let (start, end) = (clock(place.start_s), clock(place.end_s));
    if start == end { start } else { format!("{start}–{end}") }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Minor => "мелкое",
        Severity::Major => "существенное",
        Severity::Critical => "критическое",
    }
}

fn side(role: Role) -> &'static str {
    match role {
        Role::Agent => "оператор",
        Role::Client => "клиент",
        Role::Unknown => "неизвестно кто",
    }
}
