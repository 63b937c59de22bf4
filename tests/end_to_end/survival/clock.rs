//! Clocks that jump.

use super::faults::with_fault;
use super::{HANGS, Night, ended_within, rounds, say};
use crate::harness::Workspace;

#[test]
fn a_clock_that_jumps_changes_no_byte() {
    let night = Night::of_one();
    let rounds = rounds(1, 20);
    // By a minute, a day, ten years; and a clock that stands before 1970.
    let faults = ["clock:60", "clock:86400", "clock:315360000", "past"];
    for fault in faults {
        for _ in 0..rounds {
            let workspace = Workspace::new();
            let out = workspace.out();
            let command = with_fault(night.run(&out).into_command(), fault, None, &out);
            let ended = ended_within(command, HANGS, fault);
            assert_eq!(ended.code, Some(0), "{fault}: {}", ended.stderr);
            night.check_same(&out, fault);
        }
    }
    say(&format!(
        "clock jumping by up to a minute, a day, ten years, and standing in 1960, {rounds} runs each: exit code 0, every tree the same"
    ));
}
