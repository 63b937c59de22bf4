//! A measurement against an earlier one of the same machine.
//!
//! A number is worse when its median lies further from the earlier one than the noise of both
//! measurements together ([`Measured::noise`](crate::Measured::noise)), and by more than
//! [`CHANGE_MIN`]. Only a few numbers are judged: of many, one is always worse by chance.

use crate::error::CompareError;
use crate::report::{BENCH_SCHEMA, BenchReport, CaseReport};
use crate::statistics::Measured;
use std::fmt::Display;
use std::fs;
use std::path::Path;

/// From so many repetitions on, a measurement knows its noise.
pub const REPETITIONS_MIN: u32 = 3;

/// A smaller change is of no consequence, as a share of what was.
pub const CHANGE_MIN: f64 = 0.02;

/// Which way a number gets better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Better {
    Higher,
    Lower,
}

/// Two measurements of the same thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Number by number, case by case.
    pub changes: Vec<Change>,
}

/// What became of a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The case: model and engine.
    pub case: String,
    /// The number's name.
    pub name: &'static str,
    /// Its earlier median.
    pub old: f64,
    /// Its median now.
    pub new: f64,
    /// By how much it is greater, as a share of what it was.
    pub change: f64,
    /// The noise of both measurements together, as a share.
    pub noise: f64,
    /// What that means.
    pub outcome: ChangeOutcome,
}

/// What a change means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// Not more than noise.
    Same,
    /// Better beyond the noise.
    Better,
    /// Worse beyond the noise.
    Worse,
}

impl ChangeOutcome {
    /// The outcome as a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Better => "better",
            Self::Worse => "worse",
        }
    }
}

impl Comparison {
    /// Whether any number is worse.
    pub fn is_worse(&self) -> bool {
        self.changes.iter().any(|change| change.outcome == ChangeOutcome::Worse)
    }
}

/// Reads an earlier report.
///
/// # Errors
///
/// [`CompareError::Read`], [`CompareError::NoReport`].
pub fn read(path: &Path) -> Result<BenchReport, CompareError> {
    let text =
        fs::read_to_string(path).map_err(|source| CompareError::Read { path: path.to_owned(), source })?;
    let no_report = |detail: String| CompareError::NoReport { path: path.to_owned(), detail };
    let report: BenchReport = serde_json::from_str(&text).map_err(|error| no_report(error.to_string()))?;
    if report.schema != BENCH_SCHEMA {
        return Err(no_report(format!("its schema is `{}`, not `{BENCH_SCHEMA}`", report.schema)));
    }
    Ok(report)
}

/// Whether a measurement that is still to be made can be compared with an earlier one.
///
/// # Errors
///
/// [`CompareError::TooFewRepetitions`] of the one or the other.
pub fn check_repetitions(old: u32, new: u32) -> Result<(), CompareError> {
    for (which, repetitions) in [("earlier", old), ("new", new)] {
        if repetitions < REPETITIONS_MIN {
            return Err(CompareError::TooFewRepetitions { which, repetitions, needed: REPETITIONS_MIN });
        }
    }
    Ok(())
}

/// Compares a measurement with an earlier one.
///
/// # Errors
///
/// [`CompareError::Different`] where they are not of the same machine, dump and cases,
/// [`CompareError::TooFewRepetitions`].
pub fn compare(old: &BenchReport, new: &BenchReport) -> Result<Comparison, CompareError> {
    check_repetitions(old.repetitions, new.repetitions)?;
    same("the processor", &old.machine.processor, &new.machine.processor)?;
    same("the number of processors", &old.machine.processors, &new.machine.processors)?;
    same("the number of jobs", &old.jobs, &new.jobs)?;
    same("what the dump is made of", &old.dump.made_of, &new.dump.made_of)?;
    same("the number of calls", &old.dump.calls, &new.dump.calls)?;
    same("the length of the calls in seconds", &old.dump.audio_s, &new.dump.audio_s)?;
    let cases = |report: &BenchReport| report.cases.iter().map(name_of).collect::<Vec<_>>().join("; ");
    same("the cases", &cases(old), &cases(new))?;
    let pairs = old.cases.iter().zip(&new.cases);
    Ok(Comparison { changes: pairs.flat_map(|(old, new)| changes(old, new)).collect() })
}

fn same<T: PartialEq + Display>(what: &'static str, old: &T, new: &T) -> Result<(), CompareError> {
    if old == new {
        return Ok(());
    }
    Err(CompareError::Different { what, old: old.to_string(), new: new.to_string() })
}

/// Model and engine; the engine without its instruction sets, which another version may use.
fn name_of(case: &CaseReport) -> String {
    let (Some(model), Some(engine)) = (&case.model, &case.engine) else {
        return "without transcription".to_owned();
    };
    let tokens = model.tokens_per_window.map_or_else(String::new, |tokens| format!(" ({tokens} tokens)"));
    format!("{}{tokens}, {}", model.name, engine.split(':').next().unwrap_or(engine))
}

/// The numbers that are judged.
fn changes(old: &CaseReport, new: &CaseReport) -> Vec<Change> {
    let numbers = [
        ("calls an hour", Some(old.calls_per_hour), Some(new.calls_per_hour), Better::Higher),
        ("memory of a worker, bytes", old.worker_memory_bytes, new.worker_memory_bytes, Better::Lower),
        ("memory of all, bytes", old.memory_bytes, new.memory_bytes, Better::Lower),
    ];
    let change = |(name, old_value, new_value, better): (_, Option<Measured>, Option<Measured>, _)| {
        let (change, noise, outcome) = judge(&old_value?, &new_value?, better);
        let (old, new, case) = (old_value?.median, new_value?.median, name_of(old));
        Some(Change { case, name, old, new, change, noise, outcome })
    };
    numbers.into_iter().filter_map(change).collect()
}

/// By how much a number changed, how much of that may be noise, and what it means.
fn judge(old: &Measured, new: &Measured, better: Better) -> (f64, f64, ChangeOutcome) {
    let change = if old.median == 0.0 { 0.0 } else { new.median / old.median - 1.0 };
    let noise = old.noise() + new.noise();
    let outcome = if change.abs() <= noise.max(CHANGE_MIN) {
        ChangeOutcome::Same
    } else if (change > 0.0) == (better == Better::Higher) {
        ChangeOutcome::Better
    } else {
        ChangeOutcome::Worse
    };
    (change, noise, outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Machine;
    use crate::report::{DumpReport, ModelReport};

    fn measured(values: [f64; 3]) -> Measured {
        Measured::of(values).unwrap()
    }

    fn report(calls_per_hour: [f64; 3], worker_memory_bytes: Option<[f64; 3]>) -> BenchReport {
        let model = ModelReport { name: "base-q5_1".to_owned(), shape: None, tokens_per_window: None };
        let any = measured([1.0, 1.0, 1.0]);
        let case = CaseReport {
            model: Some(model),
            engine: Some("native: AVX-512".to_owned()),
            calls: 60,
            calls_per_hour: measured(calls_per_hour),
            speed: any,
            efficiency: any,
            wall_s: any,
            before_and_after_s: any,
            processor_s: None,
            call_p50_s: None,
            call_p95_s: None,
            worker_memory_bytes: worker_memory_bytes.map(measured),
            run_memory_bytes: None,
            memory_bytes: None,
            disk_read_bytes: None,
            stages: vec![],
        };
        BenchReport {
            schema: BENCH_SCHEMA.to_owned(),
            version: "0.1.0".to_owned(),
            started_at: "2026-11-28T14:00:00Z".to_owned(),
            machine: Machine { processor: "EPYC".to_owned(), processors: 2, memory_bytes: None },
            dump: DumpReport { made_of: "samples".to_owned(), calls: 60, audio_s: 1700.5, bytes: 1 },
            jobs: 2,
            repetitions: 3,
            cases: vec![case],
        }
    }

    #[test]
    fn worse_is_what_lies_beyond_the_noise_of_both() {
        use ChangeOutcome::{Better, Same, Worse};
        for (old, new, higher, lower) in [
            ([100.0, 100.0, 100.0], [100.0, 100.0, 100.0], Same, Same),
            // No noise was met, but this is nothing.
            ([100.0, 100.0, 100.0], [99.0, 99.0, 99.0], Same, Same),
            ([100.0, 100.0, 100.0], [97.0, 97.0, 97.0], Worse, Better),
            ([100.0, 100.0, 100.0], [103.0, 103.0, 103.0], Better, Worse),
            // The same loss in noise.
            ([98.0, 100.0, 102.0], [95.0, 97.0, 99.0], Same, Same),
            ([98.0, 100.0, 102.0], [94.0, 95.0, 96.0], Worse, Better),
            // Only one of the two knew of the noise.
            ([100.0, 100.0, 100.0], [70.0, 90.0, 100.0], Same, Same),
            ([70.0, 90.0, 110.0], [50.0, 50.0, 50.0], Worse, Better),
            ([0.0, 0.0, 0.0], [5.0, 5.0, 5.0], Same, Same),
        ] {
            let outcome = |better| judge(&measured(old), &measured(new), better).2;
            let found = (outcome(super::Better::Higher), outcome(super::Better::Lower));
            assert_eq!(found, (higher, lower), "{old:?} {new:?}");
        }
    }

    #[test]
    fn each_judged_number_of_each_case_is_compared() {
        let steady = |value| [value, value, value];
        let old = report(steady(6000.0), Some(steady(300e6)));
        for (new, expected, is_worse) in [
            (old.clone(), vec![("calls an hour", "same"), ("memory of a worker, bytes", "same")], false),
            (
                report(steady(5000.0), Some(steady(200e6))),
                vec![("calls an hour", "worse"), ("memory of a worker, bytes", "better")],
                true,
            ),
            // What one of them could not measure is not compared.
            (report(steady(7000.0), None), vec![("calls an hour", "better")], false),
        ] {
            let comparison = compare(&old, &new).unwrap();
            let found: Vec<_> =
                comparison.changes.iter().map(|change| (change.name, change.outcome.name())).collect();
            assert_eq!((found, comparison.is_worse()), (expected, is_worse));
            assert!(comparison.changes.iter().all(|change| change.case == "base-q5_1, native"));
        }
    }

    #[test]
    fn only_measurements_of_the_same_thing_are_compared() {
        let old = report([1.0; 3], None);
        let check = |expected: &str, change: &dyn Fn(&mut BenchReport)| {
            let mut new = old.clone();
            change(&mut new);
            let error = compare(&old, &new).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("the processor was EPYC and is Xeon", &|new| new.machine.processor = "Xeon".to_owned());
        check("the number of processors was 2 and is 4", &|new| new.machine.processors = 4);
        check("the number of jobs was 2 and is 1", &|new| new.jobs = 1);
        check("made of was samples and is folder", &|new| new.dump.made_of = "folder".to_owned());
        check("the number of calls was 60 and is 61", &|new| new.dump.calls = 61);
        check("1700.5 and is 1700.6", &|new| new.dump.audio_s = 1700.6);
        check("was base-q5_1, native and is base-q5_1, whisper.cpp", &|new| {
            new.cases[0].engine = Some("whisper.cpp: AVX2".to_owned());
        });
        check("new measurement has 2 repetitions", &|new| new.repetitions = 2);
        // A later version may compute with other instructions.
        let mut new = old.clone();
        new.cases[0].engine = Some("native: AVX2".to_owned());
        assert!(compare(&old, &new).is_ok());
    }

    #[test]
    fn a_file_that_holds_something_else_is_no_report() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.json");
        assert!(matches!(read(&path), Err(CompareError::Read { .. })));
        let report = report([1.0; 3], None);
        let other = BenchReport { schema: "etalon.bench/9".to_owned(), ..report.clone() };
        for text in ["{}".to_owned(), serde_json::to_string(&other).unwrap()] {
            std::fs::write(&path, text).unwrap();
            assert!(matches!(read(&path), Err(CompareError::NoReport { .. })));
        }
        std::fs::write(&path, serde_json::to_string(&report).unwrap()).unwrap();
        assert_eq!(read(&path).unwrap(), report);
    }
}
