"""Silero's speech, as benches/activity measures it, at 8 kHz and at the 16 kHz that it was mostly trained on."""

import sys
from pathlib import Path

import numpy
from prompts import RATE_HZ
from scipy.signal import resample_poly

sys.path.append(str(Path(__file__).parent.parent / "activity"))
from silero import silero  # noqa: E402


def at_8k(signal):
    return silero(sixteen_bits(signal), RATE_HZ)


def at_16k(signal):
    return silero(sixteen_bits(resample_poly(signal, 2, 1)), 2 * RATE_HZ)


def sixteen_bits(signal):
    return numpy.clip(numpy.round(signal * 32_768), -32_768, 32_767).astype(numpy.int16)


DETECTORS = {"Silero v6.2, 8 kHz": at_8k, "Silero v6.2, 16 kHz": at_16k}
