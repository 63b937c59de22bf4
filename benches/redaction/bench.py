"""Makes the calls, lets etalon hear and redact them, and prints the tables; scripts/dev bench redaction calls it."""

import argparse
import json
import shutil
import subprocess
from pathlib import Path

import calls
import measure
import tables


def main() -> None:
    options = arguments()
    spoken = options.out / f"calls-{options.each}-{options.seed}"
    calls.make(spoken, options.each, options.seed)
    heard, copy = options.out / f"heard-{options.each}-{options.seed}", options.out / "copy"
    etalon(options.etalon, "run", spoken, "--out", heard, "--layout", "agent_left", "--settle", "0", "--quiet")
    halves = [options.half] if options.half else ["seen", "unseen"]
    found = {}
    for half in halves:
        of_half = heard_calls(heard, half)
        shutil.rmtree(copy / half, ignore_errors=True)
        told = etalon(options.etalon, "redact", *of_half.values(), "--out", copy / half, "--verify", "--json")
        verified = json.loads(told)["verified"]
        found[half] = measure.measured(spoken, of_half, copy / half, verified)
    print(tables.of(found))
    if options.misses:
        print(tables.misses(found))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--etalon", type=Path, required=True)
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--half", choices=["seen", "unseen"])
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def etalon(program: Path, *arguments: object) -> str:
    return subprocess.run([program, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout


def heard_calls(heard: Path, half: str) -> dict[str, Path]:
    """The files of the stored calls of a half, by the name of the recording."""
    found = {}
    for path in sorted(heard.glob("calls/*/*.json")):
        name = Path(json.loads(path.read_text(encoding="utf-8"))["call"]["source"]).stem
        if name.startswith(f"{half}-"):
            found[name] = path
    return found


if __name__ == "__main__":
    main()
