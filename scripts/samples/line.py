"""Puts a placed call on the line: voices mixed at their samples, hold music, noise. None of it moves a boundary."""

import math
import random

from .levels import RATE_HZ, root_mean_square
from .placement import PlacedCall
from .scenario import SPEAKERS, Scenario

MUSIC_DBFS = -30.0
MUSIC_BEAT_S = 0.3
MUSIC_TONES_HZ = (392.0, 493.88, 587.33, 783.99, 587.33, 493.88)
ROAD_POLE = 0.92
"""Of the one-pole low pass that turns white noise into a car's."""


def record(scenario: Scenario, call: PlacedCall) -> dict[str, list[float]]:
    """The two channels, `agent` and `client`, full scale 1.0."""
    channels = {speaker: [0.0] * call.length for speaker in SPEAKERS}
    for placed in call.lines:
        _mix(channels[placed.line.speaker], placed.spoken.signal, placed.start)
    for placed in call.holds:
        if placed.hold.music:
            # The exchange plays the music to the client, so it is recorded where the agent's voice would be.
            start, end = placed.music
            _mix(channels["agent"], _music(end - start), start)
    _add_noise(channels, scenario)
    return channels


def _add_noise(channels: dict[str, list[float]], scenario: Scenario) -> None:
    for speaker in SPEAKERS:
        generator = random.Random(f"{scenario.name} {speaker}")
        noise = [generator.gauss(0.0, 1.0) for _ in channels[speaker]]
        level_dbfs = scenario.line.noise_dbfs
        if speaker == "client" and scenario.line.client_noise_dbfs is not None:
            noise = _low_pass(noise)
            level_dbfs = scenario.line.client_noise_dbfs
        _mix(channels[speaker], _at_level(noise, level_dbfs), 0)


def _music(length: int) -> list[float]:
    """A plucked figure that repeats: sums of decaying sines, so that nobody's recording is in it."""
    beat = int(MUSIC_BEAT_S * RATE_HZ)
    tones = []
    for position in range(length):
        step, inside = divmod(position, beat)
        phase = 2 * math.pi * MUSIC_TONES_HZ[step % len(MUSIC_TONES_HZ)] * inside / RATE_HZ
        attack = min(1.0, inside / 80)
        decay = math.exp(-3.0 * inside / beat)
        tones.append(attack * decay * (math.sin(phase) + 0.4 * math.sin(2 * phase) + 0.2 * math.sin(3 * phase)))
    return _at_level(tones, MUSIC_DBFS)


def _low_pass(signal: list[float]) -> list[float]:
    state = 0.0
    filtered = []
    for sample in signal:
        state = ROAD_POLE * state + (1 - ROAD_POLE) * sample
        filtered.append(state)
    return filtered


def _at_level(signal: list[float], level_dbfs: float) -> list[float]:
    factor = 10 ** (level_dbfs / 20) / root_mean_square(signal)
    return [sample * factor for sample in signal]


def _mix(channel: list[float], signal: list[float], start: int) -> None:
    for offset, sample in enumerate(signal):
        channel[start + offset] += sample
