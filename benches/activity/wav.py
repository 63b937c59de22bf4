"""Samples of WAV files."""

import numpy


def decode(path):
    """Channels of a WAV file as 16-bit integers, and its rate."""
    data = path.read_bytes()
    at = 12
    while True:
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + length]
        if name == b"fmt ":
            codec, channels = (int.from_bytes(body[i : i + 2], "little") for i in (0, 2))
            rate = int.from_bytes(body[4:8], "little")
        if name == b"data":
            break
        at += 8 + length + length % 2
    if codec == 7:
        samples = mulaw(numpy.frombuffer(body, numpy.uint8))
    elif codec == 6:
        samples = alaw(numpy.frombuffer(body, numpy.uint8))
    else:
        samples = numpy.frombuffer(body[: len(body) // 2 * 2], "<i2")
    samples = samples[: len(samples) // channels * channels]
    return samples.reshape(-1, channels).T.astype(numpy.int16), rate


def mulaw(code):
    code = (~code).astype(numpy.int32) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return numpy.where(code & 0x80, -magnitude, magnitude)


def alaw(code):
    code = code.astype(numpy.int32) ^ 0x55
    mantissa, segment = (code & 0x0F) << 4, (code & 0x70) >> 4
    magnitude = numpy.where(segment == 0, mantissa + 8, (mantissa + 0x108) << numpy.maximum(segment - 1, 0))
    return numpy.where(code & 0x80, magnitude, -magnitude)
