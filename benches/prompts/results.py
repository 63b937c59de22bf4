"""Runs etalon and reads what it writes; writes tables."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

from scoring import Heard
from spelling import words


def run(etalon, recordings, out, language, *more):
    """Documents of calls by the name of their recording, without its extension."""
    shutil.rmtree(out, ignore_errors=True)
    command = [etalon, "run", *recordings, "--out", out, "--language", language, "--no-progress", *more]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{etalon} run ended with {done.returncode}:\n{done.stderr[-2000:]}")
    documents = (json.loads(path.read_text()) for path in (out / "calls").glob("*/*.json"))
    return {Path(document["call"]["source"]).stem: document for document in documents}


def text(document):
    return " ".join(turn["text"] for turn in document["turns"])


def activity(document, side=None):
    """Spans of speech, of one side or of all."""
    sides = document["activity"]
    return sorted(tuple(span) for name, spans in sides.items() if side in (None, name) for span in spans)


def heard(document, languages):
    """Its words in order of time; a written number can be several."""
    found = []
    for turn in document["turns"]:
        language = turn.get("language") if turn.get("language") in languages else languages[0]
        for word in turn["words"]:
            for part in words(word["text"], language):
                found.append(Heard(part, word["start_s"], word["end_s"], (turn["start_s"], turn["end_s"]), turn["speaker"]))
    return sorted(found, key=lambda word: (word.start_s, word.end_s))


def write_csv(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(header)
        table.writerows(rows)


def markdown(header, rows):
    """The first column is left-aligned, the others are numbers."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def percent(share, digits=1):
    return f"{100 * share:.{digits}f} %"
