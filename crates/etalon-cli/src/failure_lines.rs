//! What is said of recordings without a result, and of files that were not taken for recordings.

use crate::output::Audience;
use etalon_store::{Failure, PassedOver, PassedOverReason};
use std::collections::BTreeSet;
use std::path::Path;

/// Failures that are told one by one; the others are counted.
const NAMED_FAILURES: usize = 100;

/// Extensions of skipped files that are named.
const NAMED_EXTENSIONS: usize = 8;

/// What follows the last dot of a longer name is no extension, and may be part of a number.
const EXTENSION_MAX_LETTERS: usize = 5;

/// One line for each failure. People at a terminal see the recording's name; a log gets the place
/// in `failures.jsonl` and the call's id, because names of recordings hold telephone numbers. Of a
/// share that is not mounted, thousands of files are missing, and the file lists them.
pub(crate) fn failure_lines(failures: &[Failure], audience: Audience) -> Vec<String> {
    let line = |(place, failure): (usize, &Failure)| match (audience, &failure.id) {
        (Audience::Terminal, _) => format!("failed: {}: {}", failure.source, failure.reason),
        (Audience::Log, Some(id)) => {
            format!("failed: {id} (line {} of failures.jsonl): {}", place + 1, failure.reason)
        }
        (Audience::Log, None) => format!("failed: line {} of failures.jsonl: {}", place + 1, failure.reason),
    };
    told_or_counted(failures, line, "in failures.jsonl")
}

/// One line for each failure of a plan; a log gets no names of recordings.
pub(crate) fn failure_lines_of_plan(failures: &[Failure], audience: Audience) -> Vec<String> {
    let line = |(_, failure): (usize, &Failure)| match audience {
        Audience::Terminal => format!("failed: {}: {}", failure.source, failure.reason),
        Audience::Log => format!("failed: {}", failure.reason),
    };
    told_or_counted(failures, line, "in the plan")
}

/// The lines of the first failures, and how many more are where all of them are.
fn told_or_counted(
    failures: &[Failure],
    line: impl Fn((usize, &Failure)) -> String,
    place_of_all: &str,
) -> Vec<String> {
    let (told, counted) = failures.split_at(failures.len().min(NAMED_FAILURES));
    let mut lines: Vec<String> = told.iter().enumerate().map(line).collect();
    if !counted.is_empty() {
        lines.push(format!("failed: and {} more {place_of_all}", counted.len()));
    }
    lines
}

/// How many files were skipped that may be recordings, and why. What lies beside recordings as a
/// matter of course would only alarm; `passed_over.jsonl` lists that as well.
pub(crate) fn skipped_line(passed_over: &[PassedOver]) -> Option<String> {
    let counts = etalon_store::counts_by_reason(passed_over);
    let reasons: Vec<String> = counts
        .iter()
        .filter(|count| count.reason.may_cost_a_recording())
        .map(|count| {
            let extensions = if count.reason == PassedOverReason::UnknownFormat {
                extensions(passed_over, count.reason)
            } else {
                String::new()
            };
            format!("{} {}{extensions}", count.files, count.reason.in_words())
        })
        .collect();
    let files = passed_over.iter().filter(|file| file.reason.may_cost_a_recording()).count();
    (files > 0)
        .then(|| format!("skipped {files} files: {}; passed_over.jsonl names them", reasons.join(", ")))
}

/// The extensions of the files that were skipped for a reason.
fn extensions(passed_over: &[PassedOver], reason: PassedOverReason) -> String {
    let of_reason = passed_over.iter().filter(|file| file.reason == reason);
    let extensions: BTreeSet<String> = of_reason
        .filter_map(|file| Path::new(&file.source).extension())
        .map(|extension| extension.to_string_lossy().to_lowercase())
        .filter(|extension| extension.len() <= EXTENSION_MAX_LETTERS && !extension.contains(char::is_control))
        .collect();
    let named: Vec<String> =
        extensions.into_iter().take(NAMED_EXTENSIONS).map(|extension| format!(".{extension}")).collect();
    if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_call::{FailureKind, Stage};

    #[test]
    fn many_failures_are_counted() {
        let failure = Failure {
            source: "a.wav".to_owned(),
            id: None,
            stage: Stage::Intake,
            kind: FailureKind::Missing,
            reason: "is gone".to_owned(),
            permanent: false,
        };
        let lines = failure_lines(&vec![failure.clone(); 100_000], Audience::Log);
        assert_eq!((lines.len(), &*lines[100]), (101, "failed: and 99900 more in failures.jsonl"));
        assert_eq!(failure_lines(&[failure], Audience::Log), ["failed: line 1 of failures.jsonl: is gone"]);
    }
}
