"""Speech activity on recordings of people and of music: etalon beside Silero, folder by folder.

    people.py PATH/TO/etalon FOLDER…

A folder holds recordings beside their truth: NAME.truth.json (`speech` of each role; stereo), NAME.scv (name, start, end, 1 or
0, …) or NAME.rttm. A recording without truth holds no speech: the seconds that are taken for some are counted.
Frames of 10 ms. etalon is asked as its users ask it (`run --no-asr`); Silero hears 16 kHz, with the post-processing of
its `get_speech_timestamps`.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from scipy.signal import resample_poly
from silero import silero
from wav import decode

sys.path.append(str(Path(__file__).resolve().parent.parent))
from frames import FRAMES_A_SECOND, Found, marks

LEFT_FIRST = ("agent", "client")


def truths(path, channels):
    """Spans of speech on each channel."""
    stem = path.with_suffix("")
    if (name := stem.with_suffix(".truth.json")).exists():
        truth = json.loads(name.read_text())
        roles = LEFT_FIRST[::-1] if truth["layout"] == "agent_right" else LEFT_FIRST
        spoken = [
            [span for turn in truth.get("utterances", truth["turns"]) if turn["speaker"] == role for span in turn["speech"]]
            for role in roles
        ]
        return spoken if channels == 2 else [sum(spoken, [])]
    if (name := stem.with_suffix(".scv")).exists():
        fields = name.read_text().strip().split(",")[1:]
        return [[(float(a), float(b)) for a, b, speech in zip(*[iter(fields)] * 3) if speech == "1"]]
    if (name := stem.with_suffix(".rttm")).exists():
        rows = [line.split() for line in name.read_text().splitlines() if line.startswith("SPEAKER")]
        return [[(float(row[3]), float(row[3]) + float(row[4])) for row in rows]]
    return [[] for _ in range(channels)]


def found_by_etalon(etalon, folder):
    """Spans of speech by file: of the agent and the client, or of all together where one channel carries both."""
    with tempfile.TemporaryDirectory() as out:
        command = [etalon, "run", folder, "--no-asr", "--layout", "agent_left", "--out", out, "--no-progress"]
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
        calls = [json.loads(path.read_text()) for path in Path(out).glob("calls/*/*.json")]
    return {Path(call["call"]["source"]).name: call["activity"] for call in calls}


def spans(found):
    return [(span["start_s"], span["end_s"]) if isinstance(span, dict) else tuple(span) for span in found or []]


def of_channels(activity, channels):
    if channels == 2:
        return [spans(activity.get(role)) for role in LEFT_FIRST]
    return [[span for found in activity.values() if isinstance(found, list) for span in spans(found)]]


def main():
    etalon, folders = Path(sys.argv[1]).resolve(), [Path(name) for name in sys.argv[2:]]
    for folder in folders:
        sums = {"etalon": Found(), "Silero v6.2": Found()}
        activity, seconds = found_by_etalon(etalon, folder), 0.0
        for path in sorted(folder.glob("*.wav")):
            channels, rate = decode(path)
            own = of_channels(activity.get(path.name, {}), len(channels))
            for samples, truth, mine in zip(channels, truths(path, len(channels)), own):
                frames = -(-len(samples) * FRAMES_A_SECOND // rate)
                seconds += frames / FRAMES_A_SECOND
                wide = numpy.clip(resample_poly(samples.astype(float), 16_000, rate), -32_768, 32_767)
                true = marks(truth, frames)
                for name, heard in (("etalon", mine), ("Silero v6.2", silero(wide.astype(numpy.int16), 16_000))):
                    sums[name].add(true, marks(heard, frames))
        for name, found in sums.items():
            has_speech = found.hits + found.misses > 0
            cells = found.cells() if has_speech else [f"{found.alarms / FRAMES_A_SECOND:.1f} s taken for speech"]
            print(f"| {folder.name} | {seconds:.0f} s | {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
