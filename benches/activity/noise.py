"""Adds noise to labelled calls, so that `activity_against_truth` can be run on them.

    noise.py FOLDER OUT white|pink|brown|voices [SNR_DB]

Each channel of a stereo call gets the noise so many dB (10) below the mean level of its true speech. `voices` is six voices at
once behind the speaker, equally loud, each the speech of another channel of the other calls one sentence after the other.
"""

import shutil
import sys
from pathlib import Path

import numpy
from labelled_calls import load, stereo_names

EXPONENTS = {"white": 0.0, "pink": 0.5, "brown": 1.0}
VOICES = 6


def speech(samples, rate, spans):
    return [samples[int(start * rate) : int(end * rate)] for start, end in spans]


def level(samples):
    return numpy.sqrt(numpy.mean(numpy.square(samples)))


def coloured(kind, length, random):
    spectrum = numpy.fft.rfft(random.standard_normal(length))
    frequency = numpy.fft.rfftfreq(length, 1 / 8_000)
    spectrum[frequency < 60] = 0
    return numpy.fft.irfft(spectrum / numpy.maximum(frequency, 60) ** EXPONENTS[kind], length)


def voices(calls, own, length, random):
    others = [(call, side) for call in range(len(calls)) for side in range(2) if call != own]
    noise = numpy.zeros(length)
    for index in random.permutation(len(others))[:VOICES]:
        call, side = others[index]
        channels, rate, truths = calls[call]
        pieces = [numpy.pad(piece, (0, random.integers(400, 4_000))) for piece in speech(channels[side] / 32_768, rate, truths[side])]
        voice = numpy.concatenate(pieces)
        voice = numpy.tile(voice / level(voice), length // len(voice) + 2)
        start = random.integers(len(voice) - length)
        noise += voice[start : start + length]
    return noise


def write(path, channels, rate):
    data = numpy.clip(numpy.round(channels * 32_768), -32_768, 32_767).astype("<i2").T.tobytes()
    count = len(channels)
    fields = [(1, 2), (count, 2), (rate, 4), (2 * count * rate, 4), (2 * count, 2), (16, 2)]
    form = b"".join(value.to_bytes(size, "little") for value, size in fields)
    head = b"WAVEfmt " + (16).to_bytes(4, "little") + form + b"data" + len(data).to_bytes(4, "little")
    path.write_bytes(b"RIFF" + (len(head) + len(data)).to_bytes(4, "little") + head + data)


def main():
    folder, out, kind = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    below_db = float(sys.argv[4]) if len(sys.argv) > 4 else 10.0
    out.mkdir(parents=True, exist_ok=True)
    calls = load(folder)
    names = stereo_names(folder)
    for index, (channels, rate, truths) in enumerate(calls):
        random = numpy.random.default_rng(index)
        noisy = []
        for samples, spans in zip(channels / 32_768, truths):
            length = len(samples)
            noise = voices(calls, index, length, random) if kind == "voices" else coloured(kind, length, random)
            loud = level(numpy.concatenate(speech(samples, rate, spans)))
            noisy.append(samples + noise / level(noise) * loud * 10 ** (-below_db / 20))
        name = names[index]
        write(out / f"{name}.wav", numpy.stack(noisy), rate)
        shutil.copy(folder / f"{name}.truth.json", out)


if __name__ == "__main__":
    main()
