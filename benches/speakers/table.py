"""The table of `scripts/bench-speakers`, and the check of the scorer against pyannote.metrics."""

import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
from pyannote.core import Annotation, Segment
from pyannote.metrics.diarization import DiarizationErrorRate

TOLERANCE = 0.002
"""The most by which the two scorers may differ: both round times to milliseconds."""


def annotation(path):
    result = Annotation()
    for track, line in enumerate(path.read_text().splitlines()):
        fields = line.split()
        start, duration = float(fields[3]), float(fields[4])
        result[Segment(start, start + duration), track] = fields[7]
    return result


def peer_rate(rttm, name, skip_overlap):
    metric = DiarizationErrorRate(collar=0.0, skip_overlap=skip_overlap)
    return metric(annotation(rttm / f"{name}.truth.rttm"), annotation(rttm / f"{name}.found.rttm"))


def main():
    folder, program = sys.argv[1:]
    worst = 0.0
    totals = {"without_overlap": [0.0, 0.0], "with_overlap": [0.0, 0.0]}
    worked_s = duration_s = 0.0
    print(f"{'recording':<32} {'speakers':>8} {'DER':>7} {'missed':>7} {'false':>7} {'confused':>8} {'DER with overlap':>17}")
    with tempfile.TemporaryDirectory() as name:
        rttm = Path(name)
        output = subprocess.run([program, folder, rttm], check=True, capture_output=True, text=True).stdout
        for line in map(json.loads, output.splitlines()):
            errors, both = line["without_overlap"], line["with_overlap"]
            speech_s = max(errors["speech_s"], 0.001)
            parts = [100 * errors[part] / speech_s for part in ("missed_s", "false_alarm_s", "confused_s")]
            print(
                f"{line['recording']:<32} {line['speakers']:>8} {100 * errors['rate']:>6.1f}% {parts[0]:>6.1f}%"
                f" {parts[1]:>6.1f}% {parts[2]:>7.1f}% {100 * both['rate']:>16.1f}%"
            )
            for kind, skip in (("without_overlap", True), ("with_overlap", False)):
                totals[kind][0] += sum(line[kind][part] for part in ("missed_s", "false_alarm_s", "confused_s"))
                totals[kind][1] += line[kind]["speech_s"]
                worst = max(worst, abs(line[kind]["rate"] - peer_rate(rttm, line["recording"], skip)))
            worked_s += line["worked_s"]
            duration_s += line["duration_s"]
    without, both = (100 * errors / max(speech, 0.001) for errors, speech in totals.values())
    print(f"{'all':<32} {'':>8} {without:>6.1f}% {'':>7} {'':>7} {'':>8} {both:>16.1f}%")
    print(f"speed on one core, speech activity included: {duration_s / worked_s:.0f}x real time ({duration_s:.0f} s)")
    print(f"largest difference from pyannote.metrics: {worst:.4f}")
    if worst > TOLERANCE:
        sys.exit("the scorers differ")


if __name__ == "__main__":
    main()
