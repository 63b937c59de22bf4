"""Writes what a sample consists of: the recording, its truth, the manifest, and the table of the README."""

import array
import csv
import io
import json
import subprocess
import sys
from pathlib import Path

from .levels import RATE_HZ, seconds
from .placement import PlacedCall, events, turns
from .scenario import Scenario

SOX_ENCODINGS = {
    "mulaw": ["-e", "mu-law", "-b", "8"],
    "alaw": ["-e", "a-law", "-b", "8"],
    "pcm16": ["-e", "signed-integer", "-b", "16"],
}
MANIFEST_COLUMNS = (
    "path started_at direction agent_id agent_name team manager client_ref hung_up_by company layout".split()
)


def write_recording(path: Path, scenario: Scenario, channels: dict[str, list[float]]) -> None:
    """The two channels as one WAV in the scenario's codec, the agent left or right as its layout says."""
    left, right = ("agent", "client") if scenario.layout == "agent_left" else ("client", "agent")
    interleaved = array.array("h")
    for pair in zip(channels[left], channels[right], strict=True):
        interleaved.extend(max(-32768, min(32767, round(sample * 32767))) for sample in pair)
    if sys.byteorder == "big":
        interleaved.byteswap()
    raw = ["-t", "raw", "-r", str(RATE_HZ), "-c", "2", "-e", "signed-integer", "-b", "16", "-L", "-"]
    command = ["sox", "-R", "-D", *raw, *SOX_ENCODINGS[scenario.codec], str(path)]
    subprocess.run(command, input=interleaved.tobytes(), check=True)


def truth(scenario: Scenario, call: PlacedCall) -> dict:
    """The truth of one call, schema `etalon.truth/1`."""
    facts = {key: value for key, value in scenario.call.items() if value}
    agreements = {"promise_to_pay": None, "callback": None} | scenario.agreements
    return {
        "schema": "etalon.truth/1",
        "layout": scenario.layout,
        "call": facts,
        "audio": {"duration_s": seconds(call.length), "rate_hz": RATE_HZ, "channels": 2, "codec": scenario.codec},
        "turns": turns(call),
        "events": events(call),
        "rules": scenario.rules,
        "agreements": agreements,
        "call_type": scenario.call_type,
        "made_of": {
            "voices": {speaker: vars(voice) for speaker, voice in scenario.voices.items()},
            "line": vars(scenario.line),
            "features": scenario.features,
        },
    }


def truth_text(content: dict) -> str:
    """The truth as JSON with one turn, event or verdict a line, so that a change can be read as a difference."""
    lines = []
    for key, value in content.items():
        if key in ("turns", "events"):
            rows = ",\n".join(f"  {_json(row)}" for row in value)
            lines.append(f" {_json(key)}: [\n{rows}\n ]")
        elif key == "rules":
            rows = ",\n".join(f"  {_json(rule)}: {_json(verdict)}" for rule, verdict in value.items())
            lines.append(f" {_json(key)}: {{\n{rows}\n }}")
        else:
            lines.append(f" {_json(key)}: {_json(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def manifest_text(scenarios: list[Scenario]) -> str:
    """The manifest of the folder: what a contact centre would know of each call."""
    table = io.StringIO()
    writer = csv.DictWriter(table, MANIFEST_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for scenario in scenarios:
        writer.writerow({"path": f"{scenario.name}.wav", **scenario.call, "layout": scenario.layout})
    return table.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
