//! A polite stop at the first signal, an immediate one at the second or when the polite one takes too long.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::Builder;
use std::time::Duration;

/// The exit code of a command that a signal has stopped.
const INTERRUPTED: i32 = 130;

/// How long a polite stop may take. Service managers and schedulers that allow little allow five seconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is done before an abrupt end.
type FinalAction = Arc<dyn Fn() + Send + Sync>;

static FINAL_ACTION: Mutex<Option<FinalAction>> = Mutex::new(None);

/// How long an abrupt end waits for it.
const FINAL_ACTION_MAX: Duration = Duration::from_millis(500);

/// Whether the next signal ends the program at once.
static IS_IMMEDIATE: AtomicBool = AtomicBool::new(false);

/// A flag that becomes true at the first SIGINT or SIGTERM.
///
/// What is being transcribed at that moment is given up, so that the program ends within moments; the same command
/// does it again. A second signal, or three seconds without an end, end the program at once, whatever it is in the
/// middle of: results appear only whole, so nothing is damaged.
///
/// # Errors
///
/// When the system refuses to deliver signals or to start a thread.
pub(crate) fn stop_flag() -> std::io::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    // A file that may not grow further (`ulimit -f`) is an error of the write, which names the file.
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let flag = Arc::clone(&stop);
    Builder::new().spawn(move || {
        for _ in signals.forever() {
            if IS_IMMEDIATE.load(Ordering::SeqCst) || flag.swap(true, Ordering::SeqCst) {
                end_interrupted();
            }
            etalon_asr::request_stop();
            let is_watched = Builder::new().spawn(|| {
                std::thread::sleep(PATIENCE);
                end_interrupted();
            });
            if is_watched.is_err() {
                end_interrupted();
            }
        }
    })?;
    Ok(stop)
}

/// Lets the next signal end the program at once: what follows is made of stored calls, and the same command makes it
/// again. A signal that came before is seen in its flag.
pub(crate) fn end_at_once() {
    IS_IMMEDIATE.store(true, Ordering::SeqCst);
}

/// Lets the next signal be a polite stop again, where another round of work follows.
pub(crate) fn end_politely() {
    IS_IMMEDIATE.store(false, Ordering::SeqCst);
}

/// Has something done before the program is ended in the middle of its work. The end waits for it
/// no longer than half a second.
pub(crate) fn set_final_action(action: impl Fn() + Send + Sync + 'static) {
    *final_action() = Some(Arc::new(action));
}

/// Nothing is left to be done before an abrupt end.
pub(crate) fn clear_final_action() {
    *final_action() = None;
}

fn final_action() -> MutexGuard<'static, Option<FinalAction>> {
    FINAL_ACTION.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Leaves a stop to the parent, which ends its workers itself: a signal to the whole group, as ^C
/// on a terminal is one, must not look like a crash. A temporary file that may not grow further
/// (`ulimit -f`) is an error of the write.
///
/// # Errors
///
/// When the system refuses to deliver signals.
pub(crate) fn leave_to_the_parent() -> std::io::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
    }
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    Ok(())
}

/// Ends the process at once, whatever its threads are in the middle of.
pub(crate) fn end_now() {
    signal_hook::low_level::exit(0);
}

/// Ends the process at once. No destructors of statics run, which could wait for other threads.
fn end_interrupted() {
    let action = final_action().clone();
    if let Some(action) = action {
        let (done, end) = mpsc::channel::<()>();
        // On a thread of its own: the disk may be what the work is waiting for.
        let is_begun = Builder::new().spawn(move || {
            action();
            drop(done);
        });
        if is_begun.is_ok() {
            // It ends with an error when the sender is dropped, or too late.
            let _ = end.recv_timeout(FINAL_ACTION_MAX);
        }
    }
    signal_hook::low_level::exit(INTERRUPTED);
}
