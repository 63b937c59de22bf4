"""What a telephone line does to speech: band, codec, noise, echo. Signals are at 8 kHz, from -1 to 1."""

import numpy
from prompts import RATE_HZ
from scipy.signal import butter, resample_poly, sosfilt

BAND_HZ = (300, 3_400)


def level_dbfs(signal):
    return 10 * numpy.log10(numpy.mean(numpy.square(signal)) + 1e-12)


def at_level(signal, dbfs):
    return signal * 10 ** ((dbfs - level_dbfs(signal)) / 20)


def band_limited(signal):
    return sosfilt(butter(4, BAND_HZ, "bandpass", fs=RATE_HZ, output="sos"), signal)


def shifted(signal, percent):
    """Played at so many percent of the speed: lower and slower under 100, higher and faster above."""
    return resample_poly(signal, 100, percent)


def mu_law(signal):
    """Through eight bits and back (ITU-T G.711, the continuous form of the law)."""
    mu = 255.0
    code = numpy.sign(signal) * numpy.log1p(mu * numpy.minimum(abs(signal), 1)) / numpy.log1p(mu)
    code = numpy.round(code * 127) / 127
    return numpy.sign(code) * numpy.expm1(abs(code) * numpy.log1p(mu)) / mu


def a_law(signal):
    """Through eight bits and back (ITU-T G.711, the continuous form of the law)."""
    a, whole = 87.6, 1 + numpy.log(87.6)
    size = numpy.minimum(abs(signal), 1)
    code = numpy.where(size < 1 / a, a * size, 1 + numpy.log(numpy.maximum(a * size, 1))) / whole
    code = (numpy.floor(code * 128).clip(0, 127) + 0.5) / 128
    size = numpy.where(code < 1 / whole, code * whole / a, numpy.exp(code * whole - 1) / a)
    return numpy.sign(signal) * size


def noise(length, exponent, random):
    """White (0), pink (0.5) or brown (1) noise in the band of the telephone, with a mean square of 1."""
    spectrum = numpy.fft.rfft(random.standard_normal(length))
    frequency = numpy.fft.rfftfreq(length, 1 / RATE_HZ)
    spectrum[(frequency < 60) | (frequency > BAND_HZ[1])] = 0
    made = numpy.fft.irfft(spectrum / numpy.maximum(frequency, 60) ** exponent, length)
    return made / numpy.sqrt(numpy.mean(numpy.square(made)) + 1e-12)


def echo(signal, delay_s, below_db):
    """What comes back from the other end: later, weaker, and without its highs."""
    delay = int(delay_s * RATE_HZ)
    dull = sosfilt(butter(2, 1_800, fs=RATE_HZ, output="sos"), signal)
    return numpy.concatenate([numpy.zeros(delay), dull])[: len(signal)] * 10 ** (-below_db / 20)
