//! What the rules say of a call: failures first, each with its standard, reason and places.

use super::role_name;
use super::sentence::sentence_around;
use crate::cause::translated_reason;
use crate::format::{clock_range, script_seconds};
use crate::site::Site;
use etalon_call::{Call, Evidence, RuleResult, Severity, Span, Verdict};
use maud::{Markup, html};
use std::cmp::Reverse;

/// The order in which verdicts are shown, and whether their rules are in sight at once.
const GROUPS: [(Verdict, &str, bool); 4] = [
    (Verdict::Fail, "verdicts-failed", true),
    (Verdict::Unmeasurable, "verdicts-unmeasurable", true),
    (Verdict::Pass, "verdicts-passed", false),
    (Verdict::Na, "verdicts-not-applicable", false),
];

pub(super) fn verdicts(site: &Site<'_>, call: &Call) -> Markup {
    html! {
        section.verdicts aria-label=(site.interface.text("verdicts-heading")) {
            h2 { (site.interface.text("verdicts-heading")) }
            @if call.evaluation.rules.is_empty() { p.quiet { (site.interface.text("no-rules")) } }
            @for (verdict, key, is_open) in GROUPS {
                @let rules = with_verdict(call, verdict);
                @if !rules.is_empty() {
                    details.group open[is_open] {
                        summary { h3 { (site.interface.count(key, rules.len())) } }
                        @for rule in rules { (one_rule(site, call, rule)) }
                    }
                }
            }
        }
    }
}

/// The gravest first, otherwise in the order of the packs.
fn with_verdict(call: &Call, verdict: Verdict) -> Vec<&RuleResult> {
    let mut rules: Vec<&RuleResult> =
        call.evaluation.rules.iter().filter(|rule| rule.verdict == verdict).collect();
    if verdict == Verdict::Fail {
        rules.sort_by_key(|rule| Reverse(rule.severity));
    }
    rules
}

fn one_rule(site: &Site<'_>, call: &Call, rule: &RuleResult) -> Markup {
    let interface = site.interface;
    let description = site.rule_book.rule(&rule.id);
    html! {
        details class=(rule_class(rule))
            data-rule={ (rule.pack) "." (rule.id) } {
            summary {
                span.rule-title { (site.rule_book.rule_title(&rule.id)) }
                @if rule.verdict == Verdict::Fail { " " span.severity { (severity(site, rule.severity)) } }
                " " span.points { (points(site, rule)) }
            }
            (reason(site, &rule.reason))
            @if !rule.evidence.is_empty() {
                ul.evidence { @for place in &rule.evidence { (evidence(site, call, place)) } }
            }
            @if let Some(description) = description {
                @if !description.standard.is_empty() { p.standard { (description.standard) } }
                @if !description.source.is_empty() { p.quiet { (description.source) } }
            }
            p.quiet.about-rule { a href={ "../../" (crate::Address::rule(&rule.pack, &rule.id).path()) } {
                (interface.text("about-rule"))
            } }
        }
    }
}

/// The classes by which a rule is coloured.
fn rule_class(rule: &RuleResult) -> String {
    let critical = if rule.severity == Severity::Critical { " critical" } else { "" };
    format!("rule {}{critical}", rule.verdict.name())
}

fn evidence(site: &Site<'_>, call: &Call, place: &Evidence) -> Markup {
    let sentence = sentence_around(place, &call.turns);
    let is_part = !sentence.before.is_empty() || !sentence.after.is_empty();
    let span = Span { start_s: place.start_s, end_s: place.end_s };
    html! {
        li {
            a.play-evidence href={ "#t=" (script_seconds(place.start_s)) } data-t=(script_seconds(place.start_s))
                data-end=(script_seconds(place.end_s)) data-lead="2" {
                span.time { (clock_range(span)) }
                @if let Some(speaker) = place.speaker { " " span.quiet { (role_name(site, speaker)) } }
                @if !sentence.quote.is_empty() { " " q {
                    (sentence.before)
                    @if is_part { strong { (sentence.quote) } } @else { (sentence.quote) }
                    (sentence.after)
                } }
                @if let Some(label) = &place.label { " " span { (label) } }
            }
        }
    }
}

/// Why, in the language of the page where that can be told; the rule's own words follow in small
/// print.
pub(super) fn reason(site: &Site<'_>, reason: &str) -> Markup {
    match translated_reason(site.interface, reason) {
        _ if reason.is_empty() => html! {},
        None => html! { p.reason { (reason) } },
        Some(translated) => html! {
            p.reason { (translated) }
            p.quiet lang="ru" { (reason) }
        },
    }
}

fn points(site: &Site<'_>, rule: &RuleResult) -> String {
    match rule.points {
        Some(points) => {
            format!("{}/{}", site.interface.decimal(points), site.interface.decimal(rule.max_points))
        }
        None => String::new(),
    }
}

fn severity(site: &Site<'_>, severity: Severity) -> String {
    site.interface.text(match severity {
        Severity::Minor => "severity-minor",
        Severity::Major => "severity-major",
        Severity::Critical => "severity-critical",
    })
}
