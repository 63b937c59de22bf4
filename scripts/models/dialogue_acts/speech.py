"""Speaks dialogues of the corpus over a telephone band, and reads back what etalon heard.

Russian is spoken by festival's voice, English by three of flite's; nothing free speaks Kazakh well enough to be heard.
A sentence is moved in pitch and tempo by its speaker's factor; a line has its own noise and codec. What is spoken where
stands beside the recordings in `spoken.json`, so that the words of a result find the sentence they belong to.
"""

import json
import random
import re
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np

from . import corpus
from .corpus import Conversation

RATE_HZ = 8000
LEAD_S, SENTENCE_GAP_S, TURN_GAP_S = 0.4, (0.2, 0.5), (0.4, 1.0)
NOISE_DBFS, SPEECH_DBFS = (-62.0, -38.0), (-26.0, -18.0)
SPEED = (0.88, 1.18)
"""Factors of both pitch and tempo."""
ENGLISH_VOICES = ("slt", "rms", "awb")
BAND = ("sinc", "300-3400")
EDGE_S = 0.15
"""A word belongs to a sentence when its middle lies in it, or so near to it."""
RUSSIAN = re.compile(r"[^а-яё ,.?!]+")


def speak(style: str, count: int, folder: Path) -> None:
    """Writes the first `count` dialogues of a style as stereo recordings STYLE-NN.wav, the agent left, and spoken.json."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, conversation in enumerate(corpus.dialogues(style)[:count]):
        name = f"{style}-{number:02}"
        if conversation.language in ("ru", "en") and not (folder / f"{name}.json").exists():
            speak_dialogue(conversation, random.Random(name), folder / name)


def speak_dialogue(conversation: Conversation, chance: random.Random, path: Path) -> None:
    speed = {side: chance.uniform(*SPEED) for side in "AC"}
    voices = dict(zip("AC", chance.sample(ENGLISH_VOICES, 2)))
    texts = [(one.text, voices[one.side]) for one in conversation.sentences]
    signals = english(texts) if conversation.language == "en" else russian([text for text, _ in texts])
    channels, spans = place(conversation, signals, speed, chance)
    line = np.stack([channels[side] for side in "AC"], axis=1)
    write(path.with_suffix(".wav"), telephone(line, chance))
    path.with_suffix(".json").write_text(json.dumps(spans), encoding="utf-8")


def place(conversation: Conversation, signals: list[np.ndarray], speed: dict[str, float], chance: random.Random):
    """Both channels, and where each sentence lies, in seconds."""
    at, parts, spans = LEAD_S, [], []
    level = {side: chance.uniform(*SPEECH_DBFS) for side in "AC"}
    for number, (one, signal) in enumerate(zip(conversation.sentences, signals)):
        is_same_turn = number > 0 and conversation.sentences[number - 1].side == one.side
        at += chance.uniform(*(SENTENCE_GAP_S if is_same_turn else TURN_GAP_S))
        places = np.arange(0, max(1, len(signal) - 1), speed[one.side])
        signal = at_level(np.interp(places, np.arange(len(signal)), signal), level[one.side])
        parts.append((one.side, round(at * RATE_HZ), signal))
        spans.append([round(at, 3), round(at + len(signal) / RATE_HZ, 3)])
        at += len(signal) / RATE_HZ
    channels = {side: np.zeros(round((at + LEAD_S) * RATE_HZ) + 1) for side in "AC"}
    for side, start, signal in parts:
        channels[side][start : start + len(signal)] += signal
    noise = np.random.default_rng(chance.randrange(2**32))
    for side in "AC":
        channels[side] += noise.standard_normal(len(channels[side])) * 10 ** (chance.uniform(*NOISE_DBFS) / 20)
    return channels, spans


def at_level(signal: np.ndarray, dbfs: float) -> np.ndarray:
    power = float(np.sqrt(np.mean(signal**2)))
    return signal * (10 ** (dbfs / 20) / power) if power > 0 else signal


def russian(texts: list[str]) -> list[np.ndarray]:
    """Sentences by festival's voice, all by one call of it."""
    with tempfile.TemporaryDirectory() as folder:
        script = ["(voice_msu_ru_nsh_clunits)"]
        for number, text in enumerate(map(speakable, texts)):
            script.append(f'(utt.save.wave (utt.synth (Utterance Text "{text}")) "{folder}/{number}.wav" \'riff)')
        (Path(folder) / "speak.scm").write_text("\n".join(script), encoding="utf-8")
        subprocess.run(["festival", "-b", f"{folder}/speak.scm"], check=True, capture_output=True)
        return [at_rate(Path(folder) / f"{number}.wav") for number in range(len(texts))]


def speakable(text: str) -> str:
    """The text without other letters, and with its marks where festival expects them: at the end of a word."""
    spoken = RUSSIAN.sub(" ", text.lower().replace("—", ","))
    spoken = re.sub(r"\s*([,.?!])[\s,.?!]*", r"\1 ", spoken)
    return re.sub(r"\s+", " ", spoken).strip(" ,") or "да"


def english(texts: list[tuple[str, str]]) -> list[np.ndarray]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        signals = []
        for text, voice in texts:
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True, capture_output=True)
            signals.append(at_rate(path))
        return signals


def at_rate(path: Path) -> np.ndarray:
    return sox([str(path)], b"", 1, ())[:, 0]


def telephone(line: np.ndarray, chance: random.Random) -> np.ndarray:
    """The band of a telephone, and half of the time the steps of its codec."""
    pcm = (np.clip(line, -1, 1) * 32767).astype("<i2").tobytes()
    banded = sox(raw(2), pcm, 2, BAND)
    if chance.random() < 0.5:
        return banded
    steps = np.sign(banded) * np.round(np.log1p(255 * np.abs(banded)) / np.log(256) * 127) / 127
    return np.sign(steps) * (256 ** np.abs(steps) - 1) / 255


def raw(channels: int) -> list[str]:
    return ["-t", "raw", "-r", str(RATE_HZ), "-e", "signed", "-b", "16", "-c", str(channels), "-"]


def sox(source: list[str], content: bytes, channels: int, effects: tuple[str, ...]) -> np.ndarray:
    command = ["sox", "-V1", "-R", "-D", *source, *raw(channels), "rate", str(RATE_HZ), *effects]
    made = subprocess.run(command, input=content, check=True, capture_output=True).stdout
    return np.frombuffer(made, "<i2").reshape(-1, channels) / 32768


def write(path: Path, signal: np.ndarray) -> None:
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(signal.shape[1])
        recording.setsampwidth(2)
        recording.setframerate(RATE_HZ)
        recording.writeframes((np.clip(signal, -1, 1) * 32767).astype("<i2").tobytes())


def heard(style: str, recordings: Path, results: Path) -> str:
    """The dialogues of a style in the words that etalon heard; sentences of which nothing was heard are left out."""
    said, found = corpus.dialogues(style), turns_of(results)
    text = []
    for path in sorted(recordings.glob(f"{style}-??.json")):
        if path.stem in found:
            conversation = said[int(path.stem[-2:])]
            spans = json.loads(path.read_text(encoding="utf-8"))
            text += [conversation.heading, *lines_heard(conversation, spans, found[path.stem]), ""]
    return "\n".join(text).strip() + "\n"


def turns_of(results: Path) -> dict[str, list[dict]]:
    """The turns of each stored call, by the name of its recording."""
    calls = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob("calls/*/*.json")))
    return {Path(call["call"]["source"]).stem: call["turns"] for call in calls}


def lines_heard(conversation: Conversation, spans: list[list[float]], turns: list[dict]) -> list[str]:
    words = {side: [word for turn in turns if turn["speaker"] == corpus.SIDES[side] for word in turn["words"]] for side in "AC"}
    lines = []
    for one, (start_s, end_s) in zip(conversation.sentences, spans):
        middles_s = [((word["start_s"] + word["end_s"]) / 2, word["text"]) for word in words[one.side]]
        inside = [text for middle_s, text in middles_s if start_s - EDGE_S <= middle_s <= end_s + EDGE_S]
        text = re.sub(r"[\[\]]|//", " ", " ".join(inside)).strip()
        if text:
            lines.append(f"{one.side}: {text} [{', '.join(one.acts or [])}]")
    return lines
