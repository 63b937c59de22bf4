//! The progress bar: audio seconds, speed and time left.

use etalon_batch::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A bar over the seconds of audio, shown only where standard error is a terminal.
pub(crate) struct Bar {
    bar: ProgressBar,
    counted: Mutex<Counted>,
}

struct Counted {
    since: Instant,
    recordings: usize,
    done: usize,
    channel_s: f64,
}

impl Bar {
    /// A bar that shows itself on a terminal.
    pub(crate) fn on_terminal() -> Self {
        Self::with(ProgressBar::new(0))
    }

    /// A bar that stays silent.
    pub(crate) fn silent() -> Self {
        Self::with(ProgressBar::hidden())
    }

    fn with(bar: ProgressBar) -> Self {
        // The template is a constant: if it were wrong, the bar would keep its default look.
        if let Ok(style) = ProgressStyle::with_template(
            "{elapsed_precise} [{wide_bar}] {pos}/{len} s of audio  {msg}  left {eta}",
        ) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        let counted = Counted { since: Instant::now(), recordings: 0, done: 0, channel_s: 0.0 };
        Self { bar, counted: Mutex::new(counted) }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn begin(&self, recordings: usize, audio_s: f64) {
        if let Ok(mut counted) = self.counted.lock() {
            *counted = Counted { since: Instant::now(), recordings, done: 0, channel_s: 0.0 };
        }
        self.bar.set_length(audio_s.round() as u64);
        self.bar.reset_eta();
    }

    fn advance(&self, audio_s: f64, channel_s: f64) {
        if let Ok(mut counted) = self.counted.lock() {
            counted.done += 1;
            counted.channel_s += channel_s;
            let speed = counted.channel_s / counted.since.elapsed().as_secs_f64().max(0.001);
            self.bar
                .set_message(format!("{}/{} calls  {speed:.0}x real time", counted.done, counted.recordings));
        }
        self.bar.inc(audio_s.round() as u64);
    }
}

/// A bar over the bytes of a download, shown only where standard error is a terminal.
pub(crate) fn download_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    // The template is a constant: if it were wrong, the bar would keep its default look.
    if let Ok(style) =
        ProgressStyle::with_template("[{wide_bar}] {bytes}/{total_bytes}  {bytes_per_sec}  left {eta}")
    {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar
}
