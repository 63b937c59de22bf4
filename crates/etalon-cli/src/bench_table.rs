//! What `etalon bench` measured, as text for the terminal.

use crate::table::{Align, Table};
use etalon_bench::{BenchReport, CaseReport, Comparison, Measured, StageReport};
use std::fmt::Write as _;

/// Bytes of a MiB.
const MIB: f64 = 1_048_576.0;

/// The report as a few short tables.
pub(crate) fn report_text(report: &BenchReport) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write_all(report, &mut text);
    text
}

fn write_all(report: &BenchReport, text: &mut String) -> std::fmt::Result {
    let (machine, dump) = (&report.machine, &report.dump);
    let memory = machine
        .memory_bytes
        .map_or_else(String::new, |bytes| format!(", {:.1} GiB of memory", bytes as f64 / MIB / 1024.0));
    writeln!(text, "{}, {} processors{memory}", machine.processor, machine.processors)?;
    writeln!(
        text,
        "{} calls, {:.2} h of recordings, {:.1} MiB; {} jobs, {} repetitions",
        dump.calls,
        dump.audio_s / 3600.0,
        dump.bytes as f64 / MIB,
        report.jobs,
        report.repetitions
    )?;
    for case in &report.cases {
        write_case(case, text)?;
    }
    Ok(())
}

fn write_case(case: &CaseReport, text: &mut String) -> std::fmt::Result {
    let model = case.model.as_ref().map_or("without transcription", |model| model.name.as_str());
    let engine = case.engine.as_deref().map_or_else(String::new, |engine| format!(" ({engine})"));
    writeln!(text, "\n{model}{engine}\n")?;
    let mut table = Table::new([
        ("", Align::Left),
        ("median", Align::Right),
        ("least", Align::Right),
        ("most", Align::Right),
    ]);
    let mut add = |name: &str, measured: Option<Measured>, scale: f64, digits: usize| {
        if let Some(Measured { median, min, max }) = measured {
            let [median, min, max] = [median, min, max].map(|value| format!("{:.digits$}", value * scale));
            table.add([name.to_owned(), median, min, max]);
        }
    };
    add("calls an hour", Some(case.calls_per_hour), 1.0, 0);
    add("× real time", Some(case.speed), 1.0, 1);
    add("efficiency, %", Some(case.efficiency), 100.0, 1);
    add("whole run, s", Some(case.wall_s), 1.0, 2);
    add("  before and after the recordings, s", Some(case.before_and_after_s), 1.0, 2);
    add("  on processors, s", case.processor_s, 1.0, 2);
    add("a call, median, s", case.call_p50_s, 1.0, 3);
    add("a call, 95 of 100 below, s", case.call_p95_s, 1.0, 3);
    add("memory of a worker, MiB", case.worker_memory_bytes, 1.0 / MIB, 0);
    add("memory of the run's own process, MiB", case.run_memory_bytes, 1.0 / MIB, 0);
    add("memory of all, MiB", case.memory_bytes, 1.0 / MIB, 0);
    add("read from the disk, MiB", case.disk_read_bytes, 1.0 / MIB, 1);
    write!(text, "{}\n{}", table.as_text(), stages(&case.stages).as_text())
}

/// Where the time went.
fn stages(stages: &[StageReport]) -> Table {
    let mut table = Table::new([
        ("stage", Align::Left),
        ("s, all workers", Align::Right),
        ("share, %", Align::Right),
        ("× real time, one processor", Align::Right),
    ]);
    let all_s: f64 = stages.iter().map(|stage| stage.busy_s.median).sum();
    for stage in stages {
        let busy_s = stage.busy_s.median;
        let share = if all_s > 0.0 { 100.0 * busy_s / all_s } else { 0.0 };
        let speed = stage.speed.map_or_else(|| "—".to_owned(), |speed| format!("{:.0}", speed.median));
        table.add([stage.stage.name().to_owned(), format!("{busy_s:.2}"), format!("{share:.1}"), speed]);
    }
    table
}

/// What became of the numbers since an earlier report.
pub(crate) fn comparison_text(comparison: &Comparison) -> String {
    let mut table = Table::new([
        ("case", Align::Left),
        ("", Align::Left),
        ("before", Align::Right),
        ("now", Align::Right),
        ("change, %", Align::Right),
        ("noise, %", Align::Right),
        ("", Align::Left),
    ]);
    for change in &comparison.changes {
        table.add([
            change.case.clone(),
            change.name.to_owned(),
            format!("{:.0}", change.old),
            format!("{:.0}", change.new),
            format!("{:+.1}", 100.0 * change.change),
            format!("{:.1}", 100.0 * change.noise),
            change.outcome.name().to_owned(),
        ]);
    }
    table.as_text()
}
