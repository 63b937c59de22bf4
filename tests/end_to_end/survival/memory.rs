//! Want of memory, of the run's own and by others.

use super::{
    HANGS, Night, check_nobody_condemned, check_whole, ended_within, is_long, say, signal, started_in_group,
    wait_within,
};
use crate::harness::{Workspace, behind, sample_names};
use crate::workers::children_of;
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn too_little_memory_is_an_error_and_costs_nobody_anything() {
    let night = Night::of_one();
    let sizes: &[u32] = if is_long() {
        &[60, 90, 120, 150, 200, 250, 300, 400, 500, 700, 1000, 1500, 3000]
    } else {
        &[90, 300]
    };
    let mut codes = Vec::new();
    for mib in sizes {
        let workspace = Workspace::new();
        let limit = format!("ulimit -v {}", mib * 1024);
        let after = format!("a limit of {mib} MiB");
        let ended = ended_within(behind(&limit, &night.run(&workspace.out()).into_command()), HANGS, &after);
        // A parent that itself has no memory ends as every program does, and 2 is the advice to ask for fewer jobs.
        let is_told = matches!(ended.code, Some(0..=3 | 127) | None);
        assert!(is_told, "{:?} after {after}: {}", ended.code, ended.stderr);
        if workspace.out().exists() {
            check_whole(&workspace.out(), &after);
            check_nobody_condemned(&workspace.out(), &after);
        }
        night.check_completed(&workspace.out(), &after);
        codes.push(ended.code.unwrap_or(-1));
    }
    say(&format!(
        "address space of {sizes:?} MiB: exit codes {codes:?}, every tree the same without the limit"
    ));
    if is_long() {
        in_a_small_group(night);
    }
}

/// The kernel kills what takes more memory than a control group may (version 1 of the interface, as root).
fn in_a_small_group(night: &Night) {
    let group = Path::new("/sys/fs/cgroup/memory").join(format!("etalon-survival-{}", std::process::id()));
    if std::fs::create_dir(&group).is_err() {
        return say("control groups can't be made here: not tried");
    }
    let sizes = [32, 48, 64, 96, 128, 256];
    for mib in sizes {
        std::fs::write(group.join("memory.limit_in_bytes"), format!("{mib}M")).unwrap();
        let workspace = Workspace::new();
        let enter = format!("echo $$ > {}/cgroup.procs", group.display());
        let after = format!("a control group of {mib} MiB");
        let ended = ended_within(behind(&enter, &night.run(&workspace.out()).into_command()), HANGS, &after);
        if workspace.out().exists() {
            check_whole(&workspace.out(), &after);
            check_nobody_condemned(&workspace.out(), &after);
        }
        night.check_completed(&workspace.out(), &after);
        say(&format!("{after}: exit code {:?}, the same tree without it", ended.code));
    }
    std::fs::remove_dir(&group).unwrap();
}

#[test]
fn workers_that_somebody_kills_for_a_while_condemn_nobody() {
    let night = Night::of_all();
    let workspace = Workspace::new();
    let mut run = started_in_group(night.run(&workspace.out()));
    let (since, mut kills) = (Instant::now(), 0);
    let lasts = Duration::from_secs(if is_long() { 16 } else { 3 });
    while since.elapsed() < lasts && run.try_wait().unwrap().is_none() {
        for worker in children_of(run.id()) {
            kills += usize::from(signal("KILL", i64::from(worker)));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let code = wait_within(&mut run, HANGS, "a storm");
    assert!(matches!(code, Some(0 | 1 | 3)), "{code:?}");
    if workspace.out().exists() {
        check_whole(&workspace.out(), "a storm");
    }
    check_nobody_condemned(&workspace.out(), "a storm");
    // Nobody has to ask for anything.
    night.check_completed(&workspace.out(), "a storm");
    assert_eq!(workspace.calls().len(), sample_names().len());
    say(&format!(
        "{kills} workers killed within {} s: exit code {code:?}, nobody condemned, the same tree after the next run",
        lasts.as_secs()
    ));
}
