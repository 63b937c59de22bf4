"""The tables of `scripts/dev bench speakers`, and the check of the scorer against pyannote.metrics.

    table.py FOLDER PROGRAMS PEERS [PYTHON]

FOLDER has labelled recordings, PROGRAMS the programs `diarize` and `speakers_against_truth`; PEERS are names of peers,
separated by commas, which PYTHON runs. Everybody works on the same one core, one after the other.
"""

import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections import defaultdict
from pathlib import Path

warnings.filterwarnings("ignore")
from pyannote.core import Annotation, Segment
from pyannote.metrics.diarization import DiarizationErrorRate

TOLERANCE = 0.002
"""The most by which the two scorers may differ: both round times to milliseconds."""

ERRORS = ("missed_s", "false_alarm_s", "confused_s")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def lines_of(*command):
    """The JSON lines that a command prints, run on one core."""
    core = min(os.sched_getaffinity(0))
    environment = os.environ | {name: "1" for name in THREADS}
    output = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=environment,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    ).stdout
    return [json.loads(line) for line in output.splitlines()]


def annotation(path):
    result = Annotation()
    for track, line in enumerate(path.read_text().splitlines()):
        fields = line.split()
        start, duration = float(fields[3]), float(fields[4])
        result[Segment(start, start + duration), track] = fields[7]
    return result


def difference(rttm, line):
    """How far the rates of this line are from those of pyannote.metrics."""
    truth, found = (annotation(rttm / f"{line['recording']}.{who}.rttm") for who in ("truth", line["system"]))
    rates = (("without_overlap", True), ("with_overlap", False))
    metric = [DiarizationErrorRate(collar=0.0, skip_overlap=skip)(truth, found) for _, skip in rates]
    return max(abs(line[kind]["rate"] - rate) for (kind, _), rate in zip(rates, metric))


def print_recordings(lines):
    print(f"{'recording':<32} {'speakers':>8} {'DER':>7} {'missed':>7} {'false':>7} {'confused':>8} {'DER with overlap':>17}")
    for line in lines:
        errors = line["without_overlap"]
        parts = [100 * errors[part] / max(errors["speech_s"], 0.001) for part in ERRORS]
        print(
            f"{line['recording']:<32} {line['speakers']:>8} {100 * errors['rate']:>6.1f}% {parts[0]:>6.1f}%"
            f" {parts[1]:>6.1f}% {parts[2]:>7.1f}% {100 * line['with_overlap']['rate']:>16.1f}%"
        )


def print_systems(lines, worked_s, duration_s):
    print(f"\n{'system':<38} {'DER':>7} {'confused':>8} {'DER with overlap':>17} {'number right':>13} {'speed':>7}")
    by_system = defaultdict(list)
    for line in lines:
        by_system[line["system"]].append(line)
    for system, own in sorted(by_system.items(), key=lambda item: (item[0] != "etalon", item[0])):

        def share(parts, kind):
            speech_s = sum(line[kind]["speech_s"] for line in own)
            return 100 * sum(line[kind][part] for line in own for part in parts) / max(speech_s, 0.001)

        right = sum(line["speakers"] == line["true_speakers"] for line in own)
        print(
            f"{system:<38} {share(ERRORS, 'without_overlap'):>6.1f}% {share(['confused_s'], 'without_overlap'):>7.1f}%"
            f" {share(ERRORS, 'with_overlap'):>16.1f}% {f'{right} of {len(own)}':>13} {duration_s / worked_s[system]:>6.0f}x"
        )


def main():
    folder, programs, peers, *python = sys.argv[1:]
    here, programs = Path(__file__).parent, Path(programs)
    with tempfile.TemporaryDirectory() as name:
        rttm = Path(name)
        own = lines_of(programs / "diarize", folder, rttm)
        works = own + [
            line for peer in peers.split(",") if peer for line in lines_of(*python, here / f"{peer}_peer.py", rttm)
        ]
        worked_s = defaultdict(float)
        for line in works:
            worked_s[line["system"]] += line["worked_s"]
        duration_s, activity_s = (sum(line[what] for line in own) for what in ("duration_s", "activity_s"))
        lines = lines_of(programs / "speakers_against_truth", rttm)
        worst = max(difference(rttm, line) for line in lines)
    print_recordings([line for line in lines if line["system"] == "etalon"])
    print_systems(lines, worked_s, duration_s)
    both_s = worked_s["etalon"] + activity_s
    print(f"\nspeed: {duration_s:.0f} s of recordings on one core; etalon with its speech activity: {duration_s / both_s:.0f}x")
    print(f"largest difference from pyannote.metrics: {worst:.4f}")
    if worst > TOLERANCE:
        sys.exit("the scorers differ")


if __name__ == "__main__":
    main()
