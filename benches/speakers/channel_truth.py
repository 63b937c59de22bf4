"""Who speaks when in a recording with one speaker on each channel, as truth for the same recording mixed to one.

    channel_truth.py RECORDING... FOLDER

Copies every recording into FOLDER and writes NAME.rttm beside it. The speech of each channel is found by Silero's network
(8 kHz), not by etalon's own activity, so that the truth owes nothing to what it judges. Speech that leaks from one channel into
the other is taken out: of the frames in which both are found to speak, those in which one is 20 dB weaker than the other
belong to the louder alone.
"""

import shutil
import sys
from pathlib import Path

import numpy
import soundfile
from scipy.signal import resample_poly

sys.path.insert(0, str(Path(__file__).parent.parent / "activity"))
from silero import closed, regions, silero

RATE = 8_000
FRAME_S = 0.01
LEAK_DB = 20.0
SHORTEST_S = 0.1
"""What leaks leave of a span is dropped below this, and gaps below it are closed."""


def channels_of(path):
    samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
    if samples.shape[1] != 2:
        sys.exit(f"{path}: has {samples.shape[1]} channel(s), the truth needs one speaker on each of two")
    resampled = samples.T if rate == RATE else resample_poly(samples.T, RATE, rate, axis=1)
    return [numpy.clip(channel * 32_768, -32_768, 32_767).astype(numpy.int16) for channel in resampled]


def level_db(samples):
    """Level of each frame over the quarter of a second around it."""
    step = int(RATE * FRAME_S)
    power = (samples[: len(samples) // step * step].astype(float) ** 2).reshape(-1, step).mean(axis=1)
    return 10 * numpy.log10(numpy.convolve(power, numpy.ones(25) / 25, mode="same") + 1e-3)


def speech_of(channels):
    """Spans of speech of each channel, without what leaks from the other."""
    levels = [level_db(samples) for samples in channels]
    frames = len(levels[0])
    centres = (numpy.arange(frames) + 0.5) * FRAME_S
    heard = []
    for samples in channels:
        marked = numpy.zeros(frames, bool)
        for start, end in silero(samples, RATE):
            marked |= (start <= centres) & (centres < end)
        heard.append(marked)
    spans = []
    for own, other in ((0, 1), (1, 0)):
        leaks = heard[other] & (levels[own] < levels[other] - LEAK_DB)
        found = closed(regions((heard[own] & ~leaks).astype(float), FRAME_S, 0.5, 0.5), SHORTEST_S)
        spans.append([(start, end) for start, end in found if end - start >= SHORTEST_S])
    return spans


def main():
    *recordings, folder = map(Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    for path in recordings:
        spans = speech_of(channels_of(path))
        lines = sorted(
            (start, f"SPEAKER {path.stem} 1 {start:.3f} {end - start:.3f} <NA> <NA> channel_{number + 1} <NA> <NA>")
            for number, own in enumerate(spans)
            for start, end in own
        )
        shutil.copyfile(path, folder / path.name)
        (folder / f"{path.stem}.rttm").write_text("".join(f"{line}\n" for _, line in lines))
        talk = ", ".join(f"channel {number + 1} {sum(e - s for s, e in own):.1f} s" for number, own in enumerate(spans))
        print(f"{path.name}: {talk}")


if __name__ == "__main__":
    main()
