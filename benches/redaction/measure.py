"""What is still heard and read of each entity, beside the truth.

A frame of the copy is silent when it is below -75 dBFS; the noise of the line is never so quiet. What is *heard* of an
entity is the time of its speech that is not silent. A part counts as muted when at most 0.1 s of it is heard: less than a
digit takes, and what is cut off at its edges tells nothing.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from numerals import digits_said, is_number

SILENT_DBFS = -75.0
HEARD_MAX_S = 0.1
FRAME_S = 0.01
NUMBERS = {"card", "telephone", "passport", "snils", "iin", "birth_date"}
SAID_BY_EVERYBODY = set(
    "улица дом квартира корпус два город проспект переулок номер точка собака собачка нижнее подчеркивание плюс "
    "street road avenue apartment flat at dot plus мейл яндекс джимейл рамблер gmail yahoo outlook hotmail ру ком com казань".split()
)
"""Words of entities that tell nothing about somebody."""
NEAR_S = 0.15
"""A word belongs to a part when its middle lies in it, or so near to it."""


@dataclass
class Entity:
    call: str
    language: str
    kind: str
    text: str
    speech_s: float
    heard_s: float
    is_muted: bool
    words: str
    """What was recognised in its place, before the redaction."""
    left: str
    """What of it stands in its place behind the redaction."""
    reason: str


@dataclass
class Half:
    entities: list[Entity] = field(default_factory=list)
    other_s: float = 0.0
    other_muted_s: float = 0.0
    length_s: float = 0.0
    stretches: int = 0
    needless: list[tuple[str, list[str], str]] = field(default_factory=list)
    """Muted stretches without a part of an entity: call, kinds, words."""
    verified: dict = field(default_factory=dict)


def measured(spoken: Path, heard: dict[str, Path], copy: Path, verified: dict) -> Half:
    half = Half(verified=verified)
    for name, path in heard.items():
        truth = json.loads((spoken / f"{name}.json").read_text(encoding="utf-8"))
        before = json.loads(path.read_text(encoding="utf-8"))
        after = json.loads((copy / "calls" / path.parent.name / path.name).read_text(encoding="utf-8"))
        silent = silent_frames(next((copy / "report/audio").glob(f"*/{path.stem}*.opus")))
        for entity in truth["entities"]:
            half.entities.append(entity_of(name, truth["language"], entity, before, after, silent))
        add_other(half, name, truth, before, after, silent)
    return half


def silent_frames(path: Path) -> np.ndarray:
    """Which hundredths of a second are silent in all channels."""
    samples, rate_hz = soundfile.read(path, always_2d=True)
    frame = round(rate_hz * FRAME_S)
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame * samples.shape[1])
    return np.sqrt(np.mean(frames**2, axis=1)) < 10 ** (SILENT_DBFS / 20)


def silent_s(silent: np.ndarray, runs: list[list[float]]) -> float:
    return sum(float(silent[round(start_s / FRAME_S) : round(end_s / FRAME_S)].sum()) * FRAME_S for start_s, end_s in runs)


def length_s(runs: list[list[float]]) -> float:
    return sum(end_s - start_s for start_s, end_s in runs)


def entity_of(name: str, language: str, truth: dict, before: dict, after: dict, silent: np.ndarray) -> Entity:
    parts = [part for part in truth["parts"] if part["speech_s"]]
    heard = [length_s(part["speech_s"]) - silent_s(silent, part["speech_s"]) for part in parts]
    speech_s = sum(length_s(part["speech_s"]) for part in parts)
    said = [word for part in parts for word in part["text"].split()]
    words = [word for part in parts for word in words_in(before, part)]
    left = [word for part in parts for word in words_in(after, part) if is_of(word, said, truth["kind"])]
    is_muted = all(one <= HEARD_MAX_S for one in heard)
    reason = "" if is_muted else reason_of(truth["kind"], said, words, sum(heard) / max(speech_s, FRAME_S))
    return Entity(name, language, truth["kind"], " / ".join(part["text"] for part in parts), speech_s, sum(heard), is_muted, " ".join(words), " ".join(left), reason)


def words_in(call: dict, part: dict) -> list[str]:
    """The words of the side that were recognised in a part."""
    start_s, end_s = part["speech_s"][0][0] - NEAR_S, part["speech_s"][-1][1] + NEAR_S
    said = [word for turn in call["turns"] if turn["speaker"] == part["side"] for word in turn["words"]]
    return [word["text"] for word in said if start_s <= (word["start_s"] + word["end_s"]) / 2 <= end_s and "[" not in word["text"]]


def is_of(word: str, said: list[str], kind: str) -> bool:
    """Whether a word in the place of an entity tells of it: any number, and any of its words."""
    if kind != "surname" and is_number(word):
        return True
    return plain(word) in {plain(one) for one in said} - SAID_BY_EVERYBODY and kind not in NUMBERS


def plain(word: str) -> str:
    return "".join(character for character in word.lower().replace("ё", "е") if character.isalnum())


def reason_of(kind: str, said: list[str], words: list[str], share_heard: float) -> str:
    if share_heard <= 0.25:
        return "an edge is heard"
    if share_heard <= 0.9:
        return "a part is found"
    if not words:
        return "no word recognised"
    if kind in NUMBERS:
        is_right = digits_said(said) == digits_said(words)
    else:
        is_right = {plain(word) for word in said} - SAID_BY_EVERYBODY <= {plain(word) for word in words}
    return "right words, not found" if is_right else "misheard, not found"


def add_other(half: Half, name: str, truth: dict, before: dict, after: dict, silent: np.ndarray) -> None:
    half.length_s += truth["length_s"]
    runs = [other["speech_s"] for other in truth["other"]]
    half.other_s += length_s(runs)
    half.other_muted_s += silent_s(silent, runs)
    parts = [part for entity in truth["entities"] for part in entity["parts"] if part["speech_s"]]
    for stretch in after["redaction"]["muted"]:
        half.stretches += 1
        is_needed = any(part["speech_s"][0][0] < stretch["end_s"] and stretch["start_s"] < part["speech_s"][-1][1] for part in parts)
        if not is_needed:
            place = {"side": stretch["speaker"], "speech_s": [[stretch["start_s"], stretch["end_s"]]]}
            half.needless.append((name, stretch["kinds"], " ".join(words_in(before, place))))
