//! A polite stop at the first signal, an immediate one at the second.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that becomes true at the first SIGINT or SIGTERM.
///
/// What is being transcribed at that moment is given up, so that the program ends within moments; the same command
/// does it again. A second signal ends the program at once: results appear only whole, so nothing is damaged.
///
/// # Errors
///
/// When the system refuses to deliver signals.
pub(crate) fn stop_flag() -> std::io::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let flag = Arc::clone(&stop);
    std::thread::spawn(move || {
        for _ in signals.forever() {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
            etalon_asr::request_stop();
        }
    });
    Ok(stop)
}

/// Leaves a stop to the parent, which ends its workers itself: a signal to the whole group, as ^C on a terminal is one,
/// must not look like a crash.
///
/// # Errors
///
/// When the system refuses to deliver signals.
pub(crate) fn leave_to_the_parent() -> std::io::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
    }
    Ok(())
}

/// Ends the process at once, whatever its threads are in the middle of.
pub(crate) fn end_now() {
    signal_hook::low_level::exit(0);
}
