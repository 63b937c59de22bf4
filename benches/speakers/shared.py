"""What every peer is given of a recording, and how it answers.

`diarize FOLDER OUT` has written NAME.wav (16 kHz, one channel), NAME.speech.rttm and NAME.truth.rttm.
"""

import json
import time
import wave

import numpy

RATE = 16_000


class Recording:
    def __init__(self, path):
        self.path, self.name = path, path.stem
        with wave.open(str(path)) as recording:
            frames = recording.readframes(recording.getnframes())
        self.samples = numpy.frombuffer(frames, "<i2").astype(numpy.float32) / 32_768

    def _segments(self, what):
        lines = self.path.with_name(f"{self.name}.{what}.rttm").read_text().splitlines()
        fields = [line.split() for line in lines]
        return [(float(line[3]), float(line[3]) + float(line[4]), line[7]) for line in fields]

    def speech(self):
        """The regions that etalon diarized, seconds."""
        return [(start, end) for start, end, _ in self._segments("speech")]

    def true_speakers(self):
        return len({name for _, _, name in self._segments("truth")})


def recordings(folder):
    return [Recording(path) for path in sorted(folder.glob("*.wav"))]


def answer(recording, system, segments, worked_s):
    """Stores who was found to speak: (start, end, who) in seconds, with the processor time that it took."""
    text = "".join(
        f"SPEAKER {recording.name} 1 {start:.3f} {end - start:.3f} <NA> <NA> {who} <NA> <NA>\n"
        for start, end, who in segments
        if end > start
    )
    recording.path.with_name(f"{recording.name}.{system}.rttm").write_text(text)
    print(json.dumps({"recording": recording.name, "system": system, "worked_s": worked_s}), flush=True)


class Stopwatch:
    """Processor time of this process, so that a busy machine does not count."""

    def __init__(self):
        self.started_s = time.process_time()

    def worked_s(self):
        return time.process_time() - self.started_s
