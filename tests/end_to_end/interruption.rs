//! A run that is stopped in the middle, and the same command again.

use crate::harness::{ended, etalon, files_below, sample_run, samples};
use assert_cmd::cargo::cargo_bin;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_stopped_run_ends_soon_and_the_same_command_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut run = Command::new(cargo_bin("etalon"))
        .arg("run")
        .arg(samples())
        .arg("--out")
        .arg(&out)
        .args(["--jobs", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // With one job the six samples take far longer than it takes the first of them to appear.
    let started = Instant::now();
    while !out.join("calls").is_dir() || files_below(&out.join("calls")).is_empty() {
        assert!(started.elapsed() < Duration::from_mins(5), "no call after five minutes");
        std::thread::sleep(Duration::from_millis(20));
    }
    let asked = Instant::now();
    assert!(Command::new("kill").arg("-TERM").arg(run.id().to_string()).status().unwrap().success());
    let status = run.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?} to stop", asked.elapsed());
    let stored = files_below(&out.join("calls")).len();
    let all = files_below(&sample_run().out().join("calls")).len();
    assert!(stored < all, "it had finished before it was stopped");

    let again = ended(etalon().arg("run").arg(samples()).arg("--out").arg(&out));
    assert_eq!(again.code, 0, "{}", again.stderr);
    for path in files_below(sample_run().out()) {
        let name = path.strip_prefix(sample_run().out()).unwrap();
        if name != "run.json" {
            let same = std::fs::read(&path).unwrap() == std::fs::read(out.join(name)).unwrap();
            assert!(same, "{} differs from that of a run without interruption", name.display());
        }
    }
}
