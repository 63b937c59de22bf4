"""Calls on a telephone line with the truth beside them: NAME.wav, the agent left, and NAME.json.

    calls.py FOLDER [--each N] [--seed N]

The truth has the kind of each entity, and for each of its parts the side, the words, and the seconds with speech; and the
seconds of all other speech.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np

import voices
from dialogues import Dialogue, dialogues
from voices import RATE_HZ

LEAD_S, TURN_GAP_S, PHRASE_GAP_S = 0.5, (0.25, 0.9), (1.5, 3.0)
NOISE_DBFS, SPEECH_DBFS = (-62.0, -45.0), (-26.0, -18.0)
SIDES = ("a", "c")
ROLES = {"a": "agent", "c": "client"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--each", type=int, default=30, help="entities of each kind in each half")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    make(options.folder, options.each, options.seed)


def make(folder: Path, of_each_kind: int, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for half in ("seen", "unseen"):
        for number, call in enumerate(dialogues(half, of_each_kind, seed)):
            name = f"{half}-{call.language}-{number:03}"
            if not (folder / f"{name}.json").exists():
                write_call(call, half, folder / name, random.Random(f"{seed} {name}"))


def write_call(call: Dialogue, half: str, path: Path, chance: random.Random) -> None:
    chosen = dict(zip(SIDES, chance.sample(voices.VOICES[call.language][half], 2)))
    spoken = voices.speak(call.turns, call.language, chosen)
    level = {side: chance.uniform(*SPEECH_DBFS) for side in SIDES}
    at, placed = round(LEAD_S * RATE_HZ), []
    parts = [[] for _ in call.entities]
    other = []
    for number, (turn, one) in enumerate(zip(call.turns, spoken)):
        gap_s = PHRASE_GAP_S if turn.begins else TURN_GAP_S
        at += round(chance.uniform(*gap_s) * RATE_HZ) if number else 0
        placed.append((turn.side, at, at_level(one.signal, level[turn.side])))
        speech = voices.active(one.signal)
        is_entity = np.zeros(len(speech), bool)
        for piece, (start_s, end_s) in zip(turn.pieces, one.spans):
            if piece.entity is not None:
                inside = np.zeros(len(speech), bool)
                inside[round(start_s * 100) : round(end_s * 100)] = True
                is_entity |= inside
                parts[piece.entity].append({"side": ROLES[turn.side], "text": piece.text, "speech_s": runs(speech & inside, at)})
        other += [{"side": ROLES[turn.side], "speech_s": run} for run in runs(speech & ~is_entity, at)]
        at += len(one.signal)
    length = at + round(LEAD_S * RATE_HZ)
    channels = {side: noise(length, chance) for side in SIDES}
    for side, start, signal in placed:
        channels[side][start : start + len(signal)] += signal
    telephone(np.stack([channels[side] for side in SIDES], axis=1), path.with_suffix(".wav"), chance.choice(["a-law", "u-law"]))
    truth = {
        "half": half, "language": call.language, "length_s": length / RATE_HZ,
        "turns": [f"{turn.side}: {turn.text()}" for turn in call.turns],
        "entities": [{"kind": kind, "parts": found} for kind, found in zip(call.entities, parts)],
        "other": other,
    }
    path.with_suffix(".json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


def runs(frames: np.ndarray, start: int) -> list[list[float]]:
    """Stretches of frames, in seconds of the call."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], frames.astype(int), [0]])))
    return [[round(start / RATE_HZ + first / 100, 2), round(start / RATE_HZ + last / 100, 2)] for first, last in zip(edges[::2], edges[1::2])]


def at_level(signal: np.ndarray, dbfs: float) -> np.ndarray:
    power = float(np.sqrt(np.mean(signal**2)))
    return signal * (10 ** (dbfs / 20) / power) if power > 0 else signal


def noise(length: int, chance: random.Random) -> np.ndarray:
    generator = np.random.default_rng(chance.randrange(2**32))
    return generator.standard_normal(length) * 10 ** (chance.uniform(*NOISE_DBFS) / 20)


def telephone(line: np.ndarray, path: Path, codec: str) -> None:
    """The band of a telephone, in G.711."""
    pcm = (np.clip(line, -1, 1) * 32767).astype("<i2").tobytes()
    voices.sox([*voices.raw(2), "-e", codec, "-b", "8", str(path), "sinc", voices.BAND], pcm)


if __name__ == "__main__":
    main()
