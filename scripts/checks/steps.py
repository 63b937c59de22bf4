"""Steps of a check: what has to hold, waiting for it, and a row for each step."""

import pathlib
import shlex
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Wrong(Exception):
    """What should hold does not."""


def row(name, since):
    print(f"{name:<88} {time.monotonic() - since:7.1f} s", flush=True)


def need(holds, what):
    if not holds:
        raise Wrong(what)


def run(*command, code=0, **options):
    """What a program prints that has to end with a code."""
    words = [str(part) for part in command]
    ended = subprocess.run(words, capture_output=True, text=True, **options)
    need(ended.returncode == code, f"`{shlex.join(words)}` ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
    return ended.stdout


def until(holds, what, over_s=1200):
    """Waits until something holds, and gives back what it found."""
    started = time.monotonic()
    while not (found := holds()):
        need(time.monotonic() - started < over_s, f"waited {over_s} s until {what}")
        time.sleep(0.2)
    return found


def copy_samples(folder, copies):
    """Copies of the samples, each a bit apart from the last: equal bytes would be one call."""
    for sample in sorted((ROOT / "samples").glob("*.wav")):
        content = bytearray(sample.read_bytes())
        for copy in range(copies):
            content[len(content) // 2 + copy] ^= 1
            (folder / f"{sample.stem}-{copy}.wav").write_bytes(content)
