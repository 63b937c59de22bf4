"""Speech as Silero's network hears it, with the post-processing of its own `get_speech_timestamps`.

The package brings the network; its Python code would want a whole deep-learning framework.
"""

import glob
import sys
from pathlib import Path

import numpy
import onnxruntime

NETWORK = glob.glob(str(Path(sys.prefix) / "lib/python*/site-packages/silero_vad/data/silero_vad.onnx"))[0]


def silero_session():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(NETWORK, options)


SESSION = silero_session()


def silero(samples, rate):
    """Spans of speech in 16-bit samples at 8 or 16 kHz, seconds."""
    window, context = (512, 64) if rate == 16_000 else (256, 32)
    signal = samples.astype(numpy.float32) / 32_768
    state = numpy.zeros((2, 1, 128), numpy.float32)
    before = numpy.zeros(context, numpy.float32)
    scores = []
    for start in range(0, len(signal) - window + 1, window):
        now = numpy.concatenate([before, signal[start : start + window]])
        score, state = SESSION.run(None, {"input": now[None], "state": state, "sr": numpy.array(rate)})
        scores.append(score[0, 0])
        before = now[-context:]
    found = closed(regions(numpy.array(scores), window / rate, 0.5, 0.35), 0.1)
    return [(start - 0.03, end + 0.03) for start, end in found if end - start >= 0.25]


def regions(scores, frame_s, onset, offset):
    """Hysteresis: speech begins at `onset` and lasts while scores stay above `offset`."""
    found, start = [], None
    for index, score in enumerate([*scores, 0.0]):
        if start is None and score >= onset:
            start = index
        elif start is not None and score < offset:
            found.append((start * frame_s, index * frame_s))
            start = None
    return found


def closed(found, shortest_gap_s):
    joined = []
    for start, end in found:
        if joined and start - joined[-1][1] < shortest_gap_s:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
