//! The measured course of a dialogue: turns, silence, hold, overlap, tempo, loudness.
