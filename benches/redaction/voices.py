"""Speaks turns and tells where each piece of them lies: festival's Russian voice, flite's English ones.

Whole turns are synthesised, so that an entity flows into the words around it. Festival tells when its words end, flite when
its phones do; the phones of a piece are counted by letting flite say the turn up to its end.
"""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dialogues import Piece, Said

RATE_HZ = 8000
BAND = "300-3400"
VOICES = {
    "ru": {"seen": [("msu_ru_nsh", 0.94), ("msu_ru_nsh", 1.0), ("msu_ru_nsh", 1.08)], "unseen": [("msu_ru_nsh", 0.88), ("msu_ru_nsh", 1.14)]},
    "en": {"seen": [("slt", 0.96), ("slt", 1.06), ("kal16", 1.0)], "unseen": [("rms", 1.0), ("awb", 1.0), ("rms", 1.1)]},
}
"""Voice, and the factor by which its pitch and its tempo are raised."""
SPELLINGS = {"смс": "эсэмэс", "самал-2": "самал два"}
RUSSIAN = re.compile(r"[^а-яё ,.?!]+")
FRAME = RATE_HZ // 100
QUIET = 0.03
"""Of the loudest frame: what is quieter is a pause."""


@dataclass
class Spoken:
    """A turn as a signal, and the seconds of each of its pieces."""

    signal: np.ndarray
    spans: list[tuple[float, float]]


def speak(turns: list[Said], language: str, voices: dict[str, tuple[str, float]]) -> list[Spoken]:
    """All turns of a call; `voices` has that of each side."""
    spoken = russian(turns) if language == "ru" else [english(turn.pieces, voices[turn.side][0]) for turn in turns]
    return [faster(one, voices[turn.side][1]) for one, turn in zip(spoken, turns)]


def faster(spoken: Spoken, factor: float) -> Spoken:
    places = np.arange(0, max(1, len(spoken.signal) - 1), factor)
    signal = np.interp(places, np.arange(len(spoken.signal)), spoken.signal)
    return Spoken(signal, [(start_s / factor, end_s / factor) for start_s, end_s in spoken.spans])


def active(signal: np.ndarray) -> np.ndarray:
    """Which hundredths of a second of a clean signal have speech."""
    frames = signal[: len(signal) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.sqrt(np.mean(frames**2, axis=1))
    return power > QUIET * max(power.max(initial=0.0), 1e-9)


def russian(turns: list[Said]) -> list[Spoken]:
    texts = [[speakable(piece.text) for piece in turn.pieces] for turn in turns]
    with tempfile.TemporaryDirectory() as folder:
        script = ["(voice_msu_ru_nsh_clunits)"]
        for number, pieces in enumerate(texts):
            script += [
                f'(set! said (utt.synth (Utterance Text "{" ".join(pieces)}")))',
                f'(utt.save.wave said "{folder}/{number}.wav" \'riff)',
                "(mapcar (lambda (word) (format t \"%s %f %f\\n\" (item.name word) (item.feat word \"word_start\")"
                " (item.feat word \"word_end\"))) (utt.relation.items said 'Word))",
                '(format t "=\\n")',
            ]
        path = Path(folder) / "speak.scm"
        path.write_text("\n".join(script), encoding="utf-8")
        said = subprocess.run(["festival", "-b", str(path)], check=True, capture_output=True, text=True).stdout.split("=\n")
        return [Spoken(at_rate(Path(folder) / f"{number}.wav"), spans_of_words(pieces, said[number])) for number, pieces in enumerate(texts)]


def speakable(text: str) -> str:
    """The text without other letters, and with its marks where festival expects them: at the end of a word."""
    text = text.lower().replace("—", ",")
    for written, spoken in SPELLINGS.items():
        text = text.replace(written, spoken)
    text = re.sub(r"\s*([,.?!])[\s,.?!]*", r"\1 ", RUSSIAN.sub(" ", text))
    return re.sub(r"\s+", " ", text).strip()


def spans_of_words(pieces: list[str], told: str) -> list[tuple[float, float]]:
    words = [line.split() for line in told.splitlines() if len(line.split()) == 3]
    counts = [len(piece.split()) for piece in pieces]
    if len(words) != sum(counts):
        raise ValueError(f"festival says {len(words)} words of {sum(counts)}: {pieces}")
    spans, at = [], 0
    for count in counts:
        spans.append((float(words[at][1]), float(words[at + count - 1][2])))
        at += count
    return spans


def english(pieces: list[Piece], voice: str) -> Spoken:
    texts = [piece.text for piece in pieces]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        phones = [phone.rsplit(":", 1) for phone in flite(voice, " ".join(texts), "-psdur", path)]
        ends_s = [float(end) for _, end in phones]
        is_spoken = [name != "pau" for name, _ in phones]
        places = [place for place, spoken in enumerate(is_spoken) if spoken]
        spans, first = [], 0
        for number in range(1, len(texts) + 1):
            is_last = number == len(texts)
            count = len(places) if is_last else len([name for name in flite(voice, " ".join(texts[:number]), "-ps", path.with_name("part.wav")) if name != "pau"])
            count = max(first + 1, min(count, len(places)))
            start, end = places[min(first, len(places) - 1)], places[count - 1]
            spans.append((ends_s[start - 1] if start else 0.0, ends_s[end]))
            first = count
        return Spoken(at_rate(path), spans)


def flite(voice: str, text: str, what: str, path: Path) -> list[str]:
    return subprocess.run(["flite", "-voice", voice, what, "-t", text, "-o", str(path)], check=True, capture_output=True, text=True).stdout.split()


def at_rate(path: Path) -> np.ndarray:
    return np.frombuffer(sox([str(path), *raw(1), "rate", str(RATE_HZ)]), "<i2") / 32768


def raw(channels: int) -> list[str]:
    return ["-t", "raw", "-r", str(RATE_HZ), "-e", "signed", "-b", "16", "-c", str(channels), "-"]


def sox(arguments: list[str], content: bytes = b"") -> bytes:
    return subprocess.run(["sox", "-V1", "-R", "-D", *arguments], input=content, check=True, capture_output=True).stdout
