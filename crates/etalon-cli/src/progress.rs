//! The progress bar of a download.

use indicatif::{ProgressBar, ProgressStyle};

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
