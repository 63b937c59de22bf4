"""Speaks a line: festival's Russian voice, moved in pitch and tempo, cut to the telephone band.

Every sentence is synthesised alone, so that where it begins and ends is known to the frame.
"""

import array
import shutil
import subprocess
import sys
import tempfile
import wave
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .levels import RATE_HZ, bring_to_level, extend_spans, samples, speech_spans, trim_to_speech
from .scenario import Line, Voice, sentences

FESTIVAL_VOICE = "(voice_msu_ru_nsh_clunits)"
TELEPHONE_BAND = "300-3400"
HEADROOM_DB = "-6"
SENTENCE_GAP_S = 0.28
CLAUSE_GAP_S = 0.14
"""The breath inside a sentence, before the words of goodbye."""


class VoiceError(Exception):
    """The synthesiser could not say a text; the message has what it complained about."""


@dataclass(frozen=True)
class SpokenLine:
    """A line as a signal, with its speech spans and, where it says goodbye, the span of those words (samples)."""

    signal: list[float]
    speech: list[tuple[int, int]]
    farewell: tuple[int, int] | None


def speak_lines(lines: list[Line], voices: dict[str, Voice]) -> list[SpokenLine]:
    """All lines, in order; each depends on its own text and voice alone, so they are spoken side by side."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda line: speak_line(line, voices[line.speaker]), lines))


def speak_line(line: Line, voice: Voice) -> SpokenLine:
    """One line, brought to its level, its sentences joined with breaths between them."""
    signal: list[float] = []
    speech: list[tuple[int, int]] = []
    farewell = None
    for index, sentence in enumerate(sentences(line)):
        if index > 0:
            clause = sentence == line.farewell and not sentences(line)[index - 1].endswith((".", "!", "?"))
            signal += [0.0] * samples(CLAUSE_GAP_S if clause else SENTENCE_GAP_S)
        start = len(signal)
        spoken = _synthesise(sentence, voice.pitch_cents + line.raise_cents, voice.tempo)
        signal += bring_to_level(trim_to_speech(spoken), line.gain_db)
        for speech_start, speech_end in speech_spans(signal[start:]):
            extend_spans(speech, start + speech_start, start + speech_end)
        if sentence == line.farewell:
            farewell = (start, len(signal))
    return SpokenLine(signal, speech, farewell)


def require_programs() -> None:
    """Ends the program with the remedy where festival, its Russian voice or sox is missing."""
    missing = [program for program in ("text2wave", "sox") if shutil.which(program) is None]
    if missing:
        sys.exit(f"make-samples: {' and '.join(missing)} missing; apt-get install festival festvox-ru sox")


def _synthesise(text: str, pitch_cents: int, tempo: float) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        plain, raw, telephone = (Path(folder) / name for name in ("text.txt", "raw.wav", "telephone.wav"))
        plain.write_text(_speakable(text) + "\n", encoding="utf-8")
        spoken = _run(["text2wave", "-eval", FESTIVAL_VOICE, str(plain), "-o", str(raw)])
        if "no rule matches" in spoken:
            raise VoiceError(f"{text!r}: {spoken.strip()}")
        # -R and -D: fixed random numbers and no dither, so that the same text gives the same bytes.
        _run(
            ["sox", "-R", "-D", str(raw), "-b", "16", str(telephone), "gain", HEADROOM_DB]
            + ["pitch", str(pitch_cents), "tempo", "-s", str(tempo)]
            + ["rate", str(RATE_HZ), "sinc", TELEPHONE_BAND]
        )
        with wave.open(str(telephone)) as recording:
            frames = array.array("h", recording.readframes(recording.getnframes()))
    if sys.byteorder == "big":
        frames.byteswap()
    return [sample / 32768 for sample in frames]


def _speakable(text: str) -> str:
    """The text without the marks that the voice has no rule for."""
    for mark in "«»":
        text = text.replace(mark, "")
    return text.replace("—", ",")


def _run(command: list[str]) -> str:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise VoiceError(f"{command[0]} failed: {result.stderr.strip()}")
    return result.stdout + result.stderr
