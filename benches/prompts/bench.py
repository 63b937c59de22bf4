"""etalon on human speech, beside its peers; scripts/dev bench prompts sets it up and calls it.

    bench.py PART… --etalon [NAME=]FILE --weights DIR --out DIR [options]
"""

import argparse
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))
import activity_part
import calls_part
import music_part
import prompts
import words_part
from peers import NAMES, Peer

PARTS = ("words", "calls", "music", "activity")


def main():
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    roots = prompts.roots(options.unpacked)
    peers = [Peer(kind, options.weights, options.out / "peers", options.threads) for kind in options.peers if kind in NAMES]
    say(options, ", ".join(prompts.versions(roots)))
    measure = {
        "words": lambda: words_part.measure(options, roots, peers),
        "calls": lambda: calls_part.measure(options, roots, peers),
        "music": lambda: music_part.measure(options, roots),
        "activity": lambda: activity_part.measure(options, roots),
    }
    for part in options.parts:
        say(options, f"## {part}\n\n{measure[part]()}")
    if options.clips:
        say(options, words_part.measure_clips(options, peers))


def arguments():
    parser = argparse.ArgumentParser(description="etalon on human speech, beside its peers")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} [all]")
    parser.add_argument("--etalon", type=program, action="append", required=True, metavar="[NAME=]FILE")
    parser.add_argument("--weights", type=Path, required=True, help="whisper base for faster-whisper")
    parser.add_argument("--unpacked", type=Path, required=True, help="where packages are unpacked that are not installed")
    parser.add_argument("--out", type=Path, required=True)
    every = [*NAMES, "silero"]
    parser.add_argument("--peers", type=listed, default=every, metavar="LIST", help=f"of {','.join(every)} [all]")
    parser.add_argument("--languages", type=listed, default=list(prompts.LANGUAGES))
    parser.add_argument("--prompts", type=int, default=0, help="at most so many prompts of a language; 0 for all")
    parser.add_argument("--calls", type=int, default=20, help="how many calls are made")
    parser.add_argument("--seed", type=int, default=1, help="of the calls")
    parser.add_argument("--calls-in", type=Path, help="a folder that make_calls.py has written, instead")
    parser.add_argument("--clips", type=Path, help="also a table of tabs with the columns file, transcript, language")
    parser.add_argument("--threads", type=int, default=1, help="of a peer")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    if unknown := set(options.peers) - set(every):
        parser.error(f"no such peer: {', '.join(unknown)}")
    options.parts = options.parts or ([] if options.clips else list(PARTS))
    return options


def listed(text):
    return [part for part in text.split(",") if part]


def program(text):
    name, _, path = text.rpartition("=")
    return name or "etalon", Path(path).resolve()


def say(options, text):
    print(text, flush=True)
    with (options.out / "tables.md").open("a") as file:
        file.write(f"{text}\n")


if __name__ == "__main__":
    main()
