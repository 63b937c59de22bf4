//! A run that is stopped in the middle, and the same command again.

use crate::harness::{
    Workspace, assert_same, comes_true_within, files_below, has_stored_call, sample_run, samples,
};
use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn a_stopped_run_ends_soon_and_the_same_command_goes_on() {
    let workspace = Workspace::new();
    let out = workspace.out();
    let mut run = workspace.run(samples()).option("--jobs", "1").spawned();
    // With one job the six samples take far longer than it takes the first of them to appear.
    let is_begun = comes_true_within(Duration::from_mins(5), || has_stored_call(&out));
    assert!(is_begun, "no call after five minutes");
    let asked = Instant::now();
    assert!(Command::new("kill").arg("-TERM").arg(run.id().to_string()).status().unwrap().success());
    let status = run.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?} to stop", asked.elapsed());
    // Whoever monitors the machine knows that it has ended, and how.
    let metrics = std::fs::read_to_string(out.join("etalon.prom")).unwrap();
    for line in ["etalon_run_active{folder=\"out\"} 0", "etalon_run_exit_code{folder=\"out\"} 130"] {
        assert!(metrics.lines().any(|found| found == line), "{metrics}");
    }
    assert!(!metrics.contains("etalon_last_success_time_seconds"), "{metrics}");
    let stored = files_below(&out.join("calls")).len();
    let all = files_below(&sample_run().out().join("calls")).len();
    assert!(stored < all, "it had finished before it was stopped");

    workspace.run(samples()).succeeded();
    assert_same(&out, &sample_run().out());
}
