//! The progress bar: audio seconds, speed and time left.

use super::tally::Tally;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// How often the clock of the bar moves.
const REDRAWN_EVERY: Duration = Duration::from_millis(500);

/// A bar over the seconds of audio, shown only where standard error is a terminal.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// A bar that shows itself on a terminal.
    pub(super) fn on_terminal() -> Self {
        Self::with(ProgressBar::new(0))
    }

    /// A bar that stays silent.
    pub(super) fn silent() -> Self {
        Self::with(ProgressBar::hidden())
    }

    fn with(bar: ProgressBar) -> Self {
        // The template is a constant: if it were wrong, the bar would keep its default look.
        if let Ok(style) = ProgressStyle::with_template(
            "{elapsed_precise} [{wide_bar}] {pos}/{len} s of audio  {msg}  left {eta}",
        ) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        keep_moving(&bar);
        Self(bar)
    }

    /// The work is known: seconds of audio.
    pub(super) fn begin(&self, audio_s: f64) {
        self.0.set_length(audio_s.round() as u64);
        self.0.reset_eta();
    }

    /// Shows what has been done.
    pub(super) fn show(&self, tally: &Tally) {
        let speed = tally.channel_speed().unwrap_or_default();
        self.0.set_message(format!("{}/{} calls  {speed:.0}x real time", tally.finished, tally.recordings));
        self.0.set_position(tally.promised_finished_s.round() as u64);
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// Draws a visible bar anew every so often, so that its clock goes on during a long call. The
/// steady tick of indicatif ends the program where the system starts no thread; this bar stands
/// still then.
fn keep_moving(bar: &ProgressBar) {
    if bar.is_hidden() {
        return;
    }
    let weak = bar.downgrade();
    // Without the thread nothing is lost but the movement.
    let _ = std::thread::Builder::new().name("progress bar".to_owned()).spawn(move || {
        while let Some(bar) = weak.upgrade().filter(|bar| !bar.is_finished()) {
            bar.tick();
            drop(bar);
            std::thread::sleep(REDRAWN_EVERY);
        }
    });
}
