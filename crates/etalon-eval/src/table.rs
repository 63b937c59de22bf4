//! A comparison as text for the terminal.

use crate::Comparison;
use crate::counts::Detection;
use crate::speakers::SpeakerComparison;
use crate::verdicts::{RuleAccuracy, RuleComparison};
use crate::word_times::TimeErrors;
use std::fmt::Write as _;

/// The comparison as a few short tables.
pub fn as_text(comparison: &Comparison) -> String {
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
    writeln!(text, "\n{:<26} {:>9} {:>7} {:>7} {:>6}", "", "precision", "recall", "F1", "true")?;
    write_detection(text, "speech frames", &comparison.activity.total)?;
    let events = &comparison.events;
    write_detection(text, "interruptions", &events.interruptions)?;
    write_detection(text, "attempts", &events.attempts)?;
    write_detection(text, "backchannels", &events.backchannels)?;
    write_detection(text, "silences", &events.silences)?;
    write_detection(text, "holds", &events.holds)?;
    write_detection(text, "farewells", &events.farewells)?;
    write_detection(text, "failed rules", &comparison.rules.fail)?;
    if let Some(median_s) = comparison.activity.boundary_error_median_s {
        writeln!(text, "\nspeech boundaries: median error {:.0} ms", median_s * 1000.0)?;
    }
    writeln!(text, "backchannels taken for interruptions: {}", events.backchannels_as_interruptions)?;
    write_rules(text, &comparison.rules)
}

/// The verdicts alone, as a table.
pub fn rules_as_text(rules: &RuleComparison) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write_rules(&mut text, rules);
    text
}

fn write_rules(text: &mut String, rules: &RuleComparison) -> std::fmt::Result {
    writeln!(text, "verdicts equal to the truth: {} of {}", percent(rules.accuracy), rules.verdicts)?;
    writeln!(
        text,
        "\n{:<30} {:>3} {:>10} {:>9} {:>6} {:>9} {:>7}  wrong in",
        "rule", "n", "prevalence", "accuracy", "kappa", "precision", "recall"
    )?;
    rules.rules.iter().try_for_each(|rule| write_rule(text, rule))
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

fn write_detection(text: &mut String, name: &str, detection: &Detection) -> std::fmt::Result {
    let Detection { hits, misses, precision, recall, f1, .. } = detection;
    writeln!(
        text,
        "{name:<26} {:>9} {:>7} {:>7} {:>6}",
        share(*precision),
        share(*recall),
        share(*f1),
        hits + misses
    )
}

fn write_rule(text: &mut String, rule: &RuleAccuracy) -> std::fmt::Result {
    let wrong: Vec<&str> = rule.wrong.iter().map(|wrong| wrong.call.as_str()).collect();
    let line = format!(
        "{:<30} {:>3} {:>10} {:>9} {:>6} {:>9} {:>7}  {}",
        rule.id,
        rule.calls,
        share(rule.prevalence),
        share(rule.accuracy),
        share(rule.kappa),
        share(rule.fail.precision),
        share(rule.fail.recall),
        wrong.join(" ")
    );
    writeln!(text, "{}", line.trim_end())
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{value:.3}"))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{:.1} %", value * 100.0))
}
