"""Levels of a signal in 5 ms frames: where speech is, and how loud it is while it lasts.

A signal is a list of floats at `RATE_HZ`, full scale is 1.0.
"""

import math

RATE_HZ = 8000
FRAME_SAMPLES = 40
"""5 ms: every start and end in the truth is a multiple of it."""

SPEECH_RANGE_DB = 35.0
"""A frame is speech when it is no more than this far below the loud frames of its line."""

LOUD_QUANTILE = 0.95
PAUSE_S = 0.2
"""A pause of this length or more inside a line is left out of its speech."""

SPEECH_DBFS = -25.0
SILENT_DBFS = -120.0


def seconds(samples: int) -> float:
    """A sample position in seconds, rounded to the millisecond."""
    return round(samples / RATE_HZ, 3)


def samples(duration_s: float) -> int:
    """Seconds as a whole number of frames, in samples."""
    return round(duration_s * RATE_HZ / FRAME_SAMPLES) * FRAME_SAMPLES


def speech_spans(signal: list[float]) -> list[tuple[int, int]]:
    """The parts of a line in which its speaker is heard, as sample positions; pauses of `PAUSE_S` divide them."""
    frames = _frame_levels_dbfs(signal)
    loud = sorted(frames)[int(LOUD_QUANTILE * (len(frames) - 1))]
    spans: list[tuple[int, int]] = []
    for index, level in enumerate(frames):
        if level < loud - SPEECH_RANGE_DB:
            continue
        extend_spans(spans, index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES)
    return spans


def extend_spans(spans: list[tuple[int, int]], start: int, end: int) -> None:
    """Adds a later span to a list in order; it joins the last one when the pause between them is a short one."""
    if spans and start - spans[-1][1] < PAUSE_S * RATE_HZ:
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))


def trim_to_speech(signal: list[float]) -> list[float]:
    """The signal from its first to its last speech frame.

    Without its quiet ends its loud frames are a little louder, so this is repeated until nothing more falls away.
    """
    spans = speech_spans(signal)
    while (spans[0][0], spans[-1][1]) != (0, len(signal)):
        signal = signal[spans[0][0] : spans[-1][1]]
        spans = speech_spans(signal)
    return signal


def bring_to_level(signal: list[float], gain_db: float) -> list[float]:
    """The signal scaled so that its speech stands `gain_db` above `SPEECH_DBFS` (RMS over the speech spans)."""
    speech = [sample for start, end in speech_spans(signal) for sample in signal[start:end]]
    factor = 10 ** ((SPEECH_DBFS + gain_db) / 20) / root_mean_square(speech)
    return [sample * factor for sample in signal]


def root_mean_square(signal: list[float]) -> float:
    """The RMS amplitude of a signal that is not empty."""
    return math.sqrt(math.fsum(sample * sample for sample in signal) / len(signal))


def _frame_levels_dbfs(signal: list[float]) -> list[float]:
    levels = []
    for start in range(0, len(signal) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        amplitude = root_mean_square(signal[start : start + FRAME_SAMPLES])
        levels.append(20 * math.log10(amplitude) if amplitude > 0 else SILENT_DBFS)
    return levels
