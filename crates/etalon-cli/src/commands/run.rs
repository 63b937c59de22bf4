//! `etalon run`: recordings into scored calls.

use crate::arguments::{RunOptions, WorkerKind};
use crate::call_table::call_table;
use crate::commands::report::{delete_forgotten, exit_with_unreadable, index_page};
use crate::commands::shard;
use crate::ending::{Ending, print_summary, say_missing_calls};
use crate::exit::{self, Exit};
use crate::failure_lines::{failure_lines, skipped_line};
use crate::monitoring::RunMonitor;
use crate::nights::{self, Night};
use crate::output::{self, Audience};
use crate::{sharing, signals};
use anyhow::Context as _;
use etalon_batch::intake::Intake;
use etalon_batch::transcripts::MissingTranscript;
use etalon_batch::{
    BatchError, Config, Outcome, RedactedUnheard, TranscriptFolder, TranscriptSource, Workers, intake,
};
use etalon_call::{LayoutSource, Role};
use etalon_pipeline::{PersonalData, Pipeline, Recognizer};
use etalon_report::Rebuilt;
use etalon_rules::Pack;
use etalon_store::{CallLine, RunSummary, Store};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Rows of the table of calls that are printed; a day's recordings are thousands.
const TABLE_ROWS: usize = 100;

/// Runs the command.
pub(crate) fn run(options: &RunOptions) -> anyhow::Result<Exit> {
    let config = configuration(options)?;
    // What can't be read is told before a night's work.
    etalon_batch::across_calls::check_earlier(&options.earlier.history)?;
    let stop = signals::stop_flag().context("signals can't be received")?;
    etalon_batch::start_threads()?;
    let intake = match &options.plan {
        Some(plan) => shard::intake(plan, options.shard, &config)?,
        None => intake::take_in(&options.recordings.sources(&options.inputs), &config, &stop)?,
    };
    let occasion = Occasion { night: &mut Night::of_run(), listing: Listing::Calls, report_from: None };
    Ok(run_over(intake, options, &config, &stop, occasion)?.exit)
}

/// On which occasion recordings are worked through.
pub(crate) struct Occasion<'a> {
    /// What the run is a part of.
    pub(crate) night: &'a mut Night,
    pub(crate) listing: Listing,
    /// A run that has worked through its recordings before this time leaves the report to its
    /// caller.
    pub(crate) report_from: Option<Instant>,
}

/// What is said of the stored calls at the end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    /// A table of them.
    Calls,
    /// Their numbers.
    Counts,
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) exit: Exit,
    /// How long the report took; none where it was not made.
    pub(crate) report: Option<Duration>,
}

/// Works through recordings in the result folder of the options, and makes the report.
pub(crate) fn run_over(
    intake: Intake,
    options: &RunOptions,
    config: &Config,
    stop: &AtomicBool,
    occasion: Occasion<'_>,
) -> anyhow::Result<Ended> {
    let store = Store::create(&options.out)?;
    let lock = store.lock()?;
    etalon_shards::check_folder(&store, intake.part.as_ref())?;
    store.remove_stale_temporary_files(&lock)?;
    delete_forgotten(&store, &lock)?;
    if let Some(group) = options.group {
        sharing::share(&store, &lock, group)?;
    }
    if options.retry_quarantined {
        store.release_all(&lock)?;
    }
    store.keep_earlier_run()?;
    let monitor = RunMonitor::begin(&options.monitoring, &store)?;
    let ended = work_through(intake, options, config, stop, &store, &monitor)
        .and_then(|worked| conclude(worked, options, &store, occasion));
    match ended {
        Ok((outcome, ended)) => {
            monitor.ended(&store, &outcome.summary, &outcome.failures, ended.exit)?;
            Ok(ended)
        }
        Err(error) => {
            monitor.broken_off(exit::code_of(&error));
            Err(error)
        }
    }
}

/// What became of the recordings, before anything is made of the stored calls.
struct Worked {
    outcome: Outcome,
    packs: Vec<Pack>,
    is_stopped: bool,
    /// Calls of the folder that held personal data are redacted now.
    is_redacted_anew: bool,
}

/// Works through the recordings, until a stop where one comes.
fn work_through(
    mut intake: Intake,
    options: &RunOptions,
    config: &Config,
    stop: &AtomicBool,
    store: &Store,
    monitor: &RunMonitor,
) -> anyhow::Result<Worked> {
    intake.transcripts = transcript_source(options, config, &intake)?;
    if let Some(part) = &mut intake.part {
        let missing = intake.transcripts.as_ref().map(|source| source.missing);
        part.settings_sha256 = Some(etalon_shards::settings_sha256(&config.limits, missing));
    }
    let pipeline = pipeline(options, config, &intake)?;
    let is_redacted_anew = config.personal_data == PersonalData::Redacted && is_changed(store, &pipeline);
    if is_redacted_anew {
        // It holds what was said in calls that are redacted now; the next search makes it anew.
        etalon_search::remove(store)?;
    }
    let jobs = options.jobs.number();
    let workers = match options.workers {
        WorkerKind::Processes => Workers::Processes(super::worker::program(config.workers.clone())?),
        WorkerKind::Threads => Workers::Threads,
    };
    let outcome = etalon_batch::run(intake, &pipeline, store, &workers, jobs, stop, monitor);
    monitor.conclude();
    let mut outcome = outcome?;
    let is_redacted_anew = is_redacted_anew || !outcome.unheard.redacted.is_empty();

    signals::end_at_once();
    let is_stopped = stop.load(Ordering::SeqCst);
    outcome.summary.interrupted |= is_stopped;
    Ok(Worked { outcome, packs: pipeline.packs, is_stopped, is_redacted_anew })
}

/// The pipeline of a run, which knows no speech model where nothing is to be transcribed.
fn pipeline(options: &RunOptions, config: &Config, intake: &Intake) -> anyhow::Result<Pipeline> {
    // The shards of a plan are alike: what one of them has to transcribe, all of them could.
    let to_transcribe =
        intake.transcripts.as_ref().map_or(usize::MAX, |source| without_transcript(intake, source));
    let nothing_to_transcribe = to_transcribe == 0
        || intake.transcripts.as_ref().is_some_and(|source| source.missing == MissingTranscript::Fail);
    let pipeline = if options.no_asr || nothing_to_transcribe {
        Pipeline::without_transcription(config.pipeline_settings())?
    } else {
        Pipeline::with_transcription(config.pipeline_settings())?
    };
    if let Some(source) = &intake.transcripts {
        let recordings = intake.inputs.len() + source.elsewhere.iter().map(Vec::len).sum::<usize>();
        output::message(&transcripts_line(&pipeline, source, recordings, to_transcribe));
    }
    if let Some(recognizer) = &pipeline.recognizer {
        output::message(&recognizer_line(recognizer));
    }
    Ok(pipeline)
}

/// Makes the report of the stored calls and says how the run ended, with the code that it calls
/// for. A run that was stopped keeps what is noted of it, and the report stays as it was.
fn conclude(
    worked: Worked,
    options: &RunOptions,
    store: &Store,
    occasion: Occasion<'_>,
) -> anyhow::Result<(Outcome, Ended)> {
    let Worked { mut outcome, packs, is_stopped, is_redacted_anew } = worked;
    let Occasion { night, listing, report_from } = occasion;
    night.add(&outcome.summary, &outcome.processed, &outcome.work);
    let ending = Ending { failures: &outcome.failures, passed_over: &outcome.passed_over, packs: &packs };
    if is_stopped {
        ending.note(store)?;
        nights::keep(store, night, &mut outcome.summary)?;
        say_interrupted(options, &outcome)?;
        return Ok((outcome, Ended { exit: Exit::Interrupted, report: None }));
    }
    if is_redacted_anew {
        // Somebody may have searched meanwhile.
        etalon_search::remove(store)?;
    }
    let since = Instant::now();
    let left_until = report_from.filter(|from| since < *from);
    let rebuilt = if left_until.is_some() {
        ending.note(store)?;
        None
    } else {
        // Where tables and pages are broken off, it is known what the night has done.
        nights::keep_unfinished(store, night)?;
        let rebuilt = ending.settle(store, &options.earlier.history, &options.report)?;
        nights::compare(store, night, &options.earlier.history)?;
        Some(rebuilt)
    };
    let report = rebuilt.is_some().then(|| since.elapsed());
    nights::keep(store, night, &mut outcome.summary)?;
    say_warnings_and_failures(&outcome, &night.news_of_drift(Audience::of_messages()));
    match left_until {
        Some(until) => print_without_report(options, &outcome, until - since)?,
        None => print(options, store, &outcome, listing)?,
    }
    let of_report = rebuilt.map_or(Exit::Done, |rebuilt| exit_of_report(&outcome, &rebuilt));
    if let Some(error) = outcome.given_up.take() {
        return Err(error.into());
    }
    let exit = match exit_of(&outcome) {
        Exit::Done => of_report,
        of_run => of_run,
    };
    Ok((outcome, Ended { exit, report }))
}

/// How the command ends with what the report holds, and says what is not in it.
fn exit_of_report(outcome: &Outcome, rebuilt: &Rebuilt) -> Exit {
    let exit = exit_with_unreadable(rebuilt);
    if say_missing_calls(&outcome.results, rebuilt) { Exit::SomeFailed } else { exit }
}

/// Whether an earlier run into the folder was made in another way.
fn is_changed(store: &Store, pipeline: &Pipeline) -> bool {
    let earlier = store.read_run().ok().flatten();
    // What was interrupted may have left calls behind that an earlier run made in another way.
    earlier.is_none_or(|earlier| earlier.interrupted || earlier.fingerprint != pipeline.fingerprint())
}

/// The configuration file with the command line on top of it.
pub(crate) fn configuration(options: &RunOptions) -> anyhow::Result<Config> {
    let mut config = options.recordings.configuration()?;
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
    if options.redact {
        config.personal_data = PersonalData::Redacted;
    }
    config.limits.max_seconds = options.max_seconds.unwrap_or(config.limits.max_seconds);
    config.limits.max_bytes = options.max_bytes.unwrap_or(config.limits.max_bytes);
    config.check_ranges().map_err(BatchError::from)?;
    Ok(config)
}

/// Where transcripts from elsewhere lie, if there are any.
fn transcript_source(
    options: &RunOptions,
    config: &Config,
    intake: &Intake,
) -> anyhow::Result<Option<TranscriptSource>> {
    let Some(folder) = &options.transcripts else { return Ok(None) };
    let folder = TranscriptFolder::search(folder)?;
    let elsewhere = match (&options.plan, intake.part.as_ref().and_then(|part| part.shard)) {
        (Some(plan), Some(shard)) => etalon_shards::other_sources(plan, shard)?,
        _ => Vec::new(),
    };
    Ok(Some(TranscriptSource { folder, missing: config.transcripts.missing, elsewhere }))
}

/// How many recordings have no transcript, those of other shards counted.
fn without_transcript(intake: &Intake, source: &TranscriptSource) -> usize {
    let own = intake.inputs.iter().map(|input| &input.source);
    let sources: Vec<&str> = own.chain(source.elsewhere.iter().flatten()).map(String::as_str).collect();
    let assigned = source.folder.assigned_to(sources.iter().copied());
    sources.into_iter().filter(|source| assigned.of(source).is_err()).count()
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

/// Says what a run has done until it was stopped. Tables and pages are left as they were: what is
/// made of many calls takes longer than a stop may.
fn say_interrupted(options: &RunOptions, outcome: &Outcome) -> anyhow::Result<()> {
    say_warnings_and_failures(outcome, &[]);
    if options.json {
        return print_summary(&outcome.summary);
    }
    for line in closing_lines(&outcome.summary, &Calls::default()) {
        output::message(&line);
    }
    Ok(())
}

/// Says what a run has done whose report comes later.
fn print_without_report(options: &RunOptions, outcome: &Outcome, later: Duration) -> anyhow::Result<()> {
    if options.json {
        return print_summary(&outcome.summary);
    }
    for line in closing_lines(&outcome.summary, &Calls::default()) {
        output::message(&line);
    }
    output::message(&format!("results: {}", options.out.display()));
    output::message(&format!("report:  follows in {} s", later.as_secs_f64().ceil()));
    Ok(())
}

fn say_warnings_and_failures(outcome: &Outcome, drift: &[String]) {
    for warning in &outcome.summary.warnings {
        output::alert(&format!("warning: {warning}"));
    }
    let failures = failure_lines(&outcome.failures, Audience::of_messages());
    for line in failures.iter().chain(drift) {
        output::alert(line);
    }
    for line in unheard_lines(&outcome.unheard) {
        output::alert(&line);
    }
    for replaced in &outcome.replaced {
        output::message(&format!(
            "replaced: the call {} by {}: its recording has other bytes now",
            replaced.id, replaced.by
        ));
    }
}

/// What became of stored calls that were to hold no personal data, and could not be heard again.
fn unheard_lines(unheard: &RedactedUnheard) -> Vec<String> {
    let mut lines = Vec::new();
    if !unheard.redacted.is_empty() {
        lines.push(format!(
            "{} calls of earlier runs were redacted as they are stored, because their recordings failed: {}",
            unheard.redacted.len(),
            unheard.redacted.join(", ")
        ));
    }
    if !unheard.unreadable.is_empty() {
        lines.push(format!(
            "{} stored calls of recordings that failed can't be read, and may hold personal data; mend the \
             recordings, or delete the calls (`etalon forget --call`): {}",
            unheard.unreadable.len(),
            unheard.unreadable.join(", ")
        ));
    }
    lines
}

fn print(options: &RunOptions, store: &Store, outcome: &Outcome, listing: Listing) -> anyhow::Result<()> {
    if options.json {
        return print_summary(&outcome.summary);
    }
    if options.monitoring.quiet {
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
    output::message(&format!("report:  {}", index_page(&options.out).display()));
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

/// What happened, in plain words.
fn closing_lines(summary: &RunSummary, calls: &Calls) -> Vec<String> {
    let mut lines = vec![recordings_line(summary)];
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
    if summary.forgotten > 0 {
        lines.push(format!(
            "{} recordings were forgotten and are left alone (`etalon forget`, forgotten.jsonl)",
            summary.forgotten
        ));
    }
    if summary.redone > 0 {
        lines.push(format!(
            "{} stored results could not be read wholly and were to be made again",
            summary.redone
        ));
    }
    if summary.interrupted {
        lines.push(output::INTERRUPTED.to_owned());
    }
    lines
}

/// What became of the recordings.
fn recordings_line(summary: &RunSummary) -> String {
    format!(
        "{} recordings: {} processed, {} done before, {} the same as others, {} failed",
        summary.recordings,
        summary.processed.saturating_sub(failed_while_processing(summary)),
        summary.reused,
        summary.duplicates,
        summary.failed
    )
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
