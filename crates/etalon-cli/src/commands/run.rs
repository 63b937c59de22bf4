//! `etalon run`: recordings into scored calls.

use crate::arguments::{RunOptions, WorkerKind};
use crate::call_table::call_table;
use crate::commands::report::{self, exit_with_unreadable};
use crate::exit::Exit;
use crate::output::Audience;
use crate::progress::Bar;
use crate::{output, signals};
use anyhow::Context as _;
use etalon_batch::intake::{Intake, Sources};
use etalon_batch::transcripts::MissingTranscript;
use etalon_batch::{
    BatchError, Config, Outcome, TranscriptFolder, TranscriptSource, Workers, across_calls, intake,
};
use etalon_call::{LayoutSource, Role};
use etalon_pipeline::{Pipeline, Recognizer};
use etalon_report::Rebuilt;
use etalon_store::{CallLine, Failure, PassedOver, PassedOverReason, RunSummary, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Rows of the table of calls that are printed; a day's recordings are thousands.
const TABLE_ROWS: usize = 100;

/// Calls that are missing in the report are named so many; the others are counted.
const NAMED_MISSING_CALLS: usize = 5;

/// Extensions of skipped files that are named.
const NAMED_EXTENSIONS: usize = 8;

/// What follows the last dot of a longer name is no extension, and may be part of a number.
const EXTENSION_MAX_LETTERS: usize = 5;

/// Runs the command.
pub(crate) fn run(options: &RunOptions) -> anyhow::Result<Exit> {
    let config = configuration(options)?;
    let stop = signals::stop_flag().context("signals can't be received")?;
    let intake = intake::take_in(&sources(options), &config, &stop)?;
    run_over(intake, options, &config, &stop, Listing::Calls)
}

/// What is said of the stored calls at the end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    /// A table of them.
    Calls,
    /// Their numbers.
    Counts,
}

/// What the command line names as inputs.
pub(crate) fn sources(options: &RunOptions) -> Sources<'_> {
    Sources {
        inputs: &options.inputs,
        manifests: &options.manifest,
        settle: Duration::from_secs(options.settle),
    }
}

/// Works through recordings and makes the report.
pub(crate) fn run_over(
    mut intake: Intake,
    options: &RunOptions,
    config: &Config,
    stop: &AtomicBool,
    listing: Listing,
) -> anyhow::Result<Exit> {
    let store = Store::create(&options.out)?;
    let lock = store.lock()?;
    store.remove_stale_temporary_files(&lock)?;
    if options.retry_quarantined {
        store.release_all(&lock)?;
    }
    intake.transcripts = transcript_source(options, config)?;
    let to_transcribe =
        intake.transcripts.as_ref().map_or(usize::MAX, |source| without_transcript(&intake, source));
    let nothing_to_transcribe = to_transcribe == 0
        || intake.transcripts.as_ref().is_some_and(|source| source.missing == MissingTranscript::Fail);
    let pipeline = if options.no_asr || nothing_to_transcribe {
        Pipeline::without_transcription(config.pipeline_settings())?
    } else {
        Pipeline::with_transcription(config.pipeline_settings())?
    };
    if let Some(source) = &intake.transcripts {
        output::message(&transcripts_line(&pipeline, source, intake.inputs.len(), to_transcribe));
    }
    if let Some(recognizer) = &pipeline.recognizer {
        output::message(&recognizer_line(recognizer));
    }

    let bar = if options.no_progress || std::env::var_os("NO_COLOR").is_some() {
        Bar::silent()
    } else {
        Bar::on_terminal()
    };
    let jobs = options.jobs.map_or_else(processors, usize::from);
    let workers = match options.workers {
        WorkerKind::Processes => Workers::Processes(super::worker::program(config.workers.clone())?),
        WorkerKind::Threads => Workers::Threads,
    };
    let outcome = etalon_batch::run(intake, &pipeline, &store, &workers, jobs, stop, &bar);
    bar.finish();
    let outcome = outcome?;

    store.write_failures(&outcome.failures)?;
    store.write_passed_over(&outcome.passed_over)?;
    store.write_run(&outcome.summary)?;
    across_calls::evaluate(&store, &pipeline.packs, &options.history)?;
    let rebuilt = report::rebuild(&store, &pipeline.packs, &options.report)?;
    print(options, &store, &outcome, listing)?;
    let exit = exit_with_unreadable(&rebuilt);
    let are_calls_missing = say_missing_calls(&outcome, &rebuilt);
    let of_outcome = exit_of(&outcome);
    if let Some(error) = outcome.given_up {
        return Err(error.into());
    }
    Ok(match of_outcome {
        Exit::Done if are_calls_missing => Exit::SomeFailed,
        Exit::Done => exit,
        of_run => of_run,
    })
}

/// Says which calls with a result the report does not hold, and whether there are any: somebody
/// changed the result folder meanwhile.
fn say_missing_calls(outcome: &Outcome, rebuilt: &Rebuilt) -> bool {
    let missing = missing_calls(&outcome.results, rebuilt);
    if missing.is_empty() {
        return false;
    }
    let (named, rest) = missing.split_at(missing.len().min(NAMED_MISSING_CALLS));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    output::message(&format!(
        "{} of {} results are not in the report ({}{more}): the result folder was changed during the run; run the \
         same command again",
        missing.len(),
        outcome.results.len(),
        named.join(", ")
    ));
    true
}

/// The ids of the results that the report does not hold and that nobody has named yet.
fn missing_calls<'r>(results: &'r BTreeSet<String>, rebuilt: &Rebuilt) -> Vec<&'r str> {
    let named: BTreeSet<&String> = rebuilt.unreadable.iter().filter_map(|call| call.id.as_ref()).collect();
    let is_missing = |id: &&String| !rebuilt.calls.contains(*id) && !named.contains(id);
    results.iter().filter(is_missing).map(String::as_str).collect()
}

/// The configuration file with the command line on top of it.
pub(crate) fn configuration(options: &RunOptions) -> anyhow::Result<Config> {
    let mut config = options.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
    if let Some(model) = &options.model {
        config.model.clone_from(model);
    }
    config.engine = options.engine.unwrap_or(config.engine);
    if let Some(language) = &options.language {
        config.language.clone_from(language);
    }
    if !options.packs.is_empty() {
        config.packs.clone_from(&options.packs);
    }
    config.packs.extend(options.add_packs.iter().cloned());
    if let Some(layout) = options.layout {
        config.call.insert("layout".to_owned(), layout.name().to_owned());
    }
    config.limits.max_seconds = options.max_seconds.unwrap_or(config.limits.max_seconds);
    config.limits.max_bytes = options.max_bytes.unwrap_or(config.limits.max_bytes);
    config.check_ranges().map_err(BatchError::from)?;
    Ok(config)
}

/// Where transcripts from elsewhere lie, if there are any.
fn transcript_source(options: &RunOptions, config: &Config) -> anyhow::Result<Option<TranscriptSource>> {
    let Some(folder) = &options.transcripts else { return Ok(None) };
    let folder = TranscriptFolder::search(folder)?;
    Ok(Some(TranscriptSource { folder, missing: config.transcripts.missing }))
}

/// How many recordings have no transcript.
fn without_transcript(intake: &Intake, source: &TranscriptSource) -> usize {
    let sources = || intake.inputs.iter().map(|input| input.source.as_str());
    let assigned = source.folder.assigned_to(sources());
    sources().filter(|source| assigned.of(source).is_err()).count()
}

/// What becomes of recordings with and without a transcript, in plain words.
fn transcripts_line(
    pipeline: &Pipeline,
    source: &TranscriptSource,
    recordings: usize,
    without: usize,
) -> String {
    let fate = match (&pipeline.recognizer, source.missing) {
        (_, MissingTranscript::Fail) => "the others fail".to_owned(),
        (Some(recognizer), _) => format!("the others are transcribed with {}", recognizer.name),
        (None, _) => "the others are measured and have no text".to_owned(),
    };
    let with = recordings - without;
    let found =
        format!("{with} of {recordings} recordings have a transcript in {}", source.folder.path().display());
    if without == 0 { found } else { format!("{found}; {fate}") }
}

/// What transcribes and what it computes with.
fn recognizer_line(recognizer: &Recognizer) -> String {
    format!("transcribing with {} ({})", recognizer.name, recognizer.compute_features())
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn print(options: &RunOptions, store: &Store, outcome: &Outcome, listing: Listing) -> anyhow::Result<()> {
    for warning in &outcome.summary.warnings {
        output::message(&format!("warning: {warning}"));
    }
    for line in failure_lines(&outcome.failures, output::Audience::of_messages()) {
        output::message(&line);
    }
    for replaced in &outcome.replaced {
        output::message(&format!(
            "replaced: the call {} by {}: its recording has other bytes now",
            replaced.id, replaced.by
        ));
    }
    if options.json {
        // Where each recording was found is for the next run only.
        let summary = RunSummary { places: BTreeMap::new(), ..outcome.summary.clone() };
        output::data(&format!("{}\n", serde_json::to_string_pretty(&summary)?))?;
        return Ok(());
    }
    let calls = Calls::of(store)?;
    if listing == Listing::Calls {
        output::data(&call_table(&calls.shown))?;
        if calls.more > 0 {
            let all = options.out.join("calls.jsonl");
            output::message(&format!("… and {} more in {}", calls.more, all.display()));
        }
    }
    if let Some(line) = skipped_line(&outcome.passed_over) {
        output::message(&line);
    }
    for line in closing_lines(&outcome.summary, &calls) {
        output::message(&line);
    }
    output::message(&format!("results: {}", options.out.display()));
    output::message(&format!("report:  {}", options.out.join("report/index.html").display()));
    Ok(())
}

/// What is said about the calls of a result folder.
#[derive(Default)]
struct Calls {
    /// Those that the table shows.
    shown: Vec<CallLine>,
    /// How many it does not show.
    more: usize,
    /// How many there are in which nobody said which channel is the agent's.
    without_sides: usize,
    /// How many have no score.
    without_score: usize,
}

impl Calls {
    fn of(store: &Store) -> anyhow::Result<Self> {
        let mut calls = Self::default();
        for line in store.call_lines()? {
            let line = line?;
            calls.without_sides += usize::from(sides_could_be_told(&line));
            calls.without_score += usize::from(line.evaluation.score.is_none());
            if calls.shown.len() < TABLE_ROWS {
                calls.shown.push(line);
            } else {
                calls.more += 1;
            }
        }
        Ok(calls)
    }
}

/// One line for each failure. People at a terminal see the recording's name; a log gets the place
/// in `failures.jsonl` and the call's id, because names of recordings hold telephone numbers.
fn failure_lines(failures: &[Failure], audience: Audience) -> Vec<String> {
    let line = |(place, failure): (usize, &Failure)| match (audience, &failure.id) {
        (Audience::Terminal, _) => format!("failed: {}: {}", failure.source, failure.reason),
        (Audience::Log, Some(id)) => {
            format!("failed: {id} (line {} of failures.jsonl): {}", place + 1, failure.reason)
        }
        (Audience::Log, None) => format!("failed: line {} of failures.jsonl: {}", place + 1, failure.reason),
    };
    failures.iter().enumerate().map(line).collect()
}

/// How many files were skipped that may be recordings, and why. What lies beside recordings as a
/// matter of course would only alarm; `passed_over.jsonl` lists that as well.
fn skipped_line(passed_over: &[PassedOver]) -> Option<String> {
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

/// What happened, in plain words.
fn closing_lines(summary: &RunSummary, calls: &Calls) -> Vec<String> {
    let mut lines = vec![format!(
        "{} recordings: {} processed, {} done before, {} the same as others, {} failed",
        summary.recordings,
        summary.processed.saturating_sub(failed_while_processing(summary)),
        summary.reused,
        summary.duplicates,
        summary.failed
    )];
    if let (Some(speed), Some(channel_speed)) = (summary.speed, summary.channel_speed) {
        lines.push(format!(
            "{:.1} min of audio in {:.1} s: {speed:.1}x real time, {channel_speed:.1}x over channels, {} jobs",
            summary.audio_hours * 60.0,
            summary.wall_s,
            summary.jobs
        ));
    }
    if calls.without_score > 0 {
        lines.push(format!(
            "{} calls have no score and are left out of averages: too little of the standard could be measured \
             (`score_unmeasurable` of each call says why)",
            calls.without_score
        ));
    }
    let without_sides = calls.without_sides;
    if without_sides > 0 {
        lines.push(format!(
            "in {without_sides} calls nobody said which channel is the agent's, so rules that need it are \
             unmeasurable: use --layout agent_left, --layout agent_right or a column `layout` in the manifest"
        ));
    }
    if summary.redone > 0 {
        lines.push(format!(
            "{} stored results could not be read wholly and were to be made again",
            summary.redone
        ));
    }
    if summary.interrupted {
        lines.push("interrupted: run the same command again to go on".to_owned());
    }
    lines
}

/// Recordings that were taken up by a worker and gave no result.
fn failed_while_processing(summary: &RunSummary) -> u32 {
    (summary.processed + summary.reused + summary.duplicates + summary.failed)
        .saturating_sub(summary.recordings)
}

fn sides_could_be_told(line: &CallLine) -> bool {
    line.audio.layout_source == LayoutSource::Unknown
        && line.turns.iter().any(|turn| turn.speaker == Role::Unknown)
}

fn exit_of(outcome: &Outcome) -> Exit {
    if outcome.summary.interrupted {
        Exit::Interrupted
    } else if outcome.failures.is_empty() {
        Exit::Done
    } else {
        Exit::SomeFailed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_call::{FailureKind, Stage};

    #[test]
    fn results_are_missed_by_their_ids_and_not_by_their_number() {
        let ids = |text: &str| -> BTreeSet<String> { text.split_whitespace().map(str::to_owned).collect() };
        let check = |results: &str, calls: &str, unreadable: &str, expected: &[&str]| {
            let unreadable = ids(unreadable).into_iter().map(|id| Failure {
                source: "a.wav".to_owned(),
                id: Some(id),
                stage: Stage::Store,
                kind: FailureKind::StoredResult,
                reason: "is damaged".to_owned(),
                permanent: false,
            });
            let rebuilt = Rebuilt { calls: ids(calls), incidents: 0, unreadable: unreadable.collect() };
            assert_eq!(missing_calls(&ids(results), &rebuilt), expected, "{results} {calls}");
        };
        check("a b", "a b c", "", &[]);
        // As many calls as results, and not the same ones.
        check("a b", "a c", "", &["b"]);
        check("a b", "a", "b", &[]);
        check("a b", "", "", &["a", "b"]);
    }
}
