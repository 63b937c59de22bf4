//! `etalon bench`: how much this machine gets through.

use crate::arguments::BenchOptions;
use crate::bench_table::{comparison_text, report_text};
use crate::exit::Exit;
use crate::{output, signals};
use anyhow::Context as _;
use etalon_bench::compare::{self, check_repetitions};
use etalon_bench::{BenchReport, BenchSettings, DumpSettings, DumpSize, ModelChoice};

/// Calls of the dump where nobody says how many: some half an hour of recordings.
const CALLS: u32 = 60;

/// Runs the command.
pub(crate) fn bench(options: &BenchOptions) -> anyhow::Result<Exit> {
    let stop = signals::stop_flag().context("signals can't be received")?;
    let old = options.compare.as_deref().map(compare::read).transpose()?;
    if let Some(old) = &old {
        // Said before the measurement, which takes minutes.
        check_repetitions(old.repetitions, options.repeat.into())?;
    }
    let report = etalon_bench::bench(&settings(options)?, &stop, &|step| output::message(step))?;
    if options.json {
        output::json(&report)?;
    } else {
        output::data(&report_text(&report))?;
    }
    old.map_or(Ok(Exit::Done), |old| exit_of_comparison(&old, &report))
}

/// Says what became of the numbers, on standard error, because standard output may be a report.
fn exit_of_comparison(old: &BenchReport, new: &BenchReport) -> anyhow::Result<Exit> {
    let comparison = etalon_bench::compare(old, new)?;
    for line in comparison_text(&comparison).lines() {
        output::message(line);
    }
    Ok(if comparison.is_worse() { Exit::Worse } else { Exit::Done })
}

fn settings(options: &BenchOptions) -> anyhow::Result<BenchSettings> {
    let size = match (options.calls, options.hours) {
        (_, Some(hours)) => DumpSize::Hours(hours),
        (calls, None) => DumpSize::Calls(calls.unwrap_or(CALLS)),
    };
    let dump =
        DumpSettings { recordings: options.recordings.clone(), size, call_length_s: options.call_seconds };
    let named = options.model.iter().cloned().map(ModelChoice::Named);
    let shaped = options.shape.iter().copied().map(ModelChoice::Shaped);
    let mut models: Vec<ModelChoice> = named.chain(shaped).collect();
    if models.is_empty() && !options.no_asr {
        models.push(ModelChoice::Named(etalon_models::embedded().name.to_owned()));
    }
    let engines = options.engine.iter().map(|engine| engine.name().to_owned()).collect();
    Ok(BenchSettings {
        program: super::worker::running_program()?,
        dump,
        models,
        engines,
        tokens_per_window: options.tokens,
        jobs: u32::try_from(options.jobs.number()).unwrap_or(u32::MAX),
        repetitions: options.repeat.into(),
        config: options.config.clone(),
        scratch: options.scratch.clone(),
    })
}
