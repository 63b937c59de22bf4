//! What `etalon.prom` says of a run, in Prometheus' text format. Every value is a gauge about the
//! latest run or merge: names of queues and recordings are in none of them.

use super::tally::{Phase, Tally};
use crate::clock::now;
use crate::output::without_telephones;
use chrono::{DateTime, TimeDelta, Utc};
use etalon_call::{FailureKind, Stage};
use etalon_store::{CallQuality, Failure, RunSummary, Store, kept_runs};
use prometheus::{Gauge, GaugeVec, Opts, Registry, TextEncoder};
use std::collections::{BTreeMap, HashMap};

/// What is known of a run beside its tally.
#[derive(Debug, Clone)]
pub(super) struct RunMetrics {
    /// The result folder's name, by which the runs of a machine are told apart.
    folder: String,
    started_at: DateTime<Utc>,
    last_success_at: Option<DateTime<Utc>>,
    /// What the calls of the latest run that worked through any are like.
    quality: Option<CallQuality>,
    quarantined: usize,
    end: Option<End>,
}

/// How a run ended.
#[derive(Debug, Clone)]
struct End {
    exit_code: u8,
    failures: BTreeMap<(Stage, FailureKind), usize>,
    /// Nothing is known of a run that was broken off.
    summary: Option<RunSummary>,
}

impl RunMetrics {
    /// Those of a run into this folder that begins now, with what earlier runs left behind. `last`
    /// is the summary of the run before.
    ///
    /// # Errors
    ///
    /// When the folder can't be read.
    pub(super) fn new(store: &Store, last: Option<&RunSummary>) -> anyhow::Result<Self> {
        let kept = kept_runs(store.directory())?;
        let directory = store.directory().canonicalize().unwrap_or_else(|_| store.directory().to_owned());
        Ok(Self {
            folder: without_telephones(&directory.file_name().unwrap_or_default().to_string_lossy()),
            started_at: now(),
            last_success_at: kept.iter().chain(last).filter_map(success_at).max(),
            quality: kept.iter().rev().find_map(|run| run.quality.first().cloned()),
            quarantined: store.count_quarantined()?,
            end: None,
        })
    }

    /// The run has ended with this exit code.
    ///
    /// # Errors
    ///
    /// When the folder can't be read.
    pub(super) fn ended(
        &mut self,
        store: &Store,
        summary: &RunSummary,
        failures: &[Failure],
        exit_code: u8,
    ) -> anyhow::Result<()> {
        if !summary.interrupted {
            self.last_success_at = Some(now());
        }
        if let Some(quality) = summary.quality.first() {
            self.quality = Some(quality.clone());
        }
        self.quarantined = store.count_quarantined()?;
        let mut by_kind = BTreeMap::new();
        for failure in failures {
            *by_kind.entry((failure.stage, failure.kind)).or_default() += 1;
        }
        self.end = Some(End { exit_code, failures: by_kind, summary: Some(summary.clone()) });
        Ok(())
    }

    /// An error or a signal has broken off the run.
    pub(super) fn broken_off(&mut self, tally: &Tally, exit_code: u8) {
        self.end = Some(End { exit_code, failures: tally.failures.clone(), summary: None });
    }

    /// The file's text at this moment.
    ///
    /// # Errors
    ///
    /// When a metric is declared twice or has a wrong name, which would be a mistake of ours.
    pub(super) fn text(&self, tally: &Tally, now: DateTime<Utc>) -> prometheus::Result<String> {
        let labels = HashMap::from([("folder".to_owned(), self.folder.clone())]);
        let exposition =
            Exposition { registry: Registry::new_custom(Some("etalon".to_owned()), Some(labels))? };
        self.of_run(&exposition, tally)?;
        self.of_times(&exposition, now)?;
        self.of_work(&exposition, tally)?;
        self.of_failures(&exposition, tally)?;
        if let Some(summary) = self.end.as_ref().and_then(|end| end.summary.as_ref()) {
            of_summary(&exposition, summary)?;
        }
        if let Some(quality) = &self.quality {
            of_calls(&exposition, quality)?;
        }
        TextEncoder::new().encode_to_string(&exposition.registry.gather())
    }

    fn of_run(&self, exposition: &Exposition, tally: &Tally) -> prometheus::Result<()> {
        exposition.labelled(
            "info",
            "The version of etalon that wrote this file.",
            "version",
            [(env!("ETALON_VERSION"), 1.0)],
        )?;
        exposition.gauge(
            "run_active",
            "1 while a run is going on, else 0; stays 1 where a run was killed.",
            if self.end.is_some() { 0.0 } else { 1.0 },
        )?;
        let phase = |phase: Phase| if self.end.is_none() && tally.phase == phase { 1.0 } else { 0.0 };
        exposition.labelled(
            "run_phase",
            "1 for what the run is busy with.",
            "phase",
            [
                ("preparing", phase(Phase::Preparing)),
                ("working", phase(Phase::Working)),
                ("merging", phase(Phase::Merging)),
                ("concluding", phase(Phase::Concluding)),
            ],
        )?;
        if let Some(end) = &self.end {
            exposition.gauge(
                "run_exit_code",
                "The exit code of the latest run, once it has ended.",
                f64::from(end.exit_code),
            )?;
        }
        Ok(())
    }

    fn of_times(&self, exposition: &Exposition, now: DateTime<Utc>) -> prometheus::Result<()> {
        exposition.gauge(
            "run_start_time_seconds",
            "When the latest run began, Unix time.",
            unix_time_s(self.started_at),
        )?;
        exposition.gauge(
            "update_time_seconds",
            "When this file was written, Unix time.",
            unix_time_s(now),
        )?;
        if let Some(at) = self.last_success_at {
            exposition.gauge(
                "last_success_time_seconds",
                "When a run last came to its end, with exit code 0 or 3, Unix time.",
                unix_time_s(at),
            )?;
        }
        Ok(())
    }

    fn of_work(&self, exposition: &Exposition, tally: &Tally) -> prometheus::Result<()> {
        for (name, help, value) in [
            (
                "processed_recordings",
                "Recordings that the latest run has worked through, failed ones counted.",
                tally.finished as f64,
            ),
            (
                "processed_audio_seconds",
                "Length of the recordings that the latest run has worked through.",
                tally.audio_s,
            ),
            (
                "processed_channel_seconds",
                "The same, counting every channel that carries a side of its own.",
                tally.channel_s,
            ),
            (
                "backlog_recordings",
                "Recordings that the latest run found to do and has not worked through.",
                tally.left() as f64,
            ),
            ("backlog_audio_seconds", "Their length as their headers promise it.", tally.left_s()),
            ("work_seconds", "How long the latest run has worked through recordings.", tally.working_s),
        ] {
            exposition.gauge(name, help, value)?;
        }
        if let (Some(speed), Some(channel_speed)) = (tally.speed(), tally.channel_speed()) {
            exposition.gauge("real_time_ratio", "Seconds of audio worked through in a second.", speed)?;
            exposition.gauge(
                "real_time_channel_ratio",
                "Seconds of channels worked through in a second.",
                channel_speed,
            )?;
        }
        if let (None, Some(remaining_s)) = (&self.end, tally.remaining_s()) {
            exposition.gauge(
                "remaining_seconds",
                "How long the backlog takes if it goes on as until now.",
                remaining_s,
            )?;
        }
        Ok(())
    }

    fn of_failures(&self, exposition: &Exposition, tally: &Tally) -> prometheus::Result<()> {
        exposition.gauge(
            "quarantined_recordings",
            "Recordings that are left alone.",
            self.quarantined as f64,
        )?;
        let failures = self.end.as_ref().map_or(&tally.failures, |end| &end.failures);
        let failed = exposition.family(
            "failed_recordings",
            "Recordings of the latest run without a result, by the stage that gave up and the kind of failure.",
            &["stage", "kind"],
        )?;
        for ((stage, kind), count) in failures {
            failed.with_label_values(&[stage.name(), kind.name()]).set(*count as f64);
        }
        Ok(())
    }
}

/// What the summary of a run adds to its tally.
fn of_summary(exposition: &Exposition, summary: &RunSummary) -> prometheus::Result<()> {
    for (name, help, count) in [
        ("input_recordings", "Recordings that the input of the latest run held.", summary.recordings),
        ("reused_recordings", "Recordings whose stored result was current already.", summary.reused),
        ("duplicate_recordings", "Recordings that are the same as another one.", summary.duplicates),
        ("redone_recordings", "Recordings whose stored result was damaged.", summary.redone),
        ("jobs", "How many calls the latest run worked on at once.", summary.jobs),
    ] {
        exposition.gauge(name, help, f64::from(count))?;
    }
    exposition.gauge(
        "drifting_measures",
        "Measures of calls that are not as in earlier runs.",
        summary.drift.len() as f64,
    )?;
    exposition.labelled(
        "passed_over_files",
        "Files of the input that were not taken for recordings, by reason.",
        "reason",
        summary.passed_over.iter().map(|passed| (passed.reason.name(), f64::from(passed.files))),
    )?;
    exposition.labelled(
        "stage_busy_seconds",
        "Time that the latest run spent in each stage, over all workers.",
        "stage",
        summary.stages.iter().map(|stage| (stage.stage.name(), stage.busy_s)),
    )
}

/// What the calls of the latest run that worked through any are like.
fn of_calls(exposition: &Exposition, quality: &CallQuality) -> prometheus::Result<()> {
    let counts = [
        ("calls", "Calls that this and the following are about.", f64::from(quality.calls)),
        ("calls_without_score", "Calls without a score.", f64::from(quality.calls_without_score)),
        ("words", "Words that were kept.", quality.words as f64),
        (
            "dropped_words",
            "Words that the guards against invented text dropped.",
            quality.words_dropped as f64,
        ),
        ("verdicts", "Verdicts of rules that applied.", quality.verdicts as f64),
        ("unmeasurable_verdicts", "Those that are unmeasurable.", quality.verdicts_unmeasurable as f64),
    ];
    for (name, help, value) in counts {
        exposition.gauge(name, help, value)?;
    }
    let shares = [
        (
            "dropped_words_ratio",
            "The share of recognised words that were dropped.",
            quality.words_dropped_share(),
        ),
        ("unmeasurable_ratio", "The share of verdicts that are unmeasurable.", quality.unmeasurable_share()),
    ];
    for (name, help, share) in shares {
        if let Some(share) = share {
            exposition.gauge(name, help, share)?;
        }
    }
    exposition.labelled(
        "loudness_lufs",
        "The median loudness of each side's speech.",
        "side",
        quality.loudness_lufs.iter().map(|(side, loudness)| (side.as_str(), *loudness)),
    )
}

/// When a run came to its end; none where it was interrupted.
fn success_at(run: &RunSummary) -> Option<DateTime<Utc>> {
    let started_at = DateTime::parse_from_rfc3339(&run.started_at).ok()?.to_utc();
    let took = TimeDelta::try_milliseconds((run.wall_s * 1000.0) as i64)?;
    if run.interrupted { None } else { started_at.checked_add_signed(took) }
}

fn unix_time_s(time: DateTime<Utc>) -> f64 {
    time.timestamp_millis() as f64 / 1000.0
}

/// The metrics of one file.
struct Exposition {
    registry: Registry,
}

impl Exposition {
    fn gauge(&self, name: &str, help: &str, value: f64) -> prometheus::Result<()> {
        let gauge = Gauge::new(name, help)?;
        gauge.set(value);
        self.registry.register(Box::new(gauge))
    }

    fn family(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<GaugeVec> {
        let family = GaugeVec::new(Opts::new(name, help), labels)?;
        self.registry.register(Box::new(family.clone()))?;
        Ok(family)
    }

    fn labelled<'v>(
        &self,
        name: &str,
        help: &str,
        label: &str,
        values: impl IntoIterator<Item = (&'v str, f64)>,
    ) -> prometheus::Result<()> {
        let family = self.family(name, help, &[label])?;
        for (labelled, value) in values {
            family.with_label_values(&[labelled]).set(value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::tally::tests::in_the_middle;
    use etalon_store::{PassedOverCount, PassedOverReason, StageTime};

    fn time(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn metrics() -> RunMetrics {
        RunMetrics {
            folder: "re\"sults\\".to_owned(),
            started_at: time("2026-11-28T17:00:00Z"),
            last_success_at: Some(time("2026-11-28T01:02:03Z")),
            quality: Some(CallQuality {
                calls: 900,
                calls_without_score: 12,
                words: 97_000,
                words_dropped: 3000,
                verdicts: 20_000,
                verdicts_unmeasurable: 800,
                loudness_lufs: BTreeMap::from([("agent".to_owned(), -23.5), ("client".to_owned(), -27.0)]),
                ..CallQuality::default()
            }),
            quarantined: 2,
            end: None,
        }
    }

    /// The same when the run has ended.
    fn ended() -> RunMetrics {
        let summary = RunSummary {
            recordings: 1204,
            reused: 200,
            duplicates: 4,
            jobs: 2,
            stages: vec![StageTime { stage: Stage::Decode, recordings: 900, busy_s: 12.5 }],
            passed_over: vec![PassedOverCount { reason: PassedOverReason::Growing, files: 5 }],
            ..RunSummary::default()
        };
        let failures = BTreeMap::from([((Stage::Decode, FailureKind::Corrupt), 2)]);
        RunMetrics { end: Some(End { exit_code: 3, failures, summary: Some(summary) }), ..metrics() }
    }

    /// The text without the version of this build.
    fn text(metrics: &RunMetrics) -> String {
        let text = metrics.text(&in_the_middle(), time("2026-11-28T17:11:00Z")).unwrap();
        text.replace(env!("ETALON_VERSION"), "[version]")
    }

    #[test]
    fn a_run_in_the_middle_and_at_its_end() {
        insta::assert_snapshot!("metrics_in_the_middle", text(&metrics()));
        insta::assert_snapshot!("metrics_at_the_end", text(&ended()));
    }

    #[test]
    fn the_board_asks_for_metrics_that_there_are() {
        let board = include_str!("../../../../packaging/grafana/etalon.json");
        serde_json::from_str::<serde_json::Value>(board).unwrap();
        let texts = [text(&metrics()), text(&ended())].concat();
        let is_there = |name: &str| texts.contains(&format!("# TYPE {name} gauge\n"));
        let alerts = include_str!("../../../../packaging/prometheus/etalon.rules.yml");
        let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let asked: Vec<&str> = [board, alerts]
            .iter()
            .flat_map(|text| text.split(|letter| !word(letter)))
            .filter(|name| name.starts_with("etalon_"))
            .collect();
        assert!(asked.len() > 15, "{}", asked.len());
        for name in asked {
            assert!(is_there(name), "no metric is called {name}");
        }
    }
}
