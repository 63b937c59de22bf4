"""Frame F1 and speed of speech activity detectors on labelled calls, all on the same frames and files.

    peers.py FOLDER PATH/TO/activity_against_truth

Truth is `speech` of each role, 100 frames a second, stereo calls, both channels. A peer's frames go through its own
usual post-processing: Silero's is that of its `get_speech_timestamps` (0.5 / 0.35, 100 ms minimum silence, 250 ms
minimum speech, 30 ms padding); WebRTC and earshot have none of their own and get the 100 ms minimum silence alone.
Times are the processor time of this thread, the median and the spread of 5 runs; WebRTC's and earshot's hold the cost of a Python
call per frame. Resampling to 16 kHz is not counted.
"""

import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import earshot
import numpy
import webrtcvad
from labelled_calls import load
from scipy.signal import resample_poly
from silero import closed, regions, silero

sys.path.append(str(Path(__file__).resolve().parent.parent))
from frames import FRAMES_A_SECOND, Found, marks

RUNS = 5


def webrtc(samples, rate):
    detector = webrtcvad.Vad(3)
    step = rate // 50
    frames = [detector.is_speech(samples[i : i + step].tobytes(), rate) for i in range(0, len(samples) - step + 1, step)]
    return closed(regions(numpy.array(frames, float), 0.02, 0.5, 0.5), 0.1)


def earshot_16k(samples, _rate):
    detector = earshot.Detector()
    scores = [detector.predict_i16(samples[i : i + 256]) for i in range(0, len(samples) - 255, 256)]
    return closed(regions(numpy.array(scores), 0.016, 0.5, 0.5), 0.1)


def measure(detect, calls):
    sums = Found()
    for channels, rate, truths in calls:
        for samples, truth in zip(channels, truths):
            frames = -(-len(samples) * FRAMES_A_SECOND // rate)
            sums.add(marks(truth, frames), marks(detect(samples, rate), frames))
    return sums.precision, sums.recall, sums.f1


def speeds(detect, calls):
    audio_s = sum(channels.size / rate for channels, rate, _ in calls)
    times = []
    for _ in range(RUNS):
        started = time.thread_time()
        for channels, rate, _ in calls:
            for samples in channels:
                detect(samples, rate)
        times.append(time.thread_time() - started)
    return [audio_s / spent_s for spent_s in times]


def spread(values):
    return f"{statistics.median(values):>12.0f}  {min(values):.0f} to {max(values):.0f}"


def at_16k(calls):
    def upsample(channel, rate):
        signal = resample_poly(channel.astype(float), 16_000, rate)
        return numpy.clip(signal, -32_768, 32_767).astype(numpy.int16)

    return [(numpy.stack([upsample(c, rate) for c in channels]), 16_000, truths) for channels, rate, truths in calls]


def main():
    folder, example = Path(sys.argv[1]), sys.argv[2]
    calls = load(folder)
    wide = at_16k(calls)
    print(f"{len(calls)} stereo calls, {sum(c.size / r for c, r, _ in calls):.0f} channel-seconds, median of {RUNS} runs")
    print(f"{'detector':<34} {'P':>7} {'R':>7} {'F1':>7} {'x real time':>12}  slowest to fastest")
    runs = [subprocess.run([example, folder], capture_output=True, text=True, check=True).stdout for _ in range(RUNS)]
    scores = re.search(r"^stereo +P ([\d.]+) R ([\d.]+) F1 ([\d.]+)", runs[0], re.MULTILINE).groups()
    own = [float(re.search(r"^([\d.]+) x real time", run, re.MULTILINE).group(1)) for run in runs]
    print(f"{'etalon, all features, 8 kHz':<34} {scores[0]:>7} {scores[1]:>7} {scores[2]:>7} {spread(own)}")
    for name, detect, which in [
        ("WebRTC mode 3, 20 ms, 8 kHz", webrtc, calls),
        ("earshot 1.x, 16 kHz", earshot_16k, wide),
        ("Silero v6.2, 16 kHz", silero, wide),
        ("Silero v6.2, 8 kHz", silero, calls),
    ]:
        precision, recall, f1 = measure(detect, which)
        print(f"{name:<34} {precision:>7.4f} {recall:>7.4f} {f1:>7.4f} {spread(speeds(detect, which))}", flush=True)


if __name__ == "__main__":
    main()
