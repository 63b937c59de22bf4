"""Sounds of a telephone line that are no speech, as lists of samples at 8 kHz, of a mean square of about one.

Each function takes a `random.Random` and gives a piece of PIECE_S seconds. Nothing but the standard library is needed.
"""

import math
import random

RATE_HZ = 8000
PIECE_S = 20
SAMPLES = PIECE_S * RATE_HZ
DTMF_HZ = ((697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0))


def sine(pitch_hz: float, index: int) -> float:
    return math.sin(2 * math.pi * pitch_hz * index / RATE_HZ)


def keys(generator: random.Random) -> list[float]:
    """Keys of a telephone (DTMF, ITU-T Q.23)."""
    signal: list[float] = []
    while len(signal) < SAMPLES:
        pair = [generator.choice(group) for group in DTMF_HZ]
        pressed = int(generator.uniform(0.08, 0.3) * RATE_HZ)
        signal += [sum(sine(pitch_hz, index) for pitch_hz in pair) for index in range(pressed)]
        signal += [0.0] * int(generator.uniform(0.1, 1.5) * RATE_HZ)
    return signal[:SAMPLES]


def fax(generator: random.Random) -> list[float]:
    """A fax calls (1,100 Hz), is answered (2,100 Hz), negotiates (V.21) and sends a page (V.29), again and again."""
    signal: list[float] = []
    while len(signal) < SAMPLES:
        for _ in range(2):
            signal += steady(1100.0, 0.5) + pause(generator.uniform(0.5, 3.0))
        signal += steady(2100.0, generator.uniform(2.6, 4.0)) + pause(0.075)
        for _ in range(2):
            signal += v21(generator, generator.uniform(1.0, 2.0)) + pause(generator.uniform(0.1, 0.8))
        signal += quadrature(generator, 1700.0, 2400.0, generator.uniform(3.0, 6.0)) + pause(0.5)
    return signal[:SAMPLES]


def modem(generator: random.Random) -> list[float]:
    """A modem answers, and two of them talk (V.32): what is heard is noise that never pauses."""
    answer = [(-1) ** (index // 3600) * math.sqrt(2) * sine(2100.0, index) for index in range(3 * RATE_HZ)]
    signal = answer + pause(0.075) + quadrature(generator, 1800.0, 2400.0, PIECE_S)
    return signal[:SAMPLES]


def keyboard(generator: random.Random) -> list[float]:
    """Somebody types: a strike and a fainter release for each key, in bursts."""
    signal = pause(PIECE_S)
    time_s = 0.2
    while time_s < PIECE_S - 1:
        for _ in range(generator.randrange(3, 25)):
            loudness = generator.uniform(0.5, 1.5)
            strike(signal, generator, time_s, loudness)
            strike(signal, generator, time_s + generator.uniform(0.05, 0.12), 0.4 * loudness)
            time_s += generator.uniform(0.09, 0.3)
            if time_s > PIECE_S - 1:
                break
        time_s += generator.uniform(0.3, 2.0)
    return signal


def clicks(generator: random.Random) -> list[float]:
    """Impulses of 1 to 4 ms that die away, alone and in pairs."""
    signal = pause(PIECE_S)
    time_s = 0.3
    while time_s < PIECE_S - 1:
        start, length = int(time_s * RATE_HZ), generator.randrange(8, 32)
        for index in range(4 * length):
            signal[start + index] += generator.choice((1, -1)) * math.exp(-index / length)
        time_s += generator.choice((0.05, 1.0)) * generator.uniform(0.3, 3.0)
    return signal


def comfort_noise(generator: random.Random) -> list[float]:
    """Noise that a gateway makes where nobody speaks: on and off within half a frame."""
    signal: list[float] = []
    colour = generator.uniform(0.0, 0.98)
    level = 0.0
    while len(signal) < SAMPLES:
        for _ in range(int(generator.uniform(0.3, 2.0) * RATE_HZ)):
            level = colour * level + math.sqrt(1 - colour * colour) * generator.gauss(0, 1)
            signal.append(level)
        signal += pause(generator.uniform(0.3, 2.0))
    return signal[:SAMPLES]


def strike(signal: list[float], generator: random.Random, time_s: float, loudness: float) -> None:
    """A key hits its plate: a burst of noise through two resonances that die away in some milliseconds."""
    start = int(time_s * RATE_HZ)
    for pitch_hz, share, decay_s in ((generator.uniform(180, 420), 0.6, 0.012), (generator.uniform(1400, 3200), 1.0, 0.004)):
        phase = generator.uniform(0, RATE_HZ)
        for index in range(int(6 * decay_s * RATE_HZ)):
            noise = 0.5 * generator.gauss(0, 1) + sine(pitch_hz, index + int(phase))
            signal[start + index] += 6 * loudness * share * noise * math.exp(-index / (decay_s * RATE_HZ))


def v21(generator: random.Random, length_s: float) -> list[float]:
    """Frequency shift keying of 300 bit/s, upper channel (ITU-T V.21): flags, then bits."""
    flags, phase, signal = (0, 1, 1, 1, 1, 1, 1, 0), 0.0, []
    for bit in range(int(300 * length_s)):
        is_mark = flags[bit % 8] if bit < 120 else generator.randrange(2)
        for _ in range(RATE_HZ * (bit + 1) // 300 - RATE_HZ * bit // 300):
            phase += 2 * math.pi * (1650.0 if is_mark else 1850.0) / RATE_HZ
            signal.append(math.sqrt(2) * math.sin(phase))
    return signal


def quadrature(generator: random.Random, carrier_hz: float, baud: float, length_s: float) -> list[float]:
    """Scrambled symbols of 16 states on a carrier, shaped by a window of two symbols."""
    points = (-3.0, -1.0, 1.0, 3.0)
    symbols = [(generator.choice(points), generator.choice(points)) for _ in range(int(length_s * baud) + 3)]
    signal = []
    for index in range(int(length_s * RATE_HZ)):
        place = index * baud / RATE_HZ
        first = int(place)
        in_phase = in_quadrature = 0.0
        for number in (first, first + 1):
            weight = 0.5 + 0.5 * math.cos(math.pi * (place - number))
            in_phase += weight * symbols[number][0]
            in_quadrature += weight * symbols[number][1]
        turn = 2 * math.pi * carrier_hz * index / RATE_HZ
        signal.append((in_phase * math.cos(turn) - in_quadrature * math.sin(turn)) / 2.7)
    return signal


def steady(pitch_hz: float, length_s: float) -> list[float]:
    return [math.sqrt(2) * sine(pitch_hz, index) for index in range(int(length_s * RATE_HZ))]


def pause(length_s: float) -> list[float]:
    return [0.0] * int(length_s * RATE_HZ)
