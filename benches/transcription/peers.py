"""Speed and word errors of etalon and its peers on the same recordings; scripts/dev bench peers sets it up and calls it.

    peers.py FOLDER            stereo calls with truth files: speed and word errors, runs interleaved
    peers.py --clips MANIFEST  single clips with transcripts: word errors by model and compute type

All engines take two threads. etalon is the command as people run it, all its stages included; a peer is given each channel by
itself, decoded and resampled beforehand. Words are scored by `etalon eval` for everybody: a peer's text is put into stored
calls in place of etalon's, so that one normaliser and one alignment judge all.
"""

import argparse
import csv
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import wave
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
MODEL_RATE_HZ = 16_000
BEAM = 5
"""The beam size of the candidates that have one, etalon's by default."""


@dataclass
class Recording:
    """A recording, who is on its channels, and what was said."""

    name: str
    path: Path
    roles: list
    truth: dict
    channels: list = field(default_factory=list)
    duration_s: float = 0.0


@dataclass
class Candidate:
    """One configuration that is measured."""

    name: str
    measure: object
    is_faster_whisper: bool = False
    wall_s: list = field(default_factory=list)
    errors: tuple = ()


def main():
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        recordings = load_clips(options.clips, work) if options.clips else load_calls(options.folder)
        decode(recordings, work)
        bench = Bench(options, recordings, work)
        candidates = [one for one in bench.candidates() if chosen(one.name, options.only)]
        rows = measure(candidates, options.runs, bench)
    report(options, recordings, candidates, rows)


def arguments():
    parser = argparse.ArgumentParser(description="etalon beside its peers")
    parser.add_argument("folder", nargs="?", type=Path, help="stereo calls with truth files")
    parser.add_argument("--clips", type=Path, help="a table of tabs with the columns file and transcript")
    parser.add_argument("--runs", type=int, help="runs of every candidate")
    parser.add_argument("--only", default="", help="parts of candidates' names, separated by commas")
    parser.add_argument("--model", action="append", default=[], metavar="NAME=FILE", help="another ggml model for etalon")
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--etalon", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    if (options.folder is None) == (options.clips is None):
        parser.error("name a folder of calls, or --clips")
    options.runs = options.runs or (1 if options.clips else 5)
    return options


def chosen(name, only):
    return any(part in name for part in only.split(",")) if only else True


def load_calls(folder):
    recordings = []
    for truth_path in sorted(folder.glob("*.truth.json")):
        truth = json.loads(truth_path.read_text())
        if truth["layout"] not in ("agent_left", "agent_right"):
            continue
        roles = ["agent", "client"] if truth["layout"] == "agent_left" else ["client", "agent"]
        name = truth_path.name.removesuffix(".truth.json")
        recordings.append(Recording(name, truth_path.with_name(f"{name}.wav").resolve(), roles, truth))
    return recordings


def load_clips(manifest, work):
    """Clips with a transcript; the whole clip is one turn of the agent."""
    recordings = []
    with manifest.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row.get("transcript") and row.get("language", "ru") == "ru":
                path = (manifest.parent / row["file"]).resolve()
                turn = {"speaker": "agent", "start_s": 0.0, "end_s": 0.0, "text": row["transcript"]}
                truth = {"schema": "etalon.truth/1", "layout": "mono", "turns": [turn]}
                recordings.append(Recording(path.stem, path, ["agent"], truth))
    return recordings


def decode(recordings, work):
    """Every channel as a 16 kHz WAV file of its own, by the decoder that faster-whisper brings."""
    from faster_whisper import decode_audio

    for recording in recordings:
        stereo = len(recording.roles) == 2
        signals = decode_audio(str(recording.path), sampling_rate=MODEL_RATE_HZ, split_stereo=stereo)
        for role, signal in zip(recording.roles, signals if stereo else [signals]):
            path = work / "channels" / f"{recording.name}.{role}.wav"
            path.parent.mkdir(exist_ok=True)
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(MODEL_RATE_HZ)
                file.writeframes((signal.clip(-1, 1) * 32_767).astype("<i2").tobytes())
            recording.channels.append((role, path))
            recording.duration_s = len(signal) / MODEL_RATE_HZ


class Bench:
    """How the candidates are run and scored."""

    def __init__(self, options, recordings, work):
        self.options, self.recordings, self.work = options, recordings, work
        self.truth = work / "truth"
        self.truth.mkdir()
        for recording in recordings:
            (self.truth / f"{recording.name}.truth.json").write_text(json.dumps(recording.truth, ensure_ascii=False))
        self.manifest = work / "manifest.csv"
        with self.manifest.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["path", "layout"])
            table.writerows([recording.path, recording.truth["layout"]] for recording in recordings)
        self.stored = None

    def candidates(self):
        found = [Candidate(name, lambda extra=extra: self.etalon(extra)) for name, extra in self.variants()]
        weights = str(self.options.tools / "ctranslate2")
        for compute in ("int8", "float32"):
            for batch, beam, words in ((8, 1, "batched-8"), (0, 1, "sequential"), (8, BEAM, "batched-8 beam")):
                settings = {"engine": "faster-whisper", "weights": weights, "compute": compute}
                settings |= {"batch": batch, "beam": beam, "vad": True}
                name = f"faster-whisper {words} {compute}"
                found.append(Candidate(name, lambda settings=settings: self.peer(settings), is_faster_whisper=True))
        settings = {
            "engine": "whisper-cli",
            "weights": str(self.options.tools / "ggml/ggml-base.bin"),
            "program": str(self.options.tools / "whisper.cpp/build/bin/whisper-cli"),
            "arguments": [],
        }
        found.append(Candidate("whisper-cli tinyBLAS f16", lambda: self.peer(settings)))
        return found

    def variants(self):
        """etalon as it comes, greedily, and with each engine and each other model."""
        greedy = self.work / "greedy.toml"
        greedy.write_text("[transcription]\nbeam_size = 1\n")
        variants = [("etalon", []), ("etalon greedy", ["--config", greedy])]
        words = run([self.options.etalon, "run", "--help"]).stdout
        if "--engine" in words:
            variants += [(f"etalon --engine {engine}", ["--engine", engine]) for engine in ("native", "whisper.cpp")]
        if self.options.clips:
            models = [("base f16", str(self.options.tools / "ggml/ggml-base.bin"))]
            models += [tuple(model.split("=", 1)) for model in self.options.model]
            variants += [(f"etalon --model {name}", ["--model", path]) for name, path in models]
        return variants

    def etalon(self, extra):
        out = self.work / "etalon"
        shutil.rmtree(out, ignore_errors=True)
        run([self.options.etalon, "run", "--manifest", self.manifest, "--out", out, "--no-progress", "--json", *extra])
        wall_s = json.loads((out / "run.json").read_text())["wall_s"]
        heard = {}
        for call in stored_calls(out):
            for turn in call["turns"]:
                role = turn["speaker"] if turn["speaker"] != "unknown" else "agent"
                heard.setdefault((Path(call["call"]["source"]).stem, role), []).append(turn["text"])
        return wall_s, {key: " ".join(texts) for key, texts in heard.items()}

    def peer(self, settings):
        channels = [(recording.name, role, path) for recording in self.recordings for role, path in recording.channels]
        configuration = self.work / "configuration.json"
        configuration.write_text(json.dumps(settings | {"channels": [str(path) for *_, path in channels]}))
        # The channels are WAV files already and the weights are here: nothing is to be looked for on a network.
        environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "2"}
        heard = json.loads(run([sys.executable, HERE / "listener.py", configuration], environment).stdout)
        return heard["wall_s"], {(name, role): text for (name, role, _), text in zip(channels, heard["texts"])}

    def errors(self, heard):
        """Word error rates as `etalon eval` finds them: numbers as written, numbers normalised."""
        if self.stored is None:
            self.stored = self.work / "stored"
            run([self.options.etalon, "run", "--manifest", self.manifest, "--out", self.stored, "--no-asr", "--no-progress"])
        for path in (self.stored / "calls").glob("*/*.json"):
            call = json.loads(path.read_text())
            name = Path(call["call"]["source"]).stem
            said = [(role, text) for (recording, role), text in heard.items() if recording == name and text]
            call["turns"] = [
                {"speaker": role, "start_s": 0.0, "end_s": 0.0, "text": text, "language": "ru", "words": []} for role, text in said
            ]
            call["activity"].pop("unknown", None)
            call["pipeline"]["model"] = "peer"
            path.write_text(json.dumps(call, ensure_ascii=False))
        words = json.loads(run([self.options.etalon, "eval", self.truth, self.stored, "--json"]).stdout)["words"]
        return words["total_numbers_as_written"]["rate"], words["total"]["rate"]


def stored_calls(folder):
    return [json.loads(path.read_text()) for path in (folder / "calls").glob("*/*.json")]


def run(command, environment=None):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(f"{command[0]} {command[1]} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done


def measure(candidates, runs, bench):
    """All candidates once, then all of them again: what disturbs the machine disturbs everybody."""
    rows = []
    for number in range(1, runs + 1):
        for candidate in candidates:
            wall_s, heard = candidate.measure()
            candidate.wall_s.append(wall_s)
            if number == 1:
                candidate.errors = bench.errors(heard)
            rows.append([number, candidate.name, f"{wall_s:.3f}"])
            print(f"run {number} of {runs}: {candidate.name}: {wall_s:.1f} s", file=sys.stderr, flush=True)
    return rows


def report(options, recordings, candidates, rows):
    channel_s = sum(recording.duration_s * len(recording.channels) for recording in recordings)
    with (options.out / "runs.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["run", "candidate", "wall_s", "channel_s", "x_real_time"])
        table.writerows([*row, f"{channel_s:.3f}", f"{channel_s / float(row[2]):.2f}"] for row in rows)
    peers = [one for one in candidates if one.is_faster_whisper]
    best = min(peers, key=lambda one: statistics.median(one.wall_s)) if peers else None
    lines = [
        f"{len(recordings)} recordings, {channel_s:.0f} s summed over channels, {options.runs} interleaved runs, {processor()}",
        "",
        "| candidate | x real time (median) | min to max | ratio to the best faster-whisper (min to max) | WER, numbers as written | WER, numbers normalised |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in candidates:
        speeds = [channel_s / wall_s for wall_s in one.wall_s]
        # Both of one run: what slowed that run down slowed both.
        ratios = [theirs / ours for theirs, ours in zip(best.wall_s, one.wall_s)] if best else []
        ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else "–"
        raw, normalised = (f"{100 * rate:.1f} %" for rate in one.errors)
        speed = f"{statistics.median(speeds):.1f} | {min(speeds):.1f} to {max(speeds):.1f}"
        mark = " (best)" if one is best else ""
        lines.append(f"| {one.name}{mark} | {speed} | {ratio} | {raw} | {normalised} |")
    text = "\n".join(lines) + "\n"
    (options.out / "table.md").write_text(text)
    print(text, end="")


def processor():
    models = re.findall(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else []
    return f"{models[0] if models else 'unknown processor'}, {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
