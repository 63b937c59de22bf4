//! Processes that are halted (SIGSTOP) and go on.

use super::{HANGS, Night, check_nobody_condemned, rounds, say, signal, started_in_group, wait_within};
use crate::harness::{Workspace, comes_true_within};
use crate::workers::children_of;
use std::process::Child;
use std::time::{Duration, Instant};

/// Starts a run whose recordings have a limit of four seconds, and waits for its workers.
fn started(night: &Night, workspace: &Workspace) -> (Child, Vec<u32>) {
    let config = workspace.write("etalon.toml", "[workers]\nlimit_min_s = 4.0\nlimit_per_audio_s = 0.0\n");
    let run = started_in_group(night.run(&workspace.out()).option("--config", config));
    let is_begun = || !children_of(run.id()).is_empty();
    assert!(comes_true_within(Duration::from_mins(1), is_begun), "no worker after a minute");
    let workers = children_of(run.id());
    (run, workers)
}

#[test]
fn halted_processes_change_no_byte() {
    let night = Night::of_all();
    let rounds = rounds(1, 15);
    for round in 0..rounds {
        let workspace = Workspace::new();
        let (mut run, _) = started(night, &workspace);
        std::thread::sleep(night.lasts.mul_f64(0.3 + 0.5 * round as f64 / rounds as f64));
        // A worker that stays halted is replaced.
        if run.try_wait().unwrap().is_none()
            && let Some(worker) = children_of(run.id()).first()
        {
            signal("STOP", i64::from(*worker));
        }
        assert_eq!(wait_within(&mut run, HANGS, "a halted worker"), Some(0));
        check_nobody_condemned(&workspace.out(), "a halted worker");
        night.check_same(&workspace.out(), "a halted worker");

        // All of them are halted for longer than any limit, and then go on.
        let workspace = Workspace::new();
        let (mut run, _) = started(night, &workspace);
        std::thread::sleep(night.lasts.mul_f64(0.5));
        signal("STOP", -i64::from(run.id()));
        std::thread::sleep(Duration::from_secs(5));
        signal("CONT", -i64::from(run.id()));
        assert_eq!(wait_within(&mut run, HANGS, "a halt of all"), Some(0));
        night.check_same(&workspace.out(), "a halt of all");
    }
    say(&format!("{rounds} halted workers and {rounds} halted groups: exit code 0, every tree the same"));
}

#[test]
fn a_stop_is_heard_while_a_worker_is_halted() {
    let night = Night::of_all();
    let workspace = Workspace::new();
    let (mut run, workers) = started(night, &workspace);
    for worker in workers {
        signal("STOP", i64::from(worker));
    }
    let since = Instant::now();
    signal("TERM", i64::from(run.id()));
    assert_eq!(wait_within(&mut run, HANGS, "a stop"), Some(130));
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    night.check_completed(&workspace.out(), "a stop with halted workers");
}
