"""How many voices are found in recordings of one person, of two, of three and of five, and what odds follow from that.

    counts.py PROGRAMS FOLDER...

Every folder holds sets (folders) of recordings with NAME.rttm, as people.py writes them; PROGRAMS has `diarize` and
`speakers_against_truth`. The last lines are the weights by which the similarity of two voices and the logarithm of the seconds of the
briefer one best tell two people from one (logistic regression, both classes with the same weight), fitted on each folder and judged
on all: those in `etalon-diarize/src/number.rs` come from there.
"""

import sys
import tempfile
from pathlib import Path

import numpy
from table import lines_of

COLUMNS = (1, 2, 3, 4, 5)
RIDGE = 0.1
ROUNDS = 50


def measured(programs, recordings):
    """For each recording the true number of speakers, the number found, the difference and the errors."""
    with tempfile.TemporaryDirectory() as rttm:
        heard = {line["recording"]: line for line in lines_of(programs / "diarize", recordings, rttm)}
        rated = [line for line in lines_of(programs / "speakers_against_truth", rttm) if line["system"] == "etalon"]
    return [line | heard[line["recording"]] for line in rated]


def print_set(name, lines):
    counts = [sum(line["speakers"] == count for line in lines) for count in COLUMNS[:-1]]
    counts.append(len(lines) - sum(counts))
    right = sum(line["speakers"] == line["true_speakers"] for line in lines)
    speech_s, confused_s = (sum(line["without_overlap"][part] for line in lines) for part in ("speech_s", "confused_s"))
    cells = [name, len(lines), *counts, f"{right} of {len(lines)}", f"{100 * confused_s / max(speech_s, 0.001):.1f} %"]
    print("| " + " | ".join(str(cell or "") for cell in cells) + " |", flush=True)


def examples(lines):
    """What is known of two voices, and whether they are two people."""
    known = [line for line in lines if line.get("similarity") is not None and line["true_speakers"] <= 2 and line["speakers"] <= 2]
    rows = [[1.0, line["similarity"], numpy.log(0.1 + min(line["briefer_s"], 60))] for line in known]
    return numpy.array(rows), numpy.array([line["true_speakers"] == 2 for line in known], float)


def fitted(rows, are_two):
    """Logistic regression by Newton's method."""
    share = are_two.mean()
    importance = numpy.where(are_two == 1, 0.5 / share, 0.5 / (1 - share))
    weights = numpy.zeros(rows.shape[1])
    for _ in range(ROUNDS):
        probability = 1 / (1 + numpy.exp(-rows @ weights))
        slope = rows.T @ (importance * (are_two - probability)) - RIDGE * weights
        curve = (rows.T * (importance * probability * (1 - probability))) @ rows + RIDGE * numpy.eye(len(weights))
        weights = weights + numpy.linalg.solve(curve, slope)
    return weights


def main():
    programs, *folders = map(Path, sys.argv[1:])
    print("| recordings | | 1 | 2 | 3 | 4 | 5 or more | number right | confused |\n|" + " --- |" * 9)
    found = {}
    for folder in folders:
        for recordings in sorted(path for path in folder.iterdir() if any(path.glob("*.rttm"))):
            lines = measured(programs, recordings)
            print_set(f"{folder.name}/{recordings.name}", lines)
            found.setdefault(folder.name, []).extend(lines)
    data = {name: examples(lines) for name, lines in found.items()}
    for name, (rows, are_two) in data.items():
        if not 0 < are_two.mean() < 1:
            continue
        weights = fitted(rows, are_two)
        print(f"\nfitted on {name}: log odds = {weights[0]:.1f} {weights[1]:+.1f} similarity {weights[2]:+.1f} ln(seconds)")
        for other, (rows, are_two) in data.items():
            wrong = [int(((rows @ weights > 0) != are_two)[are_two == which].sum()) for which in (0, 1)]
            print(f"  wrong on {other}: one person {wrong[0]} of {int((are_two == 0).sum())}, two {wrong[1]} of {int(are_two.sum())}")


if __name__ == "__main__":
    main()
