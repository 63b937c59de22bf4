//! Speech activity and acoustic features from the signal.
