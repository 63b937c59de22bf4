"""Speech in frames of 10 ms, found and true."""

from dataclasses import dataclass

import numpy

FRAMES_A_SECOND = 100


def marks(spans, frames):
    marked = numpy.zeros(frames, bool)
    for start_s, end_s in spans:
        marked[max(round(start_s * FRAMES_A_SECOND), 0) : round(end_s * FRAMES_A_SECOND)] = True
    return marked


@dataclass
class Found:
    """Frames that are speech and found, found only, and speech only."""

    hits: int = 0
    alarms: int = 0
    misses: int = 0

    def add(self, true, found):
        self.hits += int((true & found).sum())
        self.alarms += int((~true & found).sum())
        self.misses += int((true & ~found).sum())

    @property
    def precision(self):
        return self.hits / max(self.hits + self.alarms, 1)

    @property
    def recall(self):
        return self.hits / max(self.hits + self.misses, 1)

    @property
    def f1(self):
        return 2 * self.hits / max(2 * self.hits + self.alarms + self.misses, 1)

    def cells(self):
        return [f"{value:.3f}" for value in (self.precision, self.recall, self.f1)]
