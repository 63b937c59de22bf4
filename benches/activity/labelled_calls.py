"""Labelled stereo calls with their true speech."""

import json

from wav import decode


def stereo_names(folder):
    names = [path.name.removesuffix(".truth.json") for path in sorted(folder.glob("*.truth.json"))]
    return [name for name in names if len(decode(folder / f"{name}.wav")[0]) == 2]


def load(folder):
    """For each call its channels as integers, the rate, and the true speech of the agent and of the client."""
    calls = []
    for name in stereo_names(folder):
        truth = json.loads((folder / f"{name}.truth.json").read_text())
        channels, rate = decode(folder / f"{name}.wav")
        roles = ("client", "agent") if truth["layout"] == "agent_right" else ("agent", "client")
        spans = [[span for turn in truth["turns"] if turn["speaker"] == role for span in turn["speech"]] for role in roles]
        calls.append((channels, rate, spans))
    return calls
