//! Processes that are killed or stopped at any moment.

use super::{
    HANGS, Night, Numbers, check_nobody_condemned, check_whole, rounds, say, signal, started_in_group,
    wait_within,
};
use crate::harness::Workspace;
use crate::workers::{assert_gone_within_5_s, children_of};
use std::path::Path;
use std::time::{Duration, Instant};

/// Whom a signal reaches.
#[derive(Debug, Clone, Copy)]
enum Reached {
    Parent,
    Worker,
    Group,
}

/// Starts a run, lets it go on for a share of the time that it takes, and sends a signal. Gives back its code.
fn disturb(
    night: &Night,
    workspace: &Workspace,
    name: &str,
    reached: Reached,
    share: f64,
) -> (Option<i32>, Duration) {
    let mut run = started_in_group(night.run(&workspace.out()));
    std::thread::sleep(night.lasts.mul_f64(share));
    let workers = if run.try_wait().unwrap().is_none() { children_of(run.id()) } else { vec![] };
    let parent = i64::from(run.id());
    match (reached, workers.first()) {
        (Reached::Parent, _) => signal(name, parent),
        (Reached::Worker, Some(worker)) => signal(name, i64::from(*worker)),
        (Reached::Worker, None) => false,
        (Reached::Group, _) => signal(name, -parent),
    };
    let since = Instant::now();
    let after = format!("SIG{name} of the {reached:?} at {share:.2} of its time");
    let code = wait_within(&mut run, HANGS, &after);
    let took = since.elapsed();
    assert_gone_within_5_s(&workers);
    if workspace.out().exists() {
        check_whole(&workspace.out(), &after);
        check_nobody_condemned(&workspace.out(), &after);
    }
    (code, took)
}

#[test]
fn kills_at_any_moment_change_no_byte() {
    let (night, mut numbers, mut kills) = (Night::of_all(), Numbers(11), 0);
    let rounds = rounds(2, 70);
    for round in 0..rounds {
        for reached in [Reached::Parent, Reached::Worker, Reached::Group] {
            let workspace = Workspace::new();
            for _ in 0..=round % 2 {
                disturb(night, &workspace, "KILL", reached, numbers.next());
                kills += 1;
            }
            night.check_completed(&workspace.out(), &format!("kills of the {reached:?}, round {round}"));
        }
    }
    say(&format!("{kills} kills of parent, worker and group in {} rounds: every tree the same", 3 * rounds));
}

#[test]
fn a_stop_at_any_moment_takes_less_than_five_seconds() {
    let (night, mut numbers, mut longest, mut stopped) = (Night::of_all(), Numbers(12), Duration::ZERO, 0);
    let rounds = rounds(3, 60);
    for round in 0..rounds {
        let (name, reached) =
            [("TERM", Reached::Parent), ("INT", Reached::Group), ("TERM", Reached::Group)][round % 3];
        let workspace = Workspace::new();
        let share = numbers.next();
        let (code, took) = disturb(night, &workspace, name, reached, share);
        // One that comes before anybody listens ends the process as signals do; one that comes after the end, nothing.
        assert!(matches!(code, Some(130 | 0) | None), "{code:?} at {share}");
        assert!(took < Duration::from_secs(5), "{took:?} at {share}");
        if code == Some(130) {
            check_end_is_known(&workspace.out());
        }
        longest = longest.max(took);
        stopped += usize::from(code == Some(130));
        night.check_completed(&workspace.out(), &format!("SIG{name}, round {round}"));
    }
    say(&format!(
        "{rounds} stops, {stopped} with exit code 130, the slowest after {:.2} s",
        longest.as_secs_f64()
    ));
}

/// That a run which was stopped says so to whoever monitors the machine, if it had begun to say
/// anything.
fn check_end_is_known(out: &Path) {
    let Ok(metrics) = std::fs::read_to_string(out.join("etalon.prom")) else { return };
    assert!(metrics.contains("etalon_run_active{folder=\"out\"} 0"), "{metrics}");
}
