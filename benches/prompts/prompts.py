"""The prompts of the Asterisk telephone system: human speech at 8 kHz with its texts, as Debian packages bring them.

Packages that are installed are read where they are; others are fetched with `apt-get download` and unpacked into a folder, for
which nobody has to be root.
"""

import gzip
import re
import subprocess
import sys
import wave
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy
from spelling import words

sys.path.append(str(Path(__file__).resolve().parent.parent))
from debian import unpack

RATE_HZ = 8_000
LANGUAGES = ("ru", "en", "es", "fr", "it")
VOICES = {"ru": "a woman", "en": "a woman (Allison)", "es": "a woman (Allison)", "fr": "a woman (June)", "it": "a man (Carlo)"}
MUSIC_PACKAGE = "asterisk-moh-opsound-wav"
SKIPPED_FOLDERS = ("silence", "letters", "phonetic")
"""Pauses, and names of letters, whose text says how they are written and not how they are read."""
NOTE = re.compile(r"\[[^]]*\]|\([^)]*\)|<[^>]*>")
LOST_LETTER = re.compile(r"\s\?\s+\S|\?\s*[a-z]")
"""Some Italian texts have a question mark where a letter was."""
SLOWEST_LETTERS_A_SECOND, FASTEST_LETTERS_A_SECOND = 3.0, 28.0
"""A reading lies between these; outside, the text is of another recording."""


@dataclass(frozen=True)
class Prompt:
    """One recording and what is said in it."""

    language: str
    name: str
    path: Path
    text: str

    @property
    def label(self):
        return f"{self.language}-{self.name.replace('/', '-')}"


def packages():
    speech = [f"asterisk-core-sounds-{language}{kind}" for language in LANGUAGES for kind in ("", "-wav")]
    return [*speech, MUSIC_PACKAGE]


def roots(unpacked):
    """A root folder for every package: `/` where it is installed, else the folder into which it is unpacked here."""
    return {package: Path("/") if version(package) else unpack(package, unpacked / package) for package in packages()}


def version(package):
    """The version that is installed; empty where none is."""
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Version}", package]
    status, _, number = subprocess.run(query, capture_output=True, text=True).stdout.partition(" ")
    return number if status == "installed" else ""


def versions(roots):
    """What the figures were measured on, as `package version`."""
    found = []
    for package, root in sorted(roots.items()):
        number = version(package) or next(root.parent.glob("*.deb")).name.split("_")[1]
        found.append(f"{package} {number}")
    return found


def music(roots):
    return sorted((roots[MUSIC_PACKAGE] / "usr/share/asterisk/moh").glob("*.wav"))


def readings(language, roots):
    """Prompts whose text is what is read, in the order of their names; a recording that comes twice is taken once."""
    sounds = sounds_folder(language, roots)
    found, seen = [], set()
    for name, text in sorted(texts(language, roots).items()):
        path = sounds / f"{name}.wav"
        text = " ".join(NOTE.sub(" ", text).split())
        if name.split("/")[0] in SKIPPED_FOLDERS or not path.exists() or not is_reading(text, language):
            continue
        fingerprint = sha256(path.read_bytes()).digest()
        if fingerprint not in seen and is_plausible(path, text):
            seen.add(fingerprint)
            found.append(Prompt(language, name, path, text))
    return found


def sounds_folder(language, roots):
    parent = roots[f"asterisk-core-sounds-{language}-wav"] / "usr/share/asterisk/sounds"
    return next(path for path in sorted(parent.glob(f"{language}_*_*_*")) if path.is_dir())


def texts(language, roots):
    package = f"asterisk-core-sounds-{language}"
    [path] = (roots[package] / "usr/share/doc" / package).glob(f"core-sounds-{language}.txt*")
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    lines = (line.partition(":") for line in data.decode("utf-8", "replace").splitlines() if not line.startswith(";"))
    # Some texts repeat their name.
    return {name.strip(): text.strip().removeprefix(f"{name.strip()}:").strip() for name, _, text in lines if text.strip()}


def is_reading(text, language):
    """Whether the text has words that are read as written, and not letters that are spelled."""
    found = words(text, language)
    spelled = len(re.findall(r"\b[A-ZА-Я]\b", text))
    is_spelled = spelled >= 2 and 2 * spelled > len(found)
    return bool(found) and not is_spelled and not LOST_LETTER.search(text)


def is_plausible(path, text):
    letters = sum(character.isalpha() for character in text)
    if re.search(r"\d", text):
        return True
    speech_s = max(sum(end - start for start, end in speech_spans(samples(path))), 0.05)
    return letters < 4 or SLOWEST_LETTERS_A_SECOND <= letters / speech_s <= FASTEST_LETTERS_A_SECOND


def samples(path):
    """The first channel, from -1 to 1."""
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getsampwidth()) != (RATE_HZ, 2):
            raise ValueError(f"{path}: {file.getframerate()} Hz, {file.getsampwidth()} bytes")
        data = numpy.frombuffer(file.readframes(file.getnframes()), "<i2")
        return data.reshape(-1, file.getnchannels())[:, 0].astype(float) / 32_768


FRAME = RATE_HZ // 200
BELOW_LOUD_DB, ABOVE_FLOOR_DB = 35.0, 10.0
LONGEST_GAP_S, SHORTEST_SPEECH_S = 0.2, 0.05


def speech_spans(signal):
    """When somebody speaks in a clean recording, seconds: frames of 5 ms no more than 35 dB below the loud ones.

    A recording with noise behind the voice has its threshold 10 dB above that noise. Gaps under 0.2 s are speech.
    """
    levels = frame_levels_db(signal)
    if not len(levels):
        return []
    loud, floor = numpy.percentile(levels, 95), numpy.percentile(levels, 5)
    threshold = max(loud - BELOW_LOUD_DB, min(floor + ABOVE_FLOOR_DB, loud - BELOW_LOUD_DB / 2))
    spans, start = [], None
    for index, speaks in enumerate([*(levels > threshold), False]):
        if speaks and start is None:
            start = index
        elif not speaks and start is not None:
            add(spans, start * FRAME / RATE_HZ, index * FRAME / RATE_HZ)
            start = None
    return [span for span in spans if span[1] - span[0] >= SHORTEST_SPEECH_S]


def add(spans, start_s, end_s):
    if spans and start_s - spans[-1][1] < LONGEST_GAP_S:
        spans[-1] = (spans[-1][0], end_s)
    else:
        spans.append((start_s, end_s))


def frame_levels_db(signal):
    frames = signal[: len(signal) // FRAME * FRAME].reshape(-1, FRAME)
    return 10 * numpy.log10(numpy.mean(numpy.square(frames), axis=1) + 1e-10)
