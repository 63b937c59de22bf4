//! What `etalon eval` found, as text for the terminal.

use crate::table::{Align, Table};
use etalon_eval::Comparison;
use etalon_eval::counts::Detection;
use etalon_eval::speakers::SpeakerComparison;
use etalon_eval::verdicts::{RuleAccuracy, RuleComparison};
use etalon_eval::word_times::TimeErrors;
use std::fmt::Write as _;

/// The comparison as a few short tables.
pub(crate) fn comparison_text(comparison: &Comparison) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write_all(comparison, &mut text);
    text
}

fn write_all(comparison: &Comparison, text: &mut String) -> std::fmt::Result {
    writeln!(text, "{} labelled calls", comparison.calls)?;
    if let Some(words) = &comparison.words {
        let errors = words.total.errors;
        writeln!(text, "\nword error rate            {}", percent(words.total.rate))?;
        writeln!(text, "  numbers as written       {}", percent(words.total_numbers_as_written.rate))?;
        writeln!(
            text,
            "  of {} words: {} substituted, {} deleted, {} inserted",
            errors.reference_words, errors.substitutions, errors.deletions, errors.insertions
        )?;
    }
    if let Some(times) = &comparison.word_times {
        write_times(text, "word starts", &times.starts)?;
        write_times(text, "word ends", &times.ends)?;
    }
    write_speakers(text, &comparison.speakers)?;
    write!(text, "\n{}", detections(comparison).as_text())?;
    if let Some(median_s) = comparison.activity.boundary_error_median_s {
        writeln!(text, "\nspeech boundaries: median error {:.0} ms", median_s * 1000.0)?;
    }
    let mistaken = comparison.events.backchannels_as_interruptions;
    writeln!(text, "backchannels taken for interruptions: {mistaken}")?;
    write_rules(text, &comparison.rules)
}

/// The verdicts alone, as a table.
pub(crate) fn rules_text(rules: &RuleComparison) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write_rules(&mut text, rules);
    text
}

fn write_rules(text: &mut String, rules: &RuleComparison) -> std::fmt::Result {
    writeln!(text, "verdicts equal to the truth: {} of {}", percent(rules.accuracy), rules.verdicts)?;
    let mut table = Table::new([
        ("rule", Align::Left),
        ("n", Align::Right),
        ("prevalence", Align::Right),
        ("accuracy", Align::Right),
        ("kappa", Align::Right),
        ("precision", Align::Right),
        ("recall", Align::Right),
        ("wrong in", Align::Left),
    ]);
    for rule in &rules.rules {
        table.add(rule_row(rule));
    }
    write!(text, "\n{}", table.as_text())
}

/// How well activity, events and failed rules were found.
fn detections(comparison: &Comparison) -> Table {
    let events = &comparison.events;
    let mut table = Table::new([
        ("", Align::Left),
        ("precision", Align::Right),
        ("recall", Align::Right),
        ("F1", Align::Right),
        ("true", Align::Right),
    ]);
    for (name, detection) in [
        ("speech frames", &comparison.activity.total),
        ("interruptions", &events.interruptions),
        ("attempts", &events.attempts),
        ("backchannels", &events.backchannels),
        ("silences", &events.silences),
        ("holds", &events.holds),
        ("farewells", &events.farewells),
        ("failed rules", &comparison.rules.fail),
    ] {
        let Detection { hits, misses, precision, recall, f1, .. } = detection;
        let true_ones = (hits + misses).to_string();
        table.add([name.to_owned(), share(*precision), share(*recall), share(*f1), true_ones]);
    }
    table
}

fn write_times(text: &mut String, name: &str, errors: &TimeErrors) -> std::fmt::Result {
    let TimeErrors { words, mean_s, median_s, p95_s } = errors;
    writeln!(
        text,
        "{name:<26} mean error {}, median {}, 95 % within {} ({words} words beside a pause)",
        milliseconds(*mean_s),
        milliseconds(*median_s),
        milliseconds(*p95_s)
    )
}

fn milliseconds(value_s: Option<f64>) -> String {
    value_s.map_or_else(|| "—".to_owned(), |value_s| format!("{:.0} ms", value_s * 1000.0))
}

fn write_speakers(text: &mut String, speakers: &SpeakerComparison) -> std::fmt::Result {
    let plain = &speakers.diarization;
    writeln!(text, "\ndiarization error rate     {}", percent(plain.rate))?;
    writeln!(text, "  with overlapped speech   {}", percent(speakers.diarization_with_overlap.rate))?;
    writeln!(
        text,
        "  of {:.1} s: {:.1} missed, {:.1} false alarm, {:.1} confused; no collar",
        plain.speech_s, plain.missed_s, plain.false_alarm_s, plain.confused_s
    )?;
    writeln!(text, "words of the right speaker {}", percent(speakers.word_speaker_accuracy))?;
    writeln!(
        text,
        "roles                      {} right, {} wrong, {} unknown",
        speakers.roles_right, speakers.roles_wrong, speakers.roles_unknown
    )
}

fn rule_row(rule: &RuleAccuracy) -> [String; 8] {
    let wrong: Vec<&str> = rule.wrong.iter().map(|wrong| wrong.call.as_str()).collect();
    [
        rule.id.clone(),
        rule.calls.to_string(),
        share(rule.prevalence),
        share(rule.accuracy),
        share(rule.kappa),
        share(rule.fail.precision),
        share(rule.fail.recall),
        wrong.join(" "),
    ]
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{value:.3}"))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{:.1} %", value * 100.0))
}
